#pragma once
// A page of rows that the service cannot show because of one of them is read row by row, and the one is named. No I/O
// of its own: the connector asks.

#include "connectors/exchange.h"
#include "connectors/odata/changes.h"
#include "connectors/odata/odata.h"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tieline::connectors::odata {

/// Whether an answer to a reading may be the fault of one row: a refusal or a 500. Sign-in, rights, rates, gateways and
/// whatever brings no answer (0) are trouble of the whole service.
bool may_be_of_one_row(int status);

/// The page that was asked for in vain. Everything in it lives until rows_alone() has ended.
struct SpoiltPage {
    rest::Query query;            ///< $filter and $orderby as they were, without $expand and $select
    std::string expand, select;   ///< of whole rows
    std::string fields;           ///< what tells where a row stands: its id and its moment
    std::vector<std::string> id;  ///< its key fields, texts all of them
    std::string only;             ///< further terms of every question
    std::size_t most = 0;         ///< rows that were asked for
    Error why;                    ///< of the page as a whole
    /// At most so many rows of a set, and the status of the last answer; 0: there was none.
    std::function<Exchange<Json>(rest::Query query, std::size_t most, int* status)> ask;
    /// Of a row with no more than its `fields`: whether it need not be read again.
    std::function<bool(const Json& light)> is_told;
};

struct AloneRows {
    Json rows = Json::array();             ///< in order; of what cannot be read no more than its `fields`
    std::map<std::string, Error> refused;  ///< id, its fields joined by line breaks → why it cannot be read
    bool is_whole = true;                  ///< false: more of the page is left

    /// A page that came as a whole, of `most` rows that were asked for.
    static AloneRows of(Json page, std::size_t most) {
        AloneRows made;
        made.is_whole = page.items().size() < most;
        made.rows = std::move(page);
        return made;
    }
};

/// SpoiltPage::is_told of a set in order of change, by the place of a row, `at`. Light rows have no mark of content:
/// what may have changed twice in its moment is of the latest one, and is read again where no more than 20 rows of it
/// were told. `place` outlives it.
std::function<bool(const Json& light)> told_by(const ChangePlace* place,
                                               std::function<std::optional<ChangePlace::Row>(const Json& light)> at);

/// Asks for the ids of the page, then for each row by its id; at most 60 requests besides those for the ids. A row is
/// refused where it could not be read twice while another one could; where none can be read, the trouble is the
/// service's and the page's error is given. The same where not even the ids can be read, and for any answer that cannot
/// be of one row.
Exchange<AloneRows> rows_alone(const SpoiltPage* page);

}  // namespace tieline::connectors::odata
