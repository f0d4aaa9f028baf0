#pragma once
// The way out to each peer: connectors behind a proxy, with a certificate authority of the company's own, with client
// certificates or with a limit of requests a second have HTTP clients of their own; all others share one.

#include "app/config.h"
#include "net/paced_client.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tieline::app {

/// Sends each request by the client of the connector whose address it goes to. Where several connectors share an
/// address, the smallest limit holds for all of them together, and the first one's network. Thread-safe.
class PeerClients final : public net::HttpClient {
public:
    /// Makes the client of an address by the options of its network (none: usual ones) and its limits.
    using Make =
        std::function<std::unique_ptr<net::HttpClient>(const std::optional<net::HttpClientOptions>&, net::RateLimits)>;
    explicit PeerClients(const std::vector<ConnectorConfig>& connectors, const Make& make = usual);
    void send(net::HttpRequest request, Done done) override;
    /// Which of the clients takes the address: 0 is the shared one.
    std::size_t choose(std::string_view url) const;

private:
    static std::unique_ptr<net::HttpClient> usual(const std::optional<net::HttpClientOptions>& network,
                                                  net::RateLimits limits);

    std::vector<std::unique_ptr<net::HttpClient>> clients_;
    std::vector<std::pair<std::string, std::size_t>> routes_;  ///< scheme, host and port → client
};

/// "https://host:port" in lower case; "" for what is no web address.
std::string origin_of(std::string_view url);

}  // namespace tieline::app
