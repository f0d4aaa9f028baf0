#pragma once
// What the routes of the API share. For this room only.

#include "api/api.h"
#include "api/problem.h"
#include "api/who.h"
#include "base/json.h"
#include "base/worker.h"
#include "net/http.h"
#include "store/store.h"

#include <memory>
#include <optional>
#include <string>

namespace tieline::api {

struct Context {
    engine::Runtime& runtime;
    const Clock& clock;
    ApiOptions options;
    Api::Connectors connectors;
    WallTime started{};
    class Streams* streams = nullptr;
    class Photos* photos = nullptr;
    class Presence* presence = nullptr;
    class Boards* boards = nullptr;
    base::Worker* desk_thread = nullptr;  ///< asks the settings desk

    const SiteInfo* site(std::string_view id) const;
    /// Under which name the rows of a projection are stored; "" for one that this hub does not keep.
    std::string view(std::string_view projection) const;
    connectors::Connector* connector(const model::SiteId& site, const std::string& name) const;
};

/// One request on its way. Shared, since the answer often comes later and from another thread.
struct Call {
    net::HttpRequest request;
    net::Target target;
    std::vector<std::string> parts;  ///< path segments behind /api/v1
    std::shared_ptr<net::Responder> responder;
    model::SiteId site;
    Who who;

    void answer(net::HttpResponse response) const { responder->respond(std::move(response)); }
    void fail(const Error& error, int status = 0) const { responder->respond(problem(error, status)); }
};
using CallPtr = std::shared_ptr<const Call>;

/// Runs `read` on the engine's thread and answers with what it gives.
void answer_from_store(Context& context, CallPtr call, std::function<Result<Json>(store::Store&, const Call&)> read);

/// A whole number of the query: `fallback` when absent, an error outside 0..max.
Result<std::uint64_t> query_number(const Call& call, std::string_view name, std::uint64_t fallback, std::uint64_t max);
/// A number with decimals of the query, as query_number.
Result<double> query_decimal(const Call& call, std::string_view name, double fallback, double min, double max);
/// true, false, or nullopt when absent.
Result<std::optional<bool>> query_flag(const Call& call, std::string_view name);
/// A day YYYY-MM-DD of the query; "" when absent.
Result<std::string> query_day(const Call& call, std::string_view name);

/// Which rows of a view a page shows.
struct Listing {
    std::string view, prefix;
    std::string after, upto;  ///< keys: behind the first, not beyond the second ("" = to the end)
    std::size_t count_max = 100;
    const char* member = "rows";  ///< of the answer
};
/// Reads rows until the page is full or so many were looked at that the engine must go on; `next` then tells where to
/// go on. `take` gives what is shown of a row, or nullopt to leave it out.
Result<Json> list_rows(store::Store& store, const Call& call, const Listing& listing,
                       const std::function<std::optional<Json>(const std::string& key, Json row)>& take);

/// Parsed, or a JSON string with the text itself where it is no JSON (raw bodies of refused input).
Json json_or_text(const std::string& text);

// Routes. Each answers the call.
void post_event(Context& context, const CallPtr& call);
void get_events(Context& context, const CallPtr& call);
void get_status(Context& context, const CallPtr& call);
void get_trace(Context& context, const CallPtr& call);
void get_work_order(Context& context, const CallPtr& call);
void get_work_orders(Context& context, const CallPtr& call);
void get_cost(Context& context, const CallPtr& call);
void get_books(Context& context, const CallPtr& call);
void get_availability(Context& context, const CallPtr& call);
void get_stock(Context& context, const CallPtr& call);
void get_stock_advice(Context& context, const CallPtr& call);
void get_requisitions(Context& context, const CallPtr& call);
void get_exceptions(Context& context, const CallPtr& call);
void get_exception(Context& context, const CallPtr& call);
void post_exception(Context& context, const CallPtr& call);  ///< preview, replay, resolve, give_up, answer
void post_webhook(Context& context, const CallPtr& call);
void get_stream(Context& context, const CallPtr& call);
void get_session(Context& context, const CallPtr& call);
void post_session(Context& context, const CallPtr& call);
void delete_session(Context& context, const CallPtr& call);
void post_link(Context& context, const CallPtr& call);
void post_password(Context& context, const CallPtr& call);
void get_people(Context& context, const CallPtr& call);
void post_people(Context& context, const CallPtr& call);
void post_person(Context& context, const CallPtr& call);
void post_person_link(Context& context, const CallPtr& call);
void get_tokens(Context& context, const CallPtr& call);
void post_tokens(Context& context, const CallPtr& call);
void delete_token(Context& context, const CallPtr& call);
void get_technician_work(Context& context, const CallPtr& call);
void get_technician_job(Context& context, const CallPtr& call);
void get_technician_codes(Context& context, const CallPtr& call);
void post_technician_action(Context& context, const CallPtr& call);
void get_technician_actions(Context& context, const CallPtr& call);
void post_photo(Context& context, const CallPtr& call);
void get_photo(Context& context, const CallPtr& call);
void put_photo(Context& context, const CallPtr& call);
void get_photo_content(Context& context, const CallPtr& call);
void get_board(Context& context, const CallPtr& call);
void put_location(Context& context, const CallPtr& call);
void delete_location(Context& context, const CallPtr& call);
void get_floor_plan(Context& context, const CallPtr& call);
void get_floor_picture(Context& context, const CallPtr& call);
void get_settings(Context& context, const CallPtr& call);
void post_probe(Context& context, const CallPtr& call);
void put_connector(Context& context, const CallPtr& call);
void put_thresholds(Context& context, const CallPtr& call);
void post_reload(Context& context, const CallPtr& call);
void get_asset_facts(Context& context, const CallPtr& call);
void put_asset_facts(Context& context, const CallPtr& call);
void get_metrics(Context& context, const CallPtr& call);
void get_ready(Context& context, const CallPtr& call);

/// What GET status and the stream show. On the engine's thread.
Result<Json> status_json(Context& context, store::Store& store);

}  // namespace tieline::api
