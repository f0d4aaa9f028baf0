#pragma once
// What a fake peer needs to be a process of its own.

#include "base/json.h"
#include "net/http.h"

#include <memory>

namespace tieline::fakes {

struct Reply {
    enum class Way {
        answer,
        lost,   ///< carried out, then the connection breaks
        never,  ///< carried out, and the answer never comes
    };
    net::HttpResponse response{};
    Way way = Way::answer;
};

/// One thread at a time.
class Fake {
public:
    virtual ~Fake() = default;
    virtual Reply answer(const net::HttpRequest& request) = 0;
    /// POST /admin/<action> with a JSON object, or GET /admin/<what>; 400 with words for what it does not know.
    virtual Reply admin(const net::HttpRequest& request) = 0;
};

/// POST make {attributes}, add {order, list, line}, use {order, item, quantity, cost}, move {order, status};
/// GET orders.
std::unique_ptr<Fake> make_maximo();
/// POST do {action: approve | order | receive, …}, switches {hold, lose, denied, forget_references}; GET rows/<set>, stock.
std::unique_ptr<Fake> make_sap_s4();

Reply json_reply(int status, const Json& body);

}  // namespace tieline::fakes
