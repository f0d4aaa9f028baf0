#pragma once
// What connectors to JSON-RPC systems with sessions share (Tryton 6.0: trytond/protocols/jsonrpc.py, dispatcher.py and
// wsgi.py of Debian's tryton-server 6.0.29). Wire only; no canonical model in here.

#include "base/decimal.h"
#include "base/json.h"
#include "base/time.h"
#include "connectors/exchange.h"
#include "connectors/rest/rest.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::jsonrpc {

using rest::Effect;

// Typed values.

/// {"__class__":"Decimal","decimal":"12.50"}; the text goes as it is.
Json decimal_value(std::string_view text);
/// {"__class__":"date","year":…}; `iso` is YYYY-MM-DD, checked by the caller.
Json date_value(std::string_view iso);
/// {"__class__":"datetime",…,"microsecond":…}; `stamp` as plain() writes it.
Json datetime_value(std::string_view stamp);
/// A floating-point field of the server, written as a number with these very digits.
Json float_value(const Decimal& value);
/// An answer without its types: decimals and dates become text, datetimes "YYYY-MM-DDTHH:MM:SS.ffffff", durations whole
/// seconds as text, member "name." of a read related object replaces member "name". Anything else stays.
Json plain(Json answer);
/// What a floating-point number of the server means, to `digits` places, half-even: 0.30000000000000004 is 0.3. Takes
/// exponents as Python writes them. Kind invalid, "bad_decimal", when it is no number within 18 digits.
Result<Decimal> decimal_of_float(const Json& number, int digits);

// Calls.

struct Access {
    std::string base_url;  ///< "https://erp.example:8000"
    std::string database;
    std::string user, password;
    Millis timeout{10'000};
    std::string system = "the peer";  ///< how messages name it
};

/// What an answer means: its `result`, or the error. Errors of the transport pass through; an unknown outcome of a
/// read becomes transient.
Result<Json> result_of(const Access& access, Effect effect, const Result<net::HttpResponse>& reply);

/// A peer with the user's session. Thread-safe; several exchanges may share it. The session lives in memory only.
class Client {
public:
    explicit Client(Access access) : access_(std::move(access)) {}
    const Access& access() const { return access_; }

    /// The request without a session, as previews show it. `params` end with the context.
    net::HttpRequest request(std::string_view method, Json::Array params) const;
    /// One call. The answer is plain(). Kinds as README.md says.
    Exchange<Json> call(std::string method, Json::Array params, Effect effect) const;
    /// The user's own preferences after sign-in ("company", "employee", …), read once per session.
    Exchange<Json> preferences() const;
    /// Version of the server, without sign-in.
    Exchange<std::string> version() const;

private:
    Exchange<std::string> session() const;
    Exchange<std::string> sign_in() const;
    std::string known_session() const;
    void forget(const std::string& session) const;

    Access access_;
    mutable std::mutex mutex_;
    mutable std::string session_;  ///< value of the header Authorization; "" = not signed in
    mutable std::optional<Json> preferences_;
};

}  // namespace tieline::connectors::jsonrpc
