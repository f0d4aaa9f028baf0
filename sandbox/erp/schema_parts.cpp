#include "sandbox/erp/schema.h"

namespace tieline::sandbox::erp {

// Quantities are whole ten-thousandths of the base unit, values whole minor units of the material's currency.
const char* const schema_parts_sql = R"sql(
INSERT OR IGNORE INTO counters VALUES
  ('stock_movement', 4910000000), ('goods_receipt', 5010000000), ('reservation', 7000000000),
  ('requisition', 8000000000), ('object_change', 9100000000);
CREATE TABLE IF NOT EXISTS stocked(code TEXT PRIMARY KEY, decimals INTEGER, valuation TEXT, lot INTEGER, serial INTEGER,
  active INTEGER, units TEXT, substitutes TEXT, kit TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS storage_locations(code TEXT PRIMARY KEY, company TEXT, name TEXT, negative INTEGER)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS planning(material TEXT, location TEXT, reorder_point INTEGER, order_up_to INTEGER,
  lot_size INTEGER, lead_days INTEGER, safety INTEGER, vendor TEXT, PRIMARY KEY(material, location)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stock(material TEXT, location TEXT, quantity INTEGER DEFAULT 0, value INTEGER DEFAULT 0,
  reserved INTEGER DEFAULT 0, on_order INTEGER DEFAULT 0, on_requisition INTEGER DEFAULT 0, seq INTEGER DEFAULT 0,
  PRIMARY KEY(material, location)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lots(material TEXT, location TEXT, lot TEXT, quantity INTEGER,
  PRIMARY KEY(material, location, lot)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS serials(material TEXT, serial TEXT, location TEXT, lot TEXT, PRIMARY KEY(material, serial))
  WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS serials_location ON serials(material, location, serial) WHERE location <> '';
CREATE TABLE IF NOT EXISTS movements(id INTEGER PRIMARY KEY, document INTEGER, kind TEXT, material TEXT, location TEXT,
  quantity INTEGER, value INTEGER, lot TEXT, serials TEXT, work_order TEXT, reference TEXT, reservation INTEGER,
  purchase_order TEXT, item INTEGER, posting_date TEXT, at INTEGER, reverses INTEGER);
CREATE INDEX IF NOT EXISTS movements_document ON movements(document);
CREATE INDEX IF NOT EXISTS movements_material ON movements(material);
CREATE INDEX IF NOT EXISTS movements_reference ON movements(reference) WHERE reference <> '';
CREATE INDEX IF NOT EXISTS movements_work_order ON movements(work_order) WHERE work_order <> '';
CREATE TABLE IF NOT EXISTS reservations(number INTEGER PRIMARY KEY, company TEXT, material TEXT, location TEXT,
  quantity INTEGER, issued INTEGER, entry_quantity TEXT, entry_unit TEXT, requirement_date TEXT, work_order TEXT,
  text TEXT, reference TEXT, status TEXT, created INTEGER);
CREATE INDEX IF NOT EXISTS reservations_reference ON reservations(reference) WHERE reference <> '';
CREATE INDEX IF NOT EXISTS reservations_material ON reservations(material);
CREATE INDEX IF NOT EXISTS reservations_work_order ON reservations(work_order) WHERE work_order <> '';
CREATE INDEX IF NOT EXISTS reservations_status ON reservations(status);
CREATE TABLE IF NOT EXISTS requisitions(number INTEGER PRIMARY KEY, company TEXT, material TEXT, location TEXT,
  quantity INTEGER, entry_quantity TEXT, entry_unit TEXT, price TEXT, amount INTEGER, currency TEXT, delivery_date TEXT,
  vendor TEXT, status TEXT, level INTEGER, approved_level INTEGER, approved_by TEXT, rejected_by TEXT, reason TEXT,
  text TEXT, work_orders TEXT, reference TEXT, created INTEGER, purchase_order TEXT, item INTEGER);
CREATE INDEX IF NOT EXISTS requisitions_reference ON requisitions(reference) WHERE reference <> '';
CREATE INDEX IF NOT EXISTS requisitions_material ON requisitions(material);
CREATE INDEX IF NOT EXISTS requisitions_status ON requisitions(status);
CREATE TABLE IF NOT EXISTS requisition_work_orders(work_order TEXT, requisition INTEGER,
  PRIMARY KEY(work_order, requisition)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS approval_levels(currency TEXT, level INTEGER, up_to INTEGER, approver TEXT,
  PRIMARY KEY(currency, level)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS part_orders(number TEXT PRIMARY KEY, status TEXT, reference TEXT, work_order TEXT,
  created INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS part_orders_reference ON part_orders(reference) WHERE reference <> '';
CREATE INDEX IF NOT EXISTS part_orders_status ON part_orders(status);
CREATE TABLE IF NOT EXISTS part_order_items(number TEXT, item INTEGER, material TEXT, location TEXT, quantity INTEGER,
  received INTEGER, entry_quantity TEXT, entry_unit TEXT, numerator INTEGER, denominator INTEGER, price TEXT,
  delivery_date TEXT, confirmed_date TEXT, confirmed_quantity INTEGER, over_percent INTEGER, final INTEGER, requisition INTEGER, PRIMARY KEY(number, item))
  WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS part_order_items_material ON part_order_items(material, number);
CREATE INDEX IF NOT EXISTS part_order_items_requisition ON part_order_items(requisition, number)
  WHERE requisition <> 0;
CREATE TABLE IF NOT EXISTS persons(id TEXT, valid_from TEXT, name TEXT, craft TEXT, valid_to TEXT,
  PRIMARY KEY(id, valid_from)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS equipment(asset TEXT PRIMARY KEY, status TEXT, last_work_order TEXT, last_work_date TEXT,
  meters TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS installed(material TEXT, serial TEXT, asset TEXT, PRIMARY KEY(material, serial))
  WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS installed_asset ON installed(asset);
CREATE INDEX IF NOT EXISTS documents_kind ON documents(kind) WHERE kind = 'equipment_change';
)sql";

}  // namespace tieline::sandbox::erp
