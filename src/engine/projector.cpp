#include "engine/projector.h"

#include <algorithm>

namespace tieline::engine {

Projector::Projector(SiteContext& site, const Projection& projection)
    : site_(site), projection_(projection), view_(view_name(projection)), cursor_("view/" + view_) {}

Result<void> Projector::open() {
    TIELINE_TRY(const std::string stored, site_.store.cursor(site_.setup.site, cursor_));
    position_ = stored.empty() ? 0 : std::stoull(stored);
    return {};
}

Result<Projector::Portion> Projector::begin(const Events& events) {
    Portion portion;
    portion.events_ = events;
    for (const auto& event : portion.events_) {
        const std::vector<std::string> keys = projection_.keys(*event);
        // Now, since flows may ask at the same time later.
        if (!keys.empty() && projection_.reads_data()) event->envelope.json_or_null();
        for (const std::string& key : keys) TIELINE_TRY_VOID(find_row(*event, key, portion));
    }
    return portion;
}

Result<void> Projector::find_row(const model::StoredEvent& event, const std::string& key, Portion& portion) {
    const auto [at, is_new] = rows_.try_emplace(key);
    Row& row = at->second;
    if (is_new) {
        kept_.push_back(key);
        if (projection_.reads_rows()) {
            TIELINE_TRY(std::optional<std::string> stored, site_.store.view(site_.setup.site, view_, key));
            if (stored) row.text = std::move(*stored);
        }
    }
    if (!row.is_touched) portion.touched_.emplace_back(&at->first, &row);
    row.is_touched = true;
    portion.steps_.push_back({&event, &at->first, &row});
    return {};
}

void Projector::fold(Portion& portion) const {
    for (const Portion::Step& step : portion.steps_) fold(step);
    // Neighbours in the store's table one after the other.
    std::sort(portion.touched_.begin(), portion.touched_.end(),
              [](const auto& one, const auto& other) { return *one.first < *other.first; });
    portion.rows_.reserve(portion.touched_.size());
    for (const auto& [key, row] : portion.touched_) {
        if (row->is_parsed) row->text = row->parsed.is_null() ? std::string() : row->parsed.dump();
        portion.rows_.push_back({view_, *key, std::exchange(row->text, {})});
        row->is_touched = false;
    }
}

void Projector::fold(const Portion::Step& step) const {
    Row& row = *step.row;
    if (!projection_.folds_parsed()) {
        row.text = projection_.fold(*step.event, *step.key, row.text);
        return;
    }
    if (!row.is_parsed && !row.text.empty()) {
        if (Result<Json> parsed = Json::parse(row.text)) row.parsed = std::move(*parsed);
    }
    row.is_parsed = true;
    projection_.fold_parsed(*step.event, *step.key, row.parsed);
}

void Projector::end(Portion& portion, store::WriteBatch& batch) const {
    if (portion.events_.empty()) return;
    for (store::ViewPut& row : portion.rows_) batch.views.push_back(std::move(row));
    batch.cursors.push_back(
        {cursor_, position_ == 0 ? "" : std::to_string(position_), std::to_string(portion.events_.back()->seq)});
}

/// Only parsed rows are worth keeping: the others' texts went into the store.
void Projector::ended(const Portion& portion) {
    if (portion.events_.empty()) return;
    position_ = portion.events_.back()->seq;
    const std::size_t most = projection_.folds_parsed() && projection_.reads_rows() ? kept_max : 0;
    for (; kept_.size() > most; kept_.pop_front()) rows_.erase(kept_.front());
}

}  // namespace tieline::engine
