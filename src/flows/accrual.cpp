#include "flows/accrual.h"

#include "base/hash.h"
#include "base/json.h"
#include "flows/document.h"
#include "flows/journal.h"
#include "flows/receipt.h"
#include "flows/slot.h"

#include <algorithm>
#include <map>
#include <set>

namespace tieline::flows {
namespace {

constexpr std::string_view flow_name = "accrual";
constexpr std::string_view wakeup_prefix = "accrual/";

bool is_snapshot(std::string_view type) { return type.starts_with("workorder."); }
bool is_open(std::string_view status) { return status == "in_progress" || status == "reopened"; }

struct AccrualState {
    std::string order;   ///< newest snapshot while the job is open, as it came; else empty
    std::string wakeup;  ///< month whose end is awaited
    std::string asset;
    std::set<std::string> invoiced;  ///< lines whose cost a vendor's invoice carries already
    std::vector<Slot> slots;         ///< "accrual/2026-11/EUR"
};

Result<AccrualState> state_from(std::string_view text) {
    AccrualState state;
    if (text.empty()) return state;
    TIELINE_TRY(const Json json, parse_slots(text));
    state.order = json.text_or("order");
    state.wakeup = json.text_or("wakeup");
    state.asset = json.text_or("asset");
    if (const Json* lines = json.find("invoiced"); lines != nullptr && lines->is_array()) {
        for (const Json& line : lines->items()) state.invoiced.insert(line.is_string() ? line.string() : "");
    }
    if (const Json* slots = json.find("slots"); slots != nullptr && slots->is_array()) {
        for (const Json& slot : slots->items()) state.slots.push_back(slot_from_json(slot));
    }
    return state;
}

std::string to_text(const AccrualState& state) {
    std::string out = "{";
    append_if(out, "order", state.order);
    append_if(out, "wakeup", state.wakeup);
    append_if(out, "asset", state.asset);
    if (!state.invoiced.empty()) {
        append_raw(out, "invoiced", "[");
        for (const std::string& line : state.invoiced) {
            if (out.back() != '[') out += ',';
            append_json_string(out, line);
        }
        out += ']';
    }
    if (!state.slots.empty()) {
        append_raw(out, "slots", "[");
        for (const Slot& slot : state.slots) {
            if (out.back() != '[') out += ',';
            append_slot(out, slot);
        }
        out += ']';
    }
    out += '}';
    return out == "{}" ? std::string() : out;
}

class Step {
public:
    Step(const AccrualConfig& config, const model::StoredEvent& event, std::string_view key, AccrualState state,
         WallTime now)
        : config_(config), envelope_(event.envelope), key_(key), state_(std::move(state)), now_(now) {}

    Result<void> on_snapshot();
    Result<void> on_timer();
    Result<void> on_receipt();
    Result<void> on_invoice();
    Result<Decision> finish(std::string_view before);

private:
    Result<void> schedule(std::string_view company_code);
    Result<void> accrue(const std::string& month);
    Result<void> want_document(const model::WorkOrder& order, const Company& company, const std::string& currency,
                               const std::vector<JournalInput>& inputs, const std::string& month);

    const AccrualConfig& config_;
    const model::Envelope& envelope_;
    std::string_view key_;
    AccrualState state_;
    WallTime now_;
    Decision decision_;
};

Result<void> Step::on_snapshot() {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    const Json& json = *parsed;
    TIELINE_TRY(const std::string status, json.text("status"));
    const Json* lines = json.find("lines");
    const bool accruable = is_open(status) && lines != nullptr && lines->is_array() && !lines->items().empty();
    if (accruable) {
        state_.order = envelope_.data;
        state_.asset = json.text_or("asset");
        if (state_.wakeup.empty()) return schedule(json.text_or("company_code"));
        return {};
    }
    state_.order.clear();
    if (!state_.wakeup.empty()) {
        decision_.wakeups.push_back(Wakeup{std::string(wakeup_prefix) + state_.wakeup, std::nullopt});
        state_.wakeup.clear();
    }
    return {};
}

/// Wakes up when the month that is running now has ended.
Result<void> Step::schedule(std::string_view company_code) {
    TIELINE_TRY(const Company* company, config_.companies.of(company_code, key_));
    TIELINE_TRY(const Date today, local_date(now_, company->zone));
    TIELINE_TRY(const WallTime due, start_of_day(today.first_of_next_month(), company->zone));
    state_.wakeup = today.month_str();
    decision_.wakeups.push_back(Wakeup{std::string(wakeup_prefix) + state_.wakeup, due});
    return {};
}

Result<void> Step::on_timer() {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    const Json& data = *parsed;
    const std::string name = data.text_or("name");
    if (state_.wakeup.empty() || name != std::string(wakeup_prefix) + state_.wakeup) return {};  // cancelled meanwhile
    const std::string month = std::move(state_.wakeup);
    state_.wakeup.clear();
    if (state_.order.empty()) return {};
    return accrue(month);
}

Result<void> Step::accrue(const std::string& month) {
    TIELINE_TRY(const Json json, Json::parse(state_.order));
    TIELINE_TRY(const model::WorkOrder order, model::work_order_from_json(json));
    TIELINE_TRY(const Company* company, config_.companies.of(order.company_code, key_));
    std::map<std::string, std::vector<JournalInput>> by_currency;
    for (const model::CostLine& line : order.lines) {
        if (state_.invoiced.find(line.id) != state_.invoiced.end()) continue;
        if (config_.transactions_carry_parts && !line.transaction.empty()) continue;
        JournalInput input;
        input.line = &line;
        TIELINE_TRY(input.receiver, resolve_receiver(order, &line, config_.receivers));
        const Accounts& accounts = company->accounts;
        input.account = line.capital ? accounts.capital : accounts.cost[static_cast<std::size_t>(line.kind)];
        input.clearing = accounts.accrued;
        if (input.account.empty() || input.clearing.empty()) {
            return make_error(ErrorKind::invalid,
                              "work order " + order.number + ", line " + line.id + ": company " + company->code +
                                  " has no account to accrue " + model::to_string(line.kind) +
                                  " cost. Add it to flows.accounts, then replay.",
                              "no_account", "lines." + line.id);
        }
        by_currency[line.currency].push_back(std::move(input));
    }
    for (const auto& [currency, inputs] : by_currency) {
        TIELINE_TRY_VOID(want_document(order, *company, currency, inputs, month));
    }
    return schedule(order.company_code);
}

Result<void> Step::want_document(const model::WorkOrder& order, const Company& company, const std::string& currency,
                                 const std::vector<JournalInput>& inputs, const std::string& month) {
    TIELINE_TRY(Journal journal, make_journal(order, inputs, currency, config_.rounding));
    if (journal.empty) return {};
    NewEvent proposed;
    proposed.type = "accrual.proposed";
    proposed.subject = key_;
    proposed.data = "{";
    append_member(proposed.data, "work_order", key_);
    append_member(proposed.data, "month", month);
    append_member(proposed.data, "currency", currency);
    append_member(proposed.data, "amount", journal.total.str());
    proposed.data += '}';
    decision_.events.push_back(std::move(proposed));
    if (!config_.post) return {};
    TIELINE_TRY(const Date first, parse_date(month + "-01"));
    WantedDocument wanted;
    wanted.date = first.last_of_month().str();
    wanted.company = company.code;
    wanted.currency = currency;
    wanted.amount = journal.total.str();
    wanted.lines = std::move(journal.echo_lines);
    wanted.facts = short_key(company.code + "\x1f" + wanted.date + "\x1f" + currency + "\x1f" + journal.facts);
    append_member(wanted.body, "work_order", order.number);
    append_member(wanted.body, "company_code", company.code);
    append_member(wanted.body, "text", order_text("Accrual " + order.number, order.title));
    append_member(wanted.body, "currency", currency);
    append_member(wanted.body, "document_date", wanted.date);
    append_raw(wanted.body, "lines", journal.lines);
    Slot slot;
    slot.name = "accrual/" + month + "/" + currency;
    want(slot, std::move(wanted));
    state_.slots.push_back(std::move(slot));
    return {};
}

Result<void> Step::on_receipt() {
    TIELINE_TRY(const Receipt receipt, read_receipt(envelope_));
    if (!receipt.flow.empty() && receipt.flow != flow_name) return {};
    if (receipt.outcome == Outcome::replayed || receipt.outcome == Outcome::given_up) {
        Slot* named = slot_of_key(state_.slots, flow_name, envelope_.site, key_, receipt.key);
        if (named != nullptr) take_word(*named, receipt.outcome);
        return {};
    }
    const std::string name = receipt.echo().text_or("slot");
    const auto slot = std::find_if(state_.slots.begin(), state_.slots.end(),
                                   [&](const Slot& present) { return present.name == name; });
    if (slot == state_.slots.end()) {
        return make_error(ErrorKind::internal,
                          "work order " + std::string(key_) + ": receipt " + envelope_.id + " is for \"" + name +
                              "\", which the accrual flow does not know. Nothing was changed; check the flow's state.",
                          "slot_unknown");
    }
    take_receipt(*slot, receipt);
    if (slot->booked && slot->wanted) want(*slot, std::nullopt);  // booked: now it is to be taken back
    return {};
}

Result<void> Step::on_invoice() {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    const Json& invoice = *parsed;
    const std::string line = invoice.text_or("line");
    if (!line.empty()) state_.invoiced.insert(line);
    return {};
}

Result<Decision> Step::finish(std::string_view before) {
    SlotContext context;
    context.flow = flow_name;
    context.site = envelope_.site;
    context.work_order = key_;
    context.asset = state_.asset;
    context.connector = config_.connector;
    context.post_noun = "accrual";
    context.reversal_noun = "accrual_reversal";
    context.reason = "accrual of the month before ends";
    for (Slot& slot : state_.slots) {
        context.reversal_date = [&slot](const BookedDocument&) -> Result<std::string> {
            TIELINE_TRY(const Date first, parse_date(slot.name.substr(wakeup_prefix.size(), 7) + "-01"));
            return first.first_of_next_month().str();
        };
        TIELINE_TRY_VOID(reconcile(slot, context, decision_));
    }
    // A month comes once: what is taken back is done with, and its name is never used again.
    std::erase_if(state_.slots, [](const Slot& slot) { return slot.settled() && !slot.wanted; });
    std::string after = to_text(state_);
    if (after != before) decision_.state = std::move(after);
    return std::move(decision_);
}

class AccrualFlow final : public Flow {
public:
    explicit AccrualFlow(AccrualConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        if (is_snapshot(envelope.type)) return {envelope.subject};
        const bool timer = envelope.type == "timer.fired";
        if (timer || envelope.type == "invoice.received") {
            const std::shared_ptr<const Json> data = envelope.json_or_null();
            if (!data || (timer && data->text_or("flow") != flow_name)) return {};
            std::string key = data->text_or(timer ? "key" : "work_order");
            if (key.empty()) return {};
            return {std::move(key)};
        }
        std::string_view noun;
        Outcome outcome{};
        if (!receipt_type(envelope.type, noun, outcome) || outcome == Outcome::accepted) return {};
        if (noun == "accrual" || noun == "accrual_reversal") return {envelope.subject};
        return {};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view text,
                            WallTime now) const override {
        TIELINE_TRY(AccrualState before, state_from(text));
        Step step(config_, event, key, std::move(before), now);
        const std::string_view type = event.envelope.type;
        if (is_snapshot(type)) {
            TIELINE_TRY_VOID(step.on_snapshot());
        } else if (type == "timer.fired") {
            TIELINE_TRY_VOID(step.on_timer());
        } else if (type == "invoice.received") {
            TIELINE_TRY_VOID(step.on_invoice());
        } else {
            TIELINE_TRY_VOID(step.on_receipt());
        }
        return step.finish(text);
    }

private:
    AccrualConfig config_;
};

}  // namespace

std::unique_ptr<Flow> make_accrual(AccrualConfig config) { return std::make_unique<AccrualFlow>(std::move(config)); }

}  // namespace tieline::flows
