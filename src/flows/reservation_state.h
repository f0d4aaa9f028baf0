#pragma once
// What the reservation flow remembers of a job or a due plan, as compact JSON.

#include "flows/reserved_line.h"
#include "flows/slot.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::flows {

/// A reservation as it is wanted.
struct ReservationFacts {
    std::string part, storeroom, unit, quantity, needed_on;
    bool operator==(const ReservationFacts&) const = default;
};

/// The one command under way for a line. Its kind is create, change or cancel.
struct ReservationCommand {
    CommandStage stage = CommandStage::open;
    std::string kind;
    int intent = 0;
    ReservationFacts facts;
};

struct ReservationLine {
    std::string id;
    // As the newest snapshot has it.
    bool wanted = false;  ///< the job is on and still plans this part
    std::string part, storeroom, unit, needed_on;
    Decimal planned, issued;  ///< in the base unit
    bool substitute_ok = false;
    // As the ERP has it.
    ReservedLine reserved;
    std::string reserved_unit, reserved_on;
    // What is not to be reserved any more, since it was issued without naming the reservation.
    Decimal unnamed;      ///< issued without the present reservation
    Decimal unexplained;  ///< part of `unnamed` of which no transaction has come yet
    std::optional<ReservationCommand> command;
    std::string held;  ///< hash of the need for which a person in the ERP cancelled the reservation
    std::string told, told_part, told_storeroom;  ///< hash and place of the last demand.changed

    /// What is still to be taken, never below zero.
    Decimal open() const;
    /// What the present reservation should say in all: what was taken from it counts too.
    Decimal total() const;
    /// A reservation with something left in it.
    bool has_reservation() const { return !reserved.number.empty() && reserved.taken < reserved.quantity; }
    /// Follows a part transaction of this line; `quantity` is negative for a return.
    void move(const Decimal& quantity, std::string_view of_part, std::string_view of_storeroom);
    /// The ERP has made the reservation; `seen` is the net quantity of the transactions that have come.
    void begin(const Decimal& seen);
    /// There is none any more.
    void forget_reservation();
};

struct ReservationState {
    int intent = 0;  ///< one counter for all lines: a line that comes back gets no used key
    std::string company, title, plan, plan_due;
    bool released = false;
    bool ended = false;    ///< a plan whose order has appeared, or that was dropped
    bool dropped = false;  ///< nothing more can come
    bool timer = false;
    std::vector<ReservationLine> lines;
    std::set<std::string, std::less<>> transactions;   ///< that have come: repeats do not count again
    std::map<std::string, Decimal, std::less<>> seen;  ///< their net quantity by line

    ReservationLine* find(std::string_view id);
    ReservationLine& find_or_add(std::string_view id);
};

std::string to_json_text(const ReservationState& state);
/// "" gives an empty state; an unreadable one is our own fault: kind internal.
Result<ReservationState> reservation_state_from(std::string_view text);

}  // namespace tieline::flows
