#include "sandbox/cmms/checklist.h"

#include "sandbox/cmms/reader.h"

#include <algorithm>

namespace tieline::sandbox::cmms {
namespace {

constexpr std::size_t choices_max = 50;

Outcome<Json> read_step(const Json& input, std::int64_t position, const std::string& path) {
    Reader reader(input, path,
                  {"step", "text", "type", "required", "unit", "min", "max", "choices", "value", "done_by", "done_at"});
    Json step = Json::object();
    step.set("step", reader.integer("step", 1, 9'999, position));
    step.set("text", reader.text("text", 300, Reader::Need::required));
    const std::string type = reader.one_of("type", {"CHECK", "NUMBER", "TEXT", "CHOICE"}, "CHECK");
    step.set("type", type);
    step.set("required", reader.boolean("required", false));
    if (type == "NUMBER") {
        step.set("unit", reader.text("unit", 12));
        for (const char* bound : {"min", "max"}) {
            if (!reader.has(bound)) continue;
            step.set(bound, Json::number(reader.decimal(bound, Reader::Sign::any).str()));
        }
    }
    if (type == "CHOICE") {
        Json choices = Json::array();
        const Json::Array* given = reader.array("choices", choices_max);
        if (given == nullptr || given->empty()) {
            reader.fail(invalid("missing_field", reader.path_of("choices"), "a CHOICE step needs its choices"));
        } else {
            for (const Json& choice : *given) {
                if (choice.is_string() && !choice.string().empty()) {
                    choices.push_back(choice);
                } else {
                    reader.fail(invalid("wrong_type", reader.path_of("choices"), "each choice must be a text"));
                }
            }
        }
        step.set("choices", std::move(choices));
    }
    step.set("value", Json());
    step.set("done_by", "");
    step.set("done_at", "");
    if (reader.failed()) return reader.problem();
    return step;
}

const Json* step_of(const Json& checklist, std::int64_t number) {
    for (const Json& step : checklist.items()) {
        if (step.int_or("step", 0) == number) return &step;
    }
    return nullptr;
}

void keep_value(Json& step, const Json* previous) {
    if (previous == nullptr || !previous->is_array()) return;
    const Json* old = step_of(*previous, step.int_or("step", 0));
    if (old == nullptr || old->text_or("type") != step.text_or("type")) return;
    for (const char* key : {"value", "done_by", "done_at"}) step.set(key, *old->find(key));
}

Outcome<Json> number_value(const Json& step, Reader& reader) {
    const Decimal value = reader.decimal("value", Reader::Sign::any, Reader::Need::required);
    if (reader.failed()) return reader.problem();
    const auto bound_of = [&step](const char* key) -> std::optional<Decimal> {
        if (step.find(key) == nullptr) return std::nullopt;
        const Result<Decimal> bound = step.decimal(key);
        return bound ? std::optional<Decimal>(*bound) : std::nullopt;
    };
    const auto least = bound_of("min"), most = bound_of("max");
    if ((least && value < *least) || (most && value > *most)) {
        return invalid("out_of_range", "value",
                       "the reading " + value.str() + " is outside " + (least ? least->str() : "-") + " to " +
                           (most ? most->str() : "-") + "; check the reading or report the deviation as a new request");
    }
    return Json::number(value.str());
}

Outcome<Json> value_for(const Json& step, Reader& reader) {
    const std::string type = step.text_or("type");
    Json value;
    if (type == "CHECK") value = Json(reader.boolean("value", false));
    if (type == "TEXT") value = Json(reader.text("value", 1'000, Reader::Need::required));
    if (type == "NUMBER") return number_value(step, reader);
    if (type == "CHOICE") {
        std::vector<std::string_view> choices;
        for (const Json& choice : step.find("choices")->items()) choices.push_back(choice.string());
        value = Json(reader.one_of("value", choices, ""));
    }
    if (!reader.has("value")) {
        reader.fail(invalid("missing_field", "value", "give the value of this step"));
    }
    if (reader.failed()) return reader.problem();
    return value;
}

}  // namespace

Outcome<Json> read_checklist(const Json::Array& input, const Json* previous, const std::string& list) {
    Json checklist = Json::array();
    for (std::size_t index = 0; index < input.size(); ++index) {
        const std::string path = list + "[" + std::to_string(index) + "]";
        Outcome<Json> step = read_step(input[index], static_cast<std::int64_t>(index) + 1, path);
        if (!step) return step.error();
        if (step_of(checklist, step->int_or("step", 0)) != nullptr) {
            return invalid("duplicate_step", path + ".step", "this step number is used twice");
        }
        keep_value(*step, previous);
        checklist.push_back(std::move(*step));
    }
    return checklist;
}

Outcome<> fill_step(Json& checklist, std::int64_t number, const Json& input, WallTime now) {
    for (Json& step : checklist.items()) {
        if (step.int_or("step", 0) != number) continue;
        Reader reader(input, "", {"value", "by", "at"});
        const std::string by = reader.code("by", 20), at = reader.time("at");
        Outcome<Json> value = value_for(step, reader);
        if (!value) return value.error();
        step.set("value", std::move(*value));
        step.set("done_by", by);
        step.set("done_at", at.empty() ? format_time(now) : at);
        return {};
    }
    return not_found("unknown_step", "this checklist has no step " + std::to_string(number));
}

Outcome<> check_complete(const Json& checklist) {
    for (const Json& step : checklist.items()) {
        if (!step.bool_or("required", false)) continue;
        const Json* value = step.find("value");
        const bool is_done = !value->is_null() && !(value->is_bool() && !value->boolean());
        if (is_done) continue;
        Problem problem =
            conflict("checklist_incomplete", "step " + std::to_string(step.int_or("step", 0)) + " (" +
                                                 step.text_or("text") + ") is required and not done yet; do it first");
        problem.field = "checklist";
        return problem;
    }
    return {};
}

}  // namespace tieline::sandbox::cmms
