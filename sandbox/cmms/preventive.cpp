#include "sandbox/cmms/preventive.h"

#include "sandbox/cmms/checklist.h"
#include "sandbox/cmms/quantities.h"
#include "sandbox/cmms/reader.h"

#include <algorithm>

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;
using Sign = Reader::Sign;

constexpr std::size_t tasks_max = 200;
constexpr std::size_t crafts_max = 50;
constexpr std::size_t parts_max = 200;
constexpr std::int64_t orders_max = 1'000;

Outcome<Json> read_labor(const Json::Array& input) {
    Json list = Json::array();
    for (std::size_t index = 0; index < input.size(); ++index) {
        Reader reader(input[index], "labor[" + std::to_string(index) + "]", {"craft", "hours"});
        const std::string craft = reader.code("craft", 12, Need::required);
        const Decimal hours = reader.decimal("hours", Sign::not_negative, Need::required);
        if (hours > Decimal::from_int(9'999)) {
            reader.fail(invalid("too_many_hours", reader.path_of("hours"), "at most 9999 hours on one line"));
        }
        if (reader.failed()) return reader.problem();
        list.push_back(Json::object({{"craft", craft}, {"hours", number_of(hours)}}));
    }
    return list;
}

/// "calendar" or "meter" of a plan into `content`; exactly one must be given.
Outcome<> read_rhythm(Reader& reader, Json& content) {
    const Json* calendar = reader.object("calendar");
    const Json* meter = reader.object("meter");
    if (reader.failed()) return reader.problem();
    if ((calendar == nullptr) == (meter == nullptr)) {
        return invalid("bad_rhythm", "calendar", "a plan goes either by calendar or by meter: give one of the two");
    }
    content.set("calendar", Json());
    content.set("meter", Json());
    if (calendar != nullptr) {
        Reader of(*calendar, "calendar", {"every_days"});
        if (!of.has("every_days")) of.fail(invalid("missing_field", of.path_of("every_days"), "say how often"));
        content.set("calendar", Json::object({{"every_days", of.integer("every_days", 1, 3'660, 1)}}));
        if (of.failed()) return of.problem();
        return {};
    }
    Reader of(*meter, "meter", {"name", "every"});
    const std::string name = of.code("name", 24, Need::required);
    const Decimal every = of.decimal("every", Sign::not_negative, Need::required);
    if (every.is_zero() || every > Decimal::from_int(1'000'000'000)) {
        of.fail(invalid("bad_amount", of.path_of("every"), "more than 0 and at most 1000000000 is needed"));
    }
    if (of.failed()) return of.problem();
    content.set("meter", Json::object({{"name", name}, {"every", number_of(every)}}));
    return {};
}

std::string plan_key(const Json& plan) { return plan.text_or("pm"); }

}  // namespace

Outcome<Json> Preventive::put_job_plan(const std::string& number, const Json& input, WallTime now) {
    Reader reader(input, "",
                  {"job_plan", "description", "work_type", "priority", "tasks", "labor", "planned_materials",
                   "duration_hours", "active", "version", "change", "updated_at"});
    check_key(reader, input, "job_plan", number, 32);
    Json content = Json::object({{"job_plan", number}});
    content.set("description", reader.text("description", 200, Need::required));
    content.set("work_type", reader.one_of("work_type", {"CM", "PM", "CBM", "INSP", "MOD"}, "PM"));
    content.set("priority", reader.integer("priority", 1, 5, 3));
    content.set("duration_hours", number_of(reader.decimal("duration_hours", Sign::not_negative)));
    content.set("active", reader.boolean("active", true));
    for (const char* list : {"tasks", "labor", "planned_materials"}) content.set(list, Json::array());
    const Json::Array* tasks = reader.array("tasks", tasks_max);
    const Json::Array* labor = reader.array("labor", crafts_max);
    const Json::Array* parts = reader.array("planned_materials", parts_max);
    if (reader.failed()) return reader.problem();
    if (tasks != nullptr) {
        Outcome<Json> read = read_checklist(*tasks, nullptr, "tasks");
        if (!read) return read.error();
        for (Json& task : read->items()) {
            for (const char* result : {"value", "done_by", "done_at"}) task.erase(result);
        }
        content.set("tasks", std::move(*read));
    }
    if (labor != nullptr) {
        Outcome<Json> read = read_labor(*labor);
        if (!read) return read.error();
        content.set("labor", std::move(*read));
    }
    if (parts != nullptr) {
        Outcome<Json> read = planned_.read_for_job_plan(*parts);
        if (!read) return read.error();
        content.set("planned_materials", std::move(*read));
    }
    return objects_.put(job_plan_kind(), std::move(content), now);
}

Outcome<Json> Preventive::put_plan(const std::string& number, const Json& input, WallTime now) {
    Reader reader(
        input, "",
        {"pm", "description", "asset", "job_plan", "calendar", "meter", "schedule", "start_on", "last_done",
         "last_meter", "lead_days", "tolerance_days", "active", "next_due", "version", "change", "updated_at"});
    check_key(reader, input, "pm", number, 32);
    Json content = Json::object({{"pm", number}});
    content.set("description", reader.text("description", 200));
    content.set("asset", reader.code("asset", 32, Need::required));
    content.set("job_plan", reader.code("job_plan", 32, Need::required));
    content.set("schedule", reader.one_of("schedule", {"fixed", "floating"}, "floating"));
    content.set("start_on", reader.date("start_on"));
    content.set("last_done", reader.date("last_done"));
    content.set("last_meter", number_of(reader.decimal("last_meter", Sign::not_negative)));
    content.set("lead_days", reader.integer("lead_days", 0, 365, 0));
    content.set("tolerance_days", reader.integer("tolerance_days", 0, 365, 0));
    content.set("active", reader.boolean("active", true));
    Outcome<> rhythm = read_rhythm(reader, content);
    if (!rhythm) return rhythm.error();
    if (reader.failed()) return reader.problem();
    const std::string asset = content.text_or("asset");
    if (!assets_.find(asset)) {
        Problem problem = invalid("unknown_asset", "asset", "there is no asset " + asset + " in this system");
        const std::string nearest = assets_.nearest(asset);
        if (!nearest.empty()) problem.extra.set("did_you_mean", nearest);
        return problem;
    }
    Outcome<Json> job_plan = objects_.known(job_plan_kind(), content.text_or("job_plan"), "job_plan");
    if (!job_plan) return job_plan.error();
    const std::optional<Json> old = objects_.find(pm_kind(), number);
    // What this system knows better than the writer stays where the writer is silent.
    for (const char* key : {"start_on", "last_done", "last_meter"}) {
        if (old && !reader.has(key)) content.set(key, *old->find(key));
    }
    const bool is_by_meter = content.find("calendar")->is_null();
    if (!is_by_meter && content.text_or("start_on").empty() && content.text_or("last_done").empty()) {
        content.set("start_on", day_text(day_of(now) + content.find("calendar")->int_or("every_days", 1)));
    }
    if (is_by_meter && !old && !reader.has("last_meter")) {
        const std::optional<MeterState> meter = meters_.state(asset, content.find("meter")->text_or("name"));
        if (meter) content.set("last_meter", number_of(meter->total));
    }
    if (old) content.set("version", old->int_or("version", 0));
    Json before = old.value_or(Json::object());
    const Json next = book_.next_due(content, now);
    content.set("next_due", next);
    for (const char* member : {"change", "updated_at"}) before.erase(member);
    // The same again changes nothing. Members stand in the order of the first put.
    const auto is_kept = [&before](const Json::Member& member) {
        const Json* kept = before.find(member.first);
        return kept != nullptr && *kept == member.second;
    };
    if (old && std::all_of(content.members().begin(), content.members().end(), is_kept)) return *old;
    book_.save(content, now);
    return content;
}

Outcome<Json> Preventive::make_order(const Json& plan, const PmDue& due, WallTime now) {
    const std::optional<Json> job = objects_.find(job_plan_kind(), plan.text_or("job_plan"));
    if (!job || !job->bool_or("active", true)) {
        return invalid("job_plan_inactive", "job_plan",
                       "job plan " + plan.text_or("job_plan") + " is taken out of use");
    }
    const std::string day = day_text(due.day);
    const std::string own = plan.text_or("description");
    const Json input = Json::object({{"asset", plan.text_or("asset")},
                                     {"summary", own.empty() ? job->text_or("description") : own},
                                     {"work_type", job->text_or("work_type")},
                                     {"priority", *job->find("priority")},
                                     {"status", "APPR"},
                                     {"due", day + "T00:00:00Z"},
                                     {"checklist", *job->find("tasks")}});
    std::int64_t counter = 0;
    Json parts = planned_.from_job_plan(*job->find("planned_materials"), day);
    Outcome<> numbered = number_planned(parts, counter);
    if (!numbered) return numbered.error();
    const Json of_plan = Json::object({{"pm", plan_key(plan)},
                                       {"pm_due", day},
                                       {"job_plan", job->text_or("job_plan")},
                                       {"duration_hours", *job->find("duration_hours")},
                                       {"planned_labor", *job->find("labor")},
                                       {"planned_materials", std::move(parts)},
                                       {"line_counter", counter}});
    Outcome<Json> order = work_orders_.create(input, now, &of_plan);
    if (order) book_.ordered(plan, due, order->text_or("wonum"));
    return order;
}

Outcome<Json> Preventive::run(const Json& input, WallTime now) {
    Reader reader(input, "", {"until", "limit"});
    const std::string until = reader.date("until", Need::required);
    const std::int64_t limit = reader.integer("limit", 1, orders_max, orders_max);
    if (reader.failed()) return reader.problem();
    Json created = Json::array(), problems = Json::array();
    std::int64_t left = limit;
    bool more = false;
    for (Json& plan : objects_.all(pm_kind())) {
        if (!plan.bool_or("active", true)) continue;
        const std::int64_t horizon = day_of(until) + plan.int_or("lead_days", 0);
        const std::vector<PmDue> due = book_.due_until(plan, horizon, now, false, static_cast<std::size_t>(left) + 1);
        for (const PmDue& one : due) {
            more = more || left == 0;
            if (left == 0) break;
            Outcome<Json> order = make_order(plan, one, now);
            if (!order) {
                problems.push_back(Json::object({{"pm", plan_key(plan)}, {"message", order.error().message}}));
                break;
            }
            --left;
            created.push_back(
                Json::object({{"wonum", order->text_or("wonum")}, {"pm", plan_key(plan)}, {"due", day_text(one.day)}}));
        }
        if (book_.next_due(plan, now) != plan.text_or("next_due")) book_.save(plan, now);
    }
    return Json::object({{"created", std::move(created)}, {"problems", std::move(problems)}, {"more", more}});
}

Json Preventive::due(const std::string& until, std::int64_t limit, WallTime now) {
    struct Found {
        PmDue due;
        const Json* plan;
    };
    std::vector<Found> found;
    const std::vector<Json> plans = objects_.all(pm_kind());
    for (const Json& plan : plans) {
        if (!plan.bool_or("active", true)) continue;
        for (const PmDue& due : book_.due_until(plan, day_of(until), now, true, static_cast<std::size_t>(limit) + 1)) {
            found.push_back(Found{due, &plan});
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.due.day < b.due.day; });
    const bool more = found.size() > static_cast<std::size_t>(limit);
    if (more) found.resize(static_cast<std::size_t>(limit));
    Json items = Json::array();
    for (const Found& one : found) {
        const std::optional<Json> job = objects_.find(job_plan_kind(), one.plan->text_or("job_plan"));
        const std::string day = day_text(one.due.day);
        Json parts = job ? planned_.from_job_plan(*job->find("planned_materials"), day) : Json::array();
        for (Json& part : parts.items()) {
            for (const char* member : {"line", "description", "needed_on", "kit", "issued"}) part.erase(member);
        }
        items.push_back(Json::object({{"pm", plan_key(*one.plan)},
                                      {"asset", one.plan->text_or("asset")},
                                      {"job_plan", one.plan->text_or("job_plan")},
                                      {"description", one.plan->text_or("description")},
                                      {"due", day},
                                      {"certain", one.due.certain},
                                      {"planned_materials", std::move(parts)}}));
    }
    return Json::object({{"items", std::move(items)}, {"more", more}});
}

}  // namespace tieline::sandbox::cmms
