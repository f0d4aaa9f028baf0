#include "connectors/maximo/shape.h"

#include "connectors/maximo/shape_parts.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::maximo {
namespace {

/// What is no exact number is left to the map, which refuses it by name.
std::optional<Decimal> number(const Json& object, std::string_view member) {
    const Result<Decimal> value = object.decimal(member);
    if (!value) return std::nullopt;
    return *value;
}

std::string first_of(const Json& object, std::initializer_list<std::string_view> members) {
    for (const std::string_view member : members) {
        std::string word = word_of(object, member);
        if (!word.empty()) return word;
    }
    return {};
}

/// Component of "6000-200-350": its cost center.
std::string component(const Shaping& shaping, std::string account) {
    int number = 1;
    std::string_view rest = account;
    while (number < shaping.cost_center_component && !rest.empty()) {
        const std::size_t at = rest.find(shaping.account_delimiter);
        rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
        ++number;
    }
    const std::string_view found = rest.substr(0, rest.find(shaping.account_delimiter));
    const bool is_open = found.find_first_not_of("?") == std::string_view::npos;  // "?" stands for any digit
    return is_open ? std::string() : std::string(found);
}

Result<void> sum_estimates(Json& body) {
    Decimal sum = Decimal::from_int(0);
    bool is_any = false;
    for (const char* name : {"estlabcost", "estmatcost", "estservcost", "esttoolcost"}) {
        const Json* value = body.find(name);
        if (value == nullptr || value->is_null()) continue;
        const Result<Decimal> part = body.decimal(name);
        const Result<Decimal> next = part ? sum.plus(*part) : part;
        if (!next) {
            return make_error(ErrorKind::invalid,
                              std::string("its estimate ") + name + " cannot be added up: " + next.error().message,
                              "estimate_unreadable", name);
        }
        sum = *next;
        is_any = true;
    }
    if (is_any) body.set("planned_cost", sum.str());
    return {};
}

/// What was taken on a planned line: Maximo ties both to the same reservation.
std::string issued_on(const Json& planned, const Json& transactions) {
    const std::string request = word_of(planned, "requestnum");
    Decimal sum = Decimal::from_int(0);
    for (const Json& one : transactions.items()) {
        const auto used = number(one, "used");
        if (request.empty() || word_of(one, "requestnum") != request || !used) continue;
        const Result<Decimal> next = sum.plus(*used);
        if (!next) return {};  // not known
        sum = *next;
    }
    return sum.str();
}

/// The token of a JSON number without its exponent; the same where that would be longer than any number of a plant.
std::string without_exponent(const std::string& token) {
    constexpr int digits_most = 60;
    const std::size_t at = token.find_first_of("eE");
    if (at == std::string::npos) return token;
    std::string_view power = std::string_view(token).substr(at + 1);
    const bool is_negative = power.starts_with('-');
    if (power.starts_with('-') || power.starts_with('+')) power.remove_prefix(1);
    int exponent = 0;
    for (const char c : power) {
        exponent = exponent * 10 + (c - '0');
        if (exponent > digits_most) return token;
    }
    if (is_negative) exponent = -exponent;
    std::string sign, digits;
    int point = 0;  // digits before the point
    bool is_behind = false;
    for (const char c : token.substr(0, at)) {
        if (c == '-') sign = "-";
        if (c == '.') is_behind = true;
        if (c < '0' || c > '9') continue;
        digits += c;
        if (!is_behind) ++point;
    }
    point += exponent;
    if (point <= 0) {
        digits.insert(0, static_cast<std::size_t>(1 - point), '0');
        point = 1;
    }
    if (static_cast<int>(digits.size()) < point) digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
    std::string whole = digits.substr(0, static_cast<std::size_t>(point));
    std::string behind = digits.substr(static_cast<std::size_t>(point));
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    behind.erase(behind.find_last_not_of('0') + 1);
    return sign + whole + (behind.empty() ? "" : "." + behind);
}

/// Which way the material went and how much. The kind says which way; a sign against it is nobody's to guess.
Result<void> add_quantity(const Shaping& shaping, Json& body) {
    const std::string name = "material transaction " + word_of(body, "matusetransid");
    const std::string kind = issue_kind(body);
    if (kind != "ISSUE" && kind != "RETURN") {
        return make_error(ErrorKind::invalid,
                          name + " is of kind '" + kind +
                              "', which is neither ISSUE nor RETURN, so nobody can say what it does to the stock. Have "
                              "Maximo tell the value that a word of the plant stands for (issuetype_maxvalue)",
                          "unknown_issue_kind", "issuetype");
    }
    const auto quantity = number(body, "quantity");
    if (!quantity) return {};  // the map refuses it by name
    const bool is_return = kind == "RETURN";
    const bool is_expected =
        quantity->is_zero() || quantity->is_negative() == (is_return != shaping.issues_are_negative);
    if (!is_expected) {
        return make_error(ErrorKind::invalid,
                          name + " of kind " + kind + " has the quantity " + quantity->str() +
                              ", whose sign is that of the other direction. Correct it in Maximo; if all are so, set "
                              "the connector's issue_quantity",
                          "wrong_sign", "quantity");
    }
    const Decimal moved = quantity->abs();
    body.set("moved", moved.str());
    body.set("used", (is_return ? moved.negated() : moved).str());
    return {};
}

}  // namespace

void add_cost_center(const Shaping& shaping, Json& object, std::string_view account) {
    if (shaping.cost_center_component == 0) return;
    const std::string code = component(shaping, word_of(object, account));
    if (!code.empty()) object.set("cost_center", code);
}

Json list_of(const Json& body, std::string_view name) {
    const Json* list = body.find(name);
    return list != nullptr && list->is_array() ? *list : Json::array();
}

void write_out_exponents(Json& json) {
    if (json.is_number()) {
        if (std::string plain = without_exponent(json.number_token()); plain != json.number_token())
            json = Json::number(std::move(plain));
    } else if (json.is_array()) {
        for (Json& one : json.items()) write_out_exponents(one);
    } else if (json.is_object()) {
        for (auto& [name, value] : json.members()) write_out_exponents(value);
    }
}

std::string issue_kind(const Json& transaction) { return first_of(transaction, {"issuetype_maxvalue", "issuetype"}); }

std::string transaction_name(const std::string& id, const std::string& work_order) {
    return work_order.empty() ? id : id + "." + work_order;
}
std::string work_order_in(const std::string& transaction) {
    const std::size_t dot = transaction.find('.');
    return dot == std::string::npos ? std::string() : transaction.substr(dot + 1);
}
std::string id_in(const std::string& transaction) { return transaction.substr(0, transaction.find('.')); }

Result<Json> shape_transaction(const Shaping& shaping, Json body, const std::string& work_order) {
    if (!body.is_object()) return body;
    const std::string id = word_of(body, "matusetransid");
    if (!id.empty()) body.set("transaction", transaction_name(id, work_order));
    write_out_exponents(body);
    TIELINE_TRY_VOID(add_quantity(shaping, body));
    const std::string unit = first_of(body, {"issueunit", "orderunit"});
    body.set("unit", unit.empty() ? shaping.default_unit : unit);
    const std::string issue = word_of(body, "issueid");
    if (!issue.empty()) body.set("returned_transaction", transaction_name(issue, work_order));
    add_cost_center(shaping, body, "gldebitacct");
    return body;
}

Result<Json> shape_work_order(const Shaping& shaping, Json body) {
    if (!body.is_object()) return body;
    write_out_exponents(body);
    const std::string number_text = word_of(body, "wonum");
    body.set("internal_status", first_of(body, {"status_maxvalue", "status"}));
    const std::string finished = first_of(body, {"actfinish", "statusdate"});
    if (!finished.empty()) body.set("finished", finished);
    add_cost_center(shaping, body, "glaccount");
    TIELINE_TRY_VOID(sum_estimates(body));
    TIELINE_TRY_VOID(split_labor(shaping, body));
    Json used = Json::array(), planned = Json::array();
    const Json uses = list_of(body, "matusetrans"), plans = list_of(body, "wpmaterial");
    for (const Json& one : uses.items()) {
        TIELINE_TRY(Json shaped, shape_transaction(shaping, one, number_text));
        used.push_back(std::move(shaped));
    }
    for (Json line : plans.items()) {
        if (!line.is_object()) continue;
        if (const std::string issued = issued_on(line, used); !issued.empty()) line.set("issued", issued);
        const std::string unit = first_of(line, {"issueunit", "orderunit"});
        line.set("unit", unit.empty() ? shaping.default_unit : unit);
        const std::string day = word_of(line, "requiredate");
        if (day.size() >= 10) line.set("needed_on", day.substr(0, 10));
        planned.push_back(std::move(line));
    }
    body.set("matusetrans", std::move(used));
    body.set("wpmaterial", std::move(planned));
    for (const char* name : {"servrectrans", "tooltrans"}) {
        Json* list = body.find(name);
        if (list == nullptr || !list->is_array()) continue;
        for (Json& line : list->items())
            if (line.is_object()) add_cost_center(shaping, line, "gldebitacct");
    }
    return body;
}

}  // namespace tieline::connectors::maximo
