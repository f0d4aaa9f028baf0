// Rows of SAP → job, case by case as the files in testdata say: what stands in SAP, the settings, the event.

#include "connectors/sap_maintenance/test_maintenance.h"
#include "connectors/test_golden.h"

#include <filesystem>

namespace tieline::connectors::sap_maintenance::test {
namespace {

TEST_F(Maintenance, rows_become_these_jobs) {
    std::size_t count = 0;
    for (const auto& file : std::filesystem::directory_iterator(TIELINE_TESTDATA)) {
        SCOPED_TRACE(file.path().filename().string());
        const Json golden = golden_of(file.path());
        std::vector<std::pair<std::string, std::string>> changed;
        if (const Json* given = golden.find("settings"); given != nullptr)
            for (const auto& [name, value] : given->members()) changed.emplace_back(name, value.string());
        remake(changed, map_with_rates());
        Plant plant;
        for (const auto& [set, rows] : golden.find("rows")->members())
            for (const Json& row : rows.items()) plant.add_row(set, row);
        const Peer answers = [&](const net::HttpRequest& request) { return plant.answer(request); };
        const std::string before = plant.state();
        const auto object = run(connector_->fetch(golden.text_or("object")), answers);
        ASSERT_TRUE(object) << object.error().message;
        const Json& wanted = *golden.find("event");
        EXPECT_EQ(object->object, golden.text_or("object"));
        EXPECT_EQ(plant.state(), before);
        ++count;
        if (const std::string code = wanted.text_or("refused"); !code.empty()) {
            ASSERT_TRUE(object->refused) << object->data;
            EXPECT_EQ(object->refused->code, code) << object->refused->message;
            continue;
        }
        EXPECT_FALSE(object->refused) << object->refused->message;
        EXPECT_EQ(object->type, wanted.text_or("type"));
        EXPECT_EQ(object->data, wanted.find("data")->dump());
    }
    EXPECT_EQ(count, 8U);
}

}  // namespace
}  // namespace tieline::connectors::sap_maintenance::test
