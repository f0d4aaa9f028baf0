// The dry run of a changed field map on recorded commands.

#include "app/map_replay.h"

#include "app/catalog.h"

#include <gtest/gtest.h>

namespace tieline::app {
namespace {

using connectors::Connector;
using Outcome = Replayed::Outcome;

std::unique_ptr<Connector> erp_with(const std::string& from = "", const std::string& to = "") {
    const connectors::ConnectorSpec* spec = find_connector("sandbox_erp");
    std::string text(spec->own_map);
    if (!from.empty()) {
        const std::size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
    }
    connectors::Settings settings;
    settings.name = "erp";
    settings.values = {{"url", "http://erp.test"}, {"token", "token"}};
    auto made = spec->make(settings, text);
    EXPECT_TRUE(made) << made.error().message;
    return std::move(*made);
}

const std::string journal =
    R"({"connector":"erp","kind":"journal.post","key":"7ZQK9M2P4R6T0001","payload":{"company_code":"1000",)"
    R"("posting_date":"2026-11-24","currency":"EUR","work_order":"WO-1","text":"Replace seal","lines":[)"
    R"({"side":"debit","account":"610000","amount":"120.00","receiver":{"kind":"cost_center","code":"CC-100"}},)"
    R"({"side":"credit","account":"181000","amount":"120.00"}]}})";

Replayed replayed(const std::string& from, const std::string& to) {
    const auto command = recorded_command(journal);
    EXPECT_TRUE(command) << command.error().message;
    const auto before = erp_with(), after = erp_with(from, to);
    return replay(*command, *before, *after);
}

TEST(MapReplay, tells_what_a_changed_map_would_send) {
    const std::string header = "{to: headerText, from: text, rule: [trim, {truncate: 50}, omit_if_empty]}";
    EXPECT_EQ(replayed("", "").outcome, Outcome::same);
    const Replayed changed =
        replayed(header, "{to: headerText, from: work_order, rule: [{prefix: \"PM \"}, {truncate: 50}]}");
    EXPECT_EQ(changed.outcome, Outcome::changed);
    ASSERT_EQ(changed.changes.size(), 1U);
    EXPECT_EQ(changed.changes[0].path, "headerText");
    EXPECT_EQ(changed.changes[0].before, "\"Replace seal\"");
    EXPECT_EQ(changed.changes[0].after, "\"PM WO-1\"");
    const Replayed sides = replayed("sides: {debit: D, credit: C}", "sides: {debit: D, credit: H}");
    ASSERT_EQ(sides.changes.size(), 1U);
    EXPECT_EQ(sides.changes[0].path, "items[1].debitCredit");
    const Replayed refused = replayed("{to: account, from: account, max: 10", "{to: account, from: account, max: 5");
    EXPECT_EQ(refused.outcome, Outcome::newly_refused);
    EXPECT_NE(refused.why.find("610000"), std::string::npos) << refused.why;
}

TEST(MapReplay, differences_name_fields_on_either_side) {
    const auto text = [](const std::string& before, const std::string& after) {
        std::string all;
        for (const FieldChange& change : differences(before, after))
            all += change.path + ":" + change.before + ">" + change.after + ";";
        return all;
    };
    EXPECT_EQ(text(R"({"a":1,"b":{"c":"x"}})", R"({"a":1,"b":{"c":"x"}})"), "");
    EXPECT_EQ(text(R"({"a":1.0})", R"({"a":1.00})"), "a:1.0>1.00;");
    EXPECT_EQ(text(R"({"a":1,"l":[{"x":1}]})", R"({"l":[{"x":2},{"x":3}]})"), "a:1>;l[0].x:1>2;l[1].x:>3;");
    EXPECT_EQ(text("<a/>", "<b/>"), "body:<a/>><b/>;");
}

TEST(MapReplay, a_recording_is_read_strictly) {
    EXPECT_FALSE(recorded_command("{}"));
    EXPECT_FALSE(recorded_command(R"({"connector":"erp","kind":"journal.post","key":"k"})"));
    EXPECT_FALSE(recorded_command("not JSON"));
}

}  // namespace
}  // namespace tieline::app
