// What a publish channel of Maximo pushes: only a hint which work orders to read again. Maximo signs nothing, so a
// secret in a header is asked for; one that stands in front of it may sign instead.

#include "base/hash.h"
#include "connectors/maximo/maximo.h"

#include <algorithm>

namespace tieline::connectors::maximo {
namespace {

constexpr std::size_t hints_most = 1000;
constexpr std::size_t number_most = 32;

void add_hint(std::vector<Hint>& hints, std::string_view number) {
    const bool plain = !number.empty() && number.size() <= number_most &&
                       std::all_of(number.begin(), number.end(),
                                   [](char c) { return static_cast<unsigned char>(c) > ' ' && c != '<' && c != '&'; });
    const bool known = std::any_of(hints.begin(), hints.end(), [&](const Hint& hint) { return hint.object == number; });
    if (plain && !known && hints.size() < hints_most) hints.push_back({std::string(number)});
}

/// Publish channels write XML unless told otherwise: <WONUM>1203</WONUM>. Nothing else of it is needed.
void hints_of_xml(std::string_view body, std::vector<Hint>& hints) {
    constexpr std::string_view open = "<WONUM", close = "</WONUM>";
    for (std::size_t at = body.find(open); at != std::string_view::npos; at = body.find(open, at + 1)) {
        const std::size_t begin = body.find('>', at);
        if (begin == std::string_view::npos) return;
        const char after_name = body[at + open.size()];
        if (after_name != '>' && after_name != ' ') continue;  // <WONUMBER>
        const std::size_t end = body.find(close, begin);
        if (end == std::string_view::npos) return;
        add_hint(hints, body.substr(begin + 1, end - begin - 1));
    }
}

/// One order, a list of them, or {"member": […]}, whatever channel and mapping made of it; names in any case.
void hints_of_json(const Json& json, std::vector<Hint>& hints, int depth) {
    if (depth > 6 || hints.size() >= hints_most) return;
    if (json.is_array()) {
        for (const Json& one : json.items()) hints_of_json(one, hints, depth + 1);
    } else if (json.is_object()) {
        for (const auto& [name, value] : json.members()) {
            if (name == "wonum" || name == "WONUM")
                add_hint(hints, word_of(json, name));
            else
                hints_of_json(value, hints, depth + 1);
        }
    }
}

}  // namespace

Result<std::vector<Hint>> Maximo::webhook(const net::HttpRequest& request, WallTime now) const {
    if (push_secret_.empty()) {
        return make_error(ErrorKind::unauthorized,
                          "a message of Maximo's publish channel came in, but this connector has no push_secret; set "
                          "it, or disable the channel",
                          "webhooks_off");
    }
    const std::string_view signature = net::header(request.headers, "X-Tieline-Signature");
    if (!signature.empty()) {
        TIELINE_TRY_VOID(rest::verify_signature(signature, request.body, push_secret_, now));
    } else {
        const std::string_view given = net::header(request.headers, "X-Tieline-Secret");
        const std::string_view basic = net::header(request.headers, "Authorization");
        const bool fits = equal_constant_time(given, push_secret_) ||
                          equal_constant_time(basic, "Basic " + rest::base64("tieline:" + push_secret_));
        if (!fits) {
            return make_error(ErrorKind::unauthorized,
                              "a message was refused: it carries neither X-Tieline-Secret nor Basic sign-in of user "
                              "tieline with the push_secret of this connector; check the end point in Maximo",
                              given.empty() && basic.empty() ? "signature_missing" : "signature_wrong");
        }
    }
    // What names no order that can be read is taken all the same: a refusal would stop Maximo's queue for everybody.
    std::vector<Hint> hints;
    const Result<Json> json = Json::parse(request.body);
    if (json)
        hints_of_json(*json, hints, 0);
    else
        hints_of_xml(request.body, hints);
    return hints;
}

}  // namespace tieline::connectors::maximo
