#pragma once
// What the tests of the connector share: the sandbox ERP in this process as its peer, and a sample of every command.

#include "connectors/drive.h"
#include "connectors/sandbox_erp/spec.h"
#include "sandbox/erp/test_erp.h"

#include <memory>
#include <string>

namespace tieline::connectors::sandbox_erp::test {

inline constexpr std::string_view base_url = "http://erp.test";

inline Settings settings(const std::string& token = "sandbox") {
    Settings made;
    made.name = "erp";
    made.values = {{"url", std::string(base_url)}, {"token", token}};
    return made;
}

/// The ERP behind its address; a dropped connection is what the client makes of it.
class ErpPeer {
public:
    explicit ErpPeer(sandbox::erp::test::Demo demo = sandbox::erp::test::Demo::on)
        : erp(":memory:", sandbox::erp::ErpOptions{}, demo) {}

    Result<net::HttpResponse> answer(const net::HttpRequest& request) {
        EXPECT_TRUE(request.url.starts_with(base_url)) << request.url;
        net::HttpRequest local = request;
        local.url.erase(0, base_url.size());
        net::HttpResponse response = erp.erp().handle(local, erp.now);
        if (response.status != 0) return response;
        return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset");
    }
    Peer peer() {
        return [this](const net::HttpRequest& request) { return answer(request); };
    }

    /// A command with a key of its own that the ERP can carry out; what it needs is made before.
    model::Command sample(const std::string& kind) {
        const std::string number = std::to_string(++samples_);
        model::Command command;
        command.key = "7ZQK9M2P4R6T" + std::string(4 - std::min<std::size_t>(4, number.size()), '0') + number;
        command.kind = kind;
        Json payload = Json::object({{"work_order", "WO-" + number},
                                     {"company_code", "1000"},
                                     {"text", "WO-" + number + " Seal change"},
                                     {"reference", command.key},
                                     {"posting_date", "2026-11-24"},
                                     {"currency", "EUR"},
                                     {"receiver", receiver()}});
        fill(kind, payload);
        command.payload = payload.dump();
        return command;
    }

    sandbox::erp::test::DemoErp erp;

private:
    static Json receiver() { return Json::object({{"kind", "cost_center"}, {"code", "CC-100"}}); }

    void fill(const std::string& kind, Json& payload) {
        const auto set = [&](std::initializer_list<Json::Member> members) {
            for (const auto& [name, value] : members) payload.set(name, value);
        };
        if (kind == "journal.post") {
            payload.erase("receiver");
            set({{"lines", lines()}});
        } else if (kind == "goods_issue.post") {
            set({{"part", "P-1001"}, {"quantity", "2"}, {"unit", "PCE"}, {"expected_amount", "25.00"}});
        } else if (kind == "confirmation.post") {
            set({{"activity", "MECH"}, {"hours", "1.5"}, {"expected_amount", "93.75"}});
        } else if (kind == "service_receipt.post") {
            set({{"purchase_order", "PO-100-EUR"}, {"vendor", "V-100"}, {"amount", "480.00"}});
        } else if (kind == "order.create") {
            set({{"asset", "FILLER-01"}, {"title", "Seal change"}, {"order_type", "corrective"}});
            set({{"planned_cost", "350.00"}});
        } else if (kind == "order.change") {
            set({{"erp_order", booked("order.create")}, {"planned_cost", "400.00"}});
        } else if (kind.starts_with("reservation.") || kind.starts_with("requisition.")) {
            payload.erase("receiver");
            fill_object(kind, payload);
        } else if (kind.starts_with("purchase_order.")) {
            set({{"purchase_order", held_order()}, {"item", "10"}, {"quantity", "7"}, {"unit", "PC"}});
            set({{"delivery_date", "2026-12-20"}, {"reason", "no longer needed"}});
        } else if (kind == "equipment.change") {
            const Json reading = Json::object({{"meter", "RUN-H"}, {"value", std::to_string(1000 + samples_)}});
            set({{"asset", "FILLER-01"}, {"last_work_date", "2026-11-24"}, {"meters", Json(Json::Array{reading})}});
            payload.set("last_work_order", payload.text_or("work_order"));
        } else if (kind.ends_with(".reverse")) {
            set({{"document", booked(kind.substr(0, kind.find('.')) + ".post")}, {"reason", "work order reopened"}});
        }
    }
    void fill_object(const std::string& kind, Json& payload) {
        const std::string noun = kind.substr(0, kind.find('.'));
        if (!kind.ends_with(".create")) payload.set(noun, booked(noun + ".create"));
        if (kind.ends_with(".cancel")) return (void)payload.set("reason", "work order cancelled");
        payload.set("quantity", kind.ends_with(".create") ? "4" : "3");
        payload.set("unit", "PC");
        payload.set("part", "P-2003");
        payload.set("storeroom", "MAIN");
        payload.set("needed_on", "2026-12-01");
        payload.set("delivery_date", "2026-12-01");
        payload.set("work_orders", Json(Json::Array{Json(payload.text_or("work_order"))}));
    }
    std::string held_order() {
        return erp
            .post("/api/purchase-orders",
                  R"({"companyCode":"1000","vendor":"V-200","currency":"EUR","items":[{"material":"P-2003",)"
                  R"("quantity":"5","unit":"PC","price":"140.00","deliveryDate":"2026-12-10",)"
                  R"("storageLocation":"MAIN"}]})")
            .text("document");
    }
    static Json lines() {
        Json debit = Json::object({{"side", "debit"}, {"account", "610000"}, {"amount", "93.75"}});
        debit.set("receiver", receiver());
        Json credit = Json::object({{"side", "credit"}, {"account", "181000"}, {"amount", "93.75"}});
        Json list = Json::array();
        list.push_back(std::move(debit));
        list.push_back(std::move(credit));
        return list;
    }
    std::string booked(const std::string& kind) {
        const auto connector = spec().make(settings(), "");
        const auto receipt = run((*connector)->push(sample(kind)), peer());
        EXPECT_TRUE(receipt) << (receipt ? "" : receipt.error().message);
        return receipt ? receipt->document : std::string();
    }
    int samples_ = 0;
};

}  // namespace tieline::connectors::sandbox_erp::test
