// What changes people, sessions and tokens: on the worker's thread, first in the file, then in memory.

#include "identity/parts.h"

#include <algorithm>
#include <utility>

namespace tieline::identity {
namespace {

constexpr std::size_t sessions_max = 20;  ///< per person: the longest unused one ends
constexpr std::size_t name_bytes_min = 2, name_bytes_max = 32;
constexpr std::size_t people_max = 20'000;

bool is_login_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    };
    return name.size() >= name_bytes_min && name.size() <= name_bytes_max &&
           std::all_of(name.begin(), name.end(), fits);
}

Result<void> check_name(const std::string& name) {
    if (is_login_name(name)) return {};
    return make_error(ErrorKind::invalid,
                      "'name' must be 2 to 32 of a-z, 0-9, '.', '_' and '-': it is what the person types to sign in.",
                      "bad_name", "name");
}

Error unknown_person(const std::string& name) {
    return make_error(ErrorKind::not_found, "There is nobody named '" + name.substr(0, 64) + "' here.",
                      "unknown_person");
}

Error wrong_sign_in() { return make_error(ErrorKind::unauthorized, "Name or password is wrong.", "wrong_sign_in"); }

Json roles_json(Roles roles) {
    Json list = Json::array();
    for (const std::string& name : names_of(roles)) list.push_back(name);
    return list;
}

}  // namespace

std::string plain_name(std::string name) {
    const std::size_t first = name.find_first_not_of(' ');
    if (first == std::string::npos) return "";
    name = name.substr(first, name.find_last_not_of(' ') - first + 1);
    for (char& c : name) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return name;
}

bool Identity::Parts::is_over(const KeptSession& session, WallTime now) const {
    return now >= session.started + options.longest || now >= session.seen + options.idle;
}

int Identity::Parts::administrators() const {
    return static_cast<int>(std::count_if(content.people.begin(), content.people.end(), [](const auto& one) {
        const Person& person = one.second.person;
        return person.roles.has(Role::administrator) && !person.disabled && person.has_password;
    }));
}

Deed Identity::Parts::deed(const std::string& type, const std::string& subject, Json data) const {
    return {random_secret().substr(0, 22), type, subject, data.dump(), clock.now()};
}

void Identity::Parts::tell(const Deed& deed) {
    if (!teller) {
        content.deeds.push_back(deed);
        return;
    }
    teller(deed, [this, id = deed.id] {
        worker->post(
            [this, id] {
                book.begin();
                book.drop_deed(id);
                (void)book.commit();  // told again at the next start; the log knows it by its id
            },
            true);
    });
}

Result<void> Identity::Parts::write(const Deed& deed, const std::function<void()>& put) {
    book.begin();
    put();
    book.put(deed);
    return book.commit();
}

std::vector<std::string> Identity::Parts::links_of(const std::string& name) const {
    std::vector<std::string> digests;
    for (const auto& [digest, link] : content.links) {
        if (link.name == name) digests.push_back(digest);
    }
    return digests;
}

std::vector<std::string> Identity::Parts::tokens_of(const std::string& name) const {
    std::vector<std::string> ids;
    for (const auto& [id, kept] : content.tokens) {
        if (kept.token.created_by == name) ids.push_back(id);
    }
    return ids;
}

std::vector<std::string> Identity::Parts::sessions_of(const std::string& name) const {
    std::vector<std::string> digests;
    for (const auto& [digest, session] : content.sessions) {
        if (session.name == name) digests.push_back(digest);
    }
    return digests;
}

void Identity::Parts::forget_sessions(const std::vector<std::string>& digests) {
    for (const std::string& digest : digests) content.sessions.erase(digest);
}

void Identity::Parts::write_seen() {
    std::vector<std::pair<std::string, KeptSession>> sessions;
    {
        const std::lock_guard lock(mutex);
        for (const std::string& digest : std::exchange(seen, {})) {
            const auto found = content.sessions.find(digest);
            if (found != content.sessions.end()) sessions.emplace_back(digest, found->second);
        }
    }
    book.begin();
    for (const auto& [digest, session] : sessions) book.put(digest, session);
    (void)book.commit();  // lost: these sessions only end earlier after a restart
}

Result<Started> Identity::Parts::start_session(KeptPerson kept, const Deed& told, bool ends_others,
                                               const std::function<void()>& also_put) {
    const WallTime now = clock.now();
    const std::string cookie = random_secret(), digest = digest_of(cookie);
    KeptSession fresh{kept.person.name, now, now, now};
    kept.person.last_sign_in = now;
    std::vector<std::string> ended;
    {
        const std::lock_guard lock(mutex);
        std::vector<std::pair<WallTime, std::string>> own;
        for (const auto& [other, session] : content.sessions) {
            const bool is_own = session.name == kept.person.name;
            if (is_over(session, now) || (is_own && ends_others)) {
                ended.push_back(other);
            } else if (is_own) {
                own.emplace_back(session.seen, other);
            }
        }
        std::sort(own.begin(), own.end());
        for (std::size_t index = 0; own.size() - index >= sessions_max; ++index) ended.push_back(own[index].second);
    }
    TIELINE_TRY_VOID(write(told, [&] {
        book.put(kept);
        book.put(digest, fresh);
        for (const std::string& other : ended) book.drop_session(other);
        also_put();
    }));
    {
        const std::lock_guard lock(mutex);
        forget_sessions(ended);
        content.people.insert_or_assign(kept.person.name, kept);
        content.sessions[digest] = fresh;
    }
    tell(told);
    return Started{cookie, Session{kept.person, csrf_of(cookie), now + options.longest}};
}

/// Each wrong try that makes a person of this plant wait leaves a trace; the pauses between them keep the log small.
void Identity::Parts::tell_of_guessing(const SignIn& given) {
    {
        const std::lock_guard lock(mutex);
        if (!lockout.is_paused(given.name, clock.now())) return;
    }
    const Deed told = deed("person.locked", given.name,
                           Json::object({{"actor", "whoever tried to sign in"}, {"address", given.address}}));
    if (write(told, [] {})) tell(told);
}

Result<Started> Identity::Parts::sign_in(const SignIn& given) {
    const auto found = content.people.find(given.name);
    const bool is_known = found != content.people.end() && !found->second.hash.empty();
    // An unknown name costs the same time as a wrong password.
    const bool right = is_password(is_known ? found->second.hash : no_ones_hash, given.password);
    if (!is_known || !right || found->second.person.disabled) {
        if (is_known) tell_of_guessing(given);
        return wrong_sign_in();
    }
    KeptPerson kept = found->second;
    if (is_old_hash(kept.hash, options.cost)) {
        TIELINE_TRY(kept.hash, hash_password(given.password, options.cost));
    }
    {
        const std::lock_guard lock(mutex);
        lockout.succeeded(given.name, given.address);
    }
    const Deed told =
        deed("person.signed_in", given.name, Json::object({{"actor", given.name}, {"address", given.address}}));
    return start_session(std::move(kept), told, false, [] {});
}

Result<void> Identity::Parts::sign_out(const std::string& cookie) {
    const std::string digest = digest_of(cookie);
    const auto found = content.sessions.find(digest);
    if (found == content.sessions.end()) return {};
    const std::string name = found->second.name;
    const Deed told = deed("person.signed_out", name, Json::object({{"actor", name}}));
    TIELINE_TRY_VOID(write(told, [&] { book.drop_session(digest); }));
    {
        const std::lock_guard lock(mutex);
        content.sessions.erase(digest);
    }
    tell(told);
    return {};
}

Result<Started> Identity::Parts::use_link(const LinkUse& given) {
    const auto link = content.links.find(digest_of(given.code));
    if (link == content.links.end() || link->second.expires <= clock.now()) {
        return make_error(
            ErrorKind::not_found,
            "This link was used already, replaced by a newer one, or is too old. Ask an administrator for "
            "a new one; the first one is printed when the hub starts.",
            "unknown_link", "code");
    }
    const bool is_first = link->second.name.empty();
    if (is_first && administrators() > 0) {
        return make_error(ErrorKind::conflict, "Somebody is administrator already; ask them for a link.",
                          "administrator_exists", "code");
    }
    KeptPerson kept;
    if (is_first) {
        TIELINE_TRY_VOID(check_name(given.name));
        if (content.people.contains(given.name)) {
            return make_error(ErrorKind::conflict, "'" + given.name + "' exists already; choose another name.",
                              "name_taken", "name");
        }
        kept.person.name = given.name;
        kept.person.full_name = given.full_name;
        kept.person.roles = {Role::administrator};
        kept.person.created = clock.now();
    } else {
        kept = content.people.at(link->second.name);
        if (!given.full_name.empty()) kept.person.full_name = given.full_name;
    }
    TIELINE_TRY_VOID(check_password(given.password, kept.person.name));
    TIELINE_TRY(kept.hash, hash_password(given.password, options.cost));
    kept.person.has_password = true;
    const std::vector<std::string> used = links_of(link->second.name);
    const Deed told = deed("person.link_used", kept.person.name,
                           Json::object({{"actor", kept.person.name},
                                         {"address", given.address},
                                         {"roles", roles_json(kept.person.roles)},
                                         {"first_administrator", is_first}}));
    Result<Started> started = start_session(std::move(kept), told, true, [&] {
        for (const std::string& digest : used) book.drop_link(digest);
    });
    if (!started) return started;
    const std::lock_guard lock(mutex);
    for (const std::string& digest : used) content.links.erase(digest);
    lockout.forget(started->session.person.name);
    return started;
}

Result<Started> Identity::Parts::change_password(const std::string& cookie, const SignIn& old,
                                                 const std::string& fresh) {
    const auto session = content.sessions.find(digest_of(cookie));
    if (session == content.sessions.end()) return wrong_sign_in();
    KeptPerson kept = content.people.at(session->second.name);
    // Before the try is counted: whoever only chose a poor new one has guessed nothing.
    Result<void> fits = check_password(fresh, kept.person.name);
    if (!fits) {
        Error error = fits.error();
        error.field = "new_password";
        return error;
    }
    {
        const std::lock_guard lock(mutex);
        if (const std::optional<Millis> wait = lockout.begin(kept.person.name, old.address, clock.now())) {
            Error locked =
                make_error(ErrorKind::rate_limited, "Too many wrong passwords. Wait, then try again.", "locked");
            locked.retry_after = *wait;
            return locked;
        }
    }
    if (!is_password(kept.hash, old.password)) {
        return make_error(ErrorKind::invalid, "The present password is wrong.", "wrong_password", "password");
    }
    {
        const std::lock_guard lock(mutex);
        lockout.succeeded(kept.person.name, old.address);
    }
    TIELINE_TRY(kept.hash, hash_password(fresh, options.cost));
    const std::vector<std::string> links = links_of(kept.person.name);
    const Deed told = deed("person.password_changed", kept.person.name,
                           Json::object({{"actor", kept.person.name}, {"address", old.address}}));
    Result<Started> started = start_session(std::move(kept), told, true, [&] {
        for (const std::string& digest : links) book.drop_link(digest);
    });
    if (!started) return started;
    const std::lock_guard lock(mutex);
    for (const std::string& digest : links) content.links.erase(digest);
    return started;
}

Result<Shown<Person>> Identity::Parts::show_link(const KeptPerson& kept, const Deed& told) {
    const std::string& name = kept.person.name;
    const std::string code = random_secret(), digest = digest_of(code);
    const KeptLink link{name, clock.now() + options.link};
    const std::vector<std::string> old = links_of(name);
    TIELINE_TRY_VOID(write(told, [&] {
        book.put(kept);
        for (const std::string& one : old) book.drop_link(one);
        book.put(digest, link);
    }));
    {
        const std::lock_guard lock(mutex);
        for (const std::string& one : old) content.links.erase(one);
        content.links[digest] = link;
        content.people.insert_or_assign(name, kept);
    }
    tell(told);
    return Shown<Person>{kept.person, code, link.expires};
}

Result<Shown<Person>> Identity::Parts::invite(const std::string& actor, Person person) {
    TIELINE_TRY_VOID(check_name(person.name));
    if (content.people.contains(person.name)) {
        return make_error(ErrorKind::conflict,
                          "'" + person.name +
                              "' exists already. A name is never used again: choose another one, or change this "
                              "person.",
                          "name_taken", "name");
    }
    if (content.people.size() >= people_max) {
        return make_error(ErrorKind::conflict, "A hub keeps 20000 people at most.", "too_many_people");
    }
    person.created = clock.now();
    person.disabled = person.has_password = false;
    person.last_sign_in.reset();
    const Deed told =
        deed("person.invited", person.name, Json::object({{"actor", actor}, {"roles", roles_json(person.roles)}}));
    return show_link({std::move(person), ""}, told);
}

Result<Shown<Person>> Identity::Parts::new_link(const std::string& actor, const std::string& name) {
    const auto found = content.people.find(name);
    if (found == content.people.end()) return unknown_person(name);
    if (found->second.person.disabled) {
        return make_error(ErrorKind::conflict, "'" + name + "' is disabled: enable this person first.", "disabled");
    }
    return show_link(found->second, deed("person.link_made", name, Json::object({{"actor", actor}})));
}

Result<Person> Identity::Parts::change(const std::string& actor, const std::string& name, const PersonChange& change) {
    const auto found = content.people.find(name);
    if (found == content.people.end()) return unknown_person(name);
    KeptPerson kept = found->second;
    Person& person = kept.person;
    const bool was_administrator = person.roles.has(Role::administrator) && !person.disabled && person.has_password;
    if (change.full_name) person.full_name = *change.full_name;
    if (change.person_code) person.person_code = *change.person_code;
    if (change.craft) person.craft = *change.craft;
    if (change.roles) person.roles = *change.roles;
    if (change.disabled) person.disabled = *change.disabled;
    const bool stays = person.roles.has(Role::administrator) && !person.disabled;
    if (was_administrator && !stays && administrators() == 1) {
        return make_error(ErrorKind::conflict,
                          "'" + name + "' is the last administrator. Make somebody else one first.",
                          "last_administrator");
    }
    const std::vector<std::string> sessions = person.disabled ? sessions_of(name) : std::vector<std::string>();
    const std::vector<std::string> links = person.disabled ? links_of(name) : std::vector<std::string>();
    // Whoever may no longer make tokens leaves none behind.
    const bool may_make = !person.disabled && person.roles.meets({Role::integrator, Role::administrator});
    const std::vector<std::string> tokens = may_make ? std::vector<std::string>() : tokens_of(name);
    Json revoked = Json::array();
    for (const std::string& id : tokens) revoked.push_back(id);
    const Deed told = deed("person.changed", name,
                           Json::object({{"actor", actor},
                                         {"roles", roles_json(person.roles)},
                                         {"person_code", person.person_code},
                                         {"craft", person.craft},
                                         {"disabled", person.disabled},
                                         {"tokens_revoked", std::move(revoked)}}));
    TIELINE_TRY_VOID(write(told, [&] {
        for (const std::string& id : tokens) book.drop_token(id);
        book.put(kept);
        for (const std::string& digest : sessions) book.drop_session(digest);
        for (const std::string& digest : links) book.drop_link(digest);
    }));
    {
        const std::lock_guard lock(mutex);
        content.people.insert_or_assign(name, kept);
        for (const std::string& id : tokens) {
            token_ids.erase(content.tokens.at(id).digest);
            content.tokens.erase(id);
        }
        forget_sessions(sessions);
        for (const std::string& digest : links) content.links.erase(digest);
    }
    tell(told);
    return kept.person;
}

Result<std::optional<std::string>> Identity::Parts::first_link() {
    if (administrators() > 0) return std::optional<std::string>();
    const std::string code = random_secret(), digest = digest_of(code);
    const KeptLink link{"", clock.now() + options.first_link};
    const std::vector<std::string> old = links_of("");
    const Deed told = deed("person.link_made", "first administrator", Json::object({{"actor", "hub"}}));
    TIELINE_TRY_VOID(write(told, [&] {
        for (const std::string& one : old) book.drop_link(one);
        book.put(digest, link);
    }));
    {
        const std::lock_guard lock(mutex);
        for (const std::string& one : old) content.links.erase(one);
        content.links[digest] = link;
    }
    tell(told);
    return std::optional(code);
}

}  // namespace tieline::identity
