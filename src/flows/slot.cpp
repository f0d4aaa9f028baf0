#include "flows/slot.h"

#include "base/decimal.h"
#include "flows/document.h"

#include <utility>

namespace tieline::flows {
namespace {

std::string_view prefix_of(std::string_view slot_name) { return slot_name.substr(0, slot_name.find('/')); }

/// An accrual is a plain journal at the peer, a part transaction a goods issue.
std::string command_kind(std::string_view slot_name, bool reversal) {
    const std::string_view prefix = prefix_of(slot_name);
    std::string kind(prefix == "accrual" ? "journal" : prefix == "issue" ? "goods_issue" : prefix);
    return kind.append(reversal ? ".reverse" : ".post");
}

/// Echo lines with every amount's sign turned.
std::string negated_lines(const std::string& lines) {
    auto parsed = Json::parse(lines);
    if (!parsed || !parsed->is_array()) return "[]";
    for (Json& line : parsed->items()) {
        if (auto amount = line.decimal("amount")) line.set("amount", amount->negated().str());
    }
    return parsed->dump();
}

/// The craft of a confirmation's body, so that its receipt tells which rate it was valued by.
std::string craft_of(const std::string& slot_name, const std::string& body) {
    if (prefix_of(slot_name) != "confirmation") return {};
    const auto parsed = Json::parse("{" + body + "}");
    return parsed ? parsed->text_or("activity") : std::string();
}

std::string echo_json(const Slot& slot, const SlotContext& context, const WantedDocument& document) {
    std::string echo;
    echo.reserve(document.lines.size() + 256);
    echo = "{";
    append_member(echo, "slot", slot.name);
    append_member(echo, "work_order", context.work_order);
    append_if(echo, "asset", context.asset);
    append_if(echo, "craft", craft_of(slot.name, document.body));
    append_member(echo, "company_code", document.company);
    append_raw(echo, "lines", document.lines);
    append_member(echo, "currency", document.currency);
    append_member(echo, "amount", document.amount);
    append_member(echo, "posting_date", document.date);
    append_member(echo, "month", std::string_view(document.date).substr(0, 7));
    echo += '}';
    return echo;
}

model::Command make_command(Slot& slot, const SlotContext& context, bool reversal) {
    model::Command command;
    command.intent = ++slot.intent;
    command.key = command_key(context.flow, context.site, context.work_order, slot.name, command.intent);
    command.order_key = context.work_order;
    command.connector = context.connector;
    command.kind = command_kind(slot.name, reversal);
    command.noun = reversal ? context.reversal_noun : context.post_noun;
    return command;
}

void post(Slot& slot, const SlotContext& context, Decision& decision) {
    WantedDocument& wanted = *slot.wanted;
    model::Command command = make_command(slot, context, false);
    const std::string& date = slot.date_override.empty() ? wanted.date : slot.date_override;
    command.payload.reserve(wanted.body.size() + 128);
    command.payload = "{";
    append_member(command.payload, "reference", command.key);
    append_member(command.payload, "posting_date", date);
    append_if(command.payload, "erp_order", context.erp_order);
    command.payload.append(",").append(wanted.body).append("}");
    if (slot.date_override.empty()) {
        command.echo = echo_json(slot, context, wanted);
    } else {
        WantedDocument dated = wanted;
        dated.date = date;
        command.echo = echo_json(slot, context, dated);
    }
    slot.command = SlotCommand{};
    slot.command->intent = command.intent;
    slot.command->facts = wanted.facts;
    slot.command->date = date;
    decision.commands.push_back(std::move(command));
}

Result<void> reverse(Slot& slot, const SlotContext& context, const BookedDocument& original,
                     const std::string& not_before, Decision& decision) {
    TIELINE_TRY(std::string date, context.reversal_date(original));
    if (date < original.date) date = original.date;
    if (date < not_before) date = not_before;
    model::Command command = make_command(slot, context, true);
    std::string text = "Reversal of " + original.document + ", ";
    text.append(context.work_order);
    command.payload = "{";
    append_member(command.payload, "reference", command.key);
    append_member(command.payload, "posting_date", date);
    append_member(command.payload, "work_order", context.work_order);
    append_member(command.payload, "company_code", original.company);
    append_member(command.payload, "text", first_characters(text, 50));
    append_member(command.payload, "document", original.document);
    append_member(command.payload, "reason", context.reason);
    command.payload += '}';
    WantedDocument opposite;
    opposite.lines = negated_lines(original.lines);
    opposite.currency = original.currency;
    auto amount = Decimal::parse(original.amount);
    opposite.amount = amount ? amount->negated().str() : "0";
    opposite.company = original.company;
    opposite.date = date;
    command.echo = echo_json(slot, context, opposite);
    slot.command = SlotCommand{};
    slot.command->reversal = true;
    slot.command->intent = command.intent;
    slot.command->document = original.document;
    slot.command->date = date;
    decision.commands.push_back(std::move(command));
    return {};
}

/// Whether what is booked is what is wanted, strays aside.
bool matches(const Slot& slot) { return slot.booked && slot.wanted && slot.booked->facts == slot.wanted->facts; }

/// Nothing will have to be sent: the state stays small.
void forget_body(Slot& slot) {
    if (prefix_of(slot.name) == "confirmation") return;
    slot.wanted->body.clear();
    slot.wanted->lines.clear();
}

/// Looks at the command under way. Returns true when the slot may go on, false when it must wait. `not_before` is
/// set when a reversal must be tried again on a later date.
bool may_go_on(Slot& slot, const SlotContext& context, std::string& not_before, Decision& decision) {
    if (!slot.command) return true;
    SlotCommand& command = *slot.command;
    const std::string key = command_key(context.flow, context.site, context.work_order, slot.name, command.intent);
    if (command.stage == CommandStage::given_up) {
        if (!command.stale) return false;
        slot.command.reset();
        return true;
    }
    if (command.stage != CommandStage::rejected) return false;
    const bool later = context.next_open && command.next_open > command.date;
    if (command.reversal) {
        const bool of_stray = !slot.strays.empty() && slot.strays.front().document == command.document;
        const bool pointless = !of_stray && (!slot.booked || matches(slot));
        if (!pointless && !later) return false;
        if (!pointless) not_before = command.next_open;
    } else if (slot.wanted && !command.stale) {
        if (!later) return false;
        slot.date_override = command.next_open;
    }
    decision.withdrawals.push_back(key);
    slot.command.reset();
    return true;
}

BookedDocument document_of(const Slot& slot, const Receipt& receipt, std::string facts) {
    BookedDocument booked;
    booked.document = receipt.document;
    booked.facts = std::move(facts);
    booked.intent = receipt.intent;
    booked.amount = receipt.echo().text_or("amount");
    booked.currency = receipt.echo().text_or("currency");
    booked.date = receipt.details().text_or("posting_date", receipt.echo().text_or("posting_date"));
    booked.company = receipt.echo().text_or("company_code");
    const Json* lines = receipt.echo().find("lines");
    if (!valued_by_erp(slot.name)) {
        if (lines != nullptr) booked.lines = lines->dump();
        return booked;
    }
    // The ERP's value replaces ours, so that a reversal and the budgets take back what was really booked.
    const auto valued = receipt.details().decimal("amount");
    const bool same_currency = receipt.details().text_or("currency", booked.currency) == booked.currency;
    Json own = lines != nullptr ? *lines : Json::array();
    if (valued && same_currency) {
        const auto expected = Decimal::parse(booked.amount);
        Decimal amount = *valued;
        if (expected && !expected->is_zero() && expected->is_negative() != amount.is_negative()) {
            amount = amount.negated();
        }
        booked.amount = amount.str();
        for (Json& line : own.items()) line.set("amount", booked.amount);
    }
    booked.lines = own.dump();
    return booked;
}

const BookedDocument* take_booked_post(Slot& slot, const Receipt& receipt) {
    const bool current = slot.command && !slot.command->reversal && slot.command->intent == receipt.intent;
    if (current && !slot.booked) {
        slot.booked = document_of(slot, receipt, slot.command->facts);
        slot.command.reset();
        if (matches(slot)) forget_body(slot);
        return &*slot.booked;
    }
    if (slot.booked && slot.booked->intent == receipt.intent) return nullptr;
    for (const BookedDocument& stray : slot.strays) {
        if (stray.intent == receipt.intent) return nullptr;
    }
    slot.strays.push_back(document_of(slot, receipt, {}));
    return &slot.strays.back();
}

void take_booked_reversal(Slot& slot, const Receipt& receipt) {
    if (slot.command && slot.command->reversal && slot.command->intent == receipt.intent) {
        const std::string document = std::move(slot.command->document);
        slot.command.reset();
        if (slot.booked && slot.booked->document == document) {
            slot.booked.reset();
            return;
        }
        std::erase_if(slot.strays, [&](const BookedDocument& stray) { return stray.document == document; });
        return;
    }
    // A reversal that was thought withdrawn has gone through after all: what it reversed is no longer live.
    if (slot.booked && slot.booked->intent < receipt.intent) slot.booked.reset();
}

}  // namespace

bool valued_by_erp(std::string_view slot_name) {
    const std::string_view prefix = prefix_of(slot_name);
    return prefix == "goods_issue" || prefix == "issue" || prefix == "confirmation";
}

void want(Slot& slot, std::optional<WantedDocument> wanted) {
    const bool same_facts =
        slot.wanted.has_value() == wanted.has_value() && (!wanted || wanted->facts == slot.wanted->facts);
    const bool same_body = same_facts && (!wanted || wanted->body == slot.wanted->body);
    if (slot.command && !(slot.command->reversal ? same_facts : same_body)) slot.command->stale = true;
    if (!same_facts) slot.date_override.clear();
    slot.wanted = std::move(wanted);
    if (!slot.command && matches(slot)) forget_body(slot);
}

const BookedDocument* take_receipt(Slot& slot, const Receipt& receipt) {
    if (receipt.outcome == Outcome::booked) {
        if (!receipt.is_reversal()) return take_booked_post(slot, receipt);
        take_booked_reversal(slot, receipt);
        return nullptr;
    }
    if (!slot.command || slot.command->intent != receipt.intent) return nullptr;  // of a key that no longer matters
    SlotCommand& command = *slot.command;
    switch (receipt.outcome) {
        case Outcome::rejected:
            command.stage = CommandStage::rejected;
            command.next_open.clear();
            if (receipt.code == "period_closed") command.next_open = receipt.details().text_or("next_open_date");
            break;
        case Outcome::parked:
            command.stage = CommandStage::parked;
            break;
        case Outcome::withdrawn:
        case Outcome::replayed:
        case Outcome::given_up:
            take_word(slot, receipt.outcome);
            break;
        case Outcome::accepted:
        case Outcome::booked:
            break;
    }
    return nullptr;
}

Slot* slot_of_key(std::vector<Slot>& slots, std::string_view flow, std::string_view site, std::string_view work_order,
                  std::string_view key) {
    for (Slot& slot : slots) {
        if (slot.command && command_key(flow, site, work_order, slot.name, slot.command->intent) == key) return &slot;
    }
    return nullptr;
}

void take_word(Slot& slot, Outcome word) {
    if (!slot.command) return;
    slot.command->next_open.clear();
    if (word == Outcome::replayed) {
        slot.command->stage = CommandStage::open;
        return;
    }
    slot.command->stage = CommandStage::given_up;
    slot.command->stale = false;  // tried again only when something else is wanted from now on
}

Result<bool> reconcile(Slot& slot, const SlotContext& context, Decision& decision) {
    const std::size_t before = decision.commands.size() + decision.withdrawals.size();
    std::string not_before;
    if (!may_go_on(slot, context, not_before, decision)) return false;
    if (!slot.strays.empty()) {
        const BookedDocument stray = slot.strays.front();
        TIELINE_TRY_VOID(reverse(slot, context, stray, not_before, decision));
    } else if (slot.booked && !matches(slot)) {
        TIELINE_TRY_VOID(reverse(slot, context, *slot.booked, not_before, decision));
    } else if (!slot.booked && slot.wanted && !context.hold_posts && !slot.wanted->body.empty()) {
        post(slot, context, decision);
    }
    return decision.commands.size() + decision.withdrawals.size() != before;
}

}  // namespace tieline::flows
