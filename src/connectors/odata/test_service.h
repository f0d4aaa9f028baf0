#pragma once
// A strict fake of a system with services of OData 2 as SAP Gateway speaks it, in the process of the test: sign-in,
// tokens with their cookies, reading, and what Gateway checks of a write by the metadata. Stricter than Gateway: every
// field, length, type and decimal is checked, filters join by `and` only. What a service does with a write is its own,
// by the virtual functions. What no connector may ask and no test may do throws FakeError.
// Each pitfall that users report of Gateway is a switch.

#include "connectors/odata/metadata.h"
#include "connectors/odata/test_names.h"
#include "connectors/odata/test_tokens.h"
#include "net/http.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::odata::test {

constexpr std::string_view root = "/sap/opu/odata/sap/";

/// Pitfalls; counters go down with every use.
struct Switches {
    bool token_needed = true;            ///< off: this user is exempt
    int expire_tokens = 0;               ///< so many writes find their session gone
    bool drop_cookies = false;           ///< a proxy loses them: no token ever fits
    int throttle = 0;                    ///< 429 with Retry-After: 7
    bool throttle_without_time = false;  ///< 429 without it
    int lose_answers = 0;                ///< carried out, then the connection breaks
    int dump_after_commit = 0;           ///< carried out, then 500 with an ABAP dump in HTML
    int error_inside = 0;                ///< 200 with an error in the body; nothing was carried out
    bool xml_errors = false;             ///< errors as Atom, whatever was accepted
    bool warns = false;                  ///< header sap-message on what went well
    bool etags = false;                  ///< entities have one; a write of one needs If-Match (428, 412)
    std::set<std::string> denied;        ///< services for which the right is missing
    bool compares_null = true;           ///< off: `eq null` is refused
    std::set<std::string> broken;  ///< entities by one of their keys that cannot be shown whole, nor beside others
    int broken_status = 500;       ///< of the answer then
    std::size_t page_rows = 0;     ///< the server gives no more at once and names where it goes on; 0: all
};

struct Selection;

class Service {
public:
    struct Answer {
        int status = 200;
        Json body;  ///< the content of "d", or {"error": …}
        std::vector<net::Header> headers{};
    };
    /// `folder`: of *.xml, each the metadata of the service of that name. `base_url`: "https://s4.example".
    Service(const std::string& folder, std::string base_url);
    virtual ~Service() = default;

    /// One request. What it carried out is in the rows when this returns, whatever became of the answer.
    Result<net::HttpResponse> answer(const net::HttpRequest& request);
    const Metadata& metadata(std::string_view service) const;
    const std::string& address() const { return base_url_; }
    /// Rows of a set, in the order of their making.
    const Json::Array& rows(const std::string& set) const;
    Json::Array& rows(const std::string& set) { return tables_[set]; }
    /// All rows, as text.
    virtual std::string state() const;
    /// A row as the service would show it; every field must be one of its set, and every value fit it.
    void add_row(const std::string& set, Json row);

    Switches switches;
    std::uint64_t requests = 0;

protected:
    using Keys = std::map<std::string, std::string>;
    /// What passed the checks by metadata. The row that was made or changed, or refused().
    virtual Answer create(const std::string& set, Json body) = 0;
    virtual Answer patch(const std::string& set, const Keys& keys, const Json& body) = 0;
    /// Parameters without the decoration of their literals.
    virtual Answer call(const std::string& function, const Keys& parameters) = 0;
    /// DELETE of an entity; nothing can be deleted unless a service says so.
    virtual Answer remove(const std::string& set, const Keys& keys);
    /// Addresses beside OData ("/sap/bc/…"); 404 unless a service has some. Answers for the sign-in by gate().
    virtual Result<net::HttpResponse> beside(const net::HttpRequest& request, const std::string& address);
    /// Rows that are reckoned when they are asked for, besides those of the table.
    virtual Json::Array reckoned(const std::string& set) const;
    /// What the inner type of a navigation calls a key of the outer one; a name that it does not have joins nothing.
    virtual std::string joined_by(const EntityType& inner, const std::string& key) const;
    /// The content of the header sap-message, with `warns`.
    virtual std::string warning() const;

    /// What stands before every service: sign-in, throttling, rights.
    std::optional<net::HttpResponse> gate(const net::HttpRequest& request, const std::string& service);
    net::HttpResponse response(Answer answer) const;
    static Answer refused(int status, const std::string& code, const std::string& words, const std::string& field = {});
    Json* row_of(const std::string& set, const Keys& keys);

private:
    /// Of one key without a name, its name.
    static Keys named(Keys keys, const EntityType& type);
    Result<net::HttpResponse> write(const net::HttpRequest& request, const Metadata& service, const std::string& rest,
                                    const net::Target& target);
    Answer carry_out(const net::HttpRequest& request, const Metadata& service, const std::string& rest,
                     const net::Target& target);
    Answer checked_call(const Function& function, const net::Target& target);
    Answer checked_body(const Metadata& service, const EntityType& type, const Json& body, bool is_patch) const;
    bool token_fits(const net::HttpRequest& request, const std::string& service);
    Answer changed(const net::HttpRequest& request, const std::string& set, const Keys& keys, const Json* body);
    // test_reading.cpp
    Answer read(const Metadata& service, const std::string& rest, const net::Target& target) const;
    Answer read_one(const Metadata& service, const std::string& set, const Keys& keys, const net::Target& target) const;
    Answer read_with_parameters(const Metadata& service, const std::string& rest, const net::Target& target) const;
    /// Whether the rows can be shown: the ids of one that is broken can, the whole of it not.
    bool is_shown(const EntityType& type, const Selection& selection, const Json::Array& shown) const;
    Answer expand(const Metadata& service, const EntityType& type, const std::string& path,
                  Json::Array& rows_of_type) const;
    Json joined(const Json& outer, const EntityType& outer_type, const std::string& set, const EntityType& inner) const;
    std::string next_link(const std::string& path, const net::Target& target, std::size_t skip, std::size_t left) const;

    std::string base_url_;
    std::vector<Metadata> services_;
    std::map<std::string, Json::Array> tables_;
    Tokens tokens_;
};

/// The tag that an entity has while it is as it is.
std::string etag_of(const Json& row);

}  // namespace tieline::connectors::odata::test
