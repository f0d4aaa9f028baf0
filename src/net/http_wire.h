#pragma once
// Inside net: how responses are written, and which names and values may stand in a header. No Asio, no curl.

#include "net/http.h"

namespace tieline::net::wire {

/// A token of RFC 9110 5.6.2: methods and header names.
bool is_token(std::string_view text);
/// A header value that cannot end its line or the string: no control characters but tab.
bool is_field_value(std::string_view text);
bool same_name(std::string_view left, std::string_view right);

/// What the request asked for, as far as the response's framing depends on it.
struct Framing {
    bool head = false;  ///< HEAD: the head of the response only
    bool http11 = true;
    bool keep_alive = true;
};

/// Appends status line and headers. Content-Length, Connection and Transfer-Encoding are ours alone: a handler's are
/// left out. A header that would break the message turns the whole response into a 500.
void append_response_head(std::string& out, const HttpResponse& response, Framing framing);
void append_stream_head(std::string& out, const std::vector<Header>& headers, Framing framing);
/// True where the status forbids a body (1xx, 204, 304).
bool bodyless(int status);
bool headers_ok(const std::vector<Header>& headers);
/// One chunk of the chunked transfer coding.
void append_chunk(std::string& out, std::string_view data);

/// RFC 9457: application/problem+json.
HttpResponse problem(int status, std::string_view type, std::string_view title, std::string_view detail);

}  // namespace tieline::net::wire
