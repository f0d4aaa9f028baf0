#include "connectors/sap_s4/content.h"

#include "base/decimal.h"

#include <algorithm>
#include <map>

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

using Amounts = std::map<std::string, Decimal>;

/// Adds to the sum of an account. False where an amount cannot be read or the sum leaves the range of decimals.
bool add(Amounts& sums, const std::string& account, const std::string& amount, bool is_credit) {
    const auto value = Decimal::parse(amount);
    if (!value || account.empty()) return false;
    Decimal& sum = sums.try_emplace(plain_number(account), Decimal::from_int(0)).first->second;
    const auto next = is_credit ? sum.minus(*value) : sum.plus(*value);
    if (next) sum = *next;
    return next.has_value();
}

/// What each account that the command names has got. Sums, because SAP may put lines of one account together; other
/// accounts may have lines that SAP made by itself.
std::string journal_difference(const Json& payload, const Json::Array& rows) {
    Amounts asked, there;
    for (const Json& row : rows) {
        std::string differs = field_difference(
            row, Json::object({{"TransactionCurrency", payload.text_or("currency")}}), "TransactionCurrency");
        if (!differs.empty()) return differs;
        if (!add(there, row.text_or("GLAccount"), row.text_or("AmountInTransactionCurrency"), false)) return {};
    }
    const Json* lines = payload.find("lines");
    if (lines == nullptr || !lines->is_array()) return {};
    for (const Json& line : lines->items()) {
        const bool is_credit = line.text_or("side") == "credit";
        if (!add(asked, line.text_or("account"), line.text_or("amount"), is_credit)) return {};
    }
    for (const auto& [account, amount] : asked) {
        const auto found = there.find(account);
        const Decimal sum = found == there.end() ? Decimal::from_int(0) : found->second;
        if (!(sum == amount)) return said("the amount on account " + account, sum.str(), amount.str());
    }
    return {};
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
    const auto source = source_for(route, command, sight.settings);
    if (!source) return {};
    const auto body = sight.map.apply(route.table, *source, sight.settings);
    if (!body) return {};
    if (route.items.empty() || route.kind == "order.create") {
        // One row that is the object itself; what people change in it later is not compared.
        for (const char* field :
             {"MaintenanceOrderType", "Equipment", "FunctionalLocation", "MaintenanceOrder", "ActualWorkQuantity",
              "ActualWorkQuantityUnit", "ActivityType", "InspectionLot", "InspPlanOperationInternalID",
              "InspectionCharacteristic", "InspectionValuationResult", "InspResultFrmtdMeanValue",
              "InspLotUsageDecisionCodeGroup", "InspectionLotUsageDecisionCode"}) {
            std::string differs = rows.empty() ? std::string() : field_difference(rows.front(), *body, field);
            if (!differs.empty()) return differs;
        }
        return {};
    }
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
