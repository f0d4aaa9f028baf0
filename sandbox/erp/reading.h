#pragma once
// What can be read: documents, balances, budgets, rates, master data, the change feed. Changes nothing.

#include "sandbox/erp/posting.h"

#include <optional>

namespace tieline::sandbox::erp {

Reply show_document(Call& call);
Reply list_documents(Call& call);
Reply show_balances(Call& call);
Reply show_budgets(Call& call);
Reply show_rates(Call& call);
Reply show_changes(Call& call);
/// `call.part`: "materials", "cost-centers", "materials/P-1001", …
Reply show_master(Call& call);

/// A document as shown; nullopt when it does not exist.
std::optional<Json> document_json(Db& db, std::int64_t number, bool with_items);
/// A whole number out of the query, within bounds; the fallback when absent or not one.
std::int64_t query_integer(const net::Target& target, std::string_view name, std::int64_t fallback, std::int64_t least,
                           std::int64_t most);

}  // namespace tieline::sandbox::erp
