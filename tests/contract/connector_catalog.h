#pragma once
// One function per connector, each in <system>_under_test.cpp.

#include "contract/connector_contract.h"

namespace tieline::contract {

ConnectorUnderTest sandbox_cmms_under_test();
ConnectorUnderTest sandbox_erp_under_test();
/// The same connector, reading reservations, requisitions and orders.
ConnectorUnderTest sandbox_erp_parts_under_test();
ConnectorUnderTest maximo_under_test();
ConnectorUnderTest sap_s4_under_test();
ConnectorUnderTest sap_s4_batches_under_test();  ///< reads that belong together as one request
ConnectorUnderTest sap_s4_masters_under_test();
ConnectorUnderTest sap_maintenance_under_test();
/// The same connector where another ERP keeps the ledger, making orders instead of notifications.
ConnectorUnderTest sap_maintenance_orders_under_test();

}  // namespace tieline::contract
