// Asking Maximo for objects: names, whole bodies, and what to do where one object makes it fail a whole page.

#include "connectors/maximo/maximo.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::maximo {
namespace {

using rest::Effect;

constexpr int pages_most = 400;     // of one question for names
constexpr int questions_most = 24;  // of one search for objects that cannot be shown
constexpr std::size_t growth = 8;   // a page that came is followed by one that is larger by this part of it

std::string and_term(std::string where, const std::string& term) {
    if (term.empty()) return where;
    return std::move(where) + " and " + term;
}

/// Failures that the objects asked for may have caused, in contrast to those of the connection or the sign-in.
bool may_be_an_objects(const Error& error) {
    return error.kind == ErrorKind::invalid || error.code == "peer_failed" || error.code == "bad_reply" ||
           error.code == "timeout" || error.code == "reply_too_large";
}

/// Adds to `rows` what was found of `names`, in their order, and gives the names that are still to be asked for: where
/// Maximo gave fewer than there are. Other names that are not there have gone meanwhile.
template <class Rows>
std::vector<Json> keep_found(std::string_view id, std::vector<Json> names, std::vector<Json> found, bool more,
                             Rows& rows) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string wanted = word_of(names[i], id);
        const auto at =
            std::find_if(found.begin(), found.end(), [&](const Json& body) { return word_of(body, id) == wanted; });
        if (at != found.end()) {
            rows.list.push_back({std::move(names[i]), std::move(*at), std::nullopt});
            found.erase(at);
        } else if (more && i > 0) {
            return {std::make_move_iterator(names.begin() + static_cast<std::ptrdiff_t>(i)),
                    std::make_move_iterator(names.end())};
        }
    }
    return {};
}

}  // namespace

Exchange<Maximo::Members> Maximo::members(Ask ask) {
    rest::Query query{{"oslc.select", ask.is_light ? light_select(*ask.list) : whole_select(*ask.list)},
                      {"oslc.where", and_term(base_where(*ask.list), ask.where)},
                      {"oslc.orderBy", ask.order},
                      {"oslc.pageSize", std::to_string(ask.count)}};
    // Without it synonyms of statuses and kinds come without the value that they stand for.
    if (!ask.is_light) query.emplace_back("internalvalues", "1");
    Members result;
    for (int page = 1;; ++page) {
        rest::Query of_page = query;
        if (page > 1) of_page.emplace_back("pageno", std::to_string(page));
        Exchange<Json> reading = read(structure_path(structure_of(*ask.list)), std::move(of_page));
        Result<Json> body = co_await std::move(reading);
        if (!body) co_return body.error();
        Json* found = body->find("member");
        if (found == nullptr || !found->is_array())
            co_return rest::bad_reply(site_.access, Effect::read,
                                      "the list of " + std::string(ask.list->name) + " has no members");
        for (Json& one : found->items()) {
            if (word_of(one, ask.list->id).empty())
                co_return rest::bad_reply(
                    site_.access, Effect::read,
                    "an object in the list of " + std::string(ask.list->name) + " has no " + std::string(ask.list->id));
            if (result.list.size() < ask.count) result.list.push_back(std::move(one));
        }
        const bool goes_on = has_next_page(*body);  // a server may give fewer at once than it was asked for
        result.more = goes_on || result.list.size() >= ask.count;
        const bool is_whole = !goes_on || result.list.size() >= ask.count || found->items().empty();
        if (is_whole || !ask.is_light || page == pages_most) co_return result;
    }
}

void Maximo::shrink_page(std::size_t failed) { page_rows_ = std::max<std::size_t>(1, failed / 2); }

void Maximo::grow_page(std::size_t succeeded) {
    const std::size_t present = page_rows_;
    if (succeeded >= present)
        page_rows_ = std::min(page_rows_most_, present + std::max<std::size_t>(1, present / growth));
}

Exchange<bool> Maximo::question_fits(const List* list) {
    const bool is_number = list->reads == Reads::transactions;
    Ask nothing{list, id_term(*list, is_number ? "0" : "-"), "", 1, false};
    Exchange<Members> asking = members(std::move(nothing));
    const Result<Members> answer = co_await std::move(asking);
    if (!answer) co_return answer.error();
    co_return true;
}

Exchange<Maximo::Rows> Maximo::named(const List* list, std::vector<Json> names) {
    Rows result;
    std::vector<std::vector<Json>> todo;
    todo.push_back(std::move(names));
    const WallTime until = clock_.now() + site_.access.timeout / 2;
    const bool is_number = list->reads == Reads::transactions;
    bool is_checked = false;
    for (int asked = 0; !todo.empty(); ++asked) {
        result.more = asked >= questions_most || (!result.list.empty() && clock_.now() > until);
        if (result.more) break;
        std::vector<Json> group = std::move(todo.back());
        todo.pop_back();
        std::string which;
        for (const Json& name : group) {
            const std::string id = word_of(name, list->id);
            which += (which.empty() ? "" : ",") + (is_number ? id : quoted(id));
        }
        Ask ask{list, std::string(list->id) + " in [" + which + "]",
                "+" + change_field(*list) + ",+" + std::string(list->id), group.size(), false};
        const WallTime begun = clock_.now();
        Exchange<Members> asking = members(std::move(ask));
        Result<Members> answer = co_await std::move(asking);
        if (answer) {
            std::vector<Json> left =
                keep_found(list->id, std::move(group), std::move(answer->list), answer->more, result);
            if (!left.empty()) todo.push_back(std::move(left));
            continue;
        }
        Error why = answer.error();
        const bool is_late = why.code == "timeout";
        if (is_late && group.size() > 1) shrink_page(group.size());
        // Time runs out for the last question of a reading whoever is asked for: that is no object's fault.
        const bool had_time = clock_.now() - begun >= site_.access.timeout / 2;
        bool is_objects = may_be_an_objects(why) && (!is_late || (group.size() == 1 && had_time));
        if (is_objects && group.size() == 1 && !is_checked) {
            Exchange<bool> checking = question_fits(list);
            const Result<bool> fits = co_await std::move(checking);
            is_checked = is_objects = static_cast<bool>(fits);
            if (!fits) why = fits.error();
        }
        if (!is_objects) {
            if (result.list.empty()) co_return why;
            result.more = true;
            break;
        }
        if (group.size() == 1) {
            result.list.push_back({group.front(), group.front(), std::move(why)});
            continue;
        }
        const auto middle = group.begin() + static_cast<std::ptrdiff_t>(group.size() / 2);
        todo.emplace_back(std::make_move_iterator(middle), std::make_move_iterator(group.end()));
        todo.emplace_back(std::make_move_iterator(group.begin()), std::make_move_iterator(middle));
    }
    co_return result;
}

Exchange<Maximo::Rows> Maximo::rows(Ask ask) {
    ask.count = std::min(ask.count, page_rows_.load());
    Ask whole = ask;
    const WallTime begun = clock_.now();
    Exchange<Members> reading = members(std::move(whole));
    Result<Members> bodies = co_await std::move(reading);
    Rows result;
    if (bodies) {
        grow_page(ask.count);
        result.more = bodies->more;
        for (Json& body : bodies->list) {
            Json name = Json::object();
            for (const std::string& member :
                 {std::string(ask.list->id), change_field(*ask.list), std::string("_rowstamp")})
                if (const Json* value = body.find(member); value != nullptr) name.set(member, *value);
            result.list.push_back({std::move(name), std::move(body), std::nullopt});
        }
        co_return result;
    }
    const Error first = bodies.error();
    if (!may_be_an_objects(first)) co_return first;
    const bool is_late = first.code == "timeout";
    if (is_late || first.code == "reply_too_large" || first.code == "bad_reply") shrink_page(ask.count);
    const bool had_time = clock_.now() - begun >= site_.access.timeout / 2;
    if (is_late && (ask.count > 1 || !had_time)) co_return first;  // the next reading asks for half as many
    Ask light = ask;
    light.is_light = true;
    Exchange<Members> naming = members(std::move(light));
    Result<Members> names = co_await std::move(naming);
    if (!names || names->list.empty()) co_return first;  // the list as a whole fails: that is no single object's fault
    if (is_late) {  // one alone, while Maximo answers others: not asked for once more, for that takes as long
        result.list.push_back({names->list.front(), names->list.front(), first});
        result.more = names->more;
        co_return result;
    }
    Exchange<Rows> looking = named(ask.list, std::move(names->list));
    Result<Rows> found = co_await std::move(looking);
    if (found && names->more) found->more = true;
    co_return found;
}

}  // namespace tieline::connectors::maximo
