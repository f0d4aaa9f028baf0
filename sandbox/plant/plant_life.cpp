#include "sandbox/plant/plant_life.h"

#include "sandbox/plant/parts_life.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace tieline::sandbox::plant {
namespace {

constexpr int rests_before_invoice = 15;
constexpr int decisions_before_next_try = 20;
constexpr int rests_before_forgotten = 60;

struct Trouble {
    const char* asset;
    const char* summary;
};
constexpr Trouble troubles[] = {
    {"FILLER-01", "Filling valve drips"},
    {"FILLER-01", "Fill level drifts"},
    {"FILLER-02", "Valve seal worn"},
    {"CAPPER-01", "Caps are loose"},
    {"RINSER-01", "Nozzle blocked"},
    {"LABELER-01", "Labels stand askew"},
    {"LABELER-01", "Camera needs calibration"},
    {"PACKER-01", "Gripper loses bottles"},
    {"PALLET-01", "Layer pusher jams"},
    {"CONVEY-01", "Belt runs to one side"},
    {"COMP-01", "Pressure drops under load"},
    {"CHILLER-01", "Glycol leak"},
    {"PUMP-01", "Bearing is noisy"},
    {"FORK-01", "Yearly inspection"},
};

struct Craft {
    const char* code;
    const char* rate;
};
constexpr Craft crafts[] = {{"MECH", "62.50"}, {"ELEC", "71.335"}, {"INST", "78.90"}};
constexpr const char* work_types[] = {"CM", "CM", "CM", "PM", "PM", "CBM", "INSP"};
constexpr const char* prices[] = {"12.50", "0.085", "148.00", "3.3333", "27.405", "0.01", "61.245", "18.20", "96.00"};

template <class T, std::size_t size>
const T& pick(const T (&list)[size], SeededRandom& random) {
    return list[random.below(size)];
}

/// 1234 → "12.34".
std::string cents(std::uint64_t count) { return Decimal::from_unscaled(static_cast<std::int64_t>(count), 2).str(); }

std::string path_of(const std::string& number) { return "/api/workorders/" + number; }

bool is_open(std::string_view status) {
    return status == "REQ" || status == "APPR" || status == "RELEASED" || status == "INPRG" || status == "REOPEN";
}

int lines_of(const Json& work_order) {
    std::size_t count = 0;
    for (const char* list : {"labor", "materials", "services", "other_costs"}) {
        const Json* lines = work_order.find(list);
        if (lines != nullptr && lines->is_array()) count += lines->items().size();
    }
    return static_cast<int>(count);
}

}  // namespace

PlantLife::PlantLife(LifeOptions options) : options_(options), random_(options.seed) {}

void PlantLife::see(const Json& work_order, bool is_old) {
    const std::string number = work_order.text_or("wonum");
    const std::string status = work_order.text_or("status");
    if (number.empty()) return;
    if (status == "CANC") {
        orders_.erase(number);
        return;
    }
    const auto [place, is_new] = orders_.try_emplace(number);
    Order& order = place->second;
    const bool reopened = order.status != status && status == "REOPEN";
    order.number = number;
    order.status = status;
    order.asset = work_order.text_or("asset");
    order.lines = lines_of(work_order);
    if (is_new) order.wanted_lines = 1 + static_cast<int>(random_.below(5));
    if (reopened) order.wanted_lines = order.lines + 1;
    if (is_new && is_old && !is_open(status)) order.reviewed = true;
    if (is_open(status)) order.rests = 0;
    if (const Json* labor = work_order.find("labor")) order.labor = *labor;
    learn_invoices(order, work_order, is_old);
}

void PlantLife::learn_invoices(Order& order, const Json& work_order, bool is_old) {
    order.invoices.clear();
    const Json* services = work_order.find("services");
    if (!options_.has_erp || services == nullptr || !services->is_array()) return;
    for (const Json& line : services->items()) {
        Invoice invoice;
        invoice.line = line.text_or("line");
        invoice.vendor = line.text_or("vendor");
        invoice.purchase_order = line.text_or("po");
        invoice.number = line.text_or("invoice");
        invoice.currency = line.text_or("currency");
        const Result<Decimal> amount = line.decimal("cost");
        if (!amount || amount->is_negative() || amount->is_zero()) continue;
        invoice.amount = amount->str();
        const std::string key = order.number + "/" + invoice.line;
        if (is_old && !is_open(order.status)) invoiced_[key] = true;
        if (invoice.purchase_order.empty() || invoice.number.empty() || invoiced_.contains(key)) continue;
        order.invoices[invoice.line] = std::move(invoice);
    }
}

void PlantLife::settled(const Action& action) {
    if (action.target != Action::Target::erp) return;
    const std::string line = action.body.text_or("workOrderLine");
    invoiced_[action.order + "/" + line] = true;
    if (const auto place = orders_.find(action.order); place != orders_.end()) place->second.invoices.erase(line);
}

void PlantLife::postponed(const Action& action) {
    if (action.target == Action::Target::erp) invoice_pause_ = decisions_before_next_try;
}

std::size_t PlantLife::open_count() const {
    return static_cast<std::size_t>(
        std::count_if(orders_.begin(), orders_.end(), [](const auto& each) { return is_open(each.second.status); }));
}

Action PlantLife::next(WallTime now) {
    forget_done();
    if (std::optional<Action> posted = invoice(now)) return std::move(*posted);
    const std::size_t open = open_count();
    if (open == 0 || (open < options_.open_orders && chance(30))) return request();
    // Everybody has the same chance to get on with it; finished ones are looked at now and then.
    std::vector<Order*> finished, under_way;
    for (auto& [number, order] : orders_) (is_open(order.status) ? under_way : finished).push_back(&order);
    if (!finished.empty() && chance(20)) {
        if (std::optional<Action> reviewed = review(*finished[random_.below(finished.size())])) {
            return std::move(*reviewed);
        }
    }
    return advance(*under_way[random_.below(under_way.size())]);
}

void PlantLife::forget_done() {
    for (auto place = orders_.begin(); place != orders_.end();) {
        Order& order = place->second;
        if (!is_open(order.status)) ++order.rests;
        const bool is_done = order.status == "CLOSED" && order.invoices.empty() && order.rests > rests_before_forgotten;
        place = is_done ? orders_.erase(place) : std::next(place);
    }
}

std::optional<Action> PlantLife::invoice(WallTime now) {
    if (invoice_pause_ > 0) {
        --invoice_pause_;
        return std::nullopt;
    }
    for (auto& [number, order] : orders_) {
        if (is_open(order.status) || order.rests < rests_before_invoice || order.invoices.empty()) continue;
        const Invoice& due = order.invoices.begin()->second;
        const std::string today = format_time(now).substr(0, 10);
        Action action;
        action.target = Action::Target::erp;
        action.method = "POST";
        action.path = "/api/invoices";
        action.order = number;
        action.body = Json::object({{"companyCode", "1000"},
                                    {"postingDate", today},
                                    {"documentDate", today},
                                    {"vendor", due.vendor},
                                    {"vendorInvoice", due.number},
                                    {"purchaseOrder", due.purchase_order},
                                    {"amount", due.amount},
                                    {"currency", due.currency},
                                    {"workOrder", number},
                                    {"workOrderLine", due.line}});
        action.says = number + ": vendor " + due.vendor + " sends invoice " + due.number + " over " + due.amount + " " +
                      due.currency;
        return action;
    }
    return std::nullopt;
}

Action PlantLife::request() {
    const Trouble& trouble = pick(troubles, random_);
    Action action;
    action.method = "POST";
    action.path = "/api/workorders";
    action.body = Json::object({{"asset", trouble.asset},
                                {"summary", trouble.summary},
                                {"work_type", pick(work_types, random_)},
                                {"priority", static_cast<std::int64_t>(1 + random_.below(5))},
                                {"currency", "EUR"},
                                {"planned_cost", cents(5'000 + random_.below(300'000))}});
    if (chance(10)) {
        action.body.set("charge_to",
                        Json::object({{"kind", "INTERNAL_ORDER"}, {"code", chance(50) ? "IO-9001" : "IO-9002"}}));
    }
    if (parts_ != nullptr) {
        Json planned = parts_->plan();
        if (planned.is_array()) action.body.set("planned_materials", std::move(planned));
    }
    action.says = std::string("new request for ") + trouble.asset + ": " + trouble.summary;
    return action;
}

Action PlantLife::move(const Order& order, std::string_view status, std::string says) const {
    Action action;
    action.method = "POST";
    action.path = path_of(order.number) + "/status";
    action.body = Json::object({{"status", status}});
    action.order = order.number;
    action.says = order.number + ": " + std::move(says);
    return action;
}

Action PlantLife::advance(Order& order) {
    if (order.status == "REQ") {
        return chance(7) ? move(order, "CANC", "not needed, cancelled") : move(order, "APPR", "approved");
    }
    if (order.status == "APPR") {
        return chance(4) ? move(order, "CANC", "postponed for good, cancelled") : move(order, "RELEASED", "released");
    }
    if (order.status == "RELEASED") return move(order, "INPRG", "work begins");
    if (order.lines < order.wanted_lines) return work(order);
    if (order.status == "INPRG" && chance(3)) return move(order, "CANC", "given up, cancelled");
    return move(order, "COMP", "work is done");
}

Action PlantLife::work(const Order& order) {
    const std::uint64_t draw = random_.below(100);
    if (order.lines == 0 || draw < 45) return add_labor(order);
    if (draw < 80) return add_material(order);
    if (draw < 94) return add_service(order);
    return add_other(order);
}

Action PlantLife::add_labor(const Order& order) {
    const Craft& craft = pick(crafts, random_);
    const std::string hours = cents(25 * (1 + random_.below(32)));
    Action action;
    action.method = "POST";
    action.path = path_of(order.number) + "/labor";
    action.order = order.number;
    action.body = Json::object({{"craft", craft.code},
                                {"person", "P-" + std::to_string(100 + random_.below(20))},
                                {"hours", hours},
                                {"rate", craft.rate}});
    action.says = order.number + ": " + hours + " h " + craft.code;
    return action;
}

Action PlantLife::add_material(const Order& order) {
    if (parts_ != nullptr && parts_->has_parts() && chance(80)) return parts_->use(order.number);
    const std::string item = "P-" + std::to_string(1001 + random_.below(30));
    const std::string quantity = std::to_string(1 + random_.below(12));
    Action action;
    action.method = "POST";
    action.path = path_of(order.number) + "/materials";
    action.order = order.number;
    action.body = Json::object({{"item", item},
                                {"quantity", quantity},
                                {"uom", "EA"},
                                {"unit_cost", pick(prices, random_)},
                                {"storeroom", "MAIN"}});
    action.says = order.number + ": " + quantity + " x " + item;
    return action;
}

Action PlantLife::add_service(const Order& order) {
    const std::string vendor = std::to_string(100 + random_.below(4));
    const std::string amount = cents(8'000 + random_.below(250'000));
    const bool has_purchase_order = options_.has_erp && chance(60);
    Action action;
    action.method = "POST";
    action.path = path_of(order.number) + "/services";
    action.order = order.number;
    action.body = Json::object({{"vendor", "V-" + vendor},
                                {"invoice", "R-" + std::to_string(10'000 + random_.below(900'000'000))},
                                {"cost", amount},
                                {"currency", "EUR"}});
    if (has_purchase_order) action.body.set("po", "PO-" + vendor + "-EUR");
    action.says = order.number + ": contractor V-" + vendor + ", " + amount + " EUR" +
                  (has_purchase_order ? ", by purchase order" : "");
    return action;
}

Action PlantLife::add_other(const Order& order) {
    const std::string amount = cents(1'000 + random_.below(40'000));
    Action action;
    action.method = "POST";
    action.path = path_of(order.number) + "/other_costs";
    action.order = order.number;
    action.body = Json::object({{"category", "RENT"}, {"description", "Lifting platform"}, {"cost", amount}});
    action.says = order.number + ": lifting platform, " + amount + " EUR";
    return action;
}

std::optional<Action> PlantLife::review(Order& order) {
    if (order.status == "COMP" && !order.reviewed) {
        order.reviewed = true;
        if (chance(15)) return move(order, "REOPEN", "it fails again, reopened");
        if (chance(20) && order.labor.is_array() && !order.labor.items().empty()) return correct(order);
        return std::nullopt;
    }
    if (order.status == "COMP") return move(order, "CLOSED", "checked and closed");
    if (chance(2)) return move(order, "REOPEN", "reopened after closing");
    return std::nullopt;
}

Action PlantLife::correct(const Order& order) {
    Json labor = order.labor;
    Json& line = labor.items()[random_.below(labor.items().size())];
    const std::string hours = cents(25 * (1 + random_.below(32)));
    line.set("hours", hours);
    Action action;
    action.method = "PATCH";
    action.path = path_of(order.number);
    action.order = order.number;
    action.body = Json::object({{"labor", std::move(labor)}, {"correction", true}, {"note", "time sheet corrected"}});
    action.says = order.number + ": time sheet corrected to " + hours + " h";
    return action;
}

}  // namespace tieline::sandbox::plant
