#pragma once
// Reads the members of one JSON object strictly: each has a type and a bound, an unknown one is an error. The first
// problem sticks and names the field with its whole path; later reads then give harmless defaults.

#include "base/decimal.h"
#include "base/json.h"
#include "sandbox/cmms/problem.h"

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::sandbox::cmms {

class Reader {
public:
    enum class Need { required, optional };
    enum class Sign { any, not_negative };

    /// `object` and `known` must outlive the reader. `path`: "" or "labor[2]".
    Reader(const Json& object, std::string path, std::vector<std::string_view> known);

    bool has(std::string_view key) const;
    /// Trimmed of nothing; 1..`chars_max` bytes when required, no control characters.
    std::string text(std::string_view key, std::size_t bytes_max, Need need = Need::optional);
    /// Letters, digits and - _ . / : only: numbers of objects, codes.
    std::string code(std::string_view key, std::size_t bytes_max, Need need = Need::optional);
    std::string one_of(std::string_view key, const std::vector<std::string_view>& choices, std::string fallback);
    /// A number or a string with a plain decimal: at most 15 digits before the point and 6 after it.
    Decimal decimal(std::string_view key, Sign sign, Need need = Need::optional);
    std::int64_t integer(std::string_view key, std::int64_t from, std::int64_t to, std::int64_t fallback);
    bool boolean(std::string_view key, bool fallback);
    /// RFC 3339; given back in UTC with milliseconds; "" when absent or null.
    std::string time(std::string_view key, Need need = Need::optional);
    /// "2026-11-24"; "" when absent, null or empty.
    std::string date(std::string_view key, Need need = Need::optional);
    /// An ISO 4217 code that this system keeps.
    std::string currency(std::string_view key, std::string fallback);
    /// nullptr when absent or null; a problem when it is no array or longer than `items_max`.
    const Json::Array* array(std::string_view key, std::size_t items_max);
    const Json* object(std::string_view key);

    std::string path_of(std::string_view key) const;
    void fail(Problem problem);
    bool failed() const { return problem_.has_value(); }
    const Problem& problem() const { return *problem_; }

private:
    const Json* member(std::string_view key, Need need);

    const Json& object_;
    std::string path_;
    std::optional<Problem> problem_;
};

/// Whether an amount keeps to the bounds of this system (15 digits before the point, 6 after it).
bool within_bounds(const Decimal& amount);
const std::vector<std::string_view>& known_currencies();

}  // namespace tieline::sandbox::cmms
