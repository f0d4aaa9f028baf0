#include "flows/rate_change.h"

#include "model/work_order.h"

namespace tieline::flows {
namespace {

constexpr std::string_view prefix = "confirmation/";
constexpr std::string_view outdated = "outdated";  // facts that no snapshot has

bool covers(const RateChange& change, const std::string& date) {
    return date >= change.from && (change.until.empty() || date < change.until);
}

/// What the ERP would value the confirmation at, or nothing where that cannot be told.
std::optional<Decimal> valued(const WantedDocument& wanted, const RateChange& change, Rounding rounding) {
    const auto body = Json::parse("{" + wanted.body + "}");
    if (!body) return std::nullopt;
    const auto hours = body->decimal("hours");
    const auto rate = Decimal::parse(change.rate);
    const auto scale = model::minor_units(change.currency);
    if (!hours || !rate || !scale) return std::nullopt;
    const auto exact = hours->times(*rate);
    if (!exact) return std::nullopt;
    const auto amount = exact->rounded(*scale, rounding);
    return amount ? std::optional<Decimal>(*amount) : std::nullopt;
}

std::string craft_of(const WantedDocument& wanted) {
    const auto body = Json::parse("{" + wanted.body + "}");
    return body ? body->text_or("activity") : std::string();
}

}  // namespace

Result<RateChange> rate_change_from(const Json& data) {
    RateChange change;
    TIELINE_TRY(change.version, data.text("version"));
    TIELINE_TRY(change.craft, data.text("craft"));
    TIELINE_TRY(change.from, data.text("from"));
    change.until = data.text_or("until");
    TIELINE_TRY(change.rate, data.text("rate"));
    TIELINE_TRY(change.currency, data.text("currency"));
    return change;
}

void take_rate_change(std::vector<Slot>& slots, std::string_view company, const RateChange& change) {
    for (Slot& slot : slots) {
        if (!slot.name.starts_with(prefix) || slot.rate_version == change.version) continue;
        const bool posting = slot.command && !slot.command->reversal && slot.wanted;
        if (!slot.booked && !posting) continue;  // posted from now on, it is valued by the new rate
        if ((slot.booked ? slot.booked->company : slot.wanted->company) != company) continue;
        if (!covers(change, slot.booked ? slot.booked->date : slot.command->date)) continue;
        if (slot.wanted && !slot.wanted->body.empty() && craft_of(*slot.wanted) != change.craft) continue;
        slot.rate = change;
        slot.rate_version = change.version;
    }
}

void hold_against_rate(Slot& slot, Rounding rounding) {
    if (!slot.rate || slot.command) return;
    if (!slot.booked) {
        slot.rate.reset();  // posted from now on, it is valued by the new rate
        return;
    }
    // On its way out anyway, or booked by an older version of the hub that kept no body: the next snapshot decides.
    if (!slot.wanted || slot.booked->facts != slot.wanted->facts || slot.wanted->body.empty()) return;
    if (craft_of(*slot.wanted) == slot.rate->craft) {
        const auto amount = valued(*slot.wanted, *slot.rate, rounding);
        const auto booked = Decimal::parse(slot.booked->amount);
        const bool same = amount && booked && *amount == *booked && slot.booked->currency == slot.rate->currency;
        if (!same) slot.booked->facts = outdated;
    }
    slot.rate.reset();
}

bool is_outdated(const Slot& slot) { return slot.booked && slot.booked->facts == outdated; }

}  // namespace tieline::flows
