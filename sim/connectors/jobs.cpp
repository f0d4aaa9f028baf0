#include "sim/connectors/jobs.h"

#include <algorithm>
#include <iterator>

namespace tieline::sim {
namespace {

constexpr const char* kinds[] = {"labor", "part", "contractor", "other"};
constexpr const char* centers[] = {"CC-100", "CC-200", "CC-300"};
constexpr const char* parts[] = {"SEAL-9", "BEARING-6204"};
constexpr const char* unknown_center = "CC-NEVER";

JobLine plan_line(World& world, const JobRules& rules, bool may_give_back) {
    JobLine line;
    line.kind = kinds[world.random.below(rules.buys ? std::size(kinds) : 2)];
    if (line.kind == "labor") {
        line.quantity = Decimal::from_unscaled(world.between(1, 80), 1);
        line.price = Decimal::from_unscaled(world.between(20'000, 90'000), 3);
    } else if (line.kind == "part") {
        line.part = parts[world.random.below(std::size(parts))];
        line.quantity =
            Decimal::from_int(may_give_back && world.chance(15) ? -world.between(1, 3) : world.between(1, 20));
        line.price = Decimal::from_unscaled(world.between(1, 50'000), 2);
    } else {
        line.amount = Decimal::from_unscaled(world.between(1, 900'000), 2);
    }
    return line;
}

/// In the order in which both CMMS list them: the largest line of a tie is the first.
void sort_lines(std::vector<JobLine>& lines) {
    const auto rank = [](const JobLine& line) {
        return std::find_if(std::begin(kinds), std::end(kinds), [&](const char* kind) { return line.kind == kind; });
    };
    std::stable_sort(lines.begin(), lines.end(), [&](const JobLine& a, const JobLine& b) { return rank(a) < rank(b); });
}

std::vector<JobLine> plan_lines(World& world, const JobRules& rules, std::vector<JobLine> before, std::int64_t least,
                                bool is_completed) {
    const std::int64_t count = world.between(least, 4);
    for (std::int64_t i = 0; i < count; ++i) {
        const JobLine line = plan_line(world, rules, rules.gives_back && !before.empty());
        const bool is_too_late = is_completed && !rules.takes_late && line.kind == "part";
        if (!is_too_late) before.push_back(line);
    }
    sort_lines(before);
    return before;
}

/// What may happen after the first completion.
void plan_afterlife(World& world, const JobRules& rules, Job& job, Millis at) {
    std::vector<JobLine> lines = job.stages.back().lines;
    while (world.chance(45) && job.stages.size() < 9) {
        at += Millis(world.between(1'200, 9'000));
        const bool replaced = rules.replaces && world.chance(50);
        if (!rules.reopens || world.chance(40)) {
            lines = plan_lines(world, rules, replaced ? std::vector<JobLine>{} : lines, 1, true);
            job.stages.push_back({at, "completed", lines});
            continue;
        }
        job.stages.push_back({at, "reopened", lines});
        at += Millis(world.between(1, 6'000));
        if (world.chance(20)) {
            job.stages.push_back({at, "cancelled", lines});
            return;
        }
        lines = plan_lines(world, rules, replaced ? std::vector<JobLine>{} : lines, 0, false);
        job.stages.push_back({at, "completed", lines});
    }
    at += Millis(world.between(1'200, 5'000));
    if (world.chance(30)) job.stages.push_back({at, "closed", lines});
}

}  // namespace

const std::map<std::string, std::string> account_side = {{"610000", "cost:labor"},
                                                         {"630000", "cost:contractor"},
                                                         {"640000", "cost:other"},
                                                         {"181000", "clearing:labor"},
                                                         {"183000", "clearing:contractor"},
                                                         {"184000", "clearing:other"},
                                                         {"620000", "goods"},
                                                         {"300000", "goods"},
                                                         {"302000", "goods"}};

std::vector<Job> plan_jobs(World& world, int count, Millis span, const JobRules& rules) {
    std::vector<Job> jobs;
    for (int i = 0; i < count; ++i) {
        Job job;
        job.number = "WO-" + std::to_string(100'000 + i);
        job.cost_center = centers[world.random.below(std::size(centers))];
        if (count >= 5 && i == count / 3) job.poison = Poison::in_erp;
        if (count >= 5 && i == count / 2) job.poison = Poison::in_cmms;
        if (job.poison == Poison::in_erp) job.cost_center = unknown_center;
        Millis at(world.between(0, span.count()));
        std::vector<JobLine> lines = plan_lines(world, rules, {}, job.poison == Poison::none ? 0 : 2, false);
        if (job.poison == Poison::in_cmms)
            lines.push_back({"part", parts[0], Decimal::from_int(1), Decimal::from_int(9), {}});
        sort_lines(lines);
        job.stages.push_back({at, "requested", {}});
        for (const char* status : {"approved", "in_progress"}) {
            at += Millis(world.between(1, 900));
            job.stages.push_back({at, status, status[0] == 'i' ? lines : std::vector<JobLine>{}});
        }
        at += Millis(world.between(1, 3'000));
        if (job.poison == Poison::none && world.chance(8)) {
            job.stages.push_back({at, "cancelled", lines});
        } else {
            if (world.chance(30)) lines = plan_lines(world, rules, lines, 1, false);
            job.stages.push_back({at, "completed", lines});
            if (job.poison == Poison::none) plan_afterlife(world, rules, job, at);
        }
        jobs.push_back(std::move(job));
    }
    return jobs;
}

namespace {

void add_pieces(Pieces& pieces, const Job& job) {
    for (const JobLine& line : job.stages.back().lines) {
        if (line.kind != "part") continue;
        Decimal& cell = pieces[{job.number, line.part, job.cost_center}];
        cell = *cell.plus(line.quantity);
    }
}

void add_minutes(Pieces& pieces, const Job& job) {
    for (const JobLine& line : job.stages.back().lines) {
        if (line.kind != "labor") continue;
        Decimal& cell = pieces[{job.number, "minutes", ""}];
        cell = *cell.plus(*line.quantity.times(Decimal::from_int(60)));
    }
}

}  // namespace

Books expected_books(const std::vector<Job>& jobs, const JobRules& rules) {
    Books books;
    std::vector<SimOrder> orders;
    for (const Job& job : jobs) {
        const JobStage& last = job.stages.back();
        const bool is_done = last.status == "completed" || last.status == "closed";
        if (job.poison != Poison::none) continue;
        if (is_done || rules.by_transaction) add_pieces(books.pieces, job);
        if (!is_done) continue;
        if (rules.confirms_hours) add_minutes(books.pieces, job);
        SimOrder order;
        order.number = job.number;
        order.cost_center = job.cost_center;
        SimStage stage{last.at, last.status, {}, false};
        for (const JobLine& line : last.lines) {
            const bool is_elsewhere = line.kind == "part" || (line.kind == "labor" && rules.confirms_hours);
            if (!is_elsewhere) stage.lines.push_back({line.kind, "EUR", line.quantity, line.price, line.amount});
        }
        if (stage.lines.empty()) continue;
        order.stages.push_back(std::move(stage));
        orders.push_back(std::move(order));
    }
    books.money = expected_ledger(orders);
    std::erase_if(books.pieces, [](const auto& cell) { return cell.second.is_zero(); });
    return books;
}

namespace {

std::string name_of(const Ledger::key_type& key) {
    return std::get<0>(key) + " " + std::get<1>(key) + " " + std::get<2>(key) + " in " + std::get<3>(key);
}
std::string name_of(const Pieces::key_type& key) {
    return std::get<0>(key) + " pieces of " + std::get<1>(key) + " for " + std::get<2>(key);
}

template <class Cells>
std::string cell_difference(const Cells& actual, const Cells& expected) {
    for (const auto& [key, amount] : expected) {
        const auto found = actual.find(key);
        if (found != actual.end() && found->second == amount) continue;
        return name_of(key) + ": the books have " + (found == actual.end() ? "nothing" : found->second.str()) +
               ", it should be " + amount.str();
    }
    for (const auto& [key, amount] : actual) {
        if (!expected.contains(key))
            return name_of(key) + ": the books have " + amount.str() + ", it should be nothing";
    }
    return "";
}

}  // namespace

std::string check_orders(const std::vector<Job>& jobs, const Books& books) {
    for (const Job& job : jobs) {
        if (job.poison != Poison::none) continue;
        const auto found = books.orders.find(job.number);
        const std::size_t count = found == books.orders.end() ? 0 : found->second.size();
        const bool is_cancelled = job.stages.back().status == "cancelled";
        if (count == 0 && is_cancelled) continue;  // nobody ever saw it released
        const std::string wanted = "complete";     // of a cancelled job, too: what was used may come late
        if (count != 1) return job.number + " has " + std::to_string(count) + " orders in the ERP, it should be one";
        if (found->second.front() != wanted)
            return job.number + "'s order in the ERP is " + found->second.front() + ", it should be " + wanted;
    }
    return "";
}

std::string differences(const Books& actual, const Books& expected) {
    if (!actual.trouble.empty()) return actual.trouble;
    const std::string money = cell_difference(actual.money, expected.money);
    return money.empty() ? cell_difference(actual.pieces, expected.pieces) : money;
}

}  // namespace tieline::sim
