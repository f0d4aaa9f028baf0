// Changed objects as events: what streams and lists show, and what must be read again because something beside it
// changed. Whatever changes stock, an order or a reservation is a material document, so that these are read after it.

#include "base/hash.h"
#include "base/log.h"
#include "connectors/sap_s4/sap_s4.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::size_t page_most = 200;
constexpr std::size_t list_most = 5000;  ///< rows of a list without times of change
constexpr std::size_t stock_page = 300;  ///< rows of stock in one step of the first reading

constexpr const char* stock_set = "API_MATERIAL_STOCK_SRV/A_MatlStkInAcctMod";

/// How the objects of a kind are found by their names, and listed where they have no time of change.
struct Source {
    std::string_view kind, set;
    std::vector<std::string_view> name;  ///< fields; the parts of a name between its slashes
    std::string_view expand, only, listed;
};
const std::vector<Source>& sources() {
    static const std::vector<Source> all{
        {"cost_center", "API_COSTCENTER_SRV/A_CostCenter", {"CostCenter"}, "to_Text", "", ""},
        {"part", "API_PRODUCT_SRV/A_Product", {"Product"}, "to_Description,to_Plant,to_ProductUnitsOfMeasure", "", ""},
        {"equipment",
         "API_EQUIPMENT/Equipment",
         {"Equipment"},
         "",
         "MaintenancePlant eq {plant} and ValidityEndDate eq datetime'9999-12-31T00:00:00'",
         ""},
        {"requisition",
         "API_PURCHASEREQ_PROCESS_SRV/A_PurchaseRequisitionItem",
         {"PurchaseRequisition", "PurchaseRequisitionItem"},
         "",
         "Plant eq {plant}",
         ""},
        {"purchase_order",
         "API_PURCHASEORDER_PROCESS_SRV/A_PurchaseOrder",
         {"PurchaseOrder"},
         "to_PurchaseOrderItem,to_PurchaseOrderItem/to_ScheduleLine",
         "",
         ""},
        {"reservation",
         "API_RESERVATION_DOCUMENT_SRV/A_ReservationDocumentItem",
         {"Reservation", "ReservationItem"},
         "",
         "Plant eq {plant}",
         "ReservationItemIsFinallyIssued eq false and ReservationItmIsMarkedForDeltn eq false"},
        {"delivery",
         "API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentHeader",
         {"MaterialDocument", "MaterialDocumentYear"},
         "to_MaterialDocumentItem",
         "",
         ""},
        {"inspection_lot", "API_INSPECTIONLOT_SRV/A_InspectionLot", {"InspectionLot"}, "", "Plant eq {plant}", ""},
    };
    return all;
}
const Source* source_of_kind(std::string_view kind) {
    for (const Source& source : sources())
        if (source.kind == kind) return &source;
    return nullptr;
}

Error not_found(const std::string& object) {
    return make_error(ErrorKind::not_found, "SAP has no object \"" + object + "\" that this connector reads",
                      "not_found");
}

/// One that SAP refuses to show: an exception of its own, and the others go on.
SourceObject refused_object(const std::string& object, Error why) {
    SourceObject made;
    const std::size_t colon = object.find(':');
    made.object = object;
    made.subject = made.correlation = object.substr(colon + 1);
    made.type = std::string(feed_kind(object.substr(0, colon))->type);
    if (made.type.back() == '.') made.type += made.type == "delivery." ? "received" : "requested";
    made.data = "{}";
    made.refused = std::move(why);
    return made;
}

std::vector<std::string> parts_of(const std::string& text) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == '/')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

void add_term(std::string& filter, const std::string& term) {
    if (!term.empty()) filter.append(filter.empty() ? "" : " and ").append(term);
}

rest::Query query_of(const std::string& filter, std::string_view order, std::string_view expand,
                     std::string_view select = {}) {
    return {{"$filter", filter},
            {"$orderby", std::string(order)},
            {"$expand", std::string(expand)},
            {"$select", std::string(select)}};
}

}  // namespace

bool Reading::wants(std::string_view kind) const { return std::find(kinds.begin(), kinds.end(), kind) != kinds.end(); }

void SapS4::Turn::add(Objects objects) {
    for (SourceObject& object : objects) {
        if (room() > 0)
            page.objects.push_back(std::move(object));
        else
            at.want(object.object);
    }
}

Exchange<SapS4::Objects> SapS4::objects_of(std::string kind, Json rows, std::int64_t seq, std::int64_t occurred) {
    Objects made;
    const FeedKind& feed = *feed_kind(kind);
    if (kind == "cost_center") rows = Json(merged_cost_centers(rows.items(), reading_.language));
    for (Json& row : rows.items()) {
        bool is_ours = kind == "cost_center";
        if (kind == "part") is_ours = shape_part(row, reading_.plant, reading_.language);
        if (kind == "equipment") is_ours = shape_equipment(row);
        if (kind == "reservation") is_ours = shape_reservation(row);
        if (kind == "inspection_lot") is_ours = shape_inspection_lot(row);
        if (kind == "requisition") {
            Units units;
            if (!row.text_or("Material").empty()) {
                Exchange<Units> asking = units_of_product(row.text_or("Material"));
                const Result<Units> asked = co_await std::move(asking);
                if (!asked) co_return asked.error();
                units = *asked;
            }
            is_ours = shape_requisition(row, units);
        }
        if (kind == "purchase_order") {
            Exchange<bool> shaping = shape_order_row(&row);
            const Result<bool> shaped = co_await std::move(shaping);
            if (!shaped) co_return shaped.error();
            is_ours = *shaped;
        }
        if (is_ours) made.push_back(object_of(map_, settings_, feed, std::move(row), seq, occurred));
    }
    co_return made;
}

SapS4::Objects SapS4::movement_objects(const Json& document, Turn* turn) const {
    Objects made;
    for (Json item : odata::inner_rows(document, "to_MaterialDocumentItem")) {
        if (item.text_or("Plant") != reading_.plant || !shape_delivery(item, document)) continue;
        if (reading_.wants("delivery"))
            made.push_back(object_of(map_, settings_, *feed_kind("delivery"), std::move(item), turn->seq, turn->seq));
    }
    return made;
}

/// What must be read again since this row changed.
void SapS4::touch(const Stream& stream, const Json& row, FeedCursor& at) const {
    const auto place = [&](const Json& item) {
        const bool is_place = item.text_or("Plant") == reading_.plant && !item.text_or("Material").empty() &&
                              !item.text_or("StorageLocation").empty();
        if (is_place && reading_.wants("stock"))
            at.want("stock:" + item.text_or("Material") + "/" + item.text_or("StorageLocation"));
    };
    if (stream.name == "requisition") place(row);
    for (const Json& item : odata::inner_rows(row, "to_PurchaseOrderItem")) place(item);
    for (const Json& item : odata::inner_rows(row, "to_MaterialDocumentItem")) {
        if (item.text_or("Plant") != reading_.plant) continue;
        place(item);
        if (receipt_sign(item) != 0 && reading_.wants("purchase_order"))
            at.want("purchase_order:" + item.text_or("PurchaseOrder"));
        const std::string reservation = item.text_or("Reservation");
        if (!reservation.empty() && reservation.find_first_not_of('0') != std::string::npos &&
            reading_.wants("reservation"))
            at.want("reservation:" + reservation + "/" + item.text_or("ReservationItem"));
    }
}

Exchange<bool> SapS4::tell_stream(const Stream* stream, Turn* turn) {
    const auto known = turn->at.streams.try_emplace(std::string(stream->name));
    Place& place = known.first->second;
    if (known.second) place.from = reading_.since;
    for (;;) {
        bool is_whole = true, has_moved = false;
        for (const Question& question : questions(*stream, place, reading_.plant)) {
            if (turn->room() <= turn->at.pending.size()) co_return false;
            const std::size_t most = place.seen.size() + turn->room() + 1;
            Exchange<Json> asking =
                rows(std::string(stream->set),
                     query_of(question.filter, question.order, stream->expand, stream->select), most);
            const Result<Json> found = co_await std::move(asking);
            if (!found) co_return found.error();
            is_whole = found->items().size() < most;
            for (const Json& row : found->items()) {
                const auto at = row_of(*stream, row);
                if (!at || place.knows(*at)) continue;
                if (turn->room() <= turn->at.pending.size()) {
                    is_whole = false;
                    break;
                }
                Objects objects;
                if (stream->name == "movement") {
                    objects = movement_objects(row, turn);
                } else if (reading_.wants(stream->name)) {
                    if (stream->name == "part") {
                        const std::lock_guard lock(mutex_);
                        units_.erase(row.text_or("Product"));
                    }
                    Exchange<Objects> making =
                        objects_of(std::string(stream->name), Json(Json::Array{row}), turn->seq, at->first);
                    Result<Objects> made = co_await std::move(making);
                    if (!made) co_return made.error();
                    objects = std::move(*made);
                }
                has_moved = true;
                place.tell(*at);
                turn->add(std::move(objects));
                touch(*stream, row, turn->at);
            }
            if (!is_whole) break;
        }
        place.trim(reading_.overlap);
        if (is_whole) co_return true;
        if (turn->room() <= turn->at.pending.size()) co_return false;
        if (!has_moved)
            co_return rest::bad_reply(
                access_, rest::Effect::read,
                "the rows of " + std::string(stream->set) + " do not come in the order asked for");
    }
}

/// Lists have no times of change: they are read as a whole from time to time, and what is new in them is told.
Exchange<bool> SapS4::tell_list(std::string kind, Turn* turn) {
    ListPlace& list = turn->at.lists[kind];
    const std::int64_t now = clock_.now().time_since_epoch().count();
    if (now < list.due) co_return true;
    const Source& source = *source_of_kind(kind);
    std::string filter = with_plant(source.only, reading_.plant);
    add_term(filter, std::string(source.listed));
    std::string order;
    for (const std::string_view field : source.name) order.append(order.empty() ? "" : ",").append(field);
    Exchange<Json> asking = rows(std::string(source.set), query_of(filter, order, source.expand), list_most);
    Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    const bool is_cut = found->items().size() >= list_most;
    if (is_cut) {
        log(LogLevel::warn, "SAP has more objects in a list than are read at once; those behind are not seen",
            {{"list", kind}, {"read", std::to_string(list_most)}});
    }
    Exchange<Objects> making = objects_of(kind, std::move(*found), turn->seq, turn->seq);
    Result<Objects> objects = co_await std::move(making);
    if (!objects) co_return objects.error();
    std::map<std::string, std::string> present;
    bool is_whole = true;
    for (SourceObject& object : *objects) {
        Result<Json> data = Json::parse(object.data);
        if (data && data->is_object()) data->erase("seq");
        const std::string mark = hex(sha256(data ? data->dump() : object.data)).substr(0, 10);
        present[object.object] = mark;
        std::string& before = list.marks[object.object];
        if (before == mark) continue;
        if (turn->room() <= turn->at.pending.size()) {
            is_whole = false;
            continue;
        }
        before = mark;
        turn->page.objects.push_back(std::move(object));
    }
    std::erase_if(list.marks, [](const auto& each) { return each.second.empty(); });
    for (auto each = list.marks.begin(); each != list.marks.end();) {
        const bool is_gone = !is_cut && !present.contains(each->first);
        if (is_gone && kind == "reservation") turn->at.want(each->first);  // issued, deleted: told as it stands now
        each = is_gone ? list.marks.erase(each) : std::next(each);
    }
    if (is_whole) list.due = reading_.lists_every.count() == 0 ? 0 : now + reading_.lists_every.count();
    co_return is_whole;
}

Exchange<SapS4::Objects> SapS4::load(std::string object, std::int64_t seq) {
    const std::size_t colon = object.find(':');
    const FeedKind* kind = feed_kind(object.substr(0, colon == std::string::npos ? 0 : colon));
    if (kind == nullptr) co_return not_found(object);
    const std::string name = object.substr(colon + 1);
    Objects made;
    if (kind->kind == "stock") {
        const std::string part = name.substr(0, name.rfind('/'));
        std::vector<std::string> places{name};
        Exchange<Json> counting = stock_rows(part, part, std::move(places));
        const Result<Json> counted = co_await std::move(counting);
        if (!counted) co_return counted.error();
        for (const Json& row : counted->items()) made.push_back(object_of(map_, settings_, *kind, row, seq, seq));
        co_return made;
    }
    const Source& source = *source_of_kind(kind->kind);
    const std::vector<std::string> parts = parts_of(name);
    const bool is_delivery = kind->kind == "delivery";
    if (source.name.size() > 1 && parts.size() != source.name.size() + (is_delivery ? 1 : 0)) co_return made;
    std::string filter;
    for (std::size_t i = 0; i < source.name.size(); ++i)
        add_term(filter,
                 std::string(source.name[i]) + " eq " + odata::text_literal(source.name.size() == 1 ? name : parts[i]));
    add_term(filter, with_plant(source.only, reading_.plant));
    Exchange<Json> asking = rows(std::string(source.set), query_of(filter, "", source.expand), page_most);
    Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    if (is_delivery) {
        Turn turn;
        turn.seq = seq;
        for (const Json& document : found->items())
            for (SourceObject& one : movement_objects(document, &turn))
                if (one.object == object) made.push_back(std::move(one));
        co_return made;
    }
    Exchange<Objects> making = objects_of(std::string(kind->kind), std::move(*found), seq, seq);
    Result<Objects> objects = co_await std::move(making);
    co_return objects;
}

Exchange<bool> SapS4::tell_pending(Turn* turn) {
    while (!turn->at.pending.empty()) {
        if (turn->room() == 0) co_return false;
        const std::string object = turn->at.pending.front();
        Exchange<Objects> loading = load(object, turn->seq);
        Result<Objects> loaded = co_await std::move(loading);
        const bool is_final =
            !loaded && (loaded.error().kind == ErrorKind::invalid || loaded.error().kind == ErrorKind::unsupported);
        if (!loaded && !is_final && loaded.error().kind != ErrorKind::not_found) co_return loaded.error();
        turn->at.pending.erase(turn->at.pending.begin());
        if (is_final) loaded = Objects{refused_object(object, loaded.error())};  // else it would be asked for for ever
        if (loaded) turn->add(std::move(*loaded));
    }
    co_return true;
}

/// The first reading of all stock, material by material.
Exchange<bool> SapS4::tell_all_stock(Turn* turn) {
    while (turn->at.stock_behind) {
        if (turn->room() <= turn->at.pending.size()) co_return false;
        std::string filter = "Plant eq " + odata::text_literal(reading_.plant);
        if (!turn->at.stock_behind->empty())
            filter += " and Material gt " + odata::text_literal(*turn->at.stock_behind);
        rest::Query query = query_of(filter, "Material,StorageLocation", "", "Material,Plant,StorageLocation");
        Exchange<Json> asking = rows(stock_set, std::move(query), stock_page);
        const Result<Json> found = co_await std::move(asking);
        if (!found) co_return found.error();
        const bool is_last = found->items().size() < stock_page;
        std::vector<std::string> materials;
        std::size_t places = 0, end = 0;
        for (const Json& row : found->items()) {
            const std::string material = row.text_or("Material");
            if (materials.empty() || materials.back() != material) {
                if (places <= turn->room() - turn->at.pending.size()) end = materials.size();
                materials.push_back(material);
            }
            ++places;  // at most: a place may have several rows
        }
        if (is_last && places <= turn->room() - turn->at.pending.size()) end = materials.size();
        end = std::min(std::max<std::size_t>(end, 1), materials.size());
        if (end > 0) {
            Exchange<Json> counting = stock_rows(materials.front(), materials[end - 1], {});
            const Result<Json> counted = co_await std::move(counting);
            if (!counted) co_return counted.error();
            Objects made;
            for (const Json& row : counted->items())
                made.push_back(object_of(map_, settings_, *feed_kind("stock"), row, turn->seq, turn->seq));
            turn->at.stock_behind = materials[end - 1];
            turn->add(std::move(made));
        }
        if (is_last && end == materials.size()) turn->at.stock_behind.reset();
    }
    co_return true;
}

Exchange<Page> SapS4::pull(std::string cursor, std::size_t count_max) {
    Result<FeedCursor> parsed = FeedCursor::parse(cursor);
    if (!parsed) co_return parsed.error();
    Turn turn;
    turn.at = std::move(*parsed);
    turn.limit = std::clamp<std::size_t>(count_max, 1, page_most);
    // Later than all that was told before, also where the reading began anew: flows compare what they know by it.
    turn.seq = std::max(clock_.now().time_since_epoch().count(), turn.at.seq + 1);
    Exchange<bool> beginning = tell_pending(&turn);
    Result<bool> whole = co_await std::move(beginning);
    // Trouble with one service does not hold up the others.
    std::optional<Error> trouble;
    const auto takes = [&](Result<bool> done) {
        if (!done && !trouble) trouble = done.error();
        return done && *done;
    };
    bool goes_on = takes(std::move(whole)) || trouble;
    for (const char* kind : {"cost_center", "reservation"}) {
        if (!goes_on || !reading_.wants(kind)) continue;
        Exchange<bool> listing = tell_list(kind, &turn);
        whole = co_await std::move(listing);
        goes_on = takes(whole) || !whole;
    }
    for (const Stream& stream : streams()) {
        const bool is_wanted = std::any_of(stream.serves.begin(), stream.serves.end(),
                                           [&](std::string_view kind) { return reading_.wants(kind); });
        if (!goes_on || !is_wanted) continue;
        Exchange<bool> telling = tell_stream(&stream, &turn);
        whole = co_await std::move(telling);
        goes_on = takes(whole) || !whole;
    }
    if (goes_on && reading_.wants("stock")) {
        Exchange<bool> counting = tell_all_stock(&turn);
        whole = co_await std::move(counting);
        goes_on = takes(whole) || !whole;
    }
    Exchange<bool> ending = tell_pending(&turn);
    whole = co_await std::move(ending);
    goes_on = takes(whole) && goes_on;
    // What has been read is kept: trouble is told once nothing came before it.
    if (trouble && turn.page.objects.empty()) co_return *trouble;
    turn.page.more = trouble || !goes_on;
    if (!turn.page.objects.empty()) turn.at.seq = turn.seq;
    turn.page.cursor = turn.at.str();
    co_return std::move(turn.page);
}

Exchange<SourceObject> SapS4::fetch(std::string object) {
    const std::int64_t now = clock_.now().time_since_epoch().count();
    std::string wanted = object;
    Exchange<Objects> loading = load(std::move(wanted), now);
    Result<Objects> loaded = co_await std::move(loading);
    if (!loaded) co_return loaded.error();
    if (loaded->empty()) co_return not_found(object);
    co_return std::move(loaded->front());
}

}  // namespace tieline::connectors::sap_s4
