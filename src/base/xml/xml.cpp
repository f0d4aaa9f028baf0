#include "base/xml/xml.h"

#include <pugixml.hpp>

#include <algorithm>

namespace tieline::base {
namespace {

Error wrong(std::string message, std::string code) {
    return make_error(ErrorKind::invalid, std::move(message), std::move(code));
}

std::string local(const char* name) {
    const std::string_view whole(name);
    const std::size_t colon = whole.rfind(':');
    return std::string(colon == std::string_view::npos ? whole : whole.substr(colon + 1));
}

struct Copier {
    const XmlLimits& limits;
    std::size_t nodes = 0;

    Result<XmlElement> copy(const pugi::xml_node& node, std::size_t depth) {
        if (depth > limits.depth_max)
            return wrong("the XML is nested deeper than " + std::to_string(limits.depth_max) + " levels", "xml_depth");
        if (++nodes > limits.nodes_max)
            return wrong("the XML has more than " + std::to_string(limits.nodes_max) + " elements", "xml_size");
        XmlElement element;
        element.name = local(node.name());
        for (const pugi::xml_attribute& attribute : node.attributes())
            element.attributes.emplace_back(local(attribute.name()), attribute.value());
        for (const pugi::xml_node& inner : node.children()) {
            if (inner.type() == pugi::node_pcdata || inner.type() == pugi::node_cdata) {
                element.text += inner.value();
            } else if (inner.type() == pugi::node_element) {
                TIELINE_TRY(XmlElement made, copy(inner, depth + 1));
                element.children.push_back(std::move(made));
            }
        }
        const auto first = element.text.find_first_not_of(" \t\r\n");
        element.text.erase(0, first);
        if (first == std::string::npos) element.text.clear();
        element.text.erase(element.text.find_last_not_of(" \t\r\n") + 1);
        return element;
    }
};

}  // namespace

const XmlElement* XmlElement::child(std::string_view wanted) const {
    const auto found =
        std::find_if(children.begin(), children.end(), [&](const XmlElement& each) { return each.name == wanted; });
    return found == children.end() ? nullptr : &*found;
}

const XmlElement* XmlElement::at(std::initializer_list<std::string_view> path) const {
    const XmlElement* element = this;
    for (const std::string_view step : path) {
        element = element->child(step);
        if (element == nullptr) return nullptr;
    }
    return element;
}

std::string_view XmlElement::text_of(std::string_view wanted) const {
    const XmlElement* found = child(wanted);
    return found == nullptr ? std::string_view() : std::string_view(found->text);
}

std::string_view XmlElement::attribute(std::string_view wanted) const {
    for (const auto& [name, value] : attributes)
        if (name == wanted) return value;
    return {};
}

Result<XmlElement> parse_xml(std::string_view text, const XmlLimits& limits) {
    if (text.size() > limits.bytes_max)
        return wrong("the XML is larger than " + std::to_string(limits.bytes_max) + " bytes", "xml_size");
    if (text.find("<!DOCTYPE") != std::string_view::npos)
        return wrong("the XML has a document type definition; none is accepted", "xml_doctype");
    pugi::xml_document document;
    const pugi::xml_parse_result parsed =
        document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!parsed) {
        return wrong(
            "no well-formed XML: " + std::string(parsed.description()) + " at byte " + std::to_string(parsed.offset),
            "xml_syntax");
    }
    const pugi::xml_node root = document.document_element();
    if (!root) return wrong("no well-formed XML: there is no element in it", "xml_syntax");
    Copier copier{limits};
    return copier.copy(root, 1);
}

std::string xml_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default: {
                const auto byte = static_cast<unsigned char>(c);
                out += byte < 0x20 && c != '\t' && c != '\n' && c != '\r' ? ' ' : c;
            }
        }
    }
    return out;
}

}  // namespace tieline::base
