#pragma once
// Parts issue: each part transaction of the CMMS becomes exactly one goods issue (or return) in the ERP, at once.

#include "flows/config.h"
#include "flows/flow.h"

#include <memory>

namespace tieline::flows {

/// Key: work order number; a transaction that names none has a key of its own. Takes workorder.*, part.consumed,
/// part.returned, receipts of issue, issue_reversal, transaction_link, order and reservation, its timer and answers.
std::unique_ptr<Flow> make_parts_issue(PartsIssueConfig config);

}  // namespace tieline::flows
