#include "base/xml/xml.h"

#include <gtest/gtest.h>

namespace tieline::base {
namespace {

TEST(Xml, ReadsElementsWithoutTheirPrefixes) {
    const auto xml = parse_xml(
        "<?xml version=\"1.0\"?>\n<n0:A xmlns:n0=\"urn:x\" b:c=\"1 &amp; 2\"><B> t &lt; u </B>"
        "<n1:B><![CDATA[<raw>]]></n1:B><C><D>deep</D></C></n0:A>");
    ASSERT_TRUE(xml) << xml.error().message;
    EXPECT_EQ(xml->name, "A");
    EXPECT_EQ(xml->attribute("c"), "1 & 2");
    ASSERT_EQ(xml->children.size(), 3U);
    EXPECT_EQ(xml->text_of("B"), "t < u");
    EXPECT_EQ(xml->children[1].text, "<raw>");
    ASSERT_NE(xml->at({"C", "D"}), nullptr);
    EXPECT_EQ(xml->at({"C", "D"})->text, "deep");
    EXPECT_EQ(xml->at({"C", "E"}), nullptr);
    EXPECT_EQ(xml->text_of("none"), "");
}

TEST(Xml, RefusesWhatIsBrokenHostileOrTooLarge) {
    const auto code = [](std::string_view text, const XmlLimits& limits = {}) {
        const auto xml = parse_xml(text, limits);
        return xml ? "read" : xml.error().code;
    };
    EXPECT_EQ(code(""), "xml_syntax");
    EXPECT_EQ(code("<a><b></a>"), "xml_syntax");
    EXPECT_EQ(code("{\"a\":1}"), "xml_syntax");
    EXPECT_EQ(code("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"), "xml_doctype");
    std::string deep;
    for (int i = 0; i < 70; ++i) deep += "<a>";
    for (int i = 0; i < 70; ++i) deep += "</a>";
    EXPECT_EQ(code(deep), "xml_depth");
    EXPECT_EQ(code("<a><b/><b/><b/></a>", {.nodes_max = 3}), "xml_size");
    EXPECT_EQ(code("<a>0123456789</a>", {.bytes_max = 10}), "xml_size");
}

TEST(Xml, WhatIsEscapedIsReadBack) {
    const std::string nasty = "a<b>&\"c\"'d' ü\tx";
    const auto xml = parse_xml("<a b=\"" + xml_escape(nasty) + "\">" + xml_escape(nasty) + "</a>");
    ASSERT_TRUE(xml) << xml.error().message;
    EXPECT_EQ(xml->text, nasty);
    EXPECT_EQ(xml_escape(std::string("a\x01z", 3)), "a z");
}

}  // namespace
}  // namespace tieline::base
