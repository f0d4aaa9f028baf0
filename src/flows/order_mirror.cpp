#include "flows/order_mirror.h"

#include "base/json.h"
#include "flows/document.h"
#include "flows/order_state.h"
#include "flows/receipt.h"

namespace tieline::flows {
namespace {

constexpr std::string_view flow_name = "order_mirror";

bool is_snapshot(std::string_view type) { return type.starts_with("workorder."); }

/// The mirror's status for a job's status; empty: the job is not released yet.
std::string mirror_status(model::WorkOrderStatus status) {
    using model::WorkOrderStatus;
    switch (status) {
        case WorkOrderStatus::requested:
        case WorkOrderStatus::approved:
            return "";
        case WorkOrderStatus::released:
        case WorkOrderStatus::in_progress:
        case WorkOrderStatus::reopened:
            return "released";
        case WorkOrderStatus::completed:
        case WorkOrderStatus::closed:
            return "technically_complete";
        case WorkOrderStatus::cancelled:
            return "cancelled";
    }
    return "";
}

std::string receiver_text(const MirrorFacts& facts) {
    std::string out = "{";
    append_member(out, "kind", facts.receiver_kind);
    append_member(out, "code", facts.receiver_code);
    return out + "}";
}

class Step {
public:
    Step(const OrderMirrorConfig& config, const model::StoredEvent& event, std::string_view key, MirrorState state)
        : config_(config), envelope_(event.envelope), key_(key), state_(std::move(state)) {}

    Result<void> on_snapshot();
    Result<void> on_receipt();
    Decision finish(std::string_view before);

private:
    void take_order_receipt(const Receipt& receipt);
    bool free(std::optional<MirrorCommand>& command, std::string_view slot);
    void reconcile_order();
    void reconcile_link();
    void send(bool create);
    std::string payload(bool create, const std::string& reference) const;
    std::string echo() const;
    model::Command make(std::string_view slot, int intent, std::string_view connector, std::string kind,
                        std::string noun) const;

    const OrderMirrorConfig& config_;
    const model::Envelope& envelope_;
    std::string_view key_;
    MirrorState state_;
    Decision decision_;
};

Result<void> Step::on_snapshot() {
    TIELINE_TRY(const std::shared_ptr<const model::WorkOrder> read, envelope_.work_order());
    const model::WorkOrder& order = *read;
    const std::string status = mirror_status(order.status);
    const bool late = status == "technically_complete";
    const bool known = !state_.order.empty() || state_.command.has_value();
    if (!known && state_.intent == 0 && order.erp_order.empty() && (status.empty() || status == "cancelled")) return {};

    TIELINE_TRY(const Company* company, config_.companies.of(order.company_code, order.number));
    TIELINE_TRY(const model::Receiver receiver, resolve_receiver(order, nullptr, config_.receivers));
    TIELINE_TRY(const Date day, local_date(order.due_at.value_or(envelope_.occurred), company->zone));
    MirrorFacts wanted;
    wanted.status = status.empty() ? "released" : status;
    wanted.currency = order.currency;
    wanted.planned = order.planned_cost.str();
    if (!order.currency.empty()) {
        TIELINE_TRY(const int scale, model::minor_units(order.currency));
        TIELINE_TRY(const Decimal planned, order.planned_cost.rounded(scale));
        wanted.planned = planned.str();
    }
    // Without a due date the month stays the one in which the job was first seen.
    wanted.month = !order.due_at && state_.wanted ? state_.wanted->month : day.month_str();
    wanted.receiver_kind = model::to_string(receiver.kind);
    wanted.receiver_code = receiver.code;
    state_.asset = order.asset;
    state_.title = order.title;
    state_.order_type = order.order_type;
    state_.company = company->code;
    state_.create = status == "released" || (late && config_.create_late);
    // An order that the CMMS already knows is taken over as it is, and followed from here on.
    const bool adopt = state_.order.empty() && !state_.command && !order.erp_order.empty() &&
                       order.erp_order != state_.dead && wanted.status != "cancelled";
    if (adopt) {
        state_.order = order.erp_order;
        state_.actual = wanted;
        state_.actual->status = "released";
    }
    if (state_.to_link == order.erp_order) state_.to_link.clear();
    if (state_.command && state_.wanted && *state_.wanted != wanted) state_.command->stale = true;
    state_.wanted = std::move(wanted);
    return {};
}

void Step::take_order_receipt(const Receipt& receipt) {
    if (!state_.command || state_.command->intent != receipt.intent) return;
    MirrorCommand& command = *state_.command;
    if (receipt.outcome == Outcome::rejected) command.stage = CommandStage::rejected;
    if (receipt.outcome == Outcome::parked) command.stage = CommandStage::parked;
    if (receipt.outcome == Outcome::withdrawn) command.stage = CommandStage::given_up;
    if (receipt.outcome != Outcome::booked) return;
    if (command.create) {
        state_.order = receipt.document;
        if (config_.link_back) state_.to_link = receipt.document;
    }
    state_.actual = command.facts;
    if (command.facts.status == "cancelled") {  // final in an ERP: a job that comes back gets a new order
        state_.dead = state_.order;
        state_.order.clear();
        state_.actual.reset();
        if (state_.to_link == state_.dead) state_.to_link.clear();
    }
    state_.command.reset();
}

Result<void> Step::on_receipt() {
    TIELINE_TRY(const Receipt receipt, read_receipt(envelope_));
    if (!receipt.flow.empty() && receipt.flow != flow_name) return {};
    if (receipt.outcome == Outcome::replayed || receipt.outcome == Outcome::given_up) {
        const auto word = [&](std::optional<MirrorCommand>& command, std::string_view slot) {
            if (!command || command_key(flow_name, envelope_.site, key_, slot, command->intent) != receipt.key) return;
            const bool again = receipt.outcome == Outcome::replayed;
            command->stage = again ? CommandStage::open : CommandStage::given_up;
            if (!again) command->stale = false;
        };
        word(state_.command, "order");
        word(state_.link, "link");
        return {};
    }
    if (receipt.noun == "order") {
        take_order_receipt(receipt);
        return {};
    }
    if (!state_.link || state_.link->intent != receipt.intent) return {};
    if (receipt.outcome == Outcome::booked) {
        if (state_.to_link == state_.link->order) state_.to_link.clear();
        state_.link.reset();
    } else {
        state_.link->stage = receipt.outcome == Outcome::rejected ? CommandStage::rejected
                             : receipt.outcome == Outcome::parked ? CommandStage::parked
                                                                  : CommandStage::given_up;
    }
    return {};
}

/// Whether nothing is in the way; a refused command that is no longer wanted is withdrawn.
bool Step::free(std::optional<MirrorCommand>& command, std::string_view slot) {
    if (!command) return true;
    if (!command->stale) return false;
    if (command->stage == CommandStage::rejected) {
        decision_.withdrawals.push_back(command_key(flow_name, envelope_.site, key_, slot, command->intent));
    } else if (command->stage != CommandStage::given_up) {
        return false;
    }
    command.reset();
    return true;
}

model::Command Step::make(std::string_view slot, int intent, std::string_view connector, std::string kind,
                          std::string noun) const {
    model::Command command;
    command.intent = intent;
    command.key = command_key(flow_name, envelope_.site, key_, slot, intent);
    // Apart from the postings: an order that the ERP refuses must not hold the money back, nor a CMMS that is away.
    command.order_key = std::string(key_).append("/").append(slot);
    command.connector = connector;
    command.kind = std::move(kind);
    command.noun = std::move(noun);
    return command;
}

std::string Step::payload(bool create, const std::string& reference) const {
    const MirrorFacts& wanted = *state_.wanted;
    std::string out = "{";
    append_member(out, "reference", reference);
    append_member(out, "work_order", key_);
    append_member(out, "company_code", state_.company);
    append_member(out, "text", order_text(key_, state_.title));
    if (create) {
        append_if(out, "asset", state_.asset);
        append_member(out, "title", state_.title);
        append_if(out, "order_type", state_.order_type);
        append_raw(out, "receiver", receiver_text(wanted));
        append_if(out, "currency", wanted.currency);
        append_member(out, "planned_cost", wanted.planned);
        return out + "}";
    }
    const MirrorFacts& actual = *state_.actual;
    append_member(out, "erp_order", state_.order);
    if (wanted.planned != actual.planned) append_member(out, "planned_cost", wanted.planned);
    if (receiver_text(wanted) != receiver_text(actual)) append_raw(out, "receiver", receiver_text(wanted));
    if (wanted.status != actual.status) append_member(out, "status", wanted.status);
    return out + "}";
}

/// Commitments for the budgets: the planned cost where it stands from now on, and zero where it stood.
std::string Step::echo() const {
    const MirrorFacts& wanted = *state_.wanted;
    std::string out = "{";
    append_member(out, "slot", "order");
    append_member(out, "work_order", key_);
    append_if(out, "asset", state_.asset);
    append_member(out, "company_code", state_.company);
    append_if(out, "erp_order", state_.order);
    append_member(out, "status", wanted.status);
    append_raw(out, "commitments", "[");
    const auto add = [&](const MirrorFacts& place, std::string_view amount) {
        if (out.back() == '}') out += ',';
        out += '{';
        append_raw(out, "receiver", receiver_text(place));
        append_member(out, "month", place.month);
        append_member(out, "currency", place.currency);
        append_member(out, "amount", amount);
        out += '}';
    };
    add(wanted, wanted.status == "released" ? std::string_view(wanted.planned) : "0");
    if (state_.actual) {
        const MirrorFacts& was = *state_.actual;
        const bool moved = receiver_text(was) != receiver_text(wanted) || was.month != wanted.month;
        if (moved) add(was, "0");
    }
    return out + "]}";
}

void Step::send(bool create) {
    model::Command command =
        make("order", ++state_.intent, config_.erp, create ? "order.create" : "order.change", "order");
    command.payload = payload(create, command.key);
    command.echo = echo();
    state_.command = MirrorCommand{};
    state_.command->create = create;
    state_.command->intent = command.intent;
    state_.command->facts = *state_.wanted;
    decision_.commands.push_back(std::move(command));
}

void Step::reconcile_order() {
    if (!free(state_.command, "order") || !state_.wanted) return;
    MirrorFacts& wanted = *state_.wanted;
    if (state_.order.empty()) {
        if (!state_.create || wanted.status == "cancelled") return;
        const std::string status = wanted.status;
        wanted.status = "released";  // an order is born released; what follows is a change
        send(true);
        wanted.status = status;
        return;
    }
    MirrorFacts& actual = *state_.actual;
    wanted.currency = actual.currency;  // an order keeps its currency
    // A closing job takes its planned cost along only together with its status.
    const bool same = wanted.planned == actual.planned && wanted.status == actual.status &&
                      receiver_text(wanted) == receiver_text(actual);
    if (!same) send(false);
}

void Step::reconcile_link() {
    if (state_.link && state_.link->order != state_.to_link) state_.link->stale = true;
    if (state_.to_link.empty() && !(state_.link && state_.link->stage == CommandStage::rejected)) return;
    if (!free(state_.link, "link") || state_.to_link.empty()) return;
    model::Command command = make("link", ++state_.link_intent, config_.cmms, "workorder.link", "link");
    command.payload = "{";
    append_member(command.payload, "work_order", key_);
    append_member(command.payload, "erp_order", state_.to_link);
    append_member(command.payload, "reference", command.key);
    command.payload += '}';
    command.echo = "{";
    append_member(command.echo, "slot", "link");
    append_member(command.echo, "work_order", key_);
    append_member(command.echo, "erp_order", state_.to_link);
    command.echo += '}';
    state_.link = MirrorCommand{};
    state_.link->intent = command.intent;
    state_.link->order = state_.to_link;
    decision_.commands.push_back(std::move(command));
}

Decision Step::finish(std::string_view before) {
    reconcile_order();
    reconcile_link();
    const bool empty = !state_.wanted && state_.intent == 0;
    std::string after = empty ? std::string() : to_json_text(state_);
    if (after != before) decision_.state = std::move(after);
    return std::move(decision_);
}

class OrderMirror final : public Flow {
public:
    explicit OrderMirror(OrderMirrorConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        if (is_snapshot(envelope.type)) return {envelope.subject};
        std::string_view noun;
        Outcome outcome{};
        if (!receipt_type(envelope.type, noun, outcome) || outcome == Outcome::accepted) return {};
        if (noun == "order" || noun == "link") return {envelope.subject};
        return {};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view state,
                            WallTime) const override {
        TIELINE_TRY(MirrorState before, mirror_state_from(state));
        Step step(config_, event, key, std::move(before));
        if (is_snapshot(event.envelope.type)) {
            TIELINE_TRY_VOID(step.on_snapshot());
        } else {
            TIELINE_TRY_VOID(step.on_receipt());
        }
        return step.finish(state);
    }

private:
    OrderMirrorConfig config_;
};

}  // namespace

std::unique_ptr<Flow> make_order_mirror(OrderMirrorConfig config) {
    return std::make_unique<OrderMirror>(std::move(config));
}

}  // namespace tieline::flows
