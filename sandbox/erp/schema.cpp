#include "sandbox/erp/schema.h"

namespace tieline::sandbox::erp {

// Amounts are whole minor units of the row's currency. Days are text, so that they sort and read as they are.
const char* const schema_sql = R"sql(
CREATE TABLE IF NOT EXISTS counters(kind TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO counters VALUES
  ('journal', 1000000000), ('order', 4000000), ('purchase_order', 4500001000), ('goods_issue', 4900000000),
  ('service_receipt', 5000000000), ('invoice', 5100000000), ('confirmation', 6000000000), ('order_change', 9000000000),
  ('submission', 0);
CREATE TABLE IF NOT EXISTS companies(code TEXT PRIMARY KEY, name TEXT, currency TEXT, zone TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS accounts(code TEXT PRIMARY KEY, name TEXT, kind TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cost_centers(code TEXT PRIMARY KEY, company TEXT, name TEXT, valid_from TEXT, valid_to TEXT)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS internal_orders(code TEXT PRIMARY KEY, company TEXT, name TEXT, open INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS assets(code TEXT PRIMARY KEY, company TEXT, name TEXT, cost_center TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS activities(code TEXT, company TEXT, valid_from TEXT, name TEXT, rate TEXT, currency TEXT,
  PRIMARY KEY(code, company, valid_from)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS materials(code TEXT PRIMARY KEY, name TEXT, unit TEXT, price TEXT, currency TEXT, stock TEXT)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vendors(code TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS periods(company TEXT, month TEXT, open INTEGER, PRIMARY KEY(company, month)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rates(base TEXT, quote TEXT, valid_from TEXT, rate TEXT,
  PRIMARY KEY(base, quote, valid_from)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS budgets(company TEXT, receiver_kind TEXT, receiver TEXT, month TEXT, amount INTEGER,
  currency TEXT, PRIMARY KEY(company, receiver_kind, receiver, month)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS purchase_orders(number TEXT PRIMARY KEY, company TEXT, vendor TEXT, currency TEXT,
  amount INTEGER, text TEXT, receiver_kind TEXT, receiver TEXT, received INTEGER DEFAULT 0, cleared INTEGER DEFAULT 0)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS orders(number INTEGER PRIMARY KEY, company TEXT, asset TEXT, title TEXT, order_type TEXT,
  receiver_kind TEXT, receiver TEXT, currency TEXT, planned INTEGER, actual INTEGER DEFAULT 0, status TEXT);
CREATE TABLE IF NOT EXISTS documents(number INTEGER PRIMARY KEY, kind TEXT, company TEXT, currency TEXT,
  posting_date TEXT, document_date TEXT, reference TEXT, text TEXT, work_order TEXT, maintenance_order INTEGER,
  amount INTEGER, company_amount INTEGER, order_amount INTEGER,
  reverses INTEGER, reversed_by INTEGER, created INTEGER, facts TEXT);
CREATE INDEX IF NOT EXISTS documents_reference ON documents(reference) WHERE reference <> '';
CREATE INDEX IF NOT EXISTS documents_work_order ON documents(work_order) WHERE work_order <> '';
CREATE INDEX IF NOT EXISTS documents_order ON documents(maintenance_order) WHERE maintenance_order <> 0;
CREATE TABLE IF NOT EXISTS lines(document INTEGER, line INTEGER, side INTEGER, account TEXT, amount INTEGER,
  company_amount INTEGER, currency TEXT, company TEXT, month TEXT, receiver_kind TEXT, receiver TEXT, tax_code TEXT,
  text TEXT, PRIMARY KEY(document, line)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lines_receiver ON lines(receiver, receiver_kind, month) WHERE receiver <> '';
CREATE TABLE IF NOT EXISTS invoices(vendor TEXT, number TEXT, document INTEGER, PRIMARY KEY(vendor, number))
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS submissions(number INTEGER PRIMARY KEY, reference TEXT, method TEXT, path TEXT, body TEXT,
  outcome TEXT, due INTEGER, due_requests INTEGER, status TEXT, document TEXT, problem TEXT);
CREATE INDEX IF NOT EXISTS submissions_reference ON submissions(reference);
CREATE INDEX IF NOT EXISTS submissions_pending ON submissions(status) WHERE status = 'pending';
CREATE TABLE IF NOT EXISTS changes(seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, object TEXT, at INTEGER);
CREATE INDEX IF NOT EXISTS changes_kind ON changes(kind, seq) WHERE kind NOT IN ('document', 'order');
)sql";

}  // namespace tieline::sandbox::erp
