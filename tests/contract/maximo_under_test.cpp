// The connector of Maximo and its stand-in in this process.

#include "connectors/maximo/fake.h"
#include "connectors/maximo/spec.h"
#include "contract/connector_catalog.h"

#include <algorithm>

namespace tieline::contract {
namespace {

using connectors::maximo::Fake;

constexpr std::string_view host = "http://maximo.test";

class MaximoWorld final : public World {
public:
    Result<net::HttpResponse> answer(const net::HttpRequest& request) override {
        net::HttpRequest local = request;
        local.url.erase(0, host.size());
        return fake_.handle(local);
    }
    model::Command sample(const std::string& kind) override {
        const std::string number = std::to_string(++samples_);
        model::Command command;
        command.key = "7ZQK9M2P4R6T" + std::string(4 - std::min<std::size_t>(4, number.size()), '0') + number;
        command.order_key = command.key;
        command.connector = "cmms";
        command.kind = kind;
        command.noun = "link";
        Json payload = Json::object({{"reference", command.key}});
        const auto set = [&](std::initializer_list<Json::Member> members) {
            for (const auto& [name, value] : members) payload.set(name, value);
        };
        if (kind == "workorder.create") {
            set({{"title", "Check bearing " + number}, {"asset", "11430"}});
        } else {
            const std::string order = fake_.make_order();
            set({{"work_order", order}, {"erp_order", "80000" + number}, {"state", "none"}});
            if (kind == "workorder.status") payload.set("status", "approved");
            if (kind == "part_transaction.link") {
                set({{"transaction", fake_.use(order, "SEAL-9", "1", "12.80") + "." + order},
                     {"erp_document", "49000" + number},
                     {"status", "booked"}});
            }
        }
        command.payload = payload.dump();
        return command;
    }
    std::size_t effects(const model::Command& command) override { return fake_.count_of_key(command.key); }
    std::string state() override { return fake_.state(); }
    /// Orders in few seconds, several in each, and what was used on some.
    std::vector<std::string> make_objects(std::size_t count) override {
        std::vector<std::string> names;
        fake_.now += Millis(60'000);
        for (std::size_t made = 0; made < count; ++made) {
            if (made % 4 == 3) fake_.now += Millis(1'000);
            const std::string order = fake_.make_order();
            names.push_back(order);
            if (made % 3 == 1)
                names.push_back("part_transaction:" + fake_.use(order, "SEAL-9", "1", "12.80") + "." + order);
        }
        return names;
    }
    WallTime now() const override { return fake_.now; }

private:
    Fake fake_;
    int samples_ = 0;
};

}  // namespace

ConnectorUnderTest maximo_under_test() {
    ConnectorUnderTest subject;
    subject.name = "maximo";
    subject.spec = connectors::maximo::spec();
    subject.settings.name = "cmms";
    subject.settings.values = {{"url", std::string(host) + std::string(Fake::base)},
                               {"api_key", "key"},
                               {"site", "plant1"},
                               {"maximo_site", "BEDFORD"},
                               {"currency", "EUR"},
                               {"reads", "workorders,transactions"},
                               {"push_secret", "push-secret"}};
    subject.secret_setting = "api_key";
    subject.world = [] { return std::make_unique<MaximoWorld>(); };
    return subject;
}

}  // namespace tieline::contract
