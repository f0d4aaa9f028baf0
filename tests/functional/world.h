#pragma once
// The real programs in a folder of their own: sandbox CMMS, sandbox ERP and the hub, on free ports.

#include "base/json.h"
#include "net/http_client.h"

#include <sys/types.h>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tieline::functional {

/// A process whose first line tells its address.
class Process {
public:
    Process(std::vector<std::string> words, std::string log);
    ~Process();
    Process(const Process&) = delete;
    /// The address it printed; "" when it ended or took longer than 20 s. What it printed is in output().
    std::string address();
    std::string output() const;
    void kill_now();
    /// SIGTERM; its exit code, or -1 after 10 s.
    int stop();
    /// Waits for its end; its exit code, or -1 after 20 s.
    int wait();

private:
    std::string log_;
    pid_t pid_ = -1;
};

struct Answer {
    int status = 0;
    Json body;
    std::vector<net::Header> headers;
};

class World {
public:
    World();
    ~World();
    void start_erp();
    void start_hub();
    void kill_hub() { hub_->kill_now(); }
    int stop_hub() { return hub_->stop(); }
    void kill_erp() { erp_->kill_now(); }

    Answer get(const std::string& path);
    Answer post(const std::string& path, const std::string& body, std::vector<net::Header> more = {});
    /// GET again and again until the body holds `text`; at most 20 s. The last answer.
    Answer get_until(const std::string& path, const std::string& text);
    Answer erp(const char* method, const std::string& path, const std::string& body = "");
    Answer cmms(const char* method, const std::string& path, const std::string& body = "");
    /// Documents of one work order in the ERP.
    std::vector<Json> erp_documents(const std::string& work_order);
    Process run(std::vector<std::string> words) const;
    const std::string& hub_url() const { return hub_url_; }
    const std::string& cmms_url() const { return cmms_url_; }
    const std::filesystem::path& folder() const { return folder_; }

private:
    Answer send(const char* method, const std::string& url, const std::string& body, std::vector<net::Header> headers);
    void write_config();

    std::filesystem::path folder_;
    std::unique_ptr<net::HttpClient> client_;
    std::unique_ptr<Process> cmms_, erp_, hub_;
    std::string cmms_url_, erp_url_, hub_url_;
};

/// A completed work order with one hour of labor at `rate`, as an event.
std::string completed(const std::string& number, const std::string& rate = "40.00",
                      const std::string& day = "2026-11-20");

}  // namespace tieline::functional
