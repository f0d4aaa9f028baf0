#pragma once
// What every store decides in the same way: the shape of a batch, sizes for bounded reads, words of conflicts.

#include "store/store.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace tieline::store {

/// What needs no look at stored data: a valid site, events of that site, as many due times and first attempts as
/// commands.
/// Kind invalid; code "bad_site", "wrong_site" or "bad_batch".
Result<void> check_shape(const WriteBatch& batch);

/// Errors of kind conflict. The codes: "lease", "revision", "cursor", "command_state", "command_exists".
Error lease_conflict(const LeaseRef& lease, std::uint64_t stored_epoch);
Error revision_conflict(const ObjectRevision& object, std::uint64_t stored);
Error cursor_conflict(const CursorMove& move, std::string_view stored);
Error change_conflict(const CommandChange& change, model::CommandState stored, int stored_attempt);
Error change_without_command(const CommandChange& change);
Error command_conflict(const model::Command& command);
Error lease_held(const std::string& name, const std::string& holder, WallTime until);
/// Kind not_found: a list was asked to go on after an exception that does not exist.
Error unknown_exception(std::string_view id);

/// Waiting, pending, sending, unknown or accepted: work that is still under way.
bool is_open(model::CommandState state);

/// A command that goes out once more, after a refusal, a failure or a look-up that found nothing: it takes its
/// place behind those stored before it, since one of them may have been refused after it was accepted.
bool is_sent_anew(const CommandChange& change);

/// The first attempt that is asked for a command of the batch; nullptr: none.
const FirstAttempt* first_attempt(const WriteBatch& batch, std::size_t index);

std::size_t bytes_of(const model::StoredEvent& event);
std::size_t bytes_of(const model::StoredCommand& command);
std::size_t bytes_of(const StatePut& state);
std::size_t bytes_of(const Exception& exception);
std::size_t bytes_of(const ViewPut& view);

/// Counts rows and bytes of one bounded read. The first row always fits, so that a reader gets on.
class Room {
public:
    explicit Room(Limit limit) : limit_(limit) {}
    /// Whether a row of this size still belongs in the answer.
    bool take(std::size_t bytes) {
        if (count_ >= limit_.count || (count_ > 0 && bytes_ + bytes > limit_.bytes)) return false;
        ++count_;
        bytes_ += bytes;
        return true;
    }
    std::size_t count_max() const { return limit_.count; }

private:
    Limit limit_;
    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace tieline::store
