#pragma once
// Which command becomes which object of Tryton, by which steps; and its values on the wire. Pure. Private to this room.

#include "base/json.h"
#include "connectors/map.h"
#include "model/command.h"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::tryton {

/// One button of a model's workflow that leads out of a state.
struct Step {
    std::string_view from, method;
};
/// A model with a workflow, in which our key stands in a field that can be searched.
struct Document {
    std::string_view model, key_field, number_field;
    std::span<const Step> steps;               ///< from the draft to what counts as booked
    std::span<const std::string_view> booked;  ///< states that count
    std::span<const std::string_view> dead;    ///< states that count as not there
    std::string_view undo;                     ///< button that takes back what is not booked yet; "" where none does
    std::string_view words;                    ///< for messages: "journal entry"
};
/// What a command does.
enum class Deed { create, reverse, change, cancel };
struct Route {
    std::string_view kind;
    Deed deed;
    const Document* document;
    std::string_view number;  ///< member of the payload that names the object; "" for what is created
};

std::span<const Route> routes();
/// The field of a document's model that holds its lines.
std::string_view lines_of(const Document& document);

/// Documents of entries, issues and scrap are "number/id": Tryton guards no number against being given twice (over
/// SQLite two that are posted at once get the same one).
bool has_id_in_number(const Document& document);
std::string number_with_id(const std::string& number, std::int64_t id);
/// Conditions that find the object of a document: by number and id, or by the number alone, as a person writes it.
Json clauses_of_number(const Document& document, const std::string& text);

Result<const Route*> route_of(const model::Command& command);

/// A code that must become an id before the values can be sent.
struct Reference {
    std::string model, code;
    bool operator==(const Reference&) const = default;
};

/// The command's payload as values of the model, with {"model","code"} in place of ids. Kind invalid as of the map.
/// `settings` are those of the connector that the map may name.
Result<Json> values_of(const FieldMap& map, const Json& settings, const Route& route, const model::Command& command);
/// Every reference in the values, each once.
std::vector<Reference> references_in(const Json& values);
/// Replaces the references by what `id_of` says.
template <class IdOf>
void put_ids(Json& values, const IdOf& id_of) {
    if (values.is_array()) {
        for (Json& item : values.items()) put_ids(item, id_of);
    } else if (values.is_object()) {
        if (values.find("model") != nullptr && values.find("code") != nullptr) {
            values = id_of(Reference{values.text_or("model"), values.text_or("code")});
            return;
        }
        for (auto& [name, value] : values.members()) put_ids(value, id_of);
    }
}

/// One condition of a search: ["field","=",value].
Json clause(std::string_view field, std::string_view op, Json value);
/// A whole number that came as text, for a comparison with an id.
Json whole_number(const std::string& digits);
/// A list of texts.
Json texts(std::initializer_list<std::string_view> names);

/// Whether the list has this state.
bool holds(std::span<const std::string_view> list, std::string_view state);

// Drafts of journal entries (drafts.cpp). Nobody but administrators may delete one, or a line of one.

bool is_entry(const Document& document);
/// Whether an entry is without amounts: it counts as not there, also where somebody posted it.
bool is_emptied(const Document& document, const Json& row);
/// `values` of a new entry as what is written on a draft: its lines take the new values one by one, lines that are too
/// many amount to nothing. `draft` is a row with lines and the ids of their analytic lines.
Json values_on_draft(Json values, const Json& draft);
/// What makes a draft an emptied one.
Json without_amounts(const Json& draft);

/// The button that leads on from a state; "" where none does.
std::string_view next_step(const Document& document, std::string_view state);

}  // namespace tieline::connectors::tryton
