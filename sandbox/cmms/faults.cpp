#include "sandbox/cmms/faults.h"

#include "sandbox/cmms/reader.h"

#include <optional>
#include <utility>

namespace tieline::sandbox::cmms {
namespace {

constexpr std::uint64_t million = 1'000'000;
constexpr std::int64_t ms_max = 3'600'000;

const std::vector<std::pair<std::string_view, FaultKind>>& names() {
    static const std::vector<std::pair<std::string_view, FaultKind>> list = {
        {"slow", FaultKind::slow},
        {"error_before", FaultKind::error_before},
        {"error_after", FaultKind::error_after},
        {"rate_limit", FaultKind::rate_limit},
        {"drop_before", FaultKind::drop_before},
        {"drop_after", FaultKind::drop_after},
        {"away", FaultKind::away},
        {"webhook_lost", FaultKind::webhook_lost},
        {"webhook_twice", FaultKind::webhook_twice},
        {"webhook_shuffled", FaultKind::webhook_shuffled},
    };
    return list;
}

/// "2.5" percent as parts per million; finer steps are cut off.
std::uint64_t parts_of(const Decimal& percent) {
    const Result<Decimal> scaled = percent.times(Decimal::from_int(10'000));
    const Result<Decimal> whole = scaled ? scaled->rounded(0, Rounding::down) : scaled;
    return whole ? std::stoull(whole->str()) : 0;
}

}  // namespace

Outcome<Faults::Rule> Faults::read_rule(const Json& input, const std::string& path) {
    Reader reader(input, path, {"fault", "percent", "count", "skip", "method", "path", "ms", "outcome"});
    Rule rule;
    std::vector<std::string_view> choices;
    for (const auto& [name, kind] : names()) choices.push_back(name);
    rule.name = reader.one_of("fault", choices, "");
    if (rule.name.empty()) reader.fail(invalid("missing_field", reader.path_of("fault"), "name the fault"));
    const Decimal percent = reader.decimal("percent", Reader::Sign::not_negative);
    rule.count = reader.integer("count", 1, 1'000'000'000, -1);
    if (percent > Decimal::from_int(100)) {
        reader.fail(invalid("bad_number", reader.path_of("percent"), "at most 100"));
    }
    if (reader.has("percent") == reader.has("count")) {
        reader.fail(invalid("bad_rule", path, "a rule has either percent or count"));
    }
    rule.skip = reader.integer("skip", 0, 1'000'000'000, 0);
    rule.method = reader.text("method", 10);
    rule.path = reader.text("path", 200);
    rule.duration = Millis{reader.integer("ms", 0, ms_max, 1'000)};
    if (reader.failed()) return reader.problem();
    rule.parts_per_million = parts_of(percent);
    for (const auto& [name, kind] : names()) {
        if (name == rule.name) rule.kind = kind;
    }
    return rule;
}

Outcome<> Faults::configure(const Json& input, WallTime now) {
    Reader reader(input, "", {"seed", "rules"});
    const std::int64_t seed = reader.integer("seed", 0, INT64_MAX, 1);
    const Json::Array* given = reader.array("rules", 100);
    if (reader.failed()) return reader.problem();
    std::vector<Rule> rules;
    for (std::size_t index = 0; given != nullptr && index < given->size(); ++index) {
        Outcome<Rule> rule = read_rule((*given)[index], "rules[" + std::to_string(index) + "]");
        if (!rule) return rule.error();
        rules.push_back(std::move(*rule));
    }
    rules_ = std::move(rules);
    random_ = SeededRandom(static_cast<std::uint64_t>(seed));
    away_until_ = now;
    return {};
}

Json Faults::report() const {
    Json rules = Json::array();
    for (const Rule& rule : rules_) {
        rules.push_back(Json::object({{"fault", rule.name}, {"fired", rule.fired}, {"left", rule.count}}));
    }
    return Json::object({{"rules", std::move(rules)}});
}

Faults::Rule* Faults::fires(FaultKind kind, std::string_view method, std::string_view path) {
    for (Rule& rule : rules_) {
        if (rule.kind != kind || rule.count == 0) continue;
        if (!rule.method.empty() && rule.method != method) continue;
        if (!rule.path.empty() && !path.starts_with(rule.path)) continue;
        if (rule.skip > 0) {
            --rule.skip;
            continue;
        }
        if (rule.count < 0 && random_.below(million) >= rule.parts_per_million) continue;
        if (rule.count > 0) --rule.count;
        ++rule.fired;
        return &rule;
    }
    return nullptr;
}

Faults::Verdict Faults::judge(std::string_view method, std::string_view path, WallTime now) {
    Verdict verdict;
    if (rules_.empty()) return verdict;
    if (now < away_until_) {
        verdict.drop_before = true;
        return verdict;
    }
    if (const Rule* rule = fires(FaultKind::away, method, path)) {
        away_until_ = now + rule->duration;
        verdict.drop_before = true;
        return verdict;
    }
    if (const Rule* rule = fires(FaultKind::slow, method, path)) verdict.delay = rule->duration;
    if (const Rule* rule = fires(FaultKind::rate_limit, method, path)) {
        verdict.rate_limit = true;
        verdict.retry_after = rule->duration;
        return verdict;
    }
    verdict.drop_before = fires(FaultKind::drop_before, method, path) != nullptr;
    verdict.error_before = fires(FaultKind::error_before, method, path) != nullptr;
    verdict.drop_after = fires(FaultKind::drop_after, method, path) != nullptr;
    verdict.error_after = fires(FaultKind::error_after, method, path) != nullptr;
    return verdict;
}

void Faults::shuffle_webhooks(std::size_t count, const std::function<void(std::size_t, std::size_t)>& swap) {
    if (count < 2 || fires(FaultKind::webhook_shuffled, "", "") == nullptr) return;
    for (std::size_t index = count - 1; index > 0; --index) swap(index, random_.below(index + 1));
}

}  // namespace tieline::sandbox::cmms
