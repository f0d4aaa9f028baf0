// Random histories of rates and jobs: the ERP values each confirmation by the rate it has at that moment; the flows
// hear of rates later. At the end every job's labor is what the rates of its day give, and no change has cost more than
// one reversal and one posting.
#include "base/random.h"
#include "flows/cost_posting.h"
#include "flows/labor_rates.h"
#include "flows/testing_log.h"

#include <array>

namespace tieline::flows {
namespace {

using testing::FlowLog;

constexpr std::size_t jobs_count = 4;
const char* const crafts[] = {"MECH", "ELEC"};

std::string day_text(std::uint64_t day) { return "2026-11-" + std::string(day < 10 ? "0" : "") + std::to_string(day); }

std::string cents_text(std::int64_t cents) { return Decimal::from_unscaled(cents, 2).str(); }

struct Labor {
    std::string craft;
    std::int64_t hours = 0;
};

struct Job {
    bool done = false;
    std::string day;
    std::vector<Labor> labor;
};

struct Confirmation {
    std::string job, slot, day;
    std::int64_t cents = 0;
    bool live = true;
};

class Plant {
public:
    explicit Plant(std::uint64_t seed) : random_(seed), log_(flows(), *parse_time("2026-11-25T10:00:00Z")) {
        for (const char* craft : crafts) publish(craft, "2026-01-01", 4000);
    }

    void random_step() {
        switch (random_.below(7)) {
            case 0:
                return complete(random_.below(jobs_count));
            case 1:
                if (random_.below(3) == 0) reopen(random_.below(jobs_count));
                return;
            case 2:
                if (random_.below(2) == 0) change_rate();
                return;
            case 3:
                return leave_one(true);
            case 4:
                return hear_one();
            case 5:
                return replay_one();
            default:
                log_.decide_one();
        }
    }

    void drain() {
        for (bool moved = true; moved;) {
            moved = false;
            while (!unheard_.empty()) hear_one(), moved = true;
            while (log_.decide_one()) moved = true;
            for (auto& each : log_.sent) {
                if (each.state == FlowLog::Sent::State::rejected) log_.replay(each), moved = true;
            }
            while (log_.decide_one()) moved = true;
            while (!log_.due().empty()) {
                leave_one(false);
                moved = true;
                while (log_.decide_one()) continue;
            }
        }
    }

    void expect_valued_by_the_rates() {
        std::map<std::string, std::int64_t> booked, wanted;
        for (const auto& [number, document] : documents_) {
            if (document.live) booked[document.job + " " + document.slot] += document.cents;
        }
        for (std::size_t job = 0; job < jobs_count; ++job) {
            if (!jobs_[job].done) continue;
            for (std::size_t line = 0; line < jobs_[job].labor.size(); ++line) {
                const Labor& labor = jobs_[job].labor[line];
                wanted[name_of(job) + " confirmation/L" + std::to_string(line)] =
                    labor.hours * rate_of(labor.craft, jobs_[job].day);
            }
        }
        EXPECT_EQ(booked, wanted);
    }

    std::size_t postings() const { return documents_.size(); }
    void change_rate_of_used_day(std::int64_t cents) { publish("MECH", jobs_[0].day, cents); }
    void complete_first() {
        jobs_[0].done = true;
        jobs_[0].day = day_text(20);
        jobs_[0].labor = {{"MECH", 2}, {"MECH", 3}, {"ELEC", 1}};
        snapshot(0, "completed");
    }

private:
    static FlowSet flows() {
        CompanyTable companies;
        Company company;
        company.code = "1000";
        company.zone = "Europe/Berlin";
        companies.companies.push_back(company);
        companies.default_code = "1000";
        CostPostingConfig posting;
        posting.companies = companies;
        posting.receivers.fallback = model::Receiver{model::ReceiverKind::cost_center, "CC-1"};
        posting.carrier[0] = Carrier::confirmation;
        FlowSet set;
        set.push_back(make_cost_posting(posting));
        set.push_back(make_labor_rates(LaborRatesConfig{}, companies));
        return set;
    }

    static std::string name_of(std::size_t job) { return "WO-" + std::to_string(job); }

    std::int64_t rate_of(const std::string& craft, const std::string& day) const {
        std::int64_t found = 0;
        for (const auto& [from, cents] : rates_.at(craft)) {
            if (from <= day) found = cents;
        }
        return found;
    }

    void publish(const std::string& craft, const std::string& from, std::int64_t cents) {
        rates_[craft][from] = cents;
        Json data = Json::object({{"craft", craft},
                                  {"company_code", "1000"},
                                  {"rate", cents_text(cents)},
                                  {"currency", "EUR"},
                                  {"valid_from", from},
                                  {"seq", ++seq_}});
        unheard_.push_back({craft, data.dump()});
    }

    void change_rate() {
        publish(crafts[random_.below(2)], day_text(1 + random_.below(28)),
                static_cast<std::int64_t>(3800 + 100 * random_.below(5)));
    }

    void snapshot(std::size_t job, const char* status) {
        Json order = Json::object({{"number", name_of(job)}, {"asset", "PRESS-7"}, {"status", status}});
        order.set("company_code", "1000");
        if (jobs_[job].done) order.set("completed_at", jobs_[job].day + "T11:00:00Z");
        Json lines = Json::array();
        for (std::size_t line = 0; line < jobs_[job].labor.size(); ++line) {
            const Labor& labor = jobs_[job].labor[line];
            lines.push_back(Json::object({{"kind", "labor"},
                                          {"id", "L" + std::to_string(line)},
                                          {"currency", "EUR"},
                                          {"hours", std::to_string(labor.hours)},
                                          {"rate", "40"},
                                          {"craft", labor.craft}}));
        }
        order.set("lines", std::move(lines));
        log_.add(std::string("workorder.") + status, name_of(job), order.dump());
    }

    void complete(std::size_t job) {
        jobs_[job].done = true;
        jobs_[job].day = day_text(10 + random_.below(15));
        jobs_[job].labor.clear();
        for (std::uint64_t line = 0; line <= random_.below(2); ++line) {
            jobs_[job].labor.push_back({crafts[random_.below(2)], static_cast<std::int64_t>(1 + random_.below(6))});
        }
        snapshot(job, "completed");
    }

    void reopen(std::size_t job) {
        if (!jobs_[job].done) return;
        jobs_[job].done = false;
        snapshot(job, "reopened");
    }

    void hear_one() {
        if (unheard_.empty()) return;
        log_.add("craft_rate.published", unheard_.front().first, unheard_.front().second);
        unheard_.pop_front();
    }

    void replay_one() {
        for (auto& each : log_.sent) {
            if (each.state == FlowLog::Sent::State::rejected && random_.below(2) == 0) return log_.replay(each);
        }
    }

    void leave_one(bool moody) {
        std::vector<FlowLog::Sent*> due = log_.due();
        if (due.empty()) return;
        FlowLog::Sent& each = *due[random_.below(due.size())];
        if (moody && random_.below(5) == 0) {
            each.state = FlowLog::Sent::State::rejected;
            return log_.tell(each, "", Json::object());
        }
        each.state = FlowLog::Sent::State::booked;
        const Json payload = *Json::parse(each.command.payload);
        const Json echo = *Json::parse(each.command.echo);
        const std::string number = std::to_string(5000 + ++documents_made_);
        if (each.command.kind == "confirmation.reverse") {
            Confirmation& original = documents_.at(payload.text_or("document"));
            EXPECT_TRUE(original.live) << "reversed twice";
            original.live = false;
            return log_.tell(each, number, Json::object());
        }
        Confirmation made;
        made.job = echo.text_or("work_order");
        made.slot = echo.text_or("slot");
        made.day = payload.text_or("posting_date");
        made.cents = std::stoll(payload.text_or("hours")) * rate_of(payload.text_or("activity"), made.day);
        log_.tell(each, number, Json::object({{"amount", cents_text(made.cents)}, {"currency", "EUR"}}));
        documents_[number] = made;
    }

    SeededRandom random_;
    FlowLog log_;
    std::map<std::string, std::map<std::string, std::int64_t>> rates_;
    std::deque<std::pair<std::string, std::string>> unheard_;
    std::array<Job, jobs_count> jobs_;
    std::map<std::string, Confirmation> documents_;
    std::size_t documents_made_ = 0;
    std::int64_t seq_ = 0;
};

TEST(LaborRatesProperty, LaborIsWhatTheRatesOfItsDayGive) {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Plant plant(seed);
        const std::size_t steps = 40 + seed % 160;
        for (std::size_t step = 0; step < steps; ++step) plant.random_step();
        plant.drain();
        plant.expect_valued_by_the_rates();
        if (HasFailure()) break;
    }
}

TEST(LaborRatesProperty, OneReversalAndOnePostingPerChange) {
    Plant plant(7);
    plant.complete_first();
    plant.drain();
    const std::pair<std::int64_t, std::size_t> changes[] = {{4300, 2}, {4300, 0}, {4000, 2}, {4600, 2}};
    for (const auto& [cents, postings] : changes) {
        const std::size_t before = plant.postings();
        plant.change_rate_of_used_day(cents);
        plant.drain();
        plant.expect_valued_by_the_rates();
        EXPECT_EQ(plant.postings() - before, postings) << "two lines of this craft, each once";
    }
}

}  // namespace
}  // namespace tieline::flows
