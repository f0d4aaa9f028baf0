#include "connectors/maximo/spec.h"

#include "base/suggest.h"
#include "base/time.h"
#include "connectors/maximo/lists.h"
#include "connectors/maximo/maximo.h"
#include "connectors/maximo/spec_help.h"
#include "connectors/maximo/wire.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace tieline::connectors::maximo {
namespace {

using Kind = Field::Kind;
using SignKind = rest::SignInOptions::Kind;

std::vector<Field> access_fields() {
    return {
        {"url", Kind::url, true, "", "Address of the API, for example https://maximo.example/maximo/api"},
        {"sign_in", Kind::text, false, "apikey",
         "apikey; basic; maxauth (user and password in a header of that name); oauth (client credentials)"},
        {"api_key", Kind::secret, false, "", "API key of the technical user, for apikey"},
        {"user", Kind::text, false, "", "Name of the technical user, for basic and maxauth"},
        {"password", Kind::secret, false, "", "Its password"},
        {"token_url", Kind::url, false, "", "Where tokens are given, for oauth"},
        {"client_id", Kind::text, false, "", "Name of the client, for oauth"},
        {"client_secret", Kind::secret, false, "", "Its secret"},
        {"scope", Kind::text, false, "", "Scope of the token, where the server wants one"},
        {"timeout", Kind::duration_ms, false, "30s", "How long one request may take"},
    };
}

std::vector<Field> fields() {
    std::vector<Field> all = access_fields();
    const std::vector<Field> more = {
        {"site", Kind::text, true, "", "Name of the plant in Tieline that these work orders belong to"},
        {"maximo_site", Kind::text, true, "", "The site in Maximo, for example BEDFORD"},
        {"company_code", Kind::text, false, "", "Company code of the ERP; empty: the site's default"},
        {"currency", Kind::text, true, "", "Base currency of the organization in Maximo, for example EUR"},
        {"default_unit", Kind::text, false, "EA", "Unit of material that names none"},
        {"work_order_structure", Kind::text, false, "mxapiwodetail", "Object structure of work orders"},
        {"material_use_structure", Kind::text, false, "mxapimatusetrans", "Object structure on MATUSETRANS"},
        {"balance_structure", Kind::text, false, "mxapiinvbal", "Object structure on INVBALANCES, for reconciliation"},
        {"reads", Kind::text, false, "workorders", "Lists to read: workorders, transactions"},
        {"change_field", Kind::text, false, "changedate",
         "Attribute that tells when a work order changed: changedate or statusdate"},
        {"overlap", Kind::duration_ms, false, "5m",
         "How far back each reading looks for changes that were committed late"},
        {"reread_every", Kind::duration_ms, false, "12h",
         "How often orders that are not closed yet are read once more, for actuals that may have come without changing "
         "the order; 0s: never"},
        {"reread_days", Kind::integer, false, "30", "Of these, those whose status changed in the last so many days"},
        {"since", Kind::text, false, "",
         "The first reading takes nothing that changed before this time, for example 2026-01-01T00:00:00+00:00"},
        {"page_size", Kind::integer, false, "100",
         "How many whole work orders one question asks for, at most 500; fewer by itself where answers come too late"},
        {"work_classes", Kind::text, false, "WORKORDER,ACTIVITY",
         "Classes of work orders to read, in this install's own words (tasks are of class ACTIVITY)"},
        {"tasks", Kind::text, false, "own", "own: tasks are read as orders of their own; skip: they are not read"},
        {"labor", Kind::text, false, "approved", "approved: only labor that was approved counts; all: all of it"},
        {"outside_labor", Kind::text, false, "receipt",
         "When labor of contractors counts: receipt (unless the order has a service receipt of the same purchase "
         "order, which carries that money), always, never"},
        {"issue_quantity", Kind::text, false, "negative",
         "The sign under which Maximo keeps what was issued: negative or positive; a return has the other one"},
        {"cost_center_component", Kind::integer, false, "0",
         "Which component of a GL account is the cost center, from 1; 0: receivers are not taken from accounts"},
        {"account_delimiter", Kind::text, false, "-", "What stands between the components of a GL account"},
        {"status_by", Kind::text, false, "action", "How a status is changed: action (changeStatus) or patch"},
        {"key_attribute", Kind::text, false, "externalrefid",
         "Attribute of a work order that carries the 16 characters by which the hub knows an order that it made: "
         "externalrefid, or one of your own such as tl_key where that is shorter"},
        {"also_select", Kind::text, false, "",
         "Further attributes of work orders that a field map of your own reads, with commas between them"},
        {"push_secret", Kind::secret, false, "",
         "Secret that messages of the publish channel carry; without it they are refused and changes are found by "
         "asking"},
    };
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

Error bad(const Settings& settings, const std::string& field, const std::string& what) {
    return make_error(ErrorKind::invalid, "connector '" + settings.name + "', setting '" + field + "': " + what,
                      "bad_setting", field);
}

Result<void> check_word(const Settings& settings, const char* field, const std::vector<std::string>& known) {
    for (const std::string& word : split_names(settings.value(field))) {
        if (std::find(known.begin(), known.end(), word) != known.end()) continue;
        std::string list;
        for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
        return bad(settings, field, "'" + word + "' is not known" + did_you_mean(word, known) + ". Known: " + list);
    }
    return {};
}

Result<void> check(const Settings& settings) {
    TIELINE_TRY_VOID(check_word(settings, "reads", {"workorders", "transactions"}));
    TIELINE_TRY_VOID(check_word(settings, "change_field", {"changedate", "statusdate"}));
    TIELINE_TRY_VOID(check_word(settings, "tasks", {"own", "skip"}));
    TIELINE_TRY_VOID(check_word(settings, "labor", {"approved", "all"}));
    TIELINE_TRY_VOID(check_word(settings, "status_by", {"action", "patch"}));
    TIELINE_TRY_VOID(check_word(settings, "outside_labor", {"receipt", "always", "never"}));
    TIELINE_TRY_VOID(check_word(settings, "issue_quantity", {"negative", "positive"}));
    const Millis again = settings.duration("reread_every");
    if (again.count() != 0 && again < Millis(600'000)) return bad(settings, "reread_every", "it must be 10m at least");
    const std::int64_t days = settings.integer("reread_days");
    if (days < 1 || days > 366) return bad(settings, "reread_days", "it must be from 1 to 366");
    const std::int64_t rows = settings.integer("page_size");
    if (rows < 1 || rows > 500) return bad(settings, "page_size", "it must be from 1 to 500");
    if (split_names(settings.value("work_classes")).empty())
        return bad(settings, "work_classes", "it must name one class at least");
    const std::string key = settings.value("key_attribute");
    if (key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
        return bad(settings, "key_attribute",
                   "'" + key + "' is no attribute in lean JSON: small letters, digits and _");
    const std::int64_t component = settings.integer("cost_center_component");
    if (component < 0 || component > 20) return bad(settings, "cost_center_component", "it must be from 0 to 20");
    if (settings.value("account_delimiter").size() != 1)
        return bad(settings, "account_delimiter", "it must be one character");
    const Millis overlap = settings.duration("overlap");
    if (overlap > Millis(3'600'000)) return bad(settings, "overlap", "it must be an hour at most");
    const std::string since = settings.value("since");
    if (!since.empty() && !parse_time(since)) return bad(settings, "since", "'" + since + "' is no time");
    const std::string currency = settings.value("currency");
    if (currency.size() != 3) return bad(settings, "currency", "'" + currency + "' is no currency such as EUR");
    return {};
}

Result<rest::SignInOptions> sign_in_of(const Settings& settings) {
    rest::SignInOptions options;
    const std::string word = settings.value("sign_in");
    const auto need = [&](std::initializer_list<const char*> names) -> Result<void> {
        for (const char* name : names) {
            if (settings.value(name).empty())
                return bad(settings, name, "it is required for sign_in: " + word + " and missing");
        }
        return {};
    };
    TIELINE_TRY_VOID(check_word(settings, "sign_in", {"apikey", "basic", "maxauth", "oauth"}));
    if (word == "apikey") {
        TIELINE_TRY_VOID(need({"api_key"}));
        options.kind = SignKind::api_key;
        options.secret = settings.value("api_key");
    } else if (word == "oauth") {
        TIELINE_TRY_VOID(need({"token_url", "client_id", "client_secret"}));
        options.kind = SignKind::client_credentials;
        options.token_url = settings.value("token_url");
        options.user = settings.value("client_id");
        options.secret = settings.value("client_secret");
        options.scope = settings.value("scope");
    } else {
        TIELINE_TRY_VOID(need({"user", "password"}));
        options.kind = SignKind::basic;
        options.header = word == "maxauth" ? "maxauth" : "";
        options.user = settings.value("user");
        options.secret = settings.value("password");
    }
    return options;
}

Result<std::unique_ptr<Connector>> make(const Settings& given, const std::string& map_text) {
    return make_by(given, map_text, system_clock());
}

}  // namespace

Result<std::unique_ptr<Connector>> make_by(const Settings& given, const std::string& map_text, const Clock& clock) {
    TIELINE_TRY(const Settings settings, check_settings(fields(), given));
    const bool is_own = map_text.empty();
    TIELINE_TRY(FieldMap map, FieldMap::compile(is_own ? own_map() : std::string_view(map_text),
                                                is_own ? "maximo/map.yaml" : "field map of " + given.name));
    TIELINE_TRY_VOID(check(settings));
    TIELINE_TRY(rest::SignInOptions sign_in, sign_in_of(settings));
    std::vector<std::string> needed;
    for (const bool by_action : {true, false})
        for (const Route& route : routes(by_action)) needed.emplace_back(route.table);
    for (const List& list : lists()) needed.emplace_back(list.table);
    for (const std::string& table : needed) {
        if (map.has_table(table)) continue;
        return make_error(ErrorKind::invalid,
                          "the field map of connector '" + given.name + "' has no table '" + table + "'; add it",
                          "map_meaning", table);
    }
    for (const bool by_action : {true, false}) {
        for (const Route& route : routes(by_action)) {
            if (writes_key(map, route)) continue;
            return make_error(ErrorKind::invalid,
                              "table '" + std::string(route.table) + "' in the field map of connector '" + given.name +
                                  "' does not write `reference` where the connector's own map does; without it nobody "
                                  "finds again what was sent",
                              "map_meaning", std::string(route.table));
        }
    }
    return std::unique_ptr<Connector>(std::make_unique<Maximo>(settings, std::move(sign_in), std::move(map), clock));
}

namespace {

ConnectorSpec build() {
    ConnectorSpec entry;
    entry.system = "maximo";
    entry.title = "IBM Maximo Manage";
    entry.tested_with = "the strict fake of this source tree, made from documentation; never a real Maximo";
    for (const Route& route : routes(true)) entry.kinds.emplace_back(route.kind);
    entry.fields = fields();
    entry.make = make;
    entry.own_map = own_map();
    entry.own_metadata = own_metadata();
    return entry;
}

}  // namespace

std::vector<std::string> split_names(const std::string& text) {
    std::vector<std::string> names;
    std::string name;
    for (const char c : text + ",") {
        if (c != ',' && c != ' ') name += c;
        if (c != ',' || name.empty()) continue;
        names.push_back(std::move(name));
        name.clear();
    }
    return names;
}

const ConnectorSpec& spec() {
    static const ConnectorSpec entry = build();
    return entry;
}

}  // namespace tieline::connectors::maximo
