#pragma once
// Misbehaviour on request: what real peers do on bad days, drawn from a seed. Lives in memory, a restart is peace.

#include "base/json.h"
#include "base/random.h"
#include "base/time.h"
#include "sandbox/cmms/problem.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::sandbox::cmms {

enum class FaultKind {
    slow,              ///< the answer comes `ms` later
    error_before,      ///< 500, nothing was done
    error_after,       ///< 500, but the work is committed
    rate_limit,        ///< 429 with Retry-After
    drop_before,       ///< connection closed without an answer, nothing was done
    drop_after,        ///< connection closed without an answer, the work is committed
    away,              ///< nobody answers for `ms`
    webhook_lost,      ///< a change is never announced
    webhook_twice,     ///< announced twice
    webhook_shuffled,  ///< due deliveries leave out of order
};

class Faults {
public:
    /// {"seed", "rules": [{"fault", "percent": "2.5" | "count": 3, "skip"?, "method"?, "path"? (prefix), "ms"?}]}
    /// replaces all rules; an empty list is peace.
    Outcome<> configure(const Json& input, WallTime now);
    /// The rules with how often each fired.
    Json report() const;

    struct Verdict {
        bool error_before = false, error_after = false, rate_limit = false, drop_before = false, drop_after = false;
        Millis delay{0};
        Millis retry_after{0};
    };
    Verdict judge(std::string_view method, std::string_view path, WallTime now);

    bool loses_webhook() { return fires(FaultKind::webhook_lost, "", "") != nullptr; }
    bool doubles_webhook() { return fires(FaultKind::webhook_twice, "", "") != nullptr; }
    void shuffle_webhooks(std::size_t count, const std::function<void(std::size_t, std::size_t)>& swap);

private:
    struct Rule {
        FaultKind kind{};
        std::string name;
        std::uint64_t parts_per_million = 0;
        std::int64_t count = -1;  ///< how often it still fires; -1: by chance
        std::int64_t skip = 0;
        std::string method, path;
        Millis duration{0};
        std::int64_t fired = 0;
    };
    Rule* fires(FaultKind kind, std::string_view method, std::string_view path);
    static Outcome<Rule> read_rule(const Json& input, const std::string& path);

    SeededRandom random_{1};
    std::vector<Rule> rules_;
    WallTime away_until_{};
};

}  // namespace tieline::sandbox::cmms
