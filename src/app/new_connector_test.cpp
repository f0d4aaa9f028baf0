// The skeleton of a connector: written whole or not at all, and registered everywhere.

#include "app/new_connector.h"

#include "app/config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace tieline::app {
namespace {

namespace fs = std::filesystem;

/// The parts of this source tree that the command reads, copied.
class NewConnector : public ::testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::path(::testing::TempDir()) / ("new_connector_" + std::to_string(getpid()));
        for (const char* part : {"templates/connector", "src/app", "src/connectors", "tests/contract"}) {
            fs::create_directories(folder_ / part);
            for (const auto& entry : fs::directory_iterator(fs::path(TIELINE_SOURCE) / part))
                if (entry.is_regular_file()) fs::copy_file(entry.path(), folder_ / part / entry.path().filename());
        }
    }
    void TearDown() override { fs::remove_all(folder_); }
    std::string text(const std::string& file) const {
        const Result<std::string> read = read_file((folder_ / file).string(), 1 << 20);
        EXPECT_TRUE(read) << file;
        return read ? *read : std::string();
    }
    fs::path folder_;
};

TEST_F(NewConnector, IsWrittenAndRegistered) {
    const auto written = new_connector("acme_cmms", folder_.string());
    ASSERT_TRUE(written) << written.error().message;
    for (const std::string& file : *written) {
        EXPECT_EQ(text(file).find("@name@"), std::string::npos) << file;
        EXPECT_EQ(text(file).find("@Name@"), std::string::npos) << file;
    }
    EXPECT_NE(text("src/connectors/acme_cmms/acme_cmms.h").find("class AcmeCmms final"), std::string::npos);
    EXPECT_NE(text("src/connectors/CMakeLists.txt").find(" acme_cmms)"), std::string::npos);
    EXPECT_NE(text("src/app/catalog.cpp").find("&connectors::acme_cmms::spec(),"), std::string::npos);
    EXPECT_NE(text("src/app/CMakeLists.txt").find("tieline_connectors_acme_cmms"), std::string::npos);
    EXPECT_NE(text("tests/contract/connector_catalog.cpp").find("acme_cmms_under_test()"), std::string::npos);
    EXPECT_NE(text("tests/contract/connectors.cmake").find("acme_cmms_under_test.cpp"), std::string::npos);
    const auto again = new_connector("acme_cmms", folder_.string());
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, "exists");
    EXPECT_TRUE(new_connector("second", folder_.string()));
}

TEST_F(NewConnector, NothingIsWrittenWhereAPlaceIsMissing) {
    fs::remove(folder_ / "tests/contract/connectors.cmake");
    EXPECT_FALSE(new_connector("acme", folder_.string()));
    EXPECT_FALSE(fs::exists(folder_ / "src/connectors/acme"));
    EXPECT_EQ(new_connector("Acme-1", folder_.string()).error().code, "bad_name");
    EXPECT_EQ(new_connector("acme", (folder_ / "src").string()).error().code, "no_source");
}

}  // namespace
}  // namespace tieline::app
