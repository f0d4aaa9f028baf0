// Any bytes as the answer of a batch: never a crash, one answer for each request, and a write that is not known to have
// been refused is never told as something that may be sent again.

#include "connectors/odata/batch.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace tieline;
using namespace tieline::connectors;

odata::Batch batch_of(const rest::Access& access) {
    const std::string set = "/s/A_X";
    odata::Batch batch(access, "/s");
    (void)batch.read(odata::read_request(access, set));
    const Json body = Json::object();
    (void)batch.change(
        {odata::write_request(access, "POST", set, body), odata::write_request(access, "POST", set, body)});
    (void)batch.read(odata::read_request(access, set));
    (void)batch.change({odata::write_request(access, "POST", set, body)});
    return batch;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    rest::Access access;
    access.base_url = "https://s4.example";
    static const odata::Batch batch = batch_of(access);
    net::HttpResponse reply{202, {{"Content-Type", "multipart/mixed; boundary=b"}}, {}};
    reply.body.assign(reinterpret_cast<const char*>(data), size);
    const odata::Batch::Answers answers = batch.answers(reply);
    constexpr bool writes[] = {false, true, true, false, true};
    if (answers.size() != std::size(writes)) std::abort();
    for (std::size_t i = 0; i < answers.size(); ++i) {
        if (answers[i]) {
            if (answers[i]->status < 100 || answers[i]->status > 599) std::abort();
            continue;
        }
        const ErrorKind wanted = writes[i] ? ErrorKind::unknown_outcome : ErrorKind::transient;
        if (answers[i].error().kind != wanted || answers[i].error().code != "bad_reply") std::abort();
    }
    // A changeset is told as one: all of it went well, or nothing did.
    if (answers[1].has_value() != answers[2].has_value()) std::abort();
    if (answers[1] && (answers[1]->status < 400) != (answers[2]->status < 400)) std::abort();
    return 0;
}
