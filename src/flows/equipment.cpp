#include "flows/equipment.h"

#include "base/json.h"
#include "flows/document.h"
#include "flows/latest_write.h"
#include "flows/quantity.h"
#include "model/work_order.h"

#include <algorithm>

namespace tieline::flows {
namespace {

// Two sorts of keys. A work order's own key writes what it measured, installed and removed. The key "asset/<asset>"
// writes which job was the last one: only there an older completion that comes late can be told from a newer one.
constexpr std::string_view flow_name = "equipment";
constexpr std::string_view noun = "equipment";
constexpr std::string_view asset_prefix = "asset/";

bool is_done(std::string_view type) { return type == "workorder.completed" || type == "workorder.closed"; }

using Serials = std::vector<std::pair<std::string, std::string>>;  // part, serial

/// What a job says of its asset.
struct Findings {
    std::string asset;
    std::vector<std::pair<std::string, std::string>> meters;
    Serials installed, removed;
    bool empty() const { return meters.empty() && installed.empty() && removed.empty(); }
};

Json pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
    Json list = Json::array();
    for (const auto& [first, second] : pairs) {
        Json pair = Json::array();
        pair.push_back(first);
        pair.push_back(second);
        list.push_back(std::move(pair));
    }
    return list;
}

std::vector<std::pair<std::string, std::string>> pairs_from(const Json* list) {
    std::vector<std::pair<std::string, std::string>> pairs;
    if (list == nullptr || !list->is_array()) return pairs;
    for (const Json& pair : list->items()) pairs.emplace_back(pair.items()[0].string(), pair.items()[1].string());
    return pairs;
}

std::string text_of(const Findings& findings) {
    return Json::object({{"asset", findings.asset},
                         {"meters", pairs_json(findings.meters)},
                         {"in", pairs_json(findings.installed)},
                         {"out", pairs_json(findings.removed)}})
        .dump();
}

Findings findings_from(std::string_view text) {
    Findings findings;
    const auto json = Json::parse(text);
    if (text.empty() || !json) return findings;
    findings.asset = json->text_or("asset");
    findings.meters = pairs_from(json->find("meters"));
    findings.installed = pairs_from(json->find("in"));
    findings.removed = pairs_from(json->find("out"));
    return findings;
}

Findings findings_of(const model::WorkOrder& order) {
    Findings findings;
    findings.asset = order.asset;
    for (const auto& reading : order.meters) findings.meters.emplace_back(reading.meter, quantity_text(reading.value));
    for (const auto& serial : order.serials_installed) findings.installed.emplace_back(serial.part, serial.serial);
    for (const auto& serial : order.serials_removed) findings.removed.emplace_back(serial.part, serial.serial);
    for (auto* list : {&findings.meters, &findings.installed, &findings.removed}) std::sort(list->begin(), list->end());
    return findings;
}

template <class Pairs>
Pairs without(const Pairs& from, const Pairs& those) {
    Pairs left;
    std::copy_if(from.begin(), from.end(), std::back_inserter(left),
                 [&](const auto& pair) { return std::find(those.begin(), those.end(), pair) == those.end(); });
    return left;
}

/// What must be told so that the ERP, which has `told`, comes to `now`: a serial that was installed by mistake is
/// removed, one that was removed by mistake is installed.
Findings difference_of(const Findings& now, const Findings& told) {
    if (told.asset != now.asset) return now;
    Findings difference;
    difference.asset = now.asset;
    difference.meters = without(now.meters, told.meters);
    difference.installed = without(now.installed, told.installed);
    difference.removed = without(now.removed, told.removed);
    for (const auto& back : without(told.removed, now.removed)) {
        if (std::find(difference.installed.begin(), difference.installed.end(), back) == difference.installed.end()) {
            difference.installed.push_back(back);
        }
    }
    for (const auto& gone : without(told.installed, now.installed)) {
        if (std::find(difference.removed.begin(), difference.removed.end(), gone) == difference.removed.end()) {
            difference.removed.push_back(gone);
        }
    }
    return difference;
}

void append_pairs(std::string& members, std::string_view name,
                  const std::vector<std::pair<std::string, std::string>>& pairs, const char* first,
                  const char* second) {
    if (pairs.empty()) return;
    Json list = Json::array();
    for (const auto& [one, other] : pairs) list.push_back(Json::object({{first, one}, {second, other}}));
    append_raw(members, name, list.dump());
}

class Equipment final : public Flow {
public:
    Equipment(EquipmentConfig config, CompanyTable companies)
        : config_(std::move(config)), companies_(std::move(companies)) {}
    std::string_view name() const override { return flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        if (std::string_view(envelope.type).starts_with("equipment.")) {
            std::string key = receipt_key_of(envelope, flow_name);
            return key.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::move(key)};
        }
        if (!is_done(envelope.type)) return {};
        const std::shared_ptr<const Json> data = envelope.json_or_null();
        const std::string asset = data ? data->text_or("asset") : std::string();
        if (asset.empty()) return {};
        return {envelope.subject, std::string(asset_prefix) + asset};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view state,
                            WallTime) const override {
        TIELINE_TRY(Json json, state.empty() ? Result<Json>(Json::object()) : Json::parse(state));
        LatestWrite write = LatestWrite::from(json.find("write"));
        const bool of_asset = key.starts_with(asset_prefix);
        const WriteTarget target{flow_name,         event.envelope.site, key, of_asset ? "last_work" : "findings",
                                 config_.connector, "equipment.change",  noun};
        if (is_done(event.envelope.type)) {
            TIELINE_TRY(const std::shared_ptr<const model::WorkOrder> read, event.envelope.work_order());
            const model::WorkOrder& order = *read;
            TIELINE_TRY(const Company* company, companies_.of(order.company_code, order.number));
            if (of_asset) {
                TIELINE_TRY_VOID(take_completion(order, *company, json));
            } else {
                take_findings(order, *company, write, json);
            }
        } else {
            TIELINE_TRY(const Receipt receipt, read_receipt(event.envelope));
            write.take(target, receipt);
        }
        Decision decision;
        if (of_asset) {
            send_last_work(json, key.substr(asset_prefix.size()), target, write, decision);
        } else {
            send_findings(json, target, write, decision);
        }
        if (json.members().empty()) return decision;  // a job that found nothing needs no memory
        json.set("write", write.json());
        std::string after = json.dump();
        if (after != state) decision.state = std::move(after);
        return decision;
    }

private:
    static void set_job(const model::WorkOrder& order, const Company& company, Json& json) {
        json.set("order", order.number);
        json.set("company", company.code);
        json.set("text", order_text(order.number, order.title));
    }

    static Result<void> take_completion(const model::WorkOrder& order, const Company& company, Json& json) {
        TIELINE_TRY(const Date date, local_date(order.completed_at.value_or(WallTime{}), company.zone));
        const std::string at = format_time(order.completed_at.value_or(WallTime{}));
        if (json.text_or("order") != order.number && at < json.text_or("at")) return {};
        set_job(order, company, json);
        json.set("at", at);
        json.set("date", date.str());
        return {};
    }

    static void take_findings(const model::WorkOrder& order, const Company& company, const LatestWrite& write,
                              Json& json) {
        const Findings found = findings_of(order);
        if (found.empty() && write.intent == 0) return;
        set_job(order, company, json);
        json.set("found", text_of(found));
    }

    static std::string members_of(const Json& json, std::string_view asset) {
        std::string members;
        append_member(members, "work_order", json.text_or("order"));
        append_member(members, "company_code", json.text_or("company"));
        append_member(members, "text", json.text_or("text"));
        append_member(members, "asset", asset);
        return members;
    }

    void send_last_work(const Json& json, std::string_view asset, const WriteTarget& target, LatestWrite& write,
                        Decision& decision) const {
        if (json.find("order") == nullptr) return;
        std::string content = json.text_or("order") + "|" + json.text_or("date");
        if (!write.may_send(content)) return;
        std::string members = members_of(json, asset);
        append_member(members, "last_work_order", json.text_or("order"));
        append_member(members, "last_work_date", json.text_or("date"));
        append_if(members, "status", config_.status);
        write.send(target, std::move(content), std::move(members), decision);
        in_order_of(asset, decision);
    }

    static void send_findings(const Json& json, const WriteTarget& target, LatestWrite& write, Decision& decision) {
        std::string content = json.text_or("found");
        if (content.empty() || !write.may_send(content)) return;
        const Findings found = findings_from(content);
        const Findings told = findings_from(write.written);
        const Findings news = difference_of(found, told);
        if (news.empty()) return write.settle(target, std::move(content), decision);
        std::string members = members_of(json, found.asset);
        append_pairs(members, "meters", news.meters, "meter", "value");
        append_pairs(members, "serials_installed", news.installed, "part", "serial");
        append_pairs(members, "serials_removed", news.removed, "part", "serial");
        write.send(target, std::move(content), std::move(members), decision);
        in_order_of(found.asset, decision);
    }

    /// A serial is installed by one job and removed by the next: the asset's changes leave in order.
    static void in_order_of(std::string_view asset, Decision& decision) {
        decision.commands.back().order_key = std::string(asset) + "/equipment";
    }

    EquipmentConfig config_;
    CompanyTable companies_;
};

}  // namespace

std::unique_ptr<Flow> make_equipment(EquipmentConfig config, CompanyTable companies) {
    return std::make_unique<Equipment>(std::move(config), std::move(companies));
}

}  // namespace tieline::flows
