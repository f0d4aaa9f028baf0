#pragma once
// A strict fake of a service of OData 4, in the process of the test: rows with ETags, deep insert, pages and links for
// changes, tokens against forged writes, and $batch in JSON. Stricter than services are: every field, type and literal
// is checked, decimals must be texts, a change needs its ETag, filters join by `and` only. Each pitfall is a switch.

#include "base/json.h"
#include "connectors/odata/test_tokens.h"
#include "net/http.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace tieline::connectors::odata::test {

/// An entity set. Types: "Edm.String:40" (characters), "Edm.Decimal:13:3" (digits, scale), "Edm.Date",
/// "Edm.DateTimeOffset", "Edm.Guid", "Edm.Boolean".
struct V4Set {
    std::string name;
    std::vector<std::string> keys;
    std::map<std::string, std::string> fields;
    std::map<std::string, std::string> navigation{};  ///< name → set of the inner rows
};

/// Counters go down with every use.
struct V4Switches {
    bool loses_delta = false;     ///< links for changes are no longer known: 410
    bool tracks = true;           ///< off: the last page has no link for changes
    bool reversed = false;        ///< answers of a batch come in reverse order
    bool group_as_one = false;    ///< a group that went wrong has one answer, by its name
    int unanswered = -1;          ///< the answer of that place is missing in a batch
    int error_inside = 0;         ///< 200 with an error in the body; nothing was carried out
    int break_off = 0;            ///< carried out, then the connection breaks
    bool no_batch = false;        ///< the service knows no $batch in JSON: 415
    bool inner_host = false;      ///< links name the host behind a proxy
    std::size_t page_rows = 100;  ///< no more at once, whatever is preferred
};

class V4Service {
public:
    /// `root_url`: "https://s4.example/sap/opu/odata4/x/0001"
    V4Service(std::string root_url, std::vector<V4Set> sets);

    Result<net::HttpResponse> answer(const net::HttpRequest& request);

    Json::Array& rows(const std::string& set) { return tables_[set]; }
    /// What somebody else does.
    void add(const std::string& set, Json row);
    void change(const std::string& set, const std::string& key, const std::string& field, Json value);
    void remove(const std::string& set, const std::string& key);

    V4Switches switches;
    std::size_t requests = 0;

private:
    using Answer = net::HttpResponse;
    struct Change {
        std::string set, key;
    };
    static Answer refused(int status, const std::string& code, const std::string& words,
                          const std::string& target = {});
    const V4Set* set_of(const std::string& name) const;
    Json* row_of(const V4Set& set, const std::string& key);
    std::string key_of(const V4Set& set, const Json& row) const;
    std::string fault_of(const V4Set& set, const Json& body, bool is_patch) const;
    Answer single(const net::HttpRequest& request);
    Answer read_set(const net::HttpRequest& request, const V4Set& set, const net::Target& target);
    Answer changes(const V4Set& set, const std::string& token);
    Answer create(const V4Set& set, Json body);
    Answer change_one(const net::HttpRequest& request, const V4Set& set, const std::string& key);
    Answer batch(const net::HttpRequest& request);
    Answer in_batch(const net::HttpRequest& whole, const Json& message);
    Answer shown(const net::HttpRequest& request, int status, Json body) const;
    void touch(const std::string& set, const std::string& key, Json* row);
    std::string link(const std::string& rest) const;

    std::string root_url_, path_;
    std::vector<V4Set> sets_;
    std::map<std::string, Json::Array> tables_;
    std::vector<Change> log_;
    Tokens tokens_;
    int versions_ = 0;
};

}  // namespace tieline::connectors::odata::test
