// Asking Tryton: calls with the user's context, rows, and ids of codes.

#include "connectors/tryton/tryton.h"

#include <utility>

namespace tieline::connectors::tryton {
namespace {

constexpr std::size_t ids_max = 20'000;  ///< of codes that are kept; beyond, all are forgotten and asked anew

/// How an object of a model is found by its code, and how a person calls it.
struct Lookup {
    std::string_view model, code_name, words;
};
constexpr Lookup lookups[] = {
    {"account.account", "unknown_account", "account"},
    {"account.journal", "unknown_journal", "journal"},
    {"analytic_account.account", "unknown_cost_center", "analytic account"},
    {"product.product", "unknown_material", "product"},
    {"product.uom", "unit_mismatch", "unit of measure with the symbol"},
    {"stock.location", "unknown_storage_location", "location"},
    {"warehouse", "unknown_storage_location", "warehouse whose storage zone is"},
    {"party.party", "unknown_vendor", "party"},
};

Json domain_of(const Reference& reference, const Json& company) {
    const std::string& model = reference.model;
    if (model == "product.uom") return Json(Json::Array{clause("symbol", "=", reference.code)});
    if (model == "warehouse") {
        return Json(
            Json::Array{clause("type", "=", "warehouse"), clause("storage_location.code", "=", reference.code)});
    }
    if (model == "analytic_account.account") {
        const std::size_t slash = reference.code.find('/');
        return Json(Json::Array{clause("code", "=", reference.code.substr(slash + 1)),
                                clause("root.code", "=", reference.code.substr(0, slash)),
                                clause("type", "=", "normal")});
    }
    Json domain = Json(Json::Array{clause("code", "=", reference.code)});
    if (model == "account.account") domain.push_back(clause("company", "=", company));
    return domain;
}

std::string shown_code(const Reference& reference) {
    return reference.model == "analytic_account.account" ? reference.code.substr(reference.code.find('/') + 1)
                                                         : reference.code;
}

}  // namespace

Exchange<Json> Tryton::context() {
    Exchange<Json> reading = client_.preferences();
    const Result<Json> preferences = co_await std::move(reading);
    if (!preferences) co_return preferences.error();
    Json context = Json::object({{"language", "en"}});
    for (const char* name : {"company", "employee"}) {
        const Json* value = preferences->find(name);
        if (value != nullptr && value->is_number()) context.set(name, *value);
    }
    if (context.find("company") == nullptr) {
        co_return make_error(
            ErrorKind::unauthorized,
            "the user " + client_.access().user + " of Tryton works in no company; set his company there",
            "user_without_company");
    }
    co_return context;
}

Exchange<Json> Tryton::ask(std::string model, std::string method, Json::Array params, Effect effect,
                           Json more_context) {
    Exchange<Json> knowing = context();
    Result<Json> known = co_await std::move(knowing);
    if (!known) co_return known;
    if (more_context.is_object())
        for (const auto& [name, value] : more_context.members()) known->set(name, value);
    params.push_back(std::move(*known));
    Exchange<Json> calling = client_.call("model." + model + "." + method, std::move(params), effect);
    Result<Json> answer = co_await std::move(calling);
    co_return answer;
}

Exchange<Json> Tryton::rows(std::string model, Json domain, Json fields, std::size_t limit, Json order,
                            Json more_context) {
    Exchange<Json> knowing = context();
    Result<Json> known = co_await std::move(knowing);
    if (!known) co_return known;
    if (more_context.is_object())
        for (const auto& [name, value] : more_context.members()) known->set(name, value);
    if (order.is_null()) order = Json(Json::Array{Json(Json::Array{Json("id"), Json("ASC")})});
    Json::Array params{std::move(domain), Json(0),           Json(static_cast<std::int64_t>(limit)),
                       std::move(order),  std::move(fields), std::move(*known)};
    Exchange<Json> calling = client_.call("model." + model + ".search_read", std::move(params), Effect::read);
    Result<Json> answer = co_await std::move(calling);
    if (answer && !answer->is_array()) {
        rest::Access words;
        words.system = client_.access().system;
        co_return rest::bad_reply(words, Effect::read, "a list of " + model + " was asked for");
    }
    co_return answer;
}

Exchange<Json> Tryton::period_of(std::string day) {
    Exchange<Json> knowing = context();
    const Result<Json> known = co_await std::move(knowing);
    if (!known) co_return known.error();
    const Json company = *known->find("company");
    Json within(Json::Array{clause("company", "=", company), clause("type", "=", "standard"),
                            clause("start_date", "<=", jsonrpc::date_value(day)),
                            clause("end_date", ">=", jsonrpc::date_value(day))});
    Json fields(Json::Array{Json("state"), Json("name")});
    Exchange<Json> looking = rows("account.period", std::move(within), fields, 2);
    const Result<Json> found = co_await std::move(looking);
    if (!found) co_return found.error();
    if (found->items().size() == 1 && found->items()[0].text_or("state") == "open")
        co_return Json(*found->items()[0].find("id"));
    Json later(Json::Array{clause("company", "=", company), clause("type", "=", "standard"),
                           clause("state", "=", "open"), clause("start_date", ">", jsonrpc::date_value(day))});
    Json by_start(Json::Array{Json(Json::Array{Json("start_date"), Json("ASC")})});
    Json start(Json::Array{Json("start_date")});
    Exchange<Json> searching = rows("account.period", std::move(later), start, 1, std::move(by_start));
    const Result<Json> next = co_await std::move(searching);
    if (!next) co_return next.error();
    const std::string next_open = next->items().empty() ? "" : next->items()[0].text_or("start_date");
    Error closed = make_error(ErrorKind::invalid,
                              found->items().empty()
                                  ? "Tryton has no period for " + day + "; make one, then replay"
                                  : "the period " + found->items()[0].text_or("name") + " of Tryton, in which " + day +
                                        " lies, is closed; open it, then replay",
                              "period_closed", "posting_date");
    if (!next_open.empty()) closed.details = Json::object({{"next_open_date", next_open}}).dump();
    co_return closed;
}

Exchange<Json> Tryton::company_of(Reference reference) {
    Exchange<Json> knowing = context();
    const Result<Json> known = co_await std::move(knowing);
    if (!known) co_return known.error();
    Json own(Json::Array{clause("id", "=", *known->find("company"))});
    Json fields(Json::Array{Json("party.code"), Json("currency.code")});
    Exchange<Json> looking = rows("company.company", std::move(own), std::move(fields), 1);
    const Result<Json> found = co_await std::move(looking);
    if (!found) co_return found.error();
    if (found->items().empty())
        co_return make_error(ErrorKind::unauthorized, "the user of Tryton may not read his company", "forbidden");
    const Json& row = found->items()[0];
    const bool is_company = reference.model == "company.company";
    const Json* part = row.find(is_company ? "party" : "currency");
    const std::string code = part == nullptr ? "" : part->text_or("code");
    if (code == reference.code) co_return Json(*row.find("id"));
    if (is_company) {
        co_return make_error(ErrorKind::invalid,
                             "the user of Tryton works in the company whose party has the code " + code + ", not in " +
                                 reference.code + "; a connector serves one company",
                             "unknown_company", "company_code");
    }
    co_return make_error(ErrorKind::invalid,
                         "the company's currency in Tryton is " + code + "; a journal entry in " + reference.code +
                             " cannot be posted there, and the hub converts nothing",
                         "foreign_currency", "currency");
}

Exchange<Json> Tryton::id_of(Reference reference) {
    if (reference.model == "account.period") {
        Exchange<Json> looking = period_of(reference.code);
        Result<Json> found = co_await std::move(looking);
        co_return found;
    }
    const std::pair<std::string, std::string> name{reference.model, reference.code};
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = ids_.find(name); known != ids_.end()) co_return Json(known->second);
    }
    Json id;
    if (reference.model == "company.company" || reference.model == "company_currency") {
        Exchange<Json> looking = company_of(reference);
        Result<Json> found = co_await std::move(looking);
        if (!found) co_return found;
        id = std::move(*found);
    } else {
        Exchange<Json> knowing = context();
        const Result<Json> known = co_await std::move(knowing);
        if (!known) co_return known.error();
        Json domain = domain_of(reference, *known->find("company"));
        const std::string model = reference.model == "warehouse" ? "stock.location" : reference.model;
        Json fields(Json::Array{Json("rec_name")});
        Exchange<Json> looking = rows(model, std::move(domain), std::move(fields), 2);
        const Result<Json> found = co_await std::move(looking);
        if (!found) co_return found.error();
        if (found->items().size() != 1) {
            const Lookup* lookup = nullptr;
            for (const Lookup& one : lookups)
                if (one.model == reference.model) lookup = &one;
            const std::string words = lookup == nullptr ? reference.model : std::string(lookup->words);
            co_return make_error(ErrorKind::invalid,
                                 std::string("Tryton has ") + (found->items().empty() ? "no " : "more than one ") +
                                     words + " " + shown_code(reference) +
                                     "; correct the code, or make it there, then replay",
                                 lookup == nullptr ? "unknown_code" : std::string(lookup->code_name));
        }
        id = *found->items()[0].find("id");
    }
    const std::lock_guard lock(mutex_);
    if (ids_.size() >= ids_max) ids_.clear();
    if (id.is_number()) ids_[name] = std::strtoll(id.number_token().c_str(), nullptr, 10);
    co_return id;
}

Exchange<Json> Tryton::with_ids(Json values) {
    std::vector<std::pair<Reference, Json>> known;
    for (const Reference& reference : references_in(values)) {
        Exchange<Json> looking = id_of(reference);
        Result<Json> found = co_await std::move(looking);
        if (!found) co_return found;
        known.emplace_back(reference, std::move(*found));
    }
    put_ids(values, [&](const Reference& wanted) {
        for (const auto& [reference, id] : known)
            if (reference == wanted) return id;
        return Json();
    });
    co_return values;
}

}  // namespace tieline::connectors::tryton
