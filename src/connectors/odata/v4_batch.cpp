#include "connectors/odata/v4_batch.h"

#include "connectors/odata/multipart.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace tieline::connectors::odata::v4 {
namespace {

constexpr std::size_t frame_bytes = 100;  ///< at most, around a request

/// Headers that are about one request. Sign-in, client and language stand on the whole.
constexpr const char* own_headers[] = {"Accept", "Content-Type", "If-Match", "If-None-Match", "Prefer"};

/// nullopt: it is no answer.
std::optional<net::HttpResponse> response_of(const Json& answer) {
    net::HttpResponse made;
    made.status = static_cast<int>(std::clamp<std::int64_t>(answer.int_or("status", 0), 0, 1000));
    if (made.status < 100 || made.status > 599) return std::nullopt;
    if (const Json* headers = answer.find("headers"); headers != nullptr && headers->is_object())
        for (const auto& [name, value] : headers->members())
            if (value.is_string()) made.headers.emplace_back(name, value.string());
    if (const Json* body = answer.find("body"); body != nullptr && !body->is_null())
        made.body = body->is_string() ? body->string() : body->dump();
    return made;
}

}  // namespace

Batch::Batch(Access access, std::string service, BatchLimits limits)
    : BatchOfService(std::move(access), std::move(service), limits) {}

Result<Json> Batch::message_of(const net::HttpRequest& request, const Bonds& bonds) const {
    TIELINE_TRY(const std::string path, path_of(request));
    Json message = Json::object({{"id", std::to_string(steps_.size() + 1)}, {"method", lower(request.method)}});
    message.set("url", path);
    Json headers = Json::object();
    for (const char* name : own_headers)
        if (const std::string_view value = net::header(request.headers, name); !value.empty())
            headers.set(lower(name), std::string(value));
    if (!bonds.group.empty()) message.set("atomicityGroup", bonds.group);
    Json after = Json::array();
    for (const std::size_t place : bonds.after) {
        if (place >= steps_.size()) return bad_batch("a request can only depend on one in front of it");
        // In a group the whole group decides, and that is what others depend on.
        const std::string& group = steps_[place].group;
        const bool is_inside = !group.empty() && group != bonds.group;
        after.push_back(is_inside ? group : std::to_string(place + 1));
    }
    if (!after.items().empty()) message.set("dependsOn", std::move(after));
    message.set("headers", std::move(headers));
    if (request.body.empty()) return message;
    JsonLimits limits;
    limits.bytes_max = limits_.bytes;
    TIELINE_TRY(Json body, Json::parse(request.body, limits));
    message.set("body", std::move(body));
    return message;
}

Result<std::size_t> Batch::add(const net::HttpRequest& request, Bonds bonds) {
    const bool writes = request.method != "GET";
    const bool is_number = !bonds.group.empty() && bonds.group.find_first_not_of("0123456789") == std::string::npos;
    if (is_number) return bad_batch("the name of a group must not look like an id");
    if (!bonds.group.empty() && !writes) return bad_batch("a group only writes");
    const bool is_known =
        std::any_of(steps_.begin(), steps_.end(), [&](const Step& step) { return step.group == bonds.group; });
    if (!bonds.group.empty() && is_known && steps_.back().group != bonds.group)
        return bad_batch("requests of one group stand one behind another");
    TIELINE_TRY(Json message, message_of(request, bonds));
    const std::size_t bytes = bytes_ + message.dump().size() + frame_bytes;
    if (steps_.size() == limits_.requests || bytes > limits_.bytes) return full();
    bytes_ = bytes;
    steps_.push_back({writes, std::move(bonds.group), std::move(message)});
    return steps_.size() - 1;
}

bool Batch::writes() const {
    return std::any_of(steps_.begin(), steps_.end(), [](const Step& step) { return step.writes; });
}

net::HttpRequest Batch::request() const {
    Json requests = Json::array();
    for (const Step& step : steps_) requests.push_back(step.message);
    net::HttpRequest made =
        v4::write_request(access_, "POST", service_ + "/$batch", Json::object({{"requests", std::move(requests)}}));
    // Of the message, not of what stands in it; and it goes on behind a request that goes wrong.
    for (auto& [name, value] : made.headers) {
        if (name == "Accept" || name == "Content-Type") value = "application/json";
        if (name == "Prefer") value = "odata.continue-on-error";
    }
    made.reply_bytes_max = reply_bytes(steps_.size());
    return made;
}

Batch::Answers Batch::all(const Error& error) const {
    Answers made;
    for (const Step& step : steps_) made.emplace_back(for_one(error, step.writes));
    return made;
}

bool Batch::take(const Json& answer, std::map<std::size_t, net::HttpResponse>& found) const {
    const std::string id = answer.text_or("id");
    const auto response = response_of(answer);
    for (std::size_t place = 0; place < steps_.size(); ++place) {
        if (steps_[place].message.text_or("id") != id) continue;
        if (found.contains(place)) return false;
        if (response) found.emplace(place, *response);
        return true;
    }
    // A group that went wrong may be answered as one, by its name.
    if (id.empty() || !response || response->status < 400) return false;
    bool is_group = false;
    for (std::size_t place = 0; place < steps_.size(); ++place) {
        if (steps_[place].group != id) continue;
        is_group = true;
        if (!found.emplace(place, *response).second) return false;
    }
    return is_group;
}

/// A group is carried out as a whole: where one of it was refused or is missing, what went well is in doubt.
void Batch::doubt_split_groups(Answers& made) const {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (steps_[i].group.empty() || !made[i] || made[i]->status >= 400) continue;
        bool is_split = false;
        for (std::size_t k = 0; k < steps_.size(); ++k)
            if (steps_[k].group == steps_[i].group && (!made[k] || made[k]->status >= 400)) is_split = true;
        if (is_split) made[i] = bad(steps_[i].writes, "of a group that is carried out as a whole a part went wrong");
    }
}

Batch::Answers Batch::answers(const Result<net::HttpResponse>& reply) const {
    if (!reply) return all(reply.error());
    const Effect effect = writes() ? Effect::write : Effect::read;
    if (reply->status < 200 || reply->status >= 300) return all(v4::error_of(access_, effect, *reply));
    rest::Access wide = access_;
    wide.reply_bytes_max = reply_bytes(steps_.size());
    const Result<Json> body = rest::body_of(wide, effect, reply);
    if (!body) return all(body.error());
    const Json* list = body->find("responses");
    if (list == nullptr || !list->is_array())
        return all(rest::bad_reply(access_, effect, "a batch was sent and no \"responses\" came back"));
    std::map<std::size_t, net::HttpResponse> found;
    for (const Json& answer : list->items())
        if (!take(answer, found))
            return all(
                rest::bad_reply(access_, effect, "an answer of a batch is for no request of it, or not the only"));
    Answers made;
    for (std::size_t place = 0; place < steps_.size(); ++place) {
        const auto own = found.find(place);
        if (own != found.end())
            made.emplace_back(std::move(own->second));
        else
            made.emplace_back(bad(steps_[place].writes, "a request of a batch has no answer"));
    }
    doubt_split_groups(made);
    return made;
}

}  // namespace tieline::connectors::odata::v4
