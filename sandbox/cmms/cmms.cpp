#include "sandbox/cmms/cmms.h"

#include "base/hash.h"
#include "base/log.h"
#include "sandbox/cmms/routes.h"

#include <utility>

namespace tieline::sandbox::cmms {
namespace {

net::HttpResponse dropped(const char* when) {
    net::HttpResponse response;
    response.status = 0;
    response.headers.emplace_back(drop_header, when);
    return response;
}

Problem broken(const char* message) { return Problem{500, "internal_error", {}, message, Json::object()}; }

}  // namespace

struct Cmms::Parts {
    Parts(const std::string& path, CmmsOptions given) : options(std::move(given)), database(path) {}

    CmmsOptions options;
    Database database;
    Faults faults;
    Webhooks webhooks{database, faults};
    Assets assets{database, webhooks};
    Objects objects{database, webhooks};
    Items items{database, objects};
    Inventory inventory{database, items, webhooks};
    Meters meters{database, assets, webhooks};
    PmBook plans{database, objects, meters};
    WorkOrders work_orders{database, assets, webhooks, items, meters, plans};
    Preventive preventive{objects, assets, items, meters, plans, work_orders};
    Transactions transactions{database, items, inventory, work_orders, webhooks, options.lenient};
    Suggestions suggestions{database, objects, items};
    Masters masters{objects};
    FieldActions field_actions{database, objects, work_orders, transactions, meters};
    Rooms rooms{database, faults,      webhooks,   assets,       objects,     items,   inventory,    meters,
                plans,    work_orders, preventive, transactions, suggestions, masters, field_actions};

    /// Who asks: 401 without a known token.
    Outcome<bool> may_write(const net::HttpRequest& request) const {
        constexpr std::string_view scheme = "Bearer ";
        const std::string_view given = net::header(request.headers, "Authorization");
        if (given.starts_with(scheme)) {
            const std::string_view token = given.substr(scheme.size());
            if (equal_constant_time(token, options.token)) return true;
            if (!options.read_only_token.empty() && equal_constant_time(token, options.read_only_token)) return false;
        }
        return Problem{401, "unauthorized", {}, "send a known token as \"Authorization: Bearer ...\"", Json::object()};
    }

    Outcome<net::HttpResponse> answer(const net::HttpRequest& request, WallTime now) {
        Outcome<bool> rights = may_write(request);
        if (!rights) return rights.error();
        Outcome<Call> call = read_call(request, now);
        if (!call) return call.error();
        call->may_write = *rights;
        if (call->method == "GET") return route(rooms, *call);
        if (!*rights) {
            return Problem{
                403, "right_missing", {}, "this token may only read; use one that may write", Json::object()};
        }
        Transaction transaction(database);
        Outcome<net::HttpResponse> response = route(rooms, *call);
        if (response && response->status < 300) transaction.commit();
        return response;
    }

    net::HttpResponse guarded(const net::HttpRequest& request, WallTime now) {
        try {
            Outcome<net::HttpResponse> response = answer(request, now);
            return response ? std::move(*response) : problem_response(response.error());
        } catch (const std::exception& error) {
            log(LogLevel::warn, "sandbox CMMS: a request failed inside", {{"why", error.what()}});
            return problem_response(broken("the system has a problem with its database; try again later"));
        }
    }

    net::HttpResponse handle(const net::HttpRequest& request, WallTime now) {
        const std::string_view path = std::string_view(request.url).substr(0, request.url.find('?'));
        if (path == "/health") return json_response(200, Json::object({{"status", "ok"}}));
        if (path.starts_with("/admin/")) return guarded(request, now);
        const Faults::Verdict verdict = faults.judge(request.method, path, now);
        if (verdict.drop_before) return dropped("before");
        if (verdict.error_before) return problem_response(broken("something went wrong, nothing was done"));
        if (verdict.rate_limit) {
            net::HttpResponse busy = problem_response(
                Problem{429, "too_many_requests", {}, "too many requests; wait as Retry-After says", Json::object()});
            busy.headers.emplace_back("Retry-After", std::to_string((verdict.retry_after.count() + 999) / 1000));
            return busy;
        }
        net::HttpResponse response = guarded(request, now);
        if (verdict.drop_after) return dropped("after");
        if (verdict.error_after) response = problem_response(broken("something went wrong after the work was done"));
        if (verdict.delay.count() > 0) {
            response.headers.emplace_back(delay_header, std::to_string(verdict.delay.count()));
        }
        return response;
    }
};

Cmms::Cmms(const std::string& path, CmmsOptions options) {
    try {
        parts_ = std::make_unique<Parts>(path, std::move(options));
    } catch (const std::exception& error) {
        why_ = error.what();
    }
}
Cmms::~Cmms() = default;

bool Cmms::ready() const { return parts_ != nullptr; }
const std::string& Cmms::why() const { return why_; }

net::HttpResponse Cmms::handle(const net::HttpRequest& request, WallTime now) {
    if (!ready()) return problem_response(broken("the system has no database"));
    return parts_->handle(request, now);
}

std::vector<WebhookDelivery> Cmms::take_webhooks(WallTime now, std::size_t count_max) {
    if (!ready()) return {};
    try {
        Transaction transaction(parts_->database);
        std::vector<WebhookDelivery> due = parts_->webhooks.take(now, count_max);
        transaction.commit();
        return due;
    } catch (const std::exception& error) {
        log(LogLevel::warn, "sandbox CMMS: webhooks could not be read", {{"why", error.what()}});
        return {};
    }
}

void Cmms::webhook_result(std::int64_t id, int status, std::string_view trouble, WallTime now) {
    if (!ready()) return;
    try {
        Transaction transaction(parts_->database);
        parts_->webhooks.settle(id, status, trouble, now);
        transaction.commit();
    } catch (const std::exception& error) {
        // The delivery's lease runs out and it is sent again: at least once holds.
        log(LogLevel::warn, "sandbox CMMS: a webhook's result could not be kept", {{"why", error.what()}});
    }
}

void Cmms::seed_demo(WallTime now) {
    if (!ready()) return;
    try {
        Transaction transaction(parts_->database);
        put_demo(parts_->rooms, now);
        transaction.commit();
    } catch (const std::exception& error) {
        log(LogLevel::error, "sandbox CMMS: the demo plant could not be made", {{"why", error.what()}});
    }
}

}  // namespace tieline::sandbox::cmms
