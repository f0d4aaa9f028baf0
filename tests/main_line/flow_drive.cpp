// Runs the cost posting flow alone over a history of events and books every command at once or a little later.
// Prints one line of JSON per command; through_flow.py makes documents of them and compares with the reckoning.

#include "base/json.h"
#include "base/random.h"
#include "flows/cost_posting.h"

#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <string>

namespace {

using namespace tieline;

class Drive {
public:
    Drive(std::unique_ptr<flows::Flow> flow, std::uint64_t lag_max) : flow_(std::move(flow)), lag_max_(lag_max) {}

    /// One line of events.jsonl; some of the receipts that wait come after it.
    Result<void> tell(const std::string& line) {
        TIELINE_TRY(const Json json, Json::parse(line));
        TIELINE_TRY(const WallTime occurred, parse_time(json.text_or("time")));
        const Json* data = json.find("data");
        if (data == nullptr) return make_error(ErrorKind::invalid, "an event without data");
        model::StoredEvent event;
        event.envelope.id = "event/" + std::to_string(sequence_);
        event.envelope.source = json.text_or("source");
        event.envelope.type = json.text_or("type");
        event.envelope.subject = json.text_or("subject");
        event.envelope.occurred = occurred;
        event.envelope.data = data->dump();
        TIELINE_TRY_VOID(handle(std::move(event)));
        const std::uint64_t left = lag_max_ == 0 ? 0 : random_.below(lag_max_);
        while (receipts_.size() > left) TIELINE_TRY_VOID(next_receipt());
        return {};
    }
    Result<void> finish() {
        while (!receipts_.empty()) TIELINE_TRY_VOID(next_receipt());
        return {};
    }

private:
    Result<void> next_receipt() {
        model::StoredEvent receipt = std::move(receipts_.front());
        receipts_.pop_front();
        return handle(std::move(receipt));
    }

    Result<void> handle(model::StoredEvent event) {
        event.seq = ++sequence_;
        event.recorded = event.envelope.occurred;
        event.envelope.site = "plant1";
        for (const std::string& key : flow_->keys(event)) {
            std::string& state = states_[key];
            TIELINE_TRY(const flows::Decision decision, flow_->decide(event, key, state, event.recorded));
            if (decision.state) state = *decision.state;
            for (const model::Command& command : decision.commands) TIELINE_TRY_VOID(book(command, key, event));
        }
        return {};
    }

    Result<void> book(const model::Command& command, const std::string& key, const model::StoredEvent& cause) {
        const std::string document = std::to_string(++documents_);
        TIELINE_TRY(Json payload, Json::parse(command.payload));
        std::cout << Json::object({{"document", document},
                                   {"key", command.key},
                                   {"kind", command.kind},
                                   {"payload", std::move(payload)}})
                         .dump()
                  << '\n';
        Json data = Json::object({{"key", command.key},
                                  {"noun", command.noun},
                                  {"kind", command.kind},
                                  {"connector", command.connector},
                                  {"flow", std::string(flow_->name())},
                                  {"flow_key", key},
                                  {"intent", command.intent},
                                  {"document", document},
                                  {"details", Json::object()}});
        if (!command.echo.empty()) {
            TIELINE_TRY(Json echo, Json::parse(command.echo));
            data.set("echo", std::move(echo));
        }
        model::StoredEvent receipt;
        receipt.envelope.id = "receipt/" + document;
        receipt.envelope.source = command.connector;
        receipt.envelope.type = command.noun + ".booked";
        receipt.envelope.subject = key;
        receipt.envelope.occurred = cause.envelope.occurred;
        receipt.envelope.data = data.dump();
        receipts_.push_back(std::move(receipt));
        return {};
    }

    std::unique_ptr<flows::Flow> flow_;
    std::uint64_t lag_max_;
    SeededRandom random_{1};
    std::map<std::string, std::string> states_;
    std::deque<model::StoredEvent> receipts_;
    model::Sequence sequence_ = 0;
    std::uint64_t documents_ = 0;
};

Result<void> run(const char* flows_path, const char* events_path, std::uint64_t lag_max) {
    std::ifstream flows_file(flows_path);
    const std::string text{std::istreambuf_iterator<char>(flows_file), {}};
    TIELINE_TRY(const Json json, Json::parse(text));
    TIELINE_TRY(flows::FlowsConfig config, flows::flows_config_from_json(json));
    if (!config.cost_posting) return make_error(ErrorKind::invalid, "flows.cost_posting is missing");
    Drive drive(flows::make_cost_posting(std::move(*config.cost_posting)), lag_max);
    std::ifstream events(events_path);
    std::string line;
    while (std::getline(events, line)) TIELINE_TRY_VOID(drive.tell(line));
    return drive.finish();
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 4) {
        std::cerr << "usage: main_line_flow_drive flows.json events.jsonl LAG_MAX\n";
        return 2;
    }
    const auto done = run(arguments[1], arguments[2], std::strtoull(arguments[3], nullptr, 10));
    if (done) return 0;
    std::cerr << done.error().message << '\n';
    return 1;
}
