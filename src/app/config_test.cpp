#include "app/config.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace tieline::app {
namespace {

/// The template with one place changed, read in a folder that has its secrets.
class ConfigTest : public ::testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::path(::testing::TempDir()) / ("config_test_" + std::to_string(getpid()));
        std::filesystem::create_directories(folder_ / "secrets");
        for (const char* name : {"cmms.token", "erp.token", "webhook.secret"}) {
            std::ofstream(folder_ / "secrets" / name) << "a-secret-of-at-least-16-characters\n";
        }
        const Result<std::string> text = read_file(TIELINE_TEMPLATES "/sandbox.yaml", 1 << 20);
        ASSERT_TRUE(text);
        text_ = *text;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    Result<Config> read() const { return read_config(text_, "tieline.yaml", folder_.string()); }
    Error with(const std::string& from, const std::string& to) const {
        std::string text = text_;
        const std::size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
        const Result<Config> config = read_config(text, "tieline.yaml", folder_.string());
        return config ? Error{} : config.error();
    }

    std::filesystem::path folder_;
    std::string text_;
};

TEST_F(ConfigTest, TheTemplateIsComplete) {
    const Result<Config> config = read();
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->sites.at(0).id, "plant1");
    EXPECT_TRUE(config->sites[0].flows.cost_posting.has_value());
    ASSERT_EQ(config->connectors.size(), 2U);
    EXPECT_EQ(config->connectors[0].pace.poll_every, Millis(2000));
    EXPECT_EQ(config->connectors[0].settings_for("plant1").value("site"), "plant1");
    EXPECT_EQ(config->data_dir, (folder_ / "data").string());
    EXPECT_EQ(config->secret_names.size(), 3U);
    EXPECT_EQ(config->content.find("a-secret"), std::string::npos) << "values of secrets stay out of the log";
    EXPECT_EQ(config->hash.size(), 64U);
}

TEST_F(ConfigTest, TheTemplateOfMaximoIsComplete) {
    for (const char* name : {"maximo.key", "maximo-push.secret"})
        std::ofstream(folder_ / "secrets" / name) << "a-secret-of-at-least-16-characters\n";
    const Result<std::string> text = read_file(TIELINE_TEMPLATES "/maximo-sandbox.yaml", 1 << 20);
    ASSERT_TRUE(text);
    text_ = *text;
    const Result<Config> config = read();
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->connectors[0].spec->system, "maximo");
    EXPECT_TRUE(config->sites[0].flows.parts_issue.has_value());
}

TEST_F(ConfigTest, TheTemplateOfSapMaintenanceIsComplete) {
    std::ofstream(folder_ / "secrets/sap-pm.password") << "a-secret-of-at-least-16-characters\n";
    const Result<std::string> text = read_file(TIELINE_TEMPLATES "/sap-maintenance-sandbox.yaml", 1 << 20);
    ASSERT_TRUE(text);
    text_ = *text;
    const Result<Config> config = read();
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->connectors[0].spec->system, "sap_maintenance");
    EXPECT_NE(with("      cost_booked_by: hub\n", "").message.find("cost_booked_by"), std::string::npos);
    EXPECT_NE(with("      supply:\n", "      parts_state: {}\n      supply:\n").message.find("workorder.parts_state"),
              std::string::npos);
}

TEST_F(ConfigTest, TheTemplateOfMaximoAndSapIsComplete) {
    for (const char* name : {"maximo.key", "maximo-push.secret", "sap.password"})
        std::ofstream(folder_ / "secrets" / name) << "a-secret-of-at-least-16-characters\n";
    const Result<std::string> text = read_file(TIELINE_TEMPLATES "/maximo-sap.yaml", 1 << 20);
    ASSERT_TRUE(text);
    text_ = *text;
    const Result<Config> config = read();
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->connectors[1].spec->system, "sap_s4");
    EXPECT_EQ(with("# order_mirror: {}", "order_mirror: {}").message, "");
    // SAP's service entry sheets are not there: a contractor's cost goes by journal.
    const Error error = with("contractor: journal", "contractor: service_receipt");
    EXPECT_NE(error.message.find("cannot carry out service_receipt.post"), std::string::npos) << error.message;
}

TEST_F(ConfigTest, AConnectorMayHaveANetworkOfItsOwn) {
    const std::string plain = "      company_codes: \"1000\"\n";
    const auto with_network = [&](const std::string& network) {
        return with(plain, plain + "    network: " + network + "\n");
    };
    EXPECT_EQ(with_network("{proxy: \"http://proxy.example:3128\", connect_timeout: 3s}").message, "");
    EXPECT_EQ(with_network("{prxy: x}").code, "unknown_key");
    EXPECT_EQ(with_network("{ca_file: nowhere.pem}").code, "no_file");
    std::ofstream(folder_ / "client.pem") << "x";
    EXPECT_EQ(with_network("{client_certificate: client.pem}").code, "missing_field");
    EXPECT_EQ(with_network("{client_certificate: client.pem, client_key: client.pem}").message, "");
}

TEST_F(ConfigTest, AFieldMapThatDoesNotFitIsRefusedWithItsLine) {
    const connectors::ConnectorSpec* erp = nullptr;
    const Result<Config> config = read();
    ASSERT_TRUE(config);
    for (const ConnectorConfig& connector : config->connectors)
        if (connector.name == "erp") erp = connector.spec;
    ASSERT_NE(erp, nullptr);
    std::string map(erp->own_map);
    const std::string row = "{to: headerText, from: text, rule: [trim, {truncate: 50}, omit_if_empty]}";
    map.replace(map.find(row), row.size(), "{to: headerText, from: text, max: 80}");
    std::ofstream(folder_ / "plant.map.yaml") << map;
    const Error error = with("    system: sandbox_erp\n", "    system: sandbox_erp\n    map: plant.map.yaml\n");
    EXPECT_EQ(error.code, "too_long");
    EXPECT_TRUE(error.message.starts_with((folder_ / "plant.map.yaml:").string())) << error.message;
}

TEST_F(ConfigTest, MistakesNameFileLineAndWhatToDo) {
    const Error unknown = with("log: info", "lgo: info");
    EXPECT_EQ(unknown.code, "unknown_key");
    EXPECT_EQ(unknown.message.rfind("tieline.yaml:5:1:", 0), 0U) << unknown.message;
    EXPECT_EQ(with("port: 8420", "port: 84200").code, "bad_number");
    EXPECT_EQ(with("rounding: half_even", "rounding: sometimes").field.rfind("/sites/0/flows/cost_posting", 0), 0U);
    EXPECT_EQ(with("system: sandbox_erp", "system: sap").code, "unknown_system");
    EXPECT_EQ(with("name: erp", "name: sap").code, "unknown_connector") << "the flows write to 'erp'";
    EXPECT_EQ(with("name: erp", "name: cmms").code, "duplicate");
    EXPECT_EQ(with("poll_every: 2s", "poll_every: soon").code, "bad_duration");
    EXPECT_EQ(with("site: plant1", "site: plant9").code, "unknown_site");
    EXPECT_EQ(with("id: plant1", "id: Plant 1").code, "bad_name");
}

TEST_F(ConfigTest, AFloorPlanLiesWithinItsPicture) {
    EXPECT_EQ(read()->sites.at(0).floor_plan.zones.size(), 4U);
    EXPECT_TRUE(read()->sites[0].floor_plan.picture.empty());
    EXPECT_EQ(with("width: 60, height: 47", "width: 99, height: 47").code, "bad_zone");
    EXPECT_EQ(with("code: LINE-2", "code: LINE-1").code, "duplicate");
    EXPECT_EQ(with("    floor_plan:\n", "    floor_plan:\n      picture: plan.pdf\n").code, "bad_picture");
    EXPECT_EQ(with("    floor_plan:\n", "    floor_plan:\n      picture: none.svg\n").code, "no_file");
    std::ofstream(folder_ / "plan.svg") << "<svg/>";
    EXPECT_EQ(with("    floor_plan:\n", "    floor_plan:\n      picture: plan.svg\n").code, "");
}

TEST_F(ConfigTest, TheNightlyReconciliationIsOffUntilItHasATime) {
    EXPECT_TRUE(read()->sites.at(0).reconcile.at.empty());
    const auto site = [](const std::string& settings) { return "id: plant1\n    reconcile: {" + settings + "}"; };
    EXPECT_EQ(with("id: plant1", site("at: \"02:30\", zone: Europe/Berlin, days: 31")).code, "");
    EXPECT_EQ(with("id: plant1", site("at: \"24:00\"")).code, "bad_time");
    EXPECT_EQ(with("id: plant1", site("at: soon")).code, "bad_time");
    EXPECT_EQ(with("id: plant1", site("zone: Europe/Berlin")).code, "missing_key");
    EXPECT_EQ(with("id: plant1", site("at: \"02:30\", zone: Mars/Olympus")).code, "bad_zone");
    EXPECT_EQ(with("id: plant1", site("at: \"02:30\", days: 0")).code, "bad_number");
}

TEST_F(ConfigTest, SecretsNeverStandInTheFile) {
    EXPECT_EQ(with("company_codes: \"1000\"", "token: abc").code, "secret_in_file");
    EXPECT_EQ(with("token: {file: secrets/erp.token}", "token: abc").code, "secret_in_file");
    EXPECT_EQ(with("{file: secrets/erp.token}", "{env: TIELINE_NO_SUCH_VARIABLE}").code, "no_secret");
    EXPECT_EQ(with("{file: secrets/erp.token}", "{file: secrets/nothing}").code, "no_secret");
    setenv("TIELINE_CONFIG_TEST", "from-the-environment", 1);
    EXPECT_EQ(with("{file: secrets/erp.token}", "{env: TIELINE_CONFIG_TEST}").code, "");
}

TEST_F(ConfigTest, AnOpenAddressNeedsAToken) {
    EXPECT_EQ(with("address: 127.0.0.1", "address: 0.0.0.0").code, "token_missing");
    EXPECT_EQ(with("address: 127.0.0.1", "address: 0.0.0.0\n  token: {file: secrets/erp.token}").code, "");
}

TEST_F(ConfigTest, PasswordsDoNotCrossTheNetworkInClearUnlessSomebodySaysSo) {
    const auto identity = [this](const std::string& settings) {
        return with("port: 8420", "port: 8420\n\nidentity: {" + settings + "}").code;
    };
    EXPECT_EQ(identity(""), "") << "on this machine alone";
    text_.replace(text_.find("address: 127.0.0.1"), 18, "address: 0.0.0.0");
    EXPECT_EQ(identity(""), "passwords_in_clear");
    EXPECT_EQ(identity("plain_http: true"), "");
    EXPECT_EQ(identity("secure_cookies: true, trusted_proxies: [\"10.0.0.2\"]"), "");
}

TEST_F(ConfigTest, NoConnectorIsNamedAsWhatTielineWritesItself) {
    for (const char* name : {"hub", "configuration", "identity", "technician", "console"}) {
        EXPECT_EQ(with("name: erp", "name: " + std::string(name)).code, "bad_name") << name;
    }
}

}  // namespace
}  // namespace tieline::app
