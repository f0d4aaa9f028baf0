#pragma once
// A small XML tree for what outside systems send (SOAP answers, OData metadata), and escaping for what is sent to them.
// pugixml is inside and stays there. No DTD, no entities but the five of XML: nothing outside is ever fetched.

#include "base/result.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tieline::base {

struct XmlLimits {
    std::size_t bytes_max = 4 << 20;
    std::size_t depth_max = 64;
    std::size_t nodes_max = 200'000;
};

/// One element. Names are local names: the prefix is cut off, since peers choose it as they like. Value type.
struct XmlElement {
    std::string name;                                             ///< "AccountingDocument" of "n0:AccountingDocument"
    std::string text;                                             ///< of the element itself, without blanks around it
    std::vector<std::pair<std::string, std::string>> attributes;  ///< names without prefix, too
    std::vector<XmlElement> children;

    /// First child of that name; nullptr when there is none.
    const XmlElement* child(std::string_view wanted) const;
    /// Follows names from child to child; nullptr where one is missing.
    const XmlElement* at(std::initializer_list<std::string_view> path) const;
    /// Text of the first child of that name, "" when there is none.
    std::string_view text_of(std::string_view wanted) const;
    /// "" when absent.
    std::string_view attribute(std::string_view wanted) const;
};

/// Kind invalid; code "xml_syntax" (with the byte where it stops), "xml_size", "xml_depth", "xml_doctype".
Result<XmlElement> parse_xml(std::string_view text, const XmlLimits& limits = {});

/// For element content and attribute values in double quotes. Characters that XML 1.0 cannot carry (controls other
/// than tab and line ends) become a blank.
std::string xml_escape(std::string_view text);

}  // namespace tieline::base
