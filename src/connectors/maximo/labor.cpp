// What labor costs, by Maximo's own figures: hours × rate where that is it, the difference as a line of its own.

#include "connectors/maximo/shape_parts.h"

#include <utility>

namespace tieline::connectors::maximo {
namespace {

/// A member that may be missing only where `absent` says what that means.
std::optional<bool> yes_no(const Json& object, std::string_view member) {
    const Json* value = object.find(member);
    if (value == nullptr) return std::nullopt;
    if (value->is_bool()) return value->boolean();
    const std::string word = word_of(object, member);
    if (word == "1" || word == "true") return true;
    if (word == "0" || word == "false") return false;
    return std::nullopt;
}

std::string name_of(const Json& line) {
    return "labor transaction " + word_of(line, "labtransid") + " of " + word_of(line, "laborcode");
}

Error unreadable(const Json& line, const std::string& what) {
    return make_error(ErrorKind::invalid, name_of(line) + " " + what + "; nothing is guessed where money is concerned",
                      "labor_unreadable", "labtrans");
}

struct Figures {
    Decimal hours, rate, premium_hours, cost;
    Decimal beside;  ///< what it costs beside hours × rate
};

Result<Figures> figures_of(const Json& line) {
    Figures figures;
    for (const auto& [member, kept] : {std::pair<const char*, Decimal*>{"regularhrs", &figures.hours},
                                       {"payrate", &figures.rate},
                                       {"linecost", &figures.cost},
                                       {"premiumpayhours", &figures.premium_hours}}) {
        const Json* value = line.find(member);
        const bool may_lack = std::string_view(member) == "premiumpayhours";  // linecost holds its money anyhow
        if (value == nullptr && may_lack) continue;
        const Result<Decimal> read = line.decimal(member);
        if (!read) return unreadable(line, std::string("has no readable ") + member);
        *kept = *read;
    }
    const Result<Decimal> regular = figures.hours.times(figures.rate);
    if (!regular) return unreadable(line, "has more hours or a higher rate than can be reckoned with");
    const Result<Decimal> beside = figures.cost.minus(*regular);
    if (!beside) return unreadable(line, "costs more than can be reckoned with");
    figures.beside = *beside;
    return figures;
}

Json amount_line(const Json& line, const Decimal& amount, const std::string& words) {
    Json made = line;
    made.set("amount", amount.str());
    made.set("text", words + word_of(line, "laborcode"));
    return made;
}

/// Own labor. Hours that are taken back are a credit: the canonical model knows no negative hours.
Result<void> add_own(const Json& line, Json& own, Json& amounts) {
    TIELINE_TRY(const Figures figures, figures_of(line));
    if (figures.hours.is_negative()) {
        if (!figures.cost.is_negative() && !figures.cost.is_zero())
            return unreadable(line, "takes hours back and still costs " + figures.cost.str());
        amounts.push_back(amount_line(line, figures.cost, "hours taken back of "));
        return {};
    }
    own.push_back(line);
    // Maximo rounds linecost to the cent; below that there is no money to book.
    const bool is_rounding = figures.beside.abs() < Decimal::from_unscaled(1, 2);
    const bool is_premium = !figures.premium_hours.is_zero();
    if (figures.beside.is_zero() || (is_rounding && !is_premium)) return {};
    amounts.push_back(amount_line(line, figures.beside, is_premium ? "premium pay " : "labor cost beside hours of "));
    return {};
}

/// Approving outside labor of a purchase order makes a service receipt, which carries the same money.
bool has_receipt(const Json& line, const Json& receipts) {
    const std::string order = word_of(line, "ponum");
    for (const Json& receipt : receipts.items())
        if (!order.empty() && word_of(receipt, "ponum") == order) return true;
    return false;
}

}  // namespace

Result<void> split_labor(const Shaping& shaping, Json& body) {
    Json own = Json::array(), amounts = Json::array(), outside = Json::array();
    const Json all = list_of(body, "labtrans"), receipts = list_of(body, "servrectrans");
    for (Json line : all.items()) {
        if (!line.is_object()) continue;
        const std::optional<bool> approved = yes_no(line, "genapprservreceipt");
        if (!shaping.unapproved_labor && !approved) {
            return make_error(ErrorKind::invalid,
                              name_of(line) +
                                  " does not say whether it is approved (genapprservreceipt): add the attribute to the "
                                  "object structure, or set the connector's labor to all",
                              "approval_unknown", "labtrans");
        }
        if (!shaping.unapproved_labor && !*approved) continue;
        add_cost_center(shaping, line, "gldebitacct");
        if (yes_no(line, "outside").value_or(false)) {
            const bool counts =
                shaping.outside == "always" || (shaping.outside == "receipt" && !has_receipt(line, receipts));
            if (counts) outside.push_back(std::move(line));
            continue;
        }
        TIELINE_TRY_VOID(add_own(line, own, amounts));
    }
    body.set("labor", std::move(own));
    body.set("premium", std::move(amounts));
    body.set("outside_labor", std::move(outside));
    body.erase("labtrans");
    return {};
}

}  // namespace tieline::connectors::maximo
