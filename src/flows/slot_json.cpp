// The slot's compact JSON: members that are empty are left out, names are short since it is written at each step.
#include "flows/document.h"
#include "flows/slot.h"

#include <array>
#include <charconv>

namespace tieline::flows {
namespace {

constexpr std::string_view stage_letters = "orpg";  // open, rejected, parked, given_up

void append_int(std::string& out, std::string_view name, int value) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    append_raw(out, name, std::string_view(digits, static_cast<std::size_t>(end.ptr - digits)));
}

/// A JSON text, as it is; slot_from_json() is given it as a string.
void append_json(std::string& out, std::string_view name, std::string_view json) {
    if (!json.empty()) append_raw(out, name, json);
}

/// The members of a body that was written as an object; a state of an older version holds just the members.
std::string body_from(std::string text) {
    if (!text.starts_with('{')) return text;
    return text.substr(1, text.size() - 2);
}

void append_wanted(std::string& out, const WantedDocument& wanted) {
    append_raw(out, "want", "{");
    append_if(out, "facts", wanted.facts);
    append_if(out, "amount", wanted.amount);
    append_if(out, "currency", wanted.currency);
    append_if(out, "date", wanted.date);
    append_if(out, "company", wanted.company);
    append_json(out, "lines", wanted.lines);
    if (!wanted.body.empty()) append_raw(out, "body", "{" + wanted.body + "}");
    out += '}';
}

void append_command(std::string& out, const SlotCommand& command) {
    append_raw(out, "cmd", "{");
    append_member(out, "stage", stage_letters.substr(static_cast<std::size_t>(command.stage), 1));
    append_int(out, "i", command.intent);
    if (command.reversal) append_raw(out, "rev", "true");
    if (command.stale) append_raw(out, "stale", "true");
    append_if(out, "facts", command.facts);
    append_if(out, "doc", command.document);
    append_if(out, "date", command.date);
    append_if(out, "next_open", command.next_open);
    out += '}';
}

void append_booked(std::string& out, const BookedDocument& booked) {
    if (out.back() == '}') out += ',';  // in a list
    out += '{';
    append_member(out, "doc", booked.document);
    append_int(out, "i", booked.intent);
    append_if(out, "facts", booked.facts);
    append_if(out, "amount", booked.amount);
    append_if(out, "currency", booked.currency);
    append_if(out, "date", booked.date);
    append_if(out, "company", booked.company);
    append_json(out, "lines", booked.lines);
    out += '}';
}

void append_rate(std::string& out, const RateChange& rate) {
    append_raw(out, "rate", "{");
    append_member(out, "v", rate.version);
    append_member(out, "craft", rate.craft);
    append_member(out, "from", rate.from);
    append_if(out, "until", rate.until);
    append_member(out, "rate", rate.rate);
    append_member(out, "currency", rate.currency);
    out += '}';
}

RateChange rate_from(const Json& json) {
    RateChange rate;
    rate.version = json.text_or("v");
    rate.craft = json.text_or("craft");
    rate.from = json.text_or("from");
    rate.until = json.text_or("until");
    rate.rate = json.text_or("rate");
    rate.currency = json.text_or("currency");
    return rate;
}

BookedDocument booked_from(const Json& json) {
    BookedDocument booked;
    booked.document = json.text_or("doc");
    booked.intent = static_cast<int>(json.int_or("i", 0));
    booked.facts = json.text_or("facts");
    booked.amount = json.text_or("amount");
    booked.currency = json.text_or("currency");
    booked.date = json.text_or("date");
    booked.company = json.text_or("company");
    booked.lines = json.text_or("lines");
    return booked;
}

}  // namespace

void append_slot(std::string& out, const Slot& slot) {
    out += '{';
    append_member(out, "slot", slot.name);
    append_int(out, "i", slot.intent);
    append_if(out, "date", slot.date_override);
    append_if(out, "rated", slot.rate_version);
    if (slot.rate) append_rate(out, *slot.rate);
    if (slot.wanted) append_wanted(out, *slot.wanted);
    if (slot.command) append_command(out, *slot.command);
    if (slot.booked) {
        append_raw(out, "has", {});
        append_booked(out, *slot.booked);
    }
    if (!slot.strays.empty()) {
        append_raw(out, "strays", "[");
        for (const BookedDocument& stray : slot.strays) append_booked(out, stray);
        out += ']';
    }
    out += '}';
}

Result<Json> parse_slots(std::string_view state) {
    static constexpr std::array<std::string_view, 2> kept_as_text{"body", "lines"};
    return Json::parse(state, JsonLimits{64u << 20, 64, 2'000'000, kept_as_text});
}

Slot slot_from_json(const Json& json) {
    Slot slot;
    slot.name = json.text_or("slot");
    slot.intent = static_cast<int>(json.int_or("i", 0));
    slot.date_override = json.text_or("date");
    slot.rate_version = json.text_or("rated");
    if (const Json* rate = json.find("rate")) slot.rate = rate_from(*rate);
    if (const Json* want = json.find("want")) {
        WantedDocument& wanted = slot.wanted.emplace();
        wanted.facts = want->text_or("facts");
        wanted.amount = want->text_or("amount");
        wanted.currency = want->text_or("currency");
        wanted.date = want->text_or("date");
        wanted.company = want->text_or("company");
        wanted.lines = want->text_or("lines");
        wanted.body = body_from(want->text_or("body"));
    }
    if (const Json* cmd = json.find("cmd")) {
        SlotCommand& command = slot.command.emplace();
        const std::size_t stage = stage_letters.find(cmd->text_or("stage", "o"));
        command.stage = static_cast<CommandStage>(stage == std::string_view::npos ? 0 : stage);
        command.intent = static_cast<int>(cmd->int_or("i", 0));
        command.reversal = cmd->bool_or("rev", false);
        command.stale = cmd->bool_or("stale", false);
        command.facts = cmd->text_or("facts");
        command.document = cmd->text_or("doc");
        command.date = cmd->text_or("date");
        command.next_open = cmd->text_or("next_open");
    }
    if (const Json* has = json.find("has")) slot.booked = booked_from(*has);
    if (const Json* strays = json.find("strays"); strays != nullptr && strays->is_array()) {
        for (const Json& stray : strays->items()) slot.strays.push_back(booked_from(stray));
    }
    return slot;
}

}  // namespace tieline::flows
