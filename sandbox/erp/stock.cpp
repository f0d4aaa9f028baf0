#include "sandbox/erp/stock.h"

#include <algorithm>

namespace tieline::sandbox::erp {

namespace {

StockValue read_value(Db& db, const std::string& material, const std::string& location) {
    Query query(db, "SELECT quantity, value FROM stock WHERE material=? AND location=?", material, location);
    if (!query.step()) return {};
    return StockValue{query.integer(0), query.integer(1)};
}

void make_row(Db& db, const std::string& material, const std::string& location) {
    db.run("INSERT OR IGNORE INTO stock(material, location) VALUES(?,?)", material, location);
}

/// Substitutes of which enough is on stock somewhere, so that whoever was refused can go on.
Json substitutes_with(Db& db, const Material& material, Quantity quantity) {
    Json list = Json::array();
    for (const std::string& code : material.substitutes) {
        const auto other = read_stocked(db, code);
        if (!other) continue;
        Query query(db, "SELECT location, quantity FROM stock WHERE material=? AND quantity>=? ORDER BY 1 LIMIT 10",
                    code, quantity);
        while (query.step()) {
            Json row = Json::object();
            row.set("material", code);
            row.set("storageLocation", query.text(0));
            row.set("onHand", quantity_text(query.integer(1), other->decimals));
            list.push_back(std::move(row));
        }
    }
    return list;
}

/// The first texts that a query of one material gives: what could be taken instead.
Json texts_of(Db& db, const char* sql, const std::string& material) {
    Json list = Json::array();
    Query query(db, sql, material);
    while (query.step()) list.push_back(query.text(0));
    return list;
}
Json lots_of(Db& db, const Material& material) {
    return texts_of(db, "SELECT DISTINCT lot FROM lots WHERE material=? AND quantity>0 ORDER BY 1 LIMIT 10",
                    material.code);
}
Json serials_of(Db& db, const Material& material) {
    return texts_of(db, "SELECT serial FROM serials WHERE material=? AND location<>'' ORDER BY 1 LIMIT 10",
                    material.code);
}

void fail_insufficient(Db& db, Check& check, const Material& material, const std::string& location, Quantity there,
                       Quantity wanted, std::string_view field) {
    const std::string have = quantity_text(there, material.decimals);
    Problem problem{422, "stock_insufficient", std::string(field),
                    "only " + have + " " + material.unit + " of material " + material.code + " are on stock at " +
                        location + ", " + quantity_text(wanted, material.decimals) + " are wanted"};
    problem.extra.set("on_hand", have);
    problem.extra.set("unit", material.unit);
    Json substitutes = substitutes_with(db, material, wanted);
    if (!substitutes.items().empty()) problem.extra.set("substitutes", std::move(substitutes));
    check.fail(std::move(problem));
}

void move_lot(Db& db, Check& check, const Material& material, const std::string& location, const Move& move) {
    Quantity there = 0;
    {
        Query query(db, "SELECT quantity FROM lots WHERE material=? AND location=? AND lot=?", material.code, location,
                    move.lot);
        if (query.step()) there = query.integer(0);
    }
    if (there + move.quantity < 0) {
        Problem problem{422, "lot_insufficient", "/lot",
                        "lot " + move.lot + " of material " + material.code + " has " +
                            quantity_text(there, material.decimals) + " " + material.unit + " at " + location};
        problem.extra.set("on_hand", quantity_text(there, material.decimals));
        problem.extra.set("lots", lots_of(db, material));
        return check.fail(std::move(problem));
    }
    if (there + move.quantity == 0)
        db.run("DELETE FROM lots WHERE material=? AND location=? AND lot=?", material.code, location, move.lot);
    else
        db.run("INSERT OR REPLACE INTO lots VALUES(?,?,?,?)", material.code, location, move.lot, there + move.quantity);
}

void move_serial(Db& db, Check& check, const Material& material, const std::string& location, const Move& move,
                 const std::string& serial, const std::string& field) {
    bool known = false;
    std::string at, lot;
    {
        Query query(db, "SELECT location, lot FROM serials WHERE material=? AND serial=?", material.code, serial);
        known = query.step();
        if (known) {
            at = query.text(0);
            lot = query.text(1);
        }
    }
    const std::string name = "serial number " + serial + " of material " + material.code;
    if (move.quantity < 0) {
        if (!known || at != location) {
            Problem problem{422, "serial_not_in_stock", field,
                            name + (at.empty() ? " is not on stock" : " is at " + at + ", not at " + location)};
            problem.extra.set("serials", serials_of(db, material));
            return check.fail(std::move(problem));
        }
        if (!move.lot.empty() && lot != move.lot)
            return check.fail("serial_not_in_stock", field, name + " belongs to lot " + lot);
        // A receipt that is taken back makes the piece unknown again.
        if (move.booked && move.kind != "goods_issue")
            db.run("DELETE FROM serials WHERE material=? AND serial=?", material.code, serial);
        else
            db.run("UPDATE serials SET location='' WHERE material=? AND serial=?", material.code, serial);
        return;
    }
    if (known && !at.empty()) return check.fail("serial_in_stock", field, name + " is on stock already, at " + at);
    if (!known && move.serial_rule == SerialRule::only_out)
        return check.fail("serial_unknown", field, name + " was never issued, so it cannot come back");
    db.run("INSERT OR REPLACE INTO serials VALUES(?,?,?,?)", material.code, serial, location, move.lot);
}

void move_details(Db& db, Check& check, const Material& material, const std::string& location, const Move& move) {
    if (!move.lot.empty()) move_lot(db, check, material, location, move);
    for (std::size_t index = 0; index < move.serials.size() && check.ok(); ++index)
        move_serial(db, check, material, location, move, move.serials[index], "/serials/" + std::to_string(index));
}

/// Value of a put that was given none: the moving average of what is there, else the price.
Minor average(Check& check, const Material& material, const StockValue& stock, Quantity quantity) {
    if (stock.quantity > 0) return share(stock.value, quantity, stock.quantity);
    const auto value = worth(material.price, quantity, material.units);
    if (!value) check.fail("bad_amount", "/quantity", "quantity times price is too large");
    return value.value_or(0);
}

Valued value_move(Check& check, const Material& material, const StockValue& stock, const Move& move) {
    if (move.quantity > 0) {
        const Minor asked = move.value ? *move.value : average(check, material, stock, move.quantity);
        if (!material.standard || move.booked || !move.value) return put(stock, move.quantity, asked);
        const auto standard = worth(material.price, move.quantity, material.units);
        Valued valued = put(stock, move.quantity, standard.value_or(0));
        valued.difference += asked - standard.value_or(0);
        return valued;
    }
    const Quantity quantity = -move.quantity;
    if (move.booked) return take_back(stock, quantity, -move.value.value_or(0));
    const Quantity below = std::max<Quantity>(0, quantity - std::max<Quantity>(0, stock.quantity));
    const auto value = worth(material.price, below, material.units);
    if (!value) check.fail("bad_amount", "/quantity", "quantity times price is too large");
    return take(stock, quantity, value.value_or(0));
}

}  // namespace

Moved move_stock(Call& call, Check& check, const Material& material, const StorageLocation& location, Move move,
                 std::string_view field) {
    Moved moved{std::move(move), material.code, location.code};
    if (!check.ok()) return moved;
    const StockValue stock = read_value(call.db, material.code, location.code);
    if (moved.move.quantity < 0 && stock.quantity + moved.move.quantity < 0 && !location.negative) {
        fail_insufficient(call.db, check, material, location.code, stock.quantity, -moved.move.quantity, field);
        return moved;
    }
    const Valued valued = value_move(check, material, stock, moved.move);
    constexpr Minor value_max = 10'000'000'000'000'000LL;
    if (std::abs(valued.after.quantity) > quantity_max || std::abs(valued.after.value) > value_max)
        check.fail("bad_amount", field, "the stock of material " + material.code + " would grow too large");
    if (check.ok()) move_details(call.db, check, material, location.code, moved.move);
    if (!check.ok()) return moved;
    make_row(call.db, material.code, location.code);
    call.db.run("UPDATE stock SET quantity=?, value=? WHERE material=? AND location=?", valued.after.quantity,
                valued.after.value, material.code, location.code);
    touch(call, "stock", material.code + "/" + location.code);
    moved.value = valued.moved;
    moved.difference = valued.difference;
    return moved;
}

void add_line(Posting& posting, const std::string& account, Minor amount, const Receiver& receiver) {
    posting.lines.push_back(
        Line{amount < 0 ? -1 : 1, account, amount < 0 ? -amount : amount, receiver, receiver.given()});
}

void add_movement_lines(Call& call, Check& check, Posting& posting, const Moved& moved, const std::string& contra,
                        const Receiver& receiver) {
    add_line(posting, contra, -(moved.value + moved.difference), receiver);
    add_line(posting, account_of_kind(call.db, check, "stock"), moved.value);
    if (moved.difference != 0) add_line(posting, account_of_kind(call.db, check, "price_difference"), moved.difference);
}

void write_movements(Call& call, const Posting& posting, const std::string& document, const std::vector<Moved>& moved) {
    for (const Moved& each : moved) {
        Json serials = Json::array();
        for (const std::string& serial : each.move.serials) serials.push_back(serial);
        call.db.run("INSERT INTO movements VALUES(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", document, each.move.kind,
                    each.material, each.location, each.move.quantity, each.value, each.move.lot,
                    each.move.serials.empty() ? std::string() : serials.dump(), posting.head.work_order,
                    posting.head.reference, each.move.reservation, each.move.purchase_order, each.move.item,
                    posting.head.posting_date.str(), millis(call.now), each.move.reverses);
    }
}

void read_lot_and_serials(Db& db, Fields& fields, const Material& material, Quantity quantity, Move& move) {
    Check& check = fields.check();
    move.lot = fields.text("lot", 24, Need::optional);
    const Json::Array& serials = fields.array("serials", Need::optional);
    if (!check.ok()) return;
    if (material.lot_managed && move.lot.empty()) {
        Problem problem{422, "lot_required", fields.at("lot"),
                        "material " + material.code + " is kept by lot: name the lot"};
        problem.extra.set("lots", lots_of(db, material));
        check.fail(std::move(problem));
    }
    if (!material.lot_managed && !move.lot.empty())
        check.fail("lot_not_managed", fields.at("lot"), "material " + material.code + " is not kept by lot");
    if (!material.serial_managed && !serials.empty())
        check.fail("serials_not_managed", fields.at("serials"), "material " + material.code + " has no serial numbers");
    const Quantity pieces = std::abs(quantity) / one_piece;
    if (material.serial_managed && static_cast<Quantity>(serials.size()) != pieces) {
        Problem problem{422, "serials_required", fields.at("serials"),
                        "material " + material.code + " needs one serial number per piece: " + std::to_string(pieces) +
                            ", not " + std::to_string(serials.size())};
        problem.extra.set("serials", serials_of(db, material));
        check.fail(std::move(problem));
    }
    for (std::size_t index = 0; index < serials.size() && check.ok(); ++index) {
        const std::string field = fields.at("serials") + "/" + std::to_string(index);
        if (!serials[index].is_string() || serials[index].string().empty() || serials[index].string().size() > 40)
            return check.fail("wrong_type", field, "a serial number is a text of at most 40 characters");
        if (std::find(move.serials.begin(), move.serials.end(), serials[index].string()) != move.serials.end())
            return check.fail("serials_required", field, "the serial number stands here twice");
        move.serials.push_back(serials[index].string());
    }
}

void count_on_stock(Call& call, const std::string& material, const std::string& location, const StockCounts& counts) {
    if (counts.reserved == 0 && counts.on_order == 0 && counts.on_requisition == 0) return;
    make_row(call.db, material, location);
    call.db.run(
        "UPDATE stock SET reserved=reserved+?, on_order=on_order+?, on_requisition=on_requisition+? WHERE material=? "
        "AND location=?",
        counts.reserved, counts.on_order, counts.on_requisition, material, location);
    touch(call, "stock", material + "/" + location);
}

Quantity on_hand(Db& db, const std::string& material) {
    Query query(db, "SELECT COALESCE(SUM(quantity), 0) FROM stock WHERE material=?", material);
    return query.step() ? query.integer(0) : 0;
}

}  // namespace tieline::sandbox::erp
