// Orders in the order of their change, as events.

#include "connectors/odata/odata.h"
#include "connectors/sap_maintenance/sap_maintenance.h"
#include "connectors/sap_maintenance/shape.h"
#include "model/work_order.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_maintenance {
namespace {

constexpr std::size_t page_most = 200;    ///< objects of one pull
constexpr std::size_t page_rows = 100;    ///< whole orders of one answer
constexpr std::size_t lines_most = 5000;  ///< confirmations or movements of one order
constexpr std::size_t witnesses_most = 2;

constexpr const char* orders = "API_MAINTENANCEORDER/MaintenanceOrder";
constexpr const char* confirmations = "API_MAINTORDERCONFIRMATION/MaintOrderConfirmation";
const std::string costs = "API_MAINTENANCEORDER/MaintOrderActlPlndCostItm";
constexpr const char* movements = "API_MATERIAL_DOCUMENT_SRV/A_MaterialDocumentItem";
constexpr const char* expand =
    "to_MaintenanceOrderOperation,to_MaintenanceOrderOperation/to_MaintOrderOpComponent_2,"
    "to_MaintOrderSettlmtDistrRule_2";

constexpr const char* place_fields = "MaintenanceOrder,LastChangeDateTime,MaintOrderCreationDateTime";

odata::ChangeFeed feed_by(const Setup& setup, const char* moment) {
    return {moment, {"MaintenanceOrder"}, "MaintenancePlanningPlant eq " + odata::text_literal(setup.plant)};
}

/// Trouble that reading the same order again would meet again.
bool is_final(const Error& error) {
    return error.kind == ErrorKind::invalid || error.kind == ErrorKind::unsupported ||
           error.kind == ErrorKind::conflict;
}

/// An order with what its row says of it; its state comes later.
SourceObject begun(const Json& row, const Clock& clock) {
    SourceObject object;
    object.object = object.correlation = plain_number(row.text_or("MaintenanceOrder"));
    object.peer_version = row.text_or("LastChangeDateTime", row.text_or("MaintOrderCreationDateTime"));
    const auto time = odata::time_of(object.peer_version);
    const Result<WallTime> moment = time ? parse_time(*time) : Result<WallTime>(Error{});
    object.occurred = moment ? *moment : clock.now();
    object.type = "workorder.requested";
    object.data = row.dump();
    return object;
}

/// One that SAP cannot show: an exception of its own, and the others go on.
SourceObject unreadable(const Json& row, const Error& why, const Clock& clock) {
    SourceObject object = begun(row, clock);
    object.refused = make_error(ErrorKind::invalid,
                                "SAP cannot show maintenance order " + object.object + ": " + why.message +
                                    ". The other orders are read; have it mended in SAP, then it is read when it "
                                    "changes or when the orders of the last days are read again",
                                "order_unreadable", "number");
    object.refused->details = why.details;
    return object;
}

}  // namespace

std::string Cursor::str() const {
    Json all = Json::object({{"changed", changed.json()}, {"created", created.json()}, {"again_due", again_due}});
    if (is_again) all.set("again", again.json());
    return all.dump();
}

Result<Cursor> Cursor::parse(const std::string& text, std::int64_t since) {
    Cursor cursor;
    cursor.changed.from = cursor.created.from = since;
    if (text.empty()) return cursor;
    const Result<Json> all = Json::parse(text);
    const auto read = [&](const char* name, odata::ChangePlace& place) {
        const Json* json = all->find(name);
        auto found = json == nullptr ? std::nullopt : odata::ChangePlace::read(*json);
        if (found) place = std::move(*found);
        return found.has_value();
    };
    bool is_good = all && all->is_object() && read("changed", cursor.changed) && read("created", cursor.created);
    if (is_good) {
        cursor.again_due = all->int_or("again_due", -1);
        cursor.is_again = all->find("again") != nullptr;
        is_good = cursor.again_due >= 0 && (!cursor.is_again || read("again", cursor.again));
    }
    if (is_good) return cursor;
    return make_error(
        ErrorKind::invalid,
        "\"" + text.substr(0, 60) + "\" is no place in the changes of SAP's orders; set the cursor back to \"\"",
        "bad_cursor", "cursor");
}

Exchange<Json> SapMaintenance::rows(std::string set, rest::Query query, std::size_t most, int* status) {
    const std::size_t most_at_once = set == orders ? page_rows : lines_most;
    query.emplace_back("$top", std::to_string(std::min(most, most_at_once)));
    const std::string path = setup_.odata + "/" + set;
    net::HttpRequest request = odata::read_request(setup_.access, path, query);
    Json found = Json::array();
    std::size_t asked = std::min(most, most_at_once),
                given = 0;  // of the present $top, whatever pages the server makes
    for (;;) {
        Exchange<net::HttpResponse> sending = sign_in_.send(std::move(request));
        const Result<net::HttpResponse> reply = co_await std::move(sending);
        if (status != nullptr) *status = reply ? reply->status : 0;
        const Result<odata::Rows> page = odata::rows_of(setup_.access, reply);
        if (!page) co_return page.error();
        for (const Json& row : page->rows) {
            if (found.items().size() == most) co_return found;
            found.push_back(row);
        }
        given += page->rows.size();
        if (found.items().size() >= most || page->rows.empty()) co_return found;
        if (!page->next.empty()) {
            request = rest::get(setup_.access, page->next.substr(setup_.access.base_url.size()));
        } else if (given >= asked) {
            // No link, but as much as was asked for: the next ones, in the same order.
            rest::Query next = query;
            asked = std::min(most - found.items().size(), most_at_once);
            given = 0;
            next.back().second = std::to_string(asked);
            next.emplace_back("$skip", std::to_string(found.items().size()));
            request = odata::read_request(setup_.access, path, next);
        } else {
            co_return found;
        }
    }
}

Exchange<bool> SapMaintenance::read_besides(OrderRows* all, std::string order, int* status) {
    const std::string number = odata::text_literal(order);
    std::vector<std::pair<std::string, std::string>> asked;
    if (setup_.books == Books::hub) {
        asked.emplace_back(confirmations, "MaintenanceOrder eq " + number);
        asked.emplace_back(movements, "ManufacturingOrder eq " + number);
        for (const std::string& reservation : reservations_of(all->order))
            asked.emplace_back(movements, "Reservation eq " + odata::text_literal(reservation));
    }
    if (!setup_.cost_hierarchy.empty()) {
        const std::string parameter =
            odata::key_of({{"P_GLAccountHierarchy", odata::text_literal(setup_.cost_hierarchy)}});
        asked.emplace_back(costs + parameter + "/Set", "MaintenanceOrder eq " + number);
    }
    for (const auto& [set, filter] : asked) {
        rest::Query query{{"$filter", filter}};
        if (set == confirmations) query.emplace_back("$orderby", "MaintOrderConf,MaintOrderConfCntrValue");
        if (set == movements)
            query.emplace_back("$orderby", "MaterialDocumentYear,MaterialDocument,MaterialDocumentItem");
        if (set.starts_with(costs)) query.emplace_back("$orderby", "FiscalYear,ActualPlanJournalEntryItem");
        Exchange<Json> asking = rows(set, std::move(query), lines_most, status);
        Result<Json> found = co_await std::move(asking);
        if (!found) co_return found.error();
        if (found->items().size() >= lines_most) {
            co_return make_error(ErrorKind::invalid,
                                 "order " + order + " of SAP has more than 5000 rows in " + set +
                                     ", more than are read; its cost would come out too low",
                                 "too_many_lines", "lines");
        }
        Json::Array& into = set == confirmations ? all->confirmations : set == movements ? all->movements : all->costs;
        for (Json& each : found->items()) into.push_back(std::move(each));
    }
    co_return true;
}

Exchange<SourceObject> SapMaintenance::object_of(Json row, int* status) {
    SourceObject object = begun(row, clock_);
    OrderRows all{row, {}, {}, {}};
    Exchange<bool> reading = read_besides(&all, object.object, status);
    const Result<bool> read = co_await std::move(reading);
    if (!read && !is_final(read.error())) co_return read.error();
    if (!read) {
        object.refused = read.error();
        co_return object;
    }
    Result<Json> shaped = shape_order(setup_, std::move(all));
    Result<Json> mapped = shaped ? setup_.map.apply("work_order", *shaped, setup_.settings) : shaped.error();
    const Result<model::WorkOrder> order =
        mapped ? model::work_order_from_json(*mapped) : Result<model::WorkOrder>(mapped.error());
    if (!order) {
        object.refused = order.error();
        co_return object;
    }
    object.type = model::event_type_of(order->status);
    object.data = model::to_json(*order).dump();
    co_return object;
}

Exchange<SourceObject> SapMaintenance::object_among(Json row, const Json* page) {
    int status = 0;
    Exchange<SourceObject> making = object_of(row, &status);
    Result<SourceObject> made = co_await std::move(making);
    if (made || !odata::may_be_of_one_row(status)) co_return made;
    Exchange<SourceObject> again = object_of(row, &status);
    made = co_await std::move(again);
    if (made || !odata::may_be_of_one_row(status)) co_return made;
    std::size_t asked = 0;
    for (const Json& other : page->items()) {
        if (asked == witnesses_most) break;
        if (other.text_or("MaintenanceOrder") == row.text_or("MaintenanceOrder")) continue;
        ++asked;
        OrderRows all{other, {}, {}, {}};
        std::string number = plain_number(other.text_or("MaintenanceOrder"));
        Exchange<bool> reading = read_besides(&all, std::move(number), &status);
        const Result<bool> read = co_await std::move(reading);
        if (read || is_final(read.error())) co_return unreadable(row, made.error(), clock_);
        if (!odata::may_be_of_one_row(status)) co_return read.error();
    }
    co_return made;
}

Exchange<odata::AloneRows> SapMaintenance::page_of(const odata::ChangeFeed* feed, const odata::ChangePlace* place,
                                                   odata::ChangeQuestion question, std::size_t most) {
    odata::SpoiltPage page;
    page.query = {{"$filter", question.filter}, {"$orderby", question.order}};
    page.expand = expand;
    rest::Query query = page.query;
    query.emplace_back("$expand", expand);
    int status = 0;
    Exchange<Json> asking = rows(orders, std::move(query), most, &status);
    Result<Json> found = co_await std::move(asking);
    if (found) co_return odata::AloneRows::of(std::move(*found), most);
    if (!odata::may_be_of_one_row(status)) co_return found.error();
    page.fields = place_fields;
    page.id = feed->id;
    page.only = feed->only;
    page.most = most;
    page.why = found.error();
    page.ask = [this](rest::Query asked, std::size_t at_most, int* answered) {
        return rows(orders, std::move(asked), at_most, answered);
    };
    page.is_told = odata::told_by(place, [feed](const Json& light) { return odata::change_of(*feed, light); });
    Exchange<odata::AloneRows> reading = odata::rows_alone(&page);
    Result<odata::AloneRows> read = co_await std::move(reading);
    co_return read;
}

Exchange<bool> SapMaintenance::tell(const odata::ChangeFeed* feed, odata::ChangePlace* place, Page* page,
                                    std::size_t limit) {
    const bool is_created = feed->moment == "MaintOrderCreationDateTime";
    for (;;) {
        bool is_whole = true, has_moved = false;
        for (const odata::ChangeQuestion& question : odata::questions(*feed, *place)) {
            if (page->objects.size() >= limit) co_return false;
            const std::size_t most = place->seen.size() + limit - page->objects.size() + 1;
            Exchange<odata::AloneRows> asking = page_of(feed, place, question, most);
            const Result<odata::AloneRows> found = co_await std::move(asking);
            if (!found) co_return found.error();
            is_whole = found->is_whole;
            for (const Json& row : found->rows.items()) {
                const auto at = odata::change_of(*feed, row);
                if (!at || place->knows(*at)) continue;
                if (page->objects.size() >= limit) {
                    is_whole = false;
                    break;
                }
                // An order that was changed since it was made is told by its time of change.
                const bool is_told = !(is_created && odata::time_of(row.text_or("LastChangeDateTime")));
                const auto refused = found->refused.find(row.text_or("MaintenanceOrder"));
                if (is_told && refused != found->refused.end()) {
                    page->objects.push_back(unreadable(row, refused->second, clock_));
                } else if (is_told) {
                    Exchange<SourceObject> making = object_among(row, &found->rows);
                    Result<SourceObject> made = co_await std::move(making);
                    if (!made) co_return made.error();
                    page->objects.push_back(std::move(*made));
                }
                has_moved = true;
                place->tell(*at);
            }
            if (!is_whole) break;
        }
        place->trim(setup_.overlap);
        if (is_whole) co_return true;
        if (page->objects.size() >= limit) co_return false;
        if (!has_moved)
            co_return rest::bad_reply(setup_.access, rest::Effect::read,
                                      "the orders do not come in the order asked for");
    }
}

Exchange<Page> SapMaintenance::pull(std::string cursor, std::size_t count_max) {
    Result<Cursor> at = Cursor::parse(cursor, setup_.since);
    if (!at) co_return at.error();
    Page page;
    const std::size_t limit = std::clamp<std::size_t>(count_max, 1, page_most);
    const std::int64_t now = clock_.now().time_since_epoch().count();
    const bool rereads = setup_.reread_every.count() > 0;
    if (rereads && at->again_due == 0) at->again_due = now + setup_.reread_every.count();
    if (rereads && !at->is_again && now >= at->again_due) {
        at->is_again = true;
        at->again = {};
        at->again.from = std::max<std::int64_t>(setup_.since, now - Millis(setup_.reread_days).count());
    }
    const odata::ChangeFeed changed = feed_by(setup_, "LastChangeDateTime");
    const odata::ChangeFeed created = feed_by(setup_, "MaintOrderCreationDateTime");
    std::vector<std::pair<const odata::ChangeFeed*, odata::ChangePlace*>> feeds{{&changed, &at->changed},
                                                                                {&created, &at->created}};
    if (at->is_again) feeds.emplace_back(&changed, &at->again);
    bool is_whole = true;
    for (const auto& [feed, place] : feeds) {
        Exchange<bool> telling = tell(feed, place, &page, limit);
        const Result<bool> told = co_await std::move(telling);
        // What has been read is kept: trouble is told once nothing came before it.
        if (!told && page.objects.empty()) co_return told.error();
        is_whole = told && *told;
        if (!is_whole) break;
        if (place == &at->again) {
            at->is_again = false;
            at->again_due = now + setup_.reread_every.count();
        }
    }
    page.more = !is_whole;
    page.cursor = at->str();
    co_return page;
}

Exchange<SourceObject> SapMaintenance::fetch(std::string object) {
    const Error not_found =
        make_error(ErrorKind::not_found,
                   "SAP has no maintenance order " + object + " in the planning plant " + setup_.plant, "not_found");
    if (object.empty() || object.size() > 12) co_return not_found;
    rest::Query query{{"$filter", "MaintenanceOrder eq " + odata::text_literal(object) +
                                      " and MaintenancePlanningPlant eq " + odata::text_literal(setup_.plant)},
                      {"$expand", expand}};
    Exchange<Json> asking = rows(orders, std::move(query), 2);
    const Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    if (found->items().empty()) co_return not_found;
    Exchange<SourceObject> making = object_of(found->items().front());
    Result<SourceObject> made = co_await std::move(making);
    co_return made;
}

}  // namespace tieline::connectors::sap_maintenance
