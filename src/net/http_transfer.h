#pragma once
// Inside net: one request on its way through libcurl. Lives on the client's thread; handles are reused.

#include "net/http_client.h"

#include <curl/curl.h>

#include <array>

namespace tieline::net {

class Transfer {
public:
    /// `sockets` is handed to curl's open and close callbacks.
    struct SocketHooks {
        curl_opensocket_callback open = nullptr;
        curl_closesocket_callback close = nullptr;
        void* context = nullptr;
    };
    Transfer(const HttpClientOptions& options, SocketHooks hooks);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    /// Takes the request; invalid ones (method, headers, address) give the error. `remaining` is what is left of its
    /// time.
    Result<void> prepare(HttpRequest& request, Millis remaining);
    /// What came of it.
    Result<HttpResponse> outcome(CURLcode code);
    /// A handle that waits for its next use does not hold on to much memory.
    void forget_large();
    CURL* easy() { return easy_; }
    HttpClient::Done done;

private:
    bool set_method();
    void set_headers();
    Error failure(CURLcode code) const;
    std::string what() const;  ///< "POST https://host/path", without the query: it may hold secrets

    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static int on_connected(void* self, char*, char*, int, int);
    static curl_socket_t on_open(void* self, curlsocktype purpose, curl_sockaddr* address);
    /// The request may have been carried out, and carrying it out twice is not the same as once.
    bool sent_for_good();

    CURL* easy_ = nullptr;
    HttpRequest request_;
    HttpResponse response_;
    std::vector<std::string> header_lines_;
    std::vector<curl_slist> header_nodes_;
    std::array<char, CURL_ERROR_SIZE> reason_{};
    SocketHooks hooks_;
    Millis connect_timeout_;
    std::size_t head_bytes_ = 0;
    int sendings_ = 0;  ///< how often curl was about to write this request onto a connection
    bool head_done_ = false;
    bool too_large_ = false;
    bool resend_refused_ = false;
};

/// The error of a request that was not sent at all.
Error not_sent(std::string_view what, std::string_view why, std::string code);
/// Scheme and authority: requests that share connections.
std::string_view origin(std::string_view url);

}  // namespace tieline::net
