// Bad input gets a 4xx that names the field, and nothing is stored.

#include "functional/world.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tieline::functional {
namespace {

/// A raw connection to the hub.
class Raw {
public:
    explicit Raw(const std::string& url) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    Raw(Raw&& other) noexcept : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_) {}
    ~Raw() {
        if (socket_ >= 0) close(socket_);
    }
    bool send(const std::string& bytes) const {
        return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
    }
    /// What comes until the end or the time is up.
    std::string read(int timeout_ms) const {
        std::string text;
        pollfd waiting{socket_, POLLIN, 0};
        char bytes[4096];
        while (poll(&waiting, 1, timeout_ms) > 0) {
            const ssize_t got = recv(socket_, bytes, sizeof bytes, 0);
            if (got <= 0) break;
            text.append(bytes, static_cast<std::size_t>(got));
            if (text.find("\r\n\r\n") != std::string::npos) break;
        }
        return text;
    }
    bool connected() const { return connected_; }

private:
    int socket_;
    bool connected_ = false;
};

struct BadInput {
    const char* what;
    std::string body;
    int status;
    const char* code;
    const char* field;
};

std::string line(const std::string& members) {
    return R"({"type":"workorder.completed","subject":"WO-1","data":{"number":"WO-1","status":"completed",)"
           R"("completed_at":"2026-11-20T09:00:00Z","lines":[{"kind":"labor","id":"L1","currency":"EUR",)" +
           members + "}]}}";
}

std::vector<BadInput> bad_inputs() {
    const std::string digits(40, '9');
    return {
        {"malformed", R"({"type":)", 400, "json_syntax", ""},
        {"empty", "", 400, "json_syntax", ""},
        {"deeply nested", std::string(5000, '[') + std::string(5000, ']'), 400, "json_depth", ""},
        {"duplicate key", R"({"type":"a","type":"b"})", 400, "json_duplicate_key", ""},
        {"NUL", R"({"type":"workorder\u0000"})", 400, "json_nul", ""},
        {"raw NUL", std::string("{\"type\":\"a\0b\"}", 14), 400, "json_syntax", ""},
        {"invalid UTF-8", "{\"type\":\"\xc3\x28\"}", 400, "json_utf8", ""},
        {"number grammar", line(R"("hours":01,"rate":"1")"), 400, "", ""},
        {"wrong type", line(R"("hours":{},"rate":"1")"), 400, "", "data.lines[0].hours"},
        {"unknown field", line(R"("hours":"1","rate":"1","amout":"5")"), 400, "unknown_member", "data.lines[0].amout"},
        {"negative hours", line(R"("hours":"-0.01","rate":"1")"), 400, "negative_hours", "data.lines[0].hours"},
        {"40 digits", line(R"("hours":"1","rate":")" + digits + "\""), 400, "", "data.lines[0].rate"},
        {"exponent", line(R"("hours":1e3,"rate":"1")"), 400, "", "data.lines[0].hours"},
        {"no subject", R"({"type":"workorder.completed","data":{}})", 400, "missing_field", "subject"},
        {"no data", R"({"type":"workorder.completed","subject":"WO-1"})", 400, "missing_field", "data"},
        {"other site",
         R"({"type":"rate.published","subject":"r","site":"moon","data":{"from":"USD","to":"EUR",)"
         R"("rate":"1","valid_from":"2026-01-01"}})",
         400, "unknown_site", "site"},
        {"oversized event", std::string((1 << 20) + 1, ' '), 400, "json_size", ""},
        {"oversized body", std::string(3 << 20, ' '), 413, "", ""},
    };
}

class Hostile : public ::testing::Test {
protected:
    static void SetUpTestSuite() { world = std::make_unique<World>(); }
    static void TearDownTestSuite() { world.reset(); }
    /// Events that are neither the hub's own configuration nor the demo ERP's rates.
    static std::size_t stored() {
        std::size_t count = 0;
        const Answer answer = world->get("/api/v1/events?limit=500");
        for (const Json& event : answer.body.find("events")->items()) {
            const std::string source = event.text_or("source");
            if (source != "configuration" && source != "erp") ++count;
        }
        return count;
    }
    static std::unique_ptr<World> world;
};
std::unique_ptr<World> Hostile::world;

TEST_F(Hostile, EveryBadInputIsRefusedByNameAndNothingIsStored) {
    for (const BadInput& bad : bad_inputs()) {
        const Answer answer = world->post("/api/v1/events", bad.body);
        EXPECT_EQ(answer.status, bad.status) << bad.what << ": " << answer.body.dump();
        if (*bad.code != '\0') EXPECT_EQ(answer.body.text_or("code"), bad.code) << bad.what;
        if (*bad.field != '\0') EXPECT_EQ(answer.body.text_or("field"), bad.field) << bad.what;
        if (bad.status == 400) EXPECT_FALSE(answer.body.text_or("detail").empty()) << bad.what;
    }
    EXPECT_EQ(stored(), 0U);
    EXPECT_EQ(world->get("/readyz").status, 200);
}

TEST_F(Hostile, AWebhookWithAWrongSignatureIsRefused) {
    const std::string body = R"({"event":"workorder.changed","object":"WO-1","at":"2026-11-20T09:00:00Z"})";
    EXPECT_EQ(world->post("/api/v1/webhooks/cmms", body).status, 401);
    EXPECT_EQ(
        world->post("/api/v1/webhooks/cmms", body, {{"X-Sandbox-Signature", "t=1795000000,v1=" + std::string(64, 'a')}})
            .status,
        401);
    EXPECT_EQ(world->post("/api/v1/webhooks/nobody", body).status, 404);
    EXPECT_EQ(stored(), 0U);
}

TEST_F(Hostile, SlowBodiesAndFloodsLeaveTheHubAnswering) {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
    setrlimit(RLIMIT_NOFILE, &files);
    const Raw slow(world->hub_url());
    ASSERT_TRUE(
        slow.send("POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                  "Content-Length: 1000\r\n\r\n{"));
    std::vector<Raw> flood;
    for (int i = 0; i < 1060; ++i) {
        flood.emplace_back(world->hub_url());
        if (!flood.back().connected() || !flood.back().send("GET /hea")) break;
    }
    EXPECT_GT(flood.size(), 1000U);
    const Raw late(world->hub_url());
    late.send("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    EXPECT_NE(late.read(5000).find(" 503 "), std::string::npos) << "more than connections_max are told so";
    flood.clear();
    const Answer after = world->get_until("/readyz", "ready");
    EXPECT_EQ(after.status, 200);
    EXPECT_NE(slow.read(20'000).find(" 408 "), std::string::npos);
    EXPECT_EQ(stored(), 0U);
}

TEST_F(Hostile, GarbageInsteadOfHttpIsAnsweredAndClosed) {
    const Raw garbage(world->hub_url());
    ASSERT_TRUE(garbage.send(std::string("\x16\x03\x01\x00\xff GET nonsense\r\n\r\n", 22)));
    EXPECT_NE(garbage.read(5000).find(" 400 "), std::string::npos);
    const Raw host(world->hub_url());
    ASSERT_TRUE(host.send("GET /api/v1/status HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
    EXPECT_NE(host.read(5000).find(" 421 "), std::string::npos);
    EXPECT_EQ(world->get("/readyz").status, 200);
}

}  // namespace
}  // namespace tieline::functional
