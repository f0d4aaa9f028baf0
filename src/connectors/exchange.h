#pragma once
// An exchange is a conversation with a peer written as straight code, but without I/O: it asks for HTTP requests and
// is resumed with their results. The live driver sends them by net; the simulator answers them from its own peers.

#include "base/result.h"
#include "net/http.h"

#include <coroutine>
#include <optional>
#include <utility>

namespace tieline::connectors {

/// What passes between an exchange (with all exchanges nested in it) and its driver.
struct Wire {
    std::optional<net::HttpRequest> request;
    std::optional<Result<net::HttpResponse>> reply;
    std::coroutine_handle<> innermost;  ///< the one to resume
};

/// Awaitable inside an exchange: `Result<HttpResponse> reply = co_await send(request);`
/// Name the request first, then await it (the co_await rule).
struct Send {
    net::HttpRequest request;
};
inline Send send(net::HttpRequest request) { return Send{std::move(request)}; }

/// A coroutine that gives a Result<T> and awaits only send(...) or another Exchange. Move-only; owned by its driver,
/// used by one thread at a time. Parameters of the coroutine are taken by value; a member function's object must
/// outlive the exchange.
template <class T>
class [[nodiscard]] Exchange {
public:
    struct promise_type;
    using Handle = std::coroutine_handle<promise_type>;

    Exchange(Exchange&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Exchange& operator=(Exchange&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    ~Exchange() {
        if (handle_) handle_.destroy();
    }

    /// Runs until the first request is wanted or all is done.
    void start();
    /// Goes on with the reply to the request taken last.
    void resume(Result<net::HttpResponse> reply);
    bool done() const { return handle_.promise().result.has_value(); }
    /// The request that it waits for; takes it out. Only when not done().
    net::HttpRequest take_request();
    Result<T> take_result() { return std::move(*handle_.promise().result); }

    // Awaiting a nested exchange.
    bool await_ready() const noexcept { return false; }
    template <class OuterPromise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<OuterPromise> outer) noexcept;
    Result<T> await_resume() { return take_result(); }

private:
    explicit Exchange(Handle handle) : handle_(handle) {}
    Handle handle_;
};

template <class T>
struct Exchange<T>::promise_type {
    Wire own_wire;  ///< used when this is the outermost
    Wire* wire = &own_wire;
    std::coroutine_handle<> continuation{};  ///< the exchange that awaits this one
    std::optional<Result<T>> result;

    Exchange get_return_object() { return Exchange(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(Handle self) noexcept {
            const std::coroutine_handle<> next = self.promise().continuation;
            return next ? next : std::noop_coroutine();
        }
        void await_resume() const noexcept {}
    };
    FinalAwaiter final_suspend() noexcept { return {}; }
    void return_value(Result<T> value) { result = std::move(value); }
    void unhandled_exception() {
        result = make_error(ErrorKind::unknown_outcome,
                            "the connector failed inside while it talked to its peer; the outcome must be looked up",
                            "connector_failed");
    }

    struct SendAwaiter {
        promise_type& promise;
        bool await_ready() const noexcept { return false; }
        void await_suspend(Handle self) const noexcept { promise.wire->innermost = self; }
        Result<net::HttpResponse> await_resume() {
            Result<net::HttpResponse> reply = std::move(*promise.wire->reply);
            promise.wire->reply.reset();
            return reply;
        }
    };
    SendAwaiter await_transform(Send step) {
        wire->request = std::move(step.request);
        return SendAwaiter{*this};
    }
    template <class U>
    Exchange<U> await_transform(Exchange<U> inner) {
        return inner;
    }
};

template <class T>
void Exchange<T>::start() {
    handle_.resume();
}

template <class T>
void Exchange<T>::resume(Result<net::HttpResponse> reply) {
    Wire& wire = handle_.promise().own_wire;
    wire.reply = std::move(reply);
    wire.innermost.resume();
}

template <class T>
net::HttpRequest Exchange<T>::take_request() {
    net::HttpRequest request = std::move(*handle_.promise().own_wire.request);
    handle_.promise().own_wire.request.reset();
    return request;
}

template <class T>
template <class OuterPromise>
std::coroutine_handle<> Exchange<T>::await_suspend(std::coroutine_handle<OuterPromise> outer) noexcept {
    handle_.promise().wire = outer.promise().wire;
    handle_.promise().continuation = outer;
    return handle_;
}

}  // namespace tieline::connectors
