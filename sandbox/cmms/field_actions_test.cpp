#include "base/base64.h"
#include "base/hash.h"
#include "sandbox/cmms/test_plant.h"

namespace tieline::sandbox::cmms {
namespace {

class Field : public ::testing::Test {
protected:
    Field() {
        EXPECT_LT(plant
                      .ask("PUT", "/api/persons/P17", R"({"name":"Tom","craft":"MECH","rates":[
            {"craft":"MECH","rate":"40.00","currency":"EUR","valid_from":"2026-01-01"}]})")
                      .status,
                  300);
        EXPECT_LT(
            plant.ask("PUT", "/api/items/SEAL-9", R"({"description":"Seal","uom":"PC","unit_cost":"12.50"})").status,
            300);
        number = plant.make(R"(,"assigned":["P17"],"checklist":[{"text":"Locked out","type":"CHECK","required":true},
            {"text":"Torque","type":"NUMBER","min":"1","max":"3"}])");
        plant.move_to(number, {"APPR", "RELEASED"});
    }
    TestPlant::Answer act(const std::string& ref, const std::string& members) {
        return plant.ask("PUT", "/api/field-actions/" + ref,
                         R"({"wonum":")" + number + R"(","by":"P17","at":"2026-11-24T03:10:00Z",)" + members + "}");
    }
    Json order() { return plant.get("/api/workorders/" + number).body; }

    TestPlant plant;
    std::string number;
};

TEST_F(Field, AJobIsDoneFromStartToFinishAndEachDeedOnce) {
    EXPECT_EQ(act("a1", R"("kind":"START")").status, 201);
    EXPECT_EQ(act("a1", R"("kind":"START")").status, 200) << "the same again is the first answer";
    EXPECT_EQ(act("a1", R"("kind":"PAUSE")").code(), "ref_reused");
    EXPECT_EQ(order().text_or("status"), "INPRG");
    EXPECT_EQ(order().find("working")->items().size(), 1U);
    EXPECT_EQ(act("a2", R"("kind":"STEP","step":1,"value":"yes")").status, 201);
    EXPECT_EQ(act("a3", R"("kind":"STEP","step":2,"value":"7")").code(), "out_of_range");
    EXPECT_EQ(act("a3", R"("kind":"STEP","step":2,"value":"2.5")").status, 201) << "what was refused left nothing";
    const auto issue = act("a4", R"("kind":"ISSUE","item":"SEAL-9","quantity":"2","storeroom":"MAIN")");
    ASSERT_EQ(issue.status, 201) << issue.body.dump();
    EXPECT_EQ(issue.body.text_or("document"), "PT-000001");
    EXPECT_EQ(act("a4", R"("kind":"ISSUE","item":"SEAL-9","quantity":"2","storeroom":"MAIN")").status, 200);
    EXPECT_EQ(act("a5", R"("kind":"RETURN","item":"SEAL-9","quantity":"1","storeroom":"MAIN")").status, 201);
    EXPECT_EQ(order().find("materials")->items().size(), 2U);
    EXPECT_EQ(act("a6", R"("kind":"PAUSE")").status, 201);
    EXPECT_TRUE(order().find("working")->items().empty());
    EXPECT_EQ(act("a7", R"("kind":"FAILURE","mode":"ELP","mechanism":"1.1","cause":"wear")").status, 201);
    const auto finish = act("a8", R"("kind":"FINISH","note":"runs again","remedy":"replace")");
    ASSERT_EQ(finish.status, 201) << finish.body.dump();
    EXPECT_EQ(act("a9", R"("kind":"LABOR","hours":"1.25")").status, 201) << "hours may come after the end";
    const Json done = order();
    EXPECT_EQ(done.text_or("status"), "COMP");
    EXPECT_EQ(done.find("failure")->text_or("remedy"), "replace");
    EXPECT_EQ(done.find("failure")->text_or("mode"), "ELP");
    EXPECT_EQ(done.find("labor")->items()[0].find("rate")->number_token(), "40.00");
    EXPECT_EQ(done.find("checklist")->items()[0].text_or("done_by"), "P17");
    EXPECT_EQ(done.find("checklist")->items()[0].text_or("done_at"), "2026-11-24T03:10:00.000Z") << "when it was";
    EXPECT_EQ(act("a10", R"("kind":"START")").code(), "wrong_state");
    EXPECT_EQ(act("a11", R"("kind":"FINISH")").status, 201) << "finished is finished, whoever was first";
}

TEST_F(Field, RefusalsNameTheRule) {
    EXPECT_EQ(act("b1", R"("kind":"DANCE")").field(), "kind");
    EXPECT_EQ(act("b2", R"("kind":"LABOR","hours":"1","craft":"ELEC")").code(), "no_rate");
    EXPECT_EQ(act("b3", R"("kind":"NOTE")").field(), "text");
    EXPECT_EQ(act("b4", R"("kind":"NOTE","text":"x","step":1)").code(), "unknown_field");
    EXPECT_EQ(act("b5", R"("kind":"READING","meter":"HOURS","value":"10")").status, 201);
    EXPECT_EQ(plant.get("/api/field-actions/b1").code(), "unknown_action");
}

TEST_F(Field, APictureIsKeptWholeOrNotAtAll) {
    const std::string bytes = "\xff\xd8\xff\xe0 a picture";
    const std::string digest = hex(sha256(bytes));
    const std::string members = R"("kind":"ATTACH","id":"ph1","caption":"before","bytes":)" +
                                std::to_string(bytes.size()) + R"(,"sha256":")" + digest + "\"";
    const auto upload = [&](const std::string& content) {
        return plant.ask("PUT", "/api/uploads/" + digest, R"({"content_base64":")" + to_base64(content) + "\"}");
    };
    EXPECT_EQ(act("c1", members).code(), "unknown_upload");
    EXPECT_EQ(upload("something else").code(), "damaged");
    EXPECT_EQ(upload(bytes).status, 200);
    EXPECT_EQ(upload(bytes).status, 200);
    const auto kept = act("c1", members);
    ASSERT_EQ(kept.status, 201) << kept.body.dump();
    EXPECT_EQ(act("c1", members).status, 200);
    EXPECT_EQ(order().find("attachments")->items().size(), 1U);
    const auto read = plant.get("/api/workorders/" + number + "/attachments/ph1");
    EXPECT_EQ(*from_base64(read.body.text_or("content_base64")), bytes);
    EXPECT_EQ(act("c2", R"("kind":"SIGN","name":"Tom","meaning":"work done","attachment":"ph1")").status, 201);
    EXPECT_EQ(order().find("signatures")->items().size(), 1U);
}

TEST_F(Field, AFaultReportBecomesARequest) {
    const std::string body = R"({"kind":"REQUEST","by":"P17","asset":"PUMP-01","summary":"It leaks","priority":2})";
    const auto made = plant.ask("PUT", "/api/field-actions/d1", body);
    ASSERT_EQ(made.status, 201) << made.body.dump();
    EXPECT_EQ(plant.ask("PUT", "/api/field-actions/d1", body).body.text_or("document"), made.body.text_or("document"));
    EXPECT_EQ(plant.get("/api/workorders/" + made.body.text_or("document")).body.text_or("status"), "REQ");
}

TEST(Base64, GoesThereAndBackAndTakesNothingElse) {
    for (const char* text : {"", "f", "fo", "foo", "foob"}) EXPECT_EQ(*from_base64(to_base64(text)), text);
    EXPECT_EQ(to_base64("foob"), "Zm9vYg==");  // RFC 4648 section 10
    for (const char* bad : {"Zg=", "Zg= =", "Z===", "Zm9 ", "Zm9v\n", "Zm*v", "=Zm9"})
        EXPECT_FALSE(from_base64(bad)) << bad;
}

}  // namespace
}  // namespace tieline::sandbox::cmms
