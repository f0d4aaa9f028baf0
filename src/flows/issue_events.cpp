// What each event changes in the state of the parts issue flow.

#include "flows/document.h"
#include "flows/issue_document.h"
#include "flows/issue_step.h"
#include "flows/variance.h"

#include <algorithm>

namespace tieline::flows {
namespace {

/// The ERP no longer knows the reservation, or not for this: the issue is right without it.
bool is_reservation_code(std::string_view code) {
    return code == "unknown_reservation" || code == "reservation_closed" || code == "reservation_mismatch" ||
           code == "reservation_status";
}

}  // namespace

Result<void> IssueStep::on_snapshot() {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    const Json& json = *parsed;
    model::Receiver receiver;
    if (const Json* found = json.find("receiver")) {
        receiver.kind = model::receiver_kind_from(found->text_or("kind")).value_or(receiver.kind);
        receiver.code = found->text_or("code");
    }
    const auto take = [&](auto& into, auto value) {
        if (into == value) return;
        into = std::move(value);
        order_changed_ = true;
    };
    take(state_.known, true);
    take(state_.company, json.text_or("company_code"));
    take(state_.asset, json.text_or("asset"));
    take(state_.title, json.text_or("title"));
    take(state_.receiver, receiver);
    const std::string order = json.text_or("erp_order");
    if (!order.empty() && order != state_.dead_order && order != state_.order) {
        state_.order = order;
        number_changed_ = true;
    }
    return {};
}

Result<void> IssueStep::on_transaction(bool is_return) {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    Json data = *parsed;
    std::string id = data.text_or("transaction", envelope_.subject);
    if (state_.find(id) != nullptr || state_.done.contains(id)) return {};  // immutable: a repeat, or our own link
    Issue& issue = state_.issues.emplace_back();
    issue.id = std::move(id);
    issue.is_return = is_return;
    if (is_return) issue.returns = data.text_or("returns");
    issue.slot.name = "issue/" + issue.id;
    data.erase("linked");
    if (data.text_or("at").empty()) data.set("at", format_time(envelope_.occurred));
    issue.data = std::move(data);
    const auto transaction = part_transaction_from(issue.data, is_return);
    if (!transaction) {
        issue.end = IssueEnd::given_up;
        issue.reason = "Part transaction " + issue.id + " cannot be posted: " + transaction.error().message;
        open_notice(issue, "unreadable", transaction.error().code, issue.reason,
                    "Correct it in the CMMS: book it back there and book it anew. Nothing was posted.");
        return {};
    }
    const auto line = state_.reserved.find(transaction->planned_line);
    if (is_return || line == state_.reserved.end()) return {};
    if (line->second.take(transaction->part, transaction->storeroom, transaction->quantity)) {
        issue.reservation = line->second.number;
    }
    return {};
}

Result<void> IssueStep::on_receipt() {
    TIELINE_TRY(const Receipt receipt, read_receipt(envelope_));
    const bool own = receipt.flow == issue_flow_name;
    if (receipt.noun == "order") {
        on_order(receipt);
    } else if (receipt.noun == "reservation") {
        const std::string line = receipt.echo().text_or("line");
        state_.reserved[line].follow(receipt);
        if (state_.reserved[line].number.empty()) state_.reserved.erase(line);
    } else if (own && (receipt.outcome == Outcome::replayed || receipt.outcome == Outcome::given_up)) {
        on_word(receipt);
    } else if (own && receipt.noun == "transaction_link") {
        on_link(receipt);
    } else if (own) {
        return on_document(receipt);
    }
    return {};
}

/// A person's word names only the command's key.
void IssueStep::on_word(const Receipt& receipt) {
    for (Issue& issue : state_.issues) {
        if (issue.slot.command && receipt.key == command_key(issue_flow_name, envelope_.site, key_, issue.slot.name,
                                                             issue.slot.command->intent)) {
            take_word(issue.slot, receipt.outcome);
            if (receipt.outcome == Outcome::given_up) issue.end = IssueEnd::given_up;
            return;
        }
        const std::string slot = "link/" + issue.id;
        if (issue.link.under_way &&
            receipt.key == command_key(issue_flow_name, envelope_.site, key_, slot, issue.link.intent)) {
            issue.link.stage = receipt.outcome == Outcome::replayed ? CommandStage::open : CommandStage::given_up;
            return;
        }
    }
}

void IssueStep::on_order(const Receipt& receipt) {
    if (receipt.outcome != Outcome::booked) return;
    if (receipt.kind == "order.create") {
        number_changed_ = state_.order != receipt.document;
        state_.order = receipt.document;
    } else if (receipt.echo().text_or("status") == "cancelled") {
        state_.dead_order = receipt.echo().text_or("erp_order");
        if (state_.order == state_.dead_order) state_.order.clear();
    }
}

void IssueStep::on_link(const Receipt& receipt) {
    Issue* issue = state_.find(receipt.echo().text_or("transaction"));
    if (issue == nullptr || !issue->link.under_way || issue->link.intent != receipt.intent) return;
    IssueLink& link = issue->link;
    switch (receipt.outcome) {
        case Outcome::booked:
            link.told = std::move(link.sending);
            link.sending.clear();
            link.under_way = false;
            break;
        case Outcome::rejected:
            link.stage = CommandStage::rejected;
            break;
        case Outcome::parked:
            link.stage = CommandStage::parked;
            break;
        case Outcome::withdrawn:
        case Outcome::given_up:
            link.stage = CommandStage::given_up;
            break;
        case Outcome::accepted:
        case Outcome::replayed:
            break;
    }
}

/// A receipt may be of a transaction that was thought to be through.
Issue* IssueStep::find_or_restore(const std::string& id) {
    if (Issue* present = state_.find(id)) return present;
    const auto done = state_.done.find(id);
    if (done == state_.done.end()) return nullptr;
    Issue& issue = state_.issues.emplace_back();
    issue.id = id;
    issue.slot.name = "issue/" + id;
    issue.end = done->second.end;
    issue.booked_intent = done->second.booked_intent;
    issue.slot.intent = done->second.last_intent;
    issue.link.intent = done->second.link_intent;
    issue.link.told = link_word(issue).hash();
    state_.done.erase(done);
    return &issue;
}

Result<void> IssueStep::on_document(const Receipt& receipt) {
    const std::string slot_name = receipt.echo().text_or("slot");
    Issue* found = slot_name.starts_with("issue/") ? find_or_restore(slot_name.substr(6)) : nullptr;
    if (found == nullptr) {
        return make_error(ErrorKind::internal,
                          "work order " + std::string(key_) + ": receipt " + envelope_.id + " is for \"" + slot_name +
                              "\", which parts issue does not know. Nothing was changed; check the flow's state.",
                          "slot_unknown");
    }
    Issue& issue = *found;
    if (issue.end == IssueEnd::booked && receipt.intent == issue.booked_intent) return {};  // a repeat
    if (issue.slot.intent < receipt.intent) issue.slot.intent = receipt.intent;
    const BookedDocument* booked = take_receipt(issue.slot, receipt);
    if (booked != nullptr) {
        take_booked(issue, receipt, *booked);
        return {};
    }
    const bool current = issue.slot.command && issue.slot.command->intent == receipt.intent;
    if (receipt.outcome == Outcome::rejected && current && !issue.slot.command->reversal) {
        issue.reason = receipt.reason.empty() ? receipt.code : receipt.reason;
        if (!issue.reservation.empty() && is_reservation_code(receipt.code)) {
            issue.reservation.clear();
            refresh(issue);
        }
    }
    if (current && issue.slot.command->stage == CommandStage::given_up && issue.end == IssueEnd::open) {
        issue.end = IssueEnd::given_up;
    }
    return {};
}

/// The first document that is booked counts, whichever attempt made it; a second one is reversed by its slot.
void IssueStep::take_booked(Issue& issue, const Receipt& receipt, const BookedDocument& booked) {
    const bool stray = !(issue.slot.booked && issue.slot.booked->intent == receipt.intent);
    const bool awaited = issue.slot.command && issue.slot.command->stage != CommandStage::given_up &&
                         issue.slot.command->stage != CommandStage::rejected;
    if (stray && (issue.end == IssueEnd::booked || awaited)) return;
    const std::string expected = receipt.echo().text_or("amount");
    if (receipt.echo().bool_or("expected", false) && !equal_amounts(expected, booked.amount)) {
        decision_.events.push_back(
            variance_event(key_, issue.slot.name, expected, booked.amount, receipt.echo().text_or("currency")));
    }
    if (stray && issue.slot.command && issue.slot.command->stage == CommandStage::rejected) {
        decision_.withdrawals.push_back(
            command_key(issue_flow_name, envelope_.site, key_, issue.slot.name, issue.slot.command->intent));
    }
    issue.end = IssueEnd::booked;
    issue.booked_intent = receipt.intent;
    issue.document = receipt.document;
    issue.reason.clear();
    issue.slot.command.reset();
    issue.slot.booked.reset();
    issue.slot.wanted.reset();
    std::erase_if(issue.slot.strays, [&](const BookedDocument& other) { return other.intent == receipt.intent; });
}

/// Tells a person about what has waited too long.
void IssueStep::on_timer() {
    if (!state_.timer) return;
    state_.timer = false;
    for (Issue& issue : state_.issues) {
        const Way way = way_of(issue);
        if (issue.end != IssueEnd::open || !issue.notice.empty()) continue;
        if (way == Way::waits_for_order) {
            open_notice(issue, "waits", "work_order_unknown",
                        "Part transaction " + issue.id + " waits: its work order " + std::string(key_) +
                            " has not come from the CMMS, so nobody knows who bears the cost.",
                        "Look whether the CMMS has the work order and whether it is read; it goes on by itself then.");
        } else if (is_missing(issue)) {
            open_notice(issue, "waits", "issue_unknown",
                        "Return " + issue.id + " waits: the issue " + issue.returns +
                            " that it gives back has not come from the CMMS.",
                        "Look whether the CMMS has that transaction; it goes on by itself then.");
        }
    }
}

/// A person gives up what cannot be posted.
Result<void> IssueStep::on_answer() {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope_.json());
    const Json& data = *parsed;
    const std::string notice = data.text_or("notice");
    for (Issue& issue : state_.issues) {
        if (issue.notice != notice || notice.empty()) continue;
        if (issue.end == IssueEnd::open && !issue.slot.command && data.text_or("choice") == "give_up") {
            issue.end = IssueEnd::given_up;
            issue.reason = "Given up: " + data.text_or("reason");
        }
        if (issue.end != IssueEnd::open) close_notice(issue);
    }
    return {};
}

}  // namespace tieline::flows
