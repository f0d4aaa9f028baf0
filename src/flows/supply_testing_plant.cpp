#include "flows/supply_testing_plant.h"

#include "base/time.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tieline::flows::testing {
namespace {

constexpr const char* place = "SEAL-9/MAIN";
constexpr int reorder_point = 5;
constexpr int order_up_to = 12;
constexpr int lot = 4;

std::string text(int number) { return std::to_string(number); }
std::string job_name(int number) { return "WO-" + text(number) + "/P1"; }

std::string date_of(int day) {
    Date date = *parse_date("2026-01-01");
    for (int passed = 0; passed < day; ++passed) date = date.next_day();
    return date.str();
}

bool is_open(const std::string& status) { return status == "requested" || status == "approved"; }
bool is_live(const std::string& status) { return status == "held" || status == "sent"; }

int whole(const Json& json, std::string_view name) { return std::atoi(json.text_or(name, "0").c_str()); }

}  // namespace

SupplyPlant::SupplyPlant(Random& random, const Flow& flow, bool planned)
    : random_(random), flow_(flow), planned_(planned) {
    if (planned) {
        slack_ = std::max(slack_, order_up_to + lot);
        deliver(event_of("planning.published", place,
                         Json::object({{"part", "SEAL-9"},
                                       {"storeroom", "MAIN"},
                                       {"reorder_point", text(reorder_point)},
                                       {"order_up_to", text(order_up_to)},
                                       {"lot_size", text(lot)},
                                       {"lead_days", 10}})));
    }
    changed("stock");
}

template <class Map>
int SupplyPlant::any_of(const Map& map) {
    auto found = map.begin();
    std::advance(found, random_.below(map.size()));
    return found->first;
}

void SupplyPlant::changed(const std::string& object) {
    seqs_[object] = ++seq_;
    news_.insert(object);
}

int SupplyPlant::on_order() const {
    int total = 0;
    for (const auto& [number, order] : orders_) total += is_live(order.status) ? order.open : 0;
    return total;
}

int SupplyPlant::on_requisition() const {
    int total = 0;
    for (const auto& [number, requisition] : requisitions_) {
        total += is_open(requisition.status) ? requisition.quantity : 0;
    }
    return total;
}

int SupplyPlant::reserved() const {
    int total = 0;
    for (const auto& [number, job] : jobs_) total += job.reserved;
    return total;
}

model::StoredEvent SupplyPlant::event_of(std::string type, std::string subject, const Json& data) {
    model::StoredEvent event;
    event.seq = ++sequence_;
    event.recorded = *parse_time(date_of(day_) + "T12:00:00Z");
    event.envelope.id = "event-" + std::to_string(event.seq);
    event.envelope.type = std::move(type);
    event.envelope.subject = std::move(subject);
    event.envelope.site = "plant";
    event.envelope.occurred = event.recorded;
    event.envelope.data = data.dump();
    return event;
}

void SupplyPlant::tell_demand(int number) {
    const Job& job = jobs_[number];
    Json data = Json::object({{"demand", job_name(number)},
                              {"work_order", "WO-" + text(number)},
                              {"part", "SEAL-9"},
                              {"storeroom", "MAIN"},
                              {"quantity", text(job.quantity)},
                              {"unit", "PC"},
                              {"needed_on", date_of(job.needed_day)},
                              {"released", true}});
    if (job.reserved > 0) data.set("reservation", "RV" + text(number));
    from_hub_.push_back(event_of("demand.changed", place, data));
}

void SupplyPlant::new_job() {
    if (jobs_.size() > 6) return;
    const int number = ++next_job_;
    jobs_[number] = Job{1 + static_cast<int>(random_.below(5)), day_ + static_cast<int>(random_.below(30)), 0};
    tell_demand(number);
}

void SupplyPlant::reserve_one() {
    if (jobs_.empty()) return;
    const int number = any_of(jobs_);
    Job& job = jobs_[number];
    if (job.reserved == job.quantity) return;
    job.reserved = job.quantity;
    changed("stock");
    if (job.quantity > 0) tell_demand(number);
    if (job.quantity == 0) jobs_.erase(number);
}

void SupplyPlant::use_or_change() {
    if (jobs_.empty()) return;
    const int number = any_of(jobs_);
    Job& job = jobs_[number];
    switch (random_.below(6)) {
        case 0:
            job.needed_day = day_ + static_cast<int>(random_.below(40));
            break;
        case 1:
            slack_ += job.quantity;  // what was ordered for it may be sent already
            job.quantity = 0;
            break;
        case 2:
            slack_ += job.quantity > 1 ? 1 : 0;
            job.quantity -= job.quantity > 1 ? 1 : 0;
            break;
        case 3:
            ++job.quantity;
            break;
        default: {
            const int used = std::min(job.quantity, 1 + static_cast<int>(random_.below(3)));
            if (used == 0 || on_hand_ < used) return;
            on_hand_ -= used;
            job.quantity -= used;
            job.reserved = std::max(0, job.reserved - used);
            changed("stock");
        }
    }
    tell_demand(number);
    if (job.quantity == 0 && job.reserved == 0) jobs_.erase(number);
}

void SupplyPlant::free_use() {
    if (on_hand_ < 1) return;
    --on_hand_;
    changed("stock");
}

void SupplyPlant::buyer() {
    if (requisitions_.empty()) return;
    const int number = any_of(requisitions_);
    Requisition& requisition = requisitions_[number];
    const std::uint64_t luck = random_.below(20);
    if (requisition.status == "requested") {
        requisition.status = luck < 2 ? "rejected" : "approved";
    } else if (requisition.status == "approved" && luck < 2) {
        requisition.status = "cancelled";
    } else if (requisition.status == "approved" && luck < 4) {
        requisition.quantity = std::max(1, requisition.quantity - 1);
    } else if (requisition.status == "approved") {
        requisition.status = "ordered";
        const int order = ++next_number_;
        orders_[order] = Order{"held", number, requisition.quantity, 0, requisition.quantity, requisition.day, 0};
        changed("order/" + text(order));
    } else {
        for (auto& [order_number, order] : orders_) {
            if (order.requisition != number || !is_live(order.status)) continue;
            if (order.status == "held")
                order.status = "sent";
            else
                order.confirmed = day_ + static_cast<int>(random_.below(20));
            changed("order/" + text(order_number));
        }
        return;
    }
    changed("requisition/" + text(number));
    changed("stock");
}

void SupplyPlant::vendor() {
    if (orders_.empty()) return;
    const int number = any_of(orders_);
    Order& order = orders_[number];
    if (order.status == "sent") {
        int quantity = 1 + static_cast<int>(random_.below(static_cast<std::uint64_t>(order.open)));
        if (random_.below(6) == 0) quantity = order.open + 1, ++slack_;
        on_hand_ += quantity;
        order.received += quantity;
        order.open = std::max(0, order.open - quantity);
        if (order.open == 0) order.status = "closed";
    } else if (order.status == "closed" && random_.below(6) == 0 && order.received == order.quantity) {
        on_hand_ -= 1;  // a delivery is cancelled, even when its part is used up
        order.received -= 1;
        order.open = 1;
        order.status = "sent";
    } else {
        return;
    }
    requisitions_[order.requisition].status = order.status == "closed" ? "closed" : "ordered";
    changed("order/" + text(number));
    changed("requisition/" + text(order.requisition));
    changed("stock");
}

Json SupplyPlant::stock_json() const {
    return Json::object({{"part", "SEAL-9"},
                         {"storeroom", "MAIN"},
                         {"on_hand", text(on_hand_)},
                         {"reserved", text(reserved())},
                         {"on_order", text(on_order())},
                         {"on_requisition", text(on_requisition())},
                         {"unit", "PC"}});
}

Json SupplyPlant::requisition_json(int number) const {
    const Requisition& requisition = requisitions_.at(number);
    return Json::object({{"requisition", "R" + text(number)},
                         {"part", "SEAL-9"},
                         {"storeroom", "MAIN"},
                         {"quantity", text(requisition.quantity)},
                         {"unit", "PC"},
                         {"delivery_date", date_of(requisition.day)},
                         {"reference", requisition.reference}});
}

Json SupplyPlant::order_json(int number) const {
    const Order& order = orders_.at(number);
    Json item = Json::object({{"item", "10"},
                              {"part", "SEAL-9"},
                              {"storeroom", "MAIN"},
                              {"quantity", text(order.quantity)},
                              {"received", text(order.received)},
                              {"open", text(order.open)},
                              {"delivery_date", date_of(order.day)},
                              {"final", order.status == "closed"},
                              {"requisition", "R" + text(order.requisition)}});
    if (order.confirmed > 0) item.set("confirmed_date", date_of(order.confirmed));
    return Json::object(
        {{"purchase_order", "4" + text(number)}, {"status", order.status}, {"items", Json(Json::Array{item})}});
}

model::StoredEvent SupplyPlant::read_object(const std::string& object) {
    const std::size_t slash = object.find('/');
    Json data = stock_json();
    std::string type = "stock.changed";
    if (slash != std::string::npos) {
        const int number = std::atoi(object.c_str() + slash + 1);
        const bool requisition = object.starts_with("requisition");
        data = requisition ? requisition_json(number) : order_json(number);
        type = requisition ? "requisition." + requisitions_[number].status : "purchase_order.changed";
    }
    data.set("seq", seqs_[object]);
    return event_of(std::move(type), place, data);
}

void SupplyPlant::tell_one() {
    const std::uint64_t luck = random_.below(8);
    if (luck < 3 && !news_.empty()) {
        auto object = news_.begin();
        std::advance(object, random_.below(news_.size()));
        from_erp_.push_back(read_object(*object));
        news_.erase(object);
        return;
    }
    if (luck == 3 && !told_.empty()) return deliver(told_[random_.below(told_.size())]);
    std::deque<model::StoredEvent>& queue = luck < 6 ? from_erp_ : from_hub_;
    if (queue.empty()) return;
    const model::StoredEvent event = std::move(queue.front());
    queue.pop_front();
    if (&queue == &from_erp_) told_.push_back(event);
    if (told_.size() > 30) told_.erase(told_.begin());
    deliver(event);
}

void SupplyPlant::deliver(const model::StoredEvent& event) {
    ASSERT_EQ(flow_.keys(event), std::vector<std::string>{place}) << event.envelope.type;
    auto decision = flow_.decide(event, place, state_, *parse_time(date_of(day_) + "T12:00:00Z"));
    ASSERT_TRUE(decision.has_value()) << decision.error().message;
    apply(std::move(*decision));
}

void SupplyPlant::apply(Decision decision) {
    for (const std::string& key : decision.withdrawals) {
        const auto sent =
            std::find_if(sent_.begin(), sent_.end(), [&](const Sent& other) { return other.command.key == key; });
        ASSERT_NE(sent, sent_.end());
        ASSERT_EQ(sent->state, "rejected") << "withdraws what may be at the ERP";
        sent->state = "withdrawn";
    }
    for (model::Command& command : decision.commands) {
        for (const Sent& other : sent_) ASSERT_NE(other.command.key, command.key) << "key used twice";
        sent_.push_back(Sent{std::move(command), "open"});
    }
    for (const std::string& id : decision.closed_notices) ASSERT_EQ(notices_.erase(id), 1u) << id;
    for (const Notice& notice : decision.notices) notices_[notice.id] = notice.id.substr(notice.id.find('/') + 1);
    if (!decision.state) return;
    state_ = std::move(*decision.state);
    state_bytes_max_ = std::max(state_bytes_max_, state_.size());
}

void SupplyPlant::receipt(Sent& sent, const std::string& outcome, const std::string& document) {
    Json data = Json::object({{"key", sent.command.key},
                              {"kind", sent.command.kind},
                              {"flow", "supply"},
                              {"flow_key", place},
                              {"intent", sent.command.intent},
                              {"document", document},
                              {"reason", outcome == "rejected" ? "not possible" : ""},
                              {"echo", *Json::parse(sent.command.echo)}});
    from_hub_.push_back(event_of(sent.command.noun + "." + outcome, "WO-1", data));
}

bool SupplyPlant::execute_on_requisition(const Json& payload, const std::string& kind) {
    const int number = std::atoi(payload.text_or("requisition").c_str() + 1);
    const auto found = requisitions_.find(number);
    EXPECT_NE(found, requisitions_.end()) << payload.dump();
    if (found == requisitions_.end() || !is_open(found->second.status)) return false;
    if (kind == "requisition.cancel") found->second.status = "cancelled";
    if (kind == "requisition.change") found->second.quantity = whole(payload, "quantity");
    changed("requisition/" + text(number));
    changed("stock");
    return true;
}

bool SupplyPlant::execute_on_order(const Json& payload, const std::string& kind) {
    const int number = std::atoi(payload.text_or("purchase_order").c_str() + 1);
    const auto found = orders_.find(number);
    EXPECT_NE(found, orders_.end()) << payload.dump();
    if (found == orders_.end() || found->second.status != "held") return false;
    Order& order = found->second;
    changed("order/" + text(number));
    if (kind == "purchase_order.cancel") {
        order.status = "cancelled";
        requisitions_[order.requisition].status = "approved";
        changed("requisition/" + text(order.requisition));
    } else {
        order.open = order.quantity = whole(payload, "quantity");
        EXPECT_GT(order.quantity, 0);
    }
    changed("stock");
    return true;
}

/// Executes at the ERP. It takes a second requisition for the same need without a word: the check is the test's.
void SupplyPlant::execute(Sent& sent) {
    const Json payload = *Json::parse(sent.command.payload);
    const std::string& kind = sent.command.kind;
    if (kind != "requisition.create") {
        const bool done =
            kind.starts_with("requisition") ? execute_on_requisition(payload, kind) : execute_on_order(payload, kind);
        sent.state = done ? "booked" : "rejected";
        return receipt(sent, sent.state, payload.text_or("requisition"));
    }
    const std::string need = Json::parse(sent.command.echo)->text_or("slot");
    for (const auto& [number, other] : requisitions_) {
        ASSERT_FALSE(is_open(other.status) && other.need == need) << "two open requisitions for " << need;
    }
    const int number = ++next_number_;
    Requisition& made = requisitions_[number];
    made.need = need;
    made.reference = payload.text_or("reference");
    made.quantity = whole(payload, "quantity");
    made.day = day_ + 5;
    ASSERT_GT(made.quantity, 0);
    changed("requisition/" + text(number));
    changed("stock");
    sent.state = "booked";
    receipt(sent, "booked", "R" + text(number));
}

void SupplyPlant::answer_one(bool kind) {
    std::vector<Sent*> open;
    for (Sent& sent : sent_) {
        if (sent.state == "open") open.push_back(&sent);
    }
    if (open.empty()) return;
    Sent& sent = *open[random_.below(open.size())];
    if (!kind && random_.below(8) == 0) {
        sent.state = "rejected";
        return receipt(sent, "rejected", "");
    }
    execute(sent);
}

void SupplyPlant::person_answers() {
    if (!notices_.empty() && random_.below(2) == 0) {
        auto notice = notices_.begin();
        std::advance(notice, random_.below(notices_.size()));
        const bool requisition = notice->first.starts_with("requisition");
        deliver(event_of("notice.answered", place,
                         Json::object({{"flow", "supply"},
                                       {"flow_key", place},
                                       {"notice", notice->first},
                                       {"choice", requisition ? "order_again" : "keep"}})));
        return;
    }
    for (Sent& sent : sent_) {
        if (sent.state != "rejected" || random_.below(2) == 0) continue;
        const bool told = std::none_of(from_hub_.begin(), from_hub_.end(), [&](const model::StoredEvent& event) {
            return event.envelope.data.find(sent.command.key) != std::string::npos;
        });
        if (!told) continue;
        sent.state = "open";
        receipt(sent, "replayed", "");
        deliver(from_hub_.back());
        from_hub_.pop_back();
        return;
    }
}

void SupplyPlant::settle() {
    for (int round = 0; round < 20'000; ++round) {
        if (::testing::Test::HasFatalFailure()) return;
        const bool open =
            std::any_of(sent_.begin(), sent_.end(), [](const Sent& sent) { return sent.state == "open"; });
        const bool unreserved = std::any_of(jobs_.begin(), jobs_.end(), [](const auto& entry) {
            return entry.second.reserved != entry.second.quantity;
        });
        if (!open && !unreserved && news_.empty() && from_erp_.empty() && from_hub_.empty()) return;
        reserve_one();
        answer_one(true);
        tell_one();
    }
    FAIL() << "does not come to rest";
}

/// A refused command, or a notice, tells a person.
bool SupplyPlant::excused(const std::string& need) const {
    for (const auto& [id, of] : notices_) {
        if (of == need) return true;
    }
    return std::any_of(sent_.begin(), sent_.end(), [&](const Sent& sent) {
        return sent.state == "rejected" && Json::parse(sent.command.echo)->text_or("slot") == need;
    });
}

void SupplyPlant::expect_sound() {
    std::map<std::string, int> open;
    for (const auto& [number, requisition] : requisitions_) {
        if (is_open(requisition.status)) ++open[requisition.need];
    }
    for (const auto& [need, count] : open) EXPECT_LE(count, 1) << "two open requisitions for " << need;
    int needed = 0;
    bool any_excuse = false;
    for (const auto& [number, job] : jobs_) {
        needed += job.quantity;
        any_excuse = any_excuse || excused("demand/" + job_name(number));
    }
    const int supply = on_hand_ + on_order() + on_requisition();
    if (!any_excuse) EXPECT_GE(supply, needed) << "a job lacks parts and nobody is told" << state_;
    if (planned_ && supply - needed < reorder_point) {
        EXPECT_TRUE(open.contains("stock") || excused("stock")) << "below the reorder point" << state_;
    }
    EXPECT_LE(supply - needed, slack_) << "bought without need " << state_;
    slack_ = std::max(planned_ ? order_up_to + lot : 0, supply - needed);
}

}  // namespace tieline::flows::testing
