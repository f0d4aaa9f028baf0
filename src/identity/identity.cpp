#include "identity/identity.h"

#include "base/hash.h"
#include "identity/parts.h"

#include <future>

namespace tieline::identity {
namespace {

constexpr Millis seen_every{5 * 60'000};  ///< how coarsely "last seen" is kept on disk

}  // namespace

std::string csrf_of(std::string_view cookie) { return hex(hmac_sha256(cookie, "csrf")).substr(0, 32); }

Error Identity::Parts::too_busy() {
    Error busy = make_error(ErrorKind::rate_limited, "Too many people are signing in at once. Try again in a moment.",
                            "too_busy");
    busy.retry_after = Millis(2000);
    return busy;
}

Result<std::unique_ptr<Identity>> Identity::open(IdentityOptions options, const Clock& clock) {
    if (!ready_secrets()) {
        return make_error(ErrorKind::internal, "This machine gives no random numbers; sign-in cannot work.",
                          "identity_open");
    }
    auto parts = std::make_unique<Parts>(std::move(options), clock);
    TIELINE_TRY(parts->content, parts->book.open(parts->options.file));
    for (const auto& [id, kept] : parts->content.tokens) parts->token_ids[kept.digest] = id;
    TIELINE_TRY(parts->no_ones_hash, hash_password(random_secret(), parts->options.cost));
    parts->worker = std::make_unique<Worker>(parts->options.waiting_max);
    return std::unique_ptr<Identity>(new Identity(std::move(parts)));  // tidy: allow new, the constructor is private
}

Identity::Identity(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Identity::~Identity() = default;

void Identity::stop() { parts_->worker->stop(); }

std::optional<Session> Identity::session(std::string_view cookie, bool keeps_alive) {
    Parts& parts = *parts_;
    const std::string digest = digest_of(cookie);
    const WallTime now = parts.clock.now();
    const std::lock_guard lock(parts.mutex);
    const auto found = parts.content.sessions.find(digest);
    if (found == parts.content.sessions.end() || parts.is_over(found->second, now)) return std::nullopt;
    const auto person = parts.content.people.find(found->second.name);
    if (person == parts.content.people.end() || person->second.person.disabled) return std::nullopt;
    KeptSession& session = found->second;
    if (!keeps_alive) return Session{person->second.person, csrf_of(cookie), session.started + parts.options.longest};
    session.seen = std::max(session.seen, now);
    if (session.seen - session.written > seen_every) {
        session.written = session.seen;
        parts.seen.push_back(digest);
        // One job writes all that have gathered until it runs: they must not crowd out who is signing in.
        if (parts.seen.size() == 1) parts.worker->post([&parts] { parts.write_seen(); }, true);
    }
    return Session{person->second.person, csrf_of(cookie), session.started + parts.options.longest};
}

std::optional<Token> Identity::token(std::string_view secret) const {
    const std::string digest = digest_of(secret);
    const std::lock_guard lock(parts_->mutex);
    const auto id = parts_->token_ids.find(digest);
    if (id == parts_->token_ids.end()) return std::nullopt;
    const Token& token = parts_->content.tokens.at(id->second).token;
    if (token.expires <= parts_->clock.now()) return std::nullopt;
    return token;
}

std::vector<Person> Identity::people() const {
    const std::lock_guard lock(parts_->mutex);
    std::vector<Person> people;
    for (const auto& [name, kept] : parts_->content.people) people.push_back(kept.person);
    return people;
}

std::optional<Person> Identity::person(std::string_view name) const {
    const std::lock_guard lock(parts_->mutex);
    const auto found = parts_->content.people.find(name);
    if (found == parts_->content.people.end()) return std::nullopt;
    return found->second.person;
}

std::vector<Token> Identity::tokens() const {
    const std::lock_guard lock(parts_->mutex);
    std::vector<Token> tokens;
    for (const auto& [id, kept] : parts_->content.tokens) tokens.push_back(kept.token);
    return tokens;
}

Millis Identity::idle() const { return parts_->options.idle; }

void Identity::sign_in(SignIn given, Done<Started> done) {
    Parts& parts = *parts_;
    given.name = plain_name(given.name);
    std::optional<Millis> wait;
    {
        const std::lock_guard lock(parts.mutex);
        wait = parts.lockout.begin(given.name, given.address, parts.clock.now());
    }
    if (wait) {
        // Said before any hash is computed: a guesser gets no work done here.
        Error locked = make_error(ErrorKind::rate_limited,
                                  "Too many wrong sign-ins. Wait " + std::to_string((wait->count() + 999) / 1000) +
                                      " s, then try again; an administrator can make a new link for a lost password.",
                                  "locked");
        locked.retry_after = *wait;
        return done(locked);
    }
    const std::string name = given.name, address = given.address;
    if (parts.answer<Started>(std::move(done), [&parts, given = std::move(given)] { return parts.sign_in(given); }))
        return;
    const std::lock_guard lock(parts.mutex);
    parts.lockout.take_back(name, address);
}

void Identity::sign_out(std::string cookie, Done<void> done) {
    Parts& parts = *parts_;
    parts.answer<void>(std::move(done), [&parts, cookie = std::move(cookie)] { return parts.sign_out(cookie); });
}

void Identity::use_link(LinkUse given, Done<Started> done) {
    Parts& parts = *parts_;
    given.name = plain_name(given.name);
    parts.answer<Started>(std::move(done), [&parts, given = std::move(given)] { return parts.use_link(given); });
}

void Identity::change_password(std::string cookie, SignIn old, std::string fresh, Done<Started> done) {
    Parts& parts = *parts_;
    parts.answer<Started>(std::move(done),
                          [&parts, cookie = std::move(cookie), old = std::move(old), fresh = std::move(fresh)] {
                              return parts.change_password(cookie, old, fresh);
                          });
}

void Identity::invite(std::string actor, Person person, Done<Shown<Person>> done) {
    Parts& parts = *parts_;
    parts.answer<Shown<Person>>(std::move(done), [&parts, actor = std::move(actor), person = std::move(person)] {
        return parts.invite(actor, person);
    });
}

void Identity::new_link(std::string actor, std::string name, Done<Shown<Person>> done) {
    Parts& parts = *parts_;
    parts.answer<Shown<Person>>(std::move(done), [&parts, actor = std::move(actor), name = std::move(name)] {
        return parts.new_link(actor, name);
    });
}

void Identity::change(std::string actor, std::string name, PersonChange change, Done<Person> done) {
    Parts& parts = *parts_;
    parts.answer<Person>(std::move(done), [&parts, actor = std::move(actor), name = std::move(name),
                                           change = std::move(change)] { return parts.change(actor, name, change); });
}

void Identity::make_token(std::string actor, Token token, Done<Shown<Token>> done) {
    Parts& parts = *parts_;
    parts.answer<Shown<Token>>(std::move(done), [&parts, actor = std::move(actor), token = std::move(token)] {
        return parts.make_token(actor, token);
    });
}

void Identity::revoke_token(std::string actor, std::string id, Done<void> done) {
    Parts& parts = *parts_;
    parts.answer<void>(std::move(done), [&parts, actor = std::move(actor), id = std::move(id)] {
        return parts.revoke_token(actor, id);
    });
}

Result<std::optional<std::string>> Identity::first_link() {
    Parts& parts = *parts_;
    std::promise<Result<std::optional<std::string>>> promise;
    auto future = promise.get_future();
    parts.worker->post([&] { promise.set_value(parts.first_link()); }, true);
    return future.get();
}

void Identity::tell_deeds(std::function<void(Deed, std::function<void()>)> teller) {
    Parts& parts = *parts_;
    parts.worker->post(
        [&parts, teller = std::move(teller)] {
            parts.teller = teller;
            for (const Deed& deed : std::exchange(parts.content.deeds, {})) parts.tell(deed);
        },
        true);
}

}  // namespace tieline::identity
