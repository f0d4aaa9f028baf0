#include "sandbox/erp/equipment.h"

#include "sandbox/erp/lists.h"
#include "sandbox/erp/reading.h"

namespace tieline::sandbox::erp {

namespace {

struct Equipment {
    std::string asset, company, status, last_work_order, last_work_date;
    Json meters = Json::object();
};

std::optional<Equipment> read(Db& db, const std::string& asset) {
    Query query(db,
                "SELECT a.company, COALESCE(e.status, ''), COALESCE(e.last_work_order, ''), "
                "COALESCE(e.last_work_date, ''), COALESCE(e.meters, '{}') FROM assets a LEFT JOIN equipment e ON "
                "e.asset=a.code WHERE a.code=?",
                asset);
    if (!query.step()) return std::nullopt;
    Equipment row{asset, query.text(0), query.text(1), query.text(2), query.text(3)};
    auto meters = Json::parse(query.text(4));
    if (meters && meters->is_object())
        row.meters = std::move(*meters);
    else
        db.fail("the meters of an asset are damaged");
    return row;
}

void read_meters(Fields& fields, const Json& json, Equipment& row, bool correction) {
    Check& check = fields.check();
    if (!json.is_object()) return check.fail("wrong_type", fields.at("meters"), "meters is an object");
    Fields meters(json, fields.at("meters"), check);
    for (const auto& [name, value] : json.members()) {
        if (name.empty() || characters(name) > 24 || row.meters.members().size() >= 100)
            return check.fail("too_long", fields.at("meters"), "at most 100 meters with names of 1 to 24 characters");
        const Decimal reading = meters.decimal(name, 12, 4);
        if (!check.ok()) return;
        const auto last = Decimal::parse(row.meters.text_or(name, "-999999999999"));
        if (last && reading < *last && !correction)
            return check.fail("meter_below_last", meters.at(name),
                              "meter " + name + " of " + row.asset + " stood at " + last->str() + ", it cannot show " +
                                  reading.str() + "; say correction when it was replaced or misread");
        row.meters.set(name, reading.str());
    }
}

struct Piece {
    std::string material, serial;
};

std::vector<Piece> read_pieces(Fields& fields, const char* member) {
    std::vector<Piece> pieces;
    const Json::Array& rows = fields.array(member, Need::optional);
    for (std::size_t index = 0; index < rows.size() && fields.check().ok(); ++index) {
        Fields row(rows[index], fields.at(member) + "/" + std::to_string(index), fields.check());
        pieces.push_back(Piece{row.text("material", 24), row.text("serial", 40)});
        row.done();
    }
    return pieces;
}

/// Where a piece is built in; "" when nowhere.
std::string asset_of(Db& db, const Piece& piece) {
    Query query(db, "SELECT asset FROM installed WHERE material=? AND serial=?", piece.material, piece.serial);
    return query.step() ? query.text(0) : std::string();
}

void change_pieces(Db& db, Check& check, const std::string& asset, const std::vector<Piece>& removed,
                   const std::vector<Piece>& added) {
    for (std::size_t index = 0; index < removed.size() && check.ok(); ++index) {
        const Piece& piece = removed[index];
        if (asset_of(db, piece) != asset)
            check.fail("serial_not_installed", "/serialsRemoved/" + std::to_string(index),
                       "serial number " + piece.serial + " of material " + piece.material + " is not in " + asset);
        db.run("DELETE FROM installed WHERE material=? AND serial=?", piece.material, piece.serial);
    }
    for (std::size_t index = 0; index < added.size() && check.ok(); ++index) {
        const Piece& piece = added[index];
        const std::string at = asset_of(db, piece);
        if (!at.empty())
            check.fail("serial_installed", "/serialsInstalled/" + std::to_string(index),
                       "serial number " + piece.serial + " of material " + piece.material + " is in " + at);
        db.run("INSERT OR REPLACE INTO installed VALUES(?,?,?)", piece.material, piece.serial, asset);
    }
}

Reply not_found(Db& db, const std::string& asset) {
    Check check;
    fail_unknown(db, check, "SELECT code FROM assets LIMIT 10000", "equipment", asset, "");
    Problem problem = check.problem();
    problem.status = 404;
    return refused(problem);
}

}  // namespace

Reply change_equipment(Call& call) {
    const auto asset = net::url_decode(call.part);
    auto row = asset ? read(call.db, *asset) : std::nullopt;
    if (!row) return not_found(call.db, call.part);
    Check check;
    Fields fields(call.body, "", check);
    Action action{"equipment_change", "equipment", row->asset, "change", row->company, ""};
    action.reference = fields.text("reference", 16, Need::optional);
    action.work_order = fields.text("workOrder", 32, Need::optional);
    const bool correction = fields.boolean("correction", false);
    if (fields.has("lastWorkOrder")) row->last_work_order = fields.text("lastWorkOrder", 32, Need::optional);
    if (fields.has("lastWorkDate")) row->last_work_date = fields.date("lastWorkDate").str();
    if (fields.has("status")) row->status = fields.text("status", 24, Need::optional);
    if (const Json* meters = fields.any("meters")) read_meters(fields, *meters, *row, correction);
    const std::vector<Piece> added = read_pieces(fields, "serialsInstalled");
    const std::vector<Piece> removed = read_pieces(fields, "serialsRemoved");
    fields.done();
    if (!check.ok()) return refused(check.problem());
    change_pieces(call.db, check, row->asset, removed, added);
    if (!check.ok()) return refused(check.problem());
    call.db.run("INSERT OR REPLACE INTO equipment VALUES(?,?,?,?,?)", row->asset, row->status, row->last_work_order,
                row->last_work_date, row->meters.dump());
    touch(call, "equipment", row->asset);
    action.currency = find_company(call.db, check, row->company, "").currency;
    if (action.work_order.empty()) action.work_order = row->last_work_order;
    for (const char* member :
         {"lastWorkOrder", "lastWorkDate", "meters", "serialsInstalled", "serialsRemoved", "correction"}) {
        if (const Json* value = call.body.find(member)) action.more.set(member, *value);
    }
    if (const Json* status = call.body.find("status")) action.more.set("equipmentStatus", *status);
    return record_action(call, action);
}

std::optional<Json> equipment_json(Db& db, const std::string& asset) {
    const auto row = read(db, asset);
    if (!row) return std::nullopt;
    Json json = Json::object();
    json.set("equipment", asset);
    json.set("companyCode", row->company);
    {
        Query query(db, "SELECT name FROM assets WHERE code=?", asset);
        json.set("name", query.step() ? query.text(0) : "");
    }
    json.set("status", row->status);
    json.set("lastWorkOrder", row->last_work_order);
    json.set("lastWorkDate", row->last_work_date);
    json.set("meters", row->meters);
    Json serials = Json::array();
    Query query(db, "SELECT material, serial FROM installed WHERE asset=? ORDER BY 1, 2 LIMIT 1000", asset);
    while (query.step()) {
        Json piece = Json::object();
        piece.set("material", query.text(0));
        piece.set("serial", query.text(1));
        serials.push_back(std::move(piece));
    }
    json.set("serials", std::move(serials));
    return json;
}

Reply show_equipment(Call& call) {
    const auto asset = net::url_decode(call.part);
    auto json = asset ? equipment_json(call.db, *asset) : std::nullopt;
    return json ? Reply{200, std::move(*json)} : not_found(call.db, call.part);
}

Reply list_equipment(Call& call) {
    Page page(call);
    std::vector<std::string> codes;
    {
        Query query(call.db, "SELECT code FROM assets WHERE code>? ORDER BY code LIMIT ?", page.after(), page.fetch());
        while (query.step()) codes.push_back(query.text(0));
    }
    for (const std::string& code : codes) {
        auto json = equipment_json(call.db, code);
        if (json && !page.add(std::move(*json), code)) break;
    }
    return page.reply(call);
}

Reply list_equipment_history(Call& call) {
    Page page(call);
    const std::string_view reference = call.target.query_value("reference");
    std::vector<std::int64_t> numbers;
    {
        Query query(call.db,
                    reference.empty()
                        ? "SELECT number FROM documents WHERE kind='equipment_change' AND number>?1 AND ?2='' AND "
                          "(?3='' OR json_extract(facts, '$.equipment')=?3) ORDER BY number LIMIT ?4"
                        : "SELECT number FROM documents WHERE reference=?2 AND reference<>'' AND "
                          "kind='equipment_change' AND number>?1 AND (?3='' OR json_extract(facts, "
                          "'$.equipment')=?3) ORDER BY number LIMIT ?4",
                    page.after_number(), reference, call.target.query_value("asset"), page.fetch());
        while (query.step()) numbers.push_back(query.integer(0));
    }
    for (const std::int64_t number : numbers) {
        auto json = document_json(call.db, number, false);
        if (json && !page.add(std::move(*json), std::to_string(number))) break;
    }
    return page.reply(call);
}

}  // namespace tieline::sandbox::erp
