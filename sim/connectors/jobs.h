#pragma once
// The jobs of a plant whose systems are chosen by the run, and what must stand in the ERP's books at the end. The
// reckoning shares no code with the flows.

#include "sim/orders.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace tieline::sim {

struct JobLine {
    std::string kind;         ///< "labor", "part", "contractor", "other"
    std::string part;         ///< of a part
    Decimal quantity, price;  ///< labor: hours, rate; part: pieces (negative: given back), unit cost
    Decimal amount;           ///< contractor, other; EUR as everything
};

/// What will never go through, whatever anybody does.
enum class Poison {
    none,
    in_cmms,  ///< the CMMS cannot show the job, or shows what nobody understands
    in_erp,   ///< the ERP does not know its cost center
};

struct JobStage {
    Millis at{};         ///< after the start of the run
    std::string status;  ///< canonical; the same as before: lines were corrected
    std::vector<JobLine> lines;
};

struct Job {
    std::string number, cost_center;
    Poison poison = Poison::none;
    std::vector<JobStage> stages;
};

/// What a CMMS lets its people do.
struct JobRules {
    bool reopens = true;          ///< a completed job may be opened again, and cancelled then
    bool replaces = true;         ///< a correction may take lines back; else it only adds some
    bool takes_late = true;       ///< parts may still be taken for a completed job
    bool gives_back = true;       ///< parts may be given back, also more than were taken
    bool confirms_hours = false;  ///< labor is confirmed on the job's order in the ERP, and stands in no journal
    bool buys = true;             ///< contractors and other cost stand in the job
    bool by_transaction = false;  ///< the ERP gets parts as they are taken, whatever becomes of the job
};

/// `count` jobs that begin within `span`. Two of them are poisoned, one each way, where there are five or more.
std::vector<Job> plan_jobs(World& world, int count, Millis span, const JobRules& rules);

/// What a posting on these accounts is, in the ledger of orders.h; "goods": the ERP's own value of a movement.
extern const std::map<std::string, std::string> account_side;
/// A peer that forgets loses each so manieth posting.
constexpr int forgets_each = 6;

/// (work order, part, cost center) → pieces issued less pieces given back. Minutes that were confirmed count as pieces
/// of "minutes", for no cost center.
using Pieces = std::map<std::tuple<std::string, std::string, std::string>, Decimal>;

/// What an ERP's books hold of the hub's doing.
struct Books {
    Ledger money;  ///< of journals: see orders.h
    Pieces pieces;
    struct Document {
        std::string key, number;  ///< as the hub's receipts name it
    };
    std::vector<Document> documents;  ///< all that carry a key
    /// Work order → states of the orders that mirror it ("released", "complete", "cancelled"), where jobs are mirrored.
    std::map<std::string, std::vector<std::string>> orders;
    std::string trouble;  ///< something that nobody may have posted
};

/// Money and pieces of the completed jobs that are not poisoned; pieces of all that are not, where they go by
/// transaction.
Books expected_books(const std::vector<Job>& jobs, const JobRules& rules);
/// Each job that is not poisoned has one order, which is complete; cancelled ones may have none.
std::string check_orders(const std::vector<Job>& jobs, const Books& books);
/// What differs, in words; "" for nothing.
std::string differences(const Books& actual, const Books& expected);

}  // namespace tieline::sim
