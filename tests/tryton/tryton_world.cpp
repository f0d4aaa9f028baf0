#include "tryton/tryton_world.h"

#include "connectors/tryton/spec.h"
#include "net/http_client.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>

namespace tieline::contract {
namespace {

using connectors::jsonrpc::Effect;

std::string env(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

constexpr std::size_t together = 7;  ///< objects that are made in one transaction, and so at one time

constexpr int ahead = 12;  ///< earlier documents that are made at once, for as many samples

/// Where keys stand, as Tryton's tables and columns.
constexpr std::array<std::pair<const char*, const char*>, 4> keyed{{{"account_move", "description"},
                                                                    {"stock_shipment_internal", "reference"},
                                                                    {"purchase_requisition", "description"},
                                                                    {"purchase_purchase", "description"}}};
/// Every row of these must stay as it is where somebody only looks.
constexpr std::array<const char*, 11> watched{"account_move",
                                              "account_move_line",
                                              "analytic_account_line",
                                              "stock_shipment_internal",
                                              "stock_move",
                                              "purchase_requisition",
                                              "purchase_requisition_line",
                                              "purchase_request",
                                              "purchase_purchase",
                                              "purchase_line",
                                              "ir_sequence"};

/// Rows of a statement, past the server: of each the columns with | between them.
std::vector<std::string> asked_of_database(const std::string& database, const std::string& query) {
    std::vector<std::string> rows;
    const std::string file = env("TRYTON_DATABASES") + "/" + database + ".sqlite";
    sqlite3* open = nullptr;
    EXPECT_EQ(sqlite3_open_v2(file.c_str(), &open, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK) << file;
    sqlite3_busy_timeout(open, 10'000);
    const auto row = [](void* into, int count, char** values, char**) {
        std::string text;
        for (int column = 0; column < count; ++column)
            text += (column == 0 ? "" : "|") + std::string(values[column] == nullptr ? "" : values[column]);
        static_cast<std::vector<std::string>*>(into)->push_back(std::move(text));
        return 0;
    };
    EXPECT_EQ(sqlite3_exec(open, query.c_str(), row, &rows, nullptr), SQLITE_OK) << sqlite3_errmsg(open);
    sqlite3_close(open);
    return rows;
}

net::HttpClient& http() {
    static const std::unique_ptr<net::HttpClient> client = net::make_http_client();
    return *client;
}

/// One client per user and database, so that each signs in once.
connectors::jsonrpc::Client& client(const std::string& database, const std::string& user, const std::string& password) {
    static std::map<std::string, std::unique_ptr<connectors::jsonrpc::Client>> clients;
    std::unique_ptr<connectors::jsonrpc::Client>& found = clients[database + " " + user];
    if (!found) {
        found = std::make_unique<connectors::jsonrpc::Client>(
            connectors::jsonrpc::Access{env("TRYTON_URL"), "erp", user, password, Millis{30'000}, "Tryton"});
    }
    return *found;
}

/// Cancelled is an effect only of what was to be cancelled.
bool counts(const model::Command& command, const std::string& state) {
    return state != "cancelled" || command.kind.ends_with(".cancel");
}

Json receiver() { return Json::object({{"kind", "cost_center"}, {"code", "CC-100"}}); }

}  // namespace

connectors::Settings TrytonWorld::settings() {
    connectors::Settings made;
    made.name = "erp";
    made.values = {{"url", env("TRYTON_URL")},           {"database", "erp"},      {"user", env("TRYTON_USER")},
                   {"password", env("TRYTON_PASSWORD")}, {"kinds", "requisition"}, {"accounts", "610000,181000"},
                   {"scrap_location", "SCRAP"}};
    return made;
}

std::string TrytonWorld::today() { return env("TRYTON_TODAY"); }

std::string TrytonWorld::method_of(const net::HttpRequest& request) {
    const Result<Json> body = Json::parse(request.body);
    return body ? body->text_or("method") : std::string();
}

Result<net::HttpResponse> TrytonWorld::answer(const net::HttpRequest& request) {
    net::HttpRequest asked = request;
    const std::size_t place = asked.url.rfind("/erp/");
    if (place != std::string::npos) asked.url.replace(place, 5, "/" + database_ + "/");
    const Result<net::HttpResponse> answered = http().send_and_wait(asked);
    // After failed sign-ins the server waits, longer each time, before it answers the next one of this user.
    if (answered && answered->status == 401 && method_of(request) == "common.db.login")
        asked_of_database(database_, "DELETE FROM res_user_login_attempt");
    return answered;
}

model::Command TrytonWorld::sample(const std::string& kind) {
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

std::size_t TrytonWorld::effects(const model::Command& command) {
    std::size_t count = 0;
    for (const auto& [table, column] : keyed) {
        const std::string query =
            std::string("SELECT state FROM ") + table + " WHERE " + column + " LIKE '%" + command.key + "%'";
        for (const std::string& state : asked_of_database(database_, query)) count += counts(command, state) ? 1 : 0;
    }
    return count;
}

std::string TrytonWorld::state() {
    std::string all;
    for (const char* table : watched) {
        all += std::string(table) + ":\n";
        for (const std::string& row :
             asked_of_database(database_, std::string("SELECT * FROM ") + table + " ORDER BY id"))
            all += row + "\n";
    }
    return all;
}

bool TrytonWorld::writes(const net::HttpRequest& request) const {
    const std::string method = method_of(request);
    for (const char* read : {"search_read", "get_preferences", "get_access", "fields_get", "today", "login", "version"})
        if (method.ends_with(read)) return false;
    return true;
}

WallTime TrytonWorld::now() const { return system_clock().now(); }

Json TrytonWorld::clause(const char* field, const char* op, Json value) {
    return Json(Json::Array{Json(field), Json(op), std::move(value)});
}

connectors::Peer TrytonWorld::peer() {
    return [this](const net::HttpRequest& request) { return answer(request); };
}

connectors::jsonrpc::Client TrytonWorld::hubs_client() {
    return connectors::jsonrpc::Client(connectors::jsonrpc::Access{env("TRYTON_URL"), "erp", env("TRYTON_USER"),
                                                                   env("TRYTON_PASSWORD"), Millis{30'000}, "Tryton"});
}

Json TrytonWorld::asked(const std::string& method, Json::Array params) {
    params.push_back(Json::object({{"language", "en"}, {"company", 1}, {"employee", 1}}));
    const connectors::jsonrpc::Client& admin = client(database_, "admin", env("TRYTON_ADMIN"));
    const Result<Json> answered = connectors::run(admin.call(method, std::move(params), Effect::write), peer());
    EXPECT_TRUE(answered) << method << ": " << (answered ? "" : answered.error().message);
    return answered ? *answered : Json::array();
}

Json TrytonWorld::rows(const std::string& model, Json domain, std::vector<std::string> fields) {
    Json names = Json::array();
    for (std::string& field : fields) names.push_back(Json(std::move(field)));
    Json by_id(Json::Array{Json(Json::Array{Json("id"), Json("ASC")})});
    return asked("model." + model + ".search_read", {std::move(domain), Json(0), Json(), by_id, names});
}

void TrytonWorld::told_database(const std::string& statement) { asked_of_database(database_, statement); }

void TrytonWorld::own_database() {
    if (is_fresh_) return;
    is_fresh_ = true;
    static int databases = 0;
    database_ = "w" + std::to_string(++databases);
    const std::filesystem::path folder = env("TRYTON_DATABASES");
    std::filesystem::copy_file(env("TRYTON_PREPARED"), folder / (database_ + ".sqlite"));
}

std::vector<std::string> TrytonWorld::make_objects(std::size_t count) {
    own_database();
    std::vector<std::string> objects;
    while (objects.size() < count) {
        Json wanted = Json::array();
        for (std::size_t made = objects.size(); made < count && wanted.items().size() < together; ++made) {
            Json line = Json::object({{"product", 1}, {"quantity", 3}, {"unit", 1}});
            Json values = Json::object({{"company", 1}, {"employee", 1}, {"warehouse", 5}, {"description", "by hand"}});
            values.set("supply_date", connectors::jsonrpc::date_value(env("TRYTON_TODAY")));
            values.set("lines", Json(Json::Array{Json(Json::Array{Json("create"), Json(Json::Array{line})})}));
            wanted.push_back(std::move(values));
        }
        const Json ids = asked("model.purchase.requisition.create", {std::move(wanted)});
        asked("model.purchase.requisition.wait", {ids});
        const Json made = rows("purchase.requisition", Json(Json::Array{clause("id", "in", ids)}), {"number"});
        for (const Json& row : made.items()) objects.push_back("requisition:" + row.text_or("number"));
    }
    return objects;
}

void TrytonWorld::fill(const std::string& kind, Json& payload) {
    if (kind == "journal.post") {
        Json debit = Json::object({{"side", "debit"}, {"account", "610000"}, {"amount", "93.75"}});
        debit.set("receiver", receiver());
        Json credit = Json::object({{"side", "credit"}, {"account", "181000"}, {"amount", "93.75"}});
        payload.set("lines", Json(Json::Array{std::move(debit), std::move(credit)}));
    }
    if (kind == "journal.reverse") payload.set("document", earlier("account.move"));
    if (kind == "goods_issue.reverse" || kind == "scrap.reverse")
        payload.set("document", earlier("stock.shipment.internal"));
    if (kind == "reservation.change" || kind == "reservation.cancel")
        payload.set("reservation", earlier("reservation"));
    if (kind == "requisition.change" || kind == "requisition.cancel")
        payload.set("requisition", earlier("purchase.requisition"));
    if (!kind.starts_with("purchase_order.")) return;
    const std::string order = earlier("purchase.purchase");
    payload.set("purchase_order", order.substr(0, order.find('/')));
    payload.set("item", order.substr(order.find('/') + 1));
}

std::string TrytonWorld::earlier(const std::string& what) {
    static std::map<std::string, std::vector<std::string>> numbers;
    std::vector<std::string>& left = numbers[database_ + " " + what];
    if (left.empty()) {
        left = what == "account.move" ? posted_entries() : what == "purchase.purchase" ? held_orders() : waiting(what);
    }
    if (left.empty()) return "";
    std::string number = left.back();
    left.pop_back();
    return number;
}

std::vector<std::string> TrytonWorld::posted_entries() {
    const Json today = connectors::jsonrpc::date_value(env("TRYTON_TODAY"));
    const auto one = [&](const char* model, Json domain) {
        const Json found = rows(model, std::move(domain), {"rec_name"});
        return found.items().empty() ? Json() : *found.items()[0].find("id");
    };
    const auto line = [&](const char* account, const char* debit, const char* credit) {
        Json made =
            Json::object({{"account", one("account.account", Json(Json::Array{clause("code", "=", account)}))}});
        made.set("debit", connectors::jsonrpc::decimal_value(debit));
        made.set("credit", connectors::jsonrpc::decimal_value(credit));
        return made;
    };
    Json values = Json::object({{"company", 1}, {"date", today}, {"description", "earlier"}});
    values.set("journal", one("account.journal", Json(Json::Array{clause("code", "=", "EXP")})));
    values.set("period", one("account.period",
                             Json(Json::Array{clause("start_date", "<=", today), clause("end_date", ">=", today)})));
    Json lines(Json::Array{line("610000", "93.75", "0"), line("181000", "0", "93.75")});
    values.set("lines", Json(Json::Array{Json(Json::Array{Json("create"), std::move(lines)})}));
    const Json ids = asked("model.account.move.create", {Json(Json::Array(ahead, values))});
    asked("model.account.move.post", {ids});
    return column("account.move", ids, "post_number");
}

std::vector<std::string> TrytonWorld::column(const std::string& model, const Json& ids, const std::string& field) {
    std::vector<std::string> values;
    const Json found = rows(model, Json(Json::Array{clause("id", "in", ids)}), {field});
    for (const Json& row : found.items()) values.push_back(row.text_or(field));
    return values;
}

/// Requisitions that wait, reservations that wait, or internal shipments that are done.
std::vector<std::string> TrytonWorld::waiting(const std::string& what) {
    const Json today = connectors::jsonrpc::date_value(env("TRYTON_TODAY"));
    const bool is_requisition = what == "purchase.requisition";
    const std::string model = is_requisition ? what : "stock.shipment.internal";
    Json line = Json::object({{"product", 1}, {"quantity", 2}});
    Json values = Json::object({{"company", 1}});
    if (is_requisition) {
        line.set("unit", 1);
        for (const auto& [name, value] : {std::pair{"employee", 1}, std::pair{"warehouse", 5}}) values.set(name, value);
        values.set("description", "earlier");
        values.set("supply_date", today);
    } else {
        line.set("uom", 1);
        line.set("company", 1);
        const Json codes(Json::Array{Json("MAIN"), Json("MAINTENANCE")});
        const Json places = rows("stock.location", Json(Json::Array{clause("code", "in", codes)}), {"code"});
        for (const Json& place : places.items()) {
            const char* name = place.text_or("code") == "MAIN" ? "from_location" : "to_location";
            values.set(name, *place.find("id"));
            line.set(name, *place.find("id"));
        }
        values.set("reference", what == "reservation" ? "EARLIER000000000 RESERVED WO-1" : "earlier");
        for (const char* name : {"planned_date", "planned_start_date", "effective_date", "effective_start_date"})
            values.set(name, today);
    }
    Json lines(Json::Array{Json(Json::Array{Json("create"), Json(Json::Array{std::move(line)})})});
    values.set(is_requisition ? "lines" : "moves", std::move(lines));
    const Json ids = asked("model." + model + ".create", {Json(Json::Array(ahead, values))});
    asked("model." + model + ".wait", {ids});
    if (what == model && !is_requisition)
        for (const char* button : {".assign_try", ".done"}) asked("model." + model + button, {ids});
    return column(model, ids, "number");
}

std::vector<std::string> TrytonWorld::held_orders() {
    const Json vendors =
        asked("model.party.party.search", {Json(Json::Array{clause("code", "=", "V-203")}), Json(0), Json(1), Json()});
    Json line = Json::object({{"product", 1}, {"quantity", 5}, {"unit", 1}, {"description", "Bearing"}});
    line.set("unit_price", connectors::jsonrpc::decimal_value("12.40"));
    Json values = Json::object({{"party", vendors.items().at(0)}, {"company", 1}, {"warehouse", 5}});
    values.set("purchase_date", connectors::jsonrpc::date_value(env("TRYTON_TODAY")));
    const Json address =
        asked("model.party.address.search",
              {Json(Json::Array{clause("party", "=", vendors.items().at(0))}), Json(0), Json(1), Json()});
    values.set("invoice_address", address.items().at(0));
    values.set("lines", Json(Json::Array{Json(Json::Array{Json("create"), Json(Json::Array{std::move(line)})})}));
    const Json ids = asked("model.purchase.purchase.create", {Json(Json::Array(ahead, values))});
    asked("model.purchase.purchase.quote", {ids});
    std::vector<std::string> orders;
    const Json made = rows("purchase.purchase", Json(Json::Array{clause("id", "in", ids)}), {"number", "lines"});
    for (const Json& row : made.items())
        orders.push_back(row.text_or("number") + "/" + row.find("lines")->items().at(0).number_token());
    return orders;
}

}  // namespace tieline::contract
