#pragma once
// A fake of the services of SAP S/4HANA that this connector uses, in the process of the test. Stricter than SAP: every
// field, length, type and decimal is checked against the metadata, tokens and cookies must belong together, journals
// balance to the cent, elements stand in their order. Each pitfall that SAP's users report is a switch.

#include "base/xml/xml.h"
#include "connectors/connector.h"
#include "connectors/odata/metadata.h"
#include "connectors/odata/test_tokens.h"
#include "model/command.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::sap_s4::test {

constexpr std::string_view base_url = "https://s4.example";
constexpr std::string_view odata_root = "/sap/opu/odata/sap/";

/// Settings with which the connector reaches the fake.
Settings settings();

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
    bool blank_document = false;         ///< a refused journal says " " instead of 0000000000
    bool cancel_copies_reference = false;
    std::string cancels_as = "TIELINE";    ///< user that a cancellation names
    bool reversal_keeps_reference = true;  ///< off: a journal's reversal loses its DocumentReferenceID
    bool warns = false;                    ///< header sap-message on what went well
    int fault = 0;                         ///< SOAP fault of the server, nothing was carried out
    bool german = false;                   ///< statuses of maintenance orders in another language
    bool permit_missing = false;           ///< maintenance orders cannot be released
    bool complete_takes_no_hours = false;  ///< an order that is technically complete refuses confirmations
    bool shows_empty_decisions = false;    ///< a lot without a usage decision shows an empty one
    bool decision_changes = false;         ///< somebody changes it between the look and the write
    bool steps_have_no_effect = false;     ///< functions of an order answer well and do nothing
    std::set<std::string> locked;          ///< materials, requisitions, reservations that somebody works on
    std::set<std::string> denied;          ///< services for which the right is missing
    std::size_t page_rows = 0;             ///< the server gives no more at once and names where it goes on; 0: all
    std::string open_from = "2026-11-01";  ///< first open day
    std::string open_to = "2026-12-31";
};

class SapPeer {
public:
    SapPeer();
    Result<net::HttpResponse> answer(const net::HttpRequest& request);

    /// A command of that kind that will be carried out, with the documents it needs in place.
    model::Command sample(const std::string& kind);
    /// How often it was carried out.
    std::size_t effects(const model::Command& command) const;
    /// All rows, as text.
    std::string state() const;
    /// Rows of a set, in the order of their making.
    const Json::Array& rows(const std::string& set) const;
    Json::Array& rows(const std::string& set) { return tables_[set]; }
    const odata::Metadata& metadata(std::string_view service) const;

    // What people do in SAP: test_sap_people.cpp.
    /// A row as SAP would show it; a field that its set does not have, or a value that does not fit, fails the test.
    void add_row(const std::string& set, Json row);
    void add_product(const std::string& material);
    void change_product(const std::string& material, const std::string& field, Json value);
    /// Of one item of ten pieces, its schedule line on `day`; its number.
    std::string make_order(const std::string& material, const std::string& quantity = "10",
                           const std::string& unit = "EA", const std::string& day = "2026-12-10");
    void change_order(const std::string& number, const std::string& field, Json value);
    /// A goods receipt of an order's item (101), its reversal (102), …; number/year.
    std::string receive(const std::string& order, const std::string& quantity, const std::string& type = "101");
    /// A requisition of ten pieces that a person made; number/item.
    std::string make_requisition(const std::string& material);
    void change_requisition(const std::string& name, const std::string& field, Json value);
    std::string make_reservation(const std::string& material, const std::string& quantity);
    void add_cost_center(const std::string& code, const std::string& from, const std::string& to,
                         bool is_blocked = false);
    void add_equipment(const std::string& number, const std::string& name);
    /// A maintenance order of somebody else with that line of statuses; its number.
    std::string make_maintenance_order(const std::string& status);
    /// An inspection lot of a delivered batch, not decided; its number.
    std::string make_lot(const std::string& material);
    void set_order_status(const std::string& number, const std::string& status);
    /// All that changes from here on has one and the same time of change.
    void stop_clock() { clock_step_ms_ = 0; }

    Switches switches;
    std::map<std::string, std::string> stock;  ///< material → quantity in EA
    std::set<std::string> cost_centers{"CC-100"};
    std::set<std::string> activities{"MECH"};            ///< activity types with a price; empty: all have
    std::set<std::string> accounts{"610000", "181000"};  ///< those that begin with 6 need an assignment
    std::uint64_t requests = 0;
    std::map<std::string, int> order_calls;  ///< "4000001 ReleaseMaintenanceOrder" → how often it had an effect

private:
    struct Answer {
        int status = 200;
        Json body;
        std::vector<net::Header> headers{};
    };
    // test_sap_peer.cpp: the door
    Result<net::HttpResponse> write(const net::HttpRequest& request, const odata::Metadata& service,
                                    const std::string& rest, const net::Target& target);
    std::optional<net::HttpResponse> gate(const net::HttpRequest& request, const std::string& service);
    bool token_fits(const net::HttpRequest& request, const std::string& service);
    net::HttpResponse response(Answer answer) const;
    Answer read(const odata::Metadata& service, const std::string& rest, const net::Target& target) const;
    Answer expand(const odata::Metadata& service, const odata::EntityType& type, const std::string& path,
                  Json::Array& rows_of_type) const;
    static std::string next_link(const std::string& path, const net::Target& target, std::size_t skip,
                                 std::size_t left);
    Json::Array stock_rows() const;
    std::string now_text();  ///< a moment later than the one before
    static Answer refused(int status, const std::string& code, const std::string& words, const std::string& field = {});
    Answer checked_body(const odata::Metadata& service, const odata::EntityType& type, const Json& body,
                        bool patch) const;
    // test_sap_business.cpp: what is carried out
    Answer create(const std::string& set, Json body);
    Answer patch(const std::string& set, const std::map<std::string, std::string>& keys, const Json& body);
    Answer call(const std::string& function, const net::Target& target);
    Answer remove(const std::string& set, const std::map<std::string, std::string>& keys);
    Answer change_purchase(const std::string& set, const std::map<std::string, std::string>& keys, const Json& body);
    Answer move(Json body);
    Answer checked_movement(const Json& item) const;
    Answer order(Json body);
    Answer reserve(Json body);
    void insert_document(Json header, const Json::Array& items);
    model::Command sample_about(model::Command command, const std::string& head);
    // test_sap_orders.cpp: maintenance orders
    Json* maintenance_order(const std::string& number);
    Answer maintain(Json body);
    Answer change_maintenance(const std::string& set, const std::map<std::string, std::string>& keys, const Json& body);
    Answer call_maintenance(const std::string& function, const net::Target& target);
    Answer confirm(Json body);
    Answer cancel_confirmation(const net::Target& target);
    std::string next_confirmation(const std::string& group);
    std::size_t count_confirmations(const model::Command& command) const;
    model::Command sample_confirmation(model::Command command, const std::string& head);
    model::Command sample_order(model::Command command, const std::string& head);
    // test_sap_quality.cpp: inspection lots
    Json* row_of_lot(const std::string& set, const std::string& lot);
    Answer record_result(Json body);
    Answer decide(Json body, bool patches);
    model::Command sample_quality(model::Command command, const std::string& head);
    // test_sap_journal.cpp: the ledger
    std::string seed_journal();
    std::size_t count_journals(const model::Command& command) const;
    net::HttpResponse journal(const net::HttpRequest& request);
    std::string post_journal(const base::XmlElement& entry, std::string& document);
    std::string reverse_journal(const base::XmlElement& entry, std::string& document);

    std::vector<odata::Metadata> services_;
    std::map<std::string, Json::Array> tables_;
    odata::test::Tokens tokens_;
    std::map<std::string, std::string> cancels_;  ///< key of a sample → the document that it cancels
    int counter_ = 0;
    std::int64_t documents_ = 4900000000, journals_ = 100000000, requisitions_ = 10000000, reservations_ = 50000;
    std::int64_t orders_ = 4500000000, maintenance_orders_ = 4000000, lots_ = 10000000000;
    std::int64_t clock_ms_ = 1795500000000;  ///< 2026-11-24T06:00:00Z, goes on with every change
    std::int64_t clock_step_ms_ = 1000;
};

/// A decimal of the fake's own.
Decimal number(std::string_view text);
/// "/Date(…)/" or "2026-11-24T00:00:00" → "2026-11-24"; "" where it is neither.
std::string day_of(std::string_view text);
std::string json_day(const std::string& date);

}  // namespace tieline::connectors::sap_s4::test
