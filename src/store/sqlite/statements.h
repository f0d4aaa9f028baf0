#pragma once
// Every SQL text of the store that runs more than once.

#include "store/sqlite/database.h"

namespace tieline::store::sqlite {

#define TIELINE_EVENT_COLUMNS \
    "pos, id, source, type, subject, occurred, recorded, correlation, cause, schema_version, data"
#define TIELINE_COMMAND_COLUMNS                                                                                   \
    "c.id, c.key, c.order_key, n.name, c.kind, c.noun, c.flow, c.flow_key, c.correlation, c.cause, c.payload, "   \
    "c.echo, c.intent, c.created, s.state, s.attempt, s.failures, s.absent_answers, s.epoch, s.due, s.deadline, " \
    "s.last_error, s.last_code, s.document"
#define TIELINE_EXCEPTION_COLUMNS                                                                            \
    "n, id, kind, code, subject, flow, key, command_key, reason, fix, details, correlation, state, opened, " \
    "closed, resolution"

struct Statements {
    Statement begin{"BEGIN IMMEDIATE"};
    Statement commit{"COMMIT"};
    Statement savepoint{"SAVEPOINT batch"};
    Statement release{"RELEASE batch"};
    Statement undo{"ROLLBACK TO batch"};

    Statement site_insert{"INSERT INTO sites(site_no, site) VALUES(?1, ?2)"};
    Statement name_insert{"INSERT INTO names(no, name) VALUES(?1, ?2)"};

    Statement event_insert{
        "INSERT INTO events(pos, site_no, id, source, type, subject, occurred, recorded, correlation, cause, "
        "schema_version, data) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
        "ON CONFLICT(site_no, id) DO NOTHING"};
    Statement events_read{"SELECT " TIELINE_EVENT_COLUMNS
                          " FROM events WHERE pos > ?1 AND pos <= ?2 ORDER BY pos LIMIT ?3"};
    Statement event_by_id{"SELECT " TIELINE_EVENT_COLUMNS " FROM events WHERE site_no = ?1 AND id = ?2"};
    Statement events_story{"SELECT " TIELINE_EVENT_COLUMNS
                           " FROM events WHERE site_no = ?1 AND correlation = ?2 AND correlation <> '' AND pos > ?3 "
                           "ORDER BY pos LIMIT ?4"};

    Statement object_get{
        "SELECT revision, content_hash, peer_version FROM objects WHERE site_no = ?1 AND source_no = ?2 AND "
        "object = ?3"};
    Statement object_insert{
        "INSERT INTO objects(site_no, source_no, object, revision, content_hash, peer_version) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING"};
    Statement object_change{
        "UPDATE objects SET revision = ?4, content_hash = ?5, peer_version = ?6 "
        "WHERE site_no = ?1 AND source_no = ?2 AND object = ?3 AND revision = ?4 - 1"};

    Statement cursor_get{"SELECT value FROM cursors WHERE site_no = ?1 AND name = ?2"};
    Statement cursor_begin{
        "INSERT INTO cursors(site_no, name, value) VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = "
        "excluded.value WHERE value = ?4"};
    Statement cursor_move{"UPDATE cursors SET value = ?3 WHERE site_no = ?1 AND name = ?2 AND value = ?4"};

    Statement state_get{"SELECT parked, json FROM states WHERE site_no = ?1 AND flow_no = ?2 AND key = ?3"};
    Statement state_put{
        "INSERT INTO states(site_no, flow_no, key, parked, json) VALUES(?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT(site_no, flow_no, key) DO UPDATE SET parked = excluded.parked, json = excluded.json"};
    Statement state_delete{"DELETE FROM states WHERE site_no = ?1 AND flow_no = ?2 AND key = ?3"};
    Statement states_all{
        "SELECT key, parked, json FROM states WHERE site_no = ?1 AND flow_no = ?2 AND key > ?3 ORDER BY key LIMIT ?4"};
    Statement states_parked{
        "SELECT key, parked, json FROM states WHERE site_no = ?1 AND flow_no = ?2 AND key > ?3 AND parked = 1 "
        "ORDER BY key LIMIT ?4"};

    Statement wait_put{"INSERT INTO waits(site_no, flow, key, seq) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"};
    Statement wait_delete{"DELETE FROM waits WHERE site_no = ?1 AND flow = ?2 AND key = ?3 AND seq = ?4"};
    Statement waits_read{"SELECT seq FROM waits WHERE site_no = ?1 AND flow = ?2 AND key = ?3 ORDER BY seq LIMIT ?4"};

    Statement command_exists{"SELECT 1 FROM commands WHERE site_no = ?1 AND key = ?2"};
    Statement command_insert{
        "INSERT INTO commands(id, site_no, key, order_key, connector_no, kind, noun, flow, flow_key, correlation, "
        "cause, payload, echo, intent, created) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) "
        "ON CONFLICT(site_no, key) DO NOTHING"};
    Statement command_payload{"UPDATE commands SET payload = ?2 WHERE id = ?1"};
    Statement command_echo{"UPDATE commands SET echo = ?2 WHERE id = ?1"};
    Statement command_order{"SELECT connector_no, order_key FROM commands WHERE id = ?1"};
    Statement standing_insert{
        "INSERT INTO standings(id, site_no, connector_no, state, attempt, failures, absent_answers, epoch, due, "
        "deadline, last_error, last_code, document) VALUES(?1, ?2, ?3, ?4, ?5, 0, 0, ?6, ?7, ?8, '', '', '')"};
    Statement standing_get{"SELECT site_no, state, attempt FROM standings WHERE id = ?1"};
    Statement standing_put{
        "UPDATE standings SET state = ?2, attempt = ?3, failures = ?4, absent_answers = ?5, epoch = ?6, due = ?7, "
        "deadline = ?8, last_error = ?9, last_code = ?10, document = ?11 "
        "WHERE id = ?1 AND site_no = ?12 AND state = ?13 AND attempt = ?14"};
    Statement standing_promote{"UPDATE standings SET state = 1 WHERE id = ?1 AND state = 0"};
    // An accepted command was refused: what has not left yet waits behind it again.
    Statement standing_hold{
        "UPDATE standings SET state = 0 WHERE state = 1 AND id IN (SELECT id FROM blocking WHERE site_no = ?1 AND "
        "connector_no = ?2 AND order_key = ?3 AND id > ?4)"};
    Statement blocking_first{
        "SELECT id FROM blocking WHERE site_no = ?1 AND connector_no = ?2 AND order_key = ?3 ORDER BY id LIMIT 1"};
    Statement blocking_insert{"INSERT INTO blocking(site_no, connector_no, order_key, id) VALUES(?1, ?2, ?3, ?4)"};
    Statement blocking_delete{
        "DELETE FROM blocking WHERE site_no = ?1 AND connector_no = ?2 AND order_key = ?3 AND id = ?4"};

    Statement command_by_key{"SELECT " TIELINE_COMMAND_COLUMNS
                             " FROM commands c JOIN standings s ON s.id = c.id JOIN names n ON n.no = c.connector_no "
                             "WHERE c.site_no = ?1 AND c.key = ?2"};
    Statement commands_due{"SELECT " TIELINE_COMMAND_COLUMNS
                           " FROM standings s JOIN commands c ON c.id = s.id JOIN names n ON n.no = c.connector_no "
                           "WHERE s.site_no = ?1 AND s.connector_no = ?2 AND s.state = ?3 AND s.due <= ?4 "
                           "AND s.state <> 5 AND s.state <> 8 ORDER BY s.due, s.id LIMIT ?5"};
    // Booked and withdrawn ones have no index of their own: nobody dispatches them.
    Statement commands_settled{"SELECT " TIELINE_COMMAND_COLUMNS
                               " FROM standings s JOIN commands c ON c.id = s.id JOIN names n ON n.no = "
                               "c.connector_no WHERE s.site_no = ?1 AND s.connector_no = ?2 AND s.state = ?3 AND "
                               "s.due <= ?4 ORDER BY s.due, s.id LIMIT ?5"};
    Statement commands_story{"SELECT " TIELINE_COMMAND_COLUMNS
                             " FROM commands c JOIN standings s ON s.id = c.id JOIN names n ON n.no = c.connector_no "
                             "WHERE c.site_no = ?1 AND c.correlation = ?2 AND c.correlation <> '' "
                             "ORDER BY c.id LIMIT ?3"};
    Statement next_due{
        "SELECT due FROM standings WHERE site_no = ?1 AND connector_no = ?2 AND state = ?3 AND state <> 5 AND "
        "state <> 8 ORDER BY due LIMIT 1"};
    Statement next_due_settled{
        "SELECT due FROM standings WHERE site_no = ?1 AND connector_no = ?2 AND state = ?3 ORDER BY due LIMIT 1"};

    Statement timer_put{
        "INSERT INTO timers(site_no, flow, key, name, due) VALUES(?1, ?2, ?3, ?4, ?5) "
        "ON CONFLICT DO UPDATE SET due = excluded.due"};
    Statement timer_delete{"DELETE FROM timers WHERE site_no = ?1 AND flow = ?2 AND key = ?3 AND name = ?4"};
    Statement timers_due{
        "SELECT flow, key, name, due FROM timers WHERE site_no = ?1 AND due <= ?2 "
        "ORDER BY due, flow, key, name LIMIT ?3"};
    Statement next_timer{"SELECT due FROM timers WHERE site_no = ?1 ORDER BY due LIMIT 1"};

    Statement exception_state{"SELECT state FROM exceptions WHERE site_no = ?1 AND id = ?2"};
    Statement exception_put{
        "INSERT INTO exceptions(site_no, id, kind, code, subject, flow, key, command_key, reason, fix, details, "
        "correlation, state, opened, closed, resolution) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) "
        "ON CONFLICT(site_no, id) DO UPDATE SET kind = excluded.kind, code = excluded.code, "
        "subject = excluded.subject, flow = excluded.flow, key = excluded.key, command_key = excluded.command_key, "
        "reason = excluded.reason, fix = excluded.fix, details = excluded.details, "
        "correlation = excluded.correlation, state = excluded.state, opened = excluded.opened, "
        "closed = excluded.closed, resolution = excluded.resolution"};
    Statement exception_get{"SELECT " TIELINE_EXCEPTION_COLUMNS " FROM exceptions WHERE site_no = ?1 AND id = ?2"};
    Statement exceptions_all{"SELECT " TIELINE_EXCEPTION_COLUMNS
                             " FROM exceptions WHERE site_no = ?1 AND n < ?2 ORDER BY n DESC LIMIT ?3"};
    Statement exceptions_open{"SELECT " TIELINE_EXCEPTION_COLUMNS
                              " FROM exceptions WHERE site_no = ?1 AND n < ?2 AND state = 0 ORDER BY n DESC LIMIT ?3"};
    Statement exception_of_command{"SELECT " TIELINE_EXCEPTION_COLUMNS
                                   " FROM exceptions WHERE site_no = ?1 AND command_key = ?2 AND state = 0 "
                                   "ORDER BY n DESC LIMIT 1"};
    Statement exception_of_key{"SELECT " TIELINE_EXCEPTION_COLUMNS
                               " FROM exceptions WHERE site_no = ?1 AND flow = ?2 AND key = ?3 AND state = 0 "
                               "ORDER BY n DESC LIMIT 1"};

    Statement view_get{"SELECT json FROM views WHERE site_no = ?1 AND view_no = ?2 AND key = ?3"};
    Statement view_put{
        "INSERT INTO views(site_no, view_no, key, json) VALUES(?1, ?2, ?3, ?4) "
        "ON CONFLICT DO UPDATE SET json = excluded.json"};
    Statement view_delete{"DELETE FROM views WHERE site_no = ?1 AND view_no = ?2 AND key = ?3"};
    // One text for "from the prefix on" and one for "after a key": an OR would cost the index.
    Statement view_from{
        "SELECT key, json FROM views WHERE site_no = ?1 AND view_no = ?2 AND key >= ?3 ORDER BY key LIMIT ?4"};
    Statement view_after{
        "SELECT key, json FROM views WHERE site_no = ?1 AND view_no = ?2 AND key > ?3 ORDER BY key LIMIT ?4"};
    Statement view_drop{"DELETE FROM views WHERE site_no = ?1 AND view_no = ?2"};

    Statement lease_put{
        "INSERT INTO leases(name, holder, epoch, until) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
        "holder = excluded.holder, epoch = excluded.epoch, until = excluded.until"};
};

#undef TIELINE_EVENT_COLUMNS
#undef TIELINE_COMMAND_COLUMNS
#undef TIELINE_EXCEPTION_COLUMNS

}  // namespace tieline::store::sqlite
