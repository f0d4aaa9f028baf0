#include "net/http_wire.h"

#include <algorithm>
#include <charconv>

namespace tieline::net::wire {

namespace {

bool token_char(char c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
    return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view reason(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 428:
            return "Precondition Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Status";
    }
}

void append_number(std::string& out, std::size_t value, int base = 10) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, base).ptr;
    out.append(digits, end);
}

void append_status_line(std::string& out, int status) {
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(status));
    out += ' ';
    out += reason(status);
    out += "\r\n";
}

bool framing_header(std::string_view name) {
    return same_name(name, "content-length") || same_name(name, "connection") || same_name(name, "transfer-encoding") ||
           same_name(name, "keep-alive");
}

void append_headers(std::string& out, const std::vector<Header>& headers) {
    for (const auto& [name, value] : headers) {
        if (framing_header(name)) continue;
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    }
}

void append_connection(std::string& out, Framing framing) {
    if (!framing.keep_alive) {
        out += "Connection: close\r\n";
    } else if (!framing.http11) {
        out += "Connection: keep-alive\r\n";
    }
}

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    out += '"';
}

}  // namespace

bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), token_char); }

bool is_field_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); });
}

bool same_name(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

bool bodyless(int status) { return status < 200 || status == 204 || status == 304; }

bool headers_ok(const std::vector<Header>& headers) {
    return std::all_of(headers.begin(), headers.end(),
                       [](const Header& header) { return is_token(header.first) && is_field_value(header.second); });
}

void append_response_head(std::string& out, const HttpResponse& response, Framing framing) {
    append_status_line(out, response.status);
    append_headers(out, response.headers);
    append_connection(out, framing);
    if (!bodyless(response.status)) {
        out += "Content-Length: ";
        append_number(out, response.body.size());
        out += "\r\n";
    }
    out += "\r\n";
}

void append_stream_head(std::string& out, const std::vector<Header>& headers, Framing framing) {
    append_status_line(out, 200);
    append_headers(out, headers);
    out += framing.http11 ? "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" : "Connection: close\r\n\r\n";
}

void append_chunk(std::string& out, std::string_view data) {
    append_number(out, data.size(), 16);
    out += "\r\n";
    out += data;
    out += "\r\n";
}

HttpResponse problem(int status, std::string_view type, std::string_view title, std::string_view detail) {
    HttpResponse response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "application/problem+json");
    std::string& body = response.body;
    body = "{\"type\":";
    append_json_text(body, "urn:tieline:problem:" + std::string(type));
    body += ",\"title\":";
    append_json_text(body, title);
    body += ",\"status\":" + std::to_string(status) + ",\"detail\":";
    append_json_text(body, detail);
    body += '}';
    return response;
}

}  // namespace tieline::net::wire
