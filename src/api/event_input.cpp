#include "api/event_input.h"

#include "api/event_fields.h"
#include "model/work_order.h"

#include <algorithm>
#include <array>

namespace tieline::api {
namespace {

/// Who sends: a configured connector's name or the sender's own. "hub" and "flow/…" are ours.
Result<std::string> source_of(const Json& event) {
    TIELINE_TRY(std::string source, text(event, "source", false));
    if (source.empty()) return std::string("api");
    const bool plain = source.size() <= 32 && std::all_of(source.begin(), source.end(), [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                  c == '-' || c == '_' || c == '.';
                       });
    if (!plain) {
        return refuse("bad_source", "source", "must be 1 to 32 letters, digits, '-', '_' or '.', for example cmms.");
    }
    constexpr std::array<std::string_view, 4> own{"hub", "configuration", "identity", "technician"};
    if (std::find(own.begin(), own.end(), source) != own.end()) {
        return refuse("bad_source", "source", "is a name that Tieline keeps for itself; use the sender's own name.");
    }
    return source;
}

Result<void> work_order(const Json& data, engine::Ingest& item) {
    Result<model::WorkOrder> order = model::work_order_from_json(data);
    if (!order) return inside_data(order.error());
    if (order->number != item.object) {
        return refuse("subject_differs", "subject", "must be the work order's number, data.number.");
    }
    if (const std::string type = model::event_type_of(order->status); type != item.type) {
        return refuse("type_differs", "type", "does not fit data.status; it would be " + type + ".");
    }
    if (item.correlation.empty()) item.correlation = order->number;
    Json canonical = model::to_json(*order);
    item.data = canonical.dump();
    item.parsed = std::make_shared<const Json>(std::move(canonical));
    item.order = std::make_shared<const model::WorkOrder>(std::move(*order));
    return {};
}

Result<void> invoice(const Json& data, engine::Ingest& item) {
    TIELINE_TRY_VOID(allow_only(
        data,
        {"invoice", "vendor", "purchase_order", "work_order", "line", "currency", "amount", "posting_date", "document"},
        "data."));
    Json canonical = Json::object();
    for (const char* name : {"invoice", "vendor", "purchase_order", "work_order", "line"}) {
        TIELINE_TRY(std::string value, text(data, name, std::string_view(name) == "invoice", "data."));
        if (!value.empty()) canonical.set(name, std::move(value));
    }
    TIELINE_TRY(std::string code, currency(data, "currency"));
    canonical.set("currency", std::move(code));
    TIELINE_TRY(std::string amount, decimal_text(data, "amount", false));
    canonical.set("amount", std::move(amount));
    TIELINE_TRY(std::string day, date(data, "posting_date", false));
    if (!day.empty()) canonical.set("posting_date", std::move(day));
    TIELINE_TRY(std::string document, text(data, "document", false, "data."));
    if (!document.empty()) canonical.set("document", std::move(document));
    if (item.correlation.empty()) item.correlation = canonical.text_or("work_order", item.object);
    item.data = canonical.dump();
    return {};
}

Result<void> rate(const Json& data, engine::Ingest& item) {
    TIELINE_TRY_VOID(allow_only(data, {"from", "to", "rate", "valid_from"}, "data."));
    Json canonical = Json::object();
    TIELINE_TRY(std::string from, currency(data, "from"));
    canonical.set("from", std::move(from));
    TIELINE_TRY(std::string to, currency(data, "to"));
    canonical.set("to", std::move(to));
    TIELINE_TRY(std::string value, decimal_text(data, "rate", true));
    canonical.set("rate", std::move(value));
    TIELINE_TRY(std::string day, date(data, "valid_from", true));
    canonical.set("valid_from", std::move(day));
    item.data = canonical.dump();
    return {};
}

Result<void> read_data(const Json& data, engine::Ingest& item) {
    if (item.type.starts_with("workorder.")) return work_order(data, item);
    if (item.type == "invoice.received") return invoice(data, item);
    if (item.type == "rate.published") return rate(data, item);
    if (item.type == "part.consumed" || item.type == "part.returned") return read_part_transaction(data, item);
    return refuse("unknown_type", "type",
                  "is not taken here. Send workorder.requested, .approved, .released, .started, .completed, .closed, "
                  ".cancelled or .reopened, part.consumed, part.returned, invoice.received or rate.published.");
}

Result<void> read_envelope(const Json& event, engine::Ingest& item, WallTime now) {
    // id and the other members of CloudEvents are allowed and not used: ids follow from source, object and content.
    TIELINE_TRY_VOID(allow_only(event,
                                {"type", "subject", "data", "source", "time", "site", "correlation", "version",
                                 "specversion", "id", "datacontenttype"},
                                ""));
    TIELINE_TRY(item.type, text(event, "type", true));
    TIELINE_TRY(item.object, text(event, "subject", true));
    TIELINE_TRY(item.source, source_of(event));
    TIELINE_TRY(item.site, text(event, "site", false));
    TIELINE_TRY(item.correlation, text(event, "correlation", false));
    TIELINE_TRY(item.peer_version, text(event, "version", false));
    TIELINE_TRY(const std::string time, text(event, "time", false));
    item.occurred = now;
    if (time.empty()) return {};
    const Result<WallTime> occurred = parse_time(time);
    if (!occurred) return refuse("bad_time", "time", "must be a time like 2026-11-24T03:16:49Z.");
    item.occurred = *occurred;
    return {};
}

}  // namespace

Result<engine::Ingest> read_event(std::string_view body, WallTime now) {
    TIELINE_TRY(const Json event, Json::parse(body));
    if (!event.is_object()) {
        return make_error(ErrorKind::invalid, "The body must be one JSON object: an event.", "wrong_type", "");
    }
    engine::Ingest item;
    TIELINE_TRY_VOID(read_envelope(event, item, now));
    const Json* data = event.find("data");
    if (data == nullptr) return refuse("missing_field", "data", "is missing; add it.");
    if (!data->is_object()) return refuse("wrong_type", "data", "must be an object.");
    TIELINE_TRY_VOID(read_data(*data, item));
    return item;
}

}  // namespace tieline::api
