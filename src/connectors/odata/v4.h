#pragma once
// OData 4, as SAP's newer services, Dynamics 365 and Business Central speak it: what differs from version 2. Keys and
// text literals are those of odata.h. Wire only; no canonical model in here.
// Sources: OData 4.01 "Protocol", "URL Conventions" and "JSON Format" of OASIS; version 4.0 is asked for.
// Decimals come and go as texts (IEEE754Compatible), so that money never passes through floating point on any side.

#include "connectors/exchange.h"
#include "connectors/odata/odata.h"
#include "connectors/rest/sign_in.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::odata::v4 {

/// Edm.Date, Edm.DateTimeOffset and Edm.Guid stand in keys and filters as they are, without quotes; so what is none
/// would become part of the question. Kind invalid, code "bad_literal".
Result<std::string> date_literal(std::string_view date);     ///< "2026-11-24"
Result<std::string> instant_literal(std::string_view time);  ///< "2026-11-24T10:00:00Z"
Result<std::string> guid_literal(std::string_view guid);     ///< "00505601-…", 8-4-4-4-12 hexadecimal digits

/// GET of a set or an entity. `page_rows`: as many as the peer may give at once (maxpagesize), 0: as it likes; it is
/// free to give fewer. `tracks_changes`: the last page is to say where changes go on.
struct Wanted {
    std::size_t page_rows = 0;
    bool tracks_changes = false;
};
net::HttpRequest read_request(const Access& access, std::string_view path, const rest::Query& query = {},
                              Wanted wanted = {});
/// POST, PATCH or DELETE; the answer is to show what was made of it. `etag`: of the entity as it was read, sent as
/// If-Match; "" for none.
net::HttpRequest write_request(const Access& access, std::string_view method, std::string_view path, const Json& body,
                               std::string_view etag = {});

/// As odata_error. Besides: 412 (it was changed meanwhile) and 428 (it must be read before, for its ETag) are conflict,
/// codes "changed_meanwhile" and "etag_needed" where the peer says none; 424 is transient, "not_tried".
Error error_of(const Access& access, Effect effect, const net::HttpResponse& response);

/// An entity and the ETag that its next change must carry; "" where it has none.
struct Entity {
    Json fields;  ///< null where the answer has no content
    std::string etag;
};
/// A 2xx with an error inside, or without an object, is bad_reply.
Result<Entity> entity_of(const Access& access, Effect effect, const Result<net::HttpResponse>& reply);
/// The ETag of a row; "" where it has none.
std::string etag_of(const Json& row);

/// A row that is no longer in what was asked for.
struct Removed {
    std::string id;      ///< its address, "PurchaseReqn('10000001')"; "" where only its keys are told
    Json keys;           ///< fields that are told of it, usually its keys; may be empty
    std::string reason;  ///< "deleted", "changed" (it fits the question no more); "" where none is told
};
struct Page {
    Json::Array rows;
    std::vector<Removed> removed;
    std::string next;   ///< where this reading goes on, as it is followed; "" on the last page
    std::string delta;  ///< where the next reading goes on, on the last page; "" where the peer tracks no changes
    /// The link for changes was no longer known (410): this is the first page of all, and what it and those behind it
    /// do not show is gone.
    bool is_anew = false;
};
/// Changed links between entities, which are never asked for, are bad_reply, as is a page with both links.
Result<Page> page_of(const Access& access, const Result<net::HttpResponse>& reply);

/// What is read again and again.
struct Question {
    std::string path;  ///< below the base URL
    rest::Query query;
    Wanted wanted;
};
/// One page: of all where `place` is empty, else behind a link that a page gave. A lost link leads to the first page of
/// all, told by `is_anew`. `sign_in` may be null; it outlives the exchange.
Exchange<Page> read_page(rest::SignIn* sign_in, Access access, Question question, std::string place);

}  // namespace tieline::connectors::odata::v4
