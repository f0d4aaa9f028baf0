#include "sim/parts_peers.h"

namespace tieline::sim {
namespace {

constexpr Millis heard_after{6 * 3600 * 1000};  ///< an outage of four hours, an hourly poll, and what follows from it
constexpr const char* base_seed = R"json({
  "companies": [{"code":"1000","name":"Simulated plant","currency":"EUR","zone":"Europe/Berlin"}],
  "accounts": [
    {"code":"015000","name":"Construction","kind":"capital"}, {"code":"160000","name":"Payables","kind":"payable"},
    {"code":"181000","name":"Labor","kind":"clearing_labor"}, {"code":"182000","name":"Parts","kind":"clearing_parts"},
    {"code":"183000","name":"Contractors","kind":"clearing_contractor"},
    {"code":"184000","name":"Other","kind":"clearing_other"}, {"code":"190000","name":"Accrued","kind":"accrual"},
    {"code":"191000","name":"Goods receipt","kind":"gr_ir"}, {"code":"300000","name":"Inventory","kind":"inventory"},
    {"code":"302000","name":"Stock","kind":"stock"}, {"code":"390000","name":"Opening","kind":"opening"},
    {"code":"610000","name":"Labor","kind":"expense_labor"}, {"code":"620000","name":"Parts","kind":"expense_parts"},
    {"code":"621000","name":"Scrap","kind":"expense_scrap"},
    {"code":"622000","name":"Price differences","kind":"price_difference"},
    {"code":"623000","name":"Count differences","kind":"inventory_difference"},
    {"code":"630000","name":"Contractors","kind":"expense_contractor"},
    {"code":"640000","name":"Other","kind":"expense_other"}],
  "costCenters": [{"code":"CC-100","companyCode":"1000","name":"Filling"},
    {"code":"CC-200","companyCode":"1000","name":"Packaging"}],
  "vendors": [{"code":"V-1","name":"First vendor"},{"code":"V-2","name":"Second vendor"}],
  "storageLocations": [{"code":"MAIN","companyCode":"1000","name":"Central store"},
    {"code":"LINE","companyCode":"1000","name":"Cabinet at the line"},
    {"code":"YARD","companyCode":"1000","name":"Yard","negativeStock":true}],
  "approvalLevels": [{"level":1,"upTo":"100.00","currency":"EUR","approver":"STOREKEEPER"},
    {"level":2,"upTo":"1000.00","currency":"EUR","approver":"MAINT-LEAD"},
    {"level":3,"upTo":"900000.00","currency":"EUR","approver":"PLANT-MANAGER"}],
  "periods": [{"companyCode":"1000","from":"2024-01","to":"2035-12"}]
})json";

net::HttpRequest request_to(const std::string& method, const std::string& path, const Json& body) {
    net::HttpRequest request;
    request.method = method;
    request.url = path;
    request.headers = {{"Authorization", "Bearer sandbox"}, {"Content-Type", "application/json"}};
    if (!body.is_null()) request.body = body.dump();
    return request;
}

Answer answer_of(const net::HttpResponse& response) {
    JsonLimits limits;
    limits.bytes_max = 64 << 20;
    limits.nodes_max = 10'000'000;
    Result<Json> body = Json::parse(response.body, limits);
    return {response.status, body ? std::move(*body) : Json()};
}

Decimal steps(std::int64_t count, int decimals) {
    return decimals == 0 ? Decimal::from_int(count) : Decimal::from_unscaled(count * 5, 1);
}

SimMaterial draw_material(World& world, int index) {
    SimMaterial material;
    material.code = "M-" + std::to_string(10'000 + index);
    const std::uint64_t kind = world.random.below(100);
    material.unit = kind < 70 ? "PC" : kind < 80 ? "M" : kind < 90 ? "L" : "KG";
    material.decimals = kind < 70 ? 0 : 3;
    if (kind < 25) material.box = "BOX", material.box_of = 10;
    material.serials = kind >= 65 && kind < 70;
    material.lots = kind >= 80 && kind < 86;
    material.price = Decimal::from_unscaled(world.between(5, 90'000), 3).str();
    return material;
}

SimPlace draw_place(World& world, const SimMaterial& material, std::string storeroom) {
    SimPlace place;
    place.storeroom = std::move(storeroom);
    const std::int64_t point = world.between(2, 8);
    place.reorder_point = steps(point, material.decimals);
    place.order_up_to = steps(point + world.between(4, 14), material.decimals);
    place.lot_size = steps(world.between(1, 3), material.decimals);
    place.lead_days = static_cast<int>(world.between(2, 15));
    place.physical = steps(point + world.between(0, 12), material.decimals);
    return place;
}

}  // namespace

std::string PartsPeers::today() const { return local_date(world_.clock.now(), "Europe/Berlin")->str(); }

Answer PartsPeers::erp(const std::string& method, const std::string& path, const Json& body) {
    return answer_of(erp_.handle(request_to(method, path, body), world_.clock.now()));
}
Answer PartsPeers::cmms(const std::string& method, const std::string& path, const Json& body) {
    return answer_of(cmms_.handle(request_to(method, path, body), world_.clock.now()));
}
Answer PartsPeers::must_erp(const std::string& method, const std::string& path, const Json& body) {
    Answer answer = erp(method, path, body);
    if (!answer.ok() && error.empty()) error = "ERP " + path + " " + body.dump() + ": " + answer.body.dump();
    return answer;
}
Answer PartsPeers::must_cmms(const std::string& method, const std::string& path, const Json& body) {
    Answer answer = cmms(method, path, body);
    if (!answer.ok() && error.empty()) error = "CMMS " + path + " " + body.dump() + ": " + answer.body.dump();
    return answer;
}

std::vector<Json> PartsPeers::erp_rows(const std::string& path, const char* list) {
    std::vector<Json> rows;
    std::string after;
    for (;;) {
        const Answer page = erp("GET", path + "limit=500" + (after.empty() ? "" : "&after=" + after));
        const Json* items = page.body.find(list);
        if (!page.ok() || items == nullptr) {
            error = "ERP " + path + " cannot be read: " + page.body.dump();
            return rows;
        }
        rows.insert(rows.end(), items->items().begin(), items->items().end());
        if (!page.body.bool_or("more", false)) break;
        after = page.body.text_or("next", std::to_string(page.body.int_or("next", 0)));
    }
    if (distortion_ && path == distorted_) distortion_(rows);
    return rows;
}

std::vector<Json> PartsPeers::cmms_rows(const std::string& path) {
    std::vector<Json> rows;
    std::int64_t after = 0;
    for (;;) {
        const Answer page = cmms("GET", path + "after_change=" + std::to_string(after) + "&limit=500");
        const Json* items = page.body.find("items");
        if (!page.ok() || items == nullptr) {
            error = "CMMS " + path + " cannot be read: " + page.body.dump();
            return rows;
        }
        rows.insert(rows.end(), items->items().begin(), items->items().end());
        if (!page.body.bool_or("more", false)) return rows;
        after = page.body.int_or("next_change", 0);
    }
}

void PartsPeers::seed_base() {
    must_erp("POST", "/admin/seed", *Json::parse(base_seed));
    for (const char* room : {"MAIN", "LINE", "YARD"}) {
        must_cmms("PUT", std::string("/api/storerooms/") + room,
                  Json::object({{"description", room}, {"negative_balance", std::string_view(room) == "YARD"}}));
    }
}

void PartsPeers::add_place(SimMaterial material, SimPlace place) {
    Json units = Json::array(), cmms_units = Json::array();
    if (!material.box.empty()) {
        const Json unit = Json::object(
            {{"unit", material.box}, {"numerator", std::to_string(material.box_of)}, {"denominator", "1"}});
        units.push_back(unit);
        cmms_units.push_back(unit);
    }
    if (materials.empty() || materials.back().code != material.code) {
        must_erp("POST", "/admin/seed",
                 Json::object({{"materials", Json(Json::Array{Json::object({{"code", material.code},
                                                                            {"name", material.code},
                                                                            {"unit", material.unit},
                                                                            {"decimals", material.decimals},
                                                                            {"price", material.price},
                                                                            {"currency", "EUR"},
                                                                            {"valuation", "moving_average"},
                                                                            {"lotManaged", material.lots},
                                                                            {"serialManaged", material.serials},
                                                                            {"alternativeUnits", units}})})}}));
        must_cmms("PUT", "/api/items/" + material.code,
                  Json::object({{"description", material.code},
                                {"uom", material.unit},
                                {"decimals", material.decimals},
                                {"alternative_units", cmms_units},
                                {"unit_cost", material.price},
                                {"currency", "EUR"},
                                {"lot_tracked", material.lots},
                                {"serial_tracked", material.serials}}));
        materials.push_back(material);
    }
    place.material = static_cast<int>(materials.size()) - 1;
    Json stock = Json::object({{"material", material.code},
                               {"storageLocation", place.storeroom},
                               {"quantity", place.physical.str()},
                               {"postingDate", today()}});
    if (material.lots && !place.physical.is_zero()) {
        place.lots["L0"] = place.physical;
        stock.set("lot", "L0");
    }
    if (material.serials) {
        Json serials = Json::array();
        for (int i = 0; Decimal::from_int(i) < place.physical; ++i) {
            place.serials.insert(material.code + "-" + place.storeroom + "-" + std::to_string(i));
        }
        for (const std::string& serial : place.serials) serials.push_back(serial);
        stock.set("serials", serials);
    }
    const Json planning = Json::object({{"material", material.code},
                                        {"storageLocation", place.storeroom},
                                        {"reorderPoint", place.reorder_point.str()},
                                        {"orderUpTo", place.order_up_to.str()},
                                        {"lotSize", place.lot_size.str()},
                                        {"leadTimeDays", place.lead_days},
                                        {"safetyStock", "0"},
                                        {"vendor", "V-1"}});
    Json seed = Json::object({{"planning", Json(Json::Array{planning})}});
    if (!place.physical.is_zero()) seed.set("stock", Json(Json::Array{stock}));
    must_erp("POST", "/admin/seed", seed);
    count(place, "opening");
    places.push_back(std::move(place));
}

void PartsPeers::count(const SimPlace& place, const std::string& note) {
    const SimMaterial& material = materials[static_cast<std::size_t>(place.material)];
    must_cmms("POST", "/api/inventory/" + place.storeroom + "/" + material.code + "/count",
              Json::object({{"quantity", place.physical.str()}, {"note", note}}));
}

void PartsPeers::seed_plant(const PartsOptions& options) {
    seed_base();
    for (int i = 0; i < options.assets; ++i) {
        const std::string asset = "A-" + std::to_string(1'000 + i);
        must_cmms("PUT", "/api/assets/" + asset,
                  Json::object({{"description", asset},
                                {"company", "1000"},
                                {"plant", "plant"},
                                {"zone", "Europe/Berlin"},
                                {"cost_center", i % 2 == 0 ? "CC-100" : "CC-200"}}));
        assets.push_back(asset);
    }
    for (int i = 0; i < options.materials; ++i) {
        const SimMaterial material = draw_material(world_, i);
        add_place(material, draw_place(world_, material, "MAIN"));
        if (!material.serials && world_.chance(20)) add_place(material, draw_place(world_, material, "LINE"));
    }
}

void PartsPeers::note_revived(const Json& order) {
    const Json* items = order.find("items");
    if (items == nullptr || !items->is_array()) return;
    for (const Json& item : items->items()) revived_[item.text_or("requisition")] = world_.clock.now();
    world_.in(heard_after + Millis(1), [this] { watch_requisitions(""); });
}

void PartsPeers::watch_requisitions(const std::string& filter) {
    std::map<std::string, std::string> needs;
    std::erase_if(revived_, [this](const auto& one) { return one.second + heard_after < world_.clock.now(); });
    for (const char* status : {"in_approval", "approved"}) {
        for (const Json& row : erp_rows("/api/requisitions?status=" + std::string(status) + filter + "&")) {
            if (revived_.contains(row.text_or("requisition"))) continue;
            const std::string need =
                row.text_or("material") + "/" + row.text_or("storageLocation") + " for " + row.text_or("text");
            const auto [known, added] = needs.emplace(need, row.text_or("requisition"));
            if (!added && known->second != row.text_or("requisition") && error.empty()) {
                error = "two open requisitions for one need: " + known->second + " and " + row.text_or("requisition") +
                        " for " + need;
            }
        }
    }
}

net::HttpResponse PartsPeers::handle_erp(const net::HttpRequest& request, WallTime now) {
    net::HttpResponse response = erp_.handle(request, now);
    if (request.method == "POST" && request.url == "/api/requisitions" && response.status == 201) {
        const Result<Json> body = Json::parse(request.body);
        if (body) {
            watch_requisitions("&material=" + body->text_or("material") +
                               "&storageLocation=" + body->text_or("storageLocation"));
        }
    }
    return response;
}

}  // namespace tieline::sim
