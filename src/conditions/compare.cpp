#include "conditions/compare.h"

#include <algorithm>

namespace tieline::conditions {
namespace {

using Rows = std::vector<const Row*>;

struct Pair {
    Rows ours, theirs;
};

bool same_number(const std::string& one, const std::string& other) {
    const Result<Decimal> left = Decimal::parse(one), right = Decimal::parse(other);
    return left && right ? *left == *right : one == other;
}

std::string difference_of(const std::string& theirs, const std::string& ours) {
    const Result<Decimal> left = Decimal::parse(theirs), right = Decimal::parse(ours);
    if (!left || !right) return {};
    const Result<Decimal> less = left->minus(*right);
    return less ? less->str() : std::string();
}

void count(Tally& tally, const Row& row) {
    ++tally.rows;
    if (row.amount.empty()) return;
    const Result<Decimal> amount = Decimal::parse(row.amount);
    std::string& sum = tally.amounts[row.currency];
    const Result<Decimal> before = Decimal::parse(sum.empty() ? std::string("0") : sum);
    if (!amount || !before) return;
    if (const Result<Decimal> after = before->plus(*amount)) sum = after->str();
}

std::string named(const Row& row) {
    std::string text = row.kind.empty() ? row.key : row.kind + " " + row.key;
    if (!row.document.empty()) text += ", document " + row.document;
    if (!row.subject.empty() && row.subject != row.key) text += ", of " + row.subject;
    return text;
}

std::string worth(const Row& row) {
    std::string text;
    if (!row.amount.empty()) text += " over " + row.amount + " " + row.currency;
    if (!row.quantity.empty())
        text += " of " + row.quantity + " " + row.unit + (row.part.empty() ? "" : " " + row.part);
    return text;
}

/// Finds the differences of one key after the other.
class Comparer {
public:
    Comparer(const Period& period, const Sides& sides) : period_(period), sides_(sides) {}

    Comparison run(const std::vector<Row>& ours, const std::vector<Row>& theirs) {
        std::map<std::string, Pair> pairs;
        for (const Row& row : ours) take(row, done_.ours, pairs, &Pair::ours);
        for (const Row& row : theirs) take(row, done_.theirs, pairs, &Pair::theirs);
        for (auto& [key, pair] : pairs) {
            if (within(pair.ours) || within(pair.theirs)) look_at(pair);
        }
        return std::move(done_);
    }

private:
    void take(const Row& row, Tally& tally, std::map<std::string, Pair>& pairs, Rows Pair::*side) {
        if (period_.holds(row.date)) count(tally, row);
        if (!row.key.empty()) (pairs[row.key].*side).push_back(&row);
    }
    bool within(const Rows& rows) const {
        return std::any_of(rows.begin(), rows.end(), [&](const Row* row) { return period_.holds(row->date); });
    }

    void look_at(Pair& pair) {
        const std::size_t before = done_.differences.size();
        if (pair.theirs.empty()) {
            for (const Row* row : pair.ours) missing_there(*row);
        } else if (pair.ours.empty()) {
            for (const Row* row : pair.theirs) missing_here(*row);
        } else {
            join(pair);
        }
        if (done_.differences.size() == before) ++done_.equal;
    }

    /// Each of ours takes the one of theirs that is most like it; what is left over stands there once too often.
    void join(Pair& pair) {
        for (const Row* our : pair.ours) {
            if (pair.theirs.empty()) {
                add("doubled_here", *our, "", "",
                    named(*our) + worth(*our) + " stands in " + sides_.ours + " more often than in " + sides_.theirs +
                        ". Look at its trace: one of them was never taken over.");
                continue;
            }
            const auto best = std::max_element(
                pair.theirs.begin(), pair.theirs.end(),
                [&](const Row* one, const Row* other) { return likeness(*our, *one) < likeness(*our, *other); });
            fields(*our, **best);
            pair.theirs.erase(best);
        }
        for (const Row* extra : pair.theirs) {
            if (extra->state == "reversed") continue;  // taken back there already: it has no effect
            Difference& difference =
                add("doubled_there", *extra, "", extra->amount,
                    named(*extra) + worth(*extra) + " stands in " + sides_.theirs +
                        " once too often: the same key is on another one. Reverse one of them there.");
            difference.amount = extra->amount;
        }
    }

    static int likeness(const Row& one, const Row& other) {
        int points = 0;
        if (other.state != "reversed") points += 8;
        if (!one.document.empty() && one.document == other.document) points += 4;
        if (!one.amount.empty() && same_number(one.amount, other.amount)) points += 2;
        if (one.date == other.date) points += 1;
        return points;
    }

    void missing_there(const Row& row) {
        if (row.state == "reversed") return;  // withdrawn here, absent there: agreed
        Difference& difference =
            add("missing_there", row, row.amount, "",
                named(row) + worth(row) + " is booked in " + sides_.ours + ", but " + sides_.theirs + " has no such " +
                    sides_.what + ". Find out who removed it there, then replay it.");
        difference.amount = difference_of("0", row.amount);
    }
    void missing_here(const Row& row) {
        Difference& difference =
            add("missing_here", row, "", row.amount,
                named(row) + worth(row) + " is in " + sides_.theirs + ", but " + sides_.ours +
                    " does not know it. Somebody booked it there by hand; check whether it doubles something.");
        difference.amount = row.amount;
    }

    void fields(const Row& our, const Row& their) {
        if (our.state == "live" && their.state == "reversed") {
            Difference& difference = add("reversed_there", their, our.state, their.state,
                                         named(their) + worth(our) + " was reversed in " + sides_.theirs +
                                             " by hand. Give it up here, or let it be posted again.");
            difference.amount = difference_of("0", our.amount);
        } else {
            differ("wrong_state", "state", our, their, our.state, their.state, false);
        }
        differ("wrong_kind", "kind", our, their, our.kind, their.kind, false);
        differ("wrong_amount", "amount", our, their, our.amount, their.amount, true);
        differ("wrong_currency", "currency", our, their, our.currency, their.currency, false);
        differ("wrong_quantity", "quantity", our, their, our.quantity, their.quantity, true);
        differ("wrong_unit", "unit", our, their, our.unit, their.unit, false);
        differ("wrong_part", "part", our, their, our.part, their.part, false);
        differ("wrong_place", "storeroom", our, their, our.place, their.place, false);
        differ("wrong_document", "document", our, their, our.document, their.document, false);
        if (our.exact_date && their.exact_date) {
            differ("wrong_date", "date", our, their, our.date, their.date, false);
        }
    }

    void differ(const char* code, const char* what, const Row& our, const Row& their, const std::string& ours,
                const std::string& theirs, bool is_number) {
        if (ours.empty() || theirs.empty()) return;
        if (is_number ? same_number(ours, theirs) : ours == theirs) return;
        Difference& difference =
            add(code, their, ours, theirs,
                named(their) + ": the " + what + " is " + ours + " in " + sides_.ours + " and " + theirs + " in " +
                    sides_.theirs + ". It was changed on one side; correct the side that is wrong.");
        if (std::string_view(code) == "wrong_amount") {
            difference.amount = difference_of(theirs, ours);
            difference.currency = our.currency;
        }
    }

    Difference& add(const char* code, const Row& row, std::string ours, std::string theirs, std::string sentence) {
        sentence[0] =
            static_cast<char>(sentence[0] >= 'a' && sentence[0] <= 'z' ? sentence[0] - 'a' + 'A' : sentence[0]);
        done_.differences.push_back({code, row.key, row.kind, row.subject, row.document, std::move(ours),
                                     std::move(theirs), "", row.amount.empty() ? "" : row.currency,
                                     std::move(sentence)});
        return done_.differences.back();
    }

    const Period& period_;
    const Sides& sides_;
    Comparison done_;
};

}  // namespace

bool Period::holds(const std::string& date) const {
    if (date.empty()) return true;
    return (from.empty() || date >= from) && (to.empty() || date <= to);
}

Comparison compare(const std::vector<Row>& ours, const std::vector<Row>& theirs, const Period& period,
                   const Sides& sides) {
    return Comparer(period, sides).run(ours, theirs);
}

}  // namespace tieline::conditions
