// The connector against the sandbox CMMS in its own process: what it reads, writes, finds again and refuses.

#include "connectors/sandbox_cmms/sandbox_cmms.h"

#include "connectors/drive.h"
#include "connectors/sandbox_cmms/lists.h"
#include "connectors/sandbox_cmms/spec.h"
#include "connectors/test_golden.h"
#include "model/work_order.h"
#include "sandbox/cmms/test_plant.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

namespace tieline::connectors::sandbox_cmms {
namespace {

using sandbox::cmms::TestPlant;

const char* base_url = "http://cmms.test:8082";

Settings settings_with(const std::string& token = "token") {
    Settings settings;
    settings.name = "cmms";
    settings.values = {{"url", base_url}, {"token", token}, {"site", "plant1"}, {"webhook_secret", "0123456789abcdef"}};
    return settings;
}

std::unique_ptr<Connector> made(const std::string& token = "token", const std::string& map = {}) {
    auto connector = spec().make(settings_with(token), map);
    EXPECT_TRUE(connector) << connector.error().message;
    return connector ? std::move(*connector) : nullptr;
}

/// Answers as a network would: a lost reply is an unknown outcome.
Peer peer_of(TestPlant& plant) {
    return [&plant](const net::HttpRequest& wire) -> Result<net::HttpResponse> {
        net::HttpRequest request = wire;
        EXPECT_TRUE(request.url.starts_with(base_url)) << request.url;
        request.url = request.url.substr(std::string(base_url).size());
        net::HttpResponse response = plant.cmms.handle(request, plant.now);
        if (response.status == 0) return make_error(ErrorKind::unknown_outcome, "the answer was lost");
        return response;
    };
}

model::Command link_of(const std::string& number, const std::string& key = "0123456789ABCDEF",
                       const std::string& erp_order = "800001") {
    model::Command command;
    command.key = key;
    command.kind = "workorder.link";
    command.noun = "link";
    command.payload = Json::object({{"work_order", number}, {"erp_order", erp_order}, {"reference", key}}).dump();
    return command;
}

/// What pull() calls the object whose body this is.
std::string name_of(const Json& wire) {
    for (const List& list : lists()) {
        // A transaction names its work order too: the kind of its own number comes first.
        const bool is_other = list.reads == Reads::work_orders && wire.find("transaction") != nullptr;
        if (!is_other && !name_in(list, wire).empty()) return std::string(list.prefix) + name_in(list, wire);
    }
    return {};
}

TEST(SandboxCmmsConnector, MapsTheGoldenCases) {
    const auto connector = made();
    int cases = 0;
    for (const auto& entry : std::filesystem::directory_iterator(TIELINE_TESTDATA)) {
        const std::string path = entry.path().string();
        const std::string end = ".cmms.json";
        if (!path.ends_with(end)) continue;
        ++cases;
        const Result<Json> wire = Json::parse(text_of(path));
        ASSERT_TRUE(wire) << path;
        const std::string expected_path = path.substr(0, path.size() - end.size()) + ".canonical.json";
        const Result<Json> expected = Json::parse(text_of(expected_path));
        ASSERT_TRUE(expected) << expected_path;
        const Peer peer = [&](const net::HttpRequest&) -> Result<net::HttpResponse> {
            return net::HttpResponse{200, {}, wire->dump()};
        };
        const Result<SourceObject> object = run(connector->fetch(name_of(*wire)), peer);
        ASSERT_TRUE(object) << object.error().message;
        ASSERT_FALSE(object->refused) << object->refused->message;
        EXPECT_EQ(object->data, expected->dump()) << path;
        EXPECT_EQ(object->peer_version, std::to_string(wire->int_or("version", 0)));
        EXPECT_EQ(format_time(object->occurred), wire->text_or("at", wire->text_or("updated_at")));
    }
    EXPECT_EQ(cases, 8);
}

TEST(SandboxCmmsConnector, CommandsBecomeTheseRequests) {
    const auto connector = made();
    int cases = 0;
    for (const auto& entry : std::filesystem::directory_iterator(TIELINE_TESTDATA "/commands")) {
        SCOPED_TRACE(entry.path().filename().string());
        const Result<Json> golden = Json::parse(text_of(entry.path()));
        ASSERT_TRUE(golden);
        model::Command command;
        command.key = "7ZQK9M2P4R6T0001";
        command.kind = golden->text_or("kind");
        command.payload = golden->find("payload")->dump();
        const auto request = connector->preview(command);
        ASSERT_TRUE(request) << request.error().message;
        EXPECT_EQ(request->method, "PUT");
        EXPECT_EQ(request->url, base_url + golden->text_or("path"));
        EXPECT_EQ(request->body, golden->find("body")->dump());
        ++cases;
    }
    EXPECT_EQ(cases, 12);
}

TEST(SandboxCmmsConnector, TellsEveryStateByItsEvent) {
    TestPlant plant;
    const auto connector = made();
    const Peer peer = peer_of(plant);
    const std::string number = plant.make();
    const auto type = [&] { return run(connector->fetch(number), peer)->type; };
    EXPECT_EQ(type(), "workorder.requested");
    const std::vector<std::pair<const char*, const char*>> way = {
        {"APPR", "workorder.approved"},  {"RELEASED", "workorder.released"}, {"INPRG", "workorder.started"},
        {"COMP", "workorder.completed"}, {"CLOSED", "workorder.closed"},     {"REOPEN", "workorder.reopened"},
        {"CANC", "workorder.cancelled"},
    };
    for (const auto& [status, expected] : way) {
        ASSERT_EQ(plant.move(number, status).status, 200);
        EXPECT_EQ(type(), expected);
    }
}

TEST(SandboxCmmsConnector, PullsEverythingOnceInOrderOfChange) {
    TestPlant plant;
    const auto connector = made();
    const Peer peer = peer_of(plant);
    std::vector<std::string> numbers;
    for (int count = 0; count < 12; ++count) numbers.push_back(plant.make());
    plant.ask("PATCH", "/api/workorders/" + numbers[0], R"({"priority":1})");
    std::string cursor;
    std::vector<std::string> seen;
    for (bool more = true; more;) {
        const Result<Page> page = run(connector->pull(cursor, 5), peer);
        ASSERT_TRUE(page) << page.error().message;
        EXPECT_LE(page->objects.size(), 5U);
        for (const SourceObject& object : page->objects) seen.push_back(object.object);
        more = page->more;
        cursor = page->cursor;
    }
    std::vector<std::string> expected(numbers.begin() + 1, numbers.end());
    expected.push_back(numbers[0]);
    EXPECT_EQ(seen, expected);
    const Result<Page> nothing = run(connector->pull(cursor, 5), peer);
    ASSERT_TRUE(nothing);
    EXPECT_TRUE(nothing->objects.empty());
    EXPECT_EQ(nothing->cursor, cursor);
    EXPECT_EQ(run(connector->pull("soon", 5), peer).error().code, "bad_cursor");
}

TEST(SandboxCmmsConnector, PullSurvivesFaultsWithoutLoss) {
    TestPlant plant;
    const auto connector = made();
    const Peer peer = peer_of(plant);
    std::set<std::string> numbers, seen;
    for (int count = 0; count < 40; ++count) numbers.insert(plant.make());
    plant.post("/admin/faults", R"({"seed":5,"rules":[{"fault":"drop_after","percent":"20"},
{"fault":"error_before","percent":"20"},{"fault":"rate_limit","percent":"10","ms":2000}]})");
    std::string cursor;
    int troubles = 0;
    for (int round = 0; round < 200 && seen.size() < numbers.size(); ++round) {
        const Result<Page> page = run(connector->pull(cursor, 4), peer);
        if (!page) {
            ++troubles;
            const ErrorKind kind = page.error().kind;
            EXPECT_TRUE(kind == ErrorKind::transient || kind == ErrorKind::rate_limited) << to_string(kind);
            if (kind == ErrorKind::rate_limited) EXPECT_EQ(page.error().retry_after, Millis{2000});
            continue;
        }
        for (const SourceObject& object : page->objects) EXPECT_TRUE(seen.insert(object.object).second);
        cursor = page->cursor;
    }
    EXPECT_EQ(seen, numbers);
    EXPECT_GT(troubles, 0);
}

TEST(SandboxCmmsConnector, AnOrderThatCannotBeMappedComesBackRefusedWithItsBody) {
    TestPlant plant;
    const auto connector = made();
    const Peer peer = peer_of(plant);
    const std::string good = plant.make();
    const std::string bad = plant.make(R"(,"materials":[{"item":"P-1001","quantity":1,"uom":"BOX","unit_cost":1}])");
    const std::string after = plant.make();
    const Result<Page> page = run(connector->pull("", 100), peer);
    ASSERT_TRUE(page);
    ASSERT_EQ(page->objects.size(), 3U);
    EXPECT_FALSE(page->objects[0].refused);
    ASSERT_TRUE(page->objects[1].refused);
    EXPECT_EQ(page->objects[1].object, bad);
    EXPECT_EQ(page->objects[1].refused->kind, ErrorKind::invalid);
    EXPECT_EQ(page->objects[1].refused->code, "unknown_code");
    EXPECT_EQ(page->objects[1].refused->field, "materials[0].uom");
    EXPECT_NE(page->objects[1].refused->message.find(bad), std::string::npos);
    EXPECT_NE(page->objects[1].data.find("\"BOX\""), std::string::npos);
    EXPECT_FALSE(page->objects[2].refused);
}

TEST(SandboxCmmsConnector, LinksFindsAndFollows) {
    TestPlant plant;
    const auto connector = made();
    const Peer peer = peer_of(plant);
    const std::string number = plant.make();
    const model::Command command = link_of(number);
    EXPECT_EQ(run(connector->find(command), peer)->state, Found::State::absent);
    const Result<Receipt> receipt = run(connector->push(command), peer);
    ASSERT_TRUE(receipt) << receipt.error().message;
    EXPECT_EQ(receipt->state, Receipt::State::booked);
    EXPECT_EQ(receipt->document, number);
    const Json order = plant.get("/api/workorders/" + number).body;
    EXPECT_EQ(order.text_or("erp_order"), "800001");
    EXPECT_EQ(order.text_or("erp_reference"), "0123456789ABCDEF");
    const Result<Found> found = run(connector->find(command), peer);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, Found::State::present);
    EXPECT_EQ(found->receipt.document, receipt->document);
    EXPECT_EQ(found->receipt.details, receipt->details);
    EXPECT_EQ(run(connector->follow(command, number), peer)->state, Found::State::present);
    EXPECT_EQ(run(connector->find(link_of(number, "OTHER00000000000")), peer)->state, Found::State::absent);
    EXPECT_EQ(run(connector->find(link_of("WO-999999")), peer)->state, Found::State::absent);
}

TEST(SandboxCmmsConnector, ALostAnswerIsUnknownAndThenFound) {
    TestPlant plant;
    const auto connector = made();
    const Peer peer = peer_of(plant);
    const std::string number = plant.make();
    for (const char* fault : {"drop_after", "error_after"}) {
        plant.post("/admin/faults", R"({"rules":[{"fault":")" + std::string(fault) + R"(","count":1}]})");
        const model::Command command = link_of(number, std::string("0123456789") + fault[0] + "00000", "800002");
        EXPECT_EQ(run(connector->push(command), peer).error().kind, ErrorKind::unknown_outcome);
        EXPECT_EQ(run(connector->find(command), peer)->state, Found::State::present);
    }
}

TEST(SandboxCmmsConnector, SaysWhatKindOfTroubleItIs) {
    TestPlant plant;
    const auto connector = made();
    const Peer peer = peer_of(plant);
    const std::string number = plant.make();
    EXPECT_EQ(run(made("wrong")->probe(), peer).error().kind, ErrorKind::unauthorized);
    EXPECT_EQ(run(made("wrong")->push(link_of(number)), peer).error().kind, ErrorKind::unauthorized);
    EXPECT_EQ(run(connector->push(link_of("WO-999999")), peer).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(connector->fetch("WO-999999"), peer).error().kind, ErrorKind::not_found);
    model::Command garbage = link_of(number);
    garbage.payload = "{";
    EXPECT_EQ(run(connector->push(garbage), peer).error().kind, ErrorKind::invalid);
    garbage.payload = R"({"work_order":"WO-000001"})";
    EXPECT_EQ(run(connector->push(garbage), peer).error().code, "missing_field");
    garbage = link_of(number);
    garbage.kind = "journal.post";
    EXPECT_EQ(run(connector->push(garbage), peer).error().kind, ErrorKind::unsupported);
    plant.post("/admin/faults", R"({"rules":[{"fault":"rate_limit","count":1,"ms":3000}]})");
    const auto limited = run(connector->push(link_of(number)), peer);
    EXPECT_EQ(limited.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(limited.error().retry_after, Millis{3000});
    const Peer nonsense = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
        return net::HttpResponse{200, {}, "<html>"};
    };
    EXPECT_EQ(run(connector->push(link_of(number)), nonsense).error().kind, ErrorKind::unknown_outcome);
    EXPECT_EQ(run(connector->pull("", 10), nonsense).error().kind, ErrorKind::transient);
}

TEST(SandboxCmmsConnector, ThePreviewIsWhatIsSent) {
    TestPlant plant;
    const auto connector = made();
    const model::Command command = link_of("A/B 1");
    const Result<net::HttpRequest> preview = connector->preview(command);
    ASSERT_TRUE(preview);
    EXPECT_EQ(preview->url, std::string(base_url) + "/api/workorders/A%2FB%201/erp-link");
    net::HttpRequest sent;
    const Peer peer = [&sent](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        sent = request;
        return net::HttpResponse{404, {}, "{}"};
    };
    EXPECT_FALSE(run(connector->push(command), peer));
    EXPECT_EQ(sent.method, "PUT");
    EXPECT_EQ(sent.url, preview->url);
    EXPECT_EQ(sent.body, preview->body);
    EXPECT_EQ(sent.headers, preview->headers);
    EXPECT_EQ(sent.body, R"({"erp_order":"800001","erp_reference":"0123456789ABCDEF"})");
}

TEST(SandboxCmmsConnector, ProbesRightsWithoutChangingAnything) {
    TestPlant plant;
    const Peer peer = peer_of(plant);
    const Result<Probe> full = run(made()->probe(), peer);
    ASSERT_TRUE(full);
    EXPECT_EQ(full->system, "Sandbox CMMS 1");
    EXPECT_TRUE(full->missing.empty());
    const Result<Probe> reader = run(made("reader")->probe(), peer);
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->missing,
              (std::vector<std::string>{"workorders.write", "parts.write", "masters.write", "assets.write"}));
}

TEST(SandboxCmmsConnector, BelievesOnlySignedAndFreshWebhooks) {
    TestPlant plant;
    const auto connector = made();
    plant.post("/api/webhooks", R"({"url":"http://hub/hook","secret":"0123456789abcdef",
"events":["workorder.changed","asset.changed"]})");
    const std::string number = plant.make();
    auto due = plant.cmms.take_webhooks(plant.now);
    ASSERT_EQ(due.size(), 1U);
    const net::HttpRequest good = due[0].request;
    const auto hints = connector->webhook(good, plant.now);
    ASSERT_TRUE(hints) << hints.error().message;
    ASSERT_EQ(hints->size(), 1U);
    EXPECT_EQ((*hints)[0].object, number);

    net::HttpRequest forged = good;
    forged.body[forged.body.find("WO-") + 3] = '9';
    EXPECT_EQ(connector->webhook(forged, plant.now).error().kind, ErrorKind::unauthorized);
    net::HttpRequest bare = good;
    bare.headers.clear();
    EXPECT_EQ(connector->webhook(bare, plant.now).error().kind, ErrorKind::unauthorized);
    EXPECT_TRUE(connector->webhook(good, plant.now + Millis{299'000}));
    EXPECT_EQ(connector->webhook(good, plant.now + Millis{301'000}).error().kind, ErrorKind::unauthorized);
    Settings quiet = settings_with();
    quiet.values.pop_back();
    EXPECT_EQ((*spec().make(quiet, ""))->webhook(good, plant.now).error().code, "webhooks_off");

    plant.ask("PUT", "/api/assets/PUMP-01", R"({"company":"1000","plant":"PLANT1","cost_center":"CC-300"})");
    due = plant.cmms.take_webhooks(plant.now);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_TRUE(connector->webhook(due[0].request, plant.now)->empty());
}

TEST(SandboxCmmsConnector, RefusesBadSettingsAndMaps) {
    Settings settings = settings_with();
    settings.values.erase(settings.values.begin());
    EXPECT_EQ(spec().make(settings, "").error().field, "url");
    EXPECT_EQ(
        spec().make(settings_with(), "map: x\ntables:\n  work_order:\n    - {to: number, from: wonum}\n").error().field,
        "workorder.link");
    EXPECT_FALSE(spec().make(settings_with(), "nonsense"));
}

}  // namespace
}  // namespace tieline::connectors::sandbox_cmms
