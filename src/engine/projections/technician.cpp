// What a technician's phone shows: orders as the CMMS tells them to who works on them, and what became of each action.

#include "engine/projections/parsed_projection.h"
#include "engine/projections/projections.h"
#include "engine/projections/receipt_facts.h"

namespace tieline::engine::projections {
namespace {

bool is_over(std::string_view status) { return status == "completed" || status == "closed" || status == "cancelled"; }

/// "open/<number>" and "done/<number>": the order with its place in the log; "gone/<day>/<number>": since when it is
/// no longer open, for phones that still show it.
class Jobs final : public Projection {
public:
    std::string_view name() const override { return "jobs"; }
    int version() const override { return 1; }
    bool reads_rows() const override { return false; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        if (event.envelope.type != "job.changed") return {};
        const std::string& number = event.envelope.subject;
        std::vector<std::string> keys{"open/" + number, "done/" + number};
        if (is_over(data_of(event).text_or("status"))) keys.push_back("gone/" + day_of(event.recorded) + "/" + number);
        return keys;
    }

    std::string fold(const model::StoredEvent& event, std::string_view key, const std::string&) const override {
        const auto place = static_cast<std::int64_t>(event.seq);
        if (key.starts_with("gone/")) return Json::object({{"version", place}}).dump();
        const bool is_wanted = is_over(data_of(event).text_or("status")) == key.starts_with("done/");
        if (!is_wanted) return {};
        Json row = Json::object({{"version", place}});  // first: who looks for changes need not parse the rest
        for (const auto& [name, value] : data_of(event).members()) row.set(name, value);
        return row.dump();
    }
};

/// "<user>/<action>": UUIDs of version 7 stand in the order of their time.
class Actions final : public ParsedProjection {
public:
    std::string_view name() const override { return "technician_actions"; }
    int version() const override { return 1; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        const bool is_acted = envelope.type == "technician.acted";
        if (is_acted && !envelope.id.ends_with(":1")) return {};  // another body under a used id was refused
        if (!is_acted && split_type(envelope.type).noun != "action") return {};
        const Json& facts = facts_of(event);
        const std::string user = facts.text_or("user"), id = facts.text_or(is_acted ? "id" : "action");
        // A picture of a report is not the report.
        const bool is_part = !is_acted && facts.text_or("kind") == "report" && facts.find("photo") != nullptr;
        if (user.empty() || id.empty() || is_part) return {};
        return {user + "/" + id};
    }

    void fold_parsed(const model::StoredEvent& event, std::string_view, Json& row) const override {
        const std::string& type = event.envelope.type;
        const Json& data = data_of(event);
        if (type == "technician.acted") {
            row = Json::object({{"id", data.text_or("id")}, {"kind", data.text_or("kind")}, {"state", "received"}});
            copy(row, data, {"work_order", "at"});
            row.set("received", format_time(event.recorded));
            return;
        }
        if (row.is_null()) return;
        if (type == "action.conflicted") {
            row.set("state", "conflict");
            row.set("reason", data.text_or("field") + " is " + data.text_or("present") +
                                  (data.text_or("by").empty() ? "" : ", set by " + data.text_or("by")));
            return;
        }
        take_receipt(row, event, data);
    }

private:
    static const Json& facts_of(const model::StoredEvent& event) {
        const Json& data = data_of(event);
        const Json* echo = data.find("echo");
        return echo != nullptr ? *echo : data;
    }

    static void take_receipt(Json& row, const model::StoredEvent& event, const Json& data) {
        const std::string_view outcome = split_type(event.envelope.type).outcome;
        if (outcome == "booked") {
            row.set("state", "sent");
            row.set("document", data.text_or("document"));
            row.set("sent", format_time(event.recorded));
            row.erase("reason");
            if (row.text_or("kind") == "report") row.set("work_order", data.text_or("document"));
        } else if (outcome == "rejected" || outcome == "withdrawn") {
            row.set("state", "refused");
            copy(row, data, {"reason"});
        } else if (outcome == "parked") {
            row.set("state", "needs_person");
            copy(row, data, {"reason"});
        }
    }
};

/// "<person>": what a person of the CMMS said last on the phone: on which order they work, or that they paused or
/// finished it, and since when. What was done offline comes late; the latest by its own time counts.
class Crew final : public ParsedProjection {
public:
    std::string_view name() const override { return "crew"; }
    int version() const override { return 2; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        if (envelope.type != "technician.acted" || !envelope.id.ends_with(":1")) return {};
        const Json& data = data_of(event);
        const std::string kind = data.text_or("kind"), person = data.text_or("person");
        const bool tells = kind == "start" || kind == "pause" || kind == "finish";
        return tells && !person.empty() ? std::vector<std::string>{person} : std::vector<std::string>();
    }

    void fold_parsed(const model::StoredEvent& event, std::string_view person, Json& row) const override {
        const Json& data = data_of(event);
        const std::string at = data.text_or("at");
        if (!row.is_null() && at < row.text_or("at")) return;  // times of the log have one form, and sort as texts
        row = Json::object({{"person", person}, {"user", data.text_or("user")}, {"did", data.text_or("kind")}});
        row.set("action", data.text_or("id"));
        row.set("work_order", data.text_or("work_order"));
        row.set("at", at);
    }
};

}  // namespace

std::unique_ptr<Projection> make_jobs() { return std::make_unique<Jobs>(); }
std::unique_ptr<Projection> make_technician_actions() { return std::make_unique<Actions>(); }
std::unique_ptr<Projection> make_crew() { return std::make_unique<Crew>(); }

}  // namespace tieline::engine::projections
