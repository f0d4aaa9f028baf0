#include "connectors/sandbox_erp/wire.h"

#include "connectors/sandbox_erp/shape.h"

#include <utility>

namespace tieline::connectors::sandbox_erp {
namespace {

constexpr std::string_view reverse_path = "/api/documents/{}/reverse";

constexpr Route all_routes[] = {
    {"journal.post", "journal.post", "POST", "/api/journals", "", "journal", "journals.post"},
    {"journal.reverse", "reverse", "POST", reverse_path, "document", "journal", "documents.reverse", true},
    {"goods_issue.post", "goods_issue.post", "POST", "/api/goods-issues", "", "goods_issue", "goods_issues.post"},
    {"goods_issue.reverse", "reverse", "POST", reverse_path, "document", "goods_issue", "documents.reverse", true},
    {"confirmation.post", "confirmation.post", "POST", "/api/confirmations", "", "confirmation", "confirmations.post"},
    {"confirmation.reverse", "reverse", "POST", reverse_path, "document", "confirmation", "documents.reverse", true},
    {"service_receipt.post", "service_receipt.post", "POST", "/api/service-receipts", "", "service_receipt",
     "service_receipts.post"},
    {"service_receipt.reverse", "reverse", "POST", reverse_path, "document", "service_receipt", "documents.reverse",
     true},
    {"order.create", "order.create", "POST", "/api/orders", "", "order", "orders.write"},
    {"order.change", "order.change", "PATCH", "/api/orders/{}", "erp_order", "order_change", "orders.write"},
    {"reservation.create", "reservation.create", "POST", "/api/reservations", "", "reservation", "reservations.write",
     false, "reservation", "create"},
    {"reservation.change", "reservation.change", "PATCH", "/api/reservations/{}", "reservation", "reservation_change",
     "reservations.write", false, "reservation", "change"},
    {"reservation.cancel", "cancel", "POST", "/api/reservations/{}/cancel", "reservation", "reservation_change",
     "reservations.write", false, "reservation", "cancel"},
    {"requisition.create", "requisition.create", "POST", "/api/requisitions", "", "requisition", "requisitions.write",
     false, "requisition", "create"},
    {"requisition.change", "requisition.change", "PATCH", "/api/requisitions/{}", "requisition", "requisition_change",
     "requisitions.write", false, "requisition", "change"},
    {"requisition.cancel", "cancel", "POST", "/api/requisitions/{}/cancel", "requisition", "requisition_change",
     "requisitions.write", false, "requisition", "cancel"},
    {"purchase_order.change", "purchase_order.change", "PATCH", "/api/purchase-orders/{}", "purchase_order",
     "purchase_order_change", "purchase_orders.write", false, "purchaseOrder", "change"},
    {"purchase_order.cancel", "cancel", "POST", "/api/purchase-orders/{}/cancel", "purchase_order",
     "purchase_order_change", "purchase_orders.write", false, "purchaseOrder", "cancel"},
    {"equipment.change", "equipment.change", "PATCH", "/api/equipment/{}", "asset", "equipment_change",
     "equipment.write", false, "equipment", "change"},
};

}  // namespace

std::span<const Route> routes() { return all_routes; }

Result<const Route*> route_of(const model::Command& command) {
    for (const Route& route : all_routes) {
        if (route.kind == command.kind) return &route;
    }
    return make_error(ErrorKind::unsupported, "the sandbox ERP cannot do \"" + command.kind + "\"; see its README",
                      "unsupported_kind");
}

std::vector<std::string> list_of(const std::string& text) {
    std::vector<std::string> list;
    std::string part;
    for (const char c : text + ",") {
        if (c == ',') {
            if (!part.empty()) list.push_back(std::move(part));
            part.clear();
        } else if (c != ' ') {
            part += c;
        }
    }
    return list;
}

std::string offers_of(const std::string& details) {
    const Result<Json> facts = Json::parse(details.empty() ? "{}" : details);
    if (!facts) return {};
    std::string units, others;
    if (const Json* list = facts->find("units"); list != nullptr && list->is_array()) {
        for (const Json& unit : list->items())
            if (unit.is_string()) units += (units.empty() ? "" : ", ") + unit.string();
    }
    if (const Json* list = facts->find("substitutes"); list != nullptr && list->is_array()) {
        for (const Json& part : list->items()) {
            others += (others.empty() ? "" : ", ") + part.text_or("material") + " in " +
                      part.text_or("storageLocation") + " (" + part.text_or("onHand") + " there)";
        }
    }
    std::string words;
    if (!units.empty()) words += ". Units of this part: " + units;
    if (!others.empty()) words += ". Substitutes with enough stock: " + others;
    return words;
}

Result<net::HttpRequest> request_of(const rest::Access& access, const FieldMap& map, const model::Command& command) {
    TIELINE_TRY(const Route* route, route_of(command));
    TIELINE_TRY(Json payload, Json::parse(command.payload));
    if (!payload.is_object()) {
        return make_error(ErrorKind::invalid, "the command " + command.kind + " has no object as its content",
                          "wrong_type");
    }
    // The key is what find() looks for: a payload with another reference would be lost from sight.
    payload.set("reference", command.key);
    std::string path(route->path);
    if (!route->number.empty()) {
        TIELINE_TRY(const std::string number, payload.text(route->number));
        if (number.empty()) {
            return make_error(ErrorKind::invalid,
                              "the command " + command.kind + " does not say which number in the ERP it is about",
                              "missing_field", std::string(route->number));
        }
        path.replace(path.find("{}"), 2, net::url_encode(number));
    }
    TIELINE_TRY(const Json body, map.apply(route->table, wire_shape(std::move(payload))));
    return rest::send_json(access, route->method, path, body);
}

}  // namespace tieline::connectors::sandbox_erp
