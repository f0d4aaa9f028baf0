#include "connectors/odata/test_service.h"

#include "base/decimal.h"
#include "base/hash.h"
#include "base/xml/xml.h"
#include "connectors/odata/odata.h"
#include "connectors/odata/test_filter.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tieline::connectors::odata::test {
namespace {

constexpr const char* sign_in = "Basic VElFTElORTpTZWNyZXQtMQ==";  // TIELINE:Secret-1

std::string decimal_fault(const Property& property, const std::string& text) {
    const auto decimal = Decimal::parse(text);
    if (!decimal) return "is no decimal";
    const std::string plain = decimal->str();
    const std::size_t point = plain.find('.');
    const std::size_t after = point == std::string::npos ? 0 : plain.size() - point - 1;
    const auto digits = std::count_if(plain.begin(), plain.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (after > static_cast<std::size_t>(property.scale)) return "has too many decimals";
    return digits > property.precision ? "has too many digits" : "";
}

/// What is wrong with a value; "" for nothing.
std::string fault_of(const Property& property, const Json& value) {
    if (value.is_null()) return property.nullable ? "" : "must have a value";
    if (property.type == "Edm.Boolean") return value.is_bool() ? "" : "is no boolean";
    if (!value.is_string()) return "must be a text (" + property.type + ")";
    const std::string& text = value.string();
    if (property.type == "Edm.String")
        return characters(text) > property.max_length ? "is longer than " + std::to_string(property.max_length) : "";
    if (property.type == "Edm.DateTime") return day_of(text).empty() ? "is no date" : "";
    if (property.type == "Edm.DateTimeOffset") return time_of(text) ? "" : "is no " + property.type;
    if (property.type == "Edm.Time") return text.starts_with("PT") ? "" : "is no " + property.type;
    if (property.type != "Edm.Decimal") return "is of a type that the fake does not take";
    return decimal_fault(property, text);
}

}  // namespace

std::string etag_of(const Json& row) { return "W/\"" + hex(sha256(row.dump())).substr(0, 16) + "\""; }

Service::Service(const std::string& folder, std::string base_url) : base_url_(std::move(base_url)) {
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        if (file.path().extension() != ".xml") continue;
        std::stringstream text;
        text << std::ifstream(file.path()).rdbuf();
        auto service = Metadata::parse(text.str(), file.path().stem().string());
        demand(service.has_value(), file.path().string() + " is no metadata");
        services_.push_back(std::move(*service));
    }
}

const Metadata& Service::metadata(std::string_view service) const {
    const auto found = std::find_if(services_.begin(), services_.end(),
                                    [&](const Metadata& each) { return each.service() == service; });
    demand(found != services_.end(), "no service " + std::string(service));
    return *found;
}

const Json::Array& Service::rows(const std::string& set) const {
    static const Json::Array none;
    const auto found = tables_.find(set);
    return found == tables_.end() ? none : found->second;
}

std::string Service::state() const {
    std::string text;
    for (const auto& [set, rows] : tables_)
        if (!rows.empty()) text += set + Json(rows).dump();
    return text;
}

void Service::add_row(const std::string& set, Json row) {
    const auto service = std::find_if(services_.begin(), services_.end(),
                                      [&](const Metadata& each) { return each.set(set) != nullptr; });
    demand(service != services_.end(), "no service has a set " + set);
    const EntityType* type = service->type_of_set(set);
    for (const auto& [name, value] : row.members()) {
        const Property* property = type->property(name);
        demand(property != nullptr, set + " has no " + name);
        const std::string fault = fault_of(*property, value);
        demand(fault.empty(), set + "/" + name + " " + fault);
    }
    rows(set).push_back(std::move(row));
}

Json* Service::row_of(const std::string& set, const Keys& keys) {
    for (Json& row : rows(set))
        if (matches(row, keys)) return &row;
    return nullptr;
}

Service::Answer Service::refused(int status, const std::string& code, const std::string& words,
                                 const std::string& field) {
    Json detail = Json::object({{"code", code}, {"message", words}, {"severity", "error"}, {"propertyref", field}});
    Json inner = Json::object({{"transactionid", "A1B2"}, {"errordetails", Json(Json::Array{detail})}});
    Json message = Json::object({{"lang", "en"}, {"value", words}});
    return {status,
            Json::object(
                {{"error", Json::object({{"code", code}, {"message", message}, {"innererror", std::move(inner)}})}})};
}

net::HttpResponse Service::response(Answer answer) const {
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

bool Service::token_fits(const net::HttpRequest& request, const std::string& service) {
    if (!switches.token_needed) return true;
    if (switches.expire_tokens > 0) {
        --switches.expire_tokens;
        tokens_.forget();
    }
    return tokens_.fit(request, service);
}

std::optional<net::HttpResponse> Service::gate(const net::HttpRequest& request, const std::string& service) {
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

Result<net::HttpResponse> Service::answer(const net::HttpRequest& request) {
    ++requests;
    demand(request.url.starts_with(base_url_), "a request to another host: " + request.url);
    const std::string address = request.url.substr(base_url_.size());
    const auto target = net::parse_target(address);
    if (!target || !target->path.starts_with(root)) return beside(request, address);
    const std::string path = *net::url_decode(target->path.substr(root.size()));
    const std::string service = path.substr(0, path.find('/'));
    const std::string rest = path.find('/') == std::string::npos ? "" : path.substr(path.find('/') + 1);
    if (auto stopped = gate(request, service)) return *stopped;
    const bool known = std::any_of(services_.begin(), services_.end(),
                                   [&](const Metadata& each) { return each.service() == service; });
    if (!known) return response(refused(404, "/IWFND/MED/170", "No service found for " + service));
    if (request.method != "GET") return write(request, metadata(service), rest, *target);
    Answer read_answer = rest.empty() ? Answer{200, Json::object({{"EntitySets", Json::array()}}), {}}
                                      : read(metadata(service), rest, *target);
    if (rest.empty() && net::header(request.headers, "X-CSRF-Token") == "Fetch" && switches.token_needed) {
        read_answer.headers = tokens_.give(service);
        if (switches.drop_cookies) read_answer.headers.resize(1);
    }
    return response(std::move(read_answer));
}

Result<net::HttpResponse> Service::write(const net::HttpRequest& request, const Metadata& service,
                                         const std::string& rest, const net::Target& target) {
    if (!token_fits(request, service.service()))
        return net::HttpResponse{403, {{"x-csrf-token", "Required"}}, "CSRF token validation failed"};
    if (switches.error_inside > 0) {
        --switches.error_inside;
        return response(refused(200, "/IWBEP/CX_MGW_BUSI_EXCEPTION", "The request was not carried out"));
    }
    Answer done = carry_out(request, service, rest, target);
    const bool went_well = done.status < 300;
    if (went_well && switches.lose_answers > 0) {
        --switches.lose_answers;
        return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset");
    }
    if (went_well && switches.dump_after_commit > 0) {
        --switches.dump_after_commit;
        return net::HttpResponse{500, {}, "<html><body>Application Server Error: TIME_OUT</body></html>"};
    }
    if (went_well && switches.warns) done.headers.emplace_back("sap-message", warning());
    return response(std::move(done));
}

Service::Answer Service::remove(const std::string& set, const Keys& /*keys*/) {
    return refused(405, "X/405", "Nothing can be deleted in " + set);
}

Result<net::HttpResponse> Service::beside(const net::HttpRequest& /*request*/, const std::string& /*address*/) {
    return net::HttpResponse{404, {}, "<html>not found</html>"};
}

Json::Array Service::reckoned(const std::string& /*set*/) const { return {}; }

std::string Service::joined_by(const EntityType& /*inner*/, const std::string& key) const { return key; }

std::string Service::warning() const { return R"({"code":"IW/085","message":"Check the dates","details":[]})"; }

Service::Keys Service::named(Keys keys, const EntityType& type) {
    if (keys.size() == 1 && keys.begin()->first.empty() && type.keys.size() == 1)
        return {{type.keys.front(), keys.begin()->second}};
    return keys;
}

Service::Answer Service::carry_out(const net::HttpRequest& request, const Metadata& service, const std::string& rest,
                                   const net::Target& target) {
    std::string set;
    Keys keys = keys_of(rest, set);
    if (const Function* function = service.function(set); function != nullptr) {
        if (request.method != "POST") return refused(405, "X/405", "Method not allowed");
        if (!request.body.empty()) return refused(400, "X/400", "A function takes no body");
        return checked_call(*function, target);
    }
    const EntityType* type = service.type_of_set(set);
    if (type == nullptr)
        return refused(404, "005056A509B11EE1B9A8FEC11C21578E", "Resource not found for segment '" + set + "'");
    keys = named(std::move(keys), *type);
    if (request.method == "DELETE" && !keys.empty() && request.body.empty())
        return changed(request, set, keys, nullptr);
    const auto body = Json::parse(request.body);
    const bool is_patch = request.method == "PATCH" && !keys.empty();
    if (net::header(request.headers, "Content-Type") != "application/json" || !body || !body->is_object())
        return refused(400, "/IWCOR/CX_DS_EDM_FACADE", "Malformed body");
    if (!is_patch && (request.method != "POST" || !keys.empty())) return refused(405, "X/405", "Method not allowed");
    if (!is_patch && !service.set(set)->creatable)
        return refused(405, "/IWBEP/CM_MGW_RT/021", "Method 'CREATE' not supported for " + set);
    Answer checked = checked_body(service, *type, *body, is_patch);
    if (checked.status != 200) return checked;
    return is_patch ? changed(request, set, keys, &*body) : create(set, *body);
}

/// Of an entity that is there, in the state that the writer has seen. Without a body it is removed.
Service::Answer Service::changed(const net::HttpRequest& request, const std::string& set, const Keys& keys,
                                 const Json* body) {
    const Json* row = row_of(set, keys);
    if (row == nullptr) return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
    if (switches.etags) {
        const std::string_view given = net::header(request.headers, "If-Match");
        if (given.empty()) return refused(428, "/IWBEP/CM_V4_COS/428", "A precondition is required");
        if (given != etag_of(*row)) return refused(412, "/IWBEP/CM_MGW_RT/412", "Precondition failed");
    }
    return body == nullptr ? remove(set, keys) : patch(set, keys, *body);
}

Service::Answer Service::checked_call(const Function& function, const net::Target& target) {
    Keys given;
    for (const auto& [name, literal] : target.query) {
        const auto parameter = std::find_if(function.parameters.begin(), function.parameters.end(),
                                            [&](const Property& each) { return each.name == name; });
        if (parameter == function.parameters.end())
            return refused(400, "/IWCOR/CX_DS_EXPR_SYNTAX", "Function " + function.name + " has no parameter " + name);
        std::string wrong;
        given[name] = value_of(parameter->type, literal, wrong);
        if (wrong.empty() && parameter->type == "Edm.String" && characters(given[name]) > parameter->max_length)
            wrong = "is longer than " + std::to_string(parameter->max_length);
        if (!wrong.empty()) return refused(400, "/IWCOR/CX_DS_EDM_FACADE", name + " " + wrong, name);
    }
    for (const Property& parameter : function.parameters) {
        const bool is_missing = !given.contains(parameter.name) || given[parameter.name].empty();
        if (parameter.type == "Edm.String" && parameter.nullable == false && is_missing)
            return refused(400, "/IWCOR/CX_DS_EXPR_SYNTAX", "Parameter " + parameter.name + " is missing");
    }
    return call(function.name, given);
}

Service::Answer Service::checked_body(const Metadata& service, const EntityType& type, const Json& body,
                                      bool is_patch) const {
    for (const auto& [name, value] : body.members()) {
        if (const EntityType* inner = service.target(type, name); inner != nullptr) {
            const Json* list = value.is_array() ? &value : value.find("results");
            if (is_patch || list == nullptr || list->items().empty())
                return refused(400, "/IWBEP/CM_MGW_RT/020", "'" + name + "' is no list with something in it", name);
            for (const Json& each : list->items()) {
                Answer nested = checked_body(service, *inner, each, false);
                if (nested.status != 200) return nested;
            }
            continue;
        }
        const Property* property = type.property(name);
        if (property == nullptr)
            return refused(400, "/IWCOR/CX_DS_EP_PROPERTY_ERROR", "Property '" + name + "' is invalid", name);
        const std::string fault = fault_of(*property, value);
        if (!fault.empty()) return refused(400, "/IWCOR/CX_DS_EDM_FACADE", "Property '" + name + "' " + fault, name);
        if (is_patch && type.is_key(name)) return refused(400, "X/KEY", "Key '" + name + "' cannot change", name);
        if (is_patch ? !property->updatable : !property->creatable)
            return refused(400, "X/READONLY", "Property '" + name + "' is read-only", name);
    }
    for (const Property& property : type.properties) {
        const bool is_wanted = !is_patch && !property.nullable && !type.is_key(property.name) && property.creatable;
        if (is_wanted && body.text_or(property.name).empty())
            return refused(400, "/IWBEP/CM_MGW_RT/022", "Property '" + property.name + "' is missing", property.name);
    }
    return {};
}

}  // namespace tieline::connectors::odata::test
