// A technician's day against the real programs: `tieline up` with its CMMS and ERP, killed in the middle of it.

#include "base/base64.h"
#include "base/hash.h"
#include "functional/world.h"

#include <gtest/gtest.h>

#include <poll.h>
#include <fstream>
#include <functional>

namespace tieline::functional {
namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// "http://127.0.0.1:1234" behind `label` in what `tieline up` printed.
std::string address_in(const std::string& text, const std::string& label) {
    std::size_t at = text.find(label);
    at = at == std::string::npos ? at : text.find("http://", at);
    return at == std::string::npos ? "" : text.substr(at, text.find_first_of(" \n", at) - at);
}

struct Deed {
    std::string id, body;
};

class Technician : public ::testing::Test {
protected:
    Technician() {
        std::string name = (std::filesystem::path(::testing::TempDir()) / "tieline_technician_XXXXXX").string();
        folder_ = mkdtemp(name.data());
        start();
    }
    ~Technician() override {
        up_.reset();
        std::filesystem::remove_all(folder_);
    }
    void start() {
        const std::vector<std::string> words{TIELINE_PROGRAM, "up", "--dir",     (folder_ / "up").string(),
                                             "--port",        "0",  "--no-plant"};
        up_ = std::make_unique<Process>(words, (folder_ / "up.log").string());
        hub_ = up_->address();
        ASSERT_FALSE(hub_.empty()) << up_->output();
        ASSERT_TRUE(until([&] { return up_->output().find("the next start goes on from here") != std::string::npos; }));
        cmms_ = address_in(up_->output(), "CMMS ");
        cmms_token_ = text_of(folder_ / "up" / "secrets" / "cmms.token");
    }
    /// At most 90 s: what was being sent at the kill is looked up only after its deadline of 30 s and the settle time.
    static bool until(const std::function<bool()>& is_so) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(90);
        while (!is_so()) {
            if (std::chrono::steady_clock::now() > give_up) return false;
            poll(nullptr, 0, 20);
        }
        return true;
    }
    Answer send(const char* method, const std::string& url, const std::string& body, std::vector<net::Header> headers) {
        net::HttpRequest request;
        request.method = method;
        request.url = url;
        request.headers = std::move(headers);
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = body;
        const Result<net::HttpResponse> response = client_->send_and_wait(std::move(request));
        Answer answer;
        if (!response) return answer;
        answer.status = response->status;
        answer.headers = response->headers;
        if (const Result<Json> json = Json::parse(response->body)) answer.body = *json;
        return answer;
    }
    Answer cmms(const char* method, const std::string& path, const std::string& body = "") {
        return send(method, cmms_ + path, body, {{"Authorization", "Bearer " + cmms_token_}});
    }
    /// As the person who used a link last.
    Answer hub(const char* method, const std::string& path, const std::string& body = "", const std::string& key = "") {
        std::vector<net::Header> headers = person_;
        if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
        return send(method, hub_ + "/api/v1/" + path, body, std::move(headers));
    }
    void use_link(const std::string& code, const std::string& more) {
        const Answer answer = send("POST", hub_ + "/api/v1/session/link",
                                   R"({"code":")" + code + R"(","password":"four quiet green pumps")" + more + "}", {});
        ASSERT_EQ(answer.status, 200) << answer.body.dump();
        const std::string set(net::header(answer.headers, "Set-Cookie"));
        person_ = {{"Cookie", set.substr(0, set.find(';'))}, {"X-CSRF-Token", answer.body.text_or("csrf")}};
    }
    void sign_tom_in() {
        std::string code;
        ASSERT_TRUE(until([&] {
            const std::string text = up_->output();
            const std::size_t at = text.find("/sign-in#");
            if (at != std::string::npos) code = text.substr(at + 9, text.find('\n', at) - at - 9);
            return !code.empty();
        }));
        use_link(code, R"(,"name":"chief")");
        const Answer invited =
            hub("POST", "people", R"({"name":"tom","roles":["technician"],"person_code":"T-17","craft":"MECH"})");
        ASSERT_EQ(invited.status, 201) << invited.body.dump();
        use_link(invited.body.text_or("link").substr(9), "");
    }
    /// An order for tom, with a step to fill and a part of the ERP to use; its number.
    std::string make_order() {
        EXPECT_LT(cmms("PUT", "/api/persons/T-17", R"({"name":"Tom","craft":"MECH","rates":[
            {"craft":"MECH","rate":"40.00","currency":"EUR","valid_from":"2020-01-01"}]})")
                      .status,
                  300);
        EXPECT_TRUE(until([&] { return cmms("GET", "/api/items/P-2001").status == 200; })) << "mirrored from the ERP";
        const Answer made = cmms("POST", "/api/workorders", R"({"asset":"FILLER-01","summary":"Valve 12 leaks",
            "assigned":["T-17"],"checklist":[{"text":"Torque","type":"NUMBER","min":"1","max":"3","required":true}]})");
        const std::string number = made.body.text_or("wonum");
        for (const char* status : {"APPR", "RELEASED"}) {
            cmms("POST", "/api/workorders/" + number + "/status", R"({"status":")" + std::string(status) + "\"}");
        }
        return number;
    }
    std::string state_of(const Deed& deed) {
        const Answer answer = hub("GET", "technician/actions?ids=" + deed.id);
        const Json* actions = answer.body.find("actions");
        return actions == nullptr || actions->items().empty() ? "" : actions->items()[0].text_or("state");
    }

    std::filesystem::path folder_;
    std::unique_ptr<net::HttpClient> client_ = net::make_http_client();
    std::unique_ptr<Process> up_;
    std::string hub_, cmms_, cmms_token_;
    std::vector<net::Header> person_;
};

TEST_F(Technician, AJobIsDoneOnceThroughKill9AndRepeatedSends) {
    sign_tom_in();
    const std::string number = make_order();
    ASSERT_TRUE(
        until([&] { return hub("GET", "technician/work?scope=mine").body.dump().find(number) != std::string::npos; }));
    const auto deed = [&](int index, const std::string& members) {
        return Deed{"0198c0de-0000-7000-8000-00000000000" + std::to_string(index),
                    R"({"at":"2026-11-20T10:00:00Z","work_order":")" + number + "\"," + members + "}"};
    };
    const std::vector<Deed> deeds{deed(1, R"("kind":"start")"),
                                  deed(2, R"("kind":"check","step":1,"value":"2.5")"),
                                  deed(3, R"("kind":"part","part":"P-2001","quantity":"2","storeroom":"MAIN")"),
                                  deed(4, R"("kind":"labor","hours":"1.25")"),
                                  deed(5, R"("kind":"note","text":"runs again")"),
                                  deed(6, R"("kind":"finish")")};
    for (const Deed& one : deeds) {
        const Answer answer = hub("POST", "technician/actions", one.body, one.id);
        ASSERT_EQ(answer.status, 202) << answer.body.dump();
    }
    up_->kill_now();
    start();
    for (int round = 0; round < 3; ++round) {
        for (const Deed& one : deeds) {
            const Answer answer = hub("POST", "technician/actions", one.body, one.id);
            EXPECT_EQ(answer.status, 200) << answer.body.dump();
            EXPECT_EQ(net::header(answer.headers, "Idempotent-Replayed"), "true");
        }
    }
    EXPECT_EQ(hub("POST", "technician/actions", deeds[1].body, deeds[0].id).status, 422);
    ASSERT_TRUE(until([&] { return state_of(deeds[5]) == "sent" || state_of(deeds[5]) == "posted"; }))
        << hub("GET", "technician/actions").body.dump();
    const Json order = cmms("GET", "/api/workorders/" + number).body;
    EXPECT_EQ(order.text_or("status"), "COMP");
    EXPECT_EQ(order.find("labor")->items().size(), 1U) << "one effect each";
    EXPECT_EQ(order.find("materials")->items().size(), 1U);
    EXPECT_EQ(order.find("field_notes")->items().size(), 1U);
    EXPECT_EQ(order.find("checklist")->items()[0].text_or("done_by"), "T-17");
    EXPECT_TRUE(until([&] { return state_of(deeds[2]) == "posted"; })) << "the ERP has issued the part";
    EXPECT_TRUE(until([&] { return state_of(deeds[5]) == "posted"; })) << "and booked the hours";
    EXPECT_EQ(up_->stop(), 0);
}

TEST_F(Technician, AReportWithAPictureBecomesARequestThatHasIt) {
    sign_tom_in();
    make_order();
    const std::string photo = "0198c0de-0000-7000-8000-0000000000aa", report = "0198c0de-0000-7000-8000-0000000000ab";
    const std::string bytes = "\xff\xd8\xff\xe0 what leaks";
    const Answer announced = hub("POST", "technician/photos",
                                 R"({"id":")" + photo + R"(","type":"image/jpeg","bytes":)" +
                                     std::to_string(bytes.size()) + R"(,"sha256":")" + hex(sha256(bytes)) + "\"}");
    ASSERT_EQ(announced.status, 201) << announced.body.dump();
    EXPECT_EQ(hub("PUT", "technician/photos/" + photo + "?offset=0", bytes.substr(0, 5)).status, 200);
    const std::string body = R"({"kind":"report","at":"2026-11-20T10:00:00Z","asset":"PUMP-01","title":"It leaks",)"
                             R"("photos":[")" +
                             photo + R"("]})";
    EXPECT_EQ(hub("POST", "technician/actions", body, report).status, 422) << "the picture is not here whole";
    EXPECT_EQ(hub("PUT", "technician/photos/" + photo + "?offset=5", bytes.substr(5)).status, 200);
    ASSERT_EQ(hub("POST", "technician/actions", body, report).status, 202);
    ASSERT_TRUE(until([&] { return state_of({report, ""}) == "sent"; }));
    const Json action = hub("GET", "technician/actions?ids=" + report).body.find("actions")->items()[0];
    const std::string request = action.text_or("document");
    ASSERT_FALSE(request.empty());
    ASSERT_TRUE(
        until([&] { return cmms("GET", "/api/workorders/" + request + "/attachments/" + photo).status == 200; }));
    const Json kept = cmms("GET", "/api/workorders/" + request + "/attachments/" + photo).body;
    EXPECT_EQ(*from_base64(kept.text_or("content_base64")), bytes);
    EXPECT_EQ(cmms("GET", "/api/workorders/" + request).body.text_or("status"), "REQ");
    EXPECT_EQ(up_->stop(), 0);
}

}  // namespace
}  // namespace tieline::functional
