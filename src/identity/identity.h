#pragma once
// The room's door: people, how they sign in, their sessions, and the tokens of machines. Kept in a file of its own
// (identity.db in the data folder), since the log of a site never forgets and a password must be able to go.

#include "base/time.h"
#include "identity/roles.h"
#include "identity/secrets.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::identity {

struct Person {
    std::string name;  ///< 2 to 32 of a-z, 0-9, '.', '_', '-'; never changes, never used again
    std::string full_name;
    Roles roles;
    std::string person_code;  ///< who this is in the CMMS; "" when unknown
    std::string craft;        ///< of their hours, where they do not say another
    bool disabled = false;
    bool has_password = false;  ///< false: invited, the one-time link was not used yet
    WallTime created{};
    std::optional<WallTime> last_sign_in;
};

struct Session {
    Person person;
    std::string csrf;    ///< writes must send it; follows from the cookie, which scripts cannot read
    WallTime expires{};  ///< at the latest
};

/// A session just begun. `cookie` is shown this once.
struct Started {
    std::string cookie;
    Session session;
};

struct Token {
    std::string id;
    std::string name;
    Scopes scope;
    std::string created_by;
    WallTime created{}, expires{};
};
/// A secret that is shown once.
template <class About>
struct Shown {
    About about;
    std::string secret;
    WallTime expires{};
};

/// What somebody did here: goes into the log as an event. `id` is unique for ever.
struct Deed {
    std::string id;
    std::string type;     ///< "person.invited", "person.signed_in", "token.created" …
    std::string subject;  ///< whom or what it is about
    std::string data;     ///< JSON, with `actor`; never a secret
    WallTime at{};
};

struct IdentityOptions {
    std::string file;                    ///< "" keeps everything in memory
    Millis idle{12 * 3'600'000};         ///< a session ends after so long without a request
    Millis longest{7 * 24 * 3'600'000};  ///< and at the latest then
    Millis first_link{24 * 3'600'000};   ///< life of the first administrator's link
    Millis link{3 * 24 * 3'600'000};     ///< life of an invitation
    HashCost cost;
    std::size_t waiting_max = 64;  ///< requests that change something or hash; more: rate_limited
};

template <class T>
using Done = std::function<void(Result<T>)>;

struct SignIn {
    std::string name, password, address;
};
struct LinkUse {
    std::string code, password, address;
    std::string name, full_name;  ///< the name of the first administrator only
};
struct PersonChange {
    std::optional<std::string> full_name, person_code, craft;
    std::optional<Roles> roles;
    std::optional<bool> disabled;
};

/// Thread-safe. What reads answers at once from memory; what changes or hashes runs on one thread of its own, in order,
/// and calls `done` there once it is on disk. Errors: invalid (names the field), not_found, conflict, unauthorized
/// (wrong name or password), rate_limited (with retry_after).
class Identity {
public:
    /// Kind internal, code "identity_open": the file cannot be read or is of a newer version.
    static Result<std::unique_ptr<Identity>> open(IdentityOptions options, const Clock& clock);
    ~Identity();
    Identity(const Identity&) = delete;
    Identity& operator=(const Identity&) = delete;

    /// Ends the thread: what waits is dropped without a call, what comes later is answered as too busy. Before whatever
    /// the `done` functions use is destroyed.
    void stop();

    /// Who sends this cookie; keeps the session alive, unless told not to. nullopt: nobody, or no longer.
    std::optional<Session> session(std::string_view cookie, bool keeps_alive = true);
    std::optional<Token> token(std::string_view secret) const;
    std::vector<Person> people() const;
    std::optional<Person> person(std::string_view name) const;
    std::vector<Token> tokens() const;
    Millis idle() const;

    void sign_in(SignIn given, Done<Started> done);
    void sign_out(std::string cookie, Done<void> done);
    void use_link(LinkUse given, Done<Started> done);
    /// Ends all other sessions of the person.
    void change_password(std::string cookie, SignIn old, std::string fresh, Done<Started> done);
    void invite(std::string actor, Person person, Done<Shown<Person>> done);
    void new_link(std::string actor, std::string name, Done<Shown<Person>> done);
    void change(std::string actor, std::string name, PersonChange change, Done<Person> done);
    void make_token(std::string actor, Token token, Done<Shown<Token>> done);
    void revoke_token(std::string actor, std::string id, Done<void> done);

    /// The code of the first administrator's link while nobody can administrate: a new one each time, the older ones
    /// end. nullopt: somebody can. Waits for the disk.
    Result<std::optional<std::string>> first_link();

    /// From now on deeds go to `teller`, on the room's thread, also those of earlier lives that were not confirmed. It
    /// calls the function it is given once the deed is in the log.
    void tell_deeds(std::function<void(Deed, std::function<void()>)> teller);

private:
    struct Parts;
    explicit Identity(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace tieline::identity
