// Reading Maximo in order of change: what is new behind the place, and what came late into the overlap window.

#include "connectors/maximo/maximo.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::maximo {
namespace {

using rest::Effect;
using Seconds = std::chrono::seconds;

constexpr std::size_t page_max = 200;  // whole work orders of one answer
constexpr std::size_t late_max = 50;   // named in one question

std::string and_term(std::string where, const std::string& term) {
    if (term.empty()) return where;
    return std::move(where) + " and " + term;
}

}  // namespace

Exchange<std::vector<Json>> Maximo::members(Ask ask) {
    std::string select(ask.list->select);
    if (ask.list->reads == Reads::work_orders && !also_select_.empty()) select += "," + also_select_;
    // The time of change is needed even where it is no attribute that the map reads.
    const std::string changed = change_field(*ask.list);
    if (select.find("," + changed + ",") == std::string::npos) select += "," + changed;
    rest::Query query{{"oslc.select", ask.is_light ? light_select(*ask.list) : select},
                      {"oslc.where", and_term(base_where(*ask.list), ask.where)},
                      {"oslc.orderBy", ask.order},
                      {"oslc.pageSize", std::to_string(ask.count)}};
    // Without it synonyms of statuses come without the value that they stand for.
    if (!ask.is_light && ask.list->reads == Reads::work_orders) query.emplace_back("internalvalues", "1");
    Exchange<Json> reading = read(structure_path(structure_of(*ask.list)), std::move(query));
    Result<Json> body = co_await std::move(reading);
    if (!body) co_return body.error();
    Json* found = body->find("member");
    if (found == nullptr || !found->is_array())
        co_return rest::bad_reply(site_.access, Effect::read,
                                  "the list of " + std::string(ask.list->name) + " has no members");
    std::vector<Json> list;
    for (Json& one : found->items()) {
        if (word_of(one, ask.list->id).empty())
            co_return rest::bad_reply(
                site_.access, Effect::read,
                "an object in the list of " + std::string(ask.list->name) + " has no " + std::string(ask.list->id));
        if (list.size() < ask.count) list.push_back(std::move(one));
    }
    co_return list;
}

Exchange<std::vector<Maximo::Row>> Maximo::rows(Ask ask) {
    Ask whole = ask;
    Exchange<std::vector<Json>> reading = members(std::move(whole));
    Result<std::vector<Json>> bodies = co_await std::move(reading);
    std::vector<Row> list;
    if (bodies) {
        for (Json& body : *bodies) list.push_back({std::move(body), std::nullopt});
        co_return list;
    }
    const Error first = bodies.error();
    const bool may_be_poisoned =
        first.kind == ErrorKind::invalid || first.code == "peer_failed" || first.code == "bad_reply";
    if (!may_be_poisoned) co_return first;
    Ask light = ask;
    light.is_light = true;
    Exchange<std::vector<Json>> naming = members(std::move(light));
    const Result<std::vector<Json>> names = co_await std::move(naming);
    if (!names || names->empty()) co_return first;  // the list as a whole fails: that is no single object's fault
    std::size_t failures = 0;
    for (const Json& name : *names) {
        Ask single{ask.list, id_term(*ask.list, word_of(name, ask.list->id)), "", 1, false};
        Exchange<std::vector<Json>> asking = members(std::move(single));
        Result<std::vector<Json>> one = co_await std::move(asking);
        if (one && !one->empty()) {
            list.push_back({std::move(one->front()), std::nullopt});
            continue;
        }
        if (one) continue;  // it has gone meanwhile
        const bool is_its_own = one.error().kind == ErrorKind::invalid || one.error().code == first.code;
        if (!is_its_own) co_return one.error();
        ++failures;
        list.push_back({name, one.error()});
    }
    const bool is_question = failures > 1 || first.kind == ErrorKind::invalid;  // it is refused for every object
    if (failures == names->size() && is_question) co_return first;
    co_return list;
}

Result<void> Maximo::take(const List& list, const std::vector<Row>& rows, Place& place, Page& page) const {
    for (const Row& row : rows) {
        const std::string id = word_of(row.body, list.id);
        const std::string changed = word_of(row.body, change_field(list));
        const auto second = second_of(list, row.body);
        if (!second) {
            return rest::bad_reply(site_.access, Effect::read,
                                   "object " + id + " does not say when it changed (" + change_field(list) + ")");
        }
        page.objects.push_back(object_of(list, row));
        place.tell(*second, id, mark_of(id, changed, word_of(row.body, "_rowstamp")));
    }
    place.trim(overlap_);
    return {};
}

Exchange<bool> Maximo::add_late(const List* list, Place* place, Page* page, std::size_t limit) {
    if (!place->from) co_return true;
    const std::string field = change_field(*list);
    // Bounds are whole seconds: a database may keep fractions that the answer does not show.
    Ask window{list,
               field + ">=" + quoted(where_time(*place->from)) + " and " + field + "<" +
                   quoted(where_time(*place->changed + Seconds(1))),
               "+" + field + ",+" + std::string(list->id), 2 * Place::told_most, true};
    Exchange<std::vector<Json>> naming = members(std::move(window));
    const Result<std::vector<Json>> names = co_await std::move(naming);
    if (!names) co_return names.error();
    std::vector<std::string> late;
    for (const Json& name : *names) {
        const std::string id = word_of(name, list->id);
        const std::string mark = mark_of(id, word_of(name, field), word_of(name, "_rowstamp"));
        if (!place->knows(mark)) late.push_back(list->reads == Reads::work_orders ? quoted(id) : id);
    }
    bool all = true;
    while (!late.empty()) {
        const std::size_t room = std::min(limit - page->objects.size(), late_max);
        if (room == 0) break;
        std::string which;
        const std::size_t count = std::min(room, late.size());
        for (std::size_t i = 0; i < count; ++i) which += (i == 0 ? "" : ",") + late[i];
        Ask ask{list, std::string(list->id) + " in [" + which + "]", "+" + field + ",+" + std::string(list->id), count,
                false};
        Exchange<std::vector<Row>> reading = rows(std::move(ask));
        const Result<std::vector<Row>> found = co_await std::move(reading);
        if (!found) co_return found.error();
        const Result<void> taken = take(*list, *found, *place, *page);
        if (!taken) co_return taken.error();
        late.erase(late.begin(), late.begin() + static_cast<std::ptrdiff_t>(count));
        all = place->from.has_value();
        if (!all) break;  // too many in one second: the rest of it is read in order of ids
    }
    co_return late.empty() && all;
}

Exchange<bool> Maximo::add_new(const List* list, Place* place, Page* page, std::size_t limit) {
    const std::string field = change_field(*list), id(list->id);
    const bool is_number = list->reads == Reads::transactions;
    bool rest_of_second = place->changed && !place->from;
    for (;;) {
        const std::size_t room = std::min(limit - page->objects.size(), page_max);
        if (room == 0) co_return false;
        Ask ask{list, "", "+" + field + ",+" + id, room, false};
        if (place->changed) {
            const std::string begin = where_time(*place->changed), end = where_time(*place->changed + Seconds(1));
            ask.where = field + ">=" + quoted(rest_of_second ? begin : end);
            if (rest_of_second) {
                ask.where += " and " + field + "<" + quoted(end) + " and " + id + ">" +
                             (is_number ? place->after : quoted(place->after));
                ask.order = "+" + id;
            }
        } else if (!since_.empty()) {
            ask.where = field + ">=" + quoted(since_);
        }
        Exchange<std::vector<Row>> reading = rows(std::move(ask));
        const Result<std::vector<Row>> found = co_await std::move(reading);
        if (!found) co_return found.error();
        const Result<void> taken = take(*list, *found, *place, *page);
        if (!taken) co_return taken.error();
        if (found->size() == room) co_return false;
        if (!rest_of_second) co_return true;
        rest_of_second = false;
    }
}

Exchange<Page> Maximo::pull(std::string cursor, std::size_t count_max) {
    const std::optional<Cursor> start = cursor_of(cursor);
    if (!start) {
        co_return make_error(ErrorKind::invalid,
                             "\"" + cursor + "\" is no place in the changes of Maximo; set the cursor back to \"\"",
                             "bad_cursor", "cursor");
    }
    const std::size_t limit = std::clamp<std::size_t>(count_max, 1, page_max);
    Cursor at = *start;
    Page page;
    for (const List& list : lists()) {
        if (!wanted(list)) continue;
        page.more = page.objects.size() >= limit;
        if (page.more) break;  // the rest comes with the next page
        Place place = at[static_cast<std::size_t>(list.reads)];
        Exchange<bool> looking_back = add_late(&list, &place, &page, limit);
        Result<bool> whole = co_await std::move(looking_back);
        if (whole && *whole) {
            Exchange<bool> going_on = add_new(&list, &place, &page, limit);
            whole = co_await std::move(going_on);
        }
        // What has been read is kept: trouble with one list must not hold up the work orders.
        if (!whole && page.objects.empty()) co_return whole.error();
        at[static_cast<std::size_t>(list.reads)] = place;
        page.more = !whole || !*whole;
        if (page.more) break;
    }
    const std::string text = to_text(at);
    page.cursor = text.empty() ? cursor : text;
    co_return page;
}

}  // namespace tieline::connectors::maximo
