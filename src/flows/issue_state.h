#pragma once
// What the parts issue flow remembers of a work order, as compact JSON. A transaction that has come to its end shrinks
// to its name and three numbers: a work order may collect hundreds of them.

#include "flows/reserved_line.h"
#include "flows/slot.h"
#include "model/work_order.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::flows {

/// What became of a transaction. skipped: a return of what was never issued.
enum class IssueEnd { open, booked, given_up, skipped };

/// What the CMMS is told of a transaction.
struct IssueLink {
    int intent = 0;
    bool under_way = false;
    CommandStage stage = CommandStage::open;
    std::string sending, told;  ///< hash of the word under way, and of the last one that arrived
};

/// A transaction that is not through yet.
struct Issue {
    std::string id;
    std::string returns;  ///< transaction that it gives back
    bool is_return = false;
    Json data;                ///< as the event had it
    std::string reservation;  ///< number that it takes from
    Slot slot;
    IssueEnd end = IssueEnd::open;
    int booked_intent = 0;
    std::string document, reason;
    IssueLink link;
    std::string notice;  ///< id of its open notice

    /// The transaction that must be booked first, and by which the commands are kept in order.
    const std::string& root() const { return returns.empty() ? id : returns; }
};

/// What is left of a transaction once all is said.
struct DoneIssue {
    IssueEnd end = IssueEnd::booked;
    int booked_intent = 0, last_intent = 0, link_intent = 0;
};

struct IssueState {
    bool known = false;  ///< a snapshot of the work order has been seen
    std::string company, asset, title;
    model::Receiver receiver;
    std::string order, dead_order;  ///< numbers of the work order's order in the ERP
    bool timer = false;
    std::map<std::string, ReservedLine, std::less<>> reserved;  ///< by planned line
    std::vector<Issue> issues;
    std::map<std::string, DoneIssue, std::less<>> done;

    Issue* find(std::string_view id);
    bool empty() const { return !known && order.empty() && reserved.empty() && issues.empty() && done.empty(); }
};

std::string to_json_text(const IssueState& state);
/// "" gives an empty state. An unreadable one is our own fault: kind internal.
Result<IssueState> issue_state_from(std::string_view text);

}  // namespace tieline::flows
