// What an asset is worth: its replacement value, its life, when it came into service. Neither the CMMS nor the ERP of
// most plants tells it in one place; who knows says it here, and the log keeps who said what.

#include "api/body.h"
#include "base/decimal.h"
#include "base/random.h"

namespace tieline::api {
namespace {

constexpr std::size_t code_max = 64, reason_max = 500;

bool is_amount(const std::string& text) {
    const Result<Decimal> value = Decimal::parse(text);
    return value && Decimal::from_int(0) < *value && *value < Decimal::from_int(1'000'000'000'000) &&
           value->scale() <= 3;
}

bool is_currency(const std::string& text) {
    return text.size() == 3 && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
}

Result<Json> read_facts(const CallPtr& call, WallTime now) {
    TIELINE_TRY(Body body,
                Body::of(call->request.body, {"replacement_value", "currency", "in_service", "life_years", "reason"}));
    Json facts = Json::object({{"asset", call->parts[1]}, {"actor", call->who.name}});
    const std::string value = body.text("replacement_value", code_max, Body::Need::required);
    const std::string currency = body.text("currency", code_max, Body::Need::required);
    const std::string since = body.text("in_service", code_max);
    const auto life = body.whole("life_years", 1, 200);
    const std::string reason = body.text("reason", reason_max, Body::Need::required);
    if (!body.error() && !is_amount(value)) {
        body.refuse("replacement_value", "Write the value as a decimal in quotes above 0, like \"185000.00\".",
                    "bad_decimal");
    }
    if (!body.error() && !is_currency(currency)) {
        body.refuse("currency", "Write the currency's code of ISO 4217, like EUR.", "bad_currency");
    }
    if (!body.error() && !since.empty() && !parse_date(since)) {
        body.refuse("in_service", "Write the day as YYYY-MM-DD.", "bad_date");
    }
    if (!body.error() && since > format_time(now).substr(0, 10)) {
        body.refuse("in_service", "The day must not lie ahead.", "bad_date");
    }
    if (body.error()) return *body.error();
    facts.set("replacement_value", value);
    facts.set("currency", currency);
    if (!since.empty()) facts.set("in_service", since);
    if (life) facts.set("life_years", *life);
    facts.set("reason", reason);
    return facts;
}

}  // namespace

void get_asset_facts(Context& context, const CallPtr& call) {
    const Result<std::uint64_t> limit = query_number(*call, "limit", 500, 2000);
    if (!limit) return call->fail(limit.error());
    Listing listing;
    listing.view = context.view("asset_facts");
    listing.after = call->target.query_value("after");
    listing.count_max = *limit;
    listing.member = "assets";
    answer_from_store(context, call, [listing](store::Store& store, const Call& asked) {
        return list_rows(store, asked, listing,
                         [](const std::string&, Json row) { return std::optional<Json>(std::move(row)); });
    });
}

void put_asset_facts(Context& context, const CallPtr& call) {
    if (call->parts[1].size() > code_max) {
        return call->fail(make_error(ErrorKind::invalid, "An asset's code has at most 64 characters.", "too_long"));
    }
    if (context.options.identity == nullptr) {
        return call->fail(make_error(ErrorKind::unsupported,
                                     "Values of assets are said by people who signed in: add 'identity: {}' to "
                                     "tieline.yaml.",
                                     "sign_in_off"));
    }
    Result<Json> facts = read_facts(call, context.clock.now());
    if (!facts) return call->fail(facts.error());
    engine::Ingest item;
    item.site = call->site;
    item.source = "console";
    item.object = "asset_facts:" + call->parts[1];
    item.type = "asset.valued";
    item.subject = call->parts[1];
    item.correlation = "asset:" + call->parts[1];
    item.occurred = context.clock.now();
    item.data = facts->dump();
    context.runtime.ingest(std::move(item), [call, facts = *facts](const Result<engine::Ingested>& taken) {
        if (!taken) return call->fail(taken.error());
        call->answer(json_reply(200, facts));
    });
}

}  // namespace tieline::api
