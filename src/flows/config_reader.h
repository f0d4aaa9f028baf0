#pragma once
// Reads one object of the configuration strictly: every member must be known, every error names the path.

#include "base/json.h"
#include "base/result.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tieline::flows {

inline Error config_error(std::string code, const std::string& path, const std::string& what) {
    return make_error(ErrorKind::invalid, path + ": " + what, std::move(code), path);
}

class ConfigReader {
public:
    /// The object is kept by reference and must outlive the reader.
    ConfigReader(const Json& json, std::string path) : json_(json), path_(std::move(path)) {}

    /// Must come first: an object with no members but these.
    Result<void> only(std::initializer_list<std::string_view> known) const {
        if (!json_.is_object()) return config_error("wrong_type", path_, "must be a table of settings");
        for (const auto& member : json_.members()) {
            if (std::find(known.begin(), known.end(), member.first) != known.end()) continue;
            std::string allowed;
            for (const std::string_view name : known) allowed.append(allowed.empty() ? "" : ", ").append(name);
            return config_error("unknown_key", path_of(member.first), "unknown setting; known here are: " + allowed);
        }
        return {};
    }

    std::string path_of(std::string_view key) const { return path_ + "." + std::string(key); }
    const Json* find(std::string_view key) const {
        const Json* found = json_.find(key);
        return found == nullptr || found->is_null() ? nullptr : found;
    }

    /// Text; a number as written counts as text, since account and cost center codes are often unquoted digits.
    Result<void> text(std::string_view key, std::string& into) const {
        const Json* found = find(key);
        if (found == nullptr) return {};
        if (found->is_string()) {
            into = found->string();
        } else if (found->is_number()) {
            into = found->number_token();
        } else {
            return config_error("wrong_type", path_of(key), "must be a text");
        }
        if (into.empty())
            return config_error("empty", path_of(key), "must not be empty; leave the setting out instead");
        return {};
    }
    Result<void> required_text(std::string_view key, std::string& into) const {
        if (find(key) == nullptr) return config_error("missing_field", path_of(key), "is missing; add it");
        return text(key, into);
    }
    Result<void> flag(std::string_view key, bool& into) const {
        const Json* found = find(key);
        if (found == nullptr) return {};
        if (!found->is_bool()) return config_error("wrong_type", path_of(key), "must be true or false");
        into = found->boolean();
        return {};
    }
    Result<void> whole(std::string_view key, int& into, int least, int most) const {
        const Json* found = find(key);
        if (found == nullptr) return {};
        const auto value = json_.integer(key);
        if (!value || *value < least || *value > most) {
            return config_error("out_of_range", path_of(key),
                                "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        }
        into = static_cast<int>(*value);
        return {};
    }
    template <class Enum>
    Result<void> choice(std::string_view key, Enum& into,
                        std::initializer_list<std::pair<std::string_view, Enum>> choices) const {
        const Json* found = find(key);
        if (found == nullptr) return {};
        std::string allowed;
        for (const auto& [name, value] : choices) {
            if (found->is_string() && found->string() == name) {
                into = value;
                return {};
            }
            allowed.append(allowed.empty() ? "" : ", ").append(name);
        }
        return config_error("unknown_value", path_of(key), "must be one of: " + allowed);
    }

private:
    const Json& json_;
    std::string path_;
};

}  // namespace tieline::flows
