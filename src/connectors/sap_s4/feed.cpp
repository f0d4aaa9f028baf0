#include "connectors/sap_s4/feed.h"

#include "connectors/feed_kinds.h"
#include "connectors/odata/odata.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t moment_max = 253'402'300'800'000;  // the year 10000

constexpr FeedKind kinds[] = {
    {"cost_center", "cost_center.published"},
    {"part", "part.published"},
    {"equipment", "equipment.published"},
    {"requisition", "requisition."},
    {"purchase_order", "purchase_order.changed"},
    {"delivery", "delivery."},
    {"reservation", "reservation.changed"},
    {"stock", "stock.changed"},
    {"inspection_lot", "inspection_lot.changed", false},
    {"internal_order", "internal_order.published", false},
};

const std::vector<Stream>& all_streams() {
    static const std::vector<Stream> all{
        {"part",
         "API_PRODUCT_SRV/A_Product",
         "LastChangeDateTime",
         "",
         {"Product"},
         "Product,LastChangeDateTime,IsMarkedForDeletion,BaseUnit,IsBatchManagementRequired,SerialNumberProfile,"
         "to_Description,to_Plant,to_ProductUnitsOfMeasure",
         "to_Description,to_Plant,to_ProductUnitsOfMeasure",
         "",
         {"part"},
         true},
        {"equipment",
         "API_EQUIPMENT/Equipment",
         "LastChangeDateTime",
         "",
         {"Equipment"},
         "Equipment,ValidityEndDate,EquipmentName,CompanyCode,LastChangeDateTime,EquipmentIsMarkedForDeletion,"
         "EquipmentIsInactive",
         "",
         "MaintenancePlant eq {plant} and ValidityEndDate eq datetime'9999-12-31T00:00:00'",
         {"equipment"},
         true},
        {"requisition",
         "API_PURCHASEREQ_PROCESS_SRV/A_PurchaseRequisitionItem",
         "LastChangeDateTime",
         "",
         {"PurchaseRequisition", "PurchaseRequisitionItem"},
         "",
         "",
         "Plant eq {plant}",
         {"requisition", "stock"}},
        {"purchase_order",
         "API_PURCHASEORDER_PROCESS_SRV/A_PurchaseOrder",
         "LastChangeDateTime",
         "",
         {"PurchaseOrder"},
         "",
         "to_PurchaseOrderItem,to_PurchaseOrderItem/to_ScheduleLine",
         "",
         {"purchase_order", "stock"}},
        {"movement",
         "API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentHeader",
         "CreationDate",
         "CreationTime",
         {"MaterialDocument"},
         "",
         "to_MaterialDocumentItem",
         "",
         {"delivery", "stock", "purchase_order", "reservation"}},
        {"inspection_lot",
         "API_INSPECTIONLOT_SRV/A_InspectionLot",
         "ChangedDateTime",
         "",
         {"InspectionLot"},
         "",
         "",
         "Plant eq {plant}",
         {"inspection_lot"}},
    };
    return all;
}

const std::vector<Source>& all_sources() {
    static const std::vector<Source> all{
        {"cost_center", "API_COSTCENTER_SRV/A_CostCenter", {"CostCenter"}, "to_Text", "", ""},
        {"internal_order", "API_INTERNALORDER_SRV/A_InternalOrder", {"InternalOrder"}, "", "", ""},
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

bool read_number(const Json* from, std::int64_t& to) {
    if (from == nullptr || !from->is_number() || from->number_token().size() > 16) return false;
    const std::string& text = from->number_token();
    if (text.find_first_not_of("0123456789") != std::string::npos) return false;
    to = std::stoll(text);
    return to < moment_max;
}

bool read_again(const Json& from, Place::Again& again) {
    if (!from.is_array() || from.items().size() != 4 || !from.items()[3].is_string()) return false;
    const Json::Array& parts = from.items();
    if (!read_number(&parts[0], again.from) || !read_number(&parts[1], again.until) ||
        !read_number(&parts[2], again.due))
        return false;
    const std::string& marks = parts[3].string();
    for (std::size_t at = 0; at < marks.size(); at += Place::mark_length)
        again.marks.insert(marks.substr(at, Place::mark_length));
    return true;
}

bool read_place(const Json& from, Place& place) {
    const std::size_t size = from.is_array() ? from.items().size() : 0;
    if (size < 3 || size > 5 || !from.items()[1].is_string() || !from.items()[2].is_array()) return false;
    for (std::size_t at = 3; at < size; ++at) {
        const Json& more = from.items()[at];
        if (more.is_string()) {
            place.untimed = more.string();
            continue;
        }
        if (!more.is_array()) return false;
        for (const Json& each : more.items())
            if (!read_again(each, place.again.emplace_back())) return false;
    }
    auto read = odata::ChangePlace::read(Json(Json::Array(from.items().begin(), from.items().begin() + 3)));
    if (read) static_cast<odata::ChangePlace&>(place) = std::move(*read);
    return read.has_value();
}

bool read_list(const Json& from, ListPlace& list) {
    const Json* marks = from.find("marks");
    if (!read_number(from.find("due"), list.due) || marks == nullptr || !marks->is_object()) return false;
    if (const Json* behind = from.find("behind"); behind != nullptr) {
        if (!behind->is_string()) return false;
        list.behind = behind->string();
    }
    for (const auto& [object, mark] : marks->members()) {
        if (!mark.is_string()) return false;
        list.marks[object] = mark.string();
    }
    return true;
}

/// Milliseconds of "PT10H05M09S"; nullopt where it is none. Source: OData 2.0, JSON Format, Edm.Time (ISO 8601).
std::optional<std::int64_t> time_of_day(std::string_view text) {
    if (!text.starts_with("PT")) return std::nullopt;
    std::int64_t total = 0, number = 0;
    for (const char c : text.substr(2)) {
        if (c >= '0' && c <= '9' && number < 100'000) {
            number = number * 10 + (c - '0');
            continue;
        }
        const std::int64_t unit = c == 'H' ? 3'600'000 : c == 'M' ? 60'000 : c == 'S' ? 1'000 : 0;
        if (unit == 0) return std::nullopt;
        total += number * unit;
        number = 0;
    }
    return total < day_ms ? std::optional(total) : std::nullopt;
}

std::string time_literal(std::int64_t ms) {
    std::array<char, 24> text{};
    const auto seconds = static_cast<int>(ms / 1000);
    std::snprintf(text.data(), text.size(), "time'PT%02dH%02dM%02dS'", seconds / 3600, seconds / 60 % 60, seconds % 60);
    return text.data();
}

std::string instant(std::int64_t ms) { return format_time(WallTime(Millis(ms))); }
std::string day(std::int64_t ms) { return odata::date_literal(instant(ms).substr(0, 10)); }

std::string first_of(const std::string& id) { return first_field(id); }

std::string joined(const std::vector<std::string>& terms) {
    std::string text;
    for (const std::string& term : terms)
        if (!term.empty()) text.append(text.empty() ? "" : " and ").append(term);
    return text;
}

}  // namespace

std::span<const FeedKind> feed_kinds() { return kinds; }
std::span<const Stream> streams() { return all_streams(); }
std::span<const Source> sources() { return all_sources(); }

std::span<const std::string_view> listed_kinds() {
    static constexpr std::string_view listed[] = {"cost_center", "internal_order", "reservation"};
    return listed;
}

const FeedKind* feed_kind(std::string_view kind) { return kind_in(feed_kinds(), kind); }

const Source* source_of(std::string_view kind) { return kind_in(all_sources(), kind); }

const std::string& all_kinds() {
    static const std::string list = joined_kinds(feed_kinds());
    return list;
}

const std::string& usual_kinds() {
    static const std::string list = [] {
        std::vector<FeedKind> usual;
        std::copy_if(std::begin(kinds), std::end(kinds), std::back_inserter(usual),
                     [](const FeedKind& each) { return each.is_usual; });
        return joined_kinds(std::span<const FeedKind>(usual));
    }();
    return list;
}

void FeedCursor::want(std::string object) {
    if (std::find(pending.begin(), pending.end(), object) == pending.end()) pending.push_back(std::move(object));
}

std::string FeedCursor::str() const {
    Json places = Json::object(), all_lists = Json::object(), waiting = Json::array();
    for (const auto& [name, place] : streams) {
        Json kept = place.json();
        if (place.untimed) kept.push_back(Json(*place.untimed));
        Json again = Json::array();
        for (const Place::Again& each : place.again) {
            std::string all_marks;
            for (const std::string& mark : each.marks) all_marks += mark;
            again.push_back(Json(Json::Array{Json(each.from), Json(each.until), Json(each.due), Json(all_marks)}));
        }
        if (!place.again.empty()) kept.push_back(std::move(again));
        places.set(name, std::move(kept));
    }
    for (const auto& [kind, list] : lists) {
        Json marks = Json::object();
        for (const auto& [object, mark] : list.marks) marks.set(object, mark);
        Json kept = Json::object({{"due", list.due}, {"marks", std::move(marks)}});
        if (list.behind) kept.set("behind", *list.behind);
        all_lists.set(kind, std::move(kept));
    }
    for (const std::string& object : pending) waiting.push_back(Json(object));
    Json all = Json::object({{"seq", seq}, {"streams", std::move(places)}});
    if (!lists.empty()) all.set("lists", std::move(all_lists));
    if (!pending.empty()) all.set("pending", std::move(waiting));
    if (stock_behind) all.set("stock_behind", *stock_behind);
    return all.dump();
}

Result<FeedCursor> FeedCursor::parse(const std::string& text) {
    FeedCursor cursor;
    if (text.empty()) {
        cursor.stock_behind = "";
        return cursor;
    }
    const Error bad =
        make_error(ErrorKind::invalid,
                   "\"" + text.substr(0, 60) + "\" is no place in the changes of SAP; set the cursor back to \"\"",
                   "bad_cursor", "cursor");
    const Result<Json> all = Json::parse(text);
    if (!all || !all->is_object() || !read_number(all->find("seq"), cursor.seq)) return bad;
    const Json* places = all->find("streams");
    if (places == nullptr || !places->is_object()) return bad;
    for (const auto& [name, place] : places->members())
        if (!read_place(place, cursor.streams[name])) return bad;
    if (const Json* lists = all->find("lists"); lists != nullptr) {
        if (!lists->is_object()) return bad;
        for (const auto& [kind, list] : lists->members())
            if (!list.is_object() || !read_list(list, cursor.lists[kind])) return bad;
    }
    if (const Json* pending = all->find("pending"); pending != nullptr) {
        if (!pending->is_array()) return bad;
        for (const Json& object : pending->items()) {
            if (!object.is_string()) return bad;
            cursor.pending.push_back(object.string());
        }
    }
    if (const Json* stock = all->find("stock_behind"); stock != nullptr) {
        if (!stock->is_string()) return bad;
        cursor.stock_behind = stock->string();
    }
    return cursor;
}

std::optional<Place::Row> row_of(const Stream& stream, const Json& row) {
    const auto time = odata::time_of(row.text_or(stream.moment));
    const Result<WallTime> parsed = time ? parse_time(*time) : Result<WallTime>(Error{});
    if (!parsed) return std::nullopt;
    Place::Row made{parsed->time_since_epoch().count(), ""};
    if (!stream.time_of_day.empty()) {
        const auto ms = time_of_day(row.text_or(stream.time_of_day));
        if (!ms) return std::nullopt;
        made.first += *ms;
    }
    if (made.first < 0 || made.first >= moment_max) return std::nullopt;
    made.second = id_of(stream, row);
    if (stream.time_of_day.empty()) made.second = odata::marked(made.second, row);
    return made;
}

std::string fields_of(const Stream& stream) {
    std::string fields(stream.moment);
    if (!stream.time_of_day.empty()) fields.append(",").append(stream.time_of_day);
    for (const std::string_view field : stream.id) fields.append(",").append(field);
    return fields;
}

std::string id_of(const Stream& stream, const Json& row) {
    std::string id;
    for (const std::string_view field : stream.id) id.append(id.empty() ? "" : "\n").append(row.text_or(field));
    return id;
}

std::string with_plant(std::string_view terms, const std::string& plant) {
    std::string text(terms);
    const std::string_view mark = "{plant}";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
        text.replace(at, mark.size(), odata::text_literal(plant));
    return text;
}

void add_term(std::string& filter, const std::string& term) {
    if (!term.empty()) filter.append(filter.empty() ? "" : " and ").append(term);
}

rest::Query query_of(const std::string& filter, std::string_view order, std::string_view expand,
                     std::string_view select) {
    return {{"$filter", filter},
            {"$orderby", std::string(order)},
            {"$expand", std::string(expand)},
            {"$select", std::string(select)}};
}

std::vector<Question> questions_again(const Stream& stream, const Place::Again& again, const std::string& plant) {
    const std::string moment(stream.moment), day_time(stream.time_of_day), only = with_plant(stream.only, plant);
    std::string order = day_time.empty() ? moment : day_time;
    for (const std::string_view field : stream.id) order.append(",").append(field);
    if (day_time.empty()) {
        return {{joined({only, moment + " ge " + odata::instant_literal(instant(again.from)),
                         moment + " lt " + odata::instant_literal(instant(again.until + 1))}),
                 order}};
    }
    const std::string first = day(again.from), end = day(again.until);
    const std::string behind = day_time + " ge " + time_literal(again.from % day_ms),
                      before = day_time + " le " + time_literal(again.until % day_ms);
    if (first == end) return {{joined({only, moment + " eq " + first, behind, before}), order}};
    return {{joined({only, moment + " eq " + first, behind}), order},
            {joined({only, moment + " gt " + first, moment + " lt " + end}), moment + "," + order},
            {joined({only, moment + " eq " + end, before}), order}};
}

Question question_untimed(const Stream& stream, const Place& place, const std::string& plant) {
    std::string filter = with_plant(stream.only, plant), order;
    add_term(filter, std::string(stream.moment) + " eq null");
    if (!place.untimed->empty())
        add_term(filter, std::string(stream.id.front()) + " ge " + odata::text_literal(first_of(*place.untimed)));
    for (const std::string_view field : stream.id) order.append(order.empty() ? "" : ",").append(field);
    return {filter, order};
}

std::vector<Question> questions(const Stream& stream, const Place& place, const std::string& plant) {
    const std::string moment(stream.moment), day_time(stream.time_of_day), id(stream.id.front());
    const std::string only = with_plant(stream.only, plant);
    std::string ids;
    for (const std::string_view field : stream.id) ids.append(ids.empty() ? "" : ",").append(field);
    const std::string in_time = day_time.empty() ? moment + "," + ids : day_time + "," + ids;
    std::vector<Question> asked;
    std::int64_t from = place.from;
    if (!place.last.empty()) {
        const std::string behind = id + " ge " + odata::text_literal(place.last);
        // Answers show milliseconds, the database may keep more.
        const std::string in_moment =
            day_time.empty() ? moment + " ge " + odata::instant_literal(instant(from)) + " and " + moment + " lt " +
                                   odata::instant_literal(instant(from + 1))
                             : moment + " eq " + day(from) + " and " + day_time + " eq " + time_literal(from % day_ms);
        asked.push_back({joined({only, in_moment, behind}), ids});
        from += day_time.empty() ? 1 : 1000;
    }
    if (day_time.empty()) {
        // Always some moment: rows without one would stand before all others in some databases, and never be passed.
        asked.push_back({joined({only, moment + " ge " + odata::instant_literal(instant(from))}), in_time});
        return asked;
    }
    if (from == 0) return {{only, moment + "," + in_time}};
    asked.push_back(
        {joined({only, moment + " eq " + day(from), day_time + " ge " + time_literal(from % day_ms)}), in_time});
    asked.push_back({joined({only, moment + " gt " + day(from)}), moment + "," + in_time});
    return asked;
}

}  // namespace tieline::connectors::sap_s4
