// Paths of parts, stock, transactions, preventive plans and mirrored masters.

#include "sandbox/cmms/route_help.h"

namespace tieline::sandbox::cmms {
namespace {

using Response = Outcome<net::HttpResponse>;

Response list_objects(Rooms& rooms, const Call& call, const ObjectKind& kind) {
    Outcome<> known = known_parameters(call, {"after_change", "limit"});
    if (!known) return known.error();
    Outcome<std::int64_t> after = query_change(call);
    if (!after) return after.error();
    Outcome<std::int64_t> limit = query_limit(call);
    if (!limit) return limit.error();
    return text_response(200, rooms.objects.list(kind, *after, *limit));
}

/// GET of a list or of one, PUT of one by `put(number)`. `depth`: segments before the number.
template <class Put>
Response objects(Rooms& rooms, const Call& call, const ObjectKind& kind, std::size_t depth, const Put& put) {
    if (call.path.size() == depth && call.method == "GET") return list_objects(rooms, call, kind);
    if (call.path.size() != depth + 1) return no_such_path(call);
    const std::string& number = call.path[depth];
    if (call.method == "GET") return as_json(rooms.objects.read(kind, number));
    if (call.method == "PUT") return as_json(put(number));
    return no_such_path(call);
}

Response list_inventory(Rooms& rooms, const Call& call) {
    Outcome<> known = known_parameters(call, {"storeroom", "item", "after", "after_change", "only_different", "limit"});
    if (!known) return known.error();
    Outcome<std::int64_t> change = query_change(call);
    if (!change) return change.error();
    Outcome<std::int64_t> limit = query_limit(call);
    if (!limit) return limit.error();
    InventoryQuery query;
    query.limit = *limit;
    query.storeroom = call.target.query_value("storeroom");
    query.item = call.target.query_value("item");
    query.only_different = call.target.query_value("only_different") == "true";
    if (!call.target.query_value("after_change").empty()) query.after_change = *change;
    if (const std::string_view after = call.target.query_value("after"); !after.empty()) {
        const std::size_t slash = after.find('/');
        if (slash == std::string_view::npos || query.after_change) {
            return bad_request("bad_cursor", "after", "give STOREROOM/ITEM as next_after was, and no after_change");
        }
        query.after_storeroom = after.substr(0, slash);
        query.after_item = after.substr(slash + 1);
    }
    return text_response(200, rooms.inventory.list(query));
}

Response inventory(Rooms& rooms, const Call& call) {
    if (call.path.size() == 1 && call.method == "GET") return list_inventory(rooms, call);
    if (call.path.size() < 3 || call.path.size() > 4) return no_such_path(call);
    const std::string &storeroom = call.path[1], &item = call.path[2];
    if (call.path.size() == 3 && call.method == "GET") return as_json(rooms.inventory.read(storeroom, item));
    if (call.path.size() == 3) return no_such_path(call);
    const WallTime now = call.context.now;
    if (call.method == "PUT" && call.path[3] == "erp") {
        return as_json(rooms.inventory.mirror(storeroom, item, call.body, now));
    }
    if (call.method == "POST" && call.path[3] == "count") {
        return as_json(rooms.inventory.count(storeroom, item, call.body, now));
    }
    return no_such_path(call);
}

Response created(const Call& call, Outcome<Json> record, bool repeated, const char* key) {
    if (!record) return record.error();
    net::HttpResponse response = json_response(repeated ? 200 : 201, *record);
    response.headers.emplace_back("Location", "/api/" + call.path[0] + "/" + record->text_or(key));
    return response;
}

Response transactions(Rooms& rooms, const Call& call) {
    const WallTime now = call.context.now;
    if (call.path.size() == 1 && call.method == "POST") {
        bool repeated = false;
        Outcome<Json> record = rooms.transactions.create(call.body, now, repeated);
        return created(call, std::move(record), repeated, "transaction");
    }
    if (call.path.size() == 1 && call.method == "GET") {
        Outcome<> known =
            known_parameters(call, {"after_change", "limit", "wonum", "item", "client_ref", "erp_reference"});
        if (!known) return known.error();
        Outcome<std::int64_t> after = query_change(call);
        if (!after) return after.error();
        Outcome<std::int64_t> limit = query_limit(call);
        if (!limit) return limit.error();
        TransactionQuery query;
        query.after_change = *after;
        query.limit = *limit;
        query.wonum = call.target.query_value("wonum");
        query.item = call.target.query_value("item");
        query.client_ref = call.target.query_value("client_ref");
        query.erp_reference = call.target.query_value("erp_reference");
        return text_response(200, rooms.transactions.list(query));
    }
    if (call.path.size() == 2 && call.method == "GET") return as_json(rooms.transactions.read(call.path[1]));
    if (call.path.size() == 3 && call.method == "PUT" && call.path[2] == "erp-link") {
        return as_json(rooms.transactions.link(call.path[1], call.body, now));
    }
    return no_such_path(call);
}

Response suggestions(Rooms& rooms, const Call& call) {
    const WallTime now = call.context.now;
    if (call.path.size() == 1 && call.method == "POST") {
        bool repeated = false;
        Outcome<Json> record = rooms.suggestions.create(call.body, now, repeated);
        return created(call, std::move(record), repeated, "suggestion");
    }
    if (call.path.size() == 1 && call.method == "GET") {
        Outcome<> known = known_parameters(call, {"after_change", "limit", "status", "item", "erp_reference"});
        if (!known) return known.error();
        Outcome<std::int64_t> after = query_change(call);
        if (!after) return after.error();
        Outcome<std::int64_t> limit = query_limit(call);
        if (!limit) return limit.error();
        SuggestionQuery query;
        query.after_change = *after;
        query.limit = *limit;
        query.status = call.target.query_value("status");
        query.item = call.target.query_value("item");
        query.erp_reference = call.target.query_value("erp_reference");
        return text_response(200, rooms.suggestions.list(query));
    }
    if (call.path.size() == 2 && call.method == "GET") {
        return as_json(rooms.objects.read(suggestion_kind(), call.path[1]));
    }
    if (call.path.size() == 3 && call.method == "PUT" && call.path[2] == "erp-link") {
        return as_json(rooms.suggestions.link(call.path[1], call.body, now));
    }
    return no_such_path(call);
}

Response plans(Rooms& rooms, const Call& call) {
    if (call.path.size() == 2 && call.path[1] == "due" && call.method == "GET") {
        Outcome<> known = known_parameters(call, {"until", "limit"});
        if (!known) return known.error();
        Outcome<std::string> until = query_date(call, "until");
        if (!until) return until.error();
        Outcome<std::int64_t> limit = query_limit(call, 500, 5'000);
        if (!limit) return limit.error();
        return json_response(200, rooms.preventive.due(*until, *limit, call.context.now));
    }
    return objects(rooms, call, pm_kind(), 1, [&](const std::string& number) {
        return rooms.preventive.put_plan(number, call.body, call.context.now);
    });
}

Response reports(Rooms& rooms, const Call& call) {
    if (call.method != "GET" || call.path.size() != 2 || call.path[1] != "pm-compliance") return no_such_path(call);
    Outcome<> known = known_parameters(call, {"from", "to"});
    if (!known) return known.error();
    Outcome<std::string> from = query_date(call, "from");
    if (!from) return from.error();
    Outcome<std::string> to = query_date(call, "to");
    if (!to) return to.error();
    return json_response(200, rooms.plans.compliance(*from, *to, call.context.now));
}

Response codes(Rooms& rooms, const Call& call) {
    if (call.path.size() < 2) return no_such_path(call);
    const std::optional<ObjectKind> kind = code_kind(call.path[1]);
    if (!kind) return not_found("unknown_kind", "codes of kind " + call.path[1] + " are not kept here; see API.md");
    return objects(rooms, call, *kind, 2, [&](const std::string& code) {
        return rooms.masters.put_code(call.path[1], code, call.body, call.context.now);
    });
}

Response asset_serials(Rooms& rooms, const std::string& asset) {
    Outcome<Json> known = rooms.assets.read(asset);
    if (!known) return known.error();
    return json_response(200, rooms.work_orders.serials_of(asset));
}

}  // namespace

Response route_asset_part(Rooms& rooms, const Call& call) {
    const std::string &asset = call.path[1], &what = call.path[2];
    const std::size_t depth = call.path.size();
    const bool is_get = call.method == "GET";
    if (what == "serials" && depth == 3 && is_get) return asset_serials(rooms, asset);
    if (what == "meters" && depth == 3 && is_get) return as_json(rooms.meters.list(asset));
    if (what != "meters" || depth != 5 || call.path[4] != "readings") return no_such_path(call);
    if (is_get) {
        Outcome<std::int64_t> limit = query_limit(call);
        if (!limit) return limit.error();
        return as_json(rooms.meters.readings(asset, call.path[3], *limit));
    }
    if (call.method != "POST") return no_such_path(call);
    bool repeated = false;
    Outcome<Json> reading = rooms.meters.add(asset, call.path[3], call.body, call.context.now, repeated);
    return as_json(std::move(reading), repeated ? 200 : 201);
}

Response route_parts(Rooms& rooms, const Call& call) {
    const std::string& head = call.path[0];
    const WallTime now = call.context.now;
    if (head == "items") {
        return objects(rooms, call, item_kind(), 1,
                       [&](const std::string& number) { return rooms.items.put(number, call.body, now); });
    }
    if (head == "storerooms") {
        return objects(rooms, call, storeroom_kind(), 1,
                       [&](const std::string& code) { return rooms.items.put_storeroom(code, call.body, now); });
    }
    if (head == "inventory") return inventory(rooms, call);
    if (head == "part-transactions") return transactions(rooms, call);
    if (head == "reorder-suggestions") return suggestions(rooms, call);
    if (head == "job-plans") {
        return objects(rooms, call, job_plan_kind(), 1, [&](const std::string& number) {
            return rooms.preventive.put_job_plan(number, call.body, now);
        });
    }
    if (head == "pms") return plans(rooms, call);
    if (head == "reports") return reports(rooms, call);
    if (head == "persons") {
        return objects(rooms, call, person_kind(), 1,
                       [&](const std::string& number) { return rooms.masters.put_person(number, call.body, now); });
    }
    if (head == "vendors") {
        return objects(rooms, call, vendor_kind(), 1,
                       [&](const std::string& code) { return rooms.masters.put_vendor(code, call.body, now); });
    }
    if (head == "codes") return codes(rooms, call);
    return no_such_path(call);
}

}  // namespace tieline::sandbox::cmms
