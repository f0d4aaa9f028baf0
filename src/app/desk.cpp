#include "app/desk.h"

#include "app/changes.h"
#include "app/clients.h"
#include "connectors/drive.h"

#include <algorithm>
#include <chrono>

namespace tieline::app {
namespace {

using Kind = connectors::Field::Kind;

constexpr Millis probe_max{20'000}, request_max{5'000};

const char* kind_name(Kind kind) {
    switch (kind) {
        case Kind::text:
            return "text";
        case Kind::url:
            return "url";
        case Kind::integer:
            return "integer";
        case Kind::boolean:
            return "boolean";
        case Kind::secret:
            return "secret";
        case Kind::duration_ms:
            return "duration";
        case Kind::file:
            return "file";
    }
    return "text";
}

Json list_of(const std::vector<std::string>& texts) {
    Json list = Json::array();
    for (const std::string& text : texts) list.push_back(text);
    return list;
}

/// The field as a form needs it. `changed`: what the console changed, null where nothing.
Json field_json(const connectors::Field& field, const ConnectorConfig& connector, const Json* changed) {
    Json json = Json::object({{"name", field.name},
                              {"kind", kind_name(field.kind)},
                              {"required", field.required},
                              {"fallback", field.fallback},
                              {"help", field.help}});
    const auto& values = connector.settings.values;
    const auto given =
        std::find_if(values.begin(), values.end(), [&](const auto& one) { return one.first == field.name; });
    const bool is_changed = changed != nullptr && changed->find(field.name) != nullptr;
    json.set("from", is_changed ? "console" : given == values.end() ? "default" : "file");
    if (field.kind != Kind::secret && given != values.end()) json.set("value", given->second);
    return json;
}

Json connector_json(const ConnectorConfig& connector, const Json& changes) {
    const Json* all = changes.find("connectors");
    const Json* changed = all != nullptr ? all->find(connector.name) : nullptr;
    Json fields = Json::array();
    for (const connectors::Field& field : connector.spec->fields) {
        fields.push_back(field_json(field, connector, changed));
    }
    return Json::object({{"name", connector.name},
                         {"system", connector.spec->system},
                         {"title", connector.spec->title},
                         {"tested_with", connector.spec->tested_with},
                         {"sites", list_of(connector.sites)},
                         {"fields", std::move(fields)}});
}

/// A scalar as the text that settings are made of. Null: the file's value counts again.
Result<Json> as_setting(const connectors::Field& field, const Json& value) {
    if (value.is_null()) return value;
    if (value.is_string()) return Json(value.string());
    if (value.is_bool() || value.is_number()) return value;
    return make_error(ErrorKind::invalid, "'" + field.name + "' must be one value, no list and no table.", "wrong_type",
                      field.name);
}

/// Each value with the field it is for. Secrets are none of them.
Result<std::vector<std::pair<const connectors::Field*, Json>>> settings_of(const ConnectorConfig& connector,
                                                                           const Json& values) {
    std::vector<std::pair<const connectors::Field*, Json>> settings;
    if (!values.is_object()) {
        return make_error(ErrorKind::invalid, "'settings' must be an object.", "wrong_type", "settings");
    }
    for (const auto& [name, value] : values.members()) {
        const auto& fields = connector.spec->fields;
        const auto field =
            std::find_if(fields.begin(), fields.end(), [&](const auto& one) { return one.name == name; });
        if (field == fields.end()) {
            return make_error(ErrorKind::invalid,
                              "'" + name.substr(0, 64) + "' is no setting of " + connector.spec->title + ".",
                              "bad_setting", name.substr(0, 64));
        }
        if (field->kind == Kind::secret) {
            return make_error(ErrorKind::invalid,
                              "'" + name + "' is a secret: it comes from a file or the environment, never from here.",
                              "secret_in_settings", name);
        }
        TIELINE_TRY(Json setting, as_setting(*field, value));
        settings.emplace_back(&*field, std::move(setting));
    }
    return settings;
}

std::string text_of(const Json& value) { return value.is_string() ? value.string() : value.dump(); }

Result<ConnectorConfig> connector_of(const Config& config, const std::string& name) {
    for (const ConnectorConfig& one : config.connectors) {
        if (one.name == name) return one;
    }
    return make_error(ErrorKind::not_found, "There is no connection '" + name.substr(0, 64) + "' here.",
                      "unknown_connector");
}

Json& inner(Json& table, const char* name) {
    if (table.find(name) == nullptr) table.set(name, Json::object());
    return *table.find(name);
}

}  // namespace

Json Desk::all() {
    // What would count after a reload: the file and the changes as they are now.
    const Result<Config> fresh = load_config(config_.file);
    const Config& shown = fresh ? *fresh : config_;
    const Result<Json> changes = read_changes(config_.data_dir);
    Json connectors = Json::array(), sites = Json::array();
    for (const ConnectorConfig& one : shown.connectors) {
        connectors.push_back(connector_json(one, changes ? *changes : Json::object()));
    }
    for (const SiteConfig& site : shown.sites) {
        Json json = Json::object({{"id", site.id}, {"name", site.name}});
        if (site.flows.budget) {
            Json thresholds = Json::array();
            for (const int one : site.flows.budget->thresholds) thresholds.push_back(std::int64_t{one});
            json.set("thresholds", std::move(thresholds));
        }
        sites.push_back(std::move(json));
    }
    Json json = Json::object({{"file", config_.file},
                              {"pending", !fresh || fresh->hash != config_.hash},
                              {"connectors", std::move(connectors)},
                              {"sites", std::move(sites)}});
    if (!fresh) json.set("problem", fresh.error().message);
    return json;
}

Result<void> Desk::check_address(const std::string& connector, const std::string& field, const std::string& url) const {
    TIELINE_TRY(const Config file, load_config_with(config_.file, Json::object()));
    const std::string origin = origin_of(url);
    for (const ConnectorConfig& one : file.connectors) {
        if (one.name != connector) continue;
        if (origin.empty()) return {};  // no address at all: the connection's own check says so
        for (const connectors::Field& known : one.spec->fields) {
            if (known.kind == Kind::url && origin == origin_of(one.settings.value(known.name))) return {};
        }
        for (const std::string& address : one.addresses) {
            if (origin == origin_of(address)) return {};
        }
    }
    return make_error(ErrorKind::invalid,
                      "The hub would send its secret to " + origin + ", which tieline.yaml does not name for '" +
                          connector + "'. Whoever keeps that file adds it under 'addresses' of the connection.",
                      "address_not_named", field);
}

Result<ConnectorConfig> Desk::with_values(const std::string& connector, const Json& values) const {
    TIELINE_TRY(const Config fresh, load_config(config_.file));
    TIELINE_TRY(const Config file, load_config_with(config_.file, Json::object()));
    TIELINE_TRY(ConnectorConfig tried, connector_of(fresh, connector));
    TIELINE_TRY(const ConnectorConfig own, connector_of(file, connector));
    TIELINE_TRY(const auto settings, settings_of(tried, values));
    for (const auto& [field, value] : settings) {
        const std::string text = value.is_null() ? own.settings.value(field->name) : text_of(value);
        if (field->kind == Kind::url && !text.empty()) TIELINE_TRY_VOID(check_address(connector, field->name, text));
        std::erase_if(tried.settings.values, [&](const auto& one) { return one.first == field->name; });
        if (!text.empty()) tried.settings.values.emplace_back(field->name, text);
    }
    return tried;
}

Result<Json> Desk::probe(const std::string& connector, const Json& values) {
    TIELINE_TRY(const ConnectorConfig tried, with_values(connector, values));
    TIELINE_TRY(const auto made, tried.spec->make(tried.settings_for(tried.sites.front()), tried.map_text));
    const auto until = std::chrono::steady_clock::now() + probe_max;
    const auto peer = [&](net::HttpRequest request) -> Result<net::HttpResponse> {
        const auto left = std::chrono::duration_cast<Millis>(until - std::chrono::steady_clock::now());
        if (stopping_ || left <= Millis(0)) {
            return make_error(ErrorKind::transient, "The connection was tried for 20 s, without an end.",
                              "probe_too_long");
        }
        request.timeout = std::min({request.timeout, left, request_max});
        return client_.send_and_wait(std::move(request));
    };
    TIELINE_TRY(const connectors::Probe found, connectors::run(made->probe(), peer));
    return Json::object({{"system", found.system},
                         {"holds", found.missing.empty()},
                         {"rights", list_of(found.rights)},
                         {"missing", list_of(found.missing)}});
}

Result<api::SettingsChange> Desk::try_connector(const std::string& connector, const Json& values) {
    TIELINE_TRY(const Config fresh, load_config(config_.file));
    TIELINE_TRY(const ConnectorConfig present, connector_of(fresh, connector));
    TIELINE_TRY(const ConnectorConfig wanted, with_values(connector, values));
    TIELINE_TRY(const auto settings, settings_of(present, values));
    api::SettingsChange change{Json::object(), Json::object(), {}};
    TIELINE_TRY(change.changes, read_changes(config_.data_dir));
    Json& mine = inner(inner(change.changes, "connectors"), connector.c_str());
    bool differs = false;
    for (const auto& [field, value] : settings) {
        const std::string before = present.settings.value(field->name), after = wanted.settings.value(field->name);
        differs = differs || before != after;
        change.before.set(field->name, before);
        change.after.set(field->name, after);
        if (value.is_null()) {
            mine.erase(field->name);
        } else {
            mine.set(field->name, value);
        }
    }
    if (!differs) {
        return make_error(ErrorKind::invalid, "Nothing would change: these values count already.", "nothing_changed");
    }
    TIELINE_TRY_VOID(is_right(change.changes));
    return change;
}

Result<api::SettingsChange> Desk::try_thresholds(const std::string& site, const Json& thresholds) {
    TIELINE_TRY(const Config fresh, load_config(config_.file));
    for (const SiteConfig& one : fresh.sites) {
        if (one.id != site || !one.flows.budget) continue;
        api::SettingsChange change{Json::array(), thresholds, {}};
        for (const int percent : one.flows.budget->thresholds) change.before.push_back(std::int64_t{percent});
        TIELINE_TRY(change.changes, read_changes(config_.data_dir));
        inner(inner(change.changes, "sites"), site.c_str()).set("thresholds", thresholds);
        TIELINE_TRY_VOID(is_right(change.changes));
        return change;
    }
    return make_error(ErrorKind::not_found, "This site has no budget whose alerts could be changed.", "no_budget");
}

/// The whole configuration is read with the changes.
Result<void> Desk::is_right(const Json& changes) const {
    const Result<Config> tried = load_config_with(config_.file, changes);
    if (tried) return {};
    Error error = tried.error();
    error.message += " Nothing was changed.";
    return error;
}

Result<void> Desk::keep(const api::SettingsChange& change) { return write_changes(config_.data_dir, change.changes); }

}  // namespace tieline::app
