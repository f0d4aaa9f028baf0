// How much went through each stage.

#include "engine/projections/parsed_projection.h"
#include "engine/projections/projections.h"
#include "engine/projections/receipt_facts.h"

namespace tieline::engine::projections {
namespace {

/// The counter that an event of this type raises; "" for none.
std::string_view counter_of(std::string_view type) {
    const TypeParts parts = split_type(type);
    const bool concluded = parts.outcome == "ready" || parts.outcome == "not_ready";
    if ((parts.noun == "workorder" && !concluded) || type == "invoice.received" || type == "rate.published")
        return "received";
    if (type == "exception.opened") return "exceptions_opened";
    if (type == "exception.closed") return "exceptions_closed";
    if (type == "cost.nothing_to_post") return "nothing_to_post";
    if (type == "budget.alerted") return "budget_alerts";
    if (!is_receipt(parts)) return {};
    if (parts.outcome == "booked") return parts.noun.ends_with("reversal") ? "reversed" : "booked";
    if (parts.outcome == "rejected" || parts.outcome == "parked" || parts.outcome == "withdrawn" ||
        parts.outcome == "accepted") {
        return parts.outcome;
    }
    return {};
}

class Stages final : public ParsedProjection {
public:
    std::string_view name() const override { return "stages"; }
    int version() const override { return 2; }
    bool reads_data() const override { return false; }

    std::vector<std::string> keys(const model::StoredEvent&) const override { return {"all"}; }

    void fold_parsed(const model::StoredEvent& event, std::string_view, Json& counts) const override {
        if (counts.is_null()) counts = Json::object();
        const auto raise = [&counts](std::string_view name) { counts.set(name, counts.int_or(name, 0) + 1); };
        raise("events");
        if (const std::string_view counter = counter_of(event.envelope.type); !counter.empty()) raise(counter);
        counts.set("last", format_time(event.recorded));
    }
};

}  // namespace

std::unique_ptr<Projection> make_stages() { return std::make_unique<Stages>(); }

std::vector<std::unique_ptr<Projection>> make_all() {
    std::vector<std::unique_ptr<Projection>> all;
    all.push_back(make_stages());
    all.push_back(make_work_orders());
    all.push_back(make_cost());
    all.push_back(make_availability());
    all.push_back(make_stock());
    all.push_back(make_purchasing());
    all.push_back(make_books());
    all.push_back(make_jobs());
    all.push_back(make_technician_actions());
    all.push_back(make_crew());
    all.push_back(make_asset_facts());
    return all;
}

}  // namespace tieline::engine::projections
