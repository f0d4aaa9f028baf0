#include "sim/checkers.h"

#include <map>
#include <set>

namespace tieline::sim {
namespace {

constexpr const char* site = "plant";

const std::map<std::string, std::string> account_side = {
    {"610000", "cost:labor"},          {"620000", "cost:part"},      {"630000", "cost:contractor"},
    {"640000", "cost:other"},          {"181000", "clearing:labor"}, {"182000", "clearing:part"},
    {"183000", "clearing:contractor"}, {"184000", "clearing:other"}};

}  // namespace

std::string each_event(store::Store& store, const std::function<std::string(const model::StoredEvent&)>& visit) {
    store::Sequence after = 0;
    for (;;) {
        const auto page = store.read(site, after, {});
        if (!page) return "the log cannot be read: " + page.error().message;
        if (page->empty()) return "";
        for (const model::StoredEvent& event : *page) {
            if (event.seq != after + 1) return "the log has a gap after " + std::to_string(after);
            after = event.seq;
            const std::string complaint = visit(event);
            if (!complaint.empty()) return complaint;
        }
    }
}

std::string check_log(store::Store& store, std::set<std::string> acknowledged) {
    std::set<std::string> ids;
    std::map<std::string, std::string> newest;
    const std::string complaint = each_event(store, [&](const model::StoredEvent& event) -> std::string {
        std::string& before = newest[event.envelope.source + ":" + event.envelope.subject];
        const std::string content = event.envelope.type + event.envelope.data;
        if (event.envelope.type.starts_with("workorder.") && before == content) {
            return "event " + event.envelope.id + " repeats the one before it";
        }
        before = content;
        if (!ids.insert(event.envelope.id).second) return "event " + event.envelope.id + " is in the log twice";
        acknowledged.erase(event.envelope.id);
        const std::string& cause = event.envelope.cause;
        if (!cause.empty() && !ids.contains(cause)) {
            return "event " + event.envelope.id + " has the cause " + cause + ", which is not in the log before it";
        }
        return "";
    });
    if (!complaint.empty()) return complaint;
    if (!acknowledged.empty()) return "acknowledged and lost: " + *acknowledged.begin();
    return "";
}

std::string check_documents(store::Store& store, Plant& plant) {
    std::map<std::string, std::string> documents;  // reference → document
    std::string after = "0";
    for (;;) {
        const Json page = plant.erp_get("/api/documents?limit=500&after=" + after);
        const Json* list = page.find("documents");
        if (list == nullptr) return "the ERP does not list its documents";
        for (const Json& document : list->items()) {
            if (document.text_or("kind") == "stock_movement")
                continue;  // the demo plant's opening stock: the ERP's own
            const std::string reference = document.text_or("reference");
            const std::string number = document.text_or("document");
            if (reference.empty()) return "document " + number + " has no reference: " + document.dump();
            const auto [known, added] = documents.emplace(reference, number);
            if (!added) return "key " + reference + " has two documents: " + known->second + " and " + number;
        }
        if (!page.bool_or("more", false)) break;
        after = page.text_or("next", std::to_string(page.int_or("next", 0)));
    }
    for (const auto& [reference, number] : documents) {
        const auto command = store.command(site, reference);
        if (!command || !*command) return "document " + number + " has a key that the hub never made: " + reference;
        if ((*command)->state != model::CommandState::booked) {
            return "document " + number + " stands in the ERP, but its command is " + to_string((*command)->state);
        }
        if ((*command)->document != number) return "the hub thinks that " + reference + " is " + (*command)->document;
    }
    return "";
}

std::string check_ledger(Plant& plant) {
    Ledger actual;
    for (const char* company : {"1000", "2000"}) {
        const Json balances = plant.erp_get(std::string("/api/balances?workOrders=true&companyCode=") + company);
        const Json* rows = balances.find("rows");
        if (rows == nullptr) return "the ERP gives no balances";
        for (const Json& row : rows->items()) {
            const std::string account = row.text_or("account");
            const bool is_opening = account == "302000" || account == "390000";
            if (is_opening && row.text_or("workOrder").empty()) continue;  // the demo plant's opening stock
            const auto side = account_side.find(account);
            if (side == account_side.end()) return "money on an account that nobody asked for: " + row.dump();
            const std::string center = side->second.starts_with("cost") ? row.text_or("receiver") : "";
            Decimal& cell = actual[{row.text_or("workOrder"), side->second, center, row.text_or("currency")}];
            cell = *cell.plus(*row.decimal("balance"));
        }
    }
    std::erase_if(actual, [](const auto& cell) { return cell.second.is_zero(); });
    const Ledger expected = expected_ledger(plant.orders());
    const auto tell = [](const auto& key, const std::string& is, const std::string& should) {
        return std::get<0>(key) + " " + std::get<1>(key) + " " + std::get<2>(key) + ": the ledger has " + is + " " +
               std::get<3>(key) + ", it should be " + should;
    };
    for (const auto& [key, amount] : expected) {
        const auto found = actual.find(key);
        if (found == actual.end()) return tell(key, "nothing", amount.str());
        if (found->second != amount) return tell(key, found->second.str(), amount.str());
    }
    for (const auto& [key, amount] : actual) {
        if (!expected.contains(key)) return tell(key, amount.str(), "nothing");
    }
    return "";
}

std::string check_rest(store::Store& store) {
    const auto counters = store.counters(site);
    if (!counters) return "counters cannot be read";
    if (counters->commands_open != 0) return std::to_string(counters->commands_open) + " commands never settled";
    const auto open = store.exceptions(site, true, "", {});
    if (!open) return "exceptions cannot be read";
    if (!open->empty()) return "exception " + open->front().id + " is still open: " + open->front().reason;
    if (counters->exceptions_open != 0) return "the counter of open exceptions is wrong";
    const auto parked = store.states(site, "cost_posting", "", true, {});
    if (!parked) return "states cannot be read";
    if (!parked->empty()) return "key " + parked->front().key + " is still parked";
    return "";
}

std::string check_projections(store::Store& store, const std::vector<const engine::Projection*>& projections) {
    for (const engine::Projection* projection : projections) {
        std::map<std::string, std::string> rows;
        std::string complaint = each_event(store, [&](const model::StoredEvent& event) -> std::string {
            for (const std::string& key : projection->keys(event)) {
                rows[key] = projection->fold(event, key, rows[key]);
            }
            return "";
        });
        if (!complaint.empty()) return complaint;
        for (const auto& [key, row] : rows) {
            const auto stored = store.view(site, engine::view_name(*projection), key);
            if (!stored || stored->value_or("") != row) {
                return "read model " + std::string(projection->name()) + " differs from the log at " + key;
            }
        }
    }
    return "";
}

std::string check_all(store::Store& store, Plant& plant, const std::vector<const engine::Projection*>& projections) {
    if (!plant.error().empty()) return plant.error();
    for (std::string complaint :
         {check_rest(store), check_log(store, plant.acknowledged()), check_documents(store, plant), check_ledger(plant),
          check_projections(store, projections)}) {
        if (!complaint.empty()) return complaint;
    }
    return plant.error();
}

}  // namespace tieline::sim
