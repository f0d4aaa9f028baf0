#include "connectors/maximo/lists.h"

#include "model/work_order.h"

#include <utility>

namespace tieline::connectors::maximo {
namespace {

constexpr List all_lists[] = {
    // Work orders first, so that an order is known before what was used on it.
    {Reads::work_orders, "workorders", "", "work_order", "wonum",
     "wonum,siteid,description,status,statusdate,worktype,assetnum,glaccount,actfinish,targcompdate,schedstart,pmnum,"
     "estlabcost,estmatcost,estservcost,esttoolcost,"
     "rel.labtrans{labtransid,laborcode,craft,regularhrs,payrate,premiumpayhours,linecost,genapprservreceipt,outside,"
     "vendor,ponum,gldebitacct},"
     "rel.matusetrans{matusetransid,itemnum,description,quantity,issuetype,issueunit,unitcost,storeloc,requestnum,"
     "issueid,gldebitacct},"
     "rel.servrectrans{servrectransid,description,linecost,vendor,invoicenum,ponum,gldebitacct},"
     "rel.tooltrans{tooltransid,itemnum,linecost,gldebitacct},"
     "rel.wpmaterial{wpitemid,itemnum,itemqty,orderunit,location,requiredate,requestnum}",
     "wonum,siteid,status,statusdate,actfinish"},
    {Reads::transactions, "transactions", "part_transaction:", "part_transaction", "matusetransid",
     "matusetransid,refwo,siteid,assetnum,itemnum,quantity,issuetype,issueunit,unitcost,storeloc,lotnum,issueid,"
     "enterby,transdate",
     "matusetransid,refwo,siteid,itemnum,quantity,issuetype,storeloc,transdate"},
};

Result<Json> canonical(const Reading& reading, const List& list, const Json& shaped) {
    TIELINE_TRY(Json mapped, reading.map.apply(list.table, shaped, reading.settings));
    if (list.reads != Reads::work_orders) return mapped;
    TIELINE_TRY(const model::WorkOrder order, model::work_order_from_json(mapped));
    return model::to_json(order);
}

std::string type_of(const List& list, const Json& body, const Json& mapped) {
    if (list.reads == Reads::work_orders)
        return model::event_type_of(*model::work_order_status_from(mapped.text_or("status")));  // checked before
    return issue_kind(body) == "RETURN" ? "part.returned" : "part.consumed";
}

std::string words_for(const List& list) {
    return list.reads == Reads::work_orders ? "work order " : "material transaction ";
}

const char* refused_type(const List& list) {
    return list.reads == Reads::work_orders ? "workorder.refused" : "object.refused";
}

}  // namespace

std::span<const List> lists() { return all_lists; }

const List& list_of_object(std::string_view object) {
    for (const List& list : all_lists) {
        if (!list.prefix.empty() && object.starts_with(list.prefix)) return list;
    }
    return all_lists[0];
}

std::string word_of(const Json& object, std::string_view member) {
    const Json* value = object.find(member);
    if (value == nullptr) return {};
    return value->is_number() ? value->number_token() : value->is_string() ? value->string() : std::string();
}

void refuse(SourceObject& object, const List& list, const Json& body, Error why) {
    why.message = words_for(list) + object.subject + " of Maximo cannot be taken over: " + why.message;
    object.refused = std::move(why);
    object.type = refused_type(list);
    object.data = body.dump();
}

SourceObject source_object(const Reading& reading, const List& list, const Json& body) {
    const bool is_order = list.reads == Reads::work_orders;
    const std::string order = word_of(body, is_order ? "wonum" : "refwo");
    const Result<Json> shaped =
        is_order ? shape_work_order(reading.shaping, body) : shape_transaction(reading.shaping, body, order);
    SourceObject object;
    object.subject = is_order ? order : transaction_name(word_of(body, list.id), order);
    object.object = std::string(list.prefix) + object.subject;
    object.correlation = order.empty() ? object.subject : order;
    // Not a number that may be compared: a database restored from a backup counts its row stamps anew.
    if (const std::string stamp = word_of(body, "_rowstamp"); !stamp.empty()) object.peer_version = "r" + stamp;
    const Result<WallTime> changed = parse_time(word_of(body, is_order ? reading.change_field : "transdate"));
    object.occurred = changed ? *changed : reading.now;
    const Result<Json> mapped = shaped ? canonical(reading, list, *shaped) : shaped;
    if (!mapped) {
        refuse(object, list, body, mapped.error());
        return object;
    }
    object.type = type_of(list, body, *mapped);
    object.data = mapped->dump();
    return object;
}

SourceObject unreadable_object(const List& list, const std::string& id, WallTime changed, const Error& why) {
    SourceObject object;
    object.subject = id;
    object.object = std::string(list.prefix) + id;
    object.correlation = id;
    object.occurred = changed;
    refuse(object, list, Json::object({{std::string(list.id), id}}),
           make_error(ErrorKind::invalid,
                      "Maximo fails to show it (" + why.message.substr(0, why.message.find(". It is tried again")) +
                          "), while it answers others. Open it in Maximo, mend what it complains about, then replay: "
                          "it is read again",
                      "peer_cannot_show", std::string(list.id)));
    return object;
}

}  // namespace tieline::connectors::maximo
