#include "sandbox/erp/movements.h"

#include "sandbox/erp/material_documents.h"

namespace tieline::sandbox::erp {

namespace {

/// A decimal out of the database, where only well-formed ones were stored.
Decimal stored_decimal(Db& db, const std::string& text) {
    const auto decimal = Decimal::parse(text);
    if (!decimal) db.fail("a stored number is damaged: " + text);
    return decimal ? *decimal : Decimal();
}

/// One without valued stock.
struct PricedMaterial {
    std::string unit, currency;
    Decimal price, stock;
};

PricedMaterial find_material(Db& db, Check& check, const std::string& code) {
    PricedMaterial material;
    if (!check.ok()) return material;
    Query query(db, "SELECT unit, price, currency, stock FROM materials WHERE code=?", code);
    if (!query.step()) {
        fail_unknown(db, check, "SELECT code FROM materials LIMIT 10000", "material", code, "/material");
        return material;
    }
    material.unit = query.text(0);
    material.price = stored_decimal(db, query.text(1));
    material.currency = query.text(2);
    material.stock = stored_decimal(db, query.text(3));
    return material;
}

void change_stock(Db& db, Check& check, const std::string& code, const Decimal& stock, const Decimal& quantity) {
    const auto left = stock.minus(quantity);
    if (!left) return check.fail("bad_amount", "/quantity", "the quantity is too large");
    if (left->is_negative() && !quantity.is_negative())
        return check.fail(
            "stock_insufficient", "/quantity",
            "only " + stock.str() + " of material " + code + " are on stock, " + quantity.str() + " are wanted");
    db.run("UPDATE materials SET stock=? WHERE code=?", left->str(), code);
}

Minor value(Check& check, const Decimal& quantity, const Decimal& price, int units, std::string_view field) {
    const auto amount = times_minor(quantity, price, units);
    if (!amount) check.fail("bad_amount", field, "quantity times price is too large");
    return amount.value_or(0);
}

}  // namespace

Reply post_goods_issue(Call& call) {
    if (const auto stocked = read_stocked(call.db, call.body.text_or("material"))) return issue_stocked(call, *stocked);
    Check check;
    Fields fields(call.body, "", check);
    Posting posting;
    posting.head = read_head(call, fields, "goods_issue");
    const std::string code = fields.text("material", 24);
    const Decimal quantity = fields.decimal("quantity", 9, 4);
    const std::string unit = fields.text("unit", 6);
    const std::string location = fields.text("storageLocation", 12, Need::optional);
    const Receiver receiver = read_receiver(fields, Need::required);
    fields.done();
    if (quantity.is_zero()) check.fail("bad_amount", "/quantity", "the quantity must not be zero");
    check_receiver(call.db, check, receiver, posting.head.company.code, posting.head.posting_date, "");
    const PricedMaterial material = find_material(call.db, check, code);
    if (check.ok() && material.unit != unit)
        check.fail("unit_mismatch", "/unit", "material " + code + " is kept in " + material.unit + ", not in " + unit);
    if (check.ok()) change_stock(call.db, check, code, material.stock, quantity);
    posting.currency = material.currency;
    posting.units = currency_units(material.currency).value_or(2);
    const Minor amount = value(check, quantity, material.price, posting.units, "/quantity");
    add_pair(posting, account_of_kind(call.db, check, "expense_parts"), receiver,
             account_of_kind(call.db, check, "inventory"), amount);
    posting.facts.set("material", code);
    posting.facts.set("quantity", quantity.str());
    posting.facts.set("unit", unit);
    posting.facts.set("price", material.price.str());
    if (!location.empty()) posting.facts.set("storageLocation", location);
    return with_movement(post(call, check, posting), posting.facts);
}

void undo_stock(Db& db, const Json& facts) {
    const std::string code = facts.text_or("material");
    Query query(db, "SELECT stock FROM materials WHERE code=?", code);
    if (!query.step()) return;
    const auto quantity = facts.decimal("quantity");
    const auto stock = Decimal::parse(query.text(0));
    if (!quantity || !stock) return db.fail("the stock of a material cannot be read");
    const auto after = stock->plus(*quantity);
    if (!after) return db.fail("the stock of a material is too large");
    db.run("UPDATE materials SET stock=? WHERE code=?", after->str(), code);
}

Reply post_confirmation(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    Posting posting;
    posting.head = read_head(call, fields, "confirmation");
    const std::string activity = fields.text("activity", 12);
    const Decimal hours = fields.decimal("hours", 6, 4);
    const std::string person = fields.text("person", 40, Need::optional);
    const Receiver receiver = read_receiver(fields, Need::required);
    fields.done();
    if (hours.is_zero()) check.fail("bad_amount", "/hours", "the hours must not be zero");
    check_receiver(call.db, check, receiver, posting.head.company.code, posting.head.posting_date, "");
    Decimal rate;
    if (check.ok()) {
        Query query(call.db,
                    "SELECT rate, currency FROM activities WHERE code=? AND company=? AND valid_from<=? "
                    "ORDER BY valid_from DESC LIMIT 1",
                    activity, posting.head.company.code, posting.head.posting_date.str());
        if (query.step()) {
            rate = stored_decimal(call.db, query.text(0));
            posting.currency = query.text(1);
            posting.units = currency_units(posting.currency).value_or(2);
        } else {
            fail_unknown(call.db, check, "SELECT DISTINCT code FROM activities LIMIT 10000", "activity", activity,
                         "/activity");
        }
    }
    const Minor amount = value(check, hours, rate, posting.units, "/hours");
    add_pair(posting, account_of_kind(call.db, check, "expense_labor"), receiver,
             account_of_kind(call.db, check, "clearing_labor"), amount);
    posting.facts.set("activity", activity);
    posting.facts.set("hours", hours.str());
    posting.facts.set("rate", rate.str());
    if (!person.empty()) posting.facts.set("person", person);
    return post(call, check, posting);
}

}  // namespace tieline::sandbox::erp
