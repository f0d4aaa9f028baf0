#include "flows/supply_state.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tieline::flows {
namespace {

template <class T>
using Texts = std::initializer_list<std::pair<const char*, std::string T::*>>;
template <class T>
using Quantities = std::initializer_list<std::pair<const char*, Decimal T::*>>;

// Short names: a hot place has hundreds of demands, and the state is written with each decision.
constexpr Texts<SupplyDemand> demand_texts{{"id", &SupplyDemand::id},        {"wo", &SupplyDemand::work_order},
                                           {"on", &SupplyDemand::needed_on}, {"res", &SupplyDemand::reservation},
                                           {"fol", &SupplyDemand::follows},  {"out", &SupplyDemand::outcome},
                                           {"why", &SupplyDemand::reason},   {"told", &SupplyDemand::told}};
constexpr Texts<SupplyRequisition> requisition_texts{
    {"n", &SupplyRequisition::number}, {"need", &SupplyRequisition::need}, {"on", &SupplyRequisition::date}};
constexpr Texts<SupplyOrder> order_texts{{"n", &SupplyOrder::number},        {"item", &SupplyOrder::item},
                                         {"req", &SupplyOrder::requisition}, {"need", &SupplyOrder::need},
                                         {"on", &SupplyOrder::due},          {"for", &SupplyOrder::for_date}};
constexpr Texts<SupplyCommand> command_texts{{"on", &SupplyCommand::date},
                                             {"for", &SupplyCommand::for_date},
                                             {"facts", &SupplyCommand::facts},
                                             {"slot", &SupplyCommand::slot}};
constexpr Texts<SupplyNeed> need_texts{{"name", &SupplyNeed::name},       {"req", &SupplyNeed::requisition},
                                       {"for", &SupplyNeed::for_date},    {"facts", &SupplyNeed::facts},
                                       {"refused", &SupplyNeed::refused}, {"why", &SupplyNeed::reason}};
constexpr Texts<SupplyState> state_texts{{"part", &SupplyState::part},
                                         {"room", &SupplyState::storeroom},
                                         {"unit", &SupplyState::unit},
                                         {"wake", &SupplyState::wake}};
constexpr Quantities<SupplyStock> stock_quantities{{"hand", &SupplyStock::on_hand},
                                                   {"res", &SupplyStock::reserved},
                                                   {"ord", &SupplyStock::on_order},
                                                   {"req", &SupplyStock::on_requisition}};
constexpr Quantities<SupplyPlanning> planning_quantities{{"rop", &SupplyPlanning::reorder_point},
                                                         {"upto", &SupplyPlanning::order_up_to},
                                                         {"lot", &SupplyPlanning::lot_size}};

template <class T>
void put_texts(Json& json, const T& value, const Texts<T>& texts) {
    for (const auto& [name, member] : texts) {
        if (!(value.*member).empty()) json.set(name, value.*member);
    }
}

template <class T>
void take_texts(const Json& json, T& value, const Texts<T>& texts) {
    for (const auto& [name, member] : texts) value.*member = json.text_or(name);
}

void put_quantity(Json& json, const char* name, const Decimal& quantity) {
    if (!quantity.is_zero()) json.set(name, quantity_text(quantity));
}

Decimal take_quantity(const Json& json, const char* name) {
    const Json* found = json.find(name);
    if (found == nullptr) return {};
    const auto value = json.decimal(name);
    return value ? *value : Decimal();
}

void put_flag(Json& json, const char* name, bool flag) {
    if (flag) json.set(name, true);
}

void put_seq(Json& json, const char* name, std::int64_t seq) {
    if (seq != 0) json.set(name, seq);
}

Json json_of(const SupplyDemand& demand) {
    Json json = Json::object();
    put_texts(json, demand, demand_texts);
    put_quantity(json, "q", demand.quantity);
    put_quantity(json, "held", demand.held);
    put_flag(json, "rel", demand.released);
    put_flag(json, "sug", demand.suggestion);
    put_flag(json, "pm", demand.planned);
    return json;
}

void read(const Json& json, SupplyDemand& demand) {
    take_texts(json, demand, demand_texts);
    demand.quantity = take_quantity(json, "q");
    demand.held = take_quantity(json, "held");
    demand.released = json.bool_or("rel", false);
    demand.suggestion = json.bool_or("sug", false);
    demand.planned = json.bool_or("pm", false);
}

Json json_of(const SupplyRequisition& requisition) {
    Json json = Json::object();
    put_texts(json, requisition, requisition_texts);
    put_quantity(json, "q", requisition.quantity);
    json.set("st", static_cast<int>(requisition.stage));
    put_seq(json, "seq", requisition.seq);
    if (!requisition.work_orders.empty()) {
        Json::Array orders;
        for (const std::string& order : requisition.work_orders) orders.emplace_back(order);
        json.set("wos", Json(std::move(orders)));
    }
    return json;
}

void read(const Json& json, SupplyRequisition& requisition) {
    take_texts(json, requisition, requisition_texts);
    requisition.quantity = take_quantity(json, "q");
    requisition.stage = static_cast<RequisitionStage>(json.int_or("st", 0) & 1);
    requisition.seq = json.int_or("seq", 0);
    const Json* orders = json.find("wos");
    if (orders == nullptr || !orders->is_array()) return;
    for (const Json& order : orders->items())
        requisition.work_orders.push_back(order.is_string() ? order.string() : "");
}

Json json_of(const SupplyOrder& order) {
    Json json = Json::object();
    put_texts(json, order, order_texts);
    put_quantity(json, "q", order.quantity);
    put_quantity(json, "open", order.open);
    put_flag(json, "conf", order.confirmed);
    put_flag(json, "held", order.held);
    put_flag(json, "alone", order.alone);
    put_seq(json, "seq", order.seq);
    return json;
}

void read(const Json& json, SupplyOrder& order) {
    take_texts(json, order, order_texts);
    order.quantity = take_quantity(json, "q");
    order.open = take_quantity(json, "open");
    order.confirmed = json.bool_or("conf", false);
    order.held = json.bool_or("held", false);
    order.alone = json.bool_or("alone", false);
    order.seq = json.int_or("seq", 0);
}

Json json_of(const SupplyNeed& need) {
    Json json = Json::object();
    put_texts(json, need, need_texts);
    put_quantity(json, "q", need.asked);
    put_flag(json, "fade", need.fading);
    if (!need.command) return json;
    Json command =
        Json::object({{"do", static_cast<int>(need.command->action)}, {"st", static_cast<int>(need.command->stage)}});
    put_texts(command, *need.command, command_texts);
    command.set("i", need.command->intent);
    put_quantity(command, "q", need.command->quantity);
    put_seq(command, "seq", need.command->seq);
    put_flag(command, "seen", need.command->seen);
    json.set("cmd", std::move(command));
    return json;
}

void read(const Json& json, SupplyNeed& need) {
    take_texts(json, need, need_texts);
    need.asked = take_quantity(json, "q");
    need.fading = json.bool_or("fade", false);
    const Json* found = json.find("cmd");
    if (found == nullptr) return;
    SupplyCommand& command = need.command.emplace();
    take_texts(*found, command, command_texts);
    command.action = static_cast<SupplyAction>(found->int_or("do", 0) % 5);
    command.stage = static_cast<CommandStage>(found->int_or("st", 0) & 3);
    command.intent = static_cast<int>(found->int_or("i", 0));
    command.quantity = take_quantity(*found, "q");
    command.seq = found->int_or("seq", 0);
    command.seen = found->bool_or("seen", false);
}

Json json_of(const SupplyGone& gone) {
    Json json = Json::object({{"n", gone.name}});
    if (!gone.need.empty()) json.set("need", gone.need);
    put_seq(json, "seq", gone.seq);
    return json;
}

void read(const Json& json, SupplyGone& gone) {
    gone.name = json.text_or("n");
    gone.need = json.text_or("need");
    gone.seq = json.int_or("seq", 0);
}

template <class T>
void put_list(Json& json, const char* name, const std::vector<T>& list) {
    if (list.empty()) return;
    Json::Array items;
    items.reserve(list.size());
    for (const T& item : list) items.push_back(json_of(item));
    json.set(name, Json(std::move(items)));
}

template <class T>
void take_list(const Json& json, const char* name, std::vector<T>& list) {
    const Json* found = json.find(name);
    if (found == nullptr || !found->is_array()) return;
    list.reserve(found->items().size());
    for (const Json& item : found->items()) read(item, list.emplace_back());
}

void put_map(Json& json, const char* name, const std::map<std::string, std::string>& map) {
    if (map.empty()) return;
    Json::Object members;
    for (const auto& [key, value] : map) members.emplace_back(key, Json(value));
    json.set(name, Json(std::move(members)));
}

void take_map(const Json& json, const char* name, std::map<std::string, std::string>& map) {
    const Json* found = json.find(name);
    if (found == nullptr || !found->is_object()) return;
    for (const auto& [key, value] : found->members()) map[key] = value.is_string() ? value.string() : "";
}

void put_facts(Json& json, const SupplyState& state) {
    if (state.stock) {
        Json stock = Json::object();
        for (const auto& [name, member] : stock_quantities) put_quantity(stock, name, (*state.stock).*member);
        put_seq(stock, "seq", state.stock->seq);
        json.set("stock", std::move(stock));
    }
    if (!state.planning) return;
    Json planning = Json::object();
    for (const auto& [name, member] : planning_quantities) put_quantity(planning, name, (*state.planning).*member);
    planning.set("lead", state.planning->lead_days);
    if (!state.planning->vendor.empty()) planning.set("vendor", state.planning->vendor);
    json.set("plan", std::move(planning));
}

void take_facts(const Json& json, SupplyState& state) {
    if (const Json* stock = json.find("stock")) {
        state.stock.emplace();
        for (const auto& [name, member] : stock_quantities) (*state.stock).*member = take_quantity(*stock, name);
        state.stock->seq = stock->int_or("seq", 0);
    }
    const Json* planning = json.find("plan");
    if (planning == nullptr) return;
    state.planning.emplace();
    for (const auto& [name, member] : planning_quantities) (*state.planning).*member = take_quantity(*planning, name);
    state.planning->lead_days = static_cast<int>(planning->int_or("lead", 0));
    state.planning->vendor = planning->text_or("vendor");
}

}  // namespace

SupplyDemand* SupplyState::demand(std::string_view id) {
    const auto found =
        std::find_if(demands.begin(), demands.end(), [&](const auto& demand) { return demand.id == id; });
    return found == demands.end() ? nullptr : &*found;
}

SupplyRequisition* SupplyState::requisition(std::string_view number) {
    const auto found = std::find_if(requisitions.begin(), requisitions.end(),
                                    [&](const auto& requisition) { return requisition.number == number; });
    return found == requisitions.end() ? nullptr : &*found;
}

const SupplyNeed* SupplyState::need(std::string_view name) const {
    const auto found = std::find_if(needs.begin(), needs.end(), [&](const auto& need) { return need.name == name; });
    return found == needs.end() ? nullptr : &*found;
}

SupplyNeed* SupplyState::need(std::string_view name) {
    return const_cast<SupplyNeed*>(std::as_const(*this).need(name));
}

SupplyNeed& SupplyState::need_or_new(std::string_view name) {
    if (SupplyNeed* present = need(name)) return *present;
    SupplyNeed& made = needs.emplace_back();
    made.name = name;
    return made;
}

std::string to_json_text(const SupplyState& state) {
    Json json = Json::object({{"i", state.intent}});
    put_texts(json, state, state_texts);
    put_facts(json, state);
    put_seq(json, "seq", state.seq);
    put_seq(json, "newest", state.newest);
    put_list(json, "demands", state.demands);
    put_list(json, "reqs", state.requisitions);
    put_list(json, "orders", state.orders);
    put_list(json, "needs", state.needs);
    put_list(json, "gone", state.gone);
    put_map(json, "notices", state.notices);
    put_map(json, "answered", state.answered);
    put_flag(json, "missing", state.stock_missing);
    put_flag(json, "awaited", state.stock_awaited);
    return json.dump();
}

Result<SupplyState> supply_state_from(std::string_view text) {
    SupplyState state;
    if (text.empty()) return state;
    const auto json = Json::parse(text, JsonLimits{64u << 20, 64, 2'000'000});
    if (!json) {
        return make_error(ErrorKind::internal, "the state of supply cannot be read: " + json.error().message,
                          "state_unreadable");
    }
    state.intent = static_cast<int>(json->int_or("i", 0));
    take_texts(*json, state, state_texts);
    take_facts(*json, state);
    state.seq = json->int_or("seq", 0);
    state.newest = json->int_or("newest", 0);
    take_list(*json, "demands", state.demands);
    take_list(*json, "reqs", state.requisitions);
    take_list(*json, "orders", state.orders);
    take_list(*json, "needs", state.needs);
    take_list(*json, "gone", state.gone);
    take_map(*json, "notices", state.notices);
    take_map(*json, "answered", state.answered);
    state.stock_missing = json->bool_or("missing", false);
    state.stock_awaited = json->bool_or("awaited", false);
    return state;
}

}  // namespace tieline::flows
