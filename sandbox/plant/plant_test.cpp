// A life in the plant, against the CMMS and the ERP in this process.

#include "sandbox/cmms/cmms.h"
#include "sandbox/erp/erp.h"
#include "sandbox/plant/plant_io.h"

#include <gtest/gtest.h>

#include <map>

namespace tieline::sandbox::plant {
namespace {

struct World {
    explicit World(std::uint64_t seed, bool with_erp = true, bool with_parts = false) : erp(":memory:", erp_options()) {
        cmms.seed_demo(now);
        Site site{"http://cmms", "sandbox", with_erp ? "http://erp" : "", "sandbox"};
        plant = std::make_unique<LivingPlant>(
            site, PlantLife({seed, with_erp, 8}), [this](const net::HttpRequest& wire) { return answer(wire); },
            with_parts ? std::make_unique<PartsLife>(seed) : nullptr);
    }
    static erp::ErpOptions erp_options() {
        erp::ErpOptions options;
        options.demo = true;
        return options;
    }

    Result<net::HttpResponse> answer(const net::HttpRequest& wire) {
        net::HttpRequest request = wire;
        const bool to_cmms = request.url.starts_with("http://cmms");
        if (!to_cmms && !erp_answers) return make_error(ErrorKind::transient, "nobody listens");
        request.url = request.url.substr(to_cmms ? 11 : 10);
        net::HttpResponse response = to_cmms ? cmms.handle(request, now) : erp.handle(request, now);
        if (response.status == 0) return make_error(ErrorKind::unknown_outcome, "the answer was lost");
        return response;
    }
    std::string live(int steps) {
        std::string lines;
        for (int count = 0; count < steps; ++count) {
            lines += plant->step(now) + "\n";
            now += Millis{60'000};
        }
        return lines;
    }
    Json ask_cmms(const std::string& method, const std::string& path, const std::string& body = {}) {
        net::HttpRequest request;
        request.method = method;
        request.url = path;
        request.body = body;
        request.headers = {{"Authorization", "Bearer sandbox"}};
        const Result<Json> parsed = Json::parse(cmms.handle(request, now).body, JsonLimits{8 << 20, 64, 2'000'000});
        return parsed ? *parsed : Json();
    }

    WallTime now = *parse_time("2026-11-24T03:16:49.120Z");
    bool erp_answers = true;
    cmms::Cmms cmms{":memory:"};
    erp::Erp erp;
    std::unique_ptr<LivingPlant> plant;
};

TEST(LivingPlant, DoesEverythingThatPeopleDoAndNothingIsRefused) {
    World world(1);
    const std::string lines = world.live(4'000);
    EXPECT_EQ(world.plant->refused(), 0U) << lines.substr(lines.find("failed") - 200, 500);
    for (const char* seen :
         {"new request", "approved", "released", "work begins", " h MECH", " x P-", "contractor", "by purchase order",
          "lifting platform", "work is done", "checked and closed", "reopened", "corrected", "cancelled", "invoice"}) {
        EXPECT_NE(lines.find(seen), std::string::npos) << seen;
    }
    std::map<std::string, int> statuses;
    const Json list = world.ask_cmms("GET", "/api/workorders?limit=500");
    for (const Json& order : list.find("items")->items()) ++statuses[order.text_or("status")];
    EXPECT_GT(statuses["CLOSED"], 50);
    EXPECT_LE(statuses["REQ"] + statuses["APPR"] + statuses["RELEASED"] + statuses["INPRG"] + statuses["REOPEN"], 10);
}

TEST(LivingPlant, TheSameSeedIsTheSameLife) {
    EXPECT_EQ(World(7).live(300), World(7).live(300));
    EXPECT_NE(World(7).live(300), World(8).live(300));
}

TEST(LivingPlant, PartsAreTakenAndWhatIsAskedForIsBoughtAndDelivered) {
    World world(11, true, true);
    world.ask_cmms("PUT", "/api/items/P-2011", R"({"description":"V-belt","uom":"PC","active":true})");
    world.ask_cmms("PUT", "/api/inventory/MAIN/P-2011/erp",
                   R"({"on_hand":20,"reserved":0,"on_order":0,"as_of_change":1})");
    net::HttpRequest request;
    request.method = "POST";
    request.url = "/api/requisitions";
    request.headers = {{"Authorization", "Bearer sandbox"}};
    request.body =
        R"({"companyCode":"1000","material":"P-2011","quantity":"40","unit":"PC","deliveryDate":"2026-12-01",)"
        R"("storageLocation":"MAIN","vendor":"V-203"})";
    ASSERT_EQ(world.erp.handle(request, world.now).status, 201);
    const std::string lines = world.live(600);
    for (const char* seen : {"MAIN/P-2011: 20 counted", "x P-2011 taken", "approved by", "ordered",
                             "sent to its vendor", "vendor confirms", "x P-2011 delivered"}) {
        EXPECT_NE(lines.find(seen), std::string::npos) << seen;
    }
    EXPECT_EQ(world.plant->refused(), 0U) << lines.substr(std::max<std::size_t>(lines.find("failed"), 300) - 300, 500);
    EXPECT_NE(world.ask_cmms("GET", "/api/part-transactions?limit=1").find("items")->items().size(), 0U);
}

TEST(LivingPlant, WithoutAnErpNothingIsInvoiced) {
    World world(3, false);
    const std::string lines = world.live(1'000);
    EXPECT_EQ(lines.find("invoice"), std::string::npos);
    EXPECT_EQ(lines.find("purchase order"), std::string::npos);
    EXPECT_EQ(world.plant->refused(), 0U);
}

TEST(LivingPlant, GoesOnAfterTrouble) {
    World world(5);
    world.live(200);
    world.ask_cmms("POST", "/admin/faults", R"({"seed":2,"rules":[{"fault":"drop_after","percent":"20"},
{"fault":"error_before","percent":"20"}]})");
    world.live(300);
    EXPECT_GT(world.plant->refused(), 50U);
    world.ask_cmms("POST", "/admin/faults", R"({"rules":[]})");
    const std::uint64_t before = world.plant->refused();
    world.live(500);
    EXPECT_EQ(world.plant->refused(), before);
}

TEST(LivingPlant, WorkGoesOnWhileTheErpIsAway) {
    World world(1);
    world.erp_answers = false;
    const std::string lines = world.live(2'000);
    EXPECT_GT(world.plant->refused(), 0U);
    EXPECT_GT(world.plant->done(), 4 * world.plant->refused());
    world.erp_answers = true;
    world.live(30);
    const std::uint64_t before = world.plant->refused();
    EXPECT_NE(world.live(500).find("sends invoice"), std::string::npos);
    EXPECT_EQ(world.plant->refused(), before);
}

}  // namespace
}  // namespace tieline::sandbox::plant
