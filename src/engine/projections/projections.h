#pragma once
// Read models for screens and the API: pure folds of the log, dropped and rebuilt at will.

#include "engine/core.h"

#include <memory>
#include <vector>

namespace tieline::engine::projections {

/// Row "all": counts by kind.
std::unique_ptr<Projection> make_stages();
/// Row per work order: status, asset, title, its documents, and what is posted net per currency.
std::unique_ptr<Projection> make_work_orders();
/// Rows "cost_center:CC-100|2026-11|EUR", "internal_order:…", "fixed_asset:…" (who bears the cost), "asset:PUMP-7|…"
/// (what was worked on) and "all|…": posted, reversed and net. Of documents of cost, not of month-end accruals.
std::unique_ptr<Projection> make_cost();
/// Row per open work order with planned parts: its lines, each with what is on hand, reserved for others, on order, due
/// and missing, and from when the order can be scheduled.
std::unique_ptr<Projection> make_availability();
/// Row per place "SEAL-9/MAIN": stock by the ERP, balance by the CMMS, their differences, planning data, consumption of
/// 24 months, how long the last deliveries took.
std::unique_ptr<Projection> make_stock();
/// Rows "requisition/100", "order/4500", "delivery/5000" as the ERP told last.
std::unique_ptr<Projection> make_purchasing();
/// Row "2026-11-24/WO-1/<key>" per booked document, by posting date: the hub's side of a reconciliation.
std::unique_ptr<Projection> make_books();
/// Rows "open/WO-1", "done/WO-1": an order as its technician sees it, from "version", its place in the log; rows
/// "gone/2026-11-24/WO-1": {"version"} since when it is no longer open.
std::unique_ptr<Projection> make_jobs();
/// Row "tom/<action>" per thing that a technician did: received, sent, refused, conflict, needs_person.
std::unique_ptr<Projection> make_technician_actions();
std::unique_ptr<Projection> make_crew();
std::unique_ptr<Projection> make_asset_facts();

/// All of them.
std::vector<std::unique_ptr<Projection>> make_all();

}  // namespace tieline::engine::projections
