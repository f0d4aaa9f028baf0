#include "flows/labor_rates.h"

#include "base/decimal.h"
#include "base/json.h"
#include "flows/document.h"

#include <algorithm>
#include <optional>

namespace tieline::flows {
namespace {

// Two sorts of keys. "<craft>/<company>" knows the rates. "<craft>/<company>/<day>" knows the jobs whose labor of that
// day the rate values: small, and forgotten whole. The first tells the second by the event craft_rate.revised.
constexpr std::string_view flow_name = "labor_rates";
constexpr std::string_view revised = "craft_rate.revised";
constexpr std::string_view forget = "forget";
constexpr Millis day_length{24 * 60 * 60 * 1000};

bool is_done(std::string_view type) { return type == "workorder.completed" || type == "workorder.closed"; }

/// A labor confirmation's receipt; the text is looked at first, since most receipts are of something else.
bool is_confirmation(const model::Envelope& envelope) {
    return envelope.type == "cost.booked" && envelope.data.find("confirmation.post") != std::string::npos;
}

std::string day_key(std::string_view craft, std::string_view company, std::string_view day) {
    return std::string(craft).append("/").append(company).append("/").append(day);
}

void add_once(std::vector<std::string>& keys, std::string key) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
}

/// What a rate's row says: texts as the ERP has them.
struct Rate {
    std::string from, rate, currency;
    std::int64_t seq = 0;
};

bool same_price(const Rate& a, const Rate& b) {
    const auto one = Decimal::parse(a.rate);
    const auto other = Decimal::parse(b.rate);
    return a.currency == b.currency && one && other && *one == *other;
}

/// Rates of a craft in a company, in order of their first day.
struct RateTable {
    int changes = 0;
    std::vector<Rate> rates;

    const Rate* on(std::string_view day) const {
        const Rate* found = nullptr;
        for (const Rate& rate : rates) {
            if (rate.from <= day) found = &rate;
        }
        return found;
    }
    /// The first day on which the rate that begins on `from` holds no longer; "" where no other follows.
    std::string until(std::string_view from) const {
        for (const Rate& rate : rates) {
            if (rate.from > from) return rate.from;
        }
        return {};
    }
};

Result<RateTable> table_from(std::string_view text) {
    RateTable table;
    if (text.empty()) return table;
    TIELINE_TRY(const Json json, Json::parse(text));
    table.changes = static_cast<int>(json.int_or("n", 0));
    const Json* rates = json.find("rates");
    if (rates == nullptr || !rates->is_array()) return table;
    for (const Json& rate : rates->items()) {
        table.rates.push_back(
            {rate.text_or("from"), rate.text_or("rate"), rate.text_or("currency"), rate.int_or("seq", 0)});
    }
    return table;
}

std::string text_of(const RateTable& table) {
    Json rates = Json::array();
    for (const Rate& rate : table.rates) {
        rates.push_back(
            Json::object({{"from", rate.from}, {"rate", rate.rate}, {"currency", rate.currency}, {"seq", rate.seq}}));
    }
    return Json::object({{"n", table.changes}, {"rates", std::move(rates)}}).dump();
}

Result<Rate> read_rate(const Json& data, std::string_view key) {
    Rate rate;
    TIELINE_TRY(rate.from, data.text("valid_from"));
    TIELINE_TRY_VOID(parse_date(rate.from));
    TIELINE_TRY(const Decimal amount, data.decimal("rate"));
    rate.rate = amount.str();
    TIELINE_TRY(rate.currency, data.text("currency"));
    rate.seq = data.int_or("seq", 0);
    if (!amount.is_negative()) return rate;
    return make_error(ErrorKind::invalid,
                      "rate of " + std::string(key) + " from " + rate.from + ": " + rate.rate +
                          " is negative. Correct the rate in the ERP.",
                      "bad_rate", "rate");
}

/// Puts the row in; the rate that held on its first day before, or nullopt where there was none.
std::optional<Rate> put(RateTable& table, const Rate& rate) {
    const Rate* before = table.on(rate.from);
    std::optional<Rate> held = before == nullptr ? std::nullopt : std::optional<Rate>(*before);
    const auto place = std::find_if(table.rates.begin(), table.rates.end(),
                                    [&](const Rate& present) { return present.from >= rate.from; });
    if (place != table.rates.end() && place->from == rate.from) {
        *place = rate;
    } else {
        table.rates.insert(place, rate);
    }
    return held;
}

bool is_older(const RateTable& table, const Rate& rate) {
    return std::any_of(table.rates.begin(), table.rates.end(),
                       [&](const Rate& present) { return present.from == rate.from && rate.seq < present.seq; });
}

class LaborRates final : public Flow {
public:
    LaborRates(LaborRatesConfig config, CompanyTable companies) : config_(config), companies_(std::move(companies)) {}
    std::string_view name() const override { return flow_name; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        const model::Envelope& envelope = event.envelope;
        const std::string_view type = envelope.type;
        const bool ours = type == "craft_rate.published" || type == revised || type == "timer.fired" || is_done(type) ||
                          is_confirmation(envelope);
        if (!ours) return {};
        const std::shared_ptr<const Json> data = envelope.json_or_null();
        if (!data) return {};
        if (is_done(type)) return days_of_job(*data);
        if (type == "cost.booked") return days_of_receipt(*data);
        if (type == revised) return days_of_revision(*data);
        if (type == "timer.fired") {
            return data->text_or("flow") == flow_name ? std::vector<std::string>{data->text_or("key")}
                                                      : std::vector<std::string>{};
        }
        const std::string company = data->text_or("company_code");
        if (!companies_.of(company, "")) return {};  // none of this site's jobs are valued by it
        return {data->text_or("craft") + "/" + company};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view state,
                            WallTime now) const override {
        const std::string_view type = event.envelope.type;
        if (type == "timer.fired") {
            Decision decision;
            decision.state = "";
            return decision;
        }
        TIELINE_TRY(const std::shared_ptr<const Json> parsed, event.envelope.json());
        const Json& data = *parsed;
        if (type == "craft_rate.published") return take_rate(data, key, state, now);
        if (type == revised) return tell_jobs(data, state);
        const Json* echo = data.find("echo");
        const std::string job = is_done(type)     ? event.envelope.subject
                                : echo == nullptr ? std::string()
                                                  : echo->text_or("work_order");
        return remember(job, key, state, now);
    }

private:
    std::vector<std::string> days_of_job(const Json& order) const {
        std::vector<std::string> keys;
        const Json* lines = order.find("lines");
        const auto company = companies_.of(order.text_or("company_code"), "");
        const auto completed = parse_time(order.text_or("completed_at"));
        if (lines == nullptr || !lines->is_array() || !company || !completed) return keys;
        const auto day = local_date(*completed, (*company)->zone);
        if (!day) return keys;
        for (const Json& line : lines->items()) {
            const std::string craft = line.text_or("craft");
            if (!craft.empty()) add_once(keys, day_key(craft, (*company)->code, day->str()));
        }
        return keys;
    }

    /// The day on which the ERP booked it may be another one than that of the job's completion.
    static std::vector<std::string> days_of_receipt(const Json& receipt) {
        const Json* echo = receipt.find("echo");
        const Json* details = receipt.find("details");
        if (echo == nullptr || echo->text_or("craft").empty()) return {};
        std::string day = echo->text_or("posting_date");
        if (details != nullptr) day = details->text_or("posting_date", day);
        return {day_key(echo->text_or("craft"), echo->text_or("company_code"), day)};
    }

    static std::vector<std::string> days_of_revision(const Json& data) {
        std::vector<std::string> keys;
        const auto first = parse_date(data.text_or("from"));
        const auto last = parse_date(data.text_or("through"));
        if (!first || !last) return keys;
        for (Date day = *first; day <= *last; day = day.next_day()) {
            keys.push_back(day_key(data.text_or("craft"), data.text_or("company_code"), day.str()));
        }
        return keys;
    }

    Result<Decision> take_rate(const Json& data, std::string_view key, std::string_view state, WallTime now) const {
        TIELINE_TRY(RateTable table, table_from(state));
        TIELINE_TRY(const Rate rate, read_rate(data, key));
        Decision decision;
        if (is_older(table, rate)) return decision;
        const std::optional<Rate> held = put(table, rate);
        TIELINE_TRY(const Company* company, companies_.of(data.text_or("company_code"), ""));
        TIELINE_TRY(const Date today, local_date(now, company->zone));
        if ((!held || !same_price(*held, rate)) && rate.from <= today.str()) {
            ++table.changes;
            TIELINE_TRY(const Date oldest, local_date(now - config_.keep_days * day_length, company->zone));
            revise(table, rate, key, today, oldest, decision);
        }
        std::string after = text_of(table);
        if (after != state) decision.state = std::move(after);
        return decision;
    }

    static void revise(const RateTable& table, const Rate& rate, std::string_view key, Date today, Date oldest,
                       Decision& decision) {
        const std::string until = table.until(rate.from);
        const std::string first = std::max(rate.from, oldest.str());
        const std::string through = today.str();  // work of later days is valued by the rate as it is now
        if (!until.empty() && until <= first) return;
        const std::size_t slash = key.rfind('/');
        NewEvent event;
        event.type = revised;
        event.subject = key.substr(0, slash);
        event.data = "{";
        append_member(event.data, "craft", key.substr(0, slash));
        append_member(event.data, "company_code", key.substr(slash + 1));
        append_member(event.data, "rate", rate.rate);
        append_member(event.data, "currency", rate.currency);
        append_member(event.data, "from", first);
        append_if(event.data, "until", until);
        append_member(event.data, "through", until.empty() || through < until ? through : day_before(until));
        append_member(event.data, "version", std::string(key).append("#").append(std::to_string(table.changes)));
        event.data += '}';
        decision.events.push_back(std::move(event));
    }

    static std::string day_before(const std::string& day) {
        const auto noon = parse_time(day + "T12:00:00Z");
        const auto before = noon ? local_date(*noon - day_length, "Etc/UTC") : parse_date(day);
        return before ? before->str() : day;
    }

    static Result<Decision> tell_jobs(const Json& data, std::string_view state) {
        Decision decision;
        if (state.empty()) return decision;
        TIELINE_TRY(const Json json, Json::parse(state));
        const Json* jobs = json.find("jobs");
        if (jobs == nullptr || !jobs->is_array()) return decision;
        for (const Json& job : jobs->items()) {
            NewEvent event;
            event.type = "labor.rate_changed";
            event.subject = job.string();
            event.correlation = job.string();
            event.data = "{";
            append_member(event.data, "work_order", job.string());
            for (const char* member : {"craft", "company_code", "rate", "currency", "from", "until", "version"}) {
                append_if(event.data, member, data.text_or(member));
            }
            event.data += '}';
            decision.events.push_back(std::move(event));
        }
        return decision;
    }

    Result<Decision> remember(const std::string& job, std::string_view key, std::string_view state,
                              WallTime now) const {
        Decision decision;
        const auto day = parse_time(std::string(key.substr(key.rfind('/') + 1)) + "T00:00:00Z");
        if (job.empty() || !day) return decision;
        const WallTime over = *day + (config_.keep_days + 1) * day_length;
        if (over <= now) return decision;
        Json json = Json::object({{"jobs", Json::array()}});
        if (!state.empty()) {
            TIELINE_TRY(json, Json::parse(state));
        } else {
            decision.wakeups.push_back(Wakeup{std::string(forget), over});
        }
        Json* jobs = json.find("jobs");
        const auto& known = jobs->items();
        const bool present =
            std::any_of(known.begin(), known.end(), [&](const Json& each) { return each.string() == job; });
        if (present) return decision;
        jobs->push_back(job);
        decision.state = json.dump();
        return decision;
    }

    LaborRatesConfig config_;
    CompanyTable companies_;
};

}  // namespace

std::unique_ptr<Flow> make_labor_rates(LaborRatesConfig config, CompanyTable companies) {
    return std::make_unique<LaborRates>(config, std::move(companies));
}

}  // namespace tieline::flows
