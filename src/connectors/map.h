#pragma once
// Field maps: YAML tables that turn one JSON object into another, compiled once at start. README.md describes the
// format for the people who write maps; in short:
//
//   map: sandbox_erp
//   lookups:
//     sides: {debit: D, credit: C}
//   tables:
//     journal.post:
//       - {to: companyCode, from: company_code, max: 4, required: true}
//       - {to: header.date, from: posting_date, type: date}
//       - to: lines[]                   # one element per element of the source array
//         from: lines[]
//         rows:
//           - {to: side, from: side, type: enum, lookup: sides}
//           - {to: amount, from: amount, type: decimal, required: true, rule: {round: $.currency}}
//           - {to: costCenter, from: receiver.code, when: receiver.kind = cost_center}

#include "base/json.h"
#include "base/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors {

enum class FieldType { text, decimal, integer, boolean, date, time, enumeration, list, any };
const char* to_string(FieldType type);

/// One field that a table writes, for comparison with the peer's own metadata.
struct TargetField {
    std::string path;  ///< "header.date", "lines[].amount"
    FieldType type = FieldType::text;
    std::size_t max = 0;  ///< characters of a text, digits of a decimal or integer; 0: no limit given
    int scale = -1;       ///< decimals: digits after the point at most; -1: no limit given
    bool required = false;
    bool as_number = false;           ///< written as a JSON number instead of a string
    std::vector<std::string> values;  ///< constant, or everything that the lookup can give; empty: anything
    std::string source;               ///< source path, empty for a constant
    int line = 0;                     ///< of the row in the map file
    std::size_t longest = 0;          ///< text: most characters that can come out of rules and limits; 0: any number
    int places = -1;                  ///< decimal: most digits after the point that can come out; -1: any number
    bool certain = false;             ///< written whenever it applies: required, a constant, or with a default
    bool conditional = false;         ///< applies only when its conditions hold
    bool looked_up = false;           ///< the source value goes through a code table
    std::vector<std::string> also{};  ///< source paths besides `source`: of its conditions and rules
};

/// A compiled map. Immutable and thread-safe after compile(); copies share one compiled map.
class FieldMap {
public:
    /// Compiles all tables of the file. Kind invalid, code "map_syntax" (no YAML, or not of the format) or
    /// "map_meaning" (a lookup or table that does not exist, two rows for one field, …); the message begins with
    /// "file:line:column: " and says what to do. Unknown keys are errors. Warnings do not exist.
    static Result<FieldMap> compile(std::string_view yaml, std::string_view file_name);

    /// Builds the target object. `settings` is what rows reach as "$settings.name"; it may be null. No YAML, no I/O.
    /// Kind invalid; `field` is the source path with indices ("lines[2].amount"), the message names table, target
    /// field, source path and the line of the map. Codes: "missing_field", "wrong_type", "too_long", "unknown_code"
    /// (not in the lookup), "bad_decimal", "bad_integer", "bad_date", "bad_time", "bad_boolean",
    /// "too_many_decimals", "unknown_currency", "two_rows_apply". An unknown table is kind unsupported, "no_table".
    Result<Json> apply(std::string_view table, const Json& source, const Json& settings = Json()) const;

    bool has_table(std::string_view table) const;
    std::vector<std::string> tables() const;  ///< in the order of the file
    const std::string& name() const;          ///< what `map:` says
    /// What the table's `entity:` says: the peer's name of the object, e.g. "A_MaintenanceOrder". "" when not given.
    std::string entity(std::string_view table) const;
    /// All fields that the table can write, those of sub-tables with their full path. Empty for an unknown table.
    std::vector<TargetField> targets(std::string_view table) const;
    /// Source paths that the table reads ("lines[].amount", "$settings.plant"), each once.
    std::vector<std::string> sources(std::string_view table) const;

    struct Compiled;  ///< private to map*.cpp

private:
    explicit FieldMap(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
    std::shared_ptr<const Compiled> compiled_;
};

}  // namespace tieline::connectors
