#include "flows/cost_posting.h"

#include "flows/cost_plan.h"
#include "flows/cost_state.h"
#include "flows/document.h"
#include "flows/rate_change.h"
#include "flows/receipt.h"
#include "flows/variance.h"

#include <algorithm>

namespace tieline::flows {
namespace {

constexpr std::string_view flow_name = "cost_posting";

bool is_snapshot(std::string_view type) { return type.starts_with("workorder."); }
bool is_done(std::string_view status) { return status == "completed" || status == "closed"; }

/// One decision: the state is read, changed by the event, reconciled and written back.
class Step {
public:
    Step(const CostPostingConfig& config, const model::StoredEvent& event, std::string_view key, CostState state)
        : config_(config), envelope_(event.envelope), key_(key), state_(std::move(state)) {}

    Result<void> on_snapshot(std::string status);
    Result<void> on_receipt();
    Result<void> on_order();
    Result<void> on_invoice();
    Result<void> on_rate();
    Result<Decision> finish(std::string_view before);

private:
    Result<void> replan(const model::WorkOrder& order);
    void report_invoice(const std::string& line, InvoicedLine& invoiced);
    Result<std::string> line_of_invoice(const Json& invoice) const;
    std::string reason(const Slot& slot) const;
    void settle();

    const CostPostingConfig& config_;
    const model::Envelope& envelope_;
    std::string_view key_;
    CostState state_;
    Decision decision_;
};

Result<void> Step::replan(const model::WorkOrder& order) {
    TIELINE_TRY(CostPlan plan, plan_costs(order, config_, state_.invoices));
    state_.asset = order.asset;
    if (!order.erp_order.empty() && order.erp_order != state_.dead_order) state_.order = order.erp_order;
    for (Slot& slot : state_.slots) {
        const bool planned = std::any_of(plan.documents.begin(), plan.documents.end(),
                                         [&](const auto& document) { return document.first == slot.name; });
        if (!planned) want(slot, std::nullopt);
    }
    const bool nothing = plan.documents.empty();
    for (auto& [name, wanted] : plan.documents) want(state_.find_or_add(name), std::move(wanted));
    if (nothing && !state_.told_nothing) {
        NewEvent event;
        event.type = "cost.nothing_to_post";
        event.subject = key_;
        event.data = "{";
        append_member(event.data, "work_order", key_);
        append_member(event.data, "reason", plan.nothing_because);
        event.data += '}';
        decision_.events.push_back(std::move(event));
    }
    state_.told_nothing = nothing;
    // An invoice that named no line belongs to the only contractor line there is.
    if (const auto unnamed = state_.invoices.find("");
        unnamed != state_.invoices.end() && plan.contractor.size() == 1) {
        state_.invoices.emplace(plan.contractor.begin()->first, std::move(unnamed->second));
        state_.invoices.erase("");
        return replan(order);
    }
    for (auto& [line, invoiced] : state_.invoices) {
        const auto expected = plan.contractor.find(line);
        if (expected == plan.contractor.end() || expected->second.second != invoiced.currency) continue;
        invoiced.expected = expected->second.first;
        report_invoice(line, invoiced);
    }
    return {};
}

Result<void> Step::on_snapshot(std::string status) {
    state_.status = std::move(status);
    if (is_done(state_.status)) {
        TIELINE_TRY(const std::shared_ptr<const model::WorkOrder> order, envelope_.work_order());
        return replan(*order);
    }
    state_.told_nothing = false;
    for (Slot& slot : state_.slots) want(slot, std::nullopt);
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
    const std::string slot_name = receipt.echo().text_or("slot");
    Slot* slot = state_.find(slot_name);
    if (slot == nullptr) {
        return make_error(ErrorKind::internal,
                          "work order " + std::string(key_) + ": receipt " + envelope_.id + " is for \"" + slot_name +
                              "\", which cost posting does not know. Nothing was changed; check the flow's state.",
                          "slot_unknown");
    }
    const BookedDocument* booked = take_receipt(*slot, receipt);
    if (booked == nullptr || !valued_by_erp(slot_name)) return {};
    const std::string expected = receipt.echo().text_or("amount");
    if (!equal_amounts(expected, booked->amount)) {
        decision_.events.push_back(variance_event(key_, slot_name, expected, booked->amount, booked->currency));
    }
    return {};
}

Result<void> Step::on_order() {
    TIELINE_TRY(const Receipt receipt, read_receipt(envelope_));
    if (receipt.kind == "order.create") {
        state_.order = receipt.document;
        for (Slot& slot : state_.slots) {  // refused for the old order's sake, perhaps: try the new one
            if (slot.command && !slot.command->reversal && slot.command->stage == CommandStage::rejected) {
                slot.command->stale = true;
            }
        }
    } else if (receipt.echo().text_or("status") == "cancelled") {
        state_.dead_order = receipt.echo().text_or("erp_order");
        if (state_.order == state_.dead_order) state_.order.clear();
    }
    return {};
}

Result<std::string> Step::line_of_invoice(const Json& invoice) const {
    std::string line = invoice.text_or("line");
    if (!line.empty()) return line;
    std::vector<std::string> candidates;
    for (const Slot& slot : state_.slots) {
        const bool contractor = slot.name.starts_with("accrual/") || slot.name.starts_with("service_receipt/");
        if (contractor && (slot.wanted || slot.booked || slot.command)) {
            candidates.push_back(slot.name.substr(slot.name.find('/') + 1));
        }
    }
    if (candidates.size() <= 1) return candidates.empty() ? std::string() : candidates.front();
    return make_error(ErrorKind::invalid,
                      "invoice " + invoice.text_or("invoice") + " of vendor " + invoice.text_or("vendor") +
                          " names work order " + std::string(key_) + " but no line, and " +
                          std::to_string(candidates.size()) + " contractor lines are open. Enter the line in the ERP.",
                      "invoice_line_unknown", "line");
}

Result<void> Step::on_invoice() {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    const Json& invoice = *parsed;
    TIELINE_TRY(const std::string line, line_of_invoice(invoice));
    TIELINE_TRY(const Decimal amount, invoice.decimal("amount"));
    TIELINE_TRY(const std::string number, invoice.text("invoice"));
    TIELINE_TRY(const std::string currency, invoice.text("currency"));
    const bool first = state_.invoices.find(line) == state_.invoices.end();
    InvoicedLine& invoiced = state_.invoices[line];
    invoiced.amounts[number] = amount.str();
    invoiced.currency = currency;
    Slot* accrual = state_.find("accrual/" + line);
    Slot* receipt = state_.find("service_receipt/" + line);
    if (first) {
        const bool received = receipt != nullptr && (receipt->booked || receipt->command);
        invoiced.carries_cost = config_.invoice_first_carries_cost && !received;
        for (const Slot* slot : {accrual, receipt}) {
            if (slot != nullptr && slot->wanted && slot->wanted->currency == currency) {
                invoiced.expected = slot->wanted->amount;
            }
        }
    }
    if (accrual != nullptr) want(*accrual, std::nullopt);
    if (receipt != nullptr && invoiced.carries_cost) want(*receipt, std::nullopt);
    report_invoice(line, invoiced);
    return {};
}

/// The days of a craft's rate that the ERP values labor by have got another rate.
Result<void> Step::on_rate() {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    const Json& data = *parsed;
    TIELINE_TRY(const std::string company, data.text("company_code"));
    TIELINE_TRY(const RateChange change, rate_change_from(data));
    take_rate_change(state_.slots, company, change);
    return {};
}

/// Tells once per pair of amounts that the invoice is not what the work order said.
void Step::report_invoice(const std::string& line, InvoicedLine& invoiced) {
    if (invoiced.expected.empty()) return;
    Decimal total;
    for (const auto& [number, text] : invoiced.amounts) {
        const auto amount = Decimal::parse(text);
        if (!amount) continue;
        const auto sum = total.plus(*amount);
        if (sum) total = *sum;
    }
    std::string pair = invoiced.expected + "/" + total.str();
    if (pair == invoiced.reported) return;
    const bool told_before = !invoiced.reported.empty();
    invoiced.reported = std::move(pair);
    if (!told_before && equal_amounts(invoiced.expected, total.str())) return;
    const std::string prefix = state_.find("service_receipt/" + line) != nullptr ? "service_receipt/" : "accrual/";
    decision_.events.push_back(variance_event(key_, prefix + line, invoiced.expected, total.str(), invoiced.currency));
}

std::string Step::reason(const Slot& slot) const {
    if (state_.status == "reopened") return "work order reopened";
    if (state_.status == "cancelled") return "work order cancelled";
    if (!is_done(state_.status)) return "work order is being worked again";
    if (is_outdated(slot)) return "labor rate changed";
    const std::string line = slot.name.substr(slot.name.find('/') + 1);
    if (slot.name.starts_with("accrual/") && state_.invoices.find(line) != state_.invoices.end()) {
        return "vendor's invoice received";
    }
    return "work order corrected";
}

/// Says once per change that everything wanted is booked.
void Step::settle() {
    const bool all = std::all_of(state_.slots.begin(), state_.slots.end(), [](const Slot& s) { return s.settled(); });
    if (!state_.unsettled || !all) return;
    state_.unsettled = false;
    std::map<std::string, Decimal> totals;
    for (const Slot& slot : state_.slots) {
        if (!slot.booked) continue;
        Decimal& total = totals[slot.booked->currency];
        const auto amount = Decimal::parse(slot.booked->amount);
        if (!amount) continue;
        if (const auto sum = total.plus(*amount)) total = *sum;
    }
    NewEvent event;
    event.type = "cost.settled";
    event.subject = key_;
    event.data = "{";
    append_member(event.data, "work_order", key_);
    append_raw(event.data, "totals", "[");
    for (const auto& [currency, total] : totals) {
        if (event.data.back() != '[') event.data += ',';
        event.data += '{';
        append_member(event.data, "currency", currency);
        append_member(event.data, "posted", total.str());
        event.data += '}';
    }
    event.data += "]}";
    decision_.events.push_back(std::move(event));
}

Result<Decision> Step::finish(std::string_view before) {
    SlotContext context;
    context.flow = flow_name;
    context.site = envelope_.site;
    context.work_order = key_;
    context.asset = state_.asset;
    context.connector = config_.connector;
    context.post_noun = "cost";
    context.reversal_noun = "reversal";
    context.erp_order = state_.order;
    context.hold_posts = config_.post_to_order && state_.order.empty();
    context.next_open = config_.closed_period == ClosedPeriod::next_open;
    context.reversal_date = [this](const BookedDocument& original) -> Result<std::string> {
        if (config_.reversal_date == ReversalDate::original) return original.date;
        TIELINE_TRY(const Company* company, config_.companies.of(original.company, key_));
        TIELINE_TRY(const Date date, local_date(envelope_.occurred, company->zone));
        return date.str();
    };
    for (Slot& slot : state_.slots) {
        hold_against_rate(slot, config_.rounding);
        const std::string why = slot.booked && !slot.settled() ? reason(slot) : std::string();
        context.reason = why.empty() ? "superseded posting" : std::string_view(why);
        TIELINE_TRY(const bool asked, reconcile(slot, context, decision_));
        state_.unsettled = state_.unsettled || asked;
    }
    settle();
    std::string after = to_json_text(state_);
    if (after != before) decision_.state = std::move(after);
    return std::move(decision_);
}

class CostPosting final : public Flow {
public:
    explicit CostPosting(CostPostingConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        if (is_snapshot(envelope.type)) return {envelope.subject};
        std::string_view noun;
        Outcome outcome{};
        if (receipt_type(envelope.type, noun, outcome)) {
            const bool ours = (noun == "cost" || noun == "reversal") && outcome != Outcome::accepted;
            const bool order = noun == "order" && outcome == Outcome::booked;
            if (ours || order) return {envelope.subject};
            return {};
        }
        if (envelope.type == "labor.rate_changed") return {envelope.subject};
        if (envelope.type != "invoice.received") return {};
        const std::shared_ptr<const Json> invoice = envelope.json_or_null();
        const std::string work_order = invoice ? invoice->text_or("work_order") : std::string();
        if (work_order.empty()) return {};
        return {work_order};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view state,
                            WallTime) const override {
        const std::string_view type = event.envelope.type;
        if (!is_snapshot(type)) {
            TIELINE_TRY(CostState before, cost_state_from(state));
            Step step(config_, event, key, std::move(before));
            if (type == "invoice.received") {
                TIELINE_TRY_VOID(step.on_invoice());
            } else if (type == "labor.rate_changed") {
                if (state.empty()) return Decision{};
                TIELINE_TRY_VOID(step.on_rate());
            } else if (type == "order.booked") {
                TIELINE_TRY_VOID(step.on_order());
            } else {
                TIELINE_TRY_VOID(step.on_receipt());
            }
            return step.finish(state);
        }
        TIELINE_TRY(const std::shared_ptr<const Json> parsed, event.envelope.json());
        const Json& json = *parsed;
        TIELINE_TRY(std::string status, json.text("status"));
        if (state.empty() && !is_done(status)) return Decision{};  // nothing posted, nothing to post
        TIELINE_TRY(CostState before, cost_state_from(state));
        Step step(config_, event, key, std::move(before));
        TIELINE_TRY_VOID(step.on_snapshot(std::move(status)));
        return step.finish(state);
    }

private:
    CostPostingConfig config_;
};

}  // namespace

std::unique_ptr<Flow> make_cost_posting(CostPostingConfig config) {
    return std::make_unique<CostPosting>(std::move(config));
}

}  // namespace tieline::flows
