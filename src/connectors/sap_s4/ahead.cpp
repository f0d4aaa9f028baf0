// Several reads of one service in one request ($batch), where the settings want it. They are only read ahead: whoever
// asks for rows finds them there, or reads them alone as ever, so that a service that takes no batches is read all the
// same.

#include "base/log.h"
#include "connectors/sap_s4/sap_s4.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::size_t batch_most = 20;   ///< requests of one message; SAP does not say how many it takes
constexpr std::size_t step_most = 1000;  ///< rows of one answer, as in rows()
constexpr Millis try_again{3'600'000};   ///< behind a batch that was not taken
constexpr int lost_most = 3;             ///< answers that may not come before that is taken for the batch's doing

/// The trouble that all have alike; nullopt where at least one has an answer.
std::optional<Error> trouble_of(const odata::Batch::Answers& answers) {
    const bool has_answer =
        std::any_of(answers.begin(), answers.end(), [](const auto& each) { return each.has_value(); });
    if (has_answer || answers.empty()) return std::nullopt;
    return answers.front().error();
}

/// Whether reading one by one would meet the same. What was sent and not answered well may be the batch's own doing: it
/// takes too long, or is too much for the system.
bool is_of_all_reads(const Error& error) {
    constexpr std::string_view unsent[] = {"no_connection", "connect_timeout", "no_address", "tls_failed",
                                           "no_free_connection"};
    return error.kind == ErrorKind::rate_limited ||
           std::find(std::begin(unsent), std::end(unsent), error.code) != std::end(unsent);
}

}  // namespace

std::string SapS4::Asked::name() const {
    std::string text = set + "\n" + mark + "\n" + std::to_string(most);
    for (const auto& [name, value] : query) text.append("\n").append(name).append("=").append(value);
    return text;
}

bool SapS4::takes_batches(const std::string& service) {
    const std::lock_guard lock(mutex_);
    const auto known = batching_.find(service);
    return known == batching_.end() || known->second.singly_until <= clock_.now();
}

Exchange<bool> SapS4::read_ahead(std::vector<Asked> asked, Ahead* ahead) {
    if (!batches_) co_return true;
    std::map<std::string, std::vector<Asked>> by_service;
    std::set<std::string> names;
    for (Asked& each : asked)
        if (names.insert(each.name()).second) by_service[each.service()].push_back(std::move(each));
    for (auto& [service, all] : by_service) {
        // One alone is read by whoever asks for it, without a token.
        for (std::size_t from = 0; from + 1 < all.size() && takes_batches(service); from += batch_most) {
            const std::size_t to = std::min(all.size(), from + batch_most);
            std::vector<Asked> some(all.begin() + static_cast<std::ptrdiff_t>(from),
                                    all.begin() + static_cast<std::ptrdiff_t>(to));
            Exchange<bool> reading = read_batch(service, std::move(some), ahead);
            const Result<bool> read = co_await std::move(reading);
            if (!read) co_return read.error();
        }
    }
    co_return true;
}

Exchange<bool> SapS4::read_batch(std::string service, std::vector<Asked> asked, Ahead* ahead) {
    odata::Batch batch(access_, places_.odata + "/" + service);
    for (const Asked& each : asked) {
        rest::Query query = each.query;
        query.emplace_back("$top", std::to_string(std::min(each.most, step_most)));
        const auto place = batch.read(odata::read_request(access_, places_.odata + "/" + each.set, query));
        if (!place) co_return true;  // too long: one by one
    }
    Exchange<odata::Batch::Answers> sending = odata::send_batch(&sessions_, std::move(batch));
    const Result<odata::Batch::Answers> answers = co_await std::move(sending);
    if (!answers) co_return answers.error();
    if (const std::optional<Error> trouble = trouble_of(*answers)) {
        if (is_of_all_reads(*trouble)) co_return *trouble;
        const std::lock_guard lock(mutex_);
        Batching& known = batching_[service];
        // One answer that does not come may be the end of the page's time, or the network's doing.
        if (trouble->kind == ErrorKind::transient && ++known.lost < lost_most) co_return true;
        known = {clock_.now() + try_again, 0};
        log(LogLevel::warn, "SAP's service took no batch; for an hour it is read one by one, which costs more calls",
            {{"service", service}, {"why", trouble->message}});
        co_return true;
    }
    {
        const std::lock_guard lock(mutex_);
        batching_[service].lost = 0;
    }
    for (std::size_t i = 0; i < asked.size(); ++i) {
        Result<odata::Rows> page = odata::rows_of(access_, (*answers)[i]);
        if (!page && page.error().kind == ErrorKind::rate_limited) co_return page.error();
        if (!page) continue;  // who asks for it is told why
        const bool is_enough = page->rows.size() >= asked[i].most;
        const bool goes_on = !page->next.empty() || page->rows.size() >= step_most;
        if (goes_on && !is_enough) continue;  // rows that go on are read from their beginning
        page->rows.resize(std::min(page->rows.size(), asked[i].most));
        ahead->rows.insert_or_assign(asked[i].name(), Json(std::move(page->rows)));
    }
    co_return true;
}

std::vector<SapS4::Asked> SapS4::needs_of(const Stream& stream, std::span<const Json> rows, const Place& place,
                                          std::size_t most) const {
    std::vector<Asked> needed;
    if (!batches_ || !reading_.wants(stream.name)) return needed;
    const auto want_units = [&](const Json& item) {
        const std::string material = item.text_or("Material");
        if (!material.empty() && !knows_units(material)) needed.push_back(units_asked(material));
    };
    std::size_t count = 0;
    for (const Json& row : rows) {
        const auto at = row_of(stream, row);
        if (!at || place.knows(*at)) continue;
        if (count++ == std::min(most, ahead_most)) break;
        if (stream.name == "requisition") want_units(row);
        if (stream.name != "purchase_order") continue;
        bool is_here = false;
        for (const Json& item : odata::inner_rows(row, "to_PurchaseOrderItem")) {
            if (item.text_or("Plant") != reading_.plant) continue;
            is_here = is_here || !item.text_or("Material").empty();
            want_units(item);
        }
        if (is_here) needed.push_back(receipts_asked(row.text_or("PurchaseOrder")));
    }
    return needed;
}

std::vector<SapS4::Asked> SapS4::needs_of(const std::vector<std::string>& objects) const {
    std::vector<Asked> needed;
    if (!batches_) return needed;
    for (const std::string& object : objects) {
        auto asked = asked_for(object);
        if (!asked) continue;
        needed.push_back(std::move(*asked));
        if (object.starts_with("purchase_order:"))
            needed.push_back(receipts_asked(object.substr(object.find(':') + 1)));
    }
    return needed;
}

bool SapS4::knows_units(const std::string& product) const {
    const std::lock_guard lock(mutex_);
    return units_.contains(product);
}

Exchange<bool> SapS4::read_pending_ahead(const Turn* turn, std::size_t index, Ahead* ahead, Ahead* stock_ahead) {
    const std::vector<std::string>& pending = turn->at.pending;
    std::vector<std::string> next, places;
    for (std::size_t i = index; i < pending.size(); ++i) {
        if (next.size() + places.size() == std::min(turn->room(), ahead_most)) break;
        if (turn->is_in_trouble(pending[i])) continue;
        const bool is_stock = pending[i].starts_with("stock:");
        (is_stock ? places : next).push_back(is_stock ? pending[i].substr(pending[i].find(':') + 1) : pending[i]);
    }
    Exchange<bool> preparing = read_ahead(needs_of(next), ahead);
    const Result<bool> prepared = co_await std::move(preparing);
    if (!prepared) co_return prepared;
    preparing = read_stock_ahead(std::move(places), stock_ahead);
    const Result<bool> stock_prepared = co_await std::move(preparing);
    co_return stock_prepared;
}

Exchange<bool> SapS4::read_stock_ahead(std::vector<std::string> places, Ahead* ahead) {
    if (!batches_ || places.size() < 2) co_return true;
    std::vector<Asked> before, between, after, nested;
    for (const std::string& place : places) {
        const std::string part = place.substr(0, place.rfind('/'));
        before.push_back(stock_asked(part, part, "before"));
        for (const Asked& each : {held_asked(part, part), requested_asked(part, part), ordered_asked(part, part)})
            between.push_back(each);
        after.push_back(stock_asked(part, part, "after"));
    }
    Exchange<bool> reading = read_ahead(before, ahead);
    Result<bool> read = co_await std::move(reading);
    if (!read) co_return read;
    reading = read_ahead(between, ahead);
    read = co_await std::move(reading);
    if (!read) co_return read;
    std::map<std::string, std::vector<Asked>> of_place;  // what else it needs: its orders, one by one
    for (const std::string& place : places) {
        const std::string part = place.substr(0, place.rfind('/'));
        const auto orders = ahead->rows.find(ordered_asked(part, part).name());
        if (orders == ahead->rows.end()) continue;
        std::vector<std::string> names;
        for (const Json& row : orders->second.items())
            names.push_back("purchase_order:" + row.text_or("PurchaseOrder"));
        of_place[place] = needs_of(names);
        nested.insert(nested.end(), of_place[place].begin(), of_place[place].end());
    }
    reading = read_ahead(nested, ahead);
    read = co_await std::move(reading);
    if (!read) co_return read;
    reading = read_ahead(after, ahead);
    read = co_await std::move(reading);
    if (!read) co_return read;
    // A question that is asked alone is asked later: the reckoning of its place would no longer be of one moment.
    for (std::size_t i = 0; i < places.size(); ++i) {
        std::vector<Asked> all = {before[i], between[3 * i], between[3 * i + 1], between[3 * i + 2], after[i]};
        const auto own = of_place.find(places[i]);
        if (own != of_place.end()) all.insert(all.end(), own->second.begin(), own->second.end());
        if (std::all_of(all.begin(), all.end(), [&](const Asked& each) { return ahead->has(each.name()); }))
            ahead->places.insert(places[i]);
    }
    co_return true;
}

}  // namespace tieline::connectors::sap_s4
