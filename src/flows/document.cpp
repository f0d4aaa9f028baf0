#include "flows/document.h"

#include "base/hash.h"
#include "base/json.h"

namespace tieline::flows {

std::string command_key(std::string_view flow, std::string_view site, std::string_view object, std::string_view slot,
                        int intent) {
    std::string text;
    text.reserve(flow.size() + site.size() + object.size() + slot.size() + 16);
    text.append(flow).append("|").append(site).append("|").append(object).append("|").append(slot).append("|");
    text.append(std::to_string(intent));
    return short_key(text);
}

std::string_view first_characters(std::string_view text, std::size_t count_max) {
    std::size_t count = 0;
    for (std::size_t index = 0; index < text.size(); ++index) {
        const bool starts_character = (static_cast<unsigned char>(text[index]) & 0xC0U) != 0x80U;
        if (starts_character && count++ == count_max) return text.substr(0, index);
    }
    return text;
}

std::string order_text(std::string_view work_order, std::string_view title) {
    std::string text(work_order);
    if (!title.empty()) text.append(" ").append(title);
    text.resize(first_characters(text, 50).size());
    return text;
}

void append_raw(std::string& out, std::string_view name, std::string_view json) {
    if (!out.empty() && out.back() != '{' && out.back() != '[') out += ',';
    out.append("\"").append(name).append("\":").append(json);
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
    append_raw(out, name, {});
    append_json_string(out, value);
}

void append_if(std::string& out, std::string_view name, std::string_view value) {
    if (!value.empty()) append_member(out, name, value);
}

std::string receiver_json(const model::Receiver& receiver) {
    std::string out = "{";
    append_member(out, "kind", model::to_string(receiver.kind));
    append_member(out, "code", receiver.code);
    out += '}';
    return out;
}

Result<model::Receiver> resolve_receiver(const model::WorkOrder& order, const model::CostLine* line,
                                         const ReceiverTable& table) {
    if (line != nullptr && line->receiver && !line->receiver->code.empty()) return *line->receiver;
    if (!order.receiver.code.empty()) return order.receiver;
    const auto found = table.by_asset.find(order.asset);
    if (found != table.by_asset.end()) return found->second;
    if (table.fallback) return *table.fallback;
    std::string what = "work order " + order.number;
    if (line != nullptr) what += ", line " + line->id;
    return make_error(ErrorKind::invalid,
                      what +
                          ": nobody bears the cost. Neither the line nor the order names a cost center, internal "
                          "order or asset, asset \"" +
                          order.asset +
                          "\" has no default and the site has none. Enter "
                          "the cost center in the CMMS, or add the asset under flows.receivers.assets.",
                      "no_receiver", "receiver");
}

Result<void> add_echo_line(std::vector<EchoLine>& lines, const EchoLine& line) {
    for (EchoLine& present : lines) {
        if (present.kind != line.kind || present.capital != line.capital || *present.receiver != *line.receiver)
            continue;
        TIELINE_TRY(present.amount, present.amount.plus(line.amount));
        return {};
    }
    lines.push_back(line);
    return {};
}

std::string echo_lines_json(const std::vector<EchoLine>& lines, std::string_view currency) {
    std::string out = "[";
    for (const EchoLine& line : lines) {
        if (out.size() > 1) out += ',';
        out += '{';
        append_raw(out, "receiver", receiver_json(*line.receiver));
        append_member(out, "kind", model::to_string(line.kind));
        append_member(out, "amount", line.amount.str());
        append_member(out, "currency", currency);
        if (line.capital) append_raw(out, "capital", "true");
        out += '}';
    }
    out += ']';
    return out;
}

}  // namespace tieline::flows
