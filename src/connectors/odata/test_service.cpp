#include "connectors/odata/test_service.h"

#include "base/decimal.h"
#include "base/hash.h"
#include "base/xml/xml.h"
#include "connectors/odata/odata.h"
#include "connectors/odata/test_filter.h"
#include "connectors/odata/test_names.h"
#include "connectors/test_golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

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
    if (property.type == "Edm.DateTime" || property.type == "Edm.DateTimeOffset")
        return time_of(text) ? "" : "is no " + property.type;
    if (property.type != "Edm.Decimal") return "is of a type that the fake does not take";
    return decimal_fault(property, text);
}

/// The rows of the inner type whose keys agree with the outer row, as an expanded navigation.
Json joined(const Json& outer, const EntityType& outer_type, const Json::Array& rows, const EntityType& inner) {
    Json::Array found;
    for (const Json& row : rows) {
        const bool fits = std::all_of(outer_type.keys.begin(), outer_type.keys.end(), [&](const std::string& key) {
            return inner.property(key) == nullptr || row.text_or(key) == outer.text_or(key);
        });
        if (fits) found.push_back(row);
    }
    return Json::object({{"results", Json(std::move(found))}});
}

std::string etag_of(const Json& row) { return "W/\"" + hex(sha256(row.dump())).substr(0, 16) + "\""; }

}  // namespace

Service::Service(const std::string& folder, std::string base_url) : base_url_(std::move(base_url)) {
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        if (file.path().extension() != ".xml") continue;
        auto service = Metadata::parse(text_of(file.path()), file.path().stem().string());
        EXPECT_TRUE(service) << file.path();
        if (service) services_.push_back(std::move(*service));
    }
}

const Metadata& Service::metadata(std::string_view service) const {
    const auto found = std::find_if(services_.begin(), services_.end(),
                                    [&](const Metadata& each) { return each.service() == service; });
    EXPECT_NE(found, services_.end()) << service;
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
    ASSERT_NE(service, services_.end()) << set;
    const EntityType* type = service->type_of_set(set);
    for (const auto& [name, value] : row.members()) {
        const Property* property = type->property(name);
        ASSERT_NE(property, nullptr) << set << "/" << name;
        EXPECT_EQ(fault_of(*property, value), "") << set << "/" << name;
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

/// What stands before every service: sign-in, throttling, rights.
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
    EXPECT_TRUE(request.url.starts_with(base_url_)) << request.url;
    const auto target = net::parse_target(request.url.substr(base_url_.size()));
    if (!target || !target->path.starts_with(root)) return net::HttpResponse{404, {}, "<html>not found</html>"};
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
    if (went_well && switches.warns)
        done.headers.emplace_back("sap-message", R"({"code":"IW/085","message":"Check the dates","details":[]})");
    return response(std::move(done));
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
    if (keys.size() == 1 && keys.begin()->first.empty() && type->keys.size() == 1)
        keys = {{type->keys.front(), keys.begin()->second}};
    const auto body = Json::parse(request.body);
    const bool is_patch = request.method == "PATCH" && !keys.empty();
    if (net::header(request.headers, "Content-Type") != "application/json" || !body || !body->is_object())
        return refused(400, "/IWCOR/CX_DS_EDM_FACADE", "Malformed body");
    if (!is_patch && (request.method != "POST" || !keys.empty())) return refused(405, "X/405", "Method not allowed");
    if (!is_patch && !service.set(set)->creatable)
        return refused(405, "/IWBEP/CM_MGW_RT/021", "Method 'CREATE' not supported for " + set);
    Answer checked = checked_body(service, *type, *body, is_patch);
    if (checked.status != 200) return checked;
    if (!is_patch) return create(set, *body);
    const Json* row = row_of(set, keys);
    if (row == nullptr) return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
    if (switches.etags) {
        const std::string_view given = net::header(request.headers, "If-Match");
        if (given.empty()) return refused(428, "/IWBEP/CM_V4_COS/428", "A precondition is required");
        if (given != etag_of(*row)) return refused(412, "/IWBEP/CM_MGW_RT/412", "Precondition failed");
    }
    return patch(set, keys, *body);
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

/// "Set(P_X='1')/Set": a set with parameters, whose rows carry them.
Service::Answer Service::read_with_parameters(const Metadata& service, const std::string& rest,
                                              const net::Target& target) const {
    std::string set;
    const Keys keys = keys_of(rest.substr(0, rest.size() - 4), set);
    const EntityType* type = service.type_of_set(set + "Set");
    Selection selection;
    std::string wrong = type == nullptr ? "No set " + set : selection.read(service, *type, target);
    for (const auto& [name, value] : keys)
        if (wrong.empty() && !type->is_key(name)) wrong = "'" + name + "' is no parameter of " + set;
    if (!wrong.empty() || keys.empty()) return refused(400, "/IWFND/CM_MGW/537", wrong);
    Json::Array its, shown;
    for (const Json& row : rows(set + "Set"))
        if (matches(row, keys)) its.push_back(row);
    for (const Json& row : selection.page(selection.chosen(its))) shown.push_back(selection.shown(row));
    return {200, Json::object({{"results", Json(std::move(shown))}}), {}};
}

Service::Answer Service::read(const Metadata& service, const std::string& rest, const net::Target& target) const {
    if (rest.ends_with(")/Set")) return read_with_parameters(service, rest, target);
    std::string set;
    Keys keys = keys_of(rest, set);
    const EntityType* type = service.type_of_set(set);
    if (type == nullptr)
        return refused(404, "005056A509B11EE1B9A8FEC11C21578E", "Resource not found for segment '" + set + "'");
    if (!keys.empty()) {
        if (keys.size() == 1 && keys.begin()->first.empty() && type->keys.size() == 1)
            keys = {{type->keys.front(), keys.begin()->second}};
        for (const auto& [name, value] : keys)
            if (!type->is_key(name)) return refused(400, "X/KEY", "'" + name + "' is no key of " + set, name);
        if (keys.size() != type->keys.size()) return refused(400, "X/KEY", "Keys of " + set + " are missing");
        for (const Json& row : rows(set)) {
            if (!matches(row, keys)) continue;
            Answer found{200, row, {}};
            if (switches.etags) found.headers.emplace_back("ETag", etag_of(row));
            return found;
        }
        return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
    }
    Selection selection;
    const std::string wrong = selection.read(service, *type, target);
    if (!wrong.empty()) return refused(400, "/IWFND/CM_MGW/537", wrong);
    Json::Array found = selection.page(selection.chosen(rows(set)));
    Json answered = Json::object({});
    if (switches.page_rows > 0 && found.size() > switches.page_rows) {
        found.resize(switches.page_rows);
        answered.set("__next", next_link(service.service() + "/" + rest, target, selection.skip + switches.page_rows,
                                         selection.top - switches.page_rows));
    }
    for (const std::string& path : selection.expands) {
        Answer expanded = expand(service, *type, path, found);
        if (expanded.status != 200) return expanded;
    }
    Json::Array shown;
    for (const Json& row : found) shown.push_back(selection.shown(row));
    answered.set("results", Json(std::move(shown)));
    return {200, answered, {}};
}

/// "to_Item" or "to_Item/to_Cause" into each row.
Service::Answer Service::expand(const Metadata& service, const EntityType& type, const std::string& path,
                                Json::Array& rows_of_type) const {
    const std::string navigation = path.substr(0, path.find('/'));
    const EntityType* inner = service.target(type, navigation);
    if (inner == nullptr) return refused(400, "/IWFND/CM_MGW/537", "No navigation '" + navigation + "'");
    for (const EntitySet& each : service.sets()) {
        if (each.type != inner->name) continue;
        for (Json& row : rows_of_type) {
            Json there = joined(row, type, rows(each.name), *inner);
            if (navigation.size() < path.size()) {
                Json::Array items = inner_rows(Json::object({{"n", there}}), "n");
                Answer deeper = expand(service, *inner, path.substr(navigation.size() + 1), items);
                if (deeper.status != 200) return deeper;
                there = Json::object({{"results", Json(std::move(items))}});
            }
            row.set(navigation, std::move(there));
        }
    }
    return {};
}

std::string Service::next_link(const std::string& path, const net::Target& target, std::size_t skip,
                               std::size_t left) const {
    std::string link = base_url_ + std::string(root) + path + "?";
    for (const auto& [name, value] : target.query) {
        if (name == "$skip" || name == "$skiptoken" || name == "$top") continue;
        link += net::url_encode(name) + "=" + net::url_encode(value) + "&";
    }
    return link + "$top=" + std::to_string(left) + "&$skiptoken=" + std::to_string(skip);
}

}  // namespace tieline::connectors::odata::test
