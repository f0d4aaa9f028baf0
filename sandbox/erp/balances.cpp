#include "sandbox/erp/reading.h"

namespace tieline::sandbox::erp {

namespace {

constexpr int rows_max = 50'000;

struct Filter {
    std::string company, kind, receiver, account, from, to;
    std::int64_t order = 0;
};

Filter read_filter(const net::Target& target) {
    Filter filter;
    filter.company = std::string(target.query_value("companyCode"));
    filter.account = std::string(target.query_value("account"));
    filter.from = std::string(target.query_value("from"));
    filter.to = std::string(target.query_value("to"));
    filter.order = query_integer(target, "maintenanceOrder", 0, 0, INT64_MAX);
    for (const char* kind : {"cost_center", "internal_order", "asset"}) {
        const std::string_view code = target.query_value(receiver_member(kind));
        if (code.empty()) continue;
        filter.kind = kind;
        filter.receiver = std::string(code);
    }
    return filter;
}

struct Sums {
    Minor debit = 0, credit = 0, company = 0;
};

void set_sums(Json& json, const Sums& sums, const std::string& currency, int company_units) {
    const int units = currency_units(currency).value_or(2);
    json.set("currency", currency);
    json.set("debit", minor_text(sums.debit, units));
    json.set("credit", minor_text(sums.credit, units));
    json.set("balance", minor_text(sums.debit - sums.credit, units));
    json.set("companyBalance", minor_text(sums.company, company_units));
}

Json row_json(const Query& query, int company_units, bool with_work_orders) {
    Json row = Json::object();
    row.set("companyCode", query.text(0));
    row.set("period", query.text(1));
    row.set("account", query.text(2));
    if (!query.text(4).empty()) {
        row.set("receiverKind", query.text(3));
        row.set("receiver", query.text(4));
    }
    if (with_work_orders) row.set("workOrder", query.text(9));
    set_sums(row, Sums{query.integer(6), query.integer(7), query.integer(8)}, query.text(5), company_units);
    return row;
}

int units_of_company(Db& db, const std::string& company) {
    Query query(db, "SELECT currency FROM companies WHERE code=?", company);
    return query.step() ? currency_units(query.text(0)).value_or(2) : 2;
}

// One text per shape: SQLite chooses its index by it.
constexpr const char* by_receiver =
    "SELECT company, month, account, receiver_kind, receiver, currency, SUM(CASE side WHEN 1 THEN amount ELSE 0 END), "
    "SUM(CASE side WHEN -1 THEN amount ELSE 0 END), SUM(side*company_amount), '' FROM lines "
    "WHERE receiver=?5 AND receiver<>'' AND receiver_kind=?4 AND (?1='' OR company=?1) AND (?2='' OR month>=?2) AND "
    "(?3='' OR month<=?3) AND (?6='' OR account=?6) GROUP BY 1,2,3,4,5,6 ORDER BY 1,2,3,4,5,6 LIMIT ?7";
constexpr const char* of_all =
    "SELECT company, month, account, receiver_kind, receiver, currency, SUM(CASE side WHEN 1 THEN amount ELSE 0 END), "
    "SUM(CASE side WHEN -1 THEN amount ELSE 0 END), SUM(side*company_amount), '' FROM lines "
    "WHERE (?1='' OR company=?1) AND (?2='' OR month>=?2) AND (?3='' OR month<=?3) AND ?4='' AND ?5='' AND "
    "(?6='' OR account=?6) GROUP BY 1,2,3,4,5,6 ORDER BY 1,2,3,4,5,6 LIMIT ?7";
constexpr const char* by_work_order =
    "SELECT l.company, l.month, l.account, l.receiver_kind, l.receiver, l.currency, "
    "SUM(CASE l.side WHEN 1 THEN l.amount ELSE 0 END), SUM(CASE l.side WHEN -1 THEN l.amount ELSE 0 END), "
    "SUM(l.side*l.company_amount), d.work_order FROM lines l JOIN documents d ON d.number=l.document "
    "WHERE (?1='' OR l.company=?1) AND (?2='' OR l.month>=?2) AND (?3='' OR l.month<=?3) AND (?4='' OR "
    "(l.receiver_kind=?4 AND l.receiver=?5)) AND (?6='' OR l.account=?6) AND (?8=0 OR d.maintenance_order=?8) "
    "GROUP BY 1,2,3,4,5,6,10 ORDER BY 10,1,2,3,4,5,6 LIMIT ?7";

Json totals_json(const std::vector<std::pair<std::string, Sums>>& totals, int company_units) {
    Json list = Json::array();
    for (const auto& [currency, sums] : totals) {
        Json row = Json::object();
        set_sums(row, sums, currency, company_units);
        list.push_back(std::move(row));
    }
    return list;
}

void add_to(std::vector<std::pair<std::string, Sums>>& totals, const std::string& currency, const Sums& sums) {
    for (auto& [known, sum] : totals) {
        if (known != currency) continue;
        sum.debit += sums.debit;
        sum.credit += sums.credit;
        sum.company += sums.company;
        return;
    }
    totals.emplace_back(currency, sums);
}

Reply collect(Db& db, Query& query, bool with_work_orders) {
    Json rows = Json::array();
    std::vector<std::pair<std::string, Sums>> totals;
    std::string company;
    int company_units = 2;
    int count = 0;
    while (query.step()) {
        if (++count > rows_max)
            return refused(422, "too_many_rows", "more than 50,000 rows: narrow companyCode, from, to or the receiver");
        if (query.text(0) != company) {
            company = query.text(0);
            company_units = units_of_company(db, company);
        }
        add_to(totals, query.text(5), Sums{query.integer(6), query.integer(7), query.integer(8)});
        rows.push_back(row_json(query, company_units, with_work_orders));
    }
    Reply reply;
    reply.body.set("rows", std::move(rows));
    reply.body.set("totals", totals_json(totals, company_units));
    return reply;
}

}  // namespace

Reply show_balances(Call& call) {
    const Filter f = read_filter(call.target);
    const bool with_work_orders = call.target.query_value("workOrders") == "true";
    if (with_work_orders || f.order != 0) {
        Query query(call.db, by_work_order, f.company, f.from, f.to, f.kind, f.receiver, f.account, rows_max + 1,
                    f.order);
        return collect(call.db, query, true);
    }
    Query query(call.db, f.receiver.empty() ? of_all : by_receiver, f.company, f.from, f.to, f.kind, f.receiver,
                f.account, rows_max + 1);
    return collect(call.db, query, false);
}

Reply show_budgets(Call& call) {
    const Filter f = read_filter(call.target);
    Query query(call.db,
                "SELECT company, receiver_kind, receiver, month, amount, currency FROM budgets WHERE (?1='' OR "
                "company=?1) AND (?2='' OR receiver_kind=?2) AND (?3='' OR receiver=?3) AND (?4='' OR month>=?4) AND "
                "(?5='' OR month<=?5) ORDER BY 1,2,3,4 LIMIT 10000",
                f.company, f.kind, f.receiver, f.from, f.to);
    Json list = Json::array();
    while (query.step()) {
        Json row = Json::object();
        row.set("companyCode", query.text(0));
        row.set("receiverKind", query.text(1));
        row.set("receiver", query.text(2));
        row.set("period", query.text(3));
        row.set("amount", minor_text(query.integer(4), currency_units(query.text(5)).value_or(2)));
        row.set("currency", query.text(5));
        list.push_back(std::move(row));
    }
    Reply reply;
    reply.body.set("budgets", std::move(list));
    return reply;
}

}  // namespace tieline::sandbox::erp
