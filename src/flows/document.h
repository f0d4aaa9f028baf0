#pragma once
// Small pieces of canonical JSON and text that the flows' commands are made of.

#include "base/decimal.h"
#include "base/result.h"
#include "flows/config.h"
#include "model/work_order.h"

#include <string>
#include <string_view>
#include <vector>

namespace tieline::flows {

/// Key of a command: hash of flow, site, business object, slot and intent number. Never of an event or a mapping.
std::string command_key(std::string_view flow, std::string_view site, std::string_view object, std::string_view slot,
                        int intent);
/// The first `count_max` characters of a UTF-8 text; never cuts a character in two.
std::string_view first_characters(std::string_view text, std::size_t count_max);
/// "WO-000123 Replace the bearing", at most 50 characters.
std::string order_text(std::string_view work_order, std::string_view title);

/// Appends `"name":"value"`, with a comma before it where the text does not end with an opening bracket.
void append_member(std::string& out, std::string_view name, std::string_view value);
/// As append_member, but leaves an empty value out.
void append_if(std::string& out, std::string_view name, std::string_view value);
/// Appends `"name":` and the raw JSON text.
void append_raw(std::string& out, std::string_view name, std::string_view json);
std::string receiver_json(const model::Receiver& receiver);

/// The receiver of a line (or of the order as a whole, `line` = nullptr): the line's, else the order's, else the
/// asset's default, else the site's. Error: invalid, "no_receiver".
Result<model::Receiver> resolve_receiver(const model::WorkOrder& order, const model::CostLine* line,
                                         const ReceiverTable& table);

/// One part of an echo: cost of a kind on a receiver.
struct EchoLine {
    const model::Receiver* receiver = nullptr;
    model::LineKind kind = model::LineKind::other;
    bool capital = false;
    Decimal amount;
};
/// Adds the amount to the line of the same receiver, kind and capital flag, or appends one.
Result<void> add_echo_line(std::vector<EchoLine>& lines, const EchoLine& line);
/// JSON array of echo lines.
std::string echo_lines_json(const std::vector<EchoLine>& lines, std::string_view currency);

}  // namespace tieline::flows
