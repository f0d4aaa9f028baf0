#include "connectors/odata/test_filter.h"

#include "connectors/odata/odata.h"

#include <algorithm>
#include <charconv>

namespace tieline::connectors::odata::test {
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

std::string comparison(const EntityType& type, const std::string& text, Comparison& out) {
    const std::size_t first = text.find(' '), second = text.find(' ', first + 1);
    if (first == std::string::npos || second == std::string::npos) return "Invalid filter: " + text;
    out.field = text.substr(0, first);
    out.how = text.substr(first + 1, second - first - 1);
    const Property* property = type.property(out.field);
    if (property == nullptr) return "Property " + out.field + " not found in type " + type.name;
    if (!property->filterable) return "Property " + out.field + " is not filterable";
    const bool is_known = out.how == "eq" || out.how == "gt" || out.how == "ge" || out.how == "lt" || out.how == "le";
    if (!is_known) return "Operator " + out.how + " is not taken here";
    out.is_time = property->type == "Edm.DateTime" || property->type == "Edm.DateTimeOffset";
    std::string wrong;
    const std::string literal = text.substr(second + 1);
    out.is_null = literal == "null" && out.how == "eq";  // its value is empty, as that of a row without one
    if (out.is_null) return wrong;
    out.value = value_of(property->type, literal, wrong);
    if (property->type == "Edm.DateTime") out.value += 'Z';
    if (wrong.empty() && property->type == "Edm.String" && out.value.size() > property->max_length)
        return "'" + out.value + "' is longer than " + out.field;
    return wrong;
}

/// A row's value in the form of a literal: "2026-11-24T06:00:00Z" for an instant.
std::string held(const Json& row, const std::string& field) {
    const Json* value = row.find(field);
    if (value == nullptr || value->is_null()) return {};
    if (value->is_bool()) return value->boolean() ? "true" : "false";
    if (const auto time = time_of(value->string())) return *time;
    return value->string();
}

bool holds(const Json& row, const Comparison& comparison) {
    const std::string left = held(row, comparison.field), right = comparison.value;
    if (comparison.is_null) return left.empty();
    int order = left.compare(right);
    if (comparison.is_time) {
        const auto time = parse_time(right), there = parse_time(left);
        if (!time || !there) return false;  // what has no time fits no comparison with one
        order = *there < *time ? -1 : *there > *time ? 1 : 0;
    }
    if (comparison.how == "eq") return order == 0;
    if (comparison.how == "gt") return order > 0;
    if (comparison.how == "ge") return order >= 0;
    return comparison.how == "lt" ? order < 0 : order <= 0;
}

}  // namespace

std::string value_of(const std::string& type, const std::string& literal, std::string& wrong) {
    const auto inside = [&](const std::string& head) {
        const bool is_good =
            literal.size() >= head.size() + 2 && literal.starts_with(head + "'") && literal.ends_with("'");
        if (!is_good) wrong = "'" + literal + "' is no " + type;
        return is_good ? literal.substr(head.size() + 1, literal.size() - head.size() - 2) : std::string();
    };
    if (type == "Edm.Boolean") {
        if (literal != "true" && literal != "false") wrong = "'" + literal + "' is no boolean";
        return literal;
    }
    if (type == "Edm.Time") return inside("time");
    if (type == "Edm.DateTime") {
        const std::string moment = inside("datetime");
        if (wrong.empty() && !parse_time(moment + "Z")) wrong = "'" + literal + "' is no " + type;
        return moment;
    }
    if (type == "Edm.DateTimeOffset") {
        std::string instant = inside("datetimeoffset");
        if (wrong.empty() && (!instant.ends_with('Z') || !parse_time(instant)))
            wrong = "'" + literal + "' is no instant";
        return instant;
    }
    if (type != "Edm.String") wrong = type + " is not compared here";
    if (!wrong.empty()) return {};
    std::string text = inside("");
    for (std::size_t at = text.find("''"); at != std::string::npos; at = text.find("''", at + 1)) text.erase(at, 1);
    return text;
}

std::string Selection::read(const Metadata& service, const EntityType& type, const net::Target& target) {
    const auto count = [](const std::string& text, std::size_t& out) {
        const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
        return end.ec == std::errc() && end.ptr == text.data() + text.size();
    };
    for (const auto& [name, value] : target.query) {
        if (name == "$filter") {
            if (split(value, " or ").size() > 1) return "Filter with or over several fields is not supported";
            for (const std::string& part : split(value, " and ")) {
                Comparison made;
                const std::string wrong = comparison(type, part, made);
                if (!wrong.empty()) return wrong;
                all_of.push_back(std::move(made));
            }
        } else if (name == "$orderby" || name == "$select") {
            (name == "$select" ? select : order) = split(value, ",");
            for (const std::string& field : split(value, ",")) {
                const bool is_navigation = name == "$select" && service.target(type, field) != nullptr;
                if (type.property(field) == nullptr && !is_navigation)
                    return "Property " + field + " not found in type " + type.name;
            }
        } else if (name == "$expand") {
            expands = split(value, ",");
        } else if (name == "$inlinecount") {
            if (value != "allpages") return "Invalid $inlinecount";
            counts = true;
        } else if (name == "$top" || name == "$skip" || name == "$skiptoken") {
            if (!count(value, name == "$top" ? top : skip)) return "Invalid " + name;
        } else {
            return "Query option " + name + " is not taken here";
        }
    }
    if (skip > 0 && order.empty()) return "$skip without $orderby gives no stable pages";
    return {};
}

Json::Array Selection::chosen(const Json::Array& rows) const {
    Json::Array found;
    for (const Json& row : rows) {
        if (std::all_of(all_of.begin(), all_of.end(), [&](const Comparison& each) { return holds(row, each); }))
            found.push_back(row);
    }
    std::stable_sort(found.begin(), found.end(), [&](const Json& left, const Json& right) {
        for (const std::string& field : order) {
            const std::string a = held(left, field), b = held(right, field);
            if (a != b) return a < b;
        }
        return false;
    });
    return found;
}

Json::Array Selection::page(Json::Array rows) const {
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(skip, rows.size())));
    if (rows.size() > top) rows.resize(top);
    return rows;
}

Json Selection::shown(const Json& row) const {
    if (select.empty()) return row;
    Json made = Json::object();
    for (const auto& [name, value] : row.members())
        if (std::find(select.begin(), select.end(), name) != select.end()) made.set(name, value);
    return made;
}

}  // namespace tieline::connectors::odata::test
