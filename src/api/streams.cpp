#include "api/streams.h"

#include "api/routes.h"

#include <algorithm>

namespace tieline::api {
namespace {

constexpr int quiet_ticks_max = 15;  ///< then a comment keeps proxies from closing the connection

}  // namespace

Streams::Streams(Context& context) : context_(context), thread_([this] { run(); }) {}

Streams::~Streams() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    thread_.join();
}

void Streams::add(const CallPtr& call) {
    {
        const std::lock_guard lock(mutex_);
        if (clients_.size() < context_.options.streams_max) {
            call->responder->start_stream({{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}});
            clients_.push_back(call);
            fresh_ = true;
            woken_.notify_all();
            return;
        }
    }
    Error full = make_error(ErrorKind::transient, "Too many live screens are open. Close one, then try again.",
                            "too_many_streams");
    full.retry_after = Millis(10'000);
    call->fail(full);
}

void Streams::send(const std::string& status) {
    const std::lock_guard lock(mutex_);
    clients_.remove_if([this](const CallPtr& client) { return !may_go_on(*client); });
    const bool changed = status != last_ || fresh_;
    if (!changed && ++quiet_ < quiet_ticks_max) return;
    const std::string chunk = changed ? "event: status\ndata: " + status + "\n\n" : std::string(": still here\n\n");
    quiet_ = 0;
    fresh_ = false;
    last_ = status;
    clients_.remove_if([&](const CallPtr& client) { return !client->responder->write(chunk); });
}

/// Whoever signed out, was disabled or lost a role since hears no more; listening does not keep a session alive.
bool Streams::may_go_on(const Call& client) const {
    Result<Who> who = who_asks(context_.options, client.request, false);
    if (!who) return false;
    Call now = client;
    now.who = std::move(*who);
    const auto all = routes();
    return std::any_of(all.begin(), all.end(), [&](const Route& route) {
        return matches(route.path, client.parts) && !refuse(context_.options, now, route.rule);
    });
}

void Streams::run() {
    for (;;) {
        bool wanted = false;
        {
            std::unique_lock lock(mutex_);
            woken_.wait_for(lock, Millis(1000), [this] { return stopping_ || fresh_; });
            if (stopping_) return;
            wanted = !clients_.empty();
        }
        if (!wanted) continue;
        const std::optional<Result<Json>> status =
            context_.runtime.ask<Result<Json>>([this](store::Store& store) { return status_json(context_, store); });
        if (!status) return;  // the engine has stopped
        if (*status) send((*status)->dump());
    }
}

}  // namespace tieline::api
