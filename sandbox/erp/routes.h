#pragma once
// Which address does what, and which right it needs.

#include "sandbox/erp/posting.h"

#include <string>
#include <string_view>

namespace tieline::sandbox::erp {

struct Route {
    std::string_view method, path;  ///< a path that ends in '/' takes the rest as call.part
    std::string_view suffix;        ///< what stands behind the part: "/reverse"
    std::string_view right;         ///< needed; empty: any signed-in user
    Reply (*handle)(Call& call);
    bool writes = false;
    bool deep = false;  ///< the part may hold further slashes
};

/// The route and the variable part of a path; nullptr when there is none, `method_known` tells why.
struct Routed {
    const Route* route = nullptr;
    std::string part;
    bool path_known = false;
};
Routed find_route(std::string_view method, std::string_view path);

}  // namespace tieline::sandbox::erp
