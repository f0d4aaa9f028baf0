// What SAP refuses to show is an exception of its own, and what stands beside it goes on.

#include "connectors/sap_s4/sap_s4.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_s4 {
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
    if (found) co_return odata::AloneRows::of(std::move(*found), most);
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
    page.is_told = odata::told_by(place, [stream](const Json& light) { return row_of(*stream, light); });
    Exchange<odata::AloneRows> reading = odata::rows_alone(&page);
    Result<odata::AloneRows> read = co_await std::move(reading);
    co_return read;
}

}  // namespace tieline::connectors::sap_s4
