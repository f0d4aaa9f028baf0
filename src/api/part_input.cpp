// A part transaction that a sender reports itself: part.consumed, part.returned.

#include "api/event_fields.h"
#include "model/work_order.h"

namespace tieline::api {
namespace {

constexpr std::size_t serials_max = 1000;
constexpr const char* prefix = "data.";

Result<void> copy_texts(const Json& data, Json& canonical, std::initializer_list<const char*> names, bool required) {
    for (const char* name : names) {
        TIELINE_TRY(std::string value, text(data, name, required, prefix));
        if (!value.empty()) canonical.set(name, std::move(value));
    }
    return {};
}

/// "base_quantity" and "base_unit" are given both or not at all.
Result<void> copy_quantities(const Json& data, Json& canonical) {
    TIELINE_TRY(std::string quantity, decimal_text(data, "quantity", true));
    canonical.set("quantity", std::move(quantity));
    TIELINE_TRY_VOID(copy_texts(data, canonical, {"unit"}, true));
    const bool has_base = data.find("base_quantity") != nullptr || data.find("base_unit") != nullptr;
    if (!has_base) return {};
    TIELINE_TRY(std::string base, decimal_text(data, "base_quantity", true));
    canonical.set("base_quantity", std::move(base));
    return copy_texts(data, canonical, {"base_unit"}, true);
}

Result<void> copy_cost(const Json& data, Json& canonical) {
    if (data.find("unit_cost") == nullptr) return {};
    TIELINE_TRY(std::string cost, decimal_text(data, "unit_cost", false));
    canonical.set("unit_cost", std::move(cost));
    TIELINE_TRY(std::string code, currency(data, "currency"));
    canonical.set("currency", std::move(code));
    return {};
}

Result<void> copy_serials(const Json& data, Json& canonical) {
    const Json* serials = data.find("serials");
    if (serials == nullptr) return {};
    if (!serials->is_array()) return refuse("wrong_type", "data.serials", "must be a list of texts.");
    if (serials->items().size() > serials_max) {
        return refuse("too_many", "data.serials", "has more than 1000 entries; split the transaction.");
    }
    Json list = Json::array();
    for (const Json& serial : serials->items()) {
        const Json one = Json::object({{"serials", serial}});
        TIELINE_TRY(std::string number, text(one, "serials", true, prefix));
        list.push_back(std::move(number));
    }
    if (!list.items().empty()) canonical.set("serials", std::move(list));
    return {};
}

Result<void> copy_receiver(const Json& data, Json& canonical) {
    const Json* receiver = data.find("receiver");
    if (receiver == nullptr) return {};
    if (!receiver->is_object()) return refuse("wrong_type", "data.receiver", "must be an object: kind and code.");
    TIELINE_TRY_VOID(allow_only(*receiver, {"kind", "code"}, "data.receiver."));
    TIELINE_TRY(const std::string kind, text(*receiver, "kind", true, "data.receiver."));
    TIELINE_TRY(const std::string code, text(*receiver, "code", true, "data.receiver."));
    if (!model::receiver_kind_from(kind)) {
        return refuse("unknown_value", "data.receiver.kind", "must be cost_center, internal_order or asset.");
    }
    canonical.set("receiver", Json::object({{"kind", kind}, {"code", code}}));
    return {};
}

}  // namespace

Result<void> read_part_transaction(const Json& data, engine::Ingest& item) {
    TIELINE_TRY_VOID(allow_only(data,
                                {"transaction", "returns", "work_order", "asset", "part", "quantity", "unit",
                                 "base_quantity", "base_unit", "storeroom", "lot", "serials", "unit_cost", "currency",
                                 "by", "at", "planned_line", "receiver", "company_code"},
                                prefix));
    Json canonical = Json::object();
    TIELINE_TRY_VOID(copy_texts(data, canonical, {"transaction"}, true));
    if (canonical.text_or("transaction") != item.object) {
        return refuse("subject_differs", "subject", "must be the transaction's number, data.transaction.");
    }
    TIELINE_TRY_VOID(copy_texts(data, canonical, {"returns", "work_order", "asset"}, false));
    if (item.type == "part.consumed" && canonical.find("returns") != nullptr) {
        return refuse("type_differs", "type", "does not fit data.returns; it would be part.returned.");
    }
    TIELINE_TRY_VOID(copy_texts(data, canonical, {"part"}, true));
    TIELINE_TRY_VOID(copy_quantities(data, canonical));
    TIELINE_TRY_VOID(copy_texts(data, canonical, {"storeroom"}, true));
    TIELINE_TRY_VOID(copy_texts(data, canonical, {"lot"}, false));
    TIELINE_TRY_VOID(copy_serials(data, canonical));
    TIELINE_TRY_VOID(copy_cost(data, canonical));
    TIELINE_TRY_VOID(copy_texts(data, canonical, {"by"}, false));
    TIELINE_TRY(const std::string at, text(data, "at", true, prefix));
    if (!parse_time(at)) return refuse("bad_time", "data.at", "must be a time like 2026-11-24T03:16:49Z.");
    canonical.set("at", at);
    TIELINE_TRY_VOID(copy_texts(data, canonical, {"planned_line", "company_code"}, false));
    TIELINE_TRY_VOID(copy_receiver(data, canonical));
    const std::string story = canonical.text_or("work_order", item.object);
    if (item.correlation.empty()) item.correlation = story;
    item.data = canonical.dump();
    item.parsed = std::make_shared<const Json>(std::move(canonical));
    return {};
}

}  // namespace tieline::api
