#include "app/config.h"

#include "app/catalog.h"
#include "app/changes.h"
#include "app/config_connectors.h"
#include "app/config_floor_plan.h"
#include "app/config_section.h"
#include "base/hash.h"
#include "flows/technician.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace tieline::app {
namespace {

constexpr std::size_t config_bytes_max = 1 << 20;

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

constexpr const char* name_rule = "must be 1 to 32 of a-z, 0-9, '_' and '-'";

Result<void> read_api(const Section& root, Config& config, const std::string& folder) {
    if (root.find("api") == nullptr) return {};
    const Section section = root.inner("api");
    TIELINE_TRY_VOID(section.only({"address", "port", "token", "hosts", "threads"}));
    TIELINE_TRY(config.api.address, section.text("address", config.api.address));
    TIELINE_TRY(const std::int64_t port, section.whole("port", config.api.port, 0, 65535));
    config.api.port = static_cast<std::uint16_t>(port);
    TIELINE_TRY(const std::int64_t threads, section.whole("threads", config.api.threads, 1, 64));
    config.api.threads = static_cast<int>(threads);
    TIELINE_TRY(config.api.hosts, section.texts("hosts"));
    if (section.find("token") != nullptr) {
        TIELINE_TRY(config.api.token, read_secret(section, "token", folder));
        config.secret_names.push_back("api.token");
    }
    if (!config.api.is_loopback() && config.api.token.empty() && !config.identity.on) {
        return section.wrong("address",
                             "an address that others reach needs sign-in or a token: add 'identity: {}', or api.token "
                             "as {env: NAME} or {file: PATH}",
                             "token_missing");
    }
    const IdentityConfig& identity = config.identity;  // read before
    if (!config.api.is_loopback() && identity.on && !identity.secure_cookies && !identity.plain_http) {
        return section.wrong("address",
                             "passwords would cross the network in clear: put an https proxy before the hub and set "
                             "'identity: {secure_cookies: true, trusted_proxies: [its address]}', or accept it with "
                             "'identity: {plain_http: true}'",
                             "passwords_in_clear");
    }
    return {};
}

Result<void> read_identity(const Section& root, Config& config) {
    if (root.find("identity") == nullptr) return {};
    const Section section = root.inner("identity");
    TIELINE_TRY_VOID(
        section.only({"session_idle", "session_longest", "secure_cookies", "plain_http", "trusted_proxies"}));
    IdentityConfig& identity = config.identity;
    identity.on = true;
    TIELINE_TRY(identity.session_idle, section.duration("session_idle", identity.session_idle));
    TIELINE_TRY(identity.session_longest, section.duration("session_longest", identity.session_longest));
    TIELINE_TRY(identity.secure_cookies, section.flag("secure_cookies", identity.secure_cookies));
    TIELINE_TRY(identity.plain_http, section.flag("plain_http", identity.plain_http));
    TIELINE_TRY(identity.trusted_proxies, section.texts("trusted_proxies"));
    if (identity.session_idle < Millis(60'000) || identity.session_idle > identity.session_longest) {
        return section.wrong("session_idle", "'session_idle' must be from 1m up to 'session_longest'", "bad_duration");
    }
    return {};
}

/// "flows.receivers.assets" with "[0]" as a JSON pointer below the site.
std::string pointer_of(const std::string& site, std::string field) {
    for (char& c : field) {
        if (c == '.' || c == '[') c = '/';
    }
    std::erase(field, ']');
    return site + "/" + field;
}

/// "02:30"
bool is_time_of_day(std::string_view text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return false;
    return text.substr(0, 2) < "24" && text.substr(3) < "60";
}

Result<ReconcileConfig> read_reconcile(const Section& section) {
    TIELINE_TRY_VOID(section.only({"at", "zone", "days"}));
    ReconcileConfig reconcile;
    TIELINE_TRY(reconcile.at, section.required_text("at"));
    if (!is_time_of_day(reconcile.at)) {
        return section.wrong("at", "'at' must be a time of day in quotes, like \"02:30\"", "bad_time");
    }
    TIELINE_TRY(reconcile.zone, section.text("zone", reconcile.zone));
    if (!local_date(WallTime{}, reconcile.zone)) {
        return section.wrong("zone", "'zone' must be a name of the tz database, like Europe/Berlin", "bad_zone");
    }
    TIELINE_TRY(const std::int64_t days, section.whole("days", reconcile.days, 1, 400));
    reconcile.days = static_cast<int>(days);
    return reconcile;
}

Result<SiteConfig> read_site(const Section& section, const std::string& pointer, const std::string& folder) {
    TIELINE_TRY_VOID(section.only({"id", "name", "flows", "reconcile", "floor_plan"}));
    SiteConfig site;
    TIELINE_TRY(site.id, section.required_text("id"));
    if (!is_name(site.id)) return section.wrong("id", std::string("'id' ") + name_rule, "bad_name");
    TIELINE_TRY(site.name, section.text("name", site.id));
    if (section.find("reconcile") != nullptr) {
        TIELINE_TRY(site.reconcile, read_reconcile(section.inner("reconcile")));
    }
    if (section.find("floor_plan") != nullptr) {
        TIELINE_TRY(site.floor_plan, read_floor_plan(section.inner("floor_plan"), folder));
    }
    const Json* given = section.find("flows");
    if (given == nullptr) return site;
    Json flows = *given;
    if (flows.find("technician") != nullptr) {
        const Section technician = section.inner("flows").inner("technician");
        TIELINE_TRY_VOID(technician.only({"connector"}));
        TIELINE_TRY(site.technician, technician.text("connector", "cmms"));
        flows.erase("technician");  // the rest is the flows' own
    }
    Result<flows::FlowsConfig> read = flows::flows_config_from_json(flows);
    if (!read) {
        const Error& error = read.error();
        return section.yaml().error_at(pointer_of(pointer, error.field), error.message, error.code);
    }
    site.flows = std::move(*read);
    return site;
}

Result<void> read_sites(const Section& root, Config& config, const std::string& folder) {
    const Json* list = root.find("sites");
    if (list == nullptr || !list->is_array() || list->items().empty()) {
        return root.wrong("sites", "'sites' must be a list with at least one site", "missing_key");
    }
    for (std::size_t index = 0; index < list->items().size(); ++index) {
        const std::string pointer = "/sites/" + std::to_string(index);
        const Section section(root.yaml(), list->items()[index], pointer);
        TIELINE_TRY(SiteConfig site, read_site(section, pointer, folder));
        for (const SiteConfig& other : config.sites) {
            if (other.id == site.id) return section.wrong("id", "there are two sites '" + site.id + "'", "duplicate");
        }
        config.sites.push_back(std::move(site));
    }
    return {};
}

Result<void> read_connectors(const Section& root, Config& config, const std::string& folder) {
    const Json* list = root.find("connectors");
    if (list == nullptr) return {};
    if (!list->is_array()) return root.wrong("connectors", "'connectors' must be a list", "wrong_type");
    for (std::size_t index = 0; index < list->items().size(); ++index) {
        const Section section(root.yaml(), list->items()[index], "/connectors/" + std::to_string(index));
        TIELINE_TRY(ConnectorConfig connector, read_connector(section, config, folder));
        if (!is_name(connector.name)) return section.wrong("name", std::string("'name' ") + name_rule, "bad_name");
        if (connector.name == "hub" || connector.name == "configuration" || connector.name == "identity" ||
            connector.name == "technician" || connector.name == "console") {
            return section.wrong("name", "'name' is one that Tieline keeps for itself; choose another", "bad_name");
        }
        for (const ConnectorConfig& other : config.connectors) {
            if (other.name != connector.name) continue;
            return section.wrong("name", "there are two connectors '" + connector.name + "'", "duplicate");
        }
        config.connectors.push_back(std::move(connector));
    }
    return {};
}

/// What a CMMS must take, so that technicians can do all that their phones offer.
FlowTarget technician_target(const std::string& connector) {
    FlowTarget target{connector, "technician/connector", {}};
    for (const std::string_view kind : flows::technician_commands()) target.kinds.emplace_back(kind);
    return target;
}

/// Every flow writes to a connector that exists at its site and takes its commands.
Result<void> check_targets(const Yaml& yaml, const Config& config) {
    for (std::size_t index = 0; index < config.sites.size(); ++index) {
        const SiteConfig& site = config.sites[index];
        std::vector<FlowTarget> targets = flow_targets(site.flows);
        if (!site.technician.empty()) targets.push_back(technician_target(site.technician));
        for (const FlowTarget& target : targets) {
            const std::string pointer = "/sites/" + std::to_string(index) + "/flows/" + target.pointer;
            const auto found = std::find_if(config.connectors.begin(), config.connectors.end(), [&](const auto& one) {
                return one.name == target.connector &&
                       std::find(one.sites.begin(), one.sites.end(), site.id) != one.sites.end();
            });
            if (found == config.connectors.end()) {
                return yaml.error_at(pointer,
                                     "this flow writes to connector '" + target.connector + "', but site '" + site.id +
                                         "' has none of that name; add it under connectors",
                                     "unknown_connector");
            }
            for (const std::string& kind : target.kinds) {
                const std::vector<std::string>& taken = found->spec->kinds;
                if (std::find(taken.begin(), taken.end(), kind) != taken.end()) continue;
                return yaml.error_at(pointer, found->spec->title + " cannot carry out " + kind + "; choose another way",
                                     "unsupported_kind");
            }
        }
    }
    return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path)) {
        return make_error(ErrorKind::not_found, path + " cannot be read. Check that it exists and may be read.",
                          "no_file");
    }
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (text.size() <= bytes_max) return text;
    return make_error(ErrorKind::invalid, path + " is larger than " + std::to_string(bytes_max) + " bytes.",
                      "file_too_large");
}

namespace {

/// What is left of the file once its data folder is known.
Result<Config> read_rest(const Yaml& yaml, Config config, const std::string& folder) {
    const Section root(yaml, yaml.root, "");
    TIELINE_TRY(const std::string level, root.text("log", "info"));
    const std::pair<const char*, LogLevel> levels[] = {
        {"debug", LogLevel::debug}, {"info", LogLevel::info}, {"warn", LogLevel::warn}, {"error", LogLevel::error}};
    const auto* found =
        std::find_if(std::begin(levels), std::end(levels), [&](auto& one) { return level == one.first; });
    if (found == std::end(levels))
        return root.wrong("log", "'log' must be debug, info, warn or error", "unknown_value");
    config.log_level = found->second;
    TIELINE_TRY_VOID(read_identity(root, config));
    TIELINE_TRY_VOID(read_api(root, config, folder));
    TIELINE_TRY_VOID(read_sites(root, config, folder));
    TIELINE_TRY_VOID(read_connectors(root, config, folder));
    TIELINE_TRY_VOID(check_targets(yaml, config));
    config.content = yaml.root.dump();
    config.hash = hex(sha256(config.content));
    return config;
}

}  // namespace

Result<Config> read_config(std::string_view text, const std::string& file_name, const std::string& folder,
                           const Json* changes) {
    TIELINE_TRY(Yaml yaml, parse_yaml(text, file_name));
    Config config;
    config.file = file_name;
    {
        const Section root(yaml, yaml.root, "");
        TIELINE_TRY_VOID(root.only({"node", "data_dir", "log", "api", "identity", "sites", "connectors"}));
        TIELINE_TRY(config.node, root.text("node", config.node));
        TIELINE_TRY(const std::string data_dir, root.required_text("data_dir"));
        config.data_dir = path_in(folder, data_dir);
    }
    Json kept = Json::object();
    if (changes == nullptr) {
        TIELINE_TRY(kept, read_changes(config.data_dir));
    }
    const Json& counting = changes == nullptr ? kept : *changes;
    apply_changes(yaml.root, counting);
    Result<Config> read = read_rest(yaml, std::move(config), folder);
    if (read || counting.members().empty()) return read;
    Error error = read.error();
    error.message += " (values changed in the console count too: settings.json in the data folder)";
    return error;
}

namespace {

Result<Config> load(const std::string& path, const Json* changes) {
    TIELINE_TRY(const std::string text, read_file(path, config_bytes_max));
    const std::string folder = std::filesystem::path(path).parent_path().string();
    return read_config(text, path, folder.empty() ? "." : folder, changes);
}

}  // namespace

std::string ApiConfig::url_at(std::uint16_t actual_port) const {
    const std::string host = address.find(':') == std::string::npos ? address : "[" + address + "]";
    return "http://" + host + ":" + std::to_string(actual_port);
}

Result<Config> load_config(const std::string& path) { return load(path, nullptr); }

Result<Config> load_config_with(const std::string& path, const Json& changes) { return load(path, &changes); }

}  // namespace tieline::app
