// The first administrator's link as a person finds it on the terminal, and what holds after kill -9.

#include "functional/world.h"

#include <gtest/gtest.h>

#include <poll.h>
#include <fstream>

namespace tieline::functional {
namespace {

/// "http://…/sign-in#<code>" in what the program printed; "" when it printed none within 20 s.
std::string link_in(const Process& hub) {
    for (int round = 0; round < 1000; ++round) {
        const std::string text = hub.output();
        const std::size_t at = text.find("/sign-in#"), end = at == std::string::npos ? at : text.find('\n', at);
        if (end != std::string::npos) return text.substr(at + 9, end - at - 9);
        poll(nullptr, 0, 20);
    }
    return "";
}

class SignIn : public ::testing::Test {
protected:
    SignIn() {
        std::string name = (std::filesystem::path(::testing::TempDir()) / "tieline_sign_in_XXXXXX").string();
        folder_ = mkdtemp(name.data());
        std::ofstream(folder_ / "tieline.yaml") << "node: hub-1\ndata_dir: data\napi: {port: 0}\nidentity: {}\n"
                                                   "sites:\n  - {id: plant1, name: Plant}\n";
        start();
    }
    ~SignIn() override {
        hub_.reset();
        std::filesystem::remove_all(folder_);
    }
    void start() {
        hub_ = std::make_unique<Process>(
            std::vector<std::string>{TIELINE_PROGRAM, "serve", "--config", (folder_ / "tieline.yaml").string()},
            (folder_ / "hub.log").string());
        url_ = hub_->address();
        ASSERT_FALSE(url_.empty()) << hub_->output();
    }
    Answer send(const char* method, const std::string& path, const std::string& body = "") {
        net::HttpRequest request;
        request.method = method;
        request.url = url_ + path;
        request.headers = headers_;
        if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
        request.body = body;
        const Result<net::HttpResponse> response = client_->send_and_wait(std::move(request));
        Answer answer;
        if (!response) return answer;
        answer.status = response->status;
        answer.headers = response->headers;
        if (const Result<Json> json = Json::parse(response->body)) answer.body = *json;
        return answer;
    }
    void keep(const Answer& answer) {
        const std::string set(net::header(answer.headers, "Set-Cookie"));
        headers_ = {{"Cookie", set.substr(0, set.find(';'))}, {"X-CSRF-Token", answer.body.text_or("csrf")}};
    }

    std::filesystem::path folder_;
    std::unique_ptr<net::HttpClient> client_ = net::make_http_client();
    std::unique_ptr<Process> hub_;
    std::string url_;
    std::vector<net::Header> headers_;
};

TEST_F(SignIn, TheTerminalsLinkMakesTheAdministratorAndWhatWasDoneSurvivesKill9) {
    const std::string code = link_in(*hub_);
    ASSERT_FALSE(code.empty()) << hub_->output();
    EXPECT_EQ(send("GET", "/api/v1/status").status, 401);
    const Answer started = send("POST", "/api/v1/session/link",
                                R"({"code":")" + code + R"(","password":"four quiet green pumps","name":"chief"})");
    ASSERT_EQ(started.status, 200) << started.body.dump();
    keep(started);
    EXPECT_EQ(send("POST", "/api/v1/people", R"({"name":"tom","roles":["technician"]})").status, 201);
    hub_->kill_now();
    start();
    EXPECT_EQ(hub_->output().find("/sign-in#"), std::string::npos) << "there is an administrator";
    EXPECT_EQ(send("GET", "/api/v1/session").body.text_or("name"), "chief") << "still signed in";
    EXPECT_NE(send("GET", "/api/v1/people").body.dump().find("\"tom\""), std::string::npos);
    const std::string log = send("GET", "/api/v1/events").body.dump();
    for (const char* type : {"person.link_made", "person.link_used", "person.invited"}) {
        const std::size_t first = log.find(std::string("\"type\":\"") + type);
        EXPECT_NE(first, std::string::npos) << type;
    }
    EXPECT_EQ(log.find("four quiet"), std::string::npos);
    EXPECT_EQ(log.find(code), std::string::npos) << "no secret in the log";
    EXPECT_EQ(hub_->stop(), 0);
}

}  // namespace
}  // namespace tieline::functional
