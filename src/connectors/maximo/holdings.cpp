// What Maximo holds, for reconciliation: work orders, material transactions, balances of storerooms.

#include "connectors/maximo/maximo.h"

#include "connectors/feed_kinds.h"

#include <algorithm>

namespace tieline::connectors::maximo {
namespace {

using rest::Effect;

constexpr std::size_t page_rows = 500;

/// Without a quantity where Maximo's cannot be understood: the comparison shows it.
Json transaction_row(const Json& found, const Shaping& shaping) {
    const std::string order = word_of(found, "refwo");
    const Result<Json> shaped = shape_transaction(shaping, found, order);
    return Json::object({{"kind", "part transaction"},
                         {"key", transaction_name(word_of(found, "matusetransid"), order)},
                         {"date", word_of(found, "transdate").substr(0, 10)},
                         {"subject", order},
                         {"quantity", shaped ? word_of(*shaped, "used") : std::string()},
                         {"part", word_of(found, "itemnum")},
                         {"place", word_of(found, "storeloc")}});
}

Json balance_row(const Json& found) {
    return Json::object({{"kind", "stock"},
                         {"key", word_of(found, "itemnum") + "/" + word_of(found, "location")},
                         {"quantity", word_of(found, "curbal")}});
}

Json order_row(const SourceObject& mapped) {
    const Result<Json> data = mapped.refused ? Result<Json>(*mapped.refused) : Json::parse(mapped.data);
    return Json::object(
        {{"kind", "work order"}, {"key", mapped.subject}, {"state", data ? data->text_or("status") : std::string()}});
}

}  // namespace

// In order of names, from the one behind the cursor; the comparison picks the period.
Exchange<Page> Maximo::list(std::string what, std::string /*from*/, std::string /*to*/, std::string cursor) {
    const List* list = what == "work_orders" ? &lists()[0] : what == "part_transactions" ? &lists()[1] : nullptr;
    const bool is_stock = what == "stock";
    if (list == nullptr && !is_stock)
        co_return make_error(ErrorKind::unsupported, "Maximo cannot list " + what, "unsupported_topic");
    const std::string structure = is_stock ? balance_structure_ : structure_of(*list);
    std::string where = is_stock ? "siteid=" + quoted(site_.maximo_site) : base_where(*list);
    const std::string id = is_stock ? "invbalancesid" : std::string(list->id);
    const bool is_number = what != "work_orders";
    if (!cursor.empty()) where += " and " + id + ">" + (is_number ? cursor : quoted(cursor));
    const rest::Query query{
        {"oslc.select", is_stock ? "invbalancesid,itemnum,location,siteid,curbal" : std::string(list->listed)},
        {"oslc.where", where},
        {"oslc.orderBy", "+" + id},
        {"oslc.pageSize", std::to_string(page_rows)},
        {"internalvalues", "1"}};
    Exchange<Json> reading = read(structure_path(structure), query);
    const Result<Json> body = co_await std::move(reading);
    if (!body && body.error().kind == ErrorKind::not_found) {
        co_return make_error(ErrorKind::unsupported,
                             "this Maximo has no object structure " + structure + ", so it cannot list " + what,
                             "unsupported_topic");
    }
    if (!body) co_return body.error();
    const Json* members = body->find("member");
    if (members == nullptr || !members->is_array())
        co_return rest::bad_reply(site_.access, Effect::read, "the list of " + what + " has no members");
    Page page;
    page.cursor = cursor;
    for (const Json& found : members->items()) {
        Json row = is_stock ? balance_row(found) : transaction_row(found, shaping_);
        if (what == "work_orders") row = order_row(object_of(*list, Row{found, found, std::nullopt}));
        page.objects.push_back(listed(what, row));
        page.cursor = word_of(found, id);
    }
    page.more = page.objects.size() == page_rows || has_next_page(*body);  // a server may give fewer at once
    if (page.cursor.empty() || (page.more && page.cursor == cursor)) page.more = false;
    co_return page;
}

}  // namespace tieline::connectors::maximo
