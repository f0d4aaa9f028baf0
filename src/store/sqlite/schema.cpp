#include "store/sqlite/schema.h"

#include <array>

namespace tieline::store::sqlite {

namespace {

// Version 1. pos = site_no << 40 | seq, so that a site's log is one run of the table without an index of its own.
// A command is two rows: what was asked (large, never rewritten) and how it stands (small, rewritten at each step).
// States of commands are the numbers of model::CommandState; 5 = booked, 8 = withdrawn need no dispatcher.
constexpr const char* version_1 = R"sql(
CREATE TABLE sites(site_no INTEGER PRIMARY KEY, site TEXT NOT NULL UNIQUE);
CREATE TABLE names(no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE events(
  pos INTEGER PRIMARY KEY, site_no INTEGER NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, type TEXT NOT NULL,
  subject TEXT NOT NULL, occurred INTEGER NOT NULL, recorded INTEGER NOT NULL, correlation TEXT NOT NULL,
  cause TEXT NOT NULL, schema_version INTEGER NOT NULL, data TEXT NOT NULL);
CREATE UNIQUE INDEX events_id ON events(site_no, id);
CREATE INDEX events_story ON events(site_no, correlation) WHERE correlation <> '';
CREATE TABLE objects(
  site_no INTEGER NOT NULL, source_no INTEGER NOT NULL, object TEXT NOT NULL, revision INTEGER NOT NULL,
  content_hash TEXT NOT NULL, peer_version TEXT NOT NULL,
  PRIMARY KEY(site_no, source_no, object)) WITHOUT ROWID;
CREATE TABLE cursors(site_no INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY(site_no, name)) WITHOUT ROWID;
CREATE TABLE states(n INTEGER PRIMARY KEY, site_no INTEGER NOT NULL, flow_no INTEGER NOT NULL, key TEXT NOT NULL,
  parked INTEGER NOT NULL, json TEXT NOT NULL);
CREATE UNIQUE INDEX states_key ON states(site_no, flow_no, key);
CREATE INDEX states_parked ON states(site_no, flow_no, key) WHERE parked = 1;
CREATE TABLE waits(site_no INTEGER NOT NULL, flow TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY(site_no, flow, key, seq)) WITHOUT ROWID;
CREATE TABLE commands(
  id INTEGER PRIMARY KEY, site_no INTEGER NOT NULL, key TEXT NOT NULL, order_key TEXT NOT NULL,
  connector_no INTEGER NOT NULL, kind TEXT NOT NULL, noun TEXT NOT NULL, flow TEXT NOT NULL, flow_key TEXT NOT NULL,
  correlation TEXT NOT NULL, cause TEXT NOT NULL, payload TEXT NOT NULL, echo TEXT NOT NULL, intent INTEGER NOT NULL,
  created INTEGER NOT NULL);
CREATE UNIQUE INDEX commands_key ON commands(site_no, key);
CREATE INDEX commands_story ON commands(site_no, correlation) WHERE correlation <> '';
CREATE TABLE standings(
  id INTEGER PRIMARY KEY, site_no INTEGER NOT NULL, connector_no INTEGER NOT NULL, state INTEGER NOT NULL,
  attempt INTEGER NOT NULL, failures INTEGER NOT NULL, absent_answers INTEGER NOT NULL, epoch INTEGER NOT NULL,
  due INTEGER NOT NULL, deadline INTEGER NOT NULL, last_error TEXT NOT NULL, last_code TEXT NOT NULL,
  document TEXT NOT NULL);
CREATE INDEX standings_due ON standings(site_no, connector_no, state, due) WHERE state <> 5 AND state <> 8;
CREATE TABLE blocking(site_no INTEGER NOT NULL, connector_no INTEGER NOT NULL, order_key TEXT NOT NULL,
  id INTEGER NOT NULL, PRIMARY KEY(site_no, connector_no, order_key, id)) WITHOUT ROWID;
CREATE TABLE timers(site_no INTEGER NOT NULL, flow TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL,
  due INTEGER NOT NULL, PRIMARY KEY(site_no, flow, key, name)) WITHOUT ROWID;
CREATE INDEX timers_due ON timers(site_no, due, flow, key, name);
CREATE TABLE exceptions(
  n INTEGER PRIMARY KEY, site_no INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL,
  subject TEXT NOT NULL, flow TEXT NOT NULL, key TEXT NOT NULL, command_key TEXT NOT NULL, reason TEXT NOT NULL,
  fix TEXT NOT NULL, details TEXT NOT NULL, correlation TEXT NOT NULL, state INTEGER NOT NULL,
  opened INTEGER NOT NULL, closed INTEGER, resolution TEXT NOT NULL);
CREATE UNIQUE INDEX exceptions_id ON exceptions(site_no, id);
CREATE INDEX exceptions_site ON exceptions(site_no, n);
CREATE INDEX exceptions_open ON exceptions(site_no, n) WHERE state = 0;
CREATE INDEX exceptions_command ON exceptions(site_no, command_key) WHERE state = 0;
CREATE INDEX exceptions_key ON exceptions(site_no, flow, key) WHERE state = 0;
CREATE TABLE views(site_no INTEGER NOT NULL, view_no INTEGER NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY(site_no, view_no, key)) WITHOUT ROWID;
CREATE TABLE leases(name TEXT PRIMARY KEY, holder TEXT NOT NULL, epoch INTEGER NOT NULL, until INTEGER NOT NULL)
  WITHOUT ROWID;
)sql";

// migrations[v] brings a file from version v to v + 1. Old entries are never changed.
constexpr std::array<const char*, schema_version> migrations = {version_1};

}  // namespace

Result<void> prepare_schema(Database& database) {
    TIELINE_TRY(const std::string stored, database.value("PRAGMA user_version"));
    int version = std::stoi(stored);
    if (version > schema_version) {
        return make_error(ErrorKind::unsupported,
                          "The data folder was written by a newer Tieline (data version " + std::to_string(version) +
                              ", this program knows " + std::to_string(schema_version) +
                              "). Install that version again, or restore a backup made before the update.",
                          "store_version");
    }
    for (; version < schema_version; ++version) {
        const std::string next = std::to_string(version + 1);
        TIELINE_TRY_VOID(database.exec("BEGIN IMMEDIATE"));
        TIELINE_TRY_VOID(database.exec(migrations[static_cast<std::size_t>(version)]));
        TIELINE_TRY_VOID(database.exec("PRAGMA user_version = " + next));
        TIELINE_TRY_VOID(database.exec("COMMIT"));
    }
    return {};
}

}  // namespace tieline::store::sqlite
