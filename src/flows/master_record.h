#pragma once
// What the ERP has said of one object of master data, and the put that the CMMS gets of it.

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "flows/config_master.h"
#include "flows/flow.h"
#include "flows/master_codes.h"

#include <optional>
#include <string>
#include <string_view>

namespace tieline::flows {

/// The flow's state of one key, as JSON:
/// seq: of the newest row; pub: what was published (part, vendor, cost center, asset, craft's name);
/// rows: a person's rows by first day; rates: a person's rates by craft, a craft's rates by company and first day;
/// members: persons of a craft; answers, open: see CodeMapper and notices; wake: day of the timer; write: LatestWrite.
class MasterRecord {
public:
    MasterRecord(const MasterDataConfig& config, std::string_view key, Json state);

    /// A row of the ERP; an older one than is known changes nothing. May add events for persons and crafts.
    Result<void> publish(const Json& data, Decision& decision);
    /// A person has come into this craft.
    void join(const Json& data, Decision& decision);
    /// A person's craft has these rates.
    void take_rates(const Json& data);

    struct Put {
        std::string kind;     ///< of the command
        std::string members;  ///< of the payload, without as_of and reference
        std::string changes;  ///< first day on which it will read differently without news; empty: never
    };
    /// What the CMMS should have; nullopt when nothing is to be put (yet).
    std::optional<Put> put(CodeMapper& codes, const std::string& today) const;

    std::string_view kind() const { return std::string_view(key_).substr(0, key_.find('/')); }
    std::string_view code() const { return std::string_view(key_).substr(key_.find('/') + 1); }
    std::int64_t seq() const { return state.int_or("seq", 0); }

    Json state;

private:
    Put part(CodeMapper& codes, const Json& data) const;
    Put vendor(CodeMapper& codes, const Json& data) const;
    Put receiver(CodeMapper& codes, const Json& data, const std::string& today) const;
    Put craft(CodeMapper& codes, const Json& data) const;
    Put asset(CodeMapper& codes, const Json& data) const;
    std::optional<Put> person(CodeMapper& codes, const std::string& today) const;
    Result<void> publish_person(const Json& data, Decision& decision);
    Result<void> publish_rate(const Json& data, Decision& decision);
    void tell_rates(const std::string& person, Decision& decision) const;
    Json& object(std::string_view name);
    bool pass(const Json& data);

    const MasterDataConfig& config_;
    std::string key_;
};

}  // namespace tieline::flows
