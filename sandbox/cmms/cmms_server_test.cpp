// The CMMS behind a socket, and under kill -9.

#include "sandbox/cmms/cmms_server.h"

#include "base/hash.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <future>

namespace tieline::sandbox::cmms {
namespace {

net::HttpRequest request_to(std::uint16_t port, const std::string& method, const std::string& path,
                            const std::string& body = {}) {
    net::HttpRequest request;
    request.method = method;
    request.url = "http://127.0.0.1:" + std::to_string(port) + path;
    request.headers = {{"Authorization", "Bearer sandbox"}};
    request.body = body;
    return request;
}

const char* an_order = R"({"asset":"PUMP-01","summary":"x"})";

TEST(CmmsServer, AnswersLosesAndDelaysOverASocket) {
    CmmsServerOptions options;
    options.demo = true;
    const auto server = CmmsServer::start(options);
    ASSERT_TRUE(server) << server.error().message;
    const std::uint16_t port = (*server)->port();
    const auto client = net::make_http_client();
    const auto made = client->send_and_wait(request_to(port, "POST", "/api/workorders", an_order));
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->status, 201);
    client->send_and_wait(request_to(port, "POST", "/admin/faults",
                                     R"({"rules":[{"fault":"drop_after","count":1,"method":"POST"},
                                         {"fault":"slow","count":1,"ms":30,"method":"GET"}]})"));
    const auto lost = client->send_and_wait(request_to(port, "POST", "/api/workorders", an_order));
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, ErrorKind::unknown_outcome);
    const auto before = std::chrono::steady_clock::now();
    const auto list = client->send_and_wait(request_to(port, "GET", "/api/workorders"));
    ASSERT_TRUE(list);
    EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(30));
    EXPECT_EQ(net::header(list->headers, delay_header), "");
    EXPECT_EQ(Json::parse(list->body)->find("items")->items().size(), 2U);
}

TEST(CmmsServer, SendsSignedWebhooksUntilTheyAreTaken) {
    std::promise<net::HttpRequest> second;
    std::atomic<int> count{0};
    const auto receiver = net::make_http_server({}, [&](net::HttpRequest request, std::shared_ptr<net::Responder> to) {
        net::HttpResponse response;
        response.status = ++count == 1 ? 503 : 204;
        if (count == 2) second.set_value(request);
        to->respond(std::move(response));
    });
    ASSERT_TRUE(receiver);
    CmmsServerOptions options;
    options.demo = true;
    const auto server = CmmsServer::start(options);
    ASSERT_TRUE(server);
    const auto client = net::make_http_client();
    const std::string hook = "http://127.0.0.1:" + std::to_string((*receiver)->port()) + "/hook";
    client->send_and_wait(request_to((*server)->port(), "POST", "/api/webhooks",
                                     R"({"secret":"0123456789abcdef","url":")" + hook + "\"}"));
    client->send_and_wait(request_to((*server)->port(), "POST", "/api/workorders", an_order));
    auto taken = second.get_future();
    ASSERT_EQ(taken.wait_for(std::chrono::seconds(20)), std::future_status::ready);
    const net::HttpRequest request = taken.get();
    const std::string signature(net::header(request.headers, "X-Sandbox-Signature"));
    const std::string seconds = signature.substr(2, signature.find(',') - 2);
    EXPECT_EQ(signature, "t=" + seconds + ",v1=" + hex(hmac_sha256("0123456789abcdef", seconds + "." + request.body)));
    EXPECT_EQ(Json::parse(request.body)->text_or("object"), "WO-000001");
}

TEST(CmmsServer, SaysWhyItCannotStart) {
    CmmsServerOptions options;
    options.database = "/nowhere/at/all/cmms.db";
    EXPECT_FALSE(CmmsServer::start(options));
    options.database = ":memory:";
    const auto first = CmmsServer::start(options);
    ASSERT_TRUE(first);
    options.port = (*first)->port();
    EXPECT_FALSE(CmmsServer::start(options));
}

/// The child answers requests and reports each made order; it is killed in the middle of it.
[[noreturn]] void make_orders_for_ever(const std::string& path, int report) {
    Cmms cmms(path);
    cmms.seed_demo(WallTime{});
    net::HttpRequest request;
    request.method = "POST";
    request.url = "/api/workorders";
    request.headers = {{"Authorization", "Bearer sandbox"}};
    request.body = an_order;
    for (;;) {
        const char mark = cmms.handle(request, WallTime{}).status == 201 ? '+' : '-';
        if (::write(report, &mark, 1) != 1) ::_exit(1);
    }
}

TEST(CmmsServer, LosesNothingThatItConfirmedWhenKilled) {
    const std::string path =
        (std::filesystem::temp_directory_path() / ("cmms_kill_" + std::to_string(::getpid()) + ".db")).string();
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing stays behind when the test dies
        make_orders_for_ever(path, ends[1]);
    }
    ::close(ends[1]);
    std::size_t confirmed = 0;
    char mark = 0;
    while (confirmed < 300 && ::read(ends[0], &mark, 1) == 1) {
        ASSERT_EQ(mark, '+');
        ++confirmed;
    }
    ::kill(child, SIGKILL);
    while (::read(ends[0], &mark, 1) == 1) ++confirmed;
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
    {
        Cmms cmms(path);
        net::HttpRequest request;
        request.url = "/admin/stats";
        request.headers = {{"Authorization", "Bearer sandbox"}};
        const auto stats = Json::parse(cmms.handle(request, WallTime{}).body);
        ASSERT_TRUE(stats);
        EXPECT_GE(stats->int_or("workorders", 0), static_cast<std::int64_t>(confirmed));
        EXPECT_GE(confirmed, 300U);
    }
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
}

}  // namespace
}  // namespace tieline::sandbox::cmms
