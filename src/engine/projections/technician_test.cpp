#include "engine/projections/projections.h"
#include "engine/projections/test_fold.h"

#include <gtest/gtest.h>

namespace tieline::engine::projections {
namespace {

using testing::Fold;

TEST(Jobs, AnOrderIsOpenOrDoneAndItsEndIsRememberedByDay) {
    Fold view(make_jobs());
    view.on("2026-11-24");
    view.tell("job.changed", "WO-1", R"({"number":"WO-1","status":"released"})");
    EXPECT_EQ(view.row("open/WO-1").int_or("version", 0), 1);
    EXPECT_EQ(view.row("open/WO-1").text_or("status"), "released");
    view.tell("job.changed", "WO-1", R"({"number":"WO-1","status":"completed"})");
    EXPECT_TRUE(view.row("open/WO-1").is_null());
    EXPECT_EQ(view.row("done/WO-1").text_or("status"), "completed");
    EXPECT_EQ(view.row("gone/2026-11-24/WO-1").int_or("version", 0), 2);
    view.tell("job.changed", "WO-1", R"({"number":"WO-1","status":"reopened"})");
    EXPECT_EQ(view.row("open/WO-1").int_or("version", 0), 3);
    EXPECT_TRUE(view.row("done/WO-1").is_null());
}

TEST(TechnicianActions, AnActionsFateFollowsItsReceipts) {
    // Ids of these events end as the log's: the first body under an id counts.
    const auto projection = make_technician_actions();
    Json row;
    const auto tell = [&](const std::string& type, const std::string& id, const std::string& data) {
        model::StoredEvent event;
        event.envelope.id = id;
        event.envelope.type = type;
        event.envelope.data = data;
        const std::vector<std::string> keys = projection->keys(event);
        for (const std::string& key : keys) {
            EXPECT_EQ(key, "tom/a1");
            const std::string after = projection->fold(event, key, row.is_null() ? "" : row.dump());
            row = *Json::parse(after);
        }
        return keys.size();
    };
    const std::string acted = R"({"id":"a1","user":"tom","kind":"report","at":"2026-11-24T10:00:00.000Z"})";
    EXPECT_EQ(tell("technician.acted", "technician:a1:2", acted), 0U);
    EXPECT_EQ(tell("technician.acted", "technician:a1:1", acted), 1U);
    EXPECT_EQ(row.text_or("state"), "received");
    const std::string echo = R"("echo":{"action":"a1","user":"tom","kind":"report")";
    tell("action.rejected", "r", R"({"reason":"no such asset",)" + echo + "}}");
    EXPECT_EQ(row.text_or("state"), "refused");
    EXPECT_EQ(row.text_or("reason"), "no such asset");
    tell("action.parked", "r", R"({"reason":"who knows",)" + echo + "}}");
    EXPECT_EQ(row.text_or("state"), "needs_person");
    tell("action.booked", "r", R"({"document":"WO-7",)" + echo + "}}");
    EXPECT_EQ(row.text_or("state"), "sent");
    EXPECT_EQ(row.text_or("work_order"), "WO-7") << "the report has become a request";
    EXPECT_EQ(row.find("reason"), nullptr);
    EXPECT_EQ(tell("action.rejected", "r", R"({"reason":"too dark",)" + echo + R"(,"photo":"p1"}})"), 0U)
        << "a picture of the report is not the report";
}

TEST(Crew, TheLatestByItsOwnTimeCounts) {
    const auto projection = make_crew();
    Json row;
    const auto tell = [&](const std::string& kind, const std::string& order, const std::string& at) {
        model::StoredEvent event;
        event.envelope.id = "technician:x:1";
        event.envelope.type = "technician.acted";
        event.envelope.data = R"({"user":"tom","person":"T-1","kind":")" + kind + R"(","work_order":")" + order +
                              R"(","at":"2026-11-24T)" + at + R"(:00.000Z"})";
        for (const std::string& key : projection->keys(event)) {
            EXPECT_EQ(key, "T-1");
            row = *Json::parse(projection->fold(event, key, row.is_null() ? "" : row.dump()));
        }
        return row.text_or("did") + " " + row.text_or("work_order");
    };
    EXPECT_EQ(tell("start", "WO-1", "10:00"), "start WO-1");
    EXPECT_EQ(tell("note", "WO-9", "10:01"), "start WO-1");
    EXPECT_EQ(tell("pause", "WO-1", "10:05"), "pause WO-1");
    EXPECT_EQ(tell("start", "WO-2", "10:06"), "start WO-2");
    EXPECT_EQ(tell("finish", "WO-1", "10:02"), "start WO-2") << "sent late from a phone without network";
}

}  // namespace
}  // namespace tieline::engine::projections
