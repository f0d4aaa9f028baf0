#include "app/clients.h"

#include <algorithm>

namespace tieline::app {

std::string origin_of(std::string_view url) {
    const std::size_t colon = url.find("://");
    if (colon == std::string_view::npos) return {};
    std::string origin(url.substr(0, url.find_first_of("/?#", colon + 3)));
    std::transform(origin.begin(), origin.end(), origin.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return origin;
}

namespace {

struct Way {
    std::string origin;
    const std::optional<net::HttpClientOptions>* network;
    net::RateLimits limits;
};

template <class Number>
Number smaller(Number a, Number b) {
    return a > 0 && b > 0 ? std::min(a, b) : std::max(a, b);  // 0: none
}

/// What the connectors ask for of one address, brought together.
void join(std::vector<Way>& ways, std::string origin, const ConnectorConfig& connector) {
    if (origin.empty()) return;
    const net::RateLimits limits{connector.pace.per_second_max, connector.pace.per_hour_max};
    const auto known = std::find_if(ways.begin(), ways.end(), [&](const Way& way) { return way.origin == origin; });
    if (known == ways.end()) return ways.push_back({std::move(origin), &connector.network, limits});
    if (!*known->network) known->network = &connector.network;
    known->limits.per_second_max = smaller(known->limits.per_second_max, limits.per_second_max);
    known->limits.per_hour_max = smaller(known->limits.per_hour_max, limits.per_hour_max);
}

}  // namespace

std::unique_ptr<net::HttpClient> PeerClients::usual(const std::optional<net::HttpClientOptions>& network,
                                                    net::RateLimits limits) {
    auto client = network ? net::make_http_client(*network) : net::make_http_client();
    return limits.any() ? net::make_paced_client(std::move(client), limits) : std::move(client);
}

PeerClients::PeerClients(const std::vector<ConnectorConfig>& connectors, const Make& make) {
    clients_.push_back(make(std::nullopt, {}));
    std::vector<Way> ways;
    for (const ConnectorConfig& connector : connectors) {
        for (const connectors::Field& field : connector.spec->fields) {
            if (field.kind == connectors::Field::Kind::url)
                join(ways, origin_of(connector.settings.value(field.name)), connector);
        }
    }
    for (Way& way : ways) {
        if (!*way.network && !way.limits.any()) continue;
        clients_.push_back(make(*way.network, way.limits));
        routes_.emplace_back(std::move(way.origin), clients_.size() - 1);
    }
}

std::size_t PeerClients::choose(std::string_view url) const {
    if (routes_.empty()) return 0;
    const std::string origin = origin_of(url);
    for (const auto& [known, client] : routes_)
        if (known == origin) return client;
    return 0;
}

void PeerClients::send(net::HttpRequest request, Done done) {
    net::HttpClient& client = *clients_[choose(request.url)];
    client.send(std::move(request), std::move(done));
}

}  // namespace tieline::app
