// Objects of SAP by their names, and of rows that were read: with whatever else must be read for them.

#include "connectors/sap_s4/sap_s4.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::size_t rows_of_one = 200;  ///< of one object

Error not_found(const std::string& object) {
    return make_error(ErrorKind::not_found, "SAP has no object \"" + object + "\" that this connector reads",
                      "not_found");
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

}  // namespace

Exchange<SapS4::Objects> SapS4::objects_of(std::string kind, Json rows, std::int64_t seq, std::int64_t occurred,
                                           const Ahead* ahead) {
    Objects made;
    const FeedKind& feed = *feed_kind(kind);
    if (kind == "cost_center") rows = Json(merged_cost_centers(rows.items(), reading_.language));
    for (Json& row : rows.items()) {
        bool is_ours = kind == "cost_center";
        if (kind == "part") is_ours = shape_part(row, reading_.plant, reading_.language);
        if (kind == "equipment") is_ours = shape_equipment(row);
        if (kind == "internal_order") is_ours = shape_internal_order(row);
        if (kind == "reservation") is_ours = shape_reservation(row);
        if (kind == "inspection_lot") is_ours = shape_inspection_lot(row);
        if (kind == "requisition") {
            Units units;
            if (!row.text_or("Material").empty()) {
                Exchange<Units> asking = units_of_product(row.text_or("Material"), ahead);
                const Result<Units> asked = co_await std::move(asking);
                if (!asked) co_return asked.error();
                units = *asked;
            }
            is_ours = shape_requisition(row, units);
        }
        if (kind == "purchase_order") {
            Exchange<bool> shaping = shape_order_row(&row, ahead);
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

std::string SapS4::stock_name(const std::string& part, const Json& item) const {
    const std::string location = item.text_or("StorageLocation");
    const bool is_place = item.text_or("Plant") == reading_.plant && !part.empty() && !location.empty();
    return is_place && reading_.wants("stock") ? "stock:" + part + "/" + location : std::string();
}

void SapS4::want_stock(const Json& item, FeedCursor& at) const {
    const std::string place = stock_name(item.text_or("Material"), item);
    if (!place.empty()) at.want(place);
}

/// What is reserved is part of a place's stock, and no document says when it changed. Places that this page has told
/// already were read after the change; the first reading of all stock comes after the lists.
void SapS4::want_stock_of_reservations(const Json& rows, Turn* turn) const {
    if (turn->at.stock_behind) return;
    for (const Json& item : rows.items()) {
        const std::string place = stock_name(item.text_or("Product"), item);  // as this service calls the material
        const auto& told = turn->page.objects;
        const bool is_told =
            std::any_of(told.begin(), told.end(), [&](const SourceObject& each) { return each.object == place; });
        if (!place.empty() && !is_told) turn->at.want(place);
    }
}

/// What must be read again since this row changed.
void SapS4::touch(const Stream& stream, const Json& row, FeedCursor& at) const {
    if (stream.name == "requisition") want_stock(row, at);
    for (const Json& item : odata::inner_rows(row, "to_PurchaseOrderItem")) want_stock(item, at);
    for (const Json& item : odata::inner_rows(row, "to_MaterialDocumentItem")) {
        if (item.text_or("Plant") != reading_.plant) continue;
        want_stock(item, at);
        if (receipt_sign(item) != 0 && reading_.wants("purchase_order"))
            at.want("purchase_order:" + item.text_or("PurchaseOrder"));
        const std::string reservation = item.text_or("Reservation");
        if (!reservation.empty() && reservation.find_first_not_of('0') != std::string::npos &&
            reading_.wants("reservation"))
            at.want("reservation:" + reservation + "/" + item.text_or("ReservationItem"));
    }
}

std::optional<SapS4::Asked> SapS4::asked_for(const std::string& object) const {
    const std::size_t colon = object.find(':');
    const Source* source = source_of(object.substr(0, colon == std::string::npos ? 0 : colon));
    if (source == nullptr) return std::nullopt;
    const std::string name = object.substr(colon + 1);
    const std::vector<std::string> parts = parts_of(name);
    const bool is_delivery = source->kind == "delivery";
    if (source->name.size() > 1 && parts.size() != source->name.size() + (is_delivery ? 1 : 0)) return std::nullopt;
    std::string filter;
    for (std::size_t i = 0; i < source->name.size(); ++i)
        add_term(filter, std::string(source->name[i]) + " eq " +
                             odata::text_literal(source->name.size() == 1 ? name : parts[i]));
    add_term(filter, with_plant(source->only, reading_.plant));
    return Asked{std::string(source->set), query_of(filter, "", source->expand), rows_of_one, {}};
}

Exchange<SapS4::Objects> SapS4::load(std::string object, std::int64_t seq, Json* rows_read, const Ahead* ahead) {
    const std::size_t colon = object.find(':');
    const FeedKind* kind = feed_kind(object.substr(0, colon == std::string::npos ? 0 : colon));
    if (kind == nullptr) co_return not_found(object);
    const std::string name = object.substr(colon + 1);
    Objects made;
    if (kind->kind == "stock") {
        const std::string part = name.substr(0, name.rfind('/'));
        std::vector<std::string> places{name};
        std::vector<std::string> moving;
        Exchange<Json> counting = stock_rows(part, part, std::move(places), &moving, ahead);
        const Result<Json> counted = co_await std::move(counting);
        if (!counted) co_return counted.error();
        if (!moving.empty()) {
            co_return make_error(ErrorKind::transient,
                                 "the stock of " + name + " in SAP changes while it is read; it is read again",
                                 "moves");
        }
        for (const Json& row : counted->items()) made.push_back(object_of(map_, settings_, *kind, row, seq, seq));
        co_return made;
    }
    std::optional<Asked> asked = asked_for(object);
    if (!asked) co_return made;
    Exchange<Json> asking = rows(std::move(*asked), ahead);
    Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    if (kind->kind == "delivery") {
        Turn turn;
        turn.seq = seq;
        for (const Json& document : found->items())
            for (SourceObject& one : movement_objects(document, &turn))
                if (one.object == object) made.push_back(std::move(one));
        co_return made;
    }
    if (rows_read != nullptr && kind->kind == "reservation") *rows_read = *found;
    Exchange<Objects> making = objects_of(std::string(kind->kind), std::move(*found), seq, seq, ahead);
    Result<Objects> objects = co_await std::move(making);
    co_return objects;
}

Exchange<std::string> SapS4::place_of(std::string reservation) {
    std::optional<Asked> asked = asked_for("reservation:" + reservation);
    if (!asked) co_return not_found(reservation);
    Exchange<Json> asking = rows(std::move(*asked), nullptr);
    const Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    for (const Json& item : found->items()) {
        const std::string place = stock_name(item.text_or("Product"), item);
        if (!place.empty()) co_return place;
    }
    co_return not_found(reservation);
}

Exchange<SourceObject> SapS4::fetch(std::string object) {
    const std::int64_t now = clock_.now().time_since_epoch().count();
    std::string wanted = object;
    if (object.starts_with(stock_of_reservation)) {
        Exchange<std::string> placing = place_of(object.substr(stock_of_reservation.size()));
        Result<std::string> place = co_await std::move(placing);
        if (!place) co_return place.error();
        wanted = std::move(*place);
    }
    Exchange<Objects> loading = load(std::move(wanted), now);
    Result<Objects> loaded = co_await std::move(loading);
    if (!loaded) co_return loaded.error();
    if (loaded->empty()) co_return not_found(object);
    co_return std::move(loaded->front());
}

}  // namespace tieline::connectors::sap_s4
