#pragma once
// Objects that are put as a whole and listed by change: parts, storerooms, plans, persons, vendors, codes. One table;
// what is in an object is the business of whoever reads it from a request.

#include "base/json.h"
#include "base/time.h"
#include "sandbox/cmms/database.h"
#include "sandbox/cmms/problem.h"
#include "sandbox/cmms/webhooks.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::sandbox::cmms {

/// What is common to all objects of a kind.
struct ObjectKind {
    std::string name;            ///< in the table: "item", "code:cost_center"
    std::string_view key;        ///< the member that carries its number: "itemnum"
    std::string_view event;      ///< webhook event of a write
    std::string_view unknown;    ///< code of the refusal where there is none
    std::string_view noun;       ///< for people: "part"
    std::string event_prefix{};  ///< before the number in the event's object: "cost_center/"
};

const ObjectKind& item_kind();
const ObjectKind& storeroom_kind();
const ObjectKind& job_plan_kind();
const ObjectKind& pm_kind();
const ObjectKind& suggestion_kind();

/// The known number that is nearest to a mistyped one; "" when none is near.
std::string nearest_of(Rows& numbers, const std::string& number);

class Objects {
public:
    Objects(Database& database, Webhooks& webhooks) : database_(database), webhooks_(webhooks) {}

    std::optional<Json> find(const ObjectKind& kind, const std::string& number);
    /// 404 with the kind's code where there is none.
    Outcome<Json> read(const ObjectKind& kind, const std::string& number);
    /// 422 naming `field`, with did_you_mean, where there is none.
    Outcome<Json> known(const ObjectKind& kind, const std::string& number, const std::string& field);
    /// Writes the record at the next change; sets version, change and updated_at.
    void save(const ObjectKind& kind, Json& record, WallTime now);
    /// A put of the whole object. `content` has the key and all members but version, change and updated_at. The same
    /// again changes nothing.
    Json put(const ObjectKind& kind, Json content, WallTime now);
    /// As put(), for objects that somebody else owns: an older `as_of` than the kept one is ignored.
    Json put_mirrored(const ObjectKind& kind, Json content, std::optional<std::int64_t> as_of, WallTime now);
    /// {"items", "next_change", "more"} in order of change.
    std::string list(const ObjectKind& kind, std::int64_t after_change, std::int64_t limit);
    std::vector<Json> all(const ObjectKind& kind);

private:
    void store(const ObjectKind& kind, const Json& record);

    Database& database_;
    Webhooks& webhooks_;
};

/// Rows of (body, change) as a page: {"items", "next_change", "more"}. The query asks for limit + 1 rows.
std::string page_of(Rows& rows, std::int64_t after_change, std::int64_t limit);

class Reader;
/// "as_of_change" of a mirrored put.
std::optional<std::int64_t> read_as_of(Reader& reader, std::string_view key = "as_of_change");
/// Refuses a key in the body that is not the one in the path, and a path's key that is no code of 1..`bytes_max` bytes.
void check_key(Reader& reader, const Json& input, std::string_view key, const std::string& number,
               std::size_t bytes_max);

}  // namespace tieline::sandbox::cmms
