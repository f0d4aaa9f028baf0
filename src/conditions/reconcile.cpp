#include "conditions/reconcile.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace tieline::conditions {
namespace {

/// "journal.post" → "journal", "journal.reverse" → "journal reversal".
std::string kind_of(const std::string& command) {
    const std::size_t point = command.find('.');
    const std::string noun = command.substr(0, point);
    return point != std::string::npos && command.substr(point) == ".reverse" ? noun + " reversal" : noun;
}

bool in_ledger(const Json& document) {
    const std::string noun = document.text_or("noun");
    return noun == "cost" || noun == "reversal" || noun == "accrual" || noun == "accrual_reversal" || noun == "issue" ||
           noun == "issue_reversal";
}

Row posting(const Json& document) {
    Row row;
    row.key = document.text_or("key");
    row.kind = kind_of(document.text_or("kind"));
    row.date = document.text_or("date");
    row.subject = document.text_or("story");
    row.document = document.text_or("document");
    row.amount = document.text_or("amount");
    row.currency = document.text_or("currency");
    row.state = "live";
    row.exact_date = true;
    return row;
}

/// What an issue took out of stock, in base units.
void set_quantity(Row& row, const Json& document) {
    const bool base = document.find("base_quantity") != nullptr;
    row.quantity = document.text_or(base ? "base_quantity" : "quantity");
    row.unit = document.text_or(base ? "base_unit" : "unit");
    row.part = document.text_or("part");
    row.place = document.text_or("storeroom");
}

std::vector<Row> postings(const HubBooks& hub, const std::string& connector) {
    std::vector<Row> rows;
    for (const Json& document : hub.documents) {
        if (in_ledger(document) && document.text_or("connector", connector) == connector) {
            rows.push_back(posting(document));
        }
    }
    return rows;
}

std::vector<Row> movements(const HubBooks& hub, const std::string& connector) {
    std::vector<Row> rows;
    for (const Json& document : hub.documents) {
        const std::string kind = document.text_or("kind");
        const bool moved = kind.starts_with("goods_issue.") || kind.starts_with("scrap.");
        if (!moved || document.text_or("connector", connector) != connector) continue;
        if (document.text_or("storeroom").empty()) continue;  // not out of a storeroom: the ledger alone has it
        Row row = posting(document);
        row.amount.clear();  // compared with the postings
        row.currency.clear();
        row.state.clear();
        if (kind.ends_with(".post")) set_quantity(row, document);
        rows.push_back(std::move(row));
    }
    return rows;
}

/// A transaction is in the books once its issue is booked and not taken back.
std::vector<Row> transactions(const HubBooks& hub) {
    std::vector<Row> rows;
    for (const Json& document : hub.documents) {
        const std::string slot = document.text_or("slot");
        if (document.text_or("kind") != "goods_issue.post") continue;
        std::string transaction = document.text_or("transaction");
        if (transaction.empty() && slot.starts_with("issue/")) transaction = slot.substr(6);
        if (transaction.empty()) continue;
        Row row;
        row.key = std::move(transaction);
        row.kind = "part transaction";
        row.date = document.text_or("date");
        row.subject = document.text_or("story");
        row.document = document.text_or("document");
        set_quantity(row, document);
        row.unit.clear();  // each system has its own codes of units
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<Row> work_orders(const HubBooks& hub) {
    std::vector<Row> rows;
    for (const Json& order : hub.work_orders) {
        if (order.text_or("status").empty()) continue;  // known only by documents of its story
        Row row;
        row.key = order.text_or("number");
        row.kind = "work order";
        row.state = order.text_or("status");
        rows.push_back(std::move(row));
    }
    return rows;
}

/// Ours by the key that we created them with, as the ERP told last; others by their numbers.
std::vector<Row> requisitions(const HubBooks& hub, const std::string& connector) {
    std::map<std::string, const Json*> told;
    for (const Json& one : hub.requisitions) told[one.text_or("requisition")] = &one;
    std::vector<Row> rows;
    const auto add = [&](const std::string& key, const std::string& number, const std::string& date,
                         const Json& facts) {
        Row row;
        row.key = key;
        row.kind = "requisition";
        row.date = date;
        row.document = number;
        row.quantity = facts.text_or("quantity");
        row.unit = facts.text_or("unit");
        row.part = facts.text_or("part");
        row.place = facts.text_or("storeroom");
        row.state = facts.text_or("status");
        rows.push_back(std::move(row));
    };
    for (const Json& document : hub.documents) {
        if (document.text_or("kind") != "requisition.create") continue;
        if (document.text_or("connector", connector) != connector) continue;
        const std::string number = document.text_or("document");
        const auto found = told.find(number);
        add(document.text_or("key"), number, document.text_or("date"), found == told.end() ? document : *found->second);
        if (found != told.end()) told.erase(found);
    }
    for (const auto& [number, facts] : told) {
        // One of ours from before the days that were read would look like a stranger: its partner says when it began.
        const std::string reference = facts->text_or("reference");
        add(reference.empty() ? number : reference, number, "0000-00-00", *facts);
    }
    return rows;
}

std::vector<Row> stock(const HubBooks& hub) {
    std::vector<Row> rows;
    for (const Json& one : hub.stock) {
        if (one.find("on_hand") == nullptr) continue;  // the ERP never told of it
        Row row;
        row.key = one.text_or("part") + "/" + one.text_or("storeroom");
        row.kind = "stock";
        row.quantity = one.text_or("on_hand");
        rows.push_back(std::move(row));
    }
    return rows;
}

/// A document of several rows (a kit, two lots) is one row: values add up, single parts say nothing.
std::vector<Row> merged(std::vector<Row> rows) {
    std::map<std::string, std::size_t> first;
    std::vector<Row> result;
    for (Row& row : rows) {
        const auto [at, is_new] = first.try_emplace(row.key + "|" + row.document, result.size());
        if (is_new || row.key.empty() || row.document.empty()) {
            if (!is_new) at->second = result.size();
            result.push_back(std::move(row));
            continue;
        }
        Row& known = result[at->second];
        const Result<Decimal> one = Decimal::parse(known.quantity), other = Decimal::parse(row.quantity);
        const bool same_part = known.part == row.part && known.place == row.place && one && other;
        const Result<Decimal> sum = same_part ? one->plus(*other) : Result<Decimal>(Decimal());
        known.quantity = same_part && sum ? sum->str() : "";
        if (!same_part) known.part.clear(), known.place.clear(), known.unit.clear();
    }
    return result;
}

/// What was taken back by a document of ours is agreed: both sides call it reversed. A peer may write a reversal or a
/// credit without its sign.
void agree(std::vector<Row>& ours, std::vector<Row>& theirs) {
    std::set<std::string> own_documents;
    std::map<std::string, const Row*> by_key;
    for (const Row& row : ours) {
        own_documents.insert(row.document);
        by_key[row.key] = &row;
    }
    std::set<std::string> agreed;
    for (Row& row : theirs) {
        if (row.state == "reversed" && own_documents.contains(row.reversed_by)) {
            row.state = "taken back";
            agreed.insert(row.key);
        }
        const auto our = by_key.find(row.key);
        if (our == by_key.end()) continue;
        const Result<Decimal> own = Decimal::parse(our->second->amount), their = Decimal::parse(row.amount);
        if (own && their && own->is_negative() != their->is_negative()) row.amount = their->negated().str();
    }
    for (Row& row : ours) {
        if (agreed.contains(row.key)) row.state = "taken back";
    }
}

bool is_structural(const Difference& difference) {
    return difference.code.starts_with("missing_") || difference.code.starts_with("doubled_") ||
           difference.code == "reversed_there" || difference.code == "wrong_date";
}

/// A reversal by hand is told once, with what it takes back: takes its own entry out and gives its keys.
std::set<std::string> drop_reversals_by_hand(Comparison& result, const std::vector<Row>& theirs) {
    std::set<std::string> reversed, documents, keys;
    for (const Difference& one : result.differences) {
        if (one.code == "reversed_there") reversed.insert(one.document);
    }
    for (const Row& row : theirs) {
        if (reversed.contains(row.document)) documents.insert(row.reversed_by);
    }
    std::erase_if(result.differences, [&](const Difference& one) {
        if (one.code != "missing_here" || !documents.contains(one.document)) return false;
        keys.insert(one.key);
        return true;
    });
    return keys;
}

Topic compared(const HubBooks& hub, const PeerList& peer, const Period& period) {
    Topic topic{peer.topic, peer.connector, peer.problem, {}};
    if (!peer.problem.empty()) return topic;
    Sides sides;
    sides.theirs = peer.connector;
    std::vector<Row> ours, theirs = peer.rows;
    if (peer.topic == "postings") {
        ours = postings(hub, peer.connector);
        agree(ours, theirs);
    } else if (peer.topic == "movements") {
        sides.what = "goods movement";
        ours = movements(hub, peer.connector);
        theirs = merged(std::move(theirs));
    } else if (peer.topic == "requisitions") {
        sides.what = "requisition";
        ours = requisitions(hub, peer.connector);
    } else if (peer.topic == "stock") {
        sides.what = "stock";
        ours = stock(hub);
    } else if (peer.topic == "part_transactions") {
        sides.what = "part transaction";
        ours = transactions(hub);
    } else if (peer.topic == "work_orders") {
        sides.what = "work order";
        ours = work_orders(hub);
    } else {
        topic.problem = "there is nothing to compare '" + peer.topic + "' with";
        return topic;
    }
    topic.result = compare(ours, theirs, period, sides);
    return topic;
}

}  // namespace

std::size_t Report::differences() const {
    std::size_t count = 0;
    for (const Topic& topic : topics) count += topic.result.differences.size();
    return count;
}

std::size_t Report::not_compared() const {
    return static_cast<std::size_t>(
        std::count_if(topics.begin(), topics.end(), [](const Topic& topic) { return !topic.problem.empty(); }));
}

Report reconcile(const HubBooks& hub, const std::vector<PeerList>& peers, const Period& period) {
    Report report;
    report.period = period;
    std::set<std::string> told;  // a document that is missing or doubled in the ledger moved no stock either: told once
    for (const PeerList& peer : peers) {
        Topic topic = compared(hub, peer, period);
        if (topic.name == "postings") {
            told = drop_reversals_by_hand(topic.result, peer.rows);
            for (const Difference& one : topic.result.differences) {
                if (is_structural(one)) told.insert(one.key);
            }
        } else if (topic.name == "movements") {
            std::erase_if(topic.result.differences,
                          [&](const Difference& one) { return is_structural(one) && told.contains(one.key); });
        }
        report.topics.push_back(std::move(topic));
    }
    return report;
}

Row row_from_json(const Json& json) {
    Row row;
    const std::pair<const char*, std::string Row::*> members[] = {
        {"key", &Row::key},           {"kind", &Row::kind},
        {"date", &Row::date},         {"subject", &Row::subject},
        {"document", &Row::document}, {"amount", &Row::amount},
        {"currency", &Row::currency}, {"quantity", &Row::quantity},
        {"unit", &Row::unit},         {"part", &Row::part},
        {"place", &Row::place},       {"state", &Row::state},
        {"company", &Row::company},   {"reversed_by", &Row::reversed_by}};
    for (const auto& [name, member] : members) row.*member = json.text_or(name);
    row.exact_date = json.bool_or("exact_date", false);
    return row;
}

Json to_json(const Report& report, std::size_t differences_max) {
    Json topics = Json::array();
    for (const Topic& topic : report.topics) {
        Json one = Json::object({{"topic", topic.name}, {"connector", topic.connector}});
        if (!topic.problem.empty()) {
            one.set("problem", topic.problem);
            topics.push_back(std::move(one));
            continue;
        }
        const auto tally = [](const Tally& sums) {
            Json amounts = Json::object();
            for (const auto& [currency, amount] : sums.amounts) amounts.set(currency, amount);
            return Json::object({{"rows", sums.rows}, {"amounts", std::move(amounts)}});
        };
        one.set("hub", tally(topic.result.ours));
        one.set("peer", tally(topic.result.theirs));
        one.set("equal", topic.result.equal);
        one.set("different", static_cast<std::int64_t>(topic.result.differences.size()));
        Json list = Json::array();
        for (const Difference& found : topic.result.differences) {
            if (list.items().size() == differences_max) break;
            Json shown = Json::object({{"code", found.code}, {"key", found.key}, {"sentence", found.sentence}});
            const std::pair<const char*, const std::string&> more[] = {
                {"kind", found.kind},   {"subject", found.subject}, {"document", found.document}, {"hub", found.ours},
                {"peer", found.theirs}, {"amount", found.amount},   {"currency", found.currency}};
            for (const auto& [name, value] : more) {
                if (!value.empty()) shown.set(name, value);
            }
            list.push_back(std::move(shown));
        }
        one.set("differences", std::move(list));
        topics.push_back(std::move(one));
    }
    return Json::object({{"from", report.period.from},
                         {"to", report.period.to},
                         {"different", static_cast<std::int64_t>(report.differences())},
                         {"not_compared", static_cast<std::int64_t>(report.not_compared())},
                         {"topics", std::move(topics)}});
}

std::string shifted(const std::string& day, int days) {
    const Result<Date> date = parse_date(day);
    if (!date) return day;
    const std::chrono::year_month_day moved =
        std::chrono::sys_days(std::chrono::year(date->year) / date->month / date->day) + std::chrono::days(days);
    return Date{static_cast<int>(moved.year()), static_cast<int>(static_cast<unsigned>(moved.month())),
                static_cast<int>(static_cast<unsigned>(moved.day()))}
        .str();
}

}  // namespace tieline::conditions
