#pragma once
// Sign-in by OAuth 2 in front of a strict fake, which knows passwords only: a gateway that gives out tokens, refuses
// those that have ended, and signs in at the fake for those that hold.

#include "connectors/connector.h"
#include "connectors/odata/test_names.h"

#include <functional>
#include <string>
#include <utility>

namespace tieline::connectors::odata::test {

/// A connector's settings with another way to sign in.
inline Settings signed_in_by(Settings made, const std::string& way) {
    std::erase_if(made.values, [](const auto& each) { return each.first == "user" || each.first == "password"; });
    made.values.emplace_back("sign_in", way);
    if (way != "oauth") return made;
    made.values.emplace_back("token_url", "https://auth.example/oauth/token");
    made.values.emplace_back("client_id", "hub");
    made.values.emplace_back("client_secret", "Secret-2");
    return made;
}

class Gateway {
public:
    using Fake = std::function<Result<net::HttpResponse>(const net::HttpRequest& request)>;
    explicit Gateway(Fake fake) : fake_(std::move(fake)) {}

    Result<net::HttpResponse> answer(const net::HttpRequest& request) {
        if (request.url == "https://auth.example/oauth/token") {
            demand(net::header(request.headers, "Authorization") == "Basic aHViOlNlY3JldC0y", "hub:Secret-2 signs in");
            is_valid_ = true;
            return net::HttpResponse{
                200,
                {},
                R"({"access_token":"t)" + std::to_string(++tokens) + R"(","token_type":"Bearer","expires_in":3600})"};
        }
        const bool fits = net::header(request.headers, "Authorization") == "Bearer t" + std::to_string(tokens);
        // One may end on its way.
        if (fits && is_valid_ && request.method != "GET" && ends_before_writes > 0 && ends_before_writes-- > 0)
            is_valid_ = false;
        if (!fits || !is_valid_) return net::HttpResponse{401, {{"WWW-Authenticate", "Bearer"}}, ""};
        net::HttpRequest inner = request;
        for (auto& [name, value] : inner.headers)
            if (name == "Authorization") value = "Basic VElFTElORTpTZWNyZXQtMQ==";
        if (net::header(request.headers, "X-CSRF-Token") == "Fetch") ++sessions;
        return fake_(inner);
    }
    /// As a peer of run().
    Fake peer() {
        return [this](const net::HttpRequest& request) { return answer(request); };
    }

    int tokens = 0;              ///< given out
    int sessions = 0;            ///< begun at the fake
    int ends_before_writes = 0;  ///< so many writes find that their token has ended

private:
    Fake fake_;
    bool is_valid_ = false;
};

}  // namespace tieline::connectors::odata::test
