#include "sim/orders.h"

#include <algorithm>

namespace tieline::sim {
namespace {

struct Place {
    const char* asset;
    const char* cost_center;
};
constexpr Place places[] = {{"FILLER-01", "CC-100"},
                            {"CAPPER-01", "CC-100"},
                            {"LABELER-01", "CC-200"},
                            {"PACKER-01", "CC-200"},
                            {"BOILER-01", "CC-300"}};
constexpr const char* kinds[] = {"labor", "part", "contractor", "other"};

int decimals(const std::string& currency) { return currency == "JPY" ? 0 : currency == "KWD" ? 3 : 2; }

Decimal cents(World& world, std::int64_t low, std::int64_t high, int scale) {
    return Decimal::from_unscaled(world.between(low, high), scale);
}

SimLine plan_line(World& world) {
    SimLine line;
    line.kind = kinds[world.random.below(4)];
    const std::uint64_t draw = world.random.below(10);
    line.currency = draw < 7 ? "EUR" : draw < 9 ? "JPY" : "KWD";
    if (line.kind == "labor") {
        line.quantity = cents(world, 1, 80, 1);
        line.price = cents(world, 20'000, 90'000, 3);
    } else if (line.kind == "part") {
        line.quantity = Decimal::from_int(world.chance(8) ? -world.between(1, 3) : world.between(1, 20));
        line.price = cents(world, 1, 500'000, 3);
    } else {
        line.amount = cents(world, world.chance(10) ? -90'000 : 1, 900'000, 3);
    }
    return line;
}

std::vector<SimLine> plan_lines(World& world) {
    std::vector<SimLine> lines;
    if (world.chance(4)) return lines;  // a job that cost nothing
    const std::int64_t count = world.between(1, 5);
    for (std::int64_t i = 0; i < count; ++i) lines.push_back(plan_line(world));
    // In the order in which the CMMS lists them: the largest line of a tie is the first.
    const auto rank = [](const SimLine& line) {
        return std::find_if(std::begin(kinds), std::end(kinds), [&](const char* kind) { return line.kind == kind; });
    };
    std::stable_sort(lines.begin(), lines.end(), [&](const SimLine& a, const SimLine& b) { return rank(a) < rank(b); });
    return lines;
}

/// What may happen after the first completion.
void plan_afterlife(World& world, SimOrder& order, Millis at) {
    std::vector<SimLine> lines = order.stages.back().lines;
    while (world.chance(45) && order.stages.size() < 9) {
        at += Millis(world.between(200, 9'000));
        const std::uint64_t what = world.random.below(3);
        if (what == 0) {
            lines = plan_lines(world);
            order.stages.push_back({at, "completed", lines, true});
            continue;
        }
        order.stages.push_back({at, "reopened", lines, false});
        at += Millis(world.between(1, 6'000));
        if (what == 1 && world.chance(30)) {
            order.stages.push_back({at, "cancelled", lines, false});
            return;
        }
        if (world.chance(60)) {
            lines = plan_lines(world);
            order.stages.push_back({at, "reopened", lines, true});
            at += Millis(world.between(1, 2'000));
        }
        order.stages.push_back({at, "completed", lines, false});
    }
    if (world.chance(30)) order.stages.push_back({at + Millis(world.between(100, 5'000)), "closed", lines, false});
}

}  // namespace

Decimal SimLine::exact() const {
    if (kind == "labor" || kind == "part") return *quantity.times(price);
    return amount;
}

std::vector<SimOrder> plan_orders(World& world, int count, Millis span) {
    std::vector<SimOrder> orders;
    for (int i = 0; i < count; ++i) {
        SimOrder order;
        order.number = "WO-" + std::to_string(100'000 + i);
        const Place& place = places[world.random.below(std::size(places))];
        order.asset = place.asset;
        order.cost_center = place.cost_center;
        order.company = "1000";
        order.pushed = world.chance(40);
        const bool other_company = order.pushed && world.chance(8);
        if (other_company) order.company = "2000";  // not configured at first
        if (other_company) order.cost_center = "CC-2000";
        if (!other_company && world.chance(5))
            order.cost_center = "CC-77" + std::to_string(world.random.below(3));  // not in the ERP yet
        Millis at(world.between(0, span.count()));
        const std::vector<SimLine> lines = plan_lines(world);
        order.stages.push_back({at, "requested", {}, false});
        for (const char* status : {"approved", "released", "in_progress"}) {
            at += Millis(world.between(1, 700));
            order.stages.push_back({at, status, lines, false});
        }
        at += Millis(world.between(1, 3'000));
        if (world.chance(5)) {
            order.stages.push_back({at, "cancelled", lines, false});
        } else {
            order.stages.push_back({at, "completed", lines, false});
            plan_afterlife(world, order, at);
        }
        orders.push_back(std::move(order));
    }
    return orders;
}

namespace {

void add(Ledger& ledger, const SimOrder& order, const std::string& account, const std::string& center,
         const std::string& currency, const Decimal& amount) {
    Decimal& cell = ledger[{order.number, account, center, currency}];
    cell = *cell.plus(amount);
}

/// Lines of one currency: each rounded, the total rounded from the exact sum, the difference on the largest line.
void post_currency(Ledger& ledger, const SimOrder& order, const std::vector<const SimLine*>& lines) {
    const std::string& currency = lines.front()->currency;
    Decimal exact_sum, rounded_sum;
    std::vector<Decimal> amounts;
    std::size_t largest = 0;
    for (const SimLine* line : lines) {
        const Decimal exact = line->exact();
        exact_sum = *exact_sum.plus(exact);
        amounts.push_back(*exact.rounded(decimals(currency)));
        rounded_sum = *rounded_sum.plus(amounts.back());
        if (amounts.back().abs() > amounts[largest].abs()) largest = amounts.size() - 1;
    }
    const Decimal total = *exact_sum.rounded(decimals(currency));
    amounts[largest] = *amounts[largest].plus(*total.minus(rounded_sum));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (amounts[i].is_zero()) continue;
        add(ledger, order, "cost:" + lines[i]->kind, order.cost_center, currency, amounts[i]);
        add(ledger, order, "clearing:" + lines[i]->kind, "", currency, amounts[i].negated());
    }
}

}  // namespace

Ledger expected_ledger(const std::vector<SimOrder>& orders) {
    Ledger ledger;
    for (const SimOrder& order : orders) {
        const SimStage& last = order.stages.back();
        if (last.status != "completed" && last.status != "closed") continue;
        std::map<std::string, std::vector<const SimLine*>> by_currency;
        for (const SimLine& line : last.lines) by_currency[line.currency].push_back(&line);
        for (const auto& [currency, lines] : by_currency) post_currency(ledger, order, lines);
    }
    std::erase_if(ledger, [](const auto& cell) { return cell.second.is_zero(); });
    return ledger;
}

Json cmms_lines(const std::vector<SimLine>& lines) {
    Json body = Json::object({{"labor", Json::array()},
                              {"materials", Json::array()},
                              {"services", Json::array()},
                              {"other_costs", Json::array()}});
    int number = 0;
    for (const SimLine& line : lines) {
        Json item = Json::object({{"line", "L" + std::to_string(++number)}, {"currency", line.currency}});
        if (line.kind == "labor") {
            item.set("craft", "MECH");
            item.set("hours", line.quantity.str());
            item.set("rate", line.price.str());
            body.find("labor")->push_back(std::move(item));
        } else if (line.kind == "part") {
            item.set("item", "P-1001");
            item.set("quantity", line.quantity.str());
            item.set("unit_cost", line.price.str());
            body.find("materials")->push_back(std::move(item));
        } else if (line.kind == "contractor") {
            item.set("vendor", "V-100");
            item.set("cost", line.amount.str());
            body.find("services")->push_back(std::move(item));
        } else {
            item.set("cost", line.amount.str());
            body.find("other_costs")->push_back(std::move(item));
        }
    }
    return body;
}

Json canonical_order(const SimOrder& order, const SimStage& stage, WallTime completed) {
    Json json = Json::object({{"number", order.number},
                              {"asset", order.asset},
                              {"title", "Simulated job"},
                              {"order_type", "corrective"},
                              {"status", stage.status},
                              {"company_code", order.company},
                              {"receiver", Json::object({{"kind", "cost_center"}, {"code", order.cost_center}})},
                              {"currency", "EUR"}});
    if (stage.status == "completed" || stage.status == "closed") json.set("completed_at", format_time(completed));
    Json lines = Json::array();
    int number = 0;
    for (const SimLine& line : stage.lines) {
        Json item =
            Json::object({{"kind", line.kind}, {"id", "L" + std::to_string(++number)}, {"currency", line.currency}});
        if (line.kind == "labor") {
            item.set("hours", line.quantity.str());
            item.set("rate", line.price.str());
            item.set("craft", "MECH");
        } else if (line.kind == "part") {
            item.set("part", "P-1001");
            item.set("quantity", line.quantity.str());
            item.set("unit", "PCE");
            item.set("unit_cost", line.price.str());
        } else {
            item.set("amount", line.amount.str());
            if (line.kind == "contractor") item.set("vendor", "V-100");
        }
        lines.push_back(std::move(item));
    }
    json.set("lines", std::move(lines));
    return json;
}

}  // namespace tieline::sim
