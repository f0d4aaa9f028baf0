#pragma once
// Purchase orders with items of stocked material: held until sent, confirmed, received in parts.

#include "sandbox/erp/lists.h"
#include "sandbox/erp/materials.h"

#include <algorithm>

namespace tieline::sandbox::erp {

struct PartOrder {
    std::string number, company, vendor, currency, text, status, reference, work_order;
};

struct PartItem {
    std::string order;
    std::int64_t item = 0;
    std::string material, location;
    Quantity quantity = 0, received = 0;  ///< base units
    std::string entry_quantity, entry_unit;
    std::int64_t numerator = 1, denominator = 1;  ///< of the unit that the price is for
    Decimal price;
    std::string delivery_date, confirmed_date;
    Quantity confirmed = 0;
    std::int64_t over_percent = 0;  ///< hundredths
    bool final = false;             ///< a receipt said that no more comes
    std::int64_t requisition = 0;

    bool complete() const { return final || received >= quantity; }
    Quantity open() const { return complete() ? 0 : quantity - received; }
    /// The most that may be received in all.
    Quantity most() const {
        return quantity + static_cast<Quantity>(static_cast<__int128>(quantity) * over_percent / 10'000);
    }
};

PartOrder find_part_order(Db& db, Check& check, const std::string& number, std::string_view field);
PartItem find_part_item(Db& db, Check& check, const std::string& number, const std::string& item,
                        std::string_view field);
std::vector<PartItem> items_of_order(Db& db, const std::string& number);
void insert_item(Call& call, const PartItem& item);
/// Writes what may change of an item that counts as on order, and moves what the stock row counts.
void store_item(Call& call, const PartItem& before, const PartItem& after);
/// Derives the state of the order and of its requisitions from its items.
void refresh_part_order(Call& call, const std::string& number);

/// Makes a held order of these items; `order.number` may be empty. Its answer is that of the request.
Reply make_part_order(Call& call, PartOrder order, std::vector<PartItem> items);

Reply create_part_order(Call& call);
Reply change_part_order(Call& call);
Reply send_part_order(Call& call);
Reply cancel_part_order(Call& call);
Reply confirm_part_order(Call& call);
Reply show_purchase_order(Call& call);
Reply list_purchase_orders(Call& call);
std::optional<Json> purchase_order_json(Db& db, const std::string& number);

/// Reads overDeliveryPercent in hundredths.
std::int64_t read_over_percent(Fields& fields);

}  // namespace tieline::sandbox::erp
