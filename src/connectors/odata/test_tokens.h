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
    /// Sessions that have served a write have expired; one that was just given has not.
    void forget() {
        std::erase_if(sessions_, [](const Session& session) { return session.is_used; });
    }
    /// Whether they fit; the session has then served a write.
    bool fit(const net::HttpRequest& request, const std::string& service) {
        const std::string_view token = net::header(request.headers, "X-CSRF-Token");
        const std::string_view cookies = net::header(request.headers, "Cookie");
        const auto found = std::find_if(sessions_.begin(), sessions_.end(), [&](const Session& session) {
            return session.service == service && session.token == token &&
                   cookies == session.cookie + "; sap-usercontext=sap-client=100";
        });
        if (found != sessions_.end()) found->is_used = true;
        return found != sessions_.end();
    }
    /// Headers of the answer that gives a new token: it, then its cookies.
    std::vector<net::Header> give(const std::string& service) {
        const std::string mark = std::to_string(++given_);
        sessions_.push_back({service, "token-" + mark + "==", "SAP_SESSIONID_S4H_100=s" + mark, false});
        return {{"x-csrf-token", sessions_.back().token},
                {"set-cookie", sessions_.back().cookie + "; path=/; secure; HttpOnly"},
                {"set-cookie", "sap-usercontext=sap-client=100; path=/"}};
    }

private:
    struct Session {
        std::string service, token, cookie;
        bool is_used = false;
    };
    std::vector<Session> sessions_;
    int given_ = 0;
};

}  // namespace tieline::connectors::odata::test
