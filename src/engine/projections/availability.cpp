// One row per open work order with planned parts: what a planner must know before he gives it a day. One row and not
// one per line: a line that leaves the plan is told only by the order's next snapshot, and goes with it.

#include "engine/projections/projections.h"
#include "engine/projections/receipt_facts.h"

#include <algorithm>
#include <array>

namespace tieline::engine::projections {
namespace {

bool is_open(std::string_view status) {
    constexpr std::array<std::string_view, 5> open{"requested", "approved", "released", "in_progress", "reopened"};
    return std::find(open.begin(), open.end(), status) != open.end();
}

Json* line_of(Json& lines, const std::string& name) {
    for (Json& line : lines.items()) {
        if (line.text_or("line") == name) return &line;
    }
    return nullptr;
}

/// Lines of the snapshot, each with what was known of it before; a line whose part changed starts anew.
Json lines_of(const Json& planned, Json* before) {
    Json lines = Json::array();
    for (const Json& part : planned.items()) {
        const std::string name = part.text_or("id");
        Json line = Json::object({{"line", name}});
        Json* known = before != nullptr ? line_of(*before, name) : nullptr;
        const bool same = known != nullptr && known->text_or("part") == part.text_or("part") &&
                          known->text_or("storeroom") == part.text_or("storeroom");
        if (same) line = std::move(*known);
        copy(line, part, {"part", "storeroom", "needed_on", "kit"});
        line.set("planned", part.text_or("base_quantity", part.text_or("quantity")));
        line.set("unit", part.text_or("base_unit", part.text_or("unit")));
        if (part.find("issued") != nullptr) line.set("issued", part.text_or("issued"));
        lines.push_back(std::move(line));
    }
    return lines;
}

std::string take_snapshot(const model::StoredEvent& event, const std::string& stored) {
    const Json& data = data_of(event);
    const Json* planned = data.find("planned_parts");
    const bool has_parts = planned != nullptr && planned->is_array() && !planned->items().empty();
    if (!has_parts || !is_open(data.text_or("status"))) return {};
    Json row = row_of(stored);
    row.set("work_order", event.envelope.subject);
    for (const char* name : {"status", "title", "asset", "scheduled_start", "due", "priority"}) {
        row.erase(name);
        copy(row, data, {name});
    }
    row.set("lines", lines_of(*planned, row.find("lines")));
    return row.dump();
}

std::string take_availability(const model::StoredEvent& event, const std::string& stored) {
    if (stored.empty()) return stored;  // demand of a closed order, or of a plan that has no order yet
    Json row = row_of(stored);
    const Json& data = data_of(event);
    Json* lines = row.find("lines");
    Json* line = lines != nullptr ? line_of(*lines, data.text_or("line")) : nullptr;
    if (line == nullptr || data.int_or("as_of", INT64_MAX) < line->int_or("as_of", 0)) return stored;
    for (const char* name : {"quantity", "on_hand", "reserved_for_others", "on_order", "due", "missing", "state",
                             "requisition", "order", "reason", "as_of"}) {
        line->erase(name);
        copy(*line, data, {name});
    }
    return row.dump();
}

class Availability final : public Projection {
public:
    std::string_view name() const override { return "availability"; }
    int version() const override { return 1; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const TypeParts parts = split_type(event.envelope.type);
        if (parts.noun == "workorder" && parts.outcome != "refused") return {event.envelope.subject};
        if (event.envelope.type == "availability.changed") return {data_of(event).text_or("work_order")};
        return {};
    }

    std::string fold(const model::StoredEvent& event, std::string_view, const std::string& stored) const override {
        const TypeParts parts = split_type(event.envelope.type);
        if (parts.noun == "availability") return take_availability(event, stored);
        const bool ready = parts.outcome == "ready";
        if (!ready && parts.outcome != "not_ready") return take_snapshot(event, stored);
        if (stored.empty()) return stored;
        Json row = row_of(stored);
        const Json& data = data_of(event);
        row.set("ready", ready);
        row.erase("ready_on");
        copy(row, data, {"state", "ready_on"});
        return row.dump();
    }
};

}  // namespace

std::unique_ptr<Projection> make_availability() { return std::make_unique<Availability>(); }

}  // namespace tieline::engine::projections
