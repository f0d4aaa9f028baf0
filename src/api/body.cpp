#include "api/body.h"

#include <algorithm>

namespace tieline::api {

Result<Body> Body::of(const std::string& text, std::initializer_list<std::string_view> known) {
    TIELINE_TRY(Json json, Json::parse(text));
    if (!json.is_object()) {
        return make_error(ErrorKind::invalid, "The body must be a JSON object.", "wrong_type");
    }
    for (const Json::Member& member : json.members()) {
        if (std::find(known.begin(), known.end(), member.first) != known.end()) continue;
        return make_error(ErrorKind::invalid,
                          "'" + member.first.substr(0, 64) +
                              "' is not known here. See schemas/openapi.yaml for the members, or leave it out.",
                          "unknown_member", member.first.substr(0, 64));
    }
    return Body(std::move(json));
}

void Body::refuse(std::string_view name, std::string message, const char* code) {
    if (!error_) error_ = make_error(ErrorKind::invalid, std::move(message), code, std::string(name));
}

const Json* Body::member(std::string_view name, Need need) {
    const Json* found = json_.find(name);
    if (found != nullptr && !found->is_null()) return found;
    if (need == Need::required) refuse(name, "'" + std::string(name) + "' is missing.", "missing_field");
    return nullptr;
}

std::string Body::text(std::string_view name, std::size_t bytes_max, Need need) {
    const Json* found = member(name, need);
    if (found == nullptr) return "";
    const std::string quoted = "'" + std::string(name) + "'";
    if (!found->is_string()) {
        refuse(name, quoted + " must be a text.", "wrong_type");
        return "";
    }
    if (found->string().size() > bytes_max) {
        refuse(name, quoted + " is longer than " + std::to_string(bytes_max) + " bytes.", "too_long");
        return "";
    }
    if (need == Need::required && found->string().empty()) {
        refuse(name, quoted + " must not be empty.", "missing_field");
    }
    return found->string();
}

std::optional<std::string> Body::text_if_given(std::string_view name, std::size_t bytes_max) {
    if (!has(name)) return std::nullopt;
    return text(name, bytes_max);
}

std::vector<std::string> Body::texts(std::string_view name, std::size_t count_max, std::size_t bytes_max, Need need) {
    const Json* found = member(name, need);
    if (found == nullptr) return {};
    std::vector<std::string> list;
    const bool is_list = found->is_array() && found->items().size() <= count_max;
    const auto fits = [&](const Json& one) { return one.is_string() && one.string().size() <= bytes_max; };
    if (!is_list || !std::all_of(found->items().begin(), found->items().end(), fits)) {
        refuse(name, "'" + std::string(name) + "' must be a list of at most " + std::to_string(count_max) + " texts.",
               "wrong_type");
        return {};
    }
    for (const Json& one : found->items()) list.push_back(one.string());
    return list;
}

std::optional<std::int64_t> Body::whole(std::string_view name, std::int64_t min, std::int64_t max, Need need) {
    if (member(name, need) == nullptr) return std::nullopt;
    const Result<std::int64_t> value = json_.integer(name);
    if (value && *value >= min && *value <= max) return *value;
    refuse(name,
           "'" + std::string(name) + "' must be a whole number from " + std::to_string(min) + " to " +
               std::to_string(max) + ".",
           "bad_number");
    return std::nullopt;
}

std::optional<bool> Body::flag(std::string_view name) {
    const Json* found = member(name, Need::optional);
    if (found == nullptr) return std::nullopt;
    if (found->is_bool()) return found->boolean();
    refuse(name, "'" + std::string(name) + "' must be true or false.", "wrong_type");
    return std::nullopt;
}

}  // namespace tieline::api
