#pragma once
// A plant's maintenance in SAP, as its services show it, in the process of the test: orders with operations,
// components and settlement rules, notifications, confirmations and goods movements. What Gateway checks is checked by
// odata/test_service.h; here is what the application does, and the pitfalls of it that are known.

#include "connectors/connector.h"
#include "connectors/odata/test_service.h"
#include "model/command.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tieline::connectors::sap_maintenance::test {

constexpr std::string_view base_url = "https://pm.example";

/// Settings with which the connector reaches the fake; the cost is booked by SAP.
Settings settings();

class Plant final : public odata::test::Service {
public:
    Plant();

    /// A command of that kind that will be carried out, with the order it needs in place.
    model::Command sample(const std::string& kind);
    /// How often it was carried out.
    std::size_t effects(const model::Command& command) const;

    // What people do in SAP.
    /// A released order with one operation; its number. `members`: fields of its header besides.
    std::string make_order(const Json& members = Json::object());
    std::string make_notification();
    /// "REL  PCNF" and so on; the order's time of change moves on.
    void set_words(const std::string& order, const std::string& words);
    void set_field(const std::string& order, const std::string& field, Json value);
    /// A component of ten pieces at 12.80 EUR with its reservation; its item number.
    std::string add_component(const std::string& order, const std::string& material, const std::string& quantity);
    void add_rule(const std::string& order, const std::string& field, const std::string& code,
                  const std::string& percent = "100.00");
    /// The price of a component, per piece.
    void set_price(const std::string& order, const std::string& component, const std::string& price);
    /// Labor: the confirmation's number and counter.
    std::string confirm(const std::string& order, const std::string& hours, const std::string& activity,
                        const std::string& unit = "H");
    /// The confirmation is taken back.
    void reverse_confirmation(const std::string& name);
    /// Material of a component ("0010"), or without one; the document's number.
    std::string issue(const std::string& order, const std::string& component, const std::string& material,
                      const std::string& quantity, const std::string& type = "261");
    const Json* find(const std::string& set, const std::string& field, const std::string& value) const;

    std::set<std::string> locked;             ///< numbers of orders and notifications that somebody works on
    bool steps_do_nothing = false;            ///< a step answers well and changes nothing: a user exit holds it
    bool is_without_changes = false;          ///< new orders have no time of change until they are changed
    std::set<std::string> blocked;            ///< orders whose status cannot change: a user status forbids it
    WallTime now{Millis(1'795'500'000'000)};  ///< 2026-11-24T06:00:00Z, goes on with every change
    Millis step{1'000};

private:
    Answer create(const std::string& set, Json body) override;
    Answer patch(const std::string& set, const Keys& keys, const Json& body) override;
    Answer call(const std::string& function, const Keys& parameters) override;
    Answer create_notification(Json body);
    Answer create_order(Json body);
    Answer step_of_order(const std::string& function, const Keys& parameters);
    Answer step_of_notification(const std::string& function, const Keys& parameters);
    std::string moment();  ///< a moment later than the one before, as JSON date
    void count(const std::string& number, const std::string& function);

    std::int64_t orders_ = 4'000'000, notifications_ = 10'000'000, confirmations_ = 6'000, documents_ = 4'900'000'000;
    std::int64_t reservations_ = 50'000;
    int samples_ = 0;
    std::map<std::string, std::size_t> steps_;  ///< "<number>/<function>" → how often it was carried out
};

}  // namespace tieline::connectors::sap_maintenance::test
