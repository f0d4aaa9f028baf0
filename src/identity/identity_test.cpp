#include "identity/identity.h"

#include <gtest/gtest.h>

#include <sqlite3.h>
#include <unistd.h>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>

namespace tieline::identity {
namespace {

class HandClock final : public Clock {
public:
    WallTime now() const override { return now_; }
    void pass(Millis time) { now_ += time; }

private:
    WallTime now_{Millis(1'795'000'000'000)};
};

constexpr const char* good = "four quiet green pumps";
constexpr const char* other = "seven loud red valves";

/// Waits for the room's thread.
template <class T>
class Waiting {
public:
    Done<T> done() {
        return [promise = promise_](Result<T> result) { promise->set_value(std::move(result)); };
    }
    Result<T> get() { return promise_->get_future().get(); }

private:
    std::shared_ptr<std::promise<Result<T>>> promise_ = std::make_shared<std::promise<Result<T>>>();
};

class Plant : public ::testing::Test {
protected:
    Plant() {
        std::string name = (std::filesystem::path(::testing::TempDir()) / "tieline_identity_XXXXXX").string();
        folder_ = mkdtemp(name.data());
        open();
    }
    ~Plant() override {
        identity_.reset();
        std::filesystem::remove_all(folder_);
    }
    void open() {
        identity_.reset();
        IdentityOptions options;
        options.file = folder_ + "/identity.db";
        options.cost = {1, 8192};  // the least that the library takes: these tests are not about its slowness
        Result<std::unique_ptr<Identity>> opened = Identity::open(options, clock_);
        ASSERT_TRUE(opened) << opened.error().message;
        identity_ = std::move(*opened);
    }
    Result<Started> sign_in(const std::string& name, const std::string& password) {
        Waiting<Started> waiting;
        identity_->sign_in({name, password, "192.0.2.1"}, waiting.done());
        return waiting.get();
    }
    Result<Started> use_link(const std::string& code, const std::string& password, const std::string& name = "") {
        Waiting<Started> waiting;
        identity_->use_link({code, password, "192.0.2.1", name, ""}, waiting.done());
        return waiting.get();
    }
    Result<Shown<Person>> invite(const std::string& name, Roles roles) {
        Person person;
        person.name = name;
        person.roles = roles;
        Waiting<Shown<Person>> waiting;
        identity_->invite("chief", person, waiting.done());
        return waiting.get();
    }
    Result<Person> change(const std::string& name, PersonChange change) {
        Waiting<Person> waiting;
        identity_->change("chief", name, std::move(change), waiting.done());
        return waiting.get();
    }
    Started chief() {
        const Result<std::optional<std::string>> code = identity_->first_link();
        return *use_link(**code, good, "chief");
    }

    std::string folder_;
    HandClock clock_;
    std::unique_ptr<Identity> identity_;
};

TEST_F(Plant, TheFirstAdministratorComesByALinkThatWorksOnce) {
    const Result<std::optional<std::string>> first = identity_->first_link();
    ASSERT_TRUE(first && *first);
    const Result<std::optional<std::string>> second = identity_->first_link();
    ASSERT_TRUE(second && *second) << "as long as there is nobody, each start makes a new one";
    EXPECT_EQ(use_link(**first, good, "chief").error().code, "unknown_link") << "the older link has ended";
    EXPECT_EQ(use_link(**second, "short", "chief").error().code, "password_too_short");
    EXPECT_EQ(use_link(**second, good, "Not A Name").error().code, "bad_name");
    const Result<Started> started = use_link(**second, good, "chief");
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_TRUE(started->session.person.roles.has(Role::administrator));
    EXPECT_TRUE(identity_->session(started->cookie));
    EXPECT_EQ(use_link(**second, good, "thief").error().code, "unknown_link");
    EXPECT_FALSE(*identity_->first_link()) << "somebody can administrate now";
}

TEST_F(Plant, AFirstLinkTooOldIsWorthNothing) {
    const Result<std::optional<std::string>> first = identity_->first_link();
    clock_.pass(Millis(24 * 3'600'000));
    EXPECT_EQ(use_link(**first, good, "chief").error().code, "unknown_link");
}

TEST_F(Plant, SignInGivesANewSessionEachTimeAndWrongOnesAreAnsweredAlike) {
    const Started first = chief();
    const Result<Started> again = sign_in(" Chief ", good);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_NE(again->cookie, first.cookie);
    EXPECT_NE(again->session.csrf, first.session.csrf);
    const Error wrong = sign_in("chief", other).error(), unknown = sign_in("nobody", good).error();
    EXPECT_EQ(wrong.code, "wrong_sign_in");
    EXPECT_EQ(unknown.code, wrong.code);
    EXPECT_EQ(unknown.message, wrong.message);
    EXPECT_FALSE(identity_->session("made-up"));
}

TEST_F(Plant, GuessingIsLockedBeforeAnyHashIsComputedAndEndsByWaiting) {
    chief();
    std::vector<std::string> told;
    identity_->tell_deeds([&](const Deed& deed, const std::function<void()>&) { told.push_back(deed.type); });
    for (int index = 0; index < 5; ++index) {
        EXPECT_EQ(std::count(told.begin(), told.end(), "person.locked"), 0)
            << "a slip of the fingers is nobody's concern";
        EXPECT_EQ(sign_in("chief", other).error().code, "wrong_sign_in");
        EXPECT_EQ(sign_in("nobody" + std::to_string(index), other).error().code, "wrong_sign_in");
    }
    EXPECT_EQ(std::count(told.begin(), told.end(), "person.locked"), 1)
        << "guessing leaves a trace, of known names only";
    const Error locked = sign_in("chief", good).error();
    EXPECT_EQ(locked.code, "locked") << "even with the right password";
    ASSERT_TRUE(locked.retry_after);
    clock_.pass(*locked.retry_after);
    EXPECT_TRUE(sign_in("chief", good));
}

TEST_F(Plant, SessionsEndByIdlenessByAgeAndBySigningOut) {
    const Started idle = chief();
    clock_.pass(Millis(12 * 3'600'000 - 1));
    EXPECT_TRUE(identity_->session(idle.cookie)) << "each request keeps it alive";
    clock_.pass(Millis(12 * 3'600'000 - 1));
    EXPECT_TRUE(identity_->session(idle.cookie));
    clock_.pass(Millis(12 * 3'600'000));
    EXPECT_FALSE(identity_->session(idle.cookie));
    const Result<Started> old = sign_in("chief", good);
    ASSERT_TRUE(old) << old.error().message;
    for (int hour = 0; hour < 7 * 24; ++hour) {
        EXPECT_TRUE(identity_->session(old->cookie)) << hour;
        clock_.pass(Millis(3'600'000));
    }
    EXPECT_FALSE(identity_->session(old->cookie)) << "a week is the longest";
    const Result<Started> out = sign_in("chief", good);
    ASSERT_TRUE(out) << out.error().message;
    Waiting<void> waiting;
    identity_->sign_out(out->cookie, waiting.done());
    EXPECT_TRUE(waiting.get());
    EXPECT_FALSE(identity_->session(out->cookie));
}

TEST_F(Plant, WhatIsKeptSurvivesARestartAndHoldsNoSecret) {
    const Started started = chief();
    const Result<Shown<Person>> invited = invite("tom", {Role::technician});
    ASSERT_TRUE(invited);
    Token token;
    token.name = "gateway";
    token.scope = {Scope::events};
    token.expires = clock_.now() + Millis(1'000'000);
    Waiting<Shown<Token>> made;
    identity_->make_token("chief", token, made.done());
    const Result<Shown<Token>> shown = made.get();
    ASSERT_TRUE(shown);
    open();
    EXPECT_TRUE(identity_->session(started.cookie));
    EXPECT_TRUE(identity_->token(shown->secret));
    EXPECT_EQ(identity_->people().size(), 2U);
    std::string bytes;
    for (const char* name : {"/identity.db", "/identity.db-wal"}) {
        std::ifstream file(folder_ + name, std::ios::binary);
        bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    ASSERT_NE(bytes.find("gateway"), std::string::npos);
    for (const std::string& secret : {started.cookie, shown->secret, invited->secret, std::string(good)}) {
        EXPECT_EQ(bytes.find(secret), std::string::npos);
    }
    EXPECT_TRUE(use_link(invited->secret, other));
    clock_.pass(Millis(1'000'000));
    EXPECT_FALSE(identity_->token(shown->secret)) << "expired";
}

TEST_F(Plant, WhoIsDisabledIsOutAtOnceAndRolesCountFromTheNextRequest) {
    chief();
    const Result<Shown<Person>> invited = invite("tom", {Role::technician});
    const Result<Started> tom = use_link(invited->secret, other);
    ASSERT_TRUE(tom);
    PersonChange roles;
    roles.roles = Roles{Role::planner};
    ASSERT_TRUE(change("tom", roles));
    EXPECT_TRUE(identity_->session(tom->cookie)->person.roles == Roles{Role::planner});
    PersonChange disabled;
    disabled.disabled = true;
    ASSERT_TRUE(change("tom", disabled));
    EXPECT_FALSE(identity_->session(tom->cookie));
    EXPECT_EQ(sign_in("tom", other).error().code, "wrong_sign_in");
    EXPECT_EQ(invite("tom", {Role::planner}).error().code, "name_taken") << "a name is never used again";
    EXPECT_EQ(change("chief", disabled).error().code, "last_administrator");
    roles.roles = Roles{Role::auditor};
    EXPECT_EQ(change("chief", roles).error().code, "last_administrator");
}

TEST_F(Plant, ALostPasswordIsReplacedByANewLinkWhichEndsTheOldSessions) {
    chief();
    const Result<Started> tom = use_link(invite("tom", {Role::technician})->secret, other);
    Waiting<Shown<Person>> waiting;
    identity_->new_link("chief", "tom", waiting.done());
    const Result<Shown<Person>> link = waiting.get();
    ASSERT_TRUE(link);
    EXPECT_TRUE(identity_->session(tom->cookie)) << "until the link is used";
    const Result<Started> fresh = use_link(link->secret, "nine blue slow gears");
    ASSERT_TRUE(fresh) << fresh.error().message;
    EXPECT_FALSE(identity_->session(tom->cookie));
    EXPECT_FALSE(sign_in("tom", other));
    Waiting<Started> changed;
    identity_->change_password(fresh->cookie, {"", "nine blue slow gears", "192.0.2.1"}, other, changed.done());
    const Result<Started> renewed = changed.get();
    ASSERT_TRUE(renewed) << renewed.error().message;
    EXPECT_FALSE(identity_->session(fresh->cookie)) << "the session has a new id";
    EXPECT_TRUE(identity_->session(renewed->cookie));
}

TEST_F(Plant, AChangedPasswordEndsTheLinksThatAreOpen) {
    chief();
    const Result<Started> tom = use_link(invite("tom", {Role::technician})->secret, other);
    Waiting<Shown<Person>> link;
    identity_->new_link("chief", "tom", link.done());
    const std::string code = link.get()->secret;
    Waiting<Started> changed;
    identity_->change_password(tom->cookie, {"", other, "192.0.2.1"}, "nine blue slow gears", changed.done());
    ASSERT_TRUE(changed.get());
    EXPECT_EQ(use_link(code, good).error().code, "unknown_link");
    open();
    EXPECT_EQ(use_link(code, good).error().code, "unknown_link") << "on disk as well";
}

TEST_F(Plant, APoorNewPasswordIsNoWrongOldOne) {
    const Started started = chief();
    for (int index = 0; index < 20; ++index) {
        Waiting<Started> poor;
        identity_->change_password(started.cookie, {"", good, "192.0.2.1"}, "short", poor.done());
        EXPECT_EQ(poor.get().error().field, "new_password");
    }
    EXPECT_TRUE(sign_in("chief", good));
}

TEST_F(Plant, TokensEndWithTheRightToMakeThem) {
    chief();
    ASSERT_TRUE(use_link(invite("ines", {Role::integrator})->secret, other));
    std::vector<std::string> secrets;
    for (const char* maker : {"ines", "chief"}) {
        Token token;
        token.name = "gateway";
        token.scope = {Scope::events};
        token.expires = clock_.now() + Millis(1'000'000);
        Waiting<Shown<Token>> made;
        identity_->make_token(maker, token, made.done());
        secrets.push_back(made.get()->secret);
    }
    PersonChange roles;
    roles.roles = Roles{Role::planner};
    ASSERT_TRUE(change("ines", roles));
    EXPECT_FALSE(identity_->token(secrets[0]));
    EXPECT_TRUE(identity_->token(secrets[1])) << "somebody else's";
    open();
    EXPECT_FALSE(identity_->token(secrets[0])) << "on disk as well";
}

TEST_F(Plant, OnlyTheHubsOwnAccountMayReadTheFiles) {
    chief();
    for (const char* name : {"/identity.db", "/identity.db-wal", "/identity.db-shm"}) {
        const auto rights = std::filesystem::status(folder_ + name).permissions();
        EXPECT_EQ(rights, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write) << name;
    }
}

TEST_F(Plant, TheFileIsOneProgramsAtATime) {
    IdentityOptions options;
    options.file = folder_ + "/identity.db";
    options.cost = {1, 8192};
    const auto second = [&] { return Identity::open(options, clock_); };
    ASSERT_FALSE(second());
    EXPECT_EQ(second().error().code, "identity_in_use");
    identity_.reset();
    EXPECT_TRUE(second());
}

TEST_F(Plant, AfterItStoppedNobodyIsCalledAnyMore) {
    chief();
    std::atomic<int> answered = 0;
    for (int index = 0; index < 20; ++index) {
        identity_->sign_in({"chief", good, "192.0.2." + std::to_string(index)}, [&](const auto&) { ++answered; });
    }
    identity_->stop();
    const int before = answered;
    Waiting<Started> late;
    identity_->sign_in({"chief", good, "192.0.2.99"}, late.done());
    EXPECT_EQ(late.get().error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(answered, before);
}

TEST_F(Plant, WhatHasEndedStaysEndedAfterARestart) {
    const std::string code = **identity_->first_link();
    const Started chief = *use_link(code, good, "chief");
    const std::string link = invite("tom", {Role::technician})->secret;
    const Result<Started> tom = use_link(link, other);
    const Result<Started> again = sign_in("chief", good);
    Waiting<void> out;
    identity_->sign_out(again->cookie, out.done());
    ASSERT_TRUE(out.get());
    PersonChange disabled;
    disabled.disabled = true;
    ASSERT_TRUE(change("tom", disabled));
    Token token;
    token.scope = {Scope::read};
    token.expires = clock_.now() + Millis(1'000'000);
    Waiting<Shown<Token>> made;
    identity_->make_token("chief", token, made.done());
    const Result<Shown<Token>> shown = made.get();
    Waiting<void> revoked;
    identity_->revoke_token("chief", shown->about.id, revoked.done());
    ASSERT_TRUE(revoked.get());
    open();
    EXPECT_TRUE(identity_->session(chief.cookie));
    EXPECT_EQ(use_link(code, good, "thief").error().code, "unknown_link");
    EXPECT_EQ(use_link(link, good).error().code, "unknown_link");
    EXPECT_FALSE(identity_->session(again->cookie));
    EXPECT_FALSE(identity_->session(tom->cookie));
    EXPECT_TRUE(identity_->person("tom")->disabled);
    EXPECT_FALSE(identity_->token(shown->secret));
}

TEST_F(Plant, DeedsAreToldUntilTheyAreConfirmedAlsoAfterARestart) {
    chief();
    std::vector<std::string> first;
    const auto wait = [&] { (void)identity_->first_link(); };  // one more round of the room's thread
    identity_->tell_deeds([&](const Deed& deed, const std::function<void()>&) { first.push_back(deed.id); });
    wait();
    EXPECT_EQ(first.size(), 2U) << "the link was made, and used";
    open();
    std::vector<std::string> again;
    identity_->tell_deeds([&](const Deed& deed, const std::function<void()>& confirm) {
        again.push_back(deed.id);
        confirm();
    });
    wait();
    wait();
    std::sort(first.begin(), first.end());
    std::sort(again.begin(), again.end());
    EXPECT_EQ(again, first);
    open();
    identity_->tell_deeds([&](const Deed&, const std::function<void()>&) { ADD_FAILURE() << "was confirmed"; });
    wait();
}

TEST(Secrets, PasswordsAreHashedByArgon2idWithTheirCostAndTheCommonOnesRefused) {
    ASSERT_TRUE(ready_secrets());
    const HashCost cost;
    const Result<std::string> hash = hash_password(good, cost);
    ASSERT_TRUE(hash);
    EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=32768,t=3,p=1$")) << *hash;
    EXPECT_TRUE(is_password(*hash, good));
    EXPECT_FALSE(is_password(*hash, other));
    EXPECT_FALSE(is_old_hash(*hash, cost));
    EXPECT_TRUE(is_old_hash(*hash, {4, cost.bytes}));
    EXPECT_NE(*hash_password(good, {1, 8192}), *hash_password(good, {1, 8192})) << "each has its own salt";
    EXPECT_FALSE(check_password("aaaaaaaaaaaa", ""));
    EXPECT_FALSE(check_password("Password123", ""));
    EXPECT_FALSE(check_password("anna.schmidt", "anna.schmidt"));
    EXPECT_TRUE(check_password(good, "anna"));
}

}  // namespace
}  // namespace tieline::identity
