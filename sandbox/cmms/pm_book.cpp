#include "sandbox/cmms/pm_book.h"

#include "sandbox/cmms/quantities.h"

#include <algorithm>

namespace tieline::sandbox::cmms {
namespace {

bool is_fixed(const Json& plan) { return plan.text_or("schedule") == "fixed"; }

/// The day on which the meter reaches the threshold at its present rate; nullopt without a rate.
std::optional<std::int64_t> day_reached(const MeterState& state, const Decimal& threshold, std::int64_t today) {
    if (state.total >= threshold) return today;
    if (!state.per_day || state.per_day->is_zero()) return std::nullopt;
    const __int128 missing = unscaled(difference(threshold, state.total), 6);
    const __int128 per_day = unscaled(*state.per_day, 6);
    const __int128 days = (missing + per_day - 1) / per_day;
    constexpr __int128 days_max = 3'000'000;
    return std::max(today, day_of(state.at) + static_cast<std::int64_t>(std::min(days, days_max)));
}

}  // namespace

std::optional<PmBook::Last> PmBook::last_order(const std::string& plan, bool furthest) {
    Rows rows = database_.query(
        furthest ? "SELECT due, threshold, state FROM pm_orders WHERE pm = ? ORDER BY due DESC LIMIT 1"
                 : "SELECT due, threshold, state FROM pm_orders WHERE pm = ? ORDER BY state = 'open' DESC, id DESC "
                   "LIMIT 1");
    rows.bind(std::string_view(plan));
    if (!rows.next()) return std::nullopt;
    const Result<Decimal> threshold = Decimal::parse(rows.text(1));
    return Last{day_of(rows.text(0)), threshold ? *threshold : Decimal(), rows.text(2)};
}

bool PmBook::has_order(const std::string& plan, std::int64_t due) {
    Rows rows = database_.query("SELECT 1 FROM pm_orders WHERE pm = ? AND due = ? LIMIT 1");
    rows.bind(std::string_view(plan)).bind(std::string_view(day_text(due)));
    return rows.next();
}

std::vector<PmDue> PmBook::calendar_due(const Json& plan, std::int64_t until, bool forecast, std::size_t count_max) {
    const std::string number = plan.text_or("pm");
    const std::int64_t every = plan.find("calendar")->int_or("every_days", 1);
    const std::optional<Last> last = last_order(number, is_fixed(plan));
    const std::string done = plan.text_or("last_done"), start = plan.text_or("start_on");
    const bool waits = !is_fixed(plan) && last && last->state == "open";
    if (waits && !forecast) return {};
    std::int64_t day = done.empty() ? day_of(start) : day_of(done) + every;
    if (last && (is_fixed(plan) || waits)) day = last->due + every;
    // What was cancelled is passed over, whether or not the work was done before.
    if (last && last->state == "cancelled") day = std::max(day, last->due + every);
    if (!start.empty()) day = std::max(day, day_of(start));
    std::vector<PmDue> list;
    bool certain = !waits;
    while (list.size() < count_max) {
        if (is_fixed(plan) && has_order(number, day)) {
            day += every;
            continue;
        }
        if (day > until) break;
        list.push_back(PmDue{day, Decimal(), certain});
        day += every;
        if (is_fixed(plan)) continue;
        if (!forecast) break;
        certain = false;
    }
    return list;
}

std::vector<PmDue> PmBook::meter_due(const Json& plan, std::int64_t until, WallTime now, bool forecast,
                                     std::size_t count_max) {
    const std::string number = plan.text_or("pm");
    const Decimal every = decimal_of(*plan.find("meter"), "every");
    const std::optional<Last> last = last_order(number, false);
    const bool waits = last && last->state == "open";
    if (waits && !forecast) return {};
    const std::optional<MeterState> state = meters_.state(plan.text_or("asset"), plan.find("meter")->text_or("name"));
    if (!state) return {};
    const Decimal done = decimal_of(plan, "last_meter");
    Decimal threshold = sum(done, every);
    if (last && (waits || last->state == "cancelled")) threshold = std::max(threshold, sum(last->threshold, every));
    if (last && is_fixed(plan)) {
        const __int128 step = unscaled(every, 6), passed = unscaled(difference(done, last->threshold), 6);
        const __int128 rounds = passed < 0 ? 1 : passed / step + 1;
        threshold = sum(last->threshold, from_unscaled(rounds * step, 6));
    }
    std::vector<PmDue> list;
    while (list.size() < count_max) {
        const std::optional<std::int64_t> day = day_reached(*state, threshold, day_of(now));
        if (!day || *day > until) break;
        list.push_back(PmDue{*day, threshold, !waits && list.empty() && state->total >= threshold});
        if (!forecast) break;
        threshold = sum(threshold, every);
    }
    return list;
}

std::vector<PmDue> PmBook::due_until(const Json& plan, std::int64_t until, WallTime now, bool forecast,
                                     std::size_t count_max) {
    if (plan.find("meter")->is_null()) return calendar_due(plan, until, forecast, count_max);
    return meter_due(plan, until, now, forecast, count_max);
}

std::string PmBook::next_due(const Json& plan, WallTime now) {
    constexpr std::int64_t far = 2'900'000;  // beyond any plan
    const std::vector<PmDue> due = due_until(plan, far, now, false, 1);
    return due.empty() ? "" : day_text(due.front().day);
}

void PmBook::save(Json& plan, WallTime now) {
    plan.set("next_due", next_due(plan, now));
    objects_.save(pm_kind(), plan, now);
}

void PmBook::ordered(const Json& plan, const PmDue& due, const std::string& wonum) {
    const std::string latest = day_text(due.day + plan.int_or("tolerance_days", 0));
    database_
        .query(
            "INSERT INTO pm_orders(pm, due, latest, threshold, wonum, state, done_on) VALUES(?, ?, ?, ?, ?, 'open', "
            "'')")
        .bind(std::string_view(plan.find("pm")->string()))
        .bind(std::string_view(day_text(due.day)))
        .bind(std::string_view(latest))
        .bind(std::string_view(due.threshold.str()))
        .bind(std::string_view(wonum))
        .run();
}

void PmBook::follow(const Json& work_order, WallTime now) {
    const std::string wonum = work_order.text_or("wonum"), status = work_order.text_or("status");
    const bool is_done = status == "COMP" || status == "CLOSED";
    const std::string state = is_done ? "done" : (status == "CANC" ? "cancelled" : "open");
    const std::string done_on = is_done ? work_order.text_or("actual_finish").substr(0, 10) : "";
    bool was_open = true;
    {
        Rows rows = database_.query("SELECT state, done_on FROM pm_orders WHERE wonum = ?");
        rows.bind(std::string_view(wonum));
        if (!rows.next() || (rows.text(0) == state && rows.text(1) == done_on)) return;
        was_open = rows.text(0) == "open";
    }
    database_.query("UPDATE pm_orders SET state = ?, done_on = ? WHERE wonum = ?")
        .bind(std::string_view(state))
        .bind(std::string_view(done_on))
        .bind(std::string_view(wonum))
        .run();
    std::optional<Json> plan = objects_.find(pm_kind(), work_order.text_or("pm"));
    if (!plan) return;
    if (is_done && was_open && !plan->find("meter")->is_null()) {
        const std::optional<MeterState> meter =
            meters_.state(plan->text_or("asset"), plan->find("meter")->text_or("name"));
        if (meter) plan->set("last_meter", number_of(meter->total));
    }
    std::string last;
    {
        Rows rows = database_.query("SELECT coalesce(max(done_on), '') FROM pm_orders WHERE pm = ? AND state = 'done'");
        rows.bind(std::string_view(plan->find("pm")->string()));
        if (rows.next()) last = rows.text(0);
    }
    if (!last.empty()) plan->set("last_done", last);
    save(*plan, now);
}

Json PmBook::compliance(const std::string& from, const std::string& to, WallTime now) {
    const std::string today = day_text(day_of(now));
    Rows rows = database_.query(
        "SELECT count(*), coalesce(sum(state = 'done' AND done_on <= latest), 0), "
        "coalesce(sum(state = 'done' AND done_on > latest), 0), coalesce(sum(state = 'open' AND latest >= ?), 0), "
        "coalesce(sum(state = 'open' AND latest < ?), 0), coalesce(sum(state = 'cancelled'), 0) "
        "FROM pm_orders WHERE due >= ? AND due <= ?");
    rows.bind(std::string_view(today)).bind(std::string_view(today));
    rows.bind(std::string_view(from)).bind(std::string_view(to));
    rows.next();
    Json report = Json::object({{"from", from}, {"to", to}});
    const char* names[] = {"due", "done_in_time", "done_late", "open", "open_overdue", "cancelled"};
    for (int column = 0; column < 6; ++column) report.set(names[column], rows.integer(column));
    const std::int64_t due = rows.integer(0);
    report.set("compliance", due == 0 ? Json() : Json::number(ratio(rows.integer(1), due)));
    return report;
}

}  // namespace tieline::sandbox::cmms
