#include "connectors/sandbox_erp/feed.h"

#include "connectors/feed_kinds.h"
#include "connectors/sandbox_erp/shape.h"

#include <algorithm>

namespace tieline::connectors::sandbox_erp {
namespace {

constexpr FeedKind kinds[] = {
    {"invoice", "invoice", "invoice.received", false},
    {"rate", "rate", "rate.published", false},
    {"material", "part", "part.published"},
    {"planning", "planning", "planning.published"},
    {"stock", "stock", "stock.changed"},
    {"reservation", "reservation", "reservation.changed"},
    {"requisition", "requisition", "requisition."},
    {"purchase_order", "purchase_order", "purchase_order.changed"},
    {"delivery", "delivery", "delivery."},
    {"vendor", "vendor", "vendor.published"},
    {"cost_center", "cost_center", "cost_center.published"},
    {"person", "person", "person.published"},
    {"activity", "craft_rate", "craft_rate.published"},
    {"equipment", "equipment", "equipment.published"},
};

std::string before_last_slash(const std::string& text) { return text.substr(0, text.rfind('/')); }
std::string behind_last_slash(const std::string& text) { return text.substr(text.rfind('/') + 1); }

/// Whom the event is about: a person or a craft without the day from which its row holds.
std::string subject_of(const FeedKind& kind, const std::string& object) {
    if (kind.kind == "person") return before_last_slash(object);
    if (kind.kind == "activity") return object.substr(0, object.find('/'));
    return object;
}

/// Whose story: the work order where one is named, else a number that the story goes on with.
std::string correlation_of(const FeedKind& kind, const Json& body, const std::string& subject) {
    if (const std::string order = body.text_or("workOrder"); !order.empty()) return order;
    if (const Json* orders = body.find("workOrders"); orders != nullptr && orders->is_array()) {
        // Several jobs have no story in common.
        if (orders->items().size() == 1 && orders->items()[0].is_string()) return orders->items()[0].string();
    }
    if (kind.kind == "requisition") return subject;  // one story from the request to its order and its end
    return body.text_or("purchaseOrder", subject);
}

bool is_taken_back(const Json& body) { return body.find("reverses") != nullptr || body.find("reversedBy") != nullptr; }

bool is_no_event(const FeedKind& kind, const Json& body) {
    if (kind.kind == "invoice") return is_taken_back(body);
    return kind.kind == "purchase_order" && body.text_or("status", "service") == "service";
}

std::string type_of(const FeedKind& kind, const Json& body) {
    if (kind.kind == "delivery") return body.find("reverses") == nullptr ? "delivery.received" : "delivery.cancelled";
    if (kind.kind != "requisition") return std::string(kind.type);
    const std::string status = body.text_or("status");
    return "requisition." + (status == "in_approval" ? "requested" : status);
}

WallTime time_of(const FeedKind& kind, const Json& body, const FeedPlace& place) {
    const char* from = kind.kind == "rate" || kind.kind == "person" || kind.kind == "activity" ? "validFrom" : nullptr;
    if (kind.kind != "invoice" && kind.kind != "rate" && place.seq != 0) return place.at;
    if (from != nullptr) {
        if (const auto valid = parse_time(body.text_or(from) + "T00:00:00Z"); valid) return *valid;
    }
    const auto created = parse_time(body.text_or("createdAt"));
    return created ? *created : place.at;
}

}  // namespace

std::span<const FeedKind> feed_kinds() { return kinds; }

const FeedKind* feed_kind(std::string_view kind) { return kind_in(feed_kinds(), kind); }

const std::string& all_kinds() {
    static const std::string list = joined_kinds(feed_kinds());
    return list;
}

ObjectName object_name(const std::string& name) {
    const std::size_t colon = name.find(':');
    if (colon != std::string::npos) {
        const FeedKind* kind = feed_kind(std::string_view(name).substr(0, colon));
        return {kind != nullptr && kind->prefixed ? kind : nullptr, name.substr(colon + 1)};
    }
    const bool is_rate = name.size() > 8 && name[3] == '/';  // "JPY/EUR/2026-11-01"; else a document's number
    return {feed_kind(is_rate ? "rate" : "invoice"), name};
}

std::optional<SourceObject> source_object(const FieldMap& map, const FeedKind& kind, const std::string& object,
                                          Json body, const FeedPlace& place) {
    if (is_no_event(kind, body)) return std::nullopt;
    SourceObject source;
    source.object = kind.prefixed ? std::string(kind.kind) + ":" + object : object;
    source.subject = subject_of(kind, object);
    source.type = type_of(kind, body);
    source.correlation = correlation_of(kind, body, source.subject);
    source.occurred = time_of(kind, body, place);
    if (kind.prefixed) {
        if (place.seq != 0 && body.find("seq") == nullptr) body.set("seq", place.seq);
        if (place.as_of) body.set("asOf", *place.as_of);
    }
    const Result<Json> mapped = map.apply(kind.table, canonical_shape(body));
    if (mapped) {
        source.data = mapped->dump();
        return source;
    }
    source.refused = mapped.error();
    source.refused->message =
        std::string(kind.kind) + " " + object + " of the ERP cannot be taken over: " + mapped.error().message;
    source.data = body.dump();
    return source;
}

net::HttpRequest object_request(const rest::Access& access, const ObjectName& name) {
    const std::string_view kind = name.kind->kind;
    const std::string& object = name.object;
    const auto one = [&](const char* path) { return rest::get(access, path + net::url_encode(object)); };
    if (kind == "rate") {
        const rest::Query pair = {{"from", object.substr(0, 3)}, {"to", object.substr(4, 3)}};
        return rest::get(access, "/api/rates", pair);
    }
    if (kind == "stock" || kind == "planning") {
        const rest::Query place = {{"material", before_last_slash(object)},
                                   {"storageLocation", behind_last_slash(object)}};
        return rest::get(access, "/api/" + std::string(kind), place);
    }
    if (kind == "person") return rest::get(access, "/api/persons", {{"limit", "1000"}});
    if (kind == "activity") return rest::get(access, "/api/activities", {{"code", object.substr(0, object.find('/'))}});
    if (kind == "material") return one("/api/materials/");
    if (kind == "reservation") return one("/api/reservations/");
    if (kind == "requisition") return one("/api/requisitions/");
    if (kind == "purchase_order") return one("/api/purchase-orders/");
    if (kind == "vendor") return one("/api/vendors/");
    if (kind == "cost_center") return one("/api/cost-centers/");
    if (kind == "equipment") return one("/api/equipment/");
    return one("/api/documents/");
}

const Json* object_in(const ObjectName& name, const Json& answer) {
    const std::string_view kind = name.kind->kind;
    if (kind == "invoice") return answer.text_or("kind") == "invoice" ? &answer : nullptr;
    if (kind == "delivery") return answer.text_or("kind") == "goods_receipt" ? &answer : nullptr;
    const Json* list = answer.find(kind == "rate" ? "rates" : "items");
    const bool is_listed =
        kind == "rate" || kind == "stock" || kind == "planning" || kind == "person" || kind == "activity";
    if (!is_listed) return &answer;
    if (list == nullptr || !list->is_array()) return nullptr;
    for (const Json& row : list->items()) {
        std::string key = row.text_or("material") + "/" + row.text_or("storageLocation");
        if (kind == "rate") key = row.text_or("from") + "/" + row.text_or("to") + "/" + row.text_or("validFrom");
        if (kind == "person") key = row.text_or("id") + "/" + row.text_or("validFrom");
        if (kind == "activity")
            key = row.text_or("code") + "/" + row.text_or("companyCode") + "/" + row.text_or("validFrom");
        if (key == name.object) return &row;
    }
    return nullptr;
}

}  // namespace tieline::connectors::sandbox_erp
