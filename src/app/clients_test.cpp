// Which client takes a request, and how fast it may send.

#include "app/clients.h"
#include "app/catalog.h"

#include <gtest/gtest.h>

namespace tieline::app {
namespace {

TEST(PeerClients, choose_the_way_by_address) {
    ConnectorConfig plain, proxied;
    plain.spec = proxied.spec = find_connector("sandbox_erp");
    plain.settings.values = {{"url", "http://cmms.test:1"}};
    proxied.settings.values = {{"url", "https://ERP.example:8443/api"}};
    proxied.network.emplace().proxy = "http://proxy.example:3128";
    const PeerClients clients({plain, proxied});
    EXPECT_EQ(clients.choose("http://cmms.test:1/api"), 0U);
    EXPECT_EQ(clients.choose("https://erp.example:8443/api/journals?x=1"), 1U);
    EXPECT_EQ(clients.choose("https://erp.example:8444/api/journals"), 0U);
    EXPECT_EQ(clients.choose("https://erp.example:8443.evil.example/"), 0U);
}

struct Made {
    std::string proxy;
    net::RateLimits limits;
};

class Silent final : public net::HttpClient {
    void send(net::HttpRequest /*request*/, Done /*done*/) override {}
};

ConnectorConfig erp_at(const std::string& url, double per_second, std::uint32_t per_hour = 0) {
    ConnectorConfig connector;
    connector.spec = find_connector("sandbox_erp");
    connector.settings.values = {{"url", url}};
    connector.pace.per_second_max = per_second;
    connector.pace.per_hour_max = per_hour;
    return connector;
}

TEST(PeerClients, keep_the_smallest_limit_of_an_address) {
    std::vector<Made> made;
    const auto note = [&made](const std::optional<net::HttpClientOptions>& network, net::RateLimits limits) {
        made.push_back({network ? network->proxy : "", limits});
        return std::make_unique<Silent>();
    };
    ConnectorConfig proxied = erp_at("http://erp.test:1/other", 0);
    proxied.network.emplace().proxy = "http://proxy.example:3128";
    const PeerClients clients({erp_at("http://free.test:1", 0), erp_at("http://ERP.test:1", 200, 9000), proxied,
                               erp_at("http://erp.test:1/third", 50, 5000), erp_at("http://slow.test:1", 7)},
                              note);
    ASSERT_EQ(made.size(), 3U) << "the shared one, and one for each address that needs its own";
    EXPECT_EQ(made[0].limits.per_second_max, 0);
    EXPECT_EQ(clients.choose("http://free.test:1/x"), 0U);
    EXPECT_EQ(clients.choose("http://erp.test:1/x"), 1U);
    EXPECT_EQ(made[1].limits.per_second_max, 50);
    EXPECT_EQ(made[1].limits.per_hour_max, 5000U);
    EXPECT_EQ(made[1].proxy, "http://proxy.example:3128");
    EXPECT_EQ(clients.choose("http://slow.test:1/x"), 2U);
    EXPECT_EQ(made[2].limits.per_second_max, 7);
}

TEST(PeerClients, hold_what_leaves_to_the_limit) {
    PeerClients clients({erp_at("http://127.0.0.1:9", 0.1)});
    net::HttpRequest request;
    request.url = "http://127.0.0.1:9/journals";
    request.timeout = Millis(2000);
    clients.send(request, [](const Result<net::HttpResponse>&) {});
    std::string second;
    clients.send(request,
                 [&second](const Result<net::HttpResponse>& reply) { second = reply ? "" : reply.error().code; });
    EXPECT_EQ(second, "rate_limit") << "said at once: its turn would come in 11 s";
}

}  // namespace
}  // namespace tieline::app
