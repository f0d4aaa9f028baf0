// The facts about SAP's fields, each said once and held together: metadata.yaml (which maps are compared with), the
// subsets in tests/sap_mock/maintenance/metadata (which the fake and SAP's mock server read), and SAP's own definition
// files, where a developer keeps them: the folder of the CMake variable TIELINE_SAP_DEFINITIONS, or of the
// environment's.

#include "connectors/evidence.h"
#include "connectors/odata/test_facts.h"
#include "connectors/sap_maintenance/spec.h"
#include "connectors/sap_maintenance/wire.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace tieline::connectors::sap_maintenance::test {
namespace {

std::vector<odata::Metadata> subsets() { return odata::test::subsets_in(TIELINE_SAP_MAINTENANCE_METADATA); }

FieldMap compiled(const std::string& text) {
    auto map = FieldMap::compile(text, "map.yaml");
    EXPECT_TRUE(map) << (map ? "" : map.error().message);
    return std::move(*map);
}

/// Tables that write, and how.
std::vector<std::pair<std::string, odata::TableUse>> writing_tables() {
    std::vector<std::pair<std::string, odata::TableUse>> all;
    for (const std::string& table : needed_tables()) {
        const bool is_step = table.find(".status.") != std::string::npos;
        if (is_step)
            all.emplace_back(table, odata::TableUse::call);
        else if (table.starts_with("workorder.create."))
            all.emplace_back(table, odata::TableUse::create);
    }
    return all;
}

std::vector<odata::MapFinding> findings(const FieldMap& map, const std::vector<odata::Metadata>& known,
                                        const std::string& only_service = {}) {
    std::vector<odata::MapFinding> all;
    for (const auto& [table, use] : writing_tables()) {
        if (!map.entity(table).starts_with(only_service)) continue;
        for (odata::MapFinding& finding : odata::check_table(map, table, use, known)) all.push_back(std::move(finding));
    }
    return all;
}

TEST(SapMaintenanceFacts, metadata_yaml_and_the_subsets_say_the_same) {
    const auto metadata = read_metadata(own_metadata(), "metadata.yaml");
    ASSERT_TRUE(metadata) << metadata.error().message;
    const std::vector<odata::Metadata> known = subsets();
    std::size_t compared = 0;
    for (const auto& [name, set] : {std::pair{"order", "MaintenanceOrder"},
                                    {"component", "MaintOrderOpComponent"},
                                    {"confirmation", "MaintOrderConfirmation"},
                                    {"movement", "A_MaterialDocumentItem"},
                                    {"MaintenanceNotification", "MaintenanceNotification"},
                                    {"MaintenanceNotificationItem", "MaintenanceNotificationItem"},
                                    {"MaintNotificationItemCause", "MaintNotificationItemCause"},
                                    {"MaintenanceOrder", "MaintenanceOrder"},
                                    {"MaintenanceOrderOperation", "MaintenanceOrderOperation"}})
        compared += odata::test::expect_saps_fields(*metadata, known, name, set);
    EXPECT_EQ(compared, 48U);
}

TEST(SapMaintenanceFacts, the_own_map_fits_the_subsets_and_one_that_does_not_is_seen) {
    const std::string text(own_map());
    for (const odata::MapFinding& finding : findings(compiled(text), subsets()))
        ADD_FAILURE() << "map.yaml:" << finding.line << ": " << finding.message;
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"{to: NotificationText,", "{to: NotifText,"},
                                   {"max: 16, required: true}", "max: 60, required: true}"},
                                   {"to: MaintOrderReferenceDateTime,", "to: MaintOrderReferenceDate,"},
                                   {"API_MAINTNOTIFICATION/SetMaintNotifToInProcess", "API_MAINTNOTIFICATION/Start"},
                                   {"{to: RequiredEndDate, from: due_on, type: date, format: odata_v2}",
                                    "{to: RequiredEndDate, from: due_on}"}}) {
        std::string spoilt = text;
        ASSERT_NE(spoilt.find(from), std::string::npos) << from;
        spoilt.replace(spoilt.find(from), from.size(), to);
        EXPECT_FALSE(findings(compiled(spoilt), subsets()).empty()) << to;
    }
}

/// One service of the subsets against SAP's own definition of it.
class SapMaintenanceDefinition : public testing::TestWithParam<std::string> {};

TEST_P(SapMaintenanceDefinition, the_subset_and_the_map_say_what_sap_says) {
    const std::vector<odata::Metadata> known = subsets();
    const auto ours = std::find_if(known.begin(), known.end(),
                                   [](const odata::Metadata& each) { return each.service() == GetParam(); });
    ASSERT_NE(ours, known.end());
    std::vector<Evidence> evidence;
    if (GetParam() == "API_MAINTNOTIFICATION")
        evidence.emplace_back("sap_maintenance", "workorder.create", "definition");
    if (GetParam() == "API_MAINTENANCEORDER") {
        for (const char* kind : {"workorder.link", "workorder.status", "read workorder"})
            evidence.emplace_back("sap_maintenance", kind, "definition");
    }
    const auto edmx = odata::test::definitions_in(TIELINE_SAP_DEFINITIONS) / (GetParam() + ".edmx");
    if (!std::filesystem::exists(edmx)) {
        GTEST_SKIP() << "SAP's definition of " << GetParam() << " is not here (" << GetParam()
                     << ".edmx in TIELINE_SAP_DEFINITIONS); it may not be passed on";
    }
    auto theirs = odata::Metadata::parse(text_of(edmx), GetParam());
    ASSERT_TRUE(theirs) << theirs.error().message;
    odata::test::expect_same_sets(*ours, *theirs);
    for (const auto& [table, use] : writing_tables()) {
        const std::string entity = compiled(std::string(own_map())).entity(table);
        if (use != odata::TableUse::call || !entity.starts_with(GetParam() + "/")) continue;
        odata::test::expect_same_function(*ours, *theirs, entity.substr(entity.find('/') + 1));
    }
    std::vector<odata::Metadata> real;
    real.push_back(std::move(*theirs));
    for (const odata::MapFinding& finding : findings(compiled(std::string(own_map())), real, GetParam()))
        ADD_FAILURE() << "map.yaml:" << finding.line << ": " << finding.message;
    for (const Evidence& shown : evidence) {
        if (!HasFailure()) shown.holds();
    }
}

INSTANTIATE_TEST_SUITE_P(Services, SapMaintenanceDefinition,
                         testing::Values("API_MAINTENANCEORDER", "API_MAINTNOTIFICATION", "API_MATERIAL_DOCUMENT_SRV"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace tieline::connectors::sap_maintenance::test
