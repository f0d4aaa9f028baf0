#pragma once
// What supply remembers of one place (a part in a storeroom), as compact JSON. Quantities are in the part's base unit.

#include "base/json.h"
#include "base/result.h"
#include "flows/quantity.h"
#include "flows/slot.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::flows {

/// The ERP's stock row. `seq` is the newest place in the ERP's change feed that the row surely includes.
struct SupplyStock {
    Decimal on_hand, reserved, on_order, on_requisition;
    std::int64_t seq = 0;
};

struct SupplyPlanning {
    Decimal reorder_point, order_up_to, lot_size;
    int lead_days = 0;
    std::string vendor;
};

/// What a job, a due plan or a storekeeper's suggestion asks for.
struct SupplyDemand {
    std::string id, work_order, needed_on, reservation;
    Decimal quantity;
    Decimal held;  ///< part of `quantity` that the stock row surely counts as reserved
    bool released = false;
    bool suggestion = false;
    bool planned = false;  ///< of an order that a preventive plan has made
    std::string follows;   ///< of a suggestion: requisition that serves it
    std::string outcome;   ///< of a suggestion, once it is final
    std::string reason;    ///< of that outcome
    std::string told;      ///< fingerprint of the availability last told
};

/// ordered: it has become an order whose item is not known yet.
enum class RequisitionStage { open, ordered };

inline constexpr std::int64_t known_by_receipt = -1;

struct SupplyRequisition {
    std::string number;
    std::string need;  ///< of ours; empty: made by somebody else
    std::string date;
    Decimal quantity;
    RequisitionStage stage = RequisitionStage::open;
    std::int64_t seq = 0;                  ///< known_by_receipt: the ERP's own news of it is to come
    std::vector<std::string> work_orders;  ///< of somebody else's: only these jobs may count on it
};

/// An open item of a purchase order.
struct SupplyOrder {
    std::string number, item, requisition;
    std::string need;  ///< whose requisition became this item
    std::string due;
    std::string for_date;  ///< need-by date that was asked for
    Decimal quantity, open;
    bool confirmed = false;
    bool held = false;
    bool alone = false;  ///< the only item of its order
    std::int64_t seq = 0;
};

enum class SupplyAction { create, change, cancel, order_change, order_cancel };

struct SupplyCommand {
    SupplyAction action = SupplyAction::create;
    CommandStage stage = CommandStage::open;
    int intent = 0;
    Decimal quantity;
    std::string date;      ///< delivery date sent
    std::string for_date;  ///< need-by date it stands for
    std::string facts;     ///< of the need when it was made
    std::int64_t seq = 0;  ///< of what it changes, when it was sent
    bool seen = false;     ///< the ERP told of what it created before the receipt came
    std::string slot;      ///< name of the need that its key was made of, where the need has got another name since
};

/// What a requisition is for ("stock", "demand/<id>", "suggestion/<id>"), or a document that follows its demand
/// ("order/<number>/<item>", "orphan/<requisition>"), and what was done for it.
struct SupplyNeed {
    std::string name;
    std::string requisition;  ///< open one that serves it
    Decimal asked;            ///< quantity last asked for
    std::string for_date;     ///< need-by date last asked for
    std::string facts;        ///< of the need when that was booked
    std::optional<SupplyCommand> command;
    std::string refused;  ///< facts for which somebody said no: nothing new until they change
    std::string reason;   ///< that no, plain words
    /// Its plan's round has ended: it stays as it is for a moment, the plan's order may take it over.
    bool fading = false;
};

/// An object that ended at the ERP: an older snapshot of it must not bring it back.
struct SupplyGone {
    std::string name;  ///< "R<requisition>" or "O<order>/<item>"
    std::string need;
    std::int64_t seq = 0;
};

struct SupplyState {
    int intent = 0;  ///< last intent number used at this place; never goes back
    std::string part, storeroom, unit;
    std::optional<SupplyStock> stock;
    std::optional<SupplyPlanning> planning;
    std::int64_t seq = 0;     ///< newest change of what is requisitioned or ordered
    std::int64_t newest = 0;  ///< newest change of all
    std::vector<SupplyDemand> demands;
    std::vector<SupplyRequisition> requisitions;
    std::vector<SupplyOrder> orders;
    std::vector<SupplyNeed> needs;
    std::vector<SupplyGone> gone;                 ///< newest last, bounded
    std::map<std::string, std::string> notices;   ///< open ones: id → fingerprint of the text
    std::map<std::string, std::string> answered;  ///< id → fingerprint a person has answered
    std::string wake;                             ///< date for which the wake-up is set
    bool stock_missing = false;                   ///< the wait for a first stock row is over
    bool stock_awaited = false;

    SupplyDemand* demand(std::string_view id);
    SupplyRequisition* requisition(std::string_view number);
    SupplyNeed* need(std::string_view name);
    const SupplyNeed* need(std::string_view name) const;
    SupplyNeed& need_or_new(std::string_view name);
};

std::string to_json_text(const SupplyState& state);
/// "" gives an empty state; an unreadable one is our own fault: kind internal.
Result<SupplyState> supply_state_from(std::string_view text);

}  // namespace tieline::flows
