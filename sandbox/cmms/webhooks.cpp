#include "sandbox/cmms/webhooks.h"

#include "base/hash.h"
#include "sandbox/cmms/reader.h"

#include <algorithm>

namespace tieline::sandbox::cmms {
namespace {

constexpr std::int64_t lease_ms = 30'000;
constexpr std::int64_t backoff_first_ms = 1'000;
constexpr std::int64_t backoff_max_ms = 300'000;
constexpr std::int64_t attempts_max = 20;
constexpr std::size_t secret_bytes_min = 16;
constexpr Millis send_timeout{10'000};
constexpr std::string_view known_events[] = {
    "workorder.changed", "asset.changed",     "part.transacted", "inventory.counted", "reorder.changed",
    "item.changed",      "storeroom.changed", "jobplan.changed", "pm.changed",        "person.changed",
    "vendor.changed",    "code.changed",      "meter.read"};

std::int64_t millis(WallTime time) { return time.time_since_epoch().count(); }

std::string signature(std::string_view secret, std::string_view body, WallTime now) {
    const std::string seconds = std::to_string(millis(now) / 1000);
    const std::string signed_text = seconds + "." + std::string(body);
    return "t=" + seconds + ",v1=" + hex(hmac_sha256(secret, signed_text));
}

}  // namespace

Outcome<Json> Webhooks::subscribe(const Json& input, WallTime now) {
    Reader reader(input, "", {"url", "secret", "events"});
    const std::string url = reader.text("url", 500, Reader::Need::required);
    if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://")) {
        reader.fail(invalid("bad_url", "url", "the address must begin with http:// or https://"));
    }
    const std::string secret = reader.text("secret", 200, Reader::Need::required);
    if (secret.size() < secret_bytes_min) {
        reader.fail(invalid("secret_too_short", "secret", "the shared secret needs at least 16 characters"));
    }
    Json events = Json::array();
    if (const Json::Array* given = reader.array("events", 20)) {
        for (const Json& event : *given) {
            const auto is_event = [&event](std::string_view name) { return event.string() == name; };
            if (!event.is_string() || std::none_of(std::begin(known_events), std::end(known_events), is_event)) {
                reader.fail(invalid("unknown_value", "events", "there is no such event; API.md lists all"));
                break;
            }
            events.push_back(event);
        }
    }
    if (reader.failed()) return reader.problem();
    if (events.items().empty()) events.push_back("workorder.changed");
    // The same address again renews its subscription: a receiver that starts often must not be told twice.
    database_.query("DELETE FROM deliveries WHERE webhook IN (SELECT id FROM webhooks WHERE url = ?)")
        .bind(std::string_view(url))
        .run();
    database_.query("DELETE FROM webhooks WHERE url = ?").bind(std::string_view(url)).run();
    database_.query("INSERT INTO webhooks(url, secret, events, created_ms) VALUES(?, ?, ?, ?)")
        .bind(std::string_view(url))
        .bind(std::string_view(secret))
        .bind(std::string_view(events.dump()))
        .bind(millis(now))
        .run();
    const std::int64_t id = database_.last_id();
    return Json::object({{"id", id}, {"url", url}, {"events", std::move(events)}});
}

Outcome<> Webhooks::unsubscribe(std::int64_t id) {
    database_.query("DELETE FROM webhooks WHERE id = ?").bind(id).run();
    if (database_.changes() == 0) {
        return not_found("unknown_webhook", "there is no webhook " + std::to_string(id));
    }
    database_.query("DELETE FROM deliveries WHERE webhook = ?").bind(id).run();
    return {};
}

Json Webhooks::list() {
    Json items = Json::array();
    Rows rows = database_.query(
        "SELECT w.id, w.url, w.events, (SELECT count(*) FROM deliveries d WHERE d.webhook = w.id AND d.state = "
        "'waiting'), (SELECT count(*) FROM deliveries d WHERE d.webhook = w.id AND d.state = 'given_up'), "
        "coalesce((SELECT last_error FROM deliveries d WHERE d.webhook = w.id AND last_error <> '' ORDER BY d.id DESC "
        "LIMIT 1), '') FROM webhooks w ORDER BY w.id");
    while (rows.next()) {
        const Result<Json> events = Json::parse(rows.text(2));
        items.push_back(Json::object({{"id", rows.integer(0)},
                                      {"url", rows.text(1)},
                                      {"events", events ? *events : Json::array()},
                                      {"waiting", rows.integer(3)},
                                      {"given_up", rows.integer(4)},
                                      {"last_error", rows.text(5)}}));
    }
    return Json::object({{"items", std::move(items)}});
}

void Webhooks::announce(std::string_view event, const std::string& object, WallTime now) {
    std::vector<std::int64_t> subscribers;
    {
        Rows rows = database_.query("SELECT id FROM webhooks WHERE instr(events, ?) > 0");
        rows.bind(event);
        while (rows.next()) subscribers.push_back(rows.integer(0));
    }
    for (const std::int64_t subscriber : subscribers) {
        if (faults_.loses_webhook()) continue;
        const int copies = faults_.doubles_webhook() ? 2 : 1;
        for (int copy = 0; copy < copies; ++copy) {
            const Json body = Json::object({{"event", event}, {"object", object}, {"at", format_time(now)}});
            database_
                .query(
                    "INSERT INTO deliveries(webhook, body, state, attempts, due_ms, last_error) "
                    "VALUES(?, ?, 'waiting', 0, ?, '')")
                .bind(subscriber)
                .bind(std::string_view(body.dump()))
                .bind(millis(now))
                .run();
        }
    }
}

std::vector<WebhookDelivery> Webhooks::take(WallTime now, std::size_t count_max) {
    std::vector<WebhookDelivery> due;
    {
        Rows rows = database_.query(
            "SELECT d.id, d.attempts, d.body, w.url, w.secret FROM deliveries d JOIN webhooks w ON w.id = d.webhook "
            "WHERE d.state = 'waiting' AND d.due_ms <= ? ORDER BY d.due_ms, d.id LIMIT ?");
        rows.bind(millis(now)).bind(static_cast<std::int64_t>(count_max));
        while (rows.next()) {
            WebhookDelivery delivery;
            delivery.id = rows.integer(0);
            delivery.attempt = static_cast<int>(rows.integer(1)) + 1;
            delivery.request.method = "POST";
            delivery.request.url = rows.text(3);
            delivery.request.body = rows.text(2);
            delivery.request.timeout = send_timeout;
            delivery.request.reply_bytes_max = 64 << 10;
            delivery.request.headers.emplace_back("Content-Type", "application/json");
            delivery.request.headers.emplace_back("X-Sandbox-Delivery", std::to_string(delivery.id));
            delivery.request.headers.emplace_back("X-Sandbox-Signature",
                                                  signature(rows.text(4), delivery.request.body, now));
            due.push_back(std::move(delivery));
        }
    }
    for (const WebhookDelivery& delivery : due) {
        database_.query("UPDATE deliveries SET attempts = attempts + 1, due_ms = ? WHERE id = ?")
            .bind(millis(now) + lease_ms)
            .bind(delivery.id)
            .run();
    }
    faults_.shuffle_webhooks(due.size(), [&due](std::size_t a, std::size_t b) { std::swap(due[a], due[b]); });
    return due;
}

void Webhooks::settle(std::int64_t id, int status, std::string_view trouble, WallTime now) {
    if (status >= 200 && status < 300) {
        database_.query("DELETE FROM deliveries WHERE id = ?").bind(id).run();
        return;
    }
    std::int64_t attempts = 0;
    {
        Rows rows = database_.query("SELECT attempts FROM deliveries WHERE id = ?");
        rows.bind(id);
        if (!rows.next()) return;
        attempts = rows.integer(0);
    }
    const std::int64_t shift = std::min<std::int64_t>(std::max<std::int64_t>(attempts - 1, 0), 20);
    const std::int64_t pause = std::min(backoff_first_ms << shift, backoff_max_ms);
    const std::string why = status != 0 ? "status " + std::to_string(status) : std::string(trouble.substr(0, 200));
    database_.query("UPDATE deliveries SET state = ?, due_ms = ?, last_error = ? WHERE id = ?")
        .bind(std::string_view(attempts >= attempts_max ? "given_up" : "waiting"))
        .bind(millis(now) + pause)
        .bind(std::string_view(why))
        .bind(id)
        .run();
}

}  // namespace tieline::sandbox::cmms
