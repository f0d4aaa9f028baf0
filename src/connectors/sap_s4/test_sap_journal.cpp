// The fake's journal service and ledger.

#include "connectors/sap_s4/test_sap_peer.h"

#include <algorithm>
#include <initializer_list>
#include <set>

namespace tieline::connectors::sap_s4::test {
namespace {

constexpr const char* ledger_set = "A_OperationalAcctgDocItemCube";

/// What is wrong with the order or the names of the children; "" for nothing.
std::string order_fault(const base::XmlElement& element, std::initializer_list<std::string_view> known) {
    auto at = known.begin();
    for (const base::XmlElement& child : element.children) {
        const auto found = std::find(at, known.end(), child.name);
        if (found == known.end()) return "element " + child.name + " is unknown or out of order in " + element.name;
        at = found;  // the same one may repeat
    }
    return {};
}

std::string envelope_of(const std::string& content) {
    return "<soap-env:Envelope xmlns:soap-env=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap-env:Header/>"
           "<soap-env:Body>" +
           content + "</soap-env:Body></soap-env:Envelope>";
}

net::HttpResponse fault(const std::string& code, const std::string& words) {
    return {500,
            {{"Content-Type", "text/xml"}},
            envelope_of("<soap-env:Fault><faultcode>soap-env:" + code + "</faultcode><faultstring>" +
                        base::xml_escape(words) + "</faultstring></soap-env:Fault>")};
}

std::string confirmation(const std::string& document, const std::string& year, const std::string& refusal) {
    std::string log;
    if (refusal.empty()) {
        log =
            "<MaximumLogItemSeverityCode>1</MaximumLogItemSeverityCode><Item><TypeID>605(RW)</TypeID>"
            "<SeverityCode>1</SeverityCode><Note>Document posted successfully</Note></Item>";
    } else {
        const std::size_t bar = refusal.find('|');
        log =
            "<MaximumLogItemSeverityCode>3</MaximumLogItemSeverityCode><Item><TypeID>609(RW)</TypeID>"
            "<SeverityCode>3</SeverityCode><Note>Error in document: BKPFF $ S4H100</Note></Item><Item><TypeID>" +
            refusal.substr(0, bar) + "</TypeID><SeverityCode>3</SeverityCode><Note>" +
            base::xml_escape(refusal.substr(bar + 1)) + "</Note></Item>";
    }
    return envelope_of(
        "<n0:JournalEntryBulkCreateConfirmation xmlns:n0=\"http://sap.com/xi/SAPSCORE/SFIN\">"
        "<MessageHeader><UUID>1</UUID></MessageHeader><JournalEntryCreateConfirmation><MessageHeader/>"
        "<JournalEntryCreateConfirmation><AccountingDocument>" +
        document + "</AccountingDocument><CompanyCode>1000</CompanyCode><FiscalYear>" + year +
        "</FiscalYear></JournalEntryCreateConfirmation><Log>" + log +
        "</Log></JournalEntryCreateConfirmation></n0:JournalEntryBulkCreateConfirmation>");
}

std::string header_fault(const base::XmlElement& entry) {
    const std::string order = order_fault(
        entry, {"OriginalReferenceDocumentType", "OriginalReferenceDocument", "OriginalReferenceDocumentLogicalSystem",
                "BusinessTransactionType", "AccountingDocumentType", "DocumentReferenceID", "DocumentHeaderText",
                "ReversalReason", "ReversalReferenceDocument", "CreatedByUser", "CompanyCode", "DocumentDate",
                "PostingDate", "PostingFiscalPeriod", "Item", "DebtorItem", "CreditorItem"});
    if (!order.empty()) return order;
    const auto longer = [&](const char* field, std::size_t most) { return entry.text_of(field).size() > most; };
    if (longer("DocumentReferenceID", 16)) return "DocumentReferenceID is longer than 16";
    if (longer("DocumentHeaderText", 25)) return "DocumentHeaderText is longer than 25";
    if (longer("AccountingDocumentType", 2) || longer("CompanyCode", 4) || longer("CreatedByUser", 12))
        return "a field of the header is too long";
    if (entry.text_of("OriginalReferenceDocumentType") != "BKPFF") return "OriginalReferenceDocumentType is not BKPFF";
    if (entry.text_of("BusinessTransactionType") != "RFBU") return "BusinessTransactionType is not RFBU";
    for (const char* day : {"DocumentDate", "PostingDate"})
        if (!parse_date(entry.text_of(day))) return std::string(day) + " is no date";
    return {};
}

}  // namespace

net::HttpResponse SapPeer::journal(const net::HttpRequest& request) {
    const auto xml = base::parse_xml(request.body);
    if (request.method != "POST" || !xml || xml->name != "Envelope") return fault("Client", "no SOAP envelope");
    if (net::header(request.headers, "SOAPAction").empty()) return fault("Client", "SOAPAction is missing");
    if (pitfalls.fault > 0) {
        --pitfalls.fault;
        return fault("Server", "Web service processing error");
    }
    const base::XmlElement* bulk = xml->at({"Body", "JournalEntryBulkCreateRequest"});
    const base::XmlElement* one = bulk == nullptr ? nullptr : bulk->child("JournalEntryCreateRequest");
    const base::XmlElement* entry = one == nullptr ? nullptr : one->child("JournalEntry");
    if (entry == nullptr || !order_fault(*bulk, {"MessageHeader", "JournalEntryCreateRequest"}).empty())
        return fault("Client", "no journal entry, or its parts are out of order");
    for (const base::XmlElement* holder : {bulk, one}) {
        const base::XmlElement* created = holder->at({"MessageHeader", "CreationDateTime"});
        if (created == nullptr || !parse_time(created->text)) return fault("Client", "CreationDateTime is missing");
    }
    const std::string shape = header_fault(*entry);
    if (!shape.empty()) return fault("Client", shape);
    std::string document;
    const bool reverses = entry->child("ReversalReferenceDocument") != nullptr;
    const std::string refusal = reverses ? reverse_journal(*entry, document) : post_journal(*entry, document);
    const std::string year(entry->text_of("PostingDate").substr(0, 4));
    if (refusal.empty()) return {200, {}, confirmation(document, year, "")};
    return {200, {}, confirmation(pitfalls.blank_document ? " " : "0000000000", "0000", refusal)};
}

std::string SapPeer::post_journal(const base::XmlElement& entry, std::string& document) {
    const std::string day(entry.text_of("PostingDate"));
    if (entry.text_of("CompanyCode") != "1000") return "165(F5)|Company code is not defined";
    if (day < pitfalls.open_from || day > pitfalls.open_to) return "201(F5)|Posting period 010 2026 is not open";
    Decimal balance = Decimal::from_int(0);
    Json::Array made;
    std::set<std::string> numbers;
    document = std::to_string(++journals_);
    for (const base::XmlElement& item : entry.children) {
        if (item.name != "Item") continue;
        const std::string order =
            order_fault(item, {"ReferenceDocumentItem", "GLAccount", "AmountInTransactionCurrency", "DocumentItemText",
                               "AccountAssignment", "Tax"});
        const base::XmlElement* amount = item.child("AmountInTransactionCurrency");
        if (!order.empty() || amount == nullptr) return "001(XX)|" + order + " no amount";
        const auto value = Decimal::parse(amount->text);
        if (!value || amount->attribute("currencyCode") != "EUR") return "089(F5)|Currency or amount is wrong";
        if (!numbers.insert(std::string(item.text_of("ReferenceDocumentItem"))).second) return "002(XX)|Item twice";
        if (value->rounded(2)->str() != value->str()) return "702(F5)|Amount has more decimals than EUR";
        const std::string account(item.text_of("GLAccount"));
        if (!accounts.contains(account)) return "506(F5)|G/L account " + account + " does not exist";
        const base::XmlElement* assigned = item.child("AccountAssignment");
        const std::string center(assigned == nullptr ? "" : assigned->text_of("CostCenter"));
        if (account.starts_with('6') && assigned == nullptr)
            return "235(KI)|Account " + account + " requires an assignment";
        if (center == "CC-LOCKED") return "042(KI)|Cost center CC-LOCKED is locked by user CONTROLLER";
        if (!center.empty() && !cost_centers.contains(center))
            return "265(KI)|Cost center " + center + " does not exist";
        balance = *balance.plus(*value);
        made.push_back(Json::object({{"CompanyCode", "1000"},
                                     {"FiscalYear", day.substr(0, 4)},
                                     {"AccountingDocument", document},
                                     {"AccountingDocumentItem", std::to_string(made.size() + 1)},
                                     {"AccountingDocumentType", std::string(entry.text_of("AccountingDocumentType"))},
                                     {"GLAccount", account},
                                     {"CostCenter", center},
                                     {"AmountInTransactionCurrency", value->str()},
                                     {"TransactionCurrency", "EUR"},
                                     {"DocumentReferenceID", std::string(entry.text_of("DocumentReferenceID"))},
                                     {"AccountingDocumentHeaderText", std::string(entry.text_of("DocumentHeaderText"))},
                                     {"PostingDate", json_day(day)},
                                     {"IsReversal", false},
                                     {"IsReversed", false}}));
    }
    if (!(balance == Decimal::from_int(0))) return "702(F5)|Balance in transaction currency";
    if (made.size() < 2) return "001(F5)|Journal entry without items";
    Json::Array& all = rows(ledger_set);
    all.insert(all.end(), made.begin(), made.end());
    return {};
}

std::string SapPeer::reverse_journal(const base::XmlElement& entry, std::string& document) {
    const std::string original(entry.text_of("ReversalReferenceDocument"));
    if (original.size() != 18 || entry.text_of("ReversalReason").empty()) return "003(XX)|No number, company and year";
    const std::string day(entry.text_of("PostingDate"));
    if (day < pitfalls.open_from || day > pitfalls.open_to) return "201(F5)|Posting period is not open";
    if (entry.child("Item") != nullptr) return "004(XX)|A reversal has no items";
    const std::string number_text = original.substr(0, 10), year = original.substr(14);
    Json::Array made;
    document = std::to_string(++journals_);
    for (Json& row : rows(ledger_set)) {
        std::string padded = row.text_or("AccountingDocument");
        padded.insert(0, 10 - padded.size(), '0');
        if (padded != number_text || row.text_or("FiscalYear") != year) continue;
        if (row.bool_or("IsReversed", false)) return "361(F5)|Document " + number_text + " was reversed already";
        row.set("IsReversed", true);
        row.set("ReverseDocument", document);
        row.set("ReverseDocumentFiscalYear", day.substr(0, 4));
        Json back = row;
        back.set("AmountInTransactionCurrency",
                 Decimal::from_int(0).minus(number(row.text_or("AmountInTransactionCurrency")))->str());
        back.set("ReverseDocument", row.text_or("AccountingDocument"));
        back.set("ReverseDocumentFiscalYear", year);
        back.set("AccountingDocument", document);
        back.set("IsReversal", true);
        back.set("IsReversed", false);
        back.set("DocumentReferenceID",
                 pitfalls.reversal_keeps_reference ? std::string(entry.text_of("DocumentReferenceID")) : std::string());
        made.push_back(std::move(back));
    }
    if (made.empty()) return "397(F5)|Document " + number_text + " does not exist";
    Json::Array& all = rows(ledger_set);
    all.insert(all.end(), made.begin(), made.end());
    return {};
}

std::string SapPeer::seed_journal() {
    const std::string document = std::to_string(++journals_);
    for (const char* amount : {"12.50", "-12.50"}) {
        rows(ledger_set)
            .push_back(Json::object({{"CompanyCode", "1000"},
                                     {"FiscalYear", "2026"},
                                     {"AccountingDocument", document},
                                     {"AccountingDocumentItem", amount[0] == '-' ? "2" : "1"},
                                     {"AmountInTransactionCurrency", amount},
                                     {"DocumentReferenceID", "ANOTHER"},
                                     {"IsReversal", false},
                                     {"IsReversed", false}}));
    }
    return document + "/2026";
}

std::size_t SapPeer::count_journals(const model::Command& command) const {
    const bool reversal = command.kind == "journal.reverse";
    std::set<std::string> documents;
    for (const Json& row : rows(ledger_set)) {
        if (row.text_or("DocumentReferenceID") == command.key && row.bool_or("IsReversal", false) == reversal)
            documents.insert(row.text_or("AccountingDocument"));
    }
    return documents.size();
}

}  // namespace tieline::connectors::sap_s4::test
