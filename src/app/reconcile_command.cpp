#include "app/args.h"
#include "app/cli.h"
#include "app/config.h"
#include "app/reconcile.h"
#include "app/remote.h"
#include "app/table.h"

#include <algorithm>
#include <cstdio>

namespace tieline::app {
namespace {

const std::string help = std::string(R"(usage: tieline reconcile --from DATE --to DATE [--json]
       tieline reconcile --month 2026-11 [--json]

Compares the hub with its peers by key, amount and count: work orders, part transactions, postings, goods movements,
requisitions, stock. Reads only. With --month it prints the month end as one sheet.
Exit code 0: everything that could be compared agrees; 1: something differs or could not be read.
)") + remote_help;

Result<conditions::Period> period_of(const Args& args) {
    const auto wrong = [](const std::string& message) { return make_error(ErrorKind::invalid, message, "usage"); };
    if (args.has("month")) {
        const Result<Date> first = parse_date(args.value("month") + "-01");
        if (!first) return wrong("--month takes a month, written 2026-11.");
        return conditions::Period{first->str(), first->last_of_month().str()};
    }
    const Result<Date> from = parse_date(args.value("from")), to = parse_date(args.value("to"));
    if (!from || !to) return wrong("--from and --to take days, written 2026-11-24; or give --month 2026-11.");
    if (*to < *from) return wrong("--to lies before --from.");
    return conditions::Period{from->str(), to->str()};
}

/// The lists of all connectors of one site.
Result<std::vector<conditions::PeerList>> read_peers(const Args& args, const conditions::Period& period) {
    TIELINE_TRY(const Config config, load_config(args.value("config", "tieline.yaml")));
    const std::string site = args.value("site", config.sites.front().id);
    const std::unique_ptr<net::HttpClient> client = net::make_http_client();
    const auto peer = [&client](const net::HttpRequest& request) { return client->send_and_wait(request); };
    std::vector<conditions::PeerList> lists;
    for (const ConnectorConfig& configured : config.connectors) {
        if (std::find(configured.sites.begin(), configured.sites.end(), site) == configured.sites.end()) continue;
        TIELINE_TRY(const auto connector, configured.spec->make(configured.settings_for(site), configured.map_text));
        for (conditions::PeerList& list : read_peer(*connector, configured.name, peer, period)) {
            lists.push_back(std::move(list));
        }
    }
    return lists;
}

void print(const conditions::Report& report) {
    using Side = Table::Side;
    Table table({{"peer"},
                 {"topic"},
                 {"hub", Side::right},
                 {"peer", Side::right},
                 {"equal", Side::right},
                 {"different", Side::right}});
    for (const conditions::Topic& topic : report.topics) {
        if (!topic.problem.empty()) {
            table.add({topic.connector, topic.name, "-", "-", "-", "not read"});
            continue;
        }
        table.add({topic.connector, topic.name, std::to_string(topic.result.ours.rows),
                   std::to_string(topic.result.theirs.rows), std::to_string(topic.result.equal),
                   std::to_string(topic.result.differences.size())});
    }
    std::printf("%s to %s\n\n%s\n", report.period.from.c_str(), report.period.to.c_str(), table.text().c_str());
    for (const conditions::Topic& topic : report.topics) {
        if (!topic.problem.empty()) {
            std::printf("%s %s: %s\n", topic.connector.c_str(), topic.name.c_str(), topic.problem.c_str());
        }
        for (const conditions::Difference& one : topic.result.differences) {
            std::printf("%-14s %s\n", one.code.c_str(), one.sentence.c_str());
        }
    }
    std::printf("%zu difference(s)\n", report.differences());
}

Result<std::string> sheet_of(const Args& args, const Ask& ask, conditions::HubBooks hub,
                             std::vector<conditions::PeerList> peers, const conditions::Report& report) {
    conditions::MonthEnd month;
    month.month = args.value("month");
    TIELINE_TRY(const Json status, ask("status"));
    const Json* sites = status.find("sites");
    const bool named = sites != nullptr && sites->is_array() && !sites->items().empty();
    month.site = args.value("site", named ? sites->items()[0].text_or("site", sites->items()[0].text_or("id")) : "");
    month.printed = format_time(system_clock().now()).substr(0, 16);
    TIELINE_TRY(month.exceptions, read_exceptions(ask));
    month.hub = std::move(hub);
    month.peers = std::move(peers);
    month.report = report;
    return conditions::month_sheet(month);
}

}  // namespace

int reconcile_command(const std::vector<std::string>& args) {
    const Started started =
        start_command(args, help.c_str(), {"from", "to", "month", "url", "token-file", "config", "site"}, {"json"}, 0);
    if (started.exit_code >= 0) return started.exit_code;
    const Result<conditions::Period> period = period_of(started.args);
    if (!period) {
        fail(period.error());
        return exit_usage;
    }
    Result<Remote> remote = Remote::from(started.args);
    if (!remote) return fail(remote.error());
    const Ask ask = [&remote](const std::string& path) { return remote->get(path); };
    // The peers first: what is booked in between is in the hub's books too, not only in theirs.
    Result<std::vector<conditions::PeerList>> peers = read_peers(started.args, *period);
    if (!peers) return fail(peers.error());
    Result<conditions::HubBooks> hub = read_hub(ask, *period);
    if (!hub) return fail(hub.error());
    conditions::Report report = conditions::reconcile(*hub, *peers, *period);
    leave_out_under_way(ask, report);
    if (started.args.has("json")) {
        std::puts(conditions::to_json(report, SIZE_MAX).pretty().c_str());
    } else if (started.args.has("month")) {
        const Result<std::string> sheet = sheet_of(started.args, ask, std::move(*hub), std::move(*peers), report);
        if (!sheet) return fail(sheet.error());
        std::fputs(sheet->c_str(), stdout);
    } else {
        print(report);
    }
    return report.differences() == 0 && report.not_compared() == 0 ? exit_ok : exit_failed;
}

}  // namespace tieline::app
