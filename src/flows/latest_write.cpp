#include "flows/latest_write.h"

#include "flows/document.h"

namespace tieline::flows {

void LatestWrite::take(const WriteTarget& target, const Receipt& receipt) {
    if (!stage) return;
    const std::string key = command_key(target.flow, target.site, target.key, target.slot, intent);
    if (receipt.key != key) return;
    switch (receipt.outcome) {
        case Outcome::accepted:
            return;
        case Outcome::booked:
            written = std::move(pending);
            pending.clear();
            stage.reset();
            return;
        case Outcome::rejected:
            stage = CommandStage::rejected;
            return;
        case Outcome::parked:
            stage = CommandStage::parked;
            return;
        case Outcome::replayed:
            stage = CommandStage::open;
            return;
        case Outcome::withdrawn:
        case Outcome::given_up:
            stage = CommandStage::given_up;
            return;
    }
}

bool LatestWrite::may_send(std::string_view content) const {
    if (!stage) return content != written;
    const bool absent = *stage == CommandStage::rejected || *stage == CommandStage::given_up;
    return absent && content != pending;
}

void LatestWrite::send(const WriteTarget& target, std::string content, std::string members, Decision& decision) {
    if (stage == CommandStage::rejected) {
        decision.withdrawals.push_back(command_key(target.flow, target.site, target.key, target.slot, intent));
    }
    model::Command command;
    command.intent = ++intent;
    command.key = command_key(target.flow, target.site, target.key, target.slot, intent);
    command.order_key = std::string(target.key).append("/").append(target.slot);
    command.connector = target.connector;
    command.kind = target.kind;
    command.noun = target.noun;
    command.payload = "{" + std::move(members);
    append_member(command.payload, "reference", command.key);
    command.payload += '}';
    command.echo = "{";
    append_member(command.echo, "slot", target.slot);
    command.echo += '}';
    pending = std::move(content);
    stage = CommandStage::open;
    decision.commands.push_back(std::move(command));
}

void LatestWrite::settle(const WriteTarget& target, std::string content, Decision& decision) {
    if (stage == CommandStage::rejected) {
        decision.withdrawals.push_back(command_key(target.flow, target.site, target.key, target.slot, intent));
    }
    written = std::move(content);
    pending.clear();
    stage.reset();
}

Json LatestWrite::json() const {
    Json json = Json::object({{"i", intent}});
    if (!written.empty()) json.set("has", written);
    if (!pending.empty()) json.set("sends", pending);
    if (stage) json.set("stage", static_cast<int>(*stage));
    return json;
}

LatestWrite LatestWrite::from(const Json* json) {
    LatestWrite write;
    if (json == nullptr) return write;
    write.intent = static_cast<int>(json->int_or("i", 0));
    write.written = json->text_or("has");
    write.pending = json->text_or("sends");
    if (json->find("stage") != nullptr) write.stage = static_cast<CommandStage>(json->int_or("stage", 0) & 3);
    return write;
}

}  // namespace tieline::flows
