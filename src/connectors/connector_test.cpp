// Settings of connectors, and the words that suggest.

#include "connectors/connector.h"

#include <gtest/gtest.h>

namespace tieline::connectors {
namespace {

const std::vector<Field> fields = {
    {"url", Field::Kind::url, true, "", "address of the ERP's API"},
    {"token", Field::Kind::secret, true, "", ""},
    {"in_flight", Field::Kind::integer, false, "32", ""},
    {"poll", Field::Kind::duration_ms, false, "5s", ""},
    {"strict", Field::Kind::boolean, false, "true", ""},
    {"company", Field::Kind::text, false, "", ""},
};

Result<Settings> checked(std::vector<std::pair<std::string, std::string>> values) {
    return check_settings(fields, Settings{"erp", std::move(values)});
}
std::string fault(std::vector<std::pair<std::string, std::string>> values) {
    const auto out = checked(std::move(values));
    if (out) return "accepted";
    EXPECT_EQ(out.error().code, "bad_setting");
    EXPECT_EQ(out.error().kind, ErrorKind::invalid);
    return out.error().message;
}

TEST(Settings, fallbacks_are_filled_in) {
    const auto out = checked({{"token", "s"}, {"url", "https://erp.example/api"}});
    ASSERT_TRUE(out) << out.error().message;
    EXPECT_EQ(out->name, "erp");
    EXPECT_EQ(out->integer("in_flight"), 32);
    EXPECT_EQ(out->duration("poll"), Millis(5000));
    EXPECT_TRUE(out->boolean("strict"));
    EXPECT_EQ(out->value("company"), "");
    EXPECT_EQ(out->value("no_such"), "");
    EXPECT_EQ(out->values.front().first, "url");
}

TEST(Settings, durations) {
    for (const auto& [text, millis] : std::vector<std::pair<std::string, int>>{
             {"250", 250}, {"250ms", 250}, {"2s", 2000}, {"3m", 180'000}, {"1h", 3'600'000}, {"0", 0}}) {
        const auto out = checked({{"token", "s"}, {"url", "http://h"}, {"poll", text}});
        ASSERT_TRUE(out) << text;
        EXPECT_EQ(out->duration("poll"), Millis(millis)) << text;
    }
    for (const char* text : {"s", "5 s", "5d", "-1", "99999999999999999999", "9999999999h"}) {
        EXPECT_NE(fault({{"token", "s"}, {"url", "http://h"}, {"poll", text}}).find("no duration"), std::string::npos)
            << text;
    }
}

TEST(Settings, errors_name_connector_setting_and_what_to_do) {
    EXPECT_EQ(fault({{"token", "s"}}),
              "connector 'erp', setting 'url': it is required and missing (address of the ERP's API)");
    EXPECT_NE(fault({{"token", "s"}, {"url", "http://h"}, {"in_flihgt", "3"}}).find("did you mean 'in_flight'?"),
              std::string::npos);
    EXPECT_NE(fault({{"token", "s"}, {"url", "ftp://h"}}).find("https://host/path"), std::string::npos);
    EXPECT_NE(fault({{"token", "s"}, {"url", "https://user:word@h/"}}).find("no web address"), std::string::npos);
    EXPECT_NE(fault({{"token", "s"}, {"url", "http://h"}, {"in_flight", "3x"}}).find("whole number"),
              std::string::npos);
    EXPECT_NE(fault({{"token", "s"}, {"url", "http://h"}, {"strict", "maybe"}}).find("neither"), std::string::npos);
    EXPECT_NE(fault({{"token", "s"}, {"url", "http://h"}, {"url", "http://i"}}).find("twice"), std::string::npos);
}

TEST(Settings, a_secret_is_never_quoted) {
    const std::string said = fault({{"url", "http://h"}, {"token", "hidden\nword"}});
    EXPECT_NE(said.find("control character"), std::string::npos);
    EXPECT_EQ(said.find("hidden"), std::string::npos);
}

}  // namespace
}  // namespace tieline::connectors
