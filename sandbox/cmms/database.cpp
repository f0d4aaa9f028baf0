#include "sandbox/cmms/database.h"

namespace tieline::sandbox::cmms {
namespace {

constexpr const char* schema = R"(
CREATE TABLE IF NOT EXISTS counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS assets(number TEXT PRIMARY KEY, change INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS assets_change ON assets(change);
CREATE TABLE IF NOT EXISTS workorders(
  number TEXT PRIMARY KEY, status TEXT NOT NULL, asset TEXT NOT NULL, erp_reference TEXT NOT NULL,
  external_ref TEXT NOT NULL, change INTEGER NOT NULL, updated_ms INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS workorders_change ON workorders(change);
CREATE INDEX IF NOT EXISTS workorders_updated ON workorders(updated_ms, number);
CREATE INDEX IF NOT EXISTS workorders_status ON workorders(status, change);
CREATE INDEX IF NOT EXISTS workorders_reference ON workorders(erp_reference) WHERE erp_reference <> '';
CREATE INDEX IF NOT EXISTS workorders_external ON workorders(external_ref) WHERE external_ref <> '';
CREATE TABLE IF NOT EXISTS history(
  id INTEGER PRIMARY KEY, number TEXT NOT NULL, at_ms INTEGER NOT NULL, version INTEGER NOT NULL,
  action TEXT NOT NULL, note TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS history_number ON history(number, id);
CREATE TABLE IF NOT EXISTS webhooks(
  id INTEGER PRIMARY KEY, url TEXT NOT NULL, secret TEXT NOT NULL, events TEXT NOT NULL, created_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries(
  id INTEGER PRIMARY KEY, webhook INTEGER NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL,
  attempts INTEGER NOT NULL, due_ms INTEGER NOT NULL, last_error TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries(state, due_ms);
CREATE TABLE IF NOT EXISTS objects(
  kind TEXT NOT NULL, number TEXT NOT NULL, change INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY(kind, number)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS objects_change ON objects(kind, change);
CREATE TABLE IF NOT EXISTS inventory(
  storeroom TEXT NOT NULL, item TEXT NOT NULL, differs INTEGER NOT NULL, change INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY(storeroom, item)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS inventory_change ON inventory(change);
CREATE INDEX IF NOT EXISTS inventory_item ON inventory(item);
CREATE TABLE IF NOT EXISTS part_transactions(
  number TEXT PRIMARY KEY, type TEXT NOT NULL, wonum TEXT NOT NULL, item TEXT NOT NULL, lot TEXT NOT NULL,
  of_number TEXT NOT NULL, base_quantity TEXT NOT NULL, device TEXT NOT NULL, client_ref TEXT NOT NULL,
  request TEXT NOT NULL, erp_reference TEXT NOT NULL, change INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS part_transactions_change ON part_transactions(change);
CREATE INDEX IF NOT EXISTS part_transactions_order ON part_transactions(wonum, change);
CREATE INDEX IF NOT EXISTS part_transactions_item ON part_transactions(item, change);
CREATE UNIQUE INDEX IF NOT EXISTS part_transactions_client ON part_transactions(client_ref, device)
  WHERE client_ref <> '';
CREATE INDEX IF NOT EXISTS part_transactions_reference ON part_transactions(erp_reference) WHERE erp_reference <> '';
CREATE TABLE IF NOT EXISTS serials_out(
  item TEXT NOT NULL, serial TEXT NOT NULL, wonum TEXT NOT NULL, PRIMARY KEY(item, serial)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS suggestions(
  number TEXT PRIMARY KEY, item TEXT NOT NULL, status TEXT NOT NULL, client_ref TEXT NOT NULL,
  erp_reference TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS suggestions_client ON suggestions(client_ref) WHERE client_ref <> '';
CREATE TABLE IF NOT EXISTS asset_serials(
  id INTEGER PRIMARY KEY, asset TEXT NOT NULL, item TEXT NOT NULL, serial TEXT NOT NULL, wonum TEXT NOT NULL,
  at TEXT NOT NULL, by_person TEXT NOT NULL, removed_by_order TEXT NOT NULL, removed_at TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS asset_serials_in ON asset_serials(item, serial) WHERE removed_at = '';
CREATE INDEX IF NOT EXISTS asset_serials_asset ON asset_serials(asset, id);
CREATE TABLE IF NOT EXISTS readings(
  asset TEXT NOT NULL, meter TEXT NOT NULL, at_ms INTEGER NOT NULL, value TEXT NOT NULL, total TEXT NOT NULL,
  is_reset INTEGER NOT NULL, unit TEXT NOT NULL, by_person TEXT NOT NULL, wonum TEXT NOT NULL, change INTEGER NOT NULL,
  PRIMARY KEY(asset, meter, at_ms)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pm_orders(
  id INTEGER PRIMARY KEY, pm TEXT NOT NULL, due TEXT NOT NULL, latest TEXT NOT NULL, threshold TEXT NOT NULL,
  wonum TEXT NOT NULL UNIQUE, state TEXT NOT NULL, done_on TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS pm_orders_pm ON pm_orders(pm, due);
CREATE INDEX IF NOT EXISTS pm_orders_due ON pm_orders(due);
CREATE TABLE IF NOT EXISTS field_actions(ref TEXT PRIMARY KEY, request TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attachments(
  wonum TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY(wonum, id));
CREATE TABLE IF NOT EXISTS uploads(digest TEXT PRIMARY KEY, bytes INTEGER NOT NULL, content TEXT NOT NULL);
)";

std::string trouble(sqlite3* database, const char* what) {
    return std::string(what) + ": " + (database != nullptr ? sqlite3_errmsg(database) : "out of memory");
}

}  // namespace

Rows::~Rows() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

Rows& Rows::bind(std::int64_t value) {
    if (sqlite3_bind_int64(statement_, ++bound_, value) != SQLITE_OK) {
        throw DatabaseError(trouble(database_, "bind"));
    }
    return *this;
}

Rows& Rows::bind(std::string_view value) {
    const char* data = value.data() != nullptr ? value.data() : "";
    const int size = static_cast<int>(value.size());
    if (sqlite3_bind_text(statement_, ++bound_, data, size, SQLITE_TRANSIENT) != SQLITE_OK) {
        throw DatabaseError(trouble(database_, "bind"));
    }
    return *this;
}

bool Rows::next() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    throw DatabaseError(trouble(database_, "step"));
}

void Rows::run() {
    while (next()) {
    }
}

std::string Rows::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    const int size = sqlite3_column_bytes(statement_, column);
    return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

Database::Database(const std::string& path) {
    if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) {
        const std::string message = trouble(handle_, "open");
        sqlite3_close(handle_);
        throw DatabaseError("cannot open the database " + path + " (" + message + ")");
    }
    try {
        sqlite3_busy_timeout(handle_, 5'000);
        execute("PRAGMA journal_mode=WAL");
        execute("PRAGMA synchronous=NORMAL");
        execute(schema);
    } catch (const DatabaseError&) {
        sqlite3_close(handle_);
        throw;
    }
}

Database::~Database() {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(handle_);
}

void Database::execute(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        throw DatabaseError(trouble(handle_, "execute"));
    }
}

Rows Database::query(const char* sql) {
    sqlite3_stmt*& statement = statements_[sql];
    if (statement == nullptr &&
        sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
        throw DatabaseError(trouble(handle_, "prepare"));
    }
    return Rows(handle_, statement);
}

std::int64_t Database::scan_steps() const {
    std::int64_t steps = 0;
    for (const auto& [sql, statement] : statements_) {
        steps += sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0);
    }
    return steps;
}

Transaction::~Transaction() {
    if (!open_) return;
    try {
        database_.execute("ROLLBACK");
    } catch (const DatabaseError&) {
        // SQLite has rolled back by itself; the request has already failed.
    }
}

void Transaction::commit() {
    database_.execute("COMMIT");
    open_ = false;
}

}  // namespace tieline::sandbox::cmms
