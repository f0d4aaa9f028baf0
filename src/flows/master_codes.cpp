#include "flows/master_codes.h"

#include "base/suggest.h"

#include <algorithm>

namespace tieline::flows {
namespace {

UnknownCode unknown_code(const CodeTable& table, std::string_view name, const std::string& code) {
    UnknownCode unknown{std::string(name), code, {}, {}};
    std::vector<std::string> erp_codes, cmms_codes;
    for (const auto& [from, to] : table.codes) {
        erp_codes.push_back(from);
        cmms_codes.push_back(to);
    }
    unknown.likely_from = closest(code, erp_codes);
    const auto found = table.codes.find(unknown.likely_from);
    unknown.likely = found != table.codes.end() ? found->second : closest(code, cmms_codes);
    return unknown;
}

}  // namespace

std::string CodeMapper::code(std::string_view table, const std::string& code) {
    const auto found = config_.tables.find(table);
    if (code.empty() || found == config_.tables.end()) return code;
    const auto entry = found->second.codes.find(code);
    if (entry != found->second.codes.end()) return entry->second;
    if (found->second.rest_as_is) return code;
    const std::string answer = answers_.text_or(std::string(table) + "/" + code);
    if (!answer.empty()) return answer;
    const bool told = std::any_of(unknown_.begin(), unknown_.end(),
                                  [&](const UnknownCode& each) { return each.table == table && each.code == code; });
    if (!told) unknown_.push_back(unknown_code(found->second, table, code));
    return code;
}

}  // namespace tieline::flows
