// The bench must be able to say no: the stub sees what comes twice or changed, the books see what is missing.

#include "bench/erp_stub.h"
#include "bench/load.h"
#include "bench/phases.h"

#include <gtest/gtest.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tieline::bench {
namespace {

std::string journal(const std::string& reference, const std::string& order, const std::string& amount = "1.00") {
    return R"({"reference":")" + reference + R"(","workOrder":")" + order + R"(","items":[{"amount":")" + amount +
           "\"}]}";
}
std::string post_of(const std::string& body) {
    return "POST /api/journals HTTP/1.1\r\nHost: x\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

/// A client of the loop that keeps what came back.
class Caller final : public Watcher {
public:
    Caller(Loop& loop, std::uint16_t port) : loop_(loop), fd_(connect_to_loopback(port)) {
        loop_.add(fd_, EPOLLIN, *this);
    }
    ~Caller() override { ::close(fd_); }
    std::string ask(const std::string& request) {
        answer_.clear();
        loop_.run_for(millisecond);  // until it is connected
        EXPECT_EQ(::send(fd_, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
        EXPECT_TRUE(loop_.run_until([&] { return cut_message(answer_).size > 0; }, now_ns() + 5 * second));
        return answer_;
    }
    void ready(std::uint32_t) override {
        char bytes[4096];
        const ssize_t got = ::recv(fd_, bytes, sizeof bytes, 0);
        if (got > 0) answer_.append(bytes, static_cast<std::size_t>(got));
    }

private:
    Loop& loop_;
    int fd_;
    std::string answer_;
};

/// Accepts every order at once and posts it `copies` times to the stub's books, as a faulty hub would.
class FaultyHub final : public Watcher {
public:
    FaultyHub(Loop& loop, Tally& tally) : loop_(loop), tally_(tally), listener_(listen_on_loopback(0)) {
        loop_.add(listener_, EPOLLIN, *this);
    }
    ~FaultyHub() override {
        ::close(fd_);
        ::close(listener_);
    }
    std::uint16_t port() const { return port_of(listener_); }
    int copies = 1;
    std::string status = "202 Accepted";

    void ready(std::uint32_t) override {
        if (fd_ < 0) {
            fd_ = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
            if (fd_ >= 0) loop_.add(fd_, EPOLLIN, *this);
            return;
        }
        in_.fill(fd_);
        const Message request = cut_message(in_.view());
        if (request.size == 0) return;
        const std::size_t at = request.body.find("W");
        const auto index = order_index(request.body.substr(at, order_pattern.size()));
        in_.take(request.size);
        const std::string answer = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n";
        ::send(fd_, answer.data(), answer.size(), MSG_NOSIGNAL);
        for (int i = 0; index && i < copies; ++i) tally_.posted(*index, now_ns());
    }

private:
    Loop& loop_;
    Tally& tally_;
    int listener_;
    int fd_ = -1;
    InBuffer in_;
};

LoadOptions ten_orders(std::uint16_t port) {
    LoadOptions options;
    options.port = port;
    const std::string body = R"({"number":"W?-########"})";
    options.request = "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    options.orders_max = 10;
    return options;
}

TEST(ErpStub, CountsAReferenceThatComesTwiceAndLinesThatDiffer) {
    Loop loop;
    Tally tally(10);
    tally.next();
    ErpStub stub(loop, tally, {});
    Caller caller(loop, stub.port());
    EXPECT_NE(caller.ask(post_of(journal("AAAABBBBCCCCDDDD", "WB-00000000"))).find("201"), std::string::npos);
    EXPECT_EQ(stub.counts().duplicate_references, 0U);
    EXPECT_EQ(tally[0].copies, 1);
    caller.ask(post_of(journal("AAAABBBBCCCCDDDD", "WB-00000000", "1.01")));
    EXPECT_EQ(stub.counts().duplicate_references, 1U);
    EXPECT_EQ(stub.counts().other_items, 1U);
    EXPECT_EQ(tally[0].copies, 2);
}

TEST(ErpStub, RefusesThePoisonedFindsWhatIsThereAndKnowsNothingElse) {
    Loop loop;
    Tally tally(10);
    StubOptions options;
    options.poison = "WP";
    ErpStub stub(loop, tally, options);
    Caller caller(loop, stub.port());
    EXPECT_NE(caller.ask(post_of(journal("AAAABBBBCCCCDDDD", "WP-00000000"))).find("422"), std::string::npos);
    const std::string find = "GET /api/documents?reference=AAAABBBBCCCCDDDD HTTP/1.1\r\n\r\n";
    EXPECT_NE(caller.ask(find).find(R"("documents":[])"), std::string::npos);
    caller.ask(post_of(journal("AAAABBBBCCCCDDDD", "WB-00000000")));
    EXPECT_NE(caller.ask(find).find(R"("document":"5100000000")"), std::string::npos);
    EXPECT_NE(caller.ask("GET /api/orders HTTP/1.1\r\n\r\n").find("404"), std::string::npos);
    EXPECT_EQ(stub.counts().booked, 1U);
    EXPECT_EQ(stub.counts().poisoned, 1U);
}

std::string goods_issue(const std::string& reference, const std::string& order, const std::string& part,
                        const std::string& quantity) {
    const std::string body = R"({"material":")" + part + R"(","quantity":")" + quantity +
                             R"(","unit":"PC","reference":")" + reference + R"(","workOrder":")" + order + "\"}";
    return "POST /api/goods-issues HTTP/1.1\r\nHost: x\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

TEST(ErpStub, CountsAGoodsIssueOfAnotherPartOrQuantity) {
    Loop loop;
    Tally tally(10);
    for (int i = 0; i < 4; ++i) tally.next();
    ErpStub stub(loop, tally, {});
    stub.set_parts(3);
    Caller caller(loop, stub.port());
    EXPECT_NE(caller.ask(goods_issue("AAAABBBBCCCCDDD0", "WB-00000000", "PN-000000", "2")).find("goods_issue"),
              std::string::npos);
    caller.ask(goods_issue("AAAABBBBCCCCDDD3", "WB-00000003", "PN-000000", "2"));  // the parts come in turn
    EXPECT_EQ(stub.counts().other_items, 0U);
    caller.ask(goods_issue("AAAABBBBCCCCDDD1", "WB-00000001", "PN-000002", "2"));
    EXPECT_EQ(stub.counts().other_items, 1U);
    caller.ask(goods_issue("AAAABBBBCCCCDDD2", "WB-00000002", "PN-000002", "3"));
    EXPECT_EQ(stub.counts().other_items, 2U);
    EXPECT_EQ(stub.counts().booked, 4U);
}

TEST(ErpStub, AnswersLateWhenTold) {
    Loop loop;
    Tally tally(10);
    StubOptions options;
    options.delay = 30 * millisecond;
    ErpStub stub(loop, tally, options);
    Caller caller(loop, stub.port());
    const Nanos begin = now_ns();
    caller.ask("GET /api/me HTTP/1.1\r\n\r\n");
    EXPECT_GE(now_ns() - begin, 30 * millisecond);
}

class BooksTest : public ::testing::Test {
protected:
    Exactness run(int copies, const std::string& status = "202 Accepted") {
        FaultyHub hub(loop, tally);
        hub.copies = copies;
        hub.status = status;
        LoadOptions options = ten_orders(hub.port());
        options.pacing = Pacing::accepted;
        Load load(loop, tally, options);
        loop.run_until([&] { return load.counts().sent == 10 && load.idle(); }, now_ns() + 5 * second);
        counts = load.counts();
        return exactness(tally, 0, tally.size());
    }
    Loop loop;
    Tally tally{100};
    LoadCounts counts;
};

TEST_F(BooksTest, OnceIsRight) {
    const Exactness exact = run(1);
    EXPECT_TRUE(exact.holds());
    EXPECT_EQ(exact.once, 10U);
}

TEST_F(BooksTest, AnAcceptedOrderThatNeverArrivesIsMissing) {
    const Exactness exact = run(0);
    EXPECT_FALSE(exact.holds());
    EXPECT_EQ(exact.missing, 10U);
}

TEST_F(BooksTest, TwiceIsWrong) {
    const Exactness exact = run(2);
    EXPECT_FALSE(exact.holds());
    EXPECT_EQ(exact.twice, 10U);
}

TEST_F(BooksTest, ARefusalIsNotAnAcceptance) {
    const Exactness exact = run(0, "503 Service Unavailable");
    EXPECT_EQ(exact.accepted, 0U);
    EXPECT_EQ(counts.refused, 10U);
    EXPECT_FALSE(counts.refusals_say_when) << "it gave no Retry-After";
}

TEST_F(BooksTest, AnOpenLoopCountsFromTheIntendedTime) {
    FaultyHub hub(loop, tally);
    LoadOptions options = ten_orders(hub.port());
    options.pacing = Pacing::rate;
    options.per_second = 1000;
    Load load(loop, tally, options);
    loop.run_until([&] { return load.counts().accepted == 10; }, now_ns() + 5 * second);
    ASSERT_EQ(tally.size(), 10U);
    for (std::uint32_t i = 1; i < 10; ++i) EXPECT_EQ(tally[i].sent - tally[i - 1].sent, millisecond);
}

TEST(Shown, ReadModelsThatFallBehindOrDoNotAnswerAreNotShown) {
    EXPECT_FALSE(is_shown(-1, 1000));
    EXPECT_TRUE(is_shown(3000, 1000));
    EXPECT_FALSE(is_shown(3001, 1000));
}

TEST(Spread, Percentiles) {
    std::vector<Nanos> values;
    for (int i = 1; i <= 100; ++i) values.push_back(i * millisecond);
    const Spread spread = spread_of(values);
    EXPECT_EQ(spread.count, 100U);
    EXPECT_DOUBLE_EQ(spread.p50_ms, 51);
    EXPECT_DOUBLE_EQ(spread.p99_ms, 100);
}

}  // namespace
}  // namespace tieline::bench
