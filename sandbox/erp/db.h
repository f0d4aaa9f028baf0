#pragma once
// The ERP's own SQLite database: cached statements, and a failure that is remembered until the request ends.
// One thread. Never retries, never hides an error: the request that meets one is rolled back and answered with 500.

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tieline::sandbox::erp {

class Db {
public:
    /// `path` or ":memory:". WAL, synchronous=NORMAL. On failure failed() holds.
    explicit Db(const std::string& path);
    ~Db();
    Db(const Db&) = delete;
    Db& operator=(const Db&) = delete;

    /// Runs statements without parameters, e.g. the schema.
    void execute(const char* sql);
    /// Runs one statement with parameters to its end.
    template <class... Args>
    void run(const char* sql, const Args&... args);

    bool failed() const { return !failure_.empty(); }
    const std::string& failure() const { return failure_; }
    void fail(std::string_view what);
    void clear_failure() { failure_.clear(); }

    void begin() { execute("BEGIN IMMEDIATE"); }
    /// False when the commit did not happen; then everything is rolled back.
    bool commit();
    void rollback();

private:
    friend class Query;
    sqlite3_stmt* statement(const char* sql);

    sqlite3* handle_ = nullptr;
    std::unordered_map<std::string_view, sqlite3_stmt*> statements_;  ///< keys are literals and live for ever
    std::string failure_;
};

/// One use of a statement. `sql` must be a literal. Not two at once of the same text.
class Query {
public:
    template <class... Args>
    Query(Db& db, const char* sql, const Args&... args) : db_(db), statement_(db.statement(sql)) {
        (bind(args), ...);
    }
    ~Query() {
        if (statement_ != nullptr) sqlite3_reset(statement_);
    }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// True while there is a row.
    bool step();
    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    std::string text(int column) const;
    bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

private:
    void bind(std::int64_t value) {
        if (statement_ != nullptr) sqlite3_bind_int64(statement_, ++bound_, value);
    }
    void bind(int value) { bind(static_cast<std::int64_t>(value)); }
    void bind(std::string_view value) {
        if (statement_ == nullptr) return;
        sqlite3_bind_text(statement_, ++bound_, value.data() == nullptr ? "" : value.data(),
                          static_cast<int>(value.size()), SQLITE_TRANSIENT);
    }
    void bind(const std::string& value) { bind(std::string_view(value)); }
    void bind(const char* value) { bind(std::string_view(value)); }

    Db& db_;
    sqlite3_stmt* statement_;
    int bound_ = 0;
};

template <class... Args>
void Db::run(const char* sql, const Args&... args) {
    Query query(*this, sql, args...);
    while (query.step()) {
    }
}

}  // namespace tieline::sandbox::erp
