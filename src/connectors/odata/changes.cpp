#include "connectors/odata/changes.h"

#include "base/hash.h"
#include "connectors/odata/odata.h"

#include <algorithm>

namespace tieline::connectors::odata {
namespace {

constexpr std::int64_t moment_max = 253'402'300'800'000;  // the year 10000

/// The first of the fields of an id, which its rows are asked for by.
std::string first_of(const std::string& id) { return id.substr(0, id.find('\n')); }

constexpr const char* mark_begin = "\n#";

/// Whether both are about one row in one moment.
bool is_same(const ChangePlace::Row& left, const ChangePlace::Row& right) {
    return left.first == right.first && unmarked(left.second) == unmarked(right.second);
}

std::string instant(std::int64_t ms) { return instant_literal(format_time(WallTime(Millis(ms)))); }

std::string joined(const std::vector<std::string>& terms, const char* between) {
    std::string text;
    for (const std::string& term : terms)
        if (!term.empty()) text.append(text.empty() ? "" : between).append(term);
    return text;
}

bool read_number(const Json& from, std::int64_t& to) {
    if (!from.is_number() || from.number_token().size() > 16) return false;
    const std::string& text = from.number_token();
    if (text.empty() || text.find_first_not_of("0123456789") != std::string::npos) return false;
    to = std::stoll(text);
    return to < moment_max;
}

}  // namespace

std::string marked(const std::string& id, const Json& row) {
    return id + mark_begin + hex(sha256(row.dump())).substr(0, 10);
}

std::string unmarked(const std::string& id) { return id.substr(0, id.rfind(mark_begin)); }

bool ChangePlace::knows(const Row& row) const {
    const Row of_any_content{row.first, unmarked(row.second)};
    return row.first < from || std::any_of(seen.begin(), seen.end(),
                                           [&](const Row& each) { return each == row || each == of_any_content; });
}

bool ChangePlace::remembers_id(const Row& row) const {
    return std::any_of(seen.begin(), seen.end(), [&](const Row& each) { return is_same(each, row); });
}

void ChangePlace::remember(Row row) {
    std::erase_if(seen, [&](const Row& each) { return is_same(each, row); });
    const auto at =
        std::upper_bound(seen.begin(), seen.end(), row, [](const Row& a, const Row& b) { return a.first < b.first; });
    seen.insert(at, std::move(row));
}

void ChangePlace::tell(Row row) {
    if (!last.empty() && row.first == from && first_of(row.second) != last) {
        last = first_of(row.second);
        std::erase_if(seen, [&](const Row& each) { return each.first == from; });
    }
    remember(std::move(row));
}

void ChangePlace::trim(Millis overlap) {
    if (seen.empty()) return;
    std::int64_t first = std::max(from, seen.back().first - overlap.count());
    if (seen.size() > seen_most) first = std::max(first, seen[seen.size() - seen_most].first);
    if (first > from) last.clear();
    from = first;
    std::erase_if(seen, [&](const Row& row) { return row.first < from; });
    if (seen.size() <= seen_most) return;
    // Rows of a moment come in the server's order of ids: all up to the one that was told last are done.
    const auto end = std::find_if(seen.begin(), seen.end(), [&](const Row& row) { return row.first > from; });
    last = first_of(std::prev(end)->second);
    std::erase_if(seen, [&](const Row& row) { return row.first == from && first_of(row.second) != last; });
}

Json ChangePlace::json() const {
    Json rows = Json::array();
    for (const auto& [moment, id] : seen) rows.push_back(Json(Json::Array{Json(moment), Json(id)}));
    return Json(Json::Array{Json(from), Json(last), std::move(rows)});
}

std::optional<ChangePlace> ChangePlace::read(const Json& json) {
    ChangePlace place;
    if (!json.is_array() || json.items().size() != 3 || !json.items()[1].is_string() || !json.items()[2].is_array() ||
        !read_number(json.items()[0], place.from))
        return std::nullopt;
    place.last = json.items()[1].string();
    for (const Json& pair : json.items()[2].items()) {
        Row row;
        if (!pair.is_array() || pair.items().size() != 2 || !read_number(pair.items()[0], row.first) ||
            !pair.items()[1].is_string())
            return std::nullopt;
        row.second = pair.items()[1].string();
        place.seen.push_back(std::move(row));
    }
    return place;
}

std::optional<ChangePlace::Row> change_of(const ChangeFeed& feed, const Json& row) {
    const auto time = time_of(row.text_or(feed.moment));
    if (!time) return std::nullopt;
    const Result<WallTime> parsed = parse_time(*time);
    if (!parsed) return std::nullopt;
    ChangePlace::Row made{parsed->time_since_epoch().count(), ""};
    if (made.first < 0 || made.first >= moment_max) return std::nullopt;
    for (const std::string& field : feed.id)
        made.second.append(made.second.empty() ? "" : "\n").append(row.text_or(field));
    made.second = marked(made.second, row);
    return made;
}

std::vector<ChangeQuestion> questions(const ChangeFeed& feed, const ChangePlace& place) {
    const std::string ids = joined(feed.id, ",");
    std::vector<ChangeQuestion> asked;
    std::int64_t from = place.from;
    if (!place.last.empty()) {
        // Answers show milliseconds, the database may keep more.
        asked.push_back(
            {joined({feed.only, feed.moment + " ge " + instant(from), feed.moment + " lt " + instant(from + 1),
                     feed.id.front() + " ge " + text_literal(place.last)},
                    " and "),
             ids});
        ++from;
    }
    // Always some moment: rows without one would stand before all others in some databases, and never be passed.
    asked.push_back({joined({feed.only, feed.moment + " ge " + instant(from)}, " and "), feed.moment + "," + ids});
    return asked;
}

}  // namespace tieline::connectors::odata
