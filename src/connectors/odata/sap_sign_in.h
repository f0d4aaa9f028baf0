#pragma once
// How connectors to SAP sign in: the settings for it, and what they mean. A client certificate is shown by the network,
// below all this: nothing is added to the requests.

#include "connectors/connector.h"
#include "connectors/rest/rest.h"
#include "connectors/rest/sign_in.h"

#include <vector>

namespace tieline::connectors::odata {

/// A connector's own settings, the address first, and behind it sign_in, user, password, token_url, client_id,
/// client_secret, scope.
std::vector<Field> with_sign_in(std::vector<Field> own);
/// Names of the settings among them that are nobody's business.
bool is_secret(std::string_view setting);
/// Kind invalid, "bad_setting": no such way, or what it needs is missing.
Result<void> check_sign_in(const Settings& settings);
/// Address, time-out, system, user and password, language and client, as the settings say.
rest::Access sap_access(const Settings& settings);
rest::SignInOptions sign_in_options(const Settings& settings);

}  // namespace tieline::connectors::odata
