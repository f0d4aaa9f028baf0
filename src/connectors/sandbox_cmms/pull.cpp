// Reading the CMMS page by page: several lists behind one cursor.

#include "base/hash.h"
#include "connectors/sandbox_cmms/sandbox_cmms.h"

#include <algorithm>
#include <map>
#include <utility>

namespace tieline::connectors::sandbox_cmms {
namespace {

using rest::Effect;

constexpr std::size_t page_max = 500;  // what the CMMS gives at most
constexpr std::size_t due_max = 1000;

/// Whether a planned line counts in another unit than its item, so that its base unit must be looked up.
bool needs_base_unit(const Json& line) {
    const auto quantity = line.decimal("quantity"), base = line.decimal("base_quantity");
    return quantity && base && *quantity != *base && line.text_or("base_uom").empty();
}

template <class Visit>
void each_planned_line(Json& bodies, Visit visit) {
    for (Json& body : bodies.items()) {
        Json* lines = body.find("planned_materials");
        if (lines == nullptr || !lines->is_array()) continue;
        for (Json& line : lines->items()) visit(line);
    }
}

}  // namespace

bool SandboxCmms::wanted(const List& list) const {
    if (list.reads == Reads::due_plans) return horizon_days_ > 0;
    return std::find(reads_.begin(), reads_.end(), list.name) != reads_.end();
}

Exchange<Page> SandboxCmms::pull(std::string cursor, std::size_t count_max) {
    const std::optional<Cursor> start = cursor_of(cursor);
    if (!start) {
        co_return make_error(ErrorKind::invalid,
                             "\"" + cursor +
                                 "\" is no place in the changes of the sandbox CMMS; a whole number is, or "
                                 "\"w12.t40.s3.i9\"",
                             "bad_cursor", "cursor");
    }
    const std::size_t limit = std::clamp<std::size_t>(count_max, 1, page_max);
    Cursor at = *start;
    Page page;
    for (const List& list : lists()) {
        if (!wanted(list)) continue;
        page.more = page.objects.size() >= limit;
        if (page.more) break;  // the rest comes with the next page
        const bool is_due = list.reads == Reads::due_plans;
        Exchange<bool> reading = is_due ? add_due_plans(&at, &page, limit) : add_list(&list, &at, &page, limit);
        const Result<bool> whole = co_await std::move(reading);
        // What has been read is kept: trouble with one list must not hold up the work orders.
        if (!whole && page.objects.empty()) co_return whole.error();
        page.more = !whole || !*whole;
        if (page.more) break;
    }
    const bool moved = to_text(at) != to_text(*start);
    page.cursor = moved ? to_text(at) : cursor;
    co_return page;
}

Exchange<bool> SandboxCmms::add_list(const List* list, Cursor* cursor, Page* page, std::size_t limit) {
    std::int64_t& after = cursor->after[static_cast<std::size_t>(list->reads)];
    const rest::Query query = {{"after_change", std::to_string(after)},
                               {"limit", std::to_string(limit - page->objects.size())}};
    net::HttpRequest request = rest::get(access_, list->path, query);
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    if (!body) co_return body.error();
    Result<Slice> slice = slice_of(*list, *body, after);
    if (!slice) co_return slice.error();
    Exchange<Json> completing = with_base_units(Json(std::move(slice->bodies)));
    const Result<Json> bodies = co_await std::move(completing);
    if (!bodies) co_return bodies.error();
    for (const Json& each : bodies->items()) page->objects.push_back(object_of(*list, each));
    after = slice->next;
    co_return !slice->more;
}

Result<SandboxCmms::Slice> SandboxCmms::slice_of(const List& list, const Json& body, std::int64_t after) const {
    const Json* items = body.find("items");
    const std::int64_t next = body.int_or("next_change", -1);
    const std::string name(list.name);
    if (items == nullptr || !items->is_array() || next < 0)
        return rest::bad_reply(access_, Effect::read, "the list of " + name + " has no items or no next_change");
    Slice slice;
    slice.more = body.bool_or("more", false);
    slice.next = items->items().empty() ? after : next;
    for (const Json& item : items->items()) {
        if (name_in(list, item).empty())
            return rest::bad_reply(access_, Effect::read, "an object in the list of " + name + " has no number");
        slice.bodies.push_back(item);
    }
    if (slice.more && slice.next == after)
        return rest::bad_reply(access_, Effect::read, "the list says that there is more but does not go on");
    return slice;
}

Exchange<Json> SandboxCmms::with_base_units(Json bodies) {
    std::map<std::string, std::string> units;
    each_planned_line(bodies, [&](Json& line) {
        if (needs_base_unit(line)) units[line.text_or("item")];
    });
    for (auto& [item, unit] : units) {
        net::HttpRequest request = rest::get(access_, "/api/items/" + net::url_encode(item));
        const Result<net::HttpResponse> reply = co_await send(std::move(request));
        const Result<Json> body = rest::body_of(access_, Effect::read, reply);
        if (!body && body.error().kind != ErrorKind::not_found) co_return body.error();
        if (body) unit = body->text_or("uom");
    }
    each_planned_line(bodies, [&](Json& line) {
        if (!line.text_or("base_uom").empty()) return;
        const auto looked_up = units.find(line.text_or("item"));
        const bool other_unit = needs_base_unit(line) && looked_up != units.end();
        const std::string unit = other_unit ? looked_up->second : line.text_or("uom");
        // A base quantity in a unit that nobody knows would be taken for one in the line's own.
        if (unit.empty())
            line.erase("base_quantity");
        else
            line.set("base_uom", unit);
    });
    co_return bodies;
}

Exchange<bool> SandboxCmms::add_due_plans(Cursor* cursor, Page* page, std::size_t limit) {
    const WallTime until = clock_.now() + Millis(horizon_days_ * 24 * 3'600'000);
    const List* list = &list_of_object("due:");
    const rest::Query query = {{"until", format_time(until).substr(0, 10)}, {"limit", std::to_string(due_max)}};
    net::HttpRequest request = rest::get(access_, list->path, query);
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    if (!body) co_return body.error();
    const Json* items = body->find("items");
    if (items == nullptr || !items->is_array())
        co_return rest::bad_reply(access_, Effect::read, "the list of due plans has no items");
    // The list has no changes to follow: it is told anew when it is not the one told last.
    const std::string digest = hex(sha256(items->dump())).substr(0, 16);
    const bool is_known = digest == cursor->due;
    if (is_known && !cursor->told) co_return true;
    const std::size_t count = items->items().size();
    const std::size_t from = is_known ? std::min(*cursor->told, count) : 0;
    const std::size_t to = std::min(count, from + limit - page->objects.size());
    Json told = Json::array();
    for (std::size_t index = from; index < to; ++index) told.push_back(items->items()[index]);
    Exchange<Json> completing = with_base_units(std::move(told));
    const Result<Json> bodies = co_await std::move(completing);
    if (!bodies) co_return bodies.error();
    for (const Json& each : bodies->items()) page->objects.push_back(object_of(*list, each));
    cursor->due = digest;
    cursor->told.reset();
    if (to < count) cursor->told = to;
    co_return to == count;
}

}  // namespace tieline::connectors::sandbox_cmms
