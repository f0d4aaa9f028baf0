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
      material_structure_(settings.value("material_use_structure")),
      balance_structure_(settings.value("balance_structure")),
      change_field_(settings.value("change_field")),
      also_select_(settings.value("also_select")),
      since_(settings.value("since")),
      push_secret_(settings.value("push_secret")),
      overlap_(std::chrono::duration_cast<std::chrono::seconds>(settings.duration("overlap"))),
      reads_tasks_(settings.value("tasks") == "own") {
    site_.access.base_url = settings.value("url");
    site_.access.timeout = settings.duration("timeout");
    site_.access.system = "Maximo";
    site_.access.headers = sign_in_.headers();
    site_.structure = settings.value("work_order_structure");
    site_.maximo_site = settings.value("maximo_site");
    site_.status_by_action = settings.value("status_by") == "action";
    settings_ = Json::object();
    for (const char* name : {"site", "maximo_site", "company_code", "currency"}) {
        if (const std::string value = settings.value(name); !value.empty()) settings_.set(name, value);
    }
    shaping_.cost_center_component = static_cast<int>(settings.integer("cost_center_component"));
    shaping_.account_delimiter = settings.value("account_delimiter").front();
    shaping_.unapproved_labor = settings.value("labor") == "all";
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

std::string Maximo::base_where(const List& list) const {
    std::string where = "siteid=" + quoted(site_.maximo_site);
    if (list.reads == Reads::work_orders) {
        where += " and woclass=\"WORKORDER\"";
        if (!reads_tasks_) where += " and istask=false";
    } else {
        where += " and issuetype in [\"ISSUE\",\"RETURN\"]";
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
        const std::string select = std::string(list.select) + (also_select_.empty() ? "" : "," + also_select_);
        const rest::Query query{{"oslc.select", select}, {"oslc.where", base_where(list)}, {"oslc.pageSize", "1"}};
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
    co_return probe;
}

Exchange<SourceObject> Maximo::fetch(std::string object) {
    const List* list = &list_of_object(object);
    const std::string name = object.substr(list->prefix.size());
    const bool is_order = list->reads == Reads::work_orders;
    const std::string id = is_order ? name : id_in(name);
    const bool is_number = id.find_first_not_of("0123456789") == std::string::npos;
    const Error unknown = make_error(ErrorKind::not_found, "Maximo has no " + object + " in its site", "not_found");
    if (id.empty() || (!is_order && !is_number)) co_return unknown;
    Ask ask{list, id_term(*list, id), "", 2, false};
    Exchange<std::vector<Row>> reading = rows(std::move(ask));
    const Result<std::vector<Row>> found = co_await std::move(reading);
    if (!found) co_return found.error();
    if (found->empty()) co_return unknown;
    if (word_of(found->front().body, list->id) != id)
        co_return rest::bad_reply(site_.access, Effect::read, "asked for " + object + ", it gave another one");
    co_return object_of(*list, found->front());
}

}  // namespace tieline::connectors::maximo
