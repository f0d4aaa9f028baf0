#include "flows/reservation.h"

#include "base/hash.h"
#include "flows/document.h"
#include "flows/part_transaction.h"
#include "flows/planted.h"
#include "flows/receipt.h"
#include "flows/reservation_state.h"

#include <algorithm>
#include <chrono>

namespace tieline::flows {
namespace {

constexpr std::string_view flow_name = "reservation";
constexpr std::string_view plan_prefix = "plan/";
constexpr std::string_view drop_name = "drop";
constexpr std::chrono::days plan_patience{30};  ///< a plan's round this long past its date is dropped

bool is_snapshot(std::string_view type) { return type.starts_with("workorder."); }
bool is_transaction(std::string_view type) { return type == "part.consumed" || type == "part.returned"; }

bool is_released(model::WorkOrderStatus status) {
    using model::WorkOrderStatus;
    return status == WorkOrderStatus::released || status == WorkOrderStatus::in_progress ||
           status == WorkOrderStatus::reopened;
}

/// The ERP has closed the reservation, whoever did it.
bool is_closed_code(std::string_view code) {
    return code == "unknown_reservation" || code == "reservation_closed" || code == "reservation_status";
}

std::string plain(const Decimal& value) {
    auto shortest = value.rounded(value.scale_needed());
    return shortest ? shortest->str() : value.str();
}

std::string plan_key(std::string_view plan, std::string_view due) {
    return std::string(plan_prefix).append(plan).append("/").append(due);
}

/// The next thing to ask the ERP for.
struct Ask {
    std::string kind;  ///< empty: nothing
    ReservationFacts facts;
};

class Step {
public:
    Step(const ReservationConfig& config, const model::StoredEvent& event, std::string_view key, ReservationState state,
         WallTime now)
        : config_(config), envelope_(event.envelope), key_(key), state_(std::move(state)), now_(now) {}

    Result<void> on_snapshot();
    Result<void> on_plan();
    Result<void> on_transaction(bool is_return);
    Result<void> on_changed();
    Result<void> on_receipt();
    Result<void> on_timer();
    Decision finish(std::string_view before);

private:
    bool is_plan() const { return key_.starts_with(plan_prefix); }
    void take_parts(const model::WorkOrder& order, const std::string& date);
    Result<void> end_plan(const model::WorkOrder& order);
    Result<std::string> date_of(const model::WorkOrder& order, const Company& company) const;
    void take_receipt_of(ReservationLine& line, const Receipt& receipt);
    Decimal to_reserve(const ReservationLine& line) const;
    Ask ask_for(const ReservationLine& line) const;
    std::string need_of(const ReservationLine& line) const;
    bool may_ask(ReservationLine& line, const Ask& ask);
    void advance(ReservationLine& line);
    std::string payload_of(const ReservationLine& line, const Ask& ask, const std::string& reference) const;
    std::string echo_of(const ReservationLine& line, const Ask& ask) const;
    void tell(ReservationLine& line);
    void tell_demand(std::string data, std::string place);
    std::string demand_of(const ReservationLine& line, const std::string& part, const std::string& storeroom,
                          const Decimal& quantity) const;

    const ReservationConfig& config_;
    const model::Envelope& envelope_;
    std::string_view key_;
    ReservationState state_;
    WallTime now_;
    Decision decision_;
};

/// When the parts are needed where the line does not say so itself: the start, else the due date, else the day on which
/// they were first planned.
Result<std::string> Step::date_of(const model::WorkOrder& order, const Company& company) const {
    const WallTime time = order.scheduled_start ? *order.scheduled_start : order.due_at.value_or(now_);
    TIELINE_TRY(const Date date, local_date(time, company.zone));
    return date.str();
}

void Step::take_parts(const model::WorkOrder& order, const std::string& date) {
    for (ReservationLine& line : state_.lines) line.wanted = false;
    const bool dated = order.scheduled_start || order.due_at || is_plan();
    for (const model::PlannedPart& part : order.planned_parts) {
        if (part.part.empty()) continue;  // free text is no stock
        ReservationLine& line = state_.find_or_add(part.id);
        line.wanted = true;
        line.part = part.part;
        line.storeroom = part.storeroom;
        line.unit = part.unit_of_base();
        line.planned = part.base();
        line.issued = part.issued;
        line.substitute_ok = part.substitute_ok;
        if (part.needed_on) {
            line.needed_on = part.needed_on->str();
        } else if (dated || line.needed_on.empty()) {
            line.needed_on = date;
        }
    }
}

Result<void> Step::on_snapshot() {
    TIELINE_TRY(const std::shared_ptr<const model::WorkOrder> read, envelope_.work_order());
    const model::WorkOrder& order = *read;
    if (is_plan()) return end_plan(order);
    TIELINE_TRY(const Company* company, config_.companies.of(order.company_code, key_));
    state_.company = company->code;
    state_.title = order.title;
    state_.plan = order.plan;
    state_.plan_due = order.plan_due ? order.plan_due->str() : std::string();
    state_.released = is_released(order.status);
    const bool approved = order.status == model::WorkOrderStatus::approved && !config_.from_released;
    if (!state_.released && !approved) {
        for (ReservationLine& line : state_.lines) line.wanted = false;
        return {};
    }
    TIELINE_TRY(const std::string date, date_of(order, *company));
    take_parts(order, date);
    return {};
}

/// The plan's order has come: the need is the order's from now on.
Result<void> Step::end_plan(const model::WorkOrder& order) {
    state_.ended = true;
    for (ReservationLine& line : state_.lines) line.wanted = false;
    if (state_.timer || !order.plan_due) return {};
    TIELINE_TRY(const WallTime day, start_of_day(*order.plan_due, "UTC"));
    if (day + plan_patience <= now_) {
        state_.dropped = true;
        return {};
    }
    state_.timer = true;
    decision_.wakeups.push_back(Wakeup{std::string(drop_name), day + plan_patience});
    return {};
}

/// Work that a plan will ask for. A date that is only estimated may still move, and would leave its need behind: it is
/// no demand yet.
Result<void> Step::on_plan() {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    const Json& json = *parsed;
    TIELINE_TRY(const std::string due, json.text("due"));
    TIELINE_TRY(const Company* company, config_.companies.of(json.text_or("company_code"), key_));
    TIELINE_TRY(const Date date, parse_date(due));
    TIELINE_TRY(const WallTime day, start_of_day(date, company->zone));
    if (state_.ended || day + plan_patience <= now_) return {};
    Json order = Json::object({{"number", "plan"}, {"status", "approved"}});
    const Json* parts = json.find("planned_parts");
    if (parts != nullptr && json.bool_or("certain", false)) order.set("planned_parts", *parts);
    TIELINE_TRY(const model::WorkOrder read, model::work_order_from_json(order));
    state_.company = company->code;
    take_parts(read, due);
    if (state_.timer || state_.lines.empty()) return {};
    state_.timer = true;
    decision_.wakeups.push_back(Wakeup{std::string(drop_name), day + plan_patience});
    return {};
}

Result<void> Step::on_transaction(bool is_return) {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    Json data = *parsed;
    if (data.text_or("at").empty()) data.set("at", format_time(envelope_.occurred));
    const auto transaction = part_transaction_from(data, is_return);
    if (!transaction) return {};                                         // parts issue says what is wrong with it
    if (!state_.transactions.insert(transaction->id).second) return {};  // a repeat: our own link in it, say
    Decimal& seen = state_.seen[transaction->planned_line];
    TIELINE_TRY(seen, seen.plus(transaction->quantity));
    ReservationLine* line = state_.find(transaction->planned_line);
    if (line != nullptr) line->move(transaction->quantity, transaction->part, transaction->storeroom);
    return {};
}

/// The ERP's own word on a reservation: somebody there may have closed it.
Result<void> Step::on_changed() {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    const Json& data = *parsed;
    const std::string number = data.text_or("reservation");
    const std::string status = data.text_or("status");
    for (ReservationLine& line : state_.lines) {
        if (number.empty() || line.reserved.number != number || line.command) continue;
        if (status == "cancelled") line.held = need_of(line);
        if (status == "cancelled" || status == "fulfilled") line.forget_reservation();
    }
    return {};
}

void Step::take_receipt_of(ReservationLine& line, const Receipt& receipt) {
    const bool current = line.command && line.command->intent == receipt.intent;
    if (receipt.outcome == Outcome::booked) {
        if (receipt.kind == "reservation.cancel") {
            line.forget_reservation();
        } else {
            line.reserved.follow(receipt);
            line.reserved_unit = receipt.echo().text_or("unit");
            line.reserved_on = receipt.echo().text_or("needed_on");
            if (receipt.kind == "reservation.create") line.begin(state_.seen[line.id]);
        }
        if (current) line.command.reset();
        return;
    }
    if (!current) return;
    ReservationCommand& command = *line.command;
    if (receipt.outcome == Outcome::rejected && command.kind != "create" && is_closed_code(receipt.code)) {
        decision_.withdrawals.push_back(
            command_key(flow_name, envelope_.site, key_, "reservation/" + line.id, command.intent));
        line.forget_reservation();
        line.command.reset();
        return;
    }
    if (receipt.outcome == Outcome::rejected) command.stage = CommandStage::rejected;
    if (receipt.outcome == Outcome::parked) command.stage = CommandStage::parked;
    if (receipt.outcome == Outcome::withdrawn) command.stage = CommandStage::given_up;
}

Result<void> Step::on_receipt() {
    TIELINE_TRY(const Receipt receipt, read_receipt(envelope_));
    if (receipt.flow != flow_name) return {};
    if (receipt.outcome != Outcome::replayed && receipt.outcome != Outcome::given_up) {
        ReservationLine& line = state_.find_or_add(receipt.echo().text_or("line"));
        take_receipt_of(line, receipt);
        return {};
    }
    for (ReservationLine& line : state_.lines) {
        if (!line.command || receipt.key != command_key(flow_name, envelope_.site, key_, "reservation/" + line.id,
                                                        line.command->intent)) {
            continue;
        }
        const bool again = receipt.outcome == Outcome::replayed;
        line.command->stage = again ? CommandStage::open : CommandStage::given_up;
    }
    return {};
}

Result<void> Step::on_timer() {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    if (!state_.timer || parsed->text_or("name") != drop_name) return {};
    state_.timer = false;
    state_.ended = state_.dropped = true;
    for (ReservationLine& line : state_.lines) line.wanted = false;
    return {};
}

std::string Step::need_of(const ReservationLine& line) const {
    return short_key(line.part + "\x1f" + line.storeroom + "\x1f" + line.unit + "\x1f" + plain(line.planned) + "\x1f" +
                     line.needed_on);
}

/// What is open, less what transactions took of which the newest snapshot does not know yet.
Decimal Step::to_reserve(const ReservationLine& line) const {
    const auto seen = state_.seen.find(line.id);
    if (seen == state_.seen.end() || seen->second <= line.issued) return line.open();
    const auto left = line.planned.minus(seen->second);
    return left && !left->is_negative() ? *left : Decimal{};
}

Ask Step::ask_for(const ReservationLine& line) const {
    const ReservedLine& reserved = line.reserved;
    Ask ask;
    const auto want = [&](const char* kind, const Decimal& quantity) {
        ask.kind = kind;
        ask.facts = {line.part, line.storeroom, line.unit, plain(quantity), line.needed_on};
    };
    if (!line.has_reservation()) {  // or one that is used up: the ERP has closed it
        const Decimal open = to_reserve(line);
        if (line.wanted && !open.is_zero() && (line.held.empty() || line.held != need_of(line))) want("create", open);
        return ask;
    }
    const bool same_thing =
        line.part == reserved.part && line.storeroom == reserved.storeroom && line.unit == line.reserved_unit;
    const Decimal total = line.total();
    if (!line.wanted || !same_thing || total <= reserved.taken) {
        if (!planted(PlantedBug::reservation_kept)) ask.kind = "cancel";
    } else if (total != reserved.quantity || line.needed_on != line.reserved_on) {
        want("change", total);
    }
    return ask;
}

/// Whether nothing is in the way; a refused command that is no longer what is wanted is withdrawn.
bool Step::may_ask(ReservationLine& line, const Ask& ask) {
    if (!line.command) return true;
    const ReservationCommand& command = *line.command;
    if (command.stage == CommandStage::open || command.stage == CommandStage::parked) return false;
    if (ask.kind == command.kind && ask.facts == command.facts) return false;
    if (command.stage == CommandStage::rejected) {
        decision_.withdrawals.push_back(
            command_key(flow_name, envelope_.site, key_, "reservation/" + line.id, command.intent));
    }
    line.command.reset();
    return true;
}

std::string Step::payload_of(const ReservationLine& line, const Ask& ask, const std::string& reference) const {
    const std::string name(is_plan() ? key_.substr(plan_prefix.size()) : key_);
    std::string out = "{";
    append_member(out, "reference", reference);
    if (!is_plan()) append_member(out, "work_order", key_);
    append_member(out, "company_code", state_.company);
    append_member(out, "text", order_text(name, state_.title));
    if (ask.kind != "create") append_member(out, "reservation", line.reserved.number);
    if (ask.kind == "cancel") {
        append_member(out, "reason", line.wanted ? "the planned part has changed" : "no longer needed");
        return out + "}";
    }
    if (ask.kind == "create") {
        append_member(out, "part", ask.facts.part);
        append_if(out, "storeroom", ask.facts.storeroom);
    }
    append_member(out, "quantity", ask.facts.quantity);
    append_member(out, "unit", ask.facts.unit);
    append_member(out, "needed_on", ask.facts.needed_on);
    return out + "}";
}

std::string Step::echo_of(const ReservationLine& line, const Ask& ask) const {
    std::string out = "{";
    append_member(out, "slot", "reservation/" + line.id);
    if (!is_plan()) append_member(out, "work_order", key_);
    append_member(out, "line", line.id);
    append_if(out, "reservation", line.reserved.number);
    append_if(out, "part", ask.facts.part);
    append_if(out, "storeroom", ask.facts.storeroom);
    append_if(out, "quantity", ask.facts.quantity);
    append_if(out, "unit", ask.facts.unit);
    append_if(out, "needed_on", ask.facts.needed_on);
    return out + "}";
}

void Step::advance(ReservationLine& line) {
    const Ask ask = ask_for(line);
    if (!may_ask(line, ask) || ask.kind.empty()) return;
    line.held.clear();
    model::Command command;
    command.intent = ++state_.intent;
    command.key = command_key(flow_name, envelope_.site, key_, "reservation/" + line.id, command.intent);
    command.order_key = std::string(key_).append("/").append(line.id);  // a refused line holds no other one back
    command.connector = config_.connector;
    command.correlation = key_;
    command.kind = "reservation." + ask.kind;
    command.noun = "reservation";
    command.payload = payload_of(line, ask, command.key);
    command.echo = echo_of(line, ask);
    line.command = ReservationCommand{CommandStage::open, ask.kind, command.intent, ask.facts};
    decision_.commands.push_back(std::move(command));
}

std::string Step::demand_of(const ReservationLine& line, const std::string& part, const std::string& storeroom,
                            const Decimal& quantity) const {
    std::string out = "{";
    append_member(out, "demand", std::string(is_plan() ? key_.substr(plan_prefix.size()) : key_) + "/" + line.id);
    if (!is_plan()) append_member(out, "work_order", key_);
    append_member(out, "part", part);
    append_member(out, "storeroom", storeroom);
    append_member(out, "quantity", plain(quantity));
    append_member(out, "unit", line.unit);
    append_member(out, "needed_on", line.needed_on);
    append_raw(out, "released", state_.released ? "true" : "false");
    if (quantity.is_zero()) return out + "}";
    if (line.substitute_ok) append_raw(out, "substitute_ok", "true");
    const bool reserved = line.has_reservation() && line.reserved.part == part && line.reserved.storeroom == storeroom;
    if (reserved) append_member(out, "reservation", line.reserved.number);
    if (!is_plan() && !state_.plan_due.empty()) {
        append_member(out, "replaces", state_.plan + "/" + state_.plan_due + "/" + line.id);
    }
    return out + "}";
}

void Step::tell_demand(std::string data, std::string place) {
    NewEvent event;
    event.type = "demand.changed";
    event.subject = std::move(place);
    event.data = std::move(data);
    decision_.events.push_back(std::move(event));
}

/// Says once per change what the line still needs, and where it needs it no more.
void Step::tell(ReservationLine& line) {
    const Decimal quantity = line.wanted ? line.open() : Decimal{};
    const bool somewhere = !line.storeroom.empty();
    const bool moved = line.told_part != line.part || line.told_storeroom != line.storeroom || quantity.is_zero();
    if (moved && !line.told.empty()) {
        tell_demand(demand_of(line, line.told_part, line.told_storeroom, Decimal{}),
                    line.told_part + "/" + line.told_storeroom);
        line.told.clear();
    }
    if (quantity.is_zero() || !somewhere) return;
    const std::string data = demand_of(line, line.part, line.storeroom, quantity);
    std::string hash = short_key(data);
    if (hash == line.told) return;
    line.told = std::move(hash);
    line.told_part = line.part;
    line.told_storeroom = line.storeroom;
    tell_demand(data, line.part + "/" + line.storeroom);
}

Decision Step::finish(std::string_view before) {
    for (ReservationLine& line : state_.lines) {
        advance(line);
        tell(line);
    }
    std::erase_if(state_.lines, [](const ReservationLine& line) {
        return !line.wanted && !line.command && line.told.empty() && !line.has_reservation();
    });
    const bool unused = state_.intent == 0 && state_.transactions.empty() && !state_.ended;
    const bool empty = state_.lines.empty() && (state_.dropped || unused);
    std::string after = empty ? std::string() : to_json_text(state_);
    if (after != before) decision_.state = std::move(after);
    return std::move(decision_);
}

class ReservationFlow final : public Flow {
public:
    explicit ReservationFlow(ReservationConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        const std::string_view type = envelope.type;
        std::string_view noun;
        Outcome outcome{};
        if (receipt_type(type, noun, outcome)) {
            if (noun != "reservation" || outcome == Outcome::accepted) return {};
            return {envelope.subject};
        }
        if (is_snapshot(type)) return keys_of_snapshot(envelope);
        const bool timer = type == "timer.fired";
        if (!timer && type != "plan.due" && type != "reservation.changed" && !is_transaction(type)) return {};
        const std::shared_ptr<const Json> data = envelope.json_or_null();
        if (!data) return {};
        std::string key;
        if (timer) {
            if (data->text_or("flow") == flow_name) key = data->text_or("key");
        } else if (type == "plan.due") {
            key = plan_key(data->text_or("plan"), data->text_or("due"));
        } else if (type == "reservation.changed" || !data->text_or("planned_line").empty()) {
            key = data->text_or("work_order");
        }
        if (key.empty()) return {};
        return {std::move(key)};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view text,
                            WallTime now) const override {
        TIELINE_TRY(ReservationState before, reservation_state_from(text));
        Step step(config_, event, key, std::move(before), now);
        const std::string_view type = event.envelope.type;
        if (is_snapshot(type)) {
            TIELINE_TRY_VOID(step.on_snapshot());
        } else if (type == "plan.due") {
            TIELINE_TRY_VOID(step.on_plan());
        } else if (is_transaction(type)) {
            TIELINE_TRY_VOID(step.on_transaction(type == "part.returned"));
        } else if (type == "reservation.changed") {
            TIELINE_TRY_VOID(step.on_changed());
        } else if (type == "timer.fired") {
            TIELINE_TRY_VOID(step.on_timer());
        } else {
            TIELINE_TRY_VOID(step.on_receipt());
        }
        return step.finish(text);
    }

private:
    /// An order that a plan has made ends the plan's own need, before its own begins.
    static std::vector<std::string> keys_of_snapshot(const model::Envelope& envelope) {
        std::vector<std::string> keys;
        const std::shared_ptr<const Json> data = envelope.json_or_null();
        const std::string due = data ? data->text_or("plan_due") : std::string();
        if (!due.empty()) keys.push_back(plan_key(data->text_or("plan"), due));
        keys.push_back(envelope.subject);
        return keys;
    }

    ReservationConfig config_;
};

}  // namespace

std::unique_ptr<Flow> make_reservation(ReservationConfig config) {
    return std::make_unique<ReservationFlow>(std::move(config));
}

}  // namespace tieline::flows
