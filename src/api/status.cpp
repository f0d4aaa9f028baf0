// Where everything stands: stages, lag, channels, totals; and the same as Prometheus text.

#include "api/context.h"

#include <algorithm>

namespace tieline::api {
namespace {

constexpr model::Sequence last_events_max = 20;

Json number(std::uint64_t value) { return Json::number(std::to_string(value)); }

Result<std::uint64_t> cursor(store::Store& store, const model::SiteId& site, const std::string& name) {
    TIELINE_TRY(const std::string text, store.cursor(site, name));
    return text.empty() ? 0 : static_cast<std::uint64_t>(std::stoull(text));
}

/// The newest ones, of the log itself, one at a time: one that is large must not keep out those after it.
Result<Json> last_events(store::Store& store, const model::SiteId& site, model::Sequence head) {
    Json events = Json::array();
    for (model::Sequence seq = head; seq > 0 && head - seq < last_events_max; --seq) {
        TIELINE_TRY(const std::optional<model::StoredEvent> event, store.event(site, seq));
        if (!event) continue;
        events.push_back(Json::object({{"seq", static_cast<std::int64_t>(event->seq)},
                                       {"type", event->envelope.type},
                                       {"subject", event->envelope.subject},
                                       {"correlation", event->envelope.correlation},
                                       {"time", format_time(event->recorded)}}));
    }
    return events;
}

/// How far the read model that is furthest behind has come.
Result<std::uint64_t> shown_to(Context& context, store::Store& store, const model::SiteId& site, std::uint64_t head) {
    std::uint64_t shown = head;
    for (const auto& [projection, view] : context.options.views) {
        TIELINE_TRY(const std::uint64_t position, cursor(store, site, "view/" + view));
        shown = std::min(shown, position);
    }
    return shown;
}

Result<Json> site_json(Context& context, store::Store& store, const SiteInfo& site) {
    const std::string view = context.view("stages");
    TIELINE_TRY(const std::uint64_t head, store.head(site.id));
    std::uint64_t decided = head;
    for (const std::string& flow : site.flows) {
        TIELINE_TRY(const std::uint64_t position, cursor(store, site.id, "flow/" + flow));
        decided = std::min(decided, position);
    }
    TIELINE_TRY(const std::uint64_t shown, shown_to(context, store, site.id, head));
    TIELINE_TRY(const store::Counters counters, store.counters(site.id));
    TIELINE_TRY(const std::optional<std::string> row, store.view(site.id, view, "all"));
    return Json::object({{"site", site.id},
                         {"name", site.name},
                         {"head", number(head)},
                         {"decided", number(decided)},
                         {"lag", Json::object({{"undecided_events", number(head - decided)},
                                               {"unshown_events", number(head - shown)},
                                               {"open_commands", number(counters.commands_open)}})},
                         {"open_exceptions", number(counters.exceptions_open)},
                         {"stages", row ? json_or_text(*row) : Json::object()}});
}

Result<Json> sites_json(Context& context, store::Store& store) {
    Json sites = Json::array();
    for (const SiteInfo& site : context.options.sites) {
        TIELINE_TRY(Json one, site_json(context, store, site));
        sites.push_back(std::move(one));
    }
    return sites;
}

Json metrics_json(const engine::Metrics& metrics) {
    return Json::object({{"received", number(metrics.received)},
                         {"repeated", number(metrics.repeated)},
                         {"decided", number(metrics.decided)},
                         {"sent", number(metrics.sent)},
                         {"booked", number(metrics.booked)},
                         {"rejected", number(metrics.rejected)},
                         {"parked", number(metrics.parked)},
                         {"looked_up", number(metrics.looked_up)},
                         {"ingest_refused", number(metrics.ingest_refused)}});
}

Json channels_json(const std::vector<engine::ChannelStatus>& channels) {
    Json list = Json::array();
    for (const engine::ChannelStatus& channel : channels) {
        Json one = Json::object({{"site", channel.site},
                                 {"connector", channel.connector},
                                 {"state", channel.state},
                                 {"in_flight", number(channel.in_flight)}});
        if (!channel.last_error.empty()) one.set("last_error", channel.last_error);
        if (channel.last_success) one.set("last_success", format_time(*channel.last_success));
        list.push_back(std::move(one));
    }
    return list;
}

void counter(std::string& out, const char* name, const char* help, std::uint64_t value) {
    out.append("# HELP tieline_").append(name).append(" ").append(help).append("\n# TYPE tieline_").append(name);
    out.append(" counter\ntieline_").append(name).append(" ").append(std::to_string(value)).append("\n");
}

std::string metrics_text(const engine::Metrics& metrics, const std::vector<engine::ChannelStatus>& channels) {
    std::string out;
    counter(out, "events_received_total", "Snapshots taken in since the start.", metrics.received);
    counter(out, "events_repeated_total", "Snapshots that were known already.", metrics.repeated);
    counter(out, "events_decided_total", "Events passed by flows, once per flow.", metrics.decided);
    counter(out, "events_refused_total", "Snapshots refused because too much was waiting.", metrics.ingest_refused);
    counter(out, "commands_sent_total", "Attempts that left for a peer.", metrics.sent);
    counter(out, "commands_booked_total", "Commands booked at a peer.", metrics.booked);
    counter(out, "commands_rejected_total", "Commands that a peer refused.", metrics.rejected);
    counter(out, "commands_parked_total", "Commands and keys that wait for a person.", metrics.parked);
    counter(out, "commands_looked_up_total", "Questions to a peer about an unclear outcome.", metrics.looked_up);
    counter(out, "engine_turns_total", "Turns of the engine.", metrics.turns);
    out += "# HELP tieline_channel_up Whether a connector's channel is open.\n# TYPE tieline_channel_up gauge\n";
    for (const engine::ChannelStatus& channel : channels) {
        out += "tieline_channel_up{site=\"" + channel.site + "\",connector=\"" + channel.connector + "\"} " +
               (channel.state == "ok" ? "1\n" : "0\n");
    }
    return out;
}

void gauge_of_sites(std::string& out, const Json& sites, const char* name, const char* help, const char* group,
                    const char* member) {
    out.append("# HELP tieline_").append(name).append(" ").append(help);
    out.append("\n# TYPE tieline_").append(name).append(" gauge\n");
    for (const Json& site : sites.items()) {
        const Json* from = *group == '\0' ? &site : site.find(group);
        out.append("tieline_").append(name).append("{site=\"").append(site.text_or("site")).append("\"} ");
        out.append(std::to_string(from->int_or(member, 0))).append("\n");
    }
}

}  // namespace

Result<Json> status_json(Context& context, store::Store& store) {
    TIELINE_TRY(Json sites, sites_json(context, store));
    for (Json& site : sites.items()) {
        TIELINE_TRY(Json events, last_events(store, site.text_or("site"), site.int_or("head", 0)));
        site.set("last_events", std::move(events));
    }
    return Json::object({{"node", context.options.node},
                         {"started", format_time(context.started)},
                         {"sites", std::move(sites)},
                         {"since_start", metrics_json(context.runtime.metrics())},
                         {"channels", channels_json(context.runtime.channels())}});
}

void get_status(Context& context, const CallPtr& call) {
    answer_from_store(context, call,
                      [&context](store::Store& store, const Call&) { return status_json(context, store); });
}

void get_metrics(Context& context, const CallPtr& call) {
    context.runtime.query([&context, call](store::Store& store) {
        const Result<Json> sites = sites_json(context, store);
        if (!sites) return call->fail(sites.error());
        std::string text = metrics_text(context.runtime.metrics(), context.runtime.channels());
        const store::StoreStats stats = store.stats();
        counter(text, "store_syncs_total", "Times that the store made its group of changes durable.", stats.syncs);
        counter(text, "store_batches_total", "Changes applied to the store.", stats.batches);
        gauge_of_sites(text, *sites, "log_events", "Events in the site's log.", "", "head");
        gauge_of_sites(text, *sites, "undecided_events", "Events that flows have not passed.", "lag",
                       "undecided_events");
        gauge_of_sites(text, *sites, "unshown_events", "Events that screens do not show yet.", "lag", "unshown_events");
        gauge_of_sites(text, *sites, "open_commands", "Commands not yet booked.", "lag", "open_commands");
        gauge_of_sites(text, *sites, "open_exceptions", "Exceptions that wait for a person.", "", "open_exceptions");
        net::HttpResponse response;
        response.status = 200;
        response.headers = {{"Content-Type", "text/plain; version=0.0.4"}, {"Cache-Control", "no-store"}};
        response.body = std::move(text);
        call->answer(std::move(response));
    });
}

/// Ready: the engine takes turns and its store answers.
void get_ready(Context& context, const CallPtr& call) {
    if (const std::optional<Error> failure = context.runtime.failure()) return call->fail(*failure, 503);
    context.runtime.query([call](store::Store&) { call->answer(json_reply(200, R"({"status":"ready"})")); });
}

}  // namespace tieline::api
