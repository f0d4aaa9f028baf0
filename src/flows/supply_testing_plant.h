#pragma once
// A plant in small for the property test of supply: one place with a strict little ERP, jobs, a buyer and a vendor.
// What it tells the flow comes late, merged and repeated; refusals and late answers included.

#include "base/json.h"
#include "base/random.h"
#include "flows/flow.h"

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tieline::flows::testing {

class SupplyPlant {
public:
    SupplyPlant(Random& random, const Flow& flow, bool planned);

    void new_job();
    void use_or_change();  ///< a job uses its part, moves, shrinks, grows or is cancelled
    void free_use();       ///< a part is taken without a job
    void reserve_one();    ///< the ERP's reservation of a job follows it
    void buyer();          ///< approves, rejects, changes, orders, sends, confirms
    void vendor();         ///< delivers in parts or too much, takes a delivery back
    void answer_one(bool kind);
    void tell_one();        ///< one piece of news reaches the flow
    void person_answers();  ///< answers a notice, or has a refused command sent again
    void next_day() { ++day_; }
    /// No more happens in the world; all answers and all news arrive.
    void settle();
    void expect_sound();

    std::size_t commands() const { return sent_.size(); }
    std::size_t state_bytes_max() const { return state_bytes_max_; }

private:
    struct Job {
        int quantity = 0, needed_day = 0, reserved = 0;
    };
    struct Requisition {
        std::string need, reference, status = "requested";
        int quantity = 0, day = 0;
    };
    struct Order {
        std::string status = "held";
        int requisition = 0, quantity = 0, received = 0, open = 0, day = 0, confirmed = 0;
    };
    struct Sent {
        model::Command command;
        std::string state = "open";
    };

    void changed(const std::string& object);
    void tell_demand(int job);
    model::StoredEvent event_of(std::string type, std::string subject, const Json& data);
    model::StoredEvent read_object(const std::string& object);
    Json requisition_json(int number) const;
    Json order_json(int number) const;
    Json stock_json() const;
    int on_order() const;
    int on_requisition() const;
    int reserved() const;
    void execute(Sent& sent);
    bool execute_on_requisition(const Json& payload, const std::string& kind);
    bool execute_on_order(const Json& payload, const std::string& kind);
    void receipt(Sent& sent, const std::string& outcome, const std::string& document);
    void deliver(const model::StoredEvent& event);
    void apply(Decision decision);
    bool excused(const std::string& need) const;
    template <class Map>
    int any_of(const Map& map);

    Random& random_;
    const Flow& flow_;
    bool planned_;
    int day_ = 0;
    int on_hand_ = 14;
    int slack_ = 14;  ///< how much more than is needed may be there at the end
    int next_job_ = 0, next_number_ = 0;
    std::int64_t seq_ = 0;
    std::map<std::string, std::int64_t> seqs_;
    std::map<int, Job> jobs_;
    std::map<int, Requisition> requisitions_;
    std::map<int, Order> orders_;
    std::set<std::string> news_;                  ///< objects that changed and were not read since
    std::deque<model::StoredEvent> from_erp_;     ///< read, on their way
    std::deque<model::StoredEvent> from_hub_;     ///< receipts and demands, on their way
    std::vector<model::StoredEvent> told_;        ///< to be told again
    std::deque<Sent> sent_;                       ///< stays in place: receipts point into it
    std::map<std::string, std::string> notices_;  ///< id → need, where there is one
    std::string state_;
    std::size_t state_bytes_max_ = 0;
    std::uint64_t sequence_ = 0;
};

}  // namespace tieline::flows::testing
