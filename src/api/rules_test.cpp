// Walks every route of openapi.yaml with every role, every scope and nobody, and compares with the table of routes.

#include "api/routes.h"
#include "api/test_hub.h"
#include "base/yaml/yaml.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <map>

namespace tieline::api {
namespace {

using identity::Role;
using identity::Scope;
using testing::TestHub;
using Headers = std::vector<net::Header>;

struct Described {
    std::string method, path;
};

std::vector<Described> described() {
    std::ifstream file(OPENAPI_FILE);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const Result<Json> root = yaml_to_json(text, "openapi.yaml");
    std::vector<Described> found;
    if (!root) return found;
    for (const auto& [path, operations] : root->find("paths")->members()) {
        if (!path.starts_with("/api/v1/")) continue;
        for (const auto& [method, operation] : operations.members()) {
            if (method == "parameters") continue;
            std::string upper = method;
            for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
            found.push_back({upper, path.substr(8)});
        }
    }
    return found;
}

/// "people/{name}/link" as "people/*/link".
std::string pattern_of(std::string path) {
    for (std::size_t open = path.find('{'); open != std::string::npos; open = path.find('{')) {
        path.replace(open, path.find('}', open) - open + 1, "*");
    }
    return path;
}

const Route* route_of(const Described& one) {
    for (const Route& route : routes()) {
        if (route.method == one.method && route.path == pattern_of(one.path)) return &route;
    }
    return nullptr;
}

class Asking {
public:
    Asking() : hub_("", true) {
        for (int index = 0; index < identity::role_count; ++index) {
            const Role role = static_cast<Role>(index);
            headers_[to_string(role)] = hub_.as(to_string(role), {role});
        }
    }
    /// The status that the route answers; a stream is 200.
    int status(const Described& one, const Headers& headers) {
        net::HttpRequest request;
        request.method = one.method;
        request.url = "/api/v1/" + pattern_of(one.path);
        for (char& c : request.url) c = c == '*' ? 'x' : c;
        request.headers = headers;
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = one.method == "GET" ? "" : "{}";
        return hub_.send(std::move(request)).status;
    }
    const Headers& kept_headers(Role role) { return headers_[to_string(role)]; }
    Headers token(Scope scope) {
        identity::Token token;
        token.name = to_string(scope);
        token.scope = {scope};
        token.expires = WallTime(Millis(1'800'000'000'000));
        std::promise<std::string> secret;
        hub_.identity().make_token("test", token, [&](const auto& shown) { secret.set_value(shown->secret); });
        return {{"Authorization", "Bearer " + secret.get_future().get()}};
    }

private:
    TestHub hub_;
    std::map<std::string, Headers> headers_;
};

TEST(Rules, EveryRouteOfTheContractHasItsRuleAndTheOtherWayRound) {
    const std::vector<Described> all = described();
    ASSERT_GT(all.size(), 20U);
    for (const Described& one : all) {
        EXPECT_NE(route_of(one), nullptr) << one.method << " " << one.path;
    }
    for (const Route& route : routes()) {
        const bool found = std::any_of(all.begin(), all.end(), [&](const Described& one) {
            return route.method == one.method && route.path == pattern_of(one.path);
        });
        EXPECT_TRUE(found) << route.method << " " << route.path << " is not in openapi.yaml";
    }
}

TEST(Rules, EachRoleIsLetInExactlyWhereTheTableSaysSo) {
    Asking asking;
    for (const Described& one : described()) {
        const Route* route = route_of(one);
        if (route == nullptr || route->rule.open) continue;
        const std::string name = one.method + " " + one.path;
        EXPECT_EQ(asking.status(one, {}), 401) << name << " by nobody";
        for (int index = 0; index < identity::role_count; ++index) {
            const Role role = static_cast<Role>(index);
            const int status = asking.status(one, asking.kept_headers(role));
            const bool refused = status == 401 || status == 403;
            EXPECT_EQ(refused, !route->rule.roles.has(role)) << name << " by " << to_string(role) << ": " << status;
        }
        for (int index = 0; index < identity::scope_count; ++index) {
            const Scope scope = static_cast<Scope>(index);
            const int status = asking.status(one, asking.token(scope));
            const bool refused = status == 401 || status == 403;
            EXPECT_EQ(refused, route->rule.scope != scope)
                << name << " by token " << to_string(scope) << ": " << status;
        }
    }
}

/// Written down apart from the table: what must never slip.
TEST(Rules, WhatMustNeverSlip) {
    Asking asking;
    const auto may = [&](Role role, const char* method, const char* path) {
        const int status = asking.status({method, path}, asking.kept_headers(role));
        return status != 401 && status != 403;
    };
    for (const Role role : {Role::technician, Role::planner, Role::storekeeper, Role::controller, Role::quality,
                            Role::auditor, Role::integrator}) {
        EXPECT_FALSE(may(role, "GET", "people")) << to_string(role);
        EXPECT_FALSE(may(role, "POST", "people")) << to_string(role);
        EXPECT_FALSE(may(role, "POST", "people/{name}")) << to_string(role);
        EXPECT_FALSE(may(role, "POST", "people/{name}/link")) << to_string(role);
    }
    EXPECT_TRUE(may(Role::administrator, "GET", "people"));
    for (const char* verb : {"replay", "resolve", "give_up", "answer"}) {
        const std::string path = std::string("exceptions/{id}/") + verb;
        EXPECT_FALSE(may(Role::auditor, "POST", path.c_str())) << "an auditor changes nothing";
        EXPECT_FALSE(may(Role::technician, "POST", path.c_str()));
        EXPECT_TRUE(may(Role::controller, "POST", path.c_str()));
    }
    EXPECT_FALSE(may(Role::auditor, "POST", "events"));
    EXPECT_FALSE(may(Role::technician, "GET", "cost"));
    EXPECT_FALSE(may(Role::technician, "GET", "events"));
    EXPECT_TRUE(may(Role::auditor, "GET", "events"));
    EXPECT_TRUE(may(Role::technician, "GET", "stock"));
}

}  // namespace
}  // namespace tieline::api
