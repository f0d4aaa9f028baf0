#pragma once
// What identity is made of inside: the file, its content in memory, and what changes both. For this room only.

#include "base/worker.h"
#include "identity/book.h"
#include "identity/identity.h"
#include "identity/lockout.h"

#include "base/json.h"

#include <mutex>

namespace tieline::identity {

/// Content is changed on the worker's thread only, under the mutex, after the file took the change; `seen` of sessions
/// by any thread under the mutex. The book belongs to the worker's thread.
struct Identity::Parts {
    Parts(IdentityOptions given, const Clock& time) : options(std::move(given)), clock(time) {}

    /// Puts a job that answers with its result into the worker's queue.
    /// False: too many wait, and it was answered so.
    template <class T>
    bool answer(Done<T> done, std::function<Result<T>()> job) {
        const auto shared = std::make_shared<Done<T>>(std::move(done));
        const bool taken = worker->post([shared, job = std::move(job)] { (*shared)(job()); });
        if (!taken) (*shared)(too_busy());
        return taken;
    }
    static Error too_busy();

    // On the worker's thread.
    Result<Started> sign_in(const SignIn& given);
    void tell_of_guessing(const SignIn& given);
    Result<void> sign_out(const std::string& cookie);
    Result<Started> use_link(const LinkUse& given);
    Result<Started> change_password(const std::string& cookie, const SignIn& old, const std::string& fresh);
    Result<Shown<Person>> invite(const std::string& actor, Person person);
    Result<Shown<Person>> new_link(const std::string& actor, const std::string& name);
    Result<Person> change(const std::string& actor, const std::string& name, const PersonChange& change);
    Result<Shown<Token>> make_token(const std::string& actor, Token token);
    Result<void> revoke_token(const std::string& actor, const std::string& id);
    Result<std::optional<std::string>> first_link();

    /// Writes what `put` puts, and the deed with it; then tells the deed.
    Result<void> write(const Deed& deed, const std::function<void()>& put);
    Deed deed(const std::string& type, const std::string& subject, Json data) const;
    void tell(const Deed& deed);
    /// Writes a session, and the person with it; the older sessions of this person end, or those that are too old or
    /// too many.
    Result<Started> start_session(KeptPerson kept, const Deed& told, bool ends_others,
                                  const std::function<void()>& also_put);
    std::vector<std::string> links_of(const std::string& name) const;
    std::vector<std::string> sessions_of(const std::string& name) const;
    std::vector<std::string> tokens_of(const std::string& name) const;  ///< ids of those that this person made
    void forget_sessions(const std::vector<std::string>& digests);
    Result<Shown<Person>> show_link(const KeptPerson& kept, const Deed& told);
    void write_seen();
    bool is_over(const KeptSession& session, WallTime now) const;
    int administrators() const;

    IdentityOptions options;
    const Clock& clock;
    Book book;
    mutable std::mutex mutex;
    Content content;
    std::map<std::string, std::string, std::less<>> token_ids;  ///< by digest
    std::vector<std::string> seen;                              ///< digests of sessions whose `seen` is to be written
    Lockout lockout;
    std::string no_ones_hash;  ///< compared where the name is unknown, so that it takes as long
    std::function<void(Deed, std::function<void()>)> teller;
    std::unique_ptr<Worker> worker;  ///< last: its jobs use the rest
};

/// The secret behind the cookie that a script may know.
std::string csrf_of(std::string_view cookie);
/// "Anna " → "anna"; what does not fit stays as it is and is found nowhere.
std::string plain_name(std::string name);

}  // namespace tieline::identity
