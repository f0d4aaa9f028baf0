#include "connectors/maximo/shape.h"

#include "connectors/maximo/lists.h"

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

void add_cost_center(const Shaping& shaping, Json& object, std::string_view account) {
    if (shaping.cost_center_component == 0) return;
    const std::string code = component(shaping, word_of(object, account));
    if (!code.empty()) object.set("cost_center", code);
}

Json list_of(const Json& body, std::string_view name) {
    const Json* list = body.find(name);
    return list != nullptr && list->is_array() ? *list : Json::array();
}

void sum_estimates(Json& body) {
    Decimal sum = Decimal::from_int(0);
    bool is_any = false;
    for (const char* name : {"estlabcost", "estmatcost", "estservcost", "esttoolcost"}) {
        const auto part = number(body, name);
        if (!part) continue;
        const Result<Decimal> next = sum.plus(*part);
        if (!next) return;
        sum = *next;
        is_any = true;
    }
    if (is_any) body.set("planned_cost", sum.str());
}

/// Premium pay stands in linecost only: what is above hours × rate.
void add_premium(const Json& labor, Json& list) {
    const auto premium = number(labor, "premiumpayhours"), hours = number(labor, "regularhrs"),
               rate = number(labor, "payrate"), cost = number(labor, "linecost");
    if (!premium || premium->is_zero() || !hours || !rate || !cost) return;
    const Result<Decimal> regular = hours->times(*rate);
    if (!regular) return;
    const Result<Decimal> above = cost->minus(*regular);
    if (!above || above->is_zero()) return;
    Json line = labor;
    line.set("amount", above->str());
    list.push_back(std::move(line));
}

void split_labor(const Shaping& shaping, Json& body) {
    Json own = Json::array(), premium = Json::array(), outside = Json::array();
    const Json all = list_of(body, "labtrans");
    for (Json line : all.items()) {
        if (!line.is_object()) continue;
        if (!shaping.unapproved_labor && !line.bool_or("genapprservreceipt", false)) continue;
        add_cost_center(shaping, line, "gldebitacct");
        if (line.bool_or("outside", false)) {
            outside.push_back(std::move(line));
            continue;
        }
        add_premium(line, premium);
        own.push_back(std::move(line));
    }
    body.set("labor", std::move(own));
    body.set("premium", std::move(premium));
    body.set("outside_labor", std::move(outside));
    body.erase("labtrans");
}

/// What was taken on a planned line: Maximo ties both to the same reservation.
std::string issued_on(const Json& planned, const Json& transactions) {
    const std::string request = word_of(planned, "requestnum");
    Decimal sum = Decimal::from_int(0);
    for (const Json& one : transactions.items()) {
        const auto used = number(one, "used");
        if (request.empty() || word_of(one, "requestnum") != request || !used) continue;
        const Result<Decimal> next = sum.plus(*used);
        if (next) sum = *next;
    }
    return sum.str();
}

}  // namespace

std::string transaction_name(const std::string& id, const std::string& work_order) {
    return work_order.empty() ? id : id + "." + work_order;
}
std::string work_order_in(const std::string& transaction) {
    const std::size_t dot = transaction.find('.');
    return dot == std::string::npos ? std::string() : transaction.substr(dot + 1);
}
std::string id_in(const std::string& transaction) { return transaction.substr(0, transaction.find('.')); }

Json shape_transaction(const Shaping& shaping, Json body, const std::string& work_order) {
    if (!body.is_object()) return body;
    const std::string id = word_of(body, "matusetransid");
    if (!id.empty()) body.set("transaction", transaction_name(id, work_order));
    // Maximo keeps an issue as a negative quantity; the kind of the transaction says which way it goes.
    if (const auto quantity = number(body, "quantity")) {
        const bool is_return = word_of(body, "issuetype") == "RETURN";
        const Decimal moved = quantity->abs();
        body.set("moved", moved.str());
        body.set("used", (is_return ? moved.negated() : moved).str());
    }
    const std::string unit = first_of(body, {"issueunit", "orderunit"});
    body.set("unit", unit.empty() ? shaping.default_unit : unit);
    const std::string issue = word_of(body, "issueid");
    if (!issue.empty()) body.set("returned_transaction", transaction_name(issue, work_order));
    add_cost_center(shaping, body, "gldebitacct");
    return body;
}

Json shape_work_order(const Shaping& shaping, Json body) {
    if (!body.is_object()) return body;
    const std::string number_text = word_of(body, "wonum");
    body.set("internal_status", first_of(body, {"status_maxvalue", "status"}));
    const std::string finished = first_of(body, {"actfinish", "statusdate"});
    if (!finished.empty()) body.set("finished", finished);
    add_cost_center(shaping, body, "glaccount");
    sum_estimates(body);
    split_labor(shaping, body);
    Json used = Json::array(), planned = Json::array();
    const Json uses = list_of(body, "matusetrans"), plans = list_of(body, "wpmaterial");
    for (const Json& one : uses.items()) used.push_back(shape_transaction(shaping, one, number_text));
    for (Json line : plans.items()) {
        if (!line.is_object()) continue;
        line.set("issued", issued_on(line, used));
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
