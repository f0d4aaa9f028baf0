#pragma once
// The change of a stored command and the receipt event that tells of it, made together.

#include "engine/context.h"

namespace tieline::engine {

/// A change of `stored` to `state` that keeps everything else.
store::CommandChange change_to(const model::StoredCommand& stored, model::CommandState state);

/// What a receipt's event says besides the command's own facts.
struct ReceiptFacts {
    std::string document;
    std::string details = "{}";  ///< JSON
    std::string code, reason;
};
/// Adds event "<noun>.<outcome>" to the batch. The attempt number is part of its id: one outcome per attempt.
void add_receipt(SiteContext& site, store::WriteBatch& batch, const model::StoredCommand& stored,
                 std::string_view outcome, const ReceiptFacts& facts);

}  // namespace tieline::engine
