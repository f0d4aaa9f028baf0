#include "connectors/jsonrpc/jsonrpc.h"

#include <utility>

namespace tieline::connectors::jsonrpc {
namespace {

net::HttpRequest post(const Access& access, const std::string& path, std::string_view method, Json::Array params) {
    rest::Access where;
    where.base_url = access.base_url;
    where.timeout = access.timeout;
    // Exactly these three members make it JSON-RPC for the server (jsonrpc.py, JSONProtocol.response).
    const Json body = Json::object({{"id", 1}, {"method", method}, {"params", Json(std::move(params))}});
    return rest::post(where, path, body);
}

std::string base64(std::string_view bytes) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t three = 0;
        for (std::size_t place = 0; place < 3; ++place)
            three = three << 8U | (at + place < bytes.size() ? static_cast<unsigned char>(bytes[at + place]) : 0U);
        for (std::size_t place = 0; place < 4; ++place)
            text += at + place > bytes.size() ? '=' : letters[three >> (18 - 6 * place) & 63U];
    }
    return text;
}

bool is_refused(const Result<net::HttpResponse>& reply) { return reply && reply->status == 401; }

}  // namespace

net::HttpRequest Client::request(std::string_view method, Json::Array params) const {
    return post(access_, "/" + net::url_encode(access_.database) + "/", method, std::move(params));
}

std::string Client::known_session() const {
    const std::lock_guard lock(mutex_);
    return session_;
}

void Client::forget(const std::string& session) const {
    const std::lock_guard lock(mutex_);
    if (session_ != session) return;  // another exchange has renewed it already
    session_.clear();
    preferences_.reset();
}

Exchange<std::string> Client::sign_in() const {
    Json::Array params{Json(access_.user), Json::object({{"password", access_.password}}), Json("en")};
    net::HttpRequest login = request("common.db.login", std::move(params));
    const Result<net::HttpResponse> reply = co_await send(std::move(login));
    const Result<Json> result = result_of(access_, Effect::read, reply);
    if (!result) co_return result.error();
    const bool is_pair = result->is_array() && result->items().size() >= 2 && result->items()[0].is_number() &&
                         result->items()[1].is_string();
    if (!is_pair) {
        co_return make_error(ErrorKind::transient,
                             access_.system +
                                 " gave an answer to the sign-in that cannot be read; if it stays, check the "
                                 "address and the version",
                             "bad_reply");
    }
    const std::string parts =
        access_.user + ":" + result->items()[0].number_token() + ":" + result->items()[1].string();
    std::string header = "Session " + base64(parts);
    const std::lock_guard lock(mutex_);
    session_ = header;
    preferences_.reset();
    co_return header;
}

Exchange<std::string> Client::session() const {
    std::string known = known_session();
    if (!known.empty()) co_return known;
    Exchange<std::string> opening = sign_in();
    Result<std::string> opened = co_await std::move(opening);
    co_return opened;
}

Exchange<Json> Client::call(std::string method, Json::Array params, Effect effect) const {
    const net::HttpRequest without_session = request(method, std::move(params));
    for (int attempt = 0;; ++attempt) {
        Exchange<std::string> opening = session();
        const Result<std::string> opened = co_await std::move(opening);
        if (!opened) co_return opened.error();
        net::HttpRequest asked = without_session;
        asked.headers.emplace_back("Authorization", *opened);
        const Result<net::HttpResponse> reply = co_await send(std::move(asked));
        if (is_refused(reply) && attempt == 0) {  // refused before anything was done: it has expired
            forget(*opened);
            continue;
        }
        Result<Json> result = result_of(access_, effect, reply);
        co_return result;
    }
}

Exchange<Json> Client::preferences() const {
    {
        const std::lock_guard lock(mutex_);
        if (preferences_) co_return Json(*preferences_);
    }
    Json::Array params{Json(true), Json::object({{"language", "en"}})};
    Exchange<Json> reading = call("model.res.user.get_preferences", std::move(params), Effect::read);
    Result<Json> read = co_await std::move(reading);
    if (!read) co_return read;
    const std::lock_guard lock(mutex_);
    preferences_ = *read;
    co_return read;
}

Exchange<std::string> Client::version() const {
    net::HttpRequest asking = post(access_, "/", "common.server.version", {});
    const Result<net::HttpResponse> reply = co_await send(std::move(asking));
    const Result<Json> result = result_of(access_, Effect::read, reply);
    if (!result) co_return result.error();
    co_return result->is_string() ? result->string() : std::string();
}

}  // namespace tieline::connectors::jsonrpc
