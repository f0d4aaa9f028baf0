#pragma once
// What the ERP values itself: goods issues by its material price, labor by its activity rate.

#include "sandbox/erp/posting.h"

namespace tieline::sandbox::erp {

Reply post_goods_issue(Call& call);
Reply post_confirmation(Call& call);
/// Puts the quantity of a reversed goods issue back on stock.
void undo_stock(Db& db, const Json& facts);

}  // namespace tieline::sandbox::erp
