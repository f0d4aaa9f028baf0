// What each connector asks of its peer: requests for a posting and for a poll in which nothing changed. From these
// follow the calls an hour that a plant needs (docs/connectors/shown.md), and which `pace.per_hour_max` it can live
// with.

#include "contract/connector_contract.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace tieline::contract {
namespace {

constexpr std::size_t calls_most = 8;  ///< of one posting or one idle poll; more would make a budget useless

class ConnectorCalls : public testing::TestWithParam<ConnectorUnderTest> {
protected:
    void SetUp() override {
        world_ = GetParam().world();
        auto made = GetParam().spec.make(GetParam().settings, "");
        ASSERT_TRUE(made) << made.error().message;
        connector_ = std::move(*made);
    }
    connectors::Peer peer() {
        return [this](const net::HttpRequest& request) {
            ++calls_;
            return world_->answer(request);
        };
    }
    std::size_t taken() { return std::exchange(calls_, 0); }
    void tell(const std::string& what, std::size_t first, std::size_t later) const {
        std::printf("calls | %s | %s | %zu | %zu |\n", GetParam().spec.system.c_str(), what.c_str(), first, later);
        EXPECT_LE(later, calls_most) << what;
        EXPECT_GT(later, 0U) << what;
    }

    std::unique_ptr<World> world_;
    std::unique_ptr<connectors::Connector> connector_;
    std::size_t calls_ = 0;
};

TEST_P(ConnectorCalls, a_posting_takes_few) {
    for (const std::string& kind : GetParam().spec.kinds) {
        std::size_t calls[2] = {};
        for (std::size_t& count : calls) {
            const model::Command command = world_->sample(kind);
            (void)taken();
            const auto receipt = run(connector_->push(command), peer());
            ASSERT_TRUE(receipt) << kind << ": " << receipt.error().message;
            count = taken();
        }
        tell("`" + kind + "`", calls[0], calls[1]);
    }
}

TEST_P(ConnectorCalls, a_poll_in_which_nothing_changed_takes_few) {
    if (world_->make_objects(3).empty()) GTEST_SKIP() << "this system is not read";
    std::string cursor;
    for (int page = 0; page < 50; ++page) {
        const auto read = run(connector_->pull(cursor, 50), peer());
        ASSERT_TRUE(read) << read.error().message;
        cursor = read->cursor;
        if (!read->more) break;
    }
    const std::size_t all = taken();
    const auto idle = run(connector_->pull(cursor, 50), peer());
    ASSERT_TRUE(idle) << idle.error().message;
    EXPECT_TRUE(idle->objects.empty());
    tell("a poll: the first with three objects, then an idle one", all, taken());
}

INSTANTIATE_TEST_SUITE_P(, ConnectorCalls, testing::ValuesIn(connectors_under_test()),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace tieline::contract
