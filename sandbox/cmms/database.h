#pragma once
// SQLite for the CMMS: WAL, synchronous=NORMAL, one connection, one thread. Trouble of the disk is a DatabaseError,
// which the front door turns into an answer 500.

#include <sqlite3.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tieline::sandbox::cmms {

struct DatabaseError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One prepared statement in use; resets itself at the end of its life. Parameters are bound in order.
class Rows {
public:
    Rows(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    ~Rows();
    Rows& bind(std::int64_t value);
    Rows& bind(std::string_view value);
    /// Steps; true while there is a row.
    bool next();
    /// Steps a statement that gives no rows.
    void run();
    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    std::string text(int column) const;

private:
    sqlite3* database_;
    sqlite3_stmt* statement_;
    int bound_ = 0;
};

class Database {
public:
    /// A file, or ":memory:".
    explicit Database(const std::string& path);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    void execute(const char* sql);
    /// `sql` must be a literal: statements are kept by its address.
    Rows query(const char* sql);
    /// Rows that were looked at without an index so far: what grows with the tables when one is missing.
    std::int64_t scan_steps() const;
    std::int64_t changes() const { return sqlite3_changes(handle_); }
    std::int64_t last_id() const { return sqlite3_last_insert_rowid(handle_); }

private:
    sqlite3* handle_ = nullptr;
    std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

/// Rolls back unless committed.
class Transaction {
public:
    explicit Transaction(Database& database) : database_(database) { database_.execute("BEGIN IMMEDIATE"); }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

private:
    Database& database_;
    bool open_ = true;
};

}  // namespace tieline::sandbox::cmms
