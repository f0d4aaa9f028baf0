#pragma once
// The synchronous driver of an exchange, for tests and tools: asks `peer` for every reply until the exchange is done.

#include "connectors/exchange.h"

#include <functional>
#include <string>

namespace tieline::connectors {

/// What answers requests: an in-process peer, or HttpClient::send_and_wait.
using Peer = std::function<Result<net::HttpResponse>(const net::HttpRequest&)>;

/// Runs the exchange to its end. More than `steps_max` requests end it with kind internal, "too_many_requests": a
/// connector that pages for ever is a fault of ours.
template <class T>
Result<T> run(Exchange<T> exchange, const Peer& peer, int steps_max = 1000) {
    exchange.start();
    for (int step = 0; !exchange.done(); ++step) {
        if (step == steps_max) {
            return make_error(ErrorKind::internal,
                              "the connector sent " + std::to_string(steps_max) +
                                  " requests for one task and still wants more; this is a fault of the connector",
                              "too_many_requests");
        }
        const net::HttpRequest request = exchange.take_request();
        exchange.resume(peer(request));
    }
    return exchange.take_result();
}

}  // namespace tieline::connectors
