// What technicians did: taken once by its id, checked against what others did meanwhile, and told what became of it.

#include "api/photos.h"
#include "api/presence.h"
#include "api/technician.h"
#include "api/technician_input.h"
#include "base/hash.h"
#include "flows/technician.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace tieline::api {
namespace {

constexpr std::size_t ids_max = 100;
constexpr std::string_view source = "technician";

/// An action on its way into the log.
struct Pending {
    Json acted;
    std::string id, digest;
    std::vector<std::string> photos;  ///< ids still to be looked up
    Json found = Json::array();       ///< what is known of those that were
};
using PendingPtr = std::shared_ptr<Pending>;

std::string event_id(const std::string& id) { return std::string(source) + ":" + id + ":1"; }

Error key_reused(const std::string& id) {
    return make_error(
        ErrorKind::unsupported,
        "Another action was sent under the Idempotency-Key " + id + ": each action needs its own, kept for every try.",
        "key_reused", "Idempotency-Key");
}

Result<std::int64_t> base_of(const net::HttpRequest& request) {
    std::string_view text = net::header(request.headers, "If-Match");
    if (text.empty() || text == "*") return std::int64_t{0};
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    std::int64_t base = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), base);
    if (failed == std::errc() && end == text.data() + text.size() && base > 0) return base;
    return make_error(ErrorKind::invalid, "If-Match must be the order's version, like \"42\".", "bad_if_match",
                      "If-Match");
}

Json received_json(const Json& acted, WallTime recorded) {
    Json json = Json::object({{"id", acted.text_or("id")}, {"kind", acted.text_or("kind")}, {"state", "received"}});
    if (!acted.text_or("work_order").empty()) json.set("work_order", acted.text_or("work_order"));
    json.set("at", acted.text_or("at"));
    json.set("received", format_time(recorded));
    return json;
}

/// The order's documents in the ERP, read once per order and request.
class ErpSide {
public:
    ErpSide(store::Store& store, const Context& context, const model::SiteId& site)
        : store_(store), site_(site), view_(context.view("work_orders")) {}

    /// "posted" instead of "sent" where the ERP has booked what the action led to.
    void add(Json& action) {
        const std::string kind = action.text_or("kind"), document = action.text_or("document");
        if (action.text_or("state") != "sent") return;
        const bool is_part = kind == "part" || kind == "return";
        if (!is_part && kind != "labor" && kind != "finish") return;
        const Json& order = order_of(action.text_or("work_order"));
        if (!is_part && !order.bool_or("settled", false)) return;
        const Json* documents = order.find("documents");
        if (documents == nullptr || !documents->is_array()) return;
        for (const Json& one : documents->items()) {
            const bool is_its = is_part ? one.text_or("slot") == "issue/" + document : one.text_or("noun") == "cost";
            if (!is_its || one.text_or("state") != "booked") continue;
            action.set("state", "posted");
            action.set("erp_document", one.text_or("document"));
        }
    }

private:
    const Json& order_of(const std::string& number) {
        const auto known = orders_.find(number);
        if (known != orders_.end()) return known->second;
        const Result<std::optional<std::string>> row = store_.view(site_, view_, number);
        return orders_[number] = row && *row ? json_or_text(**row) : Json();
    }

    store::Store& store_;
    const model::SiteId& site_;
    std::string view_;
    std::map<std::string, Json> orders_;
};

/// Answers a repeat; false where this id is new.
bool answer_repeat(Context& context, store::Store& store, const CallPtr& call, const Pending& pending) {
    const Result<std::optional<model::StoredEvent>> first = store.event_by_id(call->site, event_id(pending.id));
    if (!first) {
        call->fail(first.error());
        return true;
    }
    if (!*first) return false;
    const std::shared_ptr<const Json> data = (*first)->envelope.json_or_null();
    const bool same = data && data->text_or("digest") == pending.digest && data->text_or("user") == call->who.name;
    if (!same) {
        call->fail(key_reused(pending.id));
        return true;
    }
    Json state = received_json(*data, (*first)->recorded);
    const Result<std::optional<std::string>> row =
        store.view(call->site, context.view("technician_actions"), call->who.name + "/" + pending.id);
    if (row && *row) state = json_or_text(**row);
    ErpSide(store, context, call->site).add(state);
    net::HttpResponse response = json_reply(200, state);
    response.headers.emplace_back("Idempotent-Replayed", "true");
    call->answer(std::move(response));
    return true;
}

net::HttpResponse stale_reply(const flows::StaleField& stale, const Json& current) {
    const bool is_state = stale.field == "status";
    const std::string what = is_state ? "The order is " + stale.present + "."
                                      : "It was set to '" + stale.present + "'" +
                                            (stale.by.empty() ? "" : " by " + stale.by) + " meanwhile.";
    net::HttpResponse response = problem(
        make_error(ErrorKind::conflict, what + " Look at the present order, then decide.", "stale", stale.field), 412);
    if (Result<Json> json = Json::parse(response.body)) {
        json->set("current", current);
        json->set("present", stale.present);
        response.body = json->dump();
    }
    return response;
}

void take_in(Context& context, const CallPtr& call, const PendingPtr& pending) {
    engine::Ingest item;
    item.site = call->site;
    item.source = source;
    item.object = pending->id;
    item.type = "technician.acted";
    item.correlation = pending->acted.text_or("work_order", pending->id);
    const Result<WallTime> at = parse_time(pending->acted.text_or("at"));
    item.occurred = at ? *at : context.clock.now();
    item.data = pending->acted.dump();
    context.runtime.ingest(std::move(item), [&context, call, pending](const Result<engine::Ingested>& taken) {
        if (!taken) return call->fail(taken.error());
        const std::string kind = pending->acted.text_or("kind");
        if (kind == "pause" || kind == "finish") context.presence->drop(call->site, person_code(*call));
        if (taken->revision == 1 && !taken->repeated) {
            return call->answer(json_reply(202, received_json(pending->acted, context.clock.now())));
        }
        // Two tries at the same moment: the first one counts, and says whether this was the same.
        context.runtime.query([&context, call, pending](store::Store& store) {
            if (!answer_repeat(context, store, call, *pending)) call->fail(key_reused(pending->id));
        });
    });
}

/// On the engine's thread: is there such an order, and did somebody else set the same value meanwhile?
void check(Context& context, store::Store& store, const CallPtr& call, const PendingPtr& pending) {
    const std::string number = pending->acted.text_or("work_order");
    if (!number.empty()) {
        const Result<std::optional<Json>> job = job_of(context, store, call->site, number);
        if (!job) return call->fail(job.error());
        if (!*job) {
            return call->fail(make_error(ErrorKind::not_found,
                                         "There is no work order '" + number.substr(0, 64) + "' here.",
                                         "unknown_work_order", "work_order"));
        }
        const Result<std::optional<store::StatePut>> state =
            store.state(call->site, flows::technician_flow, flows::technician_key(pending->acted));
        if (!state) return call->fail(state.error());
        const std::string text = *state ? (*state)->json : std::string();
        if (const auto stale = flows::stale_field(text, pending->acted))
            return call->answer(stale_reply(*stale, **job));
    }
    take_in(context, call, pending);
}

/// Pictures that the action names must be here, whole, and this person's.
void look_up_photos(Context& context, const CallPtr& call, const PendingPtr& pending) {
    if (pending->photos.empty()) {
        const std::string kind = pending->acted.text_or("kind");
        if (kind == "report" && !pending->found.items().empty()) pending->acted.set("photos", pending->found);
        if (kind == "photo") {
            for (const auto& [name, value] : pending->found.items().at(0).members()) pending->acted.set(name, value);
        }
        return context.runtime.query(
            [&context, call, pending](store::Store& store) { check(context, store, call, pending); });
    }
    const std::string id = pending->photos.back();
    pending->photos.pop_back();
    context.photos->find(id, [&context, call, pending](const Result<Photo>& photo) {
        if (!photo) return call->fail(photo.error(), photo.error().kind == ErrorKind::not_found ? 422 : 0);
        if (!photo->complete || photo->user != call->who.name) {
            return call->fail(
                make_error(ErrorKind::unsupported,
                           "The picture " + photo->id + " is not here whole, or is not yours: send it first.",
                           "photo_missing", "photo"));
        }
        pending->found.push_back(Json::object(
            {{"photo", photo->id}, {"type", photo->type}, {"bytes", photo->bytes}, {"sha256", photo->sha256}}));
        look_up_photos(context, call, pending);
    });
}

Result<PendingPtr> read_pending(const Context& context, const Call& call) {
    auto pending = std::make_shared<Pending>();
    pending->id = net::header(call.request.headers, "Idempotency-Key");
    if (!is_uuid(pending->id)) {
        return make_error(ErrorKind::invalid,
                          "Send the header 'Idempotency-Key': the action's own id, a UUID in lower case, the same for "
                          "every try.",
                          "missing_key", "Idempotency-Key");
    }
    TIELINE_TRY(const std::int64_t base, base_of(call.request));
    TIELINE_TRY(const Json action, read_action(call.request.body, context.clock.now()));
    const identity::Person& person = call.who.session->person;
    pending->digest = hex(sha256(call.request.body));
    pending->acted = Json::object({{"id", pending->id}, {"user", person.name}, {"person", person.person_code}});
    for (const auto& [name, value] : action.members()) pending->acted.set(name, value);
    const bool lacks_craft = action.text_or("kind") == "labor" && action.text_or("craft").empty();
    if (lacks_craft && !person.craft.empty()) pending->acted.set("craft", person.craft);
    if (base > 0) pending->acted.set("base", base);
    pending->acted.set("digest", pending->digest);
    if (const std::string photo = action.text_or("photo"); !photo.empty()) pending->photos.push_back(photo);
    if (const Json* photos = action.find("photos")) {
        for (const Json& photo : photos->items()) pending->photos.push_back(photo.string());
    }
    return pending;
}

bool is_on(const Context& context, const CallPtr& call) {
    const SiteInfo* site = context.site(call->site);
    const auto named = [](const std::string& name) { return name == flows::technician_flow; };
    if (site != nullptr && std::any_of(site->flows.begin(), site->flows.end(), named)) return true;
    call->fail(make_error(ErrorKind::unsupported,
                          "This site takes no actions of technicians: add 'technician: {}' under its flows, and 'jobs' "
                          "to what its CMMS connector reads.",
                          "technician_off"));
    return false;
}

Result<Json> own_actions(const Context& context, store::Store& store, const Call& call, const std::string& ids) {
    const std::string view = context.view("technician_actions");
    Json list = Json::array();
    ErpSide erp(store, context, call.site);
    std::size_t at = 0;
    for (std::size_t count = 0; at < ids.size() && count < ids_max; ++count) {
        const std::size_t end = std::min(ids.find(',', at), ids.size());
        TIELINE_TRY(const std::optional<std::string> row,
                    store.view(call.site, view, call.who.name + "/" + ids.substr(at, end - at)));
        at = end + 1;
        if (!row) continue;
        Json action = json_or_text(*row);
        erp.add(action);
        list.push_back(std::move(action));
    }
    return Json::object({{"actions", std::move(list)}});
}

}  // namespace

void post_technician_action(Context& context, const CallPtr& call) {
    if (!is_technician(context, call) || !is_on(context, call)) return;
    const Result<PendingPtr> pending = read_pending(context, *call);
    if (!pending) return call->fail(pending.error());
    context.runtime.query([&context, call, pending = *pending](store::Store& store) {
        if (answer_repeat(context, store, call, *pending)) return;
        if (pending->photos.empty()) return check(context, store, call, pending);
        look_up_photos(context, call, pending);
    });
}

void get_technician_actions(Context& context, const CallPtr& call) {
    if (!is_technician(context, call)) return;
    const std::string ids(call->target.query_value("ids"));
    if (!ids.empty()) {
        return answer_from_store(context, call, [&context, ids](store::Store& store, const Call& asked) {
            return own_actions(context, store, asked, ids);
        });
    }
    const Result<std::uint64_t> limit = query_number(*call, "limit", 100, 500);
    if (!limit) return call->fail(limit.error());
    Listing listing;
    listing.view = context.view("technician_actions");
    listing.prefix = call->who.name + "/";
    if (const std::string_view after = call->target.query_value("after"); !after.empty()) {
        listing.after = listing.prefix + std::string(after);
    }
    listing.count_max = std::max<std::size_t>(1, *limit);
    listing.member = "actions";
    answer_from_store(context, call, [&context, listing](store::Store& store, const Call& asked) -> Result<Json> {
        ErpSide erp(store, context, asked.site);
        TIELINE_TRY(Json page, list_rows(store, asked, listing, [&](const std::string&, Json row) {
                        erp.add(row);
                        return std::optional<Json>(std::move(row));
                    }));
        // `next` is a key of the read model; the caller knows ids.
        const std::string next = page.text_or("next");
        if (!next.empty()) page.set("next", next.substr(next.find('/') + 1));
        return page;
    });
}

}  // namespace tieline::api
