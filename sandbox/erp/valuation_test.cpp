// The arithmetic of quantities and values, and the promise that the ledger's stock account equals all stock values,
// under random movements and reversals.

#include "base/random.h"
#include "sandbox/erp/quantity.h"
#include "sandbox/erp/test_parts.h"

#include <map>

namespace tieline::sandbox::erp::test {
namespace {

TEST(Quantities, ExactConversionAndHalfEvenShares) {
    EXPECT_EQ(converted(3 * one_piece, 100, 1), 300 * one_piece);
    EXPECT_EQ(converted(one_piece, 1, 3), std::nullopt);
    EXPECT_EQ(converted(quantity_max, 2, 1), std::nullopt);
    EXPECT_EQ(share(5, 1, 2), 2);
    EXPECT_EQ(share(7, 1, 2), 4);
    EXPECT_EQ(share(-5, 1, 2), -2);
    EXPECT_EQ(worth(*Decimal::parse("0.0850"), 100 * one_piece, 2), 850);
    EXPECT_EQ(worth(*Decimal::parse("8.50"), 150 * one_piece, 2, 100, 1), 1275);  // a box of 100 costs 8.50
    EXPECT_EQ(worth(*Decimal::parse("1.5"), one_piece, 0), 2);
    EXPECT_EQ(quantity_text(15'000, 3), "1.500");
    EXPECT_FALSE(fits_decimals(15'000, 0));
}

TEST(Quantities, WhatPutAndTakeLeave) {
    const Valued emptied = take(StockValue{3 * one_piece, 1000}, 3 * one_piece, 0);
    EXPECT_EQ(emptied.after.value, 0);
    const Valued below = take(StockValue{one_piece, 1000}, 3 * one_piece, 1800);
    EXPECT_EQ(below.moved, -2800);
    EXPECT_EQ(below.after.value, -1800);
    const Valued filled = put(below.after, one_piece, 2000);
    EXPECT_EQ(filled.moved, 900);
    EXPECT_EQ(filled.difference, 1100);
    // Booked at 500 a piece, but the stock carries 100 only.
    const Valued back = take_back(StockValue{2 * one_piece, 100}, one_piece, 500);
    EXPECT_EQ(back.moved, -50);
    EXPECT_EQ(back.difference, -450);
    const Valued last = take_back(StockValue{one_piece, 700}, one_piece, 500);
    EXPECT_EQ(last.moved, -700);
    EXPECT_EQ(last.difference, 200);
}

/// Random movements of a few materials over two locations, one of which may go below zero.
class Life {
public:
    explicit Life(std::uint64_t seed) : random_(seed) {
        erp_.post("/admin/seed", R"({"storageLocations":[{"code":"LINE","companyCode":"1000","name":"Cabinet",
            "negativeStock":true}]})");
    }

    void step() {
        const std::string& material = materials_[random_.below(materials_.size())];
        const std::string location = random_.below(2) == 0 ? "MAIN" : "LINE";
        const std::string amount = std::to_string(1 + random_.below(40));
        switch (random_.below(7)) {
            case 0:
            case 1:
                keep(erp_.post("/api/goods-issues", issue_body(material, amount, "", "PC", location)));
                break;
            case 2:
                keep(erp_.post("/api/goods-issues", issue_body(material, "-" + amount, "", "PC", location)));
                break;
            case 3:
                receive(material, amount, location);
                break;
            case 4:
                move(material, amount, location);
                break;
            default:
                take_back();
        }
    }
    void check() {
        ASSERT_EQ(balance(erp_, "account=302000"), stock_values(erp_));
        std::map<std::string, Decimal> quantities, values;
        std::string after = "0";
        for (bool more = true; more;) {
            const Answer page = erp_.get("/api/movements?limit=500&after=" + after);
            for (const Json& row : items_of(page).items()) {
                const std::string key = row.text_or("material") + "/" + row.text_or("storageLocation");
                quantities[key] = quantities[key].plus(*row.decimal("quantity")).value();
                values[key] = values[key].plus(*row.decimal("value")).value();
            }
            more = page.body.bool_or("more", false);
            after = page.text("next");
        }
        for (const std::string& material : materials_) {
            for (const std::string location : {"MAIN", "LINE"}) {
                const std::string key = material + "/" + location;
                const std::string on_hand = stock(erp_, material, "onHand", location);
                if (on_hand.empty()) continue;
                const Decimal value = Decimal::parse(stock(erp_, material, "value", location)).value();
                ASSERT_EQ(Decimal::parse(on_hand).value(), quantities[key]) << key;
                ASSERT_EQ(value, values[key]) << key;
                ASSERT_FALSE(quantities[key].is_zero() && !value.is_zero()) << key;
                ASSERT_FALSE(!quantities[key].is_negative() && value.is_negative()) << key;
                if (location == "MAIN") ASSERT_FALSE(quantities[key].is_negative()) << key;
            }
        }
    }
    int booked() const { return booked_; }
    int reversed() const { return reversed_; }
    int refused() const { return refused_; }

private:
    void keep(const Answer& answer) {
        ASSERT_NE(answer.status, 500) << answer.body.dump();
        if (answer.status != 201) {
            ++refused_;
            ASSERT_EQ(answer.code(), "stock_insufficient") << answer.body.dump();
            return;
        }
        ++booked_;
        documents_.push_back(answer.text("document"));
    }
    /// A delivery at a price of its own.
    void receive(const std::string& material, const std::string& amount, const std::string& location) {
        const std::string price = std::to_string(random_.below(90)) + "." + std::to_string(1000 + random_.below(9000));
        const std::string number =
            erp_.post("/api/purchase-orders",
                      R"({"companyCode":"1000","vendor":"V-200","currency":"EUR","items":[{"deliveryDate":"2026-12-01",
                "price":")" +
                          price + "\"," + quantity(material, amount, "PC", location) + "}]}")
                .text("document");
        ASSERT_EQ(erp_.post("/api/purchase-orders/" + number + "/send", "{}").status, 200);
        keep(
            erp_.post("/api/goods-receipts", posting(R"("purchaseOrder":")" + number + R"(","item":"10","unit":"PC",)" +
                                                     R"("quantity":")" + amount + "\"")));
    }
    void move(const std::string& material, const std::string& amount, const std::string& location) {
        const std::uint64_t kind = random_.below(3);
        if (kind == 0)
            return keep(erp_.post("/api/stock-movements", posting(R"("kind":"transfer","toStorageLocation":")" +
                                                                  std::string(location == "MAIN" ? "LINE" : "MAIN") +
                                                                  "\"," + quantity(material, amount, "PC", location))));
        if (kind == 1)
            return keep(erp_.post("/api/stock-movements", posting(R"("kind":"scrap","costCenter":"CC-100",)" +
                                                                  quantity(material, amount, "PC", location))));
        const std::string sign = random_.below(2) == 0 ? "-" : "";
        keep(erp_.post("/api/stock-movements",
                       posting(R"("kind":"count_difference",)" + quantity(material, sign + amount, "PC", location))));
    }
    void take_back() {
        if (documents_.empty()) return;
        const std::size_t index = random_.below(documents_.size());
        const std::string result = reverse(erp_, documents_[index]);
        if (result == "stock_insufficient") {
            ++refused_;
            return;
        }
        ASSERT_FALSE(result.empty() || result.front() < '0' || result.front() > '9') << result;
        documents_.erase(documents_.begin() + static_cast<std::ptrdiff_t>(index));
        ++reversed_;
    }

    DemoErp erp_;
    SeededRandom random_;
    std::vector<std::string> materials_{"P-2001", "P-2002", "P-2006", "P-2014", "P-2043"};
    std::vector<std::string> documents_;
    int booked_ = 0, reversed_ = 0, refused_ = 0;
};

TEST(Valuation, LedgerEqualsStockUnderRandomMovements) {
    for (const std::uint64_t seed : {1, 2, 3}) {
        Life life(seed);
        for (int count = 0; count < 300 && !::testing::Test::HasFatalFailure(); ++count) {
            life.step();
            if (count % 50 == 49) life.check();
        }
        ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "seed " << seed;
        EXPECT_GT(life.booked(), 100);
        EXPECT_GT(life.reversed(), 20);
        EXPECT_GT(life.refused(), 5);
    }
}

}  // namespace
}  // namespace tieline::sandbox::erp::test
