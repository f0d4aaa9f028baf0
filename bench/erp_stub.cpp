#include "bench/erp_stub.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

namespace tieline::bench {
namespace {

constexpr std::size_t references_max = std::size_t{1} << 22;
constexpr std::size_t reference_size = 16;
constexpr std::size_t document_digits = 10;
constexpr std::string_view changes_none = R"({"changes":[],"next":"0","more":false})";
constexpr std::string_view me =
    R"({"system":"bench stub","version":"1","user":"bench","rights":["documents.read","documents.reverse",)"
    R"("journals.post","goods_issues.post","confirmations.post","service_receipts.post","orders.write"],)"
    R"("companyCodes":["1000"]})";
constexpr std::string_view refusal =
    R"({"type":"about:blank","title":"refused","status":422,"code":"unknown_cost_center","field":"/items/0/costCenter",)"
    R"("message":"the bench refuses this work order"})";
constexpr std::string_view bad_request = R"({"status":400,"code":"missing_field","message":"no reference"})";

/// The text of a member in compact JSON written by the hub.
std::string_view member(std::string_view body, std::string_view quoted_name) {
    const void* found = memmem(body.data(), body.size(), quoted_name.data(), quoted_name.size());
    if (found == nullptr) return {};
    const char* begin = static_cast<const char*>(found) + quoted_name.size();
    const std::size_t left = static_cast<std::size_t>(body.data() + body.size() - begin);
    const void* end = std::memchr(begin, '"', left);
    if (end == nullptr) return {};
    return {begin, static_cast<std::size_t>(static_cast<const char*>(end) - begin)};
}

void put_digits(std::string& text, std::size_t at, std::size_t digits, std::uint64_t value) {
    for (std::size_t i = digits; i > 0; --i) {
        text[at + i - 1] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

std::string booked_body(const std::string& total) {
    return R"({"document":"0000000000","kind":"journal","status":"posted","postingDate":"2026-11-24","currency":"EUR",)"
           R"("amount":")" +
           total + R"(","companyAmount":")" + total + R"(","companyCurrency":"EUR"})";
}
constexpr std::size_t document_at = 13;
constexpr std::string_view issued_body =
    R"({"document":"0000000000","kind":"goods_issue","status":"posted","postingDate":"2026-11-24","currency":"EUR",)"
    R"("amount":"24.69","companyAmount":"24.69","companyCurrency":"EUR"})";

/// What all postings of a run have in common: a journal's lines, a goods issue from its quantity up to its reference.
std::string_view what_is_posted(std::string_view body) {
    const std::size_t lines = body.find(R"("items":)");
    if (lines != std::string_view::npos) return body.substr(lines);
    const std::size_t quantity = body.find(R"("quantity":)");
    if (quantity == std::string_view::npos) return {};
    return body.substr(quantity, body.find(R"("reference":)", quantity) - quantity);
}

}  // namespace

References::References(std::size_t slots) : slots_(slots) {}

std::size_t References::place(std::string_view reference) const {
    std::uint64_t halves[2];
    std::memcpy(halves, reference.data(), reference_size);
    std::uint64_t mixed = (halves[0] ^ (halves[1] * 0x9e3779b97f4a7c15ULL)) * 0xbf58476d1ce4e5b9ULL;
    mixed ^= mixed >> 29;
    std::size_t at = mixed & (slots_.size() - 1);
    while (slots_[at].document != 0 && std::memcmp(slots_[at].reference, reference.data(), reference_size) != 0) {
        at = (at + 1) & (slots_.size() - 1);
    }
    return at;
}

std::uint64_t References::document(std::string_view reference) const {
    return reference.size() == reference_size ? slots_[place(reference)].document : 0;
}

bool References::add(std::string_view reference, std::uint64_t document) {
    Slot& slot = slots_[place(reference)];
    if (slot.document != 0) return false;
    if (++used_ > slots_.size() / 2) give_up("the stub has no room for more references");
    std::memcpy(slot.reference, reference.data(), reference_size);
    slot.document = document;
    return true;
}

class ErpStub::Connection final : public Watcher {
public:
    explicit Connection(ErpStub& stub) : stub_(stub) {}
    void open(int fd) {
        fd_ = fd;
        ++life_;
        in_.clear();
        out_.clear();
        stub_.loop_.add(fd, EPOLLIN, *this);
    }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }
    bool is_open() const { return fd_ >= 0; }
    std::uint64_t life() const { return life_; }
    void send(std::string_view bytes) {
        if (!out_.send(fd_, bytes)) return close();
        if (!out_.empty()) stub_.loop_.change(fd_, EPOLLIN | EPOLLOUT, *this);
    }
    void ready(std::uint32_t events) override {
        if (fd_ < 0) return;
        if ((events & EPOLLOUT) != 0 && !out_.empty()) {
            if (!out_.flush(fd_)) return close();
            if (out_.empty()) stub_.loop_.change(fd_, EPOLLIN, *this);
        }
        if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
        if (!in_.fill(fd_)) return close();
        while (fd_ >= 0) {
            const Message request = cut_message(in_.view());
            if (request.size == 0) return;
            stub_.serve(*this, request);
            in_.take(request.size);
        }
    }

private:
    ErpStub& stub_;
    int fd_ = -1;
    std::uint64_t life_ = 0;
    InBuffer in_;
    OutBuffer out_;
};

ErpStub::ErpStub(Loop& loop, Tally& tally, StubOptions options)
    : loop_(loop), tally_(tally), options_(std::move(options)), references_(references_max) {
    booked_ = booked_body(options_.total);
    issued_ = issued_body;
    port_ = options_.port;
    listen();
    loop_.add(static_cast<Ticker&>(*this));
}

ErpStub::~ErpStub() {
    refuse();
    loop_.remove(static_cast<Ticker&>(*this));
}

void ErpStub::listen() {
    if (listener_ >= 0) return;
    listener_ = listen_on_loopback(port_);
    port_ = port_of(listener_);
    loop_.add(listener_, EPOLLIN, static_cast<Watcher&>(*this));
}

void ErpStub::refuse() {
    if (listener_ >= 0) ::close(listener_);
    listener_ = -1;
    for (const auto& connection : connections_) connection->close();
    late_.clear();
}

void ErpStub::ready(std::uint32_t) {
    for (;;) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        Connection* free = nullptr;
        for (const auto& connection : connections_) {
            if (!connection->is_open()) free = connection.get();
        }
        if (free == nullptr) free = connections_.emplace_back(std::make_unique<Connection>(*this)).get();
        free->open(fd);
    }
}

Nanos ErpStub::tick(Nanos now) {
    while (!late_.empty() && late_.front().due <= now) {
        Late& late = late_.front();
        if (late.connection->is_open() && late.connection->life() == late.life) late.connection->send(late.bytes);
        late_.pop_front();
    }
    return late_.empty() ? never : late_.front().due;
}

void ErpStub::serve(Connection& connection, const Message& request) {
    ++counts_.requests;
    const std::string_view line = request.first_line;
    if (line.starts_with("POST /api/journals ")) return post(connection, request.body, booked_);
    if (line.starts_with("POST /api/goods-issues ")) return post(connection, request.body, issued_);
    if (line.starts_with("GET /api/documents?")) return find(connection, line);
    ++counts_.others;
    if (line.starts_with("GET /api/me ")) return answer(connection, "200 OK", me);
    if (line.starts_with("GET /api/changes")) return answer(connection, "200 OK", changes_none);
    if (line.starts_with("GET /api/accounts/")) return answer(connection, "200 OK", R"({"code":"any"})");
    if (line.starts_with("GET /stub/counts ")) return answer_stats(connection);
    answer(connection, "404 Not Found",
           R"({"status":404,"code":"unknown_path","message":"the stub has no such path"})");
}

void ErpStub::post(Connection& connection, std::string_view body, std::string& answered) {
    ++counts_.postings;
    const std::string_view reference = member(body, R"("reference":")");
    const std::string_view work_order = member(body, R"("workOrder":")");
    if (reference.size() != reference_size || work_order.empty())
        return answer(connection, "400 Bad Request", bad_request);
    if (!options_.poison.empty() && work_order.starts_with(options_.poison)) {
        ++counts_.poisoned;
        return answer(connection, "422 Unprocessable Content", refusal);
    }
    const std::uint64_t document = next_document_++;
    if (!references_.add(reference, document)) ++counts_.duplicate_references;
    const std::string_view items = what_is_posted(body);
    if (items_.empty()) items_ = items;
    const auto index = order_index(work_order);
    if (items != items_ || (index && !is_right_part(body, *index))) ++counts_.other_items;
    ++counts_.booked;
    if (index) {
        tally_.posted(*index, now_ns());
    } else {
        ++counts_.unknown_orders;
    }
    put_digits(answered, document_at, document_digits, document);
    answer(connection, "201 Created", answered);
}

/// Of a goods issue: the part that the load sent under this number.
bool ErpStub::is_right_part(std::string_view body, std::uint32_t index) const {
    if (body.find(R"("items":)") != std::string_view::npos) return true;  // a journal
    const std::string_view part = member(body, R"("material":")");
    std::string wanted(part_pattern);
    put_digits(wanted, 3, wanted.size() - 3, index % parts_);
    return part == wanted;
}

void ErpStub::find(Connection& connection, std::string_view first_line) {
    ++counts_.finds;
    constexpr std::string_view name = "reference=";
    const std::size_t at = first_line.find(name);
    const std::string_view reference =
        at == std::string_view::npos ? std::string_view() : first_line.substr(at + name.size(), reference_size);
    const std::uint64_t document = references_.document(reference);
    if (document == 0) {
        return answer(connection, "200 OK", R"({"documents":[],"submissions":[],"next":"0","more":false})");
    }
    std::string one = booked_;
    put_digits(one, document_at, document_digits, document);
    answer(connection, "200 OK", R"({"documents":[)" + one + R"(],"submissions":[],"next":"0","more":false})");
}

void ErpStub::answer(Connection& connection, std::string_view status, std::string_view body) {
    reply_.assign("HTTP/1.1 ").append(status).append("\r\nContent-Type: application/json\r\nContent-Length: ");
    char digits[20];
    const int count = std::snprintf(digits, sizeof digits, "%zu", body.size());
    reply_.append(digits, static_cast<std::size_t>(count)).append("\r\n\r\n").append(body);
    if (options_.delay == 0) return connection.send(reply_);
    late_.push_back({now_ns() + options_.delay, &connection, connection.life(), reply_});
}

void ErpStub::answer_stats(Connection& connection) {
    const auto entry = [](const char* name, std::uint64_t value) {
        return "\"" + std::string(name) + "\":" + std::to_string(value);
    };
    answer(connection, "200 OK",
           "{" + entry("requests", counts_.requests) + "," + entry("postings", counts_.postings) + "," +
               entry("booked", counts_.booked) + "," + entry("poisoned", counts_.poisoned) + "," +
               entry("finds", counts_.finds) + "," + entry("duplicate_references", counts_.duplicate_references) + "," +
               entry("other_items", counts_.other_items) + "}");
}

}  // namespace tieline::bench
