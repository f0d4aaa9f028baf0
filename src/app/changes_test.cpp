#include "app/changes.h"

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>
#include <fstream>

namespace tieline::app {
namespace {

Json json(const char* text) { return *Json::parse(text); }

TEST(Changes, CountOverTheFileWhereItStillHasThem) {
    Json root = json(R"({"connectors":[{"name":"erp","settings":{"url":"a"}},{"name":"bare"}],
        "sites":[{"id":"p1","flows":{"budget":{"thresholds":[80]}}},{"id":"p2","flows":{}}]})");
    apply_changes(root, json(R"({"connectors":{"erp":{"url":"b"},"bare":{"url":"c"},"gone":{"url":"d"}},
        "sites":{"p1":{"thresholds":[50,90]},"p2":{"thresholds":[1]},"p9":{"thresholds":[1]}}})"));
    EXPECT_EQ(root.dump(),
              R"({"connectors":[{"name":"erp","settings":{"url":"b"}},{"name":"bare","settings":{"url":"c"}}],)"
              R"("sites":[{"id":"p1","flows":{"budget":{"thresholds":[50,90]}}},{"id":"p2","flows":{}}]})");
}

TEST(Changes, OddShapesChangeNothing) {
    const char* text = R"({"connectors":"x","sites":[1,{"id":"p1","flows":"y"}]})";
    for (const char* odd : {R"({"connectors":[1],"sites":"x"})", R"({"connectors":{"erp":1},"sites":{"p1":2}})",
                            R"({"sites":{"p1":{"thresholds":[1]}}})"}) {
        Json root = json(text);
        apply_changes(root, json(odd));
        EXPECT_EQ(root.dump(), text) << odd;
    }
}

TEST(Changes, AreKeptWholeAndABrokenFileIsToldByName) {
    const auto folder = std::filesystem::path(::testing::TempDir()) / ("changes_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    EXPECT_TRUE(read_changes(folder.string())->members().empty());
    const Json changes = json(R"({"connectors":{"erp":{"url":"b"}}})");
    ASSERT_TRUE(write_changes(folder.string(), changes));
    EXPECT_EQ(read_changes(folder.string())->dump(), changes.dump());
    std::ofstream(folder / "settings.json") << "{\"connectors\":";
    const Result<Json> broken = read_changes(folder.string());
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().message.find("settings.json"), std::string::npos);
    EXPECT_FALSE(write_changes((folder / "none").string(), changes));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tieline::app
