#include "app/reconcile.h"

#include "net/http.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace tieline::app {
namespace {

constexpr int wider_days = 3;
constexpr int pages_max = 100'000;
constexpr std::size_t details_max = 300;  ///< exceptions whose payload is looked at
constexpr std::size_t traces_max = 500;
constexpr const char* topics[] = {"work_orders", "part_transactions", "postings", "movements", "requisitions", "stock"};

/// What a payload is about in money: its own amount, or the debit side of its lines.
void set_amount(Json& exception, const Json& payload) {
    const char* name = payload.find("amount") != nullptr ? "amount" : "expected_amount";
    exception.set("currency", payload.text_or("currency"));
    if (payload.find(name) != nullptr) {
        exception.set("amount", payload.text_or(name));
        return;
    }
    const Json* lines = payload.find("lines");
    if (lines == nullptr || !lines->is_array()) return;
    Decimal sum;
    for (const Json& line : lines->items()) {
        const Result<Decimal> amount = line.decimal("amount");
        if (line.text_or("side") != "debit" || !amount) continue;
        if (const Result<Decimal> next = sum.plus(*amount)) sum = *next;
    }
    exception.set("amount", sum.str());
}

}  // namespace

Result<Json::Array> all_rows(const Ask& ask, const std::string& path, const std::string& member) {
    Json::Array rows;
    std::string after;
    for (int page = 0; page < pages_max; ++page) {
        TIELINE_TRY(Json body, ask(path + (after.empty() ? "" : "&after=" + net::url_encode(after))));
        if (Json* list = body.find(member); list != nullptr && list->is_array()) {
            std::move(list->items().begin(), list->items().end(), std::back_inserter(rows));
        }
        const std::string next = body.text_or("next");
        if (next.empty() || next == after) break;
        after = next;
    }
    return rows;
}

conditions::Period widened(const conditions::Period& period) {
    return {conditions::shifted(period.from, -wider_days), conditions::shifted(period.to, wider_days)};
}

Result<conditions::HubBooks> read_hub(const Ask& ask, const conditions::Period& period) {
    conditions::HubBooks hub;
    const conditions::Period wide = widened(period);
    TIELINE_TRY(hub.documents, all_rows(ask, "books?limit=1000&from=" + wide.from + "&to=" + wide.to, "documents"));
    TIELINE_TRY(hub.work_orders, all_rows(ask, "work-orders?limit=1000", "work_orders"));
    TIELINE_TRY(hub.requisitions, all_rows(ask, "requisitions?limit=1000", "requisitions"));
    TIELINE_TRY(hub.stock, all_rows(ask, "stock?limit=1000", "stock"));
    return hub;
}

std::vector<conditions::PeerList> read_peer(connectors::Connector& connector, const std::string& name,
                                            const connectors::Peer& peer, const conditions::Period& period) {
    std::vector<conditions::PeerList> lists;
    const conditions::Period wide = widened(period);
    for (const char* topic : topics) {
        conditions::PeerList list{topic, name, {}, ""};
        std::string cursor;
        bool more = true, unsupported = false;
        for (int page = 0; more && page < pages_max; ++page) {
            const Result<connectors::Page> read =
                connectors::run(connector.list(topic, wide.from, wide.to, cursor), peer);
            if (!read) {
                unsupported = read.error().kind == ErrorKind::unsupported;
                list.problem = read.error().message;
                break;
            }
            for (const connectors::SourceObject& object : read->objects) {
                const Result<Json> row = Json::parse(object.data);
                if (row) list.rows.push_back(conditions::row_from_json(*row));
            }
            cursor = read->cursor;
            more = read->more;
        }
        if (!unsupported) lists.push_back(std::move(list));
    }
    return lists;
}

std::size_t leave_out_under_way(const Ask& ask, conditions::Report& report) {
    std::map<std::string, std::set<std::string>> known;  // story → keys of its commands that are not booked yet
    const auto is_under_way = [&](const conditions::Difference& one) {
        if (one.code != "missing_here" || one.subject.empty()) return false;
        auto found = known.find(one.subject);
        if (found == known.end()) {
            if (known.size() == traces_max) return false;
            found = known.emplace(one.subject, std::set<std::string>()).first;
            const Result<Json> trace = ask("trace/" + net::url_encode(one.subject));
            const Json* commands = trace ? trace->find("commands") : nullptr;
            if (commands == nullptr || !commands->is_array()) return false;
            for (const Json& command : commands->items()) {
                const std::string state = command.text_or("state");
                if (state == "sending" || state == "unknown" || state == "accepted") {
                    found->second.insert(command.text_or("key"));
                }
            }
        }
        return found->second.contains(one.key);
    };
    std::size_t left_out = 0;
    for (conditions::Topic& topic : report.topics) {
        left_out += std::erase_if(topic.result.differences, is_under_way);
    }
    return left_out;
}

Result<std::vector<Json>> read_exceptions(const Ask& ask) {
    std::vector<Json> all;
    std::string before;
    do {
        TIELINE_TRY(Json page, ask("exceptions?open=true&limit=500" + (before.empty() ? "" : "&before=" + before)));
        if (Json* list = page.find("exceptions"); list != nullptr && list->is_array()) {
            std::move(list->items().begin(), list->items().end(), std::back_inserter(all));
        }
        before = page.text_or("next");
    } while (!before.empty());
    for (std::size_t at = 0; at < all.size() && at < details_max; ++at) {
        const Result<Json> detail = ask("exceptions/" + net::url_encode(all[at].text_or("id")));
        const Json* payload = detail ? detail->find("payload") : nullptr;
        if (payload != nullptr && payload->is_object()) set_amount(all[at], *payload);
    }
    return all;
}

}  // namespace tieline::app
