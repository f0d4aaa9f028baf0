#pragma once
// A small JSON tree that keeps numbers as their raw text, so that money never passes through double.
// Parsing checks number grammar, UTF-8, depth and duplicate keys before anything is stored (RFC 8259, RFC 7493 2.3).

#include "base/decimal.h"
#include "base/result.h"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tieline::base {

struct JsonLimits {
    std::size_t bytes_max = 1 << 20;
    std::size_t depth_max = 64;
    std::size_t nodes_max = 200'000;
    /// Members of these names, at any depth, whose value is an object or a list: it is not parsed but stays JSON text,
    /// as a string of the tree. For texts of our own that are only passed on.
    std::span<const std::string_view> kept_as_text{};
};

/// A JSON value. Objects keep the order of their members; keys are unique. Value type, no threads.
class Json {
public:
    struct Null {
        bool operator==(const Null&) const = default;
    };
    struct Number {
        std::string token;  ///< as written: "1.50" stays "1.50"
        bool operator==(const Number&) const = default;
    };
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;

    Json() = default;  // null
    Json(bool value) : value_(value) {}
    Json(std::int64_t value) : value_(Number{std::to_string(value)}) {}
    Json(int value) : Json(static_cast<std::int64_t>(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(Array value) : value_(std::move(value)) {}
    Json(Object value) : value_(std::move(value)) {}
    /// A JSON number with the given token; the token must follow JSON's number grammar (checked).
    static Json number(std::string token);
    static Json object(std::initializer_list<Member> members) { return Json(Object(members)); }
    static Json array() { return Json(Array{}); }
    static Json object() { return Json(Object{}); }

    /// Kind invalid; code "json_syntax", "json_number", "json_utf8", "json_depth", "json_duplicate_key", "json_size",
    /// "json_nul" (a NUL character inside a string: no peer stores it). The message says where (byte offset or key).
    static Result<Json> parse(std::string_view text, const JsonLimits& limits = {});
    /// Compact text; the inverse of parse. Strings are escaped as RFC 8259 asks, '/' is not.
    std::string dump() const;
    /// As dump(), indented by two blanks: for people.
    std::string pretty() const;

    bool is_null() const { return std::holds_alternative<Null>(value_); }
    bool is_bool() const { return std::holds_alternative<bool>(value_); }
    bool is_number() const { return std::holds_alternative<Number>(value_); }
    bool is_string() const { return std::holds_alternative<std::string>(value_); }
    bool is_array() const { return std::holds_alternative<Array>(value_); }
    bool is_object() const { return std::holds_alternative<Object>(value_); }

    /// Checked access: calling one on another type is a bug of ours.
    bool boolean() const;
    const std::string& string() const;
    const std::string& number_token() const;
    const Array& items() const;
    Array& items();
    const Object& members() const;
    Object& members();

    /// Member of an object, or nullptr (also when this is no object).
    const Json* find(std::string_view key) const;
    Json* find(std::string_view key);
    /// Sets or replaces a member; a null value becomes an object first.
    Json& set(std::string_view key, Json value);
    void erase(std::string_view key);
    void push_back(Json value);  ///< appends to an array; a null value becomes an array first

    /// The member's text if it is a string, else the given fallback. For places where absence is fine.
    std::string text_or(std::string_view key, std::string_view fallback = {}) const;
    /// The member as a whole number if it is a number token that fits, else the fallback.
    std::int64_t int_or(std::string_view key, std::int64_t fallback) const;
    bool bool_or(std::string_view key, bool fallback) const;
    /// A required member; the error names `key` (kind invalid, code "missing_field" or "wrong_type", field = key).
    Result<std::string> text(std::string_view key) const;
    Result<std::int64_t> integer(std::string_view key) const;
    /// A decimal given as JSON string ("12.50") or as a number token without exponent.
    Result<Decimal> decimal(std::string_view key) const;

    /// Becomes an empty value of the kind: Array, Object, std::string or Number (whose token the caller answers for).
    template <class Kind>
    Kind& become() {
        return value_.emplace<Kind>();
    }

    bool operator==(const Json&) const = default;

private:
    std::variant<Null, bool, Number, std::string, Array, Object> value_{Null{}};
};

/// Appends `text` to `out` as a quoted and escaped JSON string.
void append_json_string(std::string& out, std::string_view text);
/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates).
bool is_utf8(std::string_view bytes);

}  // namespace tieline::base
