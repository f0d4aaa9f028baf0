#pragma once
// Of kinds that bring an object into a state and leave no key: see ConnectorUnderTest::once_by_state.

#include "contract/connector_contract.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tieline::contract {

inline bool is_once_by_state(const ConnectorUnderTest& subject, const std::string& kind) {
    return std::find(subject.once_by_state.begin(), subject.once_by_state.end(), kind) != subject.once_by_state.end();
}

/// `next` asks for what `sent` has reached: nothing is written for it, nor can the write of `sent`, the last one of
/// `requests`, be carried out again.
inline void expect_state_is_enough(World& world, connectors::Connector& connector,
                                   const std::vector<net::HttpRequest>& requests, const model::Command& sent,
                                   const model::Command& next) {
    const std::string before = world.state();
    const auto write = std::find_if(requests.rbegin(), requests.rend(),
                                    [&](const net::HttpRequest& request) { return world.writes(request); });
    ASSERT_NE(write, requests.rend());
    const auto second = connectors::run(connector.push(next), [&](const net::HttpRequest& request) {
        EXPECT_FALSE(world.writes(request)) << request.url;
        return world.answer(request);
    });
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_EQ(second->state, connectors::Receipt::State::booked);
    const Result<net::HttpResponse> again = world.answer(*write);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(again->status >= 400 && again->status < 500) << again->status << ": " << again->body;
    EXPECT_EQ(world.effects(sent), 1U) << "the peer carries it out again: a key is needed";
    EXPECT_EQ(world.state(), before);
}

}  // namespace tieline::contract
