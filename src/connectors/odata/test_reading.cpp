// How the strict fake of services reads: sets, single entities, navigations, pages.

#include "connectors/odata/odata.h"
#include "connectors/odata/test_filter.h"
#include "connectors/odata/test_service.h"

#include <algorithm>

namespace tieline::connectors::odata::test {

/// "Set(P_X='1')/Set": a set with parameters, whose rows carry them.
Service::Answer Service::read_with_parameters(const Metadata& service, const std::string& rest,
                                              const net::Target& target) const {
    std::string set;
    const Keys keys = keys_of(rest.substr(0, rest.size() - 4), set);
    const EntityType* type = service.type_of_set(set + "Set");
    Selection selection;
    std::string wrong = type == nullptr ? "No set " + set : selection.read(service, *type, target);
    for (const auto& [name, value] : keys)
        if (wrong.empty() && !type->is_key(name)) wrong = "'" + name + "' is no parameter of " + set;
    if (!wrong.empty() || keys.empty()) return refused(400, "/IWFND/CM_MGW/537", wrong);
    Json::Array its, shown;
    for (const Json& row : rows(set + "Set"))
        if (matches(row, keys)) its.push_back(row);
    for (const Json& row : selection.page(selection.chosen(its))) shown.push_back(selection.shown(row));
    return {200, Json::object({{"results", Json(std::move(shown))}}), {}};
}

Service::Answer Service::read_one(const Metadata& service, const std::string& set, const Keys& keys,
                                  const net::Target& target) const {
    const EntityType& type = *service.type_of_set(set);
    for (const auto& [name, value] : keys)
        if (!type.is_key(name)) return refused(400, "X/KEY", "'" + name + "' is no key of " + set, name);
    if (keys.size() != type.keys.size()) return refused(400, "X/KEY", "Keys of " + set + " are missing");
    Selection selection;
    const std::string wrong = selection.read(service, type, target);
    if (!wrong.empty()) return refused(400, "/IWFND/CM_MGW/537", wrong);
    const Json::Array& all = rows(set);
    const auto row = std::find_if(all.begin(), all.end(), [&](const Json& each) { return matches(each, keys); });
    if (row == all.end()) return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
    Json::Array found{*row};
    if (!is_shown(type, selection, found)) return refused(switches.broken_status, "SY/530", "ASSERTION_FAILED");
    for (const std::string& path : selection.expands) {
        Answer expanded = expand(service, type, path, found);
        if (expanded.status != 200) return expanded;
    }
    Answer answered{200, selection.shown(found.front()), {}};
    if (switches.etags) answered.headers.emplace_back("ETag", etag_of(*row));
    return answered;
}

Service::Answer Service::read(const Metadata& service, const std::string& rest, const net::Target& target) const {
    if (rest.ends_with(")/Set")) return read_with_parameters(service, rest, target);
    std::string set;
    Keys keys = keys_of(rest, set);
    const EntityType* type = service.type_of_set(set);
    if (type == nullptr)
        return refused(404, "005056A509B11EE1B9A8FEC11C21578E", "Resource not found for segment '" + set + "'");
    if (!keys.empty()) return read_one(service, set, named(std::move(keys), *type), target);
    Selection selection;
    std::string wrong = selection.read(service, *type, target);
    const bool asks_null = std::any_of(selection.all_of.begin(), selection.all_of.end(),
                                       [](const Comparison& each) { return each.is_null; });
    if (asks_null && !switches.compares_null) wrong = "The literal null is not supported";
    if (!wrong.empty()) return refused(400, "/IWFND/CM_MGW/537", wrong);
    Json::Array besides = reckoned(set);
    if (!besides.empty()) besides.insert(besides.begin(), rows(set).begin(), rows(set).end());
    const Json::Array all = selection.chosen(besides.empty() ? rows(set) : besides);
    Json::Array found = selection.page(all);
    Json answered = Json::object({});
    if (switches.page_rows > 0 && found.size() > switches.page_rows) {
        found.resize(switches.page_rows);
        answered.set("__next", next_link(service.service() + "/" + rest, target, selection.skip + switches.page_rows,
                                         selection.top - switches.page_rows));
    }
    if (!is_shown(*type, selection, found)) return refused(switches.broken_status, "SY/530", "ASSERTION_FAILED");
    for (const std::string& path : selection.expands) {
        Answer expanded = expand(service, *type, path, found);
        if (expanded.status != 200) return expanded;
    }
    Json::Array shown;
    for (const Json& row : found) shown.push_back(selection.shown(row));
    if (selection.counts) answered.set("__count", std::to_string(all.size()));
    answered.set("results", Json(std::move(shown)));
    return {200, answered, {}};
}

bool Service::is_shown(const EntityType& type, const Selection& selection, const Json::Array& shown) const {
    const bool is_light =
        !selection.select.empty() &&
        std::all_of(selection.select.begin(), selection.select.end(), [&](const auto& name) {
            const Property* property = type.property(name);  // a navigation is none
            return property != nullptr &&
                   (type.is_key(name) || property->type.starts_with("Edm.DateTime") || property->type == "Edm.Time");
        });
    return is_light || std::none_of(shown.begin(), shown.end(), [&](const Json& row) {
               return std::any_of(type.keys.begin(), type.keys.end(),
                                  [&](const std::string& key) { return switches.broken.contains(row.text_or(key)); });
           });
}

/// The rows of the inner type whose keys agree with the outer row, as an expanded navigation.
Json Service::joined(const Json& outer, const EntityType& outer_type, const std::string& set,
                     const EntityType& inner) const {
    Keys wanted;
    for (const std::string& key : outer_type.keys) {
        const std::string its = joined_by(inner, key);
        if (inner.property(its) != nullptr) wanted[its] = outer.text_or(key);
    }
    Json::Array found;
    for (const Json& row : rows(set))
        if (matches(row, wanted)) found.push_back(row);
    return Json::object({{"results", Json(std::move(found))}});
}

/// "to_Item" or "to_Item/to_Cause" into each row.
Service::Answer Service::expand(const Metadata& service, const EntityType& type, const std::string& path,
                                Json::Array& rows_of_type) const {
    const std::string navigation = path.substr(0, path.find('/'));
    const EntityType* inner = service.target(type, navigation);
    if (inner == nullptr) return refused(400, "/IWFND/CM_MGW/537", "No navigation '" + navigation + "'");
    for (const EntitySet& each : service.sets()) {
        if (each.type != inner->name) continue;
        for (Json& row : rows_of_type) {
            Json there = joined(row, type, each.name, *inner);
            if (navigation.size() < path.size()) {
                Json::Array items = inner_rows(Json::object({{"n", there}}), "n");
                Answer deeper = expand(service, *inner, path.substr(navigation.size() + 1), items);
                if (deeper.status != 200) return deeper;
                there = Json::object({{"results", Json(std::move(items))}});
            }
            row.set(navigation, std::move(there));
        }
    }
    return {};
}

std::string Service::next_link(const std::string& path, const net::Target& target, std::size_t skip,
                               std::size_t left) const {
    std::string link = base_url_ + std::string(root) + path + "?";
    for (const auto& [name, value] : target.query) {
        if (name == "$skip" || name == "$skiptoken" || name == "$top") continue;
        link += net::url_encode(name) + "=" + net::url_encode(value) + "&";
    }
    return link + "$top=" + std::to_string(left) + "&$skiptoken=" + std::to_string(skip);
}

}  // namespace tieline::connectors::odata::test
