#include "sim/parts_trade.h"

namespace tieline::sim {
namespace {

constexpr const char* site = "plant";

std::string requisition_path(const Json& row, const char* action) {
    return "/api/requisitions/" + row.text_or("requisition") + "/" + action;
}

}  // namespace

void PartsTrade::begin() {
    world_.in(hours(1, 6), [this] { round(); });
    world_.in(hours(10, 30), [this] { take_stock(); });
    world_.in(hours(1, 3), [this] { look_at_exceptions(); });
}

void PartsTrade::trip(Millis delay, std::function<void()> what) {
    ++trips_;
    world_.in(delay, [this, what = std::move(what)] {
        --trips_;
        what();
    });
}

Json PartsTrade::posting() const {
    return Json::object({{"companyCode", "1000"}, {"postingDate", peers_.today()}, {"documentDate", peers_.today()}});
}

void PartsTrade::round() {
    world_.in(hours(4, 9), [this] { round(); });
    peers_.watch_requisitions("");
    bool moved = false;
    for (const Json& row : peers_.erp_rows("/api/requisitions?status=in_approval&")) moved = decide(row) || moved;
    for (const Json& row : peers_.erp_rows("/api/requisitions?status=approved&")) {
        moved = true;
        if (calm_ || world_.chance(45)) order(row);
    }
    quiet_rounds_ = moved ? 0 : quiet_rounds_ + 1;
}

bool PartsTrade::decide(const Json& row) {
    if (!calm_ && world_.chance(60)) return true;  // not today
    const std::string approver = row.text_or("approver");
    if (!calm_ && world_.chance(8)) {
        const bool done = peers_
                              .erp("POST", requisition_path(row, "reject"),
                                   Json::object({{"approver", approver}, {"reason", "too much for this month"}}))
                              .ok();
        if (done) ++rejections_;
    } else if (!calm_ && world_.chance(8)) {
        peers_.erp("POST", requisition_path(row, "escalate"), Json::object({{"reason", "not mine"}}));
    } else if (peers_.erp("POST", requisition_path(row, "approve"), Json::object({{"approver", approver}})).ok()) {
        ++approvals_;
    }
    return true;
}

void PartsTrade::order(const Json& row) {
    Json body = Json::object({{"overDeliveryPercent", "50"}});
    if (row.text_or("vendor").empty()) body.set("vendor", "V-2");
    const Answer made = peers_.erp("POST", requisition_path(row, "order"), body);
    if (!made.ok()) return;
    const std::string number = made.body.text_or("document");
    trip(hours(1, 20), [this, number] { send(number); });
}

void PartsTrade::send(const std::string& number) {
    const std::string path = "/api/purchase-orders/" + number;
    if (!calm_ && world_.chance(6)) {
        const Answer order = peers_.erp("GET", path);
        if (peers_.erp("POST", path + "/cancel", Json::object({{"reason", "another vendor"}})).ok())
            peers_.note_revived(order.body);
        return;
    }
    if (!peers_.erp("POST", path + "/send", Json::object()).ok()) return;  // the hub has cancelled it
    trip(hours(2, 40), [this, number] { confirm(number, false); });
}

void PartsTrade::confirm(const std::string& number, bool again) {
    const std::int64_t days = world_.between(1, calm_ ? 2 : 14);
    const WallTime due = world_.clock.now() + Millis(days * 86'400'000);
    const Answer found = peers_.erp("GET", "/api/purchase-orders/" + number);
    const Json* items = found.body.find("items");
    if (items == nullptr) return;
    for (const Json& item : items->items()) {
        peers_.erp(
            "POST", "/api/purchase-orders/" + number + "/confirm",
            Json::object({{"item", item.text_or("item")}, {"confirmedDate", local_date(due, "Europe/Berlin")->str()}}));
    }
    if (!again && world_.chance(25)) {
        trip(hours(5, 30), [this, number] { confirm(number, true); });
        return;
    }
    const WallTime there = due + Millis(world_.between(calm_ ? 0 : -3, calm_ ? 1 : 5) * 86'400'000);
    trip(std::max(Millis(3'600'000), there - world_.clock.now()), [this, number] { deliver(number); });
}

SimPlace* PartsTrade::place_of(const Json& row, std::size_t* index) {
    for (std::size_t i = 0; i < peers_.places.size(); ++i) {
        SimPlace& place = peers_.places[i];
        if (place.storeroom != row.text_or("storageLocation")) continue;
        if (peers_.materials[static_cast<std::size_t>(place.material)].code != row.text_or("material")) continue;
        *index = i;
        return &place;
    }
    return nullptr;
}

void PartsTrade::deliver(const std::string& number) {
    const Answer found = peers_.erp("GET", "/api/purchase-orders/" + number);
    const Json* items = found.body.find("items");
    if (items == nullptr || found.body.text_or("status") != "sent") return;
    bool open = false;
    for (const Json& item : items->items()) {
        if (!item.bool_or("finalDelivery", false)) open = receive(number, item) || open;
    }
    if (open) trip(hours(20, 100), [this, number] { deliver(number); });
}

/// Books what the lorry brought; true: something is still to come.
bool PartsTrade::receive(const std::string& number, const Json& item) {
    std::size_t index = 0;
    SimPlace* place = place_of(item, &index);
    if (place == nullptr) return false;
    const SimMaterial& material = peers_.materials[static_cast<std::size_t>(place->material)];
    Decimal quantity = *item.decimal("open");
    const Decimal one = Decimal::from_int(1);
    bool partly = false;
    if (!calm_ && quantity > one && world_.chance(30)) {
        quantity = one;
        partly = true;
    } else if (!calm_ && world_.chance(10) && quantity >= Decimal::from_int(2)) {
        quantity = *quantity.plus(one);  // one too many
    }
    Json body = posting();
    body.set("purchaseOrder", number);
    body.set("item", item.text_or("item"));
    body.set("quantity", quantity.str());
    body.set("unit", material.unit);
    body.set("deliveryNote", "DN-" + std::to_string(++lot_));
    const std::string lot = material.lots ? "L" + std::to_string(lot_) : "";
    if (material.lots) body.set("lot", lot);
    std::set<std::string> serials;
    if (material.serials) {
        Json list = Json::array();
        for (int i = 0; Decimal::from_int(i) < quantity; ++i) {
            const std::string serial = material.code + "-D" + std::to_string(lot_) + "-" + std::to_string(i);
            serials.insert(serial);
            list.push_back(serial);
        }
        body.set("serials", list);
    }
    const Answer made = peers_.must_erp("POST", "/api/goods-receipts", body);
    if (!made.ok()) return false;
    ++deliveries_;
    place->physical = *place->physical.plus(quantity);
    if (material.lots) place->lots[lot] = quantity;
    place->serials.insert(serials.begin(), serials.end());
    peers_.count(*place, "delivery " + made.body.text_or("document"));
    const bool wrong = !calm_ && world_.chance(8);
    if (wrong) {
        trip(hours(1, 50), [this, index, document = made.body.text_or("document"), quantity, lot, serials] {
            take_back(index, document, quantity, lot, serials);
        });
    }
    return partly || wrong;
}

/// The wrong goods: they go back, unless somebody has used them meanwhile.
void PartsTrade::take_back(std::size_t index, const std::string& document, const Decimal& quantity,
                           const std::string& lot, const std::set<std::string>& serials) {
    SimPlace& place = peers_.places[index];
    if (place.physical < quantity || (!lot.empty() && place.lots[lot] < quantity)) return;
    for (const std::string& serial : serials) {
        if (!place.serials.contains(serial)) return;
    }
    const Answer back = peers_.erp("POST", "/api/documents/" + document + "/reverse",
                                   Json::object({{"postingDate", peers_.today()}, {"reason", "wrong goods"}}));
    if (!back.ok()) return;
    ++cancelled_;
    place.physical = *place.physical.minus(quantity);
    if (!lot.empty()) place.lots[lot] = *place.lots[lot].minus(quantity);
    for (const std::string& serial : serials) place.serials.erase(serial);
    peers_.count(place, "goods sent back");
    // Its order is open again: the right goods come.
    const Answer reversed = peers_.erp("GET", "/api/documents/" + document);
    const std::string number = reversed.body.text_or("purchaseOrder");
    if (!number.empty()) trip(hours(20, 100), [this, number] { deliver(number); });
}

/// Something is missing, or turns up.
void PartsTrade::take_stock() {
    if (calm_) return;
    world_.in(hours(20, 60), [this] { take_stock(); });
    SimPlace& place = peers_.places[world_.random.below(peers_.places.size())];
    const SimMaterial& material = peers_.materials[static_cast<std::size_t>(place.material)];
    const Decimal one = Decimal::from_int(1);
    if (material.lots || material.serials || place.physical < one) return;
    const bool lost = world_.chance(60);
    Json body = posting();
    body.set("kind", "count_difference");
    body.set("material", material.code);
    body.set("quantity", lost ? "-1" : "1");
    body.set("unit", material.unit);
    body.set("storageLocation", place.storeroom);
    body.set("reason", "stock taking");
    if (!peers_.must_erp("POST", "/api/stock-movements", body).ok()) return;
    ++counts_;
    place.physical = lost ? *place.physical.minus(one) : *place.physical.plus(one);
    peers_.count(place, "stock taking");
}

void PartsTrade::look_at_exceptions() {
    world_.in(hours(1, 4), [this] { look_at_exceptions(); });
    hub_.query([this](store::Store& store) {
        store::Limit limit;
        limit.count = 100;
        const auto open = store.exceptions(site, true, "", limit);
        if (!open) return;
        for (const store::Exception& exception : *open) act_on(exception);
    });
}

void PartsTrade::act_on(const store::Exception& exception) {
    if (exception.kind == "connector_paused") return;
    world_.trace.note(world_.clock.now(), "open: " + exception.kind + " " + exception.code + " " + exception.reason);
    engine::PersonRequest request;
    request.site = site;
    request.exception = exception.id;
    request.actor = "simulated person";
    request.reason = "looked at it";
    if (exception.kind == "notice") {
        // A no stands for a while before somebody asks again.
        const bool refused = exception.code == "requisition_rejected";
        if (refused && world_.clock.now() - exception.opened < Millis(2 * 86'400'000)) return;
        request.kind = engine::PersonRequest::Kind::answer;
        request.choice = refused ? "order_again" : "seen";
    } else if (exception.kind == "undecidable" && peers_.error.empty()) {
        peers_.error = "a person is asked whether something is at a peer that can be searched: " + exception.reason;
    }
    world_.in(Millis(1), [this, request] { hub_.request(request, [](Result<void>) {}); });
}

}  // namespace tieline::sim
