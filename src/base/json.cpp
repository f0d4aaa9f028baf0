// Access to the JSON tree.

#include "base/json.h"

#include "base/json_grammar.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

namespace tieline::base {

namespace {

Error missing(std::string_view key) {
    return make_error(ErrorKind::invalid, "The field '" + std::string(key) + "' is missing. Add it.", "missing_field",
                      std::string(key));
}

Error wrong_type(std::string_view key, const char* expected) {
    return make_error(ErrorKind::invalid,
                      "The field '" + std::string(key) + "' has the wrong type; " + expected + " is expected.",
                      "wrong_type", std::string(key));
}

std::optional<std::int64_t> whole_number(const std::string& token) {
    std::int64_t value = 0;
    const char* const end = token.data() + token.size();
    const auto [at, error] = std::from_chars(token.data(), end, value);
    if (error != std::errc() || at != end) return std::nullopt;
    return value;
}

}  // namespace

Json::Json(const Json& other) : boolean_(other.is_bool() && other.boolean_), kind_(other.kind_) {
    switch (kind_) {
        case Kind::null:
        case Kind::boolean:
            return;
        case Kind::number:
        case Kind::string:
            std::construct_at(&text_, other.text_);
            return;
        case Kind::array:
            std::construct_at(&items_, other.items_);
            return;
        case Kind::object:
            std::construct_at(&members_, other.members_);
            return;
    }
}

Json& Json::operator=(const Json& other) { return *this = Json(other); }

Json& Json::operator=(Json&& other) noexcept {
    Json taken(std::move(other));  // `other` may be a part of this value
    end();
    take(std::move(taken));
    return *this;
}

void Json::end_container() noexcept {
    if (kind_ == Kind::array) {
        std::destroy_at(&items_);
    } else {
        std::destroy_at(&members_);
    }
}

Json::Array& Json::become_array() {
    end();
    kind_ = Kind::array;
    return *std::construct_at(&items_);
}

Json::Object& Json::become_object() {
    end();
    kind_ = Kind::object;
    return *std::construct_at(&members_);
}

bool Json::operator==(const Json& other) const {
    if (kind_ != other.kind_) return false;
    switch (kind_) {
        case Kind::null:
            return true;
        case Kind::boolean:
            return boolean_ == other.boolean_;
        case Kind::number:
        case Kind::string:
            return text_ == other.text_;
        case Kind::array:
            return items_ == other.items_;
        case Kind::object:
            return members_ == other.members_;
    }
    return false;
}

Json Json::number(std::string token) {
    TIELINE_CHECK(is_json_number(token), "a JSON number's token follows JSON's grammar");
    Json made(std::move(token));
    made.kind_ = Kind::number;
    return made;
}

bool Json::boolean() const {
    TIELINE_CHECK(is_bool(), "a JSON value is read as the type it has");
    return boolean_;
}

const std::string& Json::string() const {
    TIELINE_CHECK(is_string(), "a JSON value is read as the type it has");
    return text_;
}

const std::string& Json::number_token() const {
    TIELINE_CHECK(is_number(), "a JSON value is read as the type it has");
    return text_;
}

const Json::Array& Json::items() const {
    TIELINE_CHECK(is_array(), "a JSON value is read as the type it has");
    return items_;
}

Json::Array& Json::items() {
    TIELINE_CHECK(is_array(), "a JSON value is read as the type it has");
    return items_;
}

const Json::Object& Json::members() const {
    TIELINE_CHECK(is_object(), "a JSON value is read as the type it has");
    return members_;
}

Json::Object& Json::members() {
    TIELINE_CHECK(is_object(), "a JSON value is read as the type it has");
    return members_;
}

const Json* Json::find(std::string_view key) const {
    if (!is_object()) return nullptr;
    for (const auto& member : members_) {
        if (same_name(member.first, key)) return &member.second;
    }
    return nullptr;
}

Json* Json::find(std::string_view key) { return const_cast<Json*>(std::as_const(*this).find(key)); }

Json& Json::set(std::string_view key, Json value) {
    if (is_null()) become_object();
    if (Json* const present = find(key)) {
        *present = std::move(value);
        return *present;
    }
    return members()
        .emplace_back(std::piecewise_construct, std::forward_as_tuple(key), std::forward_as_tuple(std::move(value)))
        .second;
}

void Json::erase(std::string_view key) {
    if (!is_object()) return;
    std::erase_if(members(), [key](const Member& member) { return member.first == key; });
}

void Json::push_back(Json value) {
    if (is_null()) become_array();
    items().push_back(std::move(value));
}

std::string Json::text_or(std::string_view key, std::string_view fallback) const {
    const Json* const value = find(key);
    return value != nullptr && value->is_string() ? value->string() : std::string(fallback);
}

std::int64_t Json::int_or(std::string_view key, std::int64_t fallback) const {
    const Json* const value = find(key);
    if (value == nullptr || !value->is_number()) return fallback;
    return whole_number(value->number_token()).value_or(fallback);
}

bool Json::bool_or(std::string_view key, bool fallback) const {
    const Json* const value = find(key);
    return value != nullptr && value->is_bool() ? value->boolean() : fallback;
}

Result<std::string> Json::text(std::string_view key) const {
    const Json* const value = find(key);
    if (value == nullptr) return missing(key);
    if (!value->is_string()) return wrong_type(key, "a text");
    return value->string();
}

Result<std::int64_t> Json::integer(std::string_view key) const {
    const Json* const value = find(key);
    if (value == nullptr) return missing(key);
    if (!value->is_number()) return wrong_type(key, "a whole number");
    const auto number = whole_number(value->number_token());
    if (!number) return wrong_type(key, "a whole number of at most 18 digits");
    return *number;
}

Result<Decimal> Json::decimal(std::string_view key) const {
    const Json* const value = find(key);
    if (value == nullptr) return missing(key);
    if (!value->is_string() && !value->is_number()) return wrong_type(key, "a decimal number");
    auto number = Decimal::parse(value->is_string() ? value->string() : value->number_token());
    if (number) return number;
    Error error = number.error();
    error.message = "In the field '" + std::string(key) + "': " + error.message;
    error.field = std::string(key);
    return error;
}

}  // namespace tieline::base
