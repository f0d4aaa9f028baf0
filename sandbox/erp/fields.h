#pragma once
// Strict reading of request bodies: the first thing that is wrong is kept with its code, place and rule.

#include "base/json.h"
#include "base/time.h"

#include <string>
#include <string_view>
#include <vector>

namespace tieline::sandbox::erp {

/// Why a request is refused.
struct Problem {
    int status = 422;
    std::string code;
    std::string field;  ///< JSON pointer into the request: "/items/2/amount"
    std::string message;
    Json extra = Json::object();  ///< further members: did_you_mean, next_open_date, reversal_document
};

/// Keeps the first problem of a request; later ones are ignored, so that code may read on.
class Check {
public:
    bool ok() const { return problem_.code.empty(); }
    const Problem& problem() const { return problem_; }
    void fail(Problem problem) {
        if (ok()) problem_ = std::move(problem);
    }
    void fail(std::string_view code, std::string_view field, std::string_view message) {
        if (ok()) problem_ = Problem{422, std::string(code), std::string(field), std::string(message)};
    }

private:
    Problem problem_;
};

enum class Need { required, optional };

/// Reads the members of one object. done() refuses what nobody asked for.
class Fields {
public:
    Fields(const Json& object, std::string pointer, Check& check);

    bool has(std::string_view key) const { return object_.find(key) != nullptr; }
    std::string text(std::string_view key, std::size_t characters_max, Need need = Need::required);
    Date date(std::string_view key, Need need = Need::required, Date fallback = {});
    /// "YYYY-MM"
    std::string month(std::string_view key);
    /// A decimal given as JSON string, at most `digits_max` before and `scale_max` after the point.
    Decimal decimal(std::string_view key, int digits_max, int scale_max, Need need = Need::required);
    bool boolean(std::string_view key, bool fallback);
    std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most);
    /// The member if it is an array, else an empty one (a required one that is absent is a problem).
    const Json::Array& array(std::string_view key, Need need = Need::required);
    /// The member whatever it is, or nullptr.
    const Json* any(std::string_view key) { return take(key, Need::optional); }
    void done();

    std::string at(std::string_view key) const;
    Check& check() { return check_; }

private:
    const Json* take(std::string_view key, Need need);

    const Json& object_;
    std::string pointer_;
    Check& check_;
    std::vector<std::string_view> taken_;
};

/// Characters, not bytes, of UTF-8 text.
std::size_t characters(std::string_view text);

}  // namespace tieline::sandbox::erp
