// The real Tryton as the world of the contract suite. contract.py starts the server and says where it is; each test
// that reads gets a database of its own, the others share one.

#include "connectors/jsonrpc/jsonrpc.h"
#include "connectors/tryton/spec.h"
#include "contract/connector_contract.h"
#include "net/http_client.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>

namespace tieline::contract {
namespace {

namespace own = connectors::tryton;
using connectors::jsonrpc::Effect;

std::string env(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

connectors::Settings settings() {
    connectors::Settings made;
    made.name = "erp";
    made.values = {{"url", env("TRYTON_URL")},           {"database", "erp"},      {"user", env("TRYTON_USER")},
                   {"password", env("TRYTON_PASSWORD")}, {"kinds", "requisition"}, {"accounts", "610000,181000"}};
    return made;
}

net::HttpClient& http() {
    static const std::unique_ptr<net::HttpClient> client = net::make_http_client();
    return *client;
}

std::string method_of(const net::HttpRequest& request) {
    const Result<Json> body = Json::parse(request.body);
    return body ? body->text_or("method") : std::string();
}

class TrytonWorld final : public World {
public:
    Result<net::HttpResponse> answer(const net::HttpRequest& request) override {
        net::HttpRequest asked = request;
        const std::size_t place = asked.url.rfind("/erp/");
        if (place != std::string::npos) asked.url.replace(place, 5, "/" + database_ + "/");
        const Result<net::HttpResponse> answered = http().send_and_wait(asked);
        // Failed sign-ins slow the server down until the user's next good one.
        if (answered && answered->status == 401 && method_of(request) == "common.db.login") {
            connectors::jsonrpc::Client right = client(env("TRYTON_USER"), env("TRYTON_PASSWORD"));
            (void)connectors::run(right.preferences(), peer());
        }
        return answered;
    }

    model::Command sample(const std::string& kind) override {
        static int samples = 0;
        const std::string number = std::to_string(100000 + ++samples);
        model::Command command;
        command.key = "7ZQK9M2P4R" + number;
        command.kind = kind;
        Json payload = Json::object({{"work_order", "WO-" + number},
                                     {"company_code", "1000"},
                                     {"text", "WO-" + number + " Seal change"},
                                     {"reason", "corrected"},
                                     {"reference", command.key},
                                     {"posting_date", env("TRYTON_TODAY")},
                                     {"delivery_date", env("TRYTON_TODAY")},
                                     {"needed_on", env("TRYTON_TODAY")},
                                     {"currency", "EUR"},
                                     {"part", "P-2001"},
                                     {"quantity", "2"},
                                     {"unit", "PC"},
                                     {"storeroom", "MAIN"},
                                     {"receiver", receiver()}});
        fill(kind, payload);
        command.payload = payload.dump();
        return command;
    }

    std::size_t effects(const model::Command& command) override {
        std::size_t count = 0;
        for (const auto& [model, field] : keyed) {
            const Json found = rows(model, Json(Json::Array{clause(field, "like", "%" + command.key + "%")}));
            for (const Json& row : found.items()) count += counts(command, row.text_or("state")) ? 1 : 0;
        }
        return count;
    }

    std::string state() override {
        std::string all;
        for (const auto& [model, field] : keyed) all += rows(model, Json::array()).dump();
        return all;
    }

    std::vector<std::string> make_objects(std::size_t count) override {
        if (!is_fresh_) {
            is_fresh_ = true;
            static int databases = 0;
            database_ = "w" + std::to_string(++databases);
            const std::filesystem::path folder = env("TRYTON_DATABASES");
            std::filesystem::copy_file(folder / "erp.sqlite", folder / (database_ + ".sqlite"));
        }
        std::vector<std::string> objects;
        for (std::size_t made = 0; made < count; ++made)
            objects.push_back("requisition:" + booked("requisition.create"));
        return objects;
    }
    WallTime now() const override { return system_clock().now(); }
    /// Everything is a POST here; these methods only read, or sign in.
    bool writes(const net::HttpRequest& request) const override {
        const std::string method = method_of(request);
        for (const char* read : {"search_read", "get_preferences", "get_access", "today", "login", "version"})
            if (method.ends_with(read)) return false;
        return true;
    }

private:
    static constexpr std::array<std::pair<const char*, const char*>, 4> keyed{{{"account.move", "description"},
                                                                               {"stock.shipment.internal", "reference"},
                                                                               {"purchase.requisition", "description"},
                                                                               {"purchase.purchase", "description"}}};

    /// Cancelled is an effect only of what was to be cancelled.
    static bool counts(const model::Command& command, const std::string& state) {
        return state != "cancelled" || command.kind.ends_with(".cancel");
    }
    static Json clause(const char* field, const char* op, Json value) {
        return Json(Json::Array{Json(field), Json(op), std::move(value)});
    }
    static Json receiver() { return Json::object({{"kind", "cost_center"}, {"code", "CC-100"}}); }

    connectors::Peer peer() {
        return [this](const net::HttpRequest& request) { return answer(request); };
    }
    static connectors::jsonrpc::Client client(const std::string& user, const std::string& password) {
        return connectors::jsonrpc::Client(
            connectors::jsonrpc::Access{env("TRYTON_URL"), "erp", user, password, Millis{30'000}, "Tryton"});
    }
    Json asked(const std::string& method, Json::Array params) {
        params.push_back(Json::object({{"language", "en"}, {"company", 1}, {"employee", 1}}));
        const connectors::jsonrpc::Client admin = client("admin", env("TRYTON_ADMIN"));
        const Result<Json> answered = connectors::run(admin.call(method, std::move(params), Effect::write), peer());
        EXPECT_TRUE(answered) << method << ": " << (answered ? "" : answered.error().message);
        return answered ? *answered : Json::array();
    }
    Json rows(const std::string& model, Json domain) {
        Json fields(Json::Array{Json("state"), Json("write_date")});
        Json by_id(Json::Array{Json(Json::Array{Json("id"), Json("ASC")})});
        return asked("model." + model + ".search_read", {std::move(domain), Json(0), Json(), by_id, fields});
    }

    void fill(const std::string& kind, Json& payload) {
        if (kind == "journal.post") {
            Json debit = Json::object({{"side", "debit"}, {"account", "610000"}, {"amount", "93.75"}});
            debit.set("receiver", receiver());
            Json credit = Json::object({{"side", "credit"}, {"account", "181000"}, {"amount", "93.75"}});
            payload.set("lines", Json(Json::Array{std::move(debit), std::move(credit)}));
        }
        if (kind == "journal.reverse") payload.set("document", booked("journal.post"));
        if (kind == "goods_issue.reverse") payload.set("document", booked("goods_issue.post"));
        if (kind == "reservation.change" || kind == "reservation.cancel")
            payload.set("reservation", booked("reservation.create"));
        if (kind == "requisition.change" || kind == "requisition.cancel")
            payload.set("requisition", booked("requisition.create"));
        if (kind.starts_with("purchase_order.")) held_order(payload);
    }
    std::string booked(const std::string& kind) {
        const auto connector = own::spec().make(settings(), "");
        const auto receipt = connectors::run((*connector)->push(sample(kind)), peer());
        EXPECT_TRUE(receipt) << kind << ": " << (receipt ? "" : receipt.error().message);
        return receipt ? receipt->document : std::string();
    }
    void held_order(Json& payload) {
        const Json vendors = asked("model.party.party.search",
                                   {Json(Json::Array{clause("code", "=", "V-203")}), Json(0), Json(1), Json()});
        Json line = Json::object({{"product", 1}, {"quantity", 5}, {"unit", 1}, {"description", "Bearing"}});
        line.set("unit_price", connectors::jsonrpc::decimal_value("12.40"));
        Json values = Json::object({{"party", vendors.items().at(0)}, {"company", 1}, {"warehouse", 5}});
        values.set("purchase_date", connectors::jsonrpc::date_value(env("TRYTON_TODAY")));
        const Json address =
            asked("model.party.address.search",
                  {Json(Json::Array{clause("party", "=", vendors.items().at(0))}), Json(0), Json(1), Json()});
        values.set("invoice_address", address.items().at(0));
        values.set("lines", Json(Json::Array{Json(Json::Array{Json("create"), Json(Json::Array{std::move(line)})})}));
        const Json made = asked("model.purchase.purchase.create", {Json(Json::Array{std::move(values)})});
        asked("model.purchase.purchase.quote", {made});
        const Json row =
            asked("model.purchase.purchase.read", {made, Json(Json::Array{Json("number"), Json("lines")})});
        payload.set("purchase_order", row.items().at(0).text_or("number"));
        payload.set("item", row.items().at(0).find("lines")->items().at(0).number_token());
    }

    std::string database_ = "erp";
    bool is_fresh_ = false;
};

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
    subject.name = "tryton";
    subject.spec = own::spec();
    subject.settings = settings();
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
