#include "net/http_client.h"
#include "net/test_identity.h"
#include "net/test_sockets.h"

#include <gtest/gtest.h>

#include <openssl/ssl.h>

#include <atomic>
#include <cstdio>

namespace tieline::net {
namespace {

using test::Identity;
using test::RawServer;
using test::Socket;

class TlsServer {
public:
    explicit TlsServer(const Identity& identity)
        : context_(SSL_CTX_new(TLS_server_method())), server_([this](Socket& socket, int) { serve(socket); }) {
        SSL_CTX_use_certificate(context_, identity.certificate());
        SSL_CTX_use_PrivateKey(context_, identity.key());
    }
    TlsServer(const TlsServer&) = delete;
    std::string url() const { return "https://127.0.0.1:" + std::to_string(server_.port()) + "/?secret=1"; }
    int requests() const { return requests_; }

private:
    struct ContextOwner {
        SSL_CTX* context;
        explicit ContextOwner(SSL_CTX* made) : context(made) {}
        ~ContextOwner() { SSL_CTX_free(context); }
        ContextOwner(const ContextOwner&) = delete;
        operator SSL_CTX*() const { return context; }
    };

    void serve(Socket& socket) {
        SSL* tls = SSL_new(context_);
        SSL_set_fd(tls, socket.fd());
        if (SSL_accept(tls) == 1) {
            char buffer[4096];
            while (SSL_read(tls, buffer, sizeof buffer) > 0) {
                ++requests_;
                const std::string_view reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
                SSL_write(tls, reply.data(), static_cast<int>(reply.size()));
            }
        }
        SSL_free(tls);
    }

    std::atomic<int> requests_{0};
    ContextOwner context_;
    RawServer server_;
};

HttpRequest post_to(std::string url) {
    HttpRequest request;
    request.method = "POST";
    request.url = std::move(url);
    return request;
}

TEST(HttpClientTls, a_peer_that_is_not_trusted_gets_no_request) {
    const Identity identity;
    TlsServer server(identity);
    const auto client = make_http_client();
    const auto result = client->send_and_wait(post_to(server.url()));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::transient);
    EXPECT_EQ(result.error().code, "tls_failed");
    EXPECT_EQ(result.error().message.find("secret"), std::string::npos);
    EXPECT_EQ(server.requests(), 0);
}

TEST(HttpClientTls, a_configured_authority_is_trusted_and_the_connection_kept) {
    const Identity identity;
    TlsServer server(identity);
    HttpClientOptions options;
    options.ca_file = ::testing::TempDir() + "tieline_net_test_ca.pem";
    identity.save_certificate(options.ca_file);
    {
        const auto client = make_http_client(options);
        for (int index = 0; index < 5; ++index) {
            const auto result = client->send_and_wait(post_to(server.url()));
            ASSERT_TRUE(result) << result.error().message;
            EXPECT_EQ(result->body, "ok");
        }
    }
    EXPECT_EQ(server.requests(), 5);
    std::remove(options.ca_file.c_str());
}

TEST(HttpClientTls, a_peer_that_speaks_no_tls_or_hangs_up_gets_no_request) {
    RawServer server([](Socket& socket, int index) {
        socket.read_some();
        if (index == 0) socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    const auto client = make_http_client();
    for (int index = 0; index < 2; ++index) {
        const auto result = client->send_and_wait(post_to("https://127.0.0.1:" + std::to_string(server.port()) + "/"));
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().kind, ErrorKind::transient);
        EXPECT_EQ(result.error().code, "tls_failed");
    }
}

}  // namespace
}  // namespace tieline::net
