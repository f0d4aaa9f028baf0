#include "connectors/odata/sap_sign_in.h"

#include "connectors/bad_setting.h"

#include <string>

namespace tieline::connectors::odata {
std::vector<Field> with_sign_in(std::vector<Field> own) {
    using Kind = Field::Kind;
    const std::vector<Field> more{
        {"sign_in", Kind::text, false, "basic",
         "basic: user and password; oauth: tokens by client credentials (OAuth 2); certificate: by the client "
         "certificate of the connector's network settings alone"},
        {"user", Kind::text, false, "", "Communication user (cloud) or technical user (on premise); needed for basic"},
        {"password", Kind::secret, false, "", "Its password; needed for basic"},
        {"token_url", Kind::url, false, "", "Needed for oauth: where tokens are given out, as the system says"},
        {"client_id", Kind::text, false, "", "Needed for oauth"},
        {"client_secret", Kind::secret, false, "", "Needed for oauth"},
        {"scope", Kind::text, false, "", "Of oauth, with blanks between; as the system's administrator says"},
    };
    own.insert(own.begin() + 1, more.begin(), more.end());
    return own;
}

bool is_secret(std::string_view setting) { return setting == "password" || setting == "client_secret"; }

Result<void> check_sign_in(const Settings& settings) {
    const std::string way = settings.value("sign_in");
    std::vector<std::string> needed;
    if (way == "basic") needed = {"user", "password"};
    if (way == "oauth") needed = {"token_url", "client_id", "client_secret"};
    if (needed.empty() && way != "certificate")
        return bad_setting(settings, "sign_in", "is \"" + way + "\"; there are basic, oauth and certificate");
    for (const std::string& name : needed)
        if (settings.value(name).empty())
            return bad_setting(settings, name, "is missing; the sign-in \"" + way + "\" needs it");
    return {};
}

rest::Access sap_access(const Settings& settings) {
    rest::Access access;
    access.base_url = settings.value("url");
    access.timeout = settings.duration("timeout");
    access.system = "SAP";
    if (settings.value("sign_in") == "basic")
        access.headers.push_back(rest::basic_authorization(settings.value("user"), settings.value("password")));
    access.headers.emplace_back("Accept-Language", settings.value("language"));
    if (!settings.value("client").empty()) access.headers.emplace_back("sap-client", settings.value("client"));
    return access;
}

rest::SignInOptions sign_in_options(const Settings& settings) {
    rest::SignInOptions options;
    if (settings.value("sign_in") != "oauth") return options;
    options.kind = rest::SignInOptions::Kind::client_credentials;
    options.token_url = settings.value("token_url");
    options.user = settings.value("client_id");
    options.secret = settings.value("client_secret");
    options.scope = settings.value("scope");
    return options;
}

}  // namespace tieline::connectors::odata
