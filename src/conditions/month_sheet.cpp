#include "conditions/month_sheet.h"

#include <map>
#include <optional>

namespace tieline::conditions {
namespace {

constexpr std::size_t shown_max = 10;  ///< entries of a list, so that the sheet stays one page
constexpr std::size_t line_max = 88;   ///< characters that fit across A4

using Sums = std::map<std::string, Decimal>;

void add(Decimal& sum, const Decimal& amount) {
    if (const Result<Decimal> next = sum.plus(amount)) sum = *next;
}

std::optional<Decimal> amount_of(const Json& row) {
    const Result<Decimal> amount = row.decimal("amount");
    if (!amount) return std::nullopt;
    return *amount;
}

std::string left(std::string text, std::size_t width) {
    if (text.size() < width) text.append(width - text.size(), ' ');
    return text;
}
std::string right(const std::string& text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}
/// Cut to the page's width, never inside a character.
std::string fit(std::string text) {
    if (text.size() <= line_max) return text;
    std::size_t end = line_max - 3;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "...";
}

/// What one company posted in one currency.
struct Line {
    Decimal posted, reversed, accrued, released;
    std::int64_t documents = 0;
};

class Sheet {
public:
    explicit Sheet(const MonthEnd& month) : month_(month) {}

    std::string text() {
        line("MONTH END " + month_.month + "   " + month_.site + "   printed " + month_.printed);
        line(std::string(line_max, '='));
        ledger();
        waiting();
        unposted();
        moved();
        compared();
        return std::move(text_);
    }

private:
    void line(const std::string& text) { text_ += fit(text) + "\n"; }
    void title(const std::string& text) {
        text_ += "\n";
        line(text);
    }

    void ledger() {
        std::map<std::pair<std::string, std::string>, Line> lines;
        for (const Json& document : month_.hub.documents) {
            if (document.text_or("date").substr(0, 7) != month_.month) continue;
            const std::optional<Decimal> amount = amount_of(document);
            if (!amount) continue;
            const std::string noun = document.text_or("noun");
            Line& sums = lines[{document.text_or("company_code", "-"), document.text_or("currency")}];
            if (noun == "cost" || noun == "issue") add(sums.posted, *amount);
            if (noun == "reversal" || noun == "issue_reversal") add(sums.reversed, amount->negated());
            if (noun == "accrual") add(sums.accrued, *amount);
            if (noun == "accrual_reversal") add(sums.released, amount->negated());
            ++sums.documents;
        }
        title("Ledger      " + right("posted", 15) + right("reversed", 14) + right("net", 15) + right("accrued", 14) +
              right("released", 13));
        for (const auto& [place, sums] : lines) {
            const Result<Decimal> net = sums.posted.minus(sums.reversed);
            line(left(place.first + " " + place.second, 12) + right(sums.posted.str(), 15) +
                 right(sums.reversed.str(), 14) + right(net ? net->str() : "?", 15) + right(sums.accrued.str(), 14) +
                 right(sums.released.str(), 13));
        }
        if (lines.empty()) line("nothing was booked");
    }

    void waiting() {
        Sums sums;
        for (const Json& one : month_.exceptions) {
            if (const std::optional<Decimal> amount = amount_of(one)) add(sums[one.text_or("currency")], *amount);
        }
        std::string total;
        for (const auto& [currency, sum] : sums) total += (total.empty() ? ": " : ", ") + sum.str() + " " + currency;
        title("Waiting for a person: " + std::to_string(month_.exceptions.size()) + " exception(s)" + total);
        list(month_.exceptions, [](const Json& one) {
            const std::string amount = one.text_or("amount");
            return left(one.text_or("id"), 9) + left(one.text_or("subject"), 14) +
                   right(amount.empty() ? "-" : amount + " " + one.text_or("currency"), 15) + "  " +
                   one.text_or("reason");
        });
    }

    /// Work that is done and not in the ledger, each with its reason.
    void unposted() {
        std::map<std::string, std::string> reasons;
        for (const Json& one : month_.exceptions) reasons[one.text_or("correlation")] = one.text_or("reason");
        std::vector<Json> open;
        for (const Json& order : month_.hub.work_orders) {
            const bool done = order.text_or("status") == "completed" || order.text_or("status") == "closed";
            if (!done || order.bool_or("settled", true)) continue;
            if (order.text_or("completed_at").substr(0, 7) > month_.month) continue;
            open.push_back(order);
        }
        title("Done, not settled in the ledger: " + std::to_string(open.size()) + " work order(s)");
        list(open, [&](const Json& order) {
            const auto reason = reasons.find(order.text_or("number"));
            return left(order.text_or("number"), 14) + left(order.text_or("completed_at").substr(0, 10), 12) +
                   (reason != reasons.end() ? reason->second : "on its way: no exception is open");
        });
    }

    void moved() {
        struct Kind {
            std::int64_t count = 0;
            Sums values;
        };
        std::map<std::string, Kind> kinds;
        Sums stock;
        for (const PeerList& peer : month_.peers) {
            for (const Row& row : peer.rows) {
                const Result<Decimal> value = Decimal::parse(row.amount);
                const bool in_month = row.date.substr(0, 7) == month_.month;
                if (peer.topic == "stock" && value) add(stock[row.currency], *value);
                if (peer.topic != "movements" || !in_month) continue;
                Kind& kind = kinds[row.kind];
                ++kind.count;
                if (value) add(kind.values[row.currency], *value);
            }
        }
        title("Goods movements in the ERP" + right("count", 14) + right("value", 22));
        for (const auto& [name, kind] : kinds) {
            std::string start = left(name, 26) + right(std::to_string(kind.count), 14);
            for (const auto& [currency, value] : kind.values) {
                line(start + right(value.str() + " " + currency, 22));
                start = std::string(40, ' ');
            }
            if (kind.values.empty()) line(start);
        }
        if (kinds.empty()) line("none");
        for (const auto& [currency, value] : stock) {
            line(left("stock value now", 40) + right(value.str() + " " + currency, 22));
        }
    }

    void compared() {
        title("Compared with the peers" + right("hub", 12) + right("peer", 10) + right("equal", 10) +
              right("different", 12));
        std::vector<Json> sentences;
        for (const Topic& topic : month_.report.topics) {
            const std::string name = left(topic.connector + " " + topic.name, 25);
            if (!topic.problem.empty()) {
                line(name + "not compared: " + topic.problem);
                continue;
            }
            line(name + right(std::to_string(topic.result.ours.rows), 10) +
                 right(std::to_string(topic.result.theirs.rows), 10) + right(std::to_string(topic.result.equal), 10) +
                 right(std::to_string(topic.result.differences.size()), 12));
            for (const Difference& one : topic.result.differences) sentences.emplace_back(one.sentence);
        }
        list(sentences, [](const Json& sentence) { return "- " + sentence.string(); });
    }

    template <class Show>
    void list(const std::vector<Json>& entries, const Show& show) {
        for (std::size_t at = 0; at < entries.size() && at < shown_max; ++at) line("  " + show(entries[at]));
        if (entries.size() > shown_max) line("  and " + std::to_string(entries.size() - shown_max) + " more");
    }

    const MonthEnd& month_;
    std::string text_;
};

}  // namespace

std::string month_sheet(const MonthEnd& month) { return Sheet(month).text(); }

}  // namespace tieline::conditions
