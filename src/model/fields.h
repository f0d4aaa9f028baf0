#pragma once
// Reads the members of one JSON object one by one and keeps the first error. For the readers of this room only.

#include "base/json.h"
#include "base/time.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace tieline::model {

/// After the first error every further read gives an empty value and changes nothing, so that a reader can read all
/// its members in a row and ask once.
class Fields {
public:
    /// `path` is put before the names in errors, e.g. "lines[2]." ; it must outlive this object. So must `object`.
    Fields(const Json& object, std::string_view path);

    /// Any member that is not named is an error ("unknown_member").
    void allow_only(std::initializer_list<std::string_view> names);
    const Json* find(std::string_view name) const { return failed() ? nullptr : object_.find(name); }

    std::string required_text(std::string_view name, std::size_t characters_max);
    std::string text(std::string_view name, std::size_t characters_max);
    /// Letters, digits, '.', '_', '/', '-' only.
    std::string required_number(std::string_view name, std::size_t characters_max);
    bool flag(std::string_view name);
    std::optional<WallTime> time(std::string_view name);
    std::optional<Date> date(std::string_view name);
    /// At most 15 digits before the point ("amount_too_large").
    Decimal required_decimal(std::string_view name);
    std::optional<Decimal> decimal(std::string_view name);
    std::string currency(std::string_view name);
    /// A text that `from` turns into a value, e.g. a state.
    template <class From>
    auto choice(std::string_view name, From from, const char* choices) -> typename decltype(from({}))::value_type {
        const auto text = required_text(name, 64);
        const auto value = from(text);
        if (value) return *value;
        fail("unknown_value", name, "'" + text + "' is not known; use one of: " + choices);
        return {};
    }

    void check_size(const Decimal& amount, std::string_view name);
    /// Keeps the first error only.
    void fail(const char* code, std::string_view name, const std::string& what);
    void fail(Error error);
    bool failed() const { return error_.has_value(); }
    Error take_error() { return std::move(*error_); }

private:
    const Json& object_;
    std::string_view path_;
    std::optional<Error> error_;
};

}  // namespace tieline::model
