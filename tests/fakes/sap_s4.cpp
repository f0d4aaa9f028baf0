// The strict fake of SAP S/4HANA.

#include "connectors/sap_s4/test_sap_peer.h"
#include "fakes/fakes.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tieline::fakes {
namespace {

using connectors::sap_s4::test::SapPeer;

class SapS4 final : public Fake {
public:
    SapS4() {
        // The work orders of the stand-in for Maximo are of 2024.
        peer_.pitfalls.open_from = "2024-01-01";
        peer_.add_equipment("11430", "Feed pump");
    }
    Reply answer(const net::HttpRequest& request) override {
        net::HttpRequest whole = request;
        whole.url = std::string(connectors::sap_s4::test::base_url) + request.url;
        const std::size_t before = documents();
        const Result<net::HttpResponse> answered = peer_.answer(whole);
        if (forgets_) forget();
        if (!answered) return {{}, Reply::Way::lost};
        if (documents() > before && holds_ > 0) {
            --holds_;
            return {*answered, Reply::Way::never};
        }
        return {*answered};
    }
    Reply admin(const net::HttpRequest& request) override {
        const std::string what = request.url.substr(7);
        if (request.method == "GET" && what.starts_with("rows/")) {
            const SapPeer& peer = peer_;
            return json_reply(200, Json(peer.rows(what.substr(5))));
        }
        if (request.method == "GET" && what == "stock") {
            Json all = Json::object();
            for (const auto& [material, quantity] : peer_.stock) all.set(material, quantity);
            return json_reply(200, all);
        }
        const auto body = Json::parse(request.body);
        if (request.method == "POST" && what == "do" && body && body->is_object()) return act(*body);
        if (request.method != "POST" || what != "switches" || !body || !body->is_object())
            return json_reply(400, Json("GET rows/<set> and stock, POST switches and do"));
        holds_ = body->int_or("hold", holds_);
        peer_.switches.lose_answers = static_cast<int>(body->int_or("lose", peer_.switches.lose_answers));
        if (const std::string service = body->text_or("denied"); !service.empty()) peer_.switches.denied = {service};
        forgets_ = body->bool_or("forget_references", forgets_);
        return json_reply(200, Json::object());
    }

private:
    /// What people do in SAP with a requisition of the hub.
    Reply act(const Json& body) {
        const std::string action = body.text_or("action"), requisition = body.text_or("requisition");
        if (action == "approve") {
            peer_.change_requisition(requisition, "PurReqnReleaseStatus", "05");
            return json_reply(200, Json::object());
        }
        if (action == "receive")
            return json_reply(
                200, Json::object({{"document", peer_.receive(body.text_or("order"), body.text_or("quantity"))}}));
        if (action != "order") return json_reply(400, Json("approve, order, receive"));
        const std::string order = peer_.make_order(body.text_or("material"), body.text_or("quantity"));
        peer_.change_order(order, "PurchaseRequisition", requisition.substr(0, requisition.find('/')));
        peer_.change_order(order, "PurchaseRequisitionItem", "10");
        peer_.change_order(order, "ReleaseIsNotCompleted", body.bool_or("held", false));
        peer_.change_requisition(requisition, "PurchasingDocument", order);
        peer_.change_requisition(requisition, "OrderedQuantity", body.text_or("quantity"));
        return json_reply(200, Json::object({{"order", order}}));
    }
    std::size_t documents() const {
        std::size_t count = 0;
        for (const char* set : {"A_MaterialDocumentHeader", "A_OperationalAcctgDocItemCube", "MaintenanceOrder",
                                "MaintOrderConfirmation"})
            count += peer_.rows(set).size();
        return count;
    }
    void forget() {
        for (const char* set : {"A_MaterialDocumentHeader", "A_OperationalAcctgDocItemCube"})
            for (Json& row : peer_.rows(set))
                for (const char* field : {"ReferenceDocument", "DocumentReferenceID"}) row.erase(field);
    }

    SapPeer peer_;
    std::int64_t holds_ = 0;
    bool forgets_ = false;
};

}  // namespace

std::unique_ptr<Fake> make_sap_s4() { return std::make_unique<SapS4>(); }

}  // namespace tieline::fakes
