#include "sandbox/plant/plant_io.h"

#include <utility>

namespace tieline::sandbox::plant {
namespace {

constexpr int pages_max = 10'000;
constexpr std::uint64_t steps_between_items = 25;
constexpr std::uint64_t steps_between_purchases = 4;

std::string trouble_of(const Result<net::HttpResponse>& reply) {
    if (!reply) return reply.error().message;
    const Result<Json> body = Json::parse(reply->body);
    const std::string message = body ? body->text_or("message") : std::string();
    return "status " + std::to_string(reply->status) + (message.empty() ? "" : ", " + message);
}

}  // namespace

LivingPlant::LivingPlant(Site site, PlantLife life, Sender send, std::unique_ptr<PartsLife> parts)
    : site_(std::move(site)), life_(std::move(life)), parts_(std::move(parts)), send_(std::move(send)) {
    life_.set_parts(parts_.get());
}

Result<Json> LivingPlant::read(const std::string& url, const std::string& token) const {
    net::HttpRequest request;
    request.url = url;
    request.headers = {{"Authorization", "Bearer " + token}};
    TIELINE_TRY(const net::HttpResponse reply, send_(request));
    if (reply.status != 200) return make_error(ErrorKind::transient, "status " + std::to_string(reply.status));
    return Json::parse(reply.body, JsonLimits{8 << 20, 64, 2'000'000});
}

std::optional<Action> LivingPlant::purchasing(WallTime now) {
    if (!parts_ || site_.erp_url.empty() || steps_ % steps_between_purchases != 0) return std::nullopt;
    const Result<Json> requisitions = read(site_.erp_url + "/api/requisitions?open=true&limit=100", site_.erp_token);
    const Result<Json> orders = read(site_.erp_url + "/api/purchase-orders?open=true&limit=100", site_.erp_token);
    if (!requisitions || !orders) return std::nullopt;
    return parts_->buy(*requisitions, *orders, now);
}

net::HttpRequest LivingPlant::request_for(const Action& action) const {
    const bool to_erp = action.target == Action::Target::erp;
    net::HttpRequest request;
    request.method = action.method;
    request.url = (to_erp ? site_.erp_url : site_.cmms_url) + action.path;
    request.headers = {{"Authorization", "Bearer " + (to_erp ? site_.erp_token : site_.cmms_token)},
                       {"Content-Type", "application/json"}};
    request.body = action.body.dump();
    return request;
}

std::string LivingPlant::look() {
    for (int page = 0; page < pages_max; ++page) {
        net::HttpRequest request;
        request.url = site_.cmms_url + "/api/workorders?limit=200&after_change=" + cursor_;
        request.headers = {{"Authorization", "Bearer " + site_.cmms_token}};
        const Result<net::HttpResponse> reply = send_(request);
        if (!reply || reply->status != 200) return trouble_of(reply);
        const Result<Json> body = Json::parse(reply->body, JsonLimits{8 << 20, 64, 2'000'000});
        const Json* items = body ? body->find("items") : nullptr;
        const Json* next = body ? body->find("next_change") : nullptr;
        if (items == nullptr || !items->is_array() || next == nullptr || !next->is_number()) {
            return "the list of work orders cannot be read";
        }
        for (const Json& item : items->items()) life_.see(item, !has_looked_);
        cursor_ = next->number_token();
        if (body->bool_or("more", false)) continue;
        has_looked_ = true;
        return {};
    }
    return "the list of work orders does not end";
}

std::string LivingPlant::step(WallTime now) {
    const std::string trouble = look();
    if (!trouble.empty()) {
        ++refused_;
        return "the CMMS cannot be read: " + trouble;
    }
    if (parts_ && steps_ % steps_between_items == 0) {
        const Result<Json> items = read(site_.cmms_url + "/api/items?limit=500", site_.cmms_token);
        const Result<Json> inventory = read(site_.cmms_url + "/api/inventory?limit=500", site_.cmms_token);
        if (items && inventory) parts_->see_items(*items, *inventory);
    }
    std::optional<Action> bought = parts_ ? parts_->take_stock() : std::nullopt;
    if (!bought) bought = purchasing(now);
    ++steps_;
    const bool is_purchase = bought.has_value();
    const Action action = is_purchase ? std::move(*bought) : life_.next(now);
    const Result<net::HttpResponse> reply = send_(request_for(action));
    const bool is_done = reply && reply->status >= 200 && reply->status < 300;
    // Without an answer an invoice is sent again under its number: the ERP takes a vendor's number only once.
    const bool is_refused = reply && reply->status >= 400 && reply->status < 500 && reply->status != 429;
    if (is_purchase) {
        // Seen again in the lists when it has not happened.
    } else if (is_done || is_refused) {
        life_.settled(action);
    } else {
        life_.postponed(action);
    }
    ++(is_done ? done_ : refused_);
    return is_done ? action.says : action.says + " - failed: " + trouble_of(reply);
}

}  // namespace tieline::sandbox::plant
