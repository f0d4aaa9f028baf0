#include "store/sqlite/database.h"

namespace tieline::store::sqlite {

Result<void> Database::open(const std::string& file, const std::string& vfs) {
    close();
    file_ = file;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int result = sqlite3_open_v2(file.c_str(), &handle_, flags, vfs.empty() ? nullptr : vfs.c_str());
    if (result != SQLITE_OK) {
        Error failure = error("opening it");
        failure.code = "store_open";
        close();
        return failure;
    }
    sqlite3_extended_result_codes(handle_, 1);
    return {};
}

void Database::close() {
    if (handle_ != nullptr) sqlite3_close_v2(handle_);
    handle_ = nullptr;
}

Result<void> Database::exec(const std::string& sql) {
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return error("'" + sql + "'");
    return {};
}

Result<std::string> Database::value(const char* sql) {
    Statement statement(sql);
    Run run(*this, statement);
    if (!run.row()) return error("'" + std::string(sql) + "'");
    return run.text(0);
}

Error Database::error(std::string_view doing) const {
    const int code = handle_ == nullptr ? SQLITE_ERROR : sqlite3_extended_errcode(handle_);
    const char* text = handle_ == nullptr ? "not open" : sqlite3_errmsg(handle_);
    std::string advice = "See the log and the disk.";
    if ((code & 0xff) == SQLITE_FULL) advice = "The disk is full: free space, then start again.";
    if ((code & 0xff) == SQLITE_IOERR) advice = "The disk reports an error: check it, then start again.";
    if ((code & 0xff) == SQLITE_CORRUPT) advice = "The file is damaged: restore the latest backup.";
    return make_error(ErrorKind::internal,
                      "The data file " + file_ + " failed while " + std::string(doing) + ": " + text + " (SQLite " +
                          std::to_string(code) + "). " + advice,
                      "store_io");
}

sqlite3_stmt* Statement::prepared(Database& database) {
    if (handle_ == nullptr) {
        sqlite3_prepare_v3(database.handle(), sql_, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
    }
    return handle_;
}

bool Run::row() {
    if (statement_ == nullptr) return false;
    result_ = sqlite3_step(statement_);
    return result_ == SQLITE_ROW;
}

std::string_view Run::view(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace tieline::store::sqlite
