#pragma once
// Bugs planted on purpose in the flows of parts and procurement, so that the simulation can prove that it finds them.
// Compiled to nothing in the product.

namespace tieline::flows {

enum class PlantedBug {
    none,
    return_taken_for_issue,  ///< a return is posted as a second issue
    reorder_twice,           ///< an open requisition of a reorder does not count
    reorder_missed,          ///< nothing is bought before the position is below zero
    reservation_kept,        ///< the reservation of a finished job stays open
    mirror_stops,            ///< only the first stock of a place reaches the CMMS
    parts_state_stale,       ///< a finished job keeps its last parts state
    cost_twice,              ///< part lines made by a transaction are journalled too
    suggestion_forgotten,    ///< what became of a suggestion is not written back
};

#ifdef TIELINE_PLANTED_BUGS
/// Set by the simulator only, before a run; one thread.
inline PlantedBug planted_bug = PlantedBug::none;
inline bool planted(PlantedBug bug) { return planted_bug == bug; }
#else
constexpr bool planted(PlantedBug) { return false; }
#endif

}  // namespace tieline::flows
