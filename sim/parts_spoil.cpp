// Each check of a run at rest, and how to spoil what it looks after: a check that finds nothing then is worth nothing.

#include "sim/parts_checkers.h"

namespace tieline::sim {
namespace {

Json posting(PartsFacts& facts) {
    return Json::object(
        {{"companyCode", "1000"}, {"postingDate", facts.peers.today()}, {"documentDate", facts.peers.today()}});
}

/// What a posting of so many pieces of a plain part names: no lots, no serials, and something lies there. Null where
/// the plant has none.
Json of_a_plain_part(PartsFacts& facts, const char* quantity) {
    for (const SimPlace& place : facts.peers.places) {
        const SimMaterial& material = facts.peers.materials[static_cast<std::size_t>(place.material)];
        if (material.lots || material.serials || place.physical < Decimal::from_int(2)) continue;
        return Json::object({{"companyCode", "1000"},
                             {"material", material.code},
                             {"quantity", quantity},
                             {"unit", material.unit},
                             {"storageLocation", place.storeroom}});
    }
    return Json();
}

/// Posts it with these members besides.
bool post_of_a_plain_part(PartsFacts& facts, const char* path, const char* quantity,
                          std::initializer_list<Json::Member> more) {
    Json body = of_a_plain_part(facts, quantity);
    if (body.is_null()) return false;
    for (const Json::Member& member : more) body.set(member.first, member.second);
    return facts.peers.erp("POST", path, body).ok();
}

// The ERP itself keeps its books right whatever is posted: these two can only be spoiled in what it says of them.

bool forget_a_movement(PartsFacts& facts) {
    if (facts.peers.erp_rows("/api/movements?").empty()) return false;
    facts.peers.distort("/api/movements?", [](std::vector<Json>& rows) { rows.pop_back(); });
    return true;
}

bool misvalue_a_stock(PartsFacts& facts) {
    if (facts.peers.erp_rows("/api/stock?").empty()) return false;
    facts.peers.distort("/api/stock?", [](std::vector<Json>& rows) { rows.front().set("value", "123456.78"); });
    return true;
}

bool spoil_agreement(PartsFacts& facts) {
    return post_of_a_plain_part(
        facts, "/api/stock-movements", "-1",
        {{"kind", "count_difference"}, {"postingDate", facts.peers.today()}, {"documentDate", facts.peers.today()}});
}

/// A piece is issued by hand, for a job that nobody took it on.
bool issue_again(PartsFacts& facts) {
    return post_of_a_plain_part(facts, "/api/goods-issues", "1",
                                {{"postingDate", facts.peers.today()},
                                 {"documentDate", facts.peers.today()},
                                 {"costCenter", "CC-100"},
                                 {"workOrder", "WO-100000"}});
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
    return post_of_a_plain_part(facts, "/api/reservations", "1",
                                {{"requirementDate", facts.peers.today()}, {"workOrder", "WO-100000"}});
}

bool reserve_too_much(PartsFacts& facts) {
    return post_of_a_plain_part(facts, "/api/reservations", "1000", {{"requirementDate", facts.peers.today()}});
}

bool ask_unheard(PartsFacts& facts) {
    return post_of_a_plain_part(facts, "/api/requisitions", "1", {{"deliveryDate", facts.peers.today()}});
}

/// The same key twice: what a hub that sends blindly again leaves behind.
bool reuse_a_key(PartsFacts& facts) {
    for (const Json& row : facts.peers.erp_rows("/api/documents?", "documents")) {
        if (row.text_or("reference").empty()) continue;
        return post_of_a_plain_part(
            facts, "/api/reservations", "1",
            {{"requirementDate", facts.peers.today()}, {"reference", row.text_or("reference")}});
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
