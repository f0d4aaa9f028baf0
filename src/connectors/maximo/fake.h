#pragma once
// A strict stand-in for Maximo's REST/JSON API, for tests: what the connector uses of it and nothing else, and stricter
// than the real one. Written from documentation; no line of it was compared with a real Maximo. Each documented pitfall
// is a switch. Codes that begin with FAKE are of this stand-in, those with BMXAA of Maximo.

#include "base/json.h"
#include "base/time.h"
#include "net/http.h"

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::maximo {

struct Pitfalls {
    bool inner_hosts = false;            ///< links name a host that only the inside knows
    bool actions_fail = false;           ///< every wsmethod is answered 500, and does nothing
    bool status_patch_refused = false;   ///< the attribute status may not be written
    bool status_kept = false;            ///< a change of status is answered 204, and does nothing
    bool failure_code_needed = false;    ///< COMP is refused without a failure code
    bool silent_create = false;          ///< 201 without a body, whatever was asked for
    bool plain_install = false;          ///< nobody has added the attributes tl_…
    bool attributes_ignored = false;     ///< what is written to tl_… and externalrefid is answered well, and dropped
    bool moves_on = false;               ///< a workflow moves an order that was approved on to WMATL at once
    bool memo_dropped = false;           ///< the history of statuses keeps no memo
    bool opaque_links = false;           ///< links name their members by something that nobody can compute
    bool fractions = false;              ///< times are kept to the millisecond and shown to the second
    bool children_silent = false;        ///< labor, material and receipts do not change the order's time of change
    bool sessions_fail = false;          ///< a write is answered 500 with the code of a lost session; nothing is done
    int poison_status = 500;             ///< how a poisoned order is answered
    std::size_t page_rows_max = 10'000;  ///< the server gives no more at once, whatever was asked for
    std::size_t externalrefid_max = 24;
};

/// One site of one Maximo. One thread. Times are the test's.
class Fake {
public:
    static constexpr std::string_view base = "/maximo/api";

    WallTime now{Millis(1'732'428'000'000)};  ///< 2024-11-24T06:00:00Z: behind every clock that a test may run by
    Pitfalls pitfalls;
    std::string api_key = "key";
    std::string site = "BEDFORD";
    std::set<std::string> poisoned;  ///< orders whose whole body makes the answer fail
    std::set<std::string> missing;   ///< attributes that this install does not have
    std::size_t requests = 0;        ///< taken so far
    bool is_oauth = false;           ///< takes tokens that it gave at /token instead of keys
    Millis token_life{300'000};

    /// `request.url` is path and query.
    net::HttpResponse handle(const net::HttpRequest& request);

    // What people do in Maximo.
    std::string make_order(Json attributes = Json::object());  ///< its number
    Json& order(const std::string& number);                    ///< to be changed in place; call touch() then
    void touch(const std::string& number);
    void move_to(const std::string& number, std::string_view status);
    void add(const std::string& number, std::string_view list, Json line);  ///< labtrans, servrectrans, …
    std::string use(const std::string& number, const std::string& item, const std::string& quantity,
                    const std::string& unit_cost, std::string_view type = "ISSUE",
                    const std::string& storeroom = "CENTRAL");  ///< its id
    void balance(const std::string& item, const std::string& storeroom, const std::string& quantity);
    void hold_back(const std::string& number) { held_back_.insert(number); }  ///< changed, not committed yet
    void commit(const std::string& number) { held_back_.erase(number); }
    void revoke_tokens() { tokens_.clear(); }
    std::size_t tokens_given() const { return tokens_given_; }

    /// The outbound queue of the publish channel: orders as they were changed. Stops at the first message that is not
    /// taken (a sequential queue); gives how many were taken.
    std::size_t deliver(const std::function<int(const std::string& body)>& listener);
    void publish(std::string body) { queue_.push_back(std::move(body)); }

    std::size_t count_of_key(const std::string& key) const;  ///< how often a key stands anywhere in the orders
    std::string state() const;                               ///< of everything, as text

private:
    struct Structure;
    net::HttpResponse token(const net::HttpRequest& request);
    bool is_signed_in(const net::HttpRequest& request) const;
    net::HttpResponse list(const Structure& structure, const net::Target& target) const;
    net::HttpResponse create(const net::HttpRequest& request, const Json& body);
    net::HttpResponse change(const net::HttpRequest& request, const Json& body, Json& order);
    net::HttpResponse change_status(const Json& body, Json& order);
    net::HttpResponse written(const net::HttpRequest& request, const net::Target& target, const std::string& id);
    std::string refuse_status(Json& order, const std::string& status, const std::string& date);
    Json shown(const Structure& structure, const Json& row, const std::string& select, bool internal) const;
    std::vector<const Json*> rows_of(const Structure& structure) const;
    std::vector<const Json*> candidates(const Structure& structure, const std::string& where) const;
    Json lines_of(const Json& order, const std::string& list) const;
    std::string id_of(const std::string& number, bool is_opaque) const;
    std::string link_of(const Json& row) const;
    bool has(const std::string& attribute) const;
    void keep(const std::string& number, const std::string& name, const Json& value);
    net::HttpResponse shown_as(const net::HttpRequest& request, int status, const std::string& number) const;

    std::vector<Json> orders_, uses_, balances_;
    std::map<std::string, std::size_t> places_;   ///< number → index of orders_
    std::map<std::string, std::string> numbers_;  ///< id in links, of either form → number
    std::set<std::string> held_back_;
    std::map<std::string, WallTime> transactions_, tokens_;
    std::deque<std::string> queue_;
    std::int64_t next_order_ = 1001, next_id_ = 45001, row_stamp_ = 700'000;
    std::size_t tokens_given_ = 0;
};

/// Whether a row fulfils oslc.where: terms joined by "and" only. An error says what it does not understand.
Result<bool> fulfils(const Json& row, std::string_view where, const std::set<std::string>& attributes);
/// "a,rel.b{c,d}" → {"a", ""}, {"b", "c,d"}.
std::vector<std::pair<std::string, std::string>> parts_of_select(std::string_view select);
/// Below zero, zero, above: numbers as numbers, times as times, else as texts.
int compare_words(const std::string& left, const std::string& right);

}  // namespace tieline::connectors::maximo
