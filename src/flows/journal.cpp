#include "flows/journal.h"

#include "flows/document.h"

#include <algorithm>

namespace tieline::flows {
namespace {

struct Clearing {
    std::string_view account;
    Decimal net;
};

void append_line(std::string& out, std::string_view account, const Decimal& amount, bool debit) {
    if (out.size() > 1) out += ',';
    out += '{';
    append_member(out, "side", debit != amount.is_negative() ? "debit" : "credit");
    append_member(out, "account", account);
    append_member(out, "amount", amount.abs().str());
}

void append_cost_line(std::string& out, const JournalInput& input, const Decimal& amount) {
    append_line(out, input.account, amount, true);
    append_raw(out, "receiver", receiver_json(input.receiver));
    append_if(out, "tax_code", input.line->tax_code);
    if (input.line->capital) append_raw(out, "capital", "true");
    append_if(out, "text", first_characters(input.line->description, 50));
    out += '}';
}

/// Only what the source says: account numbers and defaults may change without a posting being wrong.
std::string fact_of(const model::WorkOrder& order, const model::CostLine& line, const Decimal& amount) {
    std::string fact = model::to_string(line.kind);
    fact.append("\x1f").append(amount.str()).append("\x1f").append(line.tax_code);
    fact += line.capital ? "\x1f+" : "\x1f-";
    return fact.append(source_receiver(order, line));
}

}  // namespace

std::string source_receiver(const model::WorkOrder& order, const model::CostLine& line) {
    const model::Receiver* receiver = line.receiver && !line.receiver->code.empty() ? &*line.receiver : &order.receiver;
    if (receiver->code.empty()) return "asset default:" + order.asset;
    return std::string(model::to_string(receiver->kind)).append(":").append(receiver->code);
}

Result<std::vector<Decimal>> round_together(std::span<const Decimal> exact, int scale, Rounding mode) {
    std::vector<Decimal> rounded;
    rounded.reserve(exact.size());
    Decimal exact_sum;
    Decimal rounded_sum = Decimal::from_unscaled(0, scale);
    std::size_t largest = 0;
    for (std::size_t index = 0; index < exact.size(); ++index) {
        TIELINE_TRY(Decimal amount, exact[index].rounded(scale, mode));
        TIELINE_TRY(exact_sum, exact_sum.plus(exact[index]));
        TIELINE_TRY(rounded_sum, rounded_sum.plus(amount));
        if (index > 0 && amount.abs() > rounded[largest].abs()) largest = index;
        rounded.push_back(amount);
    }
    if (rounded.empty()) return rounded;
    TIELINE_TRY(const Decimal total, exact_sum.rounded(scale, mode));
    TIELINE_TRY(const Decimal difference, total.minus(rounded_sum));
    TIELINE_TRY(rounded[largest], rounded[largest].plus(difference));
    return rounded;
}

Result<Journal> make_journal(const model::WorkOrder& order, std::span<const JournalInput> inputs,
                             std::string_view currency, Rounding mode) {
    TIELINE_TRY(const int scale, model::minor_units(currency));
    std::vector<Decimal> exact;
    exact.reserve(inputs.size());
    for (const JournalInput& input : inputs) exact.push_back(input.line->amount);
    TIELINE_TRY(const std::vector<Decimal> amounts, round_together(exact, scale, mode));

    Journal journal;
    journal.total = Decimal::from_unscaled(0, scale);
    journal.lines.reserve(inputs.size() * 200 + 200);
    journal.lines = "[";
    std::vector<Clearing> clearings;
    std::vector<EchoLine> echo;
    std::vector<std::string> facts;
    facts.reserve(inputs.size());
    for (std::size_t index = 0; index < inputs.size(); ++index) {
        const JournalInput& input = inputs[index];
        const Decimal& amount = amounts[index];
        if (amount.is_zero()) continue;
        journal.empty = false;
        TIELINE_TRY(journal.total, journal.total.plus(amount));
        append_cost_line(journal.lines, input, amount);
        TIELINE_TRY_VOID(add_echo_line(echo, {&input.receiver, input.line->kind, input.line->capital, amount}));
        auto clearing = std::find_if(clearings.begin(), clearings.end(),
                                     [&](const Clearing& c) { return c.account == input.clearing; });
        if (clearing == clearings.end()) clearing = clearings.insert(clearings.end(), {input.clearing, Decimal()});
        TIELINE_TRY(clearing->net, clearing->net.plus(amount));
        facts.push_back(fact_of(order, *input.line, amount));
    }
    for (const Clearing& clearing : clearings) {
        if (clearing.net.is_zero()) continue;
        append_line(journal.lines, clearing.account, clearing.net, false);
        journal.lines += '}';
    }
    journal.lines += ']';
    journal.echo_lines = echo_lines_json(echo, currency);
    std::sort(facts.begin(), facts.end());
    for (const std::string& fact : facts) journal.facts.append(fact).append("\x1e");
    return journal;
}

}  // namespace tieline::flows
