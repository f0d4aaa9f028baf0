#include "connectors/sap_s4/content.h"

#include "base/decimal.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

/// Numbers of SAP come with or without the zeros in front, by service.
std::string plain_number(std::string text) {
    const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    if (is_number) text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    return text;
}

bool is_same(const std::string& a, const std::string& b) {
    const auto left = Decimal::parse(a), right = Decimal::parse(b);
    if (left && right) return *left == *right;
    return plain_number(a) == plain_number(b);
}

std::string said(const std::string& field, const std::string& found, const std::string& wanted) {
    return field + " is " + found + " instead of " + wanted;
}

std::string field_difference(const Json& found, const Json& wanted, const std::string& field) {
    const std::string there = found.text_or(field), asked = wanted.text_or(field);
    if (there.empty() || asked.empty() || is_same(there, asked)) return {};
    return said(field, there, asked);
}

std::optional<Decimal> total(const Json::Array& rows, const char* field) {
    Decimal sum = Decimal::from_int(0);
    for (const Json& row : rows) {
        const auto amount = Decimal::parse(row.text_or(field));
        if (!amount) return std::nullopt;
        if (!(*amount > Decimal::from_int(0))) continue;
        const auto next = sum.plus(*amount);
        if (!next) return std::nullopt;
        sum = *next;
    }
    return sum;
}

/// Debits of the ledger's rows against those of the command.
std::string journal_difference(const Json& payload, const Json::Array& rows) {
    for (const Json& row : rows) {
        const std::string there = row.text_or("TransactionCurrency"), asked = payload.text_or("currency");
        if (!there.empty() && !asked.empty() && there != asked) return said("TransactionCurrency", there, asked);
    }
    Json::Array debits;
    const Json* lines = payload.find("lines");
    if (lines == nullptr || !lines->is_array()) return {};
    for (const Json& line : lines->items())
        if (line.text_or("side") == "debit") debits.push_back(line);
    const auto there = total(rows, "AmountInTransactionCurrency"), asked = total(debits, "amount");
    if (!there || !asked || *there == *asked) return {};
    return said("the sum of its debits", there->str(), asked->str());
}

std::string reversal_difference(const Json& payload, const Json::Array& rows) {
    const Name asked = name_of(payload.text_or("document"));
    for (const Json& row : rows) {
        const std::string there = row.text_or("ReverseDocument");
        if (!there.empty() && !is_same(there, asked.number)) return said("the reversed document", there, asked.number);
    }
    return {};
}

}  // namespace

std::string difference(const Sight& sight, const Route& route, const model::Command& command, const Json::Array& rows) {
    const auto payload = Json::parse(command.payload);
    if (!payload || !payload->is_object()) return {};
    if (route.kind == "journal.post") return journal_difference(*payload, rows);
    if (route.kind == "journal.reverse") return reversal_difference(*payload, rows);
    const auto source = source_of(route, command);
    if (!source) return {};
    const auto body = sight.map.apply(route.table, *source, sight.settings);
    if (!body) return {};
    const Json::Array wanted = odata::inner_rows(*body, route.items);
    // Quantities of requisitions and reservations may have been changed since; a posting stays as it is.
    std::vector<std::string> fields{"Material", "Product", "Plant"};
    if (!route.types.empty()) fields.insert(fields.end(), {"QuantityInEntryUnit", "GoodsMovementType"});
    for (std::size_t at = 0; at < rows.size() && at < wanted.size(); ++at) {
        for (const std::string& field : fields) {
            std::string differs = field_difference(rows[at], wanted[at], field);
            if (!differs.empty()) return differs;
        }
    }
    return {};
}

}  // namespace tieline::connectors::sap_s4
