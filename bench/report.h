#pragma once
// One line per measured thing: what, figure, target, verdict. A table for people, JSON for machines.

#include "base/json.h"

#include <string>
#include <vector>

namespace tieline::bench {

enum class Verdict { holds, falls_short, shown };

struct Line {
    std::string phase, what, figure, target;
    Verdict verdict = Verdict::shown;
    Json numbers = Json::object();
};

class Report {
public:
    explicit Report(bool as_json) : as_json_(as_json) {}
    /// Prints the line at once, but for JSON.
    void add(Line line);
    /// A remark between lines; to standard error with JSON.
    void say(const std::string& text) const;
    bool holds() const;
    void finish() const;

private:
    bool as_json_;
    std::vector<Line> lines_;
};

/// "1.25", with so many digits behind the point.
std::string fixed(double value, int digits);
Json json_number(double value, int digits);
/// One-minute load average of the machine.
double load_average();

}  // namespace tieline::bench
