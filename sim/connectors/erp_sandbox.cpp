// The sandbox ERP, with what it decides later.

#include "connectors/sandbox_erp/spec.h"
#include "sandbox/erp/erp.h"
#include "sim/connectors/peers.h"

namespace tieline::sim {
namespace {

constexpr const char* token = "sandbox";
class SandboxErpPeer final : public ErpPeer {
public:
    explicit SandboxErpPeer(World& world) : erp_(":memory:", demo()), world_(world) { seed(); }
    std::string host() const override { return "erp.sim"; }
    std::unique_ptr<connectors::Connector> make_connector(const Clock& /*clock*/) override {
        connectors::Settings settings;
        settings.name = "erp";
        settings.values = {{"url", "http://erp.sim"}, {"token", token}};
        return *connectors::sandbox_erp::spec().make(settings, "");
    }
    Result<net::HttpResponse> answer(const net::HttpRequest& request, WallTime now) override;
    std::vector<std::string> pitfalls() const override {
        return {"booked or refused later", "the same, and 429", "(nothing)", "a closed period"};
    }
    std::optional<std::size_t> begin_trouble(World& world) override;
    void calm() override {
        erp_.set_faults(1, {});
        set_period(true, world_.clock.now());
    }
    Books books(WallTime now) override;
    void mend(const std::string& code, WallTime now) override {
        if (code == "period_closed") set_period(true, now);
    }
    std::string error() const override { return error_; }

private:
    static sandbox::erp::ErpOptions demo() {
        sandbox::erp::ErpOptions options;
        options.demo = true;
        return options;
    }
    void seed();
    void set_period(bool open, WallTime now);
    net::HttpResponse call(const std::string& method, const std::string& path, const std::string& body, WallTime now);
    std::vector<Json> rows(const std::string& path, const char* list, WallTime now);

    sandbox::erp::Erp erp_;
    World& world_;
    std::string error_;
    int postings_ = 0;
};

net::HttpResponse SandboxErpPeer::call(const std::string& method, const std::string& path, const std::string& body,
                                       WallTime now) {
    net::HttpRequest request;
    request.method = method;
    request.url = path;
    request.headers = {{"Authorization", std::string("Bearer ") + token}, {"Content-Type", "application/json"}};
    request.body = body;
    return erp_.handle(request, now);
}

void SandboxErpPeer::seed() {
    const WallTime now = world_.clock.now();
    // In pieces by either name: one CMMS maps its unit to the code of trade, the other hands it on.
    const char* materials = R"json({"materials":[
      {"code":"SEAL-9","name":"Seal","unit":"PCE","price":"12.50","currency":"EUR","valuation":"moving_average",
       "alternativeUnits":[{"unit":"EA","numerator":"1","denominator":"1"}]},
      {"code":"BEARING-6204","name":"Bearing","unit":"PCE","price":"8.75","currency":"EUR",
       "valuation":"moving_average","alternativeUnits":[{"unit":"EA","numerator":"1","denominator":"1"}]}],
      "stock":[{"material":"SEAL-9","storageLocation":"MAIN","quantity":"100000","postingDate":"2026-11-01"},
        {"material":"BEARING-6204","storageLocation":"MAIN","quantity":"100000","postingDate":"2026-11-01"}]})json";
    const net::HttpResponse made = call("POST", "/admin/seed", materials, now);
    if (made.status / 100 != 2) error_ = "the ERP takes no materials: " + made.body;
}

void SandboxErpPeer::set_period(bool open, WallTime now) {
    const std::string month = local_date(now, "Europe/Berlin")->month_str();
    const Json body = Json::object({{"companyCode", "1000"}, {"period", month}, {"open", open}});
    const net::HttpResponse set = call("POST", "/admin/periods", body.dump(), now);
    if (set.status / 100 != 2) error_ = "the ERP's period cannot be changed: " + set.body;
}

Result<net::HttpResponse> SandboxErpPeer::answer(const net::HttpRequest& request, WallTime now) {
    net::HttpRequest inner = request;
    inner.url = path_of(request.url);
    const std::size_t reference = inner.url.find("reference=");
    if (lie_ == Lie::blind && request.method == "GET" && reference != std::string::npos)
        inner.url = inner.url.substr(0, reference) + "reference=NOBODY";
    net::HttpResponse answer = erp_.handle(inner, now);
    const bool has_posted = request.method == "POST" && answer.status == 201;
    if (lie_ == Lie::forgets && has_posted && ++postings_ % forgets_each == 0) {
        const auto body = Json::parse(answer.body);
        const std::string day = local_date(now, "Europe/Berlin")->str();
        const Json undo = Json::object({{"postingDate", day}, {"reason", "lost"}, {"reference", "LOST"}});
        if (body) call("POST", "/api/documents/" + body->text_or("document") + "/reverse", undo.dump(), now);
    }
    return answer;
}

std::optional<std::size_t> SandboxErpPeer::begin_trouble(World& world) {
    sandbox::erp::FaultRule later;
    later.fault = "accept_later";
    later.per_million = 150'000;
    later.method = "POST";
    later.path = "/api/";
    later.ms = Millis(700);
    later.outcome = world.chance(80) ? "post" : "reject";
    sandbox::erp::FaultRule throttle;
    throttle.fault = "rate_limit";
    throttle.count = world.between(1, 3);
    throttle.ms = Millis(1'500);
    const std::size_t pitfall = world.random.below(4);
    switch (pitfall) {
        case 0:
            erp_.set_faults(world.random.next(), {later});
            break;
        case 1:
            erp_.set_faults(world.random.next(), {later, throttle});
            break;
        case 2:
            erp_.set_faults(world.random.next(), {});
            break;
        default:
            set_period(false, world.clock.now());
            world.in(Millis(world.between(500, 4'000)), [this] { set_period(true, world_.clock.now()); });
            break;
    }
    return pitfall;
}

std::vector<Json> SandboxErpPeer::rows(const std::string& path, const char* list, WallTime now) {
    std::vector<Json> all;
    JsonLimits limits;
    limits.bytes_max = 64 << 20;
    limits.nodes_max = 10'000'000;
    std::string after = "0";
    for (;;) {
        const net::HttpResponse answer = call("GET", path + "limit=500&after=" + after, "", now);
        const auto page = Json::parse(answer.body, limits);
        const Json* items = page ? page->find(list) : nullptr;
        if (items == nullptr) {
            error_ = "the ERP does not show " + path + ": " + answer.body.substr(0, 200);
            return all;
        }
        for (const Json& item : items->items()) all.push_back(item);
        if (!page->bool_or("more", false)) return all;
        after = page->text_or("next", std::to_string(page->int_or("next", 0)));
    }
}

Books SandboxErpPeer::books(WallTime now) {
    Books books;
    std::map<std::string, std::string> center_of;
    for (const Json& document : rows("/api/documents?lines=true&", "documents", now)) {
        const std::string number = document.text_or("document"), key = document.text_or("reference");
        const std::string order = document.text_or("workOrder");
        if (document.text_or("kind") == "stock_movement" && key.empty()) continue;  // opening stock: the ERP's own
        books.documents.push_back({key, number});
        const Json* items = document.find("items");
        for (const Json& item : items == nullptr ? Json::Array{} : items->items()) {
            const std::string center = item.text_or("costCenter");
            if (!center.empty()) center_of[number] = center;
            const auto side = account_side.find(item.text_or("account"));
            if (side == account_side.end()) books.trouble = "money on an account that nobody asked for: " + item.dump();
            if (side == account_side.end() || side->second == "goods") continue;
            Decimal& cell = books.money[{order, side->second, side->second.starts_with("cost") ? center : "",
                                         document.text_or("currency")}];
            const Decimal amount = *item.decimal("amount");
            cell = item.text_or("debitCredit") == "D" ? *cell.plus(amount) : *cell.minus(amount);
        }
    }
    for (const Json& row : rows("/api/movements?", "items", now)) {
        if (row.text_or("kind") == "initial") continue;
        Decimal& cell =
            books.pieces[{row.text_or("workOrder"), row.text_or("material"), center_of[row.text_or("document")]}];
        cell = *cell.minus(*row.decimal("quantity"));  // into stock is positive
    }
    std::erase_if(books.money, [](const auto& cell) { return cell.second.is_zero(); });
    std::erase_if(books.pieces, [](const auto& cell) { return cell.second.is_zero(); });
    return books;
}

}  // namespace

std::unique_ptr<ErpPeer> make_sandbox_erp_peer(World& world) { return std::make_unique<SandboxErpPeer>(world); }

}  // namespace tieline::sim
