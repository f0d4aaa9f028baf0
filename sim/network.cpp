#include "sim/network.h"

#include <memory>

namespace tieline::sim {

struct Network::Message {
    Peer* peer = nullptr;
    net::HttpRequest request;
    std::function<void(Result<net::HttpResponse>)> done;
    bool answered = false;  ///< the sender has its answer, or gave up

    void answer(Result<net::HttpResponse> reply) {
        if (answered) return;
        answered = true;
        done(std::move(reply));
    }
};

namespace {

std::string host_of(const std::string& url) {
    const std::size_t start = url.find("://") + 3;
    return url.substr(start, url.find('/', start) - start);
}

net::HttpResponse trouble(int status) {
    net::HttpResponse response;
    response.status = status;
    response.headers.push_back({"Content-Type", "application/problem+json"});
    if (status == 429) response.headers.push_back({"Retry-After", "1"});
    response.body = R"({"title":"trouble","detail":"The peer has a bad day."})";
    return response;
}

}  // namespace

void Network::take_away(const std::string& host, Millis duration) {
    peers_[host].away_until = world_.clock.now() + duration;
}

std::optional<Fault> Network::draw(Step step) {
    if (!world_.chance(fault_percent_)) return std::nullopt;
    static constexpr Fault message_faults[] = {Fault::request_lost, Fault::request_late, Fault::reply_lost,
                                               Fault::error_before, Fault::error_after,  Fault::throttled};
    const Fault fault = message_faults[world_.random.below(std::size(message_faults))];
    if (!applies(step, fault)) return std::nullopt;
    return fault;
}

void Network::deliver(const std::shared_ptr<Message>& message, bool reply_arrives, int forced_status) {
    if (world_.clock.now() < message->peer->away_until) return;  // it died on the way: no answer, the sender times out
    ++delivered_;
    net::HttpResponse response = message->peer->handle(message->request, world_.clock.now());
    world_.trace.note(world_.clock.now(), message->request.method + " " + message->request.url + " " +
                                              message->request.body.substr(0, 220) + " -> " +
                                              std::to_string(response.status) + " " + response.body.substr(0, 160));
    if (!reply_arrives || response.status == 0) return;
    if (forced_status != 0) response = trouble(forced_status);
    world_.in(Millis(world_.between(1, 15)),
              [message, response = std::move(response)]() mutable { message->answer(std::move(response)); });
}

void Network::send(Step step, net::HttpRequest request, std::function<void(Result<net::HttpResponse>)> done) {
    auto message = std::make_shared<Message>();
    message->peer = &peers_.at(host_of(request.url));
    const Millis timeout = request.timeout;
    message->request = std::move(request);
    message->done = std::move(done);
    if (world_.clock.now() < message->peer->away_until) {
        matrix_.count(step, Fault::peer_away);
        world_.in(Millis(2), [message] {
            message->answer(make_error(ErrorKind::transient, "The peer refused the connection.", "connection_refused"));
        });
        return;
    }
    world_.in(timeout, [message] {
        message->answer(make_error(ErrorKind::unknown_outcome, "The peer did not answer in time.", "timeout"));
    });
    const std::optional<Fault> fault = draw(step);
    if (fault) matrix_.count(step, *fault);
    const Millis travel(world_.between(1, 15));
    if (!fault) {
        world_.in(travel, [this, message] { deliver(message, true, 0); });
    } else if (*fault == Fault::request_lost) {
        // Nothing arrives; half of the time the sender notices a reset at once.
        if (world_.chance(50)) {
            world_.in(travel, [message] {
                message->answer(make_error(ErrorKind::unknown_outcome, "The connection was reset.", "reset"));
            });
        }
    } else if (*fault == Fault::request_late) {
        const Millis late = timeout + Millis(world_.between(1, std::max<std::int64_t>(1, late_max_.count())));
        world_.in(late, [this, message] { deliver(message, false, 0); });
    } else if (*fault == Fault::reply_lost) {
        world_.in(travel, [this, message] { deliver(message, false, 0); });
        if (world_.chance(50)) {
            world_.in(travel + Millis(5), [message] {
                message->answer(make_error(ErrorKind::unknown_outcome, "The connection was reset.", "reset"));
            });
        }
    } else if (*fault == Fault::error_after) {
        world_.in(travel, [this, message] { deliver(message, true, 500); });
    } else {
        const int status = *fault == Fault::throttled ? 429 : 500;
        world_.in(travel * 2, [message, status] { message->answer(trouble(status)); });
    }
}

}  // namespace tieline::sim
