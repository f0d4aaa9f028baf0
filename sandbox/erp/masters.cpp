#include "sandbox/erp/reading.h"

#include <array>

namespace tieline::sandbox::erp {

namespace {

/// How a kind of master data is read: path, SQL (one parameter: the code or company, "" for all), member names.
struct Master {
    std::string_view path;
    const char* sql;
    std::array<const char*, 8> members;
};

constexpr std::array<Master, 8> masters{{
    {"companies",
     "SELECT code, name, currency, zone FROM companies WHERE ?1='' OR code=?1 ORDER BY 1",
     {"code", "name", "currency", "zone"}},
    {"accounts", "SELECT code, name, kind FROM accounts WHERE ?1='' OR code=?1 ORDER BY 1", {"code", "name", "kind"}},
    {"cost-centers",
     "SELECT code, company, name, valid_from, valid_to FROM cost_centers WHERE ?1='' OR code=?1 ORDER BY 1",
     {"code", "companyCode", "name", "validFrom", "validTo"}},
    {"internal-orders",
     "SELECT code, company, name, CASE open WHEN 1 THEN 'open' ELSE 'closed' END FROM internal_orders "
     "WHERE ?1='' OR code=?1 ORDER BY 1",
     {"code", "companyCode", "name", "status"}},
    {"assets",
     "SELECT code, company, name, cost_center FROM assets WHERE ?1='' OR code=?1 ORDER BY 1",
     {"code", "companyCode", "name", "costCenter"}},
    {"activities",
     "SELECT code, company, name, rate, currency, valid_from FROM activities WHERE ?1='' OR code=?1 ORDER BY 1, 6",
     {"code", "companyCode", "name", "rate", "currency", "validFrom"}},
    {"vendors", "SELECT code, name FROM vendors WHERE ?1='' OR code=?1 ORDER BY 1", {"code", "name"}},
    {"periods",
     "SELECT company, month, CASE open WHEN 1 THEN 'open' ELSE 'closed' END FROM periods WHERE ?1='' OR company=?1 "
     "ORDER BY 1, 2",
     {"companyCode", "period", "status"}},
}};

Json row_json(const Query& query, const Master& master) {
    Json row = Json::object();
    for (std::size_t column = 0; column < master.members.size() && master.members[column] != nullptr; ++column)
        row.set(master.members[column], query.text(static_cast<int>(column)));
    return row;
}

}  // namespace

Reply show_master(Call& call) {
    const std::size_t slash = call.part.find('/');
    const std::string path = call.part.substr(0, slash);
    const std::string code = slash == std::string::npos ? "" : call.part.substr(slash + 1);
    for (const Master& master : masters) {
        if (master.path != path) continue;
        Query query(call.db, master.sql,
                    code.empty() ? call.target.query_value(path == "periods" ? "companyCode" : "code") : code);
        Json list = Json::array();
        while (query.step()) list.push_back(row_json(query, master));
        if (!code.empty() && path != "periods") {
            if (list.items().empty())
                return refused(404, "not_found", "there is no " + code.substr(0, 40) + " among the " + path);
            return Reply{200, list.items().front()};
        }
        Reply reply;
        reply.body.set("items", std::move(list));
        return reply;
    }
    return refused(404, "unknown_path", "there is nothing at this address");
}

}  // namespace tieline::sandbox::erp
