// SAP S/4HANA as the strict fake of its connector plays it, with its pitfalls.

#include "connectors/sap_s4/spec.h"
#include "connectors/sap_s4/test_sap_peer.h"
#include "sim/connectors/peers.h"
#include "sim/connectors/strictly.h"

namespace tieline::sim {
namespace {

namespace sap = connectors::sap_s4::test;

constexpr const char* ledger_set = "A_OperationalAcctgDocItemCube";
constexpr const char* header_set = "A_MaterialDocumentHeader";
constexpr const char* item_set = "A_MaterialDocumentItem";
/// "WO-100001 Simulated job" → WO-100001.
std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

class SapErp final : public ErpPeer {
public:
    explicit SapErp(World& world) {
        peer_.cost_centers = {"CC-100", "CC-200", "CC-300"};
        for (const auto& [account, side] : account_side)
            if (side != "goods") peer_.accounts.insert(account);
        peer_.pitfalls.cancel_copies_reference = world.chance(50);
        peer_.switches.xml_errors = world.chance(30);
        peer_.pitfalls.blank_document = world.chance(50);
        peer_.switches.warns = world.chance(30);
        peer_.switches.token_needed = !world.chance(10);
        mirrors_ = world.chance(50);
        confirms_ = mirrors_ && world.chance(50);
        peer_.activities.clear();  // each CMMS has crafts of its own
        for (const char* asset : {"FILLER-01", "11430", "10000017"}) peer_.add_equipment(asset, "Asset of the jobs");
        peer_.pitfalls.german = world.chance(30);
    }
    std::string host() const override { return std::string(sap::base_url.substr(sap::base_url.find("://") + 3)); }
    std::unique_ptr<connectors::Connector> make_connector(const Clock& clock) override {
        return *connectors::sap_s4::make_by(sap::settings(), "", clock);
    }
    Result<net::HttpResponse> answer(const net::HttpRequest& request, WallTime now) override;
    std::vector<std::string> pitfalls() const override {
        return {"lost answers",      "a dump after the commit", "an error within a 200",
                "SOAP faults",       "expired tokens",          "429",
                "a locked material", "a closed period",         "cancelled by somebody"};
    }
    std::optional<std::size_t> begin_trouble(World& world) override;
    void calm() override;
    Books books(WallTime now) override;
    bool mirrors_jobs() const override { return mirrors_; }
    bool confirms_hours() const override { return confirms_; }
    void mend(const std::string& code, WallTime /*now*/) override {
        if (code == "period_closed") open_period();
    }
    std::string error() const override { return error_; }

private:
    void open_period() { peer_.pitfalls.open_from = "2026-11-01"; }
    void forget();
    void add_journals(Books& books) const;
    void add_movements(Books& books) const;
    void add_orders(Books& books) const;
    void add_confirmations(Books& books) const;
    std::string receiver_of(const std::string& order) const;

    sap::SapPeer peer_;
    std::string error_;  ///< a request that SAP would never get
    int postings_ = 0;
    bool mirrors_ = false;   ///< jobs have maintenance orders
    bool confirms_ = false;  ///< and hours are confirmed on them
};

Result<net::HttpResponse> SapErp::answer(const net::HttpRequest& request, WallTime /*now*/) {
    const bool looks = request.method == "GET" && request.url.find("Reference") != std::string::npos &&
                       request.url.find("filter=") != std::string::npos;
    if (lie_ == Lie::blind && looks) return net::HttpResponse{200, {}, R"({"d":{"results":[]}})"};
    const std::size_t before = peer_.rows(ledger_set).size() + peer_.rows(header_set).size();
    Result<net::HttpResponse> answer = strictly(peer_, request, error_);
    const bool has_posted = peer_.rows(ledger_set).size() + peer_.rows(header_set).size() > before;
    if (lie_ == Lie::forgets && has_posted && ++postings_ % forgets_each == 0) forget();
    return answer;
}

/// The newest journal, as if it had never been posted.
void SapErp::forget() {
    Json::Array& rows = peer_.rows(ledger_set);
    if (rows.empty()) return;
    const std::string last = rows.back().text_or("AccountingDocument");
    std::erase_if(rows, [&](const Json& row) { return row.text_or("AccountingDocument") == last; });
}

std::optional<std::size_t> SapErp::begin_trouble(World& world) {
    connectors::odata::test::Switches& now = peer_.switches;
    sap::Pitfalls& application = peer_.pitfalls;
    const int times = static_cast<int>(world.between(1, 3));
    const std::size_t pitfall = world.random.below(9);
    switch (pitfall) {
        case 0:
            now.lose_answers = times;
            break;
        case 1:
            now.dump_after_commit = times;
            break;
        case 2:
            now.error_inside = times;
            break;
        case 3:
            application.fault = times;
            break;
        case 4:
            now.expire_tokens = times;
            break;
        case 5:
            now.throttle = times;
            now.throttle_without_time = world.chance(50);
            break;
        case 6: {
            const char* material = world.chance(50) ? "SEAL-9" : "BEARING-6204";
            application.locked.insert(material);
            world.in(Millis(world.between(500, 5'000)), [this, material] { peer_.pitfalls.locked.erase(material); });
            break;
        }
        case 7:
            application.open_from = "2026-12-01";
            world.in(Millis(world.between(500, 4'000)), [this] { open_period(); });
            break;
        default:
            application.cancels_as = world.chance(50) ? "TIELINE" : "STOREKEEPER";
            break;
    }
    return pitfall;
}

void SapErp::calm() {
    connectors::odata::test::Switches& now = peer_.switches;
    now.lose_answers = now.dump_after_commit = now.error_inside = now.expire_tokens = now.throttle = 0;
    peer_.pitfalls.fault = 0;
    peer_.pitfalls.locked.clear();
    open_period();
}

void SapErp::add_journals(Books& books) const {
    std::set<std::string> seen;
    for (const Json& row : peer_.rows(ledger_set)) {
        const std::string account = row.text_or("GLAccount");
        const auto side = account_side.find(account);
        if (side == account_side.end() || side->second == "goods") {
            books.trouble = "money on an account that nobody asked for: " + row.dump();
            return;
        }
        const std::string center = side->second.starts_with("cost") ? row.text_or("CostCenter") : "";
        Decimal& cell = books.money[{first_word(row.text_or("AccountingDocumentHeaderText")), side->second, center,
                                     row.text_or("TransactionCurrency")}];
        cell = *cell.plus(sap::number(row.text_or("AmountInTransactionCurrency")));
        const std::string number = row.text_or("AccountingDocument") + "/" + row.text_or("FiscalYear");
        const std::string key = row.text_or("DocumentReferenceID");
        if (!key.empty() && seen.insert(number).second) books.documents.push_back({key, number});
    }
}

void SapErp::add_movements(Books& books) const {
    std::set<std::string> cancellations;
    std::map<std::string, std::string> cancelled_by;
    for (const Json& item : peer_.rows(item_set)) {
        const std::string type = item.text_or("GoodsMovementType");
        const bool is_issue = type == "201" || type == "261";
        if (!is_issue && type != "202" && type != "262") books.trouble = "a movement of type " + type;
        // What an order bears goes to the receiver of its settlement rule.
        const std::string order = item.text_or("ManufacturingOrder");
        const std::string center = order.empty() ? item.text_or("CostCenter") : receiver_of(order);
        Decimal& cell = books.pieces[{item.text_or("MaterialDocumentItemText"), item.text_or("Material"), center}];
        const Decimal quantity = sap::number(item.text_or("QuantityInEntryUnit"));
        cell = is_issue ? *cell.plus(quantity) : *cell.minus(quantity);
        const std::string original = item.text_or("ReversedMaterialDocument");
        if (original.empty()) continue;
        cancellations.insert(item.text_or("MaterialDocument"));
        if (!cancelled_by.emplace(original, item.text_or("MaterialDocument")).second)
            books.trouble = "document " + original + " was cancelled twice";
    }
    for (const Json& header : peer_.rows(header_set)) {
        const std::string document = header.text_or("MaterialDocument");
        if (cancellations.contains(document)) continue;  // it carries no key, or that of what it cancels
        books.documents.push_back(
            {header.text_or("ReferenceDocument"), document + "/" + header.text_or("MaterialDocumentYear")});
    }
}

std::string SapErp::receiver_of(const std::string& order) const {
    for (const Json& rule : peer_.rows("MaintOrderSettlmtDistrRule"))
        if (rule.text_or("MaintenanceOrder") == order) return rule.text_or("CostCenter");
    return "no order " + order;
}

void SapErp::add_orders(Books& books) const {
    for (const Json& order : peer_.rows("MaintenanceOrder")) {
        const std::string line = " " + order.text_or("SystemStatusText") + " ";
        const auto has = [&](const char* word) {
            return line.find(" " + std::string(word) + " ") != std::string::npos;
        };
        const char* state = has("DLFL")                  ? "cancelled"
                            : has("TECO") || has("TABG") ? "complete"
                            : has("REL") || has("FREI")  ? "released"
                                                         : "created";
        books.orders[first_word(order.text_or("MaintenanceOrderDesc"))].emplace_back(state);
        books.documents.push_back({order.text_or("AdditionalDeviceData"), order.text_or("MaintenanceOrder")});
    }
}

void SapErp::add_confirmations(Books& books) const {
    std::map<std::string, std::string> jobs;
    for (const Json& order : peer_.rows("MaintenanceOrder"))
        jobs[order.text_or("MaintenanceOrder")] = first_word(order.text_or("MaintenanceOrderDesc"));
    for (const Json& row : peer_.rows("MaintOrderConfirmation")) {
        if (row.bool_or("IsReversal", false)) continue;
        books.documents.push_back({row.text_or("ConfirmationText"),
                                   row.text_or("MaintOrderConf") + "/" + row.text_or("MaintOrderConfCntrValue")});
        if (row.bool_or("IsReversed", false)) continue;
        Decimal& cell = books.pieces[{jobs[row.text_or("MaintenanceOrder")], "minutes", ""}];
        cell = *cell.plus(sap::number(row.text_or("ActualWorkQuantity")));
    }
}

Books SapErp::books(WallTime /*now*/) {
    Books books;
    add_journals(books);
    add_movements(books);
    add_orders(books);
    add_confirmations(books);
    std::erase_if(books.money, [](const auto& cell) { return cell.second.is_zero(); });
    std::erase_if(books.pieces, [](const auto& cell) { return cell.second.is_zero(); });
    return books;
}

}  // namespace

std::unique_ptr<ErpPeer> make_sap_s4_peer(World& world) { return std::make_unique<SapErp>(world); }

}  // namespace tieline::sim
