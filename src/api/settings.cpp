// Settings of the hub, as the console shows and changes them. Each change is said in the log, with who, why and what
// stood there before.

#include "api/body.h"
#include "api/settings_desk.h"
#include "base/random.h"
#include "base/worker.h"

#include <chrono>
#include <future>

namespace tieline::api {
namespace {

constexpr std::size_t reason_max = 500, name_max = 64;
constexpr std::chrono::seconds log_wait_max{10};

/// The desk, or null after the call was answered.
SettingsDesk* desk_of(const Context& context, const CallPtr& call, bool writes) {
    if (context.options.settings == nullptr) {
        call->fail(make_error(ErrorKind::not_found, "This hub's settings are not to be seen here.", "no_settings"));
        return nullptr;
    }
    if (writes && context.options.identity == nullptr) {
        call->fail(make_error(ErrorKind::unsupported,
                              "Settings are changed by people who signed in: add 'identity: {}' to tieline.yaml, or "
                              "change the file itself.",
                              "sign_in_off"));
        return nullptr;
    }
    return context.options.settings;
}

/// Runs `work` on the desk's thread.
void at_desk(Context& context, const CallPtr& call, std::function<void()> work) {
    if (context.desk_thread->post(std::move(work))) return;
    Error busy = make_error(ErrorKind::transient, "Others are changing settings. Try again.", "too_busy");
    busy.retry_after = Millis(2000);
    call->fail(busy);
}

struct Proposal {
    Json value;
    std::string reason;
};

/// `member`: what the body proposes, an object or a list.
Result<Proposal> read_proposal(const CallPtr& call, const char* member, bool needs_reason) {
    TIELINE_TRY(Body body, Body::of(call->request.body, {member, "reason"}));
    Proposal proposal;
    proposal.reason = body.text("reason", reason_max, needs_reason ? Body::Need::required : Body::Need::optional);
    if (body.error()) return *body.error();
    const Json* value = body.json().find(member);
    if (value == nullptr || !(value->is_object() || value->is_array())) {
        return make_error(ErrorKind::invalid, "'" + std::string(member) + "' must be there.", "missing_field", member);
    }
    proposal.value = *value;
    return proposal;
}

/// Puts something into the log and waits until it is on disk. On the desk's thread.
Result<void> log_and_wait(Context& context, const CallPtr& call, const char* type, const std::string& subject,
                          Json data) {
    data.set("actor", call->who.name);
    data.set("subject", subject);
    engine::Ingest item;
    item.site = call->site.empty() ? context.options.sites.front().id : call->site;
    item.source = "console";
    item.object = "settings:" + std::to_string(system_random().next());
    item.type = type;
    item.subject = subject;
    item.correlation = "settings:" + subject;
    item.occurred = context.clock.now();
    item.data = data.dump();
    auto taken = std::make_shared<std::promise<Result<void>>>();
    std::future<Result<void>> told = taken->get_future();
    context.runtime.ingest(std::move(item), [taken](const Result<engine::Ingested>& stored) {
        taken->set_value(stored ? Result<void>() : Result<void>(stored.error()));
    });
    if (told.wait_for(log_wait_max) == std::future_status::ready) return told.get();
    return make_error(ErrorKind::transient, "The log does not take this now. Nothing was changed; try again.",
                      "log_busy");
}

/// The log knows of a change before it is kept: none counts of which nobody can say who made it.
void change(Context& context, const CallPtr& call, const std::string& subject, const std::string& reason,
            const Result<SettingsChange>& tried) {
    if (!tried) return call->fail(tried.error(), tried.error().kind == ErrorKind::not_found ? 404 : 422);
    const Json data = Json::object({{"reason", reason}, {"before", tried->before}, {"after", tried->after}});
    if (const Result<void> said = log_and_wait(context, call, "settings.changed", subject, data); !said) {
        return call->fail(said.error());
    }
    if (const Result<void> kept = context.options.settings->keep(*tried); !kept) {
        (void)log_and_wait(context, call, "settings.not_kept", subject, Json::object({{"why", kept.error().message}}));
        return call->fail(kept.error());
    }
    call->answer(json_reply(200, Json::object({{"kept", true}, {"counts_from", "reload"}})));
}

}  // namespace

void get_settings(Context& context, const CallPtr& call) {
    SettingsDesk* desk = desk_of(context, call, false);
    if (desk == nullptr) return;
    at_desk(context, call, [&context, call, desk] {
        Json all = desk->all();
        using enum identity::Role;
        const bool sees_connections = context.options.identity == nullptr || call->who.has_role(integrator) ||
                                      call->who.has_role(administrator) || call->who.has_role(auditor);
        if (!sees_connections) all.set("connectors", Json::array());
        call->answer(json_reply(200, all));
    });
}

void post_probe(Context& context, const CallPtr& call) {
    SettingsDesk* desk = desk_of(context, call, true);
    if (desk == nullptr) return;
    const Result<Proposal> proposal = read_proposal(call, "settings", false);
    if (!proposal) return call->fail(proposal.error());
    at_desk(context, call, [&context, call, desk, values = proposal->value] {
        const std::string subject = "connector:" + call->parts[2].substr(0, name_max);
        const Json data = Json::object({{"values", values}});
        if (const Result<void> said = log_and_wait(context, call, "settings.probed", subject, data); !said) {
            return call->fail(said.error());
        }
        const Result<Json> found = desk->probe(call->parts[2], values);
        if (found) return call->answer(json_reply(200, *found));
        call->fail(found.error(), found.error().kind == ErrorKind::not_found ? 404 : 422);
    });
}

void put_connector(Context& context, const CallPtr& call) {
    SettingsDesk* desk = desk_of(context, call, true);
    if (desk == nullptr) return;
    const Result<Proposal> proposal = read_proposal(call, "settings", true);
    if (!proposal) return call->fail(proposal.error());
    at_desk(context, call, [&context, call, desk, proposal = *proposal] {
        change(context, call, "connector:" + call->parts[2].substr(0, name_max), proposal.reason,
               desk->try_connector(call->parts[2], proposal.value));
    });
}

void put_thresholds(Context& context, const CallPtr& call) {
    SettingsDesk* desk = desk_of(context, call, true);
    if (desk == nullptr) return;
    const Result<Proposal> proposal = read_proposal(call, "thresholds", true);
    if (!proposal) return call->fail(proposal.error());
    at_desk(context, call, [&context, call, desk, proposal = *proposal] {
        change(context, call, "budget:" + call->site, proposal.reason,
               desk->try_thresholds(call->site, proposal.value));
    });
}

void post_reload(Context& context, const CallPtr& call) {
    SettingsDesk* desk = desk_of(context, call, true);
    if (desk == nullptr) return;
    call->answer(json_reply(202, Json::object({{"reloads", true}})));
    desk->reload();
}

}  // namespace tieline::api
