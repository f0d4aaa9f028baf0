#pragma once
// One storeroom, one part, jobs by hand: what races, bad input and the chain are played on. The clock is simulated, the
// hub asks both systems at the intervals of templates/sandbox.yaml.

#include "sim/parts_run.h"

#include <optional>
#include <string>

namespace tieline::sim {

class PartsBench {
public:
    /// A part "M-10000" of `physical` pieces in `storeroom`; reorder point 0 buys for jobs only.
    PartsBench(const char* storeroom, std::int64_t physical, std::int64_t reorder_point, std::int64_t order_up_to);

    PartsRun run;
    std::string complaint;  ///< the first thing that was not as it must be

    PartsPeers& peers() { return run.peers(); }
    SimPlace& place() { return run.peers().places.front(); }
    void wait_s(int seconds) { run.run_for(Millis(seconds * 1'000)); }
    void expect(bool holds, const std::string& what) {
        if (!holds && complaint.empty()) complaint = what;
    }
    std::string end();

    /// A released job that needs so many; its planned line is P1.
    void job(const std::string& number, std::int64_t planned, int in_days = 5);
    /// A technician books; the number of the transaction, or "".
    std::string take(const std::string& number, const std::string& quantity, const Json& more = Json());
    Json erp_stock();
    Json cmms_stock();
    Json order(const std::string& number) { return peers().cmms("GET", "/api/workorders/" + number).body; }
    Json transaction(const std::string& number) { return peers().cmms("GET", "/api/part-transactions/" + number).body; }
    std::vector<Json> requisitions() { return peers().erp_rows("/api/requisitions?"); }
    /// Approves, orders, sends; the number of the purchase order.
    std::string buy(const Json& requisition);
    /// Receives; the document, or "".
    std::string receive(const std::string& purchase_order, const std::string& quantity);
    std::vector<store::Exception> exceptions();
    const store::Exception* find_exception(std::string_view code);
    void replay(const store::Exception& exception, std::optional<std::string> payload = std::nullopt);
    void replay_code(std::string_view code);
    int events(std::string_view type);

private:
    std::vector<store::Exception> found_;
};

}  // namespace tieline::sim
