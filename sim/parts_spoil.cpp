// Each check of a run at rest, and how to spoil what it looks after: a check that finds nothing then is worth nothing.

#include "sim/parts_checkers.h"

namespace tieline::sim {
namespace {

Json posting(PartsFacts& facts) {
    return Json::object(
        {{"companyCode", "1000"}, {"postingDate", facts.peers.today()}, {"documentDate", facts.peers.today()}});
}

/// A place whose part is plain: no lots, no serials, and something lies there.
SimPlace* plain_place(PartsFacts& facts) {
    for (SimPlace& place : facts.peers.places) {
        const SimMaterial& material = facts.peers.materials[static_cast<std::size_t>(place.material)];
        if (!material.lots && !material.serials && place.physical >= Decimal::from_int(2)) return &place;
    }
    return nullptr;
}

// The ERP itself keeps its books right whatever is posted: these two can only be spoiled in what it says of them.

bool forget_a_movement(PartsFacts& facts) {
    facts.peers.distort("/api/movements?", [](std::vector<Json>& rows) { rows.pop_back(); });
    return !facts.peers.erp_rows("/api/stock?").empty();
}

bool misvalue_a_stock(PartsFacts& facts) {
    facts.peers.distort("/api/stock?", [](std::vector<Json>& rows) { rows.front().set("value", "123456.78"); });
    return !facts.peers.erp_rows("/api/stock?").empty();
}

bool move_stock(PartsFacts& facts, const char* quantity) {
    const SimPlace* place = plain_place(facts);
    if (place == nullptr) return false;
    const SimMaterial& material = facts.peers.materials[static_cast<std::size_t>(place->material)];
    Json body = posting(facts);
    body.set("kind", "count_difference");
    body.set("material", material.code);
    body.set("quantity", quantity);
    body.set("unit", material.unit);
    body.set("storageLocation", place->storeroom);
    return facts.peers.erp("POST", "/api/stock-movements", body).ok();
}

bool spoil_agreement(PartsFacts& facts) { return move_stock(facts, "-1"); }

/// The oldest goods issue is booked once more, or taken back, by hand.
bool issue_again(PartsFacts& facts) {
    const SimPlace* place = plain_place(facts);
    if (place == nullptr) return false;
    const SimMaterial& material = facts.peers.materials[static_cast<std::size_t>(place->material)];
    Json body = posting(facts);
    body.set("material", material.code);
    body.set("quantity", "1");
    body.set("unit", material.unit);
    body.set("storageLocation", place->storeroom);
    body.set("costCenter", "CC-100");
    body.set("workOrder", "WO-100000");
    return facts.peers.erp("POST", "/api/goods-issues", body).ok();
}

bool charge_by_hand(PartsFacts& facts) {
    Json body = posting(facts);
    body.set("currency", "EUR");
    body.set("workOrder", "WO-100000");
    Json items = Json::array();
    items.push_back(
        Json::object({{"debitCredit", "D"}, {"account", "620000"}, {"amount", "5.00"}, {"costCenter", "CC-100"}}));
    items.push_back(Json::object({{"debitCredit", "C"}, {"account", "182000"}, {"amount", "5.00"}}));
    body.set("items", items);
    return facts.peers.erp("POST", "/api/journals", body).ok();
}

bool reserve_for_a_dead_job(PartsFacts& facts) {
    const SimPlace* place = plain_place(facts);
    if (place == nullptr) return false;
    const SimMaterial& material = facts.peers.materials[static_cast<std::size_t>(place->material)];
    return facts.peers
        .erp("POST", "/api/reservations",
             Json::object({{"companyCode", "1000"},
                           {"material", material.code},
                           {"quantity", "1"},
                           {"unit", material.unit},
                           {"storageLocation", place->storeroom},
                           {"requirementDate", facts.peers.today()},
                           {"workOrder", "WO-100000"}}))
        .ok();
}

bool reserve_too_much(PartsFacts& facts) {
    const SimPlace* place = plain_place(facts);
    if (place == nullptr) return false;
    const SimMaterial& material = facts.peers.materials[static_cast<std::size_t>(place->material)];
    return facts.peers
        .erp("POST", "/api/reservations",
             Json::object({{"companyCode", "1000"},
                           {"material", material.code},
                           {"quantity", "1000"},
                           {"unit", material.unit},
                           {"storageLocation", place->storeroom},
                           {"requirementDate", facts.peers.today()}}))
        .ok();
}

bool ask_unheard(PartsFacts& facts) {
    const SimPlace* place = plain_place(facts);
    if (place == nullptr) return false;
    const SimMaterial& material = facts.peers.materials[static_cast<std::size_t>(place->material)];
    return facts.peers
        .erp("POST", "/api/requisitions",
             Json::object({{"companyCode", "1000"},
                           {"material", material.code},
                           {"quantity", "1"},
                           {"unit", material.unit},
                           {"deliveryDate", facts.peers.today()},
                           {"storageLocation", place->storeroom}}))
        .ok();
}

/// The same key twice: what a hub that sends blindly again leaves behind.
bool reuse_a_key(PartsFacts& facts) {
    for (const Json& row : facts.peers.erp_rows("/api/documents?", "documents")) {
        if (row.text_or("reference").empty()) continue;
        const SimPlace* place = plain_place(facts);
        if (place == nullptr) return false;
        const SimMaterial& material = facts.peers.materials[static_cast<std::size_t>(place->material)];
        return facts.peers
            .erp("POST", "/api/reservations",
                 Json::object({{"companyCode", "1000"},
                               {"material", material.code},
                               {"quantity", "1"},
                               {"unit", material.unit},
                               {"storageLocation", place->storeroom},
                               {"requirementDate", facts.peers.today()},
                               {"reference", row.text_or("reference")}}))
            .ok();
    }
    return false;
}

}  // namespace

const std::vector<PartsCheck>& parts_checks() {
    static const std::vector<PartsCheck> checks = {
        {"stock and movements", check_movements, forget_a_movement},
        {"stock account", check_stock_account, misvalue_a_stock},
        {"reservations", check_reservations, reserve_for_a_dead_job},
        {"shortages", check_shortages, reserve_too_much},
        {"agreement", check_agreement, spoil_agreement},
        {"transactions", check_transactions, issue_again},
        {"cost of parts", check_part_costs, charge_by_hand},
        {"news", check_news, ask_unheard},
        {"keys", check_keys, reuse_a_key},
    };
    return checks;
}

}  // namespace tieline::sim
