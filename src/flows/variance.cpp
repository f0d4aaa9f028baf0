#include "flows/variance.h"

#include "base/decimal.h"
#include "flows/document.h"

namespace tieline::flows {
namespace {

std::string difference_text(const std::string& from, const std::string& to) {
    const auto a = Decimal::parse(from);
    const auto b = Decimal::parse(to);
    if (!a || !b) return "0";
    const auto difference = b->minus(*a);
    return difference ? difference->str() : "0";
}

}  // namespace

bool equal_amounts(const std::string& a, const std::string& b) {
    const auto left = Decimal::parse(a);
    const auto right = Decimal::parse(b);
    return left && right && *left == *right;
}

NewEvent variance_event(std::string_view work_order, std::string_view slot, const std::string& expected,
                        const std::string& valued, std::string_view currency) {
    NewEvent event;
    event.type = "cost.variance";
    event.subject = work_order;
    event.data = "{";
    append_member(event.data, "work_order", work_order);
    append_member(event.data, "slot", slot);
    append_member(event.data, "expected", expected);
    append_member(event.data, "valued", valued);
    append_member(event.data, "currency", currency);
    append_member(event.data, "difference", difference_text(expected, valued));
    event.data += '}';
    return event;
}

}  // namespace tieline::flows
