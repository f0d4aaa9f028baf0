#pragma once
// The ERP as a child process, for tests over real connections.

#include "net/http_client.h"
#include "sandbox/erp/erp_process.h"
#include "sandbox/erp/test_erp.h"

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <filesystem>
#include <optional>

namespace tieline::sandbox::erp::test {

/// A child process that runs the ERP on a free port. Made while this process has one thread only.
class Process {
public:
    explicit Process(const std::vector<std::string>& args) {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::pipe(ends), 0);
        child_ = ::fork();
        if (child_ == 0) {
            ::dup2(ends[1], STDOUT_FILENO);
            ::close(ends[0]);
            ::close(ends[1]);
            ::_exit(run_erp(args));
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
        if (child_ > 0) end(SIGKILL);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// What waitpid says.
    int end(int signal) {
        int status = 0;
        ::kill(child_, signal);
        ::waitpid(child_, &status, 0);
        child_ = -1;
        return status;
    }
    const std::string& url() const { return url_; }

private:
    pid_t child_ = -1;
    std::string url_;
};

class ErpProcessTest : public ::testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::path(::testing::TempDir()) / ("sandbox_erp_process_" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        start();
    }
    void TearDown() override {
        client_.reset();
        process_.reset();
        std::filesystem::remove_all(folder_);
    }
    void start() {
        client_.reset();
        process_.emplace(std::vector<std::string>{"--data", (folder_ / "erp.db").string(), "--demo"});
        client_ = net::make_http_client();
    }
    Result<net::HttpResponse> ask(const std::string& method, const std::string& path, const std::string& body = "") {
        net::HttpRequest request;
        request.method = method;
        request.url = process_->url() + path;
        request.body = body;
        request.headers = {{"Authorization", "Bearer sandbox"}, {"Content-Type", "application/json"}};
        return client_->send_and_wait(std::move(request));
    }
    std::size_t documents(const std::string& reference) {
        const auto reply = ask("GET", "/api/documents?reference=" + reference);
        EXPECT_TRUE(reply) << reply.error().message;
        if (!reply) return 99;
        const auto body = Json::parse(reply->body);
        return body->find("documents")->items().size();
    }
    void faults(const std::string& rule) {
        const auto reply = ask("POST", "/admin/faults", R"({"rules":[)" + rule + "]}");
        ASSERT_TRUE(reply);
        ASSERT_EQ(reply->status, 200) << reply->body;
    }

    std::filesystem::path folder_;
    std::optional<Process> process_;
    std::unique_ptr<net::HttpClient> client_;
};

}  // namespace tieline::sandbox::erp::test
