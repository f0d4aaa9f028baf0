// Changed objects as events: which rows have changed, and each object that they concern as it is now.

#include "connectors/tryton/shape.h"
#include "connectors/tryton/tryton.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::tryton {
namespace {

constexpr std::size_t page_max = 100;

/// What a page is to tell: objects by kind and name, each once, with the stamp of what made it known.
struct Wanted {
    const FeedKind* kind;
    std::string name;
    std::int64_t stamp;
};

void want(std::vector<Wanted>& wanted, const FeedKind* kind, std::string name, std::int64_t stamp) {
    for (Wanted& known : wanted) {
        if (known.kind != kind || known.name != name) continue;
        known.stamp = std::max(known.stamp, stamp);
        return;
    }
    wanted.push_back({kind, std::move(name), stamp});
}

/// The value that a field is compared with: ids are whole numbers.
Json value_of(const std::string& field, const std::string& text) {
    if (field != "id" && !field.ends_with(".id")) return Json(text);
    const bool is_whole =
        !text.empty() && text.size() <= 15 && text.find_first_not_of("0123456789") == std::string::npos;
    return is_whole ? Json::number(std::to_string(std::stoll(text))) : Json(0);
}

/// All of these objects at once.
Json domain_of(const FeedKind& kind, const std::vector<std::string>& names) {
    Json by_name = Json::array();
    Json any(Json::Array{Json("OR")});
    for (const std::string& name : names) {
        if (name.empty() || name[0] != '@') {
            by_name.push_back(value_of(std::string(kind.name), name));
            continue;
        }
        const std::size_t equal = name.find('=');
        const std::string field = name.substr(1, equal - 1);
        any.push_back(clause(field, "=", value_of(field, name.substr(equal + 1))));
    }
    if (!by_name.items().empty()) any.push_back(clause(kind.name, "in", std::move(by_name)));
    return Json(Json::Array{*Json::parse(kind.domain), std::move(any)});
}

Error not_found(const std::string& object) {
    return make_error(ErrorKind::not_found, "Tryton has no object \"" + object + "\"", "not_found");
}

}  // namespace

Exchange<Page> Tryton::pull(std::string cursor, std::size_t count_max) {
    Result<FeedCursor> parsed = FeedCursor::parse(cursor);
    if (!parsed) co_return parsed.error();
    FeedCursor place = std::move(*parsed);
    const std::size_t limit = std::clamp<std::size_t>(count_max, 1, page_max);
    std::vector<Wanted> wanted;
    Page page;
    for (const Stream& stream : streams()) {
        if (std::find(kinds_.begin(), kinds_.end(), stream.kind) == kinds_.end()) continue;
        if (wanted.size() >= limit) {
            page.more = true;
            break;
        }
        StreamCursor& at = place.of(stream.name);
        const std::size_t room = limit - wanted.size();
        const std::size_t asked = at.created.seen.size() + at.written.seen.size() + room + 1;
        Json fields = *Json::parse(stream.fields);
        for (const char* name : {"create_date", "write_date"}) fields.push_back(name);
        Exchange<Json> reading =
            rows(std::string(stream.model), domain_after(stream, at), std::move(fields), asked, stream_order());
        const Result<Json> changed = co_await std::move(reading);
        if (!changed) co_return changed.error();
        for (const Json& row : changed->items()) {
            const RowPlace where = place_of(row);
            StreamPlace& sequence = where.written ? at.written : at.created;
            if (where.row.stamp == 0 || sequence.knows(where.row)) continue;
            const std::vector<std::string> targets = stream.targets(row);
            if (!wanted.empty() && wanted.size() + targets.size() > limit) {
                page.more = true;
                break;
            }
            sequence.add(where.row);
            for (const std::string& name : targets) want(wanted, feed_kind(stream.kind), name, where.row.stamp);
        }
    }
    std::vector<std::string> places;
    for (const FeedKind& kind : feed_kinds()) {
        std::vector<std::pair<std::string, std::int64_t>> names;
        for (Wanted& one : wanted)
            if (one.kind == &kind) names.emplace_back(std::move(one.name), one.stamp);
        if (kind.kind == "stock")
            for (auto& [name, stamp] : names) places.push_back(std::move(name));
        if (kind.kind == "stock" || names.empty()) continue;
        Exchange<std::vector<SourceObject>> loading = load(kind, std::move(names));
        Result<std::vector<SourceObject>> loaded = co_await std::move(loading);
        if (!loaded) co_return loaded.error();
        for (SourceObject& one : *loaded) page.objects.push_back(std::move(one));
    }
    if (!places.empty()) {  // last, so that they show at least what the objects before them told
        Exchange<std::vector<SourceObject>> counting = stock_of(std::move(places), place.head());
        Result<std::vector<SourceObject>> counted = co_await std::move(counting);
        if (!counted) co_return counted.error();
        for (SourceObject& one : *counted) page.objects.push_back(std::move(one));
    }
    page.cursor = place.head() == 0 ? cursor : place.str();
    co_return page;
}

Exchange<std::vector<SourceObject>> Tryton::load(FeedKind kind,
                                                 std::vector<std::pair<std::string, std::int64_t>> wanted) {
    std::vector<std::string> names;
    std::int64_t latest = 0;
    for (const auto& [name, stamp] : wanted) {
        names.push_back(name);
        latest = std::max(latest, stamp);
    }
    Json more_context = Json::object({{"active_test", false}});
    Exchange<Json> reading = rows(std::string(kind.model), domain_of(kind, names), *Json::parse(kind.fields),
                                  2 * page_max, Json(), std::move(more_context));
    Result<Json> found = co_await std::move(reading);
    if (!found) co_return found.error();
    Exchange<Json> shaping = shaped(kind, std::move(*found));
    const Result<Json> shaped_rows = co_await std::move(shaping);
    if (!shaped_rows) co_return shaped_rows.error();
    std::vector<SourceObject> objects;
    for (Json row : shaped_rows->items()) {
        std::int64_t stamp = latest;  // of what was found by something else than its name
        for (const auto& [name, own] : wanted)
            if (name == text_in(row, {kind.name})) stamp = own;
        if (stamp != 0) row.set("seq", stamp);
        objects.push_back(object_of(map_, kind, row, stamp));
    }
    co_return objects;
}

Exchange<std::vector<SourceObject>> Tryton::stock_of(std::vector<std::string> places, std::int64_t head) {
    Exchange<Json> counting = stock_rows(std::move(places));
    const Result<Json> counted = co_await std::move(counting);
    if (!counted) co_return counted.error();
    std::vector<SourceObject> objects;
    for (Json row : counted->items()) {
        if (head != 0) {
            row.set("seq", head);
            row.set("as_of", head);
        }
        objects.push_back(object_of(map_, *feed_kind("stock"), row, head));
    }
    co_return objects;
}

Exchange<SourceObject> Tryton::fetch(std::string object) {
    const std::size_t colon = object.find(':');
    const FeedKind* kind = feed_kind(object.substr(0, colon == std::string::npos ? 0 : colon));
    if (kind == nullptr) co_return not_found(object);
    const std::string name = object.substr(colon + 1);
    if (kind->kind == "stock") {
        std::vector<std::string> places{name};
        Exchange<std::vector<SourceObject>> counting = stock_of(std::move(places), 0);
        Result<std::vector<SourceObject>> counted = co_await std::move(counting);
        if (!counted) co_return counted.error();
        if (counted->empty()) co_return not_found(object);
        co_return std::move(counted->front());
    }
    if (!name.empty() && name[0] == '@') co_return not_found(object);
    std::vector<std::pair<std::string, std::int64_t>> names{{name, 0}};
    Exchange<std::vector<SourceObject>> loading = load(*kind, std::move(names));
    Result<std::vector<SourceObject>> loaded = co_await std::move(loading);
    if (!loaded) co_return loaded.error();
    if (loaded->size() != 1) co_return not_found(object);
    co_return std::move(loaded->front());
}

Result<std::vector<Hint>> Tryton::webhook(const net::HttpRequest& /*request*/, WallTime /*now*/) const {
    return make_error(ErrorKind::unsupported, "Tryton sends no webhooks; its changes are found by asking",
                      "webhooks_off");
}

}  // namespace tieline::connectors::tryton
