#include "connectors/sandbox_cmms/wire.h"

#include "net/http.h"

#include <utility>

namespace tieline::connectors::sandbox_cmms {
namespace {

constexpr Route all_routes[] = {
    {"workorder.link", "/api/workorders/{work_order}", "/erp-link", "{work_order}", "wonum", "erp_reference", ""},
    {"part_transaction.link", "/api/part-transactions/{transaction}", "/erp-link", "{transaction}", "transaction",
     "erp_reference", ""},
    {"suggestion.link", "/api/reorder-suggestions/{suggestion}", "/erp-link", "{suggestion}", "suggestion",
     "erp_reference", ""},
    {"workorder.parts_state", "/api/workorders/{work_order}", "/parts-state", "{work_order}", "wonum",
     "parts_state.reference", "parts_state.as_of"},
    {"inventory.mirror", "/api/inventory/{storeroom}/{part}", "/erp", "{part}/{storeroom}", "item", "erp.reference",
     "erp.as_of_change"},
    {"item.put", "/api/items/{part}", "", "{part}", "itemnum", "external_ref", "as_of_change"},
    {"storeroom.put", "/api/storerooms/{storeroom}", "", "{storeroom}", "storeroom", "external_ref", "as_of_change"},
    {"vendor.put", "/api/vendors/{code}", "", "{code}", "vendor", "external_ref", "as_of_change"},
    {"person.put", "/api/persons/{person}", "", "{person}", "person", "external_ref", "as_of_change"},
    {"code.put", "/api/codes/{kind}/{code}", "", "{kind}/{code}", "code", "external_ref", "as_of_change"},
    {"asset.put", "/api/assets/{code}", "", "{code}", "assetnum", "external_ref", "as_of_change"},
    // What technicians did: put under our key, so that the same again is the first answer.
    {"job.start", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"job.pause", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"job.finish", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"labor.record", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"step.fill", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"part.issue", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"part.return", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"note.add", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"photo.add", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"signature.add", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"failure.record", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"reading.record", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
    {"request.create", "/api/field-actions/{reference}", "", "", "ref", "ref", ""},
};

/// Puts the payload's members into the braces, for an address with what it cannot carry encoded.
Result<std::string> filled(const model::Command& command, std::string_view pattern, const Json& payload,
                           bool is_address) {
    std::string text;
    while (!pattern.empty()) {
        const std::size_t open = pattern.find('{');
        text += pattern.substr(0, open);
        if (open == std::string_view::npos) break;
        const std::size_t close = pattern.find('}', open);
        const std::string_view member = pattern.substr(open + 1, close - open - 1);
        TIELINE_TRY(const std::string value, payload.text(member));
        if (value.empty()) {
            return make_error(ErrorKind::invalid,
                              "the command " + command.kind + " does not say which object of the CMMS it is about: \"" +
                                  std::string(member) + "\" is empty",
                              "missing_field", std::string(member));
        }
        text += is_address ? net::url_encode(value) : value;
        pattern.remove_prefix(close + 1);
    }
    return text;
}

/// "erp.reference": a member of a member.
const Json* at(const Json& object, std::string_view path) {
    const std::size_t dot = path.find('.');
    const Json* found = object.find(path.substr(0, dot));
    if (found == nullptr || dot == std::string_view::npos) return found;
    return found->find(path.substr(dot + 1));
}

bool is_overtaken(const Order& order, const Json& object) {
    if (order.route->as_of.empty()) return false;
    const Json* kept = at(object, order.route->as_of);
    const Json* own = order.payload.find("as_of");
    const bool comparable = kept != nullptr && own != nullptr && kept->is_number() && own->is_number();
    if (!comparable) return false;
    const auto newer = Decimal::parse(kept->number_token()), older = Decimal::parse(own->number_token());
    return newer && older && *older < *newer;
}

}  // namespace

std::span<const Route> routes() { return all_routes; }

Result<Order> order_of(const model::Command& command) {
    for (const Route& route : all_routes) {
        if (route.kind != command.kind) continue;
        TIELINE_TRY(Json payload, Json::parse(command.payload));
        if (!payload.is_object()) {
            return make_error(ErrorKind::invalid, "the payload of the command " + command.kind + " is no JSON object",
                              "wrong_type");
        }
        // The key is what find() looks for: a payload with another reference would be lost from sight.
        payload.set("reference", command.key);
        Order order;
        order.route = &route;
        TIELINE_TRY(order.path, filled(command, route.path, payload, true));
        TIELINE_TRY(order.document, filled(command, route.document, payload, false));
        order.payload = std::move(payload);
        return order;
    }
    return make_error(ErrorKind::unsupported, "the sandbox CMMS cannot do \"" + command.kind + "\"; see its README",
                      "unsupported_kind");
}

Receipt receipt_of(const Order& order, const Json& object) {
    Receipt receipt;
    receipt.document = order.document.empty() ? object.text_or("document") : order.document;
    if (receipt.document.empty()) receipt.document = object.text_or(order.route->shown);
    Json details = Json::object();
    if (order.route->kind == "workorder.link") details.set("erp_order", object.text_or("erp_order"));
    if (is_overtaken(order, object)) details.set("ignored", true);
    receipt.details = details.dump();
    return receipt;
}

bool is_done(const Order& order, const Json& object) {
    const Json* reference = at(object, order.route->reference);
    const bool is_ours =
        reference != nullptr && reference->is_string() && reference->string() == order.payload.text_or("reference");
    return is_ours || is_overtaken(order, object);
}

}  // namespace tieline::connectors::sandbox_cmms
