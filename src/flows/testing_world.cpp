#include "flows/testing_world.h"

#include "flows/cost_posting.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace tieline::flows::testing {
namespace {

constexpr const char* order_number = "WO-1";

int minor(const std::string& currency) { return currency == "JPY" ? 0 : currency == "KWD" ? 3 : 2; }

std::int64_t power(int exponent) {
    std::int64_t value = 1;
    while (exponent-- > 0) value *= 10;
    return value;
}

/// Long-hand rounding of ten-thousandths to the currency's minor unit.
std::int64_t round_units(std::int64_t value, const std::string& currency, Rounding mode) {
    const std::int64_t unit = power(4 - minor(currency));
    const std::int64_t magnitude = std::abs(value);
    std::int64_t whole = magnitude / unit;
    const std::int64_t twice = 2 * (magnitude % unit);
    if (twice > unit || (twice == unit && (mode == Rounding::half_up || whole % 2 == 1))) ++whole;
    return (value < 0 ? -whole : whole) * unit;
}

std::string decimal_text(std::int64_t value, int scale) {
    const std::int64_t divisor = power(scale);
    std::string digits = std::to_string(std::abs(value) % divisor);
    digits.insert(0, static_cast<std::size_t>(scale) - digits.size(), '0');
    return (value < 0 ? "-" : "") + std::to_string(std::abs(value) / divisor) + "." + digits;
}

/// Text with at most four decimals as ten-thousandths.
std::int64_t units_of(const std::string& text) {
    const bool negative = text.starts_with("-");
    const std::size_t point = text.find('.');
    std::string digits = text.substr(negative ? 1 : 0, point == std::string::npos ? point : point - (negative ? 1 : 0));
    std::string fraction = point == std::string::npos ? "" : text.substr(point + 1);
    fraction.resize(4, '0');
    const std::int64_t value = std::stoll(digits + fraction);
    return negative ? -value : value;
}

/// What the ERP pays for a piece or an hour, in hundredths: not what the CMMS thinks.
constexpr std::int64_t erp_price = 1275;

}  // namespace

CostPostingConfig sample_config() {
    CostPostingConfig config;
    Company company;
    company.code = "1000";
    company.zone = "Europe/Berlin";
    company.accounts.cost = {"610000", "620000", "630000", "640000"};
    company.accounts.clearing = {"910000", "920000", "930000", "940000"};
    company.accounts.capital = "110000";
    company.accounts.accrued = "290000";
    config.companies.companies.push_back(company);
    config.companies.default_code = "1000";
    config.receivers.by_asset["FILLER-01"] = {model::ReceiverKind::cost_center, "CC-100"};
    return config;
}

World::World(const CostPostingConfig& config, SeededRandom& random)
    : config_(config), random_(random), flow_(make_cost_posting(config)) {
    newest_.status = "requested";
}

Line World::random_line(std::size_t number) {
    static const char* const kinds[] = {"labor", "part", "contractor", "other"};
    static const char* const currencies[] = {"EUR", "EUR", "EUR", "JPY", "KWD"};
    static const char* const receivers[] = {"", "", "CC-200", "CC-300"};
    Line line;
    line.id = "L" + std::to_string(number);
    line.kind = kinds[random_.below(4)];
    line.currency = currencies[random_.below(5)];
    line.receiver = receivers[random_.below(4)];
    line.capital = random_.below(8) == 0;
    line.quantity = static_cast<std::int64_t>(random_.below(900));
    line.price = static_cast<std::int64_t>(random_.below(random_.below(2) == 0 ? 9 : 9000));
    if (line.kind != "labor" && random_.below(4) == 0) line.quantity = -line.quantity;
    line.amount = line.quantity * line.price;
    if (line.kind == "contractor" && random_.below(3) > 0) line.purchase_order = "PO-" + line.id;
    return line;
}

void World::random_snapshot() {
    static const char* const statuses[] = {"completed", "completed", "completed",  "closed",
                                           "reopened",  "cancelled", "in_progress"};
    Snapshot snapshot = newest_;
    snapshot.status = statuses[random_.below(7)];
    snapshot.day = random_.below(3) == 0 ? "2026-11-24" : "2026-11-23";
    if (random_.below(4) == 0) snapshot.title = "Title " + std::to_string(random_.below(100));
    if (snapshot.lines.empty() || random_.below(3) == 0) {
        snapshot.lines.clear();
        const std::size_t count = random_.below(7);
        for (std::size_t index = 0; index < count; ++index) snapshot.lines.push_back(random_line(index));
    } else if (random_.below(2) == 0) {
        const std::size_t index = random_.below(snapshot.lines.size());
        snapshot.lines[index] = random_line(index);
    }
    newest_ = snapshot;
    log("workorder." + (snapshot.status == "in_progress" ? std::string("started") : snapshot.status),
        order_json(snapshot));
}

std::string World::order_json(const Snapshot& snapshot) const {
    Json order = Json::object();
    order.set("number", order_number);
    order.set("asset", "FILLER-01");
    order.set("title", snapshot.title);
    order.set("status", snapshot.status);
    order.set("company_code", "1000");
    const bool done = snapshot.status == "completed" || snapshot.status == "closed";
    if (done) order.set("completed_at", snapshot.day + "T10:00:00Z");
    Json lines = Json::array();
    for (const Line& line : snapshot.lines) {
        Json json = Json::object();
        json.set("kind", line.kind);
        json.set("id", line.id);
        json.set("currency", line.currency);
        if (line.kind == "labor") {
            json.set("hours", decimal_text(line.quantity, 2));
            json.set("rate", decimal_text(line.price, 2));
            json.set("craft", "MECH");
        } else if (line.kind == "part") {
            json.set("quantity", decimal_text(line.quantity, 2));
            json.set("unit", "PCE");
            json.set("unit_cost", decimal_text(line.price, 2));
            json.set("part", "P-1001");
        } else {
            json.set("amount", decimal_text(line.amount, 4));
            if (line.kind == "contractor") json.set("vendor", "V-100");
            if (!line.purchase_order.empty()) json.set("purchase_order", line.purchase_order);
        }
        if (line.capital) json.set("capital", true);
        if (!line.receiver.empty()) {
            json.set("receiver", Json::object({{"kind", "cost_center"}, {"code", line.receiver}}));
        }
        lines.push_back(std::move(json));
    }
    order.set("lines", std::move(lines));
    return order.dump();
}

void World::random_invoice() {
    std::vector<const Line*> contractors;
    for (const Line& line : newest_.lines) {
        if (line.kind == "contractor" && invoiced_.find(line.id) == invoiced_.end()) contractors.push_back(&line);
    }
    if (contractors.empty()) return;
    const Line& line = *contractors[random_.below(contractors.size())];
    invoiced_[line.id] = {line.currency, line.amount};
    log("invoice.received", Json::object({{"invoice", "INV-" + line.id},
                                          {"vendor", "V-100"},
                                          {"work_order", order_number},
                                          {"line", line.id},
                                          {"currency", line.currency},
                                          {"amount", decimal_text(line.amount, 4)},
                                          {"posting_date", "2026-11-25"},
                                          {"document", "51000"}})
                                .dump());
}

void World::log(std::string type, std::string data) {
    model::StoredEvent event;
    event.seq = ++sequence_;
    event.recorded = *parse_time("2026-11-25T08:00:00Z");
    event.envelope.id = "event-" + std::to_string(event.seq);
    event.envelope.type = std::move(type);
    event.envelope.subject = order_number;
    event.envelope.site = "plant";
    event.envelope.occurred = event.recorded;
    event.envelope.data = std::move(data);
    queue_.push_back(std::move(event));
}

void World::receipt(const Sent& sent, const std::string& outcome, const std::string& document, Json details,
                    const std::string& code) {
    Json data = Json::object();
    data.set("key", sent.command.key);
    data.set("kind", sent.command.kind);
    data.set("flow", "cost_posting");
    data.set("intent", sent.command.intent);
    if (!document.empty()) data.set("document", document);
    if (!code.empty()) data.set("code", code);
    data.set("details", std::move(details));
    data.set("echo", *Json::parse(sent.command.echo));
    log(sent.command.noun + "." + outcome, data.dump());
}

Balance World::cost_of(const Json& payload, const std::string& kind, Json& details) const {
    Balance cost;
    const std::string currency = payload.text_or("currency");
    if (kind == "journal.post") {
        std::int64_t debits = 0;
        for (const Json& line : payload.find("lines")->items()) {
            const std::int64_t amount = units_of(line.text_or("amount"));
            EXPECT_GT(amount, 0);
            EXPECT_EQ(amount % power(4 - minor(currency)), 0) << "more decimals than the currency has";
            const std::int64_t signed_amount = line.text_or("side") == "debit" ? amount : -amount;
            debits += signed_amount;
            if (const Json* receiver = line.find("receiver")) {
                cost[{receiver->text_or("code"), currency}] += signed_amount;
            }
        }
        EXPECT_EQ(debits, 0) << "unbalanced journal";
        return cost;
    }
    const std::string receiver = payload.find("receiver")->text_or("code");
    if (kind == "service_receipt.post") {
        cost[{receiver, currency}] = units_of(payload.text_or("amount"));
        return cost;
    }
    const std::string count = payload.text_or(kind == "goods_issue.post" ? "quantity" : "hours");
    const std::int64_t value = round_units(units_of(count) / 100 * erp_price, currency, Rounding::half_even);
    cost[{receiver, currency}] = value;
    details.set("amount", decimal_text(value, 4));
    details.set("currency", currency);
    return cost;
}

void World::book(Sent& sent) {
    sent.state = State::booked;
    const Json payload = *Json::parse(sent.command.payload);
    const std::string slot = Json::parse(sent.command.echo)->text_or("slot");
    const std::string number = std::to_string(++next_document_);
    ASSERT_EQ(payload.text_or("reference"), sent.command.key);
    Json details = Json::object();
    if (sent.command.kind.ends_with(".reverse")) {
        const auto original = documents_.find(payload.text_or("document"));
        ASSERT_NE(original, documents_.end()) << "reversal of a document that was never booked";
        ASSERT_TRUE(original->second.live) << "reversed twice";
        ASSERT_EQ(original->second.slot, slot);
        original->second.live = false;
    } else {
        for (const auto& [other, document] : documents_) {
            ASSERT_FALSE(document.live && document.slot == slot) << "two live documents in " << slot;
        }
        Document& document = documents_[number];
        document.slot = slot;
        document.cost = cost_of(payload, sent.command.kind, details);
    }
    receipt(sent, "booked", number, std::move(details), "");
}

void World::refuse(Sent& sent) {
    sent.state = State::rejected;
    sent.replay_asked = false;
    Json details = Json::object();
    const bool closed = random_.below(2) == 0;
    if (closed) details.set("next_open_date", random_.below(2) == 0 ? "2026-12-01" : "2026-11-01");
    receipt(sent, "rejected", "", std::move(details), closed ? "period_closed" : "unknown_cost_center");
}

void World::settle_one(Mood mood) {
    std::vector<Sent*> under_way;
    for (Sent& sent : sent_) {
        if (sent.state == State::open || sent.state == State::parked) under_way.push_back(&sent);
    }
    if (under_way.empty()) return;
    Sent& sent = *under_way[random_.below(under_way.size())];
    const std::uint64_t luck = mood == Mood::kind ? 9 : random_.below(10);
    if (luck >= 3) return book(sent);
    if (luck >= 1 || sent.state == State::parked) return refuse(sent);
    sent.state = State::parked;
    receipt(sent, "parked", "", Json::object(), "undecidable");
}

void World::person_replays_one() {
    for (Sent& sent : sent_) {
        if (sent.state != State::rejected || sent.replay_asked || random_.below(2) == 0) continue;
        sent.replay_asked = true;
        log(sent.command.noun + ".replayed",
            Json::object({{"key", sent.command.key}, {"flow", "cost_posting"}, {"actor", "controller"}}).dump());
        return;
    }
}

void World::deliver_one() {
    if (queue_.empty()) return;
    const model::StoredEvent event = std::move(queue_.front());
    queue_.pop_front();
    if (event.envelope.type.ends_with(".replayed")) {  // as the engine does: only what is still refused is sent again
        const std::string key = Json::parse(event.envelope.data)->text_or("key");
        const auto sent = std::find_if(sent_.begin(), sent_.end(), [&](const Sent& s) { return s.command.key == key; });
        if (sent->state != State::rejected) return;
        sent->state = State::open;
    } else {
        ASSERT_EQ(flow_->keys(event), std::vector<std::string>{order_number}) << event.envelope.type;
    }
    if (event.envelope.type == "invoice.received") {
        // The reckoning's own memory of what came first: a receipt made, or the invoice.
        const std::string line = Json::parse(event.envelope.data)->text_or("line");
        bool under_way = false;
        const std::string slot = "service_receipt/" + line;
        for (const Sent& sent : sent_) {
            const bool here = Json::parse(sent.command.echo)->text_or("slot") == slot;
            under_way = under_way || (here && sent.state != State::booked && sent.state != State::withdrawn);
            for (const model::StoredEvent& waiting : queue_) {  // booked, but the flow has not read it yet
                const auto data = Json::parse(waiting.envelope.data);
                under_way = under_way || (here && data->text_or("key") == sent.command.key);
            }
        }
        for (const auto& [number, document] : documents_)
            under_way = under_way || (document.slot == slot && document.live);
        if (!under_way) carried_.insert(line);
    }
    auto decision = flow_->decide(event, order_number, state_, event.recorded);
    ASSERT_TRUE(decision.has_value()) << decision.error().message;
    apply(std::move(*decision));
}

void World::apply(Decision decision) {
    for (const std::string& key : decision.withdrawals) {
        const auto sent = std::find_if(sent_.begin(), sent_.end(), [&](const Sent& s) { return s.command.key == key; });
        ASSERT_NE(sent, sent_.end()) << "withdraws a command that was never made";
        ASSERT_EQ(sent->state, State::rejected) << "withdraws a command that may be at the peer";
        sent->state = State::withdrawn;
    }
    for (model::Command& command : decision.commands) {
        ASSERT_TRUE(keys_.insert(command.key).second) << "key used twice";
        ASSERT_EQ(command.order_key, order_number);
        sent_.push_back(Sent{std::move(command), State::open, false});
    }
    for (const NewEvent& event : decision.events) {
        if (event.type == "cost.settled") last_settled_ = event.data;
    }
    if (decision.state) state_ = std::move(*decision.state);
}

void World::drain() {
    for (std::size_t step = 0; step < 10'000; ++step) {
        if (::testing::Test::HasFatalFailure()) return;
        const bool under_way = std::any_of(sent_.begin(), sent_.end(), [](const Sent& s) {
            return s.state != State::booked && s.state != State::withdrawn;
        });
        if (queue_.empty() && !under_way) return;
        deliver_one();
        if (random_.below(2) == 0) settle_one(Mood::kind);
        if (random_.below(2) == 0) person_replays_one();
    }
    FAIL() << "does not come to rest";
}

Balance World::expected() const {
    Balance balance;
    if (newest_.status != "completed" && newest_.status != "closed") return balance;
    std::map<std::string, std::vector<const Line*>> journals;
    for (const Line& line : newest_.lines) {
        const std::string receiver = line.receiver.empty() ? "CC-100" : line.receiver;
        const std::size_t kind = line.kind == "labor" ? 0 : line.kind == "part" ? 1 : line.kind == "contractor" ? 2 : 3;
        const Carrier carrier = config_.carrier[kind];
        if (carrier == Carrier::goods_issue || carrier == Carrier::confirmation) {
            balance[{receiver, line.currency}] +=
                round_units(line.quantity * erp_price, line.currency, Rounding::half_even);
        } else if (carrier == Carrier::accrual) {
            if (invoiced_.find(line.id) == invoiced_.end()) {
                balance[{receiver, line.currency}] += round_units(line.amount, line.currency, config_.rounding);
            }
        } else if (carrier == Carrier::service_receipt && !line.purchase_order.empty()) {
            if (carried_.find(line.id) == carried_.end()) {
                balance[{receiver, line.currency}] += round_units(line.amount, line.currency, config_.rounding);
            }
        } else {
            journals[line.currency].push_back(&line);
        }
    }
    for (const auto& [currency, lines] : journals) {
        std::vector<std::int64_t> amounts;
        std::int64_t exact = 0;
        std::int64_t sum = 0;
        std::size_t largest = 0;
        for (const Line* line : lines) {
            amounts.push_back(round_units(line->amount, currency, config_.rounding));
            exact += line->amount;
            sum += amounts.back();
            if (std::abs(amounts.back()) > std::abs(amounts[largest])) largest = amounts.size() - 1;
        }
        amounts[largest] += round_units(exact, currency, config_.rounding) - sum;
        for (std::size_t index = 0; index < lines.size(); ++index) {
            balance[{lines[index]->receiver.empty() ? "CC-100" : lines[index]->receiver, currency}] += amounts[index];
        }
    }
    return balance;
}

void World::expect_reconciled() {
    if (::testing::Test::HasFatalFailure()) return;
    Balance posted;
    std::map<std::string, std::int64_t> totals;
    for (const auto& [number, document] : documents_) {
        if (!document.live) continue;
        for (const auto& [place, amount] : document.cost) {
            posted[place] += amount;
            totals[place.second] += amount;
        }
    }
    Balance wanted = expected();
    const auto is_zero = [](const auto& entry) { return entry.second == 0; };
    std::erase_if(posted, is_zero);
    std::erase_if(wanted, is_zero);
    EXPECT_EQ(posted, wanted) << order_json(newest_);
    if (documents_.empty()) return;
    ASSERT_FALSE(last_settled_.empty()) << "never said that it is settled";
    const Json settled = *Json::parse(last_settled_);
    for (const Json& total : settled.find("totals")->items()) {
        EXPECT_EQ(units_of(total.text_or("posted")), totals[total.text_or("currency")]) << last_settled_;
    }
}

}  // namespace tieline::flows::testing
