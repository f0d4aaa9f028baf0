#pragma once
// Master data of the ERP: companies, accounts, receivers, periods, rates. Look-ups refuse unknown codes and offer the
// likely one.

#include "sandbox/erp/db.h"
#include "sandbox/erp/fields.h"
#include "sandbox/erp/money.h"

#include <optional>
#include <string>
#include <vector>

namespace tieline::sandbox::erp {

struct Company {
    std::string code, currency;
    int units = 2;
};

/// Who bears a cost; kind "" = nobody.
struct Receiver {
    std::string kind;  ///< "cost_center", "internal_order", "asset"
    std::string code;
    bool given() const { return !kind.empty(); }
};

/// Member name of a receiver kind in requests and answers: "costCenter".
std::string_view receiver_member(std::string_view kind);
/// Reads costCenter, internalOrder or asset out of a body; more than one is refused, none only when required.
Receiver read_receiver(Fields& fields, Need need);

/// Bears a receiver: what costs and what is capitalised.
bool is_cost_kind(std::string_view account_kind);
const std::vector<std::string_view>& account_kinds();

Company find_company(Db& db, Check& check, const std::string& code, std::string_view field);
/// Its kind, or "" after a problem.
std::string account_kind(Db& db, Check& check, const std::string& code, std::string_view field);
/// The first account of a kind ("inventory", "gr_ir"): how the ERP determines accounts of its own postings.
std::string account_of_kind(Db& db, Check& check, std::string_view kind);
void check_receiver(Db& db, Check& check, const Receiver& receiver, const std::string& company, const Date& date,
                    std::string_view pointer);
void check_period(Db& db, Check& check, const std::string& company, const Date& date, std::string_view field);
int check_currency(Check& check, const std::string& currency, std::string_view field);
void check_vendor(Db& db, Check& check, const std::string& vendor, std::string_view field);
/// Quote units per base unit on a day; 1 for the same currency. Also found the other way round is not used: no
/// reciprocals, since they are not exact.
Decimal find_rate(Db& db, Check& check, const std::string& base, const std::string& quote, const Date& date);

/// Refuses an unknown code: code "unknown_<what>", with did_you_mean when a known one is near.
void fail_unknown(Db& db, Check& check, const char* codes_sql, std::string_view what, std::string_view code,
                  std::string_view field);
/// The candidate with the fewest edits, at most a third of the length; "" when none is near.
std::string nearest(std::string_view code, const std::vector<std::string>& candidates);

/// The next number of a kind of document; rolled back with the request, so numbers have no gaps.
std::int64_t next_number(Db& db, const char* kind);
void record_change(Db& db, std::string_view kind, std::string_view object, WallTime at);
std::int64_t millis(WallTime at);

}  // namespace tieline::sandbox::erp
