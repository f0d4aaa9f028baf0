// The facts about SAP's fields, each said once and held together: metadata.yaml (which maps are compared with), the
// subsets in tests/sap_mock/metadata (which the fake and SAP's mock server read), and SAP's own definition files, where
// a developer keeps them: the folder of the CMake variable TIELINE_SAP_DEFINITIONS, or of the environment's.

#include "connectors/evidence.h"
#include "connectors/odata/test_facts.h"
#include "connectors/sap_s4/spec.h"
#include "connectors/sap_s4/test_sap_peer.h"
#include "connectors/sap_s4/wire.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace tieline::connectors::sap_s4::test {
namespace {

using odata::test::facts_of;

std::vector<odata::Metadata> subsets() { return odata::test::subsets_in(TIELINE_SAP_METADATA); }

/// Of SAP's OpenAPI form of a service: the same words as of a property.
std::string facts_of_schema(const Json& schema) {
    if (schema.text_or("type") == "boolean") return "Edm.Boolean";
    if (schema.text_or("format") == "decimal")
        return "Edm.Decimal " + std::to_string(schema.int_or("x-sap-precision", 0)) + "," +
               std::to_string(schema.int_or("x-sap-scale", 0));
    if (schema.text_or("example").starts_with("/Date(")) return "Edm.DateTime";
    return "Edm.String " + std::to_string(schema.int_or("maxLength", 0));
}

FieldMap map() {
    auto compiled = FieldMap::compile(own_map(), "map.yaml");
    EXPECT_TRUE(compiled);
    return std::move(*compiled);
}

odata::TableUse use_of(const Route& route) {
    if (route.way == Way::patch || route.way == Way::remove) return odata::TableUse::patch;
    return route.way == Way::call ? odata::TableUse::call : odata::TableUse::create;
}

void expect_map_fits(const std::vector<odata::Metadata>& known, std::string_view only_service = {}) {
    const FieldMap compiled = map();
    std::size_t compared = 0;
    std::vector<Route> all(routes().begin(), routes().end());
    all.insert(all.end(), steps().begin(), steps().end());
    for (const Route& route : all) {
        const std::string entity = compiled.entity(route.table);
        if (route.way == Way::soap || !entity.starts_with(only_service)) continue;
        ++compared;
        for (const odata::MapFinding& finding : odata::check_table(compiled, route.table, use_of(route), known))
            ADD_FAILURE() << "map.yaml:" << finding.line << ": " << finding.message;
    }
    if (only_service.empty()) EXPECT_EQ(compared, all.size() - 2) << "all but the journal's two";
}

TEST(SapFacts, metadata_yaml_and_the_subsets_say_the_same) {
    const auto metadata = read_metadata(own_metadata(), "metadata.yaml");
    ASSERT_TRUE(metadata) << metadata.error().message;
    std::size_t compared = 0;
    for (const odata::Metadata& service : subsets()) {
        for (const odata::EntitySet& set : service.sets()) {
            const Entity* entity = metadata->find(set.name);
            const odata::EntityType* type = service.type_of_set(set.name);
            ASSERT_NE(type, nullptr) << set.name;
            if (entity == nullptr) continue;
            for (const MetaField& field : entity->fields) {
                if (!field.entity.empty()) {
                    EXPECT_NE(service.target(*type, field.name), nullptr) << set.name << "/" << field.name;
                    continue;
                }
                const odata::Property* property = type->property(field.name);
                ASSERT_NE(property, nullptr) << set.name << "/" << field.name;
                EXPECT_EQ(facts_of(field), facts_of(*property)) << set.name << "/" << field.name;
                ++compared;
            }
        }
    }
    EXPECT_GT(compared, 90U);
}

/// Of what is read: fields that bear SAP's names are SAP's, whatever the connector adds beside them.
TEST(SapFacts, what_is_read_has_saps_lengths) {
    const auto metadata = read_metadata(own_metadata(), "metadata.yaml");
    ASSERT_TRUE(metadata) << metadata.error().message;
    const std::vector<odata::Metadata> known = subsets();
    std::size_t compared = 0;
    for (const auto& [name, set] : {std::pair{"cost_center", "A_CostCenter"},
                                    {"internal_order", "A_InternalOrder"},
                                    {"part", "A_Product"},
                                    {"part.unit", "A_ProductUnitsOfMeasure"},
                                    {"equipment", "Equipment"},
                                    {"requisition", "A_PurchaseRequisitionItem"},
                                    {"purchase_order", "A_PurchaseOrder"},
                                    {"purchase_order.item", "A_PurchaseOrderItem"},
                                    {"delivery", "A_MaterialDocumentItem"},
                                    {"reservation", "A_ReservationDocumentItem"},
                                    {"inspection_lot", "A_InspectionLot"},
                                    {"stock", "A_MatlStkInAcctMod"}}) {
        // The posting date is of the document, not of its item.
        compared += odata::test::expect_saps_fields(*metadata, known, name, set, {"PostingDate"});
    }
    EXPECT_GT(compared, 40U);
}

TEST(SapFacts, the_own_map_fits_the_subsets) { expect_map_fits(subsets()); }

TEST(SapFacts, a_map_that_does_not_fit_is_seen) {
    std::string text(own_map());
    const std::string row = "{to: MaterialDocumentHeaderText, from: text, rule: [trim, {truncate: 25},";
    const std::size_t at = text.find(row);
    ASSERT_NE(at, std::string::npos);
    const auto found = [&](const std::string& spoilt) {
        std::string changed = text;
        changed.replace(at, row.size(), spoilt);
        const auto compiled = FieldMap::compile(changed, "map.yaml");
        EXPECT_TRUE(compiled) << (compiled ? "" : compiled.error().message);
        return odata::check_table(*compiled, "goods_issue.post", odata::TableUse::create, subsets()).size();
    };
    EXPECT_EQ(found(row), 0U);
    EXPECT_EQ(found("{to: MaterialDocumentHeaderTex, from: text, rule: [trim, {truncate: 25},"), 1U);
    EXPECT_EQ(found("{to: PostingDat, from: text, rule: [trim, {truncate: 25},"), 1U);
    EXPECT_EQ(found("{to: CreationDate, from: text, rule: [trim, {truncate: 25},"), 1U) << "a text into a date";
}

/// One service of the subsets against SAP's own definition of it.
class SapDefinition : public testing::TestWithParam<std::string> {
protected:
    static const odata::Metadata* subset() {
        static const std::vector<odata::Metadata> all = subsets();
        const auto found = std::find_if(all.begin(), all.end(),
                                        [](const odata::Metadata& each) { return each.service() == GetParam(); });
        return found == all.end() ? nullptr : &*found;
    }
    static void expect_same_functions(const odata::Metadata& ours, const odata::Metadata& theirs) {
        std::vector<Route> all(routes().begin(), routes().end());
        all.insert(all.end(), steps().begin(), steps().end());
        for (const Route& route : all) {
            const std::string entity = map().entity(route.table);
            if (route.way == Way::call && entity.starts_with(GetParam() + "/"))
                odata::test::expect_same_function(ours, theirs, entity.substr(GetParam().size() + 1));
        }
    }
    /// The same from the OpenAPI form, where no EDMX is at hand: names, lengths, types.
    static void expect_same_schemas(const odata::Metadata& ours, const Json& definition) {
        const Json* schemas = definition.find("components")->find("schemas");
        ASSERT_NE(schemas, nullptr);
        for (const odata::EntitySet& set : ours.sets()) {
            const Json* schema = schemas->find(set.name);
            ASSERT_NE(schema, nullptr) << set.name;
            for (const odata::Property& property : ours.type_of_set(set.name)->properties) {
                const Json* fact = schema->find("properties")->find(property.name);
                ASSERT_NE(fact, nullptr) << set.name << " has no " << property.name;
                EXPECT_EQ(facts_of(property), facts_of_schema(*fact)) << set.name << "/" << property.name;
            }
        }
    }
    /// What the map sends stands in the schemas of what may be sent; keys of a patch are in its address.
    static void expect_schemas_take_map(const Json& definition) {
        const FieldMap compiled = map();
        const Json& schemas = *definition.find("components")->find("schemas");
        for (const Route& route : routes()) {
            const std::string entity = compiled.entity(route.table);
            if (!entity.starts_with(GetParam() + "/")) continue;
            const std::string set = entity.substr(GetParam().size() + 1);
            for (const TargetField& field : compiled.targets(route.table)) {
                if (std::find(route.keys.begin(), route.keys.end(), field.path) != route.keys.end()) continue;
                const std::string inner = std::string(route.items) + "[].";
                const bool is_item = !route.items.empty() && field.path.starts_with(inner);
                const std::string name = is_item ? field.path.substr(inner.size()) : field.path;
                if (name == std::string(route.items) + "[]") continue;
                const std::string of = is_item ? "A_ReservationDocumentItem" : set;
                const Json* schema = schemas.find((route.way == Way::patch ? "Update" : "Create") + of);
                ASSERT_NE(schema, nullptr) << route.table;
                EXPECT_NE(schema->find("properties")->find(name), nullptr) << route.table << ": " << field.path;
            }
        }
    }
};

TEST_P(SapDefinition, the_subset_and_the_map_say_what_sap_says) {
    ASSERT_NE(subset(), nullptr);
    std::vector<std::pair<std::string, Evidence>> evidence;
    for (const Route& route : routes()) {
        if (map().entity(route.table).starts_with(GetParam() + "/"))
            evidence.emplace_back(route.table, Evidence("sap_s4", std::string(route.table), "definition"));
    }
    const std::filesystem::path folder = odata::test::definitions_in(TIELINE_SAP_DEFINITIONS);
    const auto edmx = folder / (GetParam() + ".edmx"), openapi = folder / (GetParam() + ".openapi.json");
    if (std::filesystem::exists(edmx)) {
        auto theirs = odata::Metadata::parse(text_of(edmx), GetParam());
        ASSERT_TRUE(theirs) << theirs.error().message;
        odata::test::expect_same_sets(*subset(), *theirs, odata::test::Writes::less);
        expect_same_functions(*subset(), *theirs);
        std::vector<odata::Metadata> known;
        known.push_back(std::move(*theirs));
        expect_map_fits(known, GetParam());
    } else if (std::filesystem::exists(openapi)) {
        const auto theirs = Json::parse(text_of(openapi), JsonLimits{.bytes_max = 64U << 20U});
        ASSERT_TRUE(theirs) << theirs.error().message;
        expect_same_schemas(*subset(), *theirs);
        expect_schemas_take_map(*theirs);
    } else {
        GTEST_SKIP() << "SAP's definition of " << GetParam() << " is not here (" << GetParam()
                     << ".edmx in TIELINE_SAP_DEFINITIONS); it may not be passed on";
    }
    for (const auto& [table, shown] : evidence) {
        if (!HasFailure()) shown.holds();
    }
}

INSTANTIATE_TEST_SUITE_P(Services, SapDefinition,
                         testing::Values("API_MATERIAL_DOCUMENT_SRV", "API_PURCHASEREQ_PROCESS_SRV",
                                         "API_RESERVATION_DOCUMENT_SRV", "API_OPLACCTGDOCITEMCUBE_SRV",
                                         "API_MATERIAL_STOCK_SRV", "API_PURCHASEORDER_PROCESS_SRV", "API_PRODUCT_SRV",
                                         "API_COSTCENTER_SRV", "API_INTERNALORDER_SRV", "API_EQUIPMENT",
                                         "API_MAINTENANCEORDER", "API_MAINTORDERCONFIRMATION", "API_INSPECTIONLOT_SRV"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
