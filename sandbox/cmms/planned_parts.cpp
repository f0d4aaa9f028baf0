#include "sandbox/cmms/planned_parts.h"

#include "sandbox/cmms/quantities.h"
#include "sandbox/cmms/reader.h"

#include <set>

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;
using Sign = Reader::Sign;

constexpr std::size_t lines_max = 200;

std::string entry(std::size_t index) { return "planned_materials[" + std::to_string(index) + "]"; }

bool is_issued(const Json& line) { return !decimal_of(line, "issued").is_zero(); }

/// A line in its stored form, its item not yet looked at.
Json read_members(Reader& reader) {
    Json line = Json::object();
    line.set("line", reader.code("line", 20));
    line.set("item", reader.code("item", 40, Need::required));
    line.set("description", "");
    line.set("quantity", number_of(reader.decimal("quantity", Sign::any, Need::required)));
    line.set("uom", reader.code("uom", 6));
    line.set("base_quantity", Json());
    line.set("storeroom", reader.code("storeroom", 12, Need::required));
    line.set("needed_on", reader.date("needed_on"));
    line.set("substitute_ok", reader.boolean("substitute_ok", false));
    line.set("kit", "");
    line.set("issued", Json::number("0"));
    return line;
}

void set_amount(Json& line, const Json& item, const Amount& amount) {
    line.set("description", item.text_or("description"));
    line.set("quantity", number_of(amount.given));
    line.set("uom", amount.uom);
    line.set("base_quantity", number_of(amount.base));
}

Outcome<> check_nothing_lost(const Json& previous, const Json& list) {
    for (const Json& old : previous.items()) {
        if (!is_issued(old)) continue;
        const Json* line = planned_line(list, old.text_or("line"));
        if (line != nullptr && line->text_or("item") == old.text_or("item")) continue;
        Problem problem =
            conflict("line_in_use", "planned line " + old.text_or("line") + " has " + decimal_of(old, "issued").str() +
                                        " of item " + old.text_or("item") + " issued; return them before it goes");
        problem.field = "planned_materials";
        return problem;
    }
    return {};
}

}  // namespace

const Json* planned_line(const Json& list, const std::string& line) {
    for (const Json& known : list.items()) {
        if (known.text_or("line") == line) return &known;
    }
    return nullptr;
}

Outcome<> PlannedParts::append(Json& list, Json line, const Json& item, const std::string& path, bool expand) {
    Outcome<Amount> amount = amount_of(item, decimal_of(line, "quantity"), line.text_or("uom"), path);
    if (!amount) return amount.error();
    if (amount->given.is_zero() || amount->given.is_negative() || amount->base > Decimal::from_int(999'999'999)) {
        return invalid("bad_quantity", path + ".quantity",
                       "a quantity is more than 0 and at most 999999999, found " + amount->given.str());
    }
    const Json::Array& kit = item.find("kit")->items();
    if (!expand || kit.empty()) {
        set_amount(line, item, *amount);
        list.push_back(std::move(line));
        return {};
    }
    for (const Json& component : kit) {
        const std::string number = component.text_or("item");
        Outcome<Json> part = items_.known(number, path + ".item");
        if (!part) return part.error();
        const Result<Decimal> quantity = amount->base.times(decimal_of(component, "quantity"));
        if (!quantity || *quantity > Decimal::from_int(999'999'999)) {
            return invalid("bad_quantity", path + ".quantity", "so many of component " + number + " cannot be planned");
        }
        Outcome<Amount> needed = amount_of(*part, *quantity, "", path);
        if (!needed) return needed.error();
        Json made = line;
        made.set("line", "");
        made.set("item", number);
        made.set("kit", item.text_or("itemnum"));
        set_amount(made, *part, *needed);
        list.push_back(std::move(made));
    }
    return {};
}

Outcome<> PlannedParts::read_line(Json& list, const Json& input, const std::string& path, const Json& previous,
                                  bool expand) {
    Reader reader(input, path,
                  {"line", "item", "description", "quantity", "uom", "base_quantity", "storeroom", "needed_on",
                   "substitute_ok", "kit", "issued"});
    Json line = read_members(reader);
    if (reader.failed()) return reader.problem();
    const std::string item = line.text_or("item");
    const Json* old = planned_line(previous, line.text_or("line"));
    const bool is_kept = old != nullptr && !line.text_or("line").empty() && old->text_or("item") == item;
    if (is_kept) {
        line.set("issued", *old->find("issued"));
        line.set("kit", old->text_or("kit"));
    }
    Outcome<Json> storeroom = is_kept ? items_.known_storeroom(line.text_or("storeroom"), path + ".storeroom")
                                      : items_.storeroom_in_use(line.text_or("storeroom"), path + ".storeroom");
    if (is_kept && !items_.find(item)) {
        list.push_back(std::move(line));  // from a job plan, and still not known
        return {};
    }
    if (!storeroom) return storeroom.error();
    Outcome<Json> part = is_kept ? items_.known(item, path + ".item") : items_.in_use(item, path + ".item");
    if (!part) return part.error();
    return append(list, std::move(line), *part, path, expand && !is_kept);
}

Outcome<Json> PlannedParts::read(const Json::Array& input, const Json& previous, bool expand_kits) {
    Json list = Json::array();
    for (std::size_t index = 0; index < input.size(); ++index) {
        Outcome<> read = read_line(list, input[index], entry(index), previous, expand_kits);
        if (!read) return read.error();
    }
    if (list.items().size() > lines_max) {
        return invalid("too_many", "planned_materials", "at most 200 planned lines, kits taken apart");
    }
    Outcome<> kept = check_nothing_lost(previous, list);
    if (!kept) return kept.error();
    return list;
}

Outcome<Json> PlannedParts::read_for_job_plan(const Json::Array& input) {
    Json list = Json::array();
    for (std::size_t index = 0; index < input.size(); ++index) {
        Reader reader(input[index], entry(index), {"item", "quantity", "uom", "storeroom", "substitute_ok"});
        const Json read = read_members(reader);
        if (reader.failed()) return reader.problem();
        const Decimal quantity = decimal_of(read, "quantity");
        if (quantity.is_zero() || quantity.is_negative() || quantity > Decimal::from_int(999'999'999)) {
            return invalid("bad_quantity", reader.path_of("quantity"),
                           "a quantity is more than 0 and at most 999999999, found " + quantity.str());
        }
        Json line = Json::object();
        for (const char* key : {"item", "quantity", "uom", "storeroom", "substitute_ok"}) {
            line.set(key, *read.find(key));
        }
        list.push_back(std::move(line));
    }
    return list;
}

Json PlannedParts::from_job_plan(const Json& lines, const std::string& needed_on) {
    Json list = Json::array();
    for (const Json& planned : lines.items()) {
        Json line = Json::object({{"line", ""},
                                  {"item", planned.text_or("item")},
                                  {"description", ""},
                                  {"quantity", *planned.find("quantity")},
                                  {"uom", planned.text_or("uom")},
                                  {"base_quantity", Json()},
                                  {"storeroom", planned.text_or("storeroom")},
                                  {"needed_on", needed_on},
                                  {"substitute_ok", planned.bool_or("substitute_ok", false)},
                                  {"kit", ""},
                                  {"issued", Json::number("0")}});
        if (const std::optional<Json> item = items_.find(planned.text_or("item"))) {
            const Outcome<Amount> amount =
                amount_of(*item, decimal_of(planned, "quantity"), planned.text_or("uom"), "planned_materials");
            line.set("description", item->text_or("description"));
            if (amount) set_amount(line, *item, *amount);
        }
        list.push_back(std::move(line));
    }
    return list;
}

Outcome<> number_planned(Json& list, std::int64_t& counter) {
    std::set<std::string> used;
    for (const Json& line : list.items()) {
        const std::string number = line.text_or("line");
        if (number.empty() || used.insert(number).second) continue;
        return invalid("duplicate_line", "planned_materials",
                       "planned line " + number + " is there twice; each line needs its own number");
    }
    for (Json& line : list.items()) {
        if (!line.text_or("line").empty()) continue;
        std::string number;
        do {
            number = "P" + std::to_string(++counter);
        } while (!used.insert(number).second);
        line.set("line", number);
    }
    return {};
}

Outcome<Json> read_parts_state(const Json& input, const Json& planned) {
    static const std::vector<std::string_view> states = {"available", "partly", "due_on", "late", "none", "not_needed"};
    Reader reader(input, "", {"state", "ready_on", "reference", "as_of", "lines"});
    const std::string state = reader.one_of("state", states, "");
    if (state.empty()) reader.fail(invalid("missing_field", "state", "say how it stands with the parts"));
    Json made = Json::object({{"state", state}});
    made.set("ready_on", reader.date("ready_on", state == "due_on" ? Need::required : Need::optional));
    made.set("reference", reader.code("reference", 32, Need::required));
    made.set("as_of", read_as_of(reader, "as_of").value_or(0));
    const Json::Array* lines = reader.array("lines", lines_max);
    if (reader.failed()) return reader.problem();
    Json list = Json::array();
    for (std::size_t index = 0; lines != nullptr && index < lines->size(); ++index) {
        Reader line((*lines)[index], "lines[" + std::to_string(index) + "]",
                    {"line", "state", "on_hand", "reserved", "missing", "requisition", "order", "due"});
        Json read = Json::object({{"line", line.code("line", 20, Need::required)}});
        const std::string line_state = line.one_of("state", states, "");
        if (line_state.empty()) line.fail(invalid("missing_field", line.path_of("state"), "this field is required"));
        read.set("state", line_state);
        for (const char* figure : {"on_hand", "reserved", "missing"}) {
            read.set(figure, number_of(line.decimal(figure, figure[0] == 'o' ? Sign::any : Sign::not_negative)));
        }
        for (const char* document : {"requisition", "order"}) read.set(document, line.code(document, 24));
        read.set("due", line.date("due"));
        if (line.failed()) return line.problem();
        if (planned_line(planned, read.text_or("line")) != nullptr) list.push_back(std::move(read));
    }
    made.set("lines", std::move(list));
    return made;
}

}  // namespace tieline::sandbox::cmms
