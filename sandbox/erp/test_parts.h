#pragma once
// What the tests of materials management share: short ways to post and to look at stock.

#include "sandbox/erp/test_erp.h"

namespace tieline::sandbox::erp::test {

/// The members every posting has; `more` with a comma behind.
inline std::string posting(const std::string& more) {
    return R"({"companyCode":"1000","postingDate":"2026-11-24",)" + more + "}";
}
inline std::string quantity(const std::string& material, const std::string& amount, const std::string& unit = "PC",
                            const std::string& location = "MAIN") {
    return R"("material":")" + material + R"(","quantity":")" + amount + R"(","unit":")" + unit +
           R"(","storageLocation":")" + location + "\"";
}
inline std::string issue_body(const std::string& material, const std::string& amount, const std::string& more = "",
                              const std::string& unit = "PC", const std::string& location = "MAIN") {
    return posting(more + R"("costCenter":"CC-100",)" + quantity(material, amount, unit, location));
}
inline std::string movement_body(const std::string& kind, const std::string& material, const std::string& amount,
                                 const std::string& more = "", const std::string& unit = "PC") {
    return posting(R"("kind":")" + kind + "\"," + more + quantity(material, amount, unit));
}

/// A member of a stock row, "" where there is none.
inline std::string stock(DemoErp& erp, const std::string& material, const std::string& member = "onHand",
                         const std::string& location = "MAIN") {
    const Answer answer = erp.get("/api/stock?material=" + material + "&storageLocation=" + location);
    const Json* items = answer.body.find("items");
    if (items == nullptr || items->items().empty()) return "";
    return items->items().front().text_or(member);
}

inline const Json& items_of(const Answer& answer) {
    static const Json none = Json::array();
    const Json* items = answer.body.find("items");
    return items == nullptr ? none : *items;
}

/// Sum of all stock values, as the ledger should show it on the stock account.
inline std::string stock_values(DemoErp& erp) {
    Decimal sum;
    std::string after;
    for (bool more = true; more;) {
        const Answer page = erp.get("/api/stock?limit=50&after=" + after);
        for (const Json& row : items_of(page).items()) sum = sum.plus(*row.decimal("value")).value();
        more = page.body.bool_or("more", false);
        after = page.text("next");
    }
    return sum.rounded(2)->str();
}

inline std::string reverse(DemoErp& erp, const std::string& document, const std::string& more = "") {
    const Answer answer = erp.post("/api/documents/" + document + "/reverse",
                                   "{" + more + R"("postingDate":"2026-11-25","reason":"wrong"})");
    return answer.status == 201 ? answer.text("document") : answer.code();
}

}  // namespace tieline::sandbox::erp::test
