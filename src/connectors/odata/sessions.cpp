#include "connectors/odata/sessions.h"

#include <algorithm>

namespace tieline::connectors::odata {
namespace {

constexpr std::string_view token_header = "X-CSRF-Token";
constexpr std::size_t idle_most = 64;  ///< sessions kept; a peer's own limit is usually far above

bool same_word(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char left, char right) { return lower(left) == lower(right); });
}

}  // namespace

bool token_required(const net::HttpResponse& response) {
    return response.status == 403 && same_word(net::header(response.headers, token_header), "required");
}

Sessions::Session Sessions::take(const std::string& service) {
    const std::lock_guard lock(mutex_);
    for (std::size_t at = idle_.size(); at-- > 0;) {
        if (idle_[at].service != service) continue;
        Session found = std::move(idle_[at]);
        idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(at));
        return found;
    }
    Session fresh;
    fresh.service = service;
    return fresh;
}

void Sessions::give(Session session) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() == idle_most) idle_.erase(idle_.begin());
    idle_.push_back(std::move(session));
}

void Sessions::forget(const std::string& service) {
    const std::lock_guard lock(mutex_);
    std::erase_if(idle_, [&](const Session& session) { return session.service == service; });
}

std::size_t Sessions::idle_for_test() const {
    const std::lock_guard lock(mutex_);
    return idle_.size();
}

void Sessions::keep_cookies(Session& session, const net::HttpResponse& response) {
    for (const auto& [name, value] : response.headers) {
        if (!same_word(name, "Set-Cookie")) continue;
        const std::string pair = value.substr(0, value.find(';'));
        const std::size_t equal = pair.find('=');
        if (equal == std::string::npos || equal == 0) continue;
        const std::string key = pair.substr(0, equal);
        std::erase_if(session.cookies, [&](const auto& cookie) { return cookie.first == key; });
        session.cookies.emplace_back(key, pair.substr(equal + 1));
    }
}

void Sessions::sign(const Session& session, net::HttpRequest& request) {
    if (!session.token.empty()) request.headers.emplace_back(std::string(token_header), session.token);
    std::string cookies;
    for (const auto& [name, value] : session.cookies) cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    if (!cookies.empty()) request.headers.emplace_back("Cookie", cookies);
}

Exchange<net::HttpResponse> Sessions::sent(net::HttpRequest request) {
    if (sign_in_ == nullptr) {
        Result<net::HttpResponse> reply = co_await send(std::move(request));
        co_return reply;
    }
    Exchange<net::HttpResponse> sending = sign_in_->send(std::move(request));
    Result<net::HttpResponse> reply = co_await std::move(sending);
    co_return reply;
}

Exchange<Sessions::Session> Sessions::fetch(Session session) {
    // GET and the slash at the end: some systems answer neither HEAD nor a root without it.
    net::HttpRequest request = rest::get(access_, session.service + "/");
    request.headers.emplace_back(std::string(token_header), "Fetch");
    Exchange<net::HttpResponse> sending = sent(std::move(request));
    const Result<net::HttpResponse> reply = co_await std::move(sending);
    if (!reply) {
        Error error = reply.error();
        if (error.kind == ErrorKind::unknown_outcome) error.kind = ErrorKind::transient;
        co_return error;
    }
    if (reply->status < 200 || reply->status >= 300) co_return odata_error(access_, Effect::read, *reply);
    session.cookies.clear();
    keep_cookies(session, *reply);
    session.token = std::string(net::header(reply->headers, token_header));
    session.fetched = true;
    co_return session;
}

Exchange<net::HttpResponse> Sessions::send_write(net::HttpRequest request, std::string service) {
    Session session = take(service);
    for (;;) {
        const bool is_fresh = !session.fetched;
        if (is_fresh) {
            Exchange<Session> fetching = fetch(std::move(session));
            Result<Session> fetched = co_await std::move(fetching);
            if (!fetched) co_return fetched.error();
            session = std::move(*fetched);
        }
        net::HttpRequest signed_one = request;
        sign(session, signed_one);
        Exchange<net::HttpResponse> sending = sent(std::move(signed_one));
        Result<net::HttpResponse> reply = co_await std::move(sending);
        if (!reply) co_return reply.error();  // whether the session still holds is unknown: it is let go
        if (reply->status == 403 && !is_fresh) {
            // Expired, or broken in a way that looks like a missing right: a new session tells. 403 did nothing.
            session = Session{service, false, {}, {}};
            continue;
        }
        if (token_required(*reply)) {
            co_return make_error(ErrorKind::unauthorized,
                                 access_.system +
                                     " refuses the token that it has just given out (403, x-csrf-token: Required). "
                                     "Look whether a proxy or load balancer drops its cookies",
                                 "token_refused");
        }
        keep_cookies(session, *reply);
        if (reply->status != 401 && reply->status != 403) give(std::move(session));
        co_return std::move(*reply);
    }
}

}  // namespace tieline::connectors::odata
