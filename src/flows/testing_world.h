#pragma once
// For tests of cost posting: a small world of one work order, an ERP that values and refuses, and an independent
// reckoning in whole numbers.

#include "base/json.h"
#include "base/random.h"
#include "flows/config.h"
#include "flows/flow.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tieline::flows::testing {

CostPostingConfig sample_config();

/// A cost line in ten-thousandths of the currency's major unit.
struct Line {
    std::string id, kind, currency, receiver, purchase_order;
    std::int64_t quantity = 0;  ///< hundredths
    std::int64_t price = 0;     ///< hundredths
    std::int64_t amount = 0;    ///< ten-thousandths; quantity × price for labor and part
    bool capital = false;
};

struct Snapshot {
    std::string status;
    std::string day;
    std::string title;
    std::vector<Line> lines;
};

/// receiver and currency → ten-thousandths
using Balance = std::map<std::pair<std::string, std::string>, std::int64_t>;

class World {
public:
    enum class Mood { moody, kind };
    World(const CostPostingConfig& config, SeededRandom& random);

    void random_snapshot();
    void random_invoice();
    void settle_one(Mood mood);
    void person_replays_one();
    void deliver_one();
    void drain();
    void expect_reconciled();

private:
    enum class State { open, rejected, parked, booked, withdrawn };
    struct Sent {
        model::Command command;
        State state = State::open;
        bool replay_asked = false;
    };
    struct Document {
        std::string slot;
        bool live = true;
        Balance cost;
    };

    Line random_line(std::size_t number);
    std::string order_json(const Snapshot& snapshot) const;
    void log(std::string type, std::string data);
    void receipt(const Sent& sent, const std::string& outcome, const std::string& document, Json details,
                 const std::string& code);
    void book(Sent& sent);
    void refuse(Sent& sent);
    void apply(Decision decision);
    Balance cost_of(const Json& payload, const std::string& kind, Json& details) const;
    Balance expected() const;

    const CostPostingConfig& config_;
    SeededRandom& random_;
    std::unique_ptr<Flow> flow_;
    std::string state_;
    Snapshot newest_;  ///< as logged
    std::map<std::string, std::pair<std::string, std::int64_t>> invoiced_;
    std::set<std::string> carried_;  ///< service lines whose invoice came before their receipt, as the flow saw it
    std::deque<model::StoredEvent> queue_;
    std::vector<Sent> sent_;
    std::map<std::string, Document> documents_;
    std::set<std::string> keys_;
    std::string last_settled_;
    std::uint64_t sequence_ = 0;
    std::uint64_t next_document_ = 5000;
};

}  // namespace tieline::flows::testing
