#pragma once
// Connector to Tryton 6.0. Private to this room but for its tests; others make it by spec().

#include "connectors/connector.h"
#include "connectors/jsonrpc/jsonrpc.h"
#include "connectors/map.h"
#include "connectors/tryton/feed.h"
#include "connectors/tryton/wire.h"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tieline::connectors::tryton {

using jsonrpc::Effect;

/// Thread-safe; exchanges must not outlive it. Keeps the session and the ids of codes in memory, nothing else.
class Tryton final : public Connector {
public:
    Tryton(const Settings& settings, FieldMap map);

    Exchange<Probe> probe() override;
    Exchange<Page> pull(std::string cursor, std::size_t count_max) override;
    Exchange<SourceObject> fetch(std::string object) override;
    Exchange<Receipt> push(model::Command command) override;
    Exchange<Found> find(model::Command command) override;
    /// Completes a draft that an interrupted push() left behind; see README.md.
    Exchange<Found> follow(model::Command command, std::string document) override;
    /// The request that creates or changes the object, with {"model","code"} in place of ids.
    Result<net::HttpRequest> preview(const model::Command& command) const override;
    Exchange<Page> list(std::string what, std::string from, std::string to, std::string cursor) override;
    Result<std::vector<Hint>> webhook(const net::HttpRequest& request, WallTime now) const override;

private:
    // Asking (ask.cpp).
    Exchange<Json> context();
    /// model.<model>.<method>(params…, context).
    Exchange<Json> ask(std::string model, std::string method, Json::Array params, Effect effect,
                       Json more_context = Json());
    /// Rows of a model, at most `limit`, in order of `order` ("" = by id); `more_context` is added to the context.
    Exchange<Json> rows(std::string model, Json domain, Json fields, std::size_t limit, Json order = Json(),
                        Json more_context = Json());
    /// The id of an object by its code; kind invalid where there is none, with a code that names what is unknown.
    Exchange<Json> id_of(Reference reference);
    Exchange<Json> period_of(std::string day);
    Exchange<Json> company_of(Reference reference);
    Exchange<Json> with_ids(Json values);

    // Documents (documents.cpp, targets.cpp).
    Exchange<Json> by_key(Route route, std::string key);
    Exchange<Json> new_values(Route route, model::Command command);
    Exchange<Json> reversed_move(Route route, model::Command command, Json values);
    Exchange<Json> reversed_shipment(Route route, model::Command command, Json values);
    Exchange<Receipt> create(Route route, model::Command command, Json present);
    Exchange<Receipt> change(Route route, model::Command command, Json present);
    /// Presses the buttons that lead from the object's state to what counts as booked.
    Exchange<Receipt> complete(Route route, std::int64_t id);
    /// A new object's id.
    Exchange<Json> created(Route route, Json values);
    /// The id of the draft of an entry that took the values; `drafts` as found under its key, none of them booked.
    Exchange<Json> entered(Route route, Json values, Json drafts);
    /// Takes back what is not booked; unknown_outcome where it is booked all the same, or stays ("draft_stays").
    Exchange<Json> undo(Route route, std::string key);
    /// Never a value: `why`, after what it left was taken back; or what was found out then.
    Exchange<Json> taken_back(Route route, std::string key, Error why);
    Receipt receipt_of(const Route& route, const Json& row) const;
    Result<Found> found_of(const Route& route, const std::string& key, const Json& rows) const;

    // Reading (read.cpp, stock.cpp).
    /// Objects of a kind as they are now, in few requests; `wanted`: names with the stamps that made them known.
    Exchange<std::vector<SourceObject>> load(FeedKind kind, std::vector<std::pair<std::string, std::int64_t>> wanted);
    Exchange<std::vector<SourceObject>> stock_of(std::vector<std::string> places, std::int64_t head);
    Exchange<Json> shaped(FeedKind kind, Json rows);
    Exchange<Json> shaped_reservations(Json rows);
    Exchange<Json> shaped_orders(Json rows);
    Exchange<Json> shaped_deliveries(Json rows);
    Exchange<Json> unchanged(Json rows);
    Exchange<Json> stock_rows(std::vector<std::string> places);
    Exchange<Json> stock_at(std::string code, std::string location, Json parts, std::string today);
    Exchange<Json> put_away(Json incoming);
    Exchange<Json> issued_from(std::vector<std::string> numbers);
    Exchange<Json> requisitions_of(Json lines);
    Exchange<Json> delivery_of(Json row);
    Exchange<Json> company_currency();

    // The map against the running server (fields.cpp).
    Exchange<Json> definitions(std::string model);
    /// A sentence for each field that a command would write and this server does not take.
    Exchange<Json> map_mistakes();

    // Reconciliation (holdings.cpp). A cursor is the last row's id.
    Exchange<Page> list_entries(std::string from, std::string to, std::string cursor);
    Exchange<Page> list_movements(std::string what, std::string from, std::string to, std::string cursor);
    Exchange<Page> list_requisitions(std::string cursor);
    Exchange<Page> list_stock(std::string cursor);
    Exchange<Json> places_in_use(std::set<std::string> places);
    static bool is_nothing_at(const Json& row);

    static void reservation_sums(Json& row, const std::string& issued_text);
    static void order_items(Json& row, const Json& received, const Json& requisitions);

    jsonrpc::Client client_;
    FieldMap map_;
    Json settings_;                   ///< what the map may name as $settings.…
    std::vector<std::string> kinds_;  ///< of objects that pull() reads
    std::vector<std::string> accounts_;
    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, std::int64_t> ids_;  ///< by model and code; bounded
    std::string currency_;                                             ///< the company's, once known
};

}  // namespace tieline::connectors::tryton
