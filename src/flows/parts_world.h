#pragma once
// For tests of parts_issue and reservation: one work order, a CMMS that books parts, and an ERP that refuses.

#include "base/json.h"
#include "base/random.h"
#include "flows/flow.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace tieline::flows::testing {

class PartsWorld {
public:
    enum class Mood { moody, kind };
    explicit PartsWorld(SeededRandom& random);

    void plan_anew();     ///< the planner changes a planned part, or the job's state
    void transact();      ///< a technician takes a part, or gives one back
    void deliver_some();  ///< the CMMS's news reach the hub, in any order
    void decide_one();
    void settle_one(Mood mood);
    void person_speaks(bool gives_up);
    void drain();
    void expect_reconciled() const;

private:
    enum class State { open, rejected, parked, booked, withdrawn };
    struct Sent {
        model::Command command;
        State state = State::open;
        bool asked = false;  ///< a person has spoken, the flow has not heard it yet
    };
    struct Transaction {
        std::string id, line, part, returns;
        std::int64_t quantity = 0;
        std::int64_t returned = 0;
        Json data;
    };
    struct Line {
        std::string part;
        std::int64_t planned = 0, issued = 0;
        bool active = true;
    };
    struct Reservation {
        std::string part, line;
        std::int64_t quantity = 0, issued = 0;
        bool closed = false;
    };
    struct Document {
        std::string transaction, part;
        std::int64_t quantity = 0;
    };

    std::string order_json() const;
    void log(std::string type, std::string subject, std::string data);
    void receipt(const Sent& sent, const std::string& outcome, const std::string& document, const std::string& code);
    bool blocked(const Sent& sent) const;
    void answer(Sent& sent);
    void answer_issue(Sent& sent, const Json& payload);
    void answer_reservation(Sent& sent, const Json& payload);
    void refuse(Sent& sent, const std::string& code);
    void book(Sent& sent, const std::string& document);
    void apply(const std::string& flow, const std::string& key, Decision decision);
    std::string fate_of(const Transaction& transaction) const;
    bool given_up(const std::string& transaction) const;

    SeededRandom& random_;
    std::vector<std::unique_ptr<Flow>> flows_;
    std::map<std::pair<std::string, std::string>, std::string> states_;
    std::deque<model::StoredEvent> queue_;
    std::vector<model::StoredEvent> unread_;  ///< news of the CMMS that the hub has not seen
    std::vector<Sent> sent_;
    std::string status_ = "released";
    std::string center_ = "CC-100";
    std::map<std::string, Line> lines_;
    std::vector<Transaction> transactions_;
    std::map<std::string, Reservation> reservations_;
    std::map<std::string, Document> documents_;
    std::map<std::string, std::string> told_;  ///< transaction → status that the CMMS knows
    std::set<std::string> keys_, skipped_;
    std::map<std::string, std::int64_t> demand_;  ///< by line, as told
    std::uint64_t sequence_ = 0;
    std::uint64_t number_ = 0;
};

}  // namespace tieline::flows::testing
