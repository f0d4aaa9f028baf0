// Command → wire request, case by case as the files in testdata/ say.

#include "connectors/sandbox_erp/test_erp_peer.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace tieline::connectors::sandbox_erp::test {
namespace {

Json read(const std::filesystem::path& path) {
    std::ifstream stream(path);
    std::stringstream text;
    text << stream.rdbuf();
    auto json = Json::parse(text.str());
    EXPECT_TRUE(json) << path;
    return json ? std::move(*json) : Json();
}

TEST(Golden, CommandsBecomeTheseRequests) {
    const auto connector = spec().make(settings(), "");
    ASSERT_TRUE(connector);
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(TIELINE_TESTDATA)) {
        SCOPED_TRACE(file.path().filename().string());
        const Json golden = read(file.path());
        model::Command command;
        command.key = golden.find("command")->text_or("key");
        command.kind = golden.find("command")->text_or("kind");
        command.payload = golden.find("command")->find("payload")->dump();
        const auto request = (*connector)->preview(command);
        ASSERT_TRUE(request) << request.error().message;
        const Json& wanted = *golden.find("request");
        EXPECT_EQ(request->method, wanted.text_or("method"));
        EXPECT_EQ(request->url, std::string(base_url) + wanted.text_or("path"));
        EXPECT_EQ(request->body, wanted.find("body")->dump());
        EXPECT_EQ(net::header(request->headers, "Authorization"), "Bearer sandbox");
        ++count;
    }
    EXPECT_EQ(count, 7U);
}

}  // namespace
}  // namespace tieline::connectors::sandbox_erp::test
