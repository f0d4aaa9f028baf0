#pragma once
// Deliveries against purchase orders with items: stock against GR/IR at the order's price.

#include "sandbox/erp/stock.h"

namespace tieline::sandbox::erp {

Reply post_goods_receipt(Call& call);
/// Opens the order's item again by what a reversed receipt had brought.
void take_back_receipt(Call& call, std::int64_t document, const Move& move);

}  // namespace tieline::sandbox::erp
