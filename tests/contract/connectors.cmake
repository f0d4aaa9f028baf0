# Each connector: its <system>_under_test.cpp and libraries (README.md). The ERP's joins when its file is there.
set(under_test_sources sandbox_cmms_under_test.cpp maximo_under_test.cpp sap_s4_under_test.cpp
  sap_maintenance_under_test.cpp)
set(under_test_libraries tieline_connectors_sandbox_cmms tieline_sandbox_cmms tieline_connectors_maximo_fake
  tieline_sap_s4_fake tieline_sap_maintenance_fake tieline_odata_fake)
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/sandbox_erp_under_test.cpp)
  list(APPEND under_test_sources sandbox_erp_under_test.cpp)
  list(APPEND under_test_libraries tieline_connectors_sandbox_erp tieline_sandbox_erp)
endif()
tieline_test(connector_contract
  SOURCES connector_contract.cpp connector_calls.cpp connector_catalog.cpp ${under_test_sources}
  LINK tieline_connectors tieline_connectors_rest ${under_test_libraries} LABELS contract TIMEOUT 240)
tieline_evidence(connector_contract)
if(TARGET connector_contract)
  target_include_directories(connector_contract PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/sandbox_erp_under_test.cpp)
    target_compile_definitions(connector_contract PRIVATE TIELINE_CONTRACT_SANDBOX_ERP)
  endif()
endif()
