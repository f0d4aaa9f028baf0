#pragma once
// Two books laid side by side: rows of the hub and rows of a peer, joined by key, each difference with a sentence.

#include "base/decimal.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tieline::conditions {

/// One line of a book. What is empty is not known there and is not compared.
struct Row {
    std::string key;   ///< joins both sides: a command's key, a work order's number, "SEAL-9/MAIN"
    std::string kind;  ///< "journal", "goods_issue", "requisition"
    std::string date;  ///< YYYY-MM-DD; empty: the row belongs to every period
    std::string subject, document;
    std::string amount, currency;  ///< exact decimals
    std::string quantity, unit, part, place;
    std::string state;                 ///< "live", "reversed", "completed"
    std::string company, reversed_by;  ///< informative: code of the company, document that took this one back
    bool exact_date = false;           ///< both sides set it: then dates must be equal, not only near
};

struct Difference {
    std::string code;  ///< "missing_there", "missing_here", "doubled_there", "doubled_here", "wrong_amount", ...
    std::string key, kind, subject, document;
    std::string ours, theirs;
    std::string amount, currency;  ///< theirs less ours, where amounts are at stake
    std::string sentence;          ///< what differs, and what to do
};

/// Days, both included; empty: open.
struct Period {
    std::string from, to;
    bool holds(const std::string& date) const;
};

struct Tally {
    std::int64_t rows = 0;
    std::map<std::string, std::string> amounts;  ///< per currency, exact
};
struct Comparison {
    std::vector<Difference> differences;  ///< in the order of their keys
    Tally ours, theirs;                   ///< of rows within the period
    std::int64_t equal = 0;               ///< pairs without any difference
};

struct Sides {
    std::string what = "posting";  ///< one row, in words
    std::string ours = "the hub", theirs = "the ERP";
};

/// Both lists may reach beyond the period: a row outside of it is only somebody's partner. Keys may repeat. A row
/// without a key is not compared; it counts in the tally.
Comparison compare(const std::vector<Row>& ours, const std::vector<Row>& theirs, const Period& period,
                   const Sides& sides);

}  // namespace tieline::conditions
