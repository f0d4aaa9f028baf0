#include "bench/hub.h"

#include <filesystem>
#include <fstream>

namespace tieline::bench {
namespace {

constexpr const char* configuration_head = R"(node: bench
data_dir: $folder/data
api:
  address: 127.0.0.1
  port: $port
sites:
  - id: north
    name: Bench
    flows:
      default_company: "1000"
      companies:
        "1000":
          zone: Europe/Berlin
      accounts:
        labor: {cost: "610000", clearing: "910000"}
        part: {cost: "620000", clearing: "920000"}
        contractor: {cost: "630000", clearing: "930000"}
        other: {cost: "640000", clearing: "940000"}
      receivers:
        default: {kind: cost_center, code: CC-100}
      $flow
connectors:
  - name: erp
    system: sandbox_erp
    site: north
    settings:
      url: http://127.0.0.1:$erp_port
      company_codes: "1000"
    secrets:
      token: {file: $folder/erp_token}
    pace:
      in_flight_max: 256
      breaker_pause: 1s
      backoff_max: 5s
)";

constexpr const char* flow_of_orders = R"(cost_posting:
        labor: journal
        part: journal
        contractor: journal)";
// No CMMS takes part that would want to be told.
constexpr const char* flow_of_parts = R"(parts_issue:
        link_back: false)";

constexpr const char* configuration_cmms = R"(  - name: cmms
    system: sandbox_cmms
    site: north
    pulls: true
    settings:
      url: http://127.0.0.1:$cmms_port
      site: north
    secrets:
      token: {file: $folder/cmms_token}
      webhook_secret: {file: $folder/webhook_secret}
)";

constexpr std::string_view event_body =
    R"({"type":"workorder.completed","source":"mes","subject":"W?-########","time":"2026-11-24T03:16:49.000Z",)"
    R"("site":"north","data":{"number":"W?-########","site":"north","asset":"FILLER-01",)"
    R"("title":"Filling valve 17 leaks, seal and spring replaced, track re-aligned","order_type":"corrective",)"
    R"("status":"completed","company_code":"1000","receiver":{"kind":"cost_center","code":"CC-100"},"currency":"EUR",)"
    R"("completed_at":"2026-11-24T03:16:49.000Z","due_at":"2026-11-30T00:00:00.000Z","lines":[)"
    R"({"kind":"labor","id":"L1","currency":"EUR","hours":"1.5","rate":"42.00","person":"P-0017","craft":"MECH",)"
    R"("description":"Valve taken out, seat checked"},)"
    R"({"kind":"labor","id":"L2","currency":"EUR","hours":"2.25","rate":"38.40","person":"P-0029","craft":"MECH",)"
    R"("description":"Seal and spring replaced"},)"
    R"({"kind":"labor","id":"L3","currency":"EUR","hours":"0.75","rate":"55.00","person":"P-0102","craft":"ELEC",)"
    R"("description":"Position sensor adjusted"},)"
    R"({"kind":"part","id":"P1","currency":"EUR","quantity":"2","unit":"PCE","unit_cost":"12.345","part":"SEAL-9",)"
    R"("storeroom":"MAIN","description":"Seal 42 mm, food grade"},)"
    R"({"kind":"part","id":"P2","currency":"EUR","quantity":"1","unit":"PCE","unit_cost":"149.90","part":"SPRING-3",)"
    R"("storeroom":"MAIN","description":"Closing spring, stainless"},)"
    R"({"kind":"part","id":"P3","currency":"EUR","quantity":"4","unit":"PCE","unit_cost":"3.20","part":"BOLT-M8",)"
    R"("storeroom":"MAIN","description":"Bolt M8 x 40 A4"},)"
    R"({"kind":"part","id":"P4","currency":"EUR","quantity":"1","unit":"PCE","unit_cost":"598.00","part":"VALVE-17",)"
    R"("storeroom":"MAIN","description":"Filling valve complete"},)"
    R"({"kind":"contractor","id":"C1","currency":"EUR","amount":"310.00","vendor":"V-9","invoice":"R-2026-0771",)"
    R"("description":"Alignment of the track by the maker's fitter"}]}})";

constexpr std::string_view part_body =
    R"({"type":"part.consumed","source":"mes","subject":"PT-W?-########","time":"2026-11-24T03:16:49.000Z",)"
    R"("site":"north","data":{"transaction":"PT-W?-########","work_order":"W?-########","asset":"FILLER-01",)"
    R"("part":"PN-######","quantity":"2","unit":"PC","base_quantity":"2","base_unit":"PC","storeroom":"MAIN",)"
    R"("by":"P-0017","at":"2026-11-24T03:16:49.000Z","receiver":{"kind":"cost_center","code":"CC-100"},)"
    R"("company_code":"1000"}})";

constexpr std::string_view cmms_body =
    R"({"wonum":"W?-########","asset":"FILLER-01","status":"COMP","actual_finish":"2026-11-24T03:16:49Z",)"
    R"("summary":"Filling valve 17 leaks, seal and spring replaced","work_type":"CM","currency":"EUR",)"
    R"("labor":[{"person":"P-0017","craft":"MECH","hours":1.5,"rate":42.00},)"
    R"({"person":"P-0029","craft":"MECH","hours":2.25,"rate":38.40},)"
    R"({"person":"P-0102","craft":"ELEC","hours":0.75,"rate":55.00}],)"
    R"("materials":[{"item":"SEAL-9","quantity":2,"uom":"PC","unit_cost":12.345,"storeroom":"MAIN"},)"
    R"({"item":"SPRING-3","quantity":1,"uom":"PC","unit_cost":149.90,"storeroom":"MAIN"},)"
    R"({"item":"BOLT-M8","quantity":4,"uom":"PC","unit_cost":3.20,"storeroom":"MAIN"},)"
    R"({"item":"VALVE-17","quantity":1,"uom":"PC","unit_cost":598.00,"storeroom":"MAIN"}],)"
    R"("services":[{"vendor":"V-9","invoice":"R-2026-0771","cost":310.00}]})";

std::string request_of(std::string_view path, const std::string& headers, std::uint16_t port, std::string_view body) {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
           "\r\nContent-Type: application/json\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
}

void write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::trunc);
    file << text;
    if (!file.flush()) give_up("cannot write " + path);
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

void replace_all(std::string& text, const std::string& name, const std::string& value) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
        text.replace(at, name.size(), value);
    }
}

}  // namespace

Hub::Hub(HubOptions options) : options_(std::move(options)) {
    std::filesystem::remove_all(options_.folder);
    std::filesystem::create_directories(options_.folder);
    if (options_.port == 0) options_.port = free_port();
    write_file(options_.folder + "/tieline.yaml", configuration());
    write_file(options_.folder + "/erp_token", "bench");
    write_file(options_.folder + "/cmms_token", options_.cmms_token);
    write_file(options_.folder + "/webhook_secret", options_.webhook_secret);
}

std::string Hub::configuration() const {
    std::string text = configuration_head;
    if (options_.cmms_port != 0) text += configuration_cmms;
    replace_all(text, "$flow", options_.parts ? flow_of_parts : flow_of_orders);
    replace_all(text, "$folder", options_.folder);
    replace_all(text, "$port", std::to_string(options_.port));
    replace_all(text, "$erp_port", std::to_string(options_.erp_port));
    replace_all(text, "$cmms_port", std::to_string(options_.cmms_port));
    return text;
}

void Hub::start() {
    if (options_.bare) {
        std::vector<std::string> words = {options_.program, options_.folder + "/data", std::to_string(options_.port),
                                          std::to_string(options_.erp_port)};
        if (options_.views) words.emplace_back("views");
        process_.start(words, log_path());
    } else {
        process_.start({options_.program, "serve", "--config", options_.folder + "/tieline.yaml"}, log_path());
    }
}

bool Hub::answers() const { return !fetch(options_.port, "/readyz").empty(); }

std::string Hub::metrics() const { return fetch(options_.port, "/metrics"); }

double metric_of(const std::string& text, const std::string& part) {
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string line = text.substr(begin, end - begin);
        begin = end + 1;
        const std::size_t blank = line.rfind(' ');
        if (line.empty() || line[0] == '#' || blank == std::string::npos) continue;
        if (line.substr(0, blank).find(part) != std::string::npos) return std::atof(line.c_str() + blank + 1);
    }
    return -1;
}

std::string event_request(std::uint16_t port) { return request_of("/api/v1/events", "", port, event_body); }

std::string part_request(std::uint16_t port) { return request_of("/api/v1/events", "", port, part_body); }

std::string cmms_request(std::uint16_t port, const std::string& token) {
    return request_of("/api/workorders", "Authorization: Bearer " + token + "\r\n", port, cmms_body);
}

}  // namespace tieline::bench
