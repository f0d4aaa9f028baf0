#include "sandbox/cmms/field_actions.h"

#include "sandbox/cmms/masters.h"
#include "sandbox/cmms/quantities.h"
#include "sandbox/cmms/reader.h"
#include "sandbox/cmms/status.h"

#include <algorithm>

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;
using Sign = Reader::Sign;

const std::vector<std::string_view>& kinds() {
    static const std::vector<std::string_view> all = {"START",   "PAUSE",   "FINISH", "LABOR",  "STEP",
                                                      "ISSUE",   "RETURN",  "NOTE",   "ATTACH", "SIGN",
                                                      "FAILURE", "READING", "REQUEST"};
    return all;
}

std::vector<std::string_view> fields_of(std::string_view kind) {
    std::vector<std::string_view> fields = {"kind", "wonum", "by", "at"};
    const auto add = [&](std::initializer_list<std::string_view> more) {
        fields.insert(fields.end(), more.begin(), more.end());
    };
    if (kind == "FINISH") add({"note", "remedy"});
    if (kind == "LABOR") add({"hours", "craft", "description"});
    if (kind == "STEP") add({"step", "value"});
    if (kind == "ISSUE" || kind == "RETURN") add({"item", "quantity", "uom", "storeroom", "lot", "serials", "line"});
    if (kind == "NOTE") add({"text"});
    if (kind == "ATTACH") add({"id", "name", "caption", "type", "bytes", "sha256", "step"});
    if (kind == "SIGN") add({"name", "meaning", "attachment"});
    if (kind == "FAILURE") add({"mode", "mechanism", "cause", "remedy", "text"});
    if (kind == "READING") add({"meter", "value", "unit"});
    if (kind == "REQUEST") add({"asset", "summary", "description", "priority", "failure_code"});
    return fields;
}

void set_working(Json& record, const std::string& person, bool works) {
    Json::Array& working = record.find("working")->items();
    std::erase_if(working, [&](const Json& one) { return one.string() == person; });
    if (works && !person.empty()) working.emplace_back(person);
}

/// The rate of a person's craft on a day; without a craft, of the person's own.
Outcome<Json> rate_of(const Json& person, const std::string& craft, const std::string& day) {
    const Json* found = nullptr;
    std::string from;
    for (const Json& rate : person.find("rates")->items()) {
        const std::string begins = rate.text_or("valid_from"), ends = rate.text_or("valid_to");
        const bool is_valid = begins <= day && (ends.empty() || day <= ends);
        if (rate.text_or("craft") != craft || !is_valid || (found != nullptr && begins < from)) continue;
        found = &rate;
        from = begins;
    }
    if (found != nullptr) return *found;
    return invalid("no_rate", "craft",
                   "person " + person.text_or("person") + " has no rate as " + (craft.empty() ? "anything" : craft) +
                       " on " + day + "; give the person a rate, or name another craft");
}

Json with_document(std::string document) { return Json::object({{"document", std::move(document)}}); }

}  // namespace

Outcome<Json> FieldActions::read(const std::string& ref) {
    Rows rows = database_.query("SELECT body FROM field_actions WHERE ref = ?");
    rows.bind(std::string_view(ref));
    if (!rows.next()) return not_found("unknown_action", "there is no action " + ref + " in this system");
    Result<Json> record = Json::parse(rows.text(0));
    if (!record) throw DatabaseError("action " + ref + " is not readable");
    return std::move(*record);
}

Outcome<Json> FieldActions::put(const std::string& ref, const Json& input, WallTime now, bool& repeated) {
    const std::string kind = input.text_or("kind");
    const std::string request = input.dump();
    {
        Rows rows = database_.query("SELECT request, body FROM field_actions WHERE ref = ?");
        rows.bind(std::string_view(ref));
        if (rows.next()) {
            if (rows.text(0) != request) {
                return conflict("ref_reused", "action " + ref + " is here already with another content");
            }
            repeated = true;
            Result<Json> record = Json::parse(rows.text(1));
            if (!record) throw DatabaseError("action " + ref + " is not readable");
            return std::move(*record);
        }
    }
    if (ref.empty() || ref.size() > 64) return invalid("bad_ref", "ref", "a name has 1 to 64 characters");
    Reader reader(input, "", fields_of(kind));
    if (std::find(kinds().begin(), kinds().end(), kind) == kinds().end()) {
        reader.fail(invalid("unknown_value", "kind", "there is no kind of action '" + kind.substr(0, 40) + "'"));
    }
    Deed deed{ref, kind, reader.code("wonum", 32, kind == "REQUEST" ? Need::optional : Need::required),
              reader.code("by", 20), reader.time("at")};
    if (reader.failed()) return reader.problem();
    if (deed.at.empty()) deed.at = format_time(now);
    Outcome<Json> done = carry_out(deed, reader, now);
    if (!done) return done.error();
    Json record = Json::object({{"ref", ref},
                                {"kind", kind},
                                {"wonum", deed.wonum},
                                {"by", deed.by},
                                {"at", deed.at},
                                {"document", done->text_or("document")},
                                {"created_at", format_time(now)}});
    database_.query("INSERT INTO field_actions(ref, request, body) VALUES(?, ?, ?)")
        .bind(std::string_view(ref))
        .bind(std::string_view(request))
        .bind(std::string_view(record.dump()))
        .run();
    return record;
}

Outcome<Json> FieldActions::carry_out(const Deed& deed, Reader& reader, WallTime now) {
    if (deed.kind == "START") return start(deed, now);
    if (deed.kind == "PAUSE") return pause(deed, now);
    if (deed.kind == "FINISH") return finish(deed, reader, now);
    if (deed.kind == "LABOR") return labor(deed, reader, now);
    if (deed.kind == "STEP") return step(deed, reader, now);
    if (deed.kind == "NOTE") return note(deed, reader, now);
    if (deed.kind == "ATTACH") return attach(deed, reader, now);
    if (deed.kind == "SIGN") return sign(deed, reader, now);
    if (deed.kind == "FAILURE") return failure(deed, reader, now);
    if (deed.kind == "READING") return reading(deed, reader, now);
    if (deed.kind == "REQUEST") return request(deed, reader, now);
    return part(deed, reader, now);
}

Outcome<Json> FieldActions::move(const std::string& number, const std::string& status, const std::string& at,
                                 WallTime now) {
    return work_orders_.move(number, Json::object({{"status", status}, {"at", at}}), WriteContext{now, std::nullopt});
}

/// Whoever comes second joins in: only the first start moves the order.
Outcome<Json> FieldActions::start(const Deed& deed, WallTime now) {
    Outcome<Json> order = work_orders_.read(deed.wonum);
    if (!order) return order.error();
    const std::string status = order->text_or("status");
    if (status != "INPRG" && status != "REOPEN") {
        Outcome<Json> moved = move(deed.wonum, "INPRG", deed.at, now);
        if (!moved) return moved.error();
    }
    return work_orders_.amend(deed.wonum, "work started", deed.by, now, [&](Json& record) -> Outcome<> {
        set_working(record, deed.by, true);
        return {};
    });
}

Outcome<Json> FieldActions::pause(const Deed& deed, WallTime now) {
    return work_orders_.amend(deed.wonum, "work paused", deed.by, now, [&](Json& record) -> Outcome<> {
        set_working(record, deed.by, false);
        return {};
    });
}

Outcome<Json> FieldActions::finish(const Deed& deed, Reader& reader, WallTime now) {
    const std::string text = reader.text("note", 500), remedy = reader.text("remedy", 40);
    if (reader.failed()) return reader.problem();
    Outcome<Json> order = work_orders_.read(deed.wonum);
    if (!order) return order.error();
    const std::string status = order->text_or("status");
    if (status == "RELEASED") {
        Outcome<Json> moved = move(deed.wonum, "INPRG", deed.at, now);
        if (!moved) return moved.error();
        order = std::move(moved);
    }
    const bool is_done = status == "COMP" || status == "CLOSED";  // somebody else finished it: what was wanted is so
    if (!is_done) {
        // A phone's clock may be behind the system's.
        Outcome<Json> moved = move(deed.wonum, "COMP", std::max(deed.at, order->text_or("actual_start")), now);
        if (!moved) return moved.error();
    }
    return work_orders_.amend(deed.wonum, "work finished", deed.by, now, [&](Json& record) -> Outcome<> {
        record.set("working", Json::array());
        if (!remedy.empty()) {
            Json failure = record.find("failure")->is_null() ? Json::object() : *record.find("failure");
            failure.set("remedy", remedy);
            record.set("failure", std::move(failure));
        }
        if (!text.empty()) {
            record.find("field_notes")->push_back(Json::object({{"text", text}, {"by", deed.by}, {"at", deed.at}}));
        }
        return {};
    });
}

Outcome<Json> FieldActions::labor(const Deed& deed, Reader& reader, WallTime now) {
    const Decimal hours = reader.decimal("hours", Sign::not_negative, Need::required);
    std::string craft = reader.code("craft", 12);
    const std::string description = reader.text("description", 200);
    if (reader.failed()) return reader.problem();
    Outcome<Json> person = objects_.known(person_kind(), deed.by, "by");
    if (!person) return person.error();
    if (craft.empty()) craft = person->text_or("craft");
    Outcome<Json> rate = rate_of(*person, craft, deed.at.substr(0, 10));
    if (!rate) return rate.error();
    const Json line = Json::object({{"person", deed.by},
                                    {"craft", craft},
                                    {"hours", number_of(hours)},
                                    {"rate", *rate->find("rate")},
                                    {"currency", rate->text_or("currency")},
                                    {"description", description},
                                    {"work_date", deed.at},
                                    {"correction", true}});  // hours may come in after the order was finished
    Outcome<Json> order = work_orders_.add_line(deed.wonum, "labor", line, WriteContext{now, std::nullopt});
    if (!order) return order.error();
    return with_document(deed.wonum + "/" + order->find("labor")->items().back().text_or("line"));
}

Outcome<Json> FieldActions::step(const Deed& deed, Reader& reader, WallTime now) {
    const std::int64_t number = reader.integer("step", 1, 9'999, 0);
    const std::string value = reader.text("value", 1'000, Need::required);
    if (reader.failed()) return reader.problem();
    Outcome<Json> order = work_orders_.read(deed.wonum);
    if (!order) return order.error();
    Json typed(value);
    for (const Json& one : order->find("checklist")->items()) {
        if (one.int_or("step", 0) != number || one.text_or("type") != "CHECK") continue;
        if (value != "yes" && value != "no") {
            return invalid("unknown_value", "value", "a CHECK step takes yes or no, not '" + value.substr(0, 40) + "'");
        }
        typed = Json(value == "yes");
    }
    const Json filling = Json::object({{"value", std::move(typed)}, {"by", deed.by}, {"at", deed.at}});
    Outcome<Json> filled = work_orders_.fill(deed.wonum, number, filling, WriteContext{now, std::nullopt});
    if (!filled) return filled.error();
    return with_document(deed.wonum + "/" + std::to_string(number));
}

Outcome<Json> FieldActions::part(const Deed& deed, Reader& reader, WallTime now) {
    Json booking =
        Json::object({{"type", deed.kind},
                      {"wonum", deed.wonum},
                      {"item", reader.code("item", 40, Need::required)},
                      {"quantity", number_of(reader.decimal("quantity", Sign::not_negative, Need::required))},
                      {"storeroom", reader.code("storeroom", 12, Need::required)},
                      {"by", deed.by},
                      {"at", deed.at},
                      {"device", "field"},
                      {"client_ref", deed.ref}});
    for (const char* key : {"uom", "lot", "line"}) {
        if (const std::string text = reader.code(key, 40); !text.empty()) booking.set(key, text);
    }
    if (const Json::Array* serials = reader.array("serials", 500)) booking.set("serials", Json(*serials));
    if (reader.failed()) return reader.problem();
    bool repeated = false;
    Outcome<Json> made = transactions_.create(booking, now, repeated);
    if (!made) return made.error();
    return with_document(made->text_or("transaction"));
}

Outcome<Json> FieldActions::append(const Deed& deed, std::string_view list, Json entry, WallTime now) {
    entry.set("by", deed.by);
    entry.set("at", deed.at);
    Outcome<Json> order = work_orders_.amend(deed.wonum, list, deed.by, now, [&](Json& record) -> Outcome<> {
        if (record.find(list)->items().size() >= 500) {
            return invalid("too_many", std::string(list), "at most 500 of these in one order");
        }
        record.find(list)->push_back(std::move(entry));
        return {};
    });
    if (!order) return order.error();
    return with_document(deed.wonum + "/" + std::to_string(order->find(list)->items().size()));
}

Outcome<Json> FieldActions::note(const Deed& deed, Reader& reader, WallTime now) {
    const std::string text = reader.text("text", 2'000, Need::required);
    if (reader.failed()) return reader.problem();
    return append(deed, "field_notes", Json::object({{"text", text}}), now);
}

Outcome<Json> FieldActions::sign(const Deed& deed, Reader& reader, WallTime now) {
    Json entry = Json::object({{"name", reader.text("name", 100, Need::required)},
                               {"meaning", reader.text("meaning", 100)},
                               {"attachment", reader.code("attachment", 64)}});
    if (reader.failed()) return reader.problem();
    return append(deed, "signatures", std::move(entry), now);
}

Outcome<Json> FieldActions::failure(const Deed& deed, Reader& reader, WallTime now) {
    Json failure = Json::object();
    for (const char* key : {"mode", "mechanism", "cause"}) failure.set(key, reader.code(key, 20, Need::required));
    failure.set("remedy", reader.text("remedy", 40));
    failure.set("text", reader.text("text", 1'000));
    failure.set("by", deed.by);
    failure.set("at", deed.at);
    if (reader.failed()) return reader.problem();
    const std::string mode = failure.text_or("mode");
    Outcome<Json> order = work_orders_.amend(deed.wonum, "failure", mode, now, [&](Json& record) -> Outcome<> {
        record.set("failure_code", mode);
        record.set("failure", std::move(failure));
        return {};
    });
    if (!order) return order.error();
    return with_document(deed.wonum);
}

Outcome<Json> FieldActions::reading(const Deed& deed, Reader& reader, WallTime now) {
    const std::string meter = reader.code("meter", 20, Need::required), unit = reader.text("unit", 12);
    const Decimal value = reader.decimal("value", Sign::any, Need::required);
    if (reader.failed()) return reader.problem();
    Outcome<Json> order = work_orders_.read(deed.wonum);
    if (!order) return order.error();
    Json body = Json::object({{"value", number_of(value)}, {"at", deed.at}, {"by", deed.by}});
    if (!unit.empty()) body.set("unit", unit);
    bool repeated = false;
    Outcome<Json> read = meters_.add(order->text_or("asset"), meter, body, now, repeated);
    if (!read) return read.error();
    return with_document(order->text_or("asset") + "/" + meter);
}

Outcome<Json> FieldActions::request(const Deed& deed, Reader& reader, WallTime now) {
    Json order = Json::object({{"asset", reader.code("asset", 32, Need::required)},
                               {"summary", reader.text("summary", 200, Need::required)},
                               {"description", reader.text("description", 2'000)},
                               {"priority", reader.integer("priority", 1, 5, 3)},
                               {"failure_code", reader.code("failure_code", 20)},
                               {"external_ref", deed.ref}});
    if (reader.failed()) return reader.problem();
    Outcome<Json> made = work_orders_.create(order, now);
    if (!made) return made.error();
    return with_document(made->text_or("wonum"));
}

}  // namespace tieline::sandbox::cmms
