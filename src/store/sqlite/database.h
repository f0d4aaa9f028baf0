#pragma once
// A thin hold on SQLite: one connection, prepared statements, one run of a statement. Owned by the store, used from
// one thread at a time. Never decides anything.

#include "base/result.h"

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tieline::store::sqlite {

class Database {
public:
    Database() = default;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database() { close(); }

    /// Opens or creates the file. Kind internal, code "store_open".
    Result<void> open(const std::string& file, const std::string& vfs);
    void close();
    /// Runs statements that return nothing of interest.
    Result<void> exec(const std::string& sql);
    /// The one value that a query gives, as text.
    Result<std::string> value(const char* sql);
    /// The last failure of this connection as an error of kind internal, code "store_io".
    Error error(std::string_view doing) const;
    sqlite3* handle() const { return handle_; }
    /// Rows changed by the last INSERT, UPDATE or DELETE.
    int changed() const { return sqlite3_changes(handle_); }

private:
    sqlite3* handle_ = nullptr;
    std::string file_;
};

/// SQL text and its compiled form, made at the first use.
class Statement {
public:
    explicit Statement(const char* sql) : sql_(sql) {}
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { sqlite3_finalize(handle_); }
    sqlite3_stmt* prepared(Database& database);

private:
    const char* sql_;
    sqlite3_stmt* handle_ = nullptr;
};

/// One run of a statement with its values. Texts are not copied: they must outlive the run.
class Run {
public:
    template <class... Values>
    Run(Database& database, Statement& statement, const Values&... values) : statement_(statement.prepared(database)) {
        if (statement_ == nullptr) {
            result_ = SQLITE_ERROR;
            return;
        }
        int index = 0;
        (bind(++index, values), ...);
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() {
        if (statement_ != nullptr) sqlite3_reset(statement_);
    }

    /// Steps to the next row; false at the end or on failure.
    bool row();
    /// Runs a statement without rows to its end; false on failure.
    bool done() { return !row() && result_ == SQLITE_DONE; }
    bool failed() const { return result_ != SQLITE_DONE && result_ != SQLITE_ROW && result_ != SQLITE_OK; }

    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    /// Valid until the next step.
    std::string_view view(int column) const;
    std::string text(int column) const { return std::string(view(column)); }

private:
    void bind(int index, std::string_view value) {
        const char* data = value.data() == nullptr ? "" : value.data();
        sqlite3_bind_text(statement_, index, data, static_cast<int>(value.size()), SQLITE_STATIC);
    }
    template <std::integral Value>
    void bind(int index, Value value) {
        sqlite3_bind_int64(statement_, index, static_cast<std::int64_t>(value));
    }
    void bind(int index, const std::optional<std::int64_t>& value) {
        if (value)
            sqlite3_bind_int64(statement_, index, *value);
        else
            sqlite3_bind_null(statement_, index);
    }

    sqlite3_stmt* statement_ = nullptr;
    int result_ = SQLITE_OK;
};

}  // namespace tieline::store::sqlite
