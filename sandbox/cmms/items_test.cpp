// Parts, storerooms, stock beside the ERP's, and mirrored masters: repeats change nothing, older ones are ignored.

#include "sandbox/cmms/test_parts.h"

#include "sandbox/cmms/quantities.h"

namespace tieline::sandbox::cmms {
namespace {

struct BadPut {
    const char* path;
    const char* body;
    int status;
    const char* code;
    const char* field;
};

class RefusedPuts : public testing::TestWithParam<BadPut> {};

TEST_P(RefusedPuts, NameTheFieldAndTheRule) {
    PartsPlant plant;
    const BadPut& bad = GetParam();
    const auto answer = plant.ask("PUT", bad.path, bad.body);
    EXPECT_EQ(answer.status, bad.status) << answer.body.dump();
    EXPECT_EQ(answer.code(), bad.code) << answer.body.dump();
    EXPECT_EQ(answer.field(), bad.field);
    EXPECT_FALSE(answer.body.text_or("message").empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedPuts,
    testing::Values(
        BadPut{"/api/items/A", R"({"description":"x"})", 422, "missing_field", "uom"},
        BadPut{"/api/items/A", R"({"uom":"PC","colour":1})", 422, "unknown_field", "colour"},
        BadPut{"/api/items/A", R"({"uom":"PC","decimals":4})", 422, "bad_number", "decimals"},
        BadPut{"/api/items/A", R"({"uom":"PC","itemnum":"B"})", 422, "wrong_key", "itemnum"},
        BadPut{"/api/items/A%20B", R"({"uom":"PC"})", 422, "bad_code", "itemnum"},
        BadPut{"/api/items/A", R"({"uom":"PC","alternative_units":[{"unit":"PC","numerator":1,"denominator":1}]})", 422,
               "duplicate_unit", "alternative_units[0].unit"},
        BadPut{"/api/items/A", R"({"uom":"PC","alternative_units":[{"unit":"BOX","numerator":0,"denominator":1}]})",
               422, "bad_factor", "alternative_units[0].numerator"},
        BadPut{"/api/items/A", R"({"uom":"PC","kit":[{"item":"SEAL-8","quantity":1}]})", 422, "unknown_item",
               "kit[0].item"},
        BadPut{"/api/items/A", R"({"uom":"PC","kit":[{"item":"KIT-1","quantity":1}]})", 422, "nested_kit",
               "kit[0].item"},
        BadPut{"/api/items/A", R"({"uom":"PC","kit":[{"item":"SEAL-9","quantity":"0.5"}]})", 422, "fraction_of_unit",
               "kit[0].quantity"},
        BadPut{"/api/items/A", R"({"uom":"PC","substitutes":["A"]})", 422, "duplicate_item", "substitutes[0]"},
        BadPut{"/api/items/A", R"({"uom":"L","decimals":3,"serial_tracked":true})", 422, "bad_number", "decimals"},
        BadPut{"/api/items/SEAL-9", R"({"uom":"M"})", 409, "unit_in_use", "uom"},
        BadPut{"/api/storerooms/A", R"({"negative_balance":"no"})", 422, "wrong_type", "negative_balance"},
        BadPut{"/api/persons/P-1", R"({"craft":"MECH"})", 422, "missing_field", "name"},
        BadPut{"/api/persons/P-1", R"({"name":"x","valid_from":"2026-02-30"})", 422, "bad_date", "valid_from"},
        BadPut{"/api/persons/P-1", R"({"name":"x","valid_from":"2026-02-02","valid_to":"2026-02-01"})", 422, "bad_date",
               "valid_to"},
        BadPut{"/api/persons/P-1", R"({"name":"x","rates":[{"craft":"M","rate":1,"valid_from":"2026-01-01"},
{"craft":"M","rate":2,"valid_from":"2026-01-01"}]})",
               422, "duplicate_rate", "rates[1].valid_from"},
        BadPut{"/api/vendors/V-1", R"({"name":"x","currency":"EUX"})", 422, "unknown_currency", "currency"},
        BadPut{"/api/codes/colour/RED", R"({})", 404, "unknown_kind", ""},
        BadPut{"/api/codes/cost_center/CC-1", R"({"as_of_change":-1})", 422, "bad_number", "as_of_change"},
        BadPut{"/api/inventory/MAIN/SEAL-9/erp", R"({"on_hand":1,"reserved":0,"on_order":0})", 422, "missing_field",
               "as_of_change"},
        BadPut{"/api/inventory/MAIN/SEAL-9/erp", R"({"on_hand":1,"reserved":-1,"on_order":0,"as_of_change":1})", 422,
               "negative_reserved", "reserved"},
        BadPut{"/api/inventory/MAIM/SEAL-9/erp", R"({})", 422, "unknown_storeroom", "storeroom"}));

TEST(Masters, RepeatsChangeNothingAndOlderOnesAreIgnored) {
    PartsPlant plant;
    for (const char* path : {"/api/items/X-1", "/api/storerooms/X-1", "/api/persons/X-1", "/api/vendors/X-1",
                             "/api/codes/cost_center/X-1", "/api/assets/X-1"}) {
        const std::string kind(path);
        const std::string rest = kind.find("items") != kind.npos     ? R"("uom":"PC",)"
                                 : kind.find("persons") != kind.npos ? R"("name":"Ann","craft":"MECH",)"
                                 : kind.find("vendors") != kind.npos ? R"("name":"Ann",)"
                                 : kind.find("assets") != kind.npos
                                     ? R"("company":"1000","plant":"P","cost_center":"CC-1",)"
                                     : "";
        const auto body = [&rest](const std::string& active, int as_of) {
            return "{" + rest + R"("active":)" + active + R"(,"as_of_change":)" + std::to_string(as_of) + "}";
        };
        const Json first = plant.good("PUT", path, body("true", 10));
        EXPECT_EQ(first.int_or("version", 0), 1) << path;
        const Json again = plant.good("PUT", path, body("true", 10));
        EXPECT_EQ(again, first) << path;
        const Json older = plant.good("PUT", path, body("false", 9));
        EXPECT_TRUE(older.bool_or("ignored", false)) << path;
        const Json kept = plant.get(path).body;
        EXPECT_TRUE(kept.bool_or("active", false)) << path;
        EXPECT_EQ(kept.find("ignored"), nullptr) << path;
        const Json newer = plant.good("PUT", path, body("false", 11));
        EXPECT_EQ(newer.int_or("version", 0), 2) << path;
        EXPECT_GT(newer.int_or("change", 0), first.int_or("change", 0)) << path;
        EXPECT_EQ(plant.get(path).body, newer) << path;
    }
}

TEST(Masters, AreListedOnceAtTheirLastChange) {
    PartsPlant plant;
    plant.good("PUT", "/api/persons/P-1", R"({"name":"Ann","rates":[{"craft":"MECH","rate":"62.50",
"valid_from":"2026-01-01","valid_to":"2026-06-30"},{"craft":"MECH","rate":"64.00","valid_from":"2026-07-01"}]})");
    plant.good("PUT", "/api/persons/P-2", R"({"name":"Bob"})");
    plant.good("PUT", "/api/persons/P-1", R"({"name":"Anna"})");
    const Json page = plant.get("/api/persons?limit=1").body;
    EXPECT_TRUE(page.bool_or("more", false));
    EXPECT_EQ(page.find("items")->items()[0].text_or("person"), "P-2");
    const Json rest = plant.get("/api/persons?after_change=" + token_of(page, "next_change")).body;
    ASSERT_EQ(rest.find("items")->items().size(), 1U);
    EXPECT_EQ(rest.find("items")->items()[0].text_or("name"), "Anna");
    EXPECT_FALSE(rest.bool_or("more", true));
    EXPECT_EQ(plant.get("/api/persons?colour=red").code(), "unknown_parameter");
    EXPECT_EQ(plant.get("/api/persons/P-9").code(), "unknown_person");
    EXPECT_EQ(plant.get("/api/codes/cost_center").body.find("items")->items().size(), 0U);
}

TEST(Inventory, ShowsTheErpsFiguresBesideItsOwn) {
    PartsPlant plant;
    const std::string path = "/api/inventory/MAIN/SEAL-9";
    EXPECT_TRUE(plant.get(path).body.find("difference")->is_null());
    const std::string body =
        R"({"on_hand":"47","reserved":"3","on_order":"100","next_receipt":"2026-12-01",
"as_of_change":7,"reference":"R1"})";
    const Json first = plant.good("PUT", path + "/erp", body);
    EXPECT_EQ(token_of(first, "balance"), "50");
    EXPECT_EQ(token_of(first, "difference"), "3");
    EXPECT_EQ(plant.good("PUT", path + "/erp", body), first);
    const Json older =
        plant.good("PUT", path + "/erp", R"({"on_hand":"1","reserved":"0","on_order":"0","as_of_change":6})");
    EXPECT_TRUE(older.bool_or("ignored", false));
    EXPECT_EQ(plant.get(path).body, first);
    EXPECT_EQ(plant.get("/api/inventory?only_different=true").body.find("items")->items().size(), 1U);
    plant.good("POST", path + "/count", R"({"quantity":"47","note":"three were in the wrong bin"})");
    const Json counted = plant.get(path).body;
    EXPECT_EQ(token_of(counted, "difference"), "0");
    EXPECT_EQ(token_of(*counted.find("last_count"), "before"), "50");
    EXPECT_EQ(plant.get("/api/inventory?only_different=true").body.find("items")->items().size(), 0U);
    EXPECT_EQ(plant.post(path + "/count", R"({"quantity":"1"})").code(), "missing_field");
    EXPECT_EQ(plant.get("/api/inventory/MAIN/SEAL-8").code(), "unknown_inventory");
}

TEST(Inventory, PagesByKeyAndByChange) {
    PartsPlant plant;
    std::vector<std::string> keys;
    std::string after;
    for (bool more = true; more;) {
        const Json page = plant.get("/api/inventory?limit=2&after=" + after).body;
        for (const Json& row : page.find("items")->items()) keys.push_back(row.text_or("item"));
        after = page.text_or("next_after");
        more = page.bool_or("more", false);
        ASSERT_LE(keys.size(), 5U);
    }
    EXPECT_EQ(keys, (std::vector<std::string>{"DRIVE-1", "HOSE-3", "OIL-46", "SEAL-9", "SEAL-9B"}));
    const Json all = plant.get("/api/inventory?after_change=0").body;
    EXPECT_EQ(all.find("items")->items()[0].text_or("item"), "SEAL-9");
    plant.good("POST", "/api/inventory/MAIN/SEAL-9/count", R"({"quantity":"1","uom":"BOX","note":"n"})");
    const Json rest = plant.get("/api/inventory?after_change=" + token_of(all, "next_change")).body;
    ASSERT_EQ(rest.find("items")->items().size(), 1U);
    EXPECT_EQ(token_of(rest.find("items")->items()[0], "balance"), "100");
    EXPECT_EQ(plant.get("/api/inventory?after=MAIN").code(), "bad_cursor");
}

TEST(Quantities, AreConvertedExactlyOrRefused) {
    PartsPlant plant;
    const Json hose = plant.get("/api/items/HOSE-3").body, seal = plant.get("/api/items/SEAL-9").body;
    const auto base = [](const Json& item, const char* quantity, const char* uom) {
        const Outcome<Amount> amount = amount_of(item, *Decimal::parse(quantity), uom, "");
        return amount ? amount->base.str() : amount.error().code;
    };
    EXPECT_EQ(base(hose, "1250", "MM"), "1.250");
    EXPECT_EQ(base(hose, "0.5", "MM"), "fraction_of_unit");
    EXPECT_EQ(base(hose, "6", "ROLL"), "5.000");
    EXPECT_EQ(base(hose, "1", "ROLL"), "fraction_of_unit");  // 0.8333...
    EXPECT_EQ(base(hose, "1", "FT"), "unknown_uom");
    EXPECT_EQ(base(seal, "0.5", "BOX"), "50");
    EXPECT_EQ(base(seal, "0.005", "BOX"), "fraction_of_unit");
    EXPECT_EQ(base(seal, "999999999", "BOX"), "99999999900");
    EXPECT_EQ(base(seal, "2.0", ""), "2");
    EXPECT_EQ(from_unscaled(-1'234'567, 3).str(), "-1234.567");
    EXPECT_EQ(from_unscaled(5, 3).str(), "0.005");
    EXPECT_EQ(day_text(day_of("2024-02-28") + 2), "2024-03-01");
    EXPECT_EQ(ratio(1, 32), "0.0312");  // 0.03125 to the even digit
    EXPECT_EQ(ratio(3, 32), "0.0938");
    EXPECT_EQ(ratio(2, 3), "0.6667");
}

TEST(Suggestions, AreAnsweredByTheHub) {
    PartsPlant plant;
    const std::string body = R"({"item":"SEAL-9","storeroom":"MAIN","quantity":"2","uom":"BOX","reason":"runs low",
"by":"P-014","client_ref":"phone-1/7"})";
    const auto made = plant.post("/api/reorder-suggestions", body);
    ASSERT_EQ(made.status, 201) << made.body.dump();
    EXPECT_EQ(made.body.text_or("suggestion"), "RS-000001");
    EXPECT_EQ(token_of(made.body, "base_quantity"), "200");
    const auto again = plant.post("/api/reorder-suggestions", body);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, made.body);
    const std::string link = R"({"requisition":"10000007","status":"REQUESTED","reference":"0123456789ABCDEF"})";
    const Json linked = plant.good("PUT", "/api/reorder-suggestions/RS-000001/erp-link", link);
    EXPECT_EQ(linked.text_or("status"), "REQUESTED");
    EXPECT_EQ(plant.good("PUT", "/api/reorder-suggestions/RS-000001/erp-link", link), linked);
    EXPECT_EQ(plant.get("/api/reorder-suggestions?status=OPEN").body.find("items")->items().size(), 0U);
    EXPECT_EQ(plant.get("/api/reorder-suggestions?erp_reference=0123456789ABCDEF").body.find("items")->items().size(),
              1U);
    const auto wrong = plant.post("/api/reorder-suggestions", R"({"item":"SEAL-8","storeroom":"MAIN","quantity":1})");
    EXPECT_EQ(wrong.code(), "unknown_item");
    EXPECT_EQ(wrong.body.text_or("did_you_mean"), "SEAL-9");
    EXPECT_EQ(plant.ask("PUT", "/api/reorder-suggestions/RS-000001/erp-link", R"({"status":"DONE"})").code(),
              "unknown_value");
}

}  // namespace
}  // namespace tieline::sandbox::cmms
