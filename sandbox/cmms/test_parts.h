#pragma once
// For tests: the demo plant with a few parts and two storerooms; HALL-1 allows a negative balance, MAIN does not.

#include "sandbox/cmms/test_plant.h"

namespace tieline::sandbox::cmms {

class PartsPlant : public TestPlant {
public:
    explicit PartsPlant(const std::string& path = ":memory:") : TestPlant(path) {
        good("PUT", "/api/storerooms/MAIN", R"({"description":"Main","plant":"PLANT1","negative_balance":false})");
        good("PUT", "/api/storerooms/HALL-1", R"({"description":"Hall 1","negative_balance":true})");
        good("PUT", "/api/items/SEAL-9", R"({"description":"Seal 9 mm","uom":"PC","unit_cost":"12.50",
"alternative_units":[{"unit":"BOX","numerator":"100","denominator":"1"}],"substitutes":["SEAL-9B"]})");
        good("PUT", "/api/items/SEAL-9B", R"({"uom":"PC","unit_cost":"13.00"})");
        good("PUT", "/api/items/HOSE-3", R"({"uom":"M","decimals":3,"unit_cost":"4.20",
"alternative_units":[{"unit":"MM","numerator":"1","denominator":"1000"},
{"unit":"ROLL","numerator":"2.5","denominator":"3"}]})");
        good("PUT", "/api/items/DRIVE-1", R"({"uom":"PC","unit_cost":"999.99","serial_tracked":true})");
        good("PUT", "/api/items/OIL-46", R"({"uom":"L","decimals":3,"unit_cost":"7.1","lot_tracked":true})");
        good("PUT", "/api/items/KIT-1", R"({"uom":"PC","kit":[{"item":"SEAL-9","quantity":"2"},
{"item":"HOSE-3","quantity":"1.25"}]})");
        for (const char* item : {"SEAL-9", "SEAL-9B", "HOSE-3", "DRIVE-1", "OIL-46"}) {
            good("POST", std::string("/api/inventory/MAIN/") + item + "/count", R"({"quantity":50,"note":"opening"})");
        }
    }

    Json good(const std::string& method, const std::string& path, const std::string& body = {}) {
        Answer answer = ask(method, path, body);
        EXPECT_TRUE(answer.status == 200 || answer.status == 201) << method << " " << path << " " << answer.body.dump();
        return std::move(answer.body);
    }
    /// An order in RELEASED.
    std::string released(const std::string& members = {}) {
        const std::string number = make(members);
        move_to(number, {"APPR", "RELEASED"});
        return number;
    }
    Answer book(const std::string& type, const std::string& number, const std::string& item,
                const std::string& quantity, const std::string& members = {}) {
        return post("/api/part-transactions", R"({"type":")" + type + R"(","wonum":")" + number + R"(","item":")" +
                                                  item + R"(","quantity":)" + quantity + R"(,"storeroom":"MAIN")" +
                                                  members + "}");
    }
    std::string balance(const std::string& item, const std::string& storeroom = "MAIN") {
        return get("/api/inventory/" + storeroom + "/" + item).body.find("balance")->number_token();
    }
    Json order(const std::string& number) { return get("/api/workorders/" + number).body; }
};

inline std::string token_of(const Json& object, std::string_view key) {
    const Json* value = object.find(key);
    return value != nullptr && value->is_number() ? value->number_token() : "no number";
}

}  // namespace tieline::sandbox::cmms
