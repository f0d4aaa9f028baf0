#include "sandbox/erp/routes.h"

#include "sandbox/erp/equipment.h"
#include "sandbox/erp/journals.h"
#include "sandbox/erp/material_documents.h"
#include "sandbox/erp/movements.h"
#include "sandbox/erp/orders.h"
#include "sandbox/erp/part_orders.h"
#include "sandbox/erp/purchasing.h"
#include "sandbox/erp/reading.h"
#include "sandbox/erp/receipts.h"
#include "sandbox/erp/requisitions.h"
#include "sandbox/erp/reservations.h"
#include "sandbox/erp/seed.h"
#include "sandbox/erp/seed_parts.h"
#include "sandbox/erp/submissions.h"

#include <array>

namespace tieline::sandbox::erp {

namespace {

constexpr std::array<Route, 56> routes{{
    {"POST", "/api/journals", "", "journals.post", post_journal, true},
    {"POST", "/api/goods-issues", "", "goods_issues.post", post_goods_issue, true},
    {"POST", "/api/confirmations", "", "confirmations.post", post_confirmation, true},
    {"POST", "/api/service-receipts", "", "service_receipts.post", post_service_receipt, true},
    {"POST", "/api/invoices", "", "invoices.post", post_invoice, true},
    {"POST", "/api/documents/", "/reverse", "documents.reverse", reverse_document, true},
    {"POST", "/api/orders", "", "orders.write", create_order, true},
    {"PATCH", "/api/orders/", "", "orders.write", change_order, true},
    {"POST", "/api/purchase-orders", "", "purchase_orders.write", create_purchase_order, true},
    {"PATCH", "/api/purchase-orders/", "", "purchase_orders.write", change_part_order, true},
    {"POST", "/api/purchase-orders/", "/send", "purchase_orders.write", send_part_order, true},
    {"POST", "/api/purchase-orders/", "/cancel", "purchase_orders.write", cancel_part_order, true},
    {"POST", "/api/purchase-orders/", "/confirm", "purchase_orders.write", confirm_part_order, true},
    {"POST", "/api/goods-receipts", "", "goods_receipts.post", post_goods_receipt, true},
    {"POST", "/api/stock-movements", "", "stock.post", post_stock_movement, true},
    {"POST", "/api/reservations", "", "reservations.write", create_reservation, true},
    {"PATCH", "/api/reservations/", "", "reservations.write", change_reservation, true},
    {"POST", "/api/reservations/", "/cancel", "reservations.write", cancel_reservation, true},
    {"POST", "/api/requisitions", "", "requisitions.write", create_requisition, true},
    {"PATCH", "/api/requisitions/", "", "requisitions.write", change_requisition, true},
    {"POST", "/api/requisitions/", "/cancel", "requisitions.write", cancel_requisition, true},
    {"POST", "/api/requisitions/", "/approve", "requisitions.approve", approve_requisition, true},
    {"POST", "/api/requisitions/", "/reject", "requisitions.approve", reject_requisition, true},
    {"POST", "/api/requisitions/", "/escalate", "requisitions.approve", escalate_requisition, true},
    {"POST", "/api/requisitions/", "/order", "purchase_orders.write", make_order_of_requisition, true},
    {"PATCH", "/api/materials/", "", "planning.write", change_planning, true, true},
    {"PATCH", "/api/equipment/", "", "equipment.write", change_equipment, true},
    {"GET", "/api/reservations/", "", "documents.read", show_reservation},
    {"GET", "/api/reservations", "", "documents.read", list_reservations},
    {"GET", "/api/requisitions/", "", "documents.read", show_requisition},
    {"GET", "/api/requisitions", "", "documents.read", list_requisitions},
    {"GET", "/api/purchase-orders/", "", "", show_purchase_order},
    {"GET", "/api/purchase-orders", "", "", list_purchase_orders},
    {"GET", "/api/stock", "", "documents.read", list_stock},
    {"GET", "/api/movements", "", "documents.read", list_movements},
    {"GET", "/api/materials/", "", "", show_material},
    {"GET", "/api/materials", "", "", list_materials},
    {"GET", "/api/planning", "", "", list_planning},
    {"GET", "/api/equipment/", "", "", show_equipment},
    {"GET", "/api/equipment", "", "", list_equipment},
    {"GET", "/api/equipment-history", "", "documents.read", list_equipment_history},
    {"GET", "/api/storage-locations", "", "", list_storage_locations},
    {"GET", "/api/approval-levels", "", "", list_approval_levels},
    {"GET", "/api/persons", "", "", list_persons},
    {"GET", "/api/documents/", "", "documents.read", show_document},
    {"GET", "/api/documents", "", "documents.read", list_documents},
    {"GET", "/api/submissions/", "", "documents.read", show_submission},
    {"GET", "/api/orders/", "", "documents.read", show_order},
    {"GET", "/api/orders", "", "documents.read", list_orders},
    {"GET", "/api/balances", "", "documents.read", show_balances},
    {"GET", "/api/budgets", "", "documents.read", show_budgets},
    {"GET", "/api/rates", "", "documents.read", show_rates},
    {"GET", "/api/changes", "", "documents.read", show_changes},
    {"POST", "/admin/seed", "", "admin", seed, true},
    {"POST", "/admin/periods", "", "admin", set_period, true},
    {"POST", "/admin/rates", "", "admin", set_rate, true},
}};
constexpr Route master_route{"GET", "/api/", "", "", show_master};

bool matches(const Route& route, std::string_view path, std::string& part) {
    if (!route.path.ends_with('/')) return path == route.path;
    if (!path.starts_with(route.path) || !path.ends_with(route.suffix)) return false;
    if (path.size() <= route.path.size() + route.suffix.size()) return false;
    part = std::string(path.substr(route.path.size(), path.size() - route.path.size() - route.suffix.size()));
    return route.deep || part.find('/') == std::string::npos;
}

}  // namespace

Routed find_route(std::string_view method, std::string_view path) {
    Routed routed;
    for (const Route& route : routes) {
        std::string part;
        if (!matches(route, path, part)) continue;
        routed.path_known = true;
        if (route.method != method) continue;
        routed.route = &route;
        routed.part = std::move(part);
        return routed;
    }
    if (!routed.path_known && method == "GET" && path.starts_with(master_route.path)) {
        const auto part = net::url_decode(path.substr(master_route.path.size()));
        if (!part) return routed;
        routed.route = &master_route;
        routed.part = *part;
    }
    return routed;
}

}  // namespace tieline::sandbox::erp
