#pragma once
// Bugs planted on purpose, so that the simulation can prove that it finds them. Compiled to nothing in a release.

namespace tieline::engine {

enum class PlantedBug {
    none,
    repeat_not_recognised,       ///< intake takes an equal snapshot for a new revision
    stale_snapshot_accepted,     ///< intake takes a late, older snapshot for the newest
    unknown_is_transient,        ///< a lost answer is re-sent without a look-up
    absent_counts_at_once,       ///< one early "absent" is enough to send again
    recovery_forgets_attempts,   ///< a restart treats an open attempt as never sent
    receipt_without_event,       ///< a booked command leaves no event
    send_before_sync,            ///< requests leave before the commit that recorded them
    answer_before_sync,          ///< a 2xx is given before the data is on disk
    position_ahead_of_decision,  ///< the flow's position moves past an event that was not decided
    order_key_ignored,           ///< commands of one key overtake each other
    rejected_is_dropped,         ///< a refusal opens no exception
    cursor_before_page,          ///< the pull cursor moves although the page was not stored
    wait_list_lost,              ///< events of a parked key are forgotten
    hint_dropped,                ///< a webhook's hint is answered but not kept
    follow_books_early,          ///< accepted counts as booked
    release_at_begin,            ///< answers and requests leave when their sync begins, not when it ended
};

#ifdef TIELINE_PLANTED_BUGS
/// Set by the simulator only, before a run; one thread.
inline PlantedBug planted_bug = PlantedBug::none;
inline bool planted(PlantedBug bug) { return planted_bug == bug; }
#else
constexpr bool planted(PlantedBug) { return false; }
#endif

}  // namespace tieline::engine
