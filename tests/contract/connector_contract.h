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
    /// Whether the request may have an effect that counts. Bytes sent ahead, which only a later request makes use of,
    /// have none: a lost answer to them leaves nothing unknown.
    virtual bool writes(const net::HttpRequest& request) const { return request.method != "GET"; }
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
    /// Headers that a session adds to what preview() shows. Only for a peer that issues a token for each session: a
    /// preview makes no request, hence cannot know it. Everything else must be as previewed. The suite refuses a name
    /// that preview() shows or that is never sent, so that nothing hides behind this list.
    std::vector<std::string> session_headers{};
    /// Kinds whose effect the peer itself allows once per object and for which it has no field that takes a key (the
    /// cancellation of a document). What find() sees is then the state of that object: present whoever did it, because
    /// the effect that was wanted is there and cannot come again. The suite takes no connector's word for it: it sends
    /// another command about the same object, which the peer must refuse for good without a second effect.
    std::vector<std::string> once_by_nature{};
    /// Kinds that bring an object into a state, for which the peer has no field that takes a key, and which the connector
    /// leaves out where the object is in that state already. What find() sees is the state. The suite takes no
    /// connector's word for it: another command about the same object must be booked without a write, and the write of
    /// the first one, sent again as it was, must be refused by the peer without a second effect.
    std::vector<std::string> once_by_state{};
    std::string with = "fake";  ///< what its World is, in the words of connectors/evidence.h
    bool fetches = true;  ///< objects that pull() names can be read again by fetch()
    /// Whether the body that was sent is what the preview promised: byte for byte. Another answer only for a peer that
    /// names its objects by ids: a preview makes no request and shows their codes instead.
    std::function<bool(const std::string& previewed, const std::string& sent)> is_promised =
        [](const std::string& previewed, const std::string& sent) { return previewed == sent; };
};

/// All connectors that are tested: connector_catalog.cpp lists them.
std::vector<ConnectorUnderTest> connectors_under_test();

}  // namespace tieline::contract
