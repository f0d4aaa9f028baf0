// Requisitions, purchase orders and deliveries by their numbers, as the ERP told last.

#include "engine/projections/projections.h"
#include "engine/projections/receipt_facts.h"

namespace tieline::engine::projections {
namespace {

constexpr std::size_t steps_max = 20;

void add_step(Json& row, const model::StoredEvent& event, std::string_view step) {
    if (row.find("steps") == nullptr) row.set("steps", Json::array());
    Json::Array& steps = row.find("steps")->items();
    if (!steps.empty() && steps.back().text_or("step") == step) return;
    if (steps.size() == steps_max) steps.erase(steps.begin() + 1);  // how it began stays
    steps.push_back(Json::object({{"step", step}, {"time", format_time(event.recorded)}}));
}

class Purchasing final : public Projection {
public:
    std::string_view name() const override { return "purchasing"; }
    int version() const override { return 1; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const TypeParts parts = split_type(event.envelope.type);
        const bool known = parts.noun == "requisition" || parts.noun == "purchase_order" || parts.noun == "delivery";
        if (!known || is_own_receipt(data_of(event))) return {};
        const bool delivery = parts.noun == "delivery", order = parts.noun == "purchase_order";
        const std::string number = data_of(event).text_or(delivery ? "document" : parts.noun, event.envelope.subject);
        if (number.empty()) return {};
        return {(delivery ? "delivery/" : order ? "order/" : "requisition/") + number};
    }

    std::string fold(const model::StoredEvent& event, std::string_view, const std::string& stored) const override {
        Json row = row_of(stored);
        const Json& data = data_of(event);
        if (is_older(row, data) || !data.is_object()) return stored;
        Json next = data;
        if (Json* steps = row.find("steps")) next.set("steps", std::move(*steps));
        const TypeParts parts = split_type(event.envelope.type);
        const bool order = parts.noun == "purchase_order";
        add_step(next, event, order ? std::string_view(data.text_or("status")) : parts.outcome);
        return next.dump();
    }
};

}  // namespace

std::unique_ptr<Projection> make_purchasing() { return std::make_unique<Purchasing>(); }

}  // namespace tieline::engine::projections
