// Header fields and lists of a work order: reading what the writer gave into the stored record.

#include "sandbox/cmms/checklist.h"
#include "sandbox/cmms/lines.h"
#include "sandbox/cmms/reader.h"
#include "sandbox/cmms/work_orders.h"

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;

constexpr std::size_t lines_max = 500;
constexpr std::size_t steps_max = 200;

void apply_texts(Json& record, Reader& reader) {
    struct TextField {
        std::string_view name;
        std::size_t bytes_max;
        bool is_code;
        Need need = Need::optional;
    };
    static const TextField fields[] = {{"summary", 200, false, Need::required},
                                       {"description", 2'000, false},
                                       {"tax_code", 4, true},
                                       {"production_batch", 40, true},
                                       {"failure_code", 20, true},
                                       {"external_ref", 40, true},
                                       {"parts_status", 20, true}};
    for (const TextField& field : fields) {
        if (!reader.has(field.name)) continue;
        record.set(field.name, field.is_code ? reader.code(field.name, field.bytes_max)
                                             : reader.text(field.name, field.bytes_max, field.need));
    }
}

void apply_values(Json& record, Reader& reader) {
    if (reader.has("work_type"))
        record.set("work_type", reader.one_of("work_type", {"CM", "PM", "CBM", "INSP", "MOD"}, "CM"));
    if (reader.has("priority")) record.set("priority", reader.integer("priority", 1, 5, 3));
    if (reader.has("currency")) record.set("currency", reader.currency("currency", "EUR"));
    if (reader.has("capital")) record.set("capital", reader.boolean("capital", false));
    if (reader.has("planned_cost")) {
        record.set("planned_cost", Json::number(reader.decimal("planned_cost", Reader::Sign::not_negative).str()));
    }
    for (const char* key : {"due", "scheduled_start", "actual_start", "actual_finish"}) {
        if (reader.has(key)) record.set(key, reader.time(key));
    }
    if (const Json::Array* given = reader.array("assigned", 20)) {
        for (const Json& one : *given) {
            if (!one.is_string() || one.string().empty() || one.string().size() > 20) {
                reader.fail(invalid("wrong_type", "assigned", "name each person by its number"));
            }
        }
        record.set("assigned", Json(*given));
    }
    const std::string start = record.text_or("actual_start"), finish = record.text_or("actual_finish");
    if (!start.empty() && !finish.empty() && finish < start) {
        reader.fail(invalid("bad_time", "actual_finish",
                            "the work cannot finish (" + finish + ") before it starts (" + start + ")"));
    }
}

}  // namespace

Outcome<> WorkOrders::apply_receiver(Json& record, Reader& reader) {
    if (reader.has("asset")) {
        const std::string number = reader.code("asset", 32, Need::required);
        if (reader.failed()) return reader.problem();
        const std::optional<Json> asset = assets_.find(number);
        if (!asset) {
            Problem problem = invalid("unknown_asset", "asset", "there is no asset " + number + " in this system");
            const std::string nearest = assets_.nearest(number);
            if (!nearest.empty()) problem.extra.set("did_you_mean", nearest);
            return problem;
        }
        if (!asset->bool_or("active", true)) {
            return invalid("asset_inactive", "asset", "asset " + number + " is taken out of use");
        }
        record.set("asset", number);
        for (const char* key : {"company", "plant", "zone"}) record.set(key, asset->text_or(key));
        const Json* charge = record.find("charge_to");
        if (charge->is_null() || charge->bool_or("inherited", false)) {
            record.set(
                "charge_to",
                Json::object({{"kind", "COST_CENTER"}, {"code", asset->text_or("cost_center")}, {"inherited", true}}));
        }
    }
    if (const Json* given = reader.object("charge_to"); given != nullptr && !reader.failed()) {
        Outcome<Json> charge = read_charge_to(*given, "charge_to");
        if (!charge) return charge.error();
        charge->set("inherited", false);
        record.set("charge_to", std::move(*charge));
    }
    if (reader.failed()) return reader.problem();
    return {};
}

Outcome<> WorkOrders::apply_lists(Json& record, Reader& reader) {
    const LineDefaults defaults{record.text_or("currency"), record.text_or("tax_code"),
                                record.bool_or("capital", false)};
    for (const LineKind& kind : line_kinds()) {
        const Json::Array* given = reader.array(kind.list, lines_max);
        if (given == nullptr) continue;
        Outcome<Json::Array> lines = read_lines(kind, *given, defaults);
        if (!lines) return lines.error();
        if (kind.prefix == 'M') lines = keep_booked(record.find(kind.list)->items(), std::move(*lines));
        if (!lines) return lines.error();
        record.set(kind.list, std::move(*lines));
    }
    if (const Json::Array* given = reader.array("checklist", steps_max)) {
        Outcome<Json> steps = read_checklist(*given, record.find("checklist"));
        if (!steps) return steps.error();
        record.set("checklist", std::move(*steps));
    }
    if (reader.failed()) return reader.problem();
    std::int64_t counter = record.int_or("line_counter", 0);
    Outcome<> numbered = number_lines(record, counter);
    if (!numbered) return numbered.error();
    record.set("line_counter", counter);
    return apply_planned(record, reader);
}

Outcome<> WorkOrders::apply(Json& record, Reader& reader) {
    if (reader.failed()) return reader.problem();
    apply_texts(record, reader);
    apply_values(record, reader);
    if (reader.failed()) return reader.problem();
    Outcome<> received = apply_receiver(record, reader);
    if (!received) return received.error();
    return apply_lists(record, reader);
}

}  // namespace tieline::sandbox::cmms
