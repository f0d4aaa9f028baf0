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

PeerClients::PeerClients(const std::vector<ConnectorConfig>& connectors) {
    clients_.push_back(net::make_http_client());
    for (const ConnectorConfig& connector : connectors) {
        const double limit = connector.pace.per_second_max;
        if (!connector.network && limit <= 0) continue;
        auto client = connector.network ? net::make_http_client(*connector.network) : net::make_http_client();
        if (limit > 0) client = net::make_paced_client(std::move(client), limit);
        clients_.push_back(std::move(client));
        for (const connectors::Field& field : connector.spec->fields) {
            if (field.kind != connectors::Field::Kind::url) continue;
            const std::string origin = origin_of(connector.settings.value(field.name));
            if (!origin.empty()) routes_.emplace_back(origin, clients_.size() - 1);
        }
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
