#pragma once
// Connector to the sandbox CMMS. Private to this room but for its test; others make it by spec().

#include "base/time.h"
#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/rest/rest.h"
#include "connectors/sandbox_cmms/cursor.h"
#include "connectors/sandbox_cmms/lists.h"

#include <string>
#include <vector>

namespace tieline::connectors::sandbox_cmms {

/// Immutable after construction; exchanges must not outlive it, nor it the clock, which only says how far ahead due
/// plans are read.
class SandboxCmms final : public Connector {
public:
    SandboxCmms(const Settings& settings, FieldMap map, const Clock& clock);

    Exchange<Probe> probe() override;
    Exchange<Page> pull(std::string cursor, std::size_t count_max) override;
    Exchange<SourceObject> fetch(std::string object) override;
    Exchange<Receipt> push(model::Command command) override;
    Exchange<Found> find(model::Command command) override;
    Exchange<Found> follow(model::Command command, std::string document) override;
    Result<net::HttpRequest> preview(const model::Command& command) const override;
    Exchange<Page> list(std::string what, std::string from, std::string to, std::string cursor) override;
    Result<std::vector<Hint>> webhook(const net::HttpRequest& request, WallTime now) const override;

private:
    /// A part of one list.
    struct Slice {
        std::vector<Json> bodies;
        std::int64_t next = 0;
        bool more = false;
    };
    bool wanted(const List& list) const;
    /// Reads one list behind `after` into the page; moves the cursor. False: the list has more.
    Exchange<bool> add_list(const List* list, Cursor* cursor, Page* page, std::size_t limit);
    Exchange<bool> add_due_plans(Cursor* cursor, Page* page, std::size_t limit);
    Result<Slice> slice_of(const List& list, const Json& body, std::int64_t after) const;
    /// Adds "base_uom" to planned parts in an alternative unit, whose base unit only the item tells.
    Exchange<Json> with_base_units(Json bodies);
    /// The request that brings a picture's bytes, under their digest; the command's own request then names them.
    Result<net::HttpRequest> upload_of(const model::Command& command) const;
    SourceObject object_of(const List& list, const Json& body) const;

    rest::Access access_;
    FieldMap map_;
    const Clock& clock_;
    Json settings_;  ///< what the map reaches as $settings
    std::vector<std::string> reads_;
    std::int64_t horizon_days_ = 0;
    std::string webhook_secret_, photos_folder_;
};

}  // namespace tieline::connectors::sandbox_cmms
