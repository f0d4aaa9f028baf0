#pragma once
// What every connector must keep, tested against the door only. README.md beside this file says how to register one.

#include "connectors/connector.h"
#include "connectors/drive.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tieline::contract {

/// One fresh peer in this process, with what the commands of its samples need (accounts, orders, documents).
class World {
public:
    virtual ~World() = default;
    /// Answers one request as the peer does. The suite puts faults in front of it by itself.
    virtual Result<net::HttpResponse> answer(const net::HttpRequest& request) = 0;
    /// A command of that kind that the peer will carry out. Each call gives another key; `kind` is one of the spec's.
    virtual model::Command sample(const std::string& kind) = 0;
    /// How often the peer carried this command out, asked behind the connector's back.
    virtual std::size_t effects(const model::Command& command) = 0;
    /// Everything at the peer that a reading call must leave alone, as text; any form, equal when nothing changed.
    virtual std::string state() = 0;
    /// Makes so many objects that pull() must find, in the order of their change. Empty: this system is not read.
    virtual std::vector<std::string> make_objects(std::size_t count) = 0;
    /// Makes the peer take its next write with a 202 and decide on it later, when decide() is called. False: this peer
    /// decides at once, always.
    virtual bool accept_next_later() { return false; }
    virtual void decide() {}
    /// The time at the peer, for replies with dates.
    virtual WallTime now() const = 0;
};

struct ConnectorUnderTest {
    std::string name;  ///< [a-z0-9_], the test's name
    connectors::ConnectorSpec spec;
    connectors::Settings settings;         ///< with which it reaches its World
    std::string secret_setting = "token";  ///< the setting that signs in; the suite makes it wrong
    std::function<std::unique_ptr<World>()> world;
    bool fetches = true;  ///< objects that pull() names can be read again by fetch()
    /// Whether a request cannot change the peer. Not the method alone where everything is a POST.
    std::function<bool(const net::HttpRequest&)> reads = [](const net::HttpRequest& request) {
        return request.method == "GET";
    };
    /// Whether `sent` is what `preview` promised: byte for byte, but for what only the peer knows (ids of codes, a
    /// session).
    std::function<bool(const net::HttpRequest& preview, const net::HttpRequest& sent)> is_same =
        [](const net::HttpRequest& preview, const net::HttpRequest& sent) {
            return sent.method == preview.method && sent.url == preview.url && sent.body == preview.body &&
                   sent.headers == preview.headers;
        };
};

/// All connectors that are tested: connector_catalog.cpp lists them.
std::vector<ConnectorUnderTest> connectors_under_test();

}  // namespace tieline::contract
