// What users of SAP's services report: each pitfall has its outcome, and nothing is carried out twice.

#include "connectors/sap_maintenance/test_maintenance.h"

namespace tieline::connectors::sap_maintenance::test {
namespace {

class MaintenancePitfall : public Maintenance {
protected:
    void expect_booked_once(const model::Command& command) {
        const auto receipt = push(command);
        ASSERT_TRUE(receipt) << command.kind << ": " << receipt.error().message;
        EXPECT_EQ(receipt->state, Receipt::State::booked);
        EXPECT_EQ(plant_.effects(command), 1U) << command.kind;
    }
    /// Refused or postponed, and nothing at the peer has changed.
    Error expect_nothing_done(const model::Command& command, ErrorKind kind, const std::string& code) {
        const std::string before = plant_.state();
        const auto receipt = push(command);
        EXPECT_FALSE(receipt) << command.kind;
        if (receipt) return {};
        EXPECT_EQ(receipt.error().kind, kind) << command.kind << ": " << receipt.error().message;
        if (!code.empty()) EXPECT_EQ(receipt.error().code, code) << receipt.error().message;
        EXPECT_EQ(plant_.state(), before) << command.kind;
        return receipt.error();
    }
    /// For each kind, and both things that a new job can become.
    template <class Do>
    void each_kind(const Do& act) {
        for (const char* creates : {"notification", "order"}) {
            remake({{"creates", creates}, {"work_center", "MECH"}});
            for (const std::string& kind : spec().kinds) act(plant_.sample(kind));
        }
    }
    static std::string object_of(const model::Command& command) {
        return Json::parse(command.payload)->text_or("work_order");
    }
};

TEST_F(MaintenancePitfall, a_200_that_carries_an_error_is_looked_up) {
    each_kind([&](const model::Command& command) {
        plant_.switches.error_inside = 1;
        expect_nothing_done(command, ErrorKind::unknown_outcome, "");
        EXPECT_EQ(found(command).state, Found::State::absent) << command.kind;
        expect_booked_once(command);
    });
}

TEST_F(MaintenancePitfall, a_lost_answer_is_unknown_and_found_with_its_document) {
    each_kind([&](const model::Command& command) {
        for (const bool dumps : {false, true}) {
            model::Command one = dumps ? plant_.sample(command.kind) : command;
            (dumps ? plant_.switches.dump_after_commit : plant_.switches.lose_answers) = 1;
            const auto receipt = push(one);
            ASSERT_FALSE(receipt) << one.kind;
            EXPECT_EQ(receipt.error().kind, ErrorKind::unknown_outcome) << receipt.error().message;
            const Found seen = found(one);
            EXPECT_EQ(seen.state, Found::State::present) << one.kind;
            EXPECT_FALSE(seen.receipt.document.empty()) << one.kind;
            EXPECT_EQ(plant_.effects(one), 1U) << one.kind;
        }
    });
}

TEST_F(MaintenancePitfall, two_objects_under_one_key_are_for_a_person) {
    for (const char* creates : {"notification", "order"}) {
        remake({{"creates", creates}, {"work_center", "MECH"}});
        const model::Command command = plant_.sample("workorder.create");
        ASSERT_TRUE(push(command));
        ASSERT_TRUE(push(command)) << "SAP takes a reference twice";
        const Found seen = found(command);
        EXPECT_EQ(seen.state, Found::State::undecidable);
        EXPECT_EQ(seen.why.code, "duplicate_reference");
    }
}

TEST_F(MaintenancePitfall, a_token_that_expires_is_fetched_once_and_the_write_is_carried_out_once) {
    each_kind([&](const model::Command& command) {
        expect_booked_once(command);
        plant_.switches.expire_tokens = 1;
        expect_booked_once(plant_.sample(command.kind));
        EXPECT_EQ(plant_.switches.expire_tokens, 0);
    });
    plant_.switches.drop_cookies = true;
    plant_.switches.expire_tokens = 1;
    expect_nothing_done(plant_.sample("workorder.create"), ErrorKind::unauthorized, "token_refused");
    plant_.switches.token_needed = false;
    expect_booked_once(plant_.sample("workorder.create"));
}

TEST_F(MaintenancePitfall, a_locked_object_is_tried_again_and_booked_when_it_is_free) {
    for (const char* kind : {"workorder.link", "workorder.status"}) {
        const model::Command command = plant_.sample(kind);
        plant_.locked = {object_of(command)};
        for (const bool xml : {false, true}) {
            plant_.switches.xml_errors = xml;
            expect_nothing_done(command, ErrorKind::transient, "locked");
        }
        plant_.switches.xml_errors = false;
        plant_.locked.clear();
        expect_booked_once(command);
    }
    const std::string notification = plant_.make_notification();
    plant_.locked = {notification};
    expect_nothing_done(step("notification:" + notification, "in_progress"), ErrorKind::transient, "locked");
}

TEST_F(MaintenancePitfall, an_order_whose_status_cannot_change_is_refused_in_saps_words) {
    const model::Command command = plant_.sample("workorder.status");
    plant_.blocked = {object_of(command)};
    const Error error = expect_nothing_done(command, ErrorKind::invalid, "BS/007");
    EXPECT_NE(error.message.find("does not allow it"), std::string::npos) << error.message;
    EXPECT_EQ(found(command).state, Found::State::absent);
    // Not released yet: it cannot be completed.
    const std::string order = plant_.make_order(Json::object({{"SystemStatusText", "CRTD MANC"}}));
    expect_nothing_done(step(order, "completed"), ErrorKind::invalid, "BS/007");
}

TEST_F(MaintenancePitfall, a_step_that_is_answered_well_and_changes_nothing_is_seen) {
    plant_.steps_do_nothing = true;
    const model::Command command = plant_.sample("workorder.status");
    const auto receipt = push(command);
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().code, "status_unchanged") << receipt.error().message;
    EXPECT_NE(receipt.error().message.find("REL  MANC"), std::string::npos) << receipt.error().message;
    EXPECT_EQ(found(command).state, Found::State::absent);
}

TEST_F(MaintenancePitfall, a_step_that_cannot_be_read_again_is_looked_up) {
    const model::Command command = plant_.sample("workorder.status");
    bool has_written = false;
    const auto receipt = run(connector_->push(command), [&](const net::HttpRequest& request) {
        if (has_written && request.method == "GET")
            return Result<net::HttpResponse>(make_error(ErrorKind::transient, "the connection broke off", "reset"));
        has_written = has_written || request.method == "POST";
        return plant_.answer(request);
    });
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, ErrorKind::unknown_outcome);
    EXPECT_EQ(found(command).state, Found::State::present);
}

TEST_F(MaintenancePitfall, an_etag_goes_with_the_change_and_a_stale_one_is_told) {
    plant_.switches.etags = true;
    expect_booked_once(plant_.sample("workorder.link"));
    const model::Command command = plant_.sample("workorder.link");
    const auto receipt = run(connector_->push(command), [&](const net::HttpRequest& request) {
        auto answer = plant_.answer(request);
        // Somebody saves the order between our reading and our change.
        if (request.method == "GET" && request.url.find("MaintenanceOrder(") != std::string::npos)
            plant_.set_field(object_of(command), "MaintPriority", "2");
        return answer;
    });
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, ErrorKind::conflict) << receipt.error().message;
    EXPECT_EQ(found(command).state, Found::State::absent);
    expect_booked_once(command);
}

TEST_F(MaintenancePitfall, the_link_leaves_the_key_of_the_order_where_it_is) {
    remake({{"creates", "order"}, {"work_center", "MECH"}});
    const model::Command create = plant_.sample("workorder.create");
    const auto made = push(create);
    ASSERT_TRUE(made);
    model::Command link = plant_.sample("workorder.link");
    link.payload = Json::object({{"work_order", made->document}, {"erp_order", "800123"}}).dump();
    ASSERT_TRUE(push(link));
    EXPECT_EQ(found(create).state, Found::State::present);
    EXPECT_EQ(found(link).state, Found::State::present);
    const Json* order = plant_.find("MaintenanceOrder", "MaintenanceOrder", made->document);
    EXPECT_EQ(order->text_or("MaintObjectFreeDefinedAttrib"), link.key + " 800123");
    EXPECT_EQ(order->text_or("AdditionalDeviceData"), create.key);
    link.payload = Json::object({{"work_order", made->document}, {"erp_order", "A-NUMBER-TOO-LONG"}}).dump();
    expect_nothing_done(link, ErrorKind::invalid, "");
}

TEST_F(MaintenancePitfall, a_429_is_waited_for_as_long_as_it_says) {
    each_kind([&](const model::Command& command) {
        plant_.switches.throttle = 1;
        EXPECT_EQ(expect_nothing_done(command, ErrorKind::rate_limited, "").retry_after, Millis(7'000));
        plant_.switches.throttle = 1;
        plant_.switches.throttle_without_time = true;
        EXPECT_EQ(expect_nothing_done(command, ErrorKind::rate_limited, "").retry_after, Millis(1'000));
        plant_.switches.throttle_without_time = false;
        expect_booked_once(command);
    });
    plant_.switches.throttle = 1;
    EXPECT_EQ(run(connector_->pull("", 10), peer()).error().kind, ErrorKind::rate_limited);
}

TEST_F(MaintenancePitfall, missing_rights_are_told_and_warnings_kept) {
    plant_.switches.denied = {"API_MAINTNOTIFICATION"};
    expect_nothing_done(plant_.sample("workorder.create"), ErrorKind::unauthorized, "");
    const auto probe = run(connector_->probe(), peer());
    ASSERT_TRUE(probe);
    ASSERT_EQ(probe->missing.size(), 1U);
    EXPECT_NE(probe->missing.front().find("create notifications"), std::string::npos) << probe->missing.front();
    EXPECT_EQ(probe->rights.size(), 1U);
    plant_.switches.denied.clear();
    plant_.switches.warns = true;
    const auto receipt = push(plant_.sample("workorder.create"));
    ASSERT_TRUE(receipt);
    EXPECT_NE(receipt->details.find("Check the dates"), std::string::npos) << receipt->details;
}

TEST_F(MaintenancePitfall, a_map_that_writes_the_key_nowhere_is_refused) {
    const auto made = make_by(settings(),
                              map_with("{to: MaintNotifExtReferenceNumber, from: reference, max: 16, required: true}",
                                       "{to: MaintNotifExtReferenceNumber, constant: X}"),
                              clock_);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, "map_meaning");
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"cost_booked_by", "both"},
                                                                                      {"creates", "job"},
                                                                                      {"creates", "order"},
                                                                                      {"planned_parts", "yes"},
                                                                                      {"since", "soon"},
                                                                                      {"overlap", "2h"},
                                                                                      {"reread_every", "1m"},
                                                                                      {"reread_days", "0"}}) {
        Settings given = settings();
        std::erase_if(given.values, [&, wrong = name](const auto& each) { return each.first == wrong; });
        given.values.emplace_back(name, value);
        const auto refused = make_by(given, "", clock_);
        ASSERT_FALSE(refused) << name;
        EXPECT_EQ(refused.error().code, "bad_setting") << name;
    }
    Settings silent = settings();
    std::erase_if(silent.values, [](const auto& each) { return each.first == "cost_booked_by"; });
    EXPECT_FALSE(make_by(silent, "", clock_)) << "who books the cost must be said";
}

}  // namespace
}  // namespace tieline::connectors::sap_maintenance::test
