// The ERP stub of the bench as a program of its own.

#include "bench/erp_stub.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr const char* usage =
    R"(usage: erp_stub [--port N] [--delay-ms N] [--poison PREFIX] [--refuse]

Answers like the sandbox ERP to journals, look-ups by reference, /api/me and /api/changes, and keeps count:
GET /stub/counts. Ends on SIGTERM or Ctrl-C with the counts; exit 1 where a reference came twice.

  --port N         default 0: any free one; the first line printed says which
  --delay-ms N     each answer comes so much later
  --poison PREFIX  422 for work orders whose number begins so
  --refuse         nobody listens; the port is only reserved and printed
)";

volatile std::sig_atomic_t asked_to_end = 0;

}  // namespace

int main(int count, char** words) {
    using namespace tieline::bench;
    StubOptions options;
    bool refuse = false;
    for (int i = 1; i < count; ++i) {
        const bool has_value = i + 1 < count;
        if (std::strcmp(words[i], "--refuse") == 0) {
            refuse = true;
        } else if (std::strcmp(words[i], "--port") == 0 && has_value) {
            options.port = static_cast<std::uint16_t>(std::atoi(words[++i]));
        } else if (std::strcmp(words[i], "--delay-ms") == 0 && has_value) {
            options.delay = std::atoi(words[++i]) * millisecond;
        } else if (std::strcmp(words[i], "--poison") == 0 && has_value) {
            options.poison = words[++i];
        } else {
            const bool help = std::strcmp(words[i], "--help") == 0;
            std::fputs(usage, help ? stdout : stderr);
            return help ? 0 : 2;
        }
    }
    Loop loop;
    Tally tally(1);
    ErpStub stub(loop, tally, options);
    if (refuse) stub.refuse();
    std::printf("ERP stub %s http://127.0.0.1:%u\n", refuse ? "refuses at" : "listens on", unsigned{stub.port()});
    std::fflush(stdout);
    std::signal(SIGTERM, [](int) { asked_to_end = 1; });
    std::signal(SIGINT, [](int) { asked_to_end = 1; });
    loop.run_until([] { return asked_to_end != 0; }, never);
    const StubCounts& counts = stub.counts();
    std::printf("%llu requests, %llu booked, %llu refused, %llu look-ups, %llu references twice\n",
                static_cast<unsigned long long>(counts.requests), static_cast<unsigned long long>(counts.booked),
                static_cast<unsigned long long>(counts.poisoned), static_cast<unsigned long long>(counts.finds),
                static_cast<unsigned long long>(counts.duplicate_references));
    return counts.duplicate_references == 0 ? 0 : 1;
}
