#include "model/planned_part_json.h"

#include <set>

namespace tieline::model {

namespace {

constexpr std::size_t entries_max = 500;
constexpr std::size_t id_max = 64;

/// Reads a list of objects: `read` fills one entry from its fields.
template <class Entry, class Read>
std::vector<Entry> read_list(Fields& fields, std::string_view name, Read read) {
    std::vector<Entry> entries;
    const Json* const json = fields.find(name);
    if (json == nullptr) return entries;
    if (!json->is_array()) {
        fields.fail("wrong_type", name, "a list is expected");
        return entries;
    }
    if (json->items().size() > entries_max) {
        fields.fail("too_many_entries", name, "at most 500 entries are allowed; split the work order");
        return entries;
    }
    entries.reserve(json->items().size());
    for (std::size_t index = 0; index < json->items().size(); ++index) {
        const std::string path = std::string(name) + "[" + std::to_string(index) + "].";
        Fields inner(json->items()[index], path);
        entries.push_back(read(inner));
        if (!inner.failed()) continue;
        fields.fail(inner.take_error());
        break;
    }
    return entries;
}

PlannedPart read_planned_part(Fields& fields) {
    fields.allow_only({"id", "part", "quantity", "unit", "base_quantity", "base_unit", "storeroom", "needed_on",
                       "substitute_ok", "issued", "kit"});
    PlannedPart part;
    part.id = fields.required_text("id", id_max);
    part.part = fields.text("part", id_max);
    part.quantity = fields.required_decimal("quantity");
    part.unit = fields.text("unit", id_max);
    part.base_quantity = fields.decimal("base_quantity");
    part.base_unit = fields.text("base_unit", id_max);
    part.storeroom = fields.text("storeroom", id_max);
    part.needed_on = fields.date("needed_on");
    part.substitute_ok = fields.flag("substitute_ok");
    part.issued = fields.decimal("issued").value_or(Decimal{});
    part.kit = fields.text("kit", id_max);
    const bool negative = part.quantity.is_negative() || (part.base_quantity && part.base_quantity->is_negative());
    if (negative) fields.fail("negative_quantity", "quantity", "a planned quantity must not be negative");
    return part;
}

}  // namespace

std::vector<PlannedPart> read_planned_parts(Fields& fields, std::string_view name) {
    std::vector<PlannedPart> parts = read_list<PlannedPart>(fields, name, read_planned_part);
    std::set<std::string_view> ids;
    for (std::size_t index = 0; index < parts.size(); ++index) {
        if (ids.insert(parts[index].id).second) continue;
        fields.fail("duplicate_line", std::string(name) + "[" + std::to_string(index) + "].id",
                    "another planned part has the id '" + parts[index].id + "' already");
        break;
    }
    return parts;
}

std::vector<MeterReading> read_meters(Fields& fields, std::string_view name) {
    return read_list<MeterReading>(fields, name, [](Fields& inner) {
        inner.allow_only({"meter", "value"});
        MeterReading reading;
        reading.meter = inner.required_text("meter", id_max);
        reading.value = inner.required_decimal("value");
        return reading;
    });
}

std::vector<PartSerial> read_serials(Fields& fields, std::string_view name) {
    return read_list<PartSerial>(fields, name, [](Fields& inner) {
        inner.allow_only({"part", "serial"});
        PartSerial serial;
        serial.part = inner.required_text("part", id_max);
        serial.serial = inner.required_text("serial", id_max);
        return serial;
    });
}

Json to_json(const std::vector<PlannedPart>& parts) {
    Json list = Json::array();
    for (const PlannedPart& part : parts) {
        Json json = Json::object({{"id", part.id}});
        const auto text = [&](const char* name, const std::string& value) {
            if (!value.empty()) json.set(name, value);
        };
        text("part", part.part);
        json.set("quantity", part.quantity.str());
        text("unit", part.unit);
        if (part.base_quantity) json.set("base_quantity", part.base_quantity->str());
        text("base_unit", part.base_unit);
        text("storeroom", part.storeroom);
        if (part.needed_on) json.set("needed_on", part.needed_on->str());
        if (part.substitute_ok) json.set("substitute_ok", true);
        if (!part.issued.is_zero()) json.set("issued", part.issued.str());
        text("kit", part.kit);
        list.push_back(std::move(json));
    }
    return list;
}

Json to_json(const std::vector<MeterReading>& meters) {
    Json list = Json::array();
    for (const MeterReading& reading : meters) {
        list.push_back(Json::object({{"meter", reading.meter}, {"value", reading.value.str()}}));
    }
    return list;
}

Json to_json(const std::vector<PartSerial>& serials) {
    Json list = Json::array();
    for (const PartSerial& serial : serials) {
        list.push_back(Json::object({{"part", serial.part}, {"serial", serial.serial}}));
    }
    return list;
}

}  // namespace tieline::model
