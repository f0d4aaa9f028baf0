#include "sim/parts_bench.h"

#include "sim/checkers.h"

namespace tieline::sim {
namespace {

PartsOptions quiet() {
    PartsOptions options;
    options.fault_percent = 0;
    options.crashes_per_month = 0;
    options.poll = Millis(2'000);
    return options;
}

}  // namespace

PartsBench::PartsBench(const char* storeroom, std::int64_t physical, std::int64_t reorder_point,
                       std::int64_t order_up_to)
    : run(quiet(), flows::PlantedBug::none, false) {
    peers().seed_base();
    peers().must_cmms(
        "PUT", "/api/assets/A-1000",
        Json::object({{"description", "A"}, {"company", "1000"}, {"plant", "plant"}, {"cost_center", "CC-100"}}));
    SimMaterial material;
    material.code = "M-10000";
    material.unit = "PC";
    material.price = "20.00";
    SimPlace lies;
    lies.storeroom = storeroom;
    lies.physical = Decimal::from_int(physical);
    lies.reorder_point = Decimal::from_int(reorder_point);
    lies.order_up_to = Decimal::from_int(order_up_to);
    lies.lot_size = Decimal::from_int(1);
    lies.lead_days = 3;
    peers().add_place(material, lies);
    complaint = run.start();
    wait_s(20);
}

std::string PartsBench::end() {
    if (complaint.empty()) complaint = peers().error;
    if (complaint.empty()) complaint = run.hub().trouble();
    return complaint;
}

void PartsBench::job(const std::string& number, std::int64_t planned, int in_days) {
    const WallTime needed = run.world().clock.now() + Millis(std::int64_t{in_days} * 86'400'000);
    Json lines = Json::array();
    if (planned > 0) {
        lines.push_back(Json::object({{"item", peers().materials.front().code},
                                      {"quantity", std::to_string(planned)},
                                      {"storeroom", place().storeroom},
                                      {"needed_on", local_date(needed, "Europe/Berlin")->str()}}));
    }
    peers().must_cmms(
        "POST", "/api/workorders",
        Json::object(
            {{"wonum", number}, {"asset", "A-1000"}, {"summary", "Simulated job"}, {"planned_materials", lines}}));
    for (const char* status : {"APPR", "RELEASED"}) {
        peers().must_cmms("POST", "/api/workorders/" + number + "/status", Json::object({{"status", status}}));
    }
}

std::string PartsBench::take(const std::string& number, const std::string& quantity, const Json& more) {
    Json body = Json::object({{"type", "ISSUE"},
                              {"wonum", number},
                              {"item", peers().materials.front().code},
                              {"quantity", quantity},
                              {"storeroom", place().storeroom}});
    if (more.is_object()) {
        for (const auto& [name, value] : more.members()) body.set(name, value);
    }
    const Answer made = peers().cmms("POST", "/api/part-transactions", body);
    return made.ok() ? made.body.text_or("transaction") : "";
}

Json PartsBench::erp_stock() {
    const auto rows = peers().erp_rows("/api/stock?material=M-10000&storageLocation=" + place().storeroom + "&");
    return rows.empty() ? Json::object() : rows.front();
}
Json PartsBench::cmms_stock() { return peers().cmms("GET", "/api/inventory/" + place().storeroom + "/M-10000").body; }

std::string PartsBench::buy(const Json& requisition) {
    const std::string path = "/api/requisitions/" + requisition.text_or("requisition") + "/";
    if (requisition.text_or("status") == "in_approval") {
        peers().must_erp("POST", path + "approve", Json::object({{"approver", requisition.text_or("approver")}}));
    }
    wait_s(10);
    const Answer made = peers().must_erp("POST", path + "order", Json::object({{"vendor", "V-1"}}));
    const std::string number = made.body.text_or("document");
    wait_s(10);
    peers().must_erp("POST", "/api/purchase-orders/" + number + "/send", Json::object());
    wait_s(10);
    return number;
}

std::string PartsBench::receive(const std::string& purchase_order, const std::string& quantity) {
    const Answer made = peers().erp("POST", "/api/goods-receipts",
                                    Json::object({{"companyCode", "1000"},
                                                  {"postingDate", peers().today()},
                                                  {"documentDate", peers().today()},
                                                  {"purchaseOrder", purchase_order},
                                                  {"item", "10"},
                                                  {"quantity", quantity},
                                                  {"unit", "PC"},
                                                  {"deliveryNote", "DN-1"}}));
    return made.ok() ? made.body.text_or("document") : "";
}

std::vector<store::Exception> PartsBench::exceptions() {
    auto open = run.hub().store()->exceptions("plant", true, "", {});
    return open ? std::move(*open) : std::vector<store::Exception>{};
}

const store::Exception* PartsBench::find_exception(std::string_view code) {
    found_ = exceptions();
    for (const store::Exception& exception : found_) {
        if (exception.code == code) return &exception;
    }
    std::string there;
    for (const store::Exception& exception : found_) there += " " + exception.code;
    expect(false, "there is no exception " + std::string(code) + "; open are:" + there);
    return nullptr;
}

void PartsBench::replay(const store::Exception& exception, std::optional<std::string> payload) {
    engine::PersonRequest request;
    request.site = "plant";
    request.exception = exception.id;
    request.actor = "storekeeper";
    request.reason = "mended";
    request.payload = std::move(payload);
    run.hub().request(request, [this](Result<void> done) {
        if (!done) expect(false, "a replay was refused: " + done.error().message);
    });
    wait_s(15);
}

void PartsBench::replay_code(std::string_view code) {
    if (const store::Exception* found = find_exception(code)) replay(*found);
}

int PartsBench::events(std::string_view type) {
    int count = 0;
    each_event(*run.hub().store(), [&](const model::StoredEvent& event) -> std::string {
        if (event.envelope.type == type) ++count;
        return "";
    });
    return count;
}

}  // namespace tieline::sim
