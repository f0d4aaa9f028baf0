#include "sandbox/plant/parts_life.h"

#include "base/decimal.h"

#include <set>
#include <utility>

namespace tieline::sandbox::plant {
namespace {

constexpr const char* storeroom = "MAIN";

Action erp_action(std::string path, Json body, std::string says) {
    Action action;
    action.target = Action::Target::erp;
    action.method = "POST";
    action.path = std::move(path);
    action.body = std::move(body);
    action.says = std::move(says);
    return action;
}

const Json::Array& items_of(const Json& list) {
    static const Json::Array none;
    const Json* items = list.find("items");
    return items != nullptr && items->is_array() ? items->items() : none;
}

bool is_plain(const Json& item) {
    const Json* kit = item.find("kit");
    const bool is_kit = kit != nullptr && kit->is_array() && !kit->items().empty();
    return item.bool_or("active", false) && !is_kit && !item.bool_or("lot_tracked", false) &&
           !item.bool_or("serial_tracked", false);
}

/// Known from the ERP, never moved and never counted here.
bool is_uncounted(const Json& row) {
    const Json *erp = row.find("erp"), *count = row.find("last_count");
    if (erp == nullptr || !erp->is_object() || (count != nullptr && count->is_object())) return false;
    const Json* on_hand = erp->find("on_hand");
    const Result<Decimal> balance = row.decimal("balance");
    return on_hand != nullptr && on_hand->is_number() && balance && balance->is_zero();
}

std::string day_in(WallTime now, std::uint64_t days) {
    return format_time(now + Millis(24 * 3600 * 1000) * static_cast<std::int64_t>(days)).substr(0, 10);
}

}  // namespace

void PartsLife::see_items(const Json& list, const Json& inventory) {
    std::set<std::string> kept;
    uncounted_.clear();
    for (const Json& row : items_of(inventory)) {
        if (is_uncounted(row)) {
            uncounted_.emplace_back(row.text_or("storeroom") + "/" + row.text_or("item"),
                                    row.find("erp")->find("on_hand")->number_token());
        }
        if (row.text_or("storeroom") == storeroom) kept.insert(row.text_or("item"));
    }
    std::vector<Part> parts;
    for (const Json& item : items_of(list)) {
        const std::string number = item.text_or("itemnum");
        if (is_plain(item) && kept.contains(number)) parts.push_back({number, item.text_or("uom")});
    }
    parts_ = std::move(parts);
}

std::optional<Action> PartsLife::take_stock() {
    if (uncounted_.empty()) return std::nullopt;
    const auto [place, quantity] = std::move(uncounted_.back());
    uncounted_.pop_back();
    Action action;
    action.method = "POST";
    action.path = "/api/inventory/" + place + "/count";
    action.body = Json::object({{"quantity", quantity}, {"note", "first stock take"}});
    action.says = place + ": " + quantity + " counted";
    return action;
}

Json PartsLife::plan() {
    if (parts_.empty() || !chance(60)) return {};
    Json planned = Json::array();
    const std::uint64_t count = 1 + random_.below(3);
    for (std::uint64_t i = 0; i < count; ++i) {
        const Part& part = any_part();
        planned.push_back(Json::object({{"item", part.item},
                                        {"quantity", std::to_string(1 + random_.below(4))},
                                        {"uom", part.uom},
                                        {"storeroom", storeroom}}));
    }
    return planned;
}

Action PartsLife::use(const std::string& order) {
    const Part& part = any_part();
    const std::string quantity = std::to_string(1 + random_.below(3));
    Action action;
    action.method = "POST";
    action.path = "/api/part-transactions";
    action.order = order;
    action.body = Json::object({{"type", "ISSUE"},
                                {"wonum", order},
                                {"item", part.item},
                                {"quantity", quantity},
                                {"storeroom", storeroom},
                                {"by", "T-0" + std::to_string(1 + random_.below(5))}});
    action.says = order + ": " + quantity + " x " + part.item + " taken from the storeroom";
    return action;
}

std::optional<Action> PartsLife::buy(const Json& requisitions, const Json& orders, WallTime now) {
    for (const Json& requisition : items_of(requisitions)) {
        if (!chance(50)) continue;
        if (std::optional<Action> decided = decide(requisition)) return decided;
    }
    for (const Json& order : items_of(orders)) {
        if (!chance(50)) continue;
        if (std::optional<Action> delivered = deliver(order, now)) return delivered;
    }
    return std::nullopt;
}

std::optional<Action> PartsLife::decide(const Json& requisition) {
    const std::string number = requisition.text_or("requisition");
    const std::string path = "/api/requisitions/" + number;
    const std::string what =
        "requisition " + number + ": " + requisition.text_or("quantity") + " x " + requisition.text_or("material");
    if (requisition.text_or("status") == "approved") {
        Json body = Json::object({{"overDeliveryPercent", "10"}});
        if (requisition.text_or("vendor").empty()) body.set("vendor", "V-100");
        return erp_action(path + "/order", std::move(body), what + " ordered");
    }
    if (requisition.text_or("status") != "in_approval") return std::nullopt;
    const std::string approver = requisition.text_or("approver");
    if (chance(6)) {
        return erp_action(path + "/reject",
                          Json::object({{"approver", approver}, {"reason", "this month's budget is used up"}}),
                          what + " rejected by " + approver);
    }
    return erp_action(path + "/approve", Json::object({{"approver", approver}}), what + " approved by " + approver);
}

std::optional<Action> PartsLife::deliver(const Json& order, WallTime now) {
    const std::string number = order.text_or("number", order.text_or("purchaseOrder"));
    const std::string path = "/api/purchase-orders/" + number;
    if (order.text_or("status") == "held") {
        return erp_action(path + "/send", Json::object({}), "purchase order " + number + " sent to its vendor");
    }
    if (order.text_or("status") != "sent") return std::nullopt;
    for (const Json& item : items_of(order)) {
        const Result<Decimal> open = item.decimal("open");
        if (!open || open->is_zero() || open->is_negative() || item.bool_or("finalDelivery", false)) continue;
        if (item.text_or("confirmedDate").empty() || chance(10)) {
            const std::string date = day_in(now, 1 + random_.below(6));
            return erp_action(path + "/confirm",
                              Json::object({{"item", item.text_or("item")}, {"confirmedDate", date}}),
                              "purchase order " + number + ": vendor confirms " + date);
        }
        return receive(number, item, now);
    }
    return std::nullopt;
}

/// All that is open, or a part of it.
Action PartsLife::receive(const std::string& order, const Json& item, WallTime now) {
    std::string quantity = item.text_or("open");
    const Result<Decimal> open = item.decimal("open");
    const Result<Decimal> one = Decimal::parse("1");
    if (open && one && *open > *one && chance(35)) {
        const Result<Decimal> half = open->times(*Decimal::parse("0.5"));
        const Result<Decimal> whole = half ? half->rounded(0) : half;
        if (whole && !whole->is_zero()) quantity = whole->str();
    }
    const std::string note = "DN-" + order + "-" + std::to_string(++deliveries_);
    return erp_action("/api/goods-receipts",
                      Json::object({{"companyCode", "1000"},
                                    {"postingDate", day_in(now, 0)},
                                    {"purchaseOrder", order},
                                    {"item", item.text_or("item")},
                                    {"quantity", quantity},
                                    {"unit", item.text_or("unit")},
                                    {"deliveryNote", note}}),
                      "purchase order " + order + ": " + quantity + " x " + item.text_or("material") + " delivered");
}

}  // namespace tieline::sandbox::plant
