#pragma once
// A slot is the place of one document at the peer: "journal/EUR", "goods_issue/17". It knows what should be there,
// what is there, and the one command under way, and asks for the next step. All flows that post share it.

#include "base/json.h"
#include "base/result.h"
#include "flows/flow.h"
#include "flows/receipt.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::flows {

/// A document as the newest snapshot wants it.
struct WantedDocument {
    std::string facts;  ///< hash of what the source says: equal facts need no new document
    /// Payload members besides reference, posting_date and erp_order. Empty once it is booked, except of a labor
    /// confirmation: a late rate may ask for it again without a new snapshot.
    std::string body;
    std::string lines;  ///< echo lines, JSON array
    std::string amount, currency;
    std::string date;  ///< posting date that the facts ask for
    std::string company;
};

/// A live document at the peer.
struct BookedDocument {
    std::string document, facts, lines, amount, currency, date, company;
    int intent = 0;
};

/// open: under way. rejected: proven absent, its exception is open. parked: a person must say what became of it.
/// given_up: a person withdrew it; tried again only when something else is wanted.
enum class CommandStage { open, rejected, parked, given_up };

struct SlotCommand {
    CommandStage stage = CommandStage::open;
    bool reversal = false;
    int intent = 0;
    bool stale = false;     ///< what is wanted has changed since it was made
    std::string facts;      ///< of a posting
    std::string document;   ///< of a reversal: the document it reverses
    std::string date;       ///< its posting date
    std::string next_open;  ///< rejected because of a closed period: the next open date
};

/// The ERP's rate of a craft has changed for days that may be those of a document it valued (rate_change.h).
struct RateChange {
    std::string version;  ///< names the change; the same one is taken once
    std::string craft;
    std::string from, until;  ///< days it holds for; `until` is the first day it does not, empty: open
    std::string rate, currency;
};

struct Slot {
    std::string name;
    int intent = 0;  ///< last intent number used; never goes back
    std::optional<WantedDocument> wanted;
    std::optional<SlotCommand> command;
    std::optional<BookedDocument> booked;
    std::vector<BookedDocument> strays;  ///< booked by a key that was thought withdrawn: to be reversed
    std::string date_override;           ///< next open date instead of the wanted one
    std::optional<RateChange> rate;      ///< taken, and not yet held against what is booked
    std::string rate_version;            ///< of the last one taken

    /// Exactly what is wanted is booked, and nothing is under way.
    bool settled() const {
        return !command && strays.empty() && (wanted ? booked && booked->facts == wanted->facts : !booked.has_value());
    }
};

/// What a step needs to know beyond the slot.
struct SlotContext {
    std::string_view flow, site, work_order, asset, connector;
    std::string_view post_noun, reversal_noun;
    std::string_view erp_order;  ///< empty: unknown
    std::string_view reason;     ///< of a reversal, plain words
    bool hold_posts = false;     ///< the ERP order's number is awaited
    bool next_open = false;      ///< re-post on the next open date when the period is closed
    std::function<Result<std::string>(const BookedDocument&)> reversal_date;
};

/// Puts what the newest snapshot wants into the slot; nullopt: nothing.
void want(Slot& slot, std::optional<WantedDocument> wanted);

/// Takes a receipt of this slot. Returns the document that it made live (for variances), or nullptr.
const BookedDocument* take_receipt(Slot& slot, const Receipt& receipt);

/// The slot whose command has this key, or nullptr: for a person's word, which names only the key.
Slot* slot_of_key(std::vector<Slot>& slots, std::string_view flow, std::string_view site, std::string_view work_order,
                  std::string_view key);

/// Takes a person's word on the command under way: replayed makes it open again, given_up ends it.
void take_word(Slot& slot, Outcome word);

/// Takes the next step, if one can be taken: adds at most one withdrawal and one command to the decision.
/// Returns whether something was asked for.
Result<bool> reconcile(Slot& slot, const SlotContext& context, Decision& decision);

/// Whether the ERP values the document itself: goods issues and confirmations.
bool valued_by_erp(std::string_view slot_name);

/// Compact JSON object, and back: of a state that parse_slots() read. The payload's body and the echo's lines stand in
/// it as they are and are not parsed: they are only passed on.
void append_slot(std::string& out, const Slot& slot);
Result<Json> parse_slots(std::string_view state);
Slot slot_from_json(const Json& json);

}  // namespace tieline::flows
