#include "app/config_connectors.h"

#include "app/catalog.h"
#include "app/clients.h"
#include "app/map_check.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace tieline::app {
namespace {

constexpr std::size_t secret_bytes_max = 16 << 10;
constexpr std::size_t map_bytes_max = 1 << 20;

std::string systems() {
    std::string list;
    for (const auto* spec : connector_catalog()) list.append(list.empty() ? "" : ", ").append(spec->system);
    return list;
}

Result<connectors::Pace> read_pace(const Section& outer) {
    connectors::Pace pace;
    if (outer.find("pace") == nullptr) return pace;
    const Section section = outer.inner("pace");
    TIELINE_TRY_VOID(
        section.only({"in_flight_max", "per_second_max", "per_hour_max", "deadline", "settle", "backoff_first",
                      "backoff_max", "transient_max", "breaker_after", "breaker_pause", "poll_every", "follow_every"}));
    TIELINE_TRY(const std::int64_t in_flight, section.whole("in_flight_max", pace.in_flight_max, 1, 1000));
    TIELINE_TRY(const std::int64_t per_second, section.whole("per_second_max", 0, 0, 1'000'000));
    TIELINE_TRY(const std::int64_t per_hour, section.whole("per_hour_max", 0, 0, 1'000'000'000));
    TIELINE_TRY(const std::int64_t transient, section.whole("transient_max", pace.transient_max, 0, 1'000'000));
    TIELINE_TRY(const std::int64_t breaker, section.whole("breaker_after", pace.breaker_after, 1, 1'000'000));
    pace.in_flight_max = static_cast<int>(in_flight);
    pace.per_second_max = static_cast<double>(per_second);  // a rate, not money
    pace.per_hour_max = static_cast<std::uint32_t>(per_hour);
    pace.transient_max = static_cast<int>(transient);
    pace.breaker_after = static_cast<int>(breaker);
    TIELINE_TRY(pace.deadline, section.duration("deadline", pace.deadline));
    TIELINE_TRY(pace.settle, section.duration("settle", pace.settle));
    TIELINE_TRY(pace.backoff_first, section.duration("backoff_first", pace.backoff_first));
    TIELINE_TRY(pace.backoff_max, section.duration("backoff_max", pace.backoff_max));
    TIELINE_TRY(pace.breaker_pause, section.duration("breaker_pause", pace.breaker_pause));
    TIELINE_TRY(pace.poll_every, section.duration("poll_every", pace.poll_every));
    TIELINE_TRY(pace.follow_every, section.duration("follow_every", pace.follow_every));
    return pace;
}

bool is_secret(const connectors::ConnectorSpec& spec, std::string_view field) {
    return std::any_of(spec.fields.begin(), spec.fields.end(), [&](const connectors::Field& candidate) {
        return candidate.name == field && candidate.kind == connectors::Field::Kind::secret;
    });
}

Result<void> read_settings(const Section& outer, ConnectorConfig& connector) {
    if (outer.find("settings") == nullptr) return {};
    const Section section = outer.inner("settings");
    if (!section.json().is_object()) return outer.wrong("settings", "'settings' must be a table", "wrong_type");
    for (const Json::Member& member : section.json().members()) {
        if (is_secret(*connector.spec, member.first)) {
            return section.wrong(
                member.first,
                "'" + member.first + "' is a secret: move it under 'secrets' as {env: NAME} or {file: PATH}",
                "secret_in_file");
        }
        TIELINE_TRY(std::string value, section.text(member.first));
        connector.settings.values.emplace_back(member.first, std::move(value));
    }
    return {};
}

Result<void> read_secrets(const Section& outer, ConnectorConfig& connector, Config& config, const std::string& folder) {
    if (outer.find("secrets") == nullptr) return {};
    const Section section = outer.inner("secrets");
    if (!section.json().is_object()) return outer.wrong("secrets", "'secrets' must be a table", "wrong_type");
    for (const Json::Member& member : section.json().members()) {
        if (!is_secret(*connector.spec, member.first)) {
            return section.wrong(member.first, "'" + member.first + "' is no secret of " + connector.spec->system,
                                 "unknown_key");
        }
        TIELINE_TRY(std::string value, read_secret(section, member.first, folder));
        connector.settings.values.emplace_back(member.first, std::move(value));
        config.secret_names.push_back(connector.name + "." + member.first);
    }
    return {};
}

Result<void> read_sites(const Section& section, ConnectorConfig& connector, const Config& config) {
    TIELINE_TRY(connector.sites, section.texts("sites"));
    TIELINE_TRY(const std::string one, section.text("site"));
    if (!one.empty()) connector.sites.push_back(one);
    if (connector.sites.empty()) {
        for (const SiteConfig& site : config.sites) connector.sites.push_back(site.id);
    }
    for (const model::SiteId& id : connector.sites) {
        const bool known = std::any_of(config.sites.begin(), config.sites.end(),
                                       [&](const SiteConfig& site) { return site.id == id; });
        if (!known)
            return section.wrong(one.empty() ? "sites" : "site", "there is no site '" + id + "'", "unknown_site");
    }
    return {};
}

/// Proxy, certificate authority, client certificate. Files are looked for at once: a missing one would show as a failed
/// connection later.
Result<void> read_network(const Section& outer, ConnectorConfig& connector, const Config& config,
                          const std::string& folder) {
    if (outer.find("network") == nullptr) return {};
    const Section section = outer.inner("network");
    TIELINE_TRY_VOID(section.only({"proxy", "ca_file", "client_certificate", "client_key", "connect_timeout"}));
    net::HttpClientOptions options;
    TIELINE_TRY(options.proxy, section.text("proxy"));
    TIELINE_TRY(options.connect_timeout, section.duration("connect_timeout", options.connect_timeout));
    for (const auto& [name, path] : {std::pair{"ca_file", &options.ca_file},
                                     {"client_certificate", &options.client_certificate},
                                     {"client_key", &options.client_key}}) {
        TIELINE_TRY(const std::string given, section.text(name));
        if (given.empty()) continue;
        *path = path_in(folder, given);
        if (!std::filesystem::is_regular_file(*path))
            return section.wrong(name, "there is no file " + *path, "no_file");
    }
    if (options.client_certificate.empty() != options.client_key.empty())
        return section.wrong(options.client_key.empty() ? "client_certificate" : "client_key",
                             "client_certificate and client_key belong together; give both", "missing_field");
    connector.network = options;
    for (const ConnectorConfig& other : config.connectors) {
        for (const connectors::Field& field : connector.spec->fields) {
            if (field.kind != connectors::Field::Kind::url || !other.network) continue;
            const std::string origin = origin_of(connector.settings.value(field.name));
            if (origin.empty() || origin != origin_of(other.settings.value("url"))) continue;
            return outer.wrong("network",
                               "connector '" + other.name + "' reaches " + origin +
                                   " by a network of its own; give one of them another address, or both none",
                               "two_networks");
        }
    }
    return {};
}

/// Makes it once, so that settings and field map are proven to be right before anything runs.
Result<void> try_out(const Section& section, const ConnectorConfig& connector) {
    TIELINE_TRY_VOID(check_field_map(*connector.spec, connector.map_text, connector.map_file));
    for (const model::SiteId& site : connector.sites) {
        const auto made = connector.spec->make(connector.settings_for(site), connector.map_text);
        if (made) continue;
        Error error = made.error();
        const bool in_map = error.code.starts_with("map_") && !connector.map_file.empty();
        if (in_map) {
            error.message = connector.map_file + ": " + error.message;
            return error;
        }
        const std::string& field = error.field;
        for (const char* group : {"secrets", "settings"}) {
            const Json* table = section.find(group);
            if (table && table->find(field)) return section.inner(group).wrong(field, error.message, error.code);
        }
        return section.wrong(section.find("settings") ? "settings" : "name", error.message, error.code);
    }
    return {};
}

}  // namespace

std::string path_in(const std::string& folder, const std::string& path) {
    const std::filesystem::path given(path);
    return given.is_absolute() ? path : (std::filesystem::path(folder) / given).lexically_normal().string();
}

Result<std::string> read_secret(const Section& outer, std::string_view name, const std::string& folder) {
    const Json* value = outer.find(name);
    const std::string what = "'" + std::string(name) + "'";
    if (value == nullptr || !value->is_object() || value->members().size() != 1) {
        return outer.wrong(name, what + " is a secret: give it as {env: NAME} or {file: PATH}, never as a text",
                           "secret_in_file");
    }
    const Section section = outer.inner(name);
    TIELINE_TRY_VOID(section.only({"env", "file"}));
    if (section.find("env") != nullptr) {
        TIELINE_TRY(const std::string variable, section.required_text("env"));
        const char* text = std::getenv(variable.c_str());
        if (text != nullptr && *text != '\0') return std::string(text);
        return section.wrong("env", "the environment variable " + variable + " is not set; set it to the secret",
                             "no_secret");
    }
    TIELINE_TRY(const std::string path, section.required_text("file"));
    Result<std::string> text = read_file(path_in(folder, path), secret_bytes_max);
    if (!text) return section.wrong("file", "the secret cannot be read: " + text.error().message, "no_secret");
    while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
    if (!text->empty()) return std::move(*text);
    return section.wrong("file", "the file " + path + " is empty; write the secret into it", "no_secret");
}

connectors::Settings ConnectorConfig::settings_for(const model::SiteId& site) const {
    connectors::Settings given = settings;
    const bool takes_site = std::any_of(spec->fields.begin(), spec->fields.end(),
                                        [](const connectors::Field& field) { return field.name == "site"; });
    if (takes_site && given.value("site").empty()) given.values.emplace_back("site", site);
    return given;
}

Result<ConnectorConfig> read_connector(const Section& section, Config& config, const std::string& folder) {
    TIELINE_TRY_VOID(section.only(
        {"name", "system", "site", "sites", "settings", "secrets", "map", "pace", "pulls", "network", "addresses"}));
    ConnectorConfig connector;
    TIELINE_TRY(connector.name, section.required_text("name"));
    TIELINE_TRY(const std::string system, section.required_text("system"));
    connector.spec = find_connector(system);
    if (connector.spec == nullptr) {
        return section.wrong("system", "'" + system + "' is no system that Tieline knows; known are: " + systems(),
                             "unknown_system");
    }
    connector.settings.name = connector.name;
    TIELINE_TRY_VOID(read_sites(section, connector, config));
    TIELINE_TRY_VOID(read_settings(section, connector));
    TIELINE_TRY_VOID(read_secrets(section, connector, config, folder));
    TIELINE_TRY(connector.pace, read_pace(section));
    TIELINE_TRY(connector.pulls, section.flag("pulls", false));
    TIELINE_TRY_VOID(read_network(section, connector, config, folder));
    TIELINE_TRY(connector.addresses, section.texts("addresses"));
    for (const std::string& address : connector.addresses) {
        if (!origin_of(address).empty()) continue;
        return section.wrong("addresses", "'" + address + "' is no web address like https://host:port", "bad_address");
    }
    TIELINE_TRY(const std::string map, section.text("map"));
    if (!map.empty()) {
        connector.map_file = path_in(folder, map);
        Result<std::string> text = read_file(connector.map_file, map_bytes_max);
        if (!text) return section.wrong("map", text.error().message, "no_map");
        connector.map_text = std::move(*text);
    }
    TIELINE_TRY_VOID(try_out(section, connector));
    return connector;
}

}  // namespace tieline::app
