#include "flows/parts_issue.h"

#include "flows/issue_step.h"
#include "flows/part_transaction.h"

namespace tieline::flows {
namespace {

bool is_snapshot(std::string_view type) { return type.starts_with("workorder."); }
bool is_transaction(std::string_view type) { return type == "part.consumed" || type == "part.returned"; }

class PartsIssue final : public Flow {
public:
    explicit PartsIssue(PartsIssueConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return issue_flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        if (is_snapshot(envelope.type)) return {envelope.subject};
        const bool timer = envelope.type == "timer.fired";
        if (timer || envelope.type == "notice.answered" || is_transaction(envelope.type)) {
            const std::shared_ptr<const Json> data = envelope.json_or_null();
            if (!data) return {};
            if (is_transaction(envelope.type)) return one_key(issue_key_of(*data));
            if (data->text_or("flow") != issue_flow_name) return {};
            return one_key(data->text_or(timer ? "key" : "flow_key"));
        }
        std::string_view noun;
        Outcome outcome{};
        if (!receipt_type(envelope.type, noun, outcome) || outcome == Outcome::accepted) return {};
        const bool own = noun == "issue" || noun == "issue_reversal" || noun == "transaction_link";
        const bool booked = outcome == Outcome::booked && (noun == "order" || noun == "reservation");
        if (!own && !booked) return {};
        if (noun == "reservation" && envelope.subject.starts_with("plan/")) return {};  // nothing is used on a plan
        return {envelope.subject};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view text,
                            WallTime now) const override {
        TIELINE_TRY(IssueState before, issue_state_from(text));
        IssueStep step(config_, event, key, std::move(before), now);
        const std::string_view type = event.envelope.type;
        if (is_snapshot(type)) {
            TIELINE_TRY_VOID(step.on_snapshot());
        } else if (is_transaction(type)) {
            TIELINE_TRY_VOID(step.on_transaction(type == "part.returned"));
        } else if (type == "timer.fired") {
            step.on_timer();
        } else if (type == "notice.answered") {
            TIELINE_TRY_VOID(step.on_answer());
        } else {
            TIELINE_TRY_VOID(step.on_receipt());
        }
        return step.finish(text);
    }

private:
    static std::vector<std::string> one_key(std::string key) {
        if (key.empty()) return {};
        return {std::move(key)};
    }

    PartsIssueConfig config_;
};

}  // namespace

std::unique_ptr<Flow> make_parts_issue(PartsIssueConfig config) {
    return std::make_unique<PartsIssue>(std::move(config));
}

}  // namespace tieline::flows
