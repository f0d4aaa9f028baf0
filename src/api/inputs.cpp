// What comes in by itself: pushed events and webhooks. Both are answered once they are durable.

#include "api/context.h"
#include "api/event_input.h"

#include <atomic>
#include <mutex>

namespace tieline::api {
namespace {

constexpr std::size_t hints_max = 1000;

Error unknown_site(const std::string& site) {
    return make_error(ErrorKind::invalid, "There is no site '" + site.substr(0, 64) + "' here. See GET /api/v1/status.",
                      "unknown_site", "site");
}

std::string accepted_json(const engine::Ingested& taken) {
    std::string out = "{\"id\":";
    append_json_string(out, taken.event_id);
    out.append(",\"seq\":").append(std::to_string(taken.seq));
    out.append(",\"revision\":").append(std::to_string(taken.revision));
    out.append(taken.repeated ? ",\"repeated\":true}" : ",\"repeated\":false}");
    return out;
}

/// Answers once all hints of a webhook are durable, with the first error if any.
class AllDone {
public:
    AllDone(CallPtr call, std::size_t count) : call_(std::move(call)), left_(count), count_(count) {}
    void one(const Result<void>& done) {
        {
            const std::lock_guard lock(mutex_);
            if (!done && !error_) error_ = done.error();
            if (--left_ > 0) return;
        }
        if (error_) return call_->fail(*error_);
        call_->answer(json_reply(202, "{\"hints\":" + std::to_string(count_) + "}"));
    }

private:
    CallPtr call_;
    std::mutex mutex_;
    std::size_t left_, count_;
    std::optional<Error> error_;
};

}  // namespace

void post_event(Context& context, const CallPtr& call) {
    Result<engine::Ingest> item = read_event(call->request.body, context.clock.now());
    if (!item) return call->fail(item.error());
    if (item->site.empty()) {
        if (call->site.empty()) {
            return call->fail(make_error(ErrorKind::invalid, "'site' is missing: this hub has several sites.",
                                         "missing_field", "site"));
        }
        item->site = call->site;
    } else if (context.site(item->site) == nullptr) {
        return call->fail(unknown_site(item->site));
    }
    context.runtime.ingest(std::move(*item), [call](const Result<engine::Ingested>& taken) {
        if (!taken) return call->fail(taken.error());
        call->answer(json_reply(202, accepted_json(*taken)));
    });
}

void post_webhook(Context& context, const CallPtr& call) {
    const std::string& name = call->parts[1];
    connectors::Connector* connector = context.connector(call->site, name);
    if (connector == nullptr) {
        return call->fail(make_error(ErrorKind::not_found, "There is no connector '" + name + "' at this site.",
                                     "unknown_connector"));
    }
    const Result<std::vector<connectors::Hint>> hints = connector->webhook(call->request, context.clock.now());
    if (!hints) return call->fail(hints.error());
    if (hints->size() > hints_max) {
        return call->fail(make_error(ErrorKind::invalid, "A webhook may name at most 1000 objects.", "too_many_hints"));
    }
    if (hints->empty()) return call->answer(json_reply(202, "{\"hints\":0}"));
    const auto all = std::make_shared<AllDone>(call, hints->size());
    for (const connectors::Hint& hint : *hints) {
        context.runtime.hint(call->site, name, hint.object, [all](const Result<void>& done) { all->one(done); });
    }
}

}  // namespace tieline::api
