#pragma once
// An ERP that does nothing but keep books: answers like the sandbox ERP, takes each posting, and notes what came when.

#include "bench/http_bytes.h"
#include "bench/loop.h"
#include "bench/tally.h"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::bench {

struct StubOptions {
    std::uint16_t port = 0;  ///< 0: any free one
    Nanos delay = 0;         ///< each answer comes so much later
    std::string poison;      ///< 422 for postings of work orders that begin so; empty: none
    std::string total = "0.00";
};
struct StubCounts {
    std::uint64_t requests = 0, postings = 0, booked = 0, poisoned = 0, finds = 0, others = 0;
    std::uint64_t duplicate_references = 0, unknown_orders = 0, other_items = 0;
};

/// Where each reference went: a table of fixed size, no memory taken per posting.
class References {
public:
    explicit References(std::size_t slots);
    /// Document of a reference; 0: none yet.
    std::uint64_t document(std::string_view reference) const;
    /// False when it is there already.
    bool add(std::string_view reference, std::uint64_t document);

private:
    struct Slot {
        char reference[16] = {};
        std::uint64_t document = 0;
    };
    std::size_t place(std::string_view reference) const;
    std::vector<Slot> slots_;
    std::size_t used_ = 0;
};

/// Runs in its loop's thread. Listens from the start; refuse() and listen() switch.
class ErpStub final : private Watcher, private Ticker {
public:
    ErpStub(Loop& loop, Tally& tally, StubOptions options);
    ~ErpStub() override;

    std::uint16_t port() const { return port_; }
    void refuse();  ///< as a machine that is switched off: nobody listens, connections are cut
    void listen();
    void set_delay(Nanos delay) { options_.delay = delay; }
    void set_poison(std::string prefix) { options_.poison = std::move(prefix); }
    void set_parts(std::uint32_t count) { parts_ = count; }  ///< as in the load's options
    const StubCounts& counts() const { return counts_; }
    /// What all postings of a run have in common, of the first one as it came: the end of a journal from "items" on, a
    /// goods issue from its quantity up to its reference.
    const std::string& items() const { return items_; }
    void forget_items() { items_.clear(); }

private:
    class Connection;
    struct Late {
        Nanos due = 0;
        Connection* connection = nullptr;
        std::uint64_t life = 0;
        std::string bytes;
    };

    void ready(std::uint32_t events) override;  // the listening socket
    Nanos tick(Nanos now) override;
    void serve(Connection& connection, const Message& request);
    void post(Connection& connection, std::string_view body, std::string& answered);
    bool is_right_part(std::string_view body, std::uint32_t index) const;
    void find(Connection& connection, std::string_view first_line);
    void answer(Connection& connection, std::string_view status, std::string_view body);
    void answer_stats(Connection& connection);

    Loop& loop_;
    Tally& tally_;
    StubOptions options_;
    StubCounts counts_;
    References references_;
    std::uint32_t parts_ = 1;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::uint64_t next_document_ = 5'100'000'000;
    std::string items_, booked_, issued_, reply_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::deque<Late> late_;
};

}  // namespace tieline::bench
