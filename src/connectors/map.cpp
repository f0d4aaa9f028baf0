#include "connectors/map.h"

#include "base/suggest.h"
#include "connectors/map_compiler.h"

#include <algorithm>

namespace tieline::connectors {
namespace {

constexpr std::size_t elements_most = 100'000;  ///< of all lists together: a map must not blow a small object up

bool is_empty_text(const Json& value) { return value.is_string() && value.string().empty(); }

/// "lines[2]." for a row within the third element of lines.
std::string scope_prefix(const MapScope& scope) {
    if (scope.list == nullptr) return {};
    if (!scope.list->from) return scope_prefix(*scope.parent);
    const MapPath& from = *scope.list->from;
    const std::string before = from.base == MapPath::Base::here ? scope_prefix(*scope.parent) : std::string();
    return before + from.text + "[" + std::to_string(scope.index) + "].";
}

std::string source_path(const MapPath& path, const MapScope& scope) {
    if (path.base == MapPath::Base::root) return path.text.substr(2);
    if (path.base != MapPath::Base::here) return path.text;
    std::string prefix = scope_prefix(scope);
    if (path.keys.empty() && !prefix.empty()) {
        prefix.pop_back();
        return prefix;
    }
    return prefix + path.text;
}

/// One apply(): walks the compiled rows, stops at the first failure.
class Applier {
public:
    explicit Applier(const FieldMap::Compiled& map) : map_(map) {}

    bool object(const MapShape& shape, const MapScope& scope, Json::Object& out) {
        out.reserve(shape.slots.size());
        for (const MapSlot& slot : shape.slots) {
            const bool fine = slot.kind == MapSlot::Kind::value    ? value(slot, scope, out)
                              : slot.kind == MapSlot::Kind::object ? nested(slot, scope, out)
                                                                   : list(slot, scope, out);
            if (!fine) return false;
        }
        return true;
    }
    Error take_error() { return std::move(error_); }

private:
    static bool applies(const MapRow& row, const MapScope& scope) {
        return std::all_of(row.when.begin(), row.when.end(),
                           [&](const MapCondition& condition) { return holds(condition, scope); });
    }

    bool value(const MapSlot& slot, const MapScope& scope, Json::Object& out) {
        const MapRow* writer = nullptr;
        for (const MapRow& row : slot.rows) {
            if (!applies(row, scope)) continue;
            if (writer != nullptr) {
                MapFailure failure;
                failure.code = "two_rows_apply";
                failure.what = "the conditions of the rows at line " + std::to_string(writer->line) + " and line " +
                               std::to_string(row.line) + " hold at once";
                return failed(row, scope, failure, nullptr);
            }
            writer = &row;
        }
        if (writer == nullptr) return true;
        Json result;
        const MapOutcome outcome = evaluate(*writer, scope, result);
        if (outcome == MapOutcome::written) out.emplace_back(slot.key, std::move(result));
        return outcome != MapOutcome::failed;
    }

    MapOutcome evaluate(const MapRow& row, const MapScope& scope, Json& out) {
        if (row.constant) {
            out = *row.constant;
            return MapOutcome::written;
        }
        MapFailure failure;
        MapOutcome outcome = MapOutcome::left_out;
        if (row.from->base == MapPath::Base::index) {
            const Json number(static_cast<std::int64_t>(scope.index + 1));
            outcome = convert(row, number, scope, out, failure);
        } else {
            const Json* source = resolve(*row.from, scope);
            const bool missing = source == nullptr || source->is_null();
            if (row.fallback && (missing || is_empty_text(*source))) {
                out = *row.fallback;
                return MapOutcome::written;
            }
            if (missing && !row.required) return MapOutcome::left_out;
            if (missing) {
                failure.code = "missing_field";
                failure.what = "it is missing, but the field is required";
                outcome = MapOutcome::failed;
            } else {
                outcome = convert(row, *source, scope, out, failure);
            }
        }
        if (outcome == MapOutcome::failed) failed(row, scope, failure, nullptr);
        return outcome;
    }

    bool nested(const MapSlot& slot, const MapScope& scope, Json::Object& out) {
        Json::Object members;
        if (!object(*slot.object, scope, members)) return false;
        if (!members.empty()) out.emplace_back(slot.key, Json(std::move(members)));
        return true;
    }

    bool list(const MapSlot& slot, const MapScope& scope, Json::Object& out) {
        Json::Array items;
        bool present = false;
        for (const MapRow& row : slot.rows) {
            if (applies(row, scope) && !append(row, scope, items, present)) return false;
        }
        if (present) out.emplace_back(slot.key, Json(std::move(items)));
        return true;
    }

    bool append(const MapRow& row, const MapScope& scope, Json::Array& items, bool& present) {
        if (!row.from) {
            const MapScope inner{scope.here, scope.root, scope.settings, &scope, &row, scope.index};
            if (!element(row, inner, *scope.here, items)) return false;
            present = true;
            return true;
        }
        const Json* source = resolve(*row.from, scope);
        const bool missing = source == nullptr || source->is_null();
        MapFailure failure;
        if (!missing && !source->is_array()) {
            failure.code = "wrong_type";
            failure.what = "a list is needed";
            return failed(row, scope, failure, nullptr);
        }
        if (row.required && (missing || source->items().empty())) {
            failure.code = "missing_field";
            failure.what =
                missing ? "the list is missing, but it is required" : "the list is empty, but it is required";
            return failed(row, scope, failure, nullptr);
        }
        if (missing) return true;
        if (!row.omit_if_empty || !source->items().empty()) present = true;
        items.reserve(items.size() + std::min(source->items().size(), elements_most));
        for (std::size_t i = 0; i < source->items().size(); ++i) {
            const Json& one = source->items()[i];
            const MapScope inner{&one, scope.root, scope.settings, &scope, &row, i};
            const bool chosen = std::all_of(row.only.begin(), row.only.end(),
                                            [&](const MapCondition& condition) { return holds(condition, inner); });
            if (chosen && !element(row, inner, one, items)) return false;
        }
        return true;
    }

    bool element(const MapRow& row, const MapScope& inner, const Json& one, Json::Array& items) {
        MapFailure failure;
        if (++elements_ > elements_most) {
            failure.code = "too_long";
            failure.what = "all lists together have more than " + std::to_string(elements_most) + " elements";
            return failed(row, inner, failure, &inner);
        }
        if (row.element != nullptr) {
            Json::Object members;
            if (!object(*row.element, inner, members)) return false;
            items.emplace_back(std::move(members));
            return true;
        }
        Json value;
        const MapOutcome outcome = convert(row, one, inner, value, failure);
        if (outcome == MapOutcome::failed) return failed(row, inner, failure, &inner);
        if (outcome == MapOutcome::written) items.push_back(std::move(value));
        return true;
    }

    /// Writes the error down; `at_element`: it is about that element itself. Always false.
    bool failed(const MapRow& row, const MapScope& scope, const MapFailure& failure, const MapScope* at_element) {
        std::string source;
        if (at_element != nullptr) {
            source = source_path(MapPath{}, *at_element);
        } else if (row.from) {
            source = source_path(*row.from, scope);
        }
        error_ =
            make_error(failure.kind,
                       "field map '" + map_.name + "', table '" + *row.table + "': cannot write '" + row.to +
                           "' from '" + source + "': " + failure.what + ". Correct it at its source, or the map (" +
                           map_.file_name + ", line " + std::to_string(row.line) + ")",
                       failure.code, source);
        return false;
    }

    const FieldMap::Compiled& map_;
    Error error_;
    std::size_t elements_ = 0;
};

}  // namespace

const char* to_string(FieldType type) {
    switch (type) {
        case FieldType::text:
            return "text";
        case FieldType::decimal:
            return "decimal";
        case FieldType::integer:
            return "integer";
        case FieldType::boolean:
            return "boolean";
        case FieldType::date:
            return "date";
        case FieldType::time:
            return "time";
        case FieldType::enumeration:
            return "enum";
        case FieldType::list:
            return "list";
        case FieldType::any:
            return "any";
    }
    return "text";
}

const MapTable* FieldMap::Compiled::find(std::string_view table) const {
    for (const auto& each : tables) {
        if (each->name == table) return each.get();
    }
    return nullptr;
}

Result<FieldMap> FieldMap::compile(std::string_view yaml, std::string_view file_name) {
    MapCompiler compiler(file_name);
    TIELINE_TRY(std::shared_ptr<const Compiled> compiled, compiler.run(yaml));
    return FieldMap(std::move(compiled));
}

Result<Json> FieldMap::apply(std::string_view table, const Json& source, const Json& settings) const {
    const MapTable* found = compiled_->find(table);
    if (found == nullptr) {
        return make_error(ErrorKind::unsupported,
                          "the field map '" + compiled_->name + "' (" + compiled_->file_name + ") has no table '" +
                              std::string(table) + "'" + did_you_mean(table, tables()) +
                              ". Add it, or do not send this kind",
                          "no_table");
    }
    if (!source.is_object()) {
        return make_error(ErrorKind::invalid,
                          "field map '" + compiled_->name + "', table '" + found->name + "': the source is no object",
                          "wrong_type");
    }
    Applier applier(*compiled_);
    const MapScope scope{&source, &source, &settings, nullptr, nullptr, 0};
    Json::Object members;
    if (!applier.object(*found->shape, scope, members)) return applier.take_error();
    return Json(std::move(members));
}

bool FieldMap::has_table(std::string_view table) const { return compiled_->find(table) != nullptr; }

std::vector<std::string> FieldMap::tables() const {
    std::vector<std::string> names;
    for (const auto& table : compiled_->tables) names.push_back(table->name);
    return names;
}

const std::string& FieldMap::name() const { return compiled_->name; }

std::string FieldMap::entity(std::string_view table) const {
    const MapTable* found = compiled_->find(table);
    return found == nullptr ? std::string() : found->entity;
}

}  // namespace tieline::connectors
