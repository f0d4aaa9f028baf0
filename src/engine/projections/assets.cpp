// What people said an asset is worth, and since when it serves.

#include "engine/projections/parsed_projection.h"
#include "engine/projections/projections.h"
#include "engine/projections/receipt_facts.h"

namespace tieline::engine::projections {
namespace {

/// "<asset>": the last word on its value, with who said it and when.
class AssetFacts final : public ParsedProjection {
public:
    std::string_view name() const override { return "asset_facts"; }
    int version() const override { return 1; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        if (event.envelope.type != "asset.valued") return {};
        return {event.envelope.subject};
    }

    void fold_parsed(const model::StoredEvent& event, std::string_view, Json& row) const override {
        row = data_of(event);
        row.set("said", format_time(event.recorded));
    }
};

}  // namespace

std::unique_ptr<Projection> make_asset_facts() { return std::make_unique<AssetFacts>(); }

}  // namespace tieline::engine::projections
