#pragma once
// For tests: a CMMS in memory with the demo plant, a hand-driven clock and short ways to ask it.

#include "base/json.h"
#include "sandbox/cmms/cmms.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tieline::sandbox::cmms {

class TestPlant {
public:
    explicit TestPlant(const std::string& path = ":memory:", CmmsOptions options = {"token", "reader"})
        : cmms(path, std::move(options)) {
        cmms.seed_demo(now);
    }

    struct Answer {
        int status = 0;
        Json body;
        std::vector<net::Header> headers;
        std::string code() const { return body.text_or("code"); }
        std::string field() const { return body.text_or("field"); }
    };

    Answer ask(const std::string& method, const std::string& path, const std::string& body = {},
               std::vector<net::Header> headers = {}) {
        net::HttpRequest request;
        request.method = method;
        request.url = path;
        request.body = body;
        request.headers = std::move(headers);
        request.headers.emplace_back("Authorization", "Bearer token");
        const net::HttpResponse response = cmms.handle(request, now);
        Answer answer{response.status, Json(), response.headers};
        if (!response.body.empty()) {
            Result<Json> parsed = Json::parse(response.body, JsonLimits{8 << 20, 64, 2'000'000});
            EXPECT_TRUE(parsed) << response.body.substr(0, 300);
            if (parsed) answer.body = std::move(*parsed);
        }
        return answer;
    }
    Answer get(const std::string& path) { return ask("GET", path); }
    Answer post(const std::string& path, const std::string& body) { return ask("POST", path, body); }
    /// Makes an order in REQ and gives its number.
    std::string make(const std::string& members = {}) {
        const Answer answer =
            post("/api/workorders", R"({"asset":"FILLER-01","summary":"Valve 12 leaks")" + members + "}");
        EXPECT_EQ(answer.status, 201) << answer.body.dump();
        return answer.body.text_or("wonum");
    }
    Answer move(const std::string& number, const std::string& status) {
        return post("/api/workorders/" + number + "/status", R"({"status":")" + status + "\"}");
    }
    void move_to(const std::string& number, std::initializer_list<const char*> statuses) {
        for (const char* status : statuses) {
            const Answer answer = move(number, status);
            ASSERT_EQ(answer.status, 200) << answer.body.dump();
        }
    }
    void pass(Millis time) { now += time; }

    WallTime now = *parse_time("2026-11-24T03:16:49.120Z");
    Cmms cmms;
};

}  // namespace tieline::sandbox::cmms
