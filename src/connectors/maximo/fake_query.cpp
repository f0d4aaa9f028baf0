// oslc.where and oslc.select, as strictly as documented.

#include "connectors/maximo/fake.h"
#include "connectors/maximo/lists.h"

#include <algorithm>

namespace tieline::connectors::maximo {
namespace {

Error not_understood(std::string_view term) {
    return make_error(ErrorKind::invalid, "the term '" + std::string(term) + "' of oslc.where is not understood",
                      "where");
}

std::vector<std::string_view> terms_of(std::string_view where) {
    std::vector<std::string_view> terms;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < where.size(); ++i) {
        if (where[i] == '"' && (i == 0 || where[i - 1] != '\\')) quoted = !quoted;
        if (quoted || where.substr(i, 5) != " and ") continue;
        terms.push_back(where.substr(begin, i - begin));
        begin = i + 5;
    }
    terms.push_back(where.substr(begin));
    return terms;
}

/// A quoted text without its quotes; a number, true or false as they are. False: neither.
bool read_value(std::string_view written, std::string& value) {
    if (written.size() >= 2 && written.front() == '"' && written.back() == '"') {
        written = written.substr(1, written.size() - 2);
        for (std::size_t i = 0; i < written.size(); ++i) {
            if (written[i] == '\\' && i + 1 < written.size()) ++i;
            value += written[i];
        }
        return true;
    }
    value = std::string(written);
    return written == "true" || written == "false" || Decimal::parse(written).has_value();
}

std::string plain(const Json* value) {
    if (value == nullptr || value->is_null()) return {};
    if (value->is_bool()) return value->boolean() ? "true" : "false";
    return value->is_number() ? value->number_token() : value->is_string() ? value->string() : std::string();
}

Result<bool> among(const std::string& have, std::string_view list, std::string_view term) {
    if (list.size() < 2 || list.front() != '[' || list.back() != ']') return not_understood(term);
    list = list.substr(1, list.size() - 2);
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string value;
        if (!read_value(list.substr(0, comma), value)) return not_understood(term);
        if (value == have) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

Result<bool> holds(const Json& row, std::string_view term, const std::set<std::string>& attributes) {
    const std::size_t end = term.find_first_of("=<>! ");
    if (end == std::string_view::npos) return not_understood(term);
    const std::string name(term.substr(0, end));
    if (!attributes.contains(name))
        return make_error(ErrorKind::invalid, "the attribute '" + name + "' does not exist", "attribute");
    const std::string have = plain(row.find(name));
    std::string_view rest = term.substr(end);
    if (rest.starts_with(" in ")) return among(have, rest.substr(4), term);
    const std::size_t operator_end = rest.find_first_not_of("=<>!");
    if (operator_end == std::string_view::npos) return not_understood(term);
    const std::string_view sign = rest.substr(0, operator_end);
    std::string value;
    if (!read_value(rest.substr(operator_end), value)) return not_understood(term);
    const int order = compare_words(have, value);
    if (value == "*" && (sign == "=" || sign == "!=")) return (sign == "=") == !have.empty();  // any value, none
    if (sign == "=") return order == 0;
    if (sign == "!=") return order != 0;
    if (have.empty()) return false;  // nothing is neither more nor less
    if (sign == "<") return order < 0;
    if (sign == "<=") return order <= 0;
    if (sign == ">") return order > 0;
    if (sign == ">=") return order >= 0;
    return not_understood(term);
}

}  // namespace

int compare_words(const std::string& left, const std::string& right) {
    if (left == right) return 0;
    // Of the same form in UTC: quick, for tests with thousands of orders.
    if (left.size() == right.size() && left.size() == 25 && left.ends_with("+00:00") && right.ends_with("+00:00"))
        return left.compare(right);
    const auto left_number = Decimal::parse(left), right_number = Decimal::parse(right);
    if (left_number && right_number) return *left_number < *right_number ? -1 : *right_number < *left_number ? 1 : 0;
    const auto left_time = parse_time(left), right_time = parse_time(right);
    if (left_time && right_time) return *left_time < *right_time ? -1 : *right_time < *left_time ? 1 : 0;
    return left.compare(right);
}

Result<bool> fulfils(const Json& row, std::string_view where, const std::set<std::string>& attributes) {
    for (const std::string_view term : terms_of(where)) {
        TIELINE_TRY(const bool fits, holds(row, term, attributes));
        if (!fits) return false;
    }
    return true;
}

std::vector<std::pair<std::string, std::string>> parts_of_select(std::string_view select) {
    std::vector<std::pair<std::string, std::string>> parts;
    while (!select.empty()) {
        const std::size_t end = std::min(select.find_first_of(",{"), select.size());
        std::string name(select.substr(0, end));
        std::string inner;
        std::size_t next = end;
        if (end < select.size() && select[end] == '{') {
            const std::size_t close = std::min(select.find('}', end), select.size() - 1);
            inner = std::string(select.substr(end + 1, close - end - 1));
            next = close + 1;
            if (name.starts_with("rel.")) name.erase(0, 4);
        }
        parts.emplace_back(std::move(name), std::move(inner));
        select.remove_prefix(std::min(next + 1, select.size()));
    }
    return parts;
}

}  // namespace tieline::connectors::maximo
