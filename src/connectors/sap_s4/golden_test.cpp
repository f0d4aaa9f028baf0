// Rows of SAP → event, case by case as the files in testdata/feed say.

#include "connectors/drive.h"
#include "connectors/sap_s4/spec.h"
#include "connectors/sap_s4/test_sap_peer.h"
#include "connectors/test_golden.h"

#include <gtest/gtest.h>

namespace tieline::connectors::sap_s4::test {
namespace {

TEST(SapGolden, RowsBecomeTheseEvents) {
    const auto connector = spec().make(settings(), "");
    ASSERT_TRUE(connector);
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(TIELINE_TESTDATA "/feed")) {
        SCOPED_TRACE(file.path().filename().string());
        const Json golden = golden_of(file.path());
        SapPeer peer;
        for (const auto& [set, rows] : golden.find("rows")->members())
            for (const Json& row : rows.items()) peer.add_row(set, row);
        const Peer answers = [&](const net::HttpRequest& request) { return peer.answer(request); };
        const std::string before = peer.state();
        const auto object = run((*connector)->fetch(golden.text_or("object")), answers);
        ASSERT_TRUE(object) << object.error().message;
        EXPECT_FALSE(object->refused) << object->refused->message;
        const Json& wanted = *golden.find("event");
        EXPECT_EQ(object->object, golden.text_or("object"));
        EXPECT_EQ(object->subject, wanted.text_or("subject"));
        EXPECT_EQ(object->type, wanted.text_or("type"));
        EXPECT_EQ(object->correlation, wanted.text_or("correlation"));
        Json data = *Json::parse(object->data);
        for (const char* place : {"seq", "as_of"}) data.erase(place);
        EXPECT_EQ(data.dump(), wanted.find("data")->dump());
        EXPECT_EQ(peer.state(), before);
        ++count;
    }
    EXPECT_EQ(count, 24U);
}

TEST(SapGolden, CommandsBecomeTheseRequests) {
    Settings given = settings();
    given.values.emplace_back("planned_cost_control_key", "PM02");
    given.values.emplace_back("planned_cost_element", "415000");
    const auto connector = spec().make(given, "");
    ASSERT_TRUE(connector);
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(TIELINE_TESTDATA "/commands")) {
        SCOPED_TRACE(file.path().filename().string());
        const Json golden = golden_of(file.path());
        model::Command command;
        command.key = golden.find("command")->text_or("key");
        command.kind = golden.find("command")->text_or("kind");
        command.payload = golden.find("command")->find("payload")->dump();
        const auto request = (*connector)->preview(command);
        ASSERT_TRUE(request) << request.error().message;
        const Json& wanted = *golden.find("request");
        EXPECT_EQ(request->method, wanted.text_or("method"));
        EXPECT_EQ(request->url, std::string(base_url) + std::string(odata::test::root) + wanted.text_or("path"));
        EXPECT_EQ(request->body, wanted.find("body")->dump());
        ++count;
    }
    EXPECT_EQ(count, 7U);
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
