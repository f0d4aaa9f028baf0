#include "sim/connectors/run.h"

#include "app/catalog.h"
#include "base/log.h"
#include "engine/planted.h"
#include "engine/projections/projections.h"
#include "flows/cost_posting.h"
#include "flows/order_mirror.h"
#include "flows/parts_issue.h"
#include "sim/checkers.h"
#include "sim/machine.h"
#include "sim/usual.h"

#include <algorithm>

namespace tieline::sim {
namespace {

constexpr const char* site = "plant";
constexpr Millis fault_span{34'000};  ///< faults and pitfalls happen in this time
constexpr Millis job_span{22'000};    ///< in which jobs begin
constexpr Millis rest_needed{12'000};

flows::CompanyTable companies() {
    flows::CompanyTable table;
    table.companies.push_back(usual_company());
    table.default_code = "1000";
    return table;
}

/// Parts leave with the job's cost at its completion, or by themselves as they are taken.
flows::FlowSet make_flows(bool by_transaction, bool mirrors_jobs, bool confirms_hours) {
    flows::FlowSet flows;
    flows::CostPostingConfig posting;
    posting.companies = companies();
    posting.carrier[static_cast<std::size_t>(model::LineKind::part)] =
        by_transaction ? flows::Carrier::transaction : flows::Carrier::goods_issue;
    posting.post_to_order = confirms_hours;
    if (confirms_hours)
        posting.carrier[static_cast<std::size_t>(model::LineKind::labor)] = flows::Carrier::confirmation;
    flows.push_back(flows::make_cost_posting(posting));
    if (mirrors_jobs) {
        flows::OrderMirrorConfig mirror;
        mirror.companies = companies();
        mirror.link_back = false;
        flows.push_back(flows::make_order_mirror(mirror));
    }
    if (!by_transaction) return flows;
    flows::PartsIssueConfig issue;
    issue.companies = companies();
    flows.push_back(flows::make_parts_issue(issue));
    return flows;
}

/// Everything of one run, wired together.
class PairRun {
public:
    explicit PairRun(const PairRunOptions& options);
    PairRunReport play();

private:
    void make_hub();
    void begin_jobs();
    void arm_crashes();
    void begin_troubles();
    void tell_hints();
    void look_at_exceptions();
    void act_on(const store::Exception& exception);
    const Job* job_of(const std::string& number) const;
    const Job* poisoned_job(const store::Exception& exception) const;
    bool at_rest();
    void rest();
    std::string judge();
    std::string open_commands();
    std::string check_open_exceptions();
    std::string check_documents(const Books& books);

    PairRunOptions options_;
    PairRunReport report_;
    Matrix matrix_;
    World world_;
    Network network_;
    Machine machine_;
    std::unique_ptr<CmmsPeer> cmms_peer_;
    std::unique_ptr<ErpPeer> erp_peer_;
    flows::FlowSet flows_;
    std::vector<std::unique_ptr<engine::Projection>> owned_projections_ = engine::projections::make_all();
    std::vector<const engine::Projection*> projections_;
    std::unique_ptr<connectors::Connector> cmms_, erp_;
    std::unique_ptr<SimHub> hub_;
    std::vector<Job> jobs_;
    std::size_t stages_left_ = 0;
    bool stormy_ = true;
    std::string error_;
};

PairRun::PairRun(const PairRunOptions& options)
    : options_(options),
      world_(options.seed, *parse_time("2026-11-26T08:00:00Z")),
      network_(world_, matrix_),
      machine_(world_.random.next(), false) {
    world_.trace.keep_lines(options.keep_trace);
#ifdef TIELINE_PLANTED_BUGS
    engine::planted_bug = engine::PlantedBug::none;
#endif
    cmms_peer_ = options.pair.cmms->cmms(world_);
    erp_peer_ = options.pair.erp->erp(world_);
    erp_peer_->set_lie(options.lie);
    flows_ = make_flows(cmms_peer_->rules().by_transaction, erp_peer_->mirrors_jobs(), erp_peer_->confirms_hours());
    cmms_ = cmms_peer_->make_connector(world_.clock);
    erp_ = erp_peer_->make_connector(world_.clock);
    make_hub();
    for (SimPeer* peer : {static_cast<SimPeer*>(cmms_peer_.get()), static_cast<SimPeer*>(erp_peer_.get())}) {
        network_.add_peer(peer->host(), [peer](const net::HttpRequest& request, WallTime now) {
            Result<net::HttpResponse> answer = peer->answer(request, now);
            return answer ? *answer : net::HttpResponse{0, {}, ""};  // status 0: no answer comes back
        });
    }
    network_.set_late_max(usual_pace().settle - Millis(50));
}

void PairRun::make_hub() {
    engine::SiteSetup setup;
    setup.site = site;
    setup.flows = &flows_;
    for (const auto& projection : owned_projections_) projections_.push_back(projection.get());
    setup.projections = projections_;
    setup.connectors = {{"erp", usual_pace(), true}, {"cmms", usual_pace(), true}};
    hub_ = std::make_unique<SimHub>(world_, network_, matrix_, machine_, setup,
                                    SimHub::Connectors{{"erp", erp_.get()}, {"cmms", cmms_.get()}});
}

void PairRun::begin_jobs() {
    jobs_ = plan_jobs(world_, options_.jobs, job_span, cmms_peer_->rules());
    for (const Job& job : jobs_) {
        for (std::size_t i = 0; i < job.stages.size(); ++i) {
            ++stages_left_;
            world_.in(job.stages[i].at, [this, &job, i] {
                --stages_left_;
                world_.trace.note(world_.clock.now(), job.number + " " + job.stages[i].status);
                cmms_peer_->play(job, i, world_.clock.now());
            });
        }
    }
}

constexpr CommitFate fates[] = {CommitFate::crash_in_group, CommitFate::crash_before, CommitFate::crash_torn,
                                CommitFate::crash_unsynced, CommitFate::crash_after,  CommitFate::disk_error};

void PairRun::arm_crashes() {
    const std::int64_t deaths = world_.between(4, 8);
    for (std::int64_t i = 0; i < deaths; ++i) {
        world_.in(Millis(world_.between(500, fault_span.count() - 4'000)),
                  [this] { hub_->arm_soon(fates, [this] { return !stormy_; }); });
    }
}

void PairRun::begin_troubles() {
    if (!stormy_) return;
    const bool at_erp = world_.chance(60);
    SimPeer& peer = at_erp ? static_cast<SimPeer&>(*erp_peer_) : *cmms_peer_;
    if (const auto pitfall = peer.begin_trouble(world_))
        ++(at_erp ? report_.erp_pitfalls : report_.cmms_pitfalls)[*pitfall];
    if (world_.chance(6)) network_.take_away(peer.host(), Millis(world_.between(1'000, 6'000)));
    world_.in(Millis(world_.between(300, 1'500)), [this] { begin_troubles(); });
}

void PairRun::tell_hints() {
    world_.in(Millis(150), [this] { tell_hints(); });
    if (!hub_->up()) return;
    cmms_peer_->deliver(*cmms_, world_.clock.now(), [this](const std::string& object, std::function<void()> taken) {
        hub_->hint("cmms", object, std::move(taken));
    });
}

const Job* PairRun::job_of(const std::string& number) const {
    const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) { return job.number == number; });
    return found == jobs_.end() ? nullptr : &*found;
}

/// Which job that nobody can help an exception is about; nullptr: it can be mended.
const Job* PairRun::poisoned_job(const store::Exception& exception) const {
    for (const Job& job : jobs_) {
        if (job.poison == Poison::none) continue;
        for (const std::string* text : {&exception.subject, &exception.correlation, &exception.key})
            if (*text == job.number) return &job;
    }
    return nullptr;
}

void PairRun::look_at_exceptions() {
    world_.in(Millis(world_.between(300, 900)), [this] { look_at_exceptions(); });
    hub_->query([this](store::Store& store) {
        store::Limit limit;
        limit.count = 50;
        const auto open = store.exceptions(site, true, "", limit);
        if (!open) return;
        for (const store::Exception& exception : *open) act_on(exception);
    });
}

void PairRun::act_on(const store::Exception& exception) {
    if (exception.kind == "connector_paused") return;
    // In vain, and not for ever.
    if (poisoned_job(exception) != nullptr && (!stormy_ || !world_.chance(8))) return;
    ++report_.exceptions;
    erp_peer_->mend(exception.code, world_.clock.now());
    engine::PersonRequest request;
    request.site = site;
    request.exception = exception.id;
    request.actor = "simulated person";
    request.reason = "mended";
    request.kind = engine::PersonRequest::Kind::replay;
    // Nothing more can be written to an order of Maximo that is in history.
    if (exception.reason.find("BMXAA4105E") != std::string::npos) request.kind = engine::PersonRequest::Kind::give_up;
    if (exception.kind == "undecidable") {
        request.kind = engine::PersonRequest::Kind::resolve_absent;
        if (error_.empty() && options_.lie == Lie::none)
            error_ =
                "a person is asked whether a document is there, though the ERP can be searched: " + exception.reason;
    }
    world_.in(Millis(1), [this, request] { hub_->request(request, [](Result<void>) {}); });
}

bool PairRun::at_rest() {
    if (!hub_->up() || stages_left_ > 0 || !cmms_peer_->has_told(world_.clock.now())) return false;
    store::Store& store = *hub_->store();
    const auto head = store.head(site);
    const auto open = store.exceptions(site, true, "", {});
    if (!head || !open || !open_commands().empty()) return false;
    for (const auto& flow : flows_) {
        const auto position = store.cursor(site, "flow/" + std::string(flow->name()));
        if (!position || std::to_string(*head) != *position) return false;
    }
    return std::all_of(open->begin(), open->end(),
                       [this](const store::Exception& exception) { return poisoned_job(exception) != nullptr; });
}

/// Waits until nothing has moved for a while.
void PairRun::rest() {
    const WallTime give_up = world_.clock.now() + options_.patience;
    WallTime quiet_since = world_.clock.now();
    store::Sequence last_head = 0;
    while (world_.clock.now() < give_up) {
        world_.run_until(world_.clock.now() + Millis(500));
        if (!hub_->trouble().empty() || !error_.empty()) return;
        const auto head = hub_->up() ? hub_->store()->head(site) : Result<store::Sequence>(store::Sequence{0});
        if (!at_rest() || !head || *head != last_head) quiet_since = world_.clock.now();
        last_head = head ? *head : 0;
        if (world_.clock.now() - quiet_since >= rest_needed) return;
    }
}

/// Commands that are not settled, but for those that wait behind a poisoned one of the same job; "" for none.
std::string PairRun::open_commands() {
    using State = model::CommandState;
    for (const auto state : {State::waiting, State::pending, State::sending, State::unknown, State::accepted}) {
        for (const char* connector : {"erp", "cmms"}) {
            const auto due = hub_->store()->due(site, connector, state, WallTime::max(), {});
            if (!due) return "commands cannot be read";
            for (const model::StoredCommand& one : *due) {
                const Job* job = job_of(one.command.correlation);
                if (state == State::waiting && job != nullptr && job->poison != Poison::none) continue;
                return one.command.kind + " of " + one.command.correlation + " never settled: it is " +
                       to_string(state) + ", " + std::to_string(one.attempt) + " attempts, " + one.last_error;
            }
        }
    }
    return "";
}

/// Open are those of the poisoned jobs, and each of these has one.
std::string PairRun::check_open_exceptions() {
    const auto open = hub_->store()->exceptions(site, true, "", {});
    if (!open) return "exceptions cannot be read";
    if (std::string open_command = open_commands(); !open_command.empty()) return open_command;
    std::set<std::string> named;
    for (const store::Exception& exception : *open) {
        const Job* job = poisoned_job(exception);
        if (job == nullptr) return "exception " + exception.id + " is still open: " + exception.reason;
        named.insert(job->number);
    }
    for (const Job& job : jobs_) {
        if (job.poison != Poison::none && !named.contains(job.number))
            return job.number + " can never be booked, and no exception says so; there are " +
                   std::to_string(open->size()) +
                   (open->empty() ? "" : ", of " + open->front().subject + ": " + open->front().reason);
    }
    return "";
}

/// Each key has at most one document, and it is the one that the hub knows.
std::string PairRun::check_documents(const Books& books) {
    std::map<std::string, std::string> known;
    for (const auto& [key, number] : books.documents) {
        if (key.empty()) return "document " + number + " has no key";
        const auto [before, added] = known.emplace(key, number);
        if (!added) return "key " + key + " has two documents: " + before->second + " and " + number;
        const auto command = hub_->store()->command(site, key);
        if (!command || !*command) return "document " + number + " has a key that the hub never made: " + key;
        if ((*command)->state != model::CommandState::booked)
            return "document " + number + " stands in the ERP, but its command is " + to_string((*command)->state);
        if ((*command)->document != number) return "the hub thinks that " + key + " is " + (*command)->document;
        report_.kinds.insert((*command)->command.kind);
    }
    return "";
}

std::string PairRun::judge() {
    if (!hub_->trouble().empty()) return hub_->trouble();
    if (!hub_->up()) return "the hub is down at the end";
    if (!error_.empty()) return error_;
    const Books books = erp_peer_->books(world_.clock.now());
    JobRules rules = cmms_peer_->rules();
    rules.confirms_hours = erp_peer_->confirms_hours();
    report_.documents = books.documents.size();
    for (std::string complaint :
         {differences(books, expected_books(jobs_, rules)),
          erp_peer_->mirrors_jobs() ? check_orders(jobs_, books) : std::string(), check_documents(books),
          check_open_exceptions(), cmms_peer_->check_links(jobs_, books, world_.clock.now()),
          check_log(*hub_->store(), {}), check_projections(*hub_->store(), projections_)}) {
        if (!complaint.empty()) return complaint;
    }
    return cmms_peer_->error().empty() ? erp_peer_->error() : cmms_peer_->error();
}

PairRunReport PairRun::play() {
    const WallTime begin = world_.clock.now();
    const std::uint64_t errors_before = error_lines_logged();
    if (const Result<void> started = hub_->start(); !started) {
        report_.complaint = "the hub does not start: " + started.error().message;
        return std::move(report_);
    }
    network_.set_fault_percent(12);
    arm_crashes();
    begin_jobs();
    world_.in(Millis(400), [this] { begin_troubles(); });
    world_.in(Millis(100), [this] { tell_hints(); });
    world_.in(Millis(500), [this] { look_at_exceptions(); });
    world_.run_until(begin + fault_span);
    stormy_ = false;
    network_.set_fault_percent(0);
    hub_->arm(CommitFate::well);
    cmms_peer_->calm();
    erp_peer_->calm();
    rest();
    report_.complaint = judge();
    if (report_.complaint.empty() && error_lines_logged() != errors_before)
        report_.complaint = "a line of level error was logged";
    report_.crashes = hub_->crashes();
    report_.faults = matrix_.total();
    report_.simulated_ms = (world_.clock.now() - begin).count();
    report_.trace_hash = world_.trace.hash();
    report_.trace = world_.trace.lines();
    const bool honest = options_.lie == Lie::none;
    if (honest && report_.complaint.empty() && report_.documents == 0) report_.complaint = "nothing was booked";
    return std::move(report_);
}

}  // namespace

std::vector<PeerPair> peer_pairs(std::vector<std::string>& lacking) {
    std::vector<const PeerEntry*> sources, books;
    for (const connectors::ConnectorSpec* spec : app::connector_catalog()) {
        const auto& entries = peer_entries();
        const auto entry = std::find_if(entries.begin(), entries.end(),
                                        [&](const PeerEntry& each) { return each.system == spec->system; });
        if (entry == entries.end()) {
            lacking.push_back(spec->system);
            continue;
        }
        if (entry->cmms) sources.push_back(&*entry);
        if (entry->erp) books.push_back(&*entry);
    }
    std::vector<PeerPair> pairs;
    for (const PeerEntry* cmms : sources)
        for (const PeerEntry* erp : books) pairs.push_back({cmms, erp});
    return pairs;
}

PairRunReport run_pair(const PairRunOptions& options) {
    PairRun run(options);
    return run.play();
}

}  // namespace tieline::sim
