#include "connectors/soap/soap.h"

#include <algorithm>
#include <optional>

namespace tieline::connectors::soap {
namespace {

constexpr std::string_view envelope_space = "http://schemas.xmlsoap.org/soap/envelope/";

std::string plain(const Json& value) {
    if (value.is_string()) return base::xml_escape(value.string());
    if (value.is_number()) return value.number_token();
    if (value.is_bool()) return value.boolean() ? "true" : "false";
    return {};
}

void append(std::string& out, const std::string& name, const Json& value) {
    if (value.is_array()) {
        for (const Json& each : value.items()) append(out, name, each);
        return;
    }
    out += "<" + name;
    if (value.is_object()) {
        for (const auto& [key, inner] : value.members()) {
            if (key.starts_with('@')) out += " " + key.substr(1) + "=\"" + plain(inner) + "\"";
        }
    }
    out += ">";
    out += value.is_object() ? xml_of(value) : plain(value);
    out += "</" + name + ">";
}

Error fault_of(const Access& access, Effect effect, const base::XmlElement& fault) {
    std::string code(fault.text_of("faultcode")), words(fault.text_of("faultstring"));
    if (const base::XmlElement* value = fault.at({"Code", "Value"}); value != nullptr) code = value->text;
    if (const base::XmlElement* text = fault.at({"Reason", "Text"}); text != nullptr) words = text->text;
    const bool ours = code.ends_with("Client") || code.ends_with("Sender");
    const ErrorKind kind = ours                      ? ErrorKind::invalid
                           : effect == Effect::write ? ErrorKind::unknown_outcome
                                                     : ErrorKind::transient;
    Error error =
        make_error(kind, access.system + " answered with a SOAP fault: " + words.substr(0, 500), "soap_fault");
    if (kind == ErrorKind::unknown_outcome)
        error.message += ". Whether it was carried out is looked up before anything is sent again";
    error.details = Json::object({{"fault", code.substr(0, 80)}}).dump();
    return error;
}

}  // namespace

std::string xml_of(const Json& object) {
    if (!object.is_object()) return plain(object);
    std::string out;
    for (const auto& [key, value] : object.members()) {
        if (key == "#text") {
            out += plain(value);
        } else if (!key.starts_with('@')) {
            append(out, key, value);
        }
    }
    return out;
}

net::HttpRequest request(const Access& access, std::string_view path, std::string_view space, std::string_view name,
                         std::string_view content, std::string_view action) {
    net::HttpRequest made = rest::get(access, path);
    made.method = "POST";
    std::erase_if(made.headers, [](const net::Header& header) { return header.first == "Accept"; });
    made.headers.emplace_back("Accept", "text/xml");
    made.headers.emplace_back("Content-Type", "text/xml; charset=utf-8");
    made.headers.emplace_back("SOAPAction", "\"" + std::string(action) + "\"");
    made.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"" +
                std::string(envelope_space) + "\" xmlns:m=\"" + base::xml_escape(space) +
                "\"><soapenv:Header/><soapenv:Body><m:" + std::string(name) + ">" + std::string(content) +
                "</m:" + std::string(name) + "></soapenv:Body></soapenv:Envelope>";
    return made;
}

Result<base::XmlElement> answer_of(const Access& access, Effect effect, const Result<net::HttpResponse>& reply) {
    if (!reply) {
        Error error = reply.error();
        if (effect == Effect::read && error.kind == ErrorKind::unknown_outcome) error.kind = ErrorKind::transient;
        return error;
    }
    const bool went_well = reply->status >= 200 && reply->status < 300;
    std::optional<base::XmlElement> envelope;
    if (auto parsed = base::parse_xml(reply->body); parsed && parsed->name == "Envelope") envelope = std::move(*parsed);
    const base::XmlElement* body = envelope ? envelope->child("Body") : nullptr;
    const base::XmlElement* fault = body != nullptr ? body->child("Fault") : nullptr;
    if (fault != nullptr && (went_well || reply->status == 500)) return fault_of(access, effect, *fault);
    if (!went_well) return rest::error_of(access, effect, *reply);
    if (body == nullptr || body->children.empty())
        return rest::bad_reply(access, effect, "it is no SOAP envelope with something in its body");
    return body->children.front();
}

}  // namespace tieline::connectors::soap
