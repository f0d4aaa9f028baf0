#pragma once
// A fake of the services of SAP S/4HANA that this connector uses, in the process of the test. What Gateway checks is
// checked by odata/test_service.h; here is what the application does, and the SOAP service of journals: they balance to
// the cent, elements stand in their order. Each pitfall that SAP's users report is a switch.

#include "base/xml/xml.h"
#include "connectors/connector.h"
#include "connectors/odata/test_service.h"
#include "model/command.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::sap_s4::test {

using odata::test::day_of;

constexpr std::string_view base_url = "https://s4.example";

/// Settings with which the connector reaches the fake.
Settings settings();

/// Pitfalls of the application; those of Gateway are `switches`. Counters go down with every use.
struct Pitfalls {
    bool blank_document = false;  ///< a refused journal says " " instead of 0000000000
    bool cancel_copies_reference = false;
    std::string cancels_as = "TIELINE";    ///< user that a cancellation names
    bool reversal_keeps_reference = true;  ///< off: a journal's reversal loses its DocumentReferenceID
    int fault = 0;                         ///< SOAP fault of the server, nothing was carried out
    bool german = false;                   ///< statuses of maintenance orders in another language
    bool permit_missing = false;           ///< maintenance orders cannot be released
    bool complete_takes_no_hours = false;  ///< an order that is technically complete refuses confirmations
    bool shows_empty_decisions = false;    ///< a lot without a usage decision shows an empty one
    bool decision_changes = false;         ///< somebody changes it between the look and the write
    bool steps_have_no_effect = false;     ///< functions of an order answer well and do nothing
    std::set<std::string> locked;          ///< materials, requisitions, reservations that somebody works on
    std::string open_from = "2026-11-01";  ///< first open day
    std::string open_to = "2026-12-31";
};

class SapPeer final : public odata::test::Service {
public:
    SapPeer();

    /// A command of that kind that will be carried out, with the documents it needs in place.
    model::Command sample(const std::string& kind);
    /// How often it was carried out.
    std::size_t effects(const model::Command& command) const;
    std::string state() const override;

    // What people do in SAP: test_sap_people.cpp.
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
    void add_internal_order(const std::string& code, const std::string& name, bool is_deleted = false);
    void add_equipment(const std::string& number, const std::string& name);
    /// A maintenance order of somebody else with that line of statuses; its number.
    std::string make_maintenance_order(const std::string& status);
    /// An inspection lot of a delivered batch, not decided; its number.
    std::string make_lot(const std::string& material);
    void set_order_status(const std::string& number, const std::string& status);
    /// All that changes from here on has one and the same time of change.
    void stop_clock() { clock_step_ms_ = 0; }

    Pitfalls pitfalls;
    std::map<std::string, std::string> stock;  ///< material → quantity in EA
    std::set<std::string> cost_centers{"CC-100"};
    std::set<std::string> activities{"MECH"};            ///< activity types with a price; empty: all have
    std::set<std::string> accounts{"610000", "181000"};  ///< those that begin with 6 need an assignment
    std::map<std::string, int> order_calls;  ///< "4000001 ReleaseMaintenanceOrder" → how often it had an effect

private:
    // test_sap_peer.cpp
    Result<net::HttpResponse> beside(const net::HttpRequest& request, const std::string& address) override;
    Json::Array reckoned(const std::string& set) const override;
    std::string joined_by(const odata::EntityType& inner, const std::string& key) const override;
    std::string warning() const override;
    std::string now_text();  ///< a moment later than the one before
    // test_sap_business.cpp: what is carried out
    Answer create(const std::string& set, Json body) override;
    Answer patch(const std::string& set, const Keys& keys, const Json& body) override;
    Answer call(const std::string& function, const Keys& parameters) override;
    Answer remove(const std::string& set, const Keys& keys) override;
    Answer change_purchase(const std::string& set, const Keys& keys, const Json& body);
    Answer move(Json body);
    Answer checked_movement(const Json& item) const;
    Answer order(Json body);
    Answer reserve(Json body);
    void insert_document(Json header, const Json::Array& items);
    model::Command sample_about(model::Command command, const std::string& head);
    // test_sap_orders.cpp: maintenance orders
    Json* maintenance_order(const std::string& number);
    Answer maintain(Json body);
    Answer change_maintenance(const std::string& set, const Keys& keys, const Json& body);
    Answer call_maintenance(const std::string& function, const Keys& parameters);
    Answer confirm(Json body);
    Answer cancel_confirmation(const Keys& parameters);
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

    std::map<std::string, std::string> cancels_;  ///< key of a sample → the document that it cancels
    int counter_ = 0;
    std::int64_t documents_ = 4900000000, journals_ = 100000000, requisitions_ = 10000000, reservations_ = 50000;
    std::int64_t orders_ = 4500000000, maintenance_orders_ = 4000000, lots_ = 10000000000;
    std::int64_t clock_ms_ = 1795500000000;  ///< 2026-11-24T06:00:00Z, goes on with every change
    std::int64_t clock_step_ms_ = 1000;
};

/// A decimal of the fake's own.
Decimal number(std::string_view text);
std::string json_day(const std::string& date);

}  // namespace tieline::connectors::sap_s4::test
