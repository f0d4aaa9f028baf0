#include "connectors/odata/alone.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::odata {
namespace {

constexpr std::size_t reads_most = 50;   ///< rows that are read by themselves at once
constexpr std::size_t refused_most = 5;  ///< of them; more is told by the next reading
constexpr std::size_t witnesses_most = 2;
constexpr std::ptrdiff_t latest_most = 20;  ///< rows told of the latest moment that are read again one by one

std::string id_of(const SpoiltPage& page, const Json& row) {
    std::string id;
    for (const std::string& field : page.id) id.append(id.empty() ? "" : "\n").append(row.text_or(field));
    return id;
}

rest::Query whole(const SpoiltPage& page, const std::string& terms, const std::string& order) {
    const std::string filter = page.only.empty() ? terms : page.only + " and " + terms;
    return {{"$filter", filter}, {"$orderby", order}, {"$expand", page.expand}, {"$select", page.select}};
}

rest::Query by_id(const SpoiltPage& page, const Json& row) {
    std::string terms;
    for (const std::string& field : page.id)
        terms.append(terms.empty() ? "" : " and ").append(field + " eq " + text_literal(row.text_or(field)));
    return whole(page, terms, "");
}

/// One row by itself, tried twice: {} where the answer is that of one row, which has gone or cannot be shown (`why`).
Exchange<Json> row_alone(const SpoiltPage* page, rest::Query query, std::optional<Error>* why) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        int status = 0;
        rest::Query once = query;
        Exchange<Json> asking = page->ask(std::move(once), 2, &status);
        Result<Json> found = co_await std::move(asking);
        if (found) {
            why->reset();
            co_return found;
        }
        if (!may_be_of_one_row(status)) co_return found.error();
        *why = found.error();
    }
    co_return Json::array();
}

/// Whether some other row can be read the way in which those of the page cannot.
Exchange<bool> has_witness(const SpoiltPage* page, const Json* light, const AloneRows* made) {
    std::vector<rest::Query> others;
    for (const Json& row : light->items()) {
        if (others.size() == witnesses_most) break;
        if (page->is_told(row) && !made->refused.contains(id_of(*page, row))) others.push_back(by_id(*page, row));
    }
    const std::string& first = page->id.front();
    const std::string refused =
        text_literal(made->refused.begin()->first.substr(0, made->refused.begin()->first.find('\n')));
    for (const char* side : {" lt ", " gt "}) {
        std::string terms = first;
        others.push_back(whole(*page, terms.append(side).append(refused), first));
    }
    for (rest::Query& other : others) {
        int status = 0;
        Exchange<Json> asking = page->ask(std::move(other), 1, &status);
        const Result<Json> found = co_await std::move(asking);
        if (found && !found->items().empty()) co_return true;
        if (!found && !may_be_of_one_row(status)) co_return found.error();
    }
    co_return false;
}

}  // namespace

bool may_be_of_one_row(int status) {
    const bool is_refusal = status >= 400 && status < 500;
    return status == 500 ||
           (is_refusal && status != 401 && status != 403 && status != 407 && status != 408 && status != 429);
}

std::function<bool(const Json& light)> told_by(const ChangePlace* place,
                                               std::function<std::optional<ChangePlace::Row>(const Json& light)> at) {
    const std::int64_t latest = place->seen.empty() ? 0 : place->seen.back().first;
    const bool rereads = std::count_if(place->seen.begin(), place->seen.end(),
                                       [&](const ChangePlace::Row& row) { return row.first == latest; }) <= latest_most;
    return [place, latest, rereads, at = std::move(at)](const Json& light) {
        const auto row = at(light);
        if (!row || place->knows(*row)) return true;
        return place->knows_id(*row) && !(rereads && row->first == latest);
    };
}

Exchange<AloneRows> rows_alone(const SpoiltPage* page) {
    AloneRows made;
    int status = 0;
    rest::Query query = page->query;
    query.emplace_back("$select", page->fields);
    Exchange<Json> asking = page->ask(std::move(query), page->most, &status);
    const Result<Json> light = co_await std::move(asking);
    if (!light && !may_be_of_one_row(status)) co_return light.error();
    if (!light) co_return page->why;
    made.is_whole = light->items().size() < page->most;
    std::size_t reads = 0;
    bool can_read = false;
    for (const Json& row : light->items()) {
        if (page->is_told(row)) continue;
        if (reads == reads_most || made.refused.size() == refused_most) {
            made.is_whole = false;
            break;
        }
        ++reads;
        std::optional<Error> why;
        rest::Query alone = by_id(*page, row);
        Exchange<Json> reading = row_alone(page, std::move(alone), &why);
        Result<Json> found = co_await std::move(reading);
        if (!found) co_return found.error();
        can_read = can_read || !found->items().empty();
        if (why) made.refused.emplace(id_of(*page, row), *why);
        if (why) made.rows.push_back(row);
        for (Json& each : found->items()) made.rows.push_back(std::move(each));
    }
    if (made.refused.empty() || can_read) co_return made;
    Exchange<bool> looking = has_witness(page, &*light, &made);
    const Result<bool> seen = co_await std::move(looking);
    if (!seen) co_return seen.error();
    if (!*seen) co_return page->why;
    co_return made;
}

}  // namespace tieline::connectors::odata
