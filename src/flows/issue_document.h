#pragma once
// From a part transaction to the goods issue that the ERP shall book, and the words that go back to the CMMS.

#include "flows/config.h"
#include "flows/issue_state.h"
#include "flows/part_transaction.h"

#include <string>
#include <string_view>

namespace tieline::flows {

/// The document; its facts never change, since a transaction is immutable: only its body may, while it is not booked.
/// Errors are kind invalid: "no_receiver", "unknown_company", "unknown_currency".
Result<WantedDocument> issue_document(const Issue& issue, const PartTransaction& transaction, const IssueState& state,
                                      const PartsIssueConfig& config);

/// Puts the movement into the command's echo: stock is followed by it.
void add_movement(std::string& echo, const Issue& issue, const PartTransaction& transaction);

/// What the CMMS should be told of the transaction.
struct LinkWord {
    std::string status;  ///< booked, refused; empty: nothing yet
    std::string document, reason;
    /// Hash of it; empty for nothing.
    std::string hash() const;
};
LinkWord link_word(const Issue& issue);

}  // namespace tieline::flows
