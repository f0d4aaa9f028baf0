#include "flows/technician.h"

#include <gtest/gtest.h>

#include <map>

namespace tieline::flows {
namespace {

/// Runs the flow over events as the runner does, keeping states and commands.
class Log {
public:
    void tell(const std::string& type, const std::string& subject, const std::string& data,
              const std::string& id = "") {
        model::StoredEvent event;
        event.seq = ++seq_;
        event.envelope.id = id.empty() ? "e:" + std::to_string(seq_) + ":1" : id;
        event.envelope.site = "plant1";
        event.envelope.type = type;
        event.envelope.subject = subject;
        event.envelope.data = data;
        for (const std::string& key : flow_->keys(event)) {
            Result<Decision> decision = flow_->decide(event, key, states[key], WallTime{});
            ASSERT_TRUE(decision) << decision.error().message;
            if (decision->state) states[key] = *decision->state;
            for (auto& command : decision->commands) commands.push_back(std::move(command));
            for (auto& fresh : decision->events) events.push_back(std::move(fresh));
        }
    }
    void act(const std::string& id, const std::string& members) {
        tell("technician.acted", id,
             R"({"id":")" + id + R"(","user":"tom","person":"P17","at":"2026-11-24T10:00:00.000Z",)" + members + "}");
    }
    void job(const std::string& status, const std::string& more = "") {
        tell("job.changed", "WO-1", R"({"number":"WO-1","status":")" + status + "\"" + more + "}");
    }
    /// The CMMS's receipt of the newest command.
    void booked(const std::string& document) {
        const model::Command& command = commands.back();
        tell("action.booked", "WO-1",
             R"({"key":")" + command.key + R"(","flow":"technician","flow_key":"WO-1","document":")" + document +
                 R"(","echo":)" + command.echo + "}");
    }
    std::int64_t seq() const { return static_cast<std::int64_t>(seq_); }

    std::map<std::string, std::string> states;
    std::vector<model::Command> commands;
    std::vector<NewEvent> events;

private:
    std::unique_ptr<Flow> flow_ = make_technician({"cmms"});
    model::Sequence seq_ = 0;
};

Json payload_of(const model::Command& command) { return *Json::parse(command.payload); }

TEST(Technician, EachActionIsOneCommandUnderAKeyOfItsOwnInTheOrdersOrder) {
    Log log;
    log.job("released");
    log.act("a1", R"("kind":"start","work_order":"WO-1")");
    log.act("a2", R"("kind":"part","work_order":"WO-1","part":"SEAL-9","quantity":"2","storeroom":"MAIN")");
    log.act("a3", R"("kind":"photo","work_order":"WO-1","photo":"p1","bytes":3,"sha256":"x","type":"image/jpeg")");
    ASSERT_EQ(log.commands.size(), 3U);
    EXPECT_EQ(log.commands[0].kind, "job.start");
    EXPECT_EQ(log.commands[1].kind, "part.issue");
    EXPECT_EQ(payload_of(log.commands[1]).text_or("quantity"), "2");
    EXPECT_EQ(payload_of(log.commands[1]).text_or("reference"), log.commands[1].key);
    EXPECT_NE(log.commands[0].key, log.commands[1].key);
    EXPECT_EQ(log.commands[0].order_key, log.commands[1].order_key);
    EXPECT_NE(log.commands[2].order_key, log.commands[1].order_key) << "a picture holds no work up";
    const std::string key = log.commands[0].key;
    Log other;
    other.act("a1", R"("kind":"start","work_order":"WO-1")");
    EXPECT_EQ(other.commands[0].key, key) << "the key follows from the action's id alone";
}

TEST(Technician, AnotherBodyUnderTheSameIdIsPassedOver) {
    Log log;
    log.tell("technician.acted", "a1", R"({"id":"a1","kind":"note","work_order":"WO-1","text":"x"})",
             "technician:a1:2");
    EXPECT_TRUE(log.commands.empty());
}

TEST(Technician, AValueThatSomebodyElseSetMeanwhileIsNotOverwritten) {
    Log log;
    log.job("in_progress", R"(,"checklist":[{"step":1,"type":"number"}])");
    const std::string base = R"("work_order":"WO-1","base":)" + std::to_string(log.seq());
    log.job("in_progress", R"(,"checklist":[{"step":1,"value":"2.5","done_by":"P18"}])");
    log.act("a1", R"("kind":"check","step":1,"value":"2.7",)" + base);
    EXPECT_TRUE(log.commands.empty());
    ASSERT_EQ(log.events.size(), 1U);
    EXPECT_EQ(log.events[0].type, "action.conflicted");
    EXPECT_EQ(Json::parse(log.events[0].data)->text_or("present"), "2.5");
    log.act("a2", R"("kind":"check","step":1,"value":"2.5",)" + base);
    EXPECT_EQ(log.commands.size(), 1U) << "the same value is no conflict";
    log.act("a3", R"("kind":"note","text":"looks odd",)" + base);
    EXPECT_EQ(log.commands.size(), 2U) << "a fact never is";
    log.act("a4", R"("kind":"check","step":1,"value":"2.7","work_order":"WO-1","base":)" + std::to_string(log.seq()));
    EXPECT_EQ(log.commands.size(), 3U) << "who has seen it may change it";
}

TEST(Technician, TwoPhonesAtTheSameMomentTheSecondIsTold) {
    Log log;
    log.job("in_progress", R"(,"checklist":[{"step":1,"type":"number"}])");
    const std::string base = R"("work_order":"WO-1","base":)" + std::to_string(log.seq());
    log.act("a1", R"("kind":"check","step":1,"value":"1",)" + base);
    log.act("a2", R"("kind":"check","step":1,"value":"2",)" + base);
    EXPECT_EQ(log.commands.size(), 2U) << "one's own value may be put right";
    log.tell("technician.acted", "b1",
             R"({"id":"b1","user":"eva","person":"P18","kind":"check","step":1,"value":"3",)" + base + "}");
    EXPECT_EQ(log.commands.size(), 2U);
    EXPECT_EQ(log.events.size(), 1U);
    log.job("in_progress", R"(,"checklist":[{"step":1,"value":"0","done_by":"P9"}])");
    EXPECT_EQ(stale_field(log.states["WO-1"],
                          *Json::parse(R"({"kind":"check","step":1,"value":"2","person":"P17",)" + base + "}"))
                  .has_value(),
              false)
        << "an older picture does not undo what is on its way";
}

TEST(Technician, AnOrderThatIsOverTakesNoStart) {
    Log log;
    log.job("completed");
    log.act("a1", R"("kind":"start","work_order":"WO-1")");
    log.act("a2", R"("kind":"finish","work_order":"WO-1")");
    log.act("a3", R"("kind":"labor","work_order":"WO-1","hours":"1.5")");
    ASSERT_EQ(log.commands.size(), 2U);
    EXPECT_EQ(log.commands[0].kind, "job.finish") << "finished twice is finished";
    EXPECT_EQ(log.commands[1].kind, "labor.record");
    log.job("cancelled");
    log.act("a4", R"("kind":"finish","work_order":"WO-1")");
    EXPECT_EQ(log.commands.size(), 2U);
}

TEST(Technician, PicturesOfAReportFollowOnceItHasANumber) {
    Log log;
    log.act("r1", R"("kind":"report","asset":"PUMP-01","title":"It leaks",)"
                  R"("photos":[{"photo":"p1","bytes":3,"sha256":"x","type":"image/jpeg"}])");
    ASSERT_EQ(log.commands.size(), 1U);
    const model::Command request = log.commands[0];
    EXPECT_EQ(request.kind, "request.create");
    log.tell("action.booked", "r1",
             R"({"key":")" + request.key + R"(","flow":"technician","flow_key":"report/r1","document":"WO-7","echo":)" +
                 request.echo + "}");
    ASSERT_EQ(log.commands.size(), 2U);
    EXPECT_EQ(log.commands[1].kind, "photo.add");
    EXPECT_EQ(payload_of(log.commands[1]).text_or("work_order"), "WO-7");
    EXPECT_EQ(payload_of(log.commands[1]).text_or("person"), "P17");
}

TEST(Technician, AClosedOrderIsForgottenOnceNothingIsUnderWay) {
    Log log;
    log.job("in_progress");
    log.act("a1", R"("kind":"note","work_order":"WO-1","text":"x")");
    log.job("closed");
    EXPECT_FALSE(log.states["WO-1"].empty());
    log.booked("WO-1/1");
    EXPECT_TRUE(log.states["WO-1"].empty());
}

}  // namespace
}  // namespace tieline::flows
