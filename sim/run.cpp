#include "sim/run.h"

#include "base/log.h"
#include "connectors/sandbox_cmms/spec.h"
#include "connectors/sandbox_erp/spec.h"
#include "engine/projections/projections.h"
#include "flows/cost_posting.h"
#include "sim/checkers.h"
#include "sim/machine.h"
#include "sim/usual.h"

#include <memory>

namespace tieline::sim {
namespace {

constexpr Millis fault_span{34'000};  ///< faults happen in this time
constexpr Millis rest_needed{8'000};  ///< quiet for so long: at rest
constexpr Millis patience{400'000};   ///< at rest by then, or it never will be
constexpr int crashes_min = 3;
constexpr std::uint64_t other_faults_min = 20;

connectors::Settings settings(const std::string& name, const std::string& url, const std::string& token) {
    connectors::Settings settings;
    settings.name = name;
    settings.values = {{"url", url}, {"token", token}};
    if (name == "cmms") {
        settings.values.emplace_back("site", "plant");
        settings.values.emplace_back("webhook_secret", "simulated-webhook-secret");
    }
    return settings;
}

flows::CostPostingConfig posting_config(bool second_company) {
    flows::CostPostingConfig config;
    flows::Company company = usual_company();
    config.companies.companies.push_back(company);
    if (second_company) {
        company.code = "2000";
        config.companies.companies.push_back(company);
    }
    config.companies.default_code = "1000";
    return config;
}

/// Everything of one run, wired together.
class Run {
public:
    explicit Run(const RunOptions& options);
    RunReport play();

private:
    void make_hub();
    void arm_crashes();
    void take_peers_away();
    bool at_rest();
    void rest();

    RunOptions options_;
    RunReport report_;
    World world_;
    Network network_;
    Machine machine_;
    flows::FlowSet flows_before_, flows_after_;
    std::vector<std::unique_ptr<engine::Projection>> owned_projections_ = engine::projections::make_all();
    std::vector<const engine::Projection*> projections_;
    std::unique_ptr<connectors::Connector> erp_, cmms_;
    std::unique_ptr<SimHub> hub_;
    std::unique_ptr<Plant> plant_;
};

Run::Run(const RunOptions& options)
    : options_(options),
      world_(options.seed, *parse_time("2026-11-26T08:00:00Z")),
      network_(world_, report_.matrix),
      machine_(world_.random.next(), options.disk_lies) {
    world_.trace.keep_lines(options.keep_trace);
#ifdef TIELINE_PLANTED_BUGS
    engine::planted_bug = options.planted;
#endif
    flows_before_.push_back(flows::make_cost_posting(posting_config(false)));
    flows_after_.push_back(flows::make_cost_posting(posting_config(true)));
    erp_ = *connectors::sandbox_erp::spec().make(settings("erp", "http://erp.sim", "sandbox"), "");
    cmms_ = *connectors::sandbox_cmms::spec().make(settings("cmms", "http://cmms.sim", "sandbox"), "");
    make_hub();
    PlantOptions plant;
    plant.orders = options.orders;
    plant.erp_ignores_key = options.erp_ignores_key;
    plant.webhooks = options.seed % 4 != 2;
    plant_ = std::make_unique<Plant>(world_, report_.matrix, *hub_, *cmms_, plant);
    network_.add_peer("erp.sim", [this](const net::HttpRequest& request, WallTime now) {
        net::HttpRequest inner = request;
        inner.url = inner.url.substr(std::string("http://erp.sim").size());
        return plant_->ask_erp(inner, now);
    });
    network_.add_peer("cmms.sim", [this](const net::HttpRequest& request, WallTime now) {
        net::HttpRequest inner = request;
        inner.url = inner.url.substr(std::string("http://cmms.sim").size());
        return plant_->ask_cmms(inner, now);
    });
    network_.set_late_max(usual_pace().settle - Millis(50));
    plant_->on_new_configuration([this] {
        hub_->set_flows(flows_after_);
        world_.in(Millis(1), [this] { hub_->crash(); });
    });
}

void Run::make_hub() {
    engine::SiteSetup setup;
    setup.site = "plant";
    setup.flows = &flows_before_;
    for (const auto& projection : owned_projections_) projections_.push_back(projection.get());
    setup.projections = projections_;
    engine::ConnectorSetup erp{"erp", usual_pace(), false};
    // Every fourth plant is told of changes by webhooks alone, every fourth by polling alone.
    engine::ConnectorSetup cmms{"cmms", usual_pace(), options_.seed % 4 != 0};
    setup.connectors = {erp, cmms};
    hub_ = std::make_unique<SimHub>(world_, network_, report_.matrix, machine_, setup,
                                    SimHub::Connectors{{"erp", erp_.get()}, {"cmms", cmms_.get()}});
}

constexpr CommitFate fates[] = {CommitFate::crash_in_group, CommitFate::crash_before,   CommitFate::crash_torn,
                                CommitFate::crash_torn,     CommitFate::crash_unsynced, CommitFate::crash_unsynced,
                                CommitFate::crash_after,    CommitFate::disk_error};

void Run::arm_crashes() {
    const std::int64_t deaths = world_.between(crashes_min + 1, 8);
    for (std::int64_t i = 0; i < deaths; ++i) {
        world_.in(Millis(world_.between(500, fault_span.count() - 4'000)),
                  [this] { hub_->arm_soon(fates, [] { return false; }); });
    }
}

void Run::take_peers_away() {
    for (const char* host : {"erp.sim", "cmms.sim"}) {
        world_.in(Millis(world_.between(2'000, 20'000)),
                  [this, host] { network_.take_away(host, Millis(world_.between(1'000, 6'000))); });
    }
}

bool Run::at_rest() {
    if (!hub_->up() || !plant_->done()) return false;
    store::Store& store = *hub_->store();
    const auto counters = store.counters("plant");
    const auto head = store.head("plant");
    const auto position = store.cursor("plant", "flow/cost_posting");
    if (!counters || !head || !position) return false;
    return counters->commands_open == 0 && counters->exceptions_open == 0 && std::to_string(*head) == *position;
}

/// Waits until nothing has moved for a while.
void Run::rest() {
    const WallTime give_up = world_.clock.now() + patience;
    WallTime quiet_since = world_.clock.now();
    store::Sequence last_head = 0;
    while (world_.clock.now() < give_up) {
        world_.run_until(world_.clock.now() + Millis(500));
        if (!hub_->trouble().empty()) return;
        const auto head = hub_->up() ? hub_->store()->head("plant") : Result<store::Sequence>(store::Sequence{0});
        if (!at_rest() || !head || *head != last_head) quiet_since = world_.clock.now();
        last_head = head ? *head : 0;
        if (world_.clock.now() - quiet_since >= rest_needed) return;
    }
}

RunReport Run::play() {
    const WallTime begin = world_.clock.now();
    const std::uint64_t errors_before = error_lines_logged();
    if (const Result<void> started = hub_->start(); !started) {
        report_.complaint = "the hub does not start: " + started.error().message;
        return std::move(report_);
    }
    network_.set_fault_percent(14);
    arm_crashes();
    take_peers_away();
    plant_->begin();
    world_.run_until(begin + fault_span);
    network_.set_fault_percent(0);
    machine_.stop_lying();
    hub_->arm(CommitFate::well);
    plant_->calm();
    rest();
    report_.orders = options_.orders;
    report_.crashes = hub_->crashes();
    report_.other_faults = report_.matrix.total();
    report_.simulated_ms = (world_.clock.now() - begin).count();
    report_.trace_hash = world_.trace.hash();
    report_.trace = world_.trace.lines();
    if (!hub_->trouble().empty()) {
        report_.complaint = hub_->trouble();
    } else if (!hub_->up()) {
        report_.complaint = "the hub is down at the end";
    } else if (error_lines_logged() != errors_before) {
        report_.complaint = "a line of level error was logged";
    } else {
        report_.complaint = check_all(*hub_->store(), *plant_, projections_);
    }
    const bool honest =
        options_.planted == engine::PlantedBug::none && !options_.erp_ignores_key && !options_.disk_lies;
    if (honest && report_.complaint.empty() && report_.crashes < crashes_min) report_.complaint = "too few crashes";
    if (honest && report_.complaint.empty() && report_.other_faults < other_faults_min) {
        report_.complaint = "too few faults";
    }
    return std::move(report_);
}

}  // namespace

RunReport run_seed(const RunOptions& options) {
    Run run(options);
    return run.play();
}

}  // namespace tieline::sim
