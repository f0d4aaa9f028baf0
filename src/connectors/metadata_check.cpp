// A field map against what is known of both sides.

#include "base/suggest.h"
#include "connectors/metadata.h"

#include <algorithm>

namespace tieline::connectors {
namespace {

using Does = TableUse::Does;

/// One side of a table: whose fields they are, and how messages name it.
struct Side {
    const Metadata& metadata;
    const Entity& entity;
    std::string words;  ///< "the peer's Journal", "the canonical journal.post"
};

bool is_text(FieldType type) { return type == FieldType::text || type == FieldType::enumeration; }

/// What a row writes, into a field of that type.
bool takes(const MetaField& field, const TargetField& row) {
    if (field.type == FieldType::any) return true;
    if (field.list && field.entity.empty()) return row.type == field.type || (is_text(row.type) && is_text(field.type));
    if (field.list || !field.entity.empty()) return row.type == FieldType::list;
    switch (field.type) {
        case FieldType::text:
        case FieldType::enumeration:
            return is_text(row.type) || (!row.as_number && row.type != FieldType::boolean &&
                                         row.type != FieldType::any && row.type != FieldType::list);
        case FieldType::decimal:
            return row.type == FieldType::decimal || row.type == FieldType::integer;
        default:
            return row.type == field.type;
    }
}

/// What a row can read out of a field of that type.
bool gives(const MetaField& field, const TargetField& row) {
    if (field.type == FieldType::any || row.type == FieldType::any) return true;
    if (!field.entity.empty()) return row.type == FieldType::list;
    if (is_text(row.type) || row.looked_up) return true;
    if (row.type == FieldType::decimal) return field.type == FieldType::decimal || field.type == FieldType::integer;
    return row.type == field.type;
}

std::string type_words(const MetaField& field) {
    if (field.list) return field.entity.empty() ? "a list of plain values" : "a list";
    return field.entity.empty() ? std::string("of type ") + to_string(field.type) : "an object";
}

class Check {
public:
    Check(const FieldMap& map, std::string_view map_file, const Metadata& peer, const Metadata& canonical)
        : map_(map), map_file_(map_file), peer_(peer), canonical_(canonical) {}

    std::vector<Error> run() {
        for (const TableUse& use : peer_.tables) {
            if (map_.has_table(use.table)) table(use);
        }
        std::stable_sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<Error> errors;
        for (auto& [line, error] : found_) errors.push_back(std::move(error));
        return errors;
    }

private:
    void table(const TableUse& use) {
        const Entity* peer = peer_.find(use.entity);
        const Entity* canonical = canonical_.find(use.canonical);
        const std::vector<TargetField> rows = map_.targets(use.table);
        table_ = use.table;
        first_line_ = 0;
        for (const TargetField& row : rows)
            if (first_line_ == 0 || row.line < first_line_) first_line_ = row.line;
        if (peer == nullptr) return;  // read_metadata has refused that
        if (canonical == nullptr) {
            report(first_line_, "unknown_field", use.canonical,
                   "the canonical model has nothing named '" + use.canonical + "'; see docs/commands.md");
            return;
        }
        const Side outside{peer_, *peer, peer_.name + "'s " + use.entity};
        const Side inside{canonical_, *canonical, "the canonical " + use.canonical};
        const bool reads = use.does == Does::read;
        const Side& to = reads ? inside : outside;
        const Side& from = reads ? outside : inside;
        for (const TargetField& row : rows) {
            target(to, row);
            sources(from, row, !reads);
        }
        if (use.does != Does::update) required(to, rows);
        for (const std::string& field : use.needs) must_write(to, rows, field);
        if (reads) keys(from, rows);
    }

    void target(const Side& side, const TargetField& row) {
        const MetaField* field = side.metadata.at(side.entity, row.path);
        if (field == nullptr) {
            report(row.line, "unknown_field", row.path,
                   side.words + " has no field '" + row.path + "'" +
                       did_you_mean(row.path, side.metadata.paths(side.entity)) + "; correct 'to'");
            return;
        }
        if (!takes(*field, row)) {
            report(row.line, "wrong_type", row.path,
                   "'" + row.path + "' of " + side.words + " is " + type_words(*field) + ", but this row writes " +
                       to_string(row.type) + (row.as_number ? " as a number" : "") + "; correct 'type'");
            return;
        }
        values(side, row, *field);
        lengths(side, row, *field);
    }

    void values(const Side& side, const TargetField& row, const MetaField& field) {
        if (field.values.empty()) return;
        for (const std::string& value : row.values) {
            if (std::find(field.values.begin(), field.values.end(), value) != field.values.end()) continue;
            report(row.line, "unknown_value", row.path,
                   "'" + row.path + "' of " + side.words + " does not take '" + value + "'" +
                       did_you_mean(value, field.values) + "; correct the lookup or the constant");
            return;
        }
        if (row.values.empty() && is_text(row.type)) {
            report(row.line, "unknown_value", row.path,
                   "'" + row.path + "' of " + side.words +
                       " takes certain values only, but this row can write any; give it a lookup that lists them");
        }
    }

    void lengths(const Side& side, const TargetField& row, const MetaField& field) {
        const bool plain_text = is_text(row.type) && is_text(field.type);
        if (plain_text && field.max_length > 0 && (row.longest == 0 || row.longest > field.max_length)) {
            const std::string most = std::to_string(field.max_length);
            report(row.line, "too_long", row.path,
                   "'" + row.path + "' of " + side.words + " holds " + most + " characters, but this row can write " +
                       (row.longest == 0 ? "more" : std::to_string(row.longest)) + "; add max: " + most +
                       ", or the rule truncate");
        }
        const bool is_decimal = row.type == FieldType::decimal && field.type == FieldType::decimal;
        if (is_decimal && field.scale >= 0 && (row.places < 0 || row.places > field.scale)) {
            const std::string most = std::to_string(field.scale);
            report(row.line, "too_many_decimals", row.path,
                   "'" + row.path + "' of " + side.words + " holds " + most +
                       " digits after the point, but this row can write " +
                       (row.places < 0 ? "more" : std::to_string(row.places)) + "; add scale: " + most +
                       ", or the rule round");
        }
        const bool is_number = is_decimal || row.type == FieldType::integer;
        if (is_number && field.precision > 0 && row.max > static_cast<std::size_t>(field.precision)) {
            report(row.line, "too_long", row.path,
                   "'" + row.path + "' of " + side.words + " holds " + std::to_string(field.precision) +
                       " digits, but this row allows " + std::to_string(row.max) + "; correct 'max'");
        }
    }

    void sources(const Side& side, const TargetField& row, bool is_command) {
        const auto is_added = [&](const std::string& path) {
            const auto& adds = peer_.adds;
            const std::string name = path.starts_with("$.") ? path.substr(2) : path;
            return is_command && std::find(adds.begin(), adds.end(), name) != adds.end();
        };
        if (!row.source.empty() && !is_added(row.source)) source(side, row, row.source, true);
        for (const std::string& path : row.also)
            if (!is_added(path)) source(side, row, path, false);
    }

    void source(const Side& side, const TargetField& row, const std::string& written, bool is_value) {
        constexpr std::string_view setting = "$settings.";
        std::string path = written;
        if (path.starts_with(setting)) {
            const auto& known = peer_.settings;
            const std::string name = path.substr(setting.size());
            if (std::find(known.begin(), known.end(), name) == known.end())
                report(row.line, "unknown_field", written,
                       "the connector gives maps no setting '" + name + "'" + did_you_mean(name, known) +
                           "; correct 'from'");
            return;
        }
        if (path.starts_with("$.")) path = path.substr(2);
        if (path == "$index" || path == "." || path.ends_with("$index")) return;
        const MetaField* field = side.metadata.at(side.entity, path);
        // The element of a list of plain values is named like the list, without its brackets.
        if (field == nullptr && !path.ends_with("]")) field = plain_element(side, path);
        if (field == nullptr) {
            report(row.line, "unknown_field", written,
                   side.words + " has no field '" + written + "'" +
                       did_you_mean(path, side.metadata.paths(side.entity)) + "; correct 'from', 'when' or 'rule'");
            return;
        }
        if (is_value && !gives(*field, row)) {
            report(row.line, "wrong_type", written,
                   "'" + written + "' of " + side.words + " is " + type_words(*field) + ", but this row reads " +
                       to_string(row.type) + "; correct 'type'");
        }
    }

    /// Of "$.x" and the like in conditions: an object as a whole ("charge_to present").
    static const MetaField* plain_element(const Side& side, const std::string& path) {
        for (const MetaField& each : side.entity.fields)
            if (each.list && each.name == path) return &each;
        return nullptr;
    }

    void required(const Side& side, const std::vector<TargetField>& rows) {
        required_in(side, side.entity, "", rows, 0);
    }

    void required_in(const Side& side, const Entity& entity, const std::string& prefix,
                     const std::vector<TargetField>& rows, int depth) {
        for (const MetaField& field : entity.fields) {
            const std::string path = prefix + field.name + (field.list ? "[]" : "");
            const Entity* inner = field.entity.empty() ? nullptr : side.metadata.find(field.entity);
            const bool is_written = std::any_of(rows.begin(), rows.end(), [&](const TargetField& row) {
                return row.path == path || row.path.starts_with(path + ".");
            });
            if (!field.nullable) {
                if (inner != nullptr && !field.list && !is_written) missing(side, rows, path);
                if (inner == nullptr || field.list) must_write(side, rows, path);
            }
            if (inner != nullptr && is_written && depth < 8) required_in(side, *inner, path + ".", rows, depth + 1);
        }
    }

    /// At least one row writes it for certain; rows with conditions are trusted to cover each other.
    void must_write(const Side& side, const std::vector<TargetField>& rows, const std::string& path) {
        const TargetField* writer = nullptr;
        for (const TargetField& row : rows) {
            if (row.path != path) continue;
            if (row.certain) return;
            writer = &row;
        }
        if (writer == nullptr) return missing(side, rows, path);
        report(writer->line, "missing_key", path,
               "'" + path + "' must be given to " + side.words +
                   ", but this row leaves it out where its source has no value; add required: true, or a default");
    }

    void missing(const Side& side, const std::vector<TargetField>&, const std::string& path) {
        report(first_line_, "missing_key", path,
               "'" + path + "' must be given to " + side.words + ", but no row writes it; add one");
    }

    void keys(const Side& side, const std::vector<TargetField>& rows) {
        for (const MetaField& field : side.entity.fields) {
            const bool is_read = std::any_of(rows.begin(), rows.end(), [&](const TargetField& row) {
                return row.source == field.name && row.certain;
            });
            if (!field.key || is_read) continue;
            report(first_line_, "missing_key", field.name,
                   "'" + field.name + "' tells one object of " + side.words +
                       " from another, but no row with required: true reads it; add one");
        }
    }

    void report(int line, const char* code, const std::string& field, const std::string& what) {
        found_.emplace_back(
            line,
            make_error(ErrorKind::invalid, map_file_ + ":" + std::to_string(line) + ": table '" + table_ + "': " + what,
                       code, field));
    }

    const FieldMap& map_;
    std::string map_file_;
    const Metadata& peer_;
    const Metadata& canonical_;
    std::string table_;
    int first_line_ = 0;
    std::vector<std::pair<int, Error>> found_;
};

}  // namespace

std::vector<Error> check_map(const FieldMap& map, std::string_view map_file, const Metadata& peer,
                             const Metadata& canonical) {
    return Check(map, map_file, peer, canonical).run();
}

}  // namespace tieline::connectors
