#include "connectors/sap_maintenance/shape.h"

#include "base/decimal.h"
#include "connectors/odata/odata.h"
#include "connectors/sap_maintenance/wire.h"

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

namespace tieline::connectors::sap_maintenance {
namespace {

Error refused(const std::string& what, const std::string& code, const std::string& field) {
    return make_error(ErrorKind::invalid, what, code, field);
}

bool is_set(const Json& row, std::string_view field) { return row.bool_or(field, false) || row.text_or(field) == "X"; }

std::optional<Decimal> decimal_in(const Json& row, std::string_view field) {
    const auto value = Decimal::parse(row.text_or(field));
    return value ? std::optional(*value) : std::nullopt;
}

/// `value` ÷ `by`, exactly: SAP's price units are 1, 10, 100 and 1000.
std::optional<Decimal> divided(const Decimal& value, const Decimal& by) {
    for (const char* factor : {"1", "0.1", "0.01", "0.001", "0.0001"}) {
        const Decimal each = *Decimal::parse(factor);
        const auto product = by.times(each);
        if (!product || !(*product == Decimal::from_int(1))) continue;
        const auto quotient = value.times(each);
        const auto plain = quotient ? quotient->rounded(quotient->scale_needed()) : quotient;
        return plain ? std::optional(*plain) : std::nullopt;
    }
    return std::nullopt;
}

/// Who bears the cost: the settlement rule, else the responsible cost center, else that of the place.
Result<void> put_receiver(const Setup& setup, Json& order) {
    const Json::Array& rules = odata::inner_rows(order, "to_MaintOrderSettlmtDistrRule_2");
    const auto put = [&](const char* kind, const std::string& code) {
        order.set("receiver_kind", kind);
        order.set("receiver_code", plain_number(code));
    };
    if (rules.size() == 1) {
        const Json& rule = rules.front();
        for (const auto& [field, kind] :
             {std::pair{"CostCenter", "cost_center"}, std::pair{"OrderID", "internal_order"},
              std::pair{"MasterFixedAsset", "asset"}}) {
            if (rule.text_or(field).empty()) continue;
            put(kind, rule.text_or(field));
            return {};
        }
    }
    if (rules.size() > 1 && setup.books == Books::hub) {
        return refused(
            "order " + order.text_or("number") + " of SAP settles to " + std::to_string(rules.size()) +
                " receivers, and the hub can book a job's cost on one only. Leave one settlement rule in the "
                "order, or book its cost by hand",
            "several_receivers", "receiver");
    }
    for (const char* field : {"ResponsibleCostCenter", "CostCenter"}) {
        if (order.text_or(field).empty()) continue;
        put("cost_center", order.text_or(field));
        return {};
    }
    return {};
}

/// When the work ended: SAP's reference time of the technical completion, else of the main work, else of the change.
void put_finished(Json& order) {
    for (const char* field : {"MaintOrderReferenceDateTime", "MainWorkCompletedDateTime", "LastChangeDateTime"}) {
        if (!odata::time_of(order.text_or(field))) continue;
        order.set("finished", order.text_or(field));
        return;
    }
}

/// What SAP has planned; unknown where a row cannot be added up or is in another currency than the order.
void put_planned_cost(Json& order, const Json::Array& costs) {
    Decimal sum;
    for (const Json& row : costs) {
        const auto amount = decimal_in(row, "PlannedMaintAmountInCoCrcy");
        const auto next = amount ? sum.plus(*amount) : Result<Decimal>(Error{});
        if (!next || row.text_or("CompanyCodeCurrency") != order.text_or("Currency")) return;
        sum = *next;
    }
    if (!sum.is_zero()) order.set("planned_cost", sum.str());
}

Json::Array components_of(const Json& order) {
    Json::Array all;
    for (const Json& operation : odata::inner_rows(order, "to_MaintenanceOrderOperation"))
        for (const Json& component : odata::inner_rows(operation, "to_MaintOrderOpComponent_2"))
            if (!is_set(component, "IsDeleted") && !component.text_or("Product").empty()) all.push_back(component);
    return all;
}

/// As its reservation is called in SAP, "50001/1"; one without a reservation by operation and item.
std::string component_name(const Json& component) {
    const std::string reservation = plain_number(component.text_or("Reservation"));
    if (!reservation.empty() && reservation != "0")
        return reservation + "/" + plain_number(component.text_or("ReservationItem"));
    return component.text_or("MaintenanceOrderOperation") + "/" + component.text_or("MaintenanceOrderComponent");
}

/// Price of a base unit by the component that a movement belongs to; nullopt: there is none.
Result<std::optional<Decimal>> price_of(const Json::Array& components, const Json& movement,
                                        const std::string& currency) {
    for (const Json& component : components) {
        const bool is_its =
            !movement.text_or("ReservationItem").empty() &&
            plain_number(component.text_or("Reservation")) == plain_number(movement.text_or("Reservation")) &&
            plain_number(component.text_or("ReservationItem")) == plain_number(movement.text_or("ReservationItem"));
        if (!is_its) continue;
        const auto price = decimal_in(component, "MaintOrderOpComponentPrice");
        if (!price || price->is_zero()) return std::optional<Decimal>();
        const auto unit = decimal_in(component, "MaintOrdOpCompPriceUnitQty");
        const bool has_unit = unit && !unit->is_zero();
        const auto each = has_unit ? divided(*price, *unit) : std::optional(*price);
        const std::string its_currency = component.text_or("MaintOrdOpComponentCurrency", currency);
        if (each && its_currency == currency) return each;
        return refused("the price of material " + component.text_or("Product") + " in component " +
                           component_name(component) + " is " + price->str() + " " + its_currency + " per " +
                           component.text_or("MaintOrdOpCompPriceUnitQty") +
                           (each ? ", which is another currency than that of the order, " + currency
                                 : std::string(", which is no exact price of one unit")) +
                           ". Correct it in SAP",
                       "price_not_exact", "lines");
    }
    return std::optional<Decimal>();
}

Result<Json> labor_of(const Setup& setup, const Json::Array& confirmations) {
    Json lines = Json::array();
    for (Json row : confirmations) {
        // A confirmation that was taken back, and the one that takes it back, come to nothing together.
        if (is_set(row, "IsReversed") || is_set(row, "IsReversal")) continue;
        const auto hours = decimal_in(row, "ActualWorkQuantity");
        if (hours && hours->is_zero()) continue;
        const std::string name = "C" + plain_number(row.text_or("MaintOrderConf")) + "." +
                                 plain_number(row.text_or("MaintOrderConfCntrValue"));
        const std::string unit = row.text_or("ActualWorkQuantityUnit");
        const Result<Json> known = setup.map.apply("hour_unit", Json::object({{"unit", unit}}), setup.settings);
        if (!known) {
            return refused("confirmation " + name.substr(1) + " has its work in \"" + unit +
                               "\", which is no unit of hours; list it in the map's lookup 'hour_units' if it is one",
                           "no_hours", "lines");
        }
        row.set("name", name);
        const std::string person = plain_number(row.text_or("PersonnelNumber"));
        if (!person.empty() && person != "0") row.set("person", person);
        lines.push_back(std::move(row));
    }
    return lines;
}

Result<Json> material_of(const Json::Array& components, const Json::Array& movements, const std::string& currency) {
    Json lines = Json::array();
    std::set<std::string> told;
    for (Json row : movements) {
        const std::string type = row.text_or("GoodsMovementType");
        if (type != "261" && type != "262") continue;
        const std::string name = "M" + row.text_or("MaterialDocument") + "." + row.text_or("MaterialDocumentYear") +
                                 "." + plain_number(row.text_or("MaterialDocumentItem"));
        if (!told.insert(name).second) continue;
        const auto quantity = decimal_in(row, "QuantityInBaseUnit");
        if (!quantity) {
            return refused("material document " + name.substr(1) + " has no readable quantity", "quantity_unreadable",
                           "lines");
        }
        TIELINE_TRY(const std::optional<Decimal> price, price_of(components, row, currency));
        row.set("name", name);
        row.set("used", (type == "262" ? quantity->negated() : *quantity).str());
        if (price) row.set("price", price->str());
        lines.push_back(std::move(row));
    }
    return lines;
}

}  // namespace

std::string state_of(const FieldMap& map, const std::string& words) {
    std::istringstream stream(words);
    std::string word, best;
    bool is_cancelled = false, is_deleted = false;
    while (stream >> word) {
        const Result<Json> row = map.apply("status_word", Json::object({{"word", word}}));
        const std::string status = row ? row->text_or("status") : std::string();
        is_cancelled = is_cancelled || status == "cancelled";
        is_deleted = is_deleted || status == "deleted";
        if (rank_of(status) > rank_of(best)) best = status;
    }
    const bool is_done = rank_of(best) >= rank_of("completed");
    return is_cancelled || (is_deleted && !is_done) ? "cancelled" : best;
}

std::vector<std::string> reservations_of(const Json& order) {
    std::vector<std::string> all;
    for (const Json& component : components_of(order)) {
        const std::string number = plain_number(component.text_or("Reservation"));
        if (number.empty() || number == "0" || std::find(all.begin(), all.end(), number) != all.end()) continue;
        all.push_back(number);
    }
    return all;
}

Result<Json> shape_order(const Setup& setup, OrderRows rows) {
    Json& order = rows.order;
    order.set("number", plain_number(order.text_or("MaintenanceOrder")));
    const std::string asset = plain_number(order.text_or("Equipment"));
    order.set("asset", asset.empty() ? order.text_or("FunctionalLocation") : asset);
    const std::string company = setup.settings.text_or("company_code");
    order.set("company_code", company.empty() ? order.text_or("CompanyCode") : company);
    const std::string words = order.text_or("SystemStatusText"), state = state_of(setup.map, words);
    if (state.empty()) {
        return refused("order " + order.text_or("number") + " of SAP has the status words \"" + words +
                           "\", none of which the map's lookup 'statuses' lists; add those of your language",
                       "unknown_status", "status");
    }
    order.set("state", state);
    put_finished(order);
    order.set("plan", plain_number(order.text_or("MaintenancePlan")));
    TIELINE_TRY_VOID(put_receiver(setup, order));
    put_planned_cost(order, rows.costs);
    const Json::Array components = components_of(order);
    Json planned = Json::array();
    for (Json component : components) {
        if (!setup.tells_planned_parts) break;
        component.set("name", component_name(component));
        planned.push_back(std::move(component));
    }
    order.set("components", std::move(planned));
    if (setup.books != Books::hub) return std::move(order);
    TIELINE_TRY(Json labor, labor_of(setup, rows.confirmations));
    TIELINE_TRY(Json material, material_of(components, rows.movements, order.text_or("Currency")));
    order.set("labor", std::move(labor));
    order.set("material", std::move(material));
    return std::move(order);
}

}  // namespace tieline::connectors::sap_maintenance
