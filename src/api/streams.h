#pragma once
// Server-sent events: the status, once per second while it changes. For this room only.

#include "api/context.h"

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace tieline::api {

/// One thread for all streams. Thread-safe.
class Streams {
public:
    explicit Streams(Context& context);
    ~Streams();
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    /// Starts the stream of this call, or answers 503 when there are too many.
    void add(const CallPtr& call);

private:
    void run();
    void send(const std::string& status);
    bool may_go_on(const Call& client) const;

    Context& context_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    bool fresh_ = false;  ///< a client that has seen nothing yet
    int quiet_ = 0;       ///< ticks since the last word
    std::string last_;
    std::list<CallPtr> clients_;
    std::thread thread_;
};

}  // namespace tieline::api
