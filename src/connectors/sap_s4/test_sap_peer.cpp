// The door of the fake: sign-in, tokens, metadata, reading.

#include "connectors/sap_s4/test_sap_peer.h"

#include "connectors/odata/odata.h"
#include "connectors/odata/test_names.h"
#include "connectors/sap_s4/test_sap_filter.h"
#include "connectors/test_golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace tieline::connectors::sap_s4::test {
namespace {

using odata::test::characters;
using odata::test::keys_of;
using odata::test::matches;

constexpr const char* sign_in = "Basic VElFTElORTpTZWNyZXQtMQ==";  // TIELINE:Secret-1

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
                   {"reservation_cost_center", "CC-100"},
                   {"work_center", "MECH"},
                   {"usage_decision_set", "01"},
                   {"usage_decision_group", "UD01"}};
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
        auto service = odata::Metadata::parse(text_of(file.path()), file.path().stem().string());
        EXPECT_TRUE(service) << file.path();
        if (service) services_.push_back(std::move(*service));
    }
    stock = {{"SEAL-9", "1000000"}, {"BEARING-6204", "1000000"}, {"FEW-1", "3"}};
    for (const auto& [material, quantity] : stock) add_product(material);
}

std::string SapPeer::now_text() { return "/Date(" + std::to_string(clock_ms_ += clock_step_ms_) + "+0000)/"; }

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
        tokens_.forget();
    }
    return tokens_.fit(request, service);
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
        read_answer.headers = tokens_.give(service);
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
        const bool removes = request.method == "DELETE" && !keys.empty() && request.body.empty();
        const auto body = removes ? Result<Json>(Json::object()) : Json::parse(request.body);
        const bool is_patch = request.method == "PATCH" && !keys.empty();
        if (removes)
            done = {200, Json(), {}};
        else if (net::header(request.headers, "Content-Type") != "application/json" || !body || !body->is_object())
            done = refused(400, "/IWCOR/CX_DS_EDM_FACADE", "Malformed body");
        else if (!is_patch && (request.method != "POST" || !keys.empty()))
            done = refused(405, "X/405", "Method not allowed");
        else if (!is_patch && !service.set(set)->creatable)
            done = refused(405, "/IWBEP/CM_MGW_RT/021", "Method 'CREATE' not supported for " + set);
        else
            done = checked_body(service, *type, *body, is_patch);
        if (done.status == 200 && removes)
            done = remove(set, keys);
        else if (done.status == 200)
            done = is_patch ? patch(set, keys, *body) : create(set, *body);
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

void SapPeer::add_row(const std::string& set, Json row) {
    const auto service = std::find_if(services_.begin(), services_.end(),
                                      [&](const odata::Metadata& each) { return each.set(set) != nullptr; });
    ASSERT_NE(service, services_.end()) << set;
    const odata::EntityType* type = service->type_of_set(set);
    for (const auto& [name, value] : row.members()) {
        const odata::Property* property = type->property(name);
        ASSERT_NE(property, nullptr) << set << "/" << name;
        const bool is_time = property->type == "Edm.Time" || property->type == "Edm.DateTimeOffset";
        EXPECT_EQ(is_time ? std::string() : fault_of(*property, value), "") << set << "/" << name;
    }
    rows(set).push_back(std::move(row));
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
        Selection selection;
        const std::string wrong = selection.read(service, *type, target);
        if (!wrong.empty()) return refused(400, "/IWFND/CM_MGW/537", wrong);
        Json::Array found;
        for (const Json& row : rows(set))
            if (found.empty() && matches(row, keys)) found.push_back(row);
        for (const std::string& path : selection.expands) {
            Answer expanded = expand(service, *type, path, found);
            if (expanded.status != 200) return expanded;
        }
        if (!found.empty()) return {200, found.front(), {}};
        return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
    }
    Selection selection;
    const std::string wrong = selection.read(service, *type, target);
    if (!wrong.empty()) return refused(400, "/IWFND/CM_MGW/537", wrong);
    const Json::Array all = selection.chosen(set == "A_MatlStkInAcctMod" ? stock_rows() : rows(set));
    Json::Array found = selection.page(all);
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
    if (selection.counts) answered.set("__count", std::to_string(all.size()));
    answered.set("results", Json(std::move(shown)));
    return {200, answered, {}};
}

/// "to_Item" or "to_Item/to_ScheduleLine" into each row.
SapPeer::Answer SapPeer::expand(const odata::Metadata& service, const odata::EntityType& type, const std::string& path,
                                Json::Array& rows_of_type) const {
    const std::string navigation = path.substr(0, path.find('/'));
    const odata::EntityType* inner = service.target(type, navigation);
    if (inner == nullptr) return refused(400, "/IWFND/CM_MGW/537", "No navigation '" + navigation + "'");
    for (const odata::EntitySet& each : service.sets()) {
        if (each.type != inner->name) continue;
        for (Json& row : rows_of_type) {
            Json there = joined(row, type, rows(each.name), *inner);
            if (navigation.size() < path.size()) {
                Json::Array items = odata::inner_rows(Json::object({{"n", there}}), "n");
                Answer deeper = expand(service, *inner, path.substr(navigation.size() + 1), items);
                if (deeper.status != 200) return deeper;
                there = Json::object({{"results", Json(std::move(items))}});
            }
            row.set(navigation, std::move(there));
        }
    }
    return {};
}

std::string SapPeer::next_link(const std::string& path, const net::Target& target, std::size_t skip, std::size_t left) {
    std::string link = std::string(base_url) + std::string(odata_root) + path + "?";
    for (const auto& [name, value] : target.query) {
        if (name == "$skip" || name == "$skiptoken" || name == "$top") continue;
        link += net::url_encode(name) + "=" + net::url_encode(value) + "&";
    }
    return link + "$top=" + std::to_string(left) + "&$skiptoken=" + std::to_string(skip);
}

/// The unrestricted stock of the storage location MAIN, and what a test has added.
Json::Array SapPeer::stock_rows() const {
    Json::Array all = rows("A_MatlStkInAcctMod");
    for (const auto& [material, quantity] : stock)
        all.push_back(Json::object({{"Material", material},
                                    {"Plant", "1010"},
                                    {"StorageLocation", "MAIN"},
                                    {"InventorySpecialStockType", ""},
                                    {"InventoryStockType", "01"},
                                    {"MaterialBaseUnit", "EA"},
                                    {"MatlWrhsStkQtyInMatlBaseUnit", quantity}}));
    return all;
}

}  // namespace tieline::connectors::sap_s4::test
