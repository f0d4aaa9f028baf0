#pragma once
// The hub put together: store, flows, connectors, engine, API, server. Only this room sees all of them.

#include "app/config.h"
#include "engine/runtime.h"

#include <functional>
#include <memory>
#include <string>

namespace tieline::app {

/// A running hub. The destructor stops it: no new requests, the engine's present turn ends, the store closes.
class Hub {
    struct Parts;

public:
    /// `failed` is called once, from another thread, when the engine stops by itself: the process must end then.
    /// `reload`: a person asks for a new start with what stands in the configuration then; from any thread.
    static Result<std::unique_ptr<Hub>> open(
        Config config, std::function<void(const Error&)> failed, std::function<void()> reload = [] {});
    explicit Hub(std::unique_ptr<Parts> parts);  ///< by open() only
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// Before an end that somebody asked for and that may wait: nothing more leaves for peers, what is on its way
    /// settles, at most so long. False: something still is.
    bool rest(Millis most);

    std::uint16_t port() const;
    /// "http://127.0.0.1:8420"
    std::string url() const;
    /// Path and code of the first administrator's one-time link, while there is nobody who could administrate and
    /// sign-in is on; else "".
    const std::string& first_link() const;

private:
    std::unique_ptr<Parts> parts_;
};

}  // namespace tieline::app
