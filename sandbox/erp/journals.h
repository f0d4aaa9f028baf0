#pragma once
// Journals and reversals.

#include "sandbox/erp/posting.h"

namespace tieline::sandbox::erp {

Reply post_journal(Call& call);
/// Of any document with lines: POST /api/documents/{number}/reverse.
Reply reverse_document(Call& call);

}  // namespace tieline::sandbox::erp
