// The stand-in for Maximo.

#include "connectors/maximo/fake.h"
#include "fakes/fakes.h"

namespace tieline::fakes {
namespace {

class Maximo final : public Fake {
public:
    Reply answer(const net::HttpRequest& request) override {
        fake_.now += Millis(1'000);
        return {fake_.handle(request)};
    }
    Reply admin(const net::HttpRequest& request) override {
        if (request.method == "GET") return {net::HttpResponse{200, {}, fake_.state()}};
        const auto body = Json::parse(request.body);
        if (!body || !body->is_object()) return json_reply(400, Json("a JSON object is needed"));
        const std::string order = body->text_or("order"), action = request.url.substr(7);
        fake_.now += Millis(1'000);
        if (action == "make") {
            const Json* attributes = body->find("attributes");
            return json_reply(
                200, Json::object({{"order", fake_.make_order(attributes == nullptr ? Json::object() : *attributes)}}));
        }
        if (action == "add" && body->find("line") != nullptr) {
            fake_.add(order, body->text_or("list"), *body->find("line"));
            return json_reply(200, Json::object());
        }
        if (action == "use")
            return json_reply(200, Json::object({{"id", fake_.use(order, body->text_or("item"),
                                                                  body->text_or("quantity"), body->text_or("cost"))}}));
        if (action == "move") {
            fake_.move_to(order, body->text_or("status"));
            return json_reply(200, Json::object());
        }
        return json_reply(400, Json("no such action: " + action));
    }

private:
    connectors::maximo::Fake fake_;
};

}  // namespace

Reply json_reply(int status, const Json& body) { return {net::HttpResponse{status, {}, body.dump()}}; }

std::unique_ptr<Fake> make_maximo() { return std::make_unique<Maximo>(); }

}  // namespace tieline::fakes
