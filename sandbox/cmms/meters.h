#pragma once
// Meters of assets: readings that never run backwards, a total that goes on over resets, the average per day.

#include "base/decimal.h"
#include "base/time.h"
#include "sandbox/cmms/assets.h"
#include "sandbox/cmms/database.h"
#include "sandbox/cmms/problem.h"
#include "sandbox/cmms/webhooks.h"

#include <optional>
#include <string>

namespace tieline::sandbox::cmms {

/// A reading as it comes in.
struct NewReading {
    std::string meter, value_path, unit, by, wonum;
    Decimal value;
    WallTime at{};
    bool is_reset = false;
};

/// Where a meter stands.
struct MeterState {
    std::string meter, unit;
    Decimal value, total;
    WallTime at{};
    std::optional<Decimal> per_day;  ///< from the last 90 days of readings; none with fewer than two
};

class Meters {
public:
    Meters(Database& database, Assets& assets, Webhooks& webhooks)
        : database_(database), assets_(assets), webhooks_(webhooks) {}

    /// Body of a reading: {"value", "at"?, "by"?, "unit"?, "reset"?}. `repeated` tells whether it was there already.
    Outcome<Json> add(const std::string& asset, const std::string& meter, const Json& input, WallTime now,
                      bool& repeated);
    Outcome<Json> record(const std::string& asset, const NewReading& reading, WallTime now, bool& repeated);
    /// "meter_readings" of a completion: [{"meter", "value"}].
    Outcome<> record_all(const std::string& asset, const std::string& wonum, const Json::Array& input, WallTime at,
                         WallTime now);
    std::optional<MeterState> state(const std::string& asset, const std::string& meter);
    /// {"items": [...]} of all meters of an asset.
    Outcome<Json> list(const std::string& asset);
    Outcome<Json> readings(const std::string& asset, const std::string& meter, std::int64_t limit);
    /// [{"meter", "value", "unit", "at"}] as they are now.
    Json snapshot(const std::string& asset);

private:
    struct Neighbour {
        Decimal value, total;
        bool is_reset = false;
    };
    std::optional<Neighbour> neighbour(const std::string& asset, const std::string& meter, WallTime at, bool before);
    Outcome<Decimal> total_for(const std::string& asset, const NewReading& reading);
    std::vector<MeterState> states(const std::string& asset);

    Database& database_;
    Assets& assets_;
    Webhooks& webhooks_;
};

}  // namespace tieline::sandbox::cmms
