#include "connectors/maximo/maximo.h"

#include "connectors/maximo/spec_help.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::maximo {
using rest::Effect;

Maximo::Maximo(const Settings& settings, rest::SignInOptions sign_in, FieldMap map, const Clock& clock)
    : sign_in_(std::move(sign_in), clock),
      map_(std::move(map)),
      clock_(clock),
      reads_(split_names(settings.value("reads"))),
      work_classes_(split_names(settings.value("work_classes"))),
      material_structure_(settings.value("material_use_structure")),
      balance_structure_(settings.value("balance_structure")),
      change_field_(settings.value("change_field")),
      also_select_(settings.value("also_select")),
      since_(settings.value("since")),
      push_secret_(settings.value("push_secret")),
      overlap_(std::chrono::duration_cast<std::chrono::seconds>(settings.duration("overlap"))),
      reread_every_(std::chrono::duration_cast<std::chrono::seconds>(settings.duration("reread_every"))),
      reread_days_(settings.integer("reread_days")),
      page_rows_most_(static_cast<std::size_t>(settings.integer("page_size"))),
      page_rows_(page_rows_most_),
      reads_tasks_(settings.value("tasks") == "own") {
    if (!since_.empty()) begin_ = std::chrono::ceil<std::chrono::seconds>(*parse_time(since_));  // checked before
    site_.access.base_url = settings.value("url");
    site_.access.timeout = settings.duration("timeout");
    site_.access.system = "Maximo";
    site_.access.headers = sign_in_.headers();
    site_.structure = settings.value("work_order_structure");
    site_.maximo_site = settings.value("maximo_site");
    site_.status_by_action = settings.value("status_by") == "action";
    site_.key_attribute = settings.value("key_attribute");
    settings_ = Json::object();
    for (const char* name : {"site", "maximo_site", "company_code", "currency"}) {
        if (const std::string value = settings.value(name); !value.empty()) settings_.set(name, value);
    }
    shaping_.cost_center_component = static_cast<int>(settings.integer("cost_center_component"));
    shaping_.account_delimiter = settings.value("account_delimiter").front();
    shaping_.unapproved_labor = settings.value("labor") == "all";
    shaping_.issues_are_negative = settings.value("issue_quantity") == "negative";
    shaping_.outside = settings.value("outside_labor");
    shaping_.default_unit = settings.value("default_unit");
}

bool Maximo::wanted(const List& list) const {
    return std::find(reads_.begin(), reads_.end(), list.name) != reads_.end();
}

std::string Maximo::structure_of(const List& list) const {
    return list.reads == Reads::work_orders ? site_.structure : material_structure_;
}

std::string Maximo::change_field(const List& list) const {
    return list.reads == Reads::work_orders ? change_field_ : "transdate";
}

std::string Maximo::light_select(const List& list) const {
    const std::string common = std::string(list.id) + ",siteid," + change_field(list);
    return list.reads == Reads::transactions ? common + ",refwo" : common;
}

std::string Maximo::whole_select(const List& list) const {
    std::string select(list.select);
    const auto add = [&](const std::string& name) {
        if (("," + select + ",").find("," + name + ",") == std::string::npos) select += "," + name;
    };
    // The time of change is needed even where it is no attribute that the map reads.
    add(change_field(list));
    if (list.reads != Reads::work_orders) return select;
    for (const std::string& source : map_.sources(list.table))
        if (source.starts_with("tl_")) add(source);  // ours: only where this plant's map reads it
    for (const std::string& name : split_names(also_select_)) add(name);
    return select;
}

std::string Maximo::base_where(const List& list) const {
    std::string where = "siteid=" + quoted(site_.maximo_site);
    if (list.reads == Reads::work_orders) {
        std::string classes;
        for (const std::string& each : work_classes_) classes += (classes.empty() ? "" : ",") + quoted(each);
        where += " and woclass in [" + classes + "]";
        if (!reads_tasks_) where += " and istask=false";
    }
    return where;
}

std::string Maximo::id_term(const List& list, const std::string& id) const {
    const bool is_number = list.reads == Reads::transactions;
    return std::string(list.id) + "=" + (is_number ? id : quoted(id));
}

SourceObject Maximo::object_of(const List& list, const Row& row) const {
    const Reading reading{map_, settings_, shaping_, change_field_, clock_.now()};
    if (!row.failed) return source_object(reading, list, row.body);
    const std::string id = word_of(row.body, list.id);
    const bool is_order = list.reads == Reads::work_orders;
    const auto second = second_of(list, row.body);
    return unreadable_object(list, is_order ? id : transaction_name(id, word_of(row.body, "refwo")),
                             second ? WallTime(*second) : clock_.now(), *row.failed);
}

std::optional<Second> Maximo::second_of(const List& list, const Json& body) const {
    const Result<WallTime> time = parse_time(word_of(body, change_field(list)));
    if (!time) return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(*time);
}

std::string Maximo::mark_of(const List& list, const Json& body) const {
    return maximo::mark_of(word_of(body, list.id), word_of(body, change_field(list)), word_of(body, "_rowstamp"));
}

Exchange<Json> Maximo::read(std::string path, rest::Query query) {
    query.emplace_back("lean", "1");
    net::HttpRequest request = rest::get(site_.access, path, query);
    Exchange<net::HttpResponse> asking = sign_in_.send(std::move(request));
    const Result<net::HttpResponse> reply = co_await std::move(asking);
    co_return body_of(site_.access, Effect::read, reply, clock_.now());
}

Exchange<Probe> Maximo::probe() {
    Exchange<Json> asking = read("/whoami", {});
    const Result<Json> me = co_await std::move(asking);
    if (!me) co_return me.error();
    Probe probe;
    probe.system = "Maximo, signed in as " + me->text_or("personid", me->text_or("loginID", "an unnamed user"));
    for (const List& list : lists()) {
        if (!wanted(list)) continue;
        const std::string structure = structure_of(list);
        const rest::Query query{
            {"oslc.select", whole_select(list)}, {"oslc.where", base_where(list)}, {"oslc.pageSize", "1"}};
        Exchange<Json> looking = read(structure_path(structure), query);
        const Result<Json> answer = co_await std::move(looking);
        if (answer) {
            probe.rights.push_back(structure + ": read");
            continue;
        }
        const ErrorKind kind = answer.error().kind;
        const bool is_missing = kind == ErrorKind::not_found || kind == ErrorKind::invalid ||
                                kind == ErrorKind::unsupported || kind == ErrorKind::unauthorized;
        if (!is_missing) co_return answer.error();
        probe.missing.push_back("reading " + structure + ": " + answer.error().message);
    }
    Exchange<bool> trying = probe_attributes(&probe);
    const Result<bool> tried = co_await std::move(trying);
    if (!tried) co_return tried.error();
    co_return probe;
}

Exchange<bool> Maximo::probe_attributes(Probe* probe) {
    std::vector<std::string> names;
    for (const Route& route : routes(site_.status_by_action)) {
        std::vector<std::string> written{mark_attribute(map_, site_, route)};
        for (const TargetField& field : map_.targets(route.table)) written.push_back(field.path);
        for (const std::string& name : written) {
            // Attributes that somebody adds: those of Maximo itself are there, or the field map is wrong.
            const bool is_added = name.starts_with("tl_") || (name == site_.key_attribute && name != "externalrefid");
            if (is_added && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
    }
    // Lists in which keys are looked for.
    names.emplace_back("rel.worklog{description,createdate}");
    names.emplace_back("rel.wostatus{status,memo,changedate}");
    for (const std::string& name : names) {
        const rest::Query query{{"oslc.select", "wonum," + name},
                                {"oslc.where", "siteid=" + quoted(site_.maximo_site)},
                                {"oslc.pageSize", "1"}};
        Exchange<Json> looking = read(structure_path(site_.structure), query);
        const Result<Json> answer = co_await std::move(looking);
        if (answer) continue;
        if (answer.error().kind != ErrorKind::invalid) co_return answer.error();
        probe->missing.push_back("attribute " + name + " of " + site_.structure +
                                 ", which the field map writes: " + answer.error().message);
    }
    co_return true;
}

Exchange<SourceObject> Maximo::fetch(std::string object) {
    const List* list = &list_of_object(object);
    const std::string name_text = object.substr(list->prefix.size());
    const bool is_order = list->reads == Reads::work_orders;
    const std::string id = is_order ? name_text : id_in(name_text);
    const bool is_number = id.find_first_not_of("0123456789") == std::string::npos;
    const Error unknown = make_error(ErrorKind::not_found, "Maximo has no " + object + " in its site", "not_found");
    if (id.empty() || (!is_order && !is_number)) co_return unknown;
    std::vector<Json> name{Json::object({{std::string(list->id), id}, {"refwo", work_order_in(name_text)}})};
    Exchange<Rows> reading = named(list, std::move(name));
    const Result<Rows> found = co_await std::move(reading);
    if (!found) co_return found.error();
    if (found->list.empty()) co_return unknown;
    co_return object_of(*list, found->list.front());
}

}  // namespace tieline::connectors::maximo
