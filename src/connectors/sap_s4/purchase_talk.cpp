// Changes and cancellations of held purchase orders. The order is looked at first: whether it is still held, whether
// the hub's quantity is in its unit, whether it has the one item and the one schedule line that the command speaks of.

#include "connectors/sap_s4/errors.h"
#include "connectors/sap_s4/sap_s4.h"
#include "connectors/sap_s4/shape.h"

#include <optional>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr const char* order_set = "/API_PURCHASEORDER_PROCESS_SRV/A_PurchaseOrder";
constexpr const char* expansion = "to_PurchaseOrderItem,to_PurchaseOrderItem/to_ScheduleLine";

Error refused(const std::string& order, const std::string& what, std::string code) {
    return make_error(ErrorKind::invalid, "purchase order " + order + " of SAP " + what, std::move(code));
}

/// What an item must be so that the command can be carried out at it.
Result<void> check_item(const std::string& order, const Json& item, const std::string& unit) {
    if (item.text_or("PurchaseOrderQuantityUnit") != unit) {
        return refused(order,
                       "is in " + item.text_or("PurchaseOrderQuantityUnit") + ", the change is in " + unit +
                           "; a person must change it in SAP",
                       "order_unit");
    }
    if (odata::inner_rows(item, "to_ScheduleLine").size() > 1)
        return refused(order, "has several schedule lines; a person must say which one changes", "schedule_lines");
    return {};
}

/// The item that the command is about, once the order is found to be one that the hub may still touch.
Result<Json> item_to_change(const Route& route, const Json& source, const Json& order, const std::string& unit) {
    const std::string number = order.text_or("PurchaseOrder");
    if (!order.text_or("PurchasingDocumentDeletionCode").empty())
        return refused(number, "is deleted already", "order_gone");
    if (!is_set(order, "ReleaseIsNotCompleted"))
        return refused(number, "is released and may have gone to the vendor; a buyer must change it", "order_sent");
    Json wanted;
    std::size_t live = 0;
    for (const Json& item : odata::inner_rows(order, "to_PurchaseOrderItem")) {
        if (!item.text_or("PurchasingDocumentDeletionCode").empty()) continue;
        ++live;
        const bool is_it = route.way == Way::remove || item.text_or("PurchaseOrderItem") == source.text_or("item");
        if (is_it) wanted = item;
    }
    if (wanted.is_null()) return refused(number, "has no item " + source.text_or("item"), "order_item");
    if (route.way == Way::remove && live > 1)
        return refused(number, "has other items besides; a buyer must take this one out", "order_items");
    if (route.way == Way::patch) TIELINE_TRY_VOID(check_item(number, wanted, unit));
    return wanted;
}

}  // namespace

/// The write of the delivery date, which is the schedule line's; nullopt where it stands already or is not asked for.
Result<std::optional<net::HttpRequest>> SapS4::date_request(const Json& source, const Json& item) const {
    const Json::Array& lines = odata::inner_rows(item, "to_ScheduleLine");
    const std::string day = source.text_or("delivery_date");
    if (day.empty() || lines.empty()) return std::optional<net::HttpRequest>();
    if (odata::date_of(lines.front().text_or("ScheduleLineDeliveryDate")) == day)
        return std::optional<net::HttpRequest>();
    Json with_line = source;
    with_line.set("schedule_line", lines.front().text_or("ScheduleLine"));
    const Route& step = step_of("purchase_order.date");
    TIELINE_TRY(Json body, map_.apply(step.table, with_line, settings_));
    const std::string address = address_of(step, body);
    return std::optional<net::HttpRequest>(
        odata::write_request(access_, "PATCH", set_of(places_, map_, step.table) + address, body));
}

Exchange<Receipt> SapS4::push_purchase(const Route* route, model::Command command) {
    Result<net::HttpRequest> request = preview(command);
    if (!request) co_return request.error();
    const Json source = *source_of(*route, command);
    const std::string number = source.text_or("purchase_order");
    const std::string keys = odata::key_of({{"PurchaseOrder", odata::text_literal(number)}});
    net::HttpRequest looking = odata::read_request(access_, places_.odata + order_set + keys, {{"$expand", expansion}});
    Exchange<net::HttpResponse> sending = sign_in_.send(std::move(looking));
    const Result<net::HttpResponse> reply = co_await std::move(sending);
    const Result<Json> order = odata::entity_of(access_, rest::Effect::read, reply);
    if (!order) co_return meaning_of(map_, rest::Effect::write, order.error());
    const Result<Json> unit = map_.apply("unit", source, settings_);
    if (!unit) co_return unit.error();
    const Result<Json> item = item_to_change(*route, source, *order, unit->text_or("unit"));
    if (!item) co_return item.error();
    Result<std::optional<net::HttpRequest>> date = date_request(source, *item);
    if (!date) co_return date.error();
    if (*date) {  // first, because it carries no key: what is found by its key is whole
        net::HttpRequest first = std::move(**date);
        Exchange<Json> dating = write(std::move(first), "purchase_order.date");
        const Result<Json> dated = co_await std::move(dating);
        if (!dated) co_return dated.error();
    }
    Exchange<Json> writing = write(std::move(*request), std::string(route->table));
    const Result<Json> written = co_await std::move(writing);
    if (!written) co_return written.error();
    Receipt receipt;
    receipt.document = number;
    co_return receipt;
}

}  // namespace tieline::connectors::sap_s4
