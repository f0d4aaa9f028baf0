// The connector of the sandbox CMMS and its peer in this process.

#include "base/hash.h"
#include "connectors/sandbox_cmms/spec.h"
#include "contract/connector_catalog.h"
#include "sandbox/cmms/test_plant.h"

#include <unistd.h>
#include <filesystem>
#include <fstream>

namespace tieline::contract {
namespace {

constexpr std::string_view base_url = "http://cmms.test";
constexpr const char* photo_id = "0198c0de-0000-7000-8000-000000000001";
constexpr std::string_view photo_bytes = "\xff\xd8\xff\xe0 a picture";

/// Where the connector finds technicians' pictures.
std::string photos_folder() {
    return (std::filesystem::temp_directory_path() / ("tieline_contract_photos_" + std::to_string(getpid()))).string();
}

/// What technicians do goes to one place of the CMMS.
bool is_deed(const std::string& kind) {
    for (const char* noun :
         {"job.", "labor.", "step.", "part.", "note.", "photo.", "signature.", "failure.", "reading.", "request."}) {
        if (kind.starts_with(noun)) return true;
    }
    return false;
}

class CmmsWorld final : public World {
public:
    CmmsWorld() {
        put("/api/items/SEAL-9", R"({"description":"Seal","uom":"PC","decimals":0,"unit_cost":"12.80"})");
        put("/api/persons/P17", R"({"name":"Tom","craft":"MECH","rates":[
            {"craft":"MECH","rate":"40.00","currency":"EUR","valid_from":"2026-01-01"}]})");
        std::filesystem::create_directories(photos_folder());
        std::ofstream(photos_folder() + "/" + photo_id) << photo_bytes;
        put("/api/storerooms/MAIN", R"({"description":"Main","plant":"PLANT1","negative_balance":true})");
    }
    Result<net::HttpResponse> answer(const net::HttpRequest& request) override {
        EXPECT_TRUE(request.url.starts_with(base_url)) << request.url;
        net::HttpRequest local = request;
        local.url.erase(0, base_url.size());
        return plant_.cmms.handle(local, plant_.now);
    }
    model::Command sample(const std::string& kind) override {
        const std::string number = std::to_string(++samples_);
        model::Command command;
        command.key = "7ZQK9M2P4R6T" + std::string(4 - std::min<std::size_t>(4, number.size()), '0') + number;
        command.order_key = command.key;
        command.connector = "cmms";
        command.kind = kind;
        command.noun = "link";
        Json payload = Json::object({{"reference", command.key}, {"as_of", samples_}});
        if (is_deed(kind)) {
            fill_deed(kind, command.key, number, payload);
        } else {
            fill(kind, number, payload);
        }
        command.payload = payload.dump();
        return command;
    }
    /// Counts the command's key where the object of the command keeps it.
    std::size_t effects(const model::Command& command) override {
        std::size_t count = 0;
        for (const std::string& path : written_) {
            const std::string body = plant_.get(path).body.dump();
            for (std::size_t at = body.find("\"" + command.key + "\""); at != std::string::npos;
                 at = body.find("\"" + command.key + "\"", at + 1)) {
                ++count;
            }
        }
        return count;
    }
    std::string state() override {
        std::string text;
        for (const char* path : {"workorders", "part-transactions", "reorder-suggestions", "inventory", "items",
                                 "storerooms", "vendors", "persons", "codes/cost_center", "assets"}) {
            text += plant_.get("/api/" + std::string(path) + "?after_change=0&limit=500").body.dump();
        }
        return text;
    }
    /// Work orders, reorder suggestions and part transactions by turns; a transaction brings its order and the stock.
    std::vector<std::string> make_objects(std::size_t count) override {
        std::vector<std::string> names;
        bool is_stock_moved = false;
        for (std::size_t made = 0; made < count; ++made) {
            if (made % 3 == 1) {
                names.push_back("suggestion:" + suggest());
                continue;
            }
            names.push_back(plant_.make());
            if (made % 3 == 0) continue;
            names.push_back("part_transaction:" + issue(names.back()));
            is_stock_moved = true;
        }
        if (is_stock_moved) names.emplace_back("inventory:MAIN/SEAL-9");
        return names;
    }
    bool writes(const net::HttpRequest& request) const override {
        return request.method != "GET" && request.url.find("/api/uploads/") == std::string::npos;
    }
    WallTime now() const override { return plant_.now; }

private:
    void put(const std::string& path, const std::string& body) {
        const auto answer = plant_.ask("PUT", path, body);
        EXPECT_LT(answer.status, 300) << answer.body.dump();
    }
    std::string suggest() {
        return plant_.post("/api/reorder-suggestions", R"({"item":"SEAL-9","storeroom":"MAIN","quantity":1})")
            .body.text_or("suggestion");
    }
    std::string issue(const std::string& order) {
        if (plant_.get("/api/workorders/" + order).body.text_or("status") == "REQ") {
            plant_.move_to(order, {"APPR", "RELEASED"});
        }
        return plant_
            .post("/api/part-transactions", R"({"type":"ISSUE","item":"SEAL-9","storeroom":"MAIN","quantity":1,)"
                                            R"("wonum":")" +
                                                order + "\"}")
            .body.text_or("transaction");
    }
    void fill(const std::string& kind, const std::string& number, Json& payload) {
        const auto set = [&](std::initializer_list<Json::Member> members) {
            for (const auto& [name, value] : members) payload.set(name, value);
        };
        const std::string code = "C-" + number;
        if (kind.starts_with("workorder.")) {
            const std::string order = plant_.make();
            written_.push_back("/api/workorders/" + order);
            set({{"work_order", order}, {"erp_order", "80000" + number}, {"state", "none"}});
        } else if (kind == "part_transaction.link") {
            const std::string transaction = issue(plant_.make());
            written_.push_back("/api/part-transactions/" + transaction);
            set({{"transaction", transaction}, {"erp_document", "49000" + number}, {"status", "booked"}});
        } else if (kind == "suggestion.link") {
            const std::string suggestion = suggest();
            written_.push_back("/api/reorder-suggestions/" + suggestion);
            set({{"suggestion", suggestion}, {"requisition", "30" + number}, {"status", "REQUESTED"}});
        } else if (kind == "inventory.mirror") {
            put("/api/items/" + code, R"({"description":"x","uom":"PC","decimals":0})");
            written_.push_back("/api/inventory/MAIN/" + code);
            set({{"part", code}, {"storeroom", "MAIN"}, {"on_hand", number}, {"reserved", "0"}, {"on_order", "0"}});
        } else {
            fill_master(kind, code, payload);
        }
    }
    /// Every member that any of the kinds needs; each takes its own.
    void fill_deed(const std::string& kind, const std::string& key, const std::string& number, Json& payload) {
        const std::string order = plant_.make(R"(,"checklist":[{"text":"Torque","type":"NUMBER"}])");
        plant_.move_to(order, {"APPR", "RELEASED", "INPRG"});
        if (kind == "part.return") issue(order);
        const std::initializer_list<Json::Member> members = {{"work_order", order},
                                                             {"person", "P17"},
                                                             {"at", "2026-11-24T03:10:00.000Z"},
                                                             {"hours", "1.5"},
                                                             {"step", 1},
                                                             {"value", "5"},
                                                             {"part", "SEAL-9"},
                                                             {"quantity", "1"},
                                                             {"storeroom", "MAIN"},
                                                             {"text", "as found"},
                                                             {"name", "Tom"},
                                                             {"mode", "ELP"},
                                                             {"mechanism", "1.1"},
                                                             {"cause", "wear"},
                                                             {"meter", "M-" + number},
                                                             {"asset", "PUMP-01"},
                                                             {"title", "It leaks"},
                                                             {"photo", photo_id},
                                                             {"type", "image/jpeg"},
                                                             {"bytes", static_cast<std::int64_t>(photo_bytes.size())},
                                                             {"sha256", hex(sha256(photo_bytes))}};
        for (const auto& [name, value] : members) payload.set(name, value);
        written_.push_back(kind.starts_with("part.")  ? "/api/part-transactions?client_ref=" + key
                           : kind == "request.create" ? "/api/workorders?external_ref=" + key
                                                      : "/api/field-actions/" + key);
    }
    void fill_master(const std::string& kind, const std::string& code, Json& payload) {
        payload.set("name", "Name of " + code);
        if (kind == "item.put") {
            payload.set("part", code);
            payload.set("unit", "PC");
            written_.push_back("/api/items/" + code);
        } else if (kind == "storeroom.put") {
            payload.set("storeroom", code);
            payload.set("plant", "PLANT1");
            written_.push_back("/api/storerooms/" + code);
        } else if (kind == "person.put") {
            payload.set("person", code);
            written_.push_back("/api/persons/" + code);
        } else {
            payload.set("code", code);
            payload.set("kind", "cost_center");
            payload.set("company_code", "1000");
            payload.set("plant", "PLANT1");
            payload.set("cost_center", "CC-100");
            const char* path = kind == "vendor.put"  ? "/api/vendors/"
                               : kind == "asset.put" ? "/api/assets/"
                                                     : "/api/codes/cost_center/";
            written_.push_back(path + code);
        }
    }

    sandbox::cmms::TestPlant plant_;
    std::vector<std::string> written_;  ///< addresses of what the samples write
    int samples_ = 0;
};

}  // namespace

ConnectorUnderTest sandbox_cmms_under_test() {
    ConnectorUnderTest subject;
    subject.name = "sandbox_cmms";
    subject.spec = connectors::sandbox_cmms::spec();
    subject.settings.name = "cmms";
    subject.settings.values = {{"url", std::string(base_url)},
                               {"token", "token"},
                               {"site", "plant1"},
                               {"webhook_secret", "0123456789abcdef"},
                               {"photos_folder", photos_folder()}};
    subject.world = [] { return std::make_unique<CmmsWorld>(); };
    return subject;
}

}  // namespace tieline::contract
