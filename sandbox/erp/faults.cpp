#include "sandbox/erp/faults.h"

#include <algorithm>
#include <array>

namespace tieline::sandbox::erp {

namespace {

constexpr std::array<std::string_view, 9> known_faults{"slow",         "error_before", "error_after",
                                                       "rate_limit",   "drop_before",  "drop_after",
                                                       "accept_later", "away",         "told_twice"};

FaultRule read_rule(const Json& json, std::size_t index, Check& check) {
    Fields fields(json, "/rules/" + std::to_string(index), check);
    FaultRule rule;
    rule.fault = fields.text("fault", 20);
    if (std::find(known_faults.begin(), known_faults.end(), rule.fault) == known_faults.end())
        check.fail("wrong_type", fields.at("fault"), "this fault is not known; API.md lists them");
    const Decimal percent = fields.decimal("percent", 3, 4, Need::optional);
    rule.per_million = static_cast<std::uint32_t>(std::max<Minor>(0, to_minor(percent, 4)));
    rule.count = fields.integer("count", -1, 0, 1'000'000'000);
    rule.skip = fields.integer("skip", 0, 0, 1'000'000'000);
    rule.method = fields.text("method", 8, Need::optional);
    rule.path = fields.text("path", 100, Need::optional);
    rule.ms = Millis(fields.integer("ms", 0, 0, 600'000));
    rule.requests = fields.integer("requests", 0, 0, 1'000'000);
    rule.changes = fields.integer("changes", 100, 1, 1000);
    rule.outcome = fields.text("outcome", 20, Need::optional);
    fields.done();
    return rule;
}

}  // namespace

bool Faults::set(const Json& body, Check& check) {
    Fields fields(body, "", check);
    const std::int64_t seed = fields.integer("seed", 1, 0, INT64_MAX);
    std::vector<FaultRule> rules;
    const Json::Array& items = fields.array("rules");
    fields.done();
    if (items.size() > 100) check.fail("bad_items", "/rules", "at most 100 rules");
    for (std::size_t index = 0; index < items.size() && check.ok(); ++index)
        rules.push_back(read_rule(items[index], index, check));
    if (!check.ok()) return false;
    set(static_cast<std::uint64_t>(seed), std::move(rules));
    return true;
}

void Faults::set(std::uint64_t seed, std::vector<FaultRule> rules) {
    random_ = SeededRandom(seed);
    rules_ = std::move(rules);
    away_.reset();
}

bool Faults::fires(FaultRule& rule, std::string_view method, std::string_view path) {
    if (!rule.method.empty() && rule.method != method) return false;
    if (!rule.path.empty() && !path.starts_with(rule.path)) return false;
    if (rule.fault == "accept_later" && method == "GET") return false;
    if (rule.fault == "told_twice" && path != "/api/changes") return false;
    if (rule.skip > 0) {
        --rule.skip;
        return false;
    }
    if (rule.count >= 0 ? rule.fired >= rule.count : random_.below(1'000'000) >= rule.per_million) return false;
    ++rule.fired;
    return true;
}

Misfortune Faults::draw(std::string_view method, std::string_view path, WallTime now) {
    Misfortune bad;
    if (away_ && now < away_->until) {
        bad.away = away_->how;
        bad.away_for = away_->until - now;
        return bad;
    }
    away_.reset();
    for (FaultRule& rule : rules_) {
        if (!fires(rule, method, path)) continue;
        if (rule.fault == "slow") bad.slow = rule.ms;
        if (rule.fault == "error_before") bad.error_before = true;
        if (rule.fault == "error_after") bad.error_after = true;
        if (rule.fault == "drop_before") bad.drop_before = true;
        if (rule.fault == "drop_after") bad.drop_after = true;
        if (rule.fault == "rate_limit") bad.rate_limit = rule.ms;
        if (rule.fault == "told_twice") bad.told_again = rule.changes;
        if (rule.fault == "accept_later") bad.later = Later{rule.ms, rule.requests, rule.outcome == "reject"};
        if (rule.fault == "away") {
            away_ = Away{now + rule.ms, rule.outcome.empty() ? "unavailable" : rule.outcome};
            bad.away = away_->how;
            bad.away_for = rule.ms;
        }
    }
    return bad;
}

Json Faults::show() const {
    Json list = Json::array();
    for (const FaultRule& rule : rules_) {
        Json row = Json::object();
        row.set("fault", rule.fault);
        row.set("fired", rule.fired);
        if (!rule.method.empty()) row.set("method", rule.method);
        if (!rule.path.empty()) row.set("path", rule.path);
        list.push_back(std::move(row));
    }
    Json body = Json::object();
    body.set("rules", std::move(list));
    return body;
}

}  // namespace tieline::sandbox::erp
