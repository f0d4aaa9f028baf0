// Maximo as the strict stand-in of its connector plays it, with its people and its pitfalls.

#include "connectors/maximo/fake.h"
#include "connectors/maximo/spec.h"
#include "connectors/maximo/spec_help.h"
#include "sim/connectors/peers.h"

#include <algorithm>

namespace tieline::sim {
namespace {

using connectors::maximo::Fake;

constexpr const char* host_name = "maximo.test";
constexpr const char* push_secret = "simulated-push-secret";

const std::map<std::string, const char*> words = {
    {"approved", "APPR"}, {"in_progress", "INPRG"}, {"completed", "COMP"}, {"closed", "CLOSE"}, {"cancelled", "CAN"}};

Json number(const Decimal& value) { return Json::number(value.str()); }

class MaximoPeer final : public CmmsPeer {
public:
    explicit MaximoPeer(World& world)
        : world_(world), has_channel_(world.chance(50)), by_transaction_(world.chance(50)) {
        fake_.now = world.clock.now();
        fake_.is_oauth = world.chance(40);
        fake_.token_life = Millis(world.between(3'000, 60'000));
        fake_.pitfalls.inner_hosts = world.chance(50);
        fake_.pitfalls.opaque_links = world.chance(50);
        fake_.pitfalls.fractions = world.chance(50);
        fake_.pitfalls.poison_status = world.chance(50) ? 500 : 400;
        if (world.chance(40)) fake_.pitfalls.page_rows_max = static_cast<std::size_t>(world.between(2, 8));
        if (world.chance(30)) fake_.missing.insert("tl_partsstate");
    }
    std::string host() const override { return host_name; }
    JobRules rules() const override {
        JobRules rules;
        rules.reopens = rules.replaces = false;
        rules.by_transaction = by_transaction_;
        return rules;
    }
    std::unique_ptr<connectors::Connector> make_connector(const Clock& clock) override;
    Result<net::HttpResponse> answer(const net::HttpRequest& request, WallTime now) override {
        fake_.now = now;
        net::HttpRequest inner = request;
        inner.url = path_of(request.url);
        return fake_.handle(inner);
    }
    std::vector<std::string> pitfalls() const override {
        return {"revoked tokens", "an order that cannot be shown", "writes without a session", "capped pages"};
    }
    std::optional<std::size_t> begin_trouble(World& world) override;
    void calm() override;
    void play(const Job& job, std::size_t stage, WallTime now) override;
    void deliver(connectors::Connector& connector, WallTime now, const Tell& tell) override;
    bool has_told(WallTime /*now*/) override { return true; }  // a message that is lost is made good by reading
    std::string check_links(const std::vector<Job>& jobs, const Books& books, WallTime now) override;
    std::string error() const override { return error_; }

private:
    void add_lines(const Job& job, const std::vector<JobLine>& lines);

    World& world_;
    Fake fake_;
    bool has_channel_, by_transaction_;
    std::map<std::string, std::map<std::string, std::size_t>> written_;  ///< order → kind → lines so far
    std::map<std::string, std::vector<std::string>> taken_;  ///< order → transactions, as the hub names them
    std::vector<std::string> numbers_;
    std::set<std::string> for_ever_;  ///< orders that can never be shown
    std::string error_;
};

std::unique_ptr<connectors::Connector> MaximoPeer::make_connector(const Clock& clock) {
    connectors::Settings settings;
    settings.name = "cmms";
    settings.values = {{"url", std::string("http://") + host_name + std::string(Fake::base)},
                       {"site", "plant"},
                       {"maximo_site", "BEDFORD"},
                       {"currency", "EUR"},
                       {"cost_center_component", "2"},
                       {"account_delimiter", "."},
                       {"push_secret", push_secret},
                       {"reads", by_transaction_ ? "workorders,transactions" : "workorders"}};
    if (fake_.is_oauth) {
        settings.values.emplace_back("sign_in", "oauth");
        settings.values.emplace_back("token_url", std::string("http://") + host_name + "/token");
        settings.values.emplace_back("client_id", "tieline");
        settings.values.emplace_back("client_secret", fake_.api_key);
    } else {
        settings.values.emplace_back("api_key", fake_.api_key);
    }
    auto made = connectors::maximo::make_by(settings, "", clock);
    TIELINE_CHECK(bool(made), "the settings of the simulated Maximo are wrong");
    return std::move(*made);
}

std::optional<std::size_t> MaximoPeer::begin_trouble(World& world) {
    if (numbers_.empty()) return std::nullopt;
    const std::string any = numbers_[world.random.below(numbers_.size())];
    const std::size_t pitfall = world.random.below(4);
    switch (pitfall) {
        case 0:
            fake_.revoke_tokens();
            break;
        case 1:  // a script fails while the order is read, and is mended
            fake_.poisoned.insert(any);
            world.in(Millis(world.between(500, 6'000)), [this, any] {
                if (!for_ever_.contains(any)) fake_.poisoned.erase(any);
            });
            break;
        case 2:  // writes find that their session is gone
            fake_.pitfalls.sessions_fail = true;
            world.in(Millis(world.between(200, 3'000)), [this] { fake_.pitfalls.sessions_fail = false; });
            break;
        default:
            fake_.pitfalls.page_rows_max = static_cast<std::size_t>(world.between(1, 12));
            break;
    }
    return pitfall;
}

void MaximoPeer::calm() {
    fake_.poisoned = for_ever_;
    fake_.pitfalls.sessions_fail = false;
    for (const std::string& order : numbers_) fake_.commit(order);
}

/// What is not written yet; Maximo's actuals are only ever added to.
void MaximoPeer::add_lines(const Job& job, const std::vector<JobLine>& lines) {
    std::map<std::string, std::size_t> seen;
    for (const JobLine& line : lines) {
        if (++seen[line.kind] <= written_[job.number][line.kind]) continue;
        ++written_[job.number][line.kind];
        if (line.kind == "part") {
            const bool is_return = line.quantity.is_negative();
            taken_[job.number].push_back(fake_.use(job.number, line.part, line.quantity.abs().str(), line.price.str(),
                                                   is_return ? "RETURN" : "ISSUE", "MAIN") +
                                         "." + job.number);
        } else if (line.kind == "labor") {
            const Decimal cost = *line.quantity.times(line.price)->rounded(2);
            fake_.add(job.number, "labtrans",
                      Json::object({{"laborcode", "WILSON"},
                                    {"craft", "MECH"},
                                    {"genapprservreceipt", true},
                                    {"regularhrs", number(line.quantity)},
                                    {"payrate", number(line.price)},
                                    {"linecost", number(cost)},
                                    {"outside", false}}));
        } else if (line.kind == "contractor") {
            fake_.add(job.number, "servrectrans",
                      Json::object({{"description", "Crane"}, {"vendor", "V-100"}, {"linecost", number(line.amount)}}));
        } else {
            fake_.add(job.number, "tooltrans", Json::object({{"itemnum", "TORCH"}, {"linecost", number(line.amount)}}));
        }
    }
}

void MaximoPeer::play(const Job& job, std::size_t index, WallTime now) {
    fake_.now = now;
    const JobStage& stage = job.stages[index];
    if (index == 0) {
        fake_.make_order(Json::object({{"wonum", job.number},
                                       {"description", "Simulated job"},
                                       {"worktype", "CM"},
                                       {"assetnum", "11430"},
                                       {"glaccount", "6000." + job.cost_center + ".350"}}));
        numbers_.push_back(job.number);
        if (world_.chance(25)) {  // committed later, behind others that were changed after it
            const std::int64_t gap = (job.stages[1].at - job.stages[0].at).count();
            fake_.hold_back(job.number);
            world_.in(Millis(world_.between(0, gap)), [this, order = job.number] { fake_.commit(order); });
        }
        if (job.poison != Poison::in_cmms) return;
        for_ever_.insert(job.number);
        fake_.poisoned.insert(job.number);
        return;
    }
    add_lines(job, stage.lines);
    if (stage.status != job.stages[index - 1].status) fake_.move_to(job.number, words.at(stage.status));
}

std::string MaximoPeer::check_links(const std::vector<Job>& jobs, const Books& books, WallTime /*now*/) {
    if (!by_transaction_) return "";
    for (const Job& job : jobs) {
        if (job.poison != Poison::none) continue;
        const Json log = *fake_.order(job.number).find("worklog");
        for (const std::string& transaction : taken_[job.number]) {
            std::set<std::string> keys;
            std::vector<std::string> words;
            for (const Json& line : log.items()) {
                const std::string description = line.text_or("description");
                if (!description.ends_with(": issue " + transaction)) continue;
                if (!keys.insert(description).second) return "the work log says twice: " + description;
                words.push_back(line.text_or("description_longdescription"));
            }
            const bool is_known =
                std::any_of(books.documents.begin(), books.documents.end(), [&](const auto& document) {
                    return !words.empty() && words.back() == "booked in the ERP as " + document.number;
                });
            const auto booked = std::count_if(words.begin(), words.end(), [](const std::string& word) {
                return word.starts_with("booked");  // the ERP may have refused it before
            });
            // A word that comes when the order is in history already is refused by Maximo, and given up by a person.
            const std::string& last = job.stages.back().status;
            if (booked == 0 && (last == "closed" || last == "cancelled")) continue;
            if (!is_known || booked != 1)
                return "the work log's last word on " + transaction + " is: " + (words.empty() ? "" : words.back());
        }
    }
    return "";
}

void MaximoPeer::deliver(connectors::Connector& connector, WallTime now, const Tell& tell) {
    fake_.now = now;
    fake_.deliver([&](const std::string& body) {
        if (!has_channel_) return 200;
        if (world_.chance(20)) return 503;
        net::HttpRequest request;
        request.method = "POST";
        request.headers = {{"X-Tieline-Secret", push_secret}, {"Content-Type", "application/json"}};
        request.body = body;
        const auto hints = connector.webhook(request, now);
        if (!hints) {
            error_ = "a message of the publish channel: " + hints.error().message;
            return 500;
        }
        for (const connectors::Hint& hint : *hints) tell(hint.object, [] {});
        return 200;
    });
}

}  // namespace

std::unique_ptr<CmmsPeer> make_maximo_peer(World& world) { return std::make_unique<MaximoPeer>(world); }

}  // namespace tieline::sim
