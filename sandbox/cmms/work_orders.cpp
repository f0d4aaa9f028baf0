#include "sandbox/cmms/work_orders.h"

#include "sandbox/cmms/checklist.h"
#include "sandbox/cmms/lines.h"
#include "sandbox/cmms/reader.h"
#include "sandbox/cmms/status.h"

#include <algorithm>
#include <cstdio>

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;

std::vector<std::string_view> header_fields(std::initializer_list<std::string_view> more) {
    std::vector<std::string_view> fields = {
        "asset",       "summary",      "description",   "work_type",    "priority",         "charge_to",
        "currency",    "planned_cost", "capital",       "tax_code",     "production_batch", "failure_code",
        "due",         "actual_start", "actual_finish", "external_ref", "parts_status",     "labor",
        "materials",   "services",     "other_costs",   "checklist",    "scheduled_start",  "planned_materials",
        "expand_kits", "assigned"};
    fields.insert(fields.end(), more);
    return fields;
}

/// A new order with every field in place: what is read back always has the same shape.
Json empty_record(const std::string& number, const std::string& status, WallTime now) {
    return Json::object({{"wonum", number},
                         {"plant", ""},
                         {"company", ""},
                         {"asset", ""},
                         {"zone", ""},
                         {"summary", ""},
                         {"description", ""},
                         {"work_type", "CM"},
                         {"priority", 3},
                         {"status", status},
                         {"reopen_count", 0},
                         {"charge_to", Json()},
                         {"currency", "EUR"},
                         {"planned_cost", Json::number("0")},
                         {"capital", false},
                         {"tax_code", ""},
                         {"production_batch", ""},
                         {"failure_code", ""},
                         {"external_ref", ""},
                         {"parts_status", ""},
                         {"due", ""},
                         {"scheduled_start", ""},
                         {"actual_start", ""},
                         {"actual_finish", ""},
                         {"erp_order", ""},
                         {"erp_reference", ""},
                         {"labor", Json::array()},
                         {"materials", Json::array()},
                         {"services", Json::array()},
                         {"other_costs", Json::array()},
                         {"checklist", Json::array()},
                         {"pm", ""},
                         {"pm_due", ""},
                         {"job_plan", ""},
                         {"duration_hours", Json::number("0")},
                         {"planned_labor", Json::array()},
                         {"planned_materials", Json::array()},
                         {"parts_state", Json()},
                         {"serials", Json::object({{"installed", Json::array()}, {"removed", Json::array()}})},
                         {"meter_readings", Json::array()},
                         {"assigned", Json::array()},
                         {"working", Json::array()},
                         {"field_notes", Json::array()},
                         {"attachments", Json::array()},
                         {"signatures", Json::array()},
                         {"failure", Json()},
                         {"line_counter", 0},
                         {"version", 0},
                         {"change", 0},
                         {"created_at", format_time(now)},
                         {"updated_at", format_time(now)}});
}

std::string joined(const std::vector<std::string_view>& words) {
    std::string out;
    for (const std::string_view word : words) out += (out.empty() ? "" : ", ") + std::string(word);
    return out.empty() ? "none" : out;
}

Json list_of(const std::vector<std::string_view>& words) {
    Json list = Json::array();
    for (const std::string_view word : words) list.push_back(word);
    return list;
}

Outcome<> check_may_change(const Json& record, bool correction) {
    const std::string status = record.text_or("status");
    if (is_open(status) || (status == "COMP" && correction)) return {};
    const std::string help = status == "COMP"
                                 ? "reopen it, or send \"correction\": true"
                                 : (status == "CLOSED" ? "reopen it first" : "a cancelled order stays as it is");
    return wrong_state(record, "it cannot be changed", help);
}

/// A record as this program shapes it now: what an older one did not know is added.
void complete_shape(Json& record) {
    static const Json shape = empty_record("", "", WallTime{});
    for (const auto& [key, value] : shape.members()) {
        if (record.find(key) == nullptr) record.set(key, value);
    }
}

bool is_finished(std::string_view status) { return status == "COMP" || status == "CLOSED"; }

/// What a new state asks of the order, and the times that it sets.
Outcome<> enter_status(Json& record, const std::string& status, Reader& reader, WallTime now) {
    const std::string at = reader.has("at") ? reader.time("at") : format_time(now);
    if (reader.failed()) return reader.problem();
    if (status == "INPRG" && record.text_or("actual_start").empty()) record.set("actual_start", at);
    if (status == "COMP") {
        Outcome<> complete = check_complete(*record.find("checklist"));
        if (!complete) return complete.error();
        if (at < record.text_or("actual_start")) {
            return invalid(
                "bad_time", "at",
                "the work cannot finish (" + at + ") before it starts (" + record.text_or("actual_start") + ")");
        }
        record.set("actual_finish", at);
    }
    if (status == "REOPEN") {
        record.set("reopen_count", record.int_or("reopen_count", 0) + 1);
        record.set("actual_finish", "");
    }
    record.set("status", status);
    return {};
}

}  // namespace

Problem wrong_state(const Json& record, const std::string& what, const std::string& help) {
    const std::string status = record.text_or("status");
    Problem problem = conflict(
        "wrong_state", "work order " + record.text_or("wonum") + " is in " + status + ": " + what + "; " + help);
    problem.extra.set("present_status", status);
    problem.extra.set("allowed", list_of(next_statuses(status)));
    return problem;
}

Outcome<std::string> WorkOrders::number_for(Reader& reader) {
    if (reader.has("wonum")) {
        const std::string own = reader.code("wonum", 32, Need::required);
        if (reader.failed()) return reader.problem();
        Rows rows = database_.query("SELECT 1 FROM workorders WHERE number = ?");
        rows.bind(std::string_view(own));
        if (!rows.next()) return own;
        Problem problem = conflict("already_exists", "work order " + own + " exists already; change it instead");
        problem.field = "wonum";
        return problem;
    }
    for (;;) {  // ends: own numbers are finitely many
        char text[32];
        std::snprintf(text, sizeof text, "WO-%06lld", static_cast<long long>(next_counter(database_, "wonum")));
        Rows rows = database_.query("SELECT 1 FROM workorders WHERE number = ?");
        rows.bind(std::string_view(text));
        if (!rows.next()) return std::string(text);
    }
}

Outcome<Json> WorkOrders::create(const Json& input, WallTime now, const Json* of_plan) {
    Reader reader(input, "", header_fields({"wonum", "status"}));
    const std::string status = reader.one_of("status", all_statuses(), "REQ");
    if (!reader.has("asset")) reader.fail(invalid("missing_field", "asset", "say on which asset the work is done"));
    if (!reader.has("summary")) reader.fail(invalid("missing_field", "summary", "say in a few words what is to do"));
    if (is_finished(status) && !reader.has("actual_finish")) {
        reader.fail(invalid("missing_field", "actual_finish", "an order that comes in finished needs its time"));
    }
    if (reader.failed()) return reader.problem();
    Json record = empty_record("", status, now);
    Outcome<> applied = apply(record, reader);
    if (!applied) return applied.error();
    Outcome<std::string> number = number_for(reader);
    if (!number) return number.error();
    record.set("wonum", *number);
    if (of_plan != nullptr) {
        for (const auto& [key, value] : of_plan->members()) record.set(key, value);
    }
    save(record, "created " + status, "", now);
    return record;
}

Outcome<Json> WorkOrders::change(const std::string& number, const Json& input, const WriteContext& context) {
    Outcome<Json> record = read_for(number, context);
    if (!record) return record.error();
    Reader reader(input, "", header_fields({"correction", "note"}));
    const bool correction = reader.boolean("correction", false);
    const std::string note = reader.text("note", 300);
    if (reader.failed()) return reader.problem();
    Outcome<> allowed = check_may_change(*record, correction);
    if (!allowed) return allowed.error();
    if (reader.has("planned_materials") && !is_open(record->text_or("status"))) {
        return wrong_state(*record, "its planned parts are fixed", "reopen it first");
    }
    Outcome<> applied = apply(*record, reader);
    if (!applied) return applied.error();
    save(*record, correction ? "corrected" : "changed", note, context.now);
    return record;
}

Outcome<Json> WorkOrders::move(const std::string& number, const Json& input, const WriteContext& context) {
    Outcome<Json> record = read_for(number, context);
    if (!record) return record.error();
    Reader reader(input, "", {"status", "at", "note", "meter_readings"});
    const std::string status = reader.one_of("status", all_statuses(), "");
    if (status.empty()) reader.fail(invalid("missing_field", "status", "say into which state it goes"));
    const std::string note = reader.text("note", 300);
    if (reader.failed()) return reader.problem();
    const std::string from = record->text_or("status");
    if (!may_follow(from, status)) {
        return wrong_state(*record, "it cannot go to " + status, "allowed now: " + joined(next_statuses(from)));
    }
    Outcome<> entered = enter_status(*record, status, reader, context.now);
    if (!entered) return entered.error();
    Outcome<> completed = complete(*record, reader, context.now);
    if (!completed) return completed.error();
    save(*record, from + " -> " + status, note, context.now);
    return record;
}

Outcome<Json> WorkOrders::add_line(const std::string& number, std::string_view list, const Json& input,
                                   const WriteContext& context) {
    const LineKind* kind = line_kind(list);
    if (kind == nullptr) return not_found("unknown_path", "lines are labor, materials, services and other_costs");
    if (!input.is_object()) return invalid("wrong_type", "", "a line is a JSON object");
    Outcome<Json> record = read_for(number, context);
    if (!record) return record.error();
    const bool correction = input.bool_or("correction", false);
    Json line_input = input;
    line_input.erase("correction");
    Outcome<> allowed = check_may_change(*record, correction);
    if (!allowed) return allowed.error();
    const LineDefaults defaults{record->text_or("currency"), record->text_or("tax_code"),
                                record->bool_or("capital", false)};
    Outcome<Json> line = read_line(*kind, line_input, "", defaults);
    if (!line) return line.error();
    if (const std::string booked = line->text_or("transaction"); !booked.empty()) return line_of_transaction(booked);
    Json& lines = *record->find(list);
    if (lines.items().size() >= 500) return invalid("too_many", std::string(list), "at most 500 lines of a kind");
    lines.push_back(std::move(*line));
    std::int64_t counter = record->int_or("line_counter", 0);
    Outcome<> numbered = number_lines(*record, counter);
    if (!numbered) return numbered.error();
    record->set("line_counter", counter);
    save(*record, "line added", list, context.now);
    return record;
}

Outcome<Json> WorkOrders::remove_line(const std::string& number, const std::string& line, bool correction,
                                      const WriteContext& context) {
    Outcome<Json> record = read_for(number, context);
    if (!record) return record.error();
    Outcome<> allowed = check_may_change(*record, correction);
    if (!allowed) return allowed.error();
    for (const LineKind& kind : line_kinds()) {
        Json::Array& lines = record->find(kind.list)->items();
        const auto place = std::find_if(lines.begin(), lines.end(),
                                        [&line](const Json& item) { return item.text_or("line") == line; });
        if (place == lines.end()) continue;
        if (const std::string booked = place->text_or("transaction"); !booked.empty()) {
            return line_of_transaction(booked);
        }
        lines.erase(place);
        save(*record, "line removed", line, context.now);
        return record;
    }
    return not_found("unknown_line", "work order " + number + " has no line " + line);
}

Outcome<Json> WorkOrders::fill(const std::string& number, std::int64_t step, const Json& input,
                               const WriteContext& context) {
    Outcome<Json> record = read_for(number, context);
    if (!record) return record.error();
    const std::string status = record->text_or("status");
    if (status != "INPRG" && status != "REOPEN") {
        return wrong_state(*record, "its checklist cannot be filled", "start the work first");
    }
    Outcome<> filled = fill_step(*record->find("checklist"), step, input, context.now);
    if (!filled) return filled.error();
    save(*record, "checklist", std::to_string(step), context.now);
    return record;
}

Outcome<Json> WorkOrders::link(const std::string& number, const Json& input, const WriteContext& context) {
    Outcome<Json> record = read_for(number, context);
    if (!record) return record.error();
    Reader reader(input, "", {"erp_order", "erp_reference"});
    const std::string order = reader.code("erp_order", 24, Need::required);
    const std::string reference = reader.code("erp_reference", 32, Need::required);
    if (reader.failed()) return reader.problem();
    if (record->text_or("erp_order") == order && record->text_or("erp_reference") == reference) return record;
    record->set("erp_order", order);
    record->set("erp_reference", reference);
    save(*record, "linked", order, context.now);
    return record;
}

Outcome<Json> WorkOrders::amend(const std::string& number, std::string_view action, std::string_view note, WallTime now,
                                const std::function<Outcome<>(Json&)>& change) {
    Outcome<Json> record = read(number);
    if (!record) return record.error();
    Outcome<> changed = change(*record);
    if (!changed) return changed.error();
    save(*record, action, note, now);
    return record;
}

Outcome<Json> WorkOrders::read(const std::string& number) {
    Rows rows = database_.query("SELECT body FROM workorders WHERE number = ?");
    rows.bind(std::string_view(number));
    if (!rows.next()) return not_found("unknown_work_order", "there is no work order " + number + " in this system");
    Result<Json> record = Json::parse(rows.text(0));
    if (!record) throw DatabaseError("work order " + number + " is not readable: " + record.error().message);
    complete_shape(*record);
    return std::move(*record);
}

Outcome<Json> WorkOrders::read_for(const std::string& number, const WriteContext& context) {
    Outcome<Json> record = read(number);
    if (!record || !context.version || record->int_or("version", 0) == *context.version) return record;
    Problem problem{412, "version_changed", {}, {}, Json::object()};
    problem.message = "work order " + number + " is at version " + std::to_string(record->int_or("version", 0)) +
                      ", not " + std::to_string(*context.version) + ": read it again, then change it";
    problem.extra.set("present_version", record->int_or("version", 0));
    return problem;
}

void WorkOrders::save(Json& record, std::string_view action, std::string_view note, WallTime now) {
    const std::int64_t version = record.int_or("version", 0) + 1;
    const std::int64_t change = next_counter(database_, "change");
    const std::int64_t at = now.time_since_epoch().count();
    record.set("version", version);
    record.set("change", change);
    record.set("updated_at", format_time(now));
    const std::string number = record.text_or("wonum");
    database_
        .query(
            "INSERT OR REPLACE INTO workorders(number, status, asset, erp_reference, external_ref, change, "
            "updated_ms, body) VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(std::string_view(number))
        .bind(std::string_view(record.find("status")->string()))
        .bind(std::string_view(record.find("asset")->string()))
        .bind(std::string_view(record.find("erp_reference")->string()))
        .bind(std::string_view(record.find("external_ref")->string()))
        .bind(change)
        .bind(at)
        .bind(std::string_view(record.dump()))
        .run();
    database_.query("INSERT INTO history(number, at_ms, version, action, note) VALUES(?, ?, ?, ?, ?)")
        .bind(std::string_view(number))
        .bind(at)
        .bind(version)
        .bind(action)
        .bind(note)
        .run();
    webhooks_.announce("workorder.changed", number, now);
    if (!record.find("pm")->string().empty()) plans_.follow(record, now);
}

}  // namespace tieline::sandbox::cmms
