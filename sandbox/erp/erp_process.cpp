#include "sandbox/erp/erp_process.h"

#include "sandbox/erp/erp.h"

#include "base/log.h"
#include "net/http_server.h"

#include <charconv>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace tieline::sandbox::erp {

namespace {

using Moment = std::chrono::steady_clock::time_point;

constexpr const char* usage =
    "usage: tieline-sandbox erp [--data FILE] [--port N] [--address IP] [--token TEXT] [--admin-token TEXT] [--demo]\n"
    "  --data FILE   the database; default: in memory, gone at the end\n"
    "  --port N      default 0: any free one; the first line printed says which\n"
    "  --token TEXT  bearer token that requests must carry; default: the environment's SANDBOX_ERP_TOKEN, else "
    "'sandbox'\n"
    "  --demo        seeds a bottling and packaging plant when the database is empty\n";

struct Arguments {
    std::string data = ":memory:";
    ErpOptions erp;
    net::HttpServerOptions server;
};

std::optional<Arguments> read_arguments(const std::vector<std::string>& args) {
    Arguments read;
    if (const char* token = std::getenv("SANDBOX_ERP_TOKEN"); token != nullptr && *token != '\0')
        read.erp.token = token;
    for (std::size_t index = 0; index < args.size(); ++index) {
        const std::string& name = args[index];
        if (name == "--demo") {
            read.erp.demo = true;
            continue;
        }
        if (index + 1 == args.size()) return std::nullopt;
        const std::string& value = args[++index];
        if (name == "--data") {
            read.data = value;
        } else if (name == "--address") {
            read.server.address = value;
        } else if (name == "--token") {
            read.erp.token = value;
        } else if (name == "--admin-token") {
            read.erp.admin_token = value;
        } else if (name == "--port") {
            const auto parsed = std::from_chars(value.data(), value.data() + value.size(), read.server.port);
            if (parsed.ec != std::errc{} || parsed.ptr != value.data() + value.size()) return std::nullopt;
        } else {
            return std::nullopt;
        }
    }
    return read;
}

std::int64_t number_of(const net::HttpResponse& response, std::string_view name) {
    const std::string_view text = net::header(response.headers, name);
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// Gives late answers when their time comes, and says when the server shall vanish. One thread waits in run().
class Timers {
public:
    void answer_later(std::int64_t ms, std::shared_ptr<net::Responder> responder, net::HttpResponse response) {
        const std::lock_guard lock(mutex_);
        late_.emplace(after(ms), Late{std::move(responder), std::move(response)});
        changed_.notify_all();
    }
    void vanish(std::int64_t ms) {
        const std::lock_guard lock(mutex_);
        back_ = after(ms);
        changed_.notify_all();
    }
    void stop() {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        changed_.notify_all();
    }
    enum class Wake { stop, vanish };
    /// Gives answers until there is something else to do.
    Wake run() {
        std::unique_lock lock(mutex_);
        for (;;) {
            if (stopped_) return Wake::stop;
            if (back_) return Wake::vanish;
            give_due(lock);
            if (late_.empty())
                changed_.wait(lock, [&] { return stopped_ || back_ || !late_.empty(); });
            else
                changed_.wait_until(lock, late_.begin()->first);
        }
    }
    /// Waits until nobody need be away any more; false when stopped meanwhile.
    bool wait_until_back() {
        std::unique_lock lock(mutex_);
        if (back_) changed_.wait_until(lock, *back_, [&] { return stopped_; });
        back_.reset();
        late_.clear();
        return !stopped_;
    }

private:
    struct Late {
        std::shared_ptr<net::Responder> responder;
        net::HttpResponse response;
    };
    static Moment after(std::int64_t ms) { return std::chrono::steady_clock::now() + Millis(ms); }
    void give_due(std::unique_lock<std::mutex>& lock) {
        while (!late_.empty() && late_.begin()->first <= std::chrono::steady_clock::now()) {
            Late late = std::move(late_.begin()->second);
            late_.erase(late_.begin());
            lock.unlock();
            late.responder->respond(std::move(late.response));
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<Moment, Late> late_;
    std::optional<Moment> back_;
    bool stopped_ = false;
};

/// What becomes of one request on its connection.
void settle(Timers& timers, net::HttpResponse response, std::shared_ptr<net::Responder> responder) {
    if (response.status != 0) {
        const std::int64_t delay = number_of(response, delay_header);
        if (delay == 0) return responder->respond(std::move(response));
        return timers.answer_later(delay, std::move(responder), std::move(response));
    }
    responder->abort();
    const std::int64_t away = number_of(response, refuse_header);
    if (away > 0) timers.vanish(away);
}

/// Turns SIGTERM and SIGINT into stop(); all other threads have them blocked.
class SignalWatch {
public:
    explicit SignalWatch(Timers& timers) {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGTERM);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGUSR2);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        thread_ = std::thread([this, &timers] {
            int signal = 0;
            sigwait(&signals_, &signal);
            timers.stop();
        });
    }
    ~SignalWatch() {
        pthread_kill(thread_.native_handle(), SIGUSR2);
        thread_.join();
    }
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

private:
    sigset_t signals_{};
    std::thread thread_;
};

int serve(Arguments& arguments, Erp& erp) {
    Timers timers;
    SignalWatch signals(timers);
    const auto handler = [&](net::HttpRequest request, std::shared_ptr<net::Responder> responder) {
        settle(timers, erp.handle(request, system_clock().now()), std::move(responder));
    };
    for (bool first = true;; first = false) {
        auto server = net::make_http_server(arguments.server, handler);
        if (!server) {
            std::fprintf(stderr, "%s\n", server.error().message.c_str());
            return 1;
        }
        arguments.server.port = (*server)->port();
        if (first) {
            std::printf("sandbox ERP listens on http://%s:%u\n", arguments.server.address.c_str(),
                        static_cast<unsigned>(arguments.server.port));
            std::fflush(stdout);
        }
        if (timers.run() == Timers::Wake::stop) return 0;
        server->reset();
        if (!timers.wait_until_back()) return 0;
    }
}

}  // namespace

int run_erp(const std::vector<std::string>& args) {
    auto arguments = read_arguments(args);
    if (!arguments) {
        std::fputs(usage, stderr);
        return 2;
    }
    Erp erp(arguments->data, arguments->erp);
    if (!erp.ready()) {
        std::fprintf(stderr, "The sandbox ERP cannot use its database %s: %s. Check folder, rights and free space.\n",
                     arguments->data.c_str(), erp.why().c_str());
        return 1;
    }
    return serve(*arguments, erp);
}

}  // namespace tieline::sandbox::erp
