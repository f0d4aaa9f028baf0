#include "sandbox/cmms/lines.h"

#include "sandbox/cmms/reader.h"

#include <algorithm>
#include <set>

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;
using Sign = Reader::Sign;

std::vector<std::string_view> fields_of(char prefix) {
    std::vector<std::string_view> fields = {"line", "description", "currency", "tax_code", "capital", "charge_to"};
    std::vector<std::string_view> own;
    if (prefix == 'L') own = {"person", "craft", "hours", "rate", "work_date"};
    if (prefix == 'M') own = {"item", "quantity", "uom", "unit_cost", "storeroom", "transaction"};
    if (prefix == 'S') own = {"vendor", "invoice", "po", "cost"};
    if (prefix == 'O') own = {"cost", "category"};
    fields.insert(fields.end(), own.begin(), own.end());
    return fields;
}

Json number_of(const Decimal& value) { return Json::number(value.str()); }

void read_labor(Reader& reader, Json& line) {
    line.set("person", reader.code("person", 20));
    line.set("craft", reader.code("craft", 12, Need::required));
    const Decimal hours = reader.decimal("hours", Sign::not_negative, Need::required);
    if (hours > Decimal::from_int(9'999)) {
        reader.fail(invalid("too_many_hours", reader.path_of("hours"), "at most 9999 hours on one line"));
    }
    line.set("hours", number_of(hours));
    line.set("rate", number_of(reader.decimal("rate", Sign::not_negative, Need::required)));
    line.set("work_date", reader.time("work_date"));
}

void read_material(Reader& reader, Json& line) {
    line.set("item", reader.code("item", 40, Need::required));
    line.set("quantity", number_of(reader.decimal("quantity", Sign::any, Need::required)));
    line.set("uom", reader.has("uom") ? reader.code("uom", 6, Need::required) : std::string("EA"));
    line.set("unit_cost", number_of(reader.decimal("unit_cost", Sign::not_negative, Need::required)));
    line.set("storeroom", reader.code("storeroom", 12));
    line.set("transaction", reader.code("transaction", 20));
}

void read_service(Reader& reader, Json& line) {
    line.set("vendor", reader.code("vendor", 20, Need::required));
    line.set("invoice", reader.text("invoice", 40));
    line.set("po", reader.code("po", 20));
    line.set("cost", number_of(reader.decimal("cost", Sign::any, Need::required)));
}

void read_other(Reader& reader, Json& line) {
    line.set("category", reader.code("category", 20));
    line.set("cost", number_of(reader.decimal("cost", Sign::any, Need::required)));
}

}  // namespace

const std::vector<LineKind>& line_kinds() {
    static const std::vector<LineKind> kinds = {
        {"labor", 'L'}, {"materials", 'M'}, {"services", 'S'}, {"other_costs", 'O'}};
    return kinds;
}

const LineKind* line_kind(std::string_view list) {
    for (const LineKind& kind : line_kinds()) {
        if (kind.list == list) return &kind;
    }
    return nullptr;
}

Outcome<Json> read_charge_to(const Json& input, const std::string& path) {
    Reader reader(input, path, {"kind", "code", "inherited"});
    Json charge = Json::object();
    const std::string kind = reader.one_of("kind", {"COST_CENTER", "INTERNAL_ORDER", "ASSET"}, "");
    if (kind.empty()) reader.fail(invalid("missing_field", reader.path_of("kind"), "this field is required"));
    charge.set("kind", kind);
    charge.set("code", reader.code("code", 24, Need::required));
    if (reader.failed()) return reader.problem();
    return charge;
}

Outcome<Json> read_line(const LineKind& kind, const Json& input, const std::string& path,
                        const LineDefaults& defaults) {
    Reader reader(input, path, fields_of(kind.prefix));
    Json line = Json::object();
    line.set("line", reader.code("line", 20));
    line.set("description", reader.text("description", 200));
    if (kind.prefix == 'L') read_labor(reader, line);
    if (kind.prefix == 'M') read_material(reader, line);
    if (kind.prefix == 'S') read_service(reader, line);
    if (kind.prefix == 'O') read_other(reader, line);
    line.set("currency", reader.currency("currency", defaults.currency));
    line.set("tax_code", reader.has("tax_code") ? reader.code("tax_code", 4) : defaults.tax_code);
    line.set("capital", reader.boolean("capital", defaults.capital));
    line.set("charge_to", Json());
    if (const Json* charge = reader.object("charge_to"); charge != nullptr && !reader.failed()) {
        Outcome<Json> read = read_charge_to(*charge, reader.path_of("charge_to"));
        if (!read) return read.error();
        line.set("charge_to", std::move(*read));
    }
    if (reader.failed()) return reader.problem();
    return line;
}

Outcome<Json::Array> read_lines(const LineKind& kind, const Json::Array& input, const LineDefaults& defaults) {
    Json::Array lines;
    for (std::size_t index = 0; index < input.size(); ++index) {
        const std::string path = std::string(kind.list) + "[" + std::to_string(index) + "]";
        Outcome<Json> line = read_line(kind, input[index], path, defaults);
        if (!line) return line.error();
        lines.push_back(std::move(*line));
    }
    return lines;
}

Outcome<Json::Array> keep_booked(const Json::Array& kept, Json::Array given) {
    const auto line_of = [](const Json::Array& lines, const std::string& transaction) -> const Json* {
        for (const Json& line : lines) {
            if (line.text_or("transaction") == transaction) return &line;
        }
        return nullptr;
    };
    for (std::size_t index = 0; index < given.size(); ++index) {
        const std::string transaction = given[index].text_or("transaction");
        if (transaction.empty()) continue;
        const Json* booked = line_of(kept, transaction);
        if (booked != nullptr && *booked == given[index]) continue;
        Problem problem = line_of_transaction(transaction);
        problem.field = "materials[" + std::to_string(index) + "].transaction";
        return problem;
    }
    for (const Json& line : kept) {
        const std::string transaction = line.text_or("transaction");
        if (!transaction.empty() && line_of(given, transaction) == nullptr) given.push_back(line);
    }
    return given;
}

Problem line_of_transaction(const std::string& transaction) {
    return conflict("line_of_transaction", "a line that names part transaction " + transaction +
                                               " is made by it alone and stays; book a RETURN to take it back");
}

Outcome<> number_lines(Json& work_order, std::int64_t& counter) {
    std::set<std::string> used;
    for (const LineKind& kind : line_kinds()) {
        for (const Json& line : work_order.find(kind.list)->items()) {
            const std::string number = line.text_or("line");
            if (number.empty() || used.insert(number).second) continue;
            return invalid("duplicate_line", std::string(kind.list),
                           "line number " + number + " is used twice in this work order; each line needs its own");
        }
    }
    for (const LineKind& kind : line_kinds()) {
        for (Json& line : work_order.find(kind.list)->items()) {
            if (!line.text_or("line").empty()) continue;
            std::string number;
            do {
                number = kind.prefix + std::to_string(++counter);
            } while (!used.insert(number).second);
            line.set("line", number);
        }
    }
    return {};
}

}  // namespace tieline::sandbox::cmms
