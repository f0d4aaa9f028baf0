// More changes within the overlap than the cursor remembers one by one: their moments are read once more when whatever
// was committed late must be there, and what was not told then is told.

#include "connectors/sap_s4/sap_s4.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::size_t late_most = 100'000;  ///< rows of moments that are read again at once

}  // namespace

/// One row of a stream by its id; empty where it has changed since.
Exchange<Json> SapS4::row_again(const Stream* stream, Place::Row row) {
    std::string filter = with_plant(stream->only, reading_.plant), id = odata::unmarked(row.second);
    for (const std::string_view field : stream->id) {
        add_term(filter, std::string(field) + " eq " + odata::text_literal(first_field(id)));
        id = id.substr(std::min(id.size(), first_field(id).size() + 1));
    }
    Exchange<Json> asking = rows(std::string(stream->set), query_of(filter, "", stream->expand, stream->select), 2);
    Result<Json> found = co_await std::move(asking);
    const auto is_other = [&](const Json& each) {
        const auto at = row_of(*stream, each);
        return !at || at->first != row.first || odata::unmarked(at->second) != odata::unmarked(row.second);
    };
    if (found) std::erase_if(found->items(), is_other);
    co_return found;
}

Exchange<bool> SapS4::tell_late(const Stream* stream, Turn* turn) {
    Place& place = turn->at.streams[std::string(stream->name)];
    const std::string fields = fields_of(*stream);
    const std::int64_t now = clock_.now().time_since_epoch().count();
    for (Place::Again& again : place.again) {
        if (again.due == 0 || now < again.due) continue;
        for (const Question& question : questions_again(*stream, again, reading_.plant)) {
            Exchange<Json> asking =
                rows(std::string(stream->set), query_of(question.filter, question.order, "", fields), late_most);
            const Result<Json> found = co_await std::move(asking);
            if (!found) co_return found.error();
            for (const Json& light : found->items()) {
                const auto at = row_of(*stream, light);
                // Not by `from`: what was late is before it.
                if (!at || again.marks.contains(Place::mark_of(*at)) || place.remembers_id(*at)) continue;
                if (turn->is_full()) co_return false;
                Exchange<Json> reading = row_again(stream, *at);
                const Result<Json> read = co_await std::move(reading);
                if (!read) co_return read.error();
                for (const Json& row : read->items()) {
                    Exchange<bool> telling = tell_row(stream, row, *at, turn);
                    const Result<bool> told = co_await std::move(telling);
                    if (!told) co_return told;
                }
                again.marks.insert(Place::mark_of(*at));
            }
        }
        again.due = 0;
    }
    std::erase_if(place.again, [&](const Place::Again& again) { return again.due == 0 && again.until < place.from; });
    co_return true;
}

}  // namespace tieline::connectors::sap_s4
