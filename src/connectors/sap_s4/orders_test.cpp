// Maintenance orders: created once and released, led on from wherever an answer was lost.

#include "connectors/drive.h"
#include "connectors/sap_s4/spec.h"
#include "connectors/sap_s4/test_sap_peer.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tieline::connectors::sap_s4::test {
namespace {

class SapOrders : public testing::Test {
protected:
    void SetUp() override { make(settings()); }
    void make(const Settings& with) {
        auto made = spec().make(with, "");
        ASSERT_TRUE(made) << (made ? "" : made.error().message);
        connector_ = std::move(*made);
    }
    Peer peer() {
        return [this](const net::HttpRequest& request) {
            writes_ += request.method == "GET" ? 0 : 1;
            return peer_.answer(request);
        };
    }
    /// Loses the answer to the write of that number, 1 being the first.
    Peer losing(int which) {
        writes_ = 0;
        return [this, which](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            Result<net::HttpResponse> answer = peer_.answer(request);
            if (request.method == "GET" || ++writes_ != which) return answer;
            return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset");
        };
    }
    Result<Receipt> push(const model::Command& command) { return run(connector_->push(command), peer()); }
    Found find(const model::Command& command) {
        const auto found = run(connector_->find(command), peer());
        EXPECT_TRUE(found) << (found ? "" : found.error().message);
        return found ? *found : Found{};
    }
    const Json& order(std::size_t at = 0) const { return peer_.rows("MaintenanceOrder")[at]; }
    const Json& row_of(const char* set, const std::string& number, std::size_t at = 0) const {
        for (const Json& row : peer_.rows(set))
            if (row.text_or("MaintenanceOrder") == number && at-- == 0) return row;
        ADD_FAILURE() << set << " has none of " << number;
        return peer_.rows(set).front();
    }
    static model::Command with(model::Command command, const std::string& from, const std::string& to) {
        const std::size_t at = command.payload.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        if (at != std::string::npos) command.payload.replace(at, from.size(), to);
        return command;
    }
    model::Command change(const std::string& status, const std::string& of) {
        model::Command command = peer_.sample("order.change");
        const std::string sampled = Json::parse(command.payload)->text_or("erp_order");
        return with(with(command, sampled, of), "technically_complete", status);
    }

    SapPeer peer_;
    std::unique_ptr<Connector> connector_;
    int writes_ = 0;
};

TEST_F(SapOrders, a_job_gets_one_released_order_with_its_receiver) {
    const model::Command command = peer_.sample("order.create");
    const auto receipt = push(command);
    ASSERT_TRUE(receipt) << receipt.error().message;
    EXPECT_EQ(receipt->state, Receipt::State::booked);
    EXPECT_EQ(receipt->details, R"({"status":"released"})");
    EXPECT_EQ(order().text_or("SystemStatusText"), "REL MANC NMAT PRC SETC");
    EXPECT_EQ(order().text_or("MaintenanceOrderDesc"), "WO-000123 Leaking valve");
    EXPECT_EQ(order().text_or("Equipment"), "FILLER-01");
    EXPECT_EQ(row_of("MaintOrderSettlmtDistrRule", receipt->document).text_or("CostCenter"), "CC-100");
    EXPECT_EQ(peer_.rows("MaintenanceOrderOperation").size(), 1U) << "without a control key for it, no planned cost";
    const Found found = find(command);
    EXPECT_EQ(found.state, Found::State::present);
    EXPECT_EQ(found.receipt.state, Receipt::State::booked);
    EXPECT_EQ(found.receipt.document, receipt->document);
}

TEST_F(SapOrders, the_planned_cost_is_the_price_of_an_operation_where_there_is_a_control_key_for_it) {
    Settings given = settings();
    given.values.emplace_back("planned_cost_control_key", "PM02");
    given.values.emplace_back("planned_cost_element", "415000");
    make(given);
    const auto receipt = push(peer_.sample("order.create"));
    ASSERT_TRUE(receipt) << receipt.error().message;
    const Json& planned = row_of("MaintenanceOrderOperation", receipt->document, 1);
    EXPECT_EQ(planned.text_or("OpExternalProcessingPrice"), "350.00");
    EXPECT_EQ(planned.text_or("PurReqnOrResvnGeneration"), "1") << "never a requisition";
    const model::Command command = change("released", receipt->document);
    ASSERT_TRUE(push(command));
    EXPECT_EQ(row_of("MaintenanceOrderOperation", receipt->document, 1).text_or("OpExternalProcessingPrice"), "400.00");
    writes_ = 0;
    ASSERT_TRUE(push(command)) << "once more";
    EXPECT_EQ(writes_, 0) << "and nothing is left to do";
}

TEST_F(SapOrders, the_order_of_a_cancelled_job_still_takes_what_comes_late_unless_it_shall_be_deleted) {
    const std::string number = peer_.make_maintenance_order("REL MANC");
    ASSERT_TRUE(push(change("cancelled", number)));
    EXPECT_EQ(order().text_or("SystemStatusText"), "TECO MANC");
    const auto late =
        push(with(peer_.sample("goods_issue.post"), R"("part")", R"("erp_order":")" + number + R"(","part")"));
    EXPECT_TRUE(late) << late.error().message;
    const std::string never_released = peer_.make_maintenance_order("CRTD MANC");
    ASSERT_TRUE(push(change("cancelled", never_released)));
    EXPECT_EQ(row_of("MaintenanceOrder", never_released).text_or("SystemStatusText"), "CRTD DLFL MANC")
        << "nothing can come to it";
}

TEST_F(SapOrders, an_order_follows_its_job_through_every_status) {
    Settings given = settings();
    given.values.emplace_back("cancelled_orders", "delete");
    make(given);
    const auto made = push(peer_.sample("order.create"));
    ASSERT_TRUE(made);
    const auto status_after = [&](const std::string& status) {
        const auto receipt = push(change(status, made->document));
        EXPECT_TRUE(receipt) << status << ": " << (receipt ? "" : receipt.error().message);
        return order().text_or("SystemStatusText").substr(0, 9);
    };
    EXPECT_EQ(status_after("technically_complete"), "TECO MANC");
    EXPECT_EQ(status_after("released"), "REL MANC ") << "the job was reopened";
    EXPECT_EQ(status_after("cancelled"), "TECO DLFL") << "complete first, then marked for deletion";
    const auto refused = push(change("released", made->document));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "order_over") << refused.error().message;
}

TEST_F(SapOrders, the_receiver_moves_by_the_settlement_rule) {
    peer_.cost_centers.insert("CC-200");
    const std::string number = peer_.make_maintenance_order("REL");
    const model::Command command = with(change("released", number), R"("planned_cost")",
                                        R"("receiver":{"kind":"cost_center","code":"CC-200"},"planned_cost")");
    const auto receipt = push(command);
    ASSERT_TRUE(receipt) << receipt.error().message;
    EXPECT_EQ(row_of("MaintOrderSettlmtDistrRule", number).text_or("CostCenter"), "CC-200");
    Json second = row_of("MaintOrderSettlmtDistrRule", number);
    second.set("SettlmtDistrRuleSequence", "2");
    peer_.rows("MaintOrderSettlmtDistrRule").push_back(second);
    EXPECT_EQ(push(with(command, "CC-200", "CC-100")).error().code, "settlement_rules");
}

/// Wherever the answer is lost: what was done is found, the rest is led on, and each step had its effect once.
TEST_F(SapOrders, a_lost_answer_at_any_step_leaves_one_order_as_wanted) {
    for (const char* kind : {"order.create", "order.change"}) {
        for (int which = 1; which <= 2; ++which) {
            SCOPED_TRACE(std::string(kind) + " " + std::to_string(which));
            const model::Command command = peer_.sample(kind);
            peer_.order_calls.clear();
            const auto lost = run(connector_->push(command), losing(which));
            ASSERT_FALSE(lost);
            EXPECT_EQ(lost.error().kind, ErrorKind::unknown_outcome);
            const Found found = find(command);
            EXPECT_EQ(found.state, Found::State::present);
            EXPECT_EQ(found.receipt.state, which == 1 ? Receipt::State::accepted : Receipt::State::booked);
            const auto followed = run(connector_->follow(command, found.receipt.document), peer());
            ASSERT_TRUE(followed) << followed.error().message;
            EXPECT_EQ(followed->receipt.state, Receipt::State::booked);
            EXPECT_EQ(followed->receipt.document, found.receipt.document);
            EXPECT_EQ(peer_.effects(command), 1U);
            EXPECT_EQ(peer_.order_calls.size(), 1U);
            for (const auto& [call, times] : peer_.order_calls) EXPECT_EQ(times, 1) << call;
        }
    }
}

/// As the dispatcher goes about it: what is unknown is looked for, what is accepted is followed, what is absent or
/// never left is sent again.
TEST_F(SapOrders, a_message_lost_anywhere_is_made_good_by_the_dispatchers_rules) {
    Settings given = settings();
    given.values.emplace_back("planned_cost_control_key", "PM02");
    given.values.emplace_back("planned_cost_element", "415000");
    make(given);
    peer_.cost_centers.insert("CC-200");
    for (const char* kind : {"order.create", "order.change"}) {
        for (int at = 1; at <= 12; ++at) {
            for (const bool arrives : {false, true}) {
                SCOPED_TRACE(std::string(kind) + ", message " + std::to_string(at) + (arrives ? ", answer" : ""));
                model::Command command = peer_.sample(kind);
                if (command.kind == "order.change")
                    command = with(command, R"("planned_cost")",
                                   R"("receiver":{"kind":"cost_center","code":"CC-200"},"planned_cost")");
                peer_.order_calls.clear();
                int message = 0;
                const Peer lossy = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
                    const bool is_lost = ++message == at;
                    if (!is_lost) return peer_.answer(request);
                    if (arrives) (void)peer_.answer(request);
                    return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset");
                };
                bool is_booked = false, is_accepted = false, is_unknown = false;
                for (int turn = 0; turn < 6 && !is_booked; ++turn) {
                    if (!is_accepted && !is_unknown) {
                        const auto pushed = run(connector_->push(command), lossy);
                        is_booked = pushed.has_value();
                        is_unknown = !pushed && pushed.error().kind == ErrorKind::unknown_outcome;
                        if (!pushed && !is_unknown) EXPECT_EQ(pushed.error().kind, ErrorKind::transient);
                        continue;
                    }
                    const auto seen = is_accepted ? run(connector_->follow(command, ""), lossy)
                                                  : run(connector_->find(command), lossy);
                    if (!seen) continue;
                    ASSERT_TRUE(seen->state == Found::State::present || seen->state == Found::State::absent);
                    is_unknown = false;
                    is_accepted = seen->state == Found::State::present;
                    is_booked = is_accepted && seen->receipt.state == Receipt::State::booked;
                }
                EXPECT_TRUE(is_booked);
                EXPECT_EQ(peer_.effects(command), 1U);
                for (const auto& [call, times] : peer_.order_calls) EXPECT_EQ(times, 1) << call;
                EXPECT_EQ(peer_.order_calls.size(), 1U);
            }
        }
    }
}

TEST_F(SapOrders, a_refused_release_is_told_and_a_replay_takes_the_same_order_up) {
    const model::Command command = peer_.sample("order.create");
    peer_.pitfalls.permit_missing = true;
    const auto refused = push(command);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_NE(refused.error().message.find("Permit"), std::string::npos) << refused.error().message;
    const auto followed = run(connector_->follow(command, ""), peer());
    ASSERT_TRUE(followed);
    EXPECT_EQ(followed->state, Found::State::rejected) << "the same refusal, told once more";
    peer_.pitfalls.permit_missing = false;
    ASSERT_TRUE(push(command));
    EXPECT_EQ(peer_.rows("MaintenanceOrder").size(), 1U);
}

TEST_F(SapOrders, statuses_are_read_in_german_too_and_unknown_ones_are_told) {
    peer_.pitfalls.german = true;
    ASSERT_TRUE(push(peer_.sample("order.create")));
    EXPECT_EQ(order().text_or("SystemStatusText"), "FREI KALF NMVP");
    const std::string number = peer_.make_maintenance_order("LANC");
    EXPECT_EQ(push(change("technically_complete", number)).error().code, "unknown_status");
}

TEST_F(SapOrders, a_step_without_effect_ends) {
    peer_.pitfalls.steps_have_no_effect = true;
    const auto receipt = push(peer_.sample("order.create"));
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().code, "step_without_effect") << receipt.error().message;
}

TEST_F(SapOrders, two_orders_or_one_of_another_kind_under_a_key_are_for_a_person) {
    const model::Command command = peer_.sample("order.create");
    ASSERT_TRUE(push(command));
    peer_.add_equipment("PUMP-7", "Pump");
    EXPECT_EQ(find(with(command, "FILLER-01", "PUMP-7")).why.code, "reference_used_otherwise");
    Json second = order();
    second.set("MaintenanceOrder", "4009999");
    peer_.rows("MaintenanceOrder").push_back(second);
    EXPECT_EQ(find(command).state, Found::State::undecidable);
    EXPECT_EQ(find(command).why.code, "duplicate_reference");
    const auto pushed = push(command);
    ASSERT_FALSE(pushed);
    EXPECT_EQ(pushed.error().kind, ErrorKind::unknown_outcome);
    EXPECT_EQ(peer_.rows("MaintenanceOrder").size(), 2U);
}

TEST_F(SapOrders, hours_are_confirmed_in_minutes_to_the_last_and_never_rounded) {
    const model::Command command = peer_.sample("confirmation.post");
    const auto receipt = push(command);
    ASSERT_TRUE(receipt) << receipt.error().message;
    const Json& row = peer_.rows("MaintOrderConfirmation").back();
    EXPECT_EQ(row.text_or("ActualWorkQuantity"), "135") << "2.25 hours";
    EXPECT_EQ(row.text_or("ActualWorkQuantityUnit"), "MIN");
    EXPECT_EQ(receipt->document, row.text_or("MaintOrderConf") + "/00000001");
    EXPECT_EQ(push(with(command, "2.25", "0.333")).error().code, "too_many_decimals") << "19.98 minutes";
    EXPECT_EQ(push(with(command, "2.25", "-1")).error().code, "negative_hours");
    EXPECT_EQ(push(with(command, R"("erp_order")", R"("no_order")")).error().code, "missing_field");
    EXPECT_EQ(peer_.rows("MaintOrderConfirmation").size(), 1U);
}

TEST_F(SapOrders, a_confirmation_is_cancelled_once_and_what_cancels_it_is_not_taken_for_it) {
    peer_.pitfalls.cancel_copies_reference = true;
    const model::Command command = peer_.sample("confirmation.post");
    const auto receipt = push(command);
    ASSERT_TRUE(receipt);
    model::Command cancel = peer_.sample("confirmation.reverse");
    cancel = with(cancel, Json::parse(cancel.payload)->text_or("document"), receipt->document);
    ASSERT_TRUE(push(cancel));
    EXPECT_EQ(find(cancel).receipt.document, receipt->document.substr(0, 11) + "00000002");
    EXPECT_EQ(find(command).state, Found::State::present);
    EXPECT_EQ(find(command).receipt.document, receipt->document);
    EXPECT_EQ(push(cancel).error().kind, ErrorKind::invalid);
}

TEST_F(SapOrders, a_complete_order_that_takes_no_hours_refuses_them_in_saps_words) {
    peer_.pitfalls.complete_takes_no_hours = true;
    const model::Command command = peer_.sample("confirmation.post");
    peer_.set_order_status(Json::parse(command.payload)->text_or("erp_order"), "TECO");
    const auto receipt = push(command);
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, ErrorKind::invalid);
    EXPECT_NE(receipt.error().message.find("TECO"), std::string::npos) << receipt.error().message;
}

TEST_F(SapOrders, parts_go_to_the_order_or_to_the_receiver_as_the_setting_says) {
    const std::string number = peer_.make_maintenance_order("REL");
    const auto issued = [&](const char* setting) {
        Settings given = settings();
        given.values.emplace_back("order_issue", setting);
        make(given);
        const model::Command command = with(peer_.sample("goods_issue.post"), R"("part")",
                                            R"("erp_order":")" + number + R"(","reservation":"50001/0001","part")");
        EXPECT_TRUE(push(command));
        EXPECT_EQ(find(command).state, Found::State::present);
        const Json& item = peer_.rows("A_MaterialDocumentItem").back();
        return item.text_or("GoodsMovementType") + item.text_or("ManufacturingOrder") + item.text_or("Reservation");
    };
    EXPECT_EQ(issued("order"), "261" + number);
    EXPECT_EQ(issued("receiver"), "20150001");
    peer_.set_order_status(number, "CRTD");
    Settings given = settings();
    make(given);
    const auto refused =
        push(with(peer_.sample("goods_issue.post"), R"("part")", R"("erp_order":")" + number + R"(","part")"));
    ASSERT_FALSE(refused) << "not released";
    given.values.emplace_back("order_issue", "both");
    EXPECT_EQ(spec().make(given, "").error().field, "order_issue");
}

TEST_F(SapOrders, an_order_that_does_not_exist_is_refused_for_good) {
    const auto receipt = push(change("technically_complete", "4999999"));
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
