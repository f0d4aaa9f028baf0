// The connector of the sandbox CMMS and its peer in this process.

#include "connectors/sandbox_cmms/spec.h"
#include "contract/connector_catalog.h"
#include "sandbox/cmms/test_plant.h"

namespace tieline::contract {
namespace {

constexpr std::string_view base_url = "http://cmms.test";

class CmmsWorld final : public World {
public:
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
        command.payload =
            Json::object({{"work_order", plant_.make()}, {"erp_order", "80000" + number}, {"reference", command.key}})
                .dump();
        return command;
    }
    std::size_t effects(const model::Command& command) override {
        const Json found = plant_.get("/api/workorders?erp_reference=" + command.key).body;
        const Json* items = found.find("items");
        return items == nullptr ? 99 : items->items().size();
    }
    std::string state() override { return plant_.get("/api/workorders?after_change=0&limit=500").body.dump(); }
    std::vector<std::string> make_objects(std::size_t count) override {
        std::vector<std::string> numbers;
        for (std::size_t i = 0; i < count; ++i) numbers.push_back(plant_.make());
        return numbers;
    }
    WallTime now() const override { return plant_.now; }

private:
    sandbox::cmms::TestPlant plant_;
    int samples_ = 0;
};

}  // namespace

ConnectorUnderTest sandbox_cmms_under_test() {
    ConnectorUnderTest subject;
    subject.name = "sandbox_cmms";
    subject.spec = connectors::sandbox_cmms::spec();
    subject.settings.name = "cmms";
    subject.settings.values = {
        {"url", std::string(base_url)}, {"token", "token"}, {"site", "plant1"}, {"webhook_secret", "0123456789abcdef"}};
    subject.world = [] { return std::make_unique<CmmsWorld>(); };
    return subject;
}

}  // namespace tieline::contract
