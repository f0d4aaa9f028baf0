#include "sim/parts_dump.h"

#include "sim/checkers.h"

#include <algorithm>
#include <fstream>
#include <unordered_map>

namespace tieline::sim {
namespace {

constexpr const char* site = "plant";

struct Names {
    const char *from, *to;
};

/// A row of a peer with our names beside its own.
Json canonical(const char* line, Json row, std::initializer_list<Names> names) {
    Json out = Json::object({{"line", line}});
    // A transaction names the line of the order that it was for: the line of the dump is another thing.
    for (auto& [name, value] : row.members()) out.set(name == "line" ? "order_line" : name, std::move(value));
    for (const Names& each : names) {
        const Json* value = out.find(each.from);
        if (value == nullptr) continue;
        Json copy = *value;
        out.set(each.to, std::move(copy));
    }
    return out;
}

using CommandsByCause = std::unordered_map<std::string, std::vector<model::StoredCommand>>;

/// All commands of a run at rest, by the event that caused them, each cause's in their order.
Result<CommandsByCause> commands_by_cause(store::Store& store, WallTime now) {
    CommandsByCause found;
    store::Limit all;
    all.count = 50'000'000;
    all.bytes = std::size_t{1} << 40;
    for (const char* connector : {"erp", "cmms"}) {
        for (int state = 0; state <= static_cast<int>(model::CommandState::withdrawn); ++state) {
            TIELINE_TRY(auto commands,
                        store.due(site, connector, static_cast<model::CommandState>(state), now + Millis(1'000), all));
            for (model::StoredCommand& each : commands) found[each.command.cause].push_back(std::move(each));
        }
    }
    for (auto& [cause, commands] : found) {
        std::sort(commands.begin(), commands.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    }
    return found;
}

Json parsed(const std::string& text) {
    auto json = Json::parse(text.empty() ? "{}" : text);
    return json ? std::move(*json) : Json::object();
}

Json event_line(const model::StoredEvent& event) {
    const model::Envelope& envelope = event.envelope;
    Json data = parsed(envelope.data);
    const bool own = envelope.source.starts_with("flow/") || envelope.source == "hub" ||
                     envelope.type == "timer.fired" || data.find("flow") != nullptr;
    Json line = Json::object({{"line", "event"},
                              {"position", static_cast<std::int64_t>(event.seq)},
                              {"type", envelope.type},
                              {"subject", envelope.subject},
                              {"correlation", envelope.correlation},
                              {"at", format_time(envelope.occurred)},
                              {"recorded", format_time(event.recorded)},
                              {"data", std::move(data)}});
    if (own) line.set("own", true);
    return line;
}

Json command_line(const model::StoredCommand& stored, store::Sequence cause) {
    const model::Command& command = stored.command;
    return Json::object({{"line", "command"},
                         {"position", static_cast<std::int64_t>(cause)},
                         {"cause", static_cast<std::int64_t>(cause)},
                         {"kind", command.kind},
                         {"key", command.key},
                         {"flow", command.flow},
                         {"flow_key", command.flow_key},
                         {"payload", parsed(command.payload)},
                         {"echo", parsed(command.echo)}});
}

void write_log(store::Store& store, const CommandsByCause& commands, std::ostream& out) {
    each_event(store, [&](const model::StoredEvent& event) -> std::string {
        out << event_line(event).dump() << '\n';
        const auto caused = commands.find(event.envelope.id);
        if (caused == commands.end()) return "";
        for (const model::StoredCommand& each : caused->second) out << command_line(each, event.seq).dump() << '\n';
        return "";
    });
}

void write_rest(PartsPeers& peers, std::ostream& out) {
    for (Json& row : peers.erp_rows("/api/requisitions?")) {
        out << canonical("requisition", std::move(row),
                         {{"material", "part"},
                          {"storageLocation", "storeroom"},
                          {"deliveryDate", "delivery_date"},
                          {"workOrders", "work_orders"}})
                   .dump()
            << '\n';
    }
    for (Json& row : peers.erp_rows("/api/movements?")) {
        out << canonical("movement", std::move(row),
                         {{"material", "part"},
                          {"storageLocation", "storeroom"},
                          {"kind", "type"},
                          {"quantity", "base_quantity"},
                          {"workOrder", "work_order"}})
                   .dump()
            << '\n';
    }
    for (Json& row : peers.erp_rows("/api/stock?")) {
        out << canonical("stock", std::move(row),
                         {{"material", "part"},
                          {"storageLocation", "storeroom"},
                          {"onHand", "on_hand"},
                          {"onOrder", "on_order"},
                          {"onRequisition", "on_requisition"}})
                   .dump()
            << '\n';
    }
    for (Json& row : peers.cmms_rows("/api/inventory?")) {
        out << canonical("balance", std::move(row), {{"item", "part"}}).dump() << '\n';
    }
    for (Json& row : peers.cmms_rows("/api/part-transactions?")) {
        out << canonical("transaction", std::move(row), {{"item", "part"}, {"wonum", "work_order"}}).dump() << '\n';
    }
}

}  // namespace

std::string dump_parts(PartsRun& run, const PartsOptions& options, const std::string& path) {
    std::ofstream out(path);
    if (!out) return "the dump cannot be written to " + path;
    const auto commands = commands_by_cause(*run.hub().store(), run.world().clock.now());
    if (!commands) return "the commands cannot be read for the dump: " + commands.error().message;
    const Json config = parsed(parts_flows_config());
    const Json* supply = config.find("supply");
    out << Json::object({{"line", "plant"},
                         {"seed", static_cast<std::int64_t>(options.seed)},
                         {"today", "2026-01-05"},
                         {"time_zone", "Europe/Berlin"},
                         {"settings", supply == nullptr ? Json::object() : *supply}})
               .dump()
        << '\n';
    write_log(*run.hub().store(), *commands, out);
    write_rest(run.peers(), out);
    out.flush();
    return out ? run.peers().error : "the dump could not be written to " + path + " whole";
}

}  // namespace tieline::sim
