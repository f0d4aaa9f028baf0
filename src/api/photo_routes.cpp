// Pictures: announced, sent in parts, seen by who has to do with the order.

#include "api/body.h"
#include "api/photos.h"
#include "api/technician.h"
#include "api/technician_input.h"

namespace tieline::api {
namespace {

Json photo_json(const Photo& photo) {
    Json json = Json::object({{"id", photo.id},
                              {"type", photo.type},
                              {"bytes", photo.bytes},
                              {"received", photo.received},
                              {"complete", photo.complete}});
    if (!photo.work_order.empty()) json.set("work_order", photo.work_order);
    return json;
}

/// Whether the path's id is one; answers the call where not.
bool has_id(const CallPtr& call) {
    if (is_uuid(call->parts[2])) return true;
    call->fail(
        make_error(ErrorKind::not_found, "There is no picture of this name: its id is a UUID.", "unknown_photo"));
    return false;
}

void answer_content(const CallPtr& call, std::pair<Photo, std::string> content) {
    net::HttpResponse response;
    response.status = 200;
    response.headers = {{"Content-Type", content.first.type},
                        {"Cache-Control", "private, no-store"},
                        {"X-Content-Type-Options", "nosniff"},
                        {"Content-Security-Policy", "default-src 'none'; sandbox"}};
    response.body = std::move(content.second);
    call->answer(std::move(response));
}

bool sees_all(const Who& who) {
    using enum identity::Role;
    for (const identity::Role role : {planner, quality, auditor, administrator}) {
        if (who.has_role(role)) return true;
    }
    return false;
}

void refuse_content(const CallPtr& call) {
    call->fail(
        make_error(ErrorKind::unauthorized,
                   "This picture belongs to an order that you are not assigned to and do not work on.", "not_allowed"),
        403);
}

}  // namespace

void post_photo(Context& context, const CallPtr& call) {
    if (!is_technician(context, call)) return;
    Result<Body> body = Body::of(call->request.body, {"id", "work_order", "bytes", "sha256", "type", "taken_at"});
    if (!body) return call->fail(body.error());
    Photo photo;
    photo.id = body->text("id", 64, Body::Need::required);
    photo.work_order = body->text("work_order", 32);
    photo.bytes = body->whole("bytes", 1, Photos::bytes_max, Body::Need::required).value_or(0);
    photo.sha256 = body->text("sha256", 64, Body::Need::required);
    photo.type = body->text("type", 32, Body::Need::required);
    photo.user = call->who.name;
    (void)body->text("taken_at", 64);
    if (!body->error() && !is_uuid(photo.id)) body->refuse("id", "'id' must be a UUID in lower case.", "bad_id");
    if (photo.sha256.size() != 64 || photo.sha256.find_first_not_of("0123456789abcdef") != std::string::npos) {
        body->refuse("sha256", "'sha256' must be 64 hexadecimal digits in lower case.", "bad_digest");
    }
    if (photo.type != "image/jpeg" && photo.type != "image/png" && photo.type != "image/webp") {
        body->refuse("type", "'type' must be image/jpeg, image/png or image/webp.", "unknown_value");
    }
    if (body->error()) return call->fail(*body->error());
    context.photos->announce(std::move(photo), [call](const Result<Photo>& kept, bool is_new) {
        if (!kept) return call->fail(kept.error());
        call->answer(json_reply(is_new ? 201 : 200, photo_json(*kept)));
    });
}

void get_photo(Context& context, const CallPtr& call) {
    if (!is_technician(context, call) || !has_id(call)) return;
    context.photos->find(call->parts[2], [call](const Result<Photo>& photo) {
        if (!photo) return call->fail(photo.error());
        if (photo->user != call->who.name) return refuse_content(call);
        call->answer(json_reply(200, photo_json(*photo)));
    });
}

void put_photo(Context& context, const CallPtr& call) {
    if (!is_technician(context, call) || !has_id(call)) return;
    const Result<std::uint64_t> offset = query_number(*call, "offset", 0, Photos::bytes_max);
    if (!offset) return call->fail(offset.error());
    if (call->request.body.size() > Photos::part_bytes_max) {
        return call->fail(make_error(ErrorKind::invalid, "A part has at most 524288 bytes.", "part_too_large"), 413);
    }
    context.photos->add(call->parts[2], call->who.name, static_cast<std::int64_t>(*offset), call->request.body,
                        [call](const Result<Photo>& photo) {
                            if (photo) return call->answer(json_reply(200, photo_json(*photo)));
                            net::HttpResponse response = problem(photo.error());
                            // Where to go on stands in the answer itself.
                            Result<Json> told = Json::parse(response.body);
                            const Json more = json_or_text(photo.error().details);
                            if (told && more.find("received") != nullptr) {
                                told->set("received", *more.find("received"));
                                response.body = told->dump();
                            }
                            call->answer(std::move(response));
                        });
}

void get_photo_content(Context& context, const CallPtr& call) {
    if (context.options.identity == nullptr) {
        return call->fail(
            make_error(ErrorKind::not_found, "Sign-in is off here: there are no pictures.", "sign_in_off"));
    }
    if (!has_id(call)) return;
    context.photos->content(call->parts[2], [&context, call](Result<std::pair<Photo, std::string>> found) {
        if (!found) return call->fail(found.error());
        if (found->first.user == call->who.name || sees_all(call->who)) return answer_content(call, std::move(*found));
        if (found->first.work_order.empty() || person_code(*call).empty()) return refuse_content(call);
        auto content = std::make_shared<std::pair<Photo, std::string>>(std::move(*found));
        context.runtime.query([&context, call, content](store::Store& store) {
            const Result<std::optional<Json>> job = job_of(context, store, call->site, content->first.work_order);
            if (!job) return call->fail(job.error());
            if (!*job || !is_theirs(**job, person_code(*call))) return refuse_content(call);
            answer_content(call, std::move(*content));
        });
    });
}

}  // namespace tieline::api
