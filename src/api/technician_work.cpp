// Orders for the technician's phone: what is open, what changed since, codes to choose from.

#include "api/technician.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tieline::api {
namespace {

constexpr std::size_t chunk = 200;
constexpr std::size_t gone_max = 2000;  ///< names of orders that are no longer open, in one answer

struct Code {
    const char *code, *name;
};
// Codes of ISO 14224 (2016), Annex B, as far as a phone's list is useful; names in own words.
constexpr Code modes[] = {{"BRD", "Breakdown"},
                          {"FTS", "Does not start"},
                          {"STP", "Does not stop"},
                          {"FTF", "Does not function"},
                          {"UST", "Stops by itself"},
                          {"LOO", "Too little output"},
                          {"HIO", "Too much output"},
                          {"ERO", "Erratic output"},
                          {"OHE", "Overheats"},
                          {"VIB", "Vibrates"},
                          {"NOI", "Noisy"},
                          {"ELP", "Leaks product"},
                          {"ELU", "Leaks a utility"},
                          {"INL", "Leaks inside"},
                          {"PLU", "Blocked"},
                          {"STD", "Structural damage"},
                          {"AIR", "Abnormal reading"},
                          {"PDE", "Parameter off"},
                          {"SER", "Minor, in service"},
                          {"OTH", "Other"},
                          {"UNK", "Unknown"}};
constexpr Code mechanisms[] = {{"1.1", "Leakage"},       {"1.2", "Vibration"},     {"1.3", "Clearance or alignment"},
                               {"1.4", "Deformation"},   {"1.5", "Looseness"},     {"1.6", "Sticking"},
                               {"2.1", "Cavitation"},    {"2.2", "Corrosion"},     {"2.3", "Erosion"},
                               {"2.4", "Wear"},          {"2.5", "Breakage"},      {"2.6", "Fatigue"},
                               {"2.7", "Overheating"},   {"2.8", "Burst"},         {"3.1", "Control failure"},
                               {"3.2", "No signal"},     {"3.3", "Faulty signal"}, {"3.4", "Out of adjustment"},
                               {"3.5", "Software"},      {"4", "Electrical"},      {"5", "External influence"},
                               {"6", "Other or unknown"}};
constexpr Code causes[] = {{"design", "Design"},
                           {"fabrication", "Fabrication or installation"},
                           {"off_design", "Run outside its design"},
                           {"operating", "Operating error"},
                           {"maintenance", "Maintenance error"},
                           {"wear", "Expected wear"},
                           {"management", "Organisation"},
                           {"unknown", "Unknown"}};
constexpr Code remedies[] = {{"replace", "Replaced"},    {"repair", "Repaired"}, {"modify", "Modified"},
                             {"adjust", "Adjusted"},     {"refit", "Refitted"},  {"check", "Checked"},
                             {"service", "Serviced"},    {"test", "Tested"},     {"inspection", "Inspected"},
                             {"overhaul", "Overhauled"}, {"other", "Other"}};

template <std::size_t count>
Json list_of(const Code (&codes)[count]) {
    Json list = Json::array();
    for (const Code& one : codes) list.push_back(Json::object({{"code", one.code}, {"name", one.name}}));
    return list;
}

/// The place in the log at the beginning of a row, without parsing the rest.
std::int64_t version_of(const std::string& row) {
    constexpr std::string_view begin = "{\"version\":";
    std::int64_t version = 0;
    if (std::string_view(row).starts_with(begin)) {
        std::from_chars(row.data() + begin.size(), row.data() + row.size(), version);
    }
    return version;
}

/// "1234.2026-11-24": behind which place in the log, and since which day orders have gone.
struct Cursor {
    std::int64_t after = 0;
    std::string day;
};
std::optional<Cursor> cursor_of(std::string_view text) {
    Cursor cursor;
    if (text.empty()) return cursor;
    const std::size_t dot = text.find('.');
    const auto [end, failed] = std::from_chars(text.data(), text.data() + std::min(dot, text.size()), cursor.after);
    if (failed != std::errc() || dot == std::string_view::npos || end != text.data() + dot) return std::nullopt;
    cursor.day = text.substr(dot + 1);
    if (!parse_date(cursor.day)) return std::nullopt;
    return cursor;
}

struct Found {
    std::int64_t version = 0;
    std::string row;
};

struct Wanted {
    Cursor cursor;
    std::string scope, person, view, today;
    std::size_t limit = 100;
};

bool is_wanted(const Wanted& wanted, const Json& job) {
    const std::string status = job.text_or("status");
    const bool can_be_worked_on = status == "released" || status == "in_progress" || status == "reopened";
    if (wanted.scope == "mine") return is_theirs(job, wanted.person);
    return can_be_worked_on || wanted.scope == "all";
}

/// All rows of a prefix that changed behind the cursor.
Result<std::vector<Found>> changed_rows(store::Store& store, const Call& call, const Wanted& wanted,
                                        const std::string& prefix, const std::string& from) {
    std::vector<Found> found;
    std::string after = from;
    for (;;) {
        TIELINE_TRY(std::vector<store::ViewPut> rows,
                    store.scan(call.site, wanted.view, prefix, after, store::Limit{chunk, 4 << 20}));
        if (rows.empty()) return found;
        after = rows.back().key;
        for (store::ViewPut& row : rows) {
            const std::int64_t version = version_of(row.json);
            if (version <= wanted.cursor.after) continue;
            found.push_back(
                {version, prefix == "gone/" ? row.key.substr(row.key.rfind('/') + 1) : std::move(row.json)});
        }
    }
}

Result<Json> work_json(store::Store& store, const Call& call, const Wanted& wanted) {
    TIELINE_TRY(std::vector<Found> open, changed_rows(store, call, wanted, "open/", ""));
    std::sort(open.begin(), open.end(), [](const Found& a, const Found& b) { return a.version < b.version; });
    const bool more = open.size() > wanted.limit;
    if (more) open.resize(wanted.limit);
    Json work = Json::array(), gone = Json::array();
    std::int64_t upto = wanted.cursor.after;
    for (const Found& one : open) {
        upto = one.version;
        TIELINE_TRY(Json job, Json::parse(one.row));
        const bool shown = is_wanted(wanted, job);
        if (!shown) gone.push_back(job.text_or("number"));  // it may have been shown before
        if (!shown) continue;
        job.set("mine", is_theirs(job, wanted.person));
        work.push_back(std::move(job));
    }
    if (!wanted.cursor.day.empty()) {
        const std::string from = "gone/" + wanted.cursor.day;
        TIELINE_TRY(const std::vector<Found> over, changed_rows(store, call, wanted, "gone/", from));
        for (const Found& one : over) {
            if (gone.items().size() >= gone_max || (more && one.version > upto)) continue;
            TIELINE_TRY(const std::optional<std::string> again, store.view(call.site, wanted.view, "open/" + one.row));
            if (!again) gone.push_back(one.row);
            upto = std::max(upto, one.version);
        }
    }
    return Json::object({{"work", std::move(work)},
                         {"gone", std::move(gone)},
                         {"cursor", std::to_string(upto) + "." + wanted.today},
                         {"more", more}});
}

}  // namespace

const std::string& person_code(const Call& call) { return call.who.session->person.person_code; }

bool is_technician(const Context& context, const CallPtr& call) {
    if (context.options.identity == nullptr) {
        call->fail(make_error(ErrorKind::not_found,
                              "The technician's phone needs sign-in: add 'identity: {}' to tieline.yaml.",
                              "sign_in_off"));
        return false;
    }
    if (!person_code(*call).empty()) return true;
    call->fail(make_error(ErrorKind::unsupported,
                          "Nobody has said yet who you are in the CMMS. An administrator sets your person code under "
                          "people.",
                          "no_person_code"));
    return false;
}

Result<std::optional<Json>> job_of(const Context& context, store::Store& store, const model::SiteId& site,
                                   const std::string& number) {
    for (const char* prefix : {"open/", "done/"}) {
        TIELINE_TRY(const std::optional<std::string> row, store.view(site, context.view("jobs"), prefix + number));
        if (!row) continue;
        TIELINE_TRY(Json job, Json::parse(*row));
        return std::optional<Json>(std::move(job));
    }
    return std::optional<Json>();
}

bool is_theirs(const Json& job, const std::string& person) {
    for (const char* list : {"assigned", "working"}) {
        const Json* names = job.find(list);
        if (names == nullptr || !names->is_array()) continue;
        for (const Json& name : names->items()) {
            if (name.is_string() && name.string() == person) return true;
        }
    }
    return false;
}

void get_technician_work(Context& context, const CallPtr& call) {
    if (!is_technician(context, call)) return;
    Wanted wanted;
    const std::optional<Cursor> cursor = cursor_of(call->target.query_value("cursor"));
    const Result<std::uint64_t> limit = query_number(*call, "limit", 100, 500);
    if (!limit) return call->fail(limit.error());
    wanted.scope = call->target.query_value("scope");
    const bool known =
        wanted.scope.empty() || wanted.scope == "mine" || wanted.scope == "team" || wanted.scope == "all";
    if (!cursor || !known) {
        return call->fail(make_error(ErrorKind::invalid,
                                     cursor ? "'scope' must be mine, team or all."
                                            : "'cursor' must be the one of the answer before, or left out.",
                                     "unknown_value", cursor ? "scope" : "cursor"));
    }
    wanted.cursor = *cursor;
    wanted.limit = std::max<std::size_t>(1, *limit);
    wanted.person = person_code(*call);
    wanted.view = context.view("jobs");
    // A day back: what went just before midnight may be shown in the read model only after it.
    wanted.today = format_time(context.clock.now() - Millis(24 * 3'600'000)).substr(0, 10);
    answer_from_store(context, call,
                      [wanted, now = context.clock.now()](store::Store& store, const Call& asked) -> Result<Json> {
                          TIELINE_TRY(Json json, work_json(store, asked, wanted));
                          json.set("as_of", format_time(now));
                          return json;
                      });
}

void get_technician_job(Context& context, const CallPtr& call) {
    if (!is_technician(context, call)) return;
    context.runtime.query([&context, call](store::Store& store) {
        Result<std::optional<Json>> job = job_of(context, store, call->site, call->parts[2]);
        if (!job) return call->fail(job.error());
        if (!*job) {
            return call->fail(make_error(ErrorKind::not_found,
                                         "There is no work order '" + call->parts[2].substr(0, 64) + "' here.",
                                         "unknown_work_order"));
        }
        (*job)->set("mine", is_theirs(**job, person_code(*call)));
        net::HttpResponse response = json_reply(200, **job);
        response.headers.emplace_back("ETag", "\"" + std::to_string((*job)->int_or("version", 0)) + "\"");
        call->answer(std::move(response));
    });
}

void get_technician_codes(Context&, const CallPtr& call) {
    call->answer(json_reply(200, Json::object({{"modes", list_of(modes)},
                                               {"mechanisms", list_of(mechanisms)},
                                               {"causes", list_of(causes)},
                                               {"remedies", list_of(remedies)}})));
}

}  // namespace tieline::api
