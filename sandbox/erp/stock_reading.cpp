#include "sandbox/erp/lists.h"
#include "sandbox/erp/stock.h"

namespace tieline::sandbox::erp {

namespace {

constexpr int details_max = 1000;

Json lots_of(Db& db, const std::string& material, const std::string& location, int decimals) {
    Json lots = Json::array();
    Query query(db, "SELECT lot, quantity FROM lots WHERE material=? AND location=? ORDER BY 1 LIMIT ?", material,
                location, details_max);
    while (query.step()) {
        Json row = Json::object();
        row.set("lot", query.text(0));
        row.set("quantity", quantity_text(query.integer(1), decimals));
        lots.push_back(std::move(row));
    }
    return lots;
}

Json serials_of(Db& db, const std::string& material, const std::string& location) {
    Json serials = Json::array();
    Query query(db, "SELECT serial FROM serials WHERE material=? AND location=? AND location<>'' ORDER BY 1 LIMIT ?",
                material, location, details_max);
    while (query.step()) serials.push_back(query.text(0));
    return serials;
}

}  // namespace

std::optional<Json> stock_json(Db& db, const std::string& material, const std::string& location, bool details) {
    Query query(db,
                "SELECT s.quantity, s.value, s.reserved, s.on_order, s.on_requisition, s.seq, k.decimals, m.unit, "
                "m.currency, k.lot, k.serial FROM stock s JOIN stocked k ON k.code=s.material JOIN materials m ON "
                "m.code=s.material WHERE s.material=? AND s.location=?",
                material, location);
    if (!query.step()) return std::nullopt;
    const int decimals = static_cast<int>(query.integer(6));
    const std::string currency = query.text(8);
    Json row = Json::object();
    row.set("material", material);
    row.set("storageLocation", location);
    row.set("onHand", quantity_text(query.integer(0), decimals));
    row.set("reserved", quantity_text(query.integer(2), decimals));
    row.set("onOrder", quantity_text(query.integer(3), decimals));
    row.set("onRequisition", quantity_text(query.integer(4), decimals));
    row.set("unit", query.text(7));
    row.set("value", minor_text(query.integer(1), currency_units(currency).value_or(2)));
    row.set("currency", currency);
    if (details && query.integer(9) != 0) row.set("lots", lots_of(db, material, location, decimals));
    if (details && query.integer(10) != 0) row.set("serials", serials_of(db, material, location));
    row.set("seq", query.integer(5));
    return row;
}

Reply list_stock(Call& call) {
    Page page(call);
    const std::string material(call.target.query_value("material")),
        location(call.target.query_value("storageLocation"));
    const std::size_t slash = page.after().rfind('/');
    const std::string after_material = page.after().substr(0, slash);
    const std::string after_location = slash == std::string::npos ? "" : page.after().substr(slash + 1);
    std::vector<std::pair<std::string, std::string>> keys;
    {
        // Row values follow the primary key; with a material given its own rows only are read.
        Query query(call.db,
                    material.empty() ? "SELECT material, location FROM stock WHERE (material, location)>(?1, ?2) AND "
                                       "?3='' AND (?4='' OR location=?4) ORDER BY material, location LIMIT ?5"
                                     : "SELECT material, location FROM stock WHERE (material, location)>(?1, ?2) AND "
                                       "material=?3 AND (?4='' OR location=?4) ORDER BY material, location LIMIT ?5",
                    after_material, after_location, material, location, page.fetch());
        while (query.step()) keys.emplace_back(query.text(0), query.text(1));
    }
    for (const auto& [code, place] : keys) {
        auto row = stock_json(call.db, code, place, !material.empty());
        if (row && !page.add(std::move(*row), code + "/" + place)) break;
    }
    return page.reply(call);
}

namespace {

// What narrows most comes first and chooses the index.
constexpr const char* movement_columns =
    "SELECT v.id, v.document, v.kind, v.reverses, v.material, v.location, v.quantity, v.value, v.posting_date, v.lot, "
    "v.serials, v.work_order, v.reference, v.reservation, v.purchase_order, v.item, v.at, k.decimals, m.unit, "
    "m.currency FROM movements v CROSS JOIN stocked k ON k.code=v.material CROSS JOIN materials m ON m.code=v.material "
    "WHERE ";
constexpr const char* movement_filters =
    " AND v.id>?1 AND (?2='' OR v.reference=?2) AND (?3='' OR v.work_order=?3) AND (?4='' OR v.material=?4) AND (?5='' "
    "OR v.location=?5) AND (?6='' OR v.posting_date>=?6) AND (?7='' OR v.posting_date<=?7) ORDER BY v.id LIMIT ?8";

const char* movements_sql(const net::Target& target) {
    static const std::string by_reference =
        std::string(movement_columns) + "v.reference=?2 AND v.reference<>''" + movement_filters;
    static const std::string by_work_order =
        std::string(movement_columns) + "v.work_order=?3 AND v.work_order<>''" + movement_filters;
    static const std::string by_material = std::string(movement_columns) + "v.material=?4" + movement_filters;
    static const std::string all = std::string(movement_columns) + "1" + movement_filters;
    if (!target.query_value("reference").empty()) return by_reference.c_str();
    if (!target.query_value("workOrder").empty()) return by_work_order.c_str();
    return target.query_value("material").empty() ? all.c_str() : by_material.c_str();
}

Json movement_json(const Query& row) {
    const int decimals = static_cast<int>(row.integer(17));
    const std::string currency = row.text(19);
    Json json = Json::object();
    json.set("movement", std::to_string(row.integer(0)));
    json.set("document", std::to_string(row.integer(1)));
    json.set("kind", row.text(2));
    if (row.integer(3) != 0) json.set("reverses", std::to_string(row.integer(3)));
    json.set("material", row.text(4));
    json.set("storageLocation", row.text(5));
    json.set("quantity", quantity_text(row.integer(6), decimals));
    json.set("unit", row.text(18));
    json.set("value", minor_text(row.integer(7), currency_units(currency).value_or(2)));
    json.set("currency", currency);
    json.set("postingDate", row.text(8));
    set_text(json, "lot", row.text(9));
    if (const auto serials = Json::parse(row.text(10)); serials) json.set("serials", *serials);
    set_text(json, "workOrder", row.text(11));
    set_text(json, "reference", row.text(12));
    if (row.integer(13) != 0) json.set("reservation", std::to_string(row.integer(13)));
    set_text(json, "purchaseOrder", row.text(14));
    if (row.integer(15) != 0) json.set("item", std::to_string(row.integer(15)));
    json.set("at", format_time(WallTime(Millis(row.integer(16)))));
    return json;
}

}  // namespace

Reply list_movements(Call& call) {
    Page page(call);
    const auto value = [&](std::string_view name) { return call.target.query_value(name); };
    Query query(call.db, movements_sql(call.target), page.after_number(), value("reference"), value("workOrder"),
                value("material"), value("storageLocation"), value("from"), value("to"), page.fetch());
    while (query.step() && page.add(movement_json(query), std::to_string(query.integer(0)))) {
    }
    return page.reply(call);
}

}  // namespace tieline::sandbox::erp
