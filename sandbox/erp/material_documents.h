#pragma once
// Documents that move valued stock: issues, transfers, scrap, count differences, opening stock, and their reversal.

#include "sandbox/erp/stock.h"

namespace tieline::sandbox::erp {

Reply issue_stocked(Call& call, const Material& material);
Reply post_stock_movement(Call& call);
/// Books opening stock out of seed data, once per material and location.
void seed_stock(Call& call, Fields& fields);

/// What is told of a quantity in the document and in the answer.
void set_entry_facts(Json& facts, const Material& material, const Entry& entry, const std::string& location,
                     const Move& move);
/// The answer of a posting with what it moved: part, quantity and place. A refusal stays as it is.
Reply with_movement(Reply reply, const Json& facts);
/// Posts, keeps the movements and tells the facts in the answer.
Reply post_with_movements(Call& call, Check& check, Posting& posting, const std::vector<Moved>& moved);

bool has_movements(Db& db, std::int64_t document);
/// Takes back what a document moved, and adds lines for value that the stock no longer carries.
std::vector<Moved> take_back_movements(Call& call, Check& check, Posting& reversal);

}  // namespace tieline::sandbox::erp
