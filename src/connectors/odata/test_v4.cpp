#include "connectors/odata/test_v4.h"

#include "base/decimal.h"
#include "base/time.h"
#include "connectors/odata/test_names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tieline::connectors::odata::test {
namespace {

std::vector<std::string> split(const std::string& text, const std::string& by) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t at = text.find(by); at != std::string::npos; at = text.find(by, from)) {
        parts.push_back(text.substr(from, at - from));
        from = at + by.size();
    }
    parts.push_back(text.substr(from));
    return parts;
}

bool is_guid(const std::string& text) {
    return text.size() == 36 && text.find_first_not_of("0123456789abcdefABCDEF-") == std::string::npos;
}

/// What is wrong with a value; "" for nothing.
std::string wrong_with(const std::string& type, const Json& value) {
    if (value.is_null()) return {};
    const std::vector<std::string> parts = split(type, ":");
    if (parts[0] == "Edm.Boolean") return value.is_bool() ? "" : "is no boolean";
    if (!value.is_string()) return "must be a text (" + parts[0] + ")";
    const std::string& text = value.string();
    if (parts[0] == "Edm.String") return characters(text) > std::stoul(parts[1]) ? "is too long" : "";
    if (parts[0] == "Edm.Date") return parse_date(text) ? "" : "is no date";
    if (parts[0] == "Edm.DateTimeOffset") return parse_time(text) ? "" : "is no time";
    if (parts[0] == "Edm.Guid") return is_guid(text) ? "" : "is no GUID";
    const auto decimal = Decimal::parse(text);
    if (!decimal) return "is no decimal";
    const std::string plain = decimal->str();
    const std::size_t point = plain.find('.');
    return point != std::string::npos && plain.size() - point - 1 > std::stoul(parts[2]) ? "has too many decimals" : "";
}

/// "Field eq literal", joined by and. What is wrong is told by `wrong`.
bool fits(const Json& row, const V4Set& set, const std::string& filter, std::string& wrong) {
    for (const std::string& term : split(filter, " and ")) {
        const std::vector<std::string> words = split(term, " ");
        const auto field = words.size() < 3 ? set.fields.end() : set.fields.find(words[0]);
        if (field == set.fields.end()) {
            wrong = "term '" + term + "'";
            return false;
        }
        std::string literal = term.substr(words[0].size() + words[1].size() + 2);
        const bool is_quoted = literal.size() > 1 && literal.front() == '\'' && literal.back() == '\'';
        if (is_quoted != field->second.starts_with("Edm.String")) wrong = "literal " + literal;
        if (is_quoted) literal = literal.substr(1, literal.size() - 2);
        if (!wrong.empty() || !wrong_with(field->second, literal).empty()) {
            wrong = "literal " + literal;
            return false;
        }
        const std::string value = row.text_or(words[0]);
        const bool holds = words[1] == "eq" ? value == literal : words[1] == "ge" && value >= literal;
        if (!holds) return false;
    }
    return true;
}

}  // namespace

V4Service::V4Service(std::string root_url, std::vector<V4Set> sets)
    : root_url_(std::move(root_url)), path_(root_url_.substr(root_url_.find('/', 8))), sets_(std::move(sets)) {}

V4Service::Answer V4Service::refused(int status, const std::string& code, const std::string& words,
                                     const std::string& target) {
    Json detail = Json::object({{"code", code}, {"message", words + ", in detail"}, {"target", target}});
    Json error = Json::object({{"code", code}, {"message", words}, {"target", target}});
    error.set("details", Json(Json::Array{std::move(detail)}));
    return {status, {{"OData-Version", "4.0"}}, Json::object({{"error", std::move(error)}}).dump()};
}

const V4Set* V4Service::set_of(const std::string& name) const {
    const auto found = std::find_if(sets_.begin(), sets_.end(), [&](const V4Set& set) { return set.name == name; });
    return found == sets_.end() ? nullptr : &*found;
}

std::string V4Service::key_of(const V4Set& set, const Json& row) const {
    std::string key;
    for (const std::string& name : set.keys) key += (key.empty() ? "" : "/") + row.text_or(name);
    return key;
}

Json* V4Service::row_of(const V4Set& set, const std::string& key) {
    for (Json& row : tables_[set.name])
        if (key_of(set, row) == key) return &row;
    return nullptr;
}

void V4Service::touch(const std::string& set, const std::string& key, Json* row) {
    if (row != nullptr) row->set("@odata.etag", "W/\"" + std::to_string(++versions_) + "\"");
    log_.push_back({set, key});
}

void V4Service::add(const std::string& set, Json row) {
    const V4Set& of = *set_of(set);
    EXPECT_EQ(fault_of(of, row, false), "");
    touch(set, key_of(of, row), &row);
    tables_[set].push_back(std::move(row));
}

void V4Service::change(const std::string& set, const std::string& key, const std::string& field, Json value) {
    Json* row = row_of(*set_of(set), key);
    row->set(field, std::move(value));
    touch(set, key, row);
}

void V4Service::remove(const std::string& set, const std::string& key) {
    const V4Set& of = *set_of(set);
    std::erase_if(tables_[set], [&](const Json& row) { return key_of(of, row) == key; });
    touch(set, key, nullptr);
}

std::string V4Service::fault_of(const V4Set& set, const Json& body, bool is_patch) const {
    for (const auto& [name, value] : body.members()) {
        if (const auto inner = set.navigation.find(name); inner != set.navigation.end()) {
            if (is_patch || !value.is_array()) return name + " is no list";
            for (const Json& each : value.items())
                if (const std::string fault = fault_of(*set_of(inner->second), each, false); !fault.empty())
                    return fault;
            continue;
        }
        const auto field = set.fields.find(name);
        if (field == set.fields.end()) return name + " is unknown";
        if (const std::string wrong = wrong_with(field->second, value); !wrong.empty()) return name + " " + wrong;
        if (is_patch && std::count(set.keys.begin(), set.keys.end(), name) > 0) return name + " is a key";
    }
    return {};
}

std::string V4Service::link(const std::string& rest) const {
    return switches.inner_host ? "https://inner:44300" + path_ + "/" + rest : root_url_ + "/" + rest;
}

/// Decimals as texts only where the request says that it takes them.
V4Service::Answer V4Service::shown(const net::HttpRequest& request, int status, Json body) const {
    EXPECT_NE(net::header(request.headers, "Accept").find("IEEE754Compatible=true"), std::string_view::npos);
    return {status, {{"OData-Version", "4.0"}, {"Content-Type", "application/json"}}, body.dump()};
}

Result<net::HttpResponse> V4Service::answer(const net::HttpRequest& request) {
    ++requests;
    EXPECT_TRUE(request.url.starts_with(root_url_ + "/")) << request.url;
    const bool is_root = request.url == root_url_ + "/";
    if (request.method == "GET" && is_root) {
        Answer root{200, {}, R"({"value":[]})"};
        if (net::header(request.headers, "X-CSRF-Token") == "Fetch") root.headers = tokens_.give("v4");
        return root;
    }
    if (request.method != "GET" && !tokens_.fit(request, "v4"))
        return Answer{403, {{"x-csrf-token", "Required"}}, "CSRF token validation failed"};
    Answer made = request.url == root_url_ + "/$batch" ? batch(request) : single(request);
    if (made.status < 300 && switches.break_off > 0) {
        --switches.break_off;
        return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset");
    }
    return made;
}

V4Service::Answer V4Service::single(const net::HttpRequest& request) {
    EXPECT_EQ(net::header(request.headers, "OData-MaxVersion"), "4.0");
    const auto target = net::parse_target(request.url.substr(root_url_.size()));
    if (!target) return refused(400, "V4/400", "No address");
    std::string name;
    const auto keys = keys_of(net::url_decode(target->path)->substr(1), name);
    const V4Set* set = set_of(name);
    if (set == nullptr) return refused(404, "V4/404", "No set '" + name + "'");
    if (switches.error_inside > 0) {
        --switches.error_inside;
        return {200, {}, refused(200, "V4/1", "It was not carried out").body};
    }
    std::string key;
    for (const std::string& each : set->keys) {
        const auto given = keys.find(keys.size() == 1 && keys.begin()->first.empty() ? "" : each);
        key += (key.empty() ? "" : "/") + (given == keys.end() ? std::string() : given->second);
    }
    if (keys.empty() && request.method == "GET") return read_set(request, *set, *target);
    if (keys.empty() && request.method == "POST") {
        const auto body = Json::parse(request.body);
        EXPECT_NE(net::header(request.headers, "Content-Type").find("IEEE754Compatible=true"), std::string_view::npos);
        const std::string fault = body ? fault_of(*set, *body, false) : "It is no JSON";
        return fault.empty() ? create(*set, *body) : refused(400, "V4/FIELD", fault, fault.substr(0, fault.find(' ')));
    }
    if (keys.empty()) return refused(405, "V4/405", "Not of a set");
    Json* row = row_of(*set, key);
    if (row == nullptr) return refused(404, "V4/404", "Not found");
    return request.method == "GET" ? shown(request, 200, *row) : change_one(request, *set, key);
}

V4Service::Answer V4Service::read_set(const net::HttpRequest& request, const V4Set& set, const net::Target& target) {
    if (const auto token = target.query_value("$deltatoken"); !token.empty()) return changes(set, std::string(token));
    const std::string filter(target.query_value("$filter")), skip(target.query_value("$skiptoken"));
    std::string wrong;
    Json::Array chosen;
    for (const Json& row : tables_[set.name])
        if (filter.empty() || fits(row, set, filter, wrong)) chosen.push_back(row);
    if (!wrong.empty()) return refused(400, "V4/FILTER", "Invalid " + wrong);
    const std::string prefer(net::header(request.headers, "Prefer"));
    std::size_t most = switches.page_rows;
    if (const std::size_t at = prefer.find("odata.maxpagesize="); at != std::string::npos)
        most = std::min<std::size_t>(most, std::stoul(prefer.substr(at + 18)));
    const std::size_t from = skip.empty() ? 0 : std::stoul(skip);
    Json body = Json::object({{"@odata.context", "$metadata#" + set.name}});
    Json::Array page;
    for (std::size_t i = from; i < std::min(chosen.size(), from + most); ++i) page.push_back(chosen[i]);
    body.set("value", Json(std::move(page)));
    const std::string kept = filter.empty() ? "" : "$filter=" + net::url_encode(filter) + "&";
    if (from + most < chosen.size())
        body.set("@odata.nextLink", link(set.name + "?" + kept + "$skiptoken=" + std::to_string(from + most)));
    else if (prefer.find("odata.track-changes") != std::string::npos && switches.tracks)
        body.set("@odata.deltaLink", link(set.name + "?$deltatoken=" + std::to_string(log_.size())));
    return shown(request, 200, std::move(body));
}

V4Service::Answer V4Service::changes(const V4Set& set, const std::string& token) {
    if (switches.loses_delta) return refused(410, "V4/410", "The delta token is no longer known");
    Json::Array told;
    std::set<std::string> seen;
    int gone = 0;
    for (std::size_t i = std::stoul(token); i < log_.size(); ++i) {
        if (log_[i].set != set.name || !seen.insert(log_[i].key).second) continue;
        if (const Json* row = row_of(set, log_[i].key)) {
            told.push_back(*row);
        } else if (gone++ % 2 == 0) {  // as version 4.0 writes it, and as 4.01 does
            told.push_back(Json::object({{"@odata.context", "$metadata#" + set.name + "/$deletedEntity"},
                                         {"id", set.name + "('" + log_[i].key + "')"},
                                         {"reason", "deleted"}}));
        } else {
            told.push_back(
                Json::object({{"@removed", Json::object({{"reason", "changed"}})}, {set.keys.front(), log_[i].key}}));
        }
    }
    Json body = Json::object({{"value", Json(std::move(told))}});
    body.set("@odata.deltaLink", link(set.name + "?$deltatoken=" + std::to_string(log_.size())));
    return {200, {}, body.dump()};
}

V4Service::Answer V4Service::create(const V4Set& set, Json body) {
    if (row_of(set, key_of(set, body)) != nullptr) return refused(400, "V4/002", "It is there already");
    for (const auto& [navigation, inner] : set.navigation) {
        const Json* list = body.find(navigation);
        if (list == nullptr) continue;
        for (Json each : list->items()) {
            for (const std::string& key : set.keys) each.set(key, body.text_or(key));
            touch(inner, key_of(*set_of(inner), each), &each);
            tables_[inner].push_back(std::move(each));
        }
    }
    touch(set.name, key_of(set, body), &body);
    tables_[set.name].push_back(body);
    for (const auto& [navigation, inner] : set.navigation) tables_[set.name].back().erase(navigation);
    return {201, {{"ETag", body.text_or("@odata.etag")}}, body.dump()};
}

V4Service::Answer V4Service::change_one(const net::HttpRequest& request, const V4Set& set, const std::string& key) {
    Json* row = row_of(set, key);
    const std::string_view etag = net::header(request.headers, "If-Match");
    if (etag.empty()) return refused(428, "", "A precondition is required");
    if (etag != row->text_or("@odata.etag")) return refused(412, "", "The precondition failed");
    if (request.method == "DELETE") {
        remove(set.name, key);
        return {204, {}, ""};
    }
    const auto body = Json::parse(request.body);
    const std::string fault = request.method != "PATCH" ? "Only PATCH" : body ? fault_of(set, *body, true) : "No JSON";
    if (!fault.empty()) return refused(400, "V4/FIELD", fault, fault.substr(0, fault.find(' ')));
    for (const auto& [name, value] : body->members()) row->set(name, value);
    touch(set.name, key, row);
    const bool shows = net::header(request.headers, "Prefer") == "return=representation";
    return shows ? shown(request, 200, *row) : Answer{204, {}, ""};
}

V4Service::Answer V4Service::in_batch(const net::HttpRequest& whole, const Json& message) {
    net::HttpRequest made;
    made.method = message.text_or("method");
    for (char& c : made.method) c = static_cast<char>(c - 32);  // small letters only
    const std::string url = message.text_or("url");
    EXPECT_FALSE(url.empty() || url.front() == '/' || url.front() == '$') << url;
    made.url = root_url_ + "/" + url;
    const Json* headers = message.find("headers");
    EXPECT_TRUE(headers != nullptr && headers->is_object());
    for (const auto& [name, value] : headers->members()) made.headers.emplace_back(name, value.string());
    EXPECT_EQ(net::header(made.headers, "Authorization"), "");
    made.headers.emplace_back("OData-MaxVersion", std::string(net::header(whole.headers, "OData-MaxVersion")));
    if (const Json* body = message.find("body")) made.body = body->dump();
    return single(made);
}

V4Service::Answer V4Service::batch(const net::HttpRequest& request) {
    if (switches.no_batch) return {415, {}, ""};
    EXPECT_EQ(net::header(request.headers, "Content-Type"), "application/json");
    const auto body = Json::parse(request.body);
    EXPECT_TRUE(body && body->find("requests") != nullptr);
    std::map<std::string, Json> answers;  // by id
    std::vector<std::string> order;
    std::set<std::string> failed;
    const Json::Array& all = body->find("requests")->items();
    const auto tell = [&](const std::string& id, const Answer& made) {
        Json headers = Json::object();
        for (const auto& [name, value] : made.headers) headers.set(name, value);
        Json told = Json::object({{"id", id}, {"status", made.status}, {"headers", std::move(headers)}});
        if (const auto content = Json::parse(made.body)) told.set("body", *content);
        if (!answers.contains(id)) order.push_back(id);
        answers[id] = std::move(told);
    };
    for (std::size_t i = 0; i < all.size();) {
        const std::string group = all[i].text_or("atomicityGroup");
        const auto tables = tables_;
        std::size_t end = i + 1;
        while (!group.empty() && end < all.size() && all[end].text_or("atomicityGroup") == group) ++end;
        bool has_failed = false;
        for (std::size_t at = i; at < end; ++at) {
            const std::string id = all[at].text_or("id");
            bool waits = has_failed;
            if (const Json* after = all[at].find("dependsOn"))
                for (const Json& each : after->items()) waits = waits || failed.contains(each.string());
            const Answer made = waits ? refused(424, "", "Not tried") : in_batch(request, all[at]);
            if (made.status >= 400) {
                failed.insert(id);
                has_failed = true;
                for (std::size_t before = i; before < at; ++before)
                    tell(all[before].text_or("id"), refused(424, "", "Taken back"));
            }
            tell(id, made);
        }
        const bool goes_on = net::header(request.headers, "Prefer") == "odata.continue-on-error";
        if (has_failed && !goes_on) break;
        if (has_failed && !group.empty()) {
            tables_ = tables;
            failed.insert(group);
            if (switches.group_as_one) {
                for (std::size_t at = i; at < end; ++at) std::erase(order, all[at].text_or("id"));
                tell(group, refused(400, "V4/002", "It is there already"));
            }
        }
        i = end;
    }
    if (switches.reversed) std::reverse(order.begin(), order.end());
    Json::Array told;
    for (const std::string& id : order)
        if (id != std::to_string(switches.unanswered + 1)) told.push_back(answers[id]);
    return {200, {{"Content-Type", "application/json"}}, Json::object({{"responses", Json(std::move(told))}}).dump()};
}

}  // namespace tieline::connectors::odata::test
