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
    if (type == "Edm.Time") return inside("time");
    if (type != "Edm.String") wrong = type + " is not compared here";
    if (!wrong.empty()) return {};
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
    const bool is_known = out.how == "eq" || out.how == "gt" || out.how == "ge" || out.how == "lt" || out.how == "le";
    if (!is_known) return "Operator " + out.how + " is not taken here";
    std::string wrong;
    const std::string literal = text.substr(second + 1);
    if (literal == "null" && out.how == "eq") return wrong;  // its value is empty, as that of a row without one
    out.value = value_of(property->type, literal, wrong);
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
    int order = left.compare(right);
    const auto time = parse_time(right.ends_with('Z') ? right : right + "Z"), there = parse_time(left);
    if (time && there) order = *there < *time ? -1 : *there > *time ? 1 : 0;
    if (comparison.how == "eq") return order == 0;
    if (comparison.how == "gt") return order > 0;
    if (comparison.how == "ge") return order >= 0;
    // What has no time lies before none.
    return comparison.how == "lt" ? order < 0 : order <= 0;
}

}  // namespace

std::string Selection::read(const odata::Metadata& service, const odata::EntityType& type, const net::Target& target) {
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

Json joined(const Json& outer, const odata::EntityType& outer_type, const Json::Array& rows,
            const odata::EntityType& inner) {
    Json::Array found;
    for (const Json& row : rows) {
        const bool fits = std::all_of(outer_type.keys.begin(), outer_type.keys.end(), [&](const std::string& key) {
            std::string its = key;
            if (inner.property(key) == nullptr && its.starts_with("PurchaseOrder"))
                its.replace(0, 13, "PurchasingDocument");
            return inner.property(its) == nullptr || row.text_or(its) == outer.text_or(key);
        });
        if (fits) found.push_back(row);
    }
    return Json::object({{"results", Json(std::move(found))}});
}

}  // namespace tieline::connectors::sap_s4::test
