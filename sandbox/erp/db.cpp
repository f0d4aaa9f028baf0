#include "sandbox/erp/db.h"

namespace tieline::sandbox::erp {

Db::Db(const std::string& path) {
    if (sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        nullptr) != SQLITE_OK) {
        fail("cannot open " + path);
        return;
    }
    sqlite3_busy_timeout(handle_, 2000);
    execute(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=8000; PRAGMA cache_size=-32000; "
        "PRAGMA foreign_keys=OFF");
}

Db::~Db() {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(handle_);
}

void Db::fail(std::string_view what) {
    if (!failure_.empty()) return;
    failure_ = std::string(what);
    if (handle_ != nullptr) failure_ += std::string(": ") + sqlite3_errmsg(handle_);
}

void Db::execute(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("a statement failed");
}

sqlite3_stmt* Db::statement(const char* sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) {
        sqlite3_reset(known->second);
        return known->second;
    }
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK) {
        fail(std::string("cannot prepare ") + sql);
        return nullptr;
    }
    statements_.emplace(sql, made);
    return made;
}

bool Db::commit() {
    if (!failed()) execute("COMMIT");
    if (!failed()) return true;
    rollback();
    return false;
}

void Db::rollback() {
    if (sqlite3_get_autocommit(handle_) == 0) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Query::step() {
    if (statement_ == nullptr) return false;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) db_.fail("a statement failed");
    return false;
}

std::string Query::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (bytes == nullptr) return {};
    return std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

}  // namespace tieline::sandbox::erp
