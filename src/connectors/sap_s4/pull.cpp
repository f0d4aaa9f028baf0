// Changed objects as events: what streams and lists show, and what must be read again because something beside it
// changed. Whatever changes stock, an order or a reservation is a material document, so that these are read after it.

#include "base/log.h"
#include "connectors/sap_s4/sap_s4.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::size_t page_most = 200;
constexpr std::size_t untimed_page = 500;
constexpr std::size_t stock_page = 300;  ///< rows of stock in one step of the first reading

constexpr const char* stock_set = "API_MATERIAL_STOCK_SRV/A_MatlStkInAcctMod";

}  // namespace

bool Reading::wants(std::string_view kind) const { return std::find(kinds.begin(), kinds.end(), kind) != kinds.end(); }

void SapS4::Turn::note(const Error& error) {
    if (!trouble) trouble = error;
}

void SapS4::Turn::note(const std::string& object, const Error& error) {
    note(error);
    const bool is_of_service =
        error.kind == ErrorKind::unauthorized || error.kind == ErrorKind::rate_limited || error.code == "timeout";
    failed[object.substr(0, object.find(':'))] += is_of_service ? failures_most : 1;
    unread.insert(object);
}

bool SapS4::Turn::is_in_trouble(const std::string& object) const {
    const auto kind = failed.find(object.substr(0, object.find(':')));
    return (kind != failed.end() && kind->second >= failures_most) || unread.contains(object);
}

std::size_t SapS4::Turn::free() const {
    const auto waiting = std::count_if(at.pending.begin(), at.pending.end(),
                                       [&](const std::string& object) { return !is_in_trouble(object); });
    return room() - std::min(room(), static_cast<std::size_t>(waiting));
}

void SapS4::Turn::add(Objects objects) {
    for (SourceObject& object : objects) {
        if (room() > 0)
            page.objects.push_back(std::move(object));
        else
            at.want(object.object);
    }
}

/// One row of a stream: the object that it is, and what must be read again since it changed.
Exchange<bool> SapS4::tell_row(const Stream* stream, Json row, Place::Row at, Turn* turn, const Ahead* ahead) {
    Objects objects;
    if (stream->name == "movement") {
        objects = movement_objects(row, turn);
    } else if (reading_.wants(stream->name)) {
        if (stream->name == "part") {
            const std::lock_guard lock(mutex_);
            units_.erase(row.text_or("Product"));
        }
        Exchange<Objects> making =
            objects_of(std::string(stream->name), Json(Json::Array{row}), turn->seq, at.first, ahead);
        Result<Objects> made = co_await std::move(making);
        const bool is_final =
            !made && (made.error().kind == ErrorKind::invalid || made.error().kind == ErrorKind::unsupported);
        if (is_final) made = Objects{refused_object(name_of_row(*stream, row), made.error())};
        if (!made) co_return made.error();
        objects = std::move(*made);
    }
    turn->add(std::move(objects));
    touch(*stream, row, turn->at);
    co_return true;
}

/// Rows that have no time of change, in the first reading: nothing would ever ask for them again.
Exchange<bool> SapS4::tell_untimed(const Stream* stream, Turn* turn) {
    Place& place = turn->at.streams[std::string(stream->name)];
    while (place.untimed) {
        if (turn->is_full()) co_return false;
        const Question question = question_untimed(*stream, place, reading_.plant);
        Exchange<Json> asking =
            rows(std::string(stream->set), query_of(question.filter, question.order, stream->expand, stream->select),
                 untimed_page);
        const Result<Json> found = co_await std::move(asking);
        if (!found && found.error().kind == ErrorKind::invalid) {
            log(LogLevel::warn, "SAP's service cannot be asked for rows without a time of change; they are not told",
                {{"set", std::string(stream->set)}, {"why", found.error().message}});
            place.untimed.reset();
            break;
        }
        if (!found) co_return found.error();
        const Json::Array& all = found->items();
        const auto done = std::find_if(all.begin(), all.end(),
                                       [&](const Json& row) { return id_of(*stream, row) == *place.untimed; });
        const auto first = done == all.end() ? all.begin() : std::next(done);
        for (auto row = first; row != all.end(); ++row) {
            if (turn->is_full()) co_return false;
            const std::string id = id_of(*stream, *row);
            Exchange<bool> telling = tell_row(stream, *row, {turn->seq, id}, turn);
            const Result<bool> told = co_await std::move(telling);
            if (!told) co_return told;
            place.untimed = id;
        }
        if (all.size() >= untimed_page && first == all.end())
            co_return rest::bad_reply(access_, rest::Effect::read, "its rows do not come in the order asked for");
        if (all.size() < untimed_page) place.untimed.reset();
    }
    co_return true;
}

Exchange<bool> SapS4::tell_stream(const Stream* stream, Turn* turn) {
    Place& place = turn->at.streams[std::string(stream->name)];
    const std::int64_t now = clock_.now().time_since_epoch().count();
    for (;;) {
        if (turn->is_full()) co_return false;
        bool is_whole = true, has_moved = false;
        const std::size_t most = place.seen.size() + turn->room() + 1;
        const std::vector<Question> all_questions = questions(*stream, place, reading_.plant);
        std::vector<Asked> asked;
        for (const Question& question : all_questions) asked.push_back(page_asked(*stream, question, most));
        Ahead ahead;
        Exchange<bool> preparing = read_ahead(std::move(asked), &ahead);
        Result<bool> prepared = co_await std::move(preparing);
        if (!prepared) co_return prepared;
        for (const Question& question : all_questions) {
            if (turn->is_full()) co_return false;
            Exchange<odata::AloneRows> asking = page_of(stream, &place, question, most, &ahead);
            const Result<odata::AloneRows> found = co_await std::move(asking);
            if (!found) co_return found.error();
            is_whole = found->is_whole;
            const Json::Array& all = found->rows.items();
            std::size_t ahead_left = 0;
            for (auto row = all.begin(); row != all.end(); ++row) {
                const auto at = row_of(*stream, *row);
                if (!at || place.knows(*at)) continue;
                if (turn->is_full()) {
                    is_whole = false;
                    break;
                }
                has_moved = true;
                if (const auto why = found->refused.find(id_of(*stream, *row)); why != found->refused.end()) {
                    turn->add({unreadable(*stream, *row, why->second)});
                    place.tell(*at);
                    continue;
                }
                if (ahead_left == 0) {
                    ahead_left = ahead_most;
                    preparing = read_ahead(needs_of(*stream, {row, all.end()}, place, turn->free()), &ahead);
                    prepared = co_await std::move(preparing);
                    if (!prepared) co_return prepared;
                }
                --ahead_left;
                Exchange<bool> telling = tell_row(stream, *row, *at, turn, &ahead);
                const Result<bool> told = co_await std::move(telling);
                if (!told) co_return told;
                place.tell(*at);
            }
            if (!is_whole) break;
        }
        place.trim(reading_.overlap, now);
        if (is_whole) {
            Exchange<bool> looking = tell_late(stream, turn);
            const Result<bool> looked = co_await std::move(looking);
            co_return looked;
        }
        if (turn->is_full()) co_return false;
        if (!has_moved)
            co_return rest::bad_reply(
                access_, rest::Effect::read,
                "the rows of " + std::string(stream->set) + " do not come in the order asked for");
    }
}

/// What cannot be read now waits, and holds up nothing behind it.
Exchange<bool> SapS4::tell_pending(Turn* turn) {
    std::vector<std::string>& pending = turn->at.pending;
    Ahead ahead, stock_ahead;
    std::size_t ahead_left = 0;
    for (std::size_t i = 0; i < pending.size();) {
        const std::string object = pending[i];
        if (turn->is_in_trouble(object)) {
            ++i;
            continue;
        }
        if (turn->room() == 0) co_return false;
        if (ahead_left == 0) {
            ahead_left = ahead_most;
            ahead = stock_ahead = Ahead();
            Exchange<bool> preparing = read_pending_ahead(turn, i, &ahead, &stock_ahead);
            const Result<bool> prepared = co_await std::move(preparing);
            if (!prepared && prepared.error().kind == ErrorKind::rate_limited) {
                turn->note(prepared.error());
                co_return false;
            }  // other trouble is that of whatever is asked for first
        }
        --ahead_left;
        Json reservations = Json::array();
        Exchange<Objects> loading =
            load(object, turn->seq, &reservations, object.starts_with("stock:") ? &stock_ahead : &ahead);
        Result<Objects> loaded = co_await std::move(loading);
        const bool is_final =
            !loaded && (loaded.error().kind == ErrorKind::invalid || loaded.error().kind == ErrorKind::unsupported);
        if (!loaded && !is_final && loaded.error().kind != ErrorKind::not_found) {
            turn->note(object, loaded.error());
            ++i;
            continue;
        }
        pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(i));
        if (is_final) loaded = Objects{refused_object(object, loaded.error())};  // else it would be asked for for ever
        if (loaded) turn->add(std::move(*loaded));
        want_stock_of_reservations(reservations, turn);
    }
    co_return true;
}

/// The first reading of all stock, material by material.
Exchange<bool> SapS4::tell_all_stock(Turn* turn) {
    while (turn->at.stock_behind) {
        if (turn->is_full()) co_return false;
        std::string filter = "Plant eq " + odata::text_literal(reading_.plant);
        if (!turn->at.stock_behind->empty())
            filter += " and Material gt " + odata::text_literal(*turn->at.stock_behind);
        rest::Query query = query_of(filter, "Material,StorageLocation", "", "Material,Plant,StorageLocation");
        Exchange<Json> asking = rows(stock_set, std::move(query), stock_page);
        const Result<Json> found = co_await std::move(asking);
        if (!found) co_return found.error();
        const bool is_last = found->items().size() < stock_page;
        std::vector<std::string> materials;
        std::size_t places = 0, end = 0;
        for (const Json& row : found->items()) {
            const std::string material = row.text_or("Material");
            if (materials.empty() || materials.back() != material) {
                if (places <= turn->free()) end = materials.size();
                materials.push_back(material);
            }
            ++places;  // at most: a place may have several rows
        }
        if (is_last && places <= turn->free()) end = materials.size();
        end = std::min(std::max<std::size_t>(end, 1), materials.size());
        if (end > 0) {
            std::vector<std::string> moving;
            Exchange<Json> counting = stock_rows(materials.front(), materials[end - 1], {}, &moving);
            const Result<Json> counted = co_await std::move(counting);
            if (!counted) co_return counted.error();
            for (const std::string& place : moving) turn->at.want("stock:" + place);
            Objects made;
            for (const Json& row : counted->items())
                made.push_back(object_of(map_, settings_, *feed_kind("stock"), row, turn->seq, turn->seq));
            turn->at.stock_behind = materials[end - 1];
            turn->add(std::move(made));
        }
        if (is_last && end == materials.size()) turn->at.stock_behind.reset();
    }
    co_return true;
}

Exchange<Page> SapS4::pull(std::string cursor, std::size_t count_max) {
    Result<FeedCursor> parsed = FeedCursor::parse(cursor);
    if (!parsed) co_return parsed.error();
    Turn turn;
    turn.at = std::move(*parsed);
    turn.limit = std::clamp<std::size_t>(count_max, 1, page_most);
    // Later than all that was told before, also where the reading began anew: flows compare what they know by it.
    turn.seq = std::max(clock_.now().time_since_epoch().count(), turn.at.seq + 1);
    const auto serves = [&](const Stream& stream) {
        return std::any_of(stream.serves.begin(), stream.serves.end(),
                           [&](std::string_view kind) { return reading_.wants(kind); });
    };
    for (const Stream& stream : streams()) {
        Place begin;
        begin.from = stream.is_master ? 0 : reading_.since;
        if (stream.time_of_day.empty()) begin.untimed = "";
        if (serves(stream)) turn.at.streams.try_emplace(std::string(stream.name), begin);
    }
    for (const std::string_view kind : listed_kinds())
        if (reading_.wants(kind)) turn.at.lists.try_emplace(std::string(kind));
    const std::string before = turn.at.str();
    Exchange<bool> beginning = tell_pending(&turn);
    Result<bool> whole = co_await std::move(beginning);
    bool goes_on = *whole;
    // Trouble with one service does not hold up the others; a page that is full does.
    const auto takes = [&](const Result<bool>& done) {
        if (!done) turn.note(done.error());
        goes_on = !done || *done;
    };
    for (const std::string_view kind : listed_kinds()) {
        if (!goes_on || !reading_.wants(kind)) continue;
        Exchange<bool> listing = tell_list(std::string(kind), &turn);
        whole = co_await std::move(listing);
        takes(whole);
    }
    for (const Stream& stream : streams()) {
        if (!goes_on || !serves(stream)) continue;
        Exchange<bool> first = tell_untimed(&stream, &turn);
        whole = co_await std::move(first);
        takes(whole);
        if (!goes_on) continue;
        Exchange<bool> telling = tell_stream(&stream, &turn);
        whole = co_await std::move(telling);
        takes(whole);
    }
    if (goes_on && reading_.wants("stock")) {
        Exchange<bool> counting = tell_all_stock(&turn);
        whole = co_await std::move(counting);
        takes(whole);
    }
    Exchange<bool> ending = tell_pending(&turn);
    whole = co_await std::move(ending);
    goes_on = *whole && goes_on;
    // What was read is kept, also where there was nothing in it to tell: trouble is told once nothing moves any more.
    if (turn.trouble && turn.page.objects.empty() && turn.at.str() == before) co_return *turn.trouble;
    turn.page.more = turn.trouble || !goes_on;
    if (!turn.page.objects.empty()) turn.at.seq = turn.seq;
    turn.page.cursor = turn.at.str();
    co_return std::move(turn.page);
}

}  // namespace tieline::connectors::sap_s4
