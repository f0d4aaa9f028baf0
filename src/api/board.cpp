// The supervisor's board: open orders, who works on what since when, and where people said they are.

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
    std::map<std::string, Json> said;             ///< person's code: the last word from the phone
};

Json person_json(const Context& context, const Call& call, const Crew& crew, const std::string& code,
                 const identity::Person* person, WallTime now) {
    Json json = Json::object({{"code", code}});
    if (person != nullptr) json.set("name", person->full_name.empty() ? person->name : person->full_name);
    const auto said = crew.said.find(code);
    const auto works = crew.working.find(code);
    const std::string did = said == crew.said.end() ? "" : said->second.text_or("did");
    // The phone's word is newer than the CMMS's, which hears of it from the hub.
    const bool is_working = did == "start" || (did.empty() && works != crew.working.end());
    json.set("state", is_working ? "working" : did == "pause" ? "paused" : "free");
    if (is_working || did == "pause") {
        json.set("work_order", did.empty() ? works->second : said->second.text_or("work_order"));
    }
    if (said != crew.said.end()) json.set("since", said->second.text_or("at"));
    if (!is_working) return json;
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

Json people_json(const Context& context, const Call& call, const Crew& crew, WallTime now) {
    std::map<std::string, identity::Person> known;
    if (context.options.identity != nullptr) {
        for (identity::Person& person : context.options.identity->people()) {
            const bool is_one = person.roles.has(identity::Role::technician) && !person.person_code.empty();
            if (is_one && !person.disabled) known.emplace(person.person_code, std::move(person));
        }
    }
    std::set<std::string> codes;
    for (const auto& [code, person] : known) codes.insert(code);
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

Result<Json> board_json(const Context& context, store::Store& store, const Call& call) {
    const WallTime now = context.clock.now();
    const std::string jobs = context.view("jobs");
    bool cut = false;
    Crew crew;
    Json orders = Json::array();
    TIELINE_TRY(const std::vector<store::ViewPut> open, rows_of(store, call, jobs, "open/", orders_max, cut));
    for (const store::ViewPut& row : open) {
        TIELINE_TRY(const Json job, Json::parse(row.json));
        const std::string number = job.text_or("number");
        take_codes(job, "working", number, crew.working);
        take_codes(job, "assigned", number, crew.assigned);
        orders.push_back(order_json(job));
    }
    const std::string today = "gone/" + format_time(now).substr(0, 10) + "/";
    TIELINE_TRY(const std::vector<store::ViewPut> gone, rows_of(store, call, jobs, today, orders_max, cut));
    for (const store::ViewPut& row : gone) {
        TIELINE_TRY(const std::optional<std::string> done,
                    store.view(call.site, jobs, "done/" + row.key.substr(today.size())));
        if (!done) continue;  // opened again
        TIELINE_TRY(const Json job, Json::parse(*done));
        orders.push_back(order_json(job));
    }
    TIELINE_TRY(const std::vector<store::ViewPut> said,
                rows_of(store, call, context.view("crew"), "", orders_max, cut));
    for (const store::ViewPut& row : said) crew.said.emplace(row.key, json_or_text(row.json));
    return Json::object({{"as_of", format_time(now)},
                         {"orders", std::move(orders)},
                         {"people", people_json(context, call, crew, now)},
                         {"cut", cut}});
}

bool is_way(std::string_view by) { return by == "scan" || by == "zone_code" || by == "beacon" || by == "chosen"; }

Result<Place> read_place(const Context& context, const Call& call) {
    TIELINE_TRY(Body body, Body::of(call.request.body, {"zone", "asset", "by", "at"}));
    Place place;
    place.zone = body.text("zone", code_max);
    place.asset = body.text("asset", code_max);
    place.by = body.text("by", code_max, Body::Need::required);
    const std::string at = body.text("at", code_max, Body::Need::required);
    if (!body.error() && place.zone.empty() && place.asset.empty()) {
        body.refuse("zone", "Say the zone, or the asset that was scanned.", "missing_field");
    }
    if (!is_way(place.by)) body.refuse("by", "'by' must be scan, zone_code, beacon or chosen.", "unknown_value");
    if (body.error()) return *body.error();
    const Result<WallTime> time = parse_time(at);
    if (!time) return make_error(ErrorKind::invalid, time.error().message, "bad_time", "at");
    place.at = std::min(*time, context.clock.now());
    return place;
}

}  // namespace

void get_board(Context& context, const CallPtr& call) {
    answer_from_store(context, call,
                      [&context](store::Store& store, const Call& asked) { return board_json(context, store, asked); });
}

void put_location(Context& context, const CallPtr& call) {
    if (!is_technician(context, call)) return;
    const Result<Place> read = read_place(context, *call);
    if (!read) return call->fail(read.error());
    context.runtime.query([&context, call, place = *read](store::Store& store) {
        const std::string& person = person_code(*call);
        const Result<std::optional<std::string>> row = store.view(call->site, context.view("crew"), person);
        if (!row) return call->fail(row.error());
        if (!*row || json_or_text(**row).text_or("did") != "start") {
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
