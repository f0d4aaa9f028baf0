// The connector to Tryton in the contract suite, against the real one.

#include "connectors/tryton/spec.h"
#include "contract/connector_contract.h"
#include "tryton/tryton_world.h"

namespace tieline::contract {
namespace {

/// The names of an object's members, references of the preview standing for ids: what was sent may add the context and
/// what only the peer knows (lines of a reversal), and leaves out what was only checked (the currency).
bool is_promised(const Json& preview, const Json& sent) {
    if (preview.find("model") != nullptr && preview.find("code") != nullptr)
        return sent.is_number() || sent.is_string();
    if (preview.is_object() && sent.is_object()) {
        for (const auto& [name, value] : preview.members()) {
            const Json* there = sent.find(name);
            const bool is_checked = value.text_or("model") == "company_currency" || name == "line";
            if (is_checked) continue;
            const bool is_key = there != nullptr && there->is_string() && value.is_string() &&
                                there->string().ends_with(value.string());
            if (there == nullptr || !(is_key || is_promised(value, *there))) return false;
        }
        return true;
    }
    if (preview.is_array() && sent.is_array()) {
        if (preview.items().size() != sent.items().size()) return false;
        for (std::size_t at = 0; at < preview.items().size(); ++at)
            if (!is_promised(preview.items()[at], sent.items()[at])) return false;
        return true;
    }
    return preview == sent;
}

}  // namespace

std::vector<ConnectorUnderTest> connectors_under_test() {
    ConnectorUnderTest subject;
    subject.with = "real";
    subject.name = "tryton";
    subject.spec = connectors::tryton::spec();
    subject.settings = TrytonWorld::settings();
    subject.secret_setting = "password";
    subject.world = [] { return std::make_unique<TrytonWorld>(); };
    subject.session_headers = {"Authorization"};  // Tryton issues a session at the sign-in
    subject.is_promised = [](const std::string& previewed, const std::string& sent) {
        const Result<Json> promised = Json::parse(previewed), made = Json::parse(sent);
        return promised && made && is_promised(*promised, *made);
    };
    return {subject};
}

}  // namespace tieline::contract
