#include "sandbox/cmms/status.h"

#include <algorithm>
#include <utility>

namespace tieline::sandbox::cmms {
namespace {

using Names = std::vector<std::string_view>;

const std::vector<std::pair<std::string_view, Names>>& table() {
    static const std::vector<std::pair<std::string_view, Names>> transitions = {
        {"REQ", {"APPR", "CANC"}},       {"APPR", {"RELEASED", "CANC"}},
        {"RELEASED", {"INPRG", "CANC"}}, {"INPRG", {"COMP", "CANC"}},
        {"COMP", {"CLOSED", "REOPEN"}},  {"CLOSED", {"REOPEN"}},
        {"REOPEN", {"COMP", "CANC"}},    {"CANC", {}},
    };
    return transitions;
}

}  // namespace

const Names& all_statuses() {
    static const Names names = [] {
        Names list;
        for (const auto& [status, next] : table()) list.push_back(status);
        return list;
    }();
    return names;
}

const Names& next_statuses(std::string_view status) {
    static const Names none;
    for (const auto& [from, next] : table()) {
        if (from == status) return next;
    }
    return none;
}

bool may_follow(std::string_view from, std::string_view to) {
    const Names& next = next_statuses(from);
    return std::find(next.begin(), next.end(), to) != next.end();
}

bool is_open(std::string_view status) { return status != "COMP" && status != "CLOSED" && status != "CANC"; }

}  // namespace tieline::sandbox::cmms
