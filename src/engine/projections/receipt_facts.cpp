#include "engine/projections/receipt_facts.h"

#include <algorithm>
#include <array>

namespace tieline::engine::projections {

const Json& data_of(const model::StoredEvent& event) {
    static const Json none;
    const auto parsed = event.envelope.json();
    return parsed ? **parsed : none;  // the event keeps it
}

TypeParts split_type(std::string_view type) {
    const std::size_t point = type.rfind('.');
    if (point == std::string_view::npos) return {};
    return {type.substr(0, point), type.substr(point + 1)};
}

bool is_receipt(const TypeParts& parts) {
    constexpr std::array<std::string_view, 8> nouns{"cost",  "reversal", "accrual", "accrual_reversal",
                                                    "order", "link",     "issue",   "issue_reversal"};
    constexpr std::array<std::string_view, 7> outcomes{"accepted",  "booked",   "rejected", "parked",
                                                       "withdrawn", "replayed", "given_up"};
    return std::find(nouns.begin(), nouns.end(), parts.noun) != nouns.end() &&
           std::find(outcomes.begin(), outcomes.end(), parts.outcome) != outcomes.end();
}

bool is_own_receipt(const Json& data) {
    return data.find("echo") != nullptr && data.find("kind") != nullptr && !data.text_or("key").empty();
}

Json row_of(const std::string& stored) {
    if (stored.empty()) return Json::object();
    Result<Json> parsed = Json::parse(stored);
    return parsed ? std::move(*parsed) : Json::object();
}

void copy(Json& row, const Json& data, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (const Json* value = data.find(name)) row.set(name, *value);
    }
}

std::string place_of(const Json& data) {
    const std::string part = data.text_or("part"), storeroom = data.text_or("storeroom");
    return part.empty() || storeroom.empty() ? std::string() : part + "/" + storeroom;
}

bool is_older(const Json& row, const Json& data) { return data.int_or("seq", INT64_MAX) < row.int_or("seq", 0); }

std::optional<Valued> valued(const Json& receipt) {
    const Json* echo = receipt.find("echo");
    if (echo == nullptr) return std::nullopt;
    const Result<Decimal> own = echo->decimal("amount");
    if (!own) return std::nullopt;
    Valued value{*own, echo->text_or("currency")};
    const Json* details = receipt.find("details");
    const Result<Decimal> theirs = details ? details->decimal("amount") : Result<Decimal>(*own);
    if (!theirs || details == nullptr) return value;
    if (details->text_or("currency", value.currency) != value.currency) return value;
    // A peer may answer a credit or a reversal without its sign.
    const bool turned = !own->is_zero() && own->is_negative() != theirs->is_negative();
    value.amount = turned ? theirs->negated() : *theirs;
    return value;
}

std::string add_text(std::string_view sum, const Decimal& amount) {
    const Result<Decimal> before = sum.empty() ? Result<Decimal>(Decimal()) : Decimal::parse(sum);
    if (!before) return std::string(sum);
    const Result<Decimal> after = before->plus(amount);
    return after ? after->str() : std::string(sum);
}

}  // namespace tieline::engine::projections
