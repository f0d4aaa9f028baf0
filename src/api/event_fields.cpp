#include "api/event_fields.h"

#include "model/work_order.h"

#include <algorithm>

namespace tieline::api {
namespace {

constexpr std::size_t name_characters_max = 128;

}  // namespace

Error refuse(const char* code, std::string field, const std::string& what) {
    return make_error(ErrorKind::invalid, "'" + field + "' " + what, code, field);
}

Error inside_data(Error error) {
    error.field = error.field.empty() ? "data" : "data." + error.field;
    return error;
}

Result<void> allow_only(const Json& object, std::initializer_list<std::string_view> names, const std::string& prefix) {
    for (const Json::Member& member : object.members()) {
        if (std::find(names.begin(), names.end(), member.first) != names.end()) continue;
        return refuse("unknown_member", prefix + member.first.substr(0, 64),
                      "is not known here. See schemas/openapi.yaml for the members, or leave it out.");
    }
    return {};
}

/// A text member: "" when absent and not required.
Result<std::string> text(const Json& object, std::string_view name, bool required, const std::string& prefix) {
    const Json* member = object.find(name);
    const std::string field = prefix + std::string(name);
    if (member == nullptr || member->is_null()) {
        if (required) return refuse("missing_field", field, "is missing; add it.");
        return std::string();
    }
    if (!member->is_string()) return refuse("wrong_type", field, "must be a text.");
    if (required && member->string().empty()) return refuse("missing_field", field, "is empty; fill it in.");
    if (member->string().size() > name_characters_max) {
        return refuse("too_long", field, "is longer than " + std::to_string(name_characters_max) + " characters.");
    }
    const bool control = std::any_of(member->string().begin(), member->string().end(),
                                     [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (control) return refuse("bad_character", field, "holds a control character; remove it.");
    return member->string();
}

Result<std::string> decimal_text(const Json& data, const char* name, bool positive) {
    Result<Decimal> value = data.decimal(name);
    if (!value) return inside_data(value.error());
    if (positive && (value->is_negative() || value->is_zero())) {
        return refuse("bad_decimal", std::string("data.") + name, "must be greater than zero.");
    }
    TIELINE_TRY(const Decimal whole, value->abs().rounded(0, Rounding::down));
    if (whole.str().size() > 15) {
        return refuse("amount_too_large", std::string("data.") + name, "has more than 15 digits before the point.");
    }
    return value->str();
}

Result<std::string> currency(const Json& data, const char* name) {
    TIELINE_TRY(std::string code, text(data, name, true, "data."));
    if (const Result<int> units = model::minor_units(code); !units) {
        return refuse("unknown_currency", std::string("data.") + name, "must be an ISO 4217 code, for example EUR.");
    }
    return code;
}

Result<std::string> date(const Json& data, const char* name, bool required) {
    TIELINE_TRY(std::string day, text(data, name, required, "data."));
    if (day.empty() || parse_date(day)) return day;
    return refuse("bad_date", std::string("data.") + name, "must be a day like 2026-11-24.");
}

}  // namespace tieline::api
