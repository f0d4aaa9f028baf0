// The supervisor's board: open orders, who works on what since when, and where people said they are.

#include "api/board.h"

#include "api/body.h"
#include "api/presence.h"
#include "api/technician.h"

#include <map>
#include <set>

namespace tieline::api {
namespace {

constexpr std::size_t chunk = 200;
constexpr std::size_t orders_max = 2000;  ///< shown on one board
constexpr std::size_t code_max = 64;
constexpr std::int64_t offset_most_ms = std::int64_t{366} * 24 * 3'600'000;
constexpr Millis a_day{24 * 3'600'000}, keeps_for{5'000};

/// Rows of a prefix, at most `most`; `cut` says that there are more.
Result<std::vector<store::ViewPut>> rows_of(store::Store& store, const Call& call, const std::string& view,
                                            const std::string& prefix, std::size_t most, bool& cut) {
    std::vector<store::ViewPut> all;
    std::string after;
    for (;;) {
        TIELINE_TRY(std::vector<store::ViewPut> rows,
                    store.scan(call.site, view, prefix, after, store::Limit{chunk, 4 << 20}));
        if (rows.empty()) return all;
        after = rows.back().key;
        for (store::ViewPut& row : rows) {
            if (all.size() == most) {
                cut = true;
                return all;
            }
            all.push_back(std::move(row));
        }
    }
}

Json order_json(const Json& job) {
    Json order = Json::object();
    for (const char* name :
         {"number", "status", "title", "order_type", "priority", "asset", "asset_name", "zone", "due_at",
          "scheduled_start", "started_at", "completed_at", "assigned", "working", "parts_state"}) {
        if (const Json* value = job.find(name)) order.set(name, *value);
    }
    return order;
}

/// Codes named in lists of an order.
void take_codes(const Json& job, const char* list, const std::string& number,
                std::map<std::string, std::string>& order_of) {
    const Json* names = job.find(list);
    if (names == nullptr || !names->is_array()) return;
    for (const Json& name : names->items()) {
        if (name.is_string()) order_of.emplace(name.string(), number);
    }
}

/// What the board is made of, beside the orders.
struct Crew {
    std::map<std::string, std::string> working;   ///< person's code: order, as the CMMS says
    std::map<std::string, std::string> assigned;  ///< person's code: one order that waits for them
    std::map<std::string, Json> said;             ///< person's code: the last word from the phone, where it counts
};

/// Whether the phone's last word still says something: its order is open, and the action was not refused.
Result<bool> counts(const Context& context, store::Store& store, const model::SiteId& site, const Json& said) {
    const std::string id = said.text_or("user") + "/" + said.text_or("action");
    TIELINE_TRY(const std::optional<std::string> action, store.view(site, context.view("technician_actions"), id));
    const std::string state = action ? json_or_text(*action).text_or("state") : "";
    if (state == "refused" || state == "conflict") return false;
    TIELINE_TRY(const std::optional<std::string> order,
                store.view(site, context.view("jobs"), "open/" + said.text_or("work_order")));
    return order.has_value();
}

/// "start" or "pause" where it counts; "" where the CMMS knows better or nothing was said.
std::string word_of(const Crew& crew, const std::string& code, WallTime now) {
    const auto said = crew.said.find(code);
    if (said == crew.said.end()) return "";
    const std::string did = said->second.text_or("did"), order = said->second.text_or("work_order");
    const auto works = crew.working.find(code);
    if (did == "start" || works == crew.working.end()) return did;
    // At work by the CMMS after a pause or an end on the phone: on another order, or longer than it takes to hear of
    // it.
    const Result<WallTime> at = parse_time(said->second.text_or("at"));
    const bool has_heard = !at || *at + Millis(5 * 60'000) < now;
    return works->second != order || has_heard ? "" : did;
}

Json person_json(const Context& context, const Call& call, const Crew& crew, const std::string& code,
                 const identity::Person* person, WallTime now) {
    Json json = Json::object({{"code", code}});
    if (person != nullptr) json.set("name", person->full_name.empty() ? person->name : person->full_name);
    const std::string did = word_of(crew, code, now);
    const auto works = crew.working.find(code);
    const bool is_working = did == "start" || (did.empty() && works != crew.working.end());
    json.set("state", is_working ? "working" : did == "pause" ? "paused" : "free");
    if (did == "start" || did == "pause") {
        json.set("work_order", crew.said.at(code).text_or("work_order"));
        json.set("since", crew.said.at(code).text_or("at"));
    } else if (is_working) {
        json.set("work_order", works->second);
    }
    if (did != "start") return json;
    const Result<WallTime> since = parse_time(json.text_or("since"));
    const std::optional<Place> place = context.presence->of(call.site, code, now);
    if (place && (!since || place->at >= *since)) {  // one of before a pause is over
        Json where = Json::object({{"by", place->by}, {"at", format_time(place->at)}});
        if (!place->zone.empty()) where.set("zone", place->zone);
        if (!place->asset.empty()) where.set("asset", place->asset);
        json.set("place", std::move(where));
    }
    return json;
}

/// Technicians of the hub, where it has this one site; of several sites only who has to do with this one.
Json people_json(const Context& context, const Call& call, const Crew& crew, WallTime now) {
    std::map<std::string, identity::Person> known;
    if (context.options.identity != nullptr) {
        for (identity::Person& person : context.options.identity->people()) {
            const bool is_one = person.roles.has(identity::Role::technician) && !person.person_code.empty();
            if (is_one && !person.disabled) known.emplace(person.person_code, std::move(person));
        }
    }
    std::set<std::string> codes;
    if (context.options.sites.size() == 1) {
        for (const auto& [code, person] : known) codes.insert(code);
    }
    for (const auto& [code, said] : crew.said) codes.insert(code);
    for (const auto& [code, order] : crew.working) codes.insert(code);
    for (const auto& [code, order] : crew.assigned) codes.insert(code);
    Json people = Json::array();
    for (const std::string& code : codes) {
        const auto person = known.find(code);
        people.push_back(
            person_json(context, call, crew, code, person == known.end() ? nullptr : &person->second, now));
    }
    return people;
}

/// Orders that were completed in the last day, from the two days (UTC) in which the hub may have heard of it.
Result<void> add_done(const Context& context, store::Store& store, const Call& call, WallTime now, Json& orders,
                      bool& cut) {
    const std::string jobs = context.view("jobs");
    std::set<std::string> seen;
    for (const WallTime day : {now - a_day, now}) {
        const std::string heard = "gone/" + format_time(day).substr(0, 10) + "/";
        TIELINE_TRY(const std::vector<store::ViewPut> gone, rows_of(store, call, jobs, heard, orders_max, cut));
        for (const store::ViewPut& row : gone) {
            const std::string number = row.key.substr(heard.size());
            if (!seen.insert(number).second) continue;
            TIELINE_TRY(const std::optional<std::string> done, store.view(call.site, jobs, "done/" + number));
            if (!done) continue;  // opened again
            TIELINE_TRY(const Json job, Json::parse(*done));
            // A CMMS that does not say when: what was heard of today counts.
            const Result<WallTime> at = parse_time(job.text_or("completed_at"));
            if (at ? now < *at + a_day : day == now) orders.push_back(order_json(job));
        }
    }
    return {};
}

Result<Json> board_json(const Context& context, store::Store& store, const Call& call) {
    const WallTime now = context.clock.now();
    bool cut = false;
    Crew crew;
    Json orders = Json::array();
    TIELINE_TRY(const std::vector<store::ViewPut> open,
                rows_of(store, call, context.view("jobs"), "open/", orders_max, cut));
    for (const store::ViewPut& row : open) {
        TIELINE_TRY(const Json job, Json::parse(row.json));
        const std::string number = job.text_or("number");
        take_codes(job, "working", number, crew.working);
        take_codes(job, "assigned", number, crew.assigned);
        orders.push_back(order_json(job));
    }
    TIELINE_TRY_VOID(add_done(context, store, call, now, orders, cut));
    TIELINE_TRY(const std::vector<store::ViewPut> said,
                rows_of(store, call, context.view("crew"), "", orders_max, cut));
    for (const store::ViewPut& row : said) {
        Json word = json_or_text(row.json);
        TIELINE_TRY(const bool does, counts(context, store, call.site, word));
        if (does) crew.said.emplace(row.key, std::move(word));
    }
    return Json::object({{"as_of", format_time(now)},
                         {"orders", std::move(orders)},
                         {"people", people_json(context, call, crew, now)},
                         {"cut", cut}});
}

/// Up to which place of the log the orders are shown.
Result<std::uint64_t> shown_of(const Context& context, store::Store& store, const model::SiteId& site) {
    TIELINE_TRY(const std::string text, store.cursor(site, "view/" + context.view("jobs")));
    return text.empty() ? 0 : static_cast<std::uint64_t>(std::stoull(text));
}

/// The same for everybody: made anew only when the log or a place has changed, and at least every few seconds.
Result<std::string> board_text(Context& context, store::Store& store, const Call& call) {
    Boards::Board& kept = context.boards->of(call.site);
    TIELINE_TRY(const std::uint64_t head, store.head(call.site));
    const std::uint64_t moves = context.presence->changes();
    const WallTime now = context.clock.now();
    const bool is_fresh = kept.head == head && kept.moves == moves && kept.made <= now && now < kept.made + keeps_for;
    if (is_fresh && !kept.text.empty()) return kept.text;
    // Read models lag behind the log a little: what was made just then is made again soon.
    TIELINE_TRY(const std::uint64_t shown, shown_of(context, store, call.site));
    TIELINE_TRY(const Json json, board_json(context, store, call));
    kept = {shown == head ? head : 0, moves, now, json.dump()};
    return kept.text;
}

bool is_way(std::string_view by) { return by == "scan" || by == "zone_code" || by == "beacon" || by == "chosen"; }

Result<Place> read_place(const Context& context, const Call& call) {
    TIELINE_TRY(Body body, Body::of(call.request.body, {"zone", "asset", "by", "at", "clock_offset_ms"}));
    Place place;
    place.zone = body.text("zone", code_max);
    place.asset = body.text("asset", code_max);
    place.by = body.text("by", code_max, Body::Need::required);
    const std::string at = body.text("at", code_max, Body::Need::required);
    const std::int64_t offset = body.whole("clock_offset_ms", -offset_most_ms, offset_most_ms).value_or(0);
    if (!body.error() && place.zone.empty() && place.asset.empty()) {
        body.refuse("zone", "Say the zone, or the asset that was scanned.", "missing_field");
    }
    if (!is_way(place.by)) body.refuse("by", "'by' must be scan, zone_code, beacon or chosen.", "unknown_value");
    if (body.error()) return *body.error();
    const Result<WallTime> time = parse_time(at);
    if (!time) return make_error(ErrorKind::invalid, time.error().message, "bad_time", "at");
    place.at = std::min(*time + Millis(offset), context.clock.now());
    return place;
}

}  // namespace

void get_board(Context& context, const CallPtr& call) {
    context.runtime.query([&context, call](store::Store& store) {
        const Result<std::string> text = board_text(context, store, *call);
        if (!text) return call->fail(text.error());
        call->answer(json_reply(200, *text));
    });
}

void put_location(Context& context, const CallPtr& call) {
    if (!is_technician(context, call)) return;
    const Result<Place> read = read_place(context, *call);
    if (!read) return call->fail(read.error());
    context.runtime.query([&context, call, place = *read](store::Store& store) {
        const std::string& person = person_code(*call);
        const Result<std::optional<std::string>> row = store.view(call->site, context.view("crew"), person);
        if (!row) return call->fail(row.error());
        const Json said = *row ? json_or_text(**row) : Json();
        const Result<bool> does = counts(context, store, call->site, said);
        if (!does) return call->fail(does.error());
        if (said.text_or("did") != "start" || !*does) {
            context.presence->drop(call->site, person);
            return call->fail(make_error(ErrorKind::conflict,
                                         "Where you are is shared only while you work: start an order first.",
                                         "not_working"));
        }
        if (!context.presence->put(call->site, person, place, context.clock.now())) {
            return call->fail(make_error(ErrorKind::transient, "Too many people share where they are.", "too_many"));
        }
        call->answer(json_reply(200, Json::object({{"shared", true}})));
    });
}

void delete_location(Context& context, const CallPtr& call) {
    if (!is_technician(context, call)) return;
    context.presence->drop(call->site, person_code(*call));
    call->answer(json_reply(200, Json::object({{"shared", false}})));
}

}  // namespace tieline::api
