#include "flows/budget_echo.h"

#include "flows/slot.h"

namespace tieline::flows {
namespace {

using Wide = __int128;

/// Digits of a decimal as a whole number, with its scale; false where it is too large for the product below.
bool whole_number(const Decimal& value, Wide& number) {
    number = 0;
    int digits = 0;
    for (const char c : value.abs().str()) {
        if (c < '0' || c > '9') continue;
        number = number * 10 + (c - '0');
        if (number != 0 && ++digits > 18) return false;
    }
    if (value.is_negative()) number = -number;
    return true;
}

Wide power_of_ten(int exponent) {
    Wide value = 1;
    while (exponent-- > 0) value *= 10;
    return value;
}

std::string receiver_name(const Json& line) {
    const Json* receiver = line.find("receiver");
    if (receiver == nullptr) return {};
    return receiver->text_or("kind") + ":" + receiver->text_or("code");
}

/// How the ERP's figures change the echo's: a document that the ERP values itself, or another currency.
struct Valuation {
    std::string currency;
    std::optional<Decimal> replace;      ///< the whole amount, of a document with one line
    std::optional<Decimal> part, whole;  ///< else: line × part / whole
    int scale = 2;
};

Valuation valuation_of(const Receipt& receipt, const std::string& currency) {
    Valuation valuation;
    valuation.currency = currency;
    const auto amount = receipt.details().decimal("amount");
    const auto company = receipt.details().decimal("company_amount");
    const std::string company_currency = receipt.details().text_or("company_currency");
    const bool foreign = company && !company_currency.empty() && company_currency != currency;
    if (foreign) valuation.currency = company_currency;
    const auto scale = model::minor_units(valuation.currency);
    valuation.scale = scale ? *scale : 2;
    if (valued_by_erp(receipt.echo().text_or("slot"))) {
        if (foreign) {
            valuation.replace = *company;
        } else if (amount && receipt.details().text_or("currency", currency) == currency) {
            valuation.replace = *amount;
        }
    } else if (foreign) {
        const auto own = receipt.echo().decimal("amount");
        const auto whole = amount ? amount : own;
        if (whole && !whole->is_zero()) {
            valuation.part = company->abs();
            valuation.whole = whole->abs();
        }
    }
    return valuation;
}

Decimal valued(const Valuation& valuation, const Decimal& line, bool reversal) {
    if (valuation.replace) {
        // The sign is ours: a peer may return a reversal's amount with or without one.
        const bool negative = line.is_zero() ? valuation.replace->is_negative() != reversal : line.is_negative();
        return negative ? valuation.replace->abs().negated() : valuation.replace->abs();
    }
    if (!valuation.whole) return line;
    return proportion(line, *valuation.part, *valuation.whole, valuation.scale);
}

/// The asset's own budget follows beside the receiver's.
void add_with_asset(std::vector<BudgetEntry>& entries, BudgetEntry entry, const std::string& asset) {
    const std::string receiver = entry.receiver;
    entries.push_back(entry);
    if (asset.empty() || receiver == "asset:" + asset) return;
    entry.receiver = "asset:" + asset;
    entries.push_back(std::move(entry));
}

void add_commitments(std::vector<BudgetEntry>& entries, const Receipt& receipt, const std::string& asset) {
    const Json* list = receipt.echo().find("commitments");
    if (list == nullptr || !list->is_array()) return;
    for (const Json& line : list->items()) {
        const auto amount = line.decimal("amount");
        if (!amount) continue;
        BudgetEntry entry;
        entry.receiver = receiver_name(line);
        entry.month = line.text_or("month");
        entry.currency = line.text_or("currency");
        entry.work_order = receipt.echo().text_or("work_order");
        entry.amount = *amount;
        entry.commitment = true;
        add_with_asset(entries, std::move(entry), asset);
    }
}

}  // namespace

Decimal proportion(const Decimal& value, const Decimal& part, const Decimal& whole, int scale) {
    Wide v = 0;
    Wide p = 0;
    Wide w = 0;
    if (!whole_number(value, v) || !whole_number(part, p) || !whole_number(whole, w) || w == 0) return Decimal();
    // v/10^a × p/10^b ÷ (w/10^c), wanted in units of 10^-scale: v × p × 10^(scale + c) / (w × 10^(a + b)).
    int shift = scale + whole.scale() - value.scale() - part.scale();
    const Wide limit = (Wide(1) << 126) - 1;
    Wide above = v * p;
    Wide below = w;
    for (; shift > 0; --shift) {
        if (above > limit / 10 || above < -limit / 10) return Decimal();
        above *= 10;
    }
    for (; shift < 0; ++shift) {
        if (below > limit / 10 || below < -limit / 10) return Decimal();
        below *= 10;
    }
    if (below < 0) above = -above, below = -below;
    const bool negative = above < 0;
    if (negative) above = -above;
    Wide quotient = above / below;
    const Wide rest = above % below;
    if (rest > below - rest || (rest == below - rest && quotient % 2 == 1)) ++quotient;
    if (quotient >= power_of_ten(18)) return Decimal();
    const auto unscaled = static_cast<std::int64_t>(quotient);
    return Decimal::from_unscaled(negative ? -unscaled : unscaled, scale);
}

std::vector<BudgetEntry> budget_entries(const Receipt& receipt, bool include_capital) {
    std::vector<BudgetEntry> entries;
    const std::string asset = receipt.echo().text_or("asset");
    if (receipt.noun == "order") {
        add_commitments(entries, receipt, asset);
        return entries;
    }
    const Json* lines = receipt.echo().find("lines");
    if (lines == nullptr || !lines->is_array()) return entries;
    const Valuation valuation = valuation_of(receipt, receipt.echo().text_or("currency"));
    const std::string date = receipt.details().text_or("posting_date", receipt.echo().text_or("posting_date"));
    for (const Json& line : lines->items()) {
        const auto amount = line.decimal("amount");
        if (!amount || (!include_capital && line.bool_or("capital", false))) continue;
        BudgetEntry entry;
        entry.receiver = receiver_name(line);
        entry.month = date.size() >= 7 ? date.substr(0, 7) : receipt.echo().text_or("month");
        entry.currency = valuation.currency;
        entry.work_order = receipt.echo().text_or("work_order");
        entry.amount = valued(valuation, *amount, receipt.is_reversal());
        add_with_asset(entries, std::move(entry), asset);
    }
    return entries;
}

}  // namespace tieline::flows
