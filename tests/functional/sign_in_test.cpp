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
        std::ofstream(folder_ / "erp.token") << "a-secret-of-at-least-16-characters\n";
        std::ofstream(folder_ / "tieline.yaml") << "node: hub-1\ndata_dir: data\napi: {port: 0}\nidentity: {}\n"
                                                   "sites:\n  - {id: plant1, name: Plant}\n"
                                                   "connectors:\n  - name: erp\n    system: sandbox_erp\n"
                                                   "    settings: {url: \"http://127.0.0.1:9\"}\n"
                                                   "    addresses: [\"http://127.0.0.1:19\"]\n"
                                                   "    secrets: {token: {file: erp.token}}\n";
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

TEST_F(SignIn, TheOnlyAdministratorWhoLostThePasswordGetsALinkOnTheMachineItself) {
    const auto link = [&](const std::string& code) {
        return send("POST", "/api/v1/session/link",
                    R"({"code":")" + code + R"(","password":"four quiet green pumps"})");
    };
    send("POST", "/api/v1/session/link",
         R"({"code":")" + link_in(*hub_) + R"(","password":"a password soon lost","name":"chief"})");
    const auto people = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {TIELINE_PROGRAM, "people"});
        words.insert(words.end(), {"--config", (folder_ / "tieline.yaml").string()});
        return std::make_unique<Process>(words, (folder_ / "people.log").string());
    };
    const auto refused = people({"link", "chief"});
    EXPECT_EQ(refused->wait(), 1);
    EXPECT_NE(refused->output().find("in use by another tieline"), std::string::npos) << refused->output();
    ASSERT_EQ(hub_->stop(), 0);
    const auto nameless = people({"link"});
    EXPECT_NE(nameless->wait(), 0);
    EXPECT_NE(nameless->output().find("people link NAME"), std::string::npos) << nameless->output();
    const auto unknown = people({"link", "nobody"});
    EXPECT_EQ(unknown->wait(), 1);
    const auto listed = people({});
    EXPECT_EQ(listed->wait(), 0);
    EXPECT_NE(listed->output().find("administrator  active"), std::string::npos) << listed->output();
    const auto made = people({"link", "chief"});
    EXPECT_EQ(made->wait(), 0) << made->output();
    EXPECT_NE(made->output().find("  http://127.0.0.1:"), std::string::npos) << made->output();
    start();
    keep(link(link_in(*made)));
    EXPECT_EQ(send("GET", "/api/v1/session").body.text_or("name"), "chief");
    EXPECT_NE(send("GET", "/api/v1/events").body.dump().find(R"("actor":"terminal")"), std::string::npos);
}

TEST_F(SignIn, SettingsChangedInTheConsoleCountAfterAReloadAndTheFileIsNotTouched) {
    keep(send("POST", "/api/v1/session/link",
              R"({"code":")" + link_in(*hub_) + R"(","password":"four quiet green pumps","name":"chief"})"));
    const auto settings = [&] { return send("GET", "/api/v1/settings").body; };
    const auto put = [&](const std::string& values) {
        return send("PUT", "/api/v1/settings/connectors/erp", R"({"reason":"moved","settings":)" + values + "}");
    };
    const auto holds = [&](const std::string& text) { return settings().dump().find(text) != std::string::npos; };
    ASSERT_TRUE(holds("http://127.0.0.1:9\"")) << settings().dump();
    EXPECT_FALSE(holds("a-secret-of")) << "never a secret";
    EXPECT_EQ(send("POST", "/api/v1/settings/connectors/erp/probe", R"({"settings":{}})").status, 422);
    EXPECT_EQ(put(R"({"url":"nonsense"})").status, 422);
    EXPECT_EQ(put(R"({"token":"x"})").body.text_or("code"), "secret_in_settings");
    EXPECT_EQ(put(R"({"colour":"x"})").body.text_or("field"), "colour");
    const std::string elsewhere = R"({"settings":{"url":"http://127.0.0.1:29"}})";
    EXPECT_EQ(send("POST", "/api/v1/settings/connectors/erp/probe", elsewhere).body.text_or("code"),
              "address_not_named");
    EXPECT_EQ(put(R"({"url":"http://127.0.0.1:29"})").body.text_or("code"), "address_not_named");
    EXPECT_EQ(put(R"({"url":"http://127.0.0.1:9"})").body.text_or("code"), "nothing_changed");
    EXPECT_FALSE(settings().bool_or("pending", true)) << "what was refused left nothing";
    ASSERT_EQ(put(R"({"url":"http://127.0.0.1:19"})").status, 200);
    EXPECT_TRUE(settings().bool_or("pending", false));
    ASSERT_EQ(send("POST", "/api/v1/settings/reload", "{}").status, 202);
    for (int round = 0; round < 500 && settings().bool_or("pending", true); ++round) poll(nullptr, 0, 20);
    EXPECT_FALSE(settings().bool_or("pending", true)) << hub_->output();
    EXPECT_TRUE(holds("http://127.0.0.1:19\"")) << "at the same address, still signed in";
    const std::string log = send("GET", "/api/v1/events").body.dump();
    EXPECT_NE(log.find("settings.changed"), std::string::npos);
    EXPECT_NE(log.find("settings.probed"), std::string::npos) << "who tried where is known";
    EXPECT_NE(log.find(R"("before":{"url":"http://127.0.0.1:9"})"), std::string::npos) << log;
    hub_->kill_now();
    start();
    EXPECT_TRUE(holds("http://127.0.0.1:19\"")) << "after kill -9 too";
    EXPECT_EQ(put(R"({"url":null})").status, 200);
    EXPECT_TRUE(holds("http://127.0.0.1:9\"")) << "the file's own counts again";
    EXPECT_EQ(hub_->stop(), 0);
}

}  // namespace
}  // namespace tieline::functional
