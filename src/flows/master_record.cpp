#include "flows/master_record.h"

#include "flows/document.h"

#include <algorithm>
#include <utility>

namespace tieline::flows {
namespace {

void append_flag(std::string& out, std::string_view name, bool value) {
    append_raw(out, name, value ? "true" : "false");
}

/// A member as it is, whatever it is; left out where it is missing or null.
void append_same(std::string& out, const Json& data, std::string_view name) {
    const Json* found = data.find(name);
    if (found != nullptr && !found->is_null()) append_raw(out, name, found->dump());
}

const Json::Array& list_of(const Json& data, std::string_view name) {
    static const Json::Array none;
    const Json* list = data.find(name);
    return list != nullptr && list->is_array() ? list->items() : none;
}

/// ERPs write "for ever" as the calendar's last day.
bool ends(const std::string& valid_to) { return !valid_to.empty() && valid_to < "9999-12-31"; }

std::string day_after(const std::string& day) {
    const auto date = parse_date(day);
    return date ? date->next_day().str() : std::string();
}

}  // namespace

MasterRecord::MasterRecord(const MasterDataConfig& config, std::string_view key, Json state_of_key)
    : state(std::move(state_of_key)), config_(config), key_(key) {}

Json& MasterRecord::object(std::string_view name) {
    if (state.find(name) == nullptr) state.set(name, Json::object());
    return *state.find(name);
}

/// The record has come as far as its newest row.
bool MasterRecord::pass(const Json& data) {
    const std::int64_t seq = data.int_or("seq", 0);
    const bool newer = seq == 0 || seq >= this->seq();
    if (newer && seq != 0) state.set("seq", seq);
    return newer;
}

Result<void> MasterRecord::publish(const Json& data, Decision& decision) {
    if (kind() == "person") return publish_person(data, decision);
    if (kind() == "craft") return publish_rate(data, decision);
    if (!pass(data)) return {};
    Json kept = data;
    for (const char* place : {"seq", "as_of"}) kept.erase(place);
    state.set("pub", std::move(kept));
    return {};
}

Result<void> MasterRecord::publish_person(const Json& data, Decision& decision) {
    const std::string from = data.text_or("valid_from");
    const std::string craft = data.text_or("craft");
    Json& rows = object("rows");
    const Json* known = rows.find(from);
    if (known != nullptr && data.int_or("seq", 0) < known->int_or("seq", 0)) return {};
    for (const char* name : {"valid_from", "valid_to"}) {
        if (!data.text_or(name).empty()) TIELINE_TRY_VOID(parse_date(data.text_or(name)));
    }
    const auto has_craft = [&](const Json::Member& row) { return row.second.text_or("craft") == craft; };
    const bool new_craft = !craft.empty() && std::none_of(rows.members().begin(), rows.members().end(), has_craft);
    Json row = Json::object({{"name", data.text_or("name")}, {"craft", craft}, {"to", data.text_or("valid_to")}});
    row.set("seq", data.int_or("seq", 0));
    rows.set(from, std::move(row));
    pass(data);
    if (!new_craft) return {};
    NewEvent event;
    event.type = "craft.joined";
    event.subject = craft;
    event.data = Json::object({{"craft", craft}, {"person", std::string(code())}}).dump();
    decision.events.push_back(std::move(event));
    return {};
}

Result<void> MasterRecord::publish_rate(const Json& data, Decision& decision) {
    if (!data.text_or("name").empty() || state.find("pub") == nullptr) {
        state.set("pub", Json::object({{"name", data.text_or("name")}}));
    }
    pass(data);
    if (data.text_or("company_code") != config_.company) return {};
    TIELINE_TRY(const std::string from, data.text("valid_from"));
    TIELINE_TRY(const std::string rate, data.text("rate"));
    Json row = Json::object({{"rate", rate}, {"currency", data.text_or("currency")}, {"seq", data.int_or("seq", 0)}});
    Json& rates = object("rates");
    const Json* known = rates.find(from);
    if (known != nullptr) {
        if (row.int_or("seq", 0) < known->int_or("seq", 0)) return {};
        const bool same = known->text_or("rate") == rate && known->text_or("currency") == data.text_or("currency");
        rates.set(from, std::move(row));
        if (same) return {};
    } else {
        rates.set(from, std::move(row));
    }
    for (const Json& person : list_of(state, "members")) tell_rates(person.string(), decision);
    return {};
}

void MasterRecord::join(const Json& data, Decision& decision) {
    const std::string person = data.text_or("person");
    const auto& members = list_of(state, "members");
    const bool known =
        std::any_of(members.begin(), members.end(), [&](const Json& each) { return each.string() == person; });
    if (!known) {
        if (state.find("members") == nullptr) state.set("members", Json::array());
        state.find("members")->push_back(person);
    }
    if (state.find("rates") != nullptr) tell_rates(person, decision);
}

void MasterRecord::tell_rates(const std::string& person, Decision& decision) const {
    Json rates = Json::array();
    std::vector<std::pair<std::string, const Json*>> rows;
    for (const auto& [from, row] : state.find("rates")->members()) rows.emplace_back(from, &row);
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [from, row] : rows) {
        rates.push_back(Json::object(
            {{"rate", row->text_or("rate")}, {"currency", row->text_or("currency")}, {"valid_from", from}}));
    }
    NewEvent event;
    event.type = "craft.rates_told";
    event.subject = person;
    event.data =
        Json::object({{"person", person}, {"craft", std::string(code())}, {"rates", std::move(rates)}, {"seq", seq()}})
            .dump();
    decision.events.push_back(std::move(event));
}

void MasterRecord::take_rates(const Json& data) {
    const Json* rates = data.find("rates");
    if (rates == nullptr) return;
    object("rates").set(data.text_or("craft"), *rates);
    pass(data);
}

std::optional<MasterRecord::Put> MasterRecord::put(CodeMapper& codes, const std::string& today) const {
    if (!config_.has(kind())) return std::nullopt;
    if (kind() == "person") return person(codes, today);
    const Json* data = state.find("pub");
    if (data == nullptr) return std::nullopt;
    if (kind() == "part") return part(codes, *data);
    if (kind() == "vendor") return vendor(codes, *data);
    if (kind() == "cost_center" || kind() == "internal_order") return receiver(codes, *data, today);
    if (kind() == "craft") return craft(codes, *data);
    return asset(codes, *data);
}

MasterRecord::Put MasterRecord::part(CodeMapper& codes, const Json& data) const {
    std::string out;
    append_member(out, "part", codes.code("part", std::string(code())));
    append_if(out, "name", data.text_or("name"));
    append_if(out, "unit", codes.code("unit", data.text_or("unit")));
    append_same(out, data, "decimals");
    Json units = Json::array();
    for (const Json& unit : list_of(data, "units")) {
        Json mapped = unit;
        mapped.set("unit", codes.code("unit", unit.text_or("unit")));
        units.push_back(std::move(mapped));
    }
    if (!units.items().empty()) append_raw(out, "units", units.dump());
    append_same(out, data, "price");
    append_if(out, "currency", data.text_or("currency"));
    append_flag(out, "lot_tracked", data.bool_or("lot_tracked", false));
    append_flag(out, "serial_tracked", data.bool_or("serial_tracked", false));
    Json substitutes = Json::array();
    for (const Json& other : list_of(data, "substitutes")) substitutes.push_back(codes.code("part", other.string()));
    if (!substitutes.items().empty()) append_raw(out, "substitutes", substitutes.dump());
    Json kit = Json::array();
    for (const Json& component : list_of(data, "kit")) {
        Json mapped = component;
        mapped.set("part", codes.code("part", component.text_or("part")));
        kit.push_back(std::move(mapped));
    }
    if (!kit.items().empty()) append_raw(out, "kit", kit.dump());
    append_flag(out, "active", data.bool_or("active", true));
    return {"item.put", std::move(out), {}};
}

MasterRecord::Put MasterRecord::vendor(CodeMapper& codes, const Json& data) const {
    std::string out;
    append_member(out, "code", codes.code("vendor", std::string(code())));
    const std::string name = data.text_or("name");
    append_member(out, "name", name.empty() ? std::string(code()) : name);
    append_if(out, "currency", data.text_or("currency"));
    append_flag(out, "active", data.bool_or("active", true));
    return {"vendor.put", std::move(out), {}};
}

MasterRecord::Put MasterRecord::receiver(CodeMapper& codes, const Json& data, const std::string& today) const {
    std::string out;
    append_member(out, "kind", kind());
    append_member(out, "code", codes.code(std::string(kind()), std::string(code())));
    append_if(out, "name", data.text_or("name"));
    const std::string to = data.text_or("valid_to");
    const bool over = !to.empty() && to < today;
    append_flag(out, "active", data.bool_or("active", true) && !over);
    append_if(out, "valid_from", data.text_or("valid_from"));
    append_if(out, "valid_to", to);
    return {"code.put", std::move(out), !ends(to) || over ? std::string() : day_after(to)};
}

MasterRecord::Put MasterRecord::craft(CodeMapper& codes, const Json& data) const {
    std::string out;
    append_member(out, "kind", "craft");
    append_member(out, "code", codes.code("craft", std::string(code())));
    append_if(out, "name", data.text_or("name"));
    append_flag(out, "active", true);
    return {"code.put", std::move(out), {}};
}

MasterRecord::Put MasterRecord::asset(CodeMapper& codes, const Json& data) const {
    const AssetDefaults& defaults = config_.assets;
    const auto own = defaults.by_asset.find(code());
    std::string out;
    append_member(out, "code", codes.code("asset", std::string(code())));
    append_if(out, "name", data.text_or("name"));
    append_member(out, "company_code", data.text_or("company_code", config_.company));
    append_if(out, "plant", defaults.plant);
    append_if(out, "zone", defaults.zone);
    append_if(out, "cost_center", own != defaults.by_asset.end() ? own->second : defaults.cost_center);
    append_if(out, "criticality", defaults.criticality);
    const bool inactive = defaults.inactive.find(data.text_or("status")) != defaults.inactive.end();
    append_flag(out, "active", data.bool_or("active", true) && !inactive);
    return {"asset.put", std::move(out), {}};
}

std::optional<MasterRecord::Put> MasterRecord::person(CodeMapper& codes, const std::string& today) const {
    const Json* rows = state.find("rows");
    if (rows == nullptr || rows->members().empty()) return std::nullopt;
    std::vector<std::pair<std::string, const Json*>> sorted;
    for (const auto& [from, row] : rows->members()) sorted.emplace_back(from, &row);
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::size_t now = 0;  // the row that holds today; the first one where none has begun
    for (std::size_t index = 0; index < sorted.size(); ++index) {
        if (sorted[index].first <= today) now = index;
    }
    const Json& row = *sorted[now].second;
    const bool begun = sorted[now].first <= today;
    const std::string to = row.text_or("to");
    const bool over = begun && !to.empty() && to < today;
    std::string changes = begun ? std::string() : sorted[now].first;
    if (now + 1 < sorted.size()) changes = begun ? sorted[now + 1].first : changes;
    if (begun && !over && ends(to) && (changes.empty() || day_after(to) < changes)) changes = day_after(to);

    std::string out;
    append_member(out, "person", codes.code("person", std::string(code())));
    const std::string name = row.text_or("name");
    append_member(out, "name", name.empty() ? std::string(code()) : name);
    append_if(out, "craft", codes.code("craft", row.text_or("craft")));
    append_flag(out, "active", begun && !over);
    append_if(out, "valid_from", sorted.front().first);
    append_if(out, "valid_to", sorted.back().second->text_or("to"));
    Json list = Json::array();
    if (const Json* rates = state.find("rates")) {
        std::set<std::string> crafts;  // those of the rows: a corrected row's old craft is none of the person's
        for (const auto& [from, each] : sorted) crafts.insert(each->text_or("craft"));
        for (const std::string& craft : crafts) {
            const Json* known = rates->find(craft);
            if (known == nullptr) continue;
            const std::string mapped = codes.code("craft", craft);
            for (Json rate : known->items()) {
                rate.set("craft", mapped);
                list.push_back(std::move(rate));
            }
        }
    }
    if (!list.items().empty()) append_raw(out, "rates", list.dump());
    return Put{"person.put", std::move(out), std::move(changes)};
}

}  // namespace tieline::flows
