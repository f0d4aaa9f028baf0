// Each cost once: orders of SAP's plant maintenance through the flow cost_posting, with SAP as the ledger and with
// another ERP as the ledger. SAP's own books are reckoned from what was confirmed and issued in the fake, not by the
// connector.

#include "connectors/drive.h"
#include "connectors/sap_maintenance/spec.h"
#include "connectors/sap_maintenance/test_plant.h"
#include "flows/config.h"
#include "flows/cost_posting.h"

#include <gtest/gtest.h>

namespace tieline {
namespace {

using connectors::sap_maintenance::test::Plant;

constexpr const char* flows_text = R"({"companies":{"1000":{"zone":"Europe/Berlin"}},
  "accounts":{"labor":{"cost":"610000","clearing":"910000"},"part":{"cost":"620000","clearing":"920000"},
              "contractor":{"cost":"630000","clearing":"930000"},"other":{"cost":"640000","clearing":"940000"},
              "capital":"110000","accrued":"290000"},
  "cost_posting":{"reversal_date":"original"}})";

/// The hub's part: snapshots in, cost out. Every command is booked at once.
class Hub {
public:
    explicit Hub(const std::string& cost_booked_by) {
        connectors::Settings settings = connectors::sap_maintenance::test::settings();
        for (auto& [name, value] : settings.values)
            if (name == "cost_booked_by") value = cost_booked_by;
        std::string map(connectors::sap_maintenance::own_map());
        const std::string none = R"(rates: {none: "0"})";
        EXPECT_NE(map.find(none), std::string::npos);
        map.replace(map.find(none), none.size(), R"(rates: {MECH: "52.00"})");
        auto made = connectors::sap_maintenance::spec().make(settings, map);
        EXPECT_TRUE(made) << (made ? "" : made.error().message);
        connector_ = std::move(*made);
        const auto config = flows::flows_config_from_json(*Json::parse(flows_text));
        EXPECT_TRUE(config) << (config ? "" : config.error().message);
        flow_ = flows::make_cost_posting(*config->cost_posting);
    }
    /// Reads what is new in SAP and posts what the flow asks for.
    void read(Plant& plant) {
        const auto page = connectors::run(connector_->pull(cursor_, 50),
                                          [&](const net::HttpRequest& request) { return plant.answer(request); });
        ASSERT_TRUE(page) << page.error().message;
        cursor_ = page->cursor;
        for (const auto& object : page->objects) {
            ASSERT_FALSE(object.refused) << object.refused->message;
            decide(object.type, object.object, object.data);
        }
    }
    /// Cost in journals, less what was taken back.
    Decimal posted() const { return posted_; }
    std::size_t commands() const { return commands_; }
    bool said_nothing_to_post() const { return is_nothing_; }

private:
    void decide(const std::string& type, const std::string& subject, const std::string& data) {
        model::StoredEvent event;
        event.seq = ++sequence_;
        event.recorded = WallTime(Millis(1'795'600'000'000));
        event.envelope.id = "e" + std::to_string(sequence_);
        event.envelope.type = type;
        event.envelope.subject = event.envelope.correlation = subject;
        event.envelope.site = "plant1";
        event.envelope.occurred = event.recorded;
        event.envelope.data = data;
        for (const std::string& key : flow_->keys(event)) {
            const auto decision = flow_->decide(event, key, states_[key], event.recorded);
            ASSERT_TRUE(decision) << decision.error().message;
            if (decision->state) states_[key] = *decision->state;
            for (const auto& made : decision->events) is_nothing_ = is_nothing_ || made.type == "cost.nothing_to_post";
            for (const model::Command& command : decision->commands) book(command, key, subject);
        }
    }
    void book(const model::Command& command, const std::string& key, const std::string& subject) {
        ++commands_;
        const Json payload = *Json::parse(command.payload);
        const std::string number = std::to_string(++documents_);
        Decimal sum;
        if (const Json* lines = payload.find("lines"); lines != nullptr) {
            for (const Json& line : lines->items()) {
                if (!line.text_or("account").starts_with('6')) continue;  // clearing accounts begin with 9
                const Decimal amount = *Decimal::parse(line.text_or("amount"));
                sum = *sum.plus(line.text_or("side") == "debit" ? amount : amount.negated());
            }
        }
        if (command.kind == "journal.reverse") sum = booked_.at(payload.text_or("document")).negated();
        booked_[number] = sum;
        posted_ = *posted_.plus(sum);
        Json receipt = Json::object({{"key", command.key},
                                     {"noun", command.noun},
                                     {"kind", command.kind},
                                     {"connector", "erp"},
                                     {"flow", "cost_posting"},
                                     {"flow_key", key},
                                     {"intent", command.intent},
                                     {"document", number},
                                     {"details", Json::object()},
                                     {"echo", *Json::parse(command.echo)}});
        decide(command.noun + ".booked", subject, receipt.dump());
    }

    std::unique_ptr<connectors::Connector> connector_;
    std::unique_ptr<flows::Flow> flow_;
    std::map<std::string, std::string> states_;
    std::map<std::string, Decimal> booked_;  ///< document → its cost
    std::string cursor_;
    Decimal posted_;
    std::size_t commands_ = 0, documents_ = 5000, sequence_ = 0;
    bool is_nothing_ = false;
};

/// What SAP books by itself with these confirmations and issues, at 52.00 an hour and 12.80 a seal.
Decimal sap_books(const Plant& plant) {
    Decimal sum;
    for (const Json& row : plant.rows("MaintOrderConfirmation")) {
        const Decimal cost = *Decimal::parse(row.text_or("ActualWorkQuantity"))->times(*Decimal::parse("52.00"));
        sum = *sum.plus(row.bool_or("IsReversal", false) ? cost.negated() : cost);
    }
    for (const Json& row : plant.rows("A_MaterialDocumentItem")) {
        const Decimal cost = *Decimal::parse(row.text_or("QuantityInBaseUnit"))->times(*Decimal::parse("12.80"));
        sum = *sum.plus(row.text_or("GoodsMovementType") == "262" ? cost.negated() : cost);
    }
    return sum;
}

/// A job with labor, material and a correction, completed, opened again and completed: after each step the hub reads.
void live(Plant& plant, Hub& hub) {
    const std::string order = plant.make_order();
    const std::string component = plant.add_component(order, "SEAL-9", "4.000");
    plant.confirm(order, "2.5", "MECH");
    plant.issue(order, component, "SEAL-9", "3.000");
    hub.read(plant);
    plant.set_words(order, "TECO CNF  PRC");
    hub.read(plant);
    plant.set_words(order, "REL  CNF  PRC");
    hub.read(plant);
    const std::string wrong = plant.confirm(order, "1.0", "MECH");
    plant.reverse_confirmation(wrong);
    plant.issue(order, component, "SEAL-9", "1.000", "262");
    plant.confirm(order, "0.5", "MECH");
    plant.set_words(order, "TECO CNF  PRC");
    hub.read(plant);
}

TEST(SapMaintenanceLedger, sap_as_the_ledger_books_each_cost_once_and_the_hub_nothing) {
    Plant plant;
    Hub hub("sap");
    live(plant, hub);
    EXPECT_EQ(sap_books(plant), *Decimal::parse("181.60")) << "3 hours and 2 seals";
    EXPECT_EQ(hub.commands(), 0U);
    EXPECT_EQ(hub.posted(), Decimal());
    EXPECT_TRUE(hub.said_nothing_to_post()) << "and it says so";
}

TEST(SapMaintenanceLedger, another_ledger_gets_each_cost_once) {
    Plant plant;
    Hub hub("hub");
    live(plant, hub);
    EXPECT_EQ(hub.posted(), *Decimal::parse("181.60"));
    EXPECT_EQ(hub.commands(), 3U) << "posted, taken back when it was opened again, posted anew";
    // Had SAP booked it too, every cent would stand twice: what the other setting keeps from happening.
    EXPECT_EQ(*hub.posted().plus(sap_books(plant)), *Decimal::parse("363.20"));
}

}  // namespace
}  // namespace tieline
