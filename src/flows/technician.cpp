#include "flows/technician.h"

#include "flows/document.h"
#include "flows/receipt.h"

#include <algorithm>
#include <utility>

namespace tieline::flows {
namespace {

constexpr std::string_view noun = "action";

/// What each kind of action becomes, and which members of the action its command carries.
struct Kind {
    std::string_view action, command;
    std::initializer_list<std::string_view> members;
};
constexpr Kind kinds[] = {
    {"start", "job.start", {"note"}},
    {"pause", "job.pause", {"note"}},
    {"finish", "job.finish", {"note", "remedy"}},
    {"labor", "labor.record", {"hours", "craft"}},
    {"check", "step.fill", {"step", "value"}},
    {"part", "part.issue", {"part", "quantity", "unit", "storeroom", "line", "lot", "serials"}},
    {"return", "part.return", {"part", "quantity", "unit", "storeroom", "lot", "serials"}},
    {"note", "note.add", {"text"}},
    {"photo", "photo.add", {"photo", "caption", "step", "type", "bytes", "sha256"}},
    {"signature", "signature.add", {"name", "meaning", "photo"}},
    {"failure", "failure.record", {"mode", "mechanism", "cause", "remedy", "text"}},
    {"reading", "reading.record", {"meter", "value", "unit"}},
    {"report", "request.create", {"asset", "title", "text", "priority", "mode"}},
};

const Kind* kind_of(std::string_view action) {
    const auto* found =
        std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& one) { return one.action == action; });
    return found == std::end(kinds) ? nullptr : found;
}

/// The field that an action sets, and to what; empty for one that only adds a fact.
std::pair<std::string, std::string> set_by(const Json& acted) {
    const std::string kind = acted.text_or("kind");
    if (kind == "check") return {"step/" + std::to_string(acted.int_or("step", 0)), acted.text_or("value")};
    if (kind == "failure") {
        return {"failure", acted.text_or("mode") + "|" + acted.text_or("mechanism") + "|" + acted.text_or("cause")};
    }
    return {};
}

bool is_over(std::string_view status) { return status == "completed" || status == "closed" || status == "cancelled"; }

Json state_from(std::string_view text) {
    Result<Json> state = text.empty() ? Result<Json>(Json::object()) : Json::parse(text);
    Json json = state && state->is_object() ? std::move(*state) : Json::object();
    for (const char* name : {"fields", "open"}) {
        if (json.find(name) == nullptr) json.set(name, Json::object());
    }
    return json;
}

/// A field takes a value; the place in the log is kept where the value is the same.
void set_field(Json& state, const std::string& field, const std::string& value, const std::string& by,
               model::Sequence seq) {
    Json& fields = *state.find("fields");
    const Json* before = fields.find(field);
    if (before != nullptr && before->text_or("value") == value) return;
    fields.set(field, Json::object({{"value", value}, {"by", by}, {"seq", static_cast<std::int64_t>(seq)}}));
}

bool is_under_way(const Json& state, const std::string& field) {
    const auto& open = state.find("open")->members();
    return std::any_of(open.begin(), open.end(), [&](const auto& one) { return one.second.string() == field; });
}

/// The order as the CMMS told it. A field that an action is on its way to set stays as the action sets it.
void take_job(Json& state, const Json& job, model::Sequence seq) {
    state.set("status", job.text_or("status"));
    const auto take = [&](const std::string& field, const std::string& value, const std::string& by) {
        if (!value.empty() && !is_under_way(state, field)) set_field(state, field, value, by, seq);
    };
    if (const Json* steps = job.find("checklist"); steps != nullptr && steps->is_array()) {
        for (const Json& step : steps->items()) {
            take("step/" + std::to_string(step.int_or("step", 0)), step.text_or("value"), step.text_or("done_by"));
        }
    }
    if (const Json* failure = job.find("failure"); failure != nullptr && !failure->text_or("mode").empty()) {
        take("failure",
             failure->text_or("mode") + "|" + failure->text_or("mechanism") + "|" + failure->text_or("cause"), "");
    }
}

std::optional<StaleField> stale_in(const Json& state, const Json& acted) {
    const std::string kind = acted.text_or("kind"), status = state.text_or("status");
    const bool ended = kind == "finish" ? status == "cancelled" : is_over(status);
    if (ended && (kind == "start" || kind == "finish" || kind == "check")) return StaleField{"status", status, ""};
    const auto [field, value] = set_by(acted);
    const Json* kept = field.empty() ? nullptr : state.find("fields")->find(field);
    const std::int64_t base = acted.int_or("base", 0);
    if (kept == nullptr || base == 0 || kept->int_or("seq", 0) <= base) return std::nullopt;
    const std::string present = kept->text_or("value"), by = kept->text_or("by");
    if (present == value || by == acted.text_or("person")) return std::nullopt;
    return StaleField{field, present, by};
}

/// A command for one action, or for one picture of a report.
model::Command command_for(const model::Envelope& envelope, const Json& acted, const Kind& kind,
                           const std::string& connector) {
    const std::string id = acted.text_or("id"), order = acted.text_or("work_order");
    const bool is_photo = kind.action == "photo";
    model::Command command;
    command.key = command_key(technician_flow, envelope.site, id, is_photo ? acted.text_or("photo") : "action", 1);
    // A picture that does not get through must not hold up the work.
    command.order_key = order.empty() ? id : order + (is_photo ? "/photo/" + acted.text_or("photo") : "/technician");
    command.connector = connector;
    command.kind = kind.command;
    command.noun = noun;
    Json payload =
        Json::object({{"work_order", order}, {"person", acted.text_or("person")}, {"at", acted.text_or("at")}});
    for (const std::string_view name : kind.members) {
        if (const Json* value = acted.find(name)) payload.set(name, *value);
    }
    payload.set("reference", command.key);
    command.payload = payload.dump();
    Json echo = Json::object({{"action", id},
                              {"user", acted.text_or("user")},
                              {"kind", acted.text_or("kind")},
                              {"work_order", order},
                              {"person", acted.text_or("person")},
                              {"at", acted.text_or("at")}});
    if (is_photo) echo.set("photo", acted.text_or("photo"));
    if (const Json* photos = acted.find("photos")) echo.set("photos", *photos);
    command.echo = echo.dump();
    return command;
}

class TechnicianFlow final : public Flow {
public:
    explicit TechnicianFlow(WriteBackConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return technician_flow; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        std::string key;
        if (envelope.type == "job.changed") return {envelope.subject};
        if (envelope.type == "technician.acted") {
            // A second revision is another body under the same id, which the API has refused.
            const std::shared_ptr<const Json> data = envelope.json_or_null();
            if (data && envelope.id.ends_with(":1")) key = technician_key(*data);
        } else if (envelope.type.starts_with(noun)) {
            key = receipt_key_of(envelope, technician_flow);
        }
        return key.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(key)};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view, std::string_view text,
                            WallTime) const override {
        Json state = state_from(text);
        const model::Envelope& envelope = event.envelope;
        TIELINE_TRY(const std::shared_ptr<const Json> data, envelope.json());
        Decision decision;
        if (envelope.type == "job.changed") {
            take_job(state, *data, event.seq);
        } else if (envelope.type == "technician.acted") {
            act(state, event, *data, decision);
        } else {
            TIELINE_TRY(const Receipt receipt, read_receipt(envelope));
            take_receipt(state, envelope, receipt, decision);
        }
        const bool forget = is_over(state.text_or("status")) && state.text_or("status") != "completed" &&
                            state.find("open")->members().empty();
        std::string after = forget ? std::string() : state.dump();
        if (after != text) decision.state = std::move(after);
        return decision;
    }

private:
    void act(Json& state, const model::StoredEvent& event, const Json& acted, Decision& decision) const {
        const Kind* kind = kind_of(acted.text_or("kind"));
        if (kind == nullptr) return;  // the API takes no others
        if (const std::optional<StaleField> stale = stale_in(state, acted)) {
            NewEvent conflict;
            conflict.type = "action.conflicted";
            conflict.subject = acted.text_or("id");
            conflict.data = Json::object({{"action", acted.text_or("id")},
                                          {"user", acted.text_or("user")},
                                          {"kind", acted.text_or("kind")},
                                          {"work_order", acted.text_or("work_order")},
                                          {"field", stale->field},
                                          {"present", stale->present},
                                          {"by", stale->by}})
                                .dump();
            decision.events.push_back(std::move(conflict));
            return;
        }
        const auto [field, value] = set_by(acted);
        if (!field.empty()) set_field(state, field, value, acted.text_or("person"), event.seq);
        model::Command command = command_for(event.envelope, acted, *kind, config_.connector);
        state.find("open")->set(command.key, field);
        decision.commands.push_back(std::move(command));
    }

    void take_receipt(Json& state, const model::Envelope& envelope, const Receipt& receipt, Decision& decision) const {
        const bool booked = receipt.outcome == Outcome::booked;
        const bool ended = booked || receipt.outcome == Outcome::withdrawn || receipt.outcome == Outcome::given_up;
        if (!ended) return;
        state.find("open")->erase(receipt.key);
        const Json* photos = receipt.echo().find("photos");
        if (!booked || photos == nullptr || !photos->is_array()) return;
        // The report has become a request with a number: now its pictures have somewhere to go.
        for (const Json& photo : photos->items()) {
            Json acted = receipt.echo();
            acted.erase("photos");
            acted.set("id", receipt.echo().text_or("action"));
            acted.set("work_order", receipt.document);
            for (const auto& [name, value] : photo.members()) acted.set(name, value);
            model::Command command = command_for(envelope, acted, *kind_of("photo"), config_.connector);
            state.find("open")->set(command.key, "");
            decision.commands.push_back(std::move(command));
        }
    }

    WriteBackConfig config_;
};

}  // namespace

std::vector<std::string_view> technician_commands() {
    std::vector<std::string_view> commands;
    for (const Kind& kind : kinds) commands.push_back(kind.command);
    return commands;
}

std::string technician_key(const Json& acted) {
    const std::string order = acted.text_or("work_order");
    return order.empty() ? "report/" + acted.text_or("id") : order;
}

std::optional<StaleField> stale_field(std::string_view state, const Json& acted) {
    return stale_in(state_from(state), acted);
}

std::unique_ptr<Flow> make_technician(WriteBackConfig config) {
    return std::make_unique<TechnicianFlow>(std::move(config));
}

}  // namespace tieline::flows
