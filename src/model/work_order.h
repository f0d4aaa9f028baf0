#pragma once
// The canonical work order: what every CMMS connector maps to. Amounts are JSON strings, decimals exact.

#include "base/decimal.h"
#include "base/json.h"
#include "base/time.h"
#include "model/planned_part.h"

#include <optional>
#include <string>
#include <vector>

namespace tieline::model {

/// States in the order of a job's life. reopened: completed once, being worked again.
enum class WorkOrderStatus { requested, approved, released, in_progress, completed, closed, cancelled, reopened };
const char* to_string(WorkOrderStatus status);
std::optional<WorkOrderStatus> work_order_status_from(std::string_view text);
/// Event type of a snapshot with this status: "workorder.completed", in_progress gives "workorder.started".
std::string event_type_of(WorkOrderStatus status);

enum class LineKind { labor, part, contractor, other };
const char* to_string(LineKind kind);
std::optional<LineKind> line_kind_from(std::string_view text);

enum class ReceiverKind { cost_center, internal_order, asset };
const char* to_string(ReceiverKind kind);
std::optional<ReceiverKind> receiver_kind_from(std::string_view text);
/// Who bears the cost.
struct Receiver {
    ReceiverKind kind = ReceiverKind::cost_center;
    std::string code;
    bool operator==(const Receiver&) const = default;
};

/// One cost line. Exact amount = quantity × price for labor and part; contractor and other carry `amount` itself.
/// A negative amount or quantity is a credit. Labor hours must not be negative ("negative_hours").
struct CostLine {
    LineKind kind = LineKind::other;
    std::string id;  ///< unique within the work order
    std::string description;
    std::string currency;                         ///< ISO 4217 alphabetic
    Decimal quantity;                             ///< labor: hours; part: pieces of `unit`
    std::string unit;                             ///< "H", "PCE", ... (UN/ECE Rec 20 common codes)
    Decimal price;                                ///< labor: rate per hour; part: unit cost
    Decimal amount;                               ///< exact, unrounded
    std::string person, craft;                    ///< labor
    std::string part, storeroom;                  ///< part
    std::string transaction;                      ///< part: the part transaction that made this line
    std::string vendor, invoice, purchase_order;  ///< contractor
    std::string tax_code;
    bool capital = false;              ///< capital instead of expense
    std::optional<Receiver> receiver;  ///< overrides the order's
};

struct WorkOrder {
    std::string number;  ///< 1..32 characters
    std::string site;
    std::string asset;
    std::string title;
    std::string order_type;  ///< "corrective", "preventive", or the source's code
    WorkOrderStatus status = WorkOrderStatus::requested;
    std::string company_code;
    Receiver receiver;                     ///< code empty: the site's default applies
    std::string currency;                  ///< of the planned cost
    Decimal planned_cost;                  ///< commitment while open; zero = unknown
    std::optional<WallTime> completed_at;  ///< required when completed or closed
    std::optional<WallTime> due_at;
    std::string erp_order;  ///< number of its mirror in the ERP, as the CMMS knows it
    std::string batch;      ///< production batch, where known
    std::vector<CostLine> lines;
    std::vector<PlannedPart> planned_parts;
    std::string plan;                         ///< preventive plan that made it
    std::optional<Date> plan_due;             ///< the plan's due date that it fulfils; comes with `plan`
    std::optional<WallTime> scheduled_start;  ///< when the planner wants it to begin
    std::vector<MeterReading> meters;         ///< readings taken with it
    std::vector<PartSerial> serials_installed, serials_removed;
};

/// Bounds: ≤ 2,000 lines, ≤ 500 planned parts, meters and serials each, ids ≤ 64 characters, texts ≤ 500 characters;
/// money ≤ 15 digits before the point. Every error is kind invalid, names the field ("lines[2].hours") and says the
/// rule. Unknown members are errors.
Result<WorkOrder> work_order_from_json(const Json& json);
/// Canonical form: fixed member order, amounts as strings, empty members left out. Parsing it gives the same value.
Json to_json(const WorkOrder& order);

/// Number of decimals of a currency's minor unit (ISO 4217): JPY 0, EUR 2, KWD 3. Unknown code: invalid,
/// "unknown_currency".
Result<int> minor_units(std::string_view currency);

}  // namespace tieline::model
