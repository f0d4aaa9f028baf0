// Command → wire request and change of the ERP's feed → event, case by case as the files in testdata/ say.

#include "connectors/sandbox_erp/test_erp_peer.h"
#include "connectors/test_golden.h"

namespace tieline::connectors::sandbox_erp::test {
namespace {

TEST(Golden, CommandsBecomeTheseRequests) {
    const auto connector = spec().make(settings(), "");
    ASSERT_TRUE(connector);
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(TIELINE_TESTDATA)) {
        if (!file.is_regular_file()) continue;
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
        EXPECT_EQ(request->url, std::string(base_url) + wanted.text_or("path"));
        EXPECT_EQ(request->body, wanted.find("body")->dump());
        EXPECT_EQ(net::header(request->headers, "Authorization"), "Bearer sandbox");
        ++count;
    }
    EXPECT_EQ(count, 13U);
}

TEST(Golden, ChangesBecomeTheseEvents) {
    const auto connector = spec().make(settings(), "");
    ASSERT_TRUE(connector);
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(TIELINE_TESTDATA "/feed")) {
        SCOPED_TRACE(file.path().filename().string());
        const Json golden = golden_of(file.path());
        const Json page =
            Json::object({{"changes", Json(Json::Array{*golden.find("change")})}, {"next", "900"}, {"more", true}});
        const Peer peer = [&](const net::HttpRequest&) -> Result<net::HttpResponse> {
            return net::HttpResponse{200, {}, page.dump()};
        };
        const auto pulled = run((*connector)->pull("1", 10), peer);
        ASSERT_TRUE(pulled) << pulled.error().message;
        ASSERT_EQ(pulled->objects.size(), 1U);
        const SourceObject& object = pulled->objects[0];
        EXPECT_FALSE(object.refused) << object.refused->message;
        const Json& wanted = *golden.find("event");
        EXPECT_EQ(object.object, wanted.text_or("object"));
        EXPECT_EQ(object.subject, wanted.text_or("subject"));
        EXPECT_EQ(object.type, wanted.text_or("type"));
        EXPECT_EQ(object.correlation, wanted.text_or("correlation"));
        EXPECT_EQ(object.data, wanted.find("data")->dump());
        ++count;
    }
    EXPECT_EQ(count, 12U);
}

}  // namespace
}  // namespace tieline::connectors::sandbox_erp::test
