#include "sandbox/cmms/suggestions.h"

#include "sandbox/cmms/assets.h"
#include "sandbox/cmms/quantities.h"
#include "sandbox/cmms/reader.h"

#include <cstdio>

namespace tieline::sandbox::cmms {

using Need = Reader::Need;

void Suggestions::index(const Json& record) {
    database_
        .query(
            "INSERT OR REPLACE INTO suggestions(number, item, status, client_ref, erp_reference) VALUES(?, ?, ?, ?, ?)")
        .bind(std::string_view(record.find("suggestion")->string()))
        .bind(std::string_view(record.find("item")->string()))
        .bind(std::string_view(record.find("status")->string()))
        .bind(std::string_view(record.find("client_ref")->string()))
        .bind(std::string_view(record.find("erp_reference")->string()))
        .run();
}

Outcome<Json> Suggestions::create(const Json& input, WallTime now, bool& repeated) {
    Reader reader(input, "", {"item", "storeroom", "quantity", "uom", "reason", "by", "needed_on", "client_ref"});
    const std::string item = reader.code("item", 40, Need::required);
    const std::string storeroom = reader.code("storeroom", 12, Need::required);
    const std::string reason = reader.text("reason", 300), by = reader.code("by", 20);
    const std::string needed_on = reader.date("needed_on"), client_ref = reader.code("client_ref", 64);
    if (reader.failed()) return reader.problem();
    if (!client_ref.empty()) {
        Rows rows = database_.query("SELECT number FROM suggestions WHERE client_ref <> '' AND client_ref = ?");
        rows.bind(std::string_view(client_ref));
        if (rows.next()) {
            repeated = true;
            return objects_.read(suggestion_kind(), rows.text(0));
        }
    }
    Outcome<Json> part = items_.in_use(item, "item");
    if (!part) return part.error();
    Outcome<Json> place = items_.storeroom_in_use(storeroom, "storeroom");
    if (!place) return place.error();
    Outcome<Amount> amount = read_amount(reader, *part);
    if (!amount) return amount.error();
    char number[32];
    std::snprintf(number, sizeof number, "RS-%06lld", static_cast<long long>(next_counter(database_, "suggestion")));
    Json record = Json::object({{"suggestion", number},
                                {"item", item},
                                {"storeroom", storeroom},
                                {"quantity", number_of(amount->given)},
                                {"uom", amount->uom},
                                {"base_quantity", number_of(amount->base)},
                                {"reason", reason},
                                {"by", by},
                                {"needed_on", needed_on},
                                {"client_ref", client_ref},
                                {"status", "OPEN"},
                                {"requisition", ""},
                                {"erp_reason", ""},
                                {"erp_reference", ""},
                                {"created_at", format_time(now)}});
    objects_.save(suggestion_kind(), record, now);
    index(record);
    return record;
}

std::string Suggestions::list(const SuggestionQuery& query) {
    Rows rows = database_.query(
        "SELECT o.body, o.change FROM objects o JOIN suggestions s ON s.number = o.number WHERE o.kind = 'suggestion' "
        "AND o.change > ? AND (? = '' OR s.status = ?) AND (? = '' OR s.item = ?) AND (? = '' OR s.erp_reference = ?) "
        "ORDER BY o.change LIMIT ?");
    rows.bind(query.after_change);
    for (const std::string* filter : {&query.status, &query.item, &query.erp_reference}) {
        rows.bind(std::string_view(*filter)).bind(std::string_view(*filter));
    }
    rows.bind(query.limit + 1);
    return page_of(rows, query.after_change, query.limit);
}

Outcome<Json> Suggestions::link(const std::string& number, const Json& input, WallTime now) {
    Outcome<Json> record = objects_.read(suggestion_kind(), number);
    if (!record) return record.error();
    Reader reader(input, "", {"requisition", "status", "reason", "reference"});
    const std::string status =
        reader.one_of("status", {"OPEN", "REQUESTED", "ORDERED", "RECEIVED", "REJECTED", "NOT_NEEDED"}, "");
    if (status.empty()) reader.fail(invalid("missing_field", "status", "say what became of it"));
    const Json link = Json::object({{"requisition", reader.code("requisition", 24)},
                                    {"status", status},
                                    {"erp_reason", reader.text("reason", 300)},
                                    {"erp_reference", reader.code("reference", 32)}});
    if (reader.failed()) return reader.problem();
    bool is_same = true;
    for (const auto& [key, value] : link.members()) {
        is_same = is_same && *record->find(key) == value;
        record->set(key, value);
    }
    if (is_same) return record;
    objects_.save(suggestion_kind(), *record, now);
    index(*record);
    return record;
}

}  // namespace tieline::sandbox::cmms
