// What an error of an OData service says: SAP's JSON with its details, or Atom where JSON was not to be had.

#include "base/xml/xml.h"
#include "connectors/odata/odata.h"

#include <algorithm>

namespace tieline::connectors::odata {
namespace {

constexpr std::size_t words_most = 500;  ///< bytes of the peer's words in a message

std::string message_of(const Json& object) {
    const Json* message = object.find("message");
    if (message == nullptr) return {};
    return message->is_object() ? message->text_or("value") : object.text_or("message");
}

/// Further details often repeat the message word for word.
void add_words(Problem& problem, const Detail& detail) {
    const bool says_more = !detail.message.empty() && problem.message.find(detail.message) == std::string::npos;
    if (says_more && detail.severity != "info" && problem.message.size() < words_most)
        problem.message += (problem.message.empty() ? "" : "; ") + detail.message;
}

void add_details(Problem& problem, const Json* list, const char* target) {
    if (list == nullptr || !list->is_array()) return;
    for (const Json& each : list->items()) {
        Detail detail{each.text_or("code"), message_of(each), each.text_or("severity", "error"), each.text_or(target)};
        if (detail.target.empty()) detail.target = each.text_or("target");
        if (problem.target.empty()) problem.target = detail.target;
        add_words(problem, detail);
        problem.details.push_back(std::move(detail));
        if (problem.details.size() == 20) return;
    }
}

Problem of_json(const Json& body) {
    Problem problem;
    const Json* error = body.find("error");
    if (error == nullptr || !error->is_object()) return problem;
    problem.code = error->text_or("code");
    problem.message = message_of(*error);
    problem.target = error->text_or("target");
    add_details(problem, error->find("details"), "target");  // version 4
    if (const Json* inner = error->find("innererror"); inner != nullptr) {
        problem.transaction = inner->text_or("transactionid");
        add_details(problem, inner->find("errordetails"), "propertyref");
    }
    return problem;
}

Problem of_xml(const base::XmlElement& body) {
    Problem problem;
    if (body.name != "error") return problem;
    problem.code = body.text_of("code");
    problem.message = body.text_of("message");
    if (const base::XmlElement* inner = body.child("innererror"); inner != nullptr) {
        problem.transaction = inner->text_of("transactionid");
        const base::XmlElement* list = inner->child("errordetails");
        for (const base::XmlElement& each : list == nullptr ? std::vector<base::XmlElement>{} : list->children) {
            const Detail detail{std::string(each.text_of("code")), std::string(each.text_of("message")),
                                std::string(each.text_of("severity")), std::string(each.text_of("propertyref"))};
            add_words(problem, detail);
            problem.details.push_back(detail);
        }
    }
    return problem;
}

}  // namespace

Problem problem_of(const std::string& body) {
    if (const auto json = Json::parse(body); json && json->is_object()) return of_json(*json);
    if (body.find('<') == std::string::npos) return {};
    const auto xml = base::parse_xml(body);
    return xml ? of_xml(*xml) : Problem{};
}

Error odata_error(const Access& access, Effect effect, const net::HttpResponse& response) {
    Error error = rest::error_of(access, effect, response);
    const Problem problem = problem_of(response.body);
    if (problem.code.empty() && problem.message.empty()) return error;
    std::string words = problem.message;
    if (words.size() > words_most) {
        std::size_t end = words_most;
        while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0) == 0x80) --end;
        words = words.substr(0, end) + "…";
    }
    error.message = access.system + " answered " + std::to_string(response.status) + ": " + words;
    if (!problem.code.empty()) error.message += " (" + problem.code.substr(0, 40) + ")";
    error.code = problem.code.substr(0, 40);
    error.field = problem.target.substr(0, 200);
    Json facts = Json::object();
    if (!problem.code.empty()) facts.set("peer_code", problem.code.substr(0, 40));
    if (!problem.transaction.empty()) facts.set("transaction", problem.transaction.substr(0, 80));
    error.details = facts.dump();
    return error;
}

}  // namespace tieline::connectors::odata
