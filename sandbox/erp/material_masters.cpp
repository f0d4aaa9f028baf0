#include "sandbox/erp/lists.h"
#include "sandbox/erp/materials.h"
#include "sandbox/erp/stock.h"

namespace tieline::sandbox::erp {

namespace {

Json parsed_list(const std::string& text) {
    auto list = Json::parse(text);
    return list && list->is_array() ? std::move(*list) : Json::array();
}

Json row_json(Db& db, const Query& row) {
    const bool stocked = !row.is_null(6);
    Json json = Json::object();
    json.set("code", row.text(0));
    json.set("name", row.text(1));
    json.set("unit", row.text(2));
    json.set("price", row.text(3));
    json.set("currency", row.text(4));
    json.set("stock",
             stocked ? quantity_text(on_hand(db, row.text(0)), static_cast<int>(row.integer(6))) : row.text(5));
    json.set("stocked", stocked);
    if (!stocked) return json;
    json.set("decimals", row.integer(6));
    json.set("valuation", row.text(7));
    json.set("lotManaged", row.integer(8) != 0);
    json.set("serialManaged", row.integer(9) != 0);
    json.set("active", row.integer(10) != 0);
    json.set("alternativeUnits", parsed_list(row.text(11)));
    json.set("substitutes", parsed_list(row.text(12)));
    json.set("kit", parsed_list(row.text(13)));
    return json;
}

constexpr const char* columns =
    "SELECT m.code, m.name, m.unit, m.price, m.currency, m.stock, s.decimals, s.valuation, s.lot, s.serial, s.active, "
    "s.units, s.substitutes, s.kit FROM materials m LEFT JOIN stocked s ON s.code=m.code WHERE ";

}  // namespace

std::optional<Json> material_json(Db& db, const std::string& code) {
    static const std::string sql = std::string(columns) + "m.code=?";
    Query query(db, sql.c_str(), code);
    if (!query.step()) return std::nullopt;
    return row_json(db, query);
}

Reply show_material(Call& call) {
    const auto code = net::url_decode(call.part);
    auto json = code ? material_json(call.db, *code) : std::nullopt;
    if (json) return Reply{200, std::move(*json)};
    return refused(404, "not_found", "there is no " + call.part.substr(0, 40) + " among the materials");
}

Reply list_materials(Call& call) {
    if (const auto code = call.target.query_value("code"); !code.empty()) {
        Json list = Json::array();
        if (auto json = material_json(call.db, std::string(code))) list.push_back(std::move(*json));
        Reply reply;
        reply.body.set("items", std::move(list));
        return reply;
    }
    static const std::string sql = std::string(columns) + "m.code>? ORDER BY m.code LIMIT ?";
    Page page(call, 1000);
    Query query(call.db, sql.c_str(), page.after(), page.fetch());
    while (query.step() && page.add(row_json(call.db, query), query.text(0))) {
    }
    return page.reply(call);
}

namespace {

struct Planning {
    Quantity reorder_point = 0, order_up_to = 0, lot_size = 0, safety = 0;
    std::int64_t lead_days = 0;
    std::string vendor;
    bool known = false;
};

Planning read_planning(Db& db, const std::string& material, const std::string& location) {
    Query query(db,
                "SELECT reorder_point, order_up_to, lot_size, safety, lead_days, vendor FROM planning WHERE material=? "
                "AND location=?",
                material, location);
    if (!query.step()) return {};
    return Planning{
        query.integer(0), query.integer(1), query.integer(2), query.integer(3), query.integer(4), query.text(5), true};
}

Json planning_row(const std::string& material, const std::string& location, const Planning& row, int decimals,
                  const std::string& unit) {
    Json json = Json::object();
    json.set("material", material);
    json.set("storageLocation", location);
    json.set("reorderPoint", quantity_text(row.reorder_point, decimals));
    json.set("orderUpTo", quantity_text(row.order_up_to, decimals));
    json.set("lotSize", quantity_text(row.lot_size, decimals));
    json.set("leadTimeDays", row.lead_days);
    json.set("safetyStock", quantity_text(row.safety, decimals));
    set_text(json, "vendor", row.vendor);
    json.set("unit", unit);
    return json;
}

}  // namespace

std::optional<Json> planning_json(Db& db, const std::string& material, const std::string& location) {
    const Planning row = read_planning(db, material, location);
    const auto known = read_stocked(db, material);
    if (!row.known || !known) return std::nullopt;
    return planning_row(material, location, row, known->decimals, known->unit);
}

Reply list_planning(Call& call) {
    Page page(call);
    const std::string_view wanted = call.target.query_value("material");
    const std::size_t slash = page.after().rfind('/');
    std::vector<std::pair<std::string, std::string>> keys;
    {
        Query query(call.db,
                    wanted.empty() ? "SELECT material, location FROM planning WHERE (material, location)>(?1, ?2) AND "
                                     "?3='' AND (?4='' OR location=?4) ORDER BY material, location LIMIT ?5"
                                   : "SELECT material, location FROM planning WHERE (material, location)>(?1, ?2) AND "
                                     "material=?3 AND (?4='' OR location=?4) ORDER BY material, location LIMIT ?5",
                    page.after().substr(0, slash),
                    slash == std::string::npos ? std::string() : page.after().substr(slash + 1), wanted,
                    call.target.query_value("storageLocation"), page.fetch());
        while (query.step()) keys.emplace_back(query.text(0), query.text(1));
    }
    for (const auto& [material, location] : keys) {
        auto json = planning_json(call.db, material, location);
        if (json && !page.add(std::move(*json), material + "/" + location)) break;
    }
    return page.reply(call);
}

void write_planning(Call& call, Fields& fields, const std::string& material, const std::string& location) {
    Check& check = fields.check();
    const Material known = find_plannable(call.db, check, material, fields.at("material"));
    Planning row = read_planning(call.db, material, location);
    const auto read = [&](const char* member, Quantity& into) {
        if (!fields.has(member)) return;
        const Decimal value = fields.decimal(member, 9, known.decimals);
        if (value.is_negative()) check.fail("bad_amount", fields.at(member), "a planned quantity is not below zero");
        into = to_minor(value, quantity_scale);
    };
    read("reorderPoint", row.reorder_point);
    read("orderUpTo", row.order_up_to);
    read("lotSize", row.lot_size);
    read("safetyStock", row.safety);
    row.lead_days = fields.integer("leadTimeDays", row.lead_days, 0, 3650);
    if (fields.has("vendor")) row.vendor = fields.text("vendor", 12, Need::optional);
    if (!row.vendor.empty()) check_vendor(call.db, check, row.vendor, fields.at("vendor"));
    if (check.ok() && row.order_up_to < row.reorder_point)
        check.fail("bad_amount", fields.at("orderUpTo"), "orderUpTo must not be below reorderPoint");
    if (!check.ok()) return;
    call.db.run("INSERT OR REPLACE INTO planning VALUES(?,?,?,?,?,?,?,?)", material, location, row.reorder_point,
                row.order_up_to, row.lot_size, row.lead_days, row.safety, row.vendor);
    touch(call, "planning", material + "/" + location);
}

Reply change_planning(Call& call) {
    // "P-2001/planning/MAIN"
    constexpr std::string_view middle = "/planning/";
    const std::size_t at = call.part.rfind(middle);
    if (at == std::string::npos) return refused(404, "unknown_path", "there is nothing at this address");
    const auto material = net::url_decode(call.part.substr(0, at));
    const auto location = net::url_decode(call.part.substr(at + middle.size()));
    if (!material || !location) return refused(404, "unknown_path", "there is nothing at this address");
    Check check;
    Fields fields(call.body, "", check);
    std::string company;
    {
        Query query(call.db, "SELECT company FROM storage_locations WHERE code=?", *location);
        if (query.step()) company = query.text(0);
    }
    find_location(call.db, check, *location, company, "");
    fields.text("reference", 16, Need::optional);
    write_planning(call, fields, *material, *location);
    fields.done();
    if (!check.ok()) return refused(check.problem());
    return Reply{200, planning_json(call.db, *material, *location).value_or(Json::object())};
}

}  // namespace tieline::sandbox::erp
