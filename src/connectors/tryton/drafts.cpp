// What becomes of a draft of a journal entry. The group Account may write drafts but not delete them nor their lines,
// so that one is completed with the values of today, or emptied: all its amounts nothing. Pure.

#include "connectors/jsonrpc/jsonrpc.h"
#include "connectors/tryton/shape.h"
#include "connectors/tryton/wire.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::tryton {
namespace {

bool is_nothing(const Json& line, std::string_view side) {
    const Result<Decimal> amount = line.decimal(side);
    return amount && amount->is_zero();
}

Json::Array lines_by_age(const Json& draft) {
    Json::Array lines = list_in(draft, "lines");
    std::sort(lines.begin(), lines.end(),
              [](const Json& one, const Json& other) { return one.int_or("id", 0) < other.int_or("id", 0); });
    return lines;
}

/// Takes away what stands on the line's analytic accounts, in front of what `made` puts there.
void without_analytic(const Json& line, Json& made) {
    const Json::Array& old = list_in(line, "analytic_lines");
    if (old.empty()) return;
    Json actions(Json::Array{Json(Json::Array{Json("delete"), Json(old)})});
    if (const Json* fresh = made.find("analytic_lines"); fresh != nullptr)
        for (const Json& action : fresh->items()) actions.push_back(action);
    made.set("analytic_lines", std::move(actions));
}

Json emptied(const Json& line) {
    Json made = Json::object({{"debit", jsonrpc::decimal_value("0")}, {"credit", jsonrpc::decimal_value("0")}});
    without_analytic(line, made);
    return made;
}

Json written(const Json& line, Json values) {
    Json ids(Json::Array{Json(line.int_or("id", 0))});
    return Json(Json::Array{Json("write"), std::move(ids), std::move(values)});
}

}  // namespace

bool is_entry(const Document& document) { return document.model == "account.move"; }

bool is_emptied(const Document& document, const Json& row) {
    if (!is_entry(document)) return false;
    const Json::Array& lines = list_in(row, "lines");
    // Tryton posts no entry without lines: a posted one that shows none was not read whole, and says nothing.
    if (lines.empty()) return row.text_or("state") == "draft";
    return std::all_of(lines.begin(), lines.end(),
                       [](const Json& line) { return is_nothing(line, "debit") && is_nothing(line, "credit"); });
}

Json values_on_draft(Json values, const Json& draft) {
    Json::Array wanted;
    if (const Json* lines = values.find("lines"); lines != nullptr && !lines->items().empty())
        wanted = lines->items()[0].items()[1].items();  // [["create", [line, …]]]
    Json actions = Json::array();
    const Json::Array there = lines_by_age(draft);
    for (std::size_t at = 0; at < there.size(); ++at) {
        if (at >= wanted.size()) {
            actions.push_back(written(there[at], emptied(there[at])));
            continue;
        }
        Json line = wanted[at];
        for (const char* name : {"party", "description"})
            if (line.find(name) == nullptr) line.set(name, Json());
        without_analytic(there[at], line);
        actions.push_back(written(there[at], std::move(line)));
    }
    Json more = Json::array();
    for (std::size_t at = there.size(); at < wanted.size(); ++at) more.push_back(wanted[at]);
    if (!more.items().empty()) actions.push_back(Json(Json::Array{Json("create"), std::move(more)}));
    values.set("lines", std::move(actions));
    return values;
}

Json without_amounts(const Json& draft) {
    Json actions = Json::array();
    for (const Json& line : list_in(draft, "lines")) actions.push_back(written(line, emptied(line)));
    return Json::object({{"lines", std::move(actions)}});
}

}  // namespace tieline::connectors::tryton
