#include "flows/stock_mirror.h"

#include "base/json.h"
#include "flows/document.h"
#include "flows/latest_write.h"
#include "flows/planted.h"
#include "flows/quantity.h"

#include <algorithm>
#include <optional>

namespace tieline::flows {
namespace {

constexpr std::string_view flow_name = "stock_mirror";
constexpr std::string_view noun = "mirror";
constexpr std::size_t documents_max = 64;
constexpr Millis compare_wait{5 * 60 * 1000};
constexpr Millis unknown_wait{60 * 1000};  ///< before a place that the CMMS does not know yet is tried again
constexpr int doublings_max = 6;           ///< of that wait: about an hour

struct Row {
    Decimal on_hand, reserved, on_order;
    std::int64_t seq = 0;
};

struct State {
    std::optional<Row> erp;
    Decimal expected;                    ///< first row of the ERP and every movement that the hub knows of since
    std::optional<Decimal> cmms;         ///< what the CMMS believes
    int pending = 0;                     ///< movements since the last row
    bool waiting = false;                ///< a comparison with the CMMS is due
    std::string told;                    ///< differences last shown; empty: none
    std::vector<std::string> documents;  ///< deliveries taken, newest last, bounded
    LatestWrite write;
    int unknown = 0;       ///< refusals in a row because the CMMS does not know the part or the storeroom yet
    bool resting = false;  ///< waits before it tries again
};

/// The part or the storeroom comes to the CMMS on a way of its own: that is nobody's mistake.
bool is_not_there_yet(const Receipt& receipt) {
    return receipt.outcome == Outcome::rejected &&
           (receipt.code == "unknown_item" || receipt.code == "unknown_storeroom" || receipt.code == "not_found");
}

Decimal decimal_or_zero(const Json& json, std::string_view name) {
    const auto value = json.decimal(name);
    return value ? *value : Decimal();
}

Result<State> state_from(std::string_view text) {
    State state;
    if (text.empty()) return state;
    TIELINE_TRY(const Json json, Json::parse(text));
    if (const Json* erp = json.find("erp")) {
        state.erp = Row{decimal_or_zero(*erp, "hand"), decimal_or_zero(*erp, "res"), decimal_or_zero(*erp, "ord"),
                        erp->int_or("seq", 0)};
    }
    state.expected = decimal_or_zero(json, "expected");
    if (json.find("cmms") != nullptr) state.cmms = decimal_or_zero(json, "cmms");
    state.pending = static_cast<int>(json.int_or("pending", 0));
    state.waiting = json.bool_or("waiting", false);
    state.told = json.text_or("told");
    if (const Json* documents = json.find("docs"); documents != nullptr && documents->is_array()) {
        for (const Json& document : documents->items()) state.documents.push_back(document.string());
    }
    state.write = LatestWrite::from(json.find("write"));
    state.unknown = static_cast<int>(json.int_or("unknown", 0));
    state.resting = json.bool_or("resting", false);
    return state;
}

std::string to_text(const State& state) {
    Json json = Json::object();
    if (state.erp) {
        json.set("erp", Json::object({{"hand", quantity_text(state.erp->on_hand)},
                                      {"res", quantity_text(state.erp->reserved)},
                                      {"ord", quantity_text(state.erp->on_order)},
                                      {"seq", state.erp->seq}}));
    }
    json.set("expected", quantity_text(state.expected));
    if (state.cmms) json.set("cmms", quantity_text(*state.cmms));
    if (state.pending != 0) json.set("pending", state.pending);
    if (state.waiting) json.set("waiting", true);
    if (!state.told.empty()) json.set("told", state.told);
    Json::Array documents;
    for (const std::string& document : state.documents) documents.emplace_back(document);
    if (!documents.empty()) json.set("docs", Json(std::move(documents)));
    json.set("write", state.write.json());
    if (state.unknown != 0) json.set("unknown", state.unknown);
    if (state.resting) json.set("resting", true);
    return json.dump();
}

/// "SEAL-9/MAIN" of the object's members, or "".
std::string place_of(const Json& data) {
    const std::string part = data.text_or("part");
    const std::string storeroom = data.text_or("storeroom");
    return part.empty() || storeroom.empty() ? std::string() : part + "/" + storeroom;
}

bool is_issue(std::string_view type) { return type == "issue.booked" || type == "issue_reversal.booked"; }
bool is_delivery(std::string_view type) { return type == "delivery.received" || type == "delivery.cancelled"; }

class Step {
public:
    Step(const model::Envelope& envelope, std::string_view key, State& state)
        : envelope_(envelope), key_(key), state_(state) {}

    Result<void> on_stock(const Json& data) {
        Row row;
        row.seq = std::max(data.int_or("seq", 0), data.int_or("as_of", 0));
        if (state_.erp && row.seq < state_.erp->seq) return {};
        TIELINE_TRY(row.on_hand, quantity_of(data, "on_hand", key_));
        TIELINE_TRY(row.reserved, quantity_of(data, "reserved", key_));
        TIELINE_TRY(row.on_order, quantity_of(data, "on_order", key_));
        if (!state_.erp) state_.expected = row.on_hand;
        state_.erp = row;
        compare();
        state_.pending = 0;
        return {};
    }

    /// Each movement counts once: a delivery that is told again changes nothing.
    Result<void> on_delivery(const Json& data) {
        TIELINE_TRY(const std::string document, data.text("document"));
        auto& known = state_.documents;
        if (std::find(known.begin(), known.end(), document) != known.end()) return {};
        known.push_back(document);
        if (known.size() > documents_max) known.erase(known.begin());
        TIELINE_TRY(Decimal quantity, quantity_of(data, "quantity", document));
        quantity = quantity.abs();
        moved(envelope_.type == "delivery.cancelled" ? quantity.negated() : quantity, data.int_or("seq", 0));
        return {};
    }

    Result<void> on_issue(const Json& data) {
        // As the ERP counted it, where it says so: a person may have sent another unit than the flow did.
        const Json* details = data.find("details");
        const bool counted = details != nullptr && !details->text_or("base_quantity").empty();
        const Json& said = counted ? *details : *data.find("echo");
        TIELINE_TRY(const Decimal quantity, quantity_of(said, counted ? "base_quantity" : "quantity", key_));
        moved(envelope_.type == "issue.booked" ? quantity.negated() : quantity, 0);
        return {};
    }

    Result<void> on_balance(const Json& data, WallTime now) {
        TIELINE_TRY(state_.cmms, quantity_of(data, "balance", key_));
        state_.resting = false;  // the CMMS knows the place now
        if (!state_.erp) return {};
        // A technician's booking reaches the CMMS first and the ERP a moment later: only what lasts is shown.
        if (*state_.cmms == state_.erp->on_hand) {
            if (!state_.told.empty()) compare();
        } else if (!state_.waiting) {
            state_.waiting = true;
            decision.wakeups.push_back(Wakeup{"compare", now + compare_wait});
        }
        return {};
    }

    /// The refused command is taken back at once, so that no person is asked; it is tried again after a while.
    void rest(const Receipt& receipt, WallTime now) {
        decision.withdrawals.push_back(receipt.key);
        state_.write.stage.reset();
        state_.write.pending.clear();
        state_.resting = true;
        const int doublings = std::min(state_.unknown++, doublings_max);
        decision.wakeups.push_back(Wakeup{"again", now + unknown_wait * (1 << doublings)});
    }

    void on_timer(std::string_view name) {
        if (name == "again") {
            state_.resting = false;
            return;
        }
        state_.waiting = false;
        if (state_.erp) compare();
    }

    Decision decision;

private:
    void moved(const Decimal& quantity, std::int64_t seq) {
        if (!state_.erp) return;
        state_.expected = sum(state_.expected, quantity);
        if (seq == 0 || seq > state_.erp->seq) ++state_.pending;
        // The row had it before its movement was told: what seemed to differ is explained.
        if (!state_.told.empty() && state_.expected == state_.erp->on_hand) compare();
    }

    void compare() {
        const Decimal erp = state_.erp->on_hand;
        const Decimal off = difference(erp, state_.expected);
        const Decimal cmms_off = state_.cmms ? difference(*state_.cmms, erp) : Decimal();
        const bool shown = state_.cmms && !state_.waiting;
        const std::string news = off.is_zero() && (cmms_off.is_zero() || !shown)
                                     ? std::string()
                                     : quantity_text(off) + "|" + (shown ? quantity_text(cmms_off) : std::string("0"));
        if (news == state_.told) return;
        state_.told = news;
        NewEvent event;
        event.type = "stock.compared";
        event.subject = key_;
        event.data = "{";
        const std::size_t slash = key_.rfind('/');
        append_member(event.data, "part", key_.substr(0, slash));
        append_member(event.data, "storeroom", key_.substr(slash + 1));
        append_member(event.data, "erp", quantity_text(erp));
        append_member(event.data, "expected", quantity_text(state_.expected));
        append_member(event.data, "difference", quantity_text(off));
        if (state_.cmms) {
            append_member(event.data, "cmms", quantity_text(*state_.cmms));
            append_member(event.data, "cmms_difference", quantity_text(cmms_off));
        }
        append_raw(event.data, "pending", std::to_string(state_.pending));
        event.data += '}';
        decision.events.push_back(std::move(event));
    }

    const model::Envelope& envelope_;
    std::string_view key_;
    State& state_;
};

class StockMirror final : public Flow {
public:
    explicit StockMirror(WriteBackConfig config) : config_(std::move(config)) {}
    std::string_view name() const override { return flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        const std::string_view type = envelope.type;
        if (type == "stock.changed" || type == "balance.changed") return {envelope.subject};
        std::string key;
        if (is_issue(type) || is_delivery(type) || type == "timer.fired") {
            const std::shared_ptr<const Json> data = envelope.json_or_null();
            if (!data) return {};
            const Json* echo = data->find("echo");
            if (is_delivery(type)) key = place_of(*data);
            if (is_issue(type) && echo != nullptr) key = place_of(*echo);
            if (type == "timer.fired" && data->text_or("flow") == flow_name) key = data->text_or("key");
        } else if (type.starts_with(noun)) {
            key = receipt_key_of(envelope, flow_name);
        }
        return key.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(key)};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view text,
                            WallTime now) const override {
        TIELINE_TRY(State state, state_from(text));
        const model::Envelope& envelope = event.envelope;
        const WriteTarget target{flow_name, envelope.site, key, "mirror", config_.connector, "inventory.mirror", noun};
        Step step(envelope, key, state);
        TIELINE_TRY(const std::shared_ptr<const Json> parsed, envelope.json());
        const Json& data = *parsed;
        const std::string_view type = envelope.type;
        if (type == "stock.changed") {
            TIELINE_TRY_VOID(step.on_stock(data));
        } else if (type == "balance.changed") {
            TIELINE_TRY_VOID(step.on_balance(data, now));
        } else if (is_delivery(type)) {
            TIELINE_TRY_VOID(step.on_delivery(data));
        } else if (is_issue(type)) {
            TIELINE_TRY_VOID(step.on_issue(data));
        } else if (type == "timer.fired") {
            step.on_timer(data.text_or("name"));
        } else {
            TIELINE_TRY(const Receipt receipt, read_receipt(envelope));
            const bool own = state.write.stage && receipt.intent == state.write.intent;
            state.write.take(target, receipt);
            if (own && is_not_there_yet(receipt)) step.rest(receipt, now);
            if (receipt.outcome == Outcome::booked) state.unknown = 0;
        }
        mirror(state, target, step.decision);
        std::string after = to_text(state);
        if (after != text) step.decision.state = std::move(after);
        return std::move(step.decision);
    }

private:
    static void mirror(State& state, const WriteTarget& target, Decision& decision) {
        if (!state.erp || state.resting) return;
        if (planted(PlantedBug::mirror_stops) && state.write.intent > 0) return;
        const std::size_t slash = target.key.rfind('/');
        std::string members;
        append_member(members, "part", target.key.substr(0, slash));
        append_member(members, "storeroom", target.key.substr(slash + 1));
        append_member(members, "on_hand", quantity_text(state.erp->on_hand));
        append_member(members, "reserved", quantity_text(state.erp->reserved));
        append_member(members, "on_order", quantity_text(state.erp->on_order));
        std::string content = quantity_text(state.erp->on_hand) + "|" + quantity_text(state.erp->reserved) + "|" +
                              quantity_text(state.erp->on_order);
        if (!state.write.may_send(content)) return;
        append_raw(members, "as_of", std::to_string(state.erp->seq));
        state.write.send(target, std::move(content), std::move(members), decision);
    }

    WriteBackConfig config_;
};

}  // namespace

std::unique_ptr<Flow> make_stock_mirror(WriteBackConfig config) {
    return std::make_unique<StockMirror>(std::move(config));
}

}  // namespace tieline::flows
