#include "net/http_client.h"

#include "net/http_transfer.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace tieline::net {

namespace {

using Moment = std::chrono::steady_clock::time_point;
using std::chrono::steady_clock;

constexpr std::size_t kept_transfers_max = 256;
constexpr std::size_t kept_origins_max = 256;
constexpr long kept_connections_max = 512;
constexpr Millis queue_check{20};  ///< how often waiting requests are checked for their end of time

thread_local bool on_client_thread = false;

struct Waiting {
    HttpRequest request;
    HttpClient::Done done;
    Moment deadline;
};

/// Requests to one scheme and authority.
struct Origin {
    std::size_t open_count = 0;
    std::deque<Waiting> waiting;
};

struct Open {
    std::unique_ptr<Transfer> transfer;
    Origin* origin = nullptr;
};

/// Which events of a socket epoll reports, and which curl wants. Kept apart: curl gives a socket up and takes it again
/// with each request, and telling the kernel every time costs more than the rare event nobody wanted.
struct SocketState {
    std::uint32_t registered = 0;
    std::uint32_t wanted = 0;
    bool connection = false;  ///< opened and closed through our hooks, so its state cannot go stale
};

class CurlClient final : public HttpClient {
public:
    explicit CurlClient(HttpClientOptions options);
    ~CurlClient() override;
    CurlClient(const CurlClient&) = delete;
    CurlClient& operator=(const CurlClient&) = delete;
    void send(HttpRequest request, Done done) override;

private:
    void run();
    bool take_inbox();
    void admit(Waiting waiting);
    void start(Waiting waiting, Origin& origin);
    void finish_all();
    void complete(CURL* easy, CURLcode code);
    void release(std::unique_ptr<Transfer> transfer, Origin& origin);
    void expire_waiting();
    int wait_time() const;
    void end_everything();
    void apply(int fd, SocketState& state);
    SocketState& socket_state(int fd);

    static int on_socket(CURL*, curl_socket_t fd, int what, void* self, void*);
    static int on_timer(CURLM*, long timeout_ms, void* self);
    static curl_socket_t on_open(void* self, curlsocktype, curl_sockaddr* address);
    static int on_close(void* self, curl_socket_t fd);

    const HttpClientOptions options_;
    CURLM* multi_ = nullptr;
    int epoll_fd_ = -1;
    int wake_fd_ = -1;

    std::mutex mutex_;
    std::vector<Waiting> inbox_;
    bool wake_sent_ = false;
    bool closing_ = false;

    // Client's thread only.
    std::vector<Waiting> taken_;
    std::unordered_map<std::string, Origin> origins_;
    std::unordered_map<CURL*, Open> open_;
    std::vector<std::unique_ptr<Transfer>> kept_;
    std::vector<SocketState> sockets_;  ///< by descriptor
    std::size_t waiting_count_ = 0;
    bool look_again_ = false;  ///< a callback has sent: the inbox is not empty
    std::optional<Moment> timer_;
    Moment next_queue_check_{};
    std::string origin_key_;
    std::atomic<std::thread::id> thread_id_{};
    std::thread thread_;
};

CurlClient::CurlClient(HttpClientOptions options) : options_(std::move(options)) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    multi_ = curl_multi_init();
    epoll_fd_ = epoll_create1(EPOLL_CLOEXEC);
    wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    TIELINE_CHECK(multi_ != nullptr && epoll_fd_ >= 0 && wake_fd_ >= 0,
                  "no memory or file descriptor is left for the HTTP client: raise the limit of open files");
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kept_connections_max);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlClient::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, static_cast<void*>(this));
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlClient::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, static_cast<void*>(this));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = wake_fd_;
    epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event);
    thread_ = std::thread([this] { run(); });
}

CurlClient::~CurlClient() {
    TIELINE_CHECK(thread_id_.load() != std::this_thread::get_id(), "a client is not destroyed by its own callback");
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    eventfd_write(wake_fd_, 1);
    thread_.join();
    kept_.clear();
    curl_multi_cleanup(multi_);
    close(epoll_fd_);
    close(wake_fd_);
}

void CurlClient::send(HttpRequest request, Done done) {
    const Moment deadline = steady_clock::now() + request.timeout;
    const bool own_thread = thread_id_.load() == std::this_thread::get_id();
    if (own_thread) look_again_ = true;
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        inbox_.push_back({std::move(request), std::move(done), deadline});
        wake = !wake_sent_ && !own_thread;
        if (wake) wake_sent_ = true;
    }
    if (wake) eventfd_write(wake_fd_, 1);
}

void CurlClient::run() {
    on_client_thread = true;
    thread_id_ = std::this_thread::get_id();
    std::array<epoll_event, 128> events;
    int running = 0;
    while (take_inbox()) {
        const int count = epoll_wait(epoll_fd_, events.data(), static_cast<int>(events.size()), wait_time());
        for (int index = 0; index < count; ++index) {
            const int fd = events[static_cast<std::size_t>(index)].data.fd;
            const std::uint32_t happened = events[static_cast<std::size_t>(index)].events;
            if (fd == wake_fd_) {
                eventfd_t ignored = 0;
                eventfd_read(wake_fd_, &ignored);
                continue;
            }
            SocketState& state = socket_state(fd);
            if (state.wanted == 0) {  // an idle connection was closed by its peer: curl sees it when it takes it again
                state.registered = 0;
                epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
                continue;
            }
            int mask = 0;
            if ((happened & EPOLLIN) != 0) mask |= CURL_CSELECT_IN;
            if ((happened & EPOLLOUT) != 0) mask |= CURL_CSELECT_OUT;
            if ((happened & (EPOLLERR | EPOLLHUP)) != 0) mask |= CURL_CSELECT_ERR;
            curl_multi_socket_action(multi_, fd, mask, &running);
        }
        if (timer_ && *timer_ <= steady_clock::now()) {
            timer_.reset();
            curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
        }
        finish_all();
        if (waiting_count_ > 0) expire_waiting();
    }
    end_everything();
}

/// False when the client is being destroyed.
bool CurlClient::take_inbox() {
    {
        const std::lock_guard lock(mutex_);
        wake_sent_ = false;
        look_again_ = false;
        if (closing_) return false;
        taken_.swap(inbox_);
    }
    for (Waiting& waiting : taken_) admit(std::move(waiting));
    taken_.clear();
    return true;
}

void CurlClient::admit(Waiting waiting) {
    origin_key_ = origin(waiting.request.url);
    Origin& target = origins_[origin_key_];
    if (target.open_count < options_.connections_per_host_max && target.waiting.empty()) {
        start(std::move(waiting), target);
        return;
    }
    target.waiting.push_back(std::move(waiting));
    ++waiting_count_;
}

void CurlClient::start(Waiting waiting, Origin& target) {
    std::unique_ptr<Transfer> transfer;
    if (kept_.empty()) {
        transfer = std::make_unique<Transfer>(options_, Transfer::SocketHooks{&on_open, &on_close, this});
    } else {
        transfer = std::move(kept_.back());
        kept_.pop_back();
    }
    const auto remaining = std::chrono::ceil<Millis>(waiting.deadline - steady_clock::now());
    auto ready = transfer->prepare(waiting.request, remaining);
    if (!ready) {
        kept_.push_back(std::move(transfer));
        waiting.done(ready.error());
        return;
    }
    transfer->done = std::move(waiting.done);
    CURL* easy = transfer->easy();
    ++target.open_count;
    open_[easy] = Open{std::move(transfer), &target};
    TIELINE_CHECK(curl_multi_add_handle(multi_, easy) == CURLM_OK, "libcurl has no memory left");
}

void CurlClient::finish_all() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg == CURLMSG_DONE) complete(message->easy_handle, message->data.result);
    }
}

void CurlClient::complete(CURL* easy, CURLcode code) {
    auto node = open_.extract(easy);
    Open open = std::move(node.mapped());
    curl_multi_remove_handle(multi_, easy);
    auto result = open.transfer->outcome(code);
    const Done done = std::move(open.transfer->done);
    release(std::move(open.transfer), *open.origin);
    done(std::move(result));
}

/// Keeps the handle for later and starts the next request that waits for this origin.
void CurlClient::release(std::unique_ptr<Transfer> transfer, Origin& target) {
    transfer->forget_large();
    if (kept_.size() < kept_transfers_max) kept_.push_back(std::move(transfer));
    --target.open_count;
    while (!target.waiting.empty() && target.open_count < options_.connections_per_host_max) {
        Waiting next = std::move(target.waiting.front());
        target.waiting.pop_front();
        --waiting_count_;
        start(std::move(next), target);
    }
    if (origins_.size() > kept_origins_max) {
        std::erase_if(origins_,
                      [](const auto& entry) { return entry.second.open_count == 0 && entry.second.waiting.empty(); });
    }
}

void CurlClient::expire_waiting() {
    const Moment now = steady_clock::now();
    if (now < next_queue_check_) return;
    next_queue_check_ = now + queue_check;
    std::vector<Waiting> late;
    for (auto& [key, target] : origins_) {
        auto& queue = target.waiting;
        const auto first = std::stable_partition(queue.begin(), queue.end(),
                                                 [now](const Waiting& waiting) { return waiting.deadline > now; });
        std::move(first, queue.end(), std::back_inserter(late));
        queue.erase(first, queue.end());
    }
    waiting_count_ -= late.size();
    for (Waiting& waiting : late) {
        waiting.done(not_sent(waiting.request.method + " to " + std::string(origin(waiting.request.url)),
                              "all " + std::to_string(options_.connections_per_host_max) +
                                  " connections to it were in use until the request's time was over",
                              "no_free_connection"));
    }
}

int CurlClient::wait_time() const {
    if (look_again_) return 0;
    Millis time(1000);
    if (timer_) time = std::min(time, std::chrono::ceil<Millis>(*timer_ - steady_clock::now()));
    if (waiting_count_ > 0) time = std::min(time, queue_check);
    return static_cast<int>(std::max(time, Millis(0)).count());
}

/// Everything still open may have reached its peer, as far as anybody can tell now.
void CurlClient::end_everything() {
    std::vector<Done> dones;
    for (auto& [easy, open] : open_) {
        curl_multi_remove_handle(multi_, easy);
        dones.push_back(std::move(open.transfer->done));
    }
    open_.clear();
    for (auto& [key, target] : origins_) {
        for (Waiting& waiting : target.waiting) dones.push_back(std::move(waiting.done));
    }
    origins_.clear();
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            for (Waiting& waiting : inbox_) dones.push_back(std::move(waiting.done));
            inbox_.clear();
        }
        if (dones.empty()) return;
        for (const Done& done : std::exchange(dones, {})) {
            done(make_error(ErrorKind::unknown_outcome,
                            "The program is closing its connections while a request was under way. It may or may not "
                            "have been carried out: look it up after the restart.",
                            "client_closed"));
        }
    }
}

SocketState& CurlClient::socket_state(int fd) {
    const auto index = static_cast<std::size_t>(fd);
    if (index >= sockets_.size()) sockets_.resize(std::max(index + 1, sockets_.size() * 2));
    return sockets_[index];
}

void CurlClient::apply(int fd, SocketState& state) {
    const bool keep_quietly = state.connection && state.wanted == 0;
    if (state.wanted == state.registered || keep_quietly) return;
    epoll_event event{};
    event.events = state.wanted;
    event.data.fd = fd;
    const int operation = state.wanted == 0 ? EPOLL_CTL_DEL : state.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    const int failed = epoll_ctl(epoll_fd_, operation, fd, &event);
    TIELINE_CHECK(failed == 0 || operation == EPOLL_CTL_DEL, "the kernel does not watch a socket of the HTTP client");
    state.registered = state.wanted;
}

int CurlClient::on_socket(CURL*, curl_socket_t fd, int what, void* self, void*) {
    auto& client = *static_cast<CurlClient*>(self);
    SocketState& state = client.socket_state(fd);
    state.wanted = 0;
    if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) state.wanted |= EPOLLIN;
    if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) state.wanted |= EPOLLOUT;
    client.apply(fd, state);
    return 0;
}

int CurlClient::on_timer(CURLM*, long timeout_ms, void* self) {
    auto& client = *static_cast<CurlClient*>(self);
    if (timeout_ms < 0) {
        client.timer_.reset();
    } else {
        client.timer_ = steady_clock::now() + Millis(timeout_ms);
    }
    return 0;
}

curl_socket_t CurlClient::on_open(void* self, curlsocktype, curl_sockaddr* address) {
    const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd < 0) return CURL_SOCKET_BAD;
    SocketState& state = static_cast<CurlClient*>(self)->socket_state(fd);
    state = SocketState{};
    state.connection = true;
    return fd;
}

int CurlClient::on_close(void* self, curl_socket_t fd) {
    static_cast<CurlClient*>(self)->socket_state(fd) = SocketState{};
    return close(fd);
}

}  // namespace

Result<HttpResponse> HttpClient::send_and_wait(HttpRequest request) {
    TIELINE_CHECK(!on_client_thread, "waiting on the client's own thread would wait forever");
    // Shared: set_value() may still be at work when the waiting side has already left.
    auto promise = std::make_shared<std::promise<Result<HttpResponse>>>();
    auto future = promise->get_future();
    send(std::move(request), [promise](Result<HttpResponse> result) { promise->set_value(std::move(result)); });
    return future.get();
}

std::unique_ptr<HttpClient> make_http_client(HttpClientOptions options) {
    return std::make_unique<CurlClient>(std::move(options));
}

}  // namespace tieline::net
