#include "connectors/sap_s4/shape.h"

#include "connectors/odata/odata.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::string_view no_end = "9999-12-31";
constexpr int quantity_digits = 6;

/// `value` ÷ `by`, exactly; nullopt where six decimals are not enough.
std::optional<Decimal> divided(const Decimal& value, std::int64_t by) {
    for (int scale = 0; scale <= quantity_digits; ++scale) {
        const Result<Decimal> shifted =
            value.times(Decimal::parse("1" + std::string(static_cast<std::size_t>(scale), '0')).value());
        if (!shifted || shifted->scale_needed() > 0) continue;
        const Result<Decimal> whole = shifted->rounded(0);
        const std::string digits = whole ? whole->str() : std::string();
        if (digits.empty() || digits.size() > 18) return std::nullopt;
        const std::int64_t number = std::stoll(digits);
        if (number % by == 0) return Decimal::from_unscaled(number / by, scale);
    }
    return std::nullopt;
}

/// In the wanted language, else in the first one there is.
std::string text_in(const Json::Array& texts, std::string_view field, const std::string& language) {
    std::string wanted = language.substr(0, 2);
    std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    for (const Json& text : texts)
        if (text.text_or("Language") == wanted && !text.text_or(field).empty()) return text.text_or(field);
    return texts.empty() ? std::string() : texts.front().text_or(field);
}

std::string named(const Json& row, std::initializer_list<std::string_view> fields) {
    std::string name;
    for (const std::string_view field : fields) name.append(name.empty() ? "" : "/").append(row.text_or(field));
    return name;
}

/// The day on which what is still open comes, by the item's schedule lines: they are filled in the order of their days.
/// Left out where the lines cannot be compared with what was received.
void put_delivery_date(Json& made, const Json& item, const Units& units, const Decimal& received,
                       Reckoning& reckoning) {
    std::vector<std::pair<std::string, Decimal>> lines;
    for (const Json& line : odata::inner_rows(item, "to_ScheduleLine")) {
        const auto day = odata::date_of(line.text_or("ScheduleLineDeliveryDate"));
        const auto in_base = units.in_base(reckoning.of(line, "ScheduleLineOrderQuantity"),
                                           item.text_or("PurchaseOrderQuantityUnit"), item.text_or("Material"));
        if (!in_base) return;
        if (day) lines.emplace_back(*day, *in_base);
    }
    std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Decimal ordered;
    for (const auto& [day, quantity] : lines) {
        made.set("delivery_date", day);
        ordered = reckoning.sum(ordered, quantity);
        if (ordered > received) return;
    }
}

Json order_item(const Json& item, const Units& units, const Decimal& received, Reckoning& reckoning) {
    Json made = Json::object({{"item", item.text_or("PurchaseOrderItem")},
                              {"Material", item.text_or("Material")},
                              {"StorageLocation", item.text_or("StorageLocation")},
                              {"base_unit", units.base}});
    const std::string unit = item.text_or("PurchaseOrderQuantityUnit");
    const Decimal ordered = reckoning.of(item, "OrderQuantity");
    const Result<Decimal> quantity = units.in_base(ordered, unit, item.text_or("Material"));
    if (!quantity) {
        reckoning.fail(quantity.error().message);
        return made;
    }
    const bool is_final =
        is_set(item, "IsCompletelyDelivered") || !item.text_or("PurchasingDocumentDeletionCode").empty();
    Decimal open = reckoning.difference(*quantity, received);
    if (open.is_negative() || is_final) open = Decimal();
    made.set("quantity", plain(*quantity));
    made.set("received", plain(received));
    made.set("open", plain(open));
    made.set("final", is_final);
    put_delivery_date(made, item, units, received, reckoning);
    if (unit == units.base && item.text_or("NetPriceQuantity", "1") == "1")
        made.set("price", item.text_or("NetPriceAmount"));
    if (!item.text_or("PurchaseRequisition").empty())
        made.set("requisition", named(item, {"PurchaseRequisition", "PurchaseRequisitionItem"}));
    return made;
}

std::string subject_of(const FeedKind& kind, const Json& row) {
    return kind.kind == "stock" ? named(row, {"Material", "StorageLocation"}) : row.text_or("name");
}

std::string correlation_of(const FeedKind& kind, const Json& row, const std::string& subject) {
    if (kind.kind == "delivery") return row.text_or("PurchaseOrder", subject);
    if (kind.kind == "reservation") return row.text_or("work_order", subject);
    return subject;
}

}  // namespace

bool is_set(const Json& row, std::string_view field) { return row.bool_or(field, false) || row.text_or(field) == "X"; }

Result<Decimal> Units::in_base(const Decimal& quantity, const std::string& unit, const std::string& product) const {
    if (unit == base) return quantity;
    const auto found = factors.find(unit);
    if (found == factors.end() || found->second.denominator <= 0) {
        return make_error(
            ErrorKind::invalid,
            "SAP has no unit " + unit + " for material " + product + " (units of measure, table MARM); add it there",
            "unknown_unit", "unit");
    }
    const Result<Decimal> product_of = quantity.times(found->second.numerator);
    const auto made = product_of ? divided(*product_of, found->second.denominator) : std::nullopt;
    if (made) return *made;
    return make_error(ErrorKind::invalid,
                      quantity.str() + " " + unit + " of material " + product + " is no exact quantity in " + base,
                      "quantity_not_exact", "quantity");
}

Units units_of(const Json::Array& rows) {
    Units units;
    for (const Json& row : rows) {
        if (units.base.empty()) units.base = row.text_or("BaseUnit");
        const Result<Decimal> numerator = row.decimal("QuantityNumerator");
        Reckoning reckoning;
        const Decimal denominator = reckoning.of(row, "QuantityDenominator");
        if (!numerator || !reckoning.wrong().empty() || denominator.scale() != 0 || denominator.str().size() > 9)
            continue;
        units.factors[row.text_or("AlternativeUnit")] = {*numerator, std::stoll(denominator.str())};
    }
    return units;
}

int receipt_sign(const Json& item) {
    // Source: SAP's movement types for purchase orders: 101 receipt, 102 its reversal, 122 return to the vendor, 123
    // reversal of a return; 105, 106 release from blocked stock and its reversal; 161, 162 returns item.
    constexpr std::array<std::string_view, 4> in{"101", "105", "123", "162"}, out{"102", "106", "122", "161"};
    if (item.text_or("PurchaseOrder").empty()) return 0;
    const std::string type = item.text_or("GoodsMovementType");
    if (std::find(in.begin(), in.end(), type) != in.end()) return 1;
    return std::find(out.begin(), out.end(), type) != out.end() ? -1 : 0;
}

std::map<std::string, Decimal> received_by_item(const Json::Array& items, Reckoning& reckoning) {
    std::map<std::string, Decimal> received;
    for (const Json& item : items) {
        const int sign = receipt_sign(item);
        if (sign == 0) continue;
        Decimal& total = received[item.text_or("PurchaseOrderItem")];
        const Decimal quantity = reckoning.of(item, "QuantityInBaseUnit");
        total = reckoning.sum(total, sign > 0 ? quantity : quantity.negated());
    }
    return received;
}

bool shape_part(Json& row, const std::string& plant, const std::string& language) {
    bool is_here = false, is_active = !is_set(row, "IsMarkedForDeletion");
    for (const Json& at : odata::inner_rows(row, "to_Plant")) {
        if (at.text_or("Plant") != plant) continue;
        is_here = true;
        is_active = is_active && !is_set(at, "IsMarkedForDeletion");
    }
    row.set("name", row.text_or("Product"));
    row.set("description", text_in(odata::inner_rows(row, "to_Description"), "ProductDescription", language));
    row.set("is_active", is_active);
    row.set("has_serials", !row.text_or("SerialNumberProfile").empty());
    Json others = Json::array();
    for (const Json& unit : odata::inner_rows(row, "to_ProductUnitsOfMeasure"))
        if (unit.text_or("AlternativeUnit") != row.text_or("BaseUnit")) others.push_back(unit);
    row.set("other_units", std::move(others));
    return is_here && !row.text_or("BaseUnit").empty();
}

bool shape_equipment(Json& row) {
    row.set("name", row.text_or("Equipment"));
    const bool is_deleted = is_set(row, "EquipmentIsMarkedForDeletion"),
               is_inactive = is_set(row, "EquipmentIsInactive");
    row.set("state", is_deleted ? "deleted" : is_inactive ? "inactive" : "active");
    return !row.text_or("Equipment").empty();
}

bool shape_internal_order(Json& row) {
    row.set("name", row.text_or("InternalOrder"));
    row.set("is_active", !is_set(row, "IsDeleted"));
    return !row.text_or("InternalOrder").empty();
}

bool shape_requisition(Json& row, const Units& units) {
    row.set("name", named(row, {"PurchaseRequisition", "PurchaseRequisitionItem"}));
    Reckoning reckoning;
    const Decimal asked = reckoning.of(row, "RequestedQuantity"), ordered = reckoning.of(row, "OrderedQuantity");
    const bool is_ordered = !row.text_or("PurchasingDocument").empty() && (ordered.is_zero() || ordered >= asked);
    std::string state;
    if (is_ordered)
        state = "ordered";
    else if (is_set(row, "IsDeleted"))
        state = "cancelled";
    else if (is_set(row, "IsClosed"))
        state = "closed";
    row.set("state", state);
    // Without a release strategy nothing is to be released.
    std::string release = row.text_or("PurReqnReleaseStatus");
    if (release.empty()) release = is_set(row, "ReleaseIsNotCompleted") ? "open" : "none";
    row.set("release", std::move(release));
    const std::string unit = row.text_or("BaseUnit");
    row.set("base_unit", units.base.empty() ? unit : units.base);
    const Result<Decimal> quantity =
        units.base.empty() ? Result<Decimal>(asked) : units.in_base(asked, unit, row.text_or("Material"));
    if (quantity) row.set("base_quantity", plain(*quantity));
    if (!quantity) reckoning.fail(quantity.error().message);
    Decimal left = reckoning.difference(asked, ordered);
    if (left.is_negative() || !state.empty()) left = Decimal();
    const Result<Decimal> open =
        units.base.empty() ? Result<Decimal>(left) : units.in_base(left, unit, row.text_or("Material"));
    if (open) row.set("base_open", plain(*open));
    if (!open) reckoning.fail(open.error().message);  // of an order for a part of it, perhaps
    reckoning.tell(row);
    return !row.text_or("Material").empty() && !row.text_or("StorageLocation").empty();
}

bool shape_reservation(Json& row) {
    row.set("name", named(row, {"Reservation", "ReservationItem"}));
    Reckoning reckoning;
    const Decimal asked = reckoning.of(row, "ResvnItmRequiredQtyInBaseUnit"),
                  issued = reckoning.of(row, "ResvnItmWithdrawnQtyInBaseUnit");
    Decimal open = reckoning.difference(asked, issued);
    reckoning.tell(row);
    const bool is_cancelled = is_set(row, "ReservationItmIsMarkedForDeltn");
    const bool is_done = is_set(row, "ReservationItemIsFinallyIssued") || open.is_negative() || open.is_zero();
    if (is_cancelled || is_done) open = Decimal();
    row.set("base_quantity", plain(asked));
    row.set("issued", plain(issued));
    row.set("open", plain(open));
    row.set("state", is_cancelled ? "cancelled" : is_done ? "fulfilled" : "open");
    // The recipient has 12 characters: a longer number of a work order was cut.
    const std::string recipient = row.text_or("GoodsRecipientName");
    if (!row.text_or("UnloadingPointName").empty() && recipient.size() < 12) row.set("work_order", recipient);
    return !row.text_or("Product").empty() && !row.text_or("StorageLocation").empty();
}

bool shape_order(Json& row, const std::string& plant, const std::map<std::string, Units>& units,
                 const std::map<std::string, Decimal>& received) {
    row.set("name", row.text_or("PurchaseOrder"));
    Json items = Json::array();
    bool is_live = false, is_open = false;
    Reckoning reckoning;
    for (const Json& item : odata::inner_rows(row, "to_PurchaseOrderItem")) {
        const bool is_stock = item.text_or("Plant") == plant && !item.text_or("Material").empty() &&
                              !item.text_or("StorageLocation").empty() &&
                              item.text_or("AccountAssignmentCategory").empty() && !is_set(item, "IsReturnsItem");
        if (!is_stock) continue;
        const auto known = units.find(item.text_or("Material"));
        const auto got = received.find(item.text_or("PurchaseOrderItem"));
        Json made = order_item(item, known == units.end() ? Units() : known->second,
                               got == received.end() ? Decimal() : got->second, reckoning);
        const bool is_deleted = !item.text_or("PurchasingDocumentDeletionCode").empty();
        is_live = is_live || !is_deleted;
        is_open = is_open || !made.bool_or("final", false);
        items.push_back(std::move(made));
    }
    const bool has_items = !items.items().empty();
    row.set("items", std::move(items));
    const bool is_cancelled = !row.text_or("PurchasingDocumentDeletionCode").empty() || !is_live;
    const bool is_held = is_set(row, "ReleaseIsNotCompleted");
    row.set("state", is_cancelled ? "cancelled" : !is_open ? "closed" : is_held ? "held" : "sent");
    reckoning.tell(row);
    for (const char* navigation : {"to_PurchaseOrderItem", "__metadata"}) row.erase(navigation);
    return has_items;
}

bool shape_delivery(Json& item, const Json& header) {
    const int sign = receipt_sign(item);
    item.set("name", named(item, {"MaterialDocument", "MaterialDocumentYear", "MaterialDocumentItem"}));
    item.set("state", sign > 0 ? "received" : "cancelled");
    item.set("PostingDate", header.text_or("PostingDate"));
    Reckoning reckoning;
    item.set("base_quantity", plain(reckoning.of(item, "QuantityInBaseUnit")));
    reckoning.tell(item);
    if (!item.text_or("ReversedMaterialDocument").empty())
        item.set("reverses", named(item, {"ReversedMaterialDocument", "ReversedMaterialDocumentYear",
                                          "ReversedMaterialDocumentItem"}));
    return sign != 0 && !item.text_or("Material").empty() && !item.text_or("StorageLocation").empty();
}

Json::Array merged_cost_centers(const Json::Array& slices, const std::string& language) {
    struct Slice {
        std::string from, to;
        const Json* row;
    };
    std::map<std::string, std::vector<Slice>> by_code;
    for (const Json& row : slices) {
        const auto from = odata::date_of(row.text_or("ValidityStartDate")),
                   to = odata::date_of(row.text_or("ValidityEndDate"));
        const std::string code = row.text_or("CostCenter");
        if (!from || !to || code.empty()) continue;
        by_code[code].push_back({*from, *to, &row});
    }
    Json::Array merged;
    for (auto& [code, all] : by_code) {
        std::sort(all.begin(), all.end(), [](const Slice& a, const Slice& b) { return a.from < b.from; });
        const Slice* last = nullptr;  // of the run of periods that ends last and may be posted to
        std::string begin;
        for (const Slice& slice : all) {
            if (is_set(*slice.row, "IsBlkdForPrimaryCostsPosting")) continue;
            const auto before = last != nullptr ? parse_date(last->to) : Result<Date>(Error{});
            const bool goes_on = before && before->next_day().str() == slice.from;
            if (!goes_on) begin = slice.from;
            last = &slice;
        }
        const bool is_blocked = last == nullptr;
        if (is_blocked) last = &all.back(), begin = all.front().from;
        Json row = Json::object(
            {{"name", code},
             {"CompanyCode", last->row->text_or("CompanyCode")},
             {"description", text_in(odata::inner_rows(*last->row, "to_Text"), "CostCenterName", language)},
             {"valid_from", begin}});
        if (is_blocked)
            row.set("valid_to", begin);  // never more than its first day
        else if (last->to != no_end)
            row.set("valid_to", last->to);
        merged.push_back(std::move(row));
    }
    return merged;
}

SourceObject object_of(const FieldMap& map, const Json& settings, const FeedKind& kind, Json row, std::int64_t seq,
                       std::int64_t occurred) {
    SourceObject object;
    object.subject = subject_of(kind, row);
    object.object = std::string(kind.kind) + ":" + object.subject;
    object.correlation = correlation_of(kind, row, object.subject);
    object.type = std::string(kind.type);
    object.occurred = WallTime(Millis(occurred));
    if (seq != 0) row.set("seq", seq);
    if (seq != 0 && kind.kind == "stock") row.set("as_of", seq);
    Result<Json> mapped = map.apply(kind.kind, row, settings);
    const std::string wrong = row.text_or("wrong");
    if (!wrong.empty()) mapped = make_error(ErrorKind::invalid, wrong, "cannot_reckon");
    if (!mapped) {
        object.refused = mapped.error();
        object.refused->message =
            std::string(kind.kind) + " " + object.subject + " of SAP cannot be taken over: " + mapped.error().message;
        object.data = row.dump();
        if (object.type.back() == '.') object.type += kind.kind == "delivery" ? "received" : "requested";
        return object;
    }
    if (object.type.back() == '.') {
        const std::string status = mapped->text_or("status", row.text_or("state"));
        object.type += status == "in_approval" ? "requested" : status;
    }
    if (kind.kind == "stock") {  // the place as everybody else calls it
        object.subject = mapped->text_or("part") + "/" + mapped->text_or("storeroom");
        object.correlation = object.subject;
    }
    object.data = mapped->dump();
    return object;
}

}  // namespace tieline::connectors::sap_s4
