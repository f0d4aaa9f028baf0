#include "sandbox/erp/lists.h"

#include "sandbox/erp/reading.h"
#include "sandbox/erp/submissions.h"

#include <charconv>

namespace tieline::sandbox::erp {

Page::Page(const Call& call, std::int64_t limit_default)
    : after_(call.target.query_value("after")),
      next_(after_),
      limit_(query_integer(call.target, "limit", limit_default, 1, 1000)) {}

std::int64_t Page::after_number() const { return number_of(after_); }

bool Page::add(Json row, std::string key) {
    if (static_cast<std::int64_t>(items_.items().size()) == limit_) {
        more_ = true;
        return false;
    }
    items_.push_back(std::move(row));
    next_ = std::move(key);
    return true;
}

Reply Page::reply(Call& call) {
    Reply reply;
    reply.body.set("items", std::move(items_));
    const std::string_view reference = call.target.query_value("reference");
    reply.body.set("submissions", reference.empty() ? Json::array() : submissions_of(call.db, reference));
    reply.body.set("next", next_);
    reply.body.set("more", more_);
    return reply;
}

std::int64_t number_of(std::string_view text) {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size() ? value : 0;
}

void set_text(Json& json, const char* key, std::string text) {
    if (!text.empty()) json.set(key, std::move(text));
}

std::string today(const Call& call) { return format_time(call.now).substr(0, 10); }

Reply record_action(Call& call, const Action& action, std::int64_t number) {
    const bool made = number != 0;
    if (!made) number = next_number(call.db, "object_change");
    Json facts = action.more;
    facts.set(action.member, action.object);
    facts.set("action", action.what);
    const std::string day = today(call);
    call.db.run("INSERT INTO documents VALUES(?,?,?,?,?,?,?,?,?,0,?,0,0,0,0,?,?)", number, action.kind, action.company,
                action.currency, day, day, action.reference, action.text, action.work_order, action.amount,
                millis(call.now), facts.dump());
    Reply reply{made ? 201 : 200, Json::object()};
    reply.body.set("document", std::to_string(number));
    reply.body.set("kind", action.kind);
    reply.body.set("status", "posted");
    if (!made) reply.body.set(action.member, action.object);
    if (!action.reference.empty()) reply.body.set("reference", action.reference);
    return reply;
}

}  // namespace tieline::sandbox::erp
