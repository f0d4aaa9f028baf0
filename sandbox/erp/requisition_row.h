#pragma once
// A purchase requisition as it is kept; shared by what changes it and what reads it.

#include "sandbox/erp/lists.h"
#include "sandbox/erp/materials.h"

namespace tieline::sandbox::erp {

struct Requisition {
    std::int64_t number = 0;
    std::string company, material, location;
    Quantity quantity = 0;
    std::string entry_quantity, entry_unit;
    Decimal price;  ///< per entry unit
    Minor amount = 0;
    std::string currency, delivery_date, vendor, status;
    std::int64_t level = 0;           ///< whose turn it is
    std::int64_t approved_level = 0;  ///< up to which it was approved
    std::string approved_by, rejected_by, reason, text;
    Json work_orders = Json::array();
    std::string reference;
    std::int64_t created = 0;
    std::string purchase_order;
    std::int64_t item = 0;

    bool changeable() const { return status == "in_approval" || status == "approved"; }
    /// What the stock row counts as requested and not yet ordered.
    Quantity requested() const { return changeable() ? quantity : 0; }
};

struct ApprovalLevel {
    std::int64_t level = 0;
    Minor up_to = 0;
    std::string approver;
};
std::vector<ApprovalLevel> approval_levels(Db& db, const std::string& currency);
/// The level that must approve an amount; 0: none.
std::int64_t level_for(const std::vector<ApprovalLevel>& levels, Minor amount);

std::optional<Requisition> read_requisition(Db& db, std::int64_t number);
void insert_requisition(Call& call, const Requisition& row);
/// Writes what may change and moves what the stock row counts.
void store_requisition(Call& call, const Requisition& before, const Requisition& after);

}  // namespace tieline::sandbox::erp
