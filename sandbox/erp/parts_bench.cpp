// How long requests of materials management take with many parts: sandbox_erp_parts_bench [PARTS]

#include "sandbox/erp/erp.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using tieline::sandbox::erp::Erp;
using tieline::sandbox::erp::ErpOptions;

class Bench {
public:
    Bench() : erp_(":memory:", options()) {}

    /// Microseconds of one request; ends the program when it is not answered as it should be.
    double ask(const std::string& method, const std::string& url, const std::string& body) {
        tieline::net::HttpRequest request;
        request.method = method;
        request.url = url;
        request.body = body;
        request.headers.emplace_back("Authorization", "Bearer sandbox");
        const auto start = std::chrono::steady_clock::now();
        const auto response = erp_.handle(request, now_);
        const auto taken = std::chrono::steady_clock::now() - start;
        if (response.status >= 300) {
            std::fprintf(stderr, "%s %s: %d %s\n", method.c_str(), url.c_str(), response.status, response.body.c_str());
            std::exit(1);
        }
        return static_cast<double>(std::chrono::duration_cast<std::chrono::nanoseconds>(taken).count()) / 1000;
    }

    void seed(int parts) {
        for (int first = 0; first < parts; first += 500) {
            std::string materials, planning, stock;
            for (int index = first; index < std::min(parts, first + 500); ++index) {
                const std::string comma = index == first ? "" : ",", code = name(index);
                materials += comma + R"({"code":")" + code +
                             R"(","name":"Part","unit":"PC","price":"12.5000","currency":"EUR",)" +
                             R"("valuation":"moving_average"})";
                planning += comma + R"({"material":")" + code +
                            R"(","storageLocation":"MAIN","reorderPoint":"5","orderUpTo":"20","lotSize":"5",)" +
                            R"("leadTimeDays":4,"safetyStock":"2","vendor":"V-203"})";
                stock += comma + R"({"material":")" + code +
                         R"(","storageLocation":"MAIN","quantity":"1000000","postingDate":"2026-01-01"})";
            }
            ask("POST", "/admin/seed",
                R"({"materials":[)" + materials + R"(],"planning":[)" + planning + R"(],"stock":[)" + stock + "]}");
        }
    }
    static std::string name(int index) { return "B-" + std::to_string(1'000'000 + index); }

private:
    static ErpOptions options() {
        ErpOptions made;
        made.demo = true;
        return made;
    }
    Erp erp_;
    tieline::WallTime now_ = *tieline::parse_time("2026-11-24T08:00:00Z");
};

void report(const char* what, std::vector<double> taken) {
    std::sort(taken.begin(), taken.end());
    std::printf("%-34s median %8.1f us   p99 %8.1f us\n", what, taken[taken.size() / 2],
                taken[taken.size() * 99 / 100]);
}

}  // namespace

int main(int argc, char** argv) {
    const int parts = argc > 1 ? std::max(1, std::atoi(argv[1])) : 1000;
    constexpr int rounds = 2000;
    Bench bench;
    bench.seed(parts);
    std::printf("%d parts\n", parts);
    std::vector<double> issues, reservations, requisitions, stock, changes, movements;
    for (int round = 0; round < rounds; ++round) {
        const std::string code = Bench::name(static_cast<int>((round * 7919LL) % parts));
        const std::string what = R"("companyCode":"1000","material":")" + code +
                                 R"(","quantity":"1","unit":"PC","storageLocation":"MAIN","reference":"R)" +
                                 std::to_string(round) + "\"";
        issues.push_back(bench.ask("POST", "/api/goods-issues",
                                   R"({"postingDate":"2026-11-24","costCenter":"CC-100",)" + what + "}"));
        reservations.push_back(
            bench.ask("POST", "/api/reservations", R"({"requirementDate":"2026-12-01",)" + what + "}"));
        requisitions.push_back(bench.ask("POST", "/api/requisitions", R"({"deliveryDate":"2026-12-01",)" + what + "}"));
        stock.push_back(bench.ask("GET", "/api/stock?storageLocation=MAIN&material=" + code, ""));
        movements.push_back(bench.ask("GET", "/api/movements?reference=R" + std::to_string(round), ""));
        changes.push_back(bench.ask(
            "GET", "/api/changes?expand=true&kinds=stock,requisition&after=" + std::to_string(round * 4), ""));
    }
    report("POST /api/goods-issues", issues);
    report("POST /api/reservations", reservations);
    report("POST /api/requisitions", requisitions);
    report("GET /api/stock of a part", stock);
    report("GET /api/movements by reference", movements);
    report("GET /api/changes, 100 with bodies", changes);
    return 0;
}
