#pragma once
// One decision of supply: takes in an event, then brings requisitions and orders in line with what is needed.

#include "base/time.h"
#include "flows/config_supply.h"
#include "flows/flow.h"
#include "flows/receipt.h"
#include "flows/supply_position.h"
#include "flows/supply_state.h"

#include <string>
#include <string_view>
#include <vector>

namespace tieline::flows {

inline constexpr std::string_view supply_flow_name = "supply";

/// What a need should have on requisition: anything from `least` to `most` is right.
struct WantedSupply {
    Decimal least, most;
    std::string date;   ///< need-by date; empty: as soon as the part can be had
    std::string facts;  ///< what the need is; a refusal holds until it changes
    std::string work_order;
    bool keep = false;  ///< an open requisition stays as it is
};

class SupplyStep {
public:
    SupplyStep(const SupplyConfig& config, const model::StoredEvent& event, std::string_view key, SupplyState state,
               Date today)
        : config_(config), envelope_(event.envelope), key_(key), state_(std::move(state)), today_(today) {}

    /// Takes in the event: supply_intake.cpp.
    Result<void> take(const Json& data, bool is_receipt, WallTime now);
    /// Decides: supply_needs.cpp, then tells: supply_tell.cpp.
    Result<Decision> finish(std::string_view before);

private:
    Result<void> on_stock(const Json& data);
    Result<void> on_planning(const Json& data);
    Result<void> on_demand(const Json& data, WallTime now);
    Result<void> on_requisition(const Json& data);
    Result<void> on_order(const Json& data);
    Result<void> on_order_item(const Json& data, const Json& item, std::int64_t seq);
    Result<void> on_receipt();
    void let_fade(std::string_view need_name, WallTime now);
    void take_over(std::string_view from, std::string_view to);
    std::string key_of(const SupplyNeed& need) const;
    void on_timer(const Json& data);
    void on_answer(const Json& data);

    std::string owner_of(const std::string& number, const std::string& reference) const;
    void requisition_open(const SupplyRequisition& seen);
    void requisition_ended(const std::string& number, const Json& data, std::int64_t seq);
    void serve(const std::string& need_name, const std::string& number);
    void became_order(SupplyOrder& order);
    void order_ended(const std::string& number, const std::string& item, std::int64_t seq, bool received);
    const SupplyGone* gone(std::string_view name) const;
    void bury(std::string name, std::string need, std::int64_t seq);
    void booked(SupplyNeed& need, const SupplyCommand& command, const std::string& document);

    bool eligible(const SupplyDemand& demand) const;
    WantedSupply wanted_of(const std::string& name, const Allocation& most, const Allocation& least) const;
    void step(const std::string& name, const WantedSupply& wanted);
    bool unblock(SupplyNeed& need, const WantedSupply& wanted, bool exists);
    void reconcile_demands();
    void reconcile_stock();
    void reconcile_suggestions();
    void reconcile_suggestion(SupplyDemand& suggestion);
    Decimal leaving(std::string_view need_name) const;
    void reconcile_orders();
    void reconcile_order(SupplyOrder& order, const Decimal& surplus, const SupplyDemand* demand);
    void send(SupplyNeed& need, SupplyAction action, const WantedSupply& wanted, const Decimal& quantity);
    std::string payload(const SupplyNeed& need, const SupplyCommand& command, const WantedSupply& wanted,
                        const std::string& reference) const;
    std::string text_of(const SupplyNeed& need, const WantedSupply& wanted) const;
    std::string facts_of(std::string_view need_name) const;
    std::int64_t seq_of(const SupplyNeed& need) const;
    void forget_ended_orders();
    std::string date_in(int days) const;
    void drop_idle_needs();

    void tell_availability();
    void tell_demand(SupplyDemand& demand, const Cover& cover, const Allocation& allocation);
    void tell_suggestion(SupplyDemand& suggestion);
    void notice_needs(const Allocation& most);
    void notice_late(const Allocation& most);
    void notice(std::string id, std::string code, std::string subject, std::string reason, std::string fix,
                std::string details);
    void publish_notices();
    Result<void> schedule();

    const SupplyConfig& config_;
    const model::Envelope& envelope_;
    std::string_view key_;
    SupplyState state_;
    Date today_;
    Decision decision_;
    std::vector<Notice> notices_;  ///< all that hold now
};

}  // namespace tieline::flows
