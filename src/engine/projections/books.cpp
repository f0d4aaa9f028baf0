// Every booked document by its posting date: what the hub says that the peers must have.

#include "engine/projections/projections.h"
#include "engine/projections/receipt_facts.h"

namespace tieline::engine::projections {
namespace {

constexpr std::string_view booked = ".booked";

/// A receipt of a document in the ERP's books; links back into the CMMS and mirrors are none.
bool is_document(const model::StoredEvent& event) {
    const std::string& type = event.envelope.type;
    if (!type.ends_with(booked)) return false;
    const TypeParts parts = split_type(type);
    constexpr std::string_view others[] = {"link",   "transaction_link", "parts_state", "mirror",
                                           "master", "suggestion_link",  "equipment"};
    for (const std::string_view noun : others) {
        if (parts.noun == noun) return false;
    }
    return true;
}

std::string date_of(const Json& data, WallTime recorded) {
    const Json* echo = data.find("echo");
    const Json* details = data.find("details");
    std::string date = details != nullptr ? details->text_or("posting_date") : std::string();
    if (date.empty() && echo != nullptr) date = echo->text_or("posting_date");
    return date.size() == 10 ? date : day_of(recorded);
}

class Books final : public Projection {
public:
    std::string_view name() const override { return "books"; }
    int version() const override { return 2; }
    bool reads_rows() const override { return false; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        if (!is_document(event) || !is_own_receipt(data_of(event))) return {};
        const Json& data = data_of(event);
        // The story stands before the key, which is a hash: neighbours in time are then neighbours in the store. By the
        // hash alone each row was written into a page of its own.
        return {date_of(data, event.recorded) + "/" + event.envelope.correlation + "/" + data.text_or("key")};
    }

    std::string fold(const model::StoredEvent& event, std::string_view key, const std::string&) const override {
        const Json& data = data_of(event);
        Json row = Json::object({{"date", key.substr(0, 10)}, {"seq", static_cast<std::int64_t>(event.seq)}});
        row.set("noun", std::string(split_type(event.envelope.type).noun));
        copy(row, data, {"key", "kind", "document", "connector"});
        row.set("story", event.envelope.correlation);
        if (const Json* details = data.find("details")) take(row, *details);
        if (const Json* echo = data.find("echo")) take(row, *echo);
        if (const std::optional<Valued> value = valued(data)) {
            row.set("amount", value->amount.str());
            row.set("currency", value->currency);
        }
        return row.dump();
    }

private:
    static void take(Json& row, const Json& facts) {
        copy(row, facts,
             {"slot", "company_code", "work_order", "transaction", "part", "storeroom", "quantity", "unit",
              "base_quantity", "base_unit", "requisition", "reservation", "delivery_date"});
    }
};

}  // namespace

std::unique_ptr<Projection> make_books() { return std::make_unique<Books>(); }

}  // namespace tieline::engine::projections
