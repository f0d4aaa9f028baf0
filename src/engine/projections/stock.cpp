// One row per part and storeroom: what lies there by each side's books, and what went through it.

#include "engine/projections/projections.h"
#include "engine/projections/receipt_facts.h"

#include <algorithm>
#include <array>

namespace tieline::engine::projections {
namespace {

constexpr std::size_t months_max = 25;   ///< 24 whole ones and the present one
constexpr std::size_t leads_max = 20;    ///< deliveries that the lead time is taken from
constexpr std::size_t ordered_max = 50;  ///< orders under way whose day is remembered

/// Whole days between two days written YYYY-MM-DD; nullopt where one is none.
std::optional<std::int64_t> days_between(std::string_view from, std::string_view to) {
    const Result<Date> first = parse_date(from), second = parse_date(to);
    if (!first || !second) return std::nullopt;
    const auto day = [](const Date& date) {
        return std::chrono::sys_days(std::chrono::year(date.year) / date.month / date.day).time_since_epoch().count();
    };
    return day(*second) - day(*first);
}

void moved(Json& row, const std::string& day) {
    if (day > row.text_or("last_movement")) row.set("last_movement", day);
}

void take_stock(Json& row, const model::StoredEvent& event) {
    const Json& data = data_of(event);
    if (is_older(row, data)) return;
    const std::string before = row.text_or("on_hand");
    copy(row, data, {"on_hand", "reserved", "on_order", "on_requisition", "unit", "value", "currency", "seq"});
    const std::string day = day_of(event.recorded);
    if (row.find("since") == nullptr) row.set("since", day);
    if (!before.empty() && before != row.text_or("on_hand")) moved(row, day);
}

void take_consumption(Json& row, const model::StoredEvent& event) {
    const Json& data = data_of(event);
    const Result<Decimal> quantity = data.decimal(data.find("base_quantity") ? "base_quantity" : "quantity");
    if (!quantity) return;
    const std::string day = data.text_or("at", format_time(event.envelope.occurred)).substr(0, 10);
    if (!parse_date(day)) return;
    if (row.find("since") == nullptr) row.set("since", day_of(event.recorded));
    moved(row, day);
    if (row.find("consumption") == nullptr) row.set("consumption", Json::object());
    Json& months = *row.find("consumption");
    const std::string month = day.substr(0, 7);
    const bool returned = event.envelope.type == "part.returned";
    months.set(month, add_text(months.text_or(month), returned ? quantity->negated() : *quantity));
    Json::Object& list = months.members();
    std::sort(list.begin(), list.end(), [](const auto& one, const auto& other) { return one.first < other.first; });
    if (list.size() > months_max) list.erase(list.begin());
}

/// The day on which an item was ordered, until its first delivery.
void take_ordered(Json& row, const model::StoredEvent& event) {
    const Json& data = data_of(event);
    const std::string item = data.text_or("purchase_order") + "/" + data.text_or("item");
    if (row.find("ordered") == nullptr) row.set("ordered", Json::object());
    Json& ordered = *row.find("ordered");
    if (ordered.find(item) != nullptr) return;
    if (ordered.members().size() == ordered_max) ordered.members().erase(ordered.members().begin());
    ordered.set(item, day_of(event.recorded));
}

void take_delivery(Json& row, const model::StoredEvent& event) {
    const Json& data = data_of(event);
    const std::string day = data.text_or("posting_date", day_of(event.recorded));
    moved(row, day);
    Json* ordered = row.find("ordered");
    const std::string item = data.text_or("purchase_order") + "/" + data.text_or("item");
    if (event.envelope.type != "delivery.received" || ordered == nullptr || ordered->find(item) == nullptr) return;
    const std::optional<std::int64_t> days = days_between(ordered->text_or(item), day);
    ordered->erase(item);
    if (!days || *days < 0) return;
    if (row.find("lead_days_seen") == nullptr) row.set("lead_days_seen", Json::array());
    Json::Array& leads = row.find("lead_days_seen")->items();
    leads.emplace_back(*days);
    if (leads.size() > leads_max) leads.erase(leads.begin());
}

enum class Kind { none, stock, planning, balance, compared, consumption, ordered, delivery };

Kind kind_of(std::string_view type) {
    constexpr std::array<std::pair<std::string_view, Kind>, 9> kinds{{{"stock.changed", Kind::stock},
                                                                      {"planning.published", Kind::planning},
                                                                      {"balance.changed", Kind::balance},
                                                                      {"stock.compared", Kind::compared},
                                                                      {"part.consumed", Kind::consumption},
                                                                      {"part.returned", Kind::consumption},
                                                                      {"requisition.ordered", Kind::ordered},
                                                                      {"delivery.received", Kind::delivery},
                                                                      {"delivery.cancelled", Kind::delivery}}};
    const auto* found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& one) { return one.first == type; });
    return found == kinds.end() ? Kind::none : found->second;
}

class Stock final : public Projection {
public:
    std::string_view name() const override { return "stock"; }
    int version() const override { return 1; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        if (kind_of(event.envelope.type) == Kind::none) return {};
        std::string place = place_of(data_of(event));
        if (place.empty()) return {};
        return {std::move(place)};
    }

    std::string fold(const model::StoredEvent& event, std::string_view, const std::string& stored) const override {
        Json row = row_of(stored);
        const Json& data = data_of(event);
        copy(row, data, {"part", "storeroom"});
        switch (kind_of(event.envelope.type)) {
            case Kind::stock:
                take_stock(row, event);
                break;
            case Kind::planning:
                take_planning(row, data);
                break;
            case Kind::balance:
                row.set("cmms_balance", data.text_or("balance"));
                break;
            case Kind::compared:
                take_compared(row, data);
                break;
            case Kind::consumption:
                take_consumption(row, event);
                break;
            case Kind::ordered:
                take_ordered(row, event);
                break;
            case Kind::delivery:
                take_delivery(row, event);
                break;
            case Kind::none:
                break;
        }
        return row.dump();
    }

private:
    static void take_planning(Json& row, const Json& data) {
        Json planning = row.find("planning") != nullptr ? *row.find("planning") : Json::object();
        if (is_older(planning, data)) return;
        planning = Json::object();
        copy(planning, data,
             {"reorder_point", "order_up_to", "lot_size", "lead_days", "safety_stock", "vendor", "seq"});
        row.set("planning", std::move(planning));
    }
    static void take_compared(Json& row, const Json& data) {
        Json compared = Json::object();
        copy(compared, data, {"erp", "expected", "difference", "cmms", "cmms_difference", "pending"});
        row.set("compared", std::move(compared));
    }
};

}  // namespace

std::unique_ptr<Projection> make_stock() { return std::make_unique<Stock>(); }

}  // namespace tieline::engine::projections
