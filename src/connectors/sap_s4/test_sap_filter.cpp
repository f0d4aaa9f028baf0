#include "connectors/sap_s4/test_sap_filter.h"

#include "connectors/odata/odata.h"

#include <algorithm>
#include <charconv>

namespace tieline::connectors::sap_s4::test {
namespace {

/// Splits at `word` outside of quotes and brackets.
std::vector<std::string> split(const std::string& text, const std::string& word) {
    std::vector<std::string> parts(1);
    int depth = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\'') quoted = !quoted;
        if (!quoted && text[at] == '(') ++depth;
        if (!quoted && text[at] == ')') --depth;
        if (!quoted && depth == 0 && text.compare(at, word.size(), word) == 0) {
            parts.emplace_back();
            at += word.size() - 1;
        } else {
            parts.back() += text[at];
        }
    }
    return parts;
}

std::string without_brackets(std::string text) {
    while (text.size() > 1 && text.front() == '(' && text.back() == ')') text = text.substr(1, text.size() - 2);
    return text;
}

/// The value that rows hold; "" with `wrong` set where the literal does not fit the type.
std::string value_of(const std::string& type, std::string literal, std::string& wrong) {
    const auto inside = [&](const std::string& head) {
        if (!literal.starts_with(head + "'") || !literal.ends_with("'")) wrong = "'" + literal + "' is no " + type;
        return wrong.empty() ? literal.substr(head.size() + 1, literal.size() - head.size() - 2) : std::string();
    };
    if (type == "Edm.Boolean") {
        if (literal != "true" && literal != "false") wrong = "'" + literal + "' is no boolean";
        return literal;
    }
    if (type == "Edm.DateTime") return inside("datetime");
    if (type == "Edm.DateTimeOffset") return inside("datetimeoffset");
    std::string text = inside("");
    for (std::size_t at = text.find("''"); at != std::string::npos; at = text.find("''", at + 1)) text.erase(at, 1);
    return text;
}

std::string comparison(const odata::EntityType& type, const std::string& text, Comparison& out) {
    const std::size_t first = text.find(' '), second = text.find(' ', first + 1);
    if (first == std::string::npos || second == std::string::npos) return "Invalid filter: " + text;
    out.field = text.substr(0, first);
    out.how = text.substr(first + 1, second - first - 1);
    const odata::Property* property = type.property(out.field);
    if (property == nullptr) return "Property " + out.field + " not found in type " + type.name;
    if (out.how != "eq" && out.how != "gt" && out.how != "ge") return "Operator " + out.how + " is not taken here";
    std::string wrong;
    out.value = value_of(property->type, text.substr(second + 1), wrong);
    return wrong;
}

/// A row's value in the form of a literal: "2026-11-24T06:00:00Z" for an instant.
std::string held(const Json& row, const std::string& field) {
    const Json* value = row.find(field);
    if (value == nullptr || value->is_null()) return {};
    if (value->is_bool()) return value->boolean() ? "true" : "false";
    if (const auto time = odata::time_of(value->string())) return *time;
    return value->string();
}

bool holds(const Json& row, const Comparison& comparison) {
    std::string left = held(row, comparison.field), right = comparison.value;
    if (const auto time = parse_time(right.ends_with('Z') ? right : right + "Z"); time && parse_time(left)) {
        const WallTime there = *parse_time(left);
        if (comparison.how == "eq") return there == *time;
        return comparison.how == "gt" ? there > *time : there >= *time;
    }
    if (comparison.how == "eq") return left == right;
    return comparison.how == "gt" ? left > right : left >= right;
}

}  // namespace

std::string Selection::read(const odata::EntityType& type, const net::Target& target) {
    const auto count = [](const std::string& text, std::size_t& out) {
        const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
        return end.ec == std::errc() && end.ptr == text.data() + text.size();
    };
    for (const auto& [name, value] : target.query) {
        if (name == "$filter") {
            for (const std::string& part : split(value, " and ")) {
                std::vector<std::vector<Comparison>> any_of;
                for (const std::string& choice : split(without_brackets(part), " or ")) {
                    std::vector<Comparison> together;
                    for (const std::string& single : split(without_brackets(choice), " and ")) {
                        Comparison made;
                        const std::string wrong = comparison(type, without_brackets(single), made);
                        if (!wrong.empty()) return wrong;
                        together.push_back(std::move(made));
                    }
                    any_of.push_back(std::move(together));
                }
                all_of.push_back(std::move(any_of));
            }
        } else if (name == "$orderby") {
            order = split(value, ",");
            for (const std::string& field : order)
                if (type.property(field) == nullptr) return "Property " + field + " not found in type " + type.name;
        } else if (name == "$expand") {
            expands = split(value, ",");
        } else if (name == "$top" || name == "$skip") {
            if (!count(value, name == "$top" ? top : skip)) return "Invalid " + name;
        } else {
            return "Query option " + name + " is not taken here";
        }
    }
    return {};
}

Json::Array Selection::chosen(const Json::Array& rows) const {
    Json::Array found;
    for (const Json& row : rows) {
        const bool fits = std::all_of(all_of.begin(), all_of.end(), [&](const auto& any_of) {
            return std::any_of(any_of.begin(), any_of.end(), [&](const auto& together) {
                return std::all_of(together.begin(), together.end(),
                                   [&](const Comparison& each) { return holds(row, each); });
            });
        });
        if (fits) found.push_back(row);
    }
    std::stable_sort(found.begin(), found.end(), [&](const Json& left, const Json& right) {
        for (const std::string& field : order) {
            const std::string a = held(left, field), b = held(right, field);
            if (a != b) return a < b;
        }
        return false;
    });
    found.erase(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(std::min(skip, found.size())));
    if (found.size() > top) found.resize(top);
    return found;
}

Json joined(const Json& outer, const odata::EntityType& outer_type, const Json::Array& rows,
            const odata::EntityType& inner) {
    Json::Array found;
    for (const Json& row : rows) {
        const bool fits = std::all_of(outer_type.keys.begin(), outer_type.keys.end(), [&](const std::string& key) {
            return inner.property(key) == nullptr || row.text_or(key) == outer.text_or(key);
        });
        if (fits) found.push_back(row);
    }
    return Json::object({{"results", Json(std::move(found))}});
}

}  // namespace tieline::connectors::sap_s4::test
