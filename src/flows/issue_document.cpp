#include "flows/issue_document.h"

#include "base/hash.h"
#include "flows/document.h"

namespace tieline::flows {
namespace {

constexpr std::size_t reason_max = 250;

std::string plain(const Decimal& value) {
    auto shortest = value.rounded(value.scale_needed());
    return shortest ? shortest->str() : value.str();
}

Result<model::Receiver> receiver_of(const PartTransaction& transaction, const IssueState& state,
                                    const PartsIssueConfig& config) {
    if (transaction.receiver) return *transaction.receiver;
    model::WorkOrder order;
    order.number = transaction.work_order.empty() ? transaction.id : transaction.work_order;
    order.asset = state.asset.empty() ? transaction.asset : state.asset;
    order.receiver = state.receiver;
    return resolve_receiver(order, nullptr, config.receivers);
}

/// The CMMS's value; nullopt where it names no price or no currency.
Result<std::optional<Decimal>> expected_amount(const PartTransaction& transaction) {
    if (!transaction.unit_cost || transaction.currency.empty()) return std::optional<Decimal>();
    TIELINE_TRY(const int scale, model::minor_units(transaction.currency));
    TIELINE_TRY(const Decimal exact, transaction.quantity.times(*transaction.unit_cost));
    TIELINE_TRY(const Decimal amount, exact.rounded(scale));
    return std::optional<Decimal>(amount);
}

}  // namespace

Result<WantedDocument> issue_document(const Issue& issue, const PartTransaction& transaction, const IssueState& state,
                                      const PartsIssueConfig& config) {
    const std::string& owner = transaction.work_order.empty() ? transaction.id : transaction.work_order;
    const std::string& code = state.company.empty() ? transaction.company_code : state.company;
    TIELINE_TRY(const Company* company, config.companies.of(code, owner));
    TIELINE_TRY(const model::Receiver receiver, receiver_of(transaction, state, config));
    TIELINE_TRY(const Date date, local_date(transaction.at, company->zone));
    TIELINE_TRY(const std::optional<Decimal> expected, expected_amount(transaction));
    WantedDocument wanted;
    wanted.facts = issue.id;
    wanted.company = company->code;
    wanted.date = date.str();
    wanted.currency = transaction.currency;
    wanted.amount = expected ? expected->str() : "0";
    std::vector<EchoLine> lines{{&receiver, model::LineKind::part, false, expected.value_or(Decimal{})}};
    wanted.lines = echo_lines_json(lines, transaction.currency);
    std::string& body = wanted.body;
    append_if(body, "work_order", transaction.work_order);
    append_member(body, "company_code", company->code);
    append_member(body, "text", order_text(owner, state.title));
    append_raw(body, "receiver", receiver_json(receiver));
    append_if(body, "currency", transaction.currency);
    append_member(body, "part", transaction.part);
    append_member(body, "quantity", plain(transaction.quantity));
    append_member(body, "unit", transaction.unit);
    append_if(body, "storeroom", transaction.storeroom);
    append_if(body, "reservation", issue.reservation);
    append_if(body, "lot", transaction.lot);
    if (!transaction.serials.empty()) append_raw(body, "serials", transaction.serials);
    if (expected) append_member(body, "expected_amount", expected->str());
    return wanted;
}

void add_movement(std::string& echo, const Issue& issue, const PartTransaction& transaction) {
    echo.pop_back();
    append_member(echo, "transaction", issue.id);
    append_if(echo, "returns", issue.returns);
    append_member(echo, "part", transaction.part);
    append_member(echo, "storeroom", transaction.storeroom);
    append_member(echo, "quantity", plain(transaction.quantity));
    append_member(echo, "unit", transaction.unit);
    append_if(echo, "planned_line", transaction.planned_line);
    append_if(echo, "reservation", issue.reservation);
    if (transaction.unit_cost && !transaction.currency.empty()) append_raw(echo, "expected", "true");
    echo += '}';
}

std::string LinkWord::hash() const {
    if (status.empty()) return {};
    return short_key(status + "\x1f" + document + "\x1f" + reason);
}

LinkWord link_word(const Issue& issue) {
    LinkWord word;
    const bool refused = issue.slot.command && issue.slot.command->stage == CommandStage::rejected;
    if (issue.end == IssueEnd::booked) {
        word.status = "booked";
        word.document = issue.document;
    } else if (issue.end != IssueEnd::open || refused) {
        word.status = "refused";
        word.reason = first_characters(issue.reason, reason_max);
    }
    return word;
}

}  // namespace tieline::flows
