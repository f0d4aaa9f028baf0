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

Result<std::size_t> Projector::run(std::size_t events_max) {
    std::vector<const model::StoredEvent*> events;
    std::vector<model::StoredEvent> read;
    if (!site_.tail.collect(position_, events_max, events)) {
        store::Limit limit;
        limit.count = events_max;
        TIELINE_TRY(read, site_.store.read(site_.setup.site, position_, limit));
        for (const model::StoredEvent& event : read) events.push_back(&event);
    }
    if (events.empty()) return std::size_t{0};
    Touched touched;
    for (const model::StoredEvent* event : events) {
        for (const std::string& key : projection_.keys(*event)) {
            TIELINE_TRY(Row* const row, row_of(key, touched));
            fold(*event, key, *row);
        }
    }
    const Sequence last = events.back()->seq;
    const std::size_t folded = events.size();
    store::WriteBatch batch = site_.new_batch();
    std::sort(touched.begin(), touched.end());  // neighbours in the store's table one after the other
    for (auto& [key, row] : touched) {
        if (row->is_parsed) row->text = row->parsed.is_null() ? std::string() : row->parsed.dump();
        batch.views.push_back({view_, std::string(key), std::exchange(row->text, {})});
        row->is_touched = false;
    }
    batch.cursors.push_back({cursor_, position_ == 0 ? "" : std::to_string(position_), std::to_string(last)});
    TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    forget_old_rows();
    position_ = last;
    return folded;
}

Result<Projector::Row*> Projector::row_of(const std::string& key, Touched& touched) {
    const auto [at, is_new] = rows_.try_emplace(key);
    Row& row = at->second;
    if (is_new) {
        kept_.push_back(key);
        if (projection_.reads_rows()) {
            TIELINE_TRY(std::optional<std::string> stored, site_.store.view(site_.setup.site, view_, key));
            if (stored) row.text = std::move(*stored);
        }
    }
    if (!row.is_touched) touched.emplace_back(at->first, &row);
    row.is_touched = true;
    return &row;
}

/// Only parsed rows are worth keeping: the others' texts went into the store.
void Projector::forget_old_rows() {
    const std::size_t most = projection_.folds_parsed() && projection_.reads_rows() ? kept_max : 0;
    for (; kept_.size() > most; kept_.pop_front()) rows_.erase(kept_.front());
}

void Projector::fold(const model::StoredEvent& event, const std::string& key, Row& row) const {
    if (!projection_.folds_parsed()) {
        row.text = projection_.fold(event, key, row.text);
        return;
    }
    if (!row.is_parsed && !row.text.empty()) {
        if (Result<Json> parsed = Json::parse(row.text)) row.parsed = std::move(*parsed);
    }
    row.is_parsed = true;
    projection_.fold_parsed(event, key, row.parsed);
}

}  // namespace tieline::engine
