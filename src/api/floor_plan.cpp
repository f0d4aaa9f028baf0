// The plant's own floor plan: a picture and where its zones lie on it.

#include "api/context.h"

namespace tieline::api {

void get_floor_plan(Context& context, const CallPtr& call) {
    const FloorPlan& plan = context.site(call->site)->floor_plan;
    Json zones = Json::array();
    for (const FloorPlan::Zone& zone : plan.zones) {
        zones.push_back(Json::object({{"code", zone.code},
                                      {"name", zone.name},
                                      {"x", zone.x},
                                      {"y", zone.y},
                                      {"width", zone.width},
                                      {"height", zone.height}}));
    }
    call->answer(json_reply(200, Json::object({{"picture", !plan.picture.empty()}, {"zones", std::move(zones)}})));
}

void get_floor_picture(Context& context, const CallPtr& call) {
    const FloorPlan& plan = context.site(call->site)->floor_plan;
    if (plan.picture.empty()) {
        return call->fail(make_error(ErrorKind::not_found,
                                     "This site has no floor plan: name a picture under 'floor_plan' of the site.",
                                     "no_floor_plan"));
    }
    net::HttpResponse response;
    response.status = 200;
    // An SVG is a document: whatever it holds may neither run nor load anything.
    response.headers = {{"Content-Type", plan.type},
                        {"Cache-Control", "private, max-age=300"},
                        {"X-Content-Type-Options", "nosniff"},
                        {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"}};
    response.body = plan.picture;
    call->answer(std::move(response));
}

}  // namespace tieline::api
