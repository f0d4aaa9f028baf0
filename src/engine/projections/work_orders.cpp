// One row per work order: where it stands and which documents carry its cost.

#include "engine/projections/parsed_projection.h"
#include "engine/projections/projections.h"
#include "engine/projections/receipt_facts.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace tieline::engine::projections {
namespace {

constexpr std::size_t documents_max = 200;  ///< of one order on the screen; sums go on beyond

void put(Json& row, std::string_view name, const std::string& value) {
    if (!value.empty()) row.set(name, value);
}

/// The document of a command's key; appended when it is new. nullptr when there are too many.
Json* document_of(Json& row, const std::string& key) {
    if (row.find("documents") == nullptr) row.set("documents", Json::array());
    Json& documents = *row.find("documents");
    for (Json& document : documents.items()) {
        if (document.text_or("key") == key) return &document;
    }
    if (documents.items().size() == documents_max) {
        row.set("documents_left_out", row.int_or("documents_left_out", 0) + 1);
        return nullptr;
    }
    documents.push_back(Json::object({{"key", key}}));
    return &documents.items().back();
}

void add_total(Json& row, const Valued& value) {
    if (row.find("totals") == nullptr) row.set("totals", Json::array());
    for (Json& total : row.find("totals")->items()) {
        if (total.text_or("currency") != value.currency) continue;
        total.set("posted", add_text(total.text_or("posted"), value.amount));
        return;
    }
    row.find("totals")->push_back(Json::object({{"currency", value.currency}, {"posted", value.amount.str()}}));
}

bool is_issue(const TypeParts& parts) { return parts.noun == "issue" || parts.noun == "issue_reversal"; }

/// A snapshot of the order; "workorder.ready" and the like only tell what was concluded from it.
bool is_snapshot(const TypeParts& parts) {
    return parts.noun == "workorder" && parts.outcome != "ready" && parts.outcome != "not_ready";
}

void take_receipt(Json& row, const model::StoredEvent& event, const TypeParts& parts) {
    const Json& data = data_of(event);
    const bool booked = parts.outcome == "booked";
    const std::optional<Valued> value = valued(data);
    const bool cost = parts.noun == "cost" || parts.noun == "reversal" || is_issue(parts);
    if (booked && cost && value) add_total(row, *value);
    Json* document = document_of(row, data.text_or("key"));
    if (document == nullptr) return;
    document->set("noun", std::string(parts.noun));
    put(*document, "kind", data.text_or("kind"));
    if (const Json* echo = data.find("echo")) put(*document, "slot", echo->text_or("slot"));
    put(*document, "document", data.text_or("document"));
    const bool again = parts.outcome == "replayed";
    document->set("state", again ? std::string("pending") : std::string(parts.outcome));
    if (value) {
        document->set("amount", value->amount.str());
        document->set("currency", value->currency);
    }
    if (booked || again) document->erase("reason");
    if (!booked) put(*document, "reason", data.text_or("reason"));
    document->set("time", format_time(event.recorded));
}

/// Mixes a value into a running 64-bit digest (FNV-1a, eight bytes a step). Only for telling a change of the same
/// order: no name is found by it, and nobody gains by two that are equal.
void mix_text(std::uint64_t& digest, std::string_view text) {
    const auto step = [&digest](std::uint64_t word) { digest = (digest ^ word) * 0x100000001b3ULL ^ (digest >> 29); };
    step(text.size());
    while (!text.empty()) {
        std::uint64_t word = 0;
        const std::size_t taken = std::min(text.size(), sizeof word);
        std::memcpy(&word, text.data(), taken);
        step(word);
        text.remove_prefix(taken);
    }
}

void mix(std::uint64_t& digest, const Json& value) {
    if (value.is_string()) return mix_text(digest, value.string());
    if (value.is_number()) return mix_text(digest, value.number_token());
    if (value.is_bool()) return mix_text(digest, value.boolean() ? "t" : "f");
    if (value.is_array()) {
        mix_text(digest, "[");
        for (const Json& item : value.items()) mix(digest, item);
    } else if (value.is_object()) {
        mix_text(digest, "{");
        for (const auto& [name, member] : value.members()) {
            mix_text(digest, name);
            mix(digest, member);
        }
    }
    mix_text(digest, "]");
}

/// What of a done order bears on its cost, short; "" for one that is not done. A snapshot that only brings a number or
/// a parts state leaves the cost settled, and nobody says so again.
std::string cost_of(const Json& data) {
    const std::string status = data.text_or("status");
    if (status != "completed" && status != "closed") return {};
    std::uint64_t digest = 0xcbf29ce484222325ULL;
    for (const char* name : {"completed_at", "company_code", "receiver", "currency", "lines"}) {
        if (const Json* value = data.find(name)) mix(digest, *value);
        mix_text(digest, name);
    }
    return std::to_string(digest);
}

/// When it first got so far. A start after a reopening is not the first one.
void take_time(Json& row, const model::StoredEvent& event, std::string_view outcome) {
    const std::string name = std::string(outcome) + "_at";
    const bool shown = outcome == "requested" || outcome == "approved" || outcome == "released" || outcome == "started";
    if (shown && row.find(name) == nullptr) row.set(name, format_time(event.envelope.occurred));
}

/// What screens and key figures need of the order itself.
void take_plan(Json& row, const Json& data) {
    for (const char* name : {"status", "asset", "title", "order_type", "completed_at", "erp_order", "due_at",
                             "scheduled_start", "plan", "plan_due", "planned_cost", "currency"}) {
        row.erase(name);
        put(row, name, data.text_or(name));
    }
    row.erase("receiver");
    if (const Json* receiver = data.find("receiver")) {
        row.set("receiver", receiver->text_or("kind") + ":" + receiver->text_or("code"));
    }
    row.erase("hours");
    const Json* lines = data.find("lines");
    if (lines == nullptr || !lines->is_array()) return;
    for (const Json& line : lines->items()) {
        const auto hours = line.decimal("hours");
        if (hours) row.set("hours", add_text(row.text_or("hours"), *hours));
    }
}

class WorkOrders final : public ParsedProjection {
public:
    std::string_view name() const override { return "work_orders"; }
    int version() const override { return 5; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const TypeParts parts = split_type(event.envelope.type);
        const std::string& type = event.envelope.type;
        if (is_snapshot(parts)) return {event.envelope.subject};
        const bool about_cost = type == "cost.settled" || type == "cost.nothing_to_post" || type == "cost.variance";
        if (!about_cost && !is_receipt(parts)) return {};
        if (event.envelope.correlation.empty()) return {};
        return {event.envelope.correlation};
    }

    void fold_parsed(const model::StoredEvent& event, std::string_view key, Json& row) const override {
        const TypeParts parts = split_type(event.envelope.type);
        // What was issued without an order is a story of its own and no order.
        if (row.is_null() && is_issue(parts)) return;
        if (row.is_null()) row = Json::object({{"number", key}});
        if (is_snapshot(parts)) {
            const Json& data = data_of(event);
            take_plan(row, data);
            take_time(row, event, parts.outcome);
            row.set("revision", event.envelope.id.substr(event.envelope.id.rfind(':') + 1));
            const std::string cost = cost_of(data);
            if (cost.empty() || cost != row.text_or("cost")) row.set("settled", false);
            row.set("cost", cost);
        } else if (event.envelope.type == "cost.settled" || event.envelope.type == "cost.nothing_to_post") {
            row.set("settled", true);
        } else if (event.envelope.type != "cost.variance") {
            take_receipt(row, event, parts);
        }
        row.set("last_event", Json::object({{"seq", static_cast<std::int64_t>(event.seq)},
                                            {"type", event.envelope.type},
                                            {"time", format_time(event.recorded)}}));
    }
};

}  // namespace

std::unique_ptr<Projection> make_work_orders() { return std::make_unique<WorkOrders>(); }

}  // namespace tieline::engine::projections
