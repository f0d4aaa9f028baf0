#pragma once
// The text of a multipart/mixed message (RFC 2046 5.1) whose parts are answers of HTTP, as a batch of OData gives it.
// Pure; private to this room. Stricter than the standard: lines end by CRLF, nothing is folded.

#include "net/http.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::odata {

/// Points into the text that it was read from.
struct MimePart {
    std::vector<net::Header> headers;
    std::string_view body;
};
struct MimeParts {
    std::vector<MimePart> parts;  ///< those that a delimiter follows
    bool is_whole = false;        ///< the closing delimiter is there; otherwise the text was cut short
};
/// nullopt: no text with this boundary, more than `most` parts, or a part whose headers cannot be read.
std::optional<MimeParts> parts_of(std::string_view text, std::string_view boundary, std::size_t most);
/// Of a Content-Type "multipart/mixed; boundary=…"; "" where it is none.
std::string boundary_of(std::string_view content_type);
/// ASCII letters made small.
std::string lower(std::string_view text);
/// The media type alone, in small letters: "application/http" of "Application/HTTP; msgtype=response".
std::string media_type_of(std::string_view content_type);
/// "HTTP/1.1 200 OK", headers, body; nullopt where it is no whole answer (also: shorter or longer than it says).
std::optional<net::HttpResponse> http_answer_of(std::string_view text);

}  // namespace tieline::connectors::odata
