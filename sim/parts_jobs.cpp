#include "sim/parts_jobs.h"

namespace tieline::sim {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;
constexpr int tries_max = 40;

std::string date_of(WallTime time) { return local_date(time, "Europe/Berlin")->str(); }

}  // namespace

void PartsJobs::later(int hours_low, int hours_high, void (PartsJobs::*what)(JobPtr), JobPtr job) {
    const Millis delay(world_.between(hours_low * hour_ms, hours_high * hour_ms));
    world_.in(delay, [this, what, job = std::move(job)]() mutable { (this->*what)(std::move(job)); });
}

void PartsJobs::begin() {
    make_plans();
    for (int i = 0; i < options_.orders; ++i) {
        ++open_;
        world_.in(Millis(world_.between(hour_ms, options_.days * day_ms)), [this] { plan(); });
    }
    world_.in(Millis(day_ms), [this] { run_plans(); });
    world_.in(Millis(2 * day_ms), [this] { suggest(); });
}

Json PartsJobs::planned_line(std::size_t index, WallTime needed) {
    const SimPlace& place = peers_.places[index];
    const SimMaterial& material = peers_.materials[static_cast<std::size_t>(place.material)];
    Json line = Json::object({{"item", material.code}, {"storeroom", place.storeroom}, {"needed_on", date_of(needed)}});
    if (!material.box.empty() && world_.chance(10)) {
        line.set("quantity", "1");
        line.set("uom", material.box);
    } else {
        const std::int64_t count = world_.chance(20) ? world_.between(5, 14) : world_.between(1, 3);
        line.set("quantity",
                 (material.decimals == 0 ? Decimal::from_int(count) : Decimal::from_unscaled(count * 5, 1)).str());
    }
    return line;
}

void PartsJobs::learn_lines(Job& job, const Json& order) {
    job.lines.clear();
    const Json* planned = order.find("planned_materials");
    if (planned == nullptr) return;
    for (const Json& each : planned->items()) {
        for (std::size_t index = 0; index < peers_.places.size(); ++index) {
            const SimPlace& place = peers_.places[index];
            const std::string& code = peers_.materials[static_cast<std::size_t>(place.material)].code;
            if (code != each.text_or("item") || place.storeroom != each.text_or("storeroom")) continue;
            const Decimal open = *each.decimal("base_quantity")->minus(*each.decimal("issued"));
            job.lines.push_back({each.text_or("line"), index, open.is_negative() ? Decimal() : open});
        }
    }
}

void PartsJobs::plan() {
    auto job = std::make_shared<Job>();
    job->start = world_.clock.now() + Millis(world_.between(day_ms, 12 * day_ms));
    job->number = "WO-" + std::to_string(100'000 + number_++);
    Json planned = Json::array();
    std::set<std::string> used;
    for (std::int64_t i = world_.between(0, 3); i > 0; --i) {
        const std::size_t place = world_.random.below(peers_.places.size());
        const Json line = planned_line(place, job->start);
        if (used.insert(line.text_or("item")).second) planned.push_back(line);
    }
    const Answer made =
        peers_.must_cmms("POST", "/api/workorders",
                         Json::object({{"wonum", job->number},
                                       {"asset", peers_.assets[world_.random.below(peers_.assets.size())]},
                                       {"summary", "Simulated job"},
                                       {"planned_materials", planned}}));
    learn_lines(*job, made.body);
    jobs_.push_back(job);
    later(1, 30, &PartsJobs::approve, job);
}

bool PartsJobs::move_to(Job& job, const char* status) {
    return peers_.must_cmms("POST", "/api/workorders/" + job.number + "/status", Json::object({{"status", status}}))
        .ok();
}

void PartsJobs::approve(JobPtr job) {
    move_to(*job, "APPR");
    later(1, 40, &PartsJobs::release, job);
}

void PartsJobs::release(JobPtr job) {
    if (world_.chance(4)) return finish(*job, true);
    move_to(*job, "RELEASED");
    if (world_.chance(35)) later(1, 60, &PartsJobs::disturb, job);
    world_.at(job->start, [this, job] { work(job); });
}

/// The job is moved, needs more or less, or is called off.
void PartsJobs::disturb(JobPtr job) {
    if (job->over || job->in_progress) return;
    const std::uint64_t what = world_.random.below(4);
    if (what == 0) return finish(*job, true);
    const bool moved = what == 1;
    if (moved) job->start = std::max(world_.clock.now(), job->start) + Millis(world_.between(-2 * day_ms, 9 * day_ms));
    Answer order = peers_.cmms("GET", "/api/workorders/" + job->number);
    Json* planned = order.body.find("planned_materials");
    if (planned == nullptr || planned->items().empty()) return;
    for (Json& line : planned->items()) {
        if (moved) line.set("needed_on", date_of(job->start));
        if (what == 2) line.set("quantity", Decimal::from_int(world_.between(1, 4)).str());
    }
    if (what == 3) planned->items().pop_back();
    const Json change = Json::object({{"planned_materials", *planned}});
    const Answer changed = peers_.cmms("PATCH", "/api/workorders/" + job->number, change);
    const bool in_use = changed.status == 409;  // some of the line has been taken already
    if (changed.ok()) learn_lines(*job, changed.body);
    if (!changed.ok() && !in_use && peers_.error.empty()) peers_.error = change.dump() + ": " + changed.body.dump();
}

Result<void> PartsJobs::issue(Job& job, Line& line, const Decimal& quantity, const std::string& lot) {
    SimPlace& place = peers_.places[line.place];
    const SimMaterial& material = peers_.materials[static_cast<std::size_t>(place.material)];
    Json body = Json::object({{"type", "ISSUE"},
                              {"wonum", job.number},
                              {"item", material.code},
                              {"quantity", quantity.str()},
                              {"storeroom", place.storeroom},
                              {"by", world_.chance(50) ? "T-1" : "T-2"}});
    if (!line.id.empty()) body.set("line", line.id);
    if (!lot.empty()) body.set("lot", lot);
    Taken taken{"", line.place, quantity, lot, {}};
    if (material.serials) {
        Json serials = Json::array();
        for (const std::string& serial : place.serials) {
            if (Decimal::from_int(static_cast<std::int64_t>(taken.serials.size())) == quantity) break;
            taken.serials.push_back(serial);
            serials.push_back(serial);
        }
        body.set("serials", serials);
    }
    const Answer made = peers_.cmms("POST", "/api/part-transactions", body);
    if (!made.ok()) {
        ++refused_;
        if (made.status != 409 && peers_.error.empty()) peers_.error = body.dump() + ": " + made.body.dump();
        return make_error(ErrorKind::invalid, "refused", "refused");
    }
    ++issues_;
    taken.transaction = made.body.text_or("transaction");
    place.physical = *place.physical.minus(quantity);
    if (!lot.empty()) place.lots[lot] = *place.lots[lot].minus(quantity);
    for (const std::string& serial : taken.serials) place.serials.erase(serial);
    line.open = *line.open.minus(quantity);
    job.taken.push_back(std::move(taken));
    return {};
}

/// True once all of the line is taken. The CMMS refuses what is not there.
bool PartsJobs::take(Job& job, Line& line) {
    SimPlace& place = peers_.places[line.place];
    const SimMaterial& material = peers_.materials[static_cast<std::size_t>(place.material)];
    if (line.open.is_zero()) return true;
    if (material.serials && Decimal::from_int(static_cast<std::int64_t>(place.serials.size())) < line.open)
        return false;
    if (!material.lots) return bool(issue(job, line, line.open, ""));
    const std::map<std::string, Decimal> lots = place.lots;
    for (const auto& [lot, there] : lots) {
        if (there.is_zero() || line.open.is_zero()) continue;
        if (!issue(job, line, std::min(there, line.open), lot)) return false;
    }
    return line.open.is_zero();
}

void PartsJobs::work(JobPtr job) {
    if (job->over) return;
    if (job->start > world_.clock.now()) {
        world_.at(job->start, [this, job] { work(job); });
        return;
    }
    bool all = true;
    for (Line& line : job->lines) all = take(*job, line) && all;
    if (!all && ++job->tries < tries_max) return later(10, 30, &PartsJobs::work, job);
    if (!job->in_progress && !job->reopened) move_to(*job, "INPRG");
    job->in_progress = true;
    if (world_.chance(15) && !peers_.places.empty()) {  // something that nobody planned
        Line more{"", world_.random.below(peers_.places.size()), Decimal::from_int(1)};
        take(*job, more);
    }
    if (world_.chance(15)) add_free_line(*job);
    later(1, 8, &PartsJobs::complete, job);
}

/// A part that was bought outside and never was in a storeroom.
void PartsJobs::add_free_line(Job& job) {
    const Decimal price = Decimal::from_unscaled(world_.between(1, 50'000), 2);
    const Answer made =
        peers_.must_cmms("POST", "/api/workorders/" + job.number + "/materials",
                         Json::object({{"item", "FREE-1"}, {"quantity", "2"}, {"unit_cost", price.str()}}));
    if (made.ok()) free_costs_[job.number] = *free_costs_[job.number].plus(*price.times(Decimal::from_int(2)));
}

void PartsJobs::give_back(Job& job) {
    if (job.taken.empty()) return;
    const std::size_t index = world_.random.below(job.taken.size());
    const Taken taken = job.taken[index];
    SimPlace& place = peers_.places[taken.place];
    const SimMaterial& material = peers_.materials[static_cast<std::size_t>(place.material)];
    Json body = Json::object({{"type", "RETURN"},
                              {"wonum", job.number},
                              {"item", material.code},
                              {"quantity", taken.quantity.str()},
                              {"storeroom", place.storeroom},
                              {"of", taken.transaction}});
    if (!taken.lot.empty()) body.set("lot", taken.lot);
    Json serials = Json::array();
    for (const std::string& serial : taken.serials) serials.push_back(serial);
    if (material.serials) body.set("serials", serials);
    if (!peers_.must_cmms("POST", "/api/part-transactions", body).ok()) return;
    place.physical = *place.physical.plus(taken.quantity);
    if (!taken.lot.empty()) place.lots[taken.lot] = *place.lots[taken.lot].plus(taken.quantity);
    place.serials.insert(taken.serials.begin(), taken.serials.end());
    job.taken.erase(job.taken.begin() + static_cast<std::ptrdiff_t>(index));
}

void PartsJobs::complete(JobPtr job) {
    if (world_.chance(12)) give_back(*job);
    if (world_.chance(2)) return finish(*job, true);
    move_to(*job, "COMP");
    later(1, 60, &PartsJobs::after, job);
}

void PartsJobs::after(JobPtr job) {
    if (world_.chance(5)) give_back(*job);
    if (!job->reopened && world_.chance(6)) {
        job->reopened = true;
        move_to(*job, "REOPEN");
        return later(1, 20, &PartsJobs::work, job);
    }
    if (world_.chance(60)) move_to(*job, "CLOSED");
    finish(*job, false);
}

void PartsJobs::finish(Job& job, bool cancel) {
    if (job.over) return;
    if (cancel) {
        move_to(job, "CANC");
        free_costs_.erase(job.number);  // nothing of a cancelled job is journalled
    }
    job.over = true;
    --open_;
}

void PartsJobs::make_plans() {
    for (std::size_t i = 0; i < peers_.assets.size(); i += 4) {
        const std::string name = "JP-" + std::to_string(i);
        Json line = planned_line(world_.random.below(peers_.places.size()), world_.clock.now());
        line.erase("needed_on");
        peers_.must_cmms("PUT", "/api/job-plans/" + name,
                         Json::object({{"description", name}, {"planned_materials", Json(Json::Array{line})}}));
        peers_.must_cmms("PUT", "/api/pms/PM-" + std::to_string(i),
                         Json::object({{"description", name},
                                       {"asset", peers_.assets[i]},
                                       {"job_plan", name},
                                       {"calendar", Json::object({{"every_days", 14 + world_.between(0, 60)}})},
                                       {"schedule", world_.chance(50) ? "fixed" : "floating"},
                                       {"lead_days", 7},
                                       {"tolerance_days", 7},
                                       {"active", true}}));
    }
}

void PartsJobs::run_plans() {
    if (winding_up_) {
        for (std::size_t i = 0; i < peers_.assets.size(); i += 4) {
            Answer plan = peers_.cmms("GET", "/api/pms/PM-" + std::to_string(i));
            for (const char* member : {"version", "change", "next_due", "created_at", "updated_at", "last_done",
                                       "last_meter", "pm", "start_on"}) {
                plan.body.erase(member);
            }
            if (plan.body.is_object())
                std::erase_if(plan.body.members(), [](const auto& m) { return m.second.is_null(); });
            plan.body.set("active", false);
            peers_.must_cmms("PUT", "/api/pms/PM-" + std::to_string(i), plan.body);
        }
        return;
    }
    world_.in(Millis(day_ms), [this] { run_plans(); });
    const Answer made = peers_.must_cmms("POST", "/admin/pm-run", Json::object({{"until", peers_.today()}}));
    const Json* created = made.body.find("created");
    if (created == nullptr) return;
    for (const Json& each : created->items()) {
        auto job = std::make_shared<Job>();
        job->number = each.text_or("wonum");
        job->start = world_.clock.now() + Millis(world_.between(day_ms, 8 * day_ms));
        const Answer order = peers_.cmms("GET", "/api/workorders/" + job->number);
        learn_lines(*job, order.body);
        ++open_;
        jobs_.push_back(job);
        later(1, 20, &PartsJobs::release, job);
    }
}

void PartsJobs::suggest() {
    if (winding_up_) return;
    world_.in(Millis(world_.between(day_ms / 4, 2 * day_ms)), [this] { suggest(); });
    std::size_t index = world_.random.below(peers_.places.size());
    for (int glance = 0; glance < 12; ++glance) {  // a shelf that looks empty, when one is seen
        if (peers_.places[index].physical < peers_.places[index].reorder_point) break;
        index = world_.random.below(peers_.places.size());
    }
    const SimPlace& place = peers_.places[index];
    peers_.must_cmms("POST", "/api/reorder-suggestions",
                     Json::object({{"item", peers_.materials[static_cast<std::size_t>(place.material)].code},
                                   {"storeroom", place.storeroom},
                                   {"quantity", place.lot_size.str()},
                                   {"reason", "the shelf looks empty"},
                                   {"by", "T-1"}}));
}

}  // namespace tieline::sim
