#include "net/http_request_parser.h"

#include "net/http_wire.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

namespace tieline::net {

namespace http = boost::beast::http;

namespace {

/// A chunked body never has fewer bytes to come than its last chunk, "0\r\n\r\n". Beast 1.81 asserts that it is given
/// so many when it looks at the last chunk a second time, which a slow sender does not do.
constexpr std::size_t chunk_bytes_min = 5;

}  // namespace

RequestParser::RequestParser(RequestBounds bounds) : bounds_(bounds) {
    header_limit(static_cast<std::uint32_t>(bounds.header_bytes_max));
    body_limit(static_cast<std::uint64_t>(bounds.body_bytes_max));
    eager(true);
}

RequestParser::Progress RequestParser::feed(const char* data, std::size_t size, std::size_t& used) {
    used = 0;
    while (!is_done() && used < size) {
        if (head_done_ && chunked() && size - used < chunk_bytes_min) return Progress::more;
        Code code;
        const std::size_t step = put(boost::asio::const_buffer(data + used, size - used), code);
        used += step;
        if (code == http::error::need_more) return Progress::more;
        if (code) {
            refuse(code);
            return Progress::failed;
        }
        if (step == 0) break;
    }
    return is_done() ? Progress::done : Progress::more;
}

bool RequestParser::take_expects_continue() {
    const bool expects = head_done_ && expects_continue_ && !is_done();
    if (expects) expects_continue_ = false;
    return expects;
}

void RequestParser::on_request_impl(http::verb, Text method, Text target, int version, Code& code) {
    if (version != 10 && version != 11) {
        code = http::error::bad_version;
        return;
    }
    http11_ = version == 11;
    request_.method.assign(method.data(), method.size());
    request_.url.assign(target.data(), target.size());
}

void RequestParser::on_field_impl(http::field field, Text name, Text value, Code&) {
    if (head_done_) return;  // trailers: nobody needs them, and they must not pass for headers
    if (field == http::field::host) ++host_count_;
    if (field == http::field::expect && wire::same_name({value.data(), value.size()}, "100-continue")) {
        expects_continue_ = http11_;
    }
    request_.headers.emplace_back(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
}

void RequestParser::on_header_impl(Code& code) {
    head_done_ = true;
    if (host_count_ > 1 || (http11_ && host_count_ == 0)) code = http::error::bad_field;
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) {
    // The promise of a length is not yet bytes: a flood of promises must not reserve memory.
    if (length) request_.body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(*length, 64U << 10U)));
}

std::size_t RequestParser::on_body_impl(Text body, Code&) {
    request_.body.append(body.data(), body.size());
    return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text body, Code&) {
    request_.body.append(body.data(), body.size());
    return body.size();
}

void RequestParser::refuse(const Code& code) {
    if (code == http::error::body_limit) {
        refusal_ = wire::problem(413, "body_too_large", "The body is too large",
                                 "This server takes at most " + std::to_string(bounds_.body_bytes_max) +
                                     " bytes in one request; send the content in smaller parts.");
    } else if (code == http::error::header_limit) {
        refusal_ = wire::problem(431, "headers_too_large", "The headers are too large",
                                 "This server takes at most " + std::to_string(bounds_.header_bytes_max) +
                                     " bytes of request line and headers; send fewer or shorter ones.");
    } else {
        refusal_ = wire::problem(400, "bad_request", "The request is not well-formed HTTP/1.1",
                                 "Reading it stopped with: " + code.message() + ". Nothing was done.");
    }
}

}  // namespace tieline::net
