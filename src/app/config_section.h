#pragma once
// One table of the configuration file. Every error names file, line and column. For app's readers only.

#include "base/time.h"
#include "base/yaml/yaml.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::app {

class Section {
public:
    /// `yaml` and `json` must outlive it. Check is_table() before anything else.
    Section(const Yaml& yaml, const Json& json, std::string pointer)
        : yaml_(yaml), json_(json), pointer_(std::move(pointer)) {}

    Result<void> only(std::initializer_list<std::string_view> names) const;
    const Json* find(std::string_view name) const { return json_.find(name); }
    const Json& json() const { return json_; }
    std::string pointer_of(std::string_view name) const;
    Section inner(std::string_view name) const { return {yaml_, *json_.find(name), pointer_of(name)}; }
    Error wrong(std::string_view name, std::string_view message, std::string_view code) const;
    const Yaml& yaml() const { return yaml_; }

    Result<std::string> text(std::string_view name, std::string_view fallback = {}) const;
    Result<std::string> required_text(std::string_view name) const;
    Result<std::int64_t> whole(std::string_view name, std::int64_t fallback, std::int64_t min, std::int64_t max) const;
    Result<bool> flag(std::string_view name, bool fallback) const;
    Result<Millis> duration(std::string_view name, Millis fallback) const;
    Result<std::vector<std::string>> texts(std::string_view name) const;

private:
    const Yaml& yaml_;
    const Json& json_;
    std::string pointer_;
};

}  // namespace tieline::app
