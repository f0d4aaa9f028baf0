#include "sandbox/cmms/transactions.h"

#include "sandbox/cmms/assets.h"
#include "sandbox/cmms/reader.h"
#include "sandbox/cmms/status.h"

#include <cstdio>
#include <set>

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;
using Sign = Reader::Sign;

Outcome<> check_state(const Json& order, bool is_issue) {
    const std::string status = order.text_or("status");
    const bool is_under_way = status == "RELEASED" || status == "INPRG" || status == "REOPEN";
    if (is_under_way || (!is_issue && (status == "COMP" || status == "CANC"))) return {};
    const std::string help = status == "REQ" || status == "APPR" ? "release it first"
                             : status == "CANC"                  ? "a cancelled order takes returns only"
                             : status == "COMP"                  ? "reopen it; returns are taken as they are"
                                                                 : "reopen it first";
    return wrong_state(order, is_issue ? "no part can be issued to it" : "no part can come back from it", help);
}

Problem more_than_issued(const std::string& what, const Decimal& left, const Amount& amount) {
    Problem problem = invalid("more_than_issued", "quantity",
                              what + " has " + left.str() + " " + amount.base_uom + " issued and not returned, not " +
                                  amount.base.str() + "; return at most that");
    problem.extra.set("issued", number_of(left));
    return problem;
}

/// Issued less returned of what the rows (type, base quantity) tell.
Decimal net_of(Rows& rows) {
    Decimal net;
    while (rows.next()) {
        const Result<Decimal> quantity = Decimal::parse(rows.text(1));
        if (!quantity) throw DatabaseError("a part transaction's quantity is not readable: " + rows.text(1));
        net = rows.text(0) == "ISSUE" ? sum(net, *quantity) : difference(net, *quantity);
    }
    return net;
}

bool has_substitute(const Json& item, const std::string& substitute) {
    for (const Json& known : item.find("substitutes")->items()) {
        if (known.string() == substitute) return true;
    }
    return false;
}

}  // namespace

/// What the request says by itself; nothing is looked up yet.
Outcome<Transactions::Booking> Transactions::read_booking(const Json& input, WallTime now) {
    Reader reader(input, "",
                  {"type", "wonum", "item", "quantity", "uom", "storeroom", "lot", "serials", "by", "at", "of", "line",
                   "unit_cost", "device", "client_ref"});
    Booking booking;
    booking.type = reader.one_of("type", {"ISSUE", "RETURN"}, "");
    if (booking.type.empty()) reader.fail(invalid("missing_field", "type", "say ISSUE or RETURN"));
    booking.wonum = reader.code("wonum", 32, Need::required);
    booking.item = reader.code("item", 40, Need::required);
    booking.storeroom = reader.code("storeroom", 12, Need::required);
    booking.lot = reader.code("lot", 40);
    booking.by = reader.code("by", 20);
    const std::string at = reader.time("at");
    booking.at = at.empty() ? format_time(now) : at;
    booking.of = reader.code("of", 20);
    booking.line = reader.code("line", 20);
    booking.device = reader.code("device", 40);
    booking.client_ref = reader.code("client_ref", 64);
    if (reader.has("unit_cost")) booking.unit_cost = reader.decimal("unit_cost", Sign::not_negative);
    if (const Json::Array* serials = reader.array("serials", 500)) {
        for (std::size_t index = 0; index < serials->size(); ++index) {
            const std::string path = "serials[" + std::to_string(index) + "]";
            const Json wrapped = Json::object({{path, (*serials)[index]}});
            Reader entry(wrapped, "", {path});
            booking.serials.push_back(entry.code(path, 40, Need::required));
            if (entry.failed()) reader.fail(entry.problem());
        }
    }
    if (booking.is_issue() && !booking.of.empty()) {
        reader.fail(invalid("not_a_return", "of", "only a RETURN names the transaction that it takes back"));
    }
    if (reader.failed()) return reader.problem();
    booking.request = input.dump();
    return booking;
}

Outcome<std::optional<Json>> Transactions::find_repeated(const Booking& booking) {
    if (booking.client_ref.empty()) return std::optional<Json>();
    Rows rows = database_.query(
        "SELECT number, request FROM part_transactions WHERE client_ref <> '' AND client_ref = ? AND device = ?");
    rows.bind(std::string_view(booking.client_ref)).bind(std::string_view(booking.device));
    if (!rows.next()) return std::optional<Json>();
    const std::string number = rows.text(0);
    if (rows.text(1) == booking.request) {
        Outcome<Json> first = read(number);
        if (!first) return first.error();
        return std::optional<Json>(std::move(*first));
    }
    Problem problem = conflict("client_ref_reused", "client_ref " + booking.client_ref + " belongs to transaction " +
                                                        number + " with another content; use a new one");
    problem.field = "client_ref";
    return problem;
}

Outcome<> Transactions::check_parties(Booking& booking, const Json& input) {
    Outcome<Json> order = work_orders_.read(booking.wonum);
    if (!order) {
        return invalid("unknown_work_order", "wonum", "there is no work order " + booking.wonum + " in this system");
    }
    Outcome<> state = check_state(*order, booking.is_issue());
    if (!state) return state.error();
    booking.order = std::move(*order);
    if (lenient_) return take_as_written(booking, input);
    Outcome<Json> part = booking.is_issue() ? items_.in_use(booking.item, "item") : items_.known(booking.item, "item");
    if (!part) return part.error();
    Outcome<Json> place = booking.is_issue() ? items_.storeroom_in_use(booking.storeroom, "storeroom")
                                             : items_.known_storeroom(booking.storeroom, "storeroom");
    if (!place) return place.error();
    const Json quantity = Json::object({{"quantity", input.find("quantity") ? *input.find("quantity") : Json()},
                                        {"uom", input.find("uom") ? *input.find("uom") : Json()}});
    Reader reader(quantity, "", {"quantity", "uom"});
    Outcome<Amount> amount = read_amount(reader, *part);
    if (!amount) return amount.error();
    booking.part = std::move(*part);
    booking.place = std::move(*place);
    booking.amount = std::move(*amount);
    return {};
}

/// Unknown items and storerooms are as good as known ones, and what cannot be converted stays in the unit it came in.
Outcome<> Transactions::take_as_written(Booking& booking, const Json& input) {
    const std::optional<Json> part = items_.find(booking.item);
    const Outcome<Json> place = items_.known_storeroom(booking.storeroom, "storeroom");
    Reader reader(input, "",
                  {"type", "wonum", "item", "quantity", "uom", "storeroom", "lot", "serials", "by", "at", "of", "line",
                   "unit_cost", "device", "client_ref"});
    const Decimal quantity = reader.decimal("quantity", Sign::any, Need::required);
    std::string uom = reader.code("uom", 6);
    if (reader.failed()) return reader.problem();
    if (uom.empty()) uom = part ? part->text_or("uom") : "PC";
    booking.part = part ? *part : Json::object({{"itemnum", booking.item}, {"uom", uom}, {"currency", "EUR"}});
    booking.place = place ? *place : Json::object({{"storeroom", booking.storeroom}});
    booking.place.set("negative_balance", true);
    const Outcome<Amount> amount =
        part ? amount_of(booking.part, quantity, uom, "") : Outcome<Amount>(Amount{quantity, uom, quantity, uom});
    booking.amount = amount ? *amount : Amount{quantity, uom, quantity, uom};
    return {};
}

Outcome<> Transactions::check_tracking(const Booking& booking) {
    const bool has_lots = booking.part.bool_or("lot_tracked", false);
    if (has_lots && booking.lot.empty()) {
        return invalid("missing_lot", "lot",
                       "item " + booking.item + " is kept by lot; give the number on the package");
    }
    if (!has_lots && !booking.lot.empty()) {
        return invalid("not_lot_tracked", "lot", "item " + booking.item + " is not kept by lot; leave it out");
    }
    if (!booking.part.bool_or("serial_tracked", false)) {
        if (booking.serials.empty()) return {};
        return invalid("not_serial_tracked", "serials",
                       "item " + booking.item + " has no serial numbers here; leave them out");
    }
    std::set<std::string> different(booking.serials.begin(), booking.serials.end());
    const bool fits = booking.amount.base == Decimal::from_int(static_cast<std::int64_t>(different.size()));
    if (fits && different.size() == booking.serials.size()) return {};
    return invalid("bad_serials", "serials",
                   "give one different serial number for each of the " + booking.amount.base.str() + " pieces");
}

Outcome<> Transactions::check_original(Booking& booking) {
    if (booking.of.empty()) return {};
    Outcome<Json> original = read(booking.of);
    const bool fits = original && original->text_or("type") == "ISSUE" && original->text_or("wonum") == booking.wonum &&
                      original->text_or("item") == booking.item;
    if (!fits) {
        return invalid("unknown_transaction", "of",
                       "there is no ISSUE " + booking.of + " of item " + booking.item + " on work order " +
                           booking.wonum + "; leave \"of\" out to return without naming one");
    }
    Rows rows = database_.query("SELECT type, base_quantity FROM part_transactions WHERE wonum = ? AND of_number = ?");
    rows.bind(std::string_view(booking.wonum)).bind(std::string_view(booking.of));
    const Decimal left = sum(decimal_of(*original, "base_quantity"), net_of(rows));
    if (booking.amount.base > left) return more_than_issued("transaction " + booking.of, left, booking.amount);
    booking.original = std::move(*original);
    return {};
}

Outcome<> Transactions::check_returnable(const Booking& booking) {
    if (booking.is_issue()) return {};
    Rows rows =
        database_.query("SELECT type, base_quantity FROM part_transactions WHERE wonum = ? AND item = ? AND lot = ?");
    rows.bind(std::string_view(booking.wonum)).bind(std::string_view(booking.item)).bind(std::string_view(booking.lot));
    const Decimal left = net_of(rows);
    if (booking.amount.base <= left) return {};
    return more_than_issued("work order " + booking.wonum, left, booking.amount);
}

Outcome<> Transactions::check_line(const Booking& booking) {
    if (booking.line.empty()) return {};
    const Json* line = planned_line(*booking.order.find("planned_materials"), booking.line);
    if (line == nullptr) {
        return invalid("unknown_line", "line",
                       "work order " + booking.wonum + " has no planned line " + booking.line + "; leave it out");
    }
    const std::string planned = line->text_or("item");
    if (planned == booking.item) return {};
    const std::optional<Json> part = items_.find(planned);
    if (line->bool_or("substitute_ok", false) && part && has_substitute(*part, booking.item)) return {};
    return invalid("not_the_planned_item", "line",
                   "planned line " + booking.line + " is for item " + planned + ", and " + booking.item +
                       " does not stand in for it there; leave the line out");
}

Outcome<> Transactions::move_serials(const Booking& booking) {
    for (const std::string& serial : booking.serials) {
        std::string holder;
        {
            Rows rows = database_.query("SELECT wonum FROM serials_out WHERE item = ? AND serial = ?");
            rows.bind(std::string_view(booking.item)).bind(std::string_view(serial));
            if (rows.next()) holder = rows.text(0);
        }
        const std::string name = "serial number " + serial + " of item " + booking.item;
        if (booking.is_issue() && !holder.empty()) {
            Problem problem = conflict("serial_already_issued",
                                       name + " is issued to work order " + holder + " already; check the number");
            problem.field = "serials";
            return problem;
        }
        if (!booking.is_issue() && holder != booking.wonum) {
            return invalid("serial_not_issued", "serials", name + " is not issued to work order " + booking.wonum);
        }
        Rows change =
            database_.query(booking.is_issue() ? "INSERT INTO serials_out(item, serial, wonum) VALUES(?, ?, ?)"
                                               : "DELETE FROM serials_out WHERE item = ? AND serial = ? AND wonum = ?");
        change.bind(std::string_view(booking.item))
            .bind(std::string_view(serial))
            .bind(std::string_view(booking.wonum))
            .run();
    }
    return {};
}

void Transactions::save(Json& record, const std::string& request) {
    record.set("version", record.int_or("version", 0) + 1);
    record.set("change", next_counter(database_, "change"));
    database_
        .query(
            "INSERT OR REPLACE INTO part_transactions(number, type, wonum, item, lot, of_number, base_quantity, "
            "device, "
            "client_ref, request, erp_reference, change, body) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(std::string_view(record.find("transaction")->string()))
        .bind(std::string_view(record.find("type")->string()))
        .bind(std::string_view(record.find("wonum")->string()))
        .bind(std::string_view(record.find("item")->string()))
        .bind(std::string_view(record.find("lot")->string()))
        .bind(std::string_view(record.find("of")->string()))
        .bind(std::string_view(record.find("base_quantity")->number_token()))
        .bind(std::string_view(record.find("device")->string()))
        .bind(std::string_view(record.find("client_ref")->string()))
        .bind(std::string_view(request))
        .bind(std::string_view(record.find("erp_reference")->string()))
        .bind(record.int_or("change", 0))
        .bind(std::string_view(record.dump()))
        .run();
}

Outcome<Json> Transactions::book(Booking& booking, WallTime now) {
    const Decimal delta = booking.is_issue() ? booking.amount.base : booking.amount.base.negated();
    Outcome<> moved = inventory_.move(booking.place, booking.part, delta.negated(), now);
    if (!moved) return moved.error();
    Outcome<> serials = move_serials(booking);
    if (!serials) return serials.error();
    char number[32];
    std::snprintf(number, sizeof number, "PT-%06lld", static_cast<long long>(next_counter(database_, "transaction")));
    const Json& priced = booking.original.is_null() ? booking.part : booking.original;
    const Decimal unit_cost = booking.unit_cost.value_or(decimal_of(priced, "unit_cost"));
    PartBooking cost;
    cost.transaction = number;
    cost.planned_line = booking.line;
    cost.delta = delta;
    cost.cost_line = Json::object({{"description", booking.part.text_or("description")},
                                   {"item", booking.item},
                                   {"quantity", number_of(delta)},
                                   {"uom", booking.amount.base_uom},
                                   {"unit_cost", number_of(unit_cost)},
                                   {"storeroom", booking.storeroom},
                                   {"currency", priced.text_or("currency")}});
    Outcome<std::string> cost_line = work_orders_.book_part(booking.order, cost, now);
    if (!cost_line) return cost_line.error();
    Json::Array serial_list(booking.serials.begin(), booking.serials.end());
    Json record = Json::object({{"transaction", number},
                                {"type", booking.type},
                                {"wonum", booking.wonum},
                                {"asset", booking.order.text_or("asset")},
                                {"item", booking.item},
                                {"quantity", number_of(booking.amount.given)},
                                {"uom", booking.amount.uom},
                                {"base_quantity", number_of(booking.amount.base)},
                                {"base_uom", booking.amount.base_uom},
                                {"storeroom", booking.storeroom},
                                {"lot", booking.lot},
                                {"serials", std::move(serial_list)},
                                {"unit_cost", number_of(unit_cost)},
                                {"currency", priced.text_or("currency")},
                                {"by", booking.by},
                                {"at", booking.at},
                                {"of", booking.of},
                                {"line", booking.line},
                                {"cost_line", *cost_line},
                                {"device", booking.device},
                                {"client_ref", booking.client_ref},
                                {"erp_document", ""},
                                {"erp_status", ""},
                                {"erp_reason", ""},
                                {"erp_reference", ""},
                                {"created_at", format_time(now)}});
    save(record, booking.request);
    webhooks_.announce("part.transacted", number, now);
    return record;
}

Outcome<> Transactions::check_details(Booking& booking) {
    Outcome<> tracking = check_tracking(booking);
    if (!tracking) return tracking.error();
    Outcome<> original = check_original(booking);
    if (!original) return original.error();
    Outcome<> returnable = check_returnable(booking);
    if (!returnable) return returnable.error();
    return check_line(booking);
}

Outcome<Json> Transactions::create(const Json& input, WallTime now, bool& repeated) {
    Outcome<Booking> booking = read_booking(input, now);
    if (!booking) return booking.error();
    Outcome<std::optional<Json>> first = find_repeated(*booking);
    if (!first) return first.error();
    if (*first) {
        repeated = true;
        return std::move(**first);
    }
    Outcome<> parties = check_parties(*booking, input);
    if (!parties) return parties.error();
    Outcome<> details = lenient_ ? Outcome<>() : check_details(*booking);
    if (!details) return details.error();
    return book(*booking, now);
}

Outcome<Json> Transactions::read(const std::string& number) {
    Rows rows = database_.query("SELECT body FROM part_transactions WHERE number = ?");
    rows.bind(std::string_view(number));
    if (!rows.next()) {
        return not_found("unknown_transaction", "there is no part transaction " + number + " in this system");
    }
    Result<Json> record = Json::parse(rows.text(0));
    if (!record) throw DatabaseError("transaction " + number + " is not readable: " + record.error().message);
    return std::move(*record);
}

std::string Transactions::list(const TransactionQuery& query) {
    // The narrowest column leads, each with an index of its own; the others only filter.
    const char* sql =
        !query.client_ref.empty()
            ? "SELECT body, change FROM part_transactions WHERE client_ref <> '' AND client_ref = ? AND "
              "change > ? AND (? = '' OR wonum = ?) AND (? = '' OR item = ?) ORDER BY change LIMIT ?"
        : !query.erp_reference.empty()
            ? "SELECT body, change FROM part_transactions WHERE erp_reference <> '' AND erp_reference = ? "
              "AND change > ? AND (? = '' OR wonum = ?) AND (? = '' OR item = ?) ORDER BY change LIMIT ?"
        : !query.wonum.empty() ? "SELECT body, change FROM part_transactions WHERE wonum = ? AND change > ? AND "
                                 "(? = '' OR wonum = ?) AND (? = '' OR item = ?) ORDER BY change LIMIT ?"
        : !query.item.empty()  ? "SELECT body, change FROM part_transactions WHERE item = ? AND change > ? AND "
                                 "(? = '' OR wonum = ?) AND (? = '' OR item = ?) ORDER BY change LIMIT ?"
                               : "SELECT body, change FROM part_transactions WHERE ? = '' AND change > ? AND "
                                 "(? = '' OR wonum = ?) AND (? = '' OR item = ?) ORDER BY change LIMIT ?";
    const std::string& leading = !query.client_ref.empty()      ? query.client_ref
                                 : !query.erp_reference.empty() ? query.erp_reference
                                 : !query.wonum.empty()         ? query.wonum
                                                                : query.item;
    Rows rows = database_.query(sql);
    rows.bind(std::string_view(leading)).bind(query.after_change);
    rows.bind(std::string_view(query.wonum)).bind(std::string_view(query.wonum));
    rows.bind(std::string_view(query.item)).bind(std::string_view(query.item));
    rows.bind(query.limit + 1);
    return page_of(rows, query.after_change, query.limit);
}

Outcome<Json> Transactions::link(const std::string& number, const Json& input, WallTime now) {
    Outcome<Json> record = read(number);
    if (!record) return record.error();
    Reader reader(input, "", {"erp_document", "status", "reason", "reference"});
    const std::string status = reader.one_of("status", {"booked", "refused"}, "");
    if (status.empty()) reader.fail(invalid("missing_field", "status", "say booked or refused"));
    const std::string document = reader.code("erp_document", 40, status == "booked" ? Need::required : Need::optional);
    const Json link = Json::object({{"erp_document", document},
                                    {"erp_status", status},
                                    {"erp_reason", reader.text("reason", 300)},
                                    {"erp_reference", reader.code("reference", 32)}});
    if (reader.failed()) return reader.problem();
    bool is_same = true;
    for (const auto& [key, value] : link.members()) {
        is_same = is_same && *record->find(key) == value;
        record->set(key, value);
    }
    if (is_same) return record;
    std::string request;
    {
        Rows rows = database_.query("SELECT request FROM part_transactions WHERE number = ?");
        rows.bind(std::string_view(number));
        if (rows.next()) request = rows.text(0);
    }
    record->set("linked_at", format_time(now));
    save(*record, request);
    return record;
}

std::int64_t Transactions::count() {
    Rows rows = database_.query("SELECT count(*) FROM part_transactions");
    return rows.next() ? rows.integer(0) : 0;
}

}  // namespace tieline::sandbox::cmms
