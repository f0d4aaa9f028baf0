// Lists of read models: bounded pages, and the filters of a query.

#include "api/context.h"

#include <algorithm>
#include <cstdlib>

namespace tieline::api {
namespace {

constexpr std::size_t looked_at_max = 2000;  ///< rows per request: a filter that fits few must not hold up the engine
constexpr std::size_t chunk = 250;

std::uint64_t limit_max() { return 1000; }

bool has_part(const Json& lines, std::string_view part) {
    return std::any_of(lines.items().begin(), lines.items().end(),
                       [&](const Json& line) { return line.text_or("part") == part; });
}

/// What the planner asked for.
struct Wanted {
    std::string work_order, part, before;
    std::optional<bool> ready;

    std::optional<Json> of(Json row) const {
        if (ready && row.bool_or("ready", false) != *ready) return std::nullopt;
        if (!before.empty() && !row.bool_or("ready", false)) {
            const std::string ready_on = row.text_or("ready_on");
            if (ready_on.empty() || ready_on >= before) return std::nullopt;
        }
        Json* lines = row.find("lines");
        if (part.empty() || lines == nullptr) return row;
        if (!has_part(*lines, part)) return std::nullopt;
        std::erase_if(lines->items(), [&](const Json& line) { return line.text_or("part") != part; });
        return row;
    }
};

/// Adds what the purchase order's item says: the confirmed date is there and not in the requisition.
void add_order(store::Store& store, const Call& call, const std::string& view, Json& requisition) {
    const std::string number = requisition.text_or("purchase_order"), item = requisition.text_or("item");
    if (number.empty()) return;
    const Result<std::optional<std::string>> row = store.view(call.site, view, "order/" + number);
    if (!row || !*row) return;
    const Json order = json_or_text(**row);
    requisition.set("order_status", order.text_or("status"));
    const Json* items = order.find("items");
    if (items == nullptr || !items->is_array()) return;
    for (const Json& one : items->items()) {
        if (one.text_or("item") != item) continue;
        for (const char* name : {"confirmed_date", "received"}) {
            if (const Json* value = one.find(name)) requisition.set(name, *value);
        }
    }
}

bool is_open(const std::string& status) {
    return status == "in_approval" || status == "approved" || status == "ordered";
}

bool names(const Json& list, std::string_view text) {
    if (!list.is_array()) return false;
    return std::any_of(list.items().begin(), list.items().end(),
                       [&](const Json& one) { return one.is_string() && one.string() == text; });
}

/// The answer of a list whose filters are read already.
void answer_list(Context& context, const CallPtr& call, Listing listing,
                 std::function<std::optional<Json>(const std::string&, Json)> take) {
    listing.after = std::max(listing.after, std::string(call->target.query_value("after")));
    answer_from_store(context, call,
                      [listing = std::move(listing), take = std::move(take)](store::Store& store, const Call& asked) {
                          return list_rows(store, asked, listing, take);
                      });
}

}  // namespace

Result<double> query_decimal(const Call& call, std::string_view name, double fallback, double min, double max) {
    const std::string text(call.target.query_value(name));
    if (text.empty()) return fallback;
    const Result<Decimal> exact = Decimal::parse(text);
    const double value = exact ? std::strtod(text.c_str(), nullptr) : min - 1;
    if (value >= min && value <= max) return value;
    const auto shown = [](double bound) {
        std::string digits = std::to_string(bound);
        digits.erase(digits.find_last_not_of('0') + 1);
        if (digits.back() == '.') digits.pop_back();
        return digits;
    };
    return make_error(ErrorKind::invalid,
                      "'" + std::string(name) + "' must be a number from " + shown(min) + " to " + shown(max) + ".",
                      "bad_number", std::string(name));
}

Result<std::optional<bool>> query_flag(const Call& call, std::string_view name) {
    const std::string_view text = call.target.query_value(name);
    if (text.empty()) return std::optional<bool>();
    if (text == "true" || text == "false") return std::optional(text == "true");
    return make_error(ErrorKind::invalid, "'" + std::string(name) + "' must be true or false.", "unknown_value",
                      std::string(name));
}

Result<std::string> query_day(const Call& call, std::string_view name) {
    const std::string text(call.target.query_value(name));
    if (text.empty() || parse_date(text)) return text;
    return make_error(ErrorKind::invalid, "'" + std::string(name) + "' must be a day, written 2026-11-24.", "bad_date",
                      std::string(name));
}

Result<Json> list_rows(store::Store& store, const Call& call, const Listing& listing,
                       const std::function<std::optional<Json>(const std::string&, Json)>& take) {
    Json list = Json::array();
    std::string at = listing.after;
    bool more = true;
    std::size_t looked_at = 0;
    while (more && list.items().size() < listing.count_max && looked_at < looked_at_max) {
        const std::size_t count = std::min(chunk, listing.count_max);
        TIELINE_TRY(const std::vector<store::ViewPut> rows,
                    store.scan(call.site, listing.view, listing.prefix, at, store::Limit{count, 1 << 20}));
        more = !rows.empty();
        for (const store::ViewPut& row : rows) {
            more = list.items().size() < listing.count_max && (listing.upto.empty() || row.key <= listing.upto);
            if (!more) break;
            at = row.key;
            ++looked_at;
            Json shown = json_or_text(row.json);
            if (!shown.is_object()) continue;
            if (std::optional<Json> taken = take(row.key, std::move(shown))) list.push_back(std::move(*taken));
        }
    }
    const bool full = list.items().size() == listing.count_max;
    Json page = Json::object({{listing.member, std::move(list)}});
    if (full || more) page.set("next", at);
    return page;
}

void get_work_orders(Context& context, const CallPtr& call) {
    const Result<std::uint64_t> limit = query_number(*call, "limit", 100, limit_max());
    if (!limit) return call->fail(limit.error());
    const std::string status(call->target.query_value("status")), asset(call->target.query_value("asset"));
    Listing listing{context.view("work_orders"), "", "", "", *limit, "work_orders"};
    answer_list(context, call, std::move(listing),
                [status, asset](const std::string&, Json row) -> std::optional<Json> {
                    if (!status.empty() && row.text_or("status") != status) return std::nullopt;
                    if (!asset.empty() && row.text_or("asset") != asset) return std::nullopt;
                    row.erase("documents");  // of one order: GET work-orders/{number}
                    return row;
                });
}

void get_books(Context& context, const CallPtr& call) {
    const Result<std::uint64_t> limit = query_number(*call, "limit", 500, limit_max());
    if (!limit) return call->fail(limit.error());
    const Result<std::string> from = query_day(*call, "from"), to = query_day(*call, "to");
    if (!from) return call->fail(from.error());
    if (!to) return call->fail(to.error());
    // Keys begin with the day and a '/', the character before '0': "2026-11-30" < "2026-11-30/…" < "2026-11-300".
    Listing listing{context.view("books"), "", *from, to->empty() ? "" : *to + "0", *limit, "documents"};
    answer_list(context, call, std::move(listing),
                [](const std::string&, Json row) -> std::optional<Json> { return row; });
}

void get_availability(Context& context, const CallPtr& call) {
    const Result<std::uint64_t> limit = query_number(*call, "limit", 100, limit_max());
    if (!limit) return call->fail(limit.error());
    const Result<std::optional<bool>> ready = query_flag(*call, "ready");
    if (!ready) return call->fail(ready.error());
    const Result<std::string> before = query_day(*call, "before");
    if (!before) return call->fail(before.error());
    Wanted wanted{std::string(call->target.query_value("work_order")), std::string(call->target.query_value("part")),
                  *before, *ready};
    Listing listing{context.view("availability"), wanted.work_order, "", wanted.work_order, *limit, "work_orders"};
    answer_list(context, call, std::move(listing),
                [wanted = std::move(wanted)](const std::string&, Json row) { return wanted.of(std::move(row)); });
}

void get_requisitions(Context& context, const CallPtr& call) {
    const Result<std::uint64_t> limit = query_number(*call, "limit", 100, limit_max());
    if (!limit) return call->fail(limit.error());
    const Result<std::optional<bool>> open = query_flag(*call, "open");
    if (!open) return call->fail(open.error());
    const auto value = [&](std::string_view name) { return std::string(call->target.query_value(name)); };
    const std::string view = context.view("purchasing");
    Listing listing{view, "requisition/", value("after"), "", *limit, "requisitions"};
    answer_from_store(
        context, call,
        [listing = std::move(listing), view, open = *open, part = value("part"), storeroom = value("storeroom"),
         order = value("work_order")](store::Store& store, const Call& asked) {
            return list_rows(store, asked, listing, [&](const std::string&, Json row) -> std::optional<Json> {
                if (open && is_open(row.text_or("status")) != *open) return std::nullopt;
                if (!part.empty() && row.text_or("part") != part) return std::nullopt;
                if (!storeroom.empty() && row.text_or("storeroom") != storeroom) return std::nullopt;
                const Json* orders = row.find("work_orders");
                if (!order.empty() && (orders == nullptr || !names(*orders, order))) return std::nullopt;
                add_order(store, asked, view, row);
                return row;
            });
        });
}

}  // namespace tieline::api
