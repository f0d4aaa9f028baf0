#include "connectors/sap_s4/looking.h"

#include "connectors/sap_s4/content.h"
#include "connectors/sap_s4/errors.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr const char* look_most = "50";   ///< rows; one document of ours has few
constexpr std::size_t lines_most = 1000;  ///< rows of the ledger: one for each line of a journal

Found undecidable(const model::Command& command, const std::string& what, std::string code) {
    Found found;
    found.why = make_error(ErrorKind::unknown_outcome,
                           "SAP " + what + " under the key " + command.key + "; a person must decide", std::move(code));
    return found;
}

/// The reference is the command's, what stands there is not.
Found other_content(const model::Command& command, const std::string& document, const std::string& differs) {
    return undecidable(command, "has " + document + " with other content (" + differs + ")",
                       "reference_used_otherwise");
}

Found absent() {
    Found found;
    found.state = Found::State::absent;
    return found;
}

Found present(Receipt receipt) {
    Found found;
    found.state = Found::State::present;
    found.receipt = std::move(receipt);
    return found;
}

std::string is_equal(const std::string& field, const std::string& literal) { return field + " eq " + literal; }

std::string key_filter(const Sight& sight, const Route& route, const model::Command& command) {
    const KeyField key = key_field(sight.map, route.table);
    return is_equal(key.field, odata::text_literal(std::string_view(command.key).substr(0, key.max)));
}

net::HttpRequest ledger(const Sight& sight, const std::string& filter) {
    return odata::read_request(sight.access, sight.places.odata + "/" + sight.ledger_set,
                               {{"$filter", filter}, {"$top", std::to_string(lines_most)}});
}

std::string company_of(const model::Command& command) {
    const auto payload = Json::parse(command.payload);
    return payload ? payload->text_or("company_code") : std::string();
}

/// A lot has one usage decision, made by whomever: what stands there is compared, it has no field for a key.
Result<Found> seen_decision(const Sight& sight, const Route& route, const model::Command& command,
                            const Result<net::HttpResponse>& reply) {
    const Result<Json> decision = odata::entity_of(sight.access, rest::Effect::read, reply);
    if (!decision && decision.error().kind == ErrorKind::not_found) return absent();
    if (!decision) return decision.error();
    if (decision->text_or("InspectionLotUsageDecisionCode").empty()) return absent();  // there, but not made yet
    TIELINE_TRY(Receipt receipt, receipt_of(sight, route, command, *decision, rest::Effect::read));
    const std::string differs = difference(sight, route, command, {*decision});
    if (differs.empty()) return present(std::move(receipt));
    Found found = undecidable(command, "", "decided_otherwise");
    found.why.message = "inspection lot " + receipt.document + " of SAP has another usage decision (" + differs +
                        "): somebody decided there; a person must say which one holds";
    return found;
}

/// SAP keeps a deleted order, with its deletion code. One that it does not know was never deleted by us.
Result<Found> seen_removal(const Sight& sight, const Route& route, const model::Command& command,
                           const Result<net::HttpResponse>& reply) {
    const Result<Json> order = odata::entity_of(sight.access, rest::Effect::read, reply);
    if (!order && order.error().kind != ErrorKind::not_found) return order.error();
    if (!order || order->text_or("PurchasingDocumentDeletionCode").empty()) return absent();
    TIELINE_TRY(Receipt receipt, receipt_of(sight, route, command, *order, rest::Effect::read));
    return present(std::move(receipt));
}

/// The set that holds the items of what a create makes: they carry the key or the state.
std::string item_set(const Sight& sight, const Route& route) {
    const std::string service = service_of(sight.places, sight.map, route.table);
    if (route.items.empty()) return set_of(sight.places, sight.map, route.table);
    if (route.table == "requisition.create") return service + "/A_PurchaseRequisitionItem";
    return service + "/A_ReservationDocumentItem";
}

std::string document_of(const Route& route, const Json& row) {
    std::string name;
    for (const std::string_view field : route.made) {
        const std::string part = row.text_or(field);
        if (part.empty()) return {};
        name += (name.empty() ? "" : "/") + part;
    }
    return name;
}

bool is_yes(const Json& row, std::string_view field) { return row.bool_or(field, false) || row.text_or(field) == "X"; }

/// Documents of the ledger among its rows, each once.
struct Entry {
    std::string document;
    bool reversal = false, reversed = false;
};
std::string entry_name(const Json& row) { return row.text_or("AccountingDocument") + "/" + row.text_or("FiscalYear"); }

std::vector<Entry> entries_of(const Json::Array& rows) {
    std::vector<Entry> entries;
    for (const Json& row : rows) {
        const std::string name = entry_name(row);
        const bool known =
            std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.document == name; });
        if (!known) entries.push_back({name, is_yes(row, "IsReversal"), is_yes(row, "IsReversed")});
    }
    return entries;
}

Receipt receipt_for(std::string document) {
    Receipt receipt;
    receipt.document = std::move(document);
    return receipt;
}

Found seen_journal(const Sight& sight, const Route& route, const model::Command& command, const Json::Array& rows) {
    const bool wants_reversal = route.kind == "journal.reverse";
    std::vector<Entry> wanted;
    std::size_t others = 0;
    for (const Entry& entry : entries_of(rows)) {
        if (entry.reversal == wants_reversal)
            wanted.push_back(entry);
        else
            ++others;
    }
    if (wanted.size() > 1) {
        std::vector<Entry> live;
        for (const Entry& entry : wanted)
            if (!entry.reversed) live.push_back(entry);
        if (live.size() != 1) {
            return undecidable(command, "has " + std::to_string(wanted.size()) + " journal entries",
                               "duplicate_reference");
        }
        wanted = live;
    }
    if (wanted.size() == 1 && rows.size() < lines_most) {  // else some of its lines may be missing here
        Json::Array its;
        for (const Json& row : rows)
            if (entry_name(row) == wanted.front().document) its.push_back(row);
        const std::string differs = difference(sight, route, command, its);
        if (!differs.empty()) return other_content(command, wanted.front().document, differs);
    }
    if (wanted.size() == 1) return present(receipt_for(wanted.front().document));
    if (others > 0) return undecidable(command, "has a journal entry of another kind", "reference_used_otherwise");
    return absent();
}

Result<Found> seen_movement(const Sight& sight, const Route& route, const model::Command& command,
                            const Json::Array& rows) {
    std::vector<const Json*> wanted, live;
    bool is_other_kind = false;
    for (const Json& row : rows) {
        const Json::Array& items = odata::inner_rows(row, route.items);
        const bool reverses = std::any_of(items.begin(), items.end(), [](const Json& item) {
            return !item.text_or("ReversedMaterialDocument").empty();
        });
        if (reverses) continue;  // a cancellation may copy the reference of what it cancels
        const bool fits = std::any_of(items.begin(), items.end(), [&](const Json& item) {
            return std::find(route.types.begin(), route.types.end(), item.text_or("GoodsMovementType")) !=
                   route.types.end();
        });
        if (!fits) {
            is_other_kind = true;
            continue;
        }
        wanted.push_back(&row);
        const bool cancelled = std::all_of(items.begin(), items.end(),
                                           [](const Json& item) { return is_yes(item, "GoodsMovementIsCancelled"); });
        if (!cancelled) live.push_back(&row);
    }
    if (wanted.size() > 1 && live.size() != 1) {
        return undecidable(command, "has " + std::to_string(wanted.size()) + " material documents",
                           "duplicate_reference");
    }
    if (is_other_kind) {
        return undecidable(command, "has a material document of another movement type", "reference_used_otherwise");
    }
    if (wanted.empty()) return absent();
    const Json& one = live.empty() ? *wanted.front() : *live.front();
    TIELINE_TRY(Receipt receipt, receipt_of(sight, route, command, one, rest::Effect::read));
    const std::string differs = difference(sight, route, command, odata::inner_rows(one, route.items));
    if (!differs.empty()) return other_content(command, receipt.document, differs);
    return present(std::move(receipt));
}

Result<Found> seen_items(const Sight& sight, const Route& route, const model::Command& command,
                         const Json::Array& rows) {
    std::vector<std::string> documents;
    const Json* one = nullptr;
    for (const Json& row : rows) {
        const std::string name = document_of(route, row);
        if (std::find(documents.begin(), documents.end(), name) != documents.end()) continue;
        if (is_yes(row, "IsReversal")) continue;  // a cancelled confirmation may give its text to what cancels it
        documents.push_back(name);
        one = &row;
    }
    if (documents.size() > 1)
        return undecidable(command, "has " + std::to_string(documents.size()) + " objects", "duplicate_reference");
    if (one == nullptr) return absent();
    TIELINE_TRY(Receipt receipt, receipt_of(sight, route, command, *one, rest::Effect::read));
    const std::string differs = difference(sight, route, command, {*one});
    if (!differs.empty()) return other_content(command, receipt.document, differs);
    return present(std::move(receipt));
}

Found seen_cancellation(const Route& route, const model::Command& command, const Json::Array& rows) {
    std::vector<std::string> documents;
    for (const Json& row : rows) {
        const std::string name = document_of(route, row);
        if (std::find(documents.begin(), documents.end(), name) == documents.end()) documents.push_back(name);
    }
    if (documents.empty()) return absent();
    if (documents.size() > 1)
        return undecidable(command, "has more than one cancellation of that document", "duplicate_reference");
    return present(receipt_for(documents.front()));
}

}  // namespace

Result<net::HttpRequest> look(const Sight& sight, const Route& route, const model::Command& command) {
    if (route.way == Way::soap) {
        return ledger(sight, is_equal("CompanyCode", odata::text_literal(company_of(command))) + " and " +
                                 key_filter(sight, route, command));
    }
    if (route.way == Way::patch || route.way == Way::remove) {
        TIELINE_TRY(Json source, source_of(route, command));
        // Only the keys are needed, so that a payload that the map refuses can be looked for, too.
        std::vector<std::pair<std::string, std::string>> keys;
        for (const TargetField& field : sight.map.targets(route.table)) {
            if (std::find(route.keys.begin(), route.keys.end(), field.path) == route.keys.end()) continue;
            keys.emplace_back(field.path, odata::text_literal(source.text_or(field.source)));
        }
        return odata::read_request(sight.access, set_of(sight.places, sight.map, route.table) + odata::key_of(keys));
    }
    if (route.way == Way::call) {
        TIELINE_TRY(const Json source, source_of(route, command));
        if (route.table == "confirmation.reverse") {
            const std::string confirmation =
                is_equal("MaintOrderConf", odata::text_literal(source.text_or("document_number"))) + " and " +
                is_equal("CancldMaintOrderConfCntrValue", odata::text_literal(source.text_or("document_part")));
            return odata::read_request(sight.access,
                                       service_of(sight.places, sight.map, route.table) + "/MaintOrderConfirmation",
                                       {{"$filter", confirmation}, {"$top", look_most}});
        }
        const std::string filter =
            is_equal("ReversedMaterialDocument", odata::text_literal(source.text_or("document_number"))) + " and " +
            is_equal("ReversedMaterialDocumentYear", odata::text_literal(source.text_or("document_part")));
        return odata::read_request(sight.access,
                                   service_of(sight.places, sight.map, route.table) + "/A_MaterialDocumentItem",
                                   {{"$filter", filter}, {"$top", look_most}});
    }
    if (route.kind == "usage_decision.make") {
        TIELINE_TRY(const Json source, source_of(route, command));
        const std::string keys =
            odata::key_of({{"InspectionLot", odata::text_literal(source.text_or("inspection_lot"))}});
        return odata::read_request(sight.access, set_of(sight.places, sight.map, route.table) + keys);
    }
    if (!route.types.empty()) {
        return odata::read_request(sight.access, set_of(sight.places, sight.map, route.table),
                                   {{"$filter", key_filter(sight, route, command)},
                                    {"$expand", std::string(route.items)},
                                    {"$top", look_most}});
    }
    return odata::read_request(sight.access, item_set(sight, route),
                               {{"$filter", key_filter(sight, route, command)}, {"$top", look_most}});
}

Result<Found> seen(const Sight& sight, const Route& route, const model::Command& command,
                   const Result<net::HttpResponse>& reply) {
    if (route.way == Way::patch) {
        const Result<Json> entity = odata::entity_of(sight.access, rest::Effect::read, reply);
        if (!entity && entity.error().kind == ErrorKind::not_found) return absent();
        if (!entity) return entity.error();
        const KeyField key = key_field(sight.map, route.table);
        if (entity->text_or(key.field) != std::string_view(command.key).substr(0, key.max)) return absent();
        TIELINE_TRY(Receipt receipt, receipt_of(sight, route, command, *entity, rest::Effect::read));
        return present(std::move(receipt));
    }
    if (route.way == Way::remove) return seen_removal(sight, route, command, reply);
    if (route.kind == "usage_decision.make") return seen_decision(sight, route, command, reply);
    TIELINE_TRY(const odata::Rows rows, odata::rows_of(sight.access, reply));
    if (route.way == Way::soap) return seen_journal(sight, route, command, rows.rows);
    if (route.way == Way::call) return seen_cancellation(route, command, rows.rows);
    if (!route.types.empty()) return seen_movement(sight, route, command, rows.rows);
    return seen_items(sight, route, command, rows.rows);
}

net::HttpRequest look_at_original(const Sight& sight, const model::Command& command) {
    const auto payload = Json::parse(command.payload);
    const Name name = name_of(payload ? payload->text_or("document") : std::string());
    return ledger(sight, is_equal("CompanyCode", odata::text_literal(company_of(command))) + " and " +
                             is_equal("ReverseDocument", odata::text_literal(name.number)) + " and " +
                             is_equal("ReverseDocumentFiscalYear", odata::text_literal(name.part)));
}

Result<Found> seen_at_original(const Sight& sight, const model::Command& command,
                               const Result<net::HttpResponse>& reply) {
    TIELINE_TRY(const odata::Rows rows, odata::rows_of(sight.access, reply));
    for (const Entry& entry : entries_of(rows.rows)) {
        if (!entry.reversal) continue;
        Found found = undecidable(command, "has no reversal", "reversed_otherwise");
        found.why.message = "SAP has reversed that journal entry by " + entry.document + ", but not under the key " +
                            command.key +
                            ": a person reversed it, or this system does not keep the reference of a "
                            "reversal. A person must decide";
        return found;
    }
    return absent();
}

net::HttpRequest look_at_cancellation(const Sight& sight, const Route& route, const Receipt& receipt) {
    const Name name = name_of(receipt.document);
    const std::string keys = odata::key_of({{"MaterialDocumentYear", odata::text_literal(name.part)},
                                            {"MaterialDocument", odata::text_literal(name.number)}});
    return odata::read_request(sight.access,
                               service_of(sight.places, sight.map, route.table) + "/A_MaterialDocumentHeader" + keys);
}

Result<Found> seen_at_cancellation(const Sight& sight, Found found, const Result<net::HttpResponse>& reply) {
    TIELINE_TRY(const Json header, odata::entity_of(sight.access, rest::Effect::read, reply));
    Json details = Json::object({});
    const std::string user = header.text_or("CreatedByUser");
    if (!user.empty()) details.set("cancelled_by", user);
    if (const auto day = odata::date_of(header.text_or("PostingDate"))) details.set("posting_date", *day);
    found.receipt.details = details.dump();
    return found;
}

Result<Receipt> receipt_of(const Sight& sight, const Route& route, const model::Command& command, const Json& entity,
                           rest::Effect effect) {
    Receipt receipt;
    if (route.way == Way::patch || route.way == Way::remove) {
        const auto payload = Json::parse(command.payload);
        receipt.document = payload ? payload->text_or(route.number) : std::string();
        return receipt;
    }
    // The items of what was created carry the item's number; the row of an item carries everything itself.
    Json row = entity;
    const Json::Array& items = odata::inner_rows(entity, route.items);
    if (!items.empty()) {
        for (const auto& [name, value] : items.front().members())
            if (row.find(name) == nullptr) row.set(name, value);
    }
    receipt.document = document_of(route, row);
    if (receipt.document.empty())
        return rest::bad_reply(sight.access, effect, "it does not name the document that was made");
    return receipt;
}

}  // namespace tieline::connectors::sap_s4
