#include "flows/part_transaction.h"

#include "flows/planted.h"

namespace tieline::flows {
namespace {

/// Quantity and unit: in the base unit where both are known.
Result<void> read_quantity(const Json& data, bool is_return, PartTransaction& transaction) {
    const bool base = data.find("base_quantity") != nullptr && !data.text_or("base_unit").empty();
    TIELINE_TRY(transaction.quantity, data.decimal(base ? "base_quantity" : "quantity"));
    transaction.unit = data.text_or(base ? "base_unit" : "unit");
    if (transaction.quantity.is_negative()) {
        const std::string count = transaction.quantity.abs().str() + " " + transaction.unit;
        return make_error(ErrorKind::invalid,
                          "The quantity is -" + count + ", below zero. If " + count + " " +
                              (is_return ? "were taken, book them as taken" : "came back, book them as a return") +
                              " in the CMMS.",
                          "negative_quantity", base ? "base_quantity" : "quantity");
    }
    const bool taken_back = is_return && !planted(PlantedBug::return_taken_for_issue);
    if (taken_back) transaction.quantity = transaction.quantity.negated();
    return {};
}

}  // namespace

Result<PartTransaction> part_transaction_from(const Json& data, bool is_return) {
    PartTransaction transaction;
    TIELINE_TRY(transaction.id, data.text("transaction"));
    transaction.returns = data.text_or("returns");
    transaction.work_order = data.text_or("work_order");
    transaction.asset = data.text_or("asset");
    transaction.part = data.text_or("part");
    transaction.storeroom = data.text_or("storeroom");
    transaction.lot = data.text_or("lot");
    transaction.planned_line = data.text_or("planned_line");
    transaction.company_code = data.text_or("company_code");
    transaction.currency = data.text_or("currency");
    TIELINE_TRY_VOID(read_quantity(data, is_return, transaction));
    if (data.find("unit_cost") != nullptr) {
        TIELINE_TRY(transaction.unit_cost, data.decimal("unit_cost"));
    }
    if (const Json* receiver = data.find("receiver"); receiver != nullptr) {
        const auto kind = model::receiver_kind_from(receiver->text_or("kind"));
        if (!kind) {
            return make_error(ErrorKind::invalid, "the receiver's kind is not known", "unknown_value", "receiver.kind");
        }
        TIELINE_TRY(std::string code, receiver->text("code"));
        transaction.receiver = model::Receiver{*kind, std::move(code)};
    }
    TIELINE_TRY(const std::string at, data.text("at"));
    TIELINE_TRY(transaction.at, parse_time(at));
    const Json* serials = data.find("serials");
    if (serials != nullptr && serials->is_array() && !serials->items().empty()) transaction.serials = serials->dump();
    return transaction;
}

std::string issue_key_of(const Json& data) {
    for (const char* name : {"work_order", "returns", "transaction"}) {
        std::string key = data.text_or(name);
        if (!key.empty()) return key;
    }
    return {};
}

}  // namespace tieline::flows
