#pragma once
// What the ERP's feed of changes shows, and what becomes of it: kinds, names of objects, events. Private to this room.

#include "connectors/connector.h"
#include "connectors/map.h"
#include "connectors/rest/rest.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tieline::connectors::sandbox_erp {

/// One kind of object in the feed.
struct FeedKind {
    std::string_view kind;   ///< as the ERP says it: "purchase_order"
    std::string_view table;  ///< of the field map
    std::string_view type;   ///< of the event; one that ends with '.' takes the object's state behind it
    bool prefixed = true;    ///< its objects are named "<kind>:<object>", so that kinds never collide
};
std::span<const FeedKind> feed_kinds();
const FeedKind* feed_kind(std::string_view kind);
/// Every kind, with commas between them.
const std::string& all_kinds();

/// A name that pull() gave, taken apart. The kind of one without a prefix is rate or invoice. Null: no such kind.
struct ObjectName {
    const FeedKind* kind = nullptr;
    std::string object;  ///< as the ERP says it: "SEAL-9/MAIN"
};
ObjectName object_name(const std::string& name);

/// Where in the feed a body was read. `seq` 0: it was read by itself.
struct FeedPlace {
    std::int64_t seq = 0;
    std::optional<std::int64_t> as_of;  ///< head of the feed, where the page reached it
    WallTime at{};
};

/// The body as an event; nullopt for one that is none: an invoice taken back, an order without items.
std::optional<SourceObject> source_object(const FieldMap& map, const FeedKind& kind, const std::string& object,
                                          Json body, const FeedPlace& place);

/// How one object is read by itself.
net::HttpRequest object_request(const rest::Access& access, const ObjectName& name);
/// The object in the answer; null when it is not there (any more).
const Json* object_in(const ObjectName& name, const Json& answer);

}  // namespace tieline::connectors::sandbox_erp
