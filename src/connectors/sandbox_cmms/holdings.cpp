// What the CMMS holds, for reconciliation: work orders, part transactions, balances of its storerooms.

#include "connectors/feed_kinds.h"
#include "connectors/sandbox_cmms/lists.h"
#include "connectors/sandbox_cmms/sandbox_cmms.h"

#include <algorithm>
#include <array>

namespace tieline::connectors::sandbox_cmms {
namespace {

using rest::Effect;

constexpr std::string_view page_size = "500";

/// Text or number, as written; "" for none. The CMMS answers quantities as numbers.
std::string text_of(const Json& object, std::string_view name) {
    const Json* value = object.find(name);
    if (value == nullptr) return {};
    return value->is_number() ? value->number_token() : value->is_string() ? value->string() : std::string();
}

Json transaction(const Json& found) {
    const std::string quantity = text_of(found, "base_quantity");
    const bool returned = found.text_or("type") == "RETURN";
    return Json::object({{"kind", "part transaction"},
                         {"key", found.text_or("transaction")},
                         {"date", found.text_or("at").substr(0, 10)},
                         {"subject", found.text_or("wonum")},
                         {"document", found.text_or("erp_document")},
                         {"quantity", returned && !quantity.empty() ? "-" + quantity : quantity},
                         {"part", found.text_or("item")},
                         {"place", found.text_or("storeroom")}});
}

Json balance(const Json& found) {
    return Json::object({{"kind", "stock"},
                         {"key", found.text_or("item") + "/" + found.text_or("storeroom")},
                         {"quantity", text_of(found, "balance")}});
}

/// The state in canonical words; "" for an order that cannot be taken over.
Json work_order(const Json& found, const SourceObject& mapped) {
    const Result<Json> data = mapped.refused ? Result<Json>(*mapped.refused) : Json::parse(mapped.data);
    return Json::object({{"kind", "work order"},
                         {"key", found.text_or("wonum")},
                         {"state", data ? data->text_or("status") : std::string()}});
}

struct Source {
    std::string_view topic, path;
};
constexpr std::array<Source, 3> sources{
    {{"work_orders", "/api/workorders"}, {"part_transactions", "/api/part-transactions"}, {"stock", "/api/inventory"}}};

}  // namespace

// Lists by change number: nothing is skipped, days do not count. The comparison picks the period.
Exchange<Page> SandboxCmms::list(std::string what, std::string /*from*/, std::string /*to*/, std::string cursor) {
    const auto* source =
        std::find_if(sources.begin(), sources.end(), [&](const Source& one) { return one.topic == what; });
    if (source == sources.end()) {
        co_return make_error(ErrorKind::unsupported, "the sandbox CMMS cannot list " + what, "unsupported_topic");
    }
    const rest::Query query = {{"after_change", cursor.empty() ? "0" : cursor}, {"limit", std::string(page_size)}};
    net::HttpRequest request = rest::get(access_, source->path, query);
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    if (!body && body.error().kind == ErrorKind::not_found) {
        co_return make_error(ErrorKind::unsupported, "this sandbox CMMS has no list of " + what, "unsupported_topic");
    }
    if (!body) co_return body.error();
    const Json* items = body->find("items");
    if (items == nullptr || !items->is_array()) {
        co_return rest::bad_reply(access_, Effect::read, "the list of " + what + " has no items");
    }
    Page page;
    page.more = body->bool_or("more", false);
    page.cursor = text_of(*body, "next_change");
    for (const Json& found : items->items()) {
        Json row = what == "stock" ? balance(found) : transaction(found);
        if (what == "work_orders") {
            row = work_order(found, object_of(lists().front(), found));
        }
        page.objects.push_back(listed(what, row));
    }
    if (page.more && page.cursor == cursor) {
        co_return rest::bad_reply(access_, Effect::read,
                                  "the list of " + what + " says there is more but does not go on");
    }
    co_return page;
}

}  // namespace tieline::connectors::sandbox_cmms
