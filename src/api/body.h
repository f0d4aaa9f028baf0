#pragma once
// Reads a JSON body member by member: each error names the field and the rule. For this room only.

#include "api/context.h"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::api {

/// Keeps the first mistake; whoever reads asks for it once at the end. Values after a mistake are empty.
class Body {
public:
    /// An object with no other members than these.
    static Result<Body> of(const std::string& text, std::initializer_list<std::string_view> known);
    explicit Body(Json json) : json_(std::move(json)) {}

    enum class Need { optional, required };
    /// At most `max` characters' worth of bytes; "" when absent.
    std::string text(std::string_view name, std::size_t bytes_max, Need need = Need::optional);
    std::optional<std::string> text_if_given(std::string_view name, std::size_t bytes_max);
    std::vector<std::string> texts(std::string_view name, std::size_t count_max, std::size_t bytes_max,
                                   Need need = Need::optional);
    std::optional<std::int64_t> whole(std::string_view name, std::int64_t min, std::int64_t max,
                                      Need need = Need::optional);
    std::optional<bool> flag(std::string_view name);
    bool has(std::string_view name) const { return json_.find(name) != nullptr; }
    void refuse(std::string_view name, std::string message, const char* code);
    const std::optional<Error>& error() const { return error_; }
    const Json& json() const { return json_; }

private:
    const Json* member(std::string_view name, Need need);

    Json json_;
    std::optional<Error> error_;
};

}  // namespace tieline::api
