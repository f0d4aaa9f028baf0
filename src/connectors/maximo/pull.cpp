// Reading Maximo in order of change: what is new behind the place, and what came late into the overlap window.

#include "base/log.h"
#include "connectors/maximo/maximo.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::maximo {
namespace {

using Seconds = std::chrono::seconds;

constexpr std::size_t late_max = 50;  // named in one question
constexpr Seconds ahead_most{3600};   // clocks differ by less; what is stamped later than that is an error of somebody

}  // namespace

SourceObject Maximo::without_time(const List& list, const Json& body) const {
    SourceObject object = object_of(list, Row{body, body, std::nullopt});
    refuse(
        object, list, Json::object({{std::string(list.id), word_of(body, list.id)}}),
        make_error(ErrorKind::invalid,
                   "it does not say when it changed (" + change_field(list) +
                       "), so no reading in order of change finds it again. Save it in Maximo, or replay: it is read "
                       "as it stands",
                   "no_change_time", change_field(list)));
    return object;
}

SourceObject Maximo::ahead_of_now(const List& list, const Row& row, Second second, Second now) const {
    SourceObject object = object_of(list, row);
    if (object.refused || second - now <= ahead_most) return object;
    refuse(object, list, row.body,
           make_error(ErrorKind::invalid,
                      "it says that it changed at " + where_time(second) + ", while it is " + where_time(now) +
                          " here. Compare the clocks of Maximo and of this hub and save it again in Maximo, or replay: "
                          "it is read as it stands",
                      "changed_in_the_future", change_field(list)));
    return object;
}

bool Maximo::take_new(const List& list, const Rows& rows, Place& place, Page& page, bool to_the_end) {
    const Second now = std::chrono::floor<Seconds>(clock_.now());
    std::vector<std::string> ahead;
    bool reached_ahead = false;
    for (const Row& row : rows.list) {
        const std::string id = word_of(row.name, list.id), mark = mark_of(list, row.name);
        const auto second = second_of(list, row.name);
        reached_ahead = second && *second > now;
        if (!second) {
            page.objects.push_back(without_time(list, row.body));
        } else if (!reached_ahead) {
            page.objects.push_back(object_of(list, row));
            place.tell(*second, id, mark, begin_);
        } else {
            // The place stays: what is saved from now on would lie before such a time, and be lost.
            const bool is_known = std::find(place.ahead.begin(), place.ahead.end(), mark) != place.ahead.end();
            if (!is_known) page.objects.push_back(ahead_of_now(list, row, *second, now));
            if (ahead.size() < Place::ahead_most) ahead.push_back(mark);
        }
    }
    const bool is_short = place.trim(overlap_);
    tell_short_window(list, place, is_short);
    const bool is_whole = !rows.more || reached_ahead;
    if (is_whole && to_the_end) place.ahead = std::move(ahead);
    return is_whole;
}

void Maximo::take_late(const List& list, const Rows& rows, Place& place, Page& page) const {
    for (const Row& row : rows.list) {
        const auto second = second_of(list, row.name);
        page.objects.push_back(second ? object_of(list, row) : without_time(list, row.body));
        place.tell_late(second.value_or(*place.changed), mark_of(list, row.name));
    }
}

void Maximo::tell_short_window(const List& list, const Place& place, bool is_short) {
    // While the past is caught up with nothing is committed late there.
    const bool matters = is_short && place.changed && WallTime(*place.changed + 2 * overlap_) > clock_.now();
    if (told_short_.exchange(matters) || !matters) return;
    log(LogLevel::warn,
        "more of Maximo's objects change than are remembered: what is committed late is looked for in a shorter time "
        "than `overlap` says; run tieline reconcile",
        {{"list", std::string(list.name)}, {"remembered", std::to_string(Place::told_most)}});
}

Exchange<bool> Maximo::add_late(const List* list, Place* place, Page* page, std::size_t limit) {
    if (!place->from) co_return true;
    const std::string field = change_field(*list);
    // Bounds are whole seconds: a database may keep fractions that the answer does not show.
    Ask window{list,
               field + ">=" + quoted(where_time(*place->from)) + " and " + field + "<" +
                   quoted(where_time(*place->changed + Seconds(1))),
               "+" + field + ",+" + std::string(list->id), 2 * Place::told_most, true};
    Exchange<Members> naming = members(std::move(window));
    Result<Members> names = co_await std::move(naming);
    if (!names) co_return names.error();
    std::vector<Json> late;
    for (Json& name : names->list)
        if (!place->knows(mark_of(*list, name))) late.push_back(std::move(name));
    if (late.empty()) co_return true;
    const bool has_window = place->make_room(second_of(*list, late.front()).value_or(*place->from), late.size());
    tell_short_window(*list, *place, !has_window);
    if (!has_window) co_return true;  // all of it comes again, in order
    std::size_t begin = 0;
    while (begin < late.size()) {
        const std::size_t count =
            std::min({limit - page->objects.size(), late_max, page_rows_.load(), late.size() - begin});
        if (count == 0) co_return false;
        const auto at = late.begin() + static_cast<std::ptrdiff_t>(begin);
        std::vector<Json> group(at, at + static_cast<std::ptrdiff_t>(count));
        Exchange<Rows> reading = named(list, std::move(group));
        const Result<Rows> found = co_await std::move(reading);
        if (!found) co_return found.error();
        take_late(*list, *found, *place, *page);
        if (found->more) co_return false;
        grow_page(count);
        begin += count;
    }
    co_return true;
}

std::string Maximo::new_term(const List& list, const Place& place, bool rest_of_second) const {
    const std::string field = change_field(list);
    // Always some time: what has none would stand before all others in some databases, and never be passed.
    if (!place.changed) return field + ">=" + quoted(since_.empty() ? where_time(Second{}) : since_);
    const std::string begin = where_time(*place.changed), end = where_time(*place.changed + Seconds(1));
    if (!rest_of_second) return field + ">=" + quoted(end);
    std::string term = field + ">=" + quoted(begin) + " and " + field + "<" + quoted(end);
    if (place.after.empty()) return term;
    return term + " and " + std::string(list.id) + ">" +
           (list.reads == Reads::transactions ? place.after : quoted(place.after));
}

/// Before anything is read: those that no reading in order of change will ever find.
Exchange<bool> Maximo::add_timeless(const List* list, Page* page, std::size_t limit) {
    if (limit < 2 || list->reads != Reads::work_orders) co_return true;
    Ask ask{list, change_field(*list) + "!=\"*\"", "+" + std::string(list->id), limit - 1, true};
    Exchange<Members> naming = members(std::move(ask));
    const Result<Members> names = co_await std::move(naming);
    if (!names) co_return names.error();
    for (const Json& name : names->list) page->objects.push_back(without_time(*list, name));
    co_return true;
}

Exchange<bool> Maximo::add_new(const List* list, Place* place, Page* page, std::size_t limit) {
    const std::string field = change_field(*list), id(list->id);
    if (!place->changed) {
        Exchange<bool> asking = add_timeless(list, page, limit - page->objects.size());
        const Result<bool> asked = co_await std::move(asking);
        // Where an install does not know the term, `tieline reconcile` still finds them: it reads by number.
        if (!asked && asked.error().kind != ErrorKind::invalid) co_return asked.error();
    }
    for (bool rest_of_second = place->changed && !place->from;; rest_of_second = false) {
        const std::size_t room = limit - page->objects.size();
        if (room == 0) co_return false;
        Ask ask{list, new_term(*list, *place, rest_of_second), rest_of_second ? "+" + id : "+" + field + ",+" + id,
                room, false};
        Exchange<Rows> reading = rows(std::move(ask));
        const Result<Rows> found = co_await std::move(reading);
        if (!found) co_return found.error();
        const Place before = *place;
        const bool is_whole = take_new(*list, *found, *place, *page, !rest_of_second);
        const bool has_moved = before.changed != place->changed || before.after != place->after;
        if (!is_whole) co_return !has_moved;  // nothing of it can be passed: it is told again with the next reading
        if (!rest_of_second) co_return true;
    }
}

/// Whether approved labor or a late receipt counts as a change of its order is not certain: so orders that are not
/// frozen yet are read once more from time to time. What has not changed is dropped by its content.
Exchange<bool> Maximo::add_again(Place* place, Page* page, std::size_t limit) {
    const Second now = std::chrono::floor<Seconds>(clock_.now());
    if (reread_every_.count() == 0) co_return true;
    if (!place->changed) place->changed = now;
    const bool goes_on = !place->after.empty();
    if (!goes_on && now - *place->changed < reread_every_) co_return true;
    if (page->objects.size() >= limit) co_return false;
    const List* list = &lists()[0];
    const Second begun = goes_on ? *place->changed : now;
    std::string where = "historyflag=false and statusdate>=" + quoted(where_time(begun - reread_days_));
    if (goes_on) where += " and " + std::string(list->id) + ">" + quoted(place->after);
    if (!since_.empty()) where += " and " + change_field(*list) + ">=" + quoted(since_);
    Ask ask{list, where, "+" + std::string(list->id), limit - page->objects.size(), false};
    Exchange<Rows> reading = rows(std::move(ask));
    const Result<Rows> found = co_await std::move(reading);
    if (!found) co_return found.error();
    for (const Row& row : found->list) page->objects.push_back(object_of(*list, row));
    place->changed = begun;
    place->after = found->more && !found->list.empty() ? word_of(found->list.back().name, list->id) : std::string();
    co_return place->after.empty();
}

Exchange<Page> Maximo::pull(std::string cursor, std::size_t count_max) {
    const std::optional<Cursor> start = cursor_of(cursor);
    if (!start) {
        co_return make_error(ErrorKind::invalid,
                             "\"" + cursor + "\" is no place in the changes of Maximo; set the cursor back to \"\"",
                             "bad_cursor", "cursor");
    }
    const std::size_t limit = std::clamp<std::size_t>(count_max, 1, page_rows_most_);
    Cursor at = *start;
    Page page;
    std::optional<Error> trouble;
    for (const List& list : lists()) {
        if (!wanted(list)) continue;
        if (page.objects.size() >= limit) page.more = true;
        if (page.more) break;  // the rest comes with the next page
        Place place = at[static_cast<std::size_t>(list.reads)];
        Exchange<bool> looking_back = add_late(&list, &place, &page, limit);
        Result<bool> whole = co_await std::move(looking_back);
        if (whole && *whole) {
            Exchange<bool> going_on = add_new(&list, &place, &page, limit);
            whole = co_await std::move(going_on);
        }
        // What has been read is kept, and trouble with one list does not hold up the other.
        at[static_cast<std::size_t>(list.reads)] = place;
        if (!whole && !trouble) trouble = whole.error();
        page.more = whole && !*whole;
    }
    if (!trouble && !page.more && wanted(lists()[0])) {
        Place place = at[place_of_rereading];
        Exchange<bool> reading = add_again(&place, &page, limit);
        const Result<bool> whole = co_await std::move(reading);
        if (whole) at[place_of_rereading] = place;
        if (!whole) trouble = whole.error();
        page.more = whole && !*whole;
    }
    if (trouble && page.objects.empty()) co_return *trouble;
    if (trouble) page.more = true;  // asked again at once, and told if it stays
    const std::string text = to_text(at);
    page.cursor = text.empty() ? cursor : text;
    co_return page;
}

}  // namespace tieline::connectors::maximo
