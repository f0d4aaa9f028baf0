#pragma once
// One outside system. A connector turns canonical commands into wire requests and wire replies into canonical values.
// It never sees the store, never retries, never decides on re-sending: the dispatcher does.

#include "base/json.h"
#include "base/time.h"
#include "connectors/exchange.h"
#include "model/command.h"
#include "net/http.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors {

struct Probe {
    std::string system;                ///< "Tieline sandbox ERP 1"
    std::vector<std::string> rights;   ///< what was found to be allowed
    std::vector<std::string> missing;  ///< rights or set-up that a configured flow needs and did not find
};

/// One changed object of the peer, already mapped to the canonical model.
struct SourceObject {
    std::string object;        ///< its number at the peer: "WO-000123"
    std::string type;          ///< event type of this state: "workorder.completed", "invoice.received"
    std::string correlation;   ///< whose story: usually the work order
    std::string peer_version;  ///< as the peer says
    WallTime occurred{};
    std::string data;              ///< canonical JSON; revisions are counted by its hash
    std::optional<Error> refused;  ///< could not be mapped: becomes an exception; `data` is then the raw body
    std::string subject{};         ///< of the event; empty: `object`. Kinds whose names could collide tell them apart
                                   ///< in `object` ("stock:SEAL-9/MAIN") and say here what the event is about
};
struct Page {
    std::vector<SourceObject> objects;
    std::string cursor;  ///< where the next page starts; equal to the request's when nothing is new
    bool more = false;
};

/// What a peer says of one command.
struct Receipt {
    enum class State { booked, accepted };
    State state = State::booked;  ///< accepted: 2xx, but a later step decides; follow() tells
    std::string document;         ///< the peer's document number; empty only while accepted
    std::string details = "{}";   ///< JSON: what the peer valued, posted dates: goes into the receipt's event
    /// What else it changed at the peer that no page of pull() will tell: fetch() is asked for each of these names once
    /// the receipt is kept, and may answer with the object that changed.
    std::vector<std::string> touched{};
};
/// Answer of find() and follow().
struct Found {
    enum class State { present, absent, undecidable, rejected };
    State state = State::undecidable;
    Receipt receipt;  ///< when present
    Error why;        ///< when rejected or undecidable
};

/// What a webhook says: only a hint which object to read again.
struct Hint {
    std::string object;
};

class Connector {
public:
    virtual ~Connector() = default;
    /// Reach, sign-in and rights; changes nothing.
    virtual Exchange<Probe> probe() = 0;
    /// Objects changed after the cursor ("" = from the beginning), at most `count_max`.
    virtual Exchange<Page> pull(std::string cursor, std::size_t count_max) = 0;
    /// One object as it is now (a webhook's hint).
    virtual Exchange<SourceObject> fetch(std::string object) = 0;
    /// Carries a command out once. Error kinds as in base/result.h: invalid = refused for good by this payload,
    /// unknown_outcome = must be looked up.
    virtual Exchange<Receipt> push(model::Command command) = 0;
    /// Looks for the effect of a command by its key. Changes nothing.
    virtual Exchange<Found> find(model::Command command) = 0;
    /// What became of an accepted command.
    virtual Exchange<Found> follow(model::Command command, std::string document) = 0;
    /// The wire request that push() would send, for previews; no I/O.
    virtual Result<net::HttpRequest> preview(const model::Command& command) const = 0;
    /// What the peer holds of one topic, for reconciliation: "work_orders", "part_transactions", "postings",
    /// "movements", "requisitions", "stock". Days from and to, both included, where the topic has days; cursor ""
    /// begins. Each object's data is a row with the members of conditions::Row; one without `key` is none of the hub's
    /// and only counts. Kind unsupported (the default) for a topic that this peer does not list.
    virtual Exchange<Page> list(std::string what, std::string from, std::string to, std::string cursor);
    /// Checks the signature of a webhook and reads its hints. Kind unauthorized when the signature is wrong.
    virtual Result<std::vector<Hint>> webhook(const net::HttpRequest& request, WallTime now) const = 0;
};

/// How the dispatcher treats a connector.
struct Pace {
    int in_flight_max = 32;
    double per_second_max = 0;       ///< 0: no limit
    std::uint32_t per_hour_max = 0;  ///< requests to its address, reading and looking up included; 0: no limit
    Millis deadline{30'000};         ///< of one attempt
    Millis settle{2'000};            ///< after the deadline, before an "absent" counts
    Millis backoff_first{500}, backoff_max{60'000};
    int transient_max = 0;  ///< park after so many failures in a row; 0: never (the breaker holds)
    int breaker_after = 5;  ///< failures in a row that open the breaker
    Millis breaker_pause{5'000};
    Millis poll_every{5'000};  ///< pull; 0: never
    Millis follow_every{2'000};
};

/// One setting of a connector: makes the form, the check and the docs.
struct Field {
    enum class Kind { text, url, integer, boolean, secret, duration_ms, file };
    std::string name;
    Kind kind = Kind::text;
    bool required = false;
    std::string fallback;
    std::string help;  ///< for plant people
};
/// Settings by name, checked against the spec; secrets are resolved (environment or file) by app.
struct Settings {
    std::string name;  ///< configured name: "erp"
    std::vector<std::pair<std::string, std::string>> values;
    std::string value(std::string_view field) const;  ///< "" when absent
    /// A whole number, a duration ("500", "500ms", "5s", "2m", "1h"), a yes or no; checked by check_settings before.
    std::int64_t integer(std::string_view field) const;
    Millis duration(std::string_view field) const;
    bool boolean(std::string_view field) const;
};

/// Checks the settings against the fields of a connector: required ones present, numbers, addresses and durations
/// well-formed, no unknown names; fills in fallbacks, in the order of the fields. Kind invalid, code "bad_setting",
/// `field` = the setting's name; the message names connector and setting and says what to do. Never quotes a secret.
Result<Settings> check_settings(const std::vector<Field>& fields, Settings settings);

/// The entry of a system in the catalog.
struct ConnectorSpec {
    std::string system;              ///< "sandbox_erp"
    std::string title;               ///< "Tieline sandbox ERP"
    std::string tested_with;         ///< fake, mock server, or real system, and its version
    std::vector<std::string> kinds;  ///< command kinds that push() takes
    std::vector<Field> fields;
    /// `map_text`: YAML of the field map; empty = the connector's own.
    std::function<Result<std::unique_ptr<Connector>>(const Settings&, const std::string& map_text)> make;
    std::string_view own_map{};  ///< the connector's own field map: YAML that lives as long as the program
    std::string_view
        own_metadata{};  ///< what is known of the peer's objects (metadata.h); empty: maps are not compared
};

}  // namespace tieline::connectors
