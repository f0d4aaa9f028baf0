#include "flows/issue_state.h"

#include "base/json.h"
#include "flows/document.h"

#include <charconv>

namespace tieline::flows {
namespace {

constexpr std::string_view end_letters = "obgs";  // open, booked, given_up, skipped

IssueEnd end_of(char letter) {
    const std::size_t place = end_letters.find(letter);
    return static_cast<IssueEnd>(place == std::string_view::npos ? 0 : place);
}
char letter_of(IssueEnd end) { return end_letters[static_cast<std::size_t>(end)]; }

void append_link(std::string& out, const IssueLink& link) {
    append_raw(out, "link", "{");
    append_raw(out, "i", std::to_string(link.intent));
    if (link.under_way) append_raw(out, "stage", std::to_string(static_cast<int>(link.stage)));
    append_if(out, "sending", link.sending);
    append_if(out, "told", link.told);
    out += '}';
}

void append_issue(std::string& out, const Issue& issue) {
    out += '{';
    append_member(out, "id", issue.id);
    append_if(out, "returns", issue.returns);
    if (issue.is_return) append_raw(out, "is_return", "true");
    if (issue.data.is_object()) append_raw(out, "data", issue.data.dump());
    append_if(out, "reservation", issue.reservation);
    append_raw(out, "slot", {});
    append_slot(out, issue.slot);
    if (issue.end != IssueEnd::open) append_member(out, "end", std::string(1, letter_of(issue.end)));
    if (issue.booked_intent != 0) append_raw(out, "bi", std::to_string(issue.booked_intent));
    append_if(out, "doc", issue.document);
    append_if(out, "reason", issue.reason);
    if (issue.link.intent != 0) append_link(out, issue.link);
    append_if(out, "notice", issue.notice);
    out += '}';
}

Issue issue_from(const Json& json) {
    Issue issue;
    issue.id = json.text_or("id");
    issue.returns = json.text_or("returns");
    issue.is_return = json.bool_or("is_return", false);
    if (const Json* data = json.find("data")) issue.data = *data;
    issue.reservation = json.text_or("reservation");
    if (const Json* slot = json.find("slot")) issue.slot = slot_from_json(*slot);
    issue.end = end_of(json.text_or("end", "o").front());
    issue.booked_intent = static_cast<int>(json.int_or("bi", 0));
    issue.document = json.text_or("doc");
    issue.reason = json.text_or("reason");
    issue.notice = json.text_or("notice");
    if (const Json* link = json.find("link")) {
        issue.link.intent = static_cast<int>(link->int_or("i", 0));
        const std::int64_t stage = link->int_or("stage", -1);
        issue.link.under_way = stage >= 0;
        issue.link.stage = static_cast<CommandStage>(stage < 0 ? 0 : stage & 3);
        issue.link.sending = link->text_or("sending");
        issue.link.told = link->text_or("told");
    }
    return issue;
}

/// "b1.1.1:PT-000001": how it ended, the booked and the last intent, the last one of its link.
std::string done_text(const std::string& id, const DoneIssue& done) {
    std::string out(1, letter_of(done.end));
    out.append(std::to_string(done.booked_intent)).append(".").append(std::to_string(done.last_intent));
    return out.append(".").append(std::to_string(done.link_intent)).append(":").append(id);
}

std::pair<std::string, DoneIssue> done_from(const std::string& text) {
    DoneIssue done;
    const std::size_t colon = text.find(':');
    if (text.empty() || colon == std::string::npos) return {};
    done.end = end_of(text.front());
    const char* at = text.data() + 1;
    const char* const end = text.data() + colon;
    for (int* const number : {&done.booked_intent, &done.last_intent, &done.link_intent}) {
        at = std::from_chars(at, end, *number).ptr;
        if (at != end) ++at;  // the point
    }
    return {text.substr(colon + 1), done};
}

void append_order(std::string& out, const IssueState& state) {
    if (state.known) append_raw(out, "known", "true");
    append_if(out, "company", state.company);
    append_if(out, "asset", state.asset);
    append_if(out, "title", state.title);
    if (!state.receiver.code.empty()) append_raw(out, "receiver", receiver_json(state.receiver));
    append_if(out, "order", state.order);
    append_if(out, "dead_order", state.dead_order);
    if (state.timer) append_raw(out, "timer", "true");
}

template <class List, class Append>
void append_list(std::string& out, std::string_view name, const List& list, Append append) {
    if (list.empty()) return;
    append_raw(out, name, "[");
    for (const auto& entry : list) {
        if (out.back() != '[') out += ',';
        append(entry);
    }
    out += ']';
}

}  // namespace

Issue* IssueState::find(std::string_view id) {
    for (Issue& issue : issues) {
        if (issue.id == id) return &issue;
    }
    return nullptr;
}

std::string to_json_text(const IssueState& state) {
    std::string out = "{";
    out.reserve(1024 + 1024 * state.issues.size() + 24 * state.done.size());
    append_order(out, state);
    if (!state.reserved.empty()) {
        Json lines = Json::object();
        for (const auto& [line, reserved] : state.reserved) lines.set(line, to_json(reserved));
        append_raw(out, "reserved", lines.dump());
    }
    append_list(out, "issues", state.issues, [&](const Issue& issue) { append_issue(out, issue); });
    append_list(out, "done", state.done,
                [&](const auto& entry) { append_json_string(out, done_text(entry.first, entry.second)); });
    out += '}';
    return out;
}

Result<IssueState> issue_state_from(std::string_view text) {
    IssueState state;
    if (text.empty()) return state;
    const auto json = parse_slots(text);
    if (!json) {
        return make_error(ErrorKind::internal, "the state of parts issue cannot be read: " + json.error().message,
                          "state_unreadable");
    }
    state.known = json->bool_or("known", false);
    state.company = json->text_or("company");
    state.asset = json->text_or("asset");
    state.title = json->text_or("title");
    if (const Json* receiver = json->find("receiver")) {
        state.receiver.kind = model::receiver_kind_from(receiver->text_or("kind")).value_or(state.receiver.kind);
        state.receiver.code = receiver->text_or("code");
    }
    state.order = json->text_or("order");
    state.dead_order = json->text_or("dead_order");
    state.timer = json->bool_or("timer", false);
    if (const Json* lines = json->find("reserved"); lines != nullptr && lines->is_object()) {
        for (const auto& [line, reserved] : lines->members())
            state.reserved.emplace(line, reserved_line_from(reserved));
    }
    if (const Json* issues = json->find("issues"); issues != nullptr && issues->is_array()) {
        state.issues.reserve(issues->items().size());
        for (const Json& issue : issues->items()) state.issues.push_back(issue_from(issue));
    }
    if (const Json* done = json->find("done"); done != nullptr && done->is_array()) {
        for (const Json& entry : done->items()) {
            if (entry.is_string()) state.done.insert(done_from(entry.string()));
        }
    }
    return state;
}

}  // namespace tieline::flows
