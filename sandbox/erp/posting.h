#pragma once
// What every posting of the ERP has in common: its head, its balanced lines, its number, its answer.

#include "net/http.h"
#include "sandbox/erp/masterdata.h"

#include <string>
#include <vector>

namespace tieline::sandbox::erp {

/// One request in work, inside one transaction.
struct Call {
    Db& db;
    const net::Target& target;
    const Json& body;
    WallTime now;
    std::string part;  ///< the variable part of the path: a document number, a code
    /// Kind and object of what changed, once each; told to the change feed when the request ends well.
    std::vector<std::pair<std::string, std::string>> touched{};
};
void touch(Call& call, std::string_view kind, std::string_view object);
/// Writes the changes of what was touched: stock rows last, so that who reads them has read their cause.
void record_touched(Call& call);

struct Reply {
    int status = 200;
    Json body = Json::object();
};
Reply refused(const Problem& problem);
Reply refused(int status, std::string_view code, std::string_view message, std::string_view field = {});

struct Head {
    std::string kind;  ///< "journal", "goods_issue", "goods_receipt", "stock_movement", "confirmation", "invoice", …
    Company company;
    Date posting_date, document_date;
    std::string reference, text, work_order;
    std::int64_t maintenance_order = 0;
};

struct Line {
    int side = 1;  ///< 1 debit, -1 credit
    std::string account;
    Minor amount = 0;  ///< not negative
    Receiver receiver{};
    bool cost = false;
    std::string tax_code{}, text{};
    Minor company_amount = 0;
};

struct Posting {
    Head head;
    std::string currency;
    int units = 2;
    std::vector<Line> lines;
    Json facts = Json::object();  ///< members of this kind of document, as shown
    std::int64_t reverses = 0;
    Minor order_amount = 0;  ///< cost in the maintenance order's currency
};

/// Reads and checks the common members, the open period and the maintenance order.
Head read_head(Call& call, Fields& fields, std::string_view kind);
/// Checks the maintenance order and gives its number; 0 without one.
std::int64_t open_order(Db& db, Check& check, const std::string& number, const std::string& company);

/// A debit of `amount` on a cost account and the credit against it; a negative amount swaps the sides.
void add_pair(Posting& posting, const std::string& cost_account, const Receiver& receiver, const std::string& contra,
              Minor amount);

/// Writes document, lines, order cost and change; gives 201. The lines must balance.
Reply post(Call& call, Check& check, Posting& posting);
/// The same, with the lines' company amounts as they stand: a reversal takes back what was booked, at its rate.
Reply post_as_valued(Call& call, Check& check, Posting& posting);

/// Cost of a document in the currency of its maintenance order; 0 without an order.
Minor order_amount(Db& db, Check& check, const Posting& posting, Minor amount);

}  // namespace tieline::sandbox::erp
