#pragma once
// The jobs of the parts simulation: planned, moved, changed, cancelled, worked on with parts from the shelf, returned,
// reopened. And the preventive plans that make more of them.

#include "sim/parts_peers.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tieline::sim {

class PartsJobs {
public:
    PartsJobs(World& world, PartsPeers& peers, const PartsOptions& options)
        : world_(world), peers_(peers), options_(options) {}
    void begin();
    /// No work is begun, planned or suggested any more; what there is comes to its end.
    void wind_up() { winding_up_ = true; }
    bool done() const { return open_ == 0; }
    std::size_t count() const { return jobs_.size(); }
    /// Cost of part lines that no transaction made, by work order.
    const std::map<std::string, Decimal>& free_costs() const { return free_costs_; }
    int issues() const { return issues_; }
    int refused() const { return refused_; }

private:
    struct Line {
        std::string id;
        std::size_t place = 0;
        Decimal open;
    };
    struct Taken {
        std::string transaction;
        std::size_t place = 0;
        Decimal quantity;
        std::string lot;
        std::vector<std::string> serials;
    };
    struct Job {
        std::string number;
        std::vector<Line> lines;
        std::vector<Taken> taken;
        WallTime start{};
        int tries = 0;
        bool in_progress = false, over = false, reopened = false;
    };
    using JobPtr = std::shared_ptr<Job>;

    void later(int hours_low, int hours_high, void (PartsJobs::*what)(JobPtr), JobPtr job);
    void plan();
    void approve(JobPtr job);
    void release(JobPtr job);
    void disturb(JobPtr job);
    void work(JobPtr job);
    void complete(JobPtr job);
    void after(JobPtr job);
    void finish(Job& job, bool cancel);
    bool move_to(Job& job, const char* status);
    void learn_lines(Job& job, const Json& order);
    Json planned_line(std::size_t place, WallTime needed);
    bool take(Job& job, Line& line);
    Result<void> issue(Job& job, Line& line, const Decimal& quantity, const std::string& lot);
    void give_back(Job& job);
    void add_free_line(Job& job);
    void make_plans();
    void run_plans();
    void suggest();

    World& world_;
    PartsPeers& peers_;
    PartsOptions options_;
    std::vector<JobPtr> jobs_;
    std::map<std::string, Decimal> free_costs_;
    int open_ = 0, issues_ = 0, refused_ = 0, number_ = 0;
    bool winding_up_ = false;
};

}  // namespace tieline::sim
