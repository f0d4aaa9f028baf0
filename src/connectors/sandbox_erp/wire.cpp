#include "connectors/sandbox_erp/wire.h"

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

Result<net::HttpRequest> request_of(const rest::Access& access, const FieldMap& map, const model::Command& command) {
    TIELINE_TRY(const Route* route, route_of(command));
    TIELINE_TRY(Json payload, Json::parse(command.payload));
    if (!payload.is_object()) {
        return make_error(ErrorKind::invalid, "the command " + command.kind + " has no object as its content",
                          "wrong_type");
    }
    // The key is what find() looks for: a payload with another reference would be lost from sight.
    payload.set("reference", command.key);
    TIELINE_TRY(const Json body, map.apply(route->table, payload));
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
    return rest::send_json(access, route->method, path, body);
}

}  // namespace tieline::connectors::sandbox_erp
