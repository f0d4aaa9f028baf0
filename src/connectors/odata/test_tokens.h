#pragma once
// Tokens against forged writes as the strict fakes of services give them: each fits its own service and its own
// cookies.

#include "net/http.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tieline::connectors::odata::test {

class Tokens {
public:
    /// All sessions have expired.
    void forget() { sessions_.clear(); }
    bool fit(const net::HttpRequest& request, const std::string& service) const {
        const std::string_view token = net::header(request.headers, "X-CSRF-Token");
        const std::string_view cookies = net::header(request.headers, "Cookie");
        return std::any_of(sessions_.begin(), sessions_.end(), [&](const Session& session) {
            return session.service == service && session.token == token &&
                   cookies == session.cookie + "; sap-usercontext=sap-client=100";
        });
    }
    /// Headers of the answer that gives a new token: it, then its cookies.
    std::vector<net::Header> give(const std::string& service) {
        const std::string mark = std::to_string(++given_);
        sessions_.push_back({service, "token-" + mark + "==", "SAP_SESSIONID_S4H_100=s" + mark});
        return {{"x-csrf-token", sessions_.back().token},
                {"set-cookie", sessions_.back().cookie + "; path=/; secure; HttpOnly"},
                {"set-cookie", "sap-usercontext=sap-client=100; path=/"}};
    }

private:
    struct Session {
        std::string service, token, cookie;
    };
    std::vector<Session> sessions_;
    int given_ = 0;
};

}  // namespace tieline::connectors::odata::test
