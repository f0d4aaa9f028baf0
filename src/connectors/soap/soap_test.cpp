#include "connectors/soap/soap.h"

#include <gtest/gtest.h>

namespace tieline::connectors::soap {
namespace {

Access access() {
    Access access;
    access.base_url = "https://s4.example";
    access.system = "SAP";
    return access;
}

Result<net::HttpResponse> answer(int status, std::string body) {
    return net::HttpResponse{status, {}, std::move(body)};
}

std::string envelope(const std::string& body) {
    return "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header/><e:Body>" + body +
           "</e:Body></e:Envelope>";
}

std::string fault(const std::string& code) {
    return envelope("<e:Fault><faultcode>e:" + code + "</faultcode><faultstring>no good</faultstring></e:Fault>");
}

TEST(Soap, ObjectsBecomeElementsInTheirOrder) {
    const Json object = *Json::parse(
        R"({"B":"1 < 2","A":{"Sum":{"@currencyCode":"EUR","#text":"-12.50"}},"I":[{"N":1},{"N":2}],"Yes":true})");
    EXPECT_EQ(
        xml_of(object),
        "<B>1 &lt; 2</B><A><Sum currencyCode=\"EUR\">-12.50</Sum></A><I><N>1</N></I><I><N>2</N></I><Yes>true</Yes>");
}

TEST(Soap, RequestsAreEnvelopes) {
    const net::HttpRequest made = request(access(), "/sap/x", "http://sap.com/y", "Post", "<A>1</A>");
    EXPECT_EQ(made.method, "POST");
    EXPECT_EQ(made.url, "https://s4.example/sap/x");
    EXPECT_EQ(net::header(made.headers, "SOAPAction"), "\"\"");
    EXPECT_EQ(net::header(made.headers, "Content-Type"), "text/xml; charset=utf-8");
    const auto xml = base::parse_xml(made.body);
    ASSERT_TRUE(xml) << made.body;
    ASSERT_NE(xml->at({"Body", "Post", "A"}), nullptr);
    EXPECT_EQ(xml->at({"Body", "Post", "A"})->text, "1");
}

TEST(Soap, AnswersAreReadOrTheirFaultsTold) {
    const auto good =
        answer_of(access(), Effect::write, answer(200, envelope("<n:Done xmlns:n=\"u\"><X>7</X></n:Done>")));
    ASSERT_TRUE(good) << good.error().message;
    EXPECT_EQ(good->text_of("X"), "7");
    const auto kind = [](Effect effect, int status, const std::string& body) {
        const auto read = answer_of(access(), effect, answer(status, body));
        return read ? ErrorKind::internal : read.error().kind;
    };
    EXPECT_EQ(kind(Effect::write, 500, fault("Client")), ErrorKind::invalid);
    EXPECT_EQ(kind(Effect::write, 500, fault("Server")), ErrorKind::unknown_outcome);
    EXPECT_EQ(kind(Effect::write, 200, fault("Server")), ErrorKind::unknown_outcome);
    EXPECT_EQ(kind(Effect::read, 500, fault("Server")), ErrorKind::transient);
    EXPECT_EQ(kind(Effect::write, 401, "<html/>"), ErrorKind::unauthorized);
    EXPECT_EQ(kind(Effect::write, 401, fault("Client")), ErrorKind::unauthorized);
    EXPECT_EQ(kind(Effect::write, 502, "<html/>"), ErrorKind::unknown_outcome);
    for (const char* nonsense : {"", "{}", "<html>ok</html>"})
        EXPECT_EQ(kind(Effect::write, 200, nonsense), ErrorKind::unknown_outcome) << nonsense;
    EXPECT_EQ(kind(Effect::write, 200, envelope("")), ErrorKind::unknown_outcome);
}

}  // namespace
}  // namespace tieline::connectors::soap
