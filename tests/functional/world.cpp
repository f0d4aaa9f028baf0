#include "functional/world.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <fstream>

namespace tieline::functional {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

constexpr const char* token = "functional-test-token-0123456789";

std::string text_of(const std::string& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void pause_ms(int ms) { poll(nullptr, 0, ms); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

}  // namespace

Process::Process(std::vector<std::string> words, std::string log) : log_(std::move(log)) {
    const int out = open(log_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing stays behind when the test dies
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
        execv(argv[0], argv.data());
        _exit(127);
    }
    close(out);
}

Process::~Process() { kill_now(); }

std::string Process::output() const { return text_of(log_); }

std::string Process::address() {
    const auto give_up = Steady::now() + std::chrono::seconds(20);
    while (Steady::now() < give_up) {
        const std::string text = output();
        const std::size_t at = text.find("http://");
        const std::size_t end = text.find('\n', at == std::string::npos ? 0 : at);
        if (at != std::string::npos && end != std::string::npos) return text.substr(at, end - at);
        if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
            pid_ = -1;
            return "";
        }
        pause_ms(2);
    }
    return "";
}

void Process::kill_now() {
    if (pid_ < 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

int Process::stop() {
    if (pid_ < 0) return -1;
    kill(pid_, SIGTERM);
    return wait();
}

int Process::wait() {
    const auto give_up = Steady::now() + std::chrono::seconds(20);
    int status = 0;
    while (pid_ >= 0 && Steady::now() < give_up) {
        if (waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
        pause_ms(2);
    }
    return -1;
}

World::World() : client_(net::make_http_client()) {
    std::string name = (fs::path(::testing::TempDir()) / "tieline_functional_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    fs::create_directories(folder_ / "secrets");
    for (const char* file : {"cmms.token", "erp.token", "webhook.secret"}) {
        std::ofstream(folder_ / "secrets" / file) << token;
    }
    cmms_ = std::make_unique<Process>(
        std::vector<std::string>{SANDBOX_PROGRAM, "cmms", "--demo", "--port", "0", "--token", token},
        (folder_ / "cmms.log").string());
    cmms_url_ = cmms_->address();
    EXPECT_FALSE(cmms_url_.empty()) << cmms_->output();
    start_erp();
    start_hub();
}

World::~World() {
    hub_.reset();
    erp_.reset();
    cmms_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

/// At its old port once it has one.
void World::start_erp() {
    const std::string port = erp_url_.empty() ? "0" : erp_url_.substr(erp_url_.rfind(':') + 1);
    erp_ =
        std::make_unique<Process>(std::vector<std::string>{SANDBOX_PROGRAM, "erp", "--demo", "--port", port, "--data",
                                                           (folder_ / "erp.db").string(), "--token", token},
                                  (folder_ / "erp.log").string());
    erp_url_ = erp_->address();
    EXPECT_FALSE(erp_url_.empty()) << erp_->output();
}

void World::write_config() {
    std::string text = text_of(TEMPLATES "/sandbox.yaml");
    text = replaced(text, "http://127.0.0.1:8421", cmms_url_);
    text = replaced(text, "http://127.0.0.1:8422", erp_url_);
    text = replaced(text, "deadline: 30s, settle: 2s",
                    "deadline: 2s, settle: 100ms, backoff_first: 50ms, "
                    "breaker_pause: 200ms, backoff_max: 500ms");
    // The main line alone: parts, masters and their flows have tests of their own.
    const std::size_t parts = text.find("      # Parts:"), rest = text.find("connectors:\n");
    EXPECT_LT(parts, rest) << "the template has no section of parts";
    text.erase(parts, rest - parts);
    text = replaced(text, "part: transaction", "part: journal");
    text = replaced(text, "        part_without_transaction: journal\n", "");
    text = replaced(text, "plan_horizon_days: 30", "reads: workorders");
    text = replaced(text, "company_codes: \"1000\"", "company_codes: \"1000\"\n      kinds: invoice,rate");
    text = replaced(text, "link_back: true", "link_back: false");  // most of these orders are not in the CMMS
    std::ofstream(folder_ / "tieline.yaml") << text;
}

void World::start_hub() {
    write_config();
    const std::string port = hub_url_.empty() ? "0" : hub_url_.substr(hub_url_.rfind(':') + 1);
    hub_ = std::make_unique<Process>(std::vector<std::string>{TIELINE_PROGRAM, "serve", "--config",
                                                              (folder_ / "tieline.yaml").string(), "--port", port},
                                     (folder_ / "hub.log").string());
    hub_url_ = hub_->address();
    EXPECT_FALSE(hub_url_.empty()) << hub_->output();
}

Process World::run(std::vector<std::string> words) const {
    words.insert(words.begin(), TIELINE_PROGRAM);
    return Process(std::move(words), (folder_ / "command.log").string());
}

Answer World::send(const char* method, const std::string& url, const std::string& body,
                   std::vector<net::Header> headers) {
    net::HttpRequest request;
    request.method = method;
    request.url = url;
    request.headers = std::move(headers);
    request.body = body;
    const Result<net::HttpResponse> response = client_->send_and_wait(std::move(request));
    Answer answer;
    if (!response) return answer;
    answer.status = response->status;
    answer.headers = response->headers;
    const Result<Json> parsed = Json::parse(response->body, JsonLimits{16 << 20, 64, 2'000'000});
    answer.body = parsed ? *parsed : Json(response->body);
    return answer;
}

Answer World::get(const std::string& path) { return send("GET", hub_url_ + path, "", {}); }

Answer World::post(const std::string& path, const std::string& body, std::vector<net::Header> more) {
    if (net::header(more, "Content-Type").empty()) more.emplace_back("Content-Type", "application/json");
    return send("POST", hub_url_ + path, body, std::move(more));
}

Answer World::get_until(const std::string& path, const std::string& text) {
    const auto give_up = Steady::now() + std::chrono::seconds(20);
    for (;;) {
        Answer answer = get(path);
        if (answer.body.dump().find(text) != std::string::npos || Steady::now() > give_up) return answer;
        pause_ms(5);
    }
}

Answer World::erp(const char* method, const std::string& path, const std::string& body) {
    return send(method, erp_url_ + path, body,
                {{"Authorization", std::string("Bearer ") + token}, {"Content-Type", "application/json"}});
}

Answer World::cmms(const char* method, const std::string& path, const std::string& body) {
    return send(method, cmms_url_ + path, body,
                {{"Authorization", std::string("Bearer ") + token}, {"Content-Type", "application/json"}});
}

std::vector<Json> World::erp_documents(const std::string& work_order) {
    std::vector<Json> documents;
    const Answer answer = erp("GET", "/api/documents?kind=journal&workOrder=" + work_order);
    if (const Json* list = answer.body.find("documents")) {
        for (const Json& document : list->items()) documents.push_back(document);
    }
    return documents;
}

std::string completed(const std::string& number, const std::string& rate, const std::string& day) {
    return R"({"source":"cmms","type":"workorder.completed","subject":")" + number + R"(","time":")" + day +
           R"(T10:00:00Z","data":{"number":")" + number +
           R"(","asset":"PUMP-01","title":"Seal leaking","order_type":"corrective","currency":"EUR",)" +
           R"("planned_cost":"100.00","status":"completed","company_code":"1000","completed_at":")" + day +
           R"(T09:00:00Z","receiver":{"kind":"cost_center","code":"CC-300"},"lines":[{"kind":"labor","id":"L1",)" +
           R"("currency":"EUR","hours":"1","rate":")" + rate + R"("}]}})";
}

}  // namespace tieline::functional
