// What SAP refuses to show is an exception of its own, and what stands beside it goes on.

#include "connectors/sap_s4/sap_s4.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::size_t latest_most = 20;  ///< rows told of the latest moment that are read again one by one

}  // namespace

SourceObject refused_object(const std::string& object, Error why) {
    SourceObject made;
    const std::size_t colon = object.find(':');
    made.object = object;
    made.subject = made.correlation = object.substr(colon + 1);
    made.type = std::string(feed_kind(object.substr(0, colon))->type);
    if (made.type.back() == '.') made.type += made.type == "delivery." ? "received" : "requested";
    made.data = "{}";
    made.refused = std::move(why);
    return made;
}

std::string name_of_row(const Stream& stream, const Json& row) {
    std::string id = id_of(stream, row);
    std::replace(id.begin(), id.end(), '\n', '/');
    return std::string(stream.name == "movement" ? "delivery" : stream.name) + ":" + id;
}

SourceObject SapS4::unreadable(const Stream& stream, const Json& row, const Error& why) const {
    const std::string name = name_of_row(stream, row);
    Error refused = make_error(ErrorKind::invalid,
                               "SAP cannot show " + name + ": " + why.message +
                                   ". What stands beside it is read; have it mended in SAP, then it is read when it "
                                   "changes",
                               "object_unreadable");
    refused.details = why.details;
    return refused_object(name, std::move(refused));
}

SapS4::Asked SapS4::page_asked(const Stream& stream, const Question& question, std::size_t most) {
    return {std::string(stream.set), query_of(question.filter, question.order, stream.expand, stream.select), most, {}};
}

Exchange<odata::AloneRows> SapS4::page_of(const Stream* stream, const Place* place, Question question, std::size_t most,
                                          const Ahead* ahead) {
    const std::string set(stream->set);
    int status = 0;
    Exchange<Json> asking = rows(page_asked(*stream, question, most), ahead, &status);
    Result<Json> found = co_await std::move(asking);
    if (found) {
        odata::AloneRows whole;
        whole.is_whole = found->items().size() < most;
        whole.rows = std::move(*found);
        co_return whole;
    }
    if (!odata::may_be_of_one_row(status)) co_return found.error();
    odata::SpoiltPage page;
    page.query = {{"$filter", question.filter}, {"$orderby", question.order}};
    page.expand = stream->expand;
    page.select = stream->select;
    page.fields = fields_of(*stream);
    page.id.assign(stream->id.begin(), stream->id.end());
    page.only = with_plant(stream->only, reading_.plant);
    page.most = most;
    page.why = found.error();
    page.ask = [this, set](rest::Query asked, std::size_t at_most, int* answered) {
        return rows(set, std::move(asked), at_most, answered);
    };
    // Content has no mark here. What may have changed twice in its moment is of the latest one, and is read again.
    const std::int64_t latest = place->seen.empty() ? 0 : place->seen.back().first;
    const auto same = std::count_if(place->seen.begin(), place->seen.end(),
                                    [&](const Place::Row& row) { return row.first == latest; });
    const bool rereads = same <= static_cast<std::ptrdiff_t>(latest_most);
    page.is_told = [stream, place, latest, rereads](const Json& light) {
        const auto at = row_of(*stream, light);
        if (!at || place->knows(*at)) return true;
        return place->knows_id(*at) && !(rereads && at->first == latest);
    };
    Exchange<odata::AloneRows> reading = odata::rows_alone(&page);
    Result<odata::AloneRows> read = co_await std::move(reading);
    co_return read;
}

}  // namespace tieline::connectors::sap_s4
