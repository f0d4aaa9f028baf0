#include "connectors/sap_s4/errors.h"

#include <algorithm>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::string_view severity_error = "3";
/// "Error in document: …" stands above every refusal of the journal service; the reason is one of the notes below it.
constexpr std::string_view headline = "RW/609";

bool is_no_document(std::string_view number) { return number.find_first_not_of("0 ") == std::string_view::npos; }

/// "609(RW)" → "RW/609", as OData writes it.
std::string code_of(std::string_view type_id) {
    const std::size_t open = type_id.find('(');
    if (open == std::string_view::npos || !type_id.ends_with(')')) return std::string(type_id.substr(0, 40));
    return std::string(type_id.substr(open + 1, type_id.size() - open - 2)) + "/" +
           std::string(type_id.substr(0, open));
}

struct Notes {
    std::string errors, others;
    std::string code;      ///< of the first error that the map knows, else of the first error
    std::string known_as;  ///< what the map says of it
};

Notes notes_of(const FieldMap& map, const base::XmlElement& confirmation) {
    Notes notes;
    const base::XmlElement* log = confirmation.child("Log");
    if (log == nullptr) return notes;
    for (const base::XmlElement& item : log->children) {
        if (item.name != "Item") continue;
        const std::string words(item.text_of("Note"));
        const bool is_error = item.text_of("SeverityCode") >= severity_error;
        std::string& place = is_error ? notes.errors : notes.others;
        if (!words.empty() && place.size() < 500) place += (place.empty() ? "" : "; ") + words;
        if (!is_error) continue;
        const std::string code = code_of(item.text_of("TypeID"));
        const auto row = map.apply("message", Json::object({{"code", code}}));
        const std::string known = row ? row->text_or("code", code) : code;
        const bool is_unknown = notes.known_as == notes.code;
        const bool is_better = notes.code.empty() || notes.code == headline || (is_unknown && known != code);
        if (is_better) notes.code = code, notes.known_as = known;
    }
    return notes;
}

}  // namespace

Error meaning_of(const FieldMap& map, rest::Effect effect, Error error) {
    const bool is_refusal = error.kind == ErrorKind::invalid || error.kind == ErrorKind::conflict;
    if (is_refusal && !error.code.empty()) {
        const auto row = map.apply("message", Json::object({{"code", error.code}}));
        if (row) error.code = row->text_or("code", error.code);
        if (error.code == "locked") {
            error.kind = ErrorKind::transient;
            error.message += ". Somebody is working on it; it is tried again by itself";
        }
    }
    if (error.kind == ErrorKind::not_found && effect == rest::Effect::write) {
        error.kind = ErrorKind::invalid;
        if (error.code.empty()) error.code = "not_found";
    }
    return error;
}

Result<JournalAnswer> journal_answer(const rest::Access& access, const FieldMap& map, const base::XmlElement& answer) {
    const base::XmlElement* confirmation = answer.child("JournalEntryCreateConfirmation");
    if (answer.name != "JournalEntryBulkCreateConfirmation" || confirmation == nullptr)
        return rest::bad_reply(access, rest::Effect::write, "it is no confirmation of a journal entry");
    const base::XmlElement* made = confirmation->child("JournalEntryCreateConfirmation");
    if (made == nullptr || made->child("AccountingDocument") == nullptr)
        return rest::bad_reply(access, rest::Effect::write, "it does not say what became of the journal entry");
    Notes notes = notes_of(map, *confirmation);
    JournalAnswer read{std::string(made->text_of("AccountingDocument")), std::string(made->text_of("FiscalYear")),
                       std::string(made->text_of("CompanyCode")), notes.others};
    if (!is_no_document(read.document)) {
        if (read.year.empty() || is_no_document(read.year))
            return rest::bad_reply(access, rest::Effect::write, "it names a document without its fiscal year");
        return read;
    }
    if (notes.errors.empty()) notes.errors = notes.others.empty() ? "no reason was given" : notes.others;
    Error error = make_error(ErrorKind::invalid, access.system + " did not post the journal entry: " + notes.errors,
                             notes.code.empty() ? "refused" : notes.code);
    if (!notes.code.empty()) error.message += " (" + notes.code + ")";
    error.details = Json::object({{"peer_code", notes.code}}).dump();
    return meaning_of(map, rest::Effect::write, std::move(error));
}

}  // namespace tieline::connectors::sap_s4
