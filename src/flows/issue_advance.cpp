// The next step of each part transaction: to the ERP, and the word back to the CMMS.

#include "flows/document.h"
#include "flows/issue_document.h"
#include "flows/issue_step.h"

#include <algorithm>
#include <chrono>

namespace tieline::flows {
namespace {

constexpr std::chrono::minutes patience{10};  ///< before a person is told that something has not come

}  // namespace

IssueStep::Way IssueStep::way_of(const Issue& issue) const {
    if (!issue.returns.empty()) {
        const auto done = state_.done.find(issue.returns);
        const Issue* active = nullptr;
        for (const Issue& other : state_.issues) {
            if (other.id == issue.returns) active = &other;
        }
        if (active == nullptr && done == state_.done.end()) return Way::waits_for_issue;
        const IssueEnd end = active != nullptr ? active->end : done->second.end;
        if (end == IssueEnd::open) return Way::waits_for_issue;
        if (end != IssueEnd::booked) return Way::never;
    }
    const bool own = issue.data.find("receiver") != nullptr || issue.data.text_or("work_order").empty();
    return own || state_.known ? Way::free : Way::waits_for_order;
}

/// Waits for something that has never been seen.
bool IssueStep::is_missing(const Issue& issue) const {
    const Way way = way_of(issue);
    if (way == Way::waits_for_order) return true;
    return way == Way::waits_for_issue && std::none_of(state_.issues.begin(), state_.issues.end(),
                                                       [&](const Issue& other) { return other.id == issue.returns; });
}

void IssueStep::skip(Issue& issue) {
    issue.end = IssueEnd::skipped;
    issue.reason = "The issue " + issue.returns +
                   " that it gives back was never posted to the ERP, so the return is "
                   "not posted either.";
    NewEvent event;
    event.type = "part.return_skipped";
    event.subject = issue.id;
    event.data = "{";
    append_member(event.data, "transaction", issue.id);
    append_member(event.data, "returns", issue.returns);
    append_if(event.data, "work_order", issue.data.text_or("work_order"));
    append_member(event.data, "reason", issue.reason);
    event.data += '}';
    decision_.events.push_back(std::move(event));
}

void IssueStep::open_notice(Issue& issue, std::string kind, std::string code, std::string reason, std::string fix) {
    Notice notice;
    notice.id = std::move(kind.append("/").append(issue.id));
    notice.code = std::move(code);
    notice.subject = issue.id;
    notice.reason = std::move(reason);
    notice.fix = std::move(fix);
    Json details = Json::object({{"transaction", issue.id}, {"choices", Json::array()}});
    details.find("choices")->push_back(issue.end == IssueEnd::open ? "give_up" : "seen");
    notice.details = details.dump();
    if (!issue.notice.empty() && issue.notice != notice.id) decision_.closed_notices.push_back(issue.notice);
    issue.notice = notice.id;
    decision_.notices.push_back(std::move(notice));
}

void IssueStep::close_notice(Issue& issue) {
    if (issue.notice.empty()) return;
    decision_.closed_notices.push_back(std::move(issue.notice));
    issue.notice.clear();
}

/// Makes the wanted document anew.
void IssueStep::refresh(Issue& issue) {
    const auto transaction = part_transaction_from(issue.data, issue.is_return);
    if (!transaction) return;  // was readable when it came
    auto document = issue_document(issue, *transaction, state_, config_);
    if (document) {
        want(issue.slot, std::move(*document));
        close_notice(issue);
        return;
    }
    if (issue.slot.wanted) return;  // what is under way stays as it is
    open_notice(issue, "cannot_post", document.error().code,
                "Part transaction " + issue.id + ": " + document.error().message,
                "Mend what the reason names; it is tried again with the next state of the work order.");
}

Result<void> IssueStep::advance(Issue& issue, const SlotContext& context) {
    if (issue.end == IssueEnd::open) {
        const Way way = way_of(issue);
        if (way == Way::never && !issue.slot.command) {
            skip(issue);
            close_notice(issue);
            return {};
        }
        if (way != Way::free) {
            if (!state_.timer && issue.notice.empty() && is_missing(issue)) {
                state_.timer = true;
                decision_.wakeups.push_back(Wakeup{std::string(issue_timer_name), now_ + patience});
            }
            return {};
        }
        const bool told = issue.notice.starts_with("cannot_post");
        if ((!issue.slot.wanted && !told) || order_changed_) refresh(issue);
        std::optional<SlotCommand>& command = issue.slot.command;
        if (number_changed_ && command && command->stage == CommandStage::rejected) command->stale = true;
    }
    const std::size_t before = decision_.commands.size();
    const std::string asset = context.asset.empty() ? issue.data.text_or("asset") : std::string(context.asset);
    SlotContext own = context;
    own.asset = asset;
    own.hold_posts = context.hold_posts && !issue.data.text_or("work_order").empty();
    TIELINE_TRY_VOID(reconcile(issue.slot, own, decision_));
    for (std::size_t index = before; index < decision_.commands.size(); ++index) {
        model::Command& command = decision_.commands[index];
        command.order_key = issue.root();  // a return leaves after its issue; nothing else waits for it
        command.correlation = key_;
        const auto transaction = part_transaction_from(issue.data, issue.is_return);
        if (transaction && !issue.slot.command->reversal) add_movement(command.echo, issue, *transaction);
    }
    return {};
}

/// Whether the way to the CMMS is clear; a refused word that is no longer true is withdrawn.
bool IssueStep::may_link(Issue& issue, const std::string& wanted) {
    IssueLink& link = issue.link;
    if (!link.under_way) return true;
    if (link.stage == CommandStage::open || link.stage == CommandStage::parked || link.sending == wanted) return false;
    if (link.stage == CommandStage::rejected) {
        decision_.withdrawals.push_back(
            command_key(issue_flow_name, envelope_.site, key_, "link/" + issue.id, link.intent));
    }
    link.under_way = false;
    return true;
}

void IssueStep::link(Issue& issue) {
    if (!config_.link_back) return;
    const LinkWord word = link_word(issue);
    std::string wanted = word.hash();
    if (wanted.empty() || !may_link(issue, wanted) || wanted == issue.link.told) return;
    model::Command command;
    command.intent = ++issue.link.intent;
    command.key = command_key(issue_flow_name, envelope_.site, key_, "link/" + issue.id, command.intent);
    command.order_key = issue.id + "/link";
    command.connector = config_.cmms;
    command.correlation = key_;
    command.kind = "part_transaction.link";
    command.noun = "transaction_link";
    command.payload = "{";
    append_member(command.payload, "transaction", issue.id);
    append_member(command.payload, "erp_document", word.document);
    append_member(command.payload, "status", word.status);
    append_if(command.payload, "reason", word.reason);
    append_member(command.payload, "reference", command.key);
    command.payload += '}';
    command.echo = "{";
    append_member(command.echo, "slot", "link/" + issue.id);
    append_member(command.echo, "transaction", issue.id);
    append_member(command.echo, "status", word.status);
    command.echo += '}';
    issue.link.under_way = true;
    issue.link.stage = CommandStage::open;
    issue.link.sending = std::move(wanted);
    decision_.commands.push_back(std::move(command));
}

/// What has come to its end, and of which the CMMS knows, shrinks.
void IssueStep::retire() {
    const auto through = [this](const Issue& issue) {
        const IssueLink& link = issue.link;
        const bool dropped = link.under_way && link.stage == CommandStage::given_up;
        const bool over = issue.end != IssueEnd::open && issue.slot.strays.empty() && issue.notice.empty() &&
                          (!issue.slot.command || issue.slot.command->stage == CommandStage::given_up);
        if (!over || (link.under_way && !dropped)) return false;
        state_.done[issue.id] = DoneIssue{issue.end, issue.booked_intent, issue.slot.intent, link.intent};
        return true;
    };
    std::erase_if(state_.issues, through);
}

Result<Decision> IssueStep::finish(std::string_view before) {
    SlotContext context;
    context.flow = issue_flow_name;
    context.site = envelope_.site;
    context.work_order = key_;
    context.asset = state_.asset;
    context.connector = config_.connector;
    context.post_noun = "issue";
    context.reversal_noun = "issue_reversal";
    context.erp_order = state_.order;
    context.reason = "posted twice";
    context.hold_posts = config_.post_to_order && state_.order.empty();
    context.next_open = config_.closed_period == ClosedPeriod::next_open;
    context.reversal_date = [](const BookedDocument& original) -> Result<std::string> { return original.date; };
    for (Issue& issue : state_.issues) {
        TIELINE_TRY_VOID(advance(issue, context));
        link(issue);
    }
    retire();
    std::string after = state_.empty() ? std::string() : to_json_text(state_);
    if (after != before) decision_.state = std::move(after);
    return std::move(decision_);
}

}  // namespace tieline::flows
