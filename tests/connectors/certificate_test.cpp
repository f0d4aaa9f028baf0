// Both connectors to SAP sign in by a client certificate alone, from a configuration as people write it to a server
// that asks for one over TLS: what they need is sent, and a hub without the certificate sends nothing.

#include "app/clients.h"
#include "app/config.h"
#include "connectors/drive.h"
#include "connectors/sap_maintenance/test_plant.h"
#include "connectors/sap_s4/test_sap_peer.h"
#include "net/test_identity.h"
#include "net/test_sockets.h"

#include <gtest/gtest.h>

#include <openssl/ssl.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

namespace tieline {
namespace {

namespace fs = std::filesystem;

using net::test::Identity;

/// Takes only those who show the client's certificate, and signs them in at the fake, which knows passwords only.
class SapOverTls {
public:
    SapOverTls(const Identity& own, const Identity& client, std::string inner_url, connectors::Peer fake)
        : inner_url_(std::move(inner_url)),
          fake_(std::move(fake)),
          context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free),
          server_([this](net::test::Socket& socket, int) { serve(socket); }) {
        SSL_CTX_use_certificate(context_.get(), own.certificate());
        SSL_CTX_use_PrivateKey(context_.get(), own.key());
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), client.certificate());
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    std::string url() const { return "https://127.0.0.1:" + std::to_string(server_.port()); }
    int requests() const {
        const std::lock_guard lock(mutex_);
        return requests_;
    }

private:
    void serve(net::test::Socket& socket) {
        const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context_.get()), SSL_free);
        SSL_set_fd(tls.get(), socket.fd());
        if (SSL_accept(tls.get()) != 1) return;
        std::string text;
        for (;;) {
            const std::size_t end = text.find("\r\n\r\n");
            std::size_t length = 0;
            if (const std::size_t at = text.find("Content-Length: "); at < end)
                length = std::stoul(text.substr(at + 16));
            if (end == std::string::npos || text.size() < end + 4 + length) {
                char buffer[4096];
                const int read = SSL_read(tls.get(), buffer, sizeof buffer);
                if (read <= 0) return;
                text.append(buffer, static_cast<std::size_t>(read));
                continue;
            }
            const std::string reply = answered(text.substr(0, end + 2), text.substr(end + 4, length));
            text.erase(0, end + 4 + length);
            SSL_write(tls.get(), reply.data(), static_cast<int>(reply.size()));
        }
    }
    std::string answered(std::string head, std::string body) {
        net::HttpRequest request;
        request.method = head.substr(0, head.find(' '));
        request.url = inner_url_ + head.substr(head.find(' ') + 1, head.find(" HTTP/") - head.find(' ') - 1);
        for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
            const std::size_t end = head.find("\r\n", at), colon = head.find(": ", at);
            if (colon < end)
                request.headers.emplace_back(head.substr(at, colon - at), head.substr(colon + 2, end - colon - 2));
            at = end + 2;
        }
        request.body = std::move(body);
        const std::lock_guard lock(mutex_);
        ++requests_;
        EXPECT_EQ(net::header(request.headers, "Authorization"), "") << "the certificate says all";
        request.headers.emplace_back("Authorization", "Basic VElFTElORTpTZWNyZXQtMQ==");
        const auto made = fake_(request);
        if (!made) return "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n";
        std::string text = "HTTP/1.1 " + std::to_string(made->status) + " X\r\n";
        for (const auto& [name, value] : made->headers) text += name + ": " + value + "\r\n";
        return text + "Content-Length: " + std::to_string(made->body.size()) + "\r\n\r\n" + made->body;
    }

    std::string inner_url_;
    connectors::Peer fake_;
    mutable std::mutex mutex_;  ///< guards the fake and the count
    int requests_ = 0;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    net::test::RawServer server_;  // last: its threads use all of the above
};

class Certificate : public testing::Test {
protected:
    void SetUp() override {
        folder_ = fs::path(testing::TempDir()) / ("certificate_test_" + std::to_string(getpid()));
        fs::create_directories(folder_);
        server_.save_certificate(folder_ / "server.pem");
        client_.save_certificate(folder_ / "client.pem");
        client_.save_key(folder_ / "client.key");
    }
    void TearDown() override { fs::remove_all(folder_); }

    /// The configuration of a hub whose connector of that name has these lines.
    Result<app::Config> read(const std::string& system, const std::string& url, const std::string& settings,
                             const std::string& network) const {
        const std::string text =
            "node: hub\ndata_dir: data\napi: {address: 127.0.0.1, port: 0}\nsites:\n  - {id: plant1, name: Plant}\n"
            "connectors:\n  - name: sap\n    system: " +
            system + "\n    settings:\n      url: " + url + "\n      plant: \"1010\"\n      sign_in: certificate\n" +
            settings + "    network: {ca_file: server.pem" + network + "}\n";
        return app::read_config(text, "tieline.yaml", folder_.string());
    }
    Result<app::Config> read(const std::string& system, const std::string& url, const std::string& settings,
                             bool shows_certificate) const {
        return read(system, url, settings,
                    shows_certificate ? std::string(", client_certificate: client.pem, client_key: client.key") : "");
    }
    struct Hub {
        std::unique_ptr<connectors::Connector> connector;
        std::unique_ptr<app::PeerClients> clients;
        connectors::Peer peer() const {
            return [this](const net::HttpRequest& request) { return clients->send_and_wait(request); };
        }
    };
    static Hub hub_of(const Result<app::Config>& config) {
        Hub hub;
        if (!config) {
            ADD_FAILURE() << config.error().message;
            return hub;
        }
        const app::ConnectorConfig& own = config->connectors.at(0);
        auto made = own.spec->make(own.settings_for("plant1"), own.map_text);
        EXPECT_TRUE(made) << (made ? "" : made.error().message);
        if (made) hub.connector = std::move(*made);
        hub.clients = std::make_unique<app::PeerClients>(config->connectors);
        return hub;
    }

    /// A push without the certificate reaches nothing; the one with it is carried out. That hub.
    template <class Fake>
    Hub hub_that_gets_in(const std::string& system, const SapOverTls& tls, const std::string& settings, Fake& fake,
                         const model::Command& command) const {
        const Hub stranger = hub_of(read(system, tls.url(), settings, false));
        Hub hub = hub_of(read(system, tls.url(), settings, true));
        if (!stranger.connector || !hub.connector) return hub;
        const auto refused = run(stranger.connector->push(command), stranger.peer());
        EXPECT_FALSE(refused) << "nobody gets in without the certificate";
        if (!refused) EXPECT_EQ(refused.error().kind, ErrorKind::transient) << refused.error().message;
        EXPECT_EQ(tls.requests(), 0);
        EXPECT_EQ(fake.effects(command), 0U);
        const auto done = run(hub.connector->push(command), hub.peer());
        EXPECT_TRUE(done) << (done ? "" : done.error().message);
        EXPECT_EQ(fake.effects(command), 1U);
        return hub;
    }

    Identity server_{"sap", "IP:127.0.0.1"}, client_{"hub", nullptr};
    fs::path folder_;
};

TEST_F(Certificate, the_erp_connector_reads_and_posts_by_its_certificate_alone) {
    connectors::sap_s4::test::SapPeer sap;
    SapOverTls tls(server_, client_, std::string(connectors::sap_s4::test::base_url),
                   [&](const net::HttpRequest& request) { return sap.answer(request); });
    const Hub hub =
        hub_that_gets_in("sap_s4", tls, "      created_by: TIELINE\n      client: \"100\"\n      kinds: part\n", sap,
                         sap.sample("goods_issue.post"));
    ASSERT_TRUE(hub.connector);
    const auto page = run(hub.connector->pull("", 10), hub.peer());
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->objects.size(), 3U);
}

TEST_F(Certificate, the_maintenance_connector_writes_by_its_certificate_alone) {
    connectors::sap_maintenance::test::Plant plant;
    SapOverTls tls(server_, client_, std::string(connectors::sap_maintenance::test::base_url),
                   [&](const net::HttpRequest& request) { return plant.answer(request); });
    const Hub hub = hub_that_gets_in("sap_maintenance", tls, "      site: plant1\n      cost_booked_by: sap\n", plant,
                                     plant.sample("workorder.create"));
    ASSERT_TRUE(hub.connector);
}

}  // namespace
}  // namespace tieline
