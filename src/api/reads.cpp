// Events, traces, work orders, cost: what the log and the read models say.

#include "api/context.h"

namespace tieline::api {
namespace {

constexpr std::size_t story_events_max = 2000;

Json event_json(const model::StoredEvent& stored) {
    const model::Envelope& event = stored.envelope;
    Json json = Json::object({{"seq", static_cast<std::int64_t>(stored.seq)},
                              {"id", event.id},
                              {"source", event.source},
                              {"type", event.type},
                              {"subject", event.subject},
                              {"site", event.site},
                              {"time", format_time(event.occurred)},
                              {"recorded", format_time(stored.recorded)}});
    if (!event.correlation.empty()) json.set("correlation", event.correlation);
    if (!event.cause.empty()) json.set("cause", event.cause);
    json.set("data", json_or_text(event.data));
    return json;
}

Json command_json(const model::StoredCommand& stored) {
    const model::Command& command = stored.command;
    Json json = Json::object({{"key", command.key},
                              {"kind", command.kind},
                              {"noun", command.noun},
                              {"connector", command.connector},
                              {"flow", command.flow},
                              {"state", model::to_string(stored.state)},
                              {"intent", command.intent},
                              {"attempts", stored.attempt},
                              {"created", format_time(stored.created)},
                              {"cause", command.cause}});
    if (!stored.document.empty()) json.set("document", stored.document);
    if (!stored.last_error.empty()) json.set("last_error", stored.last_error);
    if (!stored.last_code.empty()) json.set("last_code", stored.last_code);
    json.set("payload", json_or_text(command.payload));
    return json;
}

/// The documents that the story's receipts tell of, in order.
Json documents_json(const std::vector<model::StoredEvent>& story) {
    Json documents = Json::array();
    for (const model::StoredEvent& stored : story) {
        if (!stored.envelope.type.ends_with(".booked")) continue;
        const Json data = json_or_text(stored.envelope.data);
        const Json* echo = data.find("echo");
        const Json* details = data.find("details");
        Json one = Json::object({{"document", data.text_or("document")},
                                 {"kind", data.text_or("kind")},
                                 {"connector", data.text_or("connector")},
                                 {"key", data.text_or("key")}});
        if (echo && echo->find("amount")) {
            const std::string own = echo->text_or("amount");
            one.set("amount", details ? details->text_or("amount", own) : own);
            one.set("currency", echo->text_or("currency"));
        }
        one.set("booked", format_time(stored.recorded));
        documents.push_back(std::move(one));
    }
    return documents;
}

Error unknown(const std::string& what, const char* code) {
    return make_error(ErrorKind::not_found, what + " is not known here. Check the number and the site.", code);
}

}  // namespace

void get_events(Context& context, const CallPtr& call) {
    const Result<std::uint64_t> after = query_number(*call, "after", 0, UINT64_MAX / 2);
    if (!after) return call->fail(after.error());
    const Result<std::uint64_t> limit = query_number(*call, "limit", 100, 500);
    if (!limit) return call->fail(limit.error());
    answer_from_store(context, call, [from = *after, count = *limit](store::Store& store, const Call& asked) {
        const auto read = [&]() -> Result<Json> {
            TIELINE_TRY(const std::vector<model::StoredEvent> events,
                        store.read(asked.site, from, store::Limit{static_cast<std::size_t>(count), 1 << 20}));
            Json list = Json::array();
            for (const model::StoredEvent& event : events) list.push_back(event_json(event));
            TIELINE_TRY(const model::Sequence head, store.head(asked.site));
            const model::Sequence next = events.empty() ? from : events.back().seq;
            return Json::object(
                {{"events", std::move(list)}, {"next", static_cast<std::int64_t>(next)}, {"more", next < head}});
        };
        return read();
    });
}

void get_trace(Context& context, const CallPtr& call) {
    answer_from_store(context, call, [](store::Store& store, const Call& asked) -> Result<Json> {
        const std::string& correlation = asked.parts[1];
        TIELINE_TRY(const std::vector<model::StoredEvent> story,
                    store.story(asked.site, correlation, 0, store::Limit{story_events_max, 4 << 20}));
        TIELINE_TRY(const std::vector<model::StoredCommand> commands,
                    store.commands_of(asked.site, correlation, store::Limit{story_events_max, 4 << 20}));
        if (story.empty() && commands.empty()) return unknown("'" + correlation + "'", "unknown_correlation");
        Json events = Json::array();
        for (const model::StoredEvent& event : story) events.push_back(event_json(event));
        Json sent = Json::array();
        for (const model::StoredCommand& command : commands) sent.push_back(command_json(command));
        return Json::object({{"correlation", correlation},
                             {"site", asked.site},
                             {"events", std::move(events)},
                             {"commands", std::move(sent)},
                             {"documents", documents_json(story)}});
    });
}

void get_work_order(Context& context, const CallPtr& call) {
    const std::string view = context.view("work_orders");
    answer_from_store(context, call, [view](store::Store& store, const Call& asked) -> Result<Json> {
        TIELINE_TRY(const std::optional<std::string> row, store.view(asked.site, view, asked.parts[1]));
        if (!row) return unknown("Work order '" + asked.parts[1] + "'", "unknown_work_order");
        return json_or_text(*row);
    });
}

void get_cost(Context& context, const CallPtr& call) {
    const Result<std::uint64_t> limit = query_number(*call, "limit", 500, 2000);
    if (!limit) return call->fail(limit.error());
    const std::string view = context.view("cost");
    answer_from_store(context, call, [view, count = *limit](store::Store& store, const Call& asked) -> Result<Json> {
        TIELINE_TRY(const std::vector<store::ViewPut> rows,
                    store.scan(asked.site, view, asked.target.query_value("prefix"), asked.target.query_value("after"),
                               store::Limit{static_cast<std::size_t>(count), 1 << 20}));
        Json list = Json::array();
        for (const store::ViewPut& row : rows) {
            Json one = Json::object({{"key", row.key}});
            const Json sums = json_or_text(row.json);
            if (sums.is_object()) {
                for (const Json::Member& member : sums.members()) one.set(member.first, member.second);
            }
            list.push_back(std::move(one));
        }
        Json page = Json::object({{"rows", std::move(list)}});
        if (rows.size() == count) page.set("next", rows.back().key);
        return page;
    });
}

}  // namespace tieline::api
