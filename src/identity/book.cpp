#include "identity/book.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace tieline::identity {
namespace {

constexpr std::int64_t schema_version = 1;

constexpr const char* schema = R"(
CREATE TABLE IF NOT EXISTS people (name TEXT PRIMARY KEY, full_name TEXT, roles TEXT, person_code TEXT, craft TEXT,
  disabled INTEGER, hash TEXT, created INTEGER, last_sign_in INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS sessions (digest TEXT PRIMARY KEY, name TEXT, started INTEGER, seen INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS tokens (id TEXT PRIMARY KEY, name TEXT, scope TEXT, digest TEXT, created_by TEXT,
  created INTEGER, expires INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS links (digest TEXT PRIMARY KEY, name TEXT, expires INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS deeds (id TEXT PRIMARY KEY, type TEXT, subject TEXT, data TEXT, at INTEGER) STRICT;
)";

std::int64_t millis(WallTime time) { return time.time_since_epoch().count(); }
WallTime time_in(const std::string& text) { return WallTime(Millis(std::strtoll(text.c_str(), nullptr, 10))); }

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
    return text;
}

std::vector<std::string> words_in(const std::string& text) {
    std::vector<std::string> words;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

/// A role that this version no longer knows gives nothing.
Roles roles_in(const std::string& text) {
    Roles roles;
    for (const std::string& word : words_in(text)) {
        if (const std::optional<Role> role = role_from(word)) roles.add(*role);
    }
    return roles;
}

Scopes scopes_in(const std::string& text) {
    Scopes scopes;
    for (const std::string& word : words_in(text)) {
        if (const std::optional<Scope> scope = scope_from(word)) scopes.add(*scope);
    }
    return scopes;
}

Error cannot_open(const std::string& file, const std::string& why) {
    return make_error(ErrorKind::internal,
                      "The file of people, " + file + ", cannot be used: " + why +
                          ". Check rights and free space, or restore it from a backup.",
                      "identity_open");
}

constexpr int busy_wait_ms = 5000;  ///< while another program, a backup, reads the file

/// Only the hub's own account may read the hashes. SQLite gives the files beside it the same rights.
bool keep_private(const std::string& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return false;
    const bool done = ::fchmod(descriptor, 0600) == 0;
    ::close(descriptor);
    return done;
}

}  // namespace

Book::~Book() {
    sqlite3_close(handle_);
    if (lock_ >= 0) ::close(lock_);
}

/// What is in memory is all there is, so no second program may change the file meanwhile. A backup reads, and may. This
/// lock (flock) is none of those that SQLite takes (fcntl); the descriptor is closed after SQLite's, which would else
/// lose its own.
Result<void> Book::lock(const std::string& file) {
    lock_ = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    if (lock_ < 0) return cannot_open(file, std::strerror(errno));
    if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return {};
    if (errno != EWOULDBLOCK) return cannot_open(file, std::string("it cannot be locked: ") + std::strerror(errno));
    return make_error(ErrorKind::conflict,
                      "'" + file +
                          "' is in use by another tieline, usually the running hub. Stop that first; or ask another "
                          "administrator, who needs no stop.",
                      "identity_in_use");
}

Result<Content> Book::open(const std::string& file) {
    const std::string path = file.empty() ? ":memory:" : file;
    if (!file.empty() && !keep_private(file)) return cannot_open(path, std::strerror(errno));
    if (!file.empty()) TIELINE_TRY_VOID(lock(file));
    constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
    if (sqlite3_open_v2(path.c_str(), &handle_, flags, nullptr) != SQLITE_OK) {
        return cannot_open(path, handle_ == nullptr ? "no memory" : sqlite3_errmsg(handle_));
    }
    sqlite3_busy_timeout(handle_, busy_wait_ms);
    for (const char* sql : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA secure_delete=ON", schema}) {
        if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
            return cannot_open(path, sqlite3_errmsg(handle_));
        }
    }
    const auto version = rows("PRAGMA user_version");
    if (version.empty() || std::strtoll(version[0][0].c_str(), nullptr, 10) > schema_version) {
        return cannot_open(path, "it was written by a newer Tieline");
    }
    run("PRAGMA user_version=1");
    Content content;
    for (const auto& row : rows("SELECT name,full_name,roles,person_code,craft,disabled,hash,created,last_sign_in "
                                "FROM people")) {
        KeptPerson kept;
        kept.person = {row[0],        row[1],          roles_in(row[2]), row[3],      row[4],
                       row[5] == "1", !row[6].empty(), time_in(row[7]),  std::nullopt};
        if (row[8] != "0") kept.person.last_sign_in = time_in(row[8]);
        kept.hash = row[6];
        content.people.emplace(row[0], std::move(kept));
    }
    for (const auto& row : rows("SELECT digest,name,started,seen FROM sessions")) {
        content.sessions[row[0]] = {row[1], time_in(row[2]), time_in(row[3]), time_in(row[3])};
    }
    for (const auto& row : rows("SELECT id,name,scope,created_by,created,expires,digest FROM tokens")) {
        content.tokens[row[0]] = {{row[0], row[1], scopes_in(row[2]), row[3], time_in(row[4]), time_in(row[5])},
                                  row[6]};
    }
    for (const auto& row : rows("SELECT digest,name,expires FROM links")) {
        content.links[row[0]] = {row[1], time_in(row[2])};
    }
    for (const auto& row : rows("SELECT id,type,subject,data,at FROM deeds ORDER BY at,id")) {
        content.deeds.push_back({row[0], row[1], row[2], row[3], time_in(row[4])});
    }
    if (!failure_.empty()) return cannot_open(path, failure_);
    return content;
}

void Book::failed() {
    if (failure_.empty()) failure_ = sqlite3_errmsg(handle_);
}

void Book::run(const char* sql, const std::vector<Value>& values) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr) != SQLITE_OK) return failed();
    int index = 0;
    for (const Value& value : values) {
        ++index;
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            sqlite3_bind_int64(statement, index, *number);
        } else {
            const std::string& text = std::get<std::string>(value);
            sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
        }
    }
    int result = SQLITE_ROW;
    while (result == SQLITE_ROW) result = sqlite3_step(statement);
    if (result != SQLITE_DONE) failed();
    sqlite3_finalize(statement);
}

std::vector<std::vector<std::string>> Book::rows(const char* sql) {
    std::vector<std::vector<std::string>> found;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr) != SQLITE_OK) {
        failed();
        return found;
    }
    int result = sqlite3_step(statement);
    for (; result == SQLITE_ROW; result = sqlite3_step(statement)) {
        std::vector<std::string> row;
        for (int column = 0; column < sqlite3_column_count(statement); ++column) {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
            row.emplace_back(text == nullptr ? "" : text);
        }
        found.push_back(std::move(row));
    }
    if (result != SQLITE_DONE) failed();
    sqlite3_finalize(statement);
    return found;
}

void Book::begin() {
    failure_.clear();
    run("BEGIN IMMEDIATE");
}

Result<void> Book::commit() {
    if (failure_.empty()) run("COMMIT");
    if (failure_.empty()) return {};
    const std::string why = failure_;
    sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
    return make_error(ErrorKind::internal,
                      "The file of people cannot be written: " + why + ". Check rights and free space.",
                      "identity_write");
}

void Book::put(const KeptPerson& kept) {
    const Person& person = kept.person;
    run("INSERT OR REPLACE INTO people VALUES(?,?,?,?,?,?,?,?,?)",
        {person.name, person.full_name, joined(names_of(person.roles)), person.person_code, person.craft,
         std::int64_t{person.disabled}, kept.hash, millis(person.created),
         person.last_sign_in ? millis(*person.last_sign_in) : std::int64_t{0}});
}

void Book::put(const std::string& digest, const KeptSession& session) {
    run("INSERT OR REPLACE INTO sessions VALUES(?,?,?,?)",
        {digest, session.name, millis(session.started), millis(session.seen)});
}

void Book::put(const KeptToken& kept) {
    const Token& token = kept.token;
    run("INSERT OR REPLACE INTO tokens VALUES(?,?,?,?,?,?,?)",
        {token.id, token.name, joined(names_of(token.scope)), kept.digest, token.created_by, millis(token.created),
         millis(token.expires)});
}

void Book::put(const std::string& digest, const KeptLink& link) {
    run("INSERT OR REPLACE INTO links VALUES(?,?,?)", {digest, link.name, millis(link.expires)});
}

void Book::put(const Deed& deed) {
    run("INSERT OR REPLACE INTO deeds VALUES(?,?,?,?,?)",
        {deed.id, deed.type, deed.subject, deed.data, millis(deed.at)});
}

void Book::drop_session(const std::string& digest) { run("DELETE FROM sessions WHERE digest=?", {digest}); }
void Book::drop_token(const std::string& id) { run("DELETE FROM tokens WHERE id=?", {id}); }
void Book::drop_link(const std::string& digest) { run("DELETE FROM links WHERE digest=?", {digest}); }
void Book::drop_deed(const std::string& id) { run("DELETE FROM deeds WHERE id=?", {id}); }

}  // namespace tieline::identity
