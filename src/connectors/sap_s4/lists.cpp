// Lists have no times of change: they are read as a whole from time to time, page by page, and what is new in them is
// told. The cursor keeps a mark of each object, and how far the reading under way came.

#include "base/hash.h"
#include "connectors/sap_s4/sap_s4.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::size_t list_page = 1000;  ///< rows of one step
constexpr std::size_t mark_length = 10;

/// Of the object's content, whenever it was read.
std::string mark_of(const SourceObject& object) {
    Result<Json> data = Json::parse(object.data);
    if (data && data->is_object()) data->erase("seq");
    return hex(sha256(data ? data->dump() : object.data)).substr(0, mark_length);
}

/// Rows that begin with the same key, in the order in which they came.
std::vector<std::pair<std::string, Json::Array>> grouped(const Json::Array& rows, std::string_view key) {
    std::vector<std::pair<std::string, Json::Array>> groups;
    for (const Json& row : rows) {
        const std::string name = row.text_or(key);
        if (groups.empty() || groups.back().first != name) groups.emplace_back(name, Json::Array{});
        groups.back().second.push_back(row);
    }
    return groups;
}

}  // namespace

/// What the reading that ends now did not see has left the list.
void SapS4::end_list(const std::string& kind, Turn* turn) const {
    ListPlace& list = turn->at.lists[kind];
    for (auto each = list.marks.begin(); each != list.marks.end();) {
        const bool is_gone = each->second.size() <= mark_length;
        each->second.resize(std::min(each->second.size(), mark_length));
        if (is_gone && kind == "reservation") turn->at.want(each->first);  // issued, deleted: told as it stands now
        each = is_gone ? list.marks.erase(each) : std::next(each);
    }
    list.behind.reset();
    const std::int64_t every = reading_.lists_every.count();
    list.due = every == 0 ? 0 : clock_.now().time_since_epoch().count() + every;
}

/// Tells what is new of the rows of one key; false where the page is full before that.
Exchange<bool> SapS4::tell_group(std::string kind, Json rows, Turn* turn) {
    const Json reservations = kind == "reservation" ? rows : Json::array();
    Exchange<Objects> making = objects_of(kind, std::move(rows), turn->seq, turn->seq);
    Result<Objects> objects = co_await std::move(making);
    if (!objects) co_return objects.error();
    ListPlace& list = turn->at.lists[kind];
    for (SourceObject& object : *objects) {
        const std::string mark = mark_of(object);
        std::string& known = list.marks[object.object];
        const bool is_new = !known.starts_with(mark);
        if (is_new && turn->is_full()) {
            if (known.empty()) list.marks.erase(object.object);
            co_return false;
        }
        known = mark + "+";
        if (is_new) turn->page.objects.push_back(std::move(object));
        if (is_new) want_stock_of_reservations(reservations, turn);
    }
    co_return true;
}

Exchange<bool> SapS4::tell_list(std::string kind, Turn* turn) {
    ListPlace& list = turn->at.lists[kind];
    if (!list.behind && clock_.now().time_since_epoch().count() < list.due) co_return true;
    const Source& source = *source_of(kind);
    const std::string key(source.name.front());
    std::string order;
    for (const std::string_view field : source.name) order.append(order.empty() ? "" : ",").append(field);
    for (;;) {
        std::string filter = with_plant(source.only, reading_.plant);
        add_term(filter, std::string(source.listed));
        if (list.behind) add_term(filter, key + " gt " + odata::text_literal(*list.behind));
        Exchange<Json> asking = rows(std::string(source.set), query_of(filter, order, source.expand), list_page);
        const Result<Json> found = co_await std::move(asking);
        if (!found) co_return found.error();
        auto groups = grouped(found->items(), key);
        const bool is_last = found->items().size() < list_page;
        if (!is_last && groups.size() == 1) {
            co_return make_error(ErrorKind::unsupported,
                                 "SAP has " + std::to_string(list_page) + " rows or more of " + kind + " " +
                                     groups.front().first + "; the list cannot be read past it",
                                 "too_many_rows");
        }
        if (!is_last) groups.pop_back();  // its other rows come with the next page
        for (auto& [name, rows_of_it] : groups) {
            Exchange<bool> telling = tell_group(kind, Json(std::move(rows_of_it)), turn);
            const Result<bool> told = co_await std::move(telling);
            if (!told || !*told) co_return told;
            list.behind = name;
        }
        if (!is_last) continue;
        end_list(kind, turn);
        co_return true;
    }
}

}  // namespace tieline::connectors::sap_s4
