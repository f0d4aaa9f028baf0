#include "engine/projector.h"

#include <algorithm>

namespace tieline::engine {

Projector::Projector(SiteContext& site, const Projection& projection)
    : site_(site), projection_(projection), view_(view_name(projection)), cursor_("view/" + view_) {}

Result<void> Projector::open() {
    TIELINE_TRY(const std::string stored, site_.store.cursor(site_.setup.site, cursor_));
    position_ = written_ = stored.empty() ? 0 : std::stoull(stored);
    see_whether_current();
    return {};
}

void Projector::see_whether_current() { is_current_ = is_current_ || site_.head - position_ <= Tail::events_max; }

Result<Projector::Portion> Projector::begin(const Events& events, bool writes) {
    Portion portion;
    portion.events_ = events;
    portion.writes_ = writes;
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
            row.is_stored = stored.has_value();
            if (stored) row.text = std::move(*stored);
        }
    }
    if (!row.is_touched) touched_.emplace_back(&at->first, &row);
    row.is_touched = true;
    portion.steps_.push_back({&event, &at->first, &row});
    return {};
}

void Projector::fold(Portion& portion) {
    for (const Portion::Step& step : portion.steps_) fold(step);
    if (portion.writes_) take_rows(portion);
}

void Projector::take_rows(Portion& portion) {
    // Neighbours in the store's table one after the other.
    std::sort(touched_.begin(), touched_.end(),
              [](const auto& one, const auto& other) { return *one.first < *other.first; });
    portion.rows_.reserve(touched_.size());
    for (const auto& [key, row] : touched_) {
        if (row->is_parsed) row->text = row->parsed.is_null() ? std::string() : row->parsed.dump();
        const bool is_there = !row->text.empty();
        if (is_there || row->is_stored) portion.rows_.push_back({view_, *key, std::exchange(row->text, {})});
        row->is_stored = is_there;
        row->is_touched = false;
    }
    touched_.clear();
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
    const Sequence upto = portion.events_.empty() ? position_ : portion.events_.back()->seq;
    if (upto == written_) return;
    for (store::ViewPut& row : portion.rows_) batch.views.push_back(std::move(row));
    batch.cursors.push_back({cursor_, written_ == 0 ? "" : std::to_string(written_), std::to_string(upto)});
}

/// Only parsed rows are worth keeping: the others' texts went into the store.
void Projector::ended(const Portion& portion) {
    if (!portion.events_.empty()) position_ = portion.events_.back()->seq;
    see_whether_current();
    if (!portion.writes_) return;
    written_ = position_;
    const std::size_t most = projection_.folds_parsed() && projection_.reads_rows() ? kept_max : 0;
    for (; kept_.size() > most; kept_.pop_front()) rows_.erase(kept_.front());
}

}  // namespace tieline::engine
