// Lists of work orders: by change number (skips nothing) or by time and number (what many real systems offer).

#include "sandbox/cmms/work_orders.h"

namespace tieline::sandbox::cmms {
namespace {

constexpr std::size_t page_bytes_max = 1 << 20;

constexpr const char* by_change =
    "SELECT body, change, updated_ms, number FROM workorders WHERE change > ? AND (? = '' OR status = ?) AND "
    "(? = '' OR asset = ?) ORDER BY change LIMIT ?";
constexpr const char* by_time =
    "SELECT body, change, updated_ms, number FROM workorders WHERE (updated_ms, number) > (?, ?) AND "
    "(? = '' OR status = ?) AND (? = '' OR asset = ?) ORDER BY updated_ms, number LIMIT ?";
constexpr const char* by_reference =
    "SELECT body, change, updated_ms, number FROM workorders WHERE erp_reference = ? AND erp_reference <> '' AND "
    "change > ? ORDER BY change LIMIT ?";
constexpr const char* by_external =
    "SELECT body, change, updated_ms, number FROM workorders WHERE external_ref = ? AND external_ref <> '' AND "
    "change > ? ORDER BY change LIMIT ?";

}  // namespace

std::string WorkOrders::list(const ListQuery& query) {
    const bool searches_reference = !query.erp_reference.empty();
    const bool searches_external = !searches_reference && !query.external_ref.empty();
    const bool searches = searches_reference || searches_external;
    const char* sql = searches_reference    ? by_reference
                      : searches_external   ? by_external
                      : query.updated_after ? by_time
                                            : by_change;
    Rows rows = database_.query(sql);
    if (searches) {
        rows.bind(std::string_view(searches_reference ? query.erp_reference : query.external_ref));
        rows.bind(query.after_change);
    } else if (query.updated_after) {
        rows.bind(query.updated_after->time_since_epoch().count()).bind(std::string_view(query.after_number));
    } else {
        rows.bind(query.after_change);
    }
    if (!searches) {
        rows.bind(std::string_view(query.status)).bind(std::string_view(query.status));
        rows.bind(std::string_view(query.asset)).bind(std::string_view(query.asset));
    }
    rows.bind(query.limit + 1);

    std::string items, next_number = query.after_number;
    std::int64_t next_change = query.after_change, count = 0;
    WallTime next_time = query.updated_after.value_or(WallTime{});
    bool more = false;
    while (rows.next()) {
        if (count++ == query.limit || items.size() > page_bytes_max) {
            more = true;
            break;
        }
        if (!items.empty()) items += ',';
        items += rows.text(0);
        next_change = rows.integer(1);
        next_time = WallTime{Millis{rows.integer(2)}};
        next_number = rows.text(3);
    }
    std::string out = "{\"items\":[" + items + "]";
    if (query.updated_after) {
        out += ",\"next_updated_after\":\"" + format_time(next_time) + "\",\"next_after_wonum\":";
        append_json_string(out, next_number);
    } else {
        out += ",\"next_change\":" + std::to_string(next_change);
    }
    return out + ",\"more\":" + (more ? "true" : "false") + "}";
}

Outcome<Json> WorkOrders::history(const std::string& number) {
    Outcome<Json> record = read(number);
    if (!record) return record.error();
    Json items = Json::array();
    Rows rows = database_.query("SELECT at_ms, version, action, note FROM history WHERE number = ? ORDER BY id");
    rows.bind(std::string_view(number));
    while (rows.next()) {
        items.push_back(Json::object({{"at", format_time(WallTime{Millis{rows.integer(0)}})},
                                      {"version", rows.integer(1)},
                                      {"action", rows.text(2)},
                                      {"note", rows.text(3)}}));
    }
    return Json::object({{"wonum", number}, {"items", std::move(items)}});
}

std::int64_t WorkOrders::count() {
    Rows rows = database_.query("SELECT count(*) FROM workorders");
    return rows.next() ? rows.integer(0) : 0;
}

}  // namespace tieline::sandbox::cmms
