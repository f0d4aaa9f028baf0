#include "sim/parts_checkers.h"

#include "sim/checkers.h"

#include <optional>

namespace tieline::sim {
namespace {

constexpr const char* site = "plant";

Decimal amount(const Json& row, std::string_view member) {
    const auto value = row.decimal(member);
    return value ? *value : Decimal();
}
void add(Decimal& sum, const Decimal& more) { sum = *sum.plus(more); }
std::string place_of(const Json& row) { return row.text_or("material") + "/" + row.text_or("storageLocation"); }

std::string differs(const std::string& what, const Decimal& is, const Decimal& should) {
    return what + " is " + is.str() + ", it should be " + should.str();
}

std::map<std::string, Json> stock_rows(PartsPeers& peers) {
    std::map<std::string, Json> rows;
    for (Json& row : peers.erp_rows("/api/stock?")) {
        std::string place = place_of(row);
        rows.emplace(std::move(place), std::move(row));
    }
    return rows;
}

}  // namespace

std::string check_movements(PartsFacts& facts) {
    std::map<std::string, Decimal> moved, values, lots;
    for (const Json& row : facts.peers.erp_rows("/api/movements?")) {
        add(moved[place_of(row)], amount(row, "quantity"));
        add(values[place_of(row)], amount(row, "value"));
        if (!row.text_or("lot").empty()) add(lots[place_of(row) + "/" + row.text_or("lot")], amount(row, "quantity"));
    }
    for (const auto& [place, row] : stock_rows(facts.peers)) {
        if (amount(row, "onHand") != moved[place]) {
            return differs("stock of " + place + " in the ERP", amount(row, "onHand"), moved[place]);
        }
        if (amount(row, "value") != values[place]) {
            return differs("value of " + place + " in the ERP", amount(row, "value"), values[place]);
        }
    }
    for (const SimPlace& place : facts.peers.places) {
        const SimMaterial& material = facts.peers.materials[static_cast<std::size_t>(place.material)];
        if (!material.lots) continue;
        const auto rows =
            facts.peers.erp_rows("/api/stock?material=" + material.code + "&storageLocation=" + place.storeroom + "&");
        if (rows.empty() || rows[0].find("lots") == nullptr) continue;
        for (const Json& lot : rows[0].find("lots")->items()) {
            const std::string name = place_of(rows[0]) + "/" + lot.text_or("lot");
            if (amount(lot, "quantity") != lots[name])
                return differs("lot " + name, amount(lot, "quantity"), lots[name]);
            const auto lies = place.lots.find(lot.text_or("lot"));
            if (lies != place.lots.end() && lies->second != lots[name]) {
                return differs("lot " + name, lots[name], lies->second);
            }
        }
    }
    return "";
}

std::string check_stock_account(PartsFacts& facts) {
    Decimal values, account;
    for (const auto& [place, row] : stock_rows(facts.peers)) add(values, amount(row, "value"));
    const Answer balances = facts.peers.erp("GET", "/api/balances?companyCode=1000&account=302000");
    const Json* totals = balances.body.find("totals");
    if (totals == nullptr) return "the ERP gives no balance of the stock account";
    for (const Json& total : totals->items()) add(account, amount(total, "balance"));
    return account == values ? "" : differs("the stock account", account, values);
}

std::string check_agreement(PartsFacts& facts) {
    const auto stock = stock_rows(facts.peers);
    for (const SimPlace& place : facts.peers.places) {
        const std::string& code = facts.peers.materials[static_cast<std::size_t>(place.material)].code;
        const std::string name = code + "/" + place.storeroom;
        const auto erp = stock.find(name);
        const Decimal on_hand = erp == stock.end() ? Decimal() : amount(erp->second, "onHand");
        if (on_hand != place.physical) return differs("stock of " + name + " in the ERP", on_hand, place.physical);
        const Answer cmms = facts.peers.cmms("GET", "/api/inventory/" + place.storeroom + "/" + code);
        const Decimal balance = amount(cmms.body, "balance");
        if (balance != place.physical) return differs("balance of " + name + " in the CMMS", balance, place.physical);
        const Json* told = cmms.body.find("erp");
        if (erp == stock.end()) continue;
        if (told == nullptr || !told->is_object()) return "the CMMS was never told of the ERP's stock of " + name;
        if (amount(*told, "on_hand") != on_hand) {
            return differs("the ERP's stock of " + name + " as the CMMS was told", amount(*told, "on_hand"), on_hand);
        }
        for (const auto& [member, of_erp] : {std::pair{"reserved", "reserved"}, std::pair{"on_order", "onOrder"}}) {
            if (amount(*told, member) != amount(erp->second, of_erp)) {
                return differs(std::string(member) + " of " + name + " as the CMMS was told", amount(*told, member),
                               amount(erp->second, of_erp));
            }
        }
    }
    return "";
}

std::string check_transactions(PartsFacts& facts) {
    std::map<std::string, Decimal> documents;    // live goods issues
    std::map<std::string, std::string> targets;  // of what, from where, for whom
    std::set<std::string> reversed;
    for (const Json& row : facts.peers.erp_rows("/api/movements?")) {
        if (row.text_or("kind") != "goods_issue") continue;
        if (!row.text_or("reverses").empty()) {
            reversed.insert(row.text_or("reverses"));
            continue;
        }
        add(documents[row.text_or("document")], amount(row, "quantity"));
        targets[row.text_or("document")] = place_of(row) + " for " + row.text_or("workOrder");
    }
    for (const std::string& document : reversed) documents.erase(document);
    for (const Json& row : facts.peers.cmms_rows("/api/part-transactions?")) {
        const std::string name = "part transaction " + row.text_or("transaction");
        if (row.text_or("erp_status") != "booked") {
            return name + " is \"" + row.text_or("erp_status") + "\" in the CMMS: " + row.text_or("erp_reason");
        }
        const auto found = documents.find(row.text_or("erp_document"));
        if (found == documents.end()) {
            return name + " has no live goods issue of its own: " + row.text_or("erp_document");
        }
        const Decimal quantity = amount(row, "base_quantity");
        const Decimal signed_quantity = row.text_or("type") == "ISSUE" ? quantity.negated() : quantity;
        if (found->second != signed_quantity) return differs("goods issue of " + name, found->second, signed_quantity);
        const std::string target =
            row.text_or("item") + "/" + row.text_or("storeroom") + " for " + row.text_or("wonum");
        if (targets[found->first] != target)
            return "goods issue of " + name + " is of " + targets[found->first] + ", it should be of " + target;
        documents.erase(found);  // it is nobody else's
    }
    if (!documents.empty()) return "goods issue " + documents.begin()->first + " has no transaction in the CMMS";
    return "";
}

std::string check_part_costs(PartsFacts& facts) {
    std::map<std::string, Decimal> expected = facts.free_costs;
    for (const Json& row : facts.peers.erp_rows("/api/movements?")) {
        if (row.text_or("kind") == "goods_issue")
            add(expected[row.text_or("workOrder")], amount(row, "value").negated());
    }
    std::map<std::string, Decimal> actual;
    const Answer balances = facts.peers.erp("GET", "/api/balances?workOrders=true&companyCode=1000&account=620000");
    const Json* rows = balances.body.find("rows");
    if (rows == nullptr) return "the ERP gives no balances of parts expense";
    for (const Json& row : rows->items()) add(actual[row.text_or("workOrder")], amount(row, "balance"));
    for (const auto& [order, cost] : expected) {
        if (actual[order] != cost) return differs("parts expense of " + order, actual[order], cost);
    }
    for (const auto& [order, cost] : actual) {
        if (cost != expected[order]) return differs("parts expense of " + order, cost, expected[order]);
    }
    return "";
}

std::string check_reservations(PartsFacts& facts) {
    std::set<std::string> seen;
    for (const Json& row : facts.peers.erp_rows("/api/reservations?status=open&")) {
        const std::string order = row.text_or("workOrder");
        const std::string name = "reservation " + row.text_or("reservation");
        const std::string need = order + " " + place_of(row) + " " + row.text_or("text");
        if (!seen.insert(need).second) return name + " is a second one for " + need;
        if (!order.starts_with("WO-")) continue;  // of a plan whose order is still to come
        const Answer job = facts.peers.cmms("GET", "/api/workorders/" + order);
        const std::string status = job.body.text_or("status");
        if (status == "COMP" || status == "CLOSED" || status == "CANC") {
            return name + " is open for " + order + ", which is " + status;
        }
    }
    return "";
}

std::string check_shortages(PartsFacts& facts) {
    const auto stock = stock_rows(facts.peers);
    for (const SimPlace& place : facts.peers.places) {
        const std::string name =
            facts.peers.materials[static_cast<std::size_t>(place.material)].code + "/" + place.storeroom;
        const auto found = stock.find(name);
        if (found == stock.end()) continue;
        Decimal position = amount(found->second, "onHand");
        add(position, amount(found->second, "onOrder"));
        add(position, amount(found->second, "onRequisition"));
        add(position, amount(found->second, "reserved").negated());
        if (position < place.reorder_point) {
            return "position of " + name + " is " + position.str() + ", below its reorder point " +
                   place.reorder_point.str() + ", and nothing is asked for";
        }
    }
    return "";
}

std::string check_news(PartsFacts& facts) {
    std::map<std::string, std::string> requisitions;
    std::set<std::string> deliveries;
    const std::string complaint = each_event(facts.store, [&](const model::StoredEvent& event) -> std::string {
        const std::string& type = event.envelope.type;
        if (type.starts_with("delivery.")) deliveries.insert(event.envelope.subject);
        if (!type.starts_with("requisition.") || event.envelope.data.find("\"delivery_date\"") == std::string::npos)
            return "";
        const auto data = Json::parse(event.envelope.data);
        if (data && data->find("key") == nullptr) requisitions[data->text_or("requisition")] = data->text_or("status");
        return "";
    });
    if (!complaint.empty()) return complaint;
    for (const Json& row : facts.peers.erp_rows("/api/movements?")) {
        if (row.text_or("kind") == "goods_receipt" && !deliveries.contains(row.text_or("document"))) {
            return "delivery " + row.text_or("document") + " never reached the hub";
        }
    }
    for (const Json& row : facts.peers.erp_rows("/api/requisitions?")) {
        const std::string number = row.text_or("requisition");
        if (requisitions[number] != row.text_or("status")) {
            return "requisition " + number + " is " + row.text_or("status") + ", the hub knows \"" +
                   requisitions[number] + "\"";
        }
    }
    for (const Json& row : facts.peers.cmms_rows("/api/reorder-suggestions?")) {
        const std::string status = row.text_or("status");
        if (status != "RECEIVED" && status != "REJECTED" && status != "NOT_NEEDED") {
            return "suggestion " + row.text_or("suggestion") + " is still " + status + " in the CMMS";
        }
    }
    for (const Json& row : facts.peers.cmms_rows("/api/workorders?")) {
        const Json* state = row.find("parts_state");
        const bool told = state != nullptr && state->is_object();
        const std::string status = row.text_or("status");
        const bool over = status == "COMP" || status == "CLOSED" || status == "CANC";
        if (told && over && state->text_or("state") != "not_needed") {
            return "parts state of " + row.text_or("wonum") + ", which is " + status + ", is still \"" +
                   state->text_or("state") + "\" in the CMMS";
        }
    }
    return "";
}

std::string check_keys(PartsFacts& facts) {
    std::map<std::string, std::string> documents;
    for (const Json& row : facts.peers.erp_rows("/api/documents?", "documents")) {
        const std::string reference = row.text_or("reference");
        if (reference.empty()) continue;  // made by people
        const auto [known, added] = documents.emplace(reference, row.text_or("document"));
        if (!added)
            return "key " + reference + " has two documents: " + known->second + " and " + row.text_or("document");
    }
    const auto counters = facts.store.counters(site);
    if (!counters || counters->commands_open != 0) return "commands never settled";
    const auto open = facts.store.exceptions(site, true, "", {});
    if (!open) return "exceptions cannot be read";
    for (const store::Exception& exception : *open) {
        if (exception.kind != "notice") return "exception " + exception.id + " is still open: " + exception.reason;
    }
    return "";
}

std::string check_parts(PartsFacts& facts) {
    facts.peers.watch_requisitions("");
    for (const PartsCheck& check : parts_checks()) {
        if (!facts.peers.error.empty()) return facts.peers.error;
        const std::string complaint = check.run(facts);
        if (!complaint.empty()) return std::string(check.name) + ": " + complaint;
    }
    return facts.peers.error;
}

}  // namespace tieline::sim
