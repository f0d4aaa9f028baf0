#pragma once
// $batch of OData 2 in multipart/mixed, which services of version 4 take as well: several requests to one service in
// one message. Reads stand alone, writes in changesets, each of which is carried out as a whole or not at all. Wire
// only: what a refused request means is for whoever asked it. Sources: OData 2.0 "Batch Processing"; what SAP Gateway
// does besides, as its documentation describes it.

#include "connectors/exchange.h"
#include "connectors/odata/odata.h"
#include "connectors/odata/sessions.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tieline::connectors::odata {

/// What one batch holds at most. Peers have limits of their own, which nobody publishes.
struct BatchLimits {
    std::size_t requests = 100;
    std::size_t bytes = 4 << 20;  ///< of the whole message
};

/// One for each request of a batch, in the order in which they were added.
using BatchAnswers = std::vector<Result<net::HttpResponse>>;

/// What batches of both versions share: the service they are for, and how much fits.
class BatchOfService {
public:
    const std::string& service() const { return service_; }

protected:
    /// `service`: its root below the base URL, "/sap/opu/odata/sap/API_X".
    BatchOfService(Access access, std::string service, BatchLimits limits);
    /// Where a request goes, below the service. Kind invalid, code "bad_batch": it is for another service or refers to
    /// another request ("$1").
    Result<std::string> path_of(const net::HttpRequest& request) const;
    static Error bad_batch(const std::string& what);
    Error full() const;
    /// An answer that does not say what became of one request.
    Error bad(bool writes, std::string_view what) const;
    /// How long the answer to so many requests may be.
    std::size_t reply_bytes(std::size_t count) const;

    Access access_;
    std::string service_, root_;
    BatchLimits limits_;
};

/// Collects requests of one service, writes the message and gives each request its own answer. A value; no I/O.
class Batch : public BatchOfService {
public:
    using Answers = BatchAnswers;

    Batch(Access access, std::string service, BatchLimits limits = {});

    /// A GET as read_request, of either version, makes it. Its place among the answers. Kind invalid, code "bad_batch":
    /// it is for another service or refers to another request ("$1"), or the batch is full.
    Result<std::size_t> read(const net::HttpRequest& request);
    /// Writes as write_request makes them, at least one, as one changeset. The place of the first among the answers.
    /// Nothing was added where it is refused. Kind invalid, code "bad_batch".
    Result<std::size_t> change(const std::vector<net::HttpRequest>& requests);

    std::size_t size() const { return count_; }
    bool writes() const;

    /// The message, the same bytes for the same requests. To be sent with a token, also where it only reads.
    net::HttpRequest request() const;
    /// What became of each request. The status of the whole is never taken for that of a request. A peer's refusal is a
    /// response; errors are: those of the transport and of a refused whole, for each; code "bad_reply" for what cannot
    /// be read, was cut off or contradicts itself: unknown_outcome for a write, transient for a read.
    Answers answers(const Result<net::HttpResponse>& reply) const;

private:
    /// What stands at the place of one part: one read, or the writes of one changeset.
    struct Step {
        bool is_changeset = false;
        std::vector<std::string> requests;  ///< as they stand in the message
    };
    Result<std::string> text_of(const net::HttpRequest& request) const;
    Result<std::size_t> add(Step step);
    std::string boundary() const;
    Answers all(const Error& error) const;
    void take_answer(const Step& step, std::string_view text, Answers& made) const;
    bool take_changeset(const Step& step, const std::string& mark, std::string_view text, Answers& made) const;

    std::vector<Step> steps_;
    std::size_t count_ = 0, bytes_ = 0;
    bool is_version4_ = false;
};

/// What a batch met as a whole, for one of its requests: a read that may have been carried out is simply read again.
Error for_one(Error error, bool writes);

/// Sends a batch with a token and the cookies of a session. A token that had expired before leads to a new one, since a
/// whole that was refused for it did nothing; one that ends in the middle is the answer of the requests concerned.
/// `sessions` outlives it. Never an error: each answer has its own.
template <class AnyBatch>
Exchange<BatchAnswers> send_batch(Sessions* sessions, AnyBatch batch) {
    Exchange<net::HttpResponse> sending = sessions->send_write(batch.request(), batch.service());
    const Result<net::HttpResponse> reply = co_await std::move(sending);
    BatchAnswers answers = batch.answers(reply);
    const bool has_ended =
        std::any_of(answers.begin(), answers.end(), [](const auto& each) { return each && token_required(*each); });
    if (has_ended) sessions->forget(batch.service());
    co_return answers;
}

}  // namespace tieline::connectors::odata
