#include "flows/parts_world.h"

#include "flows/parts_issue.h"
#include "flows/reservation.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tieline::flows::testing {
namespace {

constexpr const char* order_number = "WO-1";

CompanyTable companies() {
    CompanyTable table;
    Company company;
    company.code = "1000";
    company.zone = "Europe/Berlin";
    table.companies.push_back(company);
    table.default_code = "1000";
    return table;
}

std::int64_t whole(const Json& json, std::string_view name) { return std::stoll(json.text_or(name, "0")); }

}  // namespace

PartsWorld::PartsWorld(SeededRandom& random) : random_(random) {
    PartsIssueConfig issue;
    issue.companies = companies();
    ReservationConfig reservation;
    reservation.companies = companies();
    flows_.push_back(make_parts_issue(issue));
    flows_.push_back(make_reservation(reservation));
    lines_["P1"] = Line{"SEAL-9", 3, 0, true};
    lines_["P2"] = Line{"BOLT-8", 20, 0, true};
    if (random_.below(4) > 0) plan_anew();
}

std::string PartsWorld::order_json() const {
    Json order = Json::object({{"number", order_number}, {"status", status_}, {"company_code", "1000"}});
    order.set("receiver", Json::object({{"kind", "cost_center"}, {"code", center_}}));
    if (status_ == "completed") order.set("completed_at", "2026-11-24T10:00:00Z");
    Json parts = Json::array();
    for (const auto& [id, line] : lines_) {
        if (!line.active) continue;
        Json part = Json::object({{"id", id}, {"part", line.part}, {"quantity", std::to_string(line.planned)}});
        part.set("unit", "PC");
        part.set("storeroom", "MAIN");
        part.set("needed_on", "2026-12-01");
        if (line.issued != 0) part.set("issued", std::to_string(line.issued));
        parts.push_back(std::move(part));
    }
    order.set("planned_parts", std::move(parts));
    return order.dump();
}

void PartsWorld::log(std::string type, std::string subject, std::string data) {
    model::StoredEvent event;
    event.recorded = *parse_time("2026-11-25T08:00:00Z");
    event.envelope.type = std::move(type);
    event.envelope.subject = std::move(subject);
    event.envelope.site = "plant";
    event.envelope.occurred = event.recorded;
    event.envelope.data = std::move(data);
    const bool of_cmms = event.envelope.type.starts_with("workorder.") || event.envelope.type.starts_with("part.");
    (of_cmms ? unread_.emplace_back() : queue_.emplace_back()) = std::move(event);
}

void PartsWorld::plan_anew() {
    static const char* const statuses[] = {"released",  "in_progress", "in_progress",
                                           "completed", "reopened",    "cancelled"};
    if (random_.below(3) == 0) status_ = statuses[random_.below(6)];
    if (random_.below(5) == 0) center_ = random_.below(2) == 0 ? "CC-100" : "CC-200";
    Line& line = lines_[random_.below(2) == 0 ? "P1" : "P2"];
    if (random_.below(3) == 0) line.planned = static_cast<std::int64_t>(random_.below(25));
    // A line that parts were taken for stays, and stays the same part.
    if (line.issued == 0 && random_.below(5) == 0) line.active = !line.active;
    std::erase_if(unread_, [](const auto& event) { return event.envelope.type.starts_with("workorder."); });
    log("workorder." + status_, order_number, order_json());
}

void PartsWorld::transact() {
    const std::string id = "PT-" + std::to_string(++number_);
    Transaction transaction;
    transaction.id = id;
    std::vector<Transaction*> issues;
    for (Transaction& other : transactions_) {
        if (other.returns.empty() && other.quantity > other.returned) issues.push_back(&other);
    }
    const bool is_return = !issues.empty() && random_.below(4) == 0;
    if (is_return) {
        Transaction& issue = *issues[random_.below(issues.size())];
        transaction.returns = issue.id;
        transaction.line = issue.line;
        transaction.part = issue.part;
        transaction.quantity =
            1 + static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(issue.quantity - issue.returned)));
        issue.returned += transaction.quantity;
    } else {
        transaction.line = random_.below(4) == 0 ? "" : random_.below(2) == 0 ? "P1" : "P2";
        if (!transaction.line.empty() && !lines_[transaction.line].active) transaction.line.clear();
        transaction.part = transaction.line.empty() || random_.below(5) == 0 ? "RAG-1" : lines_[transaction.line].part;
        transaction.quantity = 1 + static_cast<std::int64_t>(random_.below(4));
    }
    Json& data = transaction.data;
    data = Json::object({{"transaction", id}, {"work_order", order_number}, {"part", transaction.part}});
    data.set("quantity", std::to_string(transaction.quantity));
    data.set("unit", "PC");
    data.set("storeroom", "MAIN");
    data.set("at", "2026-11-24T10:00:00Z");
    if (!transaction.line.empty()) data.set("planned_line", transaction.line);
    if (is_return) data.set("returns", transaction.returns);
    if (!transaction.line.empty())
        lines_[transaction.line].issued += is_return ? -transaction.quantity : transaction.quantity;
    transactions_.push_back(transaction);
    std::erase_if(unread_, [](const auto& event) { return event.envelope.type.starts_with("workorder."); });
    log(is_return ? "part.returned" : "part.consumed", id, data.dump());
    log("workorder." + status_, order_number, order_json());
}

/// Lists are read one after the other: news may pass each other, but none is lost.
void PartsWorld::deliver_some() {
    while (!unread_.empty() && random_.below(4) > 0) {
        const std::size_t index = random_.below(unread_.size());
        queue_.push_back(unread_[index]);
        const bool repeat = unread_[index].envelope.type.starts_with("part.") && random_.below(6) == 0;
        if (!repeat) unread_.erase(unread_.begin() + static_cast<std::ptrdiff_t>(index));
    }
}

void PartsWorld::decide_one() {
    if (queue_.empty()) return;
    model::StoredEvent event = std::move(queue_.front());
    queue_.pop_front();
    event.seq = ++sequence_;
    event.envelope.id = "event-" + std::to_string(event.seq);
    const std::string& type = event.envelope.type;
    const bool word = type.ends_with(".replayed") || type.ends_with(".given_up");
    const Json data = *Json::parse(event.envelope.data);
    if (word) {  // as the engine does: only what is still refused is sent again, or ended
        const auto sent = std::find_if(sent_.begin(), sent_.end(),
                                       [&](const Sent& s) { return s.command.key == data.text_or("key"); });
        if (sent->state != State::rejected) return;
        sent->state = type.ends_with(".replayed") ? State::open : State::withdrawn;
    }
    for (const auto& flow : flows_) {
        if (word && flow->name() != data.text_or("flow")) continue;
        for (const std::string& key : flow->keys(event)) {
            std::string& state = states_[{std::string(flow->name()), key}];
            auto decision = flow->decide(event, key, state, event.recorded);
            ASSERT_TRUE(decision.has_value()) << type << ": " << decision.error().message;
            apply(std::string(flow->name()), key, std::move(*decision));
        }
    }
}

void PartsWorld::apply(const std::string& flow, const std::string& key, Decision decision) {
    ASSERT_EQ(key, order_number);
    for (const std::string& withdrawn : decision.withdrawals) {
        const auto sent =
            std::find_if(sent_.begin(), sent_.end(), [&](const Sent& s) { return s.command.key == withdrawn; });
        ASSERT_NE(sent, sent_.end()) << "withdraws a command that was never made";
        ASSERT_TRUE(sent->state == State::rejected || sent->state == State::withdrawn) << "it may be at the peer";
        sent->state = State::withdrawn;
    }
    for (model::Command& command : decision.commands) {
        ASSERT_TRUE(keys_.insert(command.key).second) << "key used twice";
        command.flow = flow;
        sent_.push_back(Sent{std::move(command), State::open, false});
    }
    for (const NewEvent& event : decision.events) {
        const Json data = *Json::parse(event.data);
        if (event.type == "part.return_skipped") ASSERT_TRUE(skipped_.insert(event.subject).second) << "said twice";
        if (event.type == "demand.changed") demand_[data.text_or("demand")] = whole(data, "quantity");
    }
    if (decision.state) states_[{flow, key}] = std::move(*decision.state);
}

void PartsWorld::receipt(const Sent& sent, const std::string& outcome, const std::string& document,
                         const std::string& code) {
    Json data = Json::object({{"key", sent.command.key}, {"kind", sent.command.kind}, {"flow", sent.command.flow}});
    data.set("intent", sent.command.intent);
    if (!document.empty()) data.set("document", document);
    if (!code.empty()) data.set("code", code);
    data.set("details", Json::object());
    data.set("echo", *Json::parse(sent.command.echo));
    log(sent.command.noun + "." + outcome, sent.command.correlation, data.dump());
}

/// Commands of one order key leave one after the other.
bool PartsWorld::blocked(const Sent& sent) const {
    for (const Sent& earlier : sent_) {
        if (&earlier == &sent) return false;
        const bool under_way =
            earlier.state == State::open || earlier.state == State::rejected || earlier.state == State::parked;
        if (under_way && earlier.command.order_key == sent.command.order_key) return true;
    }
    return false;
}

void PartsWorld::settle_one(Mood mood) {
    std::vector<Sent*> ready;
    for (Sent& sent : sent_) {
        const bool open = sent.state == State::open || sent.state == State::parked;
        if (open && !blocked(sent)) ready.push_back(&sent);
    }
    if (ready.empty()) return;
    Sent& sent = *ready[random_.below(ready.size())];
    const std::uint64_t luck = mood == Mood::kind ? 9 : random_.below(10);
    if (luck >= 3) return answer(sent);
    if (luck >= 1 || sent.state == State::parked) return refuse(sent, "refused_by_chance");
    sent.state = State::parked;
    receipt(sent, "parked", "", "undecidable");
}

void PartsWorld::refuse(Sent& sent, const std::string& code) {
    sent.state = State::rejected;
    sent.asked = false;
    receipt(sent, "rejected", "", code);
}

void PartsWorld::book(Sent& sent, const std::string& document) {
    sent.state = State::booked;
    receipt(sent, "booked", document, "");
}

void PartsWorld::answer(Sent& sent) {
    const Json payload = *Json::parse(sent.command.payload);
    ASSERT_EQ(payload.text_or("reference"), sent.command.key);
    if (sent.command.kind == "part_transaction.link") {
        told_[payload.text_or("transaction")] = payload.text_or("status");
        return book(sent, payload.text_or("transaction"));
    }
    if (sent.command.kind.starts_with("reservation.")) return answer_reservation(sent, payload);
    ASSERT_EQ(sent.command.kind, "goods_issue.post");
    answer_issue(sent, payload);
}

void PartsWorld::answer_issue(Sent& sent, const Json& payload) {
    const std::int64_t quantity = whole(payload, "quantity");
    const std::string named = payload.text_or("reservation");
    if (!named.empty()) {
        const auto found = reservations_.find(named);
        ASSERT_NE(found, reservations_.end());
        ASSERT_EQ(found->second.part, payload.text_or("part"));
        if (found->second.closed) return refuse(sent, "reservation_closed");
        found->second.issued += quantity;
        found->second.closed = found->second.issued >= found->second.quantity;
    }
    const Json echo = *Json::parse(sent.command.echo);
    const std::string transaction = echo.text_or("transaction");
    for (const auto& [number, other] : documents_) ASSERT_NE(other.transaction, transaction) << "posted twice";
    const std::string number = std::to_string(4'900'000 + ++number_);
    documents_[number] = Document{transaction, payload.text_or("part"), quantity};
    book(sent, number);
}

void PartsWorld::answer_reservation(Sent& sent, const Json& payload) {
    std::string number = payload.text_or("reservation");
    if (number.empty()) {
        number = "R-" + std::to_string(++number_);
        const std::string line = Json::parse(sent.command.echo)->text_or("line");
        reservations_[number] = Reservation{payload.text_or("part"), line, whole(payload, "quantity"), 0, false};
        return book(sent, number);
    }
    Reservation& reservation = reservations_.at(number);
    if (reservation.closed) return refuse(sent, "reservation_status");
    if (sent.command.kind == "reservation.cancel") {
        reservation.closed = true;
        return book(sent, number);
    }
    const std::int64_t quantity = whole(payload, "quantity");
    if (quantity < reservation.issued) return refuse(sent, "below_issued");
    reservation.quantity = quantity;
    reservation.closed = reservation.issued >= quantity;
    book(sent, number);
}

void PartsWorld::person_speaks(bool gives_up) {
    for (Sent& sent : sent_) {
        if (sent.state != State::rejected || sent.asked || random_.below(2) == 0) continue;
        sent.asked = true;
        log(sent.command.noun + (gives_up ? ".given_up" : ".replayed"), order_number,
            Json::object({{"key", sent.command.key}, {"flow", sent.command.flow}, {"actor", "storekeeper"}}).dump());
        return;
    }
}

void PartsWorld::drain() {
    std::erase_if(unread_, [](const auto& event) { return event.envelope.type.starts_with("workorder."); });
    log("workorder." + status_, order_number, order_json());
    for (std::size_t step = 0; step < 20'000; ++step) {
        if (::testing::Test::HasFatalFailure()) return;
        const bool under_way = std::any_of(sent_.begin(), sent_.end(), [](const Sent& s) {
            return s.state != State::booked && s.state != State::withdrawn;
        });
        if (unread_.empty() && queue_.empty() && !under_way) return;
        deliver_some();
        decide_one();
        if (random_.below(2) == 0) settle_one(Mood::kind);
        if (random_.below(2) == 0) person_speaks(false);
    }
    FAIL() << "does not come to rest";
}

bool PartsWorld::given_up(const std::string& transaction) const {
    bool withdrawn = false;
    for (const Sent& sent : sent_) {
        if (sent.command.kind != "goods_issue.post") continue;
        if (Json::parse(sent.command.echo)->text_or("transaction") != transaction) continue;
        if (sent.state == State::booked) return false;
        withdrawn = withdrawn || sent.state == State::withdrawn;
    }
    return withdrawn;
}

/// booked, given_up or skipped, as the ERP and the log have it.
std::string PartsWorld::fate_of(const Transaction& transaction) const {
    std::string fate = skipped_.contains(transaction.id) ? "skipped" : given_up(transaction.id) ? "given_up" : "";
    for (const auto& [number, document] : documents_) {
        if (document.transaction != transaction.id) continue;
        EXPECT_EQ(fate, "") << transaction.id << " was booked although it was said to be " << fate;
        EXPECT_EQ(document.part, transaction.part);
        EXPECT_EQ(document.quantity, transaction.returns.empty() ? transaction.quantity : -transaction.quantity);
        fate = "booked";
    }
    return fate;
}

void PartsWorld::expect_reconciled() const {
    if (::testing::Test::HasFatalFailure()) return;
    std::map<std::string, std::string> fates;
    std::map<std::string, std::int64_t> missing;  ///< by line: taken in the plant, given up for the ERP
    for (const Transaction& transaction : transactions_) {
        const std::string fate = fate_of(transaction);
        fates[transaction.id] = fate;
        EXPECT_NE(fate, "") << transaction.id << " has neither an issue nor a reason";
        const auto told = told_.find(transaction.id);
        const std::string said = told == told_.end() ? "" : told->second;
        bool may_be_silent = false;  // a person gave the word itself up
        for (const Sent& sent : sent_) {
            const bool link = sent.command.order_key == transaction.id + "/link";
            may_be_silent = may_be_silent || (link && sent.state == State::withdrawn);
        }
        if (!may_be_silent) EXPECT_EQ(said, fate == "booked" ? "booked" : "refused") << transaction.id;
        if (fate != "booked") missing[transaction.line] += transaction.quantity;
        if (transaction.returns.empty()) continue;
        if (fates[transaction.returns] != "booked") EXPECT_EQ(fate, "skipped") << transaction.id;
    }
    const bool on = status_ != "completed" && status_ != "cancelled";
    for (const auto& [id, line] : lines_) {
        std::int64_t reserved = 0;
        for (const auto& [number, reservation] : reservations_) {
            if (reservation.line == id && !reservation.closed) reserved += reservation.quantity - reservation.issued;
        }
        const std::int64_t open = on && line.active ? std::max<std::int64_t>(0, line.planned - line.issued) : 0;
        const auto demand = demand_.find(order_number + ("/" + id));
        EXPECT_EQ(demand == demand_.end() ? 0 : demand->second, open) << id;
        bool ended_by_person = false;
        for (const Sent& sent : sent_) {
            ended_by_person = ended_by_person || (sent.command.noun == "reservation" && sent.state == State::withdrawn);
        }
        if (ended_by_person) continue;
        EXPECT_GE(reserved, open - missing[id]) << id << " " << order_json();
        EXPECT_LE(reserved, open + missing[id]) << id << " " << order_json();
    }
}

}  // namespace tieline::flows::testing
