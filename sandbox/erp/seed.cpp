#include "sandbox/erp/seed.h"

#include "sandbox/erp/material_documents.h"
#include "sandbox/erp/seed_parts.h"

#include <algorithm>

namespace tieline::sandbox::erp {

namespace {

using SeedRow = void (*)(Call& call, Fields& fields);

void seed_company(Call& call, Fields& in) {
    const std::string code = in.text("code", 4), name = in.text("name", 60), currency = in.text("currency", 3);
    const std::string zone = in.text("zone", 40);
    check_currency(in.check(), currency, in.at("currency"));
    call.db.run("INSERT OR REPLACE INTO companies VALUES(?,?,?,?)", code, name, currency, zone);
}

void seed_account(Call& call, Fields& in) {
    const std::string code = in.text("code", 10), name = in.text("name", 60), kind = in.text("kind", 20);
    const auto& kinds = account_kinds();
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
        in.check().fail("wrong_type", in.at("kind"), "the kind of account " + kind + " is not known");
    call.db.run("INSERT OR REPLACE INTO accounts VALUES(?,?,?)", code, name, kind);
}

void seed_cost_center(Call& call, Fields& in) {
    const std::string code = in.text("code", 24), company = in.text("companyCode", 4), name = in.text("name", 60);
    const Date from = in.date("validFrom", Need::optional, Date{2000, 1, 1});
    const Date to = in.date("validTo", Need::optional, Date{9999, 12, 31});
    find_company(call.db, in.check(), company, in.at("companyCode"));
    call.db.run("INSERT OR REPLACE INTO cost_centers VALUES(?,?,?,?,?)", code, company, name, from.str(), to.str());
    touch(call, "cost_center", code);
}

void seed_internal_order(Call& call, Fields& in) {
    const std::string code = in.text("code", 24), company = in.text("companyCode", 4), name = in.text("name", 60);
    const bool open = in.boolean("open", true);
    find_company(call.db, in.check(), company, in.at("companyCode"));
    call.db.run("INSERT OR REPLACE INTO internal_orders VALUES(?,?,?,?)", code, company, name, open ? 1 : 0);
}

void seed_asset(Call& call, Fields& in) {
    const std::string code = in.text("code", 24), company = in.text("companyCode", 4), name = in.text("name", 60);
    const std::string cost_center = in.text("costCenter", 24, Need::optional);
    find_company(call.db, in.check(), company, in.at("companyCode"));
    call.db.run("INSERT OR REPLACE INTO assets VALUES(?,?,?,?)", code, company, name, cost_center);
}

void seed_activity(Call& call, Fields& in) {
    const std::string code = in.text("code", 12), company = in.text("companyCode", 4), name = in.text("name", 60);
    const std::string currency = in.text("currency", 3);
    const Date from = in.date("validFrom", Need::optional, Date{2000, 1, 1});
    const Decimal rate = in.decimal("rate", 7, 4);
    check_currency(in.check(), currency, in.at("currency"));
    call.db.run("INSERT OR REPLACE INTO activities VALUES(?,?,?,?,?,?)", code, company, from.str(), name, rate.str(),
                currency);
    touch(call, "activity", code + "/" + company + "/" + from.str());
}

void seed_vendor(Call& call, Fields& in) {
    const std::string code = in.text("code", 12), name = in.text("name", 60);
    call.db.run("INSERT OR REPLACE INTO vendors VALUES(?,?)", code, name);
    touch(call, "vendor", code);
}

void seed_purchase_order(Call& call, Fields& in) {
    const std::string number = in.text("number", 12), company = in.text("companyCode", 4);
    const std::string vendor = in.text("vendor", 12), currency = in.text("currency", 3);
    const int units = check_currency(in.check(), currency, in.at("currency"));
    const Decimal limit = in.decimal("amount", amount_digits_max, units, Need::optional);
    const std::string text = in.text("text", 50, Need::optional);
    const Receiver receiver = read_receiver(in, Need::optional);
    check_vendor(call.db, in.check(), vendor, in.at("vendor"));
    call.db.run("INSERT OR IGNORE INTO purchase_orders VALUES(?,?,?,?,?,?,?,?,0,0)", number, company, vendor, currency,
                to_minor(limit, units), text, receiver.kind, receiver.code);
}

void write_period(Call& call, const std::string& company, const std::string& month, bool open) {
    call.db.run("INSERT OR REPLACE INTO periods VALUES(?,?,?)", company, month, open ? 1 : 0);
    record_change(call.db, "period", company + "/" + month, call.now);
}

void seed_periods(Call& call, Fields& in) {
    const std::string company = in.text("companyCode", 4), from = in.month("from"), to = in.month("to");
    const bool open = in.boolean("open", true);
    auto day = parse_date(from + "-01");
    for (int count = 0; day && in.check().ok() && day->month_str() <= to && count < 1200; ++count) {
        write_period(call, company, day->month_str(), open);
        *day = day->first_of_next_month();
    }
}

void seed_rate(Call& call, Fields& in) {
    const std::string base = in.text("from", 3), quote = in.text("to", 3);
    const Date valid_from = in.date("validFrom");
    const Decimal rate = in.decimal("rate", 9, 9);
    check_currency(in.check(), base, in.at("from"));
    check_currency(in.check(), quote, in.at("to"));
    if (rate.is_zero() || rate.is_negative()) in.check().fail("bad_amount", in.at("rate"), "a rate is above zero");
    call.db.run("INSERT OR REPLACE INTO rates VALUES(?,?,?,?)", base, quote, valid_from.str(), rate.str());
    record_change(call.db, "rate", base + "/" + quote + "/" + valid_from.str(), call.now);
}

void seed_budget(Call& call, Fields& in) {
    const std::string company = in.text("companyCode", 4);
    const std::string from = in.month("from"), to = in.month("to");
    const Company known = find_company(call.db, in.check(), company, in.at("companyCode"));
    const Receiver receiver = read_receiver(in, Need::required);
    const Decimal amount = in.decimal("amount", amount_digits_max, known.units);
    auto day = parse_date(from + "-01");
    for (int count = 0; day && in.check().ok() && day->month_str() <= to && count < 1200; ++count) {
        call.db.run("INSERT OR REPLACE INTO budgets VALUES(?,?,?,?,?,?)", company, receiver.kind, receiver.code,
                    day->month_str(), to_minor(amount, known.units), known.currency);
        *day = day->first_of_next_month();
    }
}

struct SeedTable {
    const char* member;
    SeedRow write;
};
// In this order: later rows refer to earlier ones.
constexpr SeedTable seed_tables[] = {
    {"companies", seed_company},
    {"accounts", seed_account},
    {"costCenters", seed_cost_center},
    {"internalOrders", seed_internal_order},
    {"assets", seed_asset},
    {"activities", seed_activity},
    {"materials", seed_material},
    {"vendors", seed_vendor},
    {"purchaseOrders", seed_purchase_order},
    {"periods", seed_periods},
    {"rates", seed_rate},
    {"budgets", seed_budget},
    {"storageLocations", seed_storage_location},
    {"planning", seed_planning},
    {"stock", seed_stock},
    {"approvalLevels", seed_approval_level},
    {"persons", seed_person},
};

std::int64_t seed_tables_of(Call& call, Check& check, const Json& body) {
    Fields fields(body, "", check);
    std::int64_t count = 0;
    for (const SeedTable& table : seed_tables) {
        const Json::Array& rows = fields.array(table.member, Need::optional);
        for (std::size_t index = 0; index < rows.size() && check.ok(); ++index) {
            Fields row(rows[index], "/" + std::string(table.member) + "/" + std::to_string(index), check);
            table.write(call, row);
            row.done();
            ++count;
        }
    }
    fields.done();
    return count;
}

}  // namespace

Reply seed(Call& call) {
    Check check;
    std::int64_t count = 0;
    if (call.target.query_value("demo") == "true") {
        for (const char* text : {demo_plant, demo_parts}) {
            const auto parsed = Json::parse(text);
            if (!parsed) return refused(500, "demo", "the demo data cannot be read: " + parsed.error().message);
            count += seed_tables_of(call, check, *parsed);
        }
    } else {
        count = seed_tables_of(call, check, call.body);
    }
    if (!check.ok()) return refused(check.problem());
    Reply reply;
    reply.body.set("rows", count);
    return reply;
}

Reply set_period(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    const std::string company = fields.text("companyCode", 4), month = fields.month("period");
    const bool open = fields.boolean("open", true);
    fields.done();
    find_company(call.db, check, company, "/companyCode");
    if (!check.ok()) return refused(check.problem());
    write_period(call, company, month, open);
    return Reply{};
}

Reply set_rate(Call& call) {
    Check check;
    Fields fields(call.body, "", check);
    seed_rate(call, fields);
    fields.done();
    return check.ok() ? Reply{} : refused(check.problem());
}

}  // namespace tieline::sandbox::erp
