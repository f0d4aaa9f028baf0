// Any bytes on a connection: the parser stays within its bounds, comes to an end, and reads the same request whether
// the bytes come at once or one by one.

#include "net/http_request_parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using tieline::net::RequestParser;

constexpr tieline::net::RequestBounds bounds{2'048, 4'096};

struct Outcome {
    RequestParser::Progress progress = RequestParser::Progress::more;
    std::size_t used = 0;
    std::string method, url, body;
    bool operator==(const Outcome&) const = default;
};

Outcome read(const char* data, std::size_t size, std::size_t piece_bytes) {
    RequestParser parser(bounds);
    Outcome outcome;
    std::string pending;  // what came and is not used yet, as the session keeps it
    std::size_t next = 0;
    while (outcome.progress == RequestParser::Progress::more && next < size) {
        const std::size_t piece = std::min(piece_bytes, size - next);
        pending.append(data + next, piece);
        next += piece;
        std::size_t used = 0;
        outcome.progress = parser.feed(pending.data(), pending.size(), used);
        if (used > pending.size()) std::abort();
        pending.erase(0, used);
        outcome.used += used;
        if (outcome.progress == RequestParser::Progress::more && pending.size() > bounds.header_bytes_max + 64) {
            std::abort();  // an endless header must be refused
        }
    }
    if (outcome.progress == RequestParser::Progress::failed && parser.refusal().status < 400) std::abort();
    if (outcome.progress != RequestParser::Progress::done) {
        outcome.used = 0;  // how far it came in vain may differ
        return outcome;
    }
    outcome.method = parser.request().method;
    outcome.url = parser.request().url;
    outcome.body = parser.request().body;
    if (outcome.body.size() > bounds.body_bytes_max) std::abort();
    return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const char* text = reinterpret_cast<const char*>(data);
    const Outcome whole = read(text, size, size == 0 ? 1 : size);
    const Outcome bytes = read(text, size, 1);
    if (whole.progress == RequestParser::Progress::done && !(whole == bytes)) std::abort();
    return 0;
}
