#pragma once
// The one table of routes and of who may use them. For this room only.

#include "api/context.h"

#include <span>

namespace tieline::api {

struct Route {
    const char* method;
    const char* path;  ///< segments behind /api/v1; "*" takes any one
    void (*handle)(Context&, const CallPtr&);
    Rule rule;
    bool any_site = false;  ///< works without a site where the hub has several
};
std::span<const Route> routes();
/// Whether the path's segments fit a route's.
bool matches(std::string_view pattern, const std::vector<std::string>& parts);

}  // namespace tieline::api
