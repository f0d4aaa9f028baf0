#include "sandbox/erp/material_documents.h"

#include "sandbox/erp/receipts.h"
#include "sandbox/erp/reservations.h"

#include <algorithm>
#include <array>

namespace tieline::sandbox::erp {

void set_entry_facts(Json& facts, const Material& material, const Entry& entry, const std::string& location,
                     const Move& move) {
    facts.set("material", material.code);
    facts.set("quantity", quantity_text(entry.base, material.decimals));
    facts.set("unit", material.unit);
    facts.set("entryQuantity", entry.quantity.str());
    facts.set("entryUnit", entry.unit);
    facts.set("storageLocation", location);
    if (!move.lot.empty()) facts.set("lot", move.lot);
    if (move.serials.empty()) return;
    Json serials = Json::array();
    for (const std::string& serial : move.serials) serials.push_back(serial);
    facts.set("serials", std::move(serials));
}

Reply post_with_movements(Call& call, Check& check, Posting& posting, const std::vector<Moved>& moved) {
    Reply reply = post(call, check, posting);
    if (reply.status >= 300) return reply;
    write_movements(call, posting, reply.body.text_or("document"), moved);
    return with_movement(std::move(reply), posting.facts);
}

Reply with_movement(Reply reply, const Json& facts) {
    if (reply.status >= 300) return reply;
    for (const char* member : {"material", "quantity", "unit", "storageLocation"}) {
        if (const Json* value = facts.find(member)) reply.body.set(member, *value);
    }
    return reply;
}

namespace {

void use_currency(Posting& posting, const Material& material) {
    posting.currency = material.currency;
    posting.units = material.units;
}

/// The location given, or the only one where the material is planned or kept.
StorageLocation issue_location(Call& call, Check& check, const Material& material, std::string code,
                               const std::string& company) {
    if (code.empty() && check.ok()) {
        std::vector<std::string> known;
        Query query(call.db,
                    "SELECT location FROM stock WHERE material=?1 UNION SELECT location FROM planning WHERE "
                    "material=?1 LIMIT 2",
                    material.code);
        while (query.step()) known.push_back(query.text(0));
        if (known.size() == 1)
            code = known.front();
        else
            check.fail("storage_location_required", "/storageLocation",
                       "material " + material.code + " has more than one storage location, or none: name it");
    }
    return find_location(call.db, check, code, company, "/storageLocation");
}

/// A kit gives its components, anything else itself.
std::vector<Moved> move_issued(Call& call, Check& check, const Material& material, const Entry& entry,
                               const StorageLocation& location, const Move& move) {
    if (material.kit.empty()) return {move_stock(call, check, material, location, move, "/quantity")};
    std::vector<Moved> moved;
    for (const KitPart& part : material.kit) {
        const Material component = find_stocked(call.db, check, part.material, "/material");
        if (!check.ok()) break;
        const auto exact = part.quantity.times(Decimal::from_unscaled(entry.base, quantity_scale));
        const auto fits = exact ? exact->scale_needed() <= component.decimals : false;
        if (!fits)
            check.fail("quantity_not_exact", "/quantity", "this many kits need no exact quantity of " + part.material);
        if (component.lot_managed || component.serial_managed || !component.kit.empty())
            check.fail("lot_required", "/material",
                       "component " + part.material + " is kept by lot or serial number: issue it by itself");
        if (component.currency != material.currency)
            check.fail("price_currency", "/material", "component " + part.material + " is valued in another currency");
        if (!check.ok()) break;
        Move each = move;
        each.quantity = -to_minor(*exact, quantity_scale);
        moved.push_back(move_stock(call, check, component, location, std::move(each), "/quantity"));
    }
    return moved;
}

}  // namespace

Reply issue_stocked(Call& call, const Material& material) {
    Check check;
    Fields fields(call.body, "", check);
    Posting posting;
    posting.head = read_head(call, fields, "goods_issue");
    fields.text("material", 24);
    const Entry entry = read_entry(fields, material, Sign::any);
    std::string place = fields.text("storageLocation", 12, Need::optional);
    const std::string reservation = fields.text("reservation", 12, Need::optional);
    const Receiver receiver = read_receiver(fields, Need::required);
    Move move;
    move.kind = "goods_issue";
    move.quantity = -entry.base;
    move.serial_rule = SerialRule::only_out;
    read_lot_and_serials(call.db, fields, material, entry.base, move);
    fields.done();
    const std::string company = posting.head.company.code;
    check_receiver(call.db, check, receiver, company, posting.head.posting_date, "");
    const StorageLocation location = issue_location(call, check, material, std::move(place), company);
    move.reservation = check_reservation(call.db, check, reservation, material.code, location.code, entry.base);
    use_currency(posting, material);
    const std::vector<Moved> moved = move_issued(call, check, material, entry, location, move);
    const std::string expense = account_of_kind(call.db, check, "expense_parts");
    for (const Moved& each : moved) add_movement_lines(call, check, posting, each, expense, receiver);
    if (!check.ok()) return refused(check.problem());
    count_on_reservation(call, move.reservation, entry.base);
    set_entry_facts(posting.facts, material, entry, location.code, move);
    if (move.reservation != 0) posting.facts.set("reservation", reservation);
    return post_with_movements(call, check, posting, moved);
}

namespace {

struct MovementKind {
    std::string_view name;
    Sign sign;
    std::string_view contra;  ///< kind of account
};
constexpr std::array<MovementKind, 4> movement_kinds{{{"transfer", Sign::positive, "stock"},
                                                      {"scrap", Sign::positive, "expense_scrap"},
                                                      {"count_difference", Sign::any, "inventory_difference"},
                                                      {"initial", Sign::positive, "opening"}}};

const MovementKind& read_kind(Fields& fields) {
    const std::string name = fields.text("kind", 20);
    for (const MovementKind& kind : movement_kinds) {
        if (kind.name == name) return kind;
    }
    fields.check().fail("wrong_type", fields.at("kind"), "kind must be transfer, scrap, count_difference or initial");
    return movement_kinds.front();
}

/// Out of one location and, at the same value, into the other; both on the stock account.
std::vector<Moved> move_across(Call& call, Check& check, Posting& posting, const Material& material,
                               const StorageLocation& from, const StorageLocation& to, Move move) {
    const Quantity quantity = move.quantity;
    move.quantity = -quantity;
    Moved out = move_stock(call, check, material, from, move, "/quantity");
    move.quantity = quantity;
    move.value = -out.value;
    Moved in = move_stock(call, check, material, to, move, "/quantity");
    const std::string stock = account_of_kind(call.db, check, "stock");
    add_line(posting, stock, in.value);
    add_line(posting, stock, out.value);
    if (in.difference != 0) add_line(posting, account_of_kind(call.db, check, "price_difference"), in.difference);
    return {std::move(out), std::move(in)};
}

/// The opening stock's value: as given, else by price.
Minor opening_value(Fields& fields, const Material& material, Quantity quantity) {
    if (fields.has("value")) {
        const Decimal value = fields.decimal("value", amount_digits_max, material.units);
        if (value.is_negative())
            fields.check().fail("bad_amount", fields.at("value"), "the value must not be negative");
        return to_minor(value, material.units);
    }
    const auto value = worth(material.price, quantity, material.units);
    if (!value) fields.check().fail("bad_amount", fields.at("quantity"), "quantity times price is too large");
    return value.value_or(0);
}

}  // namespace

Reply post_stock_movement(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    Posting posting;
    posting.head = read_head(call, fields, "stock_movement");
    const MovementKind& kind = read_kind(fields);
    const Material material = find_stocked(call.db, check, fields.text("material", 24), "/material");
    const Entry entry = read_entry(fields, material, kind.sign);
    const std::string place = fields.text("storageLocation", 12);
    const std::string reason = fields.text("reason", 50, Need::optional);
    const bool transfer = kind.name == "transfer", scrap = kind.name == "scrap";
    const std::string target = transfer ? fields.text("toStorageLocation", 12) : std::string();
    const Receiver receiver = scrap ? read_receiver(fields, Need::required) : Receiver{};
    Move move;
    move.kind = std::string(kind.name);
    move.quantity = scrap ? -entry.base : entry.base;
    if (kind.name == "initial") move.value = opening_value(fields, material, entry.base);
    read_lot_and_serials(call.db, fields, material, entry.base, move);
    fields.done();
    if (check.ok() && !material.kit.empty())
        check.fail("kit_has_no_stock", "/material", "material " + material.code + " is a kit without stock");
    const std::string& company = posting.head.company.code;
    if (scrap) check_receiver(call.db, check, receiver, company, posting.head.posting_date, "");
    const StorageLocation location = find_location(call.db, check, place, company, "/storageLocation");
    use_currency(posting, material);
    set_entry_facts(posting.facts, material, entry, location.code, move);
    posting.facts.set("movement", std::string(kind.name));
    if (!reason.empty()) posting.facts.set("reason", reason);
    std::vector<Moved> moved;
    if (transfer) {
        const StorageLocation to = find_location(call.db, check, target, company, "/toStorageLocation");
        if (target == place)
            check.fail("wrong_type", "/toStorageLocation", "a transfer goes to another storage location");
        posting.facts.set("toStorageLocation", target);
        moved = move_across(call, check, posting, material, location, to, std::move(move));
    } else {
        moved.push_back(move_stock(call, check, material, location, std::move(move), "/quantity"));
        add_movement_lines(call, check, posting, moved.back(), account_of_kind(call.db, check, kind.contra), receiver);
    }
    if (!check.ok()) return refused(check.problem());
    return post_with_movements(call, check, posting, moved);
}

void seed_stock(Call& call, Fields& fields) {
    Check& check = fields.check();
    Posting posting;
    const Material material = find_stocked(call.db, check, fields.text("material", 24), fields.at("material"));
    const std::string place = fields.text("storageLocation", 12);
    const Date day = fields.date("postingDate");
    const Decimal quantity = fields.decimal("quantity", 9, material.decimals);
    if (!quantity.is_zero() && quantity.is_negative())
        check.fail("bad_amount", fields.at("quantity"), "opening stock must not be below zero");
    Move move;
    move.kind = "initial";
    move.quantity = to_minor(quantity, quantity_scale);
    move.value = opening_value(fields, material, move.quantity);
    read_lot_and_serials(call.db, fields, material, move.quantity, move);
    StorageLocation location;
    if (check.ok()) {
        Query query(call.db, "SELECT company FROM storage_locations WHERE code=?", place);
        if (query.step()) location.company = query.text(0);
    }
    location = find_location(call.db, check, place, location.company, fields.at("storageLocation"));
    if (!check.ok() || move.quantity == 0) return;
    {
        Query query(call.db, "SELECT 1 FROM movements WHERE material=? AND location=? LIMIT 1", material.code, place);
        if (query.step()) return;
    }
    posting.head.kind = "stock_movement";
    posting.head.company = find_company(call.db, check, location.company, fields.at("storageLocation"));
    posting.head.posting_date = posting.head.document_date = day;
    check_period(call.db, check, location.company, day, fields.at("postingDate"));
    use_currency(posting, material);
    set_entry_facts(posting.facts, material, Entry{quantity, material.unit, 1, 1, move.quantity}, place, move);
    posting.facts.set("movement", "initial");
    const std::vector<Moved> moved{move_stock(call, check, material, location, std::move(move), fields.at("quantity"))};
    add_movement_lines(call, check, posting, moved.back(), account_of_kind(call.db, check, "opening"), {});
    post_with_movements(call, check, posting, moved);
}

bool has_movements(Db& db, std::int64_t document) {
    Query query(db, "SELECT 1 FROM movements WHERE document=? LIMIT 1", document);
    return query.step();
}

namespace {

struct Row {
    std::string material, location;
    Move move;
};

/// The movements of a document turned round, the last one first.
std::vector<Row> turned_round(Db& db, std::int64_t document) {
    std::vector<Row> rows;
    Query query(db,
                "SELECT id, kind, material, location, quantity, value, lot, serials, reservation, purchase_order, item "
                "FROM movements WHERE document=? ORDER BY id DESC",
                document);
    while (query.step()) {
        Row row{query.text(2), query.text(3), {}};
        row.move.kind = query.text(1);
        row.move.quantity = -query.integer(4);
        row.move.value = -query.integer(5);
        row.move.booked = true;
        row.move.lot = query.text(6);
        if (const auto serials = Json::parse(query.text(7)); serials) {
            for (const Json& serial : serials->items()) row.move.serials.push_back(serial.string());
        }
        row.move.reservation = query.integer(8);
        row.move.purchase_order = query.text(9);
        row.move.item = query.integer(10);
        row.move.reverses = query.integer(0);
        rows.push_back(std::move(row));
    }
    return rows;
}

void add_lost_value(Call& call, Check& check, Posting& reversal, Minor difference) {
    if (difference == 0) return;
    const Company& company = reversal.head.company;
    const Decimal rate = find_rate(call.db, check, reversal.currency, company.currency, reversal.head.posting_date);
    const auto converted_amount = times_minor(minor_decimal(std::abs(difference), reversal.units), rate, company.units);
    add_line(reversal, account_of_kind(call.db, check, "stock"), -difference);
    reversal.lines.back().company_amount = converted_amount.value_or(0);
    add_line(reversal, account_of_kind(call.db, check, "price_difference"), difference);
    reversal.lines.back().company_amount = converted_amount.value_or(0);
}

}  // namespace

std::vector<Moved> take_back_movements(Call& call, Check& check, Posting& reversal) {
    std::vector<Moved> moved;
    for (Row& row : turned_round(call.db, reversal.reverses)) {
        const Material material = find_stocked(call.db, check, row.material, "");
        const StorageLocation location = find_location(call.db, check, row.location, reversal.head.company.code, "");
        moved.push_back(move_stock(call, check, material, location, std::move(row.move), ""));
        if (!check.ok()) return moved;
        const Move& done = moved.back().move;
        add_lost_value(call, check, reversal, moved.back().difference);
        count_on_reservation(call, done.reservation, done.kind == "goods_issue" ? -done.quantity : 0);
        if (done.kind == "goods_receipt") take_back_receipt(call, reversal.reverses, done);
    }
    return moved;
}

}  // namespace tieline::sandbox::erp
