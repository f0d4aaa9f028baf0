#include "bench/report.h"

#include <cstdio>
#include <cstdlib>

namespace tieline::bench {
namespace {

const char* word(Verdict verdict) {
    switch (verdict) {
        case Verdict::holds:
            return "holds";
        case Verdict::falls_short:
            return "falls short";
        case Verdict::shown:
            return "shown";
    }
    return "?";
}

}  // namespace

void Report::add(Line line) {
    line.numbers.set("load_average", json_number(load_average(), 2));
    if (!as_json_) {
        std::printf("%-11s  %-44s %s\n", word(line.verdict), (line.phase + ": " + line.what).c_str(),
                    line.figure.c_str());
        std::printf("             load %.1f", load_average());
        if (!line.target.empty()) std::printf("; target: %s", line.target.c_str());
        std::printf("\n");
        std::fflush(stdout);
    }
    lines_.push_back(std::move(line));
}

void Report::say(const std::string& text) const {
    std::fprintf(as_json_ ? stderr : stdout, "%s\n", text.c_str());
    std::fflush(stdout);
}

bool Report::holds() const {
    for (const Line& line : lines_) {
        if (line.verdict == Verdict::falls_short) return false;
    }
    return !lines_.empty();
}

void Report::finish() const {
    if (as_json_) {
        Json lines = Json::array();
        for (const Line& line : lines_) {
            lines.push_back(Json::object({{"phase", line.phase},
                                          {"what", line.what},
                                          {"figure", line.figure},
                                          {"target", line.target},
                                          {"verdict", word(line.verdict)},
                                          {"numbers", line.numbers}}));
        }
        const Json all = Json::object({{"program", "main_line_bench"}, {"holds", holds()}, {"lines", lines}});
        std::printf("%s\n", all.pretty().c_str());
        return;
    }
    std::size_t short_of = 0;
    for (const Line& line : lines_) short_of += line.verdict == Verdict::falls_short ? 1 : 0;
    std::printf("%zu lines, %zu fall short\n", lines_.size(), short_of);
}

std::string fixed(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

Json json_number(double value, int digits) { return Json::number(fixed(value, digits)); }

double load_average() {
    double averages[1] = {0};
    return getloadavg(averages, 1) == 1 ? averages[0] : 0;
}

}  // namespace tieline::bench
