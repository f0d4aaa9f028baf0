#pragma once
// For tests of flows that speak to each other: a log, the flows' states and the commands that wait for a peer. Does
// what the engine's runner does, in memory and in one thread.

#include "flows/flow.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tieline::flows::testing {

class FlowLog {
public:
    struct Sent {
        model::Command command;
        std::string flow, subject;
        enum class State { open, booked, rejected, withdrawn } state = State::open;
        bool told = false;  ///< its receipt is in the log
        int refusals = 0;   ///< each opens an exception of its own
    };

    FlowLog(FlowSet flows, WallTime start) : flows_(std::move(flows)), now_(start) {}

    void add(std::string type, std::string subject, std::string data) {
        model::StoredEvent event;
        event.envelope.type = std::move(type);
        event.envelope.subject = std::move(subject);
        event.envelope.data = std::move(data);
        queue_.push_back(std::move(event));
    }

    /// Decides the oldest event; false when there is none.
    bool decide_one() {
        if (queue_.empty()) return false;
        model::StoredEvent event = std::move(queue_.front());
        queue_.pop_front();
        event.seq = ++sequence_;
        event.envelope.id = "event-" + std::to_string(sequence_);
        event.envelope.site = "plant";
        event.envelope.occurred = now_;
        event.recorded = now_;
        for (const auto& flow : flows_) {
            std::vector<std::string> keys = flow->keys(event);
            if (event.envelope.type.ends_with(".replayed")) {
                const Json data = *Json::parse(event.envelope.data);
                if (data.text_or("flow") != flow->name() || !reopen(data)) continue;
                keys = {data.text_or("flow_key")};
            }
            for (const std::string& key : keys) decide(*flow, event, key);
        }
        return true;
    }

    /// The receipt of a command that the peer has booked or rejected.
    void tell(Sent& each, const std::string& document, Json details) {
        each.told = true;
        if (each.state == Sent::State::rejected) ++each.refusals;
        const bool booked = each.state == Sent::State::booked;
        Json data = base_of(each);
        data.set("kind", each.command.kind);
        data.set("intent", each.command.intent);
        data.set("echo", *Json::parse(each.command.echo));
        data.set("document", document);
        data.set("details", std::move(details));
        if (!booked) data.set("code", "refused");
        add(each.command.noun + (booked ? ".booked" : ".rejected"), each.subject, data.dump());
    }

    /// A person's word on the present refusal: it holds when the log comes to it and that one still stands.
    void replay(const Sent& each) {
        Json data = base_of(each);
        data.set("exception", each.refusals);
        add(each.command.noun + ".replayed", each.subject, data.dump());
    }

    /// Commands that may leave: the first open one of each order key.
    std::vector<Sent*> due() {
        std::vector<Sent*> list;
        std::set<std::string> taken;
        for (Sent& each : sent) {
            const bool waits = each.state == Sent::State::open || (each.state == Sent::State::rejected);
            if (!waits || !taken.insert(each.command.order_key).second) continue;
            if (each.state == Sent::State::open) list.push_back(&each);
        }
        return list;
    }

    std::deque<Sent> sent;

private:
    bool reopen(const Json& word) {
        for (Sent& each : sent) {
            const bool meant = each.command.key == word.text_or("key") && each.refusals == word.int_or("exception", 0);
            if (!meant || each.state != Sent::State::rejected) continue;
            each.state = Sent::State::open;
            each.told = false;
            return true;
        }
        return false;
    }

    static Json base_of(const Sent& each) {
        return Json::object({{"key", each.command.key},
                             {"noun", each.command.noun},
                             {"flow", each.flow},
                             {"flow_key", each.command.flow_key}});
    }

    void decide(const Flow& flow, const model::StoredEvent& event, const std::string& key) {
        std::string& state = states_[{std::string(flow.name()), key}];
        auto decision = flow.decide(event, key, state, event.recorded);
        ASSERT_TRUE(decision.has_value()) << key << ": " << decision.error().message << " " << event.envelope.data;
        if (decision->state) state = *decision->state;
        for (NewEvent& made : decision->events) add(made.type, made.subject, made.data);
        for (const std::string& withdrawn : decision->withdrawals) {
            for (Sent& each : sent) {
                if (each.command.key != withdrawn) continue;
                EXPECT_EQ(each.state, Sent::State::rejected) << "withdrawn while it may be at the peer";
                each.state = Sent::State::withdrawn;
            }
        }
        for (model::Command& command : decision->commands) {
            EXPECT_TRUE(keys_.insert(command.key).second) << "a key was used twice";
            command.flow_key = key;
            sent.push_back({std::move(command), std::string(flow.name()), event.envelope.subject});
        }
    }

    FlowSet flows_;
    WallTime now_;
    std::deque<model::StoredEvent> queue_;
    std::map<std::pair<std::string, std::string>, std::string> states_;
    std::set<std::string> keys_;
    std::uint64_t sequence_ = 0;
};

}  // namespace tieline::flows::testing
