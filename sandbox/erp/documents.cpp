#include "sandbox/erp/reading.h"
#include "sandbox/erp/submissions.h"

#include <algorithm>
#include <charconv>

namespace tieline::sandbox::erp {

std::int64_t query_integer(const net::Target& target, std::string_view name, std::int64_t fallback, std::int64_t least,
                           std::int64_t most) {
    const std::string_view text = target.query_value(name);
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return fallback;
    return std::clamp(value, least, most);
}

namespace {

Json items_of(Db& db, std::int64_t number, int units, int company_units) {
    Json items = Json::array();
    Query query(db,
                "SELECT side, account, amount, company_amount, receiver_kind, receiver, tax_code, text FROM lines "
                "WHERE document=? ORDER BY line",
                number);
    while (query.step()) {
        Json item = Json::object();
        item.set("debitCredit", query.integer(0) > 0 ? "D" : "C");
        item.set("account", query.text(1));
        item.set("amount", minor_text(query.integer(2), units));
        item.set("companyAmount", minor_text(query.integer(3), company_units));
        if (!query.text(5).empty()) item.set(receiver_member(query.text(4)), query.text(5));
        if (!query.text(6).empty()) item.set("taxCode", query.text(6));
        if (!query.text(7).empty()) item.set("text", query.text(7));
        items.push_back(std::move(item));
    }
    return items;
}

void set_number(Json& json, const char* key, std::int64_t number) {
    if (number != 0) json.set(key, std::to_string(number));
}
void set_text(Json& json, const char* key, std::string text) {
    if (!text.empty()) json.set(key, std::move(text));
}

}  // namespace

std::optional<Json> document_json(Db& db, std::int64_t number, bool with_items) {
    Query query(db,
                "SELECT d.kind, d.company, d.currency, d.posting_date, d.document_date, d.reference, d.text, "
                "d.work_order, d.maintenance_order, d.amount, d.company_amount, d.reverses, d.reversed_by, d.created, "
                "d.facts, c.currency FROM documents d JOIN companies c ON c.code=d.company WHERE d.number=?",
                number);
    if (!query.step()) return std::nullopt;
    const std::string currency = query.text(2), company_currency = query.text(15);
    const int units = currency_units(currency).value_or(2),
              company_units = currency_units(company_currency).value_or(2);
    Json document = Json::object();
    document.set("document", std::to_string(number));
    document.set("kind", query.text(0));
    document.set("status", "posted");
    document.set("companyCode", query.text(1));
    document.set("currency", currency);
    document.set("postingDate", query.text(3));
    document.set("documentDate", query.text(4));
    set_text(document, "reference", query.text(5));
    set_text(document, "headerText", query.text(6));
    set_text(document, "workOrder", query.text(7));
    set_number(document, "maintenanceOrder", query.integer(8));
    document.set("amount", minor_text(query.integer(9), units));
    document.set("companyAmount", minor_text(query.integer(10), company_units));
    document.set("companyCurrency", company_currency);
    set_number(document, "reverses", query.integer(11));
    set_number(document, "reversedBy", query.integer(12));
    document.set("createdAt", format_time(WallTime(Millis(query.integer(13)))));
    if (const auto facts = Json::parse(query.text(14)); facts && facts->is_object()) {
        for (const auto& [key, value] : facts->members()) document.set(key, value);
    }
    if (with_items) document.set("items", items_of(db, number, units, company_units));
    return document;
}

Reply show_document(Call& call) {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(call.part.data(), call.part.data() + call.part.size(), number);
    if (parsed.ec == std::errc{} && parsed.ptr == call.part.data() + call.part.size()) {
        auto document = document_json(call.db, number, true);
        if (document) return Reply{200, std::move(*document)};
    }
    return refused(404, "unknown_document", "there is no document " + call.part.substr(0, 20));
}

namespace {

/// Numbers of the documents that a query asks for, by the most selective index.
std::vector<std::int64_t> matching(Call& call, std::int64_t after, std::int64_t limit) {
    const auto value = [&](std::string_view name) { return call.target.query_value(name); };
    const std::string_view kind = value("kind"), from = value("from"), to = value("to");
    std::vector<std::int64_t> numbers;
    const auto collect = [&](Query& query) {
        while (query.step()) numbers.push_back(query.integer(0));
    };
    if (!value("reference").empty()) {
        Query query(call.db,
                    "SELECT number FROM documents WHERE reference=?1 AND reference<>'' AND number>?2 AND (?3='' OR "
                    "kind=?3) AND (?4='' OR posting_date>=?4) AND (?5='' OR posting_date<=?5) AND (?6='' OR "
                    "work_order=?6) ORDER BY number LIMIT ?7",
                    value("reference"), after, kind, from, to, value("workOrder"), limit);
        collect(query);
    } else if (!value("workOrder").empty()) {
        Query query(call.db,
                    "SELECT number FROM documents WHERE work_order=?1 AND work_order<>'' AND number>?2 AND (?3='' OR "
                    "kind=?3) AND (?4='' OR posting_date>=?4) AND (?5='' OR posting_date<=?5) ORDER BY number LIMIT ?6",
                    value("workOrder"), after, kind, from, to, limit);
        collect(query);
    } else {
        Query query(call.db,
                    "SELECT number FROM documents WHERE number>?1 AND (?2='' OR kind=?2) AND (?3='' OR "
                    "posting_date>=?3) AND (?4='' OR posting_date<=?4) AND (?5=0 OR maintenance_order=?5) "
                    "ORDER BY number LIMIT ?6",
                    after, kind, from, to, query_integer(call.target, "maintenanceOrder", 0, 0, INT64_MAX), limit);
        collect(query);
    }
    return numbers;
}

}  // namespace

Reply list_documents(Call& call) {
    const std::int64_t after = query_integer(call.target, "after", 0, 0, INT64_MAX);
    const std::int64_t limit = query_integer(call.target, "limit", 100, 1, 1000);
    const bool with_items = call.target.query_value("lines") == "true";
    std::vector<std::int64_t> numbers = matching(call, after, limit + 1);
    const bool more = numbers.size() > static_cast<std::size_t>(limit);
    if (more) numbers.pop_back();
    Json documents = Json::array();
    for (const std::int64_t number : numbers) {
        auto document = document_json(call.db, number, with_items);
        if (document) documents.push_back(std::move(*document));
    }
    Reply reply;
    reply.body.set("documents", std::move(documents));
    const std::string_view reference = call.target.query_value("reference");
    reply.body.set("submissions", reference.empty() ? Json::array() : submissions_of(call.db, reference));
    reply.body.set("next", std::to_string(numbers.empty() ? after : numbers.back()));
    reply.body.set("more", more);
    return reply;
}

}  // namespace tieline::sandbox::erp
