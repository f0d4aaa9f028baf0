#include "connectors/maximo/fake.h"

#include "base/hash.h"
#include "connectors/maximo/cursor.h"
#include "connectors/maximo/lists.h"
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

const std::map<std::string, std::size_t> lengths{{"description", 100}, {"tl_key", 16},        {"tl_erporder", 24},
                                                 {"tl_erpref", 16},    {"tl_partsstate", 12}, {"tl_partsref", 16},
                                                 {"memo", 50},         {"worktype", 5},       {"assetnum", 12},
                                                 {"location", 12},     {"failurecode", 8},    {"sourcesysid", 10}};

const std::set<std::string> order_lists{"labtrans", "servrectrans", "tooltrans", "wpmaterial", "worklog", "wostatus"};
const std::set<std::string> writable{"siteid",      "description",   "description_longdescription",
                                     "assetnum",    "location",      "worktype",
                                     "wopriority",  "failurecode",   "targcompdate",
                                     "sourcesysid", "externalrefid", "tl_erporder",
                                     "tl_erpref",   "tl_partsstate", "tl_partsready",
                                     "tl_partsref", "tl_key",        "status",
                                     "worklog"};

std::string too_long(const Json& body, std::size_t externalrefid_max) {
    for (const auto& [name, value] : body.members()) {
        const auto most = lengths.find(name);
        const std::size_t limit = name == "externalrefid" ? externalrefid_max
                                  : most == lengths.end() ? SIZE_MAX
                                                          : most->second;
        if (value.is_string() && value.string().size() > limit) return name;
        if (!value.is_array()) continue;
        for (const Json& line : value.items()) {
            if (!line.is_object()) return name;
            if (std::string inner = too_long(line, externalrefid_max); !inner.empty()) return inner;
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
    ++requests;
    const Result<net::Target> target = net::parse_target(request.url);
    if (!target) return refused(400, "FAKE-URL", "the address cannot be read");
    if (target->path == "/token") return token(request);
    if (!is_signed_in(request)) return refused(401, "BMXAA7901E", "you cannot log in at this time");
    if (!target->path.starts_with(base)) return refused(404, "FAKE-PATH", "there is nothing here");
    const std::string path = target->path.substr(base.size());
    if (target->query_value("lean") != "1") return refused(400, "FAKE-LEAN", "lean=1 is missing");
    if (path == "/whoami") return answer(200, Json::object({{"personid", "TIELINE"}, {"loginID", "tieline"}}));
    static const Structure structures[] = {
        {"mxapiwodetail", {"wonum",         "siteid",        "description",  "status",
                           "statusdate",    "worktype",      "assetnum",     "location",
                           "glaccount",     "actfinish",     "targcompdate", "schedstart",
                           "pmnum",         "estlabcost",    "estmatcost",   "estservcost",
                           "esttoolcost",   "externalrefid", "sourcesysid",  "changedate",
                           "historyflag",   "istask",        "woclass",      "wopriority",
                           "failurecode",   "tl_erporder",   "tl_erpref",    "tl_partsstate",
                           "tl_partsready", "tl_partsref",   "tl_key",       "description_longdescription",
                           "labtrans",      "matusetrans",   "servrectrans", "tooltrans",
                           "wpmaterial",    "worklog",       "wostatus"}},
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

std::vector<const Json*> Fake::rows_of(const Structure& structure) const {
    const std::vector<Json>& all = structure.name == "mxapiinvbal"        ? balances_
                                   : structure.name == "mxapimatusetrans" ? uses_
                                                                          : orders_;
    std::vector<const Json*> rows;
    for (const Json& row : all)
        if (&all != &orders_ || !held_back_.contains(row.text_or("wonum"))) rows.push_back(&row);
    return rows;
}

/// All rows, or the one order that the question names.
std::vector<const Json*> Fake::candidates(const Structure& structure, const std::string& where) const {
    constexpr std::string_view term = " and wonum=\"";
    const std::size_t begin = where.find(term);
    if (structure.name != "mxapiwodetail" || begin == std::string::npos) return rows_of(structure);
    const std::size_t from = begin + term.size();
    const auto place = places_.find(where.substr(from, where.find('"', from) - from));
    if (place == places_.end() || held_back_.contains(place->first)) return rows_of(structure);
    return {&orders_[place->second]};
}

/// Lines of an order by the name of their list; material used stands apart.
Json Fake::lines_of(const Json& order, const std::string& list) const {
    if (list != "matusetrans") return order.find(list) == nullptr ? Json::array() : *order.find(list);
    Json used = Json::array();
    for (const Json& use : uses_)
        if (word_of(use, "refwo") == order.text_or("wonum")) used.push_back(use);
    return used;
}

std::string Fake::id_of(const std::string& number, bool is_opaque) const {
    const std::string name = site + "/" + number;
    std::string id = "_";
    if (is_opaque) return id + hex(sha256("member " + name)).substr(0, 24);
    // Base64, written out here so that nothing is taken from what is tested.
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned bits = 0;
    int held = 0;
    for (const char c : name) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (held += 8; held >= 6; held -= 6) id += digits[bits >> (held - 6) & 63];
    }
    if (held > 0) id += digits[bits << (6 - held) & 63];
    while ((id.size() - 1) % 4 != 0) id += '-';
    return id;
}

std::string Fake::link_of(const Json& row) const {
    const std::string host = pitfalls.inner_hosts ? "https://maxapp01.inner:9443" : "http://maximo.test";
    return host + std::string(base) + "/os/mxapiwodetail/" + id_of(row.text_or("wonum"), pitfalls.opaque_links);
}

bool Fake::has(const std::string& attribute) const {
    return !missing.contains(attribute) && !(attribute.starts_with("tl_") && pitfalls.plain_install);
}

Json Fake::shown(const Structure& structure, const Json& row, const std::string& select, bool internal) const {
    Json out = Json::object();
    const auto add_internal = [&](Json& object) {
        if (!internal) return;
        for (const char* name : {"status", "issuetype"})
            if (object.find(name) != nullptr)
                object.set(std::string(name) + "_maxvalue", internal_of(object.text_or(name)));
    };
    for (const auto& [name, inner] : parts_of_select(select)) {
        if (inner.empty()) {
            const Json* value = row.find(name);
            if (value == nullptr || value->is_null()) continue;
            const bool is_time = pitfalls.fractions && (name == "changedate" || name == "statusdate");
            const auto time = is_time ? parse_time(word_of(row, name)) : Result<WallTime>(now);
            out.set(name, is_time && time ? Json(where_time(std::chrono::floor<std::chrono::seconds>(*time))) : *value);
            continue;
        }
        const Json kept = lines_of(row, name);
        Json lines = Json::array();
        for (const Json& line : kept.items()) {
            Json made = Json::object();
            for (const auto& [member, nothing] : parts_of_select(inner))
                if (const Json* part = line.find(member); part != nullptr) made.set(member, *part);
            add_internal(made);
            lines.push_back(std::move(made));
        }
        if (!lines.items().empty()) out.set(name, std::move(lines));
    }
    add_internal(out);
    out.set("_rowstamp", word_of(row, "_rowstamp"));
    if (structure.name == "mxapiwodetail") out.set("href", link_of(row));
    return out;
}

net::HttpResponse Fake::list(const Structure& structure, const net::Target& target) const {
    const std::string select(target.query_value("oslc.select")), where(target.query_value("oslc.where"));
    for (const auto& [name, inner] : parts_of_select(select)) {
        if (!structure.attributes.contains(name) || !has(name))
            return refused(400, "FAKE-ATTRIBUTE", "the attribute " + name + " does not exist");
    }
    std::vector<const Json*> found;
    for (const Json* row : candidates(structure, where)) {
        const Result<bool> fits = fulfils(*row, where, structure.attributes);
        if (!fits) return refused(400, "FAKE-WHERE", fits.error().message);
        if (*fits) found.push_back(row);
    }
    const auto order = parts_of_select(target.query_value("oslc.orderBy"));
    std::stable_sort(found.begin(), found.end(), [&](const Json* left, const Json* right) {
        for (const auto& [name, nothing] : order) {
            const int way = compare_words(word_of(*left, name.substr(1)), word_of(*right, name.substr(1)));
            if (way != 0) return name.front() == '-' ? way > 0 : way < 0;
        }
        return false;
    });
    const auto size = Decimal::parse(target.query_value("oslc.pageSize"));
    std::size_t most = 0;
    while (size && most < pitfalls.page_rows_max && Decimal::from_int(static_cast<std::int64_t>(most)) < *size) ++most;
    std::size_t page = 1;
    while (!target.query_value("pageno").empty() && std::to_string(page) != target.query_value("pageno") && page < 999)
        ++page;
    const std::size_t begin = std::min((page - 1) * most, found.size());
    const std::size_t end = std::min(begin + most, found.size());
    Json members = Json::array();
    const bool whole = select.find("rel.labtrans") != std::string::npos;
    for (std::size_t i = begin; i < end; ++i) {
        if (whole && poisoned.contains(word_of(*found[i], "wonum")))
            return refused(pitfalls.poison_status, "FAKE-POISON", "an error occurred while a value was read");
        members.push_back(shown(structure, *found[i], select, target.query_value("internalvalues") == "1"));
    }
    Json info = Json::object({{"pagenum", static_cast<std::int64_t>(page)}});
    if (end < found.size()) {
        const std::string host = pitfalls.inner_hosts ? "https://maxapp01.inner:9443" : "http://maximo.test";
        info.set("nextPage", Json::object({{"href", host + std::string(base) + "/os/" + structure.name +
                                                        "?pageno=" + std::to_string(page + 1)}}));
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
    if (pitfalls.sessions_fail) return refused(500, "BMXAA7901E", "you cannot log in at this time");
    if (const std::string name = too_long(*body, pitfalls.externalrefid_max); !name.empty())
        return refused(400, "FAKE-LENGTH", "the value of " + name + " is too long");
    net::HttpResponse made;
    if (id.empty()) {
        made = create(request, *body);
    } else {
        const auto named = numbers_.find(id);
        const bool is_there = named != numbers_.end() && id == id_of(named->second, pitfalls.opaque_links);
        if (!is_there) return refused(404, "FAKE-MEMBER", "there is no such work order");
        Json& found = order(named->second);
        if (net::header(request.headers, "x-method-override") != "PATCH")
            return refused(400, "FAKE-OVERRIDE", "x-method-override: PATCH is missing");
        const std::string_view action = target.query_value("action");
        if (action.empty())
            made = change(request, *body, found);
        else if (action == "wsmethod:changeStatus" && !pitfalls.actions_fail)
            made = change_status(*body, found);
        else
            made = refused(500, "FAKE-ACTION", "the method could not be called");
    }
    if (made.status < 300 && !transaction.empty()) transactions_[transaction] = now;
    return made;
}

net::HttpResponse Fake::create(const net::HttpRequest& request, const Json& body) {
    for (const auto& [name, value] : body.members())
        if (!writable.contains(name) || !has(name))
            return refused(400, "FAKE-ATTRIBUTE", "the attribute " + name + " does not exist");
    if (body.text_or("siteid") != site) return refused(400, "FAKE-SITE", "the site is missing or unknown");
    const std::string number = make_order();
    for (const auto& [name, value] : body.members()) keep(number, name, value);
    net::HttpResponse made = pitfalls.silent_create ? answer(201) : shown_as(request, 201, number);
    made.headers.emplace_back("Location", link_of(order(number)));
    return made;
}

/// What the header `properties` asks for.
net::HttpResponse Fake::shown_as(const net::HttpRequest& request, int status, const std::string& number) const {
    const std::string wanted(net::header(request.headers, "properties"));
    if (wanted.empty()) return answer(status == 200 ? 204 : status);
    Json shown = Json::object();
    const Json& row = orders_[places_.at(number)];
    for (const auto& [name, inner] : parts_of_select(wanted))
        if (row.find(name) != nullptr) shown.set(name, *row.find(name));
    return answer(status, std::move(shown));
}

void Fake::keep(const std::string& number, const std::string& name, const Json& value) {
    if (pitfalls.attributes_ignored && (name.starts_with("tl_") || name == "externalrefid")) return;
    order(number).set(name, value);
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
    if (!pitfalls.memo_dropped) this->order(number).find("wostatus")->items().back().set("memo", body.text_or("memo"));
    if (pitfalls.moves_on && status == "APPR") move_to(number, "WMATL");
    return answer(204);
}

net::HttpResponse Fake::change(const net::HttpRequest& request, const Json& body, Json& order) {
    if (order.bool_or("historyflag", false)) return refused(400, "BMXAA4105E", "the record is in history");
    for (const auto& [name, value] : body.members()) {
        if (!writable.contains(name) || !has(name))
            return refused(400, "FAKE-ATTRIBUTE", "the attribute " + name + " does not exist");
    }
    const std::string number = order.text_or("wonum");
    const std::string status = body.text_or("status");
    if (!status.empty()) {
        if (pitfalls.status_patch_refused) return refused(400, "FAKE-READ-ONLY", "the attribute status is read-only");
        if (const std::string why = refuse_status(order, status, ""); !why.empty())
            return refused(400, why.substr(0, why.find(' ')), why.substr(why.find(' ') + 1));
        if (!pitfalls.status_kept) move_to(number, status);
        if (pitfalls.moves_on && status == "APPR") move_to(number, "WMATL");
    }
    const bool merges = net::header(request.headers, "patchtype") == "MERGE";
    for (const auto& [name, value] : body.members()) {
        if (name == "status") continue;
        if (!value.is_array() || !merges) {
            keep(number, name, value);
            continue;
        }
        for (Json line : value.items()) {
            line.set("createdate", where_time(std::chrono::floor<std::chrono::seconds>(now)));
            this->order(number).find(name)->push_back(std::move(line));
        }
    }
    touch(number);
    return shown_as(request, 200, number);
}

}  // namespace tieline::connectors::maximo
