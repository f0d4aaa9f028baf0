#pragma once
// Who asks, and whether the route's rule lets them. For this room only.

#include "identity/identity.h"
#include "net/http.h"

#include <optional>
#include <string>

namespace tieline::api {

struct ApiOptions;
struct Call;

/// Who sent a request.
struct Who {
    enum class Kind { nobody, machine, person };
    Kind kind = Kind::nobody;
    std::string name;        ///< of the person, or of the token
    identity::Scopes scope;  ///< of a machine
    std::optional<identity::Session> session;
    std::string cookie;
    bool has_role(identity::Role role) const { return session && session->person.roles.has(role); }
};

/// Who may use a route. Without sign-in (no `identity:`) only `open` counts, and the one token of the configuration.
struct Rule {
    bool open = false;                     ///< everybody, without sign-in
    identity::Roles roles{};               ///< persons with one of these
    std::optional<identity::Scope> scope;  ///< machines whose token has this; none: no machine
};

struct Refusal {
    Error error;
    int status;
};

/// By the Authorization header, else by the cookie. A wrong token is an error: unauthorized, "token_wrong".
Result<Who> who_asks(const ApiOptions& options, const net::HttpRequest& request, bool keeps_alive = true);
/// From where a person comes: the peer, or what a trusted proxy says of it.
std::string address_of(const ApiOptions& options, const net::HttpRequest& request);
/// Name of the session's cookie. Over https it is bound to this host and port of ours, else others may plant one.
std::string_view cookie_name(const ApiOptions& options);
/// 401 for nobody, 403 for who may not, or whose write comes without the session's CSRF token or from another page.
std::optional<Refusal> refuse(const ApiOptions& options, const Call& call, const Rule& rule);
/// Whether a browser says that the request was made by a page of another address.
bool is_from_elsewhere(const ApiOptions& options, const net::HttpRequest& request);

}  // namespace tieline::api
