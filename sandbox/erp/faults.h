#pragma once
// Misbehaviour on demand, drawn from a seed: what real systems do on bad days. In memory: a restart is peace.

#include "base/random.h"
#include "sandbox/erp/posting.h"
#include "sandbox/erp/submissions.h"

#include <optional>
#include <string>
#include <vector>

namespace tieline::sandbox::erp {

struct FaultRule {
    std::string fault;              ///< "slow", "error_before", … as in API.md
    std::uint32_t per_million = 0;  ///< chance per request, when no count is given
    std::int64_t count = -1;        ///< fires so often and then never; -1: by chance
    std::int64_t skip = 0;          ///< matching requests left alone first
    std::string method, path;       ///< filters: exact method, prefix of the path; empty: any
    Millis ms{0};
    std::int64_t requests = 0;
    std::int64_t changes = 100;  ///< of the feed that "told_twice" tells again
    std::string outcome;
    std::int64_t fired = 0;
};

/// What is to happen to one request; every kind at most once.
struct Misfortune {
    Millis slow{0};
    bool error_before = false, error_after = false, drop_before = false, drop_after = false;
    std::optional<Millis> rate_limit;
    std::optional<Later> later;
    std::optional<std::string> away;  ///< "unavailable", "drop" or "refuse"
    Millis away_for{0};               ///< from now on
    std::int64_t told_again = 0;      ///< changes before the asked place
};

class Faults {
public:
    /// Replaces all rules. False with a problem in `check` when they are not understood.
    bool set(const Json& body, Check& check);
    void set(std::uint64_t seed, std::vector<FaultRule> rules);
    Misfortune draw(std::string_view method, std::string_view path, WallTime now);
    Json show() const;
    bool peaceful() const { return rules_.empty() && !away_; }

private:
    bool fires(FaultRule& rule, std::string_view method, std::string_view path);

    SeededRandom random_{1};
    std::vector<FaultRule> rules_;
    struct Away {
        WallTime until;
        std::string how;
    };
    std::optional<Away> away_;
};

}  // namespace tieline::sandbox::erp
