#pragma once
// Inside net: reads one request off a connection's bytes (Beast's parser, straight into our values).

#include "net/http.h"

#include <boost/beast/http/basic_parser.hpp>

namespace tieline::net {

struct RequestBounds {
    std::size_t header_bytes_max = 0;
    std::size_t body_bytes_max = 0;
};

class RequestParser final : public boost::beast::http::basic_parser<true> {
public:
    explicit RequestParser(RequestBounds bounds);

    enum class Progress { more, done, failed };
    /// Consumes from the front of `data`; `used` is how much. On `failed` the answer is in refusal().
    Progress feed(const char* data, std::size_t size, std::size_t& used);
    HttpRequest& request() { return request_; }
    bool http11() const { return http11_; }
    const HttpResponse& refusal() const { return refusal_; }
    /// True once, when the client waits for "100 Continue" before it sends the body.
    bool take_expects_continue();

private:
    using Code = boost::beast::error_code;
    using Text = boost::beast::string_view;
    void on_request_impl(boost::beast::http::verb, Text method, Text target, int version, Code& code) override;
    void on_response_impl(int, Text, int, Code&) override {}
    void on_field_impl(boost::beast::http::field, Text name, Text value, Code& code) override;
    void on_header_impl(Code& code) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Code& code) override;
    std::size_t on_body_impl(Text body, Code& code) override;
    void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t remain, Text body, Code& code) override;
    void on_finish_impl(Code&) override {}
    void refuse(const Code& code);

    RequestBounds bounds_;
    HttpRequest request_;
    HttpResponse refusal_;
    std::size_t host_count_ = 0;
    bool head_done_ = false;
    bool expects_continue_ = false;
    bool http11_ = true;
};

}  // namespace tieline::net
