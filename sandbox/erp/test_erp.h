#pragma once
// What the tests of the ERP share: one in memory with the demo plant, and short ways to ask it.

#include "sandbox/erp/erp.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace tieline::sandbox::erp::test {

struct Answer {
    int status = 0;
    Json body;
    std::vector<net::Header> headers;
    std::string code() const { return body.text_or("code"); }
    std::string field() const { return body.text_or("field"); }
    std::string text(std::string_view key) const { return body.text_or(key); }
};

enum class Demo { on, off };

class DemoErp {
public:
    explicit DemoErp(const std::string& path = ":memory:", ErpOptions options = {}, Demo with = Demo::on)
        : erp_(path, demo(options, with)) {
        EXPECT_TRUE(erp_.ready()) << erp_.why();
    }

    Answer ask(const std::string& method, const std::string& url, const std::string& body = "",
               const std::string& token = "sandbox") {
        net::HttpRequest request;
        request.method = method;
        request.url = url;
        request.body = body;
        request.headers.emplace_back("Authorization", "Bearer " + token);
        const net::HttpResponse response = erp_.handle(request, now);
        Answer answer{response.status, Json(), response.headers};
        if (auto parsed = Json::parse(response.body); parsed) answer.body = *parsed;
        return answer;
    }
    Answer get(const std::string& url) { return ask("GET", url); }
    Answer post(const std::string& url, const std::string& body) { return ask("POST", url, body); }

    WallTime now = *parse_time("2026-11-24T08:00:00Z");
    Erp& erp() { return erp_; }

private:
    static ErpOptions demo(ErpOptions options, Demo with) {
        options.demo = with == Demo::on;
        return options;
    }
    Erp erp_;
};

/// A journal of one cost line and its clearing line; `more` are further members, with a comma behind.
inline std::string journal(const std::string& amount, const std::string& more = "", const std::string& currency = "EUR",
                           const std::string& day = "2026-11-24") {
    return "{" + more + R"("companyCode":"1000","currency":")" + currency + R"(","postingDate":")" + day +
           R"(","items":[{"debitCredit":"D","account":"610000","amount":")" + amount +
           R"(","costCenter":"CC-100"},{"debitCredit":"C","account":"181000","amount":")" + amount + R"("}]})";
}

/// The single total of a balance, "" when there is none.
inline std::string balance(DemoErp& erp, const std::string& query, const std::string& currency = "EUR") {
    const Answer answer = erp.get("/api/balances?companyCode=1000&" + query);
    const Json* totals = answer.body.find("totals");
    if (totals == nullptr) return "no totals";
    for (const Json& total : totals->items()) {
        if (total.text_or("currency") == currency) return total.text_or("balance");
    }
    return "";
}

}  // namespace tieline::sandbox::erp::test
