#pragma once
// Part transactions: what technicians take from a storeroom for a job and bring back. Immutable; only the link to the
// ERP's document is added later.

#include "sandbox/cmms/inventory.h"
#include "sandbox/cmms/quantities.h"
#include "sandbox/cmms/work_orders.h"

#include <string>
#include <vector>

namespace tieline::sandbox::cmms {

struct TransactionQuery {
    std::int64_t after_change = 0;
    std::string wonum, item, client_ref, erp_reference;
    std::int64_t limit = 100;
};

class Transactions {
public:
    /// `lenient`: nothing is checked but the order; what was written is kept.
    Transactions(Database& database, Items& items, Inventory& inventory, WorkOrders& work_orders, Webhooks& webhooks,
                 bool lenient)
        : database_(database),
          items_(items),
          inventory_(inventory),
          work_orders_(work_orders),
          webhooks_(webhooks),
          lenient_(lenient) {}

    /// `repeated`: the phone has sent this request before, and this is the first answer.
    Outcome<Json> create(const Json& input, WallTime now, bool& repeated);
    Outcome<Json> read(const std::string& number);
    std::string list(const TransactionQuery& query);
    /// The ERP's document, or why it refused. The same again changes nothing.
    Outcome<Json> link(const std::string& number, const Json& input, WallTime now);
    std::int64_t count();

private:
    /// A request read, as it is checked step by step.
    struct Booking {
        std::string type, wonum, item, storeroom, lot, of, line, by, at, device, client_ref, request;
        std::vector<std::string> serials;
        std::optional<Decimal> unit_cost;
        Amount amount;
        Json order, part, place, original;  ///< `original`: the transaction named by `of`
        bool is_issue() const { return type == "ISSUE"; }
    };

    Outcome<Booking> read_booking(const Json& input, WallTime now);
    Outcome<std::optional<Json>> find_repeated(const Booking& booking);
    Outcome<> check_parties(Booking& booking, const Json& input);
    Outcome<> take_as_written(Booking& booking, const Json& input);
    Outcome<> check_details(Booking& booking);
    Outcome<> check_tracking(const Booking& booking);
    Outcome<> check_original(Booking& booking);
    Outcome<> check_returnable(const Booking& booking);
    Outcome<> check_line(const Booking& booking);
    Outcome<> move_serials(const Booking& booking);
    Outcome<Json> book(Booking& booking, WallTime now);
    void save(Json& record, const std::string& request);

    Database& database_;
    Items& items_;
    Inventory& inventory_;
    WorkOrders& work_orders_;
    Webhooks& webhooks_;
    bool lenient_;
};

}  // namespace tieline::sandbox::cmms
