#pragma once
// SAP's guard against forged writes: a write needs a token that was fetched before, together with the cookies that came
// with it. A token belongs to its session, so a (token, cookies) pair is used by one exchange at a time: two that share
// one jar overwrite each other's cookies and get 403 at random.

#include "connectors/exchange.h"
#include "connectors/odata/odata.h"
#include "connectors/rest/sign_in.h"

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace tieline::connectors::odata {

/// A pool of sessions of one system and user. Thread-safe; exchanges must not outlive it.
class Sessions {
public:
    explicit Sessions(Access access) : access_(std::move(access)) {}
    /// By a sign-in whose tokens end: it outlives the pool. A bearer token that ended in the middle is renewed below
    /// the session, whose own token and cookies stay as they are.
    Sessions(Access access, rest::SignIn& sign_in) : access_(std::move(access)), sign_in_(&sign_in) {}

    /// Sends a write with the token and the cookies of a session of `service` (its root below the base URL, "/sap/opu/
    /// odata/sap/API_X"); fetches them first where there is none, and once more where the peer says that they have
    /// expired (403 with x-csrf-token: Required; nothing was carried out then). The peer's answer as it is. Errors:
    /// transport errors; what goes wrong while fetching is never unknown_outcome.
    Exchange<net::HttpResponse> send_write(net::HttpRequest request, std::string service);

    /// The sessions of a service that wait are let go: an answer inside of a batch said that their time is over.
    void forget(const std::string& service);

    /// How many sessions wait for the next write: for tests.
    std::size_t idle_for_test() const;

private:
    struct Session {
        std::string service;
        bool fetched = false;
        std::string token;  ///< empty though fetched: this user is exempt from it
        std::vector<std::pair<std::string, std::string>> cookies;
    };
    Session take(const std::string& service);
    void give(Session session);
    Exchange<Session> fetch(Session session);
    static void keep_cookies(Session& session, const net::HttpResponse& response);
    static void sign(const Session& session, net::HttpRequest& request);

    Exchange<net::HttpResponse> sent(net::HttpRequest request);

    Access access_;
    rest::SignIn* sign_in_ = nullptr;
    mutable std::mutex mutex_;
    std::vector<Session> idle_;  ///< last used at the end
};

/// Whether the peer says that the token was missing or has expired.
bool token_required(const net::HttpResponse& response);

}  // namespace tieline::connectors::odata
