// Every connector that the contract suite runs over.

#include "contract/connector_catalog.h"

namespace tieline::contract {

std::vector<ConnectorUnderTest> connectors_under_test() {
    std::vector<ConnectorUnderTest> all;
    all.push_back(sandbox_cmms_under_test());
#ifdef TIELINE_CONTRACT_SANDBOX_ERP
    all.push_back(sandbox_erp_under_test());
    all.push_back(sandbox_erp_parts_under_test());
#endif
    all.push_back(maximo_under_test());
    all.push_back(sap_s4_under_test());
    all.push_back(sap_s4_batches_under_test());
    all.push_back(sap_s4_masters_under_test());
    all.push_back(sap_maintenance_under_test());
    all.push_back(sap_maintenance_orders_under_test());
    return all;
}

}  // namespace tieline::contract
