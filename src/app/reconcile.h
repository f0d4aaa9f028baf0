#pragma once
// Reads what a reconciliation needs: the hub's side from its API, the peers' side by their connectors.

#include "conditions/month_sheet.h"
#include "connectors/connector.h"
#include "connectors/drive.h"

#include <functional>
#include <string>
#include <vector>

namespace tieline::app {

/// GET of the hub's API: path behind /api/v1/ with its query → body.
using Ask = std::function<Result<Json>(const std::string& path)>;

/// All rows of a list, page after page. `path` has a query already.
Result<Json::Array> all_rows(const Ask& ask, const std::string& path, const std::string& member);

/// Three days more on both sides: a posting's day and its partner's may lie around midnight.
conditions::Period widened(const conditions::Period& period);

Result<conditions::HubBooks> read_hub(const Ask& ask, const conditions::Period& period);
/// One list per topic that the peer has; what cannot be read becomes a list with its problem.
std::vector<conditions::PeerList> read_peer(connectors::Connector& connector, const std::string& name,
                                            const connectors::Peer& peer, const conditions::Period& period);
/// What a peer has and the hub's books have not may be on its way: a command of the hub whose answer is still to come.
/// Looks at the traces of such differences and leaves those out; gives how many.
std::size_t leave_out_under_way(const Ask& ask, conditions::Report& report);
/// Open exceptions, each with the amount that its payload carries.
Result<std::vector<Json>> read_exceptions(const Ask& ask);

}  // namespace tieline::app
