#include "app/args.h"
#include "app/cli.h"
#include "app/remote.h"
#include "app/table.h"

#include <cstdio>

namespace tieline::app {
namespace {

const std::string help = std::string(R"(usage: tieline availability [WO] [--part P] [--ready] [--before DATE]

For each open work order with planned parts: what is on hand for it, reserved for others, on order, confirmed for when,
late, missing, and from which day the work can be scheduled.

  --part P            only lines of this part
  --ready             only orders that can be scheduled now
  --before DATE       only orders that can be scheduled before this day
)") + remote_help;

Result<Json::Array> all_orders(Remote& remote, const Args& args) {
    std::string query = "availability?limit=500";
    if (!args.positional().empty()) query += "&work_order=" + net::url_encode(args.positional()[0]);
    if (args.has("part")) query += "&part=" + net::url_encode(args.value("part"));
    if (args.has("ready")) query += "&ready=true";
    if (args.has("before")) query += "&before=" + net::url_encode(args.value("before"));
    return remote.all(query, "work_orders");
}

std::string schedule_of(const Json& order) {
    if (order.bool_or("ready", false)) return "now";
    return order.text_or("ready_on", "not known");
}

/// "ordered" dates count only while something is still to come.
std::string due_of(const Json& line) {
    const std::string due = line.text_or("due");
    if (due.empty()) return "";
    return line.text_or("state") == "late" ? due + " LATE" : due;
}

std::string order_of(const Json& line) {
    if (!line.text_or("order").empty()) return "order " + line.text_or("order");
    if (!line.text_or("requisition").empty()) return "requisition " + line.text_or("requisition");
    return line.text_or("reason");
}

void print(const Json::Array& orders) {
    using Side = Table::Side;
    Table table({{"work order"},
                 {"line"},
                 {"part"},
                 {"store"},
                 {"wanted", Side::right},
                 {"unit"},
                 {"on hand", Side::right},
                 {"for others", Side::right},
                 {"on order", Side::right},
                 {"confirmed for"},
                 {"missing", Side::right},
                 {"state"},
                 {"schedule from"},
                 {"by"}});
    for (const Json& order : orders) {
        const Json* lines = order.find("lines");
        if (lines == nullptr || !lines->is_array()) continue;
        for (const Json& line : lines->items()) {
            table.add({order.text_or("work_order"), line.text_or("line"), line.text_or("part"),
                       line.text_or("storeroom"), line.text_or("quantity", line.text_or("planned")),
                       line.text_or("unit"), line.text_or("on_hand"), line.text_or("reserved_for_others"),
                       line.text_or("on_order"), due_of(line), line.text_or("missing"), line.text_or("state", "-"),
                       schedule_of(order), order_of(line)});
        }
    }
    std::fputs(table.text().c_str(), stdout);
    std::printf("%zu open work order(s) with parts\n", orders.size());
}

}  // namespace

int availability_command(const std::vector<std::string>& args) {
    const Started started = start_command(args, help.c_str(), {"part", "before", "url", "token-file", "config", "site"},
                                          {"ready", "json"}, 1);
    if (started.exit_code >= 0) return started.exit_code;
    Result<Remote> remote = Remote::from(started.args);
    if (!remote) return fail(remote.error());
    Result<Json::Array> orders = all_orders(*remote, started.args);
    if (!orders) return fail(orders.error());
    if (started.args.has("json")) {
        std::puts(Json(std::move(*orders)).pretty().c_str());
        return exit_ok;
    }
    print(*orders);
    if (!orders->empty() || started.args.positional().empty()) return exit_ok;
    return fail("work order " + started.args.positional()[0] +
                " is not open, has no planned parts, or is not known. 'tieline trace' tells more.");
}

}  // namespace tieline::app
