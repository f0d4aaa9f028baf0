#include "app/clients.h"

#include "net/paced_client.h"

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
    double limit;
};

/// What the connectors ask for of one address, brought together.
void join(std::vector<Way>& ways, std::string origin, const ConnectorConfig& connector) {
    if (origin.empty()) return;
    const double limit = connector.pace.per_second_max;
    const auto known = std::find_if(ways.begin(), ways.end(), [&](const Way& way) { return way.origin == origin; });
    if (known == ways.end()) return ways.push_back({std::move(origin), &connector.network, limit});
    if (!*known->network) known->network = &connector.network;
    if (limit > 0) known->limit = known->limit > 0 ? std::min(known->limit, limit) : limit;
}

}  // namespace

std::unique_ptr<net::HttpClient> PeerClients::usual(const std::optional<net::HttpClientOptions>& network,
                                                    double limit) {
    auto client = network ? net::make_http_client(*network) : net::make_http_client();
    return limit > 0 ? net::make_paced_client(std::move(client), limit) : std::move(client);
}

PeerClients::PeerClients(const std::vector<ConnectorConfig>& connectors, const Make& make) {
    clients_.push_back(make(std::nullopt, 0));
    std::vector<Way> ways;
    for (const ConnectorConfig& connector : connectors) {
        for (const connectors::Field& field : connector.spec->fields) {
            if (field.kind == connectors::Field::Kind::url)
                join(ways, origin_of(connector.settings.value(field.name)), connector);
        }
    }
    for (Way& way : ways) {
        if (!*way.network && way.limit <= 0) continue;
        clients_.push_back(make(*way.network, way.limit));
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
