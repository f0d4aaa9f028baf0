// What SAP holds, for reconciliation: journal entries, goods movements, requisitions, stock.

#include "connectors/sap_s4/sap_s4.h"

#include "connectors/feed_kinds.h"
#include "connectors/listed_rows.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::size_t page_documents = 500;

/// Any other reference is somebody else's.
std::string key_in(const std::string& reference) { return is_command_key(reference) ? reference : std::string(); }

std::string day_in(const Json& row, std::string_view field) {
    return odata::date_of(row.text_or(field)).value_or(std::string());
}

/// The lines of one journal entry as one row; its amount is the sum of its debits.
Json posting(const Json::Array& lines, Reckoning& reckoning) {
    const Json& first = lines.front();
    const bool is_reversal = first.bool_or("IsReversal", false);
    Decimal debits;
    for (const Json& line : lines) {
        const Decimal amount = reckoning.of(line, "AmountInTransactionCurrency");
        if (!amount.is_negative()) debits = reckoning.sum(debits, amount);
    }
    const Result<Decimal> cents = debits.scale() < 2 ? debits.rounded(2) : Result<Decimal>(debits);
    Json row = Json::object({{"kind", is_reversal ? "journal reversal" : "journal"}, {"exact_date", true}});
    put_known(row, "key", key_in(first.text_or("DocumentReferenceID")));
    put_known(row, "date", day_in(first, "PostingDate"));
    put_known(row, "subject",
              first.text_or("AccountingDocumentHeaderText")
                  .substr(0, first.text_or("AccountingDocumentHeaderText").find(' ')));
    put_known(row, "document", first.text_or("AccountingDocument") + "/" + first.text_or("FiscalYear"));
    put_known(row, "amount", cents ? cents->str() : debits.str());
    put_known(row, "currency", first.text_or("TransactionCurrency"));
    put_known(row, "company", first.text_or("CompanyCode"));
    const bool is_reversed = first.bool_or("IsReversed", false);
    if (is_reversed)
        put_known(row, "reversed_by",
                  first.text_or("ReverseDocument") + "/" + first.text_or("ReverseDocumentFiscalYear"));
    row.set("state", is_reversed ? "reversed" : "live");
    return row;
}

/// Out of stock is positive for an issue of the hub.
Json movement(const Json& item, const Json& header, const std::string& storeroom, Reckoning& reckoning) {
    const bool is_reversal = !item.text_or("ReversedMaterialDocument").empty();
    const std::string type = item.text_or("GoodsMovementType");
    const bool is_issue = type == "201" || type == "241" || type == "261" || type == "551";
    const bool is_return = type == "202" || type == "242" || type == "262" || type == "552";
    const std::string kind = type.starts_with('5') ? "scrap" : is_issue || is_return ? "goods_issue" : "movement";
    Json row = Json::object({{"kind", is_reversal ? kind + " reversal" : kind}, {"exact_date", true}});
    put_known(row, "key", key_in(header.text_or("ReferenceDocument")));
    put_known(row, "date", day_in(header, "PostingDate"));
    put_known(row, "subject", item.text_or("MaterialDocumentItemText"));
    put_known(row, "document", header.text_or("MaterialDocument") + "/" + header.text_or("MaterialDocumentYear"));
    const Decimal quantity = reckoning.of(item, "QuantityInBaseUnit");
    put_known(row, "quantity", plain(is_return ? quantity.negated() : quantity));
    put_known(row, "unit", item.text_or("MaterialBaseUnit"));
    put_known(row, "part", item.text_or("Material"));
    put_known(row, "place", storeroom);
    put_known(row, "amount", item.text_or("GdsMvtExtAmtInCoCodeCrcy"));
    put_known(row, "currency", item.text_or("CompanyCodeCurrency"));
    return row;
}

std::string days(const std::string& from, const std::string& to) {
    std::string filter;
    if (!from.empty()) filter += " and PostingDate ge " + odata::date_literal(from);
    if (!to.empty()) filter += " and PostingDate le " + odata::date_literal(to);
    return filter;
}

/// A list that leaves a number out would show a difference, or hide one.
Error bad_number(const std::string& name, const Reckoning& reckoning) {
    return make_error(ErrorKind::invalid, name + " of SAP cannot be listed: " + reckoning.wrong(), "cannot_reckon");
}

Error bad_page(const std::string& what) {
    return make_error(ErrorKind::transient, "SAP's list of " + what + " does not go on", "bad_reply");
}

}  // namespace

/// A page ends with a whole document; the cursor is its number, asked for by `gt` in SAP's own order.
Exchange<Page> SapS4::list(std::string what, std::string from, std::string to, std::string cursor) {
    Exchange<Page> listing = what == "postings"    ? list_postings(std::move(from), std::move(to), std::move(cursor))
                             : what == "movements" ? list_movements(std::move(from), std::move(to), std::move(cursor))
                             : what == "requisitions" ? list_requisitions(std::move(cursor))
                             : what == "stock"
                                 ? list_stock(std::move(cursor))
                                 : Connector::list(std::move(what), std::move(from), std::move(to), std::move(cursor));
    Result<Page> page = co_await std::move(listing);
    co_return page;
}

/// Journal entries of the hub's document type.
Exchange<Page> SapS4::list_postings(std::string from, std::string to, std::string cursor) {
    std::string filter =
        "AccountingDocumentType eq " + odata::text_literal(settings_.text_or("document_type")) + days(from, to);
    const std::size_t slash = cursor.find('/');
    if (!cursor.empty()) filter += " and AccountingDocument ge " + odata::text_literal(cursor.substr(0, slash));
    rest::Query query{{"$filter", filter},
                      {"$orderby", "AccountingDocument,FiscalYear,CompanyCode,AccountingDocumentItem"}};
    Exchange<Json> asking = rows(ledger_set_, std::move(query), 4 * page_documents);
    const Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    Page page;
    page.cursor = cursor;
    page.more = found->items().size() >= 4 * page_documents;
    std::vector<std::pair<std::string, Json::Array>> documents;
    for (const Json& line : found->items()) {
        const std::string name =
            line.text_or("AccountingDocument") + "/" + line.text_or("FiscalYear") + "/" + line.text_or("CompanyCode");
        if (documents.empty() || documents.back().first != name) documents.emplace_back(name, Json::Array{});
        documents.back().second.push_back(line);
    }
    if (page.more && !documents.empty()) documents.pop_back();  // its other lines come with the next page
    bool is_behind = cursor.empty();
    const bool is_listed =
        std::any_of(documents.begin(), documents.end(), [&](const auto& each) { return each.first == cursor; });
    for (const auto& [name, lines] : documents) {
        if (is_behind || !is_listed) {
            Reckoning reckoning;
            page.objects.push_back(listed("postings", posting(lines, reckoning)));
            if (!reckoning.wrong().empty()) co_return bad_number("journal entry " + name, reckoning);
        }
        is_behind = is_behind || name == cursor;
    }
    if (!documents.empty()) page.cursor = documents.back().first;
    if (page.more && page.cursor == cursor) co_return bad_page("journal entries");
    co_return page;
}

Exchange<Page> SapS4::list_movements(std::string from, std::string to, std::string cursor) {
    std::string filter = days(from, to);
    if (!cursor.empty()) filter += " and MaterialDocument gt " + odata::text_literal(cursor);
    filter = filter.substr(std::min<std::size_t>(filter.size(), 5));  // without the first " and "
    rest::Query query{{"$filter", filter},
                      {"$orderby", "MaterialDocument,MaterialDocumentYear"},
                      {"$expand", "to_MaterialDocumentItem"}};
    Exchange<Json> asking =
        rows("API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentHeader", std::move(query), page_documents);
    const Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    Page page;
    page.cursor = cursor;
    page.more = found->items().size() >= page_documents;
    const std::string last = found->items().empty() ? "" : found->items().back().text_or("MaterialDocument");
    for (const Json& header : found->items()) {
        // The same number in another year may stand on the next page.
        if (page.more && header.text_or("MaterialDocument") == last) continue;
        page.cursor = header.text_or("MaterialDocument");
        for (const Json& item : odata::inner_rows(header, "to_MaterialDocumentItem")) {
            if (item.text_or("Plant") != reading_.plant) continue;
            Reckoning reckoning;
            page.objects.push_back(listed("movements", movement(item, header, storeroom_of(item), reckoning)));
            if (!reckoning.wrong().empty()) co_return bad_number("material document " + page.cursor, reckoning);
        }
    }
    if (page.more && page.cursor == cursor) co_return bad_page("material documents");
    co_return page;
}

Exchange<Page> SapS4::list_requisitions(std::string cursor) {
    std::string filter = "Plant eq " + odata::text_literal(reading_.plant);
    if (!cursor.empty()) filter += " and PurchaseRequisition gt " + odata::text_literal(cursor);
    rest::Query query{{"$filter", filter}, {"$orderby", "PurchaseRequisition,PurchaseRequisitionItem"}};
    Exchange<Json> asking =
        rows("API_PURCHASEREQ_PROCESS_SRV/A_PurchaseRequisitionItem", std::move(query), page_documents);
    Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    Page page;
    page.cursor = cursor;
    page.more = found->items().size() >= page_documents;
    const std::string last = found->items().empty() ? "" : found->items().back().text_or("PurchaseRequisition");
    Json whole = Json::array();
    for (const Json& row : found->items()) {
        if (page.more && row.text_or("PurchaseRequisition") == last) continue;
        page.cursor = row.text_or("PurchaseRequisition");
        whole.push_back(row);
    }
    if (page.more && page.cursor == cursor) co_return bad_page("requisitions");
    Exchange<Objects> making = objects_of("requisition", std::move(whole), 0, 0);
    const Result<Objects> made = co_await std::move(making);
    if (!made) co_return made.error();
    for (const SourceObject& object : *made) {
        const Result<Json> row = Json::parse(object.data);
        if (!row || !row->is_object()) continue;
        // One that cannot be taken over is there all the same.
        const Json named = object.refused ? Json::object({{"reference", row->text_or("PurReqnExternalReference")},
                                                          {"requisition", object.subject},
                                                          {"part", row->text_or("Material")},
                                                          {"storeroom", storeroom_of(*row)}})
                                          : *row;
        page.objects.push_back(listed("requisitions", requisition_row(named)));
    }
    co_return page;
}

Exchange<Page> SapS4::list_stock(std::string cursor) {
    std::string filter = "Plant eq " + odata::text_literal(reading_.plant);
    if (!cursor.empty()) filter += " and Material gt " + odata::text_literal(cursor);
    rest::Query query{{"$filter", filter}, {"$orderby", "Material,StorageLocation"}};
    Exchange<Json> asking = rows("API_MATERIAL_STOCK_SRV/A_MatlStkInAcctMod", std::move(query), page_documents);
    const Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    Page page;
    page.cursor = cursor;
    page.more = found->items().size() >= page_documents;
    const std::string last = found->items().empty() ? "" : found->items().back().text_or("Material");
    std::map<std::string, Json> sums;
    for (const Json& row : found->items()) {
        const std::string material = row.text_or("Material"), place = material + "/" + storeroom_of(row);
        if (page.more && material == last) continue;  // the rest of it comes with the next page
        page.cursor = material;
        const bool is_ours = row.text_or("InventoryStockType") == "01" &&
                             row.text_or("InventorySpecialStockType").empty() &&
                             !row.text_or("StorageLocation").empty();
        if (!is_ours) continue;
        Json& one = sums.try_emplace(place, Json::object({{"kind", "stock"}, {"key", place}})).first->second;
        Reckoning reckoning;
        const Decimal more = reckoning.of(row, "MatlWrhsStkQtyInMatlBaseUnit");
        one.set("quantity", plain(reckoning.sum(reckoning.of(one, "quantity"), more)));
        if (!reckoning.wrong().empty()) co_return bad_number("stock of " + place, reckoning);
        one.set("unit", row.text_or("MaterialBaseUnit"));
    }
    if (page.more && page.cursor == cursor) co_return bad_page("stock");
    for (const auto& [place, row] : sums) page.objects.push_back(listed("stock", row));
    co_return page;
}

}  // namespace tieline::connectors::sap_s4
