// The door of the fake: sign-in, tokens, metadata, reading.

#include "connectors/sap_s4/test_sap_peer.h"

#include "connectors/odata/odata.h"
#include "connectors/sap_s4/test_sap_filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tieline::connectors::sap_s4::test {
namespace {

constexpr const char* sign_in = "Basic VElFTElORTpTZWNyZXQtMQ==";  // TIELINE:Secret-1

std::string text_of_file(const std::filesystem::path& path) {
    std::ifstream stream(path);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// "A_Set(K='1',L='2')" → A_Set, keys; "A_Set('1')" gives one without a name.
std::map<std::string, std::string> keys_of(const std::string& rest, std::string& set) {
    std::map<std::string, std::string> keys;
    const std::size_t open = rest.find('(');
    set = rest.substr(0, open);
    if (open == std::string::npos) return keys;
    std::string name, value;
    bool quoted = false;
    for (std::size_t at = open + 1; at < rest.size(); ++at) {
        const char c = rest[at];
        if (c == '\'' && quoted && at + 1 < rest.size() && rest[at + 1] == '\'') {
            value += rest[++at];
        } else if (c == '\'') {
            quoted = !quoted;
        } else if (quoted) {
            value += c;
        } else if (c == '=') {
            std::swap(name, value);
        } else if (c == ',' || c == ')') {
            keys[name] = value;
            name.clear();
            value.clear();
        } else {
            value += c;
        }
    }
    return keys;
}

bool matches(const Json& row, const std::map<std::string, std::string>& keys) {
    return std::all_of(keys.begin(), keys.end(), [&](const auto& key) { return row.text_or(key.first) == key.second; });
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// What is wrong with a value; "" for nothing.
std::string fault_of(const odata::Property& property, const Json& value) {
    if (value.is_null()) return {};
    if (property.type == "Edm.Boolean") return value.is_bool() ? "" : "is no boolean";
    if (!value.is_string()) return "must be a text (" + property.type + ")";
    const std::string& text = value.string();
    if (property.type == "Edm.String")
        return characters(text) > property.max_length ? "is longer than " + std::to_string(property.max_length) : "";
    if (property.type == "Edm.DateTime") return day_of(text).empty() ? "is no date" : "";
    if (property.type != "Edm.Decimal") return "is of a type that the fake does not take";
    const auto decimal = Decimal::parse(text);
    if (!decimal) return "is no decimal";
    const std::string plain = decimal->str();
    const std::size_t point = plain.find('.');
    const std::size_t after = point == std::string::npos ? 0 : plain.size() - point - 1;
    const auto digits = std::count_if(plain.begin(), plain.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (after > static_cast<std::size_t>(property.scale)) return "has too many decimals";
    return digits > property.precision ? "has too many digits" : "";
}

}  // namespace

Settings settings() {
    Settings made;
    made.name = "erp";
    made.values = {{"url", std::string(base_url)},
                   {"user", "TIELINE"},
                   {"password", "Secret-1"},
                   {"plant", "1010"},
                   {"client", "100"},
                   {"reservation_cost_center", "CC-100"}};
    return made;
}

Decimal number(std::string_view text) { return *Decimal::parse(text); }

std::string day_of(std::string_view text) {
    if (const auto date = odata::date_of(text)) return *date;
    if (text.size() == 19 && text.substr(10) == "T00:00:00" && parse_date(text.substr(0, 10)))
        return std::string(text.substr(0, 10));
    return {};
}

std::string json_day(const std::string& date) {
    const auto start = parse_time(date + "T00:00:00Z");
    return start ? "/Date(" + std::to_string(start->time_since_epoch().count()) + ")/" : std::string();
}

SapPeer::SapPeer() {
    for (const auto& file : std::filesystem::directory_iterator(TIELINE_SAP_METADATA)) {
        if (file.path().extension() != ".xml") continue;
        auto service = odata::Metadata::parse(text_of_file(file.path()), file.path().stem().string());
        EXPECT_TRUE(service) << file.path();
        if (service) services_.push_back(std::move(*service));
    }
    stock = {{"SEAL-9", "1000000"}, {"BEARING-6204", "1000000"}, {"FEW-1", "3"}};
}

const odata::Metadata& SapPeer::metadata(std::string_view service) const {
    const auto found = std::find_if(services_.begin(), services_.end(),
                                    [&](const odata::Metadata& each) { return each.service() == service; });
    EXPECT_NE(found, services_.end()) << service;
    return *found;
}

const Json::Array& SapPeer::rows(const std::string& set) const {
    static const Json::Array none;
    const auto found = tables_.find(set);
    return found == tables_.end() ? none : found->second;
}

std::string SapPeer::state() const {
    std::string text;
    for (const auto& [set, rows] : tables_) text += set + Json(rows).dump();
    for (const auto& [material, quantity] : stock) text += material + quantity;
    return text;
}

SapPeer::Answer SapPeer::refused(int status, const std::string& code, const std::string& words,
                                 const std::string& field) {
    Json detail = Json::object({{"code", code}, {"message", words}, {"severity", "error"}, {"propertyref", field}});
    Json inner = Json::object({{"transactionid", "A1B2"}, {"errordetails", Json(Json::Array{detail})}});
    return {status, Json::object({{"error", Json::object({{"code", code},
                                                          {"message", Json::object({{"lang", "en"}, {"value", words}})},
                                                          {"innererror", inner}})}})};
}

net::HttpResponse SapPeer::response(Answer answer) const {
    net::HttpResponse made{answer.status, std::move(answer.headers), ""};
    if (answer.status == 204) return made;
    const Json* error = answer.body.find("error");
    if (error != nullptr && switches.xml_errors) {
        made.body = "<?xml version=\"1.0\"?><error xmlns=\"x\"><code>" + error->text_or("code") + "</code><message>" +
                    base::xml_escape(error->find("message")->text_or("value")) + "</message></error>";
        return made;
    }
    made.body = error != nullptr ? answer.body.dump() : Json::object({{"d", answer.body}}).dump();
    return made;
}

bool SapPeer::token_fits(const net::HttpRequest& request, const std::string& service) {
    if (!switches.token_needed) return true;
    if (switches.expire_tokens > 0) {
        --switches.expire_tokens;
        sessions_.clear();
    }
    const std::string_view token = net::header(request.headers, "X-CSRF-Token");
    const std::string_view cookies = net::header(request.headers, "Cookie");
    return std::any_of(sessions_.begin(), sessions_.end(), [&](const Session& session) {
        return session.service == service && session.token == token &&
               cookies == session.cookie + "; sap-usercontext=sap-client=100";
    });
}

/// What stands before every service: sign-in, throttling, rights, tokens.
std::optional<net::HttpResponse> SapPeer::gate(const net::HttpRequest& request, const std::string& service) {
    if (net::header(request.headers, "Authorization") != sign_in)
        return net::HttpResponse{401, {{"WWW-Authenticate", "Basic"}}, "<html>Logon failed</html>"};
    if (switches.throttle > 0) {
        --switches.throttle;
        std::vector<net::Header> headers;
        if (!switches.throttle_without_time) headers.emplace_back("Retry-After", "7");
        return net::HttpResponse{429, headers, ""};
    }
    if (switches.denied.contains(service)) return response(refused(403, "/IWFND/MED/170", "No authorization"));
    return std::nullopt;
}

Result<net::HttpResponse> SapPeer::answer(const net::HttpRequest& request) {
    ++requests;
    EXPECT_TRUE(request.url.starts_with(base_url)) << request.url;
    std::string url = request.url.substr(base_url.size());
    if (url == "/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi") {
        if (auto stopped = gate(request, "journal")) return *stopped;
        net::HttpResponse posted = journal(request);
        if (switches.lose_answers > 0 && posted.status == 200) {
            --switches.lose_answers;
            return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset");
        }
        return posted;
    }
    const auto target = net::parse_target(url);
    if (!target || !target->path.starts_with(odata_root)) return net::HttpResponse{404, {}, "<html>not found</html>"};
    std::string path = target->path.substr(odata_root.size());
    path = *net::url_decode(path);
    const std::string service = path.substr(0, path.find('/'));
    const std::string rest = path.find('/') == std::string::npos ? "" : path.substr(path.find('/') + 1);
    if (auto stopped = gate(request, service)) return *stopped;
    const bool known = std::any_of(services_.begin(), services_.end(),
                                   [&](const odata::Metadata& each) { return each.service() == service; });
    if (!known) return response(refused(404, "/IWFND/MED/170", "No service found for " + service));
    if (request.method != "GET") return write(request, metadata(service), rest, *target);
    Answer read_answer = rest.empty() ? Answer{200, Json::object({{"EntitySets", Json::array()}}), {}}
                                      : read(metadata(service), rest, *target);
    if (rest.empty() && net::header(request.headers, "X-CSRF-Token") == "Fetch" && switches.token_needed) {
        const std::string mark = std::to_string(++counter_);
        sessions_.push_back({service, "token-" + mark + "==", "SAP_SESSIONID_S4H_100=s" + mark});
        read_answer.headers = {{"x-csrf-token", sessions_.back().token},
                               {"set-cookie", sessions_.back().cookie + "; path=/; secure; HttpOnly"},
                               {"set-cookie", "sap-usercontext=sap-client=100; path=/"}};
        if (switches.drop_cookies) read_answer.headers.resize(1);
    }
    return response(std::move(read_answer));
}

Result<net::HttpResponse> SapPeer::write(const net::HttpRequest& request, const odata::Metadata& service,
                                         const std::string& rest, const net::Target& target) {
    if (!token_fits(request, service.service()))
        return net::HttpResponse{403, {{"x-csrf-token", "Required"}}, "CSRF token validation failed"};
    if (switches.error_inside > 0) {
        --switches.error_inside;
        Answer inside = refused(200, "/IWBEP/CX_MGW_BUSI_EXCEPTION", "The request was not carried out");
        return response(std::move(inside));
    }
    std::string set;
    const std::map<std::string, std::string> keys = keys_of(rest, set);
    Answer done;
    if (service.function(set) != nullptr) {
        done = request.method == "POST" ? call(set, target) : refused(405, "X/405", "Method not allowed");
    } else if (const odata::EntityType* type = service.type_of_set(set); type == nullptr) {
        done = refused(404, "005056A509B11EE1B9A8FEC11C21578E", "Resource not found for segment '" + set + "'");
    } else {
        const auto body = Json::parse(request.body);
        const bool is_patch = request.method == "PATCH" && !keys.empty();
        if (net::header(request.headers, "Content-Type") != "application/json" || !body || !body->is_object())
            done = refused(400, "/IWCOR/CX_DS_EDM_FACADE", "Malformed body");
        else if (!is_patch && (request.method != "POST" || !keys.empty()))
            done = refused(405, "X/405", "Method not allowed");
        else if (!is_patch && !service.set(set)->creatable)
            done = refused(405, "/IWBEP/CM_MGW_RT/021", "Method 'CREATE' not supported for " + set);
        else
            done = checked_body(service, *type, *body, is_patch);
        if (done.status == 200) done = is_patch ? patch(set, keys, *body) : create(set, *body);
    }
    const bool went_well = done.status < 300;
    if (went_well && switches.lose_answers > 0) {
        --switches.lose_answers;
        return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset");
    }
    if (went_well && switches.dump_after_commit > 0) {
        --switches.dump_after_commit;
        return net::HttpResponse{500, {}, "<html><body>Application Server Error: TIME_OUT</body></html>"};
    }
    if (went_well && switches.warns)
        done.headers.emplace_back("sap-message", R"({"code":"M7/064","message":"Stock below safety","details":[]})");
    return response(std::move(done));
}

SapPeer::Answer SapPeer::checked_body(const odata::Metadata& service, const odata::EntityType& type, const Json& body,
                                      bool is_patch) const {
    for (const auto& [name, value] : body.members()) {
        if (const odata::EntityType* inner = service.target(type, name); inner != nullptr) {
            const Json* list = value.is_array() ? &value : value.find("results");
            if (is_patch || list == nullptr || list->items().empty())
                return refused(400, "/IWBEP/CM_MGW_RT/020", "'" + name + "' is no list with something in it", name);
            for (const Json& each : list->items()) {
                Answer nested = checked_body(service, *inner, each, false);
                if (nested.status != 200) return nested;
            }
            continue;
        }
        const odata::Property* property = type.property(name);
        if (property == nullptr)
            return refused(400, "/IWCOR/CX_DS_EP_PROPERTY_ERROR", "Property '" + name + "' is invalid", name);
        const std::string fault = fault_of(*property, value);
        if (!fault.empty()) return refused(400, "/IWCOR/CX_DS_EDM_FACADE", "Property '" + name + "' " + fault, name);
        if (is_patch && type.is_key(name)) return refused(400, "X/KEY", "Key '" + name + "' cannot change", name);
        if (is_patch ? !property->updatable : !property->creatable)
            return refused(400, "X/READONLY", "Property '" + name + "' is read-only", name);
    }
    return {};
}

SapPeer::Answer SapPeer::read(const odata::Metadata& service, const std::string& rest,
                              const net::Target& target) const {
    std::string set;
    const std::map<std::string, std::string> keys = keys_of(rest, set);
    const odata::EntityType* type = service.type_of_set(set);
    if (type == nullptr)
        return refused(404, "005056A509B11EE1B9A8FEC11C21578E", "Resource not found for segment '" + set + "'");
    if (!keys.empty()) {
        for (const auto& [name, value] : keys)
            if (!type->is_key(name)) return refused(400, "X/KEY", "'" + name + "' is no key of " + set, name);
        if (keys.size() != type->keys.size()) return refused(400, "X/KEY", "Keys of " + set + " are missing");
        for (const Json& row : rows(set))
            if (matches(row, keys)) return {200, row, {}};
        return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
    }
    Selection selection;
    const std::string wrong = selection.read(*type, target);
    if (!wrong.empty()) return refused(400, "/IWFND/CM_MGW/537", wrong);
    Json::Array found = selection.chosen(rows(set));
    for (const std::string& path : selection.expands) {
        const std::string navigation = path.substr(0, path.find('/'));
        const odata::EntityType* inner = service.target(*type, navigation);
        if (inner == nullptr) return refused(400, "/IWFND/CM_MGW/537", "No navigation '" + navigation + "'");
        for (const odata::EntitySet& each : service.sets()) {
            if (each.type != inner->name) continue;
            for (Json& row : found) row.set(navigation, joined(row, *type, rows(each.name), *inner));
        }
    }
    return {200, Json::object({{"results", Json(std::move(found))}}), {}};
}

}  // namespace tieline::connectors::sap_s4::test
