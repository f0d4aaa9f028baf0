#include "connectors/sandbox_cmms/lists.h"

#include "model/work_order.h"

#include <utility>

namespace tieline::connectors::sandbox_cmms {
namespace {

constexpr List all_lists[] = {
    // Work orders first, so that an order is known before what was used on it.
    {Reads::work_orders, "workorders", "/api/workorders", "", "work_order", "workorder.changed"},
    {Reads::transactions, "transactions", "/api/part-transactions", "part_transaction:", "part_transaction",
     "part.transacted"},
    {Reads::suggestions, "suggestions", "/api/reorder-suggestions", "suggestion:", "suggestion", "reorder.changed"},
    {Reads::inventory, "inventory", "/api/inventory", "inventory:", "inventory", "inventory.counted"},
    // The same orders again as a technician sees them, for plants whose technicians work with the hub's phone.
    {Reads::jobs, "jobs", "/api/workorders", "job:", "job", "workorder.changed"},
    {Reads::due_plans, "due_plans", "/api/pms/due", "due:", "due_plan", ""},
};

/// Values of the checklist as texts: a step's type says what they mean.
Json with_texts(Json body) {
    Json* steps = body.find("checklist");
    if (steps == nullptr || !steps->is_array()) return body;
    for (Json& step : steps->items()) {
        const Json* value = step.find("value");
        if (value == nullptr) continue;
        if (value->is_bool()) step.set("value", value->boolean() ? "yes" : "no");
        if (value->is_number()) step.set("value", std::string(value->number_token()));
    }
    return body;
}

Result<Json> canonical(const Reading& reading, const List& list, const Json& body) {
    if (list.reads == Reads::jobs) return reading.map.apply(list.table, with_texts(body), reading.settings);
    TIELINE_TRY(Json mapped, reading.map.apply(list.table, body, reading.settings));
    if (list.reads != Reads::work_orders) return mapped;
    TIELINE_TRY(const model::WorkOrder order, model::work_order_from_json(mapped));
    return model::to_json(order);
}

std::string type_of(const List& list, const Json& body, const Json& mapped) {
    switch (list.reads) {
        case Reads::work_orders:
            return model::event_type_of(*model::work_order_status_from(mapped.text_or("status")));  // checked before
        case Reads::transactions:
            return body.text_or("type") == "RETURN" ? "part.returned" : "part.consumed";
        case Reads::suggestions:
            return "reorder.suggested";
        case Reads::inventory:
            return "balance.changed";
        case Reads::jobs:
            return "job.changed";
        case Reads::due_plans:
            break;
    }
    return "plan.due";
}

/// When the object came to be as it is; of a transaction, when the part was taken.
WallTime time_of(const Reading& reading, const List& list, const Json& body) {
    const char* member = list.reads == Reads::transactions ? "at" : "updated_at";
    for (const char* name : {member, "created_at"}) {
        const Result<WallTime> time = parse_time(body.text_or(name));
        if (time) return *time;
    }
    return reading.now;
}

std::string words_for(const List& list) {
    switch (list.reads) {
        case Reads::work_orders:
            return "work order ";
        case Reads::transactions:
            return "part transaction ";
        case Reads::suggestions:
            return "reorder suggestion ";
        case Reads::inventory:
            return "stock ";
        case Reads::jobs:
            return "job ";
        case Reads::due_plans:
            break;
    }
    return "due plan ";
}

}  // namespace

std::span<const List> lists() { return all_lists; }

const List& list_of_object(std::string_view object) {
    for (const List& list : all_lists) {
        if (!list.prefix.empty() && object.starts_with(list.prefix)) return list;
    }
    return all_lists[0];
}

std::vector<std::string> split_names(const std::string& text) {
    std::vector<std::string> names;
    std::string name;
    for (const char c : text + ",") {
        if (c == ',') {
            if (!name.empty()) names.push_back(std::move(name));
            name.clear();
        } else if (c != ' ') {
            name += c;
        }
    }
    return names;
}

std::string name_in(const List& list, const Json& body) {
    const auto pair = [&](const char* first, const char* second) {
        const std::string left = body.text_or(first), right = body.text_or(second);
        return left.empty() || right.empty() ? std::string() : left + "/" + right;
    };
    switch (list.reads) {
        case Reads::work_orders:
        case Reads::jobs:
            return body.text_or("wonum");
        case Reads::transactions:
            return body.text_or("transaction");
        case Reads::suggestions:
            return body.text_or("suggestion");
        case Reads::inventory:
            return pair("storeroom", "item");
        case Reads::due_plans:
            break;
    }
    return pair("pm", "due");
}

SourceObject source_object(const Reading& reading, const List& list, const Json& body) {
    const std::string name = name_in(list, body);
    SourceObject object;
    object.object = std::string(list.prefix) + name;
    // The hub names a place by part and storeroom, the CMMS by storeroom and item.
    const bool is_place = list.reads == Reads::inventory;
    object.subject = is_place ? body.text_or("item") + "/" + body.text_or("storeroom") : name;
    object.correlation = list.reads == Reads::transactions ? body.text_or("wonum", object.subject) : object.subject;
    if (const Json* version = body.find("version"); version != nullptr && version->is_number())
        object.peer_version = version->number_token();
    object.occurred = time_of(reading, list, body);
    const Result<Json> mapped = canonical(reading, list, body);
    if (!mapped) {
        object.refused = mapped.error();
        object.refused->message =
            words_for(list) + name + " of the CMMS cannot be taken over: " + object.refused->message;
        object.type = list.reads == Reads::work_orders ? "workorder.refused" : "object.refused";
        object.data = body.dump();
        return object;
    }
    object.type = type_of(list, body, *mapped);
    object.data = mapped->dump();
    return object;
}

}  // namespace tieline::connectors::sandbox_cmms
