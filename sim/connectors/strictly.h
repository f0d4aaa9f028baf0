#pragma once
// The strict fakes of services throw on what no connector may ask; here the run goes on and ends with it.

#include "connectors/odata/test_service.h"

#include <string>

namespace tieline::sim {

/// The fake's answer; 500, with the first mistake kept in `error`, for a request that the real system would never get.
inline Result<net::HttpResponse> strictly(connectors::odata::test::Service& fake, const net::HttpRequest& request,
                                          std::string& error) {
    try {
        return fake.answer(request);
    } catch (const connectors::odata::test::FakeError& mistake) {
        if (error.empty()) error = mistake.what();
        return net::HttpResponse{500, {}, mistake.what()};
    }
}

}  // namespace tieline::sim
