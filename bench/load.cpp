#include "bench/load.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <strings.h>

namespace tieline::bench {
namespace {

constexpr Nanos reconnect_after = 2 * millisecond;
constexpr Nanos refused_pause = 100 * millisecond;

bool has_retry_after(std::string_view head) {
    constexpr std::string_view name = "\nretry-after:";
    for (std::size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
        if (head.size() - at >= name.size() && strncasecmp(head.data() + at, name.data(), name.size()) == 0)
            return true;
    }
    return false;
}

std::vector<std::size_t> places_of(std::string_view text, std::string_view pattern) {
    std::vector<std::size_t> places;
    for (std::size_t at = text.find(pattern); at != std::string_view::npos; at = text.find(pattern, at + 1)) {
        places.push_back(at);
    }
    return places;
}

}  // namespace

class Load::Connection final : public Watcher {
public:
    Connection(Load& load, std::string request) : load_(load), request_(std::move(request)) {}
    ~Connection() override { close(); }

    void connect() {
        fd_ = connect_to_loopback(load_.options_.port);
        retry_at_ = fd_ < 0 ? now_ns() + reconnect_after : never;
        if (fd_ >= 0) load_.loop_.add(fd_, EPOLLIN, *this);
    }
    bool is_open() const { return fd_ >= 0; }
    bool is_busy() const { return busy_; }
    std::uint32_t order() const { return order_; }
    void send(std::uint32_t index, bool poisoned) {
        order_ = index;
        busy_ = true;
        for (const std::size_t place : load_.places_) {
            request_[place + order_letter_at] = poisoned ? 'P' : 'B';
            put_digits(place + order_pattern.size(), order_digits, index);
        }
        for (const std::size_t place : load_.part_places_) {
            put_digits(place + part_pattern.size(), part_pattern.size() - 3, index % load_.options_.parts);
        }
        if (fd_ < 0 || !out_.send(fd_, request_)) return cut();
        if (!out_.empty()) load_.loop_.change(fd_, EPOLLIN | EPOLLOUT, *this);
    }
    void ready(std::uint32_t events) override {
        if (fd_ < 0) return;
        if ((events & (EPOLLHUP | EPOLLERR)) != 0) return cut();
        if ((events & EPOLLOUT) != 0 && !out_.empty()) {
            if (!out_.flush(fd_)) return cut();
            if (out_.empty()) load_.loop_.change(fd_, EPOLLIN, *this);
        }
        if ((events & EPOLLIN) == 0) return;
        if (!in_.fill(fd_)) return cut();
        const Message reply = cut_message(in_.view());
        if (reply.size == 0) return;
        busy_ = false;
        const std::size_t size = reply.size;
        load_.answered(*this, reply);
        in_.take(size);
    }
    Nanos retry_at_ = never;  ///< when to connect, or to go on after a refusal

private:
    /// The last `count` characters before `end`.
    void put_digits(std::size_t end, std::size_t count, std::uint32_t value) {
        for (std::size_t i = 1; i <= count; ++i) {
            request_[end - i] = static_cast<char>('0' + value % 10);
            value /= 10;
        }
    }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
        in_.clear();
        out_.clear();
    }
    /// The hub is gone: what became of the order on its way is not known here.
    void cut() {
        close();
        if (busy_) {
            ++load_.counts_.cut;
            --load_.busy_;
        }
        busy_ = false;
        retry_at_ = now_ns() + reconnect_after;
    }

    Load& load_;
    int fd_ = -1;
    bool busy_ = false;
    std::uint32_t order_ = 0;
    std::string request_;
    InBuffer in_;
    OutBuffer out_;
};

Load::Load(Loop& loop, Tally& tally, LoadOptions options)
    : loop_(loop), tally_(tally), options_(std::move(options)), first_(tally.size()), begin_(now_ns()) {
    places_ = places_of(options_.request, order_pattern);
    part_places_ = places_of(options_.request, part_pattern);
    if (options_.pacing == Pacing::booked) tally_.listener = this;
    loop_.add(static_cast<Ticker&>(*this));
    for (int i = 0; i < options_.connections; ++i) {
        connections_.push_back(std::make_unique<Connection>(*this, options_.request));
        connections_.back()->connect();
        connections_.back()->retry_at_ = begin_;
    }
}

Load::~Load() {
    loop_.remove(static_cast<Ticker&>(*this));
    if (tally_.listener == this) tally_.listener = nullptr;
}

Nanos Load::tick(Nanos now) {
    Nanos next = never;
    for (const auto& connection : connections_) {
        if (connection->retry_at_ > now) {
            next = std::min(next, connection->retry_at_);
            continue;
        }
        connection->retry_at_ = never;
        if (!connection->is_open()) connection->connect();
        if (!connection->is_open()) {
            next = std::min(next, connection->retry_at_);
        } else if (!connection->is_busy()) {
            start_next(*connection);
        }
    }
    if (options_.pacing != Pacing::rate) return next;
    while (may_start()) {
        const Nanos due = begin_ + static_cast<Nanos>(static_cast<double>(due_count_) * 1e9 / options_.per_second);
        if (due > now) return std::min(next, due);
        ++due_count_;
        queue_.push_back(new_order(due));
        if (ready_.empty()) continue;
        Connection* connection = ready_.back();
        ready_.pop_back();
        start_next(*connection);
    }
    return next;
}

std::uint32_t Load::new_order(Nanos sent) {
    const std::uint32_t index = tally_.next();
    tally_[index].sent = sent;
    tally_[index].poisoned = options_.poison_every > 0 && (index - first_) % options_.poison_every == 7;
    ++counts_.sent;
    return index;
}

void Load::start_next(Connection& connection) {
    if (options_.pacing == Pacing::rate) {
        if (queue_.empty()) {
            ready_.push_back(&connection);
            return;
        }
        const std::uint32_t index = queue_.front();
        queue_.pop_front();
        return send_order(connection, index);
    }
    if (!may_start()) return;
    const std::uint32_t index = new_order(now_ns());
    if (options_.pacing == Pacing::booked) owners_.push_back(&connection);
    send_order(connection, index);
}

void Load::send_order(Connection& connection, std::uint32_t index) {
    ++busy_;
    connection.send(index, tally_[index].poisoned);
}

void Load::answered(Connection& connection, const Message& reply) {
    --busy_;
    const int status = std::atoi(std::string(reply.first_line.substr(9, 3)).c_str());
    Order& order = tally_[connection.order()];
    if (status / 100 == 2) {
        order.answered = now_ns();
        ++counts_.accepted;
        ++tally_.accepted_total;
    } else if (status == 429 || status == 503) {
        ++counts_.refused;
        counts_.refusals_say_when = counts_.refusals_say_when && has_retry_after(reply.head);
        connection.retry_at_ = now_ns() + refused_pause;
        return;
    } else {
        ++counts_.failed;
        if (counts_.first_failure.empty())
            counts_.first_failure = std::string(reply.first_line) + " " + std::string(reply.body.substr(0, 400));
        connection.retry_at_ = now_ns() + refused_pause;
        return;
    }
    const bool waits = options_.pacing == Pacing::booked && order.arrived == 0 && !order.poisoned;
    if (!waits) start_next(connection);
}

void Load::arrived(std::uint32_t index) {
    if (index < first_ || index - first_ >= owners_.size()) return;
    Connection* owner = owners_[index - first_];
    // The answer may still be on its way; then it starts the next one.
    if (owner->order() == index && !owner->is_busy() && owner->is_open()) start_next(*owner);
}

}  // namespace tieline::bench
