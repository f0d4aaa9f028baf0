#include "net/http_transfer.h"

#include "net/http_wire.h"

#include <charconv>

namespace tieline::net {

namespace {

constexpr std::size_t head_bytes_max = 64 << 10;
constexpr long idle_seconds_max = 30;  ///< older idle connections are not reused: the peer may just be closing them

/// Sending these a second time changes nothing at the peer (RFC 9110 9.2.1).
bool safe_method(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

/// Anything below would end the request line or a header early.
bool has_control(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return true;
    }
    return false;
}

bool ours(std::string_view name) {
    return wire::same_name(name, "content-length") || wire::same_name(name, "transfer-encoding") ||
           wire::same_name(name, "expect");
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) {
        text.remove_suffix(1);
    }
    return text;
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    TIELINE_CHECK(code == CURLE_OK, "libcurl refused an option: it is older than 7.85 or out of memory");
}

}  // namespace

std::string_view origin(std::string_view url) {
    const auto scheme = url.find("://");
    const auto start = scheme == std::string_view::npos ? 0 : scheme + 3;
    return url.substr(0, url.find_first_of("/?#", start));
}

Error not_sent(std::string_view what, std::string_view why, std::string code) {
    return make_error(ErrorKind::transient,
                      std::string(what) + " was not sent: " + std::string(why) +
                          ". Nothing reached the other system; it will be tried again.",
                      std::move(code));
}

Transfer::Transfer(const HttpClientOptions& options, SocketHooks hooks)
    : easy_(curl_easy_init()), hooks_(hooks), connect_timeout_(options.connect_timeout) {
    TIELINE_CHECK(easy_ != nullptr, "libcurl has no memory left");
    set(easy_, CURLOPT_NOSIGNAL, 1L);
    set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy_, CURLOPT_TCP_NODELAY, 1L);
    set(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy_, CURLOPT_MAXAGE_CONN, idle_seconds_max);
    set(easy_, CURLOPT_NOPROGRESS, 1L);
    set(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(easy_, CURLOPT_USERAGENT, "tieline");
    set(easy_, CURLOPT_PROXY, options.proxy.c_str());  // "" also shuts out the environment's proxy
    if (!options.ca_file.empty()) set(easy_, CURLOPT_CAINFO, options.ca_file.c_str());
    if (!options.client_certificate.empty()) set(easy_, CURLOPT_SSLCERT, options.client_certificate.c_str());
    if (!options.client_key.empty()) set(easy_, CURLOPT_SSLKEY, options.client_key.c_str());
    set(easy_, CURLOPT_ERRORBUFFER, reason_.data());
    set(easy_, CURLOPT_PRIVATE, static_cast<void*>(this));
    set(easy_, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(easy_, CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(easy_, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    set(easy_, CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(easy_, CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
    set(easy_, CURLOPT_PREREQDATA, static_cast<void*>(this));
    set(easy_, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open);
    set(easy_, CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
    set(easy_, CURLOPT_CLOSESOCKETFUNCTION, hooks.close);
    set(easy_, CURLOPT_CLOSESOCKETDATA, hooks.context);
}

Transfer::~Transfer() { curl_easy_cleanup(easy_); }

Result<void> Transfer::prepare(HttpRequest& request, Millis remaining) {
    request_ = std::move(request);
    response_ = {};
    head_bytes_ = 0;
    sendings_ = 0;
    head_done_ = too_large_ = resend_refused_ = false;
    reason_[0] = '\0';
    if (!wire::is_token(request_.method) || (request_.method == "HEAD" && !request_.body.empty())) {
        return make_error(ErrorKind::invalid,
                          "A request to " + std::string(origin(request_.url)) +
                              " was not sent: its method is not an HTTP method, or cannot go with a body.",
                          "bad_method", "method");
    }
    for (const auto& [name, value] : request_.headers) {
        if (wire::is_token(name) && wire::is_field_value(value)) continue;
        return make_error(ErrorKind::invalid,
                          what() + " was not sent: its header '" + (wire::is_token(name) ? name : std::string("?")) +
                              "' holds a line break or another character that is not allowed; correct the "
                              "configuration or the data it is made of.",
                          "bad_header", "headers");
    }
    if (has_control(request_.url) || request_.url.find("://") == std::string::npos) {
        return make_error(ErrorKind::invalid,
                          what() +
                              " was not sent: the address must begin with http:// or https:// and hold no space "
                              "or control character; correct it in the configuration.",
                          "bad_url", "url");
    }
    if (curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str()) != CURLE_OK || !set_method()) {
        return make_error(ErrorKind::invalid, what() + " was not sent: the HTTP library refused it; shorten it.",
                          "bad_url", "url");
    }
    set_headers();
    const long time_ms = static_cast<long>(std::max<Millis>(remaining, Millis(1)).count());
    set(easy_, CURLOPT_TIMEOUT_MS, time_ms);
    set(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::max<Millis>(connect_timeout_, Millis(1)).count()));
    return {};
}

bool Transfer::set_method() {
    const std::string& method = request_.method;
    const bool has_body = !request_.body.empty();
    const char* custom = nullptr;
    if (method == "HEAD") {
        set(easy_, CURLOPT_NOBODY, 1L);
    } else {
        set(easy_, CURLOPT_NOBODY, 0L);
        if (has_body || method == "POST" || method == "PUT" || method == "PATCH") {
            set(easy_, CURLOPT_POST, 1L);
            set(easy_, CURLOPT_POSTFIELDS, request_.body.data());
            set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
            if (method != "POST") custom = method.c_str();
        } else {
            set(easy_, CURLOPT_HTTPGET, 1L);
            if (method != "GET") custom = method.c_str();
        }
    }
    return curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, custom) == CURLE_OK;
}

void Transfer::set_headers() {
    header_lines_.clear();
    for (auto& [name, value] : request_.headers) {
        if (ours(name)) continue;
        std::string line;
        line.reserve(name.size() + value.size() + 2);
        line += name;
        line += value.empty() ? ";" : ": ";  // curl's way to write a header without a value
        line += value;
        header_lines_.push_back(std::move(line));
    }
    header_lines_.emplace_back("Expect:");  // waiting for 100-continue would cost a second at most peers
    if (header(request_.headers, "content-type").empty()) header_lines_.emplace_back("Content-Type:");
    header_nodes_.resize(header_lines_.size());
    for (std::size_t index = 0; index < header_lines_.size(); ++index) {
        header_nodes_[index].data = header_lines_[index].data();
        header_nodes_[index].next = index + 1 < header_lines_.size() ? &header_nodes_[index + 1] : nullptr;
    }
    set(easy_, CURLOPT_HTTPHEADER, header_nodes_.data());
}

/// When a kept connection dies before any reply, curl silently sends the request once more over another one. The peer
/// may have acted on the first sending, so only safe methods may go again: the others get neither a new connection
/// (on_open) nor leave to write onto another kept one (on_connected).
bool Transfer::sent_for_good() {
    if (sendings_ == 0 || safe_method(request_.method)) return false;
    resend_refused_ = true;
    return true;
}

/// curl calls this each time it is about to write the request onto an open connection.
int Transfer::on_connected(void* self, char*, char*, int, int) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.sent_for_good()) return CURL_PREREQFUNC_ABORT;
    ++transfer.sendings_;
    return CURL_PREREQFUNC_OK;
}

curl_socket_t Transfer::on_open(void* self, curlsocktype purpose, curl_sockaddr* address) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (transfer.sent_for_good()) return CURL_SOCKET_BAD;
    return transfer.hooks_.open(transfer.hooks_.context, purpose, address);
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    HttpResponse& response = transfer.response_;
    const std::string_view line(data, size * count);
    transfer.head_bytes_ += line.size();
    if (transfer.head_bytes_ > head_bytes_max) {
        transfer.too_large_ = true;
        return 0;
    }
    if (transfer.head_done_) return line.size();  // trailers
    if (line.starts_with("HTTP/")) {
        response.headers.clear();
        const auto space = line.find(' ');
        response.status = 0;
        if (space != std::string_view::npos) {
            std::from_chars(line.data() + space + 1, line.data() + line.size(), response.status);
        }
        return line.size();
    }
    if (line == "\r\n" || line == "\n") {
        transfer.head_done_ = response.status >= 200;  // 1xx only announces another head
        return line.size();
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return line.size();
    response.headers.emplace_back(std::string(trimmed(line.substr(0, colon))),
                                  std::string(trimmed(line.substr(colon + 1))));
    return line.size();
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::size_t bytes = size * count;
    if (bytes > transfer.request_.reply_bytes_max - transfer.response_.body.size()) {
        transfer.too_large_ = true;
        return 0;
    }
    transfer.response_.body.append(data, bytes);
    return bytes;
}

void Transfer::forget_large() {
    if (request_.body.capacity() > (64U << 10U)) request_.body = std::string();
    response_ = {};
}

Result<HttpResponse> Transfer::outcome(CURLcode code) {
    // curl takes a reply that ends within its headers for a complete one; we do not.
    if (code == CURLE_OK && head_done_ && response_.status >= 200) return std::move(response_);
    return failure(code);
}

Error Transfer::failure(CURLcode code) const {
    const std::string why = resend_refused_      ? "it was closed without an answer"
                            : reason_[0] != '\0' ? std::string(reason_.data())
                                                 : curl_easy_strerror(code);
    if (sendings_ == 0) {
        switch (code) {
            case CURLE_URL_MALFORMAT:
            case CURLE_UNSUPPORTED_PROTOCOL:
                return make_error(ErrorKind::invalid,
                                  what() + " was not sent: the address cannot be used (" + why +
                                      "); correct it in the configuration.",
                                  "bad_url", "url");
            case CURLE_SSL_CERTPROBLEM:
            case CURLE_SSL_CACERT_BADFILE:
            case CURLE_SSL_CONNECT_ERROR:
            case CURLE_PEER_FAILED_VERIFICATION:
                return not_sent(what(), "no trusted TLS connection (" + why + ")", "tls_failed");
            case CURLE_COULDNT_RESOLVE_HOST:
            case CURLE_COULDNT_RESOLVE_PROXY:
                return not_sent(what(), "its name has no address (" + why + ")", "no_address");
            case CURLE_OPERATION_TIMEDOUT:
                return not_sent(what(), "no connection in time (" + why + ")", "connect_timeout");
            default:
                return not_sent(what(), "no connection (" + why + ")", "no_connection");
        }
    }
    std::string word = "reply_cut";
    std::string text = "the connection broke before the whole answer was here (" + why + ")";
    if (too_large_) {
        word = "reply_too_large";
        text = "the answer is larger than allowed (" + std::to_string(request_.reply_bytes_max) +
               " bytes of content, " + std::to_string(head_bytes_max) + " bytes of headers)";
    } else if (code == CURLE_OPERATION_TIMEDOUT) {
        word = "timeout";
        text = "no whole answer came within " + std::to_string(request_.timeout.count()) + " ms";
    } else if (code == CURLE_WEIRD_SERVER_REPLY || code == CURLE_UNSUPPORTED_PROTOCOL ||
               code == CURLE_BAD_CONTENT_ENCODING) {
        word = "bad_reply";
        text = "the answer is not well-formed HTTP (" + why + ")";
    }
    return make_error(
        ErrorKind::unknown_outcome,
        what() + " was sent, but " + text + ". It may or may not have been carried out: look it up there.",
        std::move(word));
}

std::string Transfer::what() const {
    return request_.method + " " + request_.url.substr(0, std::min<std::size_t>(request_.url.find_first_of("?#"), 300));
}

}  // namespace tieline::net
