#include "sandbox/erp/masterdata.h"

#include <algorithm>
#include <array>

namespace tieline::sandbox::erp {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row.back();
}

struct ReceiverTable {
    std::string_view kind, member, what;
    const char* sql;
    const char* codes_sql;
};
constexpr std::array<ReceiverTable, 3> receiver_tables{{
    {"cost_center", "costCenter", "cost_center", "SELECT company, valid_from, valid_to FROM cost_centers WHERE code=?",
     "SELECT code FROM cost_centers LIMIT 10000"},
    {"internal_order", "internalOrder", "order",
     "SELECT company, '0000-01-01', CASE open WHEN 1 THEN '9999-12-31' ELSE '' END FROM internal_orders WHERE code=?",
     "SELECT code FROM internal_orders LIMIT 10000"},
    {"asset", "asset", "asset", "SELECT company, '0000-01-01', '9999-12-31' FROM assets WHERE code=?",
     "SELECT code FROM assets LIMIT 10000"},
}};

}  // namespace

std::int64_t millis(WallTime at) { return at.time_since_epoch().count(); }

std::string_view receiver_member(std::string_view kind) {
    for (const auto& table : receiver_tables) {
        if (table.kind == kind) return table.member;
    }
    return "receiver";
}

Receiver read_receiver(Fields& fields, Need need) {
    Receiver receiver;
    for (const auto& table : receiver_tables) {
        std::string code = fields.text(table.member, 24, Need::optional);
        if (code.empty()) continue;
        if (receiver.given())
            fields.check().fail("receiver_ambiguous", fields.at(table.member),
                                "give one receiver only: costCenter, internalOrder or asset");
        receiver = Receiver{std::string(table.kind), std::move(code)};
    }
    if (!receiver.given() && need == Need::required)
        fields.check().fail("receiver_required", fields.at("costCenter"),
                            "a receiver is required: costCenter, internalOrder or asset");
    return receiver;
}

bool is_cost_kind(std::string_view account_kind) {
    return account_kind.starts_with("expense_") || account_kind == "capital";
}

const std::vector<std::string_view>& account_kinds() {
    static const std::vector<std::string_view> kinds{"expense_labor",
                                                     "expense_parts",
                                                     "expense_contractor",
                                                     "expense_other",
                                                     "capital",
                                                     "clearing_labor",
                                                     "clearing_parts",
                                                     "clearing_contractor",
                                                     "clearing_other",
                                                     "accrual",
                                                     "gr_ir",
                                                     "inventory",
                                                     "payable",
                                                     "balance",
                                                     "stock",
                                                     "expense_scrap",
                                                     "price_difference",
                                                     "inventory_difference",
                                                     "opening"};
    return kinds;
}

std::string nearest(std::string_view code, const std::vector<std::string>& candidates) {
    std::string best;
    std::size_t best_edits = std::max<std::size_t>(1, code.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t count = edits(code, candidate);
        if (count < best_edits) {
            best_edits = count;
            best = candidate;
        }
    }
    return best;
}

void fail_unknown(Db& db, Check& check, const char* codes_sql, std::string_view what, std::string_view code,
                  std::string_view field) {
    if (!check.ok()) return;
    std::vector<std::string> codes;
    Query query(db, codes_sql);
    while (query.step()) codes.push_back(query.text(0));
    const std::string near = nearest(code.substr(0, 40), codes);
    std::string words(what);
    std::replace(words.begin(), words.end(), '_', ' ');
    Problem problem{422, "unknown_" + std::string(what), std::string(field),
                    "the " + words + " " + std::string(code.substr(0, 40)) + " does not exist"};
    if (!near.empty()) {
        problem.message += "; did you mean " + near + "?";
        problem.extra.set("did_you_mean", near);
    }
    check.fail(std::move(problem));
}

Company find_company(Db& db, Check& check, const std::string& code, std::string_view field) {
    Company company{code, "EUR", 2};
    if (!check.ok()) return company;
    Query query(db, "SELECT currency FROM companies WHERE code=?", code);
    if (!query.step()) {
        fail_unknown(db, check, "SELECT code FROM companies LIMIT 10000", "company", code, field);
        return company;
    }
    company.currency = query.text(0);
    company.units = currency_units(company.currency).value_or(2);
    return company;
}

std::string account_kind(Db& db, Check& check, const std::string& code, std::string_view field) {
    if (!check.ok()) return {};
    Query query(db, "SELECT kind FROM accounts WHERE code=?", code);
    if (query.step()) return query.text(0);
    fail_unknown(db, check, "SELECT code FROM accounts LIMIT 10000", "account", code, field);
    return {};
}

namespace {

/// What stands in for a kind of account that a smaller chart does not have.
std::string_view stand_in(std::string_view kind) {
    if (kind == "stock") return "inventory";
    if (kind == "expense_scrap") return "expense_parts";
    if (kind == "price_difference" || kind == "inventory_difference" || kind == "opening") return "balance";
    if (kind == "balance") return "clearing_parts";
    return {};
}

}  // namespace

std::string account_of_kind(Db& db, Check& check, std::string_view kind) {
    for (std::string_view tried = kind; !tried.empty(); tried = stand_in(tried)) {
        Query query(db, "SELECT MIN(code) FROM accounts WHERE kind=?", tried);
        if (query.step() && !query.is_null(0)) return query.text(0);
    }
    check.fail("account_determination", "", "no account of kind " + std::string(kind) + " is set up in this ERP");
    return {};
}

void check_receiver(Db& db, Check& check, const Receiver& receiver, const std::string& company, const Date& date,
                    std::string_view pointer) {
    if (!check.ok()) return;
    for (const auto& table : receiver_tables) {
        if (table.kind != receiver.kind) continue;
        const std::string field = std::string(pointer) + "/" + std::string(table.member);
        Query query(db, table.sql, receiver.code);
        if (!query.step() || query.text(0) != company) {
            fail_unknown(db, check, table.codes_sql, table.what, receiver.code, field);
            return;
        }
        const std::string day = date.str();
        if (day < query.text(1) || day > query.text(2))
            check.fail(
                "not_valid_on_date", field,
                receiver.code + " takes no postings on " + day + (query.text(2).empty() ? ": it is closed" : ""));
    }
}

void check_period(Db& db, Check& check, const std::string& company, const Date& date, std::string_view field) {
    if (!check.ok()) return;
    const std::string month = date.month_str();
    {
        Query query(db, "SELECT open FROM periods WHERE company=? AND month=?", company, month);
        if (query.step() && query.integer(0) == 1) return;
    }
    Problem problem{422, "period_closed", std::string(field),
                    "the period " + month + " of company " + company + " is closed for postings"};
    Query next(db, "SELECT MIN(month) FROM periods WHERE company=? AND month>? AND open=1", company, month);
    if (next.step() && !next.is_null(0)) {
        problem.extra.set("next_open_date", next.text(0) + "-01");
        problem.message += "; the next open day is " + next.text(0) + "-01";
    }
    check.fail(std::move(problem));
}

int check_currency(Check& check, const std::string& currency, std::string_view field) {
    const auto units = currency_units(currency);
    if (!units) check.fail("unknown_currency", field, "the currency " + currency + " is not known");
    return units.value_or(2);
}

void check_vendor(Db& db, Check& check, const std::string& vendor, std::string_view field) {
    if (!check.ok()) return;
    Query query(db, "SELECT 1 FROM vendors WHERE code=?", vendor);
    if (!query.step()) fail_unknown(db, check, "SELECT code FROM vendors LIMIT 10000", "vendor", vendor, field);
}

Decimal find_rate(Db& db, Check& check, const std::string& base, const std::string& quote, const Date& date) {
    const Decimal one = Decimal::from_int(1);
    if (base == quote || !check.ok()) return one;
    Query query(db,
                "SELECT rate FROM rates WHERE base=? AND quote=? AND valid_from<=? ORDER BY valid_from DESC LIMIT 1",
                base, quote, date.str());
    if (query.step()) {
        const auto rate = Decimal::parse(query.text(0));
        if (rate) return *rate;
    }
    check.fail("rate_missing", "/currency", "there is no rate from " + base + " to " + quote + " on " + date.str());
    return one;
}

std::int64_t next_number(Db& db, const char* kind) {
    Query query(db, "UPDATE counters SET last=last+1 WHERE kind=? RETURNING last", kind);
    if (!query.step()) {
        db.fail("no counter for this kind of document");
        return 0;
    }
    const std::int64_t number = query.integer(0);
    query.step();  // RETURNING gives its rows before the statement ends
    return number;
}

void record_change(Db& db, std::string_view kind, std::string_view object, WallTime at) {
    db.run("INSERT INTO changes(kind, object, at) VALUES(?,?,?)", kind, object, millis(at));
}

}  // namespace tieline::sandbox::erp
