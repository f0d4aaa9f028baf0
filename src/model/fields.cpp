#include "model/fields.h"

#include "model/work_order.h"

#include <algorithm>

namespace tieline::model {

namespace {

std::size_t count_characters(std::string_view text) {
    // Bytes that continue a character start with the bits 10.
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool is_number_character(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '/' || c == '-';
}

const Decimal& amount_bound() {
    static const Decimal bound = Decimal::from_int(1'000'000'000'000'000);
    return bound;
}

}  // namespace

Fields::Fields(const Json& object, std::string_view path) : object_(object), path_(path) {
    if (!object.is_object()) fail("wrong_type", "", "an object is expected");
}

void Fields::fail(Error error) {
    if (!failed()) error_ = std::move(error);
}

void Fields::fail(const char* code, std::string_view name, const std::string& what) {
    if (failed()) return;
    std::string field = std::string(path_) + std::string(name);
    if (name.empty() && !field.empty()) field.pop_back();  // the object itself: drop the point of its path
    const std::string place = field.empty() ? "The work order" : "The work order's field '" + field + "'";
    error_ = make_error(ErrorKind::invalid, place + " cannot be used: " + what + ".", code, field);
}

void Fields::allow_only(std::initializer_list<std::string_view> names) {
    if (failed()) return;
    for (const auto& member : object_.members()) {
        if (std::find(names.begin(), names.end(), member.first) != names.end()) continue;
        fail("unknown_member", member.first.substr(0, 60), "it is not known here; leave it out or correct its name");
        return;
    }
}

std::string Fields::text(std::string_view name, std::size_t characters_max) {
    const Json* const value = find(name);
    if (value == nullptr) return {};
    if (!value->is_string()) {
        fail("wrong_type", name, "a text is expected");
        return {};
    }
    const std::string& text = value->string();
    if (text.size() > characters_max && count_characters(text) > characters_max) {
        fail("too_long", name, "at most " + std::to_string(characters_max) + " characters are allowed");
        return {};
    }
    return text;
}

std::string Fields::required_text(std::string_view name, std::size_t characters_max) {
    auto value = text(name, characters_max);
    if (value.empty()) fail("missing_field", name, "it is missing or empty; fill it in");
    return value;
}

std::string Fields::required_number(std::string_view name, std::size_t characters_max) {
    auto value = required_text(name, characters_max);
    if (!std::all_of(value.begin(), value.end(), is_number_character)) {
        fail("bad_number", name, "only letters A-Z, digits and . _ / - are allowed, not '" + value.substr(0, 60) + "'");
    }
    return value;
}

bool Fields::flag(std::string_view name) {
    const Json* const value = find(name);
    if (value == nullptr) return false;
    if (value->is_bool()) return value->boolean();
    fail("wrong_type", name, "true or false is expected");
    return false;
}

std::optional<WallTime> Fields::time(std::string_view name) {
    const auto written = text(name, 64);
    if (written.empty()) return std::nullopt;
    const auto parsed = parse_time(written);
    if (parsed) return *parsed;
    fail("bad_time", name, parsed.error().message);
    return std::nullopt;
}

std::optional<Date> Fields::date(std::string_view name) {
    const auto written = text(name, 64);
    if (written.empty()) return std::nullopt;
    const auto parsed = parse_date(written);
    if (parsed) return *parsed;
    fail("bad_date", name, parsed.error().message);
    return std::nullopt;
}

std::optional<Decimal> Fields::decimal(std::string_view name) {
    if (find(name) == nullptr) return std::nullopt;
    const Decimal value = required_decimal(name);
    if (failed()) return std::nullopt;
    return value;
}

Decimal Fields::required_decimal(std::string_view name) {
    const Json* const value = find(name);
    if (value == nullptr) {
        fail("missing_field", name, "it is missing; fill it in");
        return {};
    }
    if (!value->is_string() && !value->is_number()) {
        fail("wrong_type", name, "a decimal number such as \"12.50\" is expected");
        return {};
    }
    const auto parsed = Decimal::parse(value->is_string() ? value->string() : value->number_token());
    if (!parsed) {
        fail(parsed.error().code.c_str(), name, parsed.error().message);
        return {};
    }
    check_size(*parsed, name);
    return *parsed;
}

void Fields::check_size(const Decimal& amount, std::string_view name) {
    if (amount.abs() < amount_bound()) return;
    fail("amount_too_large", name, "at most 15 digits before the point are allowed");
}

std::string Fields::currency(std::string_view name) {
    auto value = required_text(name, 64);
    if (failed()) return value;
    const auto units = minor_units(value);
    if (!units) fail("unknown_currency", name, units.error().message);
    return value;
}

}  // namespace tieline::model
