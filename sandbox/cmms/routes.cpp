#include "sandbox/cmms/routes.h"

#include "sandbox/cmms/lines.h"
#include "sandbox/cmms/route_help.h"
#include "sandbox/cmms/status.h"

#include <algorithm>

namespace tieline::sandbox::cmms {
namespace {

constexpr std::size_t batch_max = 500;

Outcome<std::vector<std::string>> segments(std::string_view path) {
    std::vector<std::string> list;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        Result<std::string> segment = net::url_decode(path.substr(0, end));
        if (!segment) return bad_request("bad_escape", "path", "the path has an ill-formed percent escape");
        list.push_back(std::move(*segment));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return list;
}

Outcome<std::optional<std::int64_t>> read_if_match(const net::HttpRequest& request) {
    std::string_view text = net::header(request.headers, "If-Match");
    if (text.empty() || text == "*") return std::optional<std::int64_t>();
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    const std::optional<std::int64_t> version = whole_number(text);
    if (version) return version;
    return bad_request("bad_if_match", "If-Match", "send the version as in ETag, for example \"7\"");
}

net::HttpResponse work_order_response(int status, const Json& record) {
    net::HttpResponse response = json_response(status, record);
    response.headers.emplace_back("ETag", "\"" + std::to_string(record.int_or("version", 0)) + "\"");
    if (status == 201) response.headers.emplace_back("Location", "/api/workorders/" + record.text_or("wonum"));
    return response;
}

Outcome<net::HttpResponse> as_work_order(Outcome<Json> record, int status = 200) {
    if (!record) return record.error();
    return work_order_response(status, *record);
}

Outcome<net::HttpResponse> list_work_orders(Rooms& rooms, const Call& call) {
    Outcome<> known = known_parameters(call, {"after_change", "updated_after", "after_wonum", "status", "asset",
                                              "erp_reference", "external_ref", "limit"});
    if (!known) return known.error();
    ListQuery query;
    Outcome<std::int64_t> after = query_change(call);
    if (!after) return after.error();
    Outcome<std::int64_t> limit = query_limit(call);
    if (!limit) return limit.error();
    query.after_change = *after;
    query.limit = *limit;
    if (const std::string_view text = call.target.query_value("updated_after"); !text.empty()) {
        const Result<WallTime> time = parse_time(text);
        if (!time) return bad_request("bad_time", "updated_after", "write the time like 2026-11-24T03:16:49Z");
        query.updated_after = *time;
    }
    query.after_number = call.target.query_value("after_wonum");
    query.status = call.target.query_value("status");
    query.asset = call.target.query_value("asset");
    query.erp_reference = call.target.query_value("erp_reference");
    query.external_ref = call.target.query_value("external_ref");
    return text_response(200, rooms.work_orders.list(query));
}

Outcome<net::HttpResponse> batch(Rooms& rooms, const Call& call) {
    const Json* items = call.body.find("items");
    if (items == nullptr || !items->is_array() || items->items().empty() || items->items().size() > batch_max) {
        return invalid("bad_batch", "items", "a batch has 1 to 500 work orders in \"items\"");
    }
    Json results = Json::array();
    std::int64_t created = 0;
    for (std::size_t index = 0; index < items->items().size(); ++index) {
        Outcome<Json> record = rooms.work_orders.create(items->items()[index], call.context.now);
        Json result = Json::object({{"index", static_cast<std::int64_t>(index)}});
        result.set("status", record ? 201 : record.error().status);
        if (record) {
            ++created;
            result.set("wonum", record->text_or("wonum"));
        } else {
            result.set("problem", problem_json(record.error()));
        }
        results.push_back(std::move(result));
    }
    const std::int64_t refused = static_cast<std::int64_t>(items->items().size()) - created;
    return json_response(200,
                         Json::object({{"created", created}, {"refused", refused}, {"results", std::move(results)}}));
}

Outcome<net::HttpResponse> one_work_order(Rooms& rooms, const Call& call) {
    const std::string& number = call.path[1];
    if (call.path.size() == 2) {
        if (call.method == "GET") return as_work_order(rooms.work_orders.read(number));
        if (call.method == "PATCH") return as_work_order(rooms.work_orders.change(number, call.body, call.context));
        return no_such_path(call);
    }
    const std::string& what = call.path[2];
    if (call.path.size() == 3) {
        if (call.method == "GET" && what == "history") return as_json(rooms.work_orders.history(number));
        if (call.method == "POST" && what == "status") {
            return as_work_order(rooms.work_orders.move(number, call.body, call.context));
        }
        if (call.method == "PUT" && what == "erp-link") {
            return as_work_order(rooms.work_orders.link(number, call.body, call.context));
        }
        if (call.method == "PUT" && what == "parts-state") {
            return as_work_order(rooms.work_orders.set_parts_state(number, call.body, call.context));
        }
        if (call.method == "POST" && what == "serials") {
            return as_work_order(rooms.work_orders.change_serials(number, call.body, call.context));
        }
        if (call.method == "POST" && what == "planned_materials") {
            return as_work_order(rooms.work_orders.add_planned(number, call.body, call.context), 201);
        }
        if (call.method == "POST" && line_kind(what) != nullptr) {
            return as_work_order(rooms.work_orders.add_line(number, what, call.body, call.context), 201);
        }
    }
    if (call.path.size() == 4 && call.method == "GET" && what == "attachments") {
        return as_json(rooms.field_actions.attachment(number, call.path[3]));
    }
    if (call.path.size() == 4 && call.method == "DELETE" && what == "lines") {
        const bool correction = call.target.query_value("correction") == "true";
        return as_work_order(rooms.work_orders.remove_line(number, call.path[3], correction, call.context));
    }
    if (call.path.size() == 4 && call.method == "DELETE" && what == "planned_materials") {
        return as_work_order(rooms.work_orders.remove_planned(number, call.path[3], call.context));
    }
    if (call.path.size() == 4 && call.method == "PUT" && what == "checklist") {
        const std::optional<std::int64_t> step = whole_number(call.path[3]);
        if (!step) return not_found("unknown_step", "a step has a whole number");
        return as_work_order(rooms.work_orders.fill(number, *step, call.body, call.context));
    }
    return no_such_path(call);
}

Outcome<net::HttpResponse> field_actions(Rooms& rooms, const Call& call) {
    if (call.path.size() != 2) return no_such_path(call);
    if (call.method == "GET") return as_json(rooms.field_actions.read(call.path[1]));
    if (call.method != "PUT") return no_such_path(call);
    bool repeated = false;
    Outcome<Json> done = rooms.field_actions.put(call.path[1], call.body, call.context.now, repeated);
    if (!done) return done.error();
    return json_response(repeated ? 200 : 201, *done);
}

Outcome<net::HttpResponse> work_orders(Rooms& rooms, const Call& call) {
    if (call.path.size() > 1) return one_work_order(rooms, call);
    if (call.method == "GET") return list_work_orders(rooms, call);
    if (call.method == "POST") return as_work_order(rooms.work_orders.create(call.body, call.context.now), 201);
    return no_such_path(call);
}

Outcome<net::HttpResponse> assets(Rooms& rooms, const Call& call) {
    if (call.path.size() == 1 && call.method == "GET") {
        Outcome<std::int64_t> after = query_change(call);
        if (!after) return after.error();
        Outcome<std::int64_t> limit = query_limit(call);
        if (!limit) return limit.error();
        return text_response(200, rooms.assets.list(*after, *limit));
    }
    if (call.path.size() > 2) return route_asset_part(rooms, call);
    if (call.path.size() != 2) return no_such_path(call);
    if (call.method == "GET") return as_json(rooms.assets.read(call.path[1]));
    if (call.method == "PUT") return as_json(rooms.assets.put(call.path[1], call.body, call.context.now));
    return no_such_path(call);
}

Outcome<net::HttpResponse> webhooks(Rooms& rooms, const Call& call) {
    if (call.path.size() == 1 && call.method == "GET") return json_response(200, rooms.webhooks.list());
    if (call.path.size() == 1 && call.method == "POST") {
        return as_json(rooms.webhooks.subscribe(call.body, call.context.now), 201);
    }
    if (call.path.size() == 2 && call.method == "DELETE") {
        Outcome<> gone = rooms.webhooks.unsubscribe(whole_number(call.path[1]).value_or(-1));
        if (!gone) return gone.error();
        return json_response(200, Json::object({{"status", "deleted"}}));
    }
    return no_such_path(call);
}

Json who_am_i(bool may_write) {
    Json rights = Json::array();
    for (const char* right : {"workorders.read", "assets.read", "parts.read", "masters.read", "pms.read"})
        rights.push_back(right);
    if (may_write) {
        for (const char* right :
             {"workorders.write", "assets.write", "webhooks.manage", "parts.write", "masters.write", "pms.write"})
            rights.push_back(right);
    }
    return Json::object({{"system", "Sandbox CMMS"}, {"version", "1"}, {"rights", std::move(rights)}});
}

Outcome<net::HttpResponse> admin(Rooms& rooms, const Call& call) {
    if (call.path.size() != 1) return no_such_path(call);
    const std::string& what = call.path[0];
    if (what == "faults" && call.method == "GET") return json_response(200, rooms.faults.report());
    if (what == "faults" && call.method == "POST") {
        Outcome<> configured = rooms.faults.configure(call.body, call.context.now);
        if (!configured) return configured.error();
        return json_response(200, rooms.faults.report());
    }
    if (what == "seed" && call.method == "POST") {
        put_demo(rooms, call.context.now);
        return json_response(200, Json::object({{"status", "seeded"}}));
    }
    if (what == "pm-run" && call.method == "POST") return as_json(rooms.preventive.run(call.body, call.context.now));
    if (what == "stats" && call.method == "GET") {
        return json_response(200, Json::object({{"workorders", rooms.work_orders.count()},
                                                {"part_transactions", rooms.transactions.count()},
                                                {"scan_steps", rooms.database.scan_steps()}}));
    }
    return no_such_path(call);
}

}  // namespace

Outcome<Call> read_call(const net::HttpRequest& request, WallTime now) {
    Call call;
    call.method = request.method;
    Result<net::Target> target = net::parse_target(request.url);
    if (!target) return bad_request("bad_escape", "path", "the address is ill-formed: " + target.error().message);
    call.target = std::move(*target);
    std::string_view path = call.target.path;
    call.is_admin = path.starts_with("/admin/");
    if (!call.is_admin && !path.starts_with("/api/")) return no_such_path(call);
    path.remove_prefix(call.is_admin ? 7 : 5);
    Outcome<std::vector<std::string>> list = segments(path);
    if (!list) return list.error();
    call.path = std::move(*list);
    if (!request.body.empty() && request.method != "GET") {
        Result<Json> body = Json::parse(request.body, JsonLimits{2 << 20, 64, 200'000});
        if (!body) return bad_request(body.error().code, body.error().field, body.error().message);
        call.body = std::move(*body);
    }
    Outcome<std::optional<std::int64_t>> version = read_if_match(request);
    if (!version) return version.error();
    call.context = WriteContext{now, *version};
    return call;
}

Outcome<net::HttpResponse> route(Rooms& rooms, const Call& call) {
    if (call.path.empty()) return no_such_path(call);
    if (call.is_admin) return admin(rooms, call);
    const std::string& head = call.path[0];
    if (head == "whoami" && call.method == "GET") return json_response(200, who_am_i(call.may_write));
    if (head == "workorders:batch" && call.path.size() == 1 && call.method == "POST") return batch(rooms, call);
    if (head == "uploads" && call.path.size() == 2 && call.method == "PUT") {
        return as_json(rooms.field_actions.upload(call.path[1], call.body));
    }
    if (head == "field-actions") return field_actions(rooms, call);
    if (head == "workorders") return work_orders(rooms, call);
    if (head == "assets") return assets(rooms, call);
    if (head == "webhooks") return webhooks(rooms, call);
    return route_parts(rooms, call);
}

}  // namespace tieline::sandbox::cmms
