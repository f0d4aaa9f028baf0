#include "sandbox/erp/seed.h"

namespace tieline::sandbox::erp {

const char* const demo_plant = R"json({
  "companies": [
    {"code":"1000","name":"Plant Bottling","currency":"EUR","zone":"Europe/Berlin"}
  ],
  "accounts": [
    {"code":"015000","name":"Assets under construction","kind":"capital"},
    {"code":"160000","name":"Trade payables","kind":"payable"},
    {"code":"181000","name":"Labor clearing","kind":"clearing_labor"},
    {"code":"182000","name":"Parts clearing","kind":"clearing_parts"},
    {"code":"183000","name":"Contractor clearing","kind":"clearing_contractor"},
    {"code":"184000","name":"Other clearing","kind":"clearing_other"},
    {"code":"190000","name":"Accrued liabilities","kind":"accrual"},
    {"code":"191000","name":"Goods receipt/invoice receipt","kind":"gr_ir"},
    {"code":"300000","name":"Spare parts inventory","kind":"inventory"},
    {"code":"610000","name":"Maintenance labor","kind":"expense_labor"},
    {"code":"620000","name":"Maintenance parts","kind":"expense_parts"},
    {"code":"630000","name":"Maintenance contractors","kind":"expense_contractor"},
    {"code":"640000","name":"Maintenance other","kind":"expense_other"}
  ],
  "costCenters": [
    {"code":"CC-100","companyCode":"1000","name":"Filling"},
    {"code":"CC-200","companyCode":"1000","name":"Packaging"},
    {"code":"CC-300","companyCode":"1000","name":"Utilities"},
    {"code":"CC-400","companyCode":"1000","name":"Warehouse"},
    {"code":"CC-900","companyCode":"1000","name":"Old bottling hall","validTo":"2024-12-31"}
  ],
  "internalOrders": [
    {"code":"IO-9001","companyCode":"1000","name":"Line 2 overhaul"},
    {"code":"IO-9002","companyCode":"1000","name":"Energy program"},
    {"code":"IO-9003","companyCode":"1000","name":"Hall B, finished","open":false}
  ],
  "assets": [
    {"code":"FILLER-01","companyCode":"1000","name":"Filler, line 1","costCenter":"CC-100"},
    {"code":"FILLER-02","companyCode":"1000","name":"Filler, line 2","costCenter":"CC-100"},
    {"code":"CAPPER-01","companyCode":"1000","name":"Screw capper, line 1","costCenter":"CC-100"},
    {"code":"RINSER-01","companyCode":"1000","name":"Bottle rinser, line 1","costCenter":"CC-100"},
    {"code":"LABELER-01","companyCode":"1000","name":"Labeler, line 1","costCenter":"CC-200"},
    {"code":"PACKER-01","companyCode":"1000","name":"Case packer, line 1","costCenter":"CC-200"},
    {"code":"PALLET-01","companyCode":"1000","name":"Palletizer","costCenter":"CC-200"},
    {"code":"CONVEY-01","companyCode":"1000","name":"Bottle conveyor, line 1","costCenter":"CC-200"},
    {"code":"COMP-01","companyCode":"1000","name":"Screw compressor","costCenter":"CC-300"},
    {"code":"COMPR-01","companyCode":"1000","name":"Standby compressor","costCenter":"CC-300"},
    {"code":"CHILLER-01","companyCode":"1000","name":"Glycol chiller","costCenter":"CC-300"},
    {"code":"PUMP-01","companyCode":"1000","name":"Process water pump","costCenter":"CC-300"},
    {"code":"BOILER-01","companyCode":"1000","name":"Steam boiler","costCenter":"CC-300"},
    {"code":"CRANE-01","companyCode":"1000","name":"Stacker crane","costCenter":"CC-400"},
    {"code":"FORK-01","companyCode":"1000","name":"Forklift, 2.5 t","costCenter":"CC-400"},
    {"code":"FORKLIFT-01","companyCode":"1000","name":"Forklift, 3.5 t","costCenter":"CC-400"}
  ],
  "activities": [
    {"code":"MECH","companyCode":"1000","name":"Mechanic","rate":"62.50","currency":"EUR"},
    {"code":"ELEC","companyCode":"1000","name":"Electrician","rate":"71.335","currency":"EUR"},
    {"code":"INST","companyCode":"1000","name":"Instrumentation","rate":"78.90","currency":"EUR"}
  ],
  "materials": [
    {"code":"P-1001","name":"Filling valve seal kit","unit":"PCE","price":"12.50","currency":"EUR","stock":"100000"},
    {"code":"P-1002","name":"O-ring 12 mm","unit":"PCE","price":"0.085","currency":"EUR","stock":"100000"},
    {"code":"P-1003","name":"Filling valve","unit":"PCE","price":"148.00","currency":"EUR","stock":"100000"},
    {"code":"P-1004","name":"Grease, food grade","unit":"PCE","price":"3.3333","currency":"EUR","stock":"100000"},
    {"code":"P-1005","name":"Capping head spring","unit":"PCE","price":"27.405","currency":"EUR","stock":"100000"},
    {"code":"P-1006","name":"Washer M8","unit":"PCE","price":"0.01","currency":"EUR","stock":"100000"},
    {"code":"P-1007","name":"Servo drive","unit":"PCE","price":"999.99","currency":"EUR","stock":"100000"},
    {"code":"P-1008","name":"Photo sensor","unit":"PCE","price":"61.245","currency":"EUR","stock":"100000"},
    {"code":"P-1009","name":"Label guide roller","unit":"PCE","price":"5.005","currency":"EUR","stock":"100000"},
    {"code":"P-1010","name":"V-belt","unit":"PCE","price":"18.20","currency":"EUR","stock":"100000"},
    {"code":"P-1011","name":"Gripper set","unit":"PCE","price":"240.00","currency":"EUR","stock":"100000"},
    {"code":"P-1012","name":"Hydraulic oil","unit":"PCE","price":"7.1","currency":"EUR","stock":"100000"},
    {"code":"P-1013","name":"Proximity switch","unit":"PCE","price":"34.90","currency":"EUR","stock":"100000"},
    {"code":"P-1014","name":"Ball bearing 6205","unit":"PCE","price":"8.75","currency":"EUR","stock":"100000"},
    {"code":"P-1015","name":"Ball bearing 6308","unit":"PCE","price":"19.40","currency":"EUR","stock":"100000"},
    {"code":"P-1016","name":"Chain 08B","unit":"PCE","price":"42.00","currency":"EUR","stock":"100000"},
    {"code":"P-1017","name":"Pneumatic cylinder","unit":"PCE","price":"126.30","currency":"EUR","stock":"100000"},
    {"code":"P-1018","name":"Solenoid valve","unit":"PCE","price":"58.15","currency":"EUR","stock":"100000"},
    {"code":"P-1019","name":"Air filter","unit":"PCE","price":"14.95","currency":"EUR","stock":"100000"},
    {"code":"P-1020","name":"Oil filter","unit":"PCE","price":"11.20","currency":"EUR","stock":"100000"},
    {"code":"P-1021","name":"Mechanical seal","unit":"PCE","price":"96.00","currency":"EUR","stock":"100000"},
    {"code":"P-1022","name":"Impeller","unit":"PCE","price":"310.00","currency":"EUR","stock":"100000"},
    {"code":"P-1023","name":"Coupling","unit":"PCE","price":"77.77","currency":"EUR","stock":"100000"},
    {"code":"P-1024","name":"Fuse 16 A","unit":"PCE","price":"2.35","currency":"EUR","stock":"100000"},
    {"code":"P-1025","name":"Contactor","unit":"PCE","price":"39.99","currency":"EUR","stock":"100000"},
    {"code":"P-1026","name":"Temperature probe","unit":"PCE","price":"64.50","currency":"EUR","stock":"100000"},
    {"code":"P-1027","name":"Pressure transmitter","unit":"PCE","price":"189.00","currency":"EUR","stock":"100000"},
    {"code":"P-1028","name":"Vacuum cup","unit":"PCE","price":"4.805","currency":"EUR","stock":"100000"},
    {"code":"P-1029","name":"Conveyor belt","unit":"PCE","price":"455.00","currency":"EUR","stock":"100000"},
    {"code":"P-1030","name":"Guide rail","unit":"PCE","price":"23.60","currency":"EUR","stock":"100000"}
  ],
  "vendors": [
    {"code":"V-100","name":"Hydraulics Service"},
    {"code":"V-101","name":"Electric Motors Repair"},
    {"code":"V-102","name":"Calibration Laboratory"},
    {"code":"V-103","name":"Crane and Lift Inspection"}
  ],
  "purchaseOrders": [
    {"number":"PO-100-EUR","companyCode":"1000","vendor":"V-100","currency":"EUR","costCenter":"CC-100"},
    {"number":"PO-100-JPY","companyCode":"1000","vendor":"V-100","currency":"JPY","costCenter":"CC-100"},
    {"number":"PO-100-KWD","companyCode":"1000","vendor":"V-100","currency":"KWD","costCenter":"CC-100"},
    {"number":"PO-101-EUR","companyCode":"1000","vendor":"V-101","currency":"EUR","costCenter":"CC-200"},
    {"number":"PO-101-JPY","companyCode":"1000","vendor":"V-101","currency":"JPY","costCenter":"CC-200"},
    {"number":"PO-101-KWD","companyCode":"1000","vendor":"V-101","currency":"KWD","costCenter":"CC-200"},
    {"number":"PO-102-EUR","companyCode":"1000","vendor":"V-102","currency":"EUR","costCenter":"CC-300"},
    {"number":"PO-102-JPY","companyCode":"1000","vendor":"V-102","currency":"JPY","costCenter":"CC-300"},
    {"number":"PO-102-KWD","companyCode":"1000","vendor":"V-102","currency":"KWD","costCenter":"CC-300"},
    {"number":"PO-103-EUR","companyCode":"1000","vendor":"V-103","currency":"EUR","costCenter":"CC-400"},
    {"number":"PO-103-JPY","companyCode":"1000","vendor":"V-103","currency":"JPY","costCenter":"CC-400"},
    {"number":"PO-103-KWD","companyCode":"1000","vendor":"V-103","currency":"KWD","costCenter":"CC-400"}
  ],
  "periods": [
    {"companyCode":"1000","from":"2024-01","to":"2035-12"}
  ],
  "rates": [
    {"from":"JPY","to":"EUR","rate":"0.00614","validFrom":"2024-01-01"},
    {"from":"KWD","to":"EUR","rate":"2.98","validFrom":"2024-01-01"},
    {"from":"USD","to":"EUR","rate":"0.92","validFrom":"2024-01-01"},
    {"from":"GBP","to":"EUR","rate":"1.17","validFrom":"2024-01-01"},
    {"from":"CHF","to":"EUR","rate":"1.05","validFrom":"2024-01-01"},
    {"from":"EUR","to":"JPY","rate":"162.9","validFrom":"2024-01-01"},
    {"from":"EUR","to":"KWD","rate":"0.3356","validFrom":"2024-01-01"},
    {"from":"EUR","to":"USD","rate":"1.087","validFrom":"2024-01-01"}
  ],
  "budgets": [
    {"companyCode":"1000","costCenter":"CC-100","from":"2024-01","to":"2035-12","amount":"60000.00"},
    {"companyCode":"1000","costCenter":"CC-200","from":"2024-01","to":"2035-12","amount":"45000.00"},
    {"companyCode":"1000","costCenter":"CC-300","from":"2024-01","to":"2035-12","amount":"30000.00"},
    {"companyCode":"1000","costCenter":"CC-400","from":"2024-01","to":"2035-12","amount":"15000.00"},
    {"companyCode":"1000","asset":"FILLER-01","from":"2024-01","to":"2035-12","amount":"20000.00"}
  ]
})json";

}  // namespace tieline::sandbox::erp
