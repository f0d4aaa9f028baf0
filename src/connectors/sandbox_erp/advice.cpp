#include "connectors/sandbox_erp/advice.h"

#include "base/decimal.h"

#include <string_view>

namespace tieline::connectors::sandbox_erp {
namespace {

constexpr std::size_t shown_max = 5;

/// "A, B or C" of a list of texts.
std::string any_of(const Json* list) {
    std::string words;
    if (list == nullptr || !list->is_array()) return words;
    const Json::Array& items = list->items();
    const std::size_t count = std::min(items.size(), shown_max);
    for (std::size_t index = 0; index < count; ++index) {
        if (!items[index].is_string()) continue;
        if (!words.empty()) words += index + 1 == count ? " or " : ", ";
        words += items[index].string();
    }
    return words;
}

/// A code that the ERP does not know.
std::string other_code(const char* what, const std::string& given, const std::string& meant) {
    const std::string create = std::string("create ") + what + " " + given + " in the ERP and replay.";
    if (meant.empty()) return "Replay with the right " + std::string(what) + ", or " + create;
    return "If " + std::string(what) + " " + meant + " is meant, replay with " + meant + "; else " + create;
}

std::string other_unit(const Json& facts, const std::string& meant) {
    const std::string units = any_of(facts.find("units"));
    if (!meant.empty()) return "If unit " + meant + " is meant, replay with " + meant + "; the part has " + units + ".";
    if (units.empty()) return {};
    return "Replay with the quantity in " + units + "; or give the part this unit in the ERP and replay.";
}

/// 1.5 → the quantities below and above that the part can have.
std::string whole_quantity(const Json& facts, const Json& payload) {
    const Result<Decimal> given = payload.decimal("quantity");
    const std::string unit = payload.text_or("unit");
    if (!given || facts.text_or("unit") != unit) return "Replay with a quantity that the part can be divided into.";
    const int decimals = static_cast<int>(facts.int_or("decimals", 0));
    const Result<Decimal> nearer = given->rounded(decimals, Rounding::down);
    const Decimal step = Decimal::from_unscaled(given->is_negative() ? -1 : 1, decimals);
    const Result<Decimal> further = nearer ? nearer->plus(step) : nearer;
    if (!further) return {};
    const bool none = nearer->is_zero();
    return "Replay with " + (none ? "" : nearer->str() + " or ") + further->str() + " " + unit +
           ", whichever was taken; or let the ERP keep the part with more decimals.";
}

std::string other_quantity(const Json& payload) {
    const Result<Decimal> given = payload.decimal("quantity");
    if (given && given->is_zero()) {
        return "Replay with the quantity that was taken; if nothing was, give it up.";
    }
    return "No part has that many: replay with the quantity that was taken.";
}

std::string more_stock(const Json& facts, const Json& payload) {
    if (facts.text_or("on_hand").empty()) return {};
    const std::string there = facts.text_or("on_hand") + " " + facts.text_or("unit");
    const Result<Decimal> wanted = payload.decimal("quantity"), on_hand = facts.decimal("on_hand");
    const bool absurd = wanted && on_hand && *wanted > Decimal::from_int(1000) && !on_hand->is_negative();
    return std::string(absurd ? "Check the quantity first, it looks like a slip: " : "") + there +
           " are on stock. Replay with the quantity that was taken, or book what has come into the ERP and replay.";
}

std::string other_number(const char* what, const Json* known) {
    const std::string names = any_of(known);
    if (names.empty()) return {};
    return "Replay with the " + std::string(what) + " that was taken: on stock are " + names + ".";
}

}  // namespace

std::string likely_fix(const Error& refusal, const Json& payload) {
    const Result<Json> parsed = Json::parse(refusal.details.empty() ? "{}" : refusal.details);
    const Json facts = parsed && parsed->is_object() ? *parsed : Json::object();
    const std::string meant = facts.text_or("did_you_mean");
    const std::string_view code = refusal.code;
    if (code == "unknown_material") return other_code("part", payload.text_or("part"), meant);
    if (code == "unknown_storage_location") return other_code("storeroom", payload.text_or("storeroom"), meant);
    if (code == "missing_field" && (refusal.field == "/unit" || refusal.field == "unit")) {
        return "No unit came with part " + payload.text_or("part") +
               ", as happens when the sender does not know the part: correct the part there.";
    }
    if (code == "unit_mismatch") return other_unit(facts, meant);
    if (code == "quantity_not_exact") return whole_quantity(facts, payload);
    if (code == "bad_amount" && refusal.field == "/quantity") return other_quantity(payload);
    if (code == "stock_insufficient") return more_stock(facts, payload);
    if (code == "lot_required" || code == "lot_insufficient") return other_number("lot", facts.find("lots"));
    if (code == "serials_required" || code == "serial_not_in_stock") {
        return other_number("serial number", facts.find("serials"));
    }
    return {};
}

}  // namespace tieline::connectors::sandbox_erp
