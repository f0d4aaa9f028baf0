// What each connector posts a second, at its default settings: the hub's engine, SQLite store, dispatcher and HTTP
// client in this process, the connector's strict fake in another (for Tryton, which has none, a stand-in).
//
//   connector_bench [--count N] [--rate R] [--pace R] [--only TEXT] [--json]
//
// Each kind of posting is measured three times: all at once; R a second (what is asked for is 500); and with a limit
// for the peer, which no second may exceed; --pace tells the hub another one, to see that the check sees it.

#include "bench/peer_process.h"
#include "bench/process.h"
#include "bench/report.h"
#include "bench/tryton_stand_in.h"
#include "contract/connector_catalog.h"
#include "engine/runtime.h"
#include "net/paced_client.h"
#include "store/sqlite/sqlite_store.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>
#include <thread>

namespace {

using namespace tieline;
using bench::Nanos;

constexpr const char* site = "plant";
constexpr double target_rate = 500;
constexpr int limit_per_second = 200;
constexpr const char* measured_kinds[] = {"journal.post", "goods_issue.post", "workorder.link",
                                          "part_transaction.link"};

struct Arguments {
    int count = 3000;
    int rate = 600;
    int pace = limit_per_second;
    std::string only, folder;
    bool json = false;
};

/// One command for each event, as it stands in it.
class PostFlow final : public flows::Flow {
public:
    std::string_view name() const override { return "bench"; }
    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        if (event.envelope.type != "bench.asked") return {};
        return {event.envelope.subject};
    }
    Result<flows::Decision> decide(const model::StoredEvent& event, std::string_view /*key*/,
                                   std::string_view /*state*/, WallTime /*now*/) const override {
        TIELINE_TRY(const Json asked, Json::parse(event.envelope.data));
        model::Command command;
        command.key = asked.text_or("key");
        command.order_key = command.key;
        command.connector = "peer";
        command.kind = asked.text_or("kind");
        command.noun = "posting";
        command.payload = asked.text_or("payload");
        command.echo = "{}";
        command.intent = 1;
        flows::Decision decision;
        decision.commands.push_back(std::move(command));
        return decision;
    }
};

struct Measured {
    std::size_t booked = 0;
    double seconds = 0;            ///< from the first that was asked for to the last that was booked
    std::vector<std::int64_t> ms;  ///< of each, sorted: from the event in the log to its receipt in it
    std::string trouble;
    double rate() const { return seconds > 0 ? static_cast<double>(booked) / seconds : 0; }
    std::int64_t at(int percent) const {
        return ms.empty() ? -1 : ms[std::min(ms.size() - 1, ms.size() * static_cast<std::size_t>(percent) / 100)];
    }
};

template <class T>
T must(Result<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "connector_bench: %s\n", result.error().message.c_str());
    std::exit(1);
}

void ask_for(engine::Runtime& runtime, const std::vector<model::Command>& commands, int rate) {
    const Nanos begin = bench::now_ns();
    for (std::size_t i = 0; i < commands.size(); ++i) {
        const Nanos due = rate == 0 ? 0 : begin + static_cast<Nanos>(i) * bench::second / rate;
        while (bench::now_ns() < due)
            std::this_thread::sleep_for(std::chrono::microseconds(500));  // tidy: allow sleep, offers a load
        engine::Ingest item;
        item.site = site;
        item.source = "bench";
        item.object = commands[i].key;
        item.type = "bench.asked";
        item.occurred = system_clock().now();
        item.data =
            Json::object({{"key", commands[i].key}, {"kind", commands[i].kind}, {"payload", commands[i].payload}})
                .dump();
        runtime.ingest(std::move(item), [](Result<engine::Ingested>) {});
    }
}

/// Reads from the log when each was asked for and booked.
Measured read_log(store::Store& store) {
    Measured measured;
    std::map<std::string, WallTime> asked;
    WallTime first = WallTime::max(), last{};
    store::Sequence after = 0;
    for (;;) {
        const auto page = store.read(site, after, {});
        if (!page || page->empty()) break;
        for (const model::StoredEvent& event : *page) {
            after = event.seq;
            if (event.envelope.type == "bench.asked") {
                asked[event.envelope.subject] = event.recorded;
                first = std::min(first, event.recorded);
            } else if (event.envelope.type == "posting.booked") {
                const auto data = Json::parse(event.envelope.data);
                const auto from = asked.find(data ? data->text_or("key") : "");
                if (from == asked.end()) continue;
                ++measured.booked;
                measured.ms.push_back((event.recorded - from->second).count());
                last = std::max(last, event.recorded);
            } else if (event.envelope.type == "exception.opened" && measured.trouble.empty()) {
                measured.trouble = event.envelope.data.substr(0, 300);
            }
        }
    }
    if (measured.booked > 0) measured.seconds = static_cast<double>((last - first).count()) / 1000.0;
    std::sort(measured.ms.begin(), measured.ms.end());
    return measured;
}

Measured measure(const Arguments& arguments, const connectors::ConnectorSpec& spec, const bench::PeerProcess& peer,
                 connectors::Pace pace, int rate) {
    std::filesystem::remove_all(arguments.folder);
    store::SqliteOptions store_options;
    store_options.path = arguments.folder;
    const auto store = must(store::open_sqlite_store(store_options));
    const auto connector = must(spec.make(peer.settings(), ""));
    flows::FlowSet flows;
    flows.push_back(std::make_unique<PostFlow>());
    engine::SiteSetup setup;
    setup.site = site;
    setup.flows = &flows;
    setup.connectors = {{"peer", pace, false}};
    const auto core = must(engine::open_core(*store, system_clock(), system_random(), {setup}, {}));
    auto client = net::make_http_client({});
    if (pace.per_second_max > 0) client = net::make_paced_client(std::move(client), {pace.per_second_max, 0});
    engine::Runtime runtime(*core, system_clock(), *client, {{{site, "peer"}, connector.get()}});
    runtime.start();
    ask_for(runtime, peer.commands(), rate);
    const Nanos give_up = bench::now_ns() + 90 * bench::second;
    while (bench::now_ns() < give_up && runtime.metrics().booked < peer.commands().size())
        std::this_thread::sleep_for(std::chrono::milliseconds(20));  // tidy: allow sleep, waits for the load to end
    const auto measured = runtime.ask<Measured>([](store::Store& opened) { return read_log(opened); });
    runtime.stop();
    client.reset();
    return measured ? *measured : Measured{};
}

bench::Line line_of(const std::string& phase, const std::string& what, const Measured& measured,
                    const bench::PeerSeen& seen, std::size_t count) {
    bench::Line line;
    line.phase = phase;
    line.what = what;
    line.figure = bench::fixed(measured.rate(), 0) + "/s, p50 " + std::to_string(measured.at(50)) + " ms, p99 " +
                  std::to_string(measured.at(99)) + " ms, " + std::to_string(measured.booked) + " of " +
                  std::to_string(count) + " booked by " + std::to_string(seen.requests) + " requests, " +
                  std::to_string(seen.once) + " of " + std::to_string(seen.sampled) + " looked for are there once";
    if (!measured.trouble.empty()) line.figure += "; " + measured.trouble;
    line.numbers = Json::object({{"rate", bench::json_number(measured.rate(), 1)},
                                 {"p50_ms", measured.at(50)},
                                 {"p99_ms", measured.at(99)},
                                 {"booked", static_cast<std::int64_t>(measured.booked)},
                                 {"requests", seen.requests},
                                 {"most_in_a_second", seen.most_in_a_second}});
    const bool is_exact = measured.booked == count && seen.once == seen.sampled && seen.sampled > 0;
    line.verdict = is_exact ? bench::Verdict::holds : bench::Verdict::falls_short;
    return line;
}

void measure_kind(const Arguments& arguments, const contract::ConnectorUnderTest& subject, const std::string& kind,
                  bench::Report& report) {
    const std::string phase = subject.spec.system + " " + kind;
    const connectors::Pace pace;  // the default
    const auto count = static_cast<std::size_t>(arguments.count);
    {
        const bench::PeerProcess peer(subject, kind, arguments.count);
        const Measured all = measure(arguments, subject.spec, peer, pace, 0);
        bench::Line line = line_of(phase, "all at once", all, peer.seen(), count);
        if (line.verdict == bench::Verdict::holds) line.verdict = bench::Verdict::shown;
        report.add(std::move(line));
    }
    {
        const bench::PeerProcess peer(subject, kind, arguments.count);
        const Measured steady = measure(arguments, subject.spec, peer, pace, arguments.rate);
        bench::Line line = line_of(phase, std::to_string(arguments.rate) + " a second", steady, peer.seen(), count);
        line.target = bench::fixed(target_rate, 0) + "/s or more, each once";
        if (steady.rate() < target_rate) line.verdict = bench::Verdict::falls_short;
        report.add(std::move(line));
    }
    connectors::Pace limited;
    limited.per_second_max = arguments.pace;
    const int few = std::min(arguments.count, limit_per_second * 4);
    const bench::PeerProcess peer(subject, kind, few);
    const Measured slow = measure(arguments, subject.spec, peer, limited, 0);
    const bench::PeerSeen seen = peer.seen();
    bench::Line line = line_of(phase, "limit of " + std::to_string(limit_per_second) + " a second", slow, seen,
                               static_cast<std::size_t>(few));
    line.figure += ", at most " + std::to_string(seen.most_in_a_second) + " requests in a second";
    line.target = "never more than " + std::to_string(limit_per_second) + " requests in any second";
    if (seen.most_in_a_second > limit_per_second) line.verdict = bench::Verdict::falls_short;
    report.add(std::move(line));
}

bool parse(int count, char** words, Arguments& out) {
    for (int i = 1; i < count; ++i) {
        const std::string_view name = words[i];
        if (name == "--json") {
            out.json = true;
        } else if (i + 1 < count && name == "--count") {
            out.count = std::atoi(words[++i]);
        } else if (i + 1 < count && name == "--rate") {
            out.rate = std::atoi(words[++i]);
        } else if (i + 1 < count && name == "--pace") {
            out.pace = std::atoi(words[++i]);
        } else if (i + 1 < count && name == "--only") {
            out.only = words[++i];
        } else {
            return false;
        }
    }
    return out.count >= 100 && out.count <= 9000 && out.rate > 0 && out.pace > 0;
}

}  // namespace

int main(int count, char** words) {
    Arguments arguments;
    if (!parse(count, words, arguments)) {
        std::fputs(
            "usage: connector_bench [--count N (3000; 100 to 9000)] [--rate R (600)] [--pace R (200)] [--only TEXT] "
            "[--json]\n",
            stderr);
        return 2;
    }
    const auto own = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    arguments.folder = (own / ".." / "bench-data" / "connectors").lexically_normal();
    bench::Report report(arguments.json);
    std::set<std::string> measured;
    std::vector<contract::ConnectorUnderTest> subjects = contract::connectors_under_test();
    subjects.push_back(bench::tryton_stand_in());
    for (const contract::ConnectorUnderTest& subject : subjects) {
        if (!measured.insert(subject.spec.system).second) continue;  // once more, reading other things
        int kinds = 0;
        for (const char* kind : measured_kinds) {
            const auto& known = subject.spec.kinds;
            if (std::find(known.begin(), known.end(), kind) == known.end()) continue;
            ++kinds;
            if ((subject.spec.system + " " + kind).find(arguments.only) == std::string::npos) continue;
            measure_kind(arguments, subject, kind, report);
        }
        if (kinds == 0)
            report.add({subject.spec.system, "no kind of command is measured", "", "one at least",
                        bench::Verdict::falls_short});
    }
    report.finish();
    std::filesystem::remove_all(arguments.folder);
    return report.holds() ? 0 : 1;
}
