#pragma once
// One decision of the parts issue flow: the state is read, changed by the event, each transaction takes a step, the
// state is written back.

#include "flows/config.h"
#include "flows/issue_state.h"
#include "flows/receipt.h"
#include "model/event.h"

#include <string>
#include <string_view>

namespace tieline::flows {

inline constexpr std::string_view issue_flow_name = "parts_issue";
inline constexpr std::string_view issue_timer_name = "waiting";

class IssueStep {
public:
    IssueStep(const PartsIssueConfig& config, const model::StoredEvent& event, std::string_view key, IssueState state,
              WallTime now)
        : config_(config), envelope_(event.envelope), key_(key), state_(std::move(state)), now_(now) {}

    Result<void> on_snapshot();
    Result<void> on_transaction(bool is_return);
    Result<void> on_receipt();
    void on_timer();
    Result<void> on_answer();
    Result<Decision> finish(std::string_view before);

private:
    /// never: it gives back what was never issued.
    enum class Way { free, waits_for_order, waits_for_issue, never };

    void on_word(const Receipt& receipt);
    void on_order(const Receipt& receipt);
    void on_link(const Receipt& receipt);
    Result<void> on_document(const Receipt& receipt);
    void take_booked(Issue& issue, const Receipt& receipt, const BookedDocument& booked);
    Issue* find_or_restore(const std::string& id);
    Way way_of(const Issue& issue) const;
    bool is_missing(const Issue& issue) const;
    void skip(Issue& issue);
    void open_notice(Issue& issue, std::string kind, std::string code, std::string reason, std::string fix);
    void close_notice(Issue& issue);
    void refresh(Issue& issue);
    Result<void> advance(Issue& issue, const SlotContext& context);
    void link(Issue& issue);
    bool may_link(Issue& issue, const std::string& wanted);
    void retire();

    const PartsIssueConfig& config_;
    const model::Envelope& envelope_;
    std::string_view key_;
    IssueState state_;
    WallTime now_;
    bool order_changed_ = false;   ///< what the work order says of company, receiver or text
    bool number_changed_ = false;  ///< its order in the ERP is another one
    Decision decision_;
};

}  // namespace tieline::flows
