#include "sandbox/cmms/reader.h"

#include "base/time.h"

#include <algorithm>

namespace tieline::sandbox::cmms {
namespace {

constexpr std::int64_t amount_bound = 1'000'000'000'000'000;  // 15 digits before the point
constexpr int scale_bound = 6;

bool is_code_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '/' || c == ':';
}

std::string joined(const std::vector<std::string_view>& words) {
    std::string out;
    for (const std::string_view word : words) {
        if (!out.empty()) out += ", ";
        out += word;
    }
    return out;
}

std::string shortened(std::string_view text) {
    return text.size() <= 60 ? std::string(text)
                             : std::string(text.substr(0, 24)) + "... (" + std::to_string(text.size()) + " characters)";
}

}  // namespace

const std::vector<std::string_view>& known_currencies() {
    static const std::vector<std::string_view> list = {"EUR", "USD", "GBP", "CHF", "JPY", "KWD", "PLN", "CZK",
                                                       "SEK", "NOK", "DKK", "HUF", "RON", "TRY", "CAD", "MXN",
                                                       "AUD", "NZD", "BRL", "CNY", "INR", "KRW", "TND", "BHD"};
    return list;
}

bool within_bounds(const Decimal& amount) {
    return amount.abs() < Decimal::from_int(amount_bound) && amount.scale() <= scale_bound;
}

Reader::Reader(const Json& object, std::string path, std::vector<std::string_view> known)
    : object_(object), path_(std::move(path)) {
    if (!object.is_object()) {
        fail(invalid("wrong_type", path_, "here must stand a JSON object"));
        return;
    }
    for (const auto& [key, value] : object.members()) {
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        fail(invalid("unknown_field", path_of(shortened(key)),
                     "this field does not exist here; known fields are: " + joined(known)));
        return;
    }
}

bool Reader::has(std::string_view key) const {
    const Json* value = object_.find(key);
    return value != nullptr && !value->is_null();
}

std::string Reader::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void Reader::fail(Problem problem) {
    if (!problem_) problem_ = std::move(problem);
}

const Json* Reader::member(std::string_view key, Need need) {
    const Json* value = object_.find(key);
    if (value != nullptr && !value->is_null()) return value;
    if (need == Need::required) fail(invalid("missing_field", path_of(key), "this field is required"));
    return nullptr;
}

std::string Reader::text(std::string_view key, std::size_t bytes_max, Need need) {
    const Json* value = member(key, need);
    if (value == nullptr) return {};
    if (!value->is_string()) {
        fail(invalid("wrong_type", path_of(key), "this field must be a text in quotes"));
        return {};
    }
    const std::string& text = value->string();
    if (text.empty() && need == Need::required) {
        fail(invalid("missing_field", path_of(key), "this field must not be empty"));
    }
    if (text.size() > bytes_max) {
        fail(invalid("too_long", path_of(key),
                     "at most " + std::to_string(bytes_max) + " bytes, found " + std::to_string(text.size())));
        return {};
    }
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; };
    if (std::any_of(text.begin(), text.end(), is_control)) {
        fail(invalid("bad_character", path_of(key), "control characters are not allowed"));
        return {};
    }
    return text;
}

std::string Reader::code(std::string_view key, std::size_t bytes_max, Need need) {
    std::string text = this->text(key, bytes_max, need);
    if (std::all_of(text.begin(), text.end(), is_code_character)) return text;
    fail(invalid("bad_code", path_of(key),
                 "only letters, digits and - _ . / : are allowed, found \"" + shortened(text) + "\""));
    return {};
}

std::string Reader::one_of(std::string_view key, const std::vector<std::string_view>& choices, std::string fallback) {
    if (!has(key)) return fallback;
    std::string text = this->text(key, 64);
    if (failed() || std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
    fail(invalid("unknown_value", path_of(key), "\"" + shortened(text) + "\" is not one of: " + joined(choices)));
    return fallback;
}

Decimal Reader::decimal(std::string_view key, Sign sign, Need need) {
    const Json* value = member(key, need);
    if (value == nullptr) return {};
    if (!value->is_string() && !value->is_number()) {
        fail(invalid("wrong_type", path_of(key), "this field must be a number, for example 12.50"));
        return {};
    }
    const std::string& token = value->is_string() ? value->string() : value->number_token();
    const Result<Decimal> parsed = Decimal::parse(token);
    if (!parsed || !within_bounds(*parsed)) {
        fail(invalid("bad_amount", path_of(key),
                     "a plain decimal with at most 15 digits before the point and 6 after it is needed, found \"" +
                         shortened(token) + "\""));
        return {};
    }
    if (sign == Sign::not_negative && parsed->is_negative()) {
        fail(invalid("negative_" + std::string(key), path_of(key), "must not be negative, found " + token));
        return {};
    }
    return *parsed;
}

std::int64_t Reader::integer(std::string_view key, std::int64_t from, std::int64_t to, std::int64_t fallback) {
    if (!has(key)) return fallback;
    const Result<std::int64_t> value = object_.integer(key);
    if (value && *value >= from && *value <= to) return *value;
    fail(invalid("bad_number", path_of(key),
                 "a whole number from " + std::to_string(from) + " to " + std::to_string(to) + " is needed"));
    return fallback;
}

bool Reader::boolean(std::string_view key, bool fallback) {
    if (!has(key)) return fallback;
    const Json* value = object_.find(key);
    if (value->is_bool()) return value->boolean();
    fail(invalid("wrong_type", path_of(key), "this field must be true or false"));
    return fallback;
}

std::string Reader::time(std::string_view key, Need need) {
    const std::string text = this->text(key, 40, need);
    if (failed() || text.empty()) return {};
    const Result<WallTime> parsed = parse_time(text);
    if (parsed) return format_time(*parsed);
    fail(invalid("bad_time", path_of(key),
                 "\"" + text + "\" is no time; write it like 2026-11-24T03:16:49Z, the day must exist"));
    return {};
}

std::string Reader::date(std::string_view key, Need need) {
    std::string text = this->text(key, 20, need);
    if (failed() || text.empty() || parse_date(text)) return text;
    fail(
        invalid("bad_date", path_of(key), "\"" + text + "\" is no date; write it like 2026-11-24, the day must exist"));
    return {};
}

std::string Reader::currency(std::string_view key, std::string fallback) {
    if (!has(key)) return fallback;
    std::string text = this->text(key, 8);
    const auto& known = known_currencies();
    if (failed() || std::find(known.begin(), known.end(), text) != known.end()) return text;
    fail(invalid("unknown_currency", path_of(key),
                 "currency \"" + text + "\" is not kept here; known: " + joined(known)));
    return fallback;
}

const Json::Array* Reader::array(std::string_view key, std::size_t items_max) {
    const Json* value = member(key, Need::optional);
    if (value == nullptr) return nullptr;
    if (!value->is_array()) {
        fail(invalid("wrong_type", path_of(key), "this field must be a list"));
        return nullptr;
    }
    if (value->items().size() > items_max) {
        fail(invalid(
            "too_many", path_of(key),
            "at most " + std::to_string(items_max) + " entries, found " + std::to_string(value->items().size())));
        return nullptr;
    }
    return &value->items();
}

const Json* Reader::object(std::string_view key) {
    const Json* value = member(key, Need::optional);
    if (value != nullptr && !value->is_object()) {
        fail(invalid("wrong_type", path_of(key), "this field must be an object"));
        return nullptr;
    }
    return value;
}

}  // namespace tieline::sandbox::cmms
