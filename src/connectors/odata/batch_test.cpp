// What a batch says, and what is made of its answers: also of those that are cut off, mixed up or contradict
// themselves.

#include "connectors/odata/batch.h"
#include "connectors/odata/multipart.h"

#include <gtest/gtest.h>

#include <map>

namespace tieline::connectors::odata {
namespace {

constexpr const char* service = "/sap/opu/odata/sap/API_X";

Access access() {
    Access access;
    access.base_url = "https://s4.example/";
    access.system = "SAP";
    access.headers = {{"Authorization", "Basic eA=="}, {"sap-client", "100"}};
    return access;
}
net::HttpRequest read_of(const std::string& key, const rest::Query& query = {}) {
    return read_request(access(), std::string(service) + "/A_X(" + text_literal(key) + ")", query);
}
net::HttpRequest post_of(const std::string& text) {
    return write_request(access(), "POST", std::string(service) + "/A_X", Json::object({{"Text", text}}));
}
/// Read, two writes that belong together, read, one write.
Batch mixed() {
    Batch batch(access(), service);
    EXPECT_EQ(batch.read(read_of("0")).value(), 0U);
    EXPECT_EQ(batch.change({post_of("1"), post_of("2")}).value(), 1U);
    EXPECT_EQ(batch.read(read_of("3")).value(), 3U);
    EXPECT_EQ(batch.change({post_of("4")}).value(), 4U);
    return batch;
}
constexpr bool writes[] = {false, true, true, false, true};

std::string part(int status, const std::string& body, const std::string& id = "") {
    return "Content-Type: application/http\r\n" + (id.empty() ? "" : "Content-ID: " + id + "\r\n") +
           "Content-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 " + std::to_string(status) +
           " W\r\nContent-Length: " + std::to_string(body.size()) + "\r\nContent-Type: application/json\r\n\r\n" +
           body + "\r\n";
}
std::string unit(const std::vector<std::string>& parts, const std::string& mark) {
    std::string text = "Content-Type: multipart/mixed; boundary=" + mark + "\r\nContent-Length: 1\r\n\r\n";
    for (const std::string& each : parts) text += "--" + mark + "\r\n" + each;
    return text + "--" + mark + "--\r\n";
}
std::string whole(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& each : parts) text += "--a1\r\n" + each;
    return text + "--a1--\r\n";
}
/// Each body says whose it is.
std::string good() {
    return whole({part(200, "zero"), unit({part(201, "one", "1"), part(201, "two", "2")}, "u1"), part(200, "three"),
                  unit({part(204, "")}, "u2")});
}
net::HttpResponse reply(const std::string& text, int status = 202) {
    return {status, {{"Content-Type", "multipart/mixed; boundary=a1"}}, text};
}
/// "200 zero", or the kind and code of an error.
std::vector<std::string> told(const Batch& batch, const Result<net::HttpResponse>& answered) {
    std::vector<std::string> all;
    for (const auto& each : batch.answers(answered))
        all.push_back(each ? std::to_string(each->status) + " " + each->body
                           : std::string(to_string(each.error().kind)) + " " + each.error().code);
    return all;
}
using Told = std::vector<std::string>;
const Told all_good = {"200 zero", "201 one", "201 two", "200 three", "204 "};
const Told none = {"transient bad_reply", "unknown_outcome bad_reply", "unknown_outcome bad_reply",
                   "transient bad_reply", "unknown_outcome bad_reply"};
Told told(const std::vector<std::string>& parts) { return told(mixed(), reply(whole(parts))); }

TEST(Batch, IsWrittenAsGatewayReadsIt) {
    Batch batch(access(), service);
    ASSERT_TRUE(batch.read(read_of("a b", {{"$select", "Text"}})));
    net::HttpRequest patch = write_request(access(), "PATCH", std::string(service) + "/A_X('1')", Json::object());
    patch.headers.emplace_back("If-Match", "W/\"1\"");
    const net::HttpRequest gone = write_request(access(), "DELETE", std::string(service) + "/A_X('2')", Json());
    ASSERT_TRUE(batch.change({patch, gone}));
    const net::HttpRequest sent = batch.request();
    EXPECT_EQ(sent.method, "POST");
    EXPECT_EQ(sent.url, "https://s4.example/sap/opu/odata/sap/API_X/$batch");
    EXPECT_EQ(net::header(sent.headers, "Authorization"), "Basic eA==");
    EXPECT_EQ(net::header(sent.headers, "Accept"), "multipart/mixed");
    const std::string type(net::header(sent.headers, "Content-Type"));
    ASSERT_TRUE(type.starts_with("multipart/mixed; boundary=batch_")) << type;
    const std::string mark = type.substr(std::string("multipart/mixed; boundary=batch_").size());
    const std::string unit_mark = "changeset_1_" + mark;
    EXPECT_EQ(sent.body, "--batch_" + mark +
                             "\r\n"
                             "Content-Type: application/http\r\n"
                             "Content-Transfer-Encoding: binary\r\n"
                             "\r\n"
                             "GET A_X('a%20b')?%24select=Text HTTP/1.1\r\n"
                             "Accept: application/json\r\n"
                             "\r\n"
                             "\r\n"
                             "--batch_" +
                             mark +
                             "\r\n"
                             "Content-Type: multipart/mixed; boundary=" +
                             unit_mark +
                             "\r\n"
                             "\r\n"
                             "--" +
                             unit_mark +
                             "\r\n"
                             "Content-Type: application/http\r\n"
                             "Content-Transfer-Encoding: binary\r\n"
                             "Content-ID: 1\r\n"
                             "\r\n"
                             "PATCH A_X('1') HTTP/1.1\r\n"
                             "Accept: application/json\r\n"
                             "Content-Type: application/json\r\n"
                             "If-Match: W/\"1\"\r\n"
                             "Content-Length: 2\r\n"
                             "\r\n"
                             "{}\r\n"
                             "--" +
                             unit_mark +
                             "\r\n"
                             "Content-Type: application/http\r\n"
                             "Content-Transfer-Encoding: binary\r\n"
                             "Content-ID: 2\r\n"
                             "\r\n"
                             "DELETE A_X('2') HTTP/1.1\r\n"
                             "Accept: application/json\r\n"
                             "\r\n"
                             "\r\n"
                             "--" +
                             unit_mark +
                             "--\r\n"
                             "\r\n"
                             "--batch_" +
                             mark + "--\r\n");
    EXPECT_EQ(batch.request().body, sent.body) << "the same bytes for the same requests";
}

TEST(Batch, ItsBoundaryIsNotInItsContent) {
    for (int i = 0; i < 300; ++i) {
        Batch batch(access(), service);
        ASSERT_TRUE(batch.change({post_of("--batch_" + std::to_string(i) + "\r\n--")}));
        const net::HttpRequest sent = batch.request();
        const std::string mark = boundary_of(net::header(sent.headers, "Content-Type"));
        std::size_t count = 0;
        for (std::size_t at = sent.body.find(mark); at != std::string::npos; at = sent.body.find(mark, at + 1)) ++count;
        EXPECT_EQ(count, 2U) << "at its beginning and its end";
    }
}

TEST(Batch, TakesOnlyWhatItCanSend) {
    Batch batch(access(), service, {3, 4000});
    net::HttpRequest other = read_of("1");
    other.url = "https://s4.example/sap/opu/odata/sap/API_XY/A_X";
    net::HttpRequest reference = read_of("1"), broken = read_of("1"), header = read_of("1");
    reference.url = "https://s4.example/sap/opu/odata/sap/API_X/$1/to_Item";
    broken.url += " HTTP/1.1\r\nX: y";
    header.headers.emplace_back("If-Match", "a\r\nAuthorization: b");
    for (const net::HttpRequest& each : {other, reference, broken, header, post_of("1")})
        EXPECT_EQ(batch.read(each).error().code, "bad_batch") << each.url;
    EXPECT_EQ(batch.change({post_of("1"), read_of("1")}).error().code, "bad_batch");
    EXPECT_EQ(batch.change({}).error().code, "bad_batch");
    EXPECT_EQ(batch.size(), 0U) << "nothing of what was refused stays";
    EXPECT_EQ(batch.change({post_of(std::string(4000, 'x'))}).error().code, "bad_batch");
    EXPECT_TRUE(batch.read(read_of("1")));
    EXPECT_EQ(batch.change({post_of("1"), post_of("2"), post_of("3")}).error().code, "bad_batch");
    EXPECT_EQ(batch.change({post_of("1"), post_of("2")}).value(), 1U);
    EXPECT_EQ(batch.read(read_of("1")).error().code, "bad_batch");
    EXPECT_EQ(batch.size(), 3U);
}

TEST(Batch, EachRequestHasItsOwnAnswer) {
    EXPECT_EQ(told(mixed(), reply(good())), all_good);
    EXPECT_EQ(told(mixed(), reply(good(), 200)), all_good) << "some answer 200, not 202";
    EXPECT_EQ(told(mixed(), reply("for mail readers\r\n" + good() + "\r\nmore")), all_good);
    net::HttpResponse quoted = reply(good());
    quoted.headers = {{"content-type", "Multipart/Mixed; charset=utf-8; Boundary=\"a1\""}};
    EXPECT_EQ(told(mixed(), quoted), all_good);
}

TEST(Batch, ARefusedRequestIsItsOwnMatterAlsoWhereTheWholeWentWell) {
    const auto busy = "HTTP/1.1 429 W\r\nRetry-After: 7\r\n\r\n";
    const Batch batch = mixed();
    const Batch::Answers answers = batch.answers(
        reply(whole({part(404, "no"), unit({part(201, "one"), part(201, "two")}, "u1"),
                     std::string("Content-Type: application/http\r\n\r\n") + busy, unit({part(403, "right")}, "u2")})));
    EXPECT_EQ(answers[0]->status, 404);
    EXPECT_EQ(answers[2]->body, "two") << "without numbers in their order";
    EXPECT_EQ(odata_error(access(), Effect::read, *answers[3]).retry_after, Millis(7000));
    EXPECT_EQ(odata_error(access(), Effect::write, *answers[4]).kind, ErrorKind::unauthorized);
}

TEST(Batch, OneRefusalInPlaceOfAChangesetIsThatOfAllItsRequests) {
    const Told refused = {"200 zero", "400 locked", "400 locked", "200 three", "204 "};
    const std::string last = unit({part(204, "")}, "u2");
    EXPECT_EQ(told({part(200, "zero"), part(400, "locked"), part(200, "three"), last}), refused);
    EXPECT_EQ(told({part(200, "zero"), unit({part(400, "locked")}, "u1"), part(200, "three"), last}), refused)
        << "some put it into a multipart of its own";
}

TEST(Batch, AnswersOfAChangesetAreToldApartByTheirNumbers) {
    const std::string last = unit({part(204, "")}, "u2");
    EXPECT_EQ(
        told({part(200, "zero"), unit({part(201, "two", "2"), part(201, "one", "1")}, "u1"), part(200, "three"), last}),
        all_good);
    const std::string inside = "Content-Type: application/http\r\n\r\nHTTP/1.1 201 W\r\ncontent-id: ";
    EXPECT_EQ(told({part(200, "zero"), unit({inside + "2\r\n\r\ntwo\r\n", inside + "1\r\n\r\none\r\n"}, "u1"),
                    part(200, "three"), last}),
              all_good)
        << "Gateway gives the number back among the headers of the answer";
}

TEST(Batch, AChangesetThatContradictsItselfIsUndecided) {
    const Told undecided = {"200 zero", none[1], none[2], "200 three", "204 "};
    const std::string last = unit({part(204, "")}, "u2");
    const std::vector<std::string> changesets = {
        unit({part(201, "one", "1"), part(400, "two", "2")}, "u1"),  // half of a whole
        unit({part(201, "one", "1"), part(201, "two", "1")}, "u1"),
        unit({part(201, "one", "1"), part(201, "two")}, "u1"),
        unit({part(201, "one", "1"), part(201, "two", "3")}, "u1"),
        unit({part(201, "one", "1"), part(201, "two", "x")}, "u1"),
        unit({part(201, "one")}, "u1"),
        unit({part(201, "1"), part(201, "2"), part(201, "3")}, "u1"),
        unit({part(201, "one"), "Content-Type: text/plain\r\n\r\nHTTP/1.1 201 W\r\n\r\n\r\n"}, "u1"),
        part(201, "one"),  // as if one answer could stand for two that went well
        part(302, "elsewhere"),
    };
    for (const std::string& each : changesets)
        EXPECT_EQ(told({part(200, "zero"), each, part(200, "three"), last}), undecided) << each;
}

TEST(Batch, AnAnswerThatIsNoBatchDecidesNothing) {
    const std::string first = part(200, "zero"), last = unit({part(204, "")}, "u2");
    const std::string second = unit({part(201, "one"), part(201, "two")}, "u1");
    EXPECT_EQ(told({first, second, part(200, "three")}), none) << "one is missing, and nobody knows which";
    EXPECT_EQ(told({first, second, part(200, "three"), last, last}), none);
    EXPECT_EQ(told({second, first, part(200, "three"), last}), none) << "another order";
    EXPECT_EQ(told({first, second, "Content-Type: text/html\r\n\r\n<html>\r\n", last}), none);
    EXPECT_EQ(told({first, second, "no header\r\n\r\n", last}), none);
    EXPECT_EQ(told(mixed(), reply("")), none);
    EXPECT_EQ(told(mixed(), reply("{\"d\":{}}")), none);
    EXPECT_EQ(told(mixed(), net::HttpResponse{202, {}, good()}), none) << "without a boundary";
    std::string bare = good();
    std::erase(bare, '\r');
    EXPECT_EQ(told(mixed(), reply(bare)), none) << "lines end by CRLF";
}

TEST(Batch, TroubleOfTheWholeIsThatOfEachRequest) {
    const auto kinds = [](const Result<net::HttpResponse>& answered) {
        std::vector<ErrorKind> all;
        for (const auto& each : mixed().answers(answered)) all.push_back(each.error().kind);
        return all;
    };
    using enum ErrorKind;
    const std::vector<ErrorKind> unclear = {transient, unknown_outcome, unknown_outcome, transient, unknown_outcome};
    EXPECT_EQ(kinds(make_error(unknown_outcome, "reset", "reset")), unclear);
    EXPECT_EQ(kinds(net::HttpResponse{500, {}, ""}), unclear);
    EXPECT_EQ(kinds(make_error(transient, "no way", "connect")), std::vector<ErrorKind>(5, transient));
    EXPECT_EQ(kinds(net::HttpResponse{400, {}, ""}), std::vector<ErrorKind>(5, invalid));
    EXPECT_EQ(kinds(net::HttpResponse{301, {}, ""}), std::vector<ErrorKind>(5, unsupported));
    const net::HttpResponse busy{429, {{"Retry-After", "7"}}, ""};
    EXPECT_EQ(kinds(busy), std::vector<ErrorKind>(5, rate_limited));
    EXPECT_EQ(mixed().answers(busy)[1].error().retry_after, Millis(7000));
}

/// Cut at any byte: what stands whole in front of a delimiter counts, everything else is undecided, and no request ever
/// gets what is another's.
TEST(Batch, AnAnswerMayBeCutAnywhere) {
    const std::string text = good();
    std::size_t known_before = 0;
    for (std::size_t length = 0; length <= text.size(); ++length) {
        const Told cut = told(mixed(), reply(text.substr(0, length)));
        ASSERT_EQ(cut.size(), all_good.size());
        std::size_t known = 0;
        for (std::size_t i = 0; i < cut.size(); ++i) {
            if (cut[i] == all_good[i])
                ++known;
            else
                EXPECT_EQ(cut[i], none[i]) << "at " << length;
        }
        EXPECT_GE(known, known_before) << "at " << length;
        known_before = known;
    }
    EXPECT_EQ(known_before, all_good.size());
    const std::size_t third = text.find("three");
    EXPECT_EQ(told(mixed(), reply(text.substr(0, third))), (Told{"200 zero", "201 one", "201 two", none[3], none[4]}));
}

/// Any line left out or doubled, any byte changed: an answer that is told is the own one, but for the byte that changed
/// inside of it, and a write is never told as something that may be sent again.
TEST(Batch, AnAnswerMayBeSpoiltAnywhere) {
    const std::string text = good();
    const Batch batch = mixed();
    const auto check = [&](const std::string& spoilt, const std::string& how, bool in_content) {
        const Batch::Answers answers = batch.answers(reply(spoilt));
        ASSERT_EQ(answers.size(), all_good.size());
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (!answers[i]) {
                EXPECT_EQ(answers[i].error().kind, writes[i] ? ErrorKind::unknown_outcome : ErrorKind::transient)
                    << how;
                continue;
            }
            const std::string shown = std::to_string(answers[i]->status) + " " + answers[i]->body;
            std::size_t differs = shown.size() == all_good[i].size() ? 0 : 99;
            for (std::size_t at = 0; differs < 99 && at < shown.size(); ++at)
                if (shown[at] != all_good[i][at]) ++differs;
            EXPECT_LE(differs, in_content ? 1U : 0U) << how << ": " << shown << " instead of " << all_good[i];
        }
    };
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = text.find("\r\n", from) + 2;
        const std::string line = text.substr(from, end - from);
        const bool says_number = line.starts_with("Content-ID");
        check(text.substr(0, from) + text.substr(end), "without " + line, false);
        if (!says_number) check(text.substr(0, end) + text.substr(from), "twice " + line, false);
        from = end;
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const char other : {'\r', '\n', ' ', '-', ':', '0', '9', 'x', '\0'}) {
            std::string spoilt = text;
            spoilt[at] = other;
            // A number of an answer that becomes the other's is found by the two being the same then.
            check(spoilt, "byte " + std::to_string(at), true);
        }
    }
}

TEST(Multipart, BoundariesThatBeginAlikeAreToldApart) {
    const auto found = parts_of("--a\r\nX: 1\r\n\r\n--a1\r\ntext\r\n--a1--\r\n\r\n--a \r\n\r\nsecond\r\n--a--", "a", 5);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->is_whole);
    ASSERT_EQ(found->parts.size(), 2U);
    EXPECT_EQ(found->parts[0].body, "--a1\r\ntext\r\n--a1--\r\n");
    EXPECT_EQ(net::header(found->parts[0].headers, "x"), "1");
    EXPECT_EQ(found->parts[1].body, "second");
    EXPECT_FALSE(parts_of("--a\r\n\r\n1\r\n--a\r\n\r\n2\r\n--a--", "a", 1)) << "more than there may be";
    EXPECT_FALSE(parts_of("--a\r\n--a--\r\n", "a", 5)) << "a part of nothing, not even headers";
    EXPECT_TRUE(parts_of("text --a\r\n\r\n--a--", "a", 5)->parts.empty()) << "a delimiter begins its line";
    EXPECT_FALSE(parts_of("--\r\n\r\n----", "", 5));
    EXPECT_TRUE(parts_of("--a--", "a", 5)->parts.empty());
    std::string many = "--a\r\n";
    for (int i = 0; i < 101; ++i) many += "X: 1\r\n";
    EXPECT_FALSE(parts_of(many + "\r\n\r\n--a--", "a", 5));
}

TEST(Multipart, AnAnswerIsAsLongAsItSays) {
    const auto body = [](const std::string& text) {
        const auto answer = http_answer_of(text);
        return answer ? std::to_string(answer->status) + answer->body : "none";
    };
    EXPECT_EQ(body("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"), "200ab");
    EXPECT_EQ(body("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab\r\n\r\n"), "200ab");
    EXPECT_EQ(body("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"), "none");
    EXPECT_EQ(body("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"), "none");
    EXPECT_EQ(body("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nab"), "none");
    EXPECT_EQ(body("HTTP/1.1 200 OK\r\n\r\nab\r\n"), "200ab");
    EXPECT_EQ(body("HTTP/1.1 204\r\n"), "204");
    EXPECT_EQ(body("HTTP/1.1 204 No Content\r\nX: y"), "204");
    EXPECT_EQ(body("HTTP/1.1 200 OK\r\nX: y"), "none") << "it broke off among its headers";
    for (const char* wrong : {"", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1 2000 X\r\n\r\n",
                              "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n"})
        EXPECT_EQ(body(wrong), "none") << wrong;
}

}  // namespace
}  // namespace tieline::connectors::odata
