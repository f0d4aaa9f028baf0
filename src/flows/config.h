#pragma once
// What people set for the flows: plain values, read from the configuration file's "flows" section.

#include "base/decimal.h"
#include "base/json.h"
#include "base/result.h"
#include "flows/config_master.h"
#include "flows/config_supply.h"
#include "model/work_order.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tieline::flows {

/// Accounts of one company code, by line kind (index = LineKind). Empty: not set.
struct Accounts {
    std::array<std::string, 4> cost{};      ///< cost element of each kind
    std::array<std::string, 4> clearing{};  ///< clearing account of each kind
    std::string capital;                    ///< capital lines are debited here instead of the cost element
    std::string accrued;                    ///< accrued liabilities: the other side of an accrual
};

struct Company {
    std::string code;
    std::string zone;   ///< tz database name, e.g. "Europe/Berlin": posting dates follow it
    Accounts accounts;  ///< complete: the general table with this company's own entries on top
};

/// What several flows share.
struct CompanyTable {
    std::vector<Company> companies;
    std::string default_code;  ///< for work orders that name none
    /// The company of a work order, or an error (invalid, "unknown_company") that says what to mend.
    Result<const Company*> of(std::string_view code, std::string_view work_order) const;
};

/// Which document carries the cost of a line. transaction: the goods issue of the part transaction that made the line,
/// posted by parts_issue when the part was taken.
enum class Carrier { journal, goods_issue, confirmation, service_receipt, accrual, transaction };

enum class ClosedPeriod { exception, next_open };
enum class ReversalDate { event, original };

/// Who bears the cost when neither the line nor the order says so.
struct ReceiverTable {
    std::map<std::string, model::Receiver, std::less<>> by_asset;
    std::optional<model::Receiver> fallback;
};

struct CostPostingConfig {
    std::string connector = "erp";
    CompanyTable companies;
    ReceiverTable receivers;
    std::array<Carrier, 4> carrier{};  ///< by line kind
    Carrier contractor_without_order = Carrier::journal;
    Carrier part_without_transaction = Carrier::journal;
    Rounding rounding = Rounding::half_even;
    ClosedPeriod closed_period = ClosedPeriod::exception;
    ReversalDate reversal_date = ReversalDate::event;
    /// A vendor's invoice that is booked before the service receipt carries the cost itself: the receipt is then left
    /// out. False for an ERP that clears such an invoice against a later receipt.
    bool invoice_first_carries_cost = true;
    bool post_to_order = false;  ///< wait for the ERP order's number before posting
};

struct OrderMirrorConfig {
    std::string erp = "erp";
    std::string cmms = "cmms";
    CompanyTable companies;
    ReceiverTable receivers;
    /// Also make an order when the job is first seen after release, e.g. completed.
    bool create_late = true;
    bool link_back = true;  ///< write the number back to the CMMS
};

struct Budget {
    model::Receiver receiver;
    std::string currency;
    std::optional<Decimal> monthly;           ///< for months not named below
    std::map<std::string, Decimal> by_month;  ///< "2026-11" → budget
};

struct BudgetConfig {
    std::string zone;
    std::vector<Budget> budgets;
    std::vector<int> thresholds{80, 100, 120};  ///< percent, ascending
    /// Percentage points below a threshold at which its alert is armed again; nullopt: once a month.
    std::optional<int> hysteresis;
    bool forecast = true;
    int forecast_from_day = 5;  ///< a trend of fewer days is noise
    bool include_capital = true;
};

struct AccrualConfig {
    std::string connector = "erp";
    CompanyTable companies;
    ReceiverTable receivers;
    Rounding rounding = Rounding::half_even;
    bool post = true;                       ///< false: only propose (event accrual.proposed)
    bool transactions_carry_parts = false;  ///< part lines made by a transaction are in the ledger already
};

struct PartsIssueConfig {
    std::string connector = "erp";
    std::string cmms = "cmms";
    CompanyTable companies;
    ReceiverTable receivers;
    ClosedPeriod closed_period = ClosedPeriod::exception;
    bool post_to_order = false;  ///< wait for the ERP order's number before posting
    bool link_back = true;       ///< tell the CMMS what became of each transaction
};

struct ReservationConfig {
    std::string connector = "erp";
    CompanyTable companies;
    bool from_released = false;  ///< parts are reserved once the job is released; else once it is approved
};

/// A flow without a section is off.
struct FlowsConfig {
    std::optional<CostPostingConfig> cost_posting;
    std::optional<OrderMirrorConfig> order_mirror;
    std::optional<BudgetConfig> budget;
    std::optional<AccrualConfig> accrual;
    SupplyFlowsConfig supply_flows;
    MasterFlowsConfig master_flows;
    CompanyTable companies;  ///< for flows whose own section has none
    std::optional<PartsIssueConfig> parts_issue;
    std::optional<ReservationConfig> reservation;
};

/// Reads the "flows" section. Every error is kind invalid, names the path ("flows.cost_posting.rounding") in `field`
/// and says what is allowed; unknown keys are errors ("unknown_key").
Result<FlowsConfig> flows_config_from_json(const Json& json);

}  // namespace tieline::flows
