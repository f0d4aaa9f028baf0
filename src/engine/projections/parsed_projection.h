#pragma once
// A read model that changes its rows as parsed JSON. For this sub-room only.

#include "engine/core.h"

namespace tieline::engine::projections {

/// Gives fold() by fold_parsed(), so that both cannot differ.
class ParsedProjection : public Projection {
public:
    bool folds_parsed() const final { return true; }
    std::string fold(const model::StoredEvent& event, std::string_view key, const std::string& stored) const final {
        Json row;
        if (!stored.empty()) {
            if (Result<Json> parsed = Json::parse(stored)) row = std::move(*parsed);
        }
        fold_parsed(event, key, row);
        return row.is_null() ? std::string() : row.dump();
    }
};

}  // namespace tieline::engine::projections
