// What the ERP holds, for reconciliation: documents of the ledger, goods movements, requisitions, stock.

#include "connectors/sandbox_erp/sandbox_erp.h"

#include "connectors/feed_kinds.h"

#include <algorithm>
#include <array>

namespace tieline::connectors::sandbox_erp {
namespace {

using rest::Effect;

constexpr std::string_view page_size = "500";

void put(Json& row, const char* name, std::string value) {
    if (!value.empty()) row.set(name, std::move(value));
}

/// Kinds of documents that the hub makes in the ledger. Invoices and deliveries are the ERP's own.
bool is_hubs_kind(const std::string& kind) {
    constexpr std::array<std::string_view, 4> kinds{"journal", "goods_issue", "confirmation", "service_receipt"};
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// By its reference. A document without one that names a work order, or takes another one back, was booked by hand in
/// the hub's field: its number stands for the key. Any other is not the hub's.
std::string key_of(const Json& document) {
    if (!document.text_or("reference").empty()) return document.text_or("reference");
    const bool near = !document.text_or("workOrder").empty() || document.find("reverses") != nullptr;
    return near ? "document " + document.text_or("document") : std::string();
}

std::optional<Json> posting(const Json& document) {
    const std::string kind = document.text_or("kind");
    if (!is_hubs_kind(kind)) return std::nullopt;
    const bool reversal = document.find("reverses") != nullptr;
    Json row = Json::object({{"kind", reversal ? kind + " reversal" : kind}, {"exact_date", true}});
    put(row, "key", key_of(document));
    put(row, "date", document.text_or("postingDate"));
    put(row, "subject", document.text_or("workOrder"));
    put(row, "document", document.text_or("document"));
    put(row, "amount", document.text_or("amount"));
    put(row, "currency", document.text_or("currency"));
    put(row, "company", document.text_or("companyCode"));
    put(row, "reversed_by", document.text_or("reversedBy"));
    row.set("state", document.find("reversedBy") != nullptr ? "reversed" : "live");
    return row;
}

/// Quantities into stock are positive at the ERP; an issue of the hub counts what was taken out.
std::optional<Json> movement(const Json& found) {
    const bool issue = found.text_or("kind") == "goods_issue", reversal = found.find("reverses") != nullptr;
    Json row = Json::object(
        {{"kind", reversal ? found.text_or("kind") + " reversal" : found.text_or("kind")}, {"exact_date", true}});
    if (issue) put(row, "key", key_of(found));
    put(row, "date", found.text_or("postingDate"));
    put(row, "subject", found.text_or("workOrder"));
    put(row, "document", found.text_or("document"));
    const Result<Decimal> quantity = found.decimal("quantity");
    if (quantity) row.set("quantity", issue ? quantity->negated().str() : quantity->str());
    put(row, "unit", found.text_or("unit"));
    put(row, "part", found.text_or("material"));
    put(row, "place", found.text_or("storageLocation"));
    put(row, "amount", found.text_or("value"));
    put(row, "currency", found.text_or("currency"));
    return row;
}

std::optional<Json> requisition(const Json& found) {
    Json row = Json::object({{"kind", "requisition"}});
    put(row, "key", found.text_or("reference", found.text_or("requisition")));
    put(row, "date", found.text_or("createdAt").substr(0, 10));
    put(row, "document", found.text_or("requisition"));
    put(row, "quantity", found.text_or("quantity"));
    put(row, "unit", found.text_or("unit"));
    put(row, "part", found.text_or("material"));
    put(row, "place", found.text_or("storageLocation"));
    put(row, "amount", found.text_or("amount"));
    put(row, "currency", found.text_or("currency"));
    put(row, "state", found.text_or("status"));
    return row;
}

std::optional<Json> stock(const Json& found) {
    Json row = Json::object({{"kind", "stock"}});
    put(row, "key", found.text_or("material") + "/" + found.text_or("storageLocation"));
    put(row, "quantity", found.text_or("onHand"));
    put(row, "unit", found.text_or("unit"));
    put(row, "amount", found.text_or("value"));
    put(row, "currency", found.text_or("currency"));
    return row;
}

struct Source {
    std::string_view topic, path, member;
    bool by_day;
    std::optional<Json> (*row)(const Json&);
};
constexpr std::array<Source, 4> sources{{{"postings", "/api/documents", "documents", true, posting},
                                         {"movements", "/api/movements", "items", true, movement},
                                         {"requisitions", "/api/requisitions", "items", false, requisition},
                                         {"stock", "/api/stock", "items", false, stock}}};

}  // namespace

Exchange<Page> SandboxErp::list(std::string what, std::string from, std::string to, std::string cursor) {
    const auto* source =
        std::find_if(sources.begin(), sources.end(), [&](const Source& one) { return one.topic == what; });
    if (source == sources.end()) {
        co_return make_error(ErrorKind::unsupported, "the sandbox ERP cannot list " + what, "unsupported_topic");
    }
    const rest::Query query = {{"from", source->by_day ? from : std::string()},
                               {"to", source->by_day ? to : std::string()},
                               {"after", cursor},
                               {"limit", std::string(page_size)}};
    net::HttpRequest request = rest::get(access_, source->path, query);
    const Result<net::HttpResponse> reply = co_await send(std::move(request));
    const Result<Json> body = rest::body_of(access_, Effect::read, reply);
    if (!body && body.error().kind == ErrorKind::not_found) {
        co_return make_error(ErrorKind::unsupported, "this sandbox ERP has no list of " + what, "unsupported_topic");
    }
    if (!body) co_return body.error();
    const Json* found = body->find(source->member);
    if (found == nullptr || !found->is_array()) {
        co_return rest::bad_reply(access_, Effect::read, "the list of " + what + " has no rows");
    }
    Page page;
    page.more = body->bool_or("more", false);
    page.cursor = body->text_or("next", cursor);
    for (const Json& one : found->items()) {
        const std::optional<Json> row = source->row(one);
        if (!row) continue;
        page.objects.push_back(listed(what, *row));
    }
    if (page.more && page.cursor == cursor) {
        co_return rest::bad_reply(access_, Effect::read,
                                  "the list of " + what + " says there is more but does not go on");
    }
    co_return page;
}

}  // namespace tieline::connectors::sandbox_erp
