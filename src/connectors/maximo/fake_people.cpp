// What people and cron tasks do in the stand-in for Maximo.

#include "connectors/maximo/cursor.h"
#include "connectors/maximo/fake.h"
#include "connectors/maximo/lists.h"

#include <algorithm>

namespace tieline::connectors::maximo {
namespace {

std::string stamp(WallTime time, bool has_fraction = false) {
    if (!has_fraction) return where_time(std::chrono::floor<std::chrono::seconds>(time));
    return format_time(time);
}

}  // namespace

std::string Fake::make_order(Json attributes) {
    Json order = std::move(attributes);
    const std::string number = order.text_or("wonum", std::to_string(next_order_++));
    order.set("wonum", number);
    order.set("siteid", site);
    for (const auto& [name, value] : {std::pair{"woclass", "WORKORDER"}, {"status", "WAPPR"}})
        if (order.find(name) == nullptr) order.set(name, value);
    if (order.find("istask") == nullptr) order.set("istask", false);
    order.set("historyflag", false);
    if (order.find("statusdate") == nullptr) order.set("statusdate", stamp(now));
    for (const char* list : {"labtrans", "servrectrans", "tooltrans", "wpmaterial", "worklog", "wostatus"})
        if (order.find(list) == nullptr) order.set(list, Json::array());
    orders_.push_back(std::move(order));
    touch(number);
    return number;
}

Json& Fake::order(const std::string& number) {
    const auto found = std::find_if(orders_.begin(), orders_.end(),
                                    [&](const Json& order) { return order.text_or("wonum") == number; });
    TIELINE_CHECK(found != orders_.end(), "a test names a work order that it did not make");
    return *found;
}

void Fake::touch(const std::string& number) {
    order(number).set("changedate", stamp(now, pitfalls.fractions));
    order(number).set("_rowstamp", std::to_string(++row_stamp_));
}

void Fake::move_to(const std::string& number, std::string_view status) {
    Json& moved = order(number);
    moved.set("status", std::string(status));
    moved.set("statusdate", stamp(now));
    if (status.starts_with("COMP") && moved.text_or("actfinish").empty()) moved.set("actfinish", stamp(now));
    if (status == "CLOSE" || status == "CAN") moved.set("historyflag", true);
    moved.find("wostatus")->push_back(Json::object({{"status", std::string(status)}, {"changedate", stamp(now)}}));
    touch(number);
    if (status.starts_with("COMP")) publish(Json::object({{"member", Json::array()}, {"wonum", number}}).dump());
}

void Fake::add(const std::string& number, std::string_view list, Json line) {
    const std::string id = std::string(list) == "wpmaterial" ? "wpitemid" : std::string(list) + "id";
    if (line.find(id) == nullptr) line.set(id, next_id_++);
    order(number).find(list)->push_back(std::move(line));
    if (!pitfalls.children_silent) touch(number);
}

std::string Fake::use(const std::string& number, const std::string& item, const std::string& quantity,
                      const std::string& unit_cost, std::string_view type) {
    const std::string id = std::to_string(next_id_);
    const bool is_issue = type.starts_with("ISSUE");  // kept as a negative quantity
    uses_.push_back(Json::object({{"matusetransid", next_id_++},
                                  {"refwo", number},
                                  {"siteid", site},
                                  {"itemnum", item},
                                  {"quantity", Json::number(is_issue ? "-" + quantity : quantity)},
                                  {"issuetype", std::string(type)},
                                  {"issueunit", "EA"},
                                  {"unitcost", Json::number(unit_cost)},
                                  {"storeloc", "CENTRAL"},
                                  {"enterby", "WILSON"},
                                  {"transdate", stamp(now)},
                                  {"_rowstamp", std::to_string(++row_stamp_)}}));
    for (const Json& planned : order(number).find("wpmaterial")->items())
        if (planned.text_or("itemnum") == item) uses_.back().set("requestnum", planned.text_or("requestnum"));
    if (!pitfalls.children_silent) touch(number);
    return id;
}

void Fake::balance(const std::string& item, const std::string& storeroom, const std::string& quantity) {
    balances_.push_back(Json::object({{"invbalancesid", next_id_++},
                                      {"itemnum", item},
                                      {"location", storeroom},
                                      {"siteid", site},
                                      {"curbal", Json::number(quantity)}}));
}

std::size_t Fake::deliver(const std::function<int(const std::string&)>& listener) {
    std::size_t taken = 0;
    while (!queue_.empty()) {
        const int status = listener(queue_.front());
        if (status < 200 || status >= 300) break;
        queue_.pop_front();
        ++taken;
    }
    return taken;
}

std::string Fake::state() const {
    std::string text;
    for (const auto* rows : {&orders_, &uses_, &balances_})
        for (const Json& row : *rows) text += row.dump() + "\n";
    return text;
}

std::size_t Fake::count_of_key(const std::string& key) const {
    const std::string text = state();
    std::size_t count = 0;
    for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) ++count;
    return count;
}

}  // namespace tieline::connectors::maximo
