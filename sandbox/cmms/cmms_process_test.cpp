// The CMMS as a process of its own: parts over real connections, a lost answer asked again, and what is left after
// kill -9.

#include "sandbox/cmms/cmms_process.h"

#include "base/json.h"
#include "net/http_client.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <optional>

namespace tieline::sandbox::cmms {
namespace {

/// A child that runs the CMMS on a free port. Made while this process has one thread only.
class Process {
public:
    explicit Process(const std::string& path) {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::pipe(ends), 0);
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::close(ends[0]);
            ::close(ends[1]);
            ::_exit(run_cmms({"--demo", "--token", "sandbox", "--data", path}));
        }
        ::close(ends[1]);
        std::string line;
        for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
        ::close(ends[0]);
        const std::size_t at = line.find("http://");
        EXPECT_NE(at, std::string::npos) << line;
        if (at != std::string::npos) url_ = line.substr(at);
    }
    ~Process() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    const std::string& url() const { return url_; }

private:
    pid_t child_ = -1;
    std::string url_;
};

class CmmsProcess : public testing::Test {
protected:
    void SetUp() override {
        path_ =
            (std::filesystem::temp_directory_path() / ("cmms_process_" + std::to_string(::getpid()) + ".db")).string();
        start();
    }
    void TearDown() override {
        client_.reset();
        process_.reset();
        for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + end);
    }
    void start() {
        client_.reset();
        process_.reset();
        process_.emplace(path_);
        client_ = net::make_http_client();
    }
    Result<net::HttpResponse> ask(const std::string& method, const std::string& path, const std::string& body = {}) {
        net::HttpRequest request;
        request.method = method;
        request.url = process_->url() + path;
        request.headers = {{"Authorization", "Bearer sandbox"}};
        request.body = body;
        return client_->send_and_wait(request);
    }
    Json good(const std::string& method, const std::string& path, const std::string& body = {}) {
        const Result<net::HttpResponse> reply = ask(method, path, body);
        EXPECT_TRUE(reply && reply->status < 300) << path << " " << (reply ? reply->body : reply.error().message);
        if (!reply) return Json::object();
        Result<Json> parsed = Json::parse(reply->body);
        return parsed ? std::move(*parsed) : Json::object();
    }
    std::string balance() { return good("GET", "/api/inventory/MAIN/SEAL-9").find("balance")->number_token(); }

    std::string path_;
    std::optional<Process> process_;
    std::unique_ptr<net::HttpClient> client_;
};

TEST_F(CmmsProcess, PartsAreBookedOnceThroughLostAnswersAndKills) {
    good("PUT", "/api/items/SEAL-9", R"({"description":"Seal","uom":"PC","unit_cost":"12.50","as_of_change":3})");
    good("POST", "/api/inventory/MAIN/SEAL-9/count", R"({"quantity":10,"note":"opening"})");
    const std::string order = good("POST", "/api/workorders",
                                   R"({"asset":"FILLER-01","summary":"Valve leaks","planned_materials":[
{"item":"SEAL-9","quantity":2,"storeroom":"MAIN","needed_on":"2026-12-01"}]})")
                                  .text_or("wonum");
    for (const char* status : {"APPR", "RELEASED"}) {
        good("POST", "/api/workorders/" + order + "/status", R"({"status":")" + std::string(status) + "\"}");
    }
    good("POST", "/admin/faults", R"({"rules":[{"fault":"drop_after","count":1,"path":"/api/part-transactions"}]})");
    const std::string issue = R"({"type":"ISSUE","wonum":")" + order +
                              R"(","item":"SEAL-9","quantity":2,"storeroom":"MAIN","line":"P1","client_ref":"1"})";
    const Result<net::HttpResponse> lost = ask("POST", "/api/part-transactions", issue);
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().kind, ErrorKind::unknown_outcome);
    start();  // kill -9 and begin again
    const Result<net::HttpResponse> again = ask("POST", "/api/part-transactions", issue);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->status, 200) << again->body;
    EXPECT_EQ(balance(), "8");
    good("PUT", "/api/part-transactions/PT-000001/erp-link",
         R"({"erp_document":"4900000001","status":"booked","reference":"0123456789ABCDEF"})");
    good("PUT", "/api/workorders/" + order + "/parts-state",
         R"({"state":"available","reference":"FEDCBA9876543210","lines":[{"line":"P1","state":"available"}]})");
    good("PUT", "/api/inventory/MAIN/SEAL-9/erp", R"({"on_hand":"8","reserved":"0","on_order":"0","as_of_change":9})");
    start();
    const Json found = good("GET", "/api/part-transactions?erp_reference=0123456789ABCDEF");
    ASSERT_EQ(found.find("items")->items().size(), 1U);
    EXPECT_EQ(found.find("items")->items()[0].text_or("wonum"), order);
    const Json kept = good("GET", "/api/workorders/" + order);
    EXPECT_EQ(kept.find("parts_state")->text_or("state"), "available");
    EXPECT_EQ(kept.find("planned_materials")->items()[0].int_or("issued", 0), 2);
    EXPECT_EQ(kept.find("materials")->items().size(), 1U);
    EXPECT_EQ(good("GET", "/api/inventory?only_different=true").find("items")->items().size(), 0U);
    const Json made = good("POST", "/admin/pm-run", R"({"until":"2036-01-01","limit":20})");
    EXPECT_EQ(made.find("created")->items().size(), 20U);
    EXPECT_TRUE(made.bool_or("more", false));
}

}  // namespace
}  // namespace tieline::sandbox::cmms
