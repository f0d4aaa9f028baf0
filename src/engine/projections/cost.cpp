// Cost per receiver, asset, month and currency: what was posted, what was taken back, what is left. Exact decimals.

#include "engine/projections/parsed_projection.h"
#include "engine/projections/projections.h"
#include "engine/projections/receipt_facts.h"

#include <algorithm>
#include <map>

namespace tieline::engine::projections {
namespace {

/// What one document adds to each row.
using Shares = std::map<std::string, Decimal, std::less<>>;

bool is_cost(const model::StoredEvent& event) {
    const std::string& type = event.envelope.type;
    return type == "cost.booked" || type == "reversal.booked" || type == "issue.booked" ||
           type == "issue_reversal.booked";
}

std::string receiver_name(const Json& line) {
    const Json* receiver = line.find("receiver");
    if (receiver == nullptr) return "unknown:";
    const std::string kind = receiver->text_or("kind", "unknown");
    return (kind == "asset" ? "fixed_asset" : kind) + ":" + receiver->text_or("code");
}

void add(Shares& shares, std::string row, const Decimal& amount) {
    const auto [at, is_new] = shares.try_emplace(std::move(row), amount);
    if (is_new) return;
    if (const Result<Decimal> sum = at->second.plus(amount)) at->second = *sum;
}

Shares shares_of(const model::StoredEvent& event) {
    const Json& data = data_of(event);
    const Json* echo = data.find("echo");
    const std::optional<Valued> total = valued(data);
    if (echo == nullptr || !total) return {};
    const Json* details = data.find("details");
    const std::string own_date = echo->text_or("posting_date");
    const std::string date = details ? details->text_or("posting_date", own_date) : own_date;
    const std::string month = date.size() >= 7 ? date.substr(0, 7) : echo->text_or("month");
    const std::string place = "|" + month + "|" + total->currency;
    Shares shares;
    add(shares, "all" + place, total->amount);
    if (const std::string asset = echo->text_or("asset"); !asset.empty()) {
        add(shares, "asset:" + asset + place, total->amount);
    }
    const Json* lines = echo->find("lines");
    if (lines == nullptr || !lines->is_array()) return shares;
    for (const Json& line : lines->items()) {
        // A document of one line is worth what the ERP says; one of several lines is a journal, booked as given.
        const Result<Decimal> own = line.decimal("amount");
        if (lines->items().size() == 1) {
            add(shares, receiver_name(line) + place, total->amount);
        } else if (own) {
            add(shares, receiver_name(line) + place, *own);
        }
    }
    return shares;
}

/// Valid until the next call with another event on this thread: an event's rows share one reckoning.
const Shares& last_shares_of(const model::StoredEvent& event) {
    struct Last {
        std::string text;
        Shares shares;
    };
    thread_local Last last;
    if (last.text != event.envelope.data) last = Last{event.envelope.data, shares_of(event)};
    return last.shares;
}

class Cost final : public ParsedProjection {
public:
    std::string_view name() const override { return "cost"; }
    int version() const override { return 2; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        if (!is_cost(event)) return {};
        std::vector<std::string> rows;
        for (const auto& share : last_shares_of(event)) rows.push_back(share.first);
        return rows;
    }

    void fold_parsed(const model::StoredEvent& event, std::string_view key, Json& row) const override {
        const Shares& shares = last_shares_of(event);
        const auto share = shares.find(key);
        if (share == shares.end()) return;
        if (row.is_null()) row = Json::object({{"posted", "0"}, {"reversed", "0"}, {"net", "0"}, {"documents", 0}});
        const bool reversal = event.envelope.type.ends_with("reversal.booked");
        const char* column = reversal ? "reversed" : "posted";
        row.set(column, add_text(row.text_or(column), reversal ? share->second.negated() : share->second));
        row.set("net", add_text(row.text_or("net"), share->second));
        row.set("documents", row.int_or("documents", 0) + 1);
    }
};

}  // namespace

std::unique_ptr<Projection> make_cost() { return std::make_unique<Cost>(); }

}  // namespace tieline::engine::projections
