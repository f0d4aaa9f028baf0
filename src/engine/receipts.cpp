#include "engine/receipts.h"

#include "base/json.h"

namespace tieline::engine {

store::CommandChange change_to(const model::StoredCommand& stored, model::CommandState state) {
    store::CommandChange change;
    change.id = stored.id;
    change.from_state = stored.state;
    change.from_attempt = stored.attempt;
    change.state = state;
    change.attempt = stored.attempt;
    change.failures = stored.failures;
    change.absent_answers = stored.absent_answers;
    change.epoch = stored.epoch;
    change.due = stored.due;
    change.deadline = stored.deadline;
    change.last_error = stored.last_error;
    change.last_code = stored.last_code;
    change.document = stored.document;
    return change;
}

namespace {

void member(std::string& out, std::string_view name, std::string_view text) {
    if (text.empty()) return;
    out += ",\"";
    out += name;
    out += "\":";
    append_json_string(out, text);
}

}  // namespace

void add_receipt(SiteContext& site, store::WriteBatch& batch, const model::StoredCommand& stored,
                 std::string_view outcome, const ReceiptFacts& facts) {
    const model::Command& command = stored.command;
    // Written by hand: echo and details are JSON texts already, and this is the hot path.
    std::string data = "{\"key\":";
    append_json_string(data, command.key);
    member(data, "noun", command.noun);
    member(data, "kind", command.kind);
    member(data, "connector", command.connector);
    member(data, "flow", command.flow);
    member(data, "flow_key", command.flow_key);
    data += ",\"intent\":" + std::to_string(command.intent);
    member(data, "document", facts.document);
    member(data, "code", facts.code);
    member(data, "reason", facts.reason);
    data += ",\"details\":" + (facts.details.empty() ? std::string("{}") : facts.details);
    data += ",\"echo\":" + (command.echo.empty() ? std::string("{}") : command.echo);
    data += "}";
    // The story comes first: ids of orders of the same days stand side by side in the store's index, while keys alone
    // are spread over all of it and each would cost a page of its own.
    std::string id = command.correlation + ":" + command.key + ":" + std::to_string(stored.attempt) + ":";
    id += outcome;
    batch.events.push_back(site.new_event(std::move(id), command.noun + "." + std::string(outcome), command.correlation,
                                          std::move(data), command.correlation, command.cause));
}

}  // namespace tieline::engine
