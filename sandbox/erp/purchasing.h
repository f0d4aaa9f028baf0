#pragma once
// Purchase orders, service receipts and vendors' invoices. Goods-receipt/invoice clearing carries a cost between the
// receipt and the invoice, so that it is booked once.

#include "sandbox/erp/posting.h"

namespace tieline::sandbox::erp {

Reply create_purchase_order(Call& call);
Reply post_service_receipt(Call& call);
Reply post_invoice(Call& call);
/// Takes a reversed receipt or invoice off its purchase order.
void undo_purchase(Db& db, const std::string& kind, const Json& facts);

}  // namespace tieline::sandbox::erp
