#include "engine/projector.h"

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
    std::map<std::string, Row> rows;
    for (const model::StoredEvent* event : events) {
        for (const std::string& key : projection_.keys(*event)) {
            auto row = rows.find(key);
            if (row == rows.end()) {
                std::optional<std::string> stored;
                if (projection_.reads_rows()) {
                    TIELINE_TRY(stored, site_.store.view(site_.setup.site, view_, key));
                }
                row = rows.emplace(key, Row{stored ? std::move(*stored) : std::string(), Json(), false}).first;
            }
            fold(*event, key, row->second);
        }
    }
    const Sequence last = events.back()->seq;
    const std::size_t folded = events.size();
    store::WriteBatch batch = site_.new_batch();
    for (auto& [key, row] : rows) {
        if (row.is_parsed) row.text = row.parsed.is_null() ? std::string() : row.parsed.dump();
        batch.views.push_back({view_, key, std::move(row.text)});
    }
    batch.cursors.push_back({cursor_, position_ == 0 ? "" : std::to_string(position_), std::to_string(last)});
    TIELINE_TRY_VOID(site_.apply(std::move(batch)));
    position_ = last;
    return folded;
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
