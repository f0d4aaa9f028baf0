// Typed values: there and back without a digit lost.

#include "connectors/jsonrpc/jsonrpc.h"

#include <gtest/gtest.h>

namespace tieline::connectors::jsonrpc {
namespace {

std::string of_float(const char* token, int digits) {
    const Result<Decimal> read = decimal_of_float(Json::number(token), digits);
    return read ? read->str() : read.error().code;
}

TEST(Typed, ValuesAreWrittenAsTheServerReadsThem) {
    EXPECT_EQ(decimal_value("12.50").dump(), R"({"__class__":"Decimal","decimal":"12.50"})");
    EXPECT_EQ(date_value("2026-11-05").dump(), R"({"__class__":"date","year":2026,"month":11,"day":5})");
    EXPECT_EQ(datetime_value("2026-11-26T04:12:13.000088").dump(),
              R"({"__class__":"datetime","year":2026,"month":11,"day":26,"hour":4,"minute":12,"second":13,)"
              R"("microsecond":88})");
    EXPECT_EQ(float_value(*Decimal::parse("2.50")).dump(), "2.50");
}

TEST(Typed, AnswersLoseTheirTypesAndNothingElse) {
    const Json answer = *Json::parse(
        R"([{"id":7,"amount":{"__class__":"Decimal","decimal":"0.10"},"on":{"__class__":"date","year":2026,"month":3,)"
        R"("day":9},"at":{"__class__":"datetime","year":2026,"month":3,"day":9,"hour":1,"minute":2,"second":3,)"
        R"("microsecond":4},"lead":{"__class__":"timedelta","seconds":432000.0},"unit":4,"unit.":{"symbol":"u"},)"
        R"("none":null}])");
    EXPECT_EQ(plain(answer).dump(),
              R"([{"id":7,"amount":"0.10","on":"2026-03-09","at":"2026-03-09T01:02:03.000004","lead":"432000",)"
              R"("unit":{"symbol":"u"},"none":null}])");
}

TEST(Typed, FloatsBecomeTheQuantityThatWasMeant) {
    EXPECT_EQ(of_float("2.0", 0), "2");
    EXPECT_EQ(of_float("0.30000000000000004", 3), "0.3");
    EXPECT_EQ(of_float("-1988.0", 0), "-1988");
    EXPECT_EQ(of_float("1e-05", 5), "0.00001");
    EXPECT_EQ(of_float("1.5e+3", 2), "1500");
    EXPECT_EQ(of_float("1e+16", 0), "10000000000000000");
    EXPECT_EQ(of_float("4.9e-324", 3), "0");
    EXPECT_EQ(of_float("1e+300", 0), "bad_decimal");
    EXPECT_EQ(decimal_of_float(Json("2"), 0).error().code, "bad_decimal");
}

}  // namespace
}  // namespace tieline::connectors::jsonrpc
