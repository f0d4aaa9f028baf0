#pragma once
// Stock per storeroom and item: what this system believes, beside what the ERP says. The two are never mixed: the
// difference is shown until people or later transactions mend it.

#include "sandbox/cmms/items.h"

#include <string>

namespace tieline::sandbox::cmms {

struct InventoryQuery {
    std::string storeroom, item;
    std::optional<std::int64_t> after_change;  ///< in order of change; else in order of key
    std::string after_storeroom, after_item;
    bool only_different = false;
    std::int64_t limit = 100;
};

class Inventory {
public:
    Inventory(Database& database, Items& items, Webhooks& webhooks)
        : database_(database), items_(items), webhooks_(webhooks) {}

    /// Adds to the balance; 409 balance_too_small where the storeroom does not allow a negative one. Item and storeroom
    /// are records.
    Outcome<> move(const Json& storeroom, const Json& item, const Decimal& delta, WallTime now);
    /// What the ERP says, written by the hub. An older one is ignored, the same again changes nothing.
    Outcome<Json> mirror(const std::string& storeroom, const std::string& item, const Json& input, WallTime now);
    /// A stock take.
    Outcome<Json> count(const std::string& storeroom, const std::string& item, const Json& input, WallTime now);
    Outcome<Json> read(const std::string& storeroom, const std::string& item);
    std::string list(const InventoryQuery& query);

private:
    Json row_of(const std::string& storeroom, const Json& item);
    void save(Json& row, WallTime now);
    void store(const Json& row);

    Database& database_;
    Items& items_;
    Webhooks& webhooks_;
};

}  // namespace tieline::sandbox::cmms
