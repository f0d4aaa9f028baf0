#include "flows/receipt.h"

#include <array>
#include <utility>

namespace tieline::flows {
namespace {

constexpr std::array<std::pair<std::string_view, Outcome>, 7> outcomes{{{"accepted", Outcome::accepted},
                                                                        {"booked", Outcome::booked},
                                                                        {"rejected", Outcome::rejected},
                                                                        {"parked", Outcome::parked},
                                                                        {"withdrawn", Outcome::withdrawn},
                                                                        {"replayed", Outcome::replayed},
                                                                        {"given_up", Outcome::given_up}}};

void take_text(const Json& json, std::string_view name, std::string& into) {
    const Json* found = json.find(name);
    if (found != nullptr && found->is_string()) into = found->string();
}

}  // namespace

bool receipt_type(std::string_view type, std::string_view& noun, Outcome& outcome) {
    const std::size_t point = type.rfind('.');
    if (point == std::string_view::npos) return false;
    const std::string_view suffix = type.substr(point + 1);
    for (const auto& [name, value] : outcomes) {
        if (name != suffix) continue;
        noun = type.substr(0, point);
        outcome = value;
        return true;
    }
    return false;
}

std::string receipt_key_of(const model::Envelope& envelope, std::string_view flow) {
    std::string_view noun;
    Outcome outcome{};
    if (!receipt_type(envelope.type, noun, outcome)) return {};
    const std::shared_ptr<const Json> data = envelope.json_or_null();
    if (!data || data->text_or("flow") != flow || data->find("key") == nullptr) return {};
    return data->text_or("flow_key");
}

const Json& Receipt::object(std::string_view name) const {
    static const Json null;
    const Json* found = data ? data->find(name) : nullptr;
    return found != nullptr && found->is_object() ? *found : null;
}

Result<Receipt> read_receipt(const model::Envelope& envelope) {
    Receipt receipt;
    std::string_view noun;
    if (!receipt_type(envelope.type, noun, receipt.outcome)) {
        return make_error(ErrorKind::internal, "event " + envelope.id + " is no receipt", "not_a_receipt");
    }
    receipt.noun = noun;
    const auto parsed = envelope.json();
    if (!parsed) {
        return make_error(ErrorKind::internal, "receipt " + envelope.id + " cannot be read: " + parsed.error().message,
                          "receipt_unreadable");
    }
    const Json& data = **parsed;
    take_text(data, "key", receipt.key);
    take_text(data, "kind", receipt.kind);
    take_text(data, "flow", receipt.flow);
    take_text(data, "document", receipt.document);
    take_text(data, "flow_key", receipt.flow_key);
    take_text(data, "code", receipt.code);
    take_text(data, "reason", receipt.reason);
    receipt.intent = static_cast<int>(data.int_or("intent", 0));
    receipt.data = *parsed;
    return receipt;
}

}  // namespace tieline::flows
