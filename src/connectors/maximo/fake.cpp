#include "connectors/maximo/fake.h"

#include "connectors/maximo/lists.h"
#include "connectors/maximo/wire.h"
#include "connectors/rest/sign_in.h"

#include <algorithm>

namespace tieline::connectors::maximo {
namespace {

net::HttpResponse answer(int status, Json body = Json()) {
    net::HttpResponse made;
    made.status = status;
    if (!body.is_null()) made.body = body.dump();
    made.headers = {{"Content-Type", "application/json"}};
    return made;
}

net::HttpResponse refused(int status, std::string_view code, const std::string& message) {
    return answer(status, Json::object({{"Error", Json::object({{"reasonCode", code},
                                                                {"message", message},
                                                                {"statusCode", std::to_string(status)}})}}));
}

/// What may follow what; COMP leads to CLOSE only.
bool may_follow(const std::string& from, const std::string& to) {
    static const std::map<std::string, std::set<std::string>> steps{
        {"WAPPR", {"APPR", "WSCH", "WMATL", "INPRG", "COMP", "CLOSE", "CAN"}},
        {"APPR", {"WAPPR", "WSCH", "WMATL", "INPRG", "COMP", "CLOSE", "CAN"}},
        {"WSCH", {"APPR", "WMATL", "INPRG", "COMP", "CLOSE", "CAN"}},
        {"WMATL", {"APPR", "WSCH", "INPRG", "COMP", "CLOSE", "CAN"}},
        {"INPRG", {"APPR", "WMATL", "COMP", "CLOSE", "CAN"}},
        {"COMP", {"CLOSE"}}};
    const auto found = steps.find(from);
    return found != steps.end() && found->second.contains(to);
}

std::string internal_of(const std::string& status) { return status.substr(0, status.find('-')); }

const std::map<std::string, std::size_t> lengths{{"description", 100}, {"externalrefid", 24}, {"tl_erporder", 24},
                                                 {"tl_erpref", 16},    {"tl_partsstate", 12}, {"tl_partsref", 16},
                                                 {"memo", 50},         {"worktype", 5},       {"assetnum", 12},
                                                 {"location", 12},     {"failurecode", 8},    {"sourcesysid", 10}};

const std::set<std::string> order_lists{"labtrans", "servrectrans", "tooltrans", "wpmaterial", "worklog", "wostatus"};
const std::set<std::string> writable{"siteid",      "description",   "description_longdescription",
                                     "assetnum",    "location",      "worktype",
                                     "wopriority",  "failurecode",   "targcompdate",
                                     "sourcesysid", "externalrefid", "tl_erporder",
                                     "tl_erpref",   "tl_partsstate", "tl_partsready",
                                     "tl_partsref", "status",        "worklog"};

std::string too_long(const Json& body) {
    for (const auto& [name, value] : body.members()) {
        const auto most = lengths.find(name);
        if (most != lengths.end() && value.is_string() && value.string().size() > most->second) return name;
        if (!value.is_array()) continue;
        for (const Json& line : value.items()) {
            if (!line.is_object()) return name;
            if (std::string inner = too_long(line); !inner.empty()) return inner;
        }
    }
    return {};
}

}  // namespace

struct Fake::Structure {
    std::string name;
    std::set<std::string> attributes;
};

bool Fake::is_signed_in(const net::HttpRequest& request) const {
    if (!is_oauth) return net::header(request.headers, "apikey") == api_key;
    const std::string given(net::header(request.headers, "Authorization"));
    const auto token = tokens_.find(given.starts_with("Bearer ") ? given.substr(7) : "");
    return token != tokens_.end() && now < token->second;
}

net::HttpResponse Fake::token(const net::HttpRequest& request) {
    const bool fits = request.method == "POST" && request.body.starts_with("grant_type=client_credentials") &&
                      net::header(request.headers, "Authorization") == "Basic " + rest::base64("tieline:" + api_key);
    if (!fits) return answer(401, Json::object({{"error", "invalid_client"}}));
    const std::string made = "token-" + std::to_string(++tokens_given_);
    tokens_[made] = now + token_life;
    return answer(200, Json::object({{"access_token", made},
                                     {"token_type", "Bearer"},
                                     {"expires_in", static_cast<std::int64_t>(token_life.count() / 1000)}}));
}

net::HttpResponse Fake::handle(const net::HttpRequest& request) {
    const Result<net::Target> target = net::parse_target(request.url);
    if (!target) return refused(400, "FAKE-URL", "the address cannot be read");
    if (target->path == "/token") return token(request);
    if (!is_signed_in(request)) return refused(401, "BMXAA7901E", "you cannot log in at this time");
    if (!target->path.starts_with(base)) return refused(404, "FAKE-PATH", "there is nothing here");
    const std::string path = target->path.substr(base.size());
    if (target->query_value("lean") != "1") return refused(400, "FAKE-LEAN", "lean=1 is missing");
    if (path == "/whoami") return answer(200, Json::object({{"personid", "TIELINE"}, {"loginID", "tieline"}}));
    static const Structure structures[] = {
        {"mxapiwodetail",
         {"wonum",
          "siteid",
          "description",
          "status",
          "statusdate",
          "worktype",
          "assetnum",
          "location",
          "glaccount",
          "actfinish",
          "targcompdate",
          "schedstart",
          "pmnum",
          "estlabcost",
          "estmatcost",
          "estservcost",
          "esttoolcost",
          "externalrefid",
          "sourcesysid",
          "changedate",
          "historyflag",
          "istask",
          "woclass",
          "wopriority",
          "failurecode",
          "tl_erporder",
          "tl_erpref",
          "tl_partsstate",
          "tl_partsready",
          "tl_partsref",
          "description_longdescription",
          "labtrans",
          "matusetrans",
          "servrectrans",
          "tooltrans",
          "wpmaterial",
          "worklog",
          "wostatus"}},
        {"mxapimatusetrans",
         {"matusetransid", "refwo", "siteid", "assetnum", "itemnum", "description", "quantity", "issuetype",
          "issueunit", "unitcost", "storeloc", "lotnum", "issueid", "enterby", "transdate", "requestnum",
          "gldebitacct"}},
        {"mxapiinvbal", {"invbalancesid", "itemnum", "location", "siteid", "curbal"}}};
    for (const Structure& structure : structures) {
        const std::string own = "/os/" + structure.name;
        if (path != own && !path.starts_with(own + "/")) continue;
        if (request.method == "GET" && path == own) return list(structure, *target);
        if (request.method == "POST" && structure.name == "mxapiwodetail")
            return written(request, *target, path.size() > own.size() ? path.substr(own.size() + 1) : "");
        return refused(405, "FAKE-METHOD", "this is not offered");
    }
    return refused(404, "FAKE-STRUCTURE", "there is no object structure of this name");
}

std::vector<Json> Fake::rows_of(const Structure& structure) const {
    if (structure.name == "mxapiinvbal") return balances_;
    if (structure.name == "mxapimatusetrans") return uses_;
    std::vector<Json> rows;
    for (Json order : orders_) {
        if (held_back_.contains(order.text_or("wonum"))) continue;
        Json used = Json::array();
        for (const Json& use : uses_)
            if (word_of(use, "refwo") == order.text_or("wonum")) used.push_back(use);
        order.set("matusetrans", std::move(used));
        rows.push_back(std::move(order));
    }
    return rows;
}

std::string Fake::link_of(const Json& row) const {
    const Site here{{}, "mxapiwodetail", site, true};
    const std::string host = pitfalls.inner_hosts ? "https://maxapp01.inner:9443" : "http://maximo.test";
    return host + std::string(base) + member_path(here, row.text_or("wonum"));
}

Json Fake::shown(const Structure& structure, const Json& row, const std::string& select, bool internal) const {
    Json out = Json::object();
    for (const auto& [name, inner] : parts_of_select(select)) {
        const Json* value = row.find(name);
        if (value == nullptr || value->is_null()) continue;
        if (inner.empty()) {
            out.set(name, *value);
            continue;
        }
        Json lines = Json::array();
        for (const Json& line : value->items()) {
            Json made = Json::object();
            for (const auto& [member, nothing] : parts_of_select(inner))
                if (const Json* part = line.find(member); part != nullptr) made.set(member, *part);
            lines.push_back(std::move(made));
        }
        if (!lines.items().empty()) out.set(name, std::move(lines));
    }
    if (internal && out.find("status") != nullptr) out.set("status_maxvalue", internal_of(out.text_or("status")));
    out.set("_rowstamp", word_of(row, "_rowstamp"));
    if (structure.name == "mxapiwodetail") out.set("href", link_of(row));
    return out;
}

net::HttpResponse Fake::list(const Structure& structure, const net::Target& target) const {
    const std::string select(target.query_value("oslc.select")), where(target.query_value("oslc.where"));
    for (const auto& [name, inner] : parts_of_select(select)) {
        const bool is_ours = name.starts_with("tl_") && pitfalls.plain_install;
        if (!structure.attributes.contains(name) || is_ours)
            return refused(400, "FAKE-ATTRIBUTE", "the attribute " + name + " does not exist");
    }
    std::vector<Json> found;
    for (const Json& row : rows_of(structure)) {
        const Result<bool> fits = fulfils(row, where, structure.attributes);
        if (!fits) return refused(400, "FAKE-WHERE", fits.error().message);
        if (*fits) found.push_back(row);
    }
    const auto order = parts_of_select(target.query_value("oslc.orderBy"));
    std::stable_sort(found.begin(), found.end(), [&](const Json& left, const Json& right) {
        for (const auto& [name, nothing] : order) {
            const int way = compare_words(word_of(left, name.substr(1)), word_of(right, name.substr(1)));
            if (way != 0) return name.front() == '-' ? way > 0 : way < 0;
        }
        return false;
    });
    const auto size = Decimal::parse(target.query_value("oslc.pageSize"));
    std::size_t most = 0;
    while (size && most < found.size() && Decimal::from_int(static_cast<std::int64_t>(most)) < *size) ++most;
    Json members = Json::array();
    const bool whole = select.find("rel.labtrans") != std::string::npos;
    for (std::size_t i = 0; i < most; ++i) {
        if (whole && poisoned.contains(word_of(found[i], "wonum")))
            return refused(500, "FAKE-POISON", "an error occurred while a value was read");
        members.push_back(shown(structure, found[i], select, target.query_value("internalvalues") == "1"));
    }
    Json info = Json::object({{"pagenum", 1}});
    if (most < found.size()) {
        const std::string host = pitfalls.inner_hosts ? "https://maxapp01.inner:9443" : "http://maximo.test";
        info.set("nextPage",
                 Json::object({{"href", host + std::string(base) + "/os/" + structure.name + "?pageno=2"}}));
    }
    return answer(200, Json::object({{"member", std::move(members)}, {"responseInfo", std::move(info)}}));
}

net::HttpResponse Fake::written(const net::HttpRequest& request, const net::Target& target, const std::string& id) {
    const Result<Json> body = Json::parse(request.body);
    if (!body || !body->is_object()) return refused(400, "FAKE-BODY", "the body is no JSON object");
    const std::string transaction(net::header(request.headers, "transactionid"));
    const auto before = transactions_.find(transaction);
    if (!transaction.empty() && before != transactions_.end() && now < before->second + Millis(300'000))
        return refused(409, "FAKE-TRANSACTION", "the transaction " + transaction + " was processed already");
    if (const std::string name = too_long(*body); !name.empty())
        return refused(400, "FAKE-LENGTH", "the value of " + name + " is too long");
    net::HttpResponse made;
    if (id.empty()) {
        made = create(request, *body);
    } else {
        const auto found = std::find_if(orders_.begin(), orders_.end(),
                                        [&](const Json& order) { return link_of(order).ends_with("/" + id); });
        if (found == orders_.end()) return refused(404, "FAKE-MEMBER", "there is no such work order");
        if (net::header(request.headers, "x-method-override") != "PATCH")
            return refused(400, "FAKE-OVERRIDE", "x-method-override: PATCH is missing");
        const std::string_view action = target.query_value("action");
        if (action.empty())
            made = change(request, *body, *found);
        else if (action == "wsmethod:changeStatus" && !pitfalls.actions_fail)
            made = change_status(*body, *found);
        else
            made = refused(500, "FAKE-ACTION", "the method could not be called");
    }
    if (made.status < 300 && !transaction.empty()) transactions_[transaction] = now;
    return made;
}

net::HttpResponse Fake::create(const net::HttpRequest& request, const Json& body) {
    for (const auto& [name, value] : body.members())
        if (!writable.contains(name))
            return refused(400, "FAKE-ATTRIBUTE", "the attribute " + name + " does not exist");
    if (body.text_or("siteid") != site) return refused(400, "FAKE-SITE", "the site is missing or unknown");
    const std::string number = make_order(body);
    net::HttpResponse made = answer(201);
    made.headers.emplace_back("Location", link_of(order(number)));
    if (!net::header(request.headers, "properties").empty() && !pitfalls.silent_create)
        made.body = Json::object({{"wonum", number}, {"siteid", site}, {"status", "WAPPR"}}).dump();
    return made;
}

std::string Fake::refuse_status(Json& order, const std::string& status, const std::string& date) {
    const std::string present = internal_of(order.text_or("status"));
    if (!may_follow(present, status))
        return "BMXAA4590E the status of a work order cannot go from " + present + " to " + status;
    const Result<WallTime> at = date.empty() ? Result<WallTime>(now) : parse_time(date);
    const Result<WallTime> last = parse_time(order.text_or("statusdate"));
    if (!at || *at > now + Millis(60'000)) return "BMXAA4599E the status date must not be in the future";
    if (last && *at < *last) return "BMXAA4598E the status date must not be before the last one";
    if (status == "COMP" && pitfalls.failure_code_needed && order.text_or("failurecode").empty())
        return "FAKE-NEEDED a value is required for failurecode";
    return {};
}

net::HttpResponse Fake::change_status(const Json& body, Json& order) {
    const std::string status = body.text_or("status");
    if (order.bool_or("historyflag", false)) return refused(400, "BMXAA4105E", "the record is in history");
    if (const std::string why = refuse_status(order, status, body.text_or("date")); !why.empty())
        return refused(400, why.substr(0, why.find(' ')), why.substr(why.find(' ') + 1));
    if (pitfalls.status_kept) return answer(204);
    const std::string number = order.text_or("wonum");
    move_to(number, status);
    this->order(number).find("wostatus")->items().back().set("memo", body.text_or("memo"));
    return answer(204);
}

net::HttpResponse Fake::change(const net::HttpRequest& request, const Json& body, Json& order) {
    if (order.bool_or("historyflag", false)) return refused(400, "BMXAA4105E", "the record is in history");
    for (const auto& [name, value] : body.members()) {
        const bool is_ours = name.starts_with("tl_") && pitfalls.plain_install;
        if (!writable.contains(name) || is_ours)
            return refused(400, "FAKE-ATTRIBUTE", "the attribute " + name + " does not exist");
    }
    const std::string number = order.text_or("wonum");
    const std::string status = body.text_or("status");
    if (!status.empty()) {
        if (pitfalls.status_patch_refused) return refused(400, "FAKE-READ-ONLY", "the attribute status is read-only");
        if (const std::string why = refuse_status(order, status, ""); !why.empty())
            return refused(400, why.substr(0, why.find(' ')), why.substr(why.find(' ') + 1));
        if (!pitfalls.status_kept) move_to(number, status);
    }
    const bool merges = net::header(request.headers, "patchtype") == "MERGE";
    for (const auto& [name, value] : body.members()) {
        if (name == "status") continue;
        if (!value.is_array() || !merges) {
            this->order(number).set(name, value);
            continue;
        }
        for (const Json& line : value.items()) this->order(number).find(name)->push_back(line);
    }
    touch(number);
    if (net::header(request.headers, "properties").empty()) return answer(204);
    return answer(
        200, Json::object({{"wonum", number}, {"siteid", site}, {"status", this->order(number).text_or("status")}}));
}

}  // namespace tieline::connectors::maximo
