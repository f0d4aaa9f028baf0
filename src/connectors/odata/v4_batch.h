#pragma once
// $batch of OData 4 in JSON: several requests to one service in one message, whose answers come in any order and are
// told apart by their ids. Version 4.01, which many services of 4.0 take, too; whether one does must be tried. Wire
// only: what a refused request means is for whoever asked it.

#include "connectors/exchange.h"
#include "connectors/odata/batch.h"
#include "connectors/odata/v4.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace tieline::connectors::odata::v4 {

/// Collects requests of one service, writes the message and gives each request its own answer. A value; no I/O.
class Batch : public BatchOfService {
public:
    using Answers = BatchAnswers;

    /// How a request stands to the others.
    struct Bonds {
        std::string group;               ///< of one atomicityGroup: carried out as a whole or not at all; "" for none
        std::vector<std::size_t> after;  ///< places of requests of the same batch without which this one is not tried
    };

    Batch(Access access, std::string service, BatchLimits limits = {});

    /// A request as v4::read_request or v4::write_request makes it; its place among the answers. Requests of one group
    /// stand one behind another, and only write. Kind invalid, code "bad_batch": it is for another service, refers to
    /// another request ("$1"), stands in no order that a batch takes, or the batch is full.
    Result<std::size_t> add(const net::HttpRequest& request, Bonds bonds = {});

    std::size_t size() const { return steps_.size(); }
    bool writes() const;

    /// The message. To be sent with a token where the service wants one, also where it only reads.
    net::HttpRequest request() const;
    /// What became of each request. The status of the whole is never taken for that of a request. A request whose id is
    /// missing, and one that went well in a group of which another did not, is undecided: code "bad_reply",
    /// unknown_outcome for a write, transient for a read. An id that is unknown or comes twice makes all undecided.
    Answers answers(const Result<net::HttpResponse>& reply) const;

private:
    struct Step {
        bool writes = false;
        std::string group;
        Json message;
    };
    Result<Json> message_of(const net::HttpRequest& request, const Bonds& bonds) const;
    Answers all(const Error& error) const;
    /// False: an id is unknown or comes twice.
    bool take(const Json& answer, std::map<std::size_t, net::HttpResponse>& found) const;
    void doubt_split_groups(Answers& made) const;

    std::vector<Step> steps_;
    std::size_t bytes_ = 0;
};

using odata::send_batch;

}  // namespace tieline::connectors::odata::v4
