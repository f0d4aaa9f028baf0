#pragma once
// From the ERP's codes to the CMMS's: cross-reference tables, a person's answers, and the codes that neither knows.

#include "base/json.h"
#include "flows/config_master.h"

#include <string>
#include <string_view>
#include <vector>

namespace tieline::flows {

/// A code that its table lacks, with the table's entry that was probably meant.
struct UnknownCode {
    std::string table, code;
    std::string likely;       ///< CMMS code; empty: nothing is near
    std::string likely_from;  ///< the ERP code that it stands beside; empty: only the CMMS's code is near
};

/// Translates the codes of one object and collects what it could not.
class CodeMapper {
public:
    /// `answers`: object "table/code" → CMMS code, what people have answered for this object. Both are kept by
    /// reference.
    CodeMapper(const MasterDataConfig& config, const Json& answers) : config_(config), answers_(answers) {}

    /// The CMMS's code; the ERP's own for one that is unknown, which is then among unknown().
    std::string code(std::string_view table, const std::string& code);
    const std::vector<UnknownCode>& unknown() const { return unknown_; }

private:
    const MasterDataConfig& config_;
    const Json& answers_;
    std::vector<UnknownCode> unknown_;
};

}  // namespace tieline::flows
