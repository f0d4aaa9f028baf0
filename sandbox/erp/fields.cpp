#include "sandbox/erp/fields.h"

#include <algorithm>

namespace tieline::sandbox::erp {

namespace {

const Json::Array no_items;

}  // namespace

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (const char byte : text) count += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1 : 0;
    return count;
}

Fields::Fields(const Json& object, std::string pointer, Check& check)
    : object_(object), pointer_(std::move(pointer)), check_(check) {
    if (!object_.is_object()) check_.fail("wrong_type", pointer_, "an object is expected here");
}

std::string Fields::at(std::string_view key) const { return pointer_ + "/" + std::string(key); }

const Json* Fields::take(std::string_view key, Need need) {
    taken_.push_back(key);
    const Json* found = object_.find(key);
    if (found == nullptr && need == Need::required)
        check_.fail("missing_field", at(key), "the member " + std::string(key) + " is required");
    return found;
}

std::string Fields::text(std::string_view key, std::size_t characters_max, Need need) {
    const Json* value = take(key, need);
    if (value == nullptr) return {};
    if (!value->is_string()) {
        check_.fail("wrong_type", at(key), std::string(key) + " must be a text");
        return {};
    }
    const std::string& text = value->string();
    if (text.empty() && need == Need::required)
        check_.fail("missing_field", at(key), std::string(key) + " must not be empty");
    if (characters(text) > characters_max)
        check_.fail("too_long", at(key),
                    std::string(key) + " has more than " + std::to_string(characters_max) + " characters");
    return text;
}

Date Fields::date(std::string_view key, Need need, Date fallback) {
    if (need == Need::optional && !has(key)) {
        take(key, need);
        return fallback;
    }
    const std::string text = this->text(key, 10, need);
    const auto date = parse_date(text);
    if (date) return *date;
    check_.fail("bad_date", at(key), std::string(key) + " must be a day as YYYY-MM-DD, not '" + text + "'");
    return fallback;
}

std::string Fields::month(std::string_view key) {
    std::string text = this->text(key, 7);
    if (!parse_date(text + "-01"))
        check_.fail("bad_date", at(key), std::string(key) + " must be a month as YYYY-MM, not '" + text + "'");
    return text;
}

Decimal Fields::decimal(std::string_view key, int digits_max, int scale_max, Need need) {
    const Json* value = take(key, need);
    if (value == nullptr) return {};
    if (!value->is_string()) {
        check_.fail("wrong_type", at(key), std::string(key) + " must be a decimal in a JSON string, such as \"12.50\"");
        return {};
    }
    const auto decimal = Decimal::parse(value->string());
    if (!decimal) {
        check_.fail("bad_amount", at(key),
                    std::string(key) + ": '" + value->string().substr(0, 40) + "' is no decimal");
        return {};
    }
    if (decimal->scale_needed() > scale_max) {
        check_.fail("too_many_decimals", at(key),
                    std::string(key) + " may have " + std::to_string(scale_max) + " digits after the point");
        return {};
    }
    std::string_view whole = value->string();
    whole = whole.substr(0, whole.find('.'));
    const std::size_t digits = whole.size() - (whole.starts_with('-') ? 1 : 0);
    if (digits > static_cast<std::size_t>(digits_max)) {
        check_.fail("bad_amount", at(key),
                    std::string(key) + " may have " + std::to_string(digits_max) + " digits before the point");
        return {};
    }
    return *decimal;
}

bool Fields::boolean(std::string_view key, bool fallback) {
    const Json* value = take(key, Need::optional);
    if (value == nullptr) return fallback;
    if (value->is_bool()) return value->boolean();
    check_.fail("wrong_type", at(key), std::string(key) + " must be true or false");
    return fallback;
}

std::int64_t Fields::integer(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    const Json* value = take(key, Need::optional);
    if (value == nullptr) return fallback;
    const auto number = object_.integer(key);
    if (!value->is_number() || !number || *number < least || *number > most) {
        check_.fail(
            "wrong_type", at(key),
            std::string(key) + " must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        return fallback;
    }
    return *number;
}

const Json::Array& Fields::array(std::string_view key, Need need) {
    const Json* value = take(key, need);
    if (value == nullptr) return no_items;
    if (value->is_array()) return value->items();
    check_.fail("wrong_type", at(key), std::string(key) + " must be a list");
    return no_items;
}

void Fields::done() {
    if (!object_.is_object() || !check_.ok()) return;
    for (const auto& [key, value] : object_.members()) {
        if (std::find(taken_.begin(), taken_.end(), key) == taken_.end())
            check_.fail("unknown_field", at(key),
                        "the member " + key.substr(0, 60) + " is not known here; leave it out");
    }
}

}  // namespace tieline::sandbox::erp
