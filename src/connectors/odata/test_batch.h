#pragma once
// $batch in front of a strict fake of services that answers single requests. It passes what is no batch through, keeps
// the tokens that it sees given out, and takes a batch only with one of them: also one that only reads. Stricter than
// Gateway: every header and line break of a part must be as it should be. Its reading of messages is its own, so that a
// fault of the connector's cannot hide in it. Each pitfall is a switch.

#include "net/http.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors::odata::test {

/// Counters go down with every use.
struct BatchSwitches {
    bool answers_200 = false;       ///< instead of 202
    bool is_missing = false;        ///< there is no $batch here: 404, nothing was carried out
    bool no_lengths = false;        ///< answers without Content-Length
    bool unit_inside = false;       ///< the one refusal of a changeset stands inside a multipart of its own
    bool reversed = false;          ///< answers of a changeset in reverse order, told apart by Content-ID
    int expire_tokens = 0;          ///< so many batches find their session gone; nothing was carried out
    int refuse_part = -1;           ///< the request of that place is refused with 403, as if its right were missing
    int limit_part = -1;            ///< the request of that place is answered 429 with Retry-After: 9
    int break_off = 0;              ///< carried out, then the connection breaks
    std::size_t cut = 0;            ///< so many bytes are missing at the end of each answer
    std::size_t requests_most = 0;  ///< a batch of more is refused with 400; 0: all are taken
};

class Batches {
public:
    using Single = std::function<Result<net::HttpResponse>(const net::HttpRequest&)>;
    /// Remembers the state of the fake; what it returns puts that back.
    using Snapshot = std::function<std::function<void()>()>;
    /// `base_url`: "https://s4.example"; `single` and what `snapshot` touches outlive it.
    Batches(std::string base_url, Single single, Snapshot snapshot = {});

    Result<net::HttpResponse> answer(const net::HttpRequest& request);

    BatchSwitches switches;
    std::size_t requests = 0;  ///< of all that came, a batch being one
    std::size_t batches = 0;   ///< that were carried out

private:
    struct Part {
        net::HttpRequest request;
        std::string content_id;
    };
    struct Session {
        std::string service, token, cookies;
    };
    void watch(const std::string& service, const net::HttpResponse& given);
    bool token_fits(const net::HttpRequest& request, const std::string& service);
    Result<net::HttpResponse> carry_out(const net::HttpRequest& request, const std::string& service_url);
    Result<net::HttpResponse> one(const Part& part, int place);
    /// The content of a changeset's part of the answer.
    Result<std::string> changeset(const std::vector<Part>& parts, int first_place, const std::string& mark);
    std::string part_of(const net::HttpResponse& response, const std::string& content_id) const;

    std::string base_url_;
    Single single_;
    Snapshot snapshot_;
    std::vector<Session> sessions_;
};

}  // namespace tieline::connectors::odata::test
