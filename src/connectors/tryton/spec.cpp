#include "connectors/tryton/spec.h"

#include "base/suggest.h"
#include "connectors/feed_kinds.h"
#include "connectors/tryton/tryton.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tieline::connectors::tryton {
namespace {

using Kind = Field::Kind;

std::vector<Field> fields() {
    return {
        {"url", Kind::url, true, "", "Address of the Tryton server, for example https://tryton.plant:8000"},
        {"database", Kind::text, true, "", "Name of the database on that server"},
        {"user", Kind::text, true, "", "Login of the technical user; its rights are listed in the README"},
        {"password", Kind::secret, true, "", "Password of that user"},
        {"journal", Kind::text, false, "EXP", "Code of the journal that cost is posted in"},
        {"consumption_location", Kind::text, false, "MAINTENANCE",
         "Code of the location of type Lost and Found into which issued parts go"},
        {"scrap_location", Kind::text, false, "",
         "Code of the location of type Lost and Found into which scrapped parts go; without it scrap is refused"},
        {"accounts", Kind::text, false, "",
         "Accounts that the flows post to, with commas between them; the check looks for them"},
        {"kinds", Kind::text, false, all_kinds(),
         "Kinds of objects to read, with commas between them; all unless fewer are named"},
        {"timeout", Kind::duration_ms, false, "15s", "How long one request may take"},
    };
}

jsonrpc::Access access_of(const Settings& settings) {
    jsonrpc::Access access;
    access.base_url = settings.value("url");
    access.database = settings.value("database");
    access.user = settings.value("user");
    access.password = settings.value("password");
    access.timeout = settings.duration("timeout");
    access.system = "Tryton";
    return access;
}

Result<void> check_kinds(const Settings& settings) {
    const std::vector<std::string> known = names_in(all_kinds());
    for (const std::string& kind : names_in(settings.value("kinds"))) {
        if (feed_kind(kind) != nullptr) continue;
        return make_error(ErrorKind::invalid,
                          "connector '" + settings.name + "', setting 'kinds': nothing of kind '" + kind +
                              "' is read from Tryton" + did_you_mean(kind, known) + ". Known: " + all_kinds(),
                          "bad_setting", "kinds");
    }
    return {};
}

Result<std::unique_ptr<Connector>> make(const Settings& given, const std::string& map_text) {
    TIELINE_TRY(const Settings settings, check_settings(fields(), given));
    const bool is_own = map_text.empty();
    TIELINE_TRY(FieldMap map, FieldMap::compile(is_own ? own_map() : std::string_view(map_text),
                                                is_own ? "tryton/map.yaml" : "field map of " + given.name));
    TIELINE_TRY_VOID(check_kinds(settings));
    std::vector<std::string_view> needed;
    for (const FeedKind& kind : feed_kinds()) needed.push_back(kind.kind);
    for (const Route& route : routes())
        if (route.deed != Deed::cancel) needed.push_back(route.kind);
    for (const std::string_view table : needed) {
        if (map.has_table(table)) continue;
        return make_error(
            ErrorKind::invalid,
            "the field map of connector '" + given.name + "' has no table '" + std::string(table) + "'; add it",
            "map_meaning", std::string(table));
    }
    return std::unique_ptr<Connector>(std::make_unique<Tryton>(settings, std::move(map)));
}

ConnectorSpec build() {
    ConnectorSpec entry;
    entry.system = "tryton";
    entry.title = "Tryton 6.0";
    entry.tested_with = "the real system: trytond 6.0.29 of Debian 12 over SQLite";
    for (const Route& route : routes()) entry.kinds.emplace_back(route.kind);
    entry.fields = fields();
    entry.make = make;
    entry.own_map = own_map();
    return entry;
}

/// What the flows need of each model, as ir.model.access names it.
struct Right {
    std::string_view model, right;
};
constexpr Right rights[] = {
    {"account.move", "create"},           {"account.move", "write"},
    {"account.move.line", "write"},       {"account.period", "read"},
    {"analytic_account.line", "create"},  {"stock.shipment.internal", "create"},
    {"stock.shipment.internal", "write"}, {"stock.move", "create"},
    {"purchase.requisition", "create"},   {"purchase.requisition", "write"},
    {"purchase.purchase", "write"},       {"product.product", "read"},
    {"stock.location", "read"},
};

}  // namespace

const ConnectorSpec& spec() {
    static const ConnectorSpec entry = build();
    return entry;
}

Tryton::Tryton(const Settings& settings, FieldMap map)
    : client_(access_of(settings)),
      map_(std::move(map)),
      kinds_(names_in(settings.value("kinds"))),
      accounts_(names_in(settings.value("accounts"))) {
    settings_ = Json::object({{"journal", settings.value("journal")},
                              {"consumption_location", settings.value("consumption_location")},
                              {"scrap_location", settings.value("scrap_location")}});
}

Exchange<Probe> Tryton::probe() {
    Exchange<std::string> asking = client_.version();
    const Result<std::string> version = co_await std::move(asking);
    if (!version) co_return version.error();
    Probe probe;
    probe.system = "Tryton " + *version;
    if (!version->starts_with("6.0.")) probe.missing.push_back("version 6.0 (this is " + *version + ")");
    Json models = Json::array();
    for (const Right& right : rights) models.push_back(Json(right.model));
    Json::Array params{std::move(models)};
    Exchange<Json> checking = ask("ir.model.access", "get_access", std::move(params), Effect::read);
    const Result<Json> access = co_await std::move(checking);
    if (!access) co_return access.error();
    for (const Right& right : rights) {
        const std::string words = std::string(right.right) + " " + std::string(right.model);
        const Json* of_model = access->find(right.model);
        const Json* allowed = of_model == nullptr ? nullptr : of_model->find(right.right);
        const bool is_allowed = allowed != nullptr && ((allowed->is_bool() && allowed->boolean()) ||
                                                       (allowed->is_number() && allowed->number_token() != "0"));
        (is_allowed ? probe.rights : probe.missing).push_back((is_allowed ? "" : "right to ") + words);
    }
    std::vector<Reference> needed{{"account.journal", settings_.text_or("journal")},
                                  {"stock.location", settings_.text_or("consumption_location")}};
    const std::string scrap = settings_.text_or("scrap_location");
    if (!scrap.empty()) needed.push_back({"stock.location", scrap});
    for (const std::string& account : accounts_) needed.push_back({"account.account", account});
    for (const Reference& reference : needed) {
        Exchange<Json> looking = id_of(reference);
        const Result<Json> found = co_await std::move(looking);
        if (found) continue;
        if (found.error().kind != ErrorKind::invalid) co_return found.error();
        probe.missing.push_back(found.error().message);
    }
    Exchange<Json> comparing = map_mistakes();
    const Result<Json> mistakes = co_await std::move(comparing);
    if (!mistakes) co_return mistakes.error();
    for (const Json& mistake : mistakes->items()) probe.missing.push_back(mistake.string());
    if (scrap.empty()) probe.rights.emplace_back("scrap is refused until scrap_location is set");
    // What its modules do not have: README.md.
    probe.rights.emplace_back(
        "not offered by Tryton 6.0: maintenance orders and the commitments on them, equipment, labor confirmations, "
        "service receipts, persons and rates, ledger postings of goods issues and scrap, lots without its module "
        "stock_lot");
    co_return probe;
}

}  // namespace tieline::connectors::tryton
