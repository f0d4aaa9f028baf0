#pragma once
// A small JSON tree that keeps numbers as their raw text, so that money never passes through double.
// Parsing checks number grammar, UTF-8, depth and duplicate keys before anything is stored (RFC 8259, RFC 7493 2.3).

#include "base/decimal.h"
#include "base/result.h"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
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
/// A tagged union by hand: std::variant calls a function for each copy, move and end of a value, of which an order has
/// thousands.
class Json {
public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;

    Json() noexcept : boolean_(false), kind_(Kind::null) {}
    Json(bool value) noexcept : boolean_(value), kind_(Kind::boolean) {}
    Json(std::int64_t value) : text_(std::to_string(value)), kind_(Kind::number) {}
    Json(int value) : Json(static_cast<std::int64_t>(value)) {}
    Json(std::string value) noexcept : text_(std::move(value)), kind_(Kind::string) {}
    Json(std::string_view value) : text_(value), kind_(Kind::string) {}
    Json(const char* value) : text_(value), kind_(Kind::string) {}
    Json(Array value) noexcept : items_(std::move(value)), kind_(Kind::array) {}
    Json(Object value) noexcept : members_(std::move(value)), kind_(Kind::object) {}
    Json(const Json& other);
    Json(Json&& other) noexcept { take(std::move(other)); }
    Json& operator=(const Json& other);
    Json& operator=(Json&& other) noexcept;
    ~Json() { end(); }

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

    bool is_null() const { return kind_ == Kind::null; }
    bool is_bool() const { return kind_ == Kind::boolean; }
    bool is_number() const { return kind_ == Kind::number; }
    bool is_string() const { return kind_ == Kind::string; }
    bool is_array() const { return kind_ == Kind::array; }
    bool is_object() const { return kind_ == Kind::object; }

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

    /// Becomes a value of another kind, which is then filled in place. `text` is no part of this value; the caller
    /// answers for a number's token.
    std::string& become_string(std::string_view text = {}) { return become(text, Kind::string); }
    std::string& become_number(std::string_view token) { return become(token, Kind::number); }
    Array& become_array();
    Object& become_object();

    bool operator==(const Json& other) const;

private:
    enum class Kind : unsigned char { null, boolean, number, string, array, object };

    /// The union is empty before. `other` keeps its kind and holds nothing of use.
    void take(Json&& other) noexcept;
    /// Ends what the union holds, and leaves it so.
    void end() noexcept {
        if (kind_ == Kind::string || kind_ == Kind::number) {
            text_.~basic_string();
        } else if (kind_ >= Kind::array) {
            end_container();
        }
    }
    void end_container() noexcept;
    std::string& become(std::string_view text, Kind kind) {
        end();
        kind_ = Kind::null;  // where no memory is left for the text
        std::construct_at(&text_, text);
        kind_ = kind;
        return text_;
    }

    union {
        bool boolean_;
        std::string text_;  ///< of a string, and a number's token as written: "1.50" stays "1.50"
        Array items_;
        Object members_;
    };
    Kind kind_;
};

inline void Json::take(Json&& other) noexcept {
    kind_ = other.kind_;
    switch (kind_) {
        case Kind::null:
        case Kind::boolean:
            boolean_ = other.boolean_;
            return;
        case Kind::number:
        case Kind::string:
            std::construct_at(&text_, std::move(other.text_));
            return;
        case Kind::array:
            std::construct_at(&items_, std::move(other.items_));
            return;
        case Kind::object:
            std::construct_at(&members_, std::move(other.members_));
            return;
    }
}

/// Appends `text` to `out` as a quoted and escaped JSON string.
void append_json_string(std::string& out, std::string_view text);
/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates).
bool is_utf8(std::string_view bytes);

}  // namespace tieline::base
