#pragma once
// Folds events for tests as the projector does.

#include "base/json.h"
#include "engine/projections/projections.h"

#include <map>

namespace tieline::engine::projections::testing {

/// Folds events as the projector does.
class Fold {
public:
    explicit Fold(std::unique_ptr<Projection> projection) : projection_(std::move(projection)) {}
    void tell(std::string type, std::string subject, std::string data) {
        model::StoredEvent event;
        event.seq = ++seq_;
        event.recorded = recorded_;
        event.envelope.occurred = recorded_;
        event.envelope.id = "e:" + std::to_string(seq_);
        event.envelope.site = "plant1";
        event.envelope.type = std::move(type);
        event.envelope.subject = subject;
        event.envelope.correlation = std::move(subject);
        event.envelope.data = std::move(data);
        for (const std::string& key : projection_->keys(event)) {
            std::string row = projection_->fold(event, key, rows_[key]);
            if (row.empty()) {
                rows_.erase(key);
            } else {
                rows_[key] = std::move(row);
            }
        }
    }
    /// Sets the day that later events are recorded on.
    void on(const std::string& day) { recorded_ = *parse_time(day + "T08:00:00Z"); }
    Json row(const std::string& key) const {
        const auto found = rows_.find(key);
        if (found == rows_.end()) return Json();
        Result<Json> parsed = Json::parse(found->second);
        return parsed ? *parsed : Json();
    }
    std::size_t size() const { return rows_.size(); }

private:
    std::unique_ptr<Projection> projection_;
    std::map<std::string, std::string> rows_;
    model::Sequence seq_ = 0;
    WallTime recorded_{};
};

}  // namespace tieline::engine::projections::testing
