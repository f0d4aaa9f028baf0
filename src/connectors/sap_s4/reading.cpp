// Rows of SAP, and the sums that it does not give: units, what of an order was received, what stands at a place.

#include "connectors/sap_s4/sap_s4.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::size_t page_rows = 1000;     ///< of one answer
constexpr std::size_t units_most = 20'000;  ///< products whose units are remembered
constexpr int rounds_most = 3;              ///< of a reading whose rows move under it
constexpr std::size_t sums_most = 5000;     ///< rows that go into one reckoning
constexpr std::string_view too_many = "SAP has more than 5000 rows that belong to its reckoning, more than are read";

constexpr const char* product_units = "API_PRODUCT_SRV/A_ProductUnitsOfMeasure";
constexpr const char* movement_items = "API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentItem";

/// Equal, or from … to in SAP's order.
std::string between(const std::string& field, const std::string& from, const std::string& to) {
    if (from == to) return field + " eq " + odata::text_literal(from);
    return field + " ge " + odata::text_literal(from) + " and " + field + " le " + odata::text_literal(to);
}

/// The sums of the place of a row; nullptr for one that nobody asked for. Filled when it is seen first.
Json* at_place(std::map<std::string, Json>& sums, const Json& row, std::string_view material) {
    const auto found = sums.find(row.text_or(material) + "/" + row.text_or("StorageLocation"));
    return found == sums.end() ? nullptr : &found->second;
}

/// Adds a row's field to a sum of a place. What is wrong with the row is wrong with the sum.
void add(Json& sums, const char* field, const Json& row, std::string_view from) {
    Reckoning reckoning;
    if (!row.text_or("wrong").empty()) reckoning.fail(row.text_or("wrong"));
    sums.set(field, plain(reckoning.sum(reckoning.of(sums, field), reckoning.of(row, from))));
    reckoning.tell(sums);
}

/// A sum that is not whole is told as a refusal, never as a smaller number.
void spoil(std::map<std::string, Json>& sums, const Json& found) {
    if (found.items().size() < sums_most) return;
    for (auto& [place, row] : sums)
        if (row.is_object()) row.set("wrong", std::string(too_many));
}

Json new_sums(const std::string& place) {
    const std::size_t slash = place.rfind('/');
    return Json::object({{"Material", place.substr(0, slash)},
                         {"StorageLocation", place.substr(slash + 1)},
                         {"on_hand", "0"},
                         {"reserved", "0"},
                         {"on_order", "0"},
                         {"on_requisition", "0"}});
}

}  // namespace

Exchange<Json> SapS4::rows(Asked asked, const Ahead* ahead, int* status) {
    if (ahead != nullptr) {
        const auto known = ahead->rows.find(asked.name());
        if (known != ahead->rows.end()) co_return known->second;
    }
    Exchange<Json> reading = rows(std::move(asked.set), std::move(asked.query), asked.most, status);
    Result<Json> read = co_await std::move(reading);
    co_return read;
}

Exchange<Json> SapS4::rows(std::string set, rest::Query query, std::size_t most, int* status) {
    const std::string path = places_.odata + "/" + set;
    const std::size_t step = std::min(most, page_rows);
    query.emplace_back("$top", std::to_string(step));
    net::HttpRequest request = odata::read_request(access_, path, query);
    Json found = Json::array();
    int round = 0;
    std::size_t given = 0;  ///< rows for the present question, over all pages that the server makes of it
    bool goes_on_by_count = false;
    for (;;) {
        Exchange<net::HttpResponse> reply_sending = sign_in_.send(std::move(request));
        const Result<net::HttpResponse> reply = co_await std::move(reply_sending);
        if (status != nullptr) *status = reply ? reply->status : 0;
        const Result<odata::Rows> page = odata::rows_of(access_, reply);
        if (!page) co_return page.error();
        Json::Array all = page->rows;
        // A page by count begins with the last row of the one before: if it does not, rows have moved in between.
        const bool has_moved = goes_on_by_count && (all.empty() || all.front() != found.items().back());
        if (has_moved && ++round == rounds_most) {
            co_return make_error(ErrorKind::transient,
                                 "the rows of " + set + " in SAP change while they are read; they are read again",
                                 "moves");
        }
        given += page->rows.size();
        if (has_moved) found = Json::array();
        if (goes_on_by_count && !has_moved) all.erase(all.begin());
        for (Json& row : all) {
            if (has_moved || found.items().size() == most) break;
            found.push_back(std::move(row));
        }
        if (found.items().size() >= most) co_return found;
        if (!has_moved && !page->next.empty()) {
            goes_on_by_count = false;
            const bool is_query = page->next.starts_with('?');  // which leads on in the same set
            request = is_query ? odata::read_request(access_, path)
                               : rest::get(access_, page->next.substr(access_.base_url.size()));
            if (is_query) request.url += page->next;
            continue;
        }
        if (!has_moved && given < step) co_return found;
        // No link, but as much as was asked for: the next ones, in the same order.
        goes_on_by_count = !has_moved;
        given = 0;
        rest::Query next = query;
        if (goes_on_by_count) next.emplace_back("$skip", std::to_string(found.items().size() - 1));
        request = odata::read_request(access_, path, next);
    }
}

SapS4::Asked SapS4::units_asked(const std::string& product) {
    return {product_units,
            {{"$filter", "Product eq " + odata::text_literal(product)}, {"$orderby", "AlternativeUnit"}},
            page_rows,
            {}};
}

SapS4::Asked SapS4::receipts_asked(const std::string& order) {
    return {movement_items,
            {{"$filter", "PurchaseOrder eq " + odata::text_literal(order)},
             {"$orderby", "MaterialDocument,MaterialDocumentYear,MaterialDocumentItem"}},
            sums_most,
            {}};
}

Exchange<Units> SapS4::units_of_product(std::string product, const Ahead* ahead) {
    {
        const std::lock_guard lock(mutex_);
        const auto known = units_.find(product);
        if (known != units_.end()) co_return known->second;
    }
    Exchange<Json> asking = rows(units_asked(product), ahead);
    const Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    Units units = units_of(found->items());
    const std::lock_guard lock(mutex_);
    if (units_.size() >= units_most) units_.clear();
    if (!units.base.empty()) units_[product] = units;
    co_return units;
}

Exchange<bool> SapS4::shape_order_row(Json* row, const Ahead* ahead) {
    std::map<std::string, Units> units;
    for (const Json& item : odata::inner_rows(*row, "to_PurchaseOrderItem")) {
        const std::string material = item.text_or("Material");
        if (item.text_or("Plant") != reading_.plant || material.empty() || units.contains(material)) continue;
        Exchange<Units> asking = units_of_product(material, ahead);
        Result<Units> asked = co_await std::move(asking);
        if (!asked) co_return asked.error();
        units[material] = std::move(*asked);
    }
    if (units.empty()) co_return false;
    Exchange<Json> receiving = rows(receipts_asked(row->text_or("PurchaseOrder")), ahead);
    const Result<Json> received = co_await std::move(receiving);
    if (!received) co_return received.error();
    if (received->items().size() >= sums_most) row->set("wrong", std::string(too_many));
    Reckoning reckoning;
    const std::map<std::string, Decimal> by_item = received_by_item(received->items(), reckoning);
    reckoning.tell(*row);
    co_return shape_order(*row, reading_.plant, units, by_item);
}

std::string SapS4::storeroom_of(const Json& row) const {
    const Result<Json> place = map_.apply("place", row, settings_);
    return place ? place->text_or("storeroom") : std::string();
}

/// A receipt between the reading of stock and that of orders would be in both, or in neither: stock is read before and
/// after them, and a place where it differs is read once more.
Exchange<Json> SapS4::stock_rows(std::string from, std::string to, std::vector<std::string> places,
                                 std::vector<std::string>* moving, const Ahead* ahead) {
    Json made = Json::array();
    for (int round = 0; round < rounds_most; ++round) {
        // Only what was read as a whole, in its order, and not what moved since.
        const bool is_ahead =
            round == 0 && ahead != nullptr && places.size() == 1 && ahead->places.contains(places.front());
        Exchange<Json> counting = stock_sums(from, to, places, is_ahead ? ahead : nullptr);
        Result<Json> counted = co_await std::move(counting);
        if (!counted) co_return counted.error();
        places.clear();
        for (Json& row : counted->items()) {
            if (row.bool_or("moves", false))
                places.push_back(row.text_or("Material") + "/" + row.text_or("StorageLocation"));
            else
                made.push_back(std::move(row));
        }
        if (places.empty()) co_return made;
        from = to = places.front().substr(0, places.front().rfind('/'));
        for (const std::string& place : places) to = place.substr(0, place.rfind('/'));
    }
    *moving = std::move(places);
    co_return made;
}

Exchange<Json> SapS4::stock_sums(std::string from, std::string to, std::vector<std::string> places,
                                 const Ahead* ahead) {
    std::map<std::string, Json> sums;
    for (const std::string& place : places) sums.emplace(place, new_sums(place));
    if (places.empty()) sums.emplace("", Json());  // whatever has stock
    Exchange<bool> first = add_stock(stock_asked(from, to, "before"), &sums, ahead);
    Result<bool> done = co_await std::move(first);
    if (!done) co_return done.error();
    sums.erase("");
    Exchange<bool> second = add_claims(from, to, &sums, ahead);
    done = co_await std::move(second);
    if (!done) co_return done.error();
    Exchange<bool> third = add_orders(from, to, &sums, ahead);
    done = co_await std::move(third);
    if (!done) co_return done.error();
    std::map<std::string, Json> after;
    for (const auto& [place, row] : sums) after.emplace(place, new_sums(place));
    Exchange<bool> last = add_stock(stock_asked(from, to, "after"), &after, ahead);
    done = co_await std::move(last);
    if (!done) co_return done.error();
    Json made = Json::array();
    for (auto& [place, row] : sums) {
        if (row.text_or("on_hand") != after[place].text_or("on_hand")) row.set("moves", true);
        if (row.text_or("base_unit").empty()) {  // no stock of it: its master says it
            Exchange<Units> asking = units_of_product(row.text_or("Material"));
            const Result<Units> units = co_await std::move(asking);
            if (!units) co_return units.error();
            row.set("base_unit", units->base);
        }
        if (!row.text_or("base_unit").empty()) made.push_back(std::move(row));  // else SAP has no such material
    }
    co_return made;
}

SapS4::Asked SapS4::plant_asked(const char* set, const std::string& span, const char* more, const char* order) const {
    return {
        set,
        {{"$filter", "Plant eq " + odata::text_literal(reading_.plant) + " and " + span + more}, {"$orderby", order}},
        sums_most,
        {}};
}

SapS4::Asked SapS4::stock_asked(const std::string& from, const std::string& to, const char* when) const {
    Asked asked = plant_asked("API_MATERIAL_STOCK_SRV/A_MatlStkInAcctMod", between("Material", from, to), "",
                              "Material,StorageLocation");
    asked.mark = when;
    return asked;
}

SapS4::Asked SapS4::held_asked(const std::string& from, const std::string& to) const {
    return plant_asked("API_RESERVATION_DOCUMENT_SRV/A_ReservationDocumentItem", between("Product", from, to),
                       " and ReservationItemIsFinallyIssued eq false and ReservationItmIsMarkedForDeltn eq false",
                       "Reservation,ReservationItem");
}

SapS4::Asked SapS4::requested_asked(const std::string& from, const std::string& to) const {
    return plant_asked("API_PURCHASEREQ_PROCESS_SRV/A_PurchaseRequisitionItem", between("Material", from, to),
                       " and IsDeleted eq ''", "PurchaseRequisition,PurchaseRequisitionItem");
}

SapS4::Asked SapS4::ordered_asked(const std::string& from, const std::string& to) const {
    return plant_asked("API_PURCHASEORDER_PROCESS_SRV/A_PurchaseOrderItem", between("Material", from, to),
                       " and IsCompletelyDelivered eq false", "PurchaseOrder,PurchaseOrderItem");
}

/// Unrestricted stock of the plant's own: stock type 01, no special stock; batches are added up.
Exchange<bool> SapS4::add_stock(Asked asked, std::map<std::string, Json>* sums, const Ahead* ahead) {
    Exchange<Json> asking = rows(std::move(asked), ahead);
    const Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    const bool is_all = sums->contains("");
    spoil(*sums, *found);
    for (const Json& row : found->items()) {
        const std::string place = row.text_or("Material") + "/" + row.text_or("StorageLocation");
        if (is_all && !row.text_or("StorageLocation").empty()) sums->try_emplace(place, new_sums(place));
        Json* at = at_place(*sums, row, "Material");
        if (at == nullptr) continue;
        at->set("base_unit", row.text_or("MaterialBaseUnit"));
        if (row.text_or("InventoryStockType") == "01" && row.text_or("InventorySpecialStockType").empty())
            add(*at, "on_hand", row, "MatlWrhsStkQtyInMatlBaseUnit");
    }
    co_return true;
}

/// What reservations and requisitions are open.
Exchange<bool> SapS4::add_claims(std::string from, std::string to, std::map<std::string, Json>* sums,
                                 const Ahead* ahead) {
    Exchange<Json> holding = rows(held_asked(from, to), ahead);
    Result<Json> found = co_await std::move(holding);
    if (!found) co_return found.error();
    spoil(*sums, *found);
    for (Json& row : found->items()) {
        Json* at = at_place(*sums, row, "Product");
        if (at != nullptr && shape_reservation(row)) add(*at, "reserved", row, "open");
    }
    Exchange<Json> asking = rows(requested_asked(from, to), ahead);
    found = co_await std::move(asking);
    if (!found) co_return found.error();
    spoil(*sums, *found);
    Ahead own;
    std::vector<Asked> needed;
    for (const Json& row : found->items())
        if (at_place(*sums, row, "Material") != nullptr && !knows_units(row.text_or("Material")))
            needed.push_back(units_asked(row.text_or("Material")));
    Exchange<bool> preparing = read_ahead(std::move(needed), &own);
    const Result<bool> prepared = co_await std::move(preparing);
    if (!prepared) co_return prepared.error();
    for (Json& row : found->items()) {
        Json* at = at_place(*sums, row, "Material");
        if (at == nullptr) continue;
        Exchange<Units> unit = units_of_product(row.text_or("Material"), &own);
        const Result<Units> units = co_await std::move(unit);
        if (!units) co_return units.error();
        if (!shape_requisition(row, *units)) continue;
        const Result<Json> mapped = map_.apply("requisition", row, settings_);
        const std::string status = mapped ? mapped->text_or("status") : "in_approval";
        if (status == "in_approval" || status == "approved") add(*at, "on_requisition", row, "base_open");
    }
    co_return true;
}

Exchange<bool> SapS4::add_orders(std::string from, std::string to, std::map<std::string, Json>* sums,
                                 const Ahead* ahead) {
    Exchange<Json> asking = rows(ordered_asked(from, to), ahead);
    const Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    spoil(*sums, *found);
    std::vector<std::string> orders;
    for (const Json& row : found->items()) {
        if (at_place(*sums, row, "Material") == nullptr) continue;
        if (std::find(orders.begin(), orders.end(), row.text_or("PurchaseOrder")) == orders.end())
            orders.push_back(row.text_or("PurchaseOrder"));
    }
    Ahead own;
    if (ahead == nullptr) {
        std::vector<std::string> objects;
        for (const std::string& number : orders) objects.push_back("purchase_order:" + number);
        Exchange<bool> preparing = read_ahead(needs_of(objects), &own);
        const Result<bool> prepared = co_await std::move(preparing);
        if (!prepared) co_return prepared.error();
        ahead = &own;
    }
    for (const std::string& number : orders) {
        // Deleted as a whole, or not: only its header says so.
        Exchange<Objects> loading = load("purchase_order:" + number, 0, nullptr, ahead);
        const Result<Objects> loaded = co_await std::move(loading);
        if (!loaded) co_return loaded.error();
        if (loaded->empty()) continue;
        if (loaded->front().refused) {  // what is open of it is not known: then neither is the place's sum
            for (const Json& row : found->items()) {
                Json* at = row.text_or("PurchaseOrder") == number ? at_place(*sums, row, "Material") : nullptr;
                if (at != nullptr) at->set("wrong", loaded->front().refused->message);
            }
            continue;
        }
        const Result<Json> order = Json::parse(loaded->front().data);
        if (!order || !order->is_object() || order->text_or("status") == "cancelled") continue;
        const Json* items = order->find("items");
        if (items == nullptr || !items->is_array()) continue;
        for (const Json& item : items->items()) {
            for (auto& [place, row] : *sums) {
                if (row.text_or("Material") == item.text_or("part") && storeroom_of(row) == item.text_or("storeroom"))
                    add(row, "on_order", item, "open");
            }
        }
    }
    co_return true;
}

}  // namespace tieline::connectors::sap_s4
