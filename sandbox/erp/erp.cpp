#include "sandbox/erp/erp.h"

#include "sandbox/erp/lists.h"
#include "sandbox/erp/routes.h"
#include "sandbox/erp/schema.h"
#include "sandbox/erp/seed.h"

#include "base/hash.h"
#include "base/log.h"

#include <algorithm>

namespace tieline::sandbox::erp {

const std::vector<std::string>& all_rights() {
    static const std::vector<std::string> rights{
        "journals.post",         "goods_issues.post",    "confirmations.post", "service_receipts.post",
        "invoices.post",         "documents.reverse",    "documents.read",     "orders.write",
        "purchase_orders.write", "goods_receipts.post",  "stock.post",         "reservations.write",
        "requisitions.write",    "requisitions.approve", "planning.write",     "equipment.write"};
    return rights;
}

namespace {

constexpr std::size_t body_bytes_max = 1 << 20;

net::HttpResponse response_of(const Reply& reply) {
    net::HttpResponse response;
    response.status = reply.status;
    response.headers.emplace_back("content-type",
                                  reply.status >= 400 ? "application/problem+json" : "application/json");
    response.body = reply.body.dump();
    return response;
}

net::HttpResponse mark(std::string_view name, std::string value) {
    net::HttpResponse response;
    response.headers.emplace_back(std::string(name), std::move(value));
    return response;
}

/// A reader of the change feed is given some of what it has had already.
void begin_earlier(net::Target& target, std::int64_t changes) {
    for (auto& [name, value] : target.query) {
        if (name == "after") value = std::to_string(std::max<std::int64_t>(0, number_of(value) - changes));
    }
}

}  // namespace

struct Erp::Inside {
    Inside(const std::string& path, ErpOptions given) : options(std::move(given)), db(path) {
        if (options.rights.empty()) options.rights = all_rights();
        db.execute(schema_sql);
        db.execute(schema_parts_sql);
        // Requests are counted from the start of the process.
        db.execute("UPDATE submissions SET due_requests=0 WHERE status='pending'");
        pending = has_pending_submissions(db);
        unusable = db.failed();
    }

    net::HttpResponse handle(const net::HttpRequest& request, WallTime now);
    Reply answer(const net::HttpRequest& request, const net::Target& target, const Misfortune& bad, WallTime now);
    Reply carry_out(const std::string& method, const net::Target& target, const Json& body, const Misfortune& bad,
                    WallTime now);
    Reply administer(const std::string& method, const net::Target& target, const Json& body);
    Reply me();
    Reply stats();
    bool allowed(std::string_view right) const {
        return right.empty() || std::find(options.rights.begin(), options.rights.end(), right) != options.rights.end();
    }
    void decide_pending(WallTime now);
    Reply run_in_transaction(const Route& route, Call& call);

    ErpOptions options;
    Db db;
    Faults faults;
    bool pending = false;
    bool unusable = false;  ///< the database could not be opened or set up
    std::int64_t request_count = 0;
};

Erp::Erp(const std::string& path, ErpOptions options) : inside_(std::make_unique<Inside>(path, std::move(options))) {
    if (!inside_->options.demo || inside_->db.failed()) return;
    {
        Query query(inside_->db, "SELECT 1 FROM companies LIMIT 1");
        if (query.step()) return;
    }
    net::Target target{"/admin/seed", {{"demo", "true"}}};
    const Reply reply = inside_->carry_out("POST", target, Json::object(), Misfortune{}, WallTime{});
    if (reply.status >= 300) inside_->db.fail("the demo data are refused: " + reply.body.dump());
}
Erp::~Erp() = default;
bool Erp::ready() const { return !inside_->db.failed(); }
const std::string& Erp::why() const { return inside_->db.failure(); }
net::HttpResponse Erp::handle(const net::HttpRequest& request, WallTime now) { return inside_->handle(request, now); }
void Erp::set_faults(std::uint64_t seed, std::vector<FaultRule> rules) { inside_->faults.set(seed, std::move(rules)); }

net::HttpResponse Erp::Inside::handle(const net::HttpRequest& request, WallTime now) {
    if (unusable) return response_of(refused(500, "database", "the database of the ERP cannot be used"));
    ++request_count;
    auto target = net::parse_target(request.url);
    if (!target) return response_of(refused(400, "bad_target", target.error().message));
    if (pending) decide_pending(now);
    Misfortune bad;
    if (!target->path.starts_with("/admin/")) bad = faults.draw(request.method, target->path, now);
    if (bad.away == "drop" || bad.drop_before) return mark(drop_header, "before");
    if (bad.away == "refuse") return mark(refuse_header, std::to_string(bad.away_for.count()));
    if (bad.away) return response_of(refused(503, "away", "the ERP is down for maintenance"));
    if (bad.told_again > 0) begin_earlier(*target, bad.told_again);
    net::HttpResponse response = response_of(answer(request, *target, bad, now));
    if (bad.drop_after && response.status < 300) return mark(drop_header, "after");
    if (bad.error_after && response.status < 300)
        response = response_of(refused(500, "short_dump", "the ERP failed while it answered"));
    if (response.status == 429)
        response.headers.emplace_back("retry-after",
                                      std::to_string((bad.rate_limit.value_or(Millis(0)).count() + 999) / 1000));
    if (bad.slow.count() > 0)
        response.headers.emplace_back(std::string(delay_header), std::to_string(bad.slow.count()));
    return response;
}

Reply Erp::Inside::answer(const net::HttpRequest& request, const net::Target& target, const Misfortune& bad,
                          WallTime now) {
    const bool admin = target.path.starts_with("/admin/");
    const std::string& token = admin && !options.admin_token.empty() ? options.admin_token : options.token;
    if (!equal_constant_time(net::header(request.headers, "authorization"), "Bearer " + token))
        return refused(401, "unauthorized", "sign in with a valid bearer token");
    if (bad.rate_limit) return refused(429, "rate_limited", "too many requests; see Retry-After");
    if (bad.error_before) return refused(500, "short_dump", "the ERP failed before it did anything");
    if (request.body.size() > body_bytes_max) return refused(413, "too_large", "a request may have 1 MiB");
    Json body = Json::object();
    if (request.method != "GET" && !request.body.empty()) {
        auto parsed = Json::parse(request.body);
        if (!parsed) return refused(400, parsed.error().code, parsed.error().message);
        body = std::move(*parsed);
    }
    if (admin && (target.path == "/admin/faults" || target.path == "/admin/stats"))
        return administer(request.method, target, body);
    if (request.method == "GET" && target.path == "/api/me") return me();
    return carry_out(request.method, target, body, bad, now);
}

Reply Erp::Inside::run_in_transaction(const Route& route, Call& call) {
    if (route.writes) db.begin();
    Reply reply = route.handle(call);
    if (route.writes && reply.status < 300) record_touched(call);
    if (db.failed()) reply = refused(500, "database", "the database of the ERP failed");
    if (route.writes) {
        if (reply.status >= 300)
            db.rollback();
        else if (!db.commit())
            reply = refused(500, "database", "the database of the ERP could not commit");
    }
    if (db.failed()) {
        log(LogLevel::error, "sandbox ERP: the database failed", {{"why", db.failure()}});
        db.clear_failure();
    }
    return reply;
}

Reply Erp::Inside::carry_out(const std::string& method, const net::Target& target, const Json& body,
                             const Misfortune& bad, WallTime now) {
    Routed routed = find_route(method, target.path);
    if (routed.route == nullptr) {
        if (routed.path_known) return refused(405, "method_not_allowed", "this address does not take " + method);
        return refused(404, "unknown_path", "there is nothing at this address");
    }
    if (routed.route->right != "admin" && !allowed(routed.route->right))
        return refused(403, "right_missing", "this user lacks the right " + std::string(routed.route->right));
    Call call{db, target, body, now, std::move(routed.part)};
    if (routed.route->writes && bad.later && routed.route->right != "admin" && body.is_object()) {
        db.begin();
        Reply reply = submit(db, method, target.path, body, now, request_count, *bad.later);
        pending = true;
        if (db.commit()) return reply;
        db.clear_failure();
        return refused(500, "database", "the database of the ERP could not commit");
    }
    return run_in_transaction(*routed.route, call);
}

void Erp::Inside::decide_pending(WallTime now) {
    decide_submissions(db, now, request_count,
                       [&](const std::string& method, const std::string& path, const Json& body) {
                           Routed routed = find_route(method, path);
                           if (routed.route == nullptr) return refused(404, "unknown_path", "this address is gone");
                           const net::Target target{path, {}};
                           Call call{db, target, body, now, std::move(routed.part)};
                           Reply reply = routed.route->handle(call);
                           if (reply.status < 300) record_touched(call);
                           return reply;
                       });
    if (db.failed()) {
        log(LogLevel::error, "sandbox ERP: a submission could not be decided", {{"why", db.failure()}});
        db.clear_failure();
    }
    pending = has_pending_submissions(db);
}

Reply Erp::Inside::administer(const std::string& method, const net::Target& target, const Json& body) {
    if (target.path == "/admin/stats" && method == "GET") return stats();
    if (target.path == "/admin/faults" && method == "GET") return Reply{200, faults.show()};
    if (target.path != "/admin/faults" || method != "POST")
        return refused(405, "method_not_allowed", "this address does not take " + method);
    Check check;
    return faults.set(body, check) ? Reply{200, faults.show()} : refused(check.problem());
}

Reply Erp::Inside::me() {
    Json rights = Json::array();
    for (const std::string& right : options.rights) rights.push_back(right);
    Json companies = Json::array();
    Query query(db, "SELECT code FROM companies ORDER BY 1 LIMIT 1000");
    while (query.step()) companies.push_back(query.text(0));
    Reply reply;
    reply.body.set("system", "Tieline sandbox ERP");
    reply.body.set("version", "1");
    reply.body.set("user", "integration");
    reply.body.set("rights", std::move(rights));
    reply.body.set("companyCodes", std::move(companies));
    return reply;
}

Reply Erp::Inside::stats() {
    Json documents = Json::object();
    {
        Query query(db, "SELECT kind, COUNT(*) FROM documents GROUP BY kind ORDER BY 1");
        while (query.step()) documents.set(query.text(0), query.integer(1));
    }
    Reply reply;
    reply.body.set("requests", request_count);
    reply.body.set("documents", std::move(documents));
    Query last(db, "SELECT COALESCE(MAX(seq), 0) FROM changes");
    reply.body.set("lastChange", last.step() ? last.integer(0) : 0);
    return reply;
}

}  // namespace tieline::sandbox::erp
