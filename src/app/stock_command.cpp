#include "app/args.h"
#include "app/cli.h"
#include "app/remote.h"
#include "app/table.h"

#include <cstdio>
#include <map>

namespace tieline::app {
namespace {

const std::string help = std::string(R"(usage: tieline stock [--part P] [--storeroom S] [--different]
       tieline stock --advice [--only reorder|excess|dead] [--service-level 0.95] [--order-cost 50]
                     [--holding-rate 0.20] [--cover-months 24] [--dead-after-days 365] [--part P] [--storeroom S]

Stock per part and storeroom by the ERP and by the CMMS. With --different only where they differ. With --advice what
reorder point and lot the consumption asks for, and what lies there without need; nothing is changed.
)") + remote_help;

std::string query_of(const Args& args) {
    const bool advice = args.has("advice");
    std::string query = advice ? "stock/advice?limit=500" : "stock?limit=500";
    const std::pair<const char*, const char*> names[] = {{"part", "part"},
                                                         {"storeroom", "storeroom"},
                                                         {"only", "only"},
                                                         {"service-level", "service_level"},
                                                         {"order-cost", "order_cost"},
                                                         {"holding-rate", "holding_rate"},
                                                         {"cover-months", "cover_months"},
                                                         {"dead-after-days", "dead_after_days"}};
    for (const auto& [option, name] : names) {
        if (args.has(option)) query += "&" + std::string(name) + "=" + net::url_encode(args.value(option));
    }
    if (args.has("different")) query += "&only_different=true";
    return query;
}

bool is_something(const std::string& difference) {
    const Result<Decimal> value = Decimal::parse(difference);
    return value ? !value->is_zero() : !difference.empty();
}

void print_stock(const Json::Array& rows) {
    using Side = Table::Side;
    Table table({{"part"},
                 {"store"},
                 {"on hand", Side::right},
                 {"reserved", Side::right},
                 {"on order", Side::right},
                 {"requested", Side::right},
                 {"position", Side::right},
                 {"unit"},
                 {"value", Side::right},
                 {""},
                 {"CMMS says", Side::right},
                 {"expected", Side::right},
                 {"differs by", Side::right}});
    for (const Json& row : rows) {
        const Json none = Json::object();
        const Json* compared = row.find("compared");
        if (compared == nullptr) compared = &none;
        const std::string erp = compared->text_or("difference"), cmms = compared->text_or("cmms_difference");
        std::string differs;
        if (is_something(erp)) differs = "ERP " + erp;
        if (is_something(cmms)) differs += (differs.empty() ? "CMMS " : ", CMMS ") + cmms;
        table.add({row.text_or("part"), row.text_or("storeroom"), row.text_or("on_hand"), row.text_or("reserved"),
                   row.text_or("on_order"), row.text_or("on_requisition"), row.text_or("position"), row.text_or("unit"),
                   row.text_or("value"), row.text_or("currency"), row.text_or("cmms_balance"),
                   compared->text_or("expected"), differs});
    }
    std::fputs(table.text().c_str(), stdout);
    std::printf("%zu place(s)\n", rows.size());
}

/// Values of what lies idle, per kind and currency.
void print_sums(const Json::Array& rows) {
    std::map<std::string, Decimal> sums;
    for (const Json& row : rows) {
        const Json* idle = row.find("idle");
        const Result<Decimal> value = idle != nullptr ? idle->decimal("value") : Result<Decimal>(Decimal());
        if (idle == nullptr || idle->text_or("kind") == "none" || !value) continue;
        Decimal& sum = sums[idle->text_or("kind") + " stock|" + row.text_or("currency")];
        if (const Result<Decimal> next = sum.plus(*value)) sum = *next;
    }
    for (const auto& [name, sum] : sums) {
        const std::size_t bar = name.find('|');
        std::printf("%s: %s %s\n", name.substr(0, bar).c_str(), sum.str().c_str(), name.substr(bar + 1).c_str());
    }
}

void print_advice(const Json::Array& rows) {
    for (const Json& row : rows) {
        const Json* advice = row.find("advice");
        const Json* idle = row.find("idle");
        const Json none = Json::object();
        const Json* planning = row.find("planning");
        if (planning == nullptr) planning = &none;
        if (advice == nullptr || idle == nullptr) continue;
        std::printf("%s in %s: on hand %s %s", row.text_or("part").c_str(), row.text_or("storeroom").c_str(),
                    row.text_or("on_hand", "?").c_str(), row.text_or("unit").c_str());
        if (!advice->text_or("reorder_point").empty()) {
            std::printf("; reorder point %s (now %s), lot %s, order up to %s (now %s)",
                        advice->text_or("reorder_point").c_str(), planning->text_or("reorder_point", "none").c_str(),
                        advice->text_or("lot", "?").c_str(), advice->text_or("order_up_to").c_str(),
                        planning->text_or("order_up_to", "none").c_str());
        }
        std::printf("\n    %s\n", advice->text_or("reason").c_str());
        if (!idle->text_or("reason").empty()) {
            std::printf("    %s: %s\n", idle->text_or("kind").c_str(), idle->text_or("reason").c_str());
        }
    }
    print_sums(rows);
    std::printf("%zu place(s)\n", rows.size());
}

}  // namespace

int stock_command(const std::vector<std::string>& args) {
    const Started started = start_command(args, help.c_str(),
                                          {"part", "storeroom", "only", "service-level", "order-cost", "holding-rate",
                                           "cover-months", "dead-after-days", "url", "token-file", "config", "site"},
                                          {"different", "advice", "json"}, 0);
    if (started.exit_code >= 0) return started.exit_code;
    Result<Remote> remote = Remote::from(started.args);
    if (!remote) return fail(remote.error());
    Result<Json::Array> rows = remote->all(query_of(started.args), "stock");
    if (!rows) return fail(rows.error());
    if (started.args.has("json")) {
        std::puts(Json(std::move(*rows)).pretty().c_str());
    } else if (started.args.has("advice")) {
        print_advice(*rows);
    } else {
        print_stock(*rows);
    }
    return exit_ok;
}

}  // namespace tieline::app
