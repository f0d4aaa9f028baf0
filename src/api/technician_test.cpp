// The technician's routes against a hub in one process; the CMMS is one in memory.

#include "api/photos.h"
#include "api/technician_input.h"
#include "api/test_hub.h"
#include "base/hash.h"
#include "base/json.h"

#include <gtest/gtest.h>

namespace tieline::api {
namespace {

const WallTime now{Millis(1'795'000'000'000)};

Error error_of(const std::string& body) {
    const Result<Json> read = read_action(body, now);
    return read ? Error{} : read.error();
}

std::string action(const std::string& members) { return R"({"at":"2026-11-18T10:00:00Z",)" + members + "}"; }

TEST(TechnicianInput, TakesEachKindAndNoOtherMembers) {
    for (const char* members :
         {R"("kind":"start","work_order":"WO-1")", R"("kind":"finish","work_order":"WO-1","note":"done")",
          R"("kind":"labor","work_order":"WO-1","hours":"1.25","started_at":"2026-11-18T09:00:00Z")",
          R"("kind":"check","work_order":"WO-1","step":2,"value":"2.5")",
          R"("kind":"part","work_order":"WO-1","part":"SEAL-9","quantity":"2","storeroom":"MAIN","serials":["S1"])",
          R"("kind":"reading","work_order":"WO-1","meter":"HOURS","value":"-3")",
          R"("kind":"report","asset":"PUMP-01","title":"It leaks","priority":1)"}) {
        EXPECT_EQ(error_of(action(members)).code, "") << members;
    }
    EXPECT_EQ(error_of(action(R"("kind":"note","work_order":"WO-1","text":"x","hours":"1")")).field, "hours");
    EXPECT_EQ(error_of(action(R"("kind":"report","work_order":"WO-1","asset":"P","title":"x")")).field, "work_order");
    EXPECT_EQ(error_of(action(R"("kind":"dance","work_order":"WO-1")")).field, "kind");
    EXPECT_EQ(error_of(action(R"("kind":"note","work_order":"WO-1")")).field, "text");
    EXPECT_EQ(error_of(R"({"kind":"start","work_order":"WO-1"})").field, "at");
    EXPECT_EQ(error_of(action(R"("kind":"photo","work_order":"WO-1","photo":"../etc/passwd")")).code, "bad_id");
}

TEST(TechnicianInput, QuantitiesAreExactTextsAboveZero) {
    for (const char* bad : {"\"0\"", "\"-1\"", "\"1e3\"", "1.5", "\"\"", "\"1.1234567\"", "\"9999999999\"", "null"}) {
        const std::string members = R"("kind":"labor","work_order":"WO-1","hours":)" + std::string(bad);
        EXPECT_EQ(error_of(action(members)).field, "hours") << bad;
    }
}

TEST(TechnicianInput, APhoneWhoseClockIsWrongIsPutRight) {
    const Result<Json> ahead = read_action(R"({"kind":"start","work_order":"WO-1","at":"2030-01-01T00:00:00Z"})", now);
    EXPECT_EQ(ahead->text_or("at"), format_time(now));
    const Result<Json> offset = read_action(
        R"({"kind":"start","work_order":"WO-1","at":"2026-11-18T10:00:00Z","clock_offset_ms":-60000})", now);
    EXPECT_EQ(offset->text_or("at"), "2026-11-18T09:59:00.000Z");
    EXPECT_EQ(offset->text_or("device_at"), "2026-11-18T10:00:00.000Z");
}

TEST(Picture, IsKnownByItsBytesAndItsPositionIsFound) {
    EXPECT_TRUE(is_picture("\xff\xd8\xff\xe0", "image/jpeg"));
    EXPECT_FALSE(is_picture("<svg/>", "image/png"));
    EXPECT_FALSE(is_picture("RIFF....WEB", "image/webp"));
    const auto jpeg = [](const std::string& tag) {
        std::string tiff("MM\0\x2a\0\0\0\x08\0\x01", 10);
        tiff += tag + std::string("\0\x04\0\0\0\x01\0\0\0\x1a", 10);
        const std::string segment = std::string("Exif\0\0", 6) + tiff;
        const auto size = static_cast<char>(segment.size() + 2);
        return std::string("\xff\xd8\xff\xe1\0", 5) + size + segment + "\xff\xda rest";
    };
    EXPECT_TRUE(has_position(jpeg("\x88\x25")));
    EXPECT_FALSE(has_position(jpeg("\x87\x69"))) << "Exif without a position may stay";
    const std::string whole = jpeg("\x88\x25");
    for (std::size_t size = 0; size < whole.size(); ++size) (void)has_position(whole.substr(0, size));
}

class Phone : public ::testing::Test {
protected:
    net::HttpResponse act(const std::string& id, const std::string& body, std::vector<net::Header> more = {}) {
        std::vector<net::Header> headers = tom_;
        headers.emplace_back("Idempotency-Key", id);
        headers.insert(headers.end(), more.begin(), more.end());
        return hub_.post("/api/v1/technician/actions", body, headers);
    }
    net::HttpResponse send(const char* method, const std::string& url, std::string body = "",
                           const std::vector<net::Header>* who = nullptr) {
        net::HttpRequest request;
        request.method = method;
        request.url = "/api/v1/technician/" + url;
        request.headers = who == nullptr ? tom_ : *who;
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = std::move(body);
        return hub_.send(std::move(request));
    }
    Json json(const net::HttpResponse& response) { return *Json::parse(response.body); }
    void job(const std::string& number, const std::string& members) {
        hub_.tell("job.changed", "job:" + number, R"({"number":")" + number + "\"," + members + "}", number);
    }

    testing::TestHub hub_{"", true};
    std::vector<net::Header> tom_ = hub_.as("tom", {identity::Role::technician}, "P17");
    const std::string id_ = "0198c0de-0000-7000-8000-000000000001";
};

TEST_F(Phone, WorkIsShownByChangeAndWhatIsOverGoes) {
    job("WO-1", R"("status":"released","assigned":["P17"],"title":"Seal")");
    job("WO-2", R"("status":"approved")");
    job("WO-3", R"("status":"in_progress")");
    Json page = json(send("GET", "work"));
    for (int round = 0; page.find("work")->items().size() < 2 && round < 10'000; ++round)
        page = json(send("GET", "work"));
    ASSERT_EQ(page.find("work")->items().size(), 2U) << page.dump();
    EXPECT_TRUE(page.find("work")->items()[0].bool_or("mine", false));
    EXPECT_EQ(json(send("GET", "work?scope=mine")).find("work")->items().size(), 1U);
    EXPECT_EQ(json(send("GET", "work?scope=all")).find("work")->items().size(), 3U);
    const std::string cursor = page.text_or("cursor");
    EXPECT_TRUE(json(send("GET", "work?cursor=" + cursor)).find("work")->items().empty());
    job("WO-1", R"("status":"closed")");
    for (int round = 0; round < 10'000; ++round) {
        page = json(send("GET", "work?cursor=" + cursor));
        if (!page.find("gone")->items().empty()) break;
    }
    EXPECT_EQ(page.find("gone")->dump(), R"(["WO-1"])");
    EXPECT_EQ(json(send("GET", "work/WO-1")).text_or("status"), "closed") << "still there to look at";
    EXPECT_EQ(send("GET", "work/WO-9").status, 404);
    EXPECT_EQ(send("GET", "work?cursor=nonsense").status, 400);
}

TEST_F(Phone, AnActionIsTakenOnceByItsIdAndStaleValuesAreRefused) {
    job("WO-1", R"("status":"in_progress","checklist":[{"step":1,"text":"Torque","type":"number"}])");
    Json order;
    for (int round = 0; order.int_or("version", 0) == 0 && round < 10'000; ++round)
        order = json(send("GET", "work/WO-1"));
    const std::string note = R"({"kind":"note","work_order":"WO-1","at":"2026-11-18T10:00:00Z","text":"x"})";
    EXPECT_EQ(hub_.post("/api/v1/technician/actions", note, tom_).status, 400) << "a key is needed";
    const net::HttpResponse first = act(id_, note);
    ASSERT_EQ(first.status, 202) << first.body;
    EXPECT_EQ(json(first).text_or("state"), "received");
    const net::HttpResponse again = act(id_, note);
    EXPECT_EQ(again.status, 200) << again.body;
    EXPECT_EQ(net::header(again.headers, "Idempotent-Replayed"), "true");
    std::string other = note;
    other.replace(other.find("\"x\""), 3, "\"y\"");
    EXPECT_EQ(act(id_, other).status, 422);
    const std::string base = "\"" + std::to_string(order.int_or("version", 0)) + "\"";
    job("WO-1", R"("status":"in_progress","checklist":[{"step":1,"type":"number","value":"2","done_by":"P9"}])");
    const auto check = [](const char* value) {
        return R"({"kind":"check","work_order":"WO-1","at":"2026-11-18T10:00:00Z","step":1,"value":")" +
               std::string(value) + "\"}";
    };
    const net::HttpResponse stale = act("0198c0de-0000-7000-8000-000000000002", check("3"), {{"If-Match", base}});
    ASSERT_EQ(stale.status, 412) << stale.body;
    EXPECT_EQ(json(stale).find("current")->text_or("number"), "WO-1");
    EXPECT_EQ(json(stale).text_or("present"), "2");
    EXPECT_EQ(act("0198c0de-0000-7000-8000-000000000002", check("2"), {{"If-Match", base}}).status, 202);
    const Json list = json(send("GET", "actions?ids=" + id_));
    ASSERT_EQ(list.find("actions")->items().size(), 1U);
    EXPECT_EQ(act("0198c0de-0000-7000-8000-000000000003",
                  R"({"kind":"note","work_order":"WO-77","at":"2026-11-18T10:00:00Z","text":"x"})")
                  .status,
              404);
}

TEST_F(Phone, APictureComesInPartsAndIsSeenByWhoHasToDoWithIt) {
    job("WO-1", R"("status":"in_progress","assigned":["P18"])");
    const std::string bytes = "\xff\xd8\xff\xe0" + std::string(700'000, 'x');
    const std::string announce = R"({"id":")" + id_ + R"(","work_order":"WO-1","type":"image/jpeg","bytes":)" +
                                 std::to_string(bytes.size()) + R"(,"sha256":")" + hex(sha256(bytes)) + "\"}";
    EXPECT_EQ(send("POST", "photos", announce).status, 201);
    EXPECT_EQ(send("POST", "photos", announce).status, 200);
    const std::string at = "photos/" + id_;
    EXPECT_EQ(json(send("PUT", at + "?offset=0", bytes.substr(0, 400'000))).int_or("received", 0), 400'000);
    const net::HttpResponse wrong = send("PUT", at + "?offset=0", bytes.substr(0, 400'000));
    EXPECT_EQ(wrong.status, 409);
    EXPECT_EQ(json(wrong).int_or("received", 0), 400'000) << "where to go on";
    EXPECT_EQ(send("PUT", at + "?offset=400000", std::string(600'000, 'x')).status, 413);
    EXPECT_EQ(send("GET", at + "/content").status, 404) << "not whole yet";
    EXPECT_TRUE(json(send("PUT", at + "?offset=400000", bytes.substr(400'000))).bool_or("complete", false));
    EXPECT_EQ(send("GET", at + "/content").body, bytes);
    const auto eva = hub_.as("eva", {identity::Role::technician}, "P18");
    const auto max = hub_.as("max", {identity::Role::technician}, "P19");
    const auto anna = hub_.as("anna", {identity::Role::planner});
    const auto stores = hub_.as("stores", {identity::Role::storekeeper});
    EXPECT_EQ(send("GET", at + "/content", "", &eva).status, 200) << "assigned to the order";
    EXPECT_EQ(send("GET", at + "/content", "", &max).status, 403) << "another one's order";
    EXPECT_EQ(send("GET", at + "/content", "", &anna).status, 200);
    EXPECT_EQ(send("GET", at + "/content", "", &stores).status, 403);
    EXPECT_EQ(send("PUT", at + "?offset=0", "x", &max).status, 404) << "nobody adds to another one's picture";
    const std::string photo =
        R"({"kind":"photo","work_order":"WO-1","at":"2026-11-18T10:00:00Z","photo":")" + id_ + "\"}";
    EXPECT_EQ(act("0198c0de-0000-7000-8000-000000000009", photo).status, 202);
}

/// Of a person on the board; null where they are not there.
Json person_on(const Json& board, const std::string& code) {
    for (const Json& person : board.find("people")->items()) {
        if (person.text_or("code") == code) return person;
    }
    return Json();
}

TEST_F(Phone, TheBoardTellsWhoWorksWhereAndForgetsThePlaceWithThePause) {
    const std::vector<net::Header> lead = hub_.as("lead", {identity::Role::planner});
    const auto board = [&] {
        net::HttpRequest request;
        request.method = "GET";
        request.url = "/api/v1/board";
        request.headers = lead;
        return json(hub_.send(std::move(request)));
    };
    const auto until = [&](const char* state) {
        Json person;
        for (int round = 0; person.text_or("state") != state && round < 10'000; ++round)
            person = person_on(board(), "P17");
        return person;
    };
    const std::string here = R"({"zone":"LINE-1","asset":"PUMP-01","by":"scan","at":"2026-11-18T10:01:00Z"})";
    const auto started = [&](const char* id, const char* kind) {
        return act(id, R"({"kind":")" + std::string(kind) + R"(","work_order":"WO-1","at":"2026-11-18T10:0)" +
                           std::string(id + 35) + R"(:00Z"})")
            .status;
    };
    job("WO-1", R"("status":"released","assigned":["P17","P99"])");
    EXPECT_EQ(until("free").text_or("name"), "tom");
    EXPECT_EQ(person_on(board(), "P99").find("name"), nullptr) << "assigned by the CMMS, unknown to the hub";
    job("WO-7", R"("status":"completed")");
    job("WO-8", R"("status":"completed","completed_at":"2026-11-10T10:00:00Z")");
    const auto shows = [&](const char* number) {
        return board().find("orders")->dump().find(number) != std::string::npos;
    };
    for (int round = 0; !shows("WO-7") && round < 10'000; ++round) continue;
    EXPECT_TRUE(shows("WO-7")) << "this CMMS does not say when";
    EXPECT_FALSE(shows("WO-8")) << "done two weeks ago, heard of just now";
    EXPECT_EQ(send("PUT", "location", here).status, 409) << "where somebody is counts only while they work";
    ASSERT_EQ(started("0198c0de-0000-7000-8000-000000000001", "start"), 202);
    EXPECT_EQ(until("working").text_or("work_order"), "WO-1");
    EXPECT_EQ(send("PUT", "location", R"({"by":"scan","at":"2026-11-18T10:01:00Z"})").status, 400);
    EXPECT_EQ(send("PUT", "location", R"({"zone":"A","by":"guess","at":"2026-11-18T10:01:00Z"})").status, 400);
    EXPECT_EQ(send("PUT", "location", here).status, 200);
    const Json working = person_on(board(), "P17");
    ASSERT_NE(working.find("place"), nullptr) << working.dump();
    EXPECT_EQ(working.find("place")->text_or("zone"), "LINE-1");
    ASSERT_EQ(started("0198c0de-0000-7000-8000-000000000002", "pause"), 202);
    EXPECT_EQ(until("paused").find("place"), nullptr);
    ASSERT_EQ(started("0198c0de-0000-7000-8000-000000000003", "start"), 202);
    EXPECT_EQ(until("working").text_or("since"), "2026-11-18T10:03:00.000Z");
    EXPECT_EQ(person_on(board(), "P17").find("place"), nullptr) << "said before the pause";
    EXPECT_EQ(send("PUT", "location", R"({"zone":"LINE-2","by":"zone_code","at":"2026-11-18T10:04:00Z"})").status, 200);
    EXPECT_EQ(person_on(board(), "P17").find("place")->text_or("zone"), "LINE-2");
    EXPECT_EQ(send("DELETE", "location").status, 200);
    EXPECT_EQ(person_on(board(), "P17").find("place"), nullptr);
    EXPECT_EQ(hub_.get("/api/v1/board").status, 401) << "not for everybody";
}

TEST_F(Phone, AnAssetsValueIsSaidWithAReasonAndKept) {
    const std::vector<net::Header> lead = hub_.as("lead", {identity::Role::planner});
    const auto put = [&](const std::string& body) {
        net::HttpRequest request;
        request.method = "PUT";
        request.url = "/api/v1/assets/PUMP-01/facts";
        request.headers = lead;
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = body;
        return hub_.send(std::move(request));
    };
    const auto field = [&](const std::string& body) { return json(put(body)).text_or("field"); };
    EXPECT_EQ(field(R"({"replacement_value":"0","currency":"EUR","reason":"x"})"), "replacement_value");
    EXPECT_EQ(field(R"({"replacement_value":"5","currency":"Euro","reason":"x"})"), "currency");
    EXPECT_EQ(field(R"({"replacement_value":"5","currency":"EUR"})"), "reason");
    EXPECT_EQ(field(R"({"replacement_value":"5","currency":"EUR","reason":"x","in_service":"May"})"), "in_service");
    const net::HttpResponse kept =
        put(R"({"replacement_value":"18500.00","currency":"EUR","in_service":"2014-05-01","life_years":15,)"
            R"("reason":"quote"})");
    ASSERT_EQ(kept.status, 200) << kept.body;
    Json assets;
    for (int round = 0; round < 10'000; ++round) {
        net::HttpRequest request;
        request.method = "GET";
        request.url = "/api/v1/assets";
        request.headers = lead;
        assets = json(hub_.send(std::move(request)));
        if (!assets.find("assets")->items().empty()) break;
    }
    ASSERT_EQ(assets.find("assets")->items().size(), 1U);
    EXPECT_EQ(assets.find("assets")->items()[0].text_or("replacement_value"), "18500.00");
    EXPECT_EQ(assets.find("assets")->items()[0].text_or("actor"), "lead");
}

}  // namespace
}  // namespace tieline::api
