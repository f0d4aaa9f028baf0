#include "flows/cost_plan.h"

#include "base/hash.h"
#include "flows/document.h"
#include "flows/journal.h"
#include "flows/planted.h"

#include <algorithm>

namespace tieline::flows {
namespace {

using model::CostLine;
using model::LineKind;

/// Equal values give equal texts: 1.50 and 1.5.
std::string value_text(const Decimal& value) {
    auto shortest = value.rounded(value.scale_needed());
    return shortest ? shortest->str() : value.str();
}

class Planner {
public:
    Planner(const model::WorkOrder& order, const CostPostingConfig& config, const Invoices& invoices)
        : order_(order), config_(config), invoices_(invoices) {}

    Result<CostPlan> run() {
        TIELINE_TRY(company_, config_.companies.of(order_.company_code, order_.number));
        TIELINE_TRY(const Date date, local_date(order_.completed_at.value_or(WallTime{}), company_->zone));
        date_ = date.str();
        for (const CostLine& line : order_.lines) TIELINE_TRY_VOID(place(line));
        for (const JournalGroup& group : journals_) TIELINE_TRY_VOID(add_journal(group));
        if (plan_.documents.empty()) {
            plan_.nothing_because = order_.lines.empty() ? "the work order has no cost lines"
                                    : invoiced_          ? "vendors' invoices carry the cost"
                                    : transacted_        ? "part transactions carry the cost"
                                                         : "every cost line is zero";
        }
        return std::move(plan_);
    }

private:
    struct JournalGroup {
        std::string_view currency;
        std::vector<JournalInput> inputs;
    };

    /// A line that lacks what the configured document needs falls back to the journal: its cost must not be lost.
    Carrier carrier_of(const CostLine& line) const {
        const Carrier carrier = config_.carrier[static_cast<std::size_t>(line.kind)];
        switch (carrier) {
            case Carrier::goods_issue:
                return carrier_of_part(line, carrier);
            case Carrier::transaction:
                if (!line.transaction.empty() && !planted(PlantedBug::cost_twice)) return carrier;
                return carrier_of_part(line, config_.part_without_transaction);
            case Carrier::confirmation:
                return line.craft.empty() ? Carrier::journal : carrier;
            case Carrier::service_receipt:
                return line.purchase_order.empty() ? config_.contractor_without_order : carrier;
            case Carrier::journal:
            case Carrier::accrual:
                break;
        }
        return carrier;
    }

    static Carrier carrier_of_part(const CostLine& line, Carrier carrier) {
        return line.part.empty() ? Carrier::journal : carrier;
    }

    Result<void> place(const CostLine& line) {
        switch (carrier_of(line)) {
            case Carrier::journal:
                return place_in_journal(line);
            case Carrier::goods_issue:
                return line.quantity.is_zero() ? Result<void>() : add_goods_issue(line);
            case Carrier::confirmation:
                return line.quantity.is_zero() ? Result<void>() : add_confirmation(line);
            case Carrier::service_receipt:
                return add_service_receipt(line);
            case Carrier::accrual:
                return add_accrual(line);
            case Carrier::transaction:
                transacted_ = true;
                return {};
        }
        return {};
    }

    Result<void> place_in_journal(const CostLine& line) {
        TIELINE_TRY(JournalInput input, input_of(line, company_->accounts.clearing[index_of(line)], "clearing"));
        auto group = std::find_if(journals_.begin(), journals_.end(),
                                  [&](const JournalGroup& g) { return g.currency == line.currency; });
        if (group == journals_.end()) group = journals_.insert(group, JournalGroup{line.currency, {}});
        group->inputs.push_back(std::move(input));
        return {};
    }

    static std::size_t index_of(const CostLine& line) { return static_cast<std::size_t>(line.kind); }

    Result<JournalInput> input_of(const CostLine& line, std::string_view other_side,
                                  std::string_view other_name) const {
        JournalInput input;
        input.line = &line;
        TIELINE_TRY(input.receiver, resolve_receiver(order_, &line, config_.receivers));
        input.account = line.capital ? company_->accounts.capital : company_->accounts.cost[index_of(line)];
        input.clearing = other_side;
        if (!input.account.empty() && !other_side.empty()) return input;
        const std::string name = !input.account.empty() ? std::string(other_name) : line.capital ? "capital" : "cost";
        return make_error(ErrorKind::invalid,
                          "work order " + order_.number + ", line " + line.id + ": company " + company_->code +
                              " has no " + name + " account for " + model::to_string(line.kind) +
                              ". Add it to the accounts of flows in the configuration.",
                          "no_account", "lines." + line.id);
    }

    std::string common_body() const {
        std::string body;
        append_member(body, "work_order", order_.number);
        append_member(body, "company_code", company_->code);
        append_member(body, "text", order_text(order_.number, order_.title));
        return body;
    }

    void add(std::string slot, std::string_view currency, std::string body, std::string lines, std::string amount,
             std::string_view facts) {
        WantedDocument wanted;
        std::string hashed = company_->code;
        hashed.append("\x1f").append(date_).append("\x1f").append(currency).append("\x1f").append(facts);
        wanted.facts = short_key(hashed);
        wanted.body = std::move(body);
        wanted.lines = std::move(lines);
        wanted.amount = std::move(amount);
        wanted.currency = currency;
        wanted.date = date_;
        wanted.company = company_->code;
        plan_.documents.emplace_back(std::move(slot), std::move(wanted));
    }

    Result<void> add_journal_document(std::string slot, std::string_view currency,
                                      const std::vector<JournalInput>& inputs) {
        TIELINE_TRY(Journal journal, make_journal(order_, inputs, currency, config_.rounding));
        if (journal.empty) return {};
        std::string body;
        body.reserve(journal.lines.size() + 256);
        body = common_body();
        append_member(body, "currency", currency);
        append_member(body, "document_date", date_);
        append_raw(body, "lines", journal.lines);
        add(std::move(slot), currency, std::move(body), std::move(journal.echo_lines), journal.total.str(),
            journal.facts);
        return {};
    }

    Result<void> add_journal(const JournalGroup& group) {
        return add_journal_document(std::string("journal/").append(group.currency), group.currency, group.inputs);
    }

    /// A document of one line: the part of the payload that all of them share, and the line's rounded amount.
    struct Single {
        model::Receiver receiver;
        Decimal amount;
        std::string body, lines, facts;
    };
    Result<Single> single_of(const CostLine& line) const {
        Single single;
        TIELINE_TRY(single.receiver, resolve_receiver(order_, &line, config_.receivers));
        TIELINE_TRY(const int scale, model::minor_units(line.currency));
        TIELINE_TRY(single.amount, line.amount.rounded(scale, config_.rounding));
        single.body = common_body();
        append_raw(single.body, "receiver", receiver_json(single.receiver));
        append_member(single.body, "currency", line.currency);
        const std::vector<EchoLine> echo{{&single.receiver, line.kind, line.capital, single.amount}};
        single.lines = echo_lines_json(echo, line.currency);
        single.facts = source_receiver(order_, line);
        return single;
    }

    Result<void> add_goods_issue(const CostLine& line) {
        TIELINE_TRY(Single single, single_of(line));
        append_member(single.body, "part", line.part);
        append_member(single.body, "quantity", value_text(line.quantity));
        append_member(single.body, "unit", line.unit);
        append_if(single.body, "storeroom", line.storeroom);
        append_member(single.body, "expected_amount", single.amount.str());
        // The price is no fact: the ERP values the issue by its own.
        single.facts.append("\x1f").append(line.part).append("\x1f").append(value_text(line.quantity));
        single.facts.append("\x1f").append(line.unit).append("\x1f").append(line.storeroom);
        add("goods_issue/" + line.id, line.currency, std::move(single.body), std::move(single.lines),
            single.amount.str(), single.facts);
        return {};
    }

    Result<void> add_confirmation(const CostLine& line) {
        TIELINE_TRY(Single single, single_of(line));
        append_member(single.body, "activity", line.craft);
        append_member(single.body, "hours", value_text(line.quantity));
        append_if(single.body, "person", line.person);
        append_member(single.body, "expected_amount", single.amount.str());
        single.facts.append("\x1f").append(line.craft).append("\x1f").append(value_text(line.quantity));
        single.facts.append("\x1f").append(line.person);
        add("confirmation/" + line.id, line.currency, std::move(single.body), std::move(single.lines),
            single.amount.str(), single.facts);
        return {};
    }

    Result<void> add_service_receipt(const CostLine& line) {
        TIELINE_TRY(Single single, single_of(line));
        plan_.contractor[line.id] = {single.amount.str(), line.currency};
        const auto invoiced = invoices_.find(line.id);
        if (invoiced != invoices_.end() && invoiced->second.carries_cost) {
            invoiced_ = true;
            return {};
        }
        if (single.amount.is_zero()) return {};
        append_member(single.body, "purchase_order", line.purchase_order);
        append_if(single.body, "vendor", line.vendor);
        append_member(single.body, "amount", single.amount.str());
        single.facts.append("\x1f").append(line.purchase_order).append("\x1f").append(line.vendor);
        single.facts.append("\x1f").append(single.amount.str());
        add("service_receipt/" + line.id, line.currency, std::move(single.body), std::move(single.lines),
            single.amount.str(), single.facts);
        return {};
    }

    Result<void> add_accrual(const CostLine& line) {
        TIELINE_TRY(const int scale, model::minor_units(line.currency));
        TIELINE_TRY(const Decimal amount, line.amount.rounded(scale, config_.rounding));
        plan_.contractor[line.id] = {amount.str(), line.currency};
        if (invoices_.find(line.id) != invoices_.end()) {
            invoiced_ = true;  // the invoice carries the cost
            return {};
        }
        TIELINE_TRY(JournalInput input, input_of(line, company_->accounts.accrued, "accrued"));
        return add_journal_document("accrual/" + line.id, line.currency, {std::move(input)});
    }

    const model::WorkOrder& order_;
    const CostPostingConfig& config_;
    const Invoices& invoices_;
    const Company* company_ = nullptr;
    std::string date_;
    bool invoiced_ = false;
    bool transacted_ = false;  ///< a line's part transaction carries its cost
    std::vector<JournalGroup> journals_;
    CostPlan plan_;
};

}  // namespace

Result<CostPlan> plan_costs(const model::WorkOrder& order, const CostPostingConfig& config, const Invoices& invoices) {
    return Planner(order, config, invoices).run();
}

}  // namespace tieline::flows
