#pragma once
// The file behind identity: SQLite, WAL, synchronous=FULL; one thread at a time. For this room only.

#include "identity/identity.h"

#include <sqlite3.h>

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace tieline::identity {

struct KeptPerson {
    Person person;
    std::string hash;  ///< of the password; "" before there is one
};
struct KeptSession {
    std::string name;
    WallTime started{}, seen{};
    WallTime written{};  ///< `seen` as it is on disk
};
struct KeptToken {
    Token token;
    std::string digest;
};
struct KeptLink {
    std::string name;  ///< "" for the first administrator
    WallTime expires{};
};

/// Everything that the file holds, by name, digest of the cookie, id, digest of the code.
struct Content {
    std::map<std::string, KeptPerson, std::less<>> people;
    std::map<std::string, KeptSession, std::less<>> sessions;
    std::map<std::string, KeptToken, std::less<>> tokens;
    std::map<std::string, KeptLink, std::less<>> links;
    std::vector<Deed> deeds;  ///< not yet confirmed to be in the log
};

class Book {
public:
    Book() = default;
    Book(const Book&) = delete;
    Book& operator=(const Book&) = delete;
    ~Book();

    Result<Content> open(const std::string& file);

    /// Everything between begin() and commit() is on disk together, or not at all. commit() gives the first failure.
    void begin();
    Result<void> commit();
    void put(const KeptPerson& kept);
    void put(const std::string& digest, const KeptSession& session);
    void put(const KeptToken& kept);
    void put(const std::string& digest, const KeptLink& link);
    void put(const Deed& deed);
    void drop_session(const std::string& digest);
    void drop_token(const std::string& id);
    void drop_link(const std::string& digest);
    void drop_deed(const std::string& id);

private:
    using Value = std::variant<std::int64_t, std::string>;
    void run(const char* sql, const std::vector<Value>& values = {});
    std::vector<std::vector<std::string>> rows(const char* sql);
    void failed();
    Result<void> lock(const std::string& file);

    int lock_ = -1;  ///< says that this program has the file open
    sqlite3* handle_ = nullptr;
    std::string failure_;
};

}  // namespace tieline::identity
