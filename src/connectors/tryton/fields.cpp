// The field map against what the running Tryton says of its own models: fields that are not there, or of another type.

#include "connectors/tryton/tryton.h"

#include <map>
#include <utility>

namespace tieline::connectors::tryton {
namespace {

/// One name on the way to a field: "lines|many[]" is the list `lines`.
struct Part {
    std::string name, type;
};

std::vector<Part> parts_of(const std::string& path) {
    std::vector<Part> parts;
    std::size_t begin = 0;
    while (begin <= path.size()) {
        const std::size_t point = std::min(path.find('.', begin), path.size());
        std::string text = path.substr(begin, point - begin);
        if (text.ends_with("[]")) text.resize(text.size() - 2);
        const std::size_t bar = text.find('|');
        parts.push_back({text.substr(0, bar), bar == std::string::npos ? "" : text.substr(bar + 1)});
        begin = point + 1;
    }
    return parts;
}

/// Types of Tryton's fields that take what the map writes.
bool takes(const std::string& field_type, const std::string& written) {
    if (written == "many") return field_type == "one2many";
    if (written == "decimal") return field_type == "numeric";
    if (written == "date" || written == "float") return field_type == written;
    if (written.empty()) return field_type == "char" || field_type == "text";
    return field_type == "many2one";  // the id of an object
}

}  // namespace

Exchange<Json> Tryton::definitions(std::string model) {
    Json::Array params{Json()};
    Exchange<Json> asking = ask(std::move(model), "fields_get", std::move(params), Effect::read);
    Result<Json> answer = co_await std::move(asking);
    co_return answer;
}

Exchange<Json> Tryton::map_mistakes() {
    std::map<std::string, Json> known;  // by model
    Json mistakes = Json::array();
    for (const Route& route : routes()) {
        if (route.deed == Deed::cancel) continue;
        for (const TargetField& field : map_.targets(route.kind)) {
            std::string model(route.document->model);
            for (const Part& part : parts_of(field.path)) {
                // What is only checked, or stands for the one line of a change.
                if (part.type == "none" || part.type == "company_currency") break;
                const bool is_line = part.name == "line" && part.type.empty();
                const std::string name = is_line ? std::string(lines_of(*route.document)) : part.name;
                const std::string type = is_line ? "many" : part.type;
                if (!known.contains(model)) {
                    Exchange<Json> asking = definitions(model);
                    Result<Json> answer = co_await std::move(asking);
                    if (!answer) co_return answer;
                    known[model] = std::move(*answer);
                }
                const Json* definition = known[model].find(name);
                const std::string there = definition == nullptr ? "" : definition->text_or("type");
                if (!takes(there, type)) {
                    const std::string words =
                        definition == nullptr ? " has no field " + name : "'s field " + name + " is of type " + there;
                    mistakes.push_back(Json("the field map, line " + std::to_string(field.line) + ", table " +
                                            std::string(route.kind) + ": Tryton's " + model + words));
                    break;
                }
                model = definition->text_or("relation");
            }
        }
    }
    co_return mistakes;
}

}  // namespace tieline::connectors::tryton
