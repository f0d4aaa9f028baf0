#pragma once
// The hub against its peers: which row of one book belongs to which of the other, topic by topic. Pure.

#include "base/json.h"
#include "base/time.h"
#include "conditions/compare.h"

namespace tieline::conditions {

/// What a peer lists of one topic, or why it does not.
struct PeerList {
    std::string topic;      ///< "postings", "movements", "requisitions", "stock", "work_orders", "part_transactions"
    std::string connector;  ///< "erp"
    std::vector<Row> rows;
    std::string problem;  ///< set: it could not be read, and is not compared
};

/// The hub's read models as its API gives them.
struct HubBooks {
    std::vector<Json> documents;     ///< rows of books, some days wider than the period
    std::vector<Json> work_orders;   ///< all
    std::vector<Json> requisitions;  ///< all
    std::vector<Json> stock;         ///< all
};

struct Topic {
    std::string name, connector;
    std::string problem;
    Comparison result;
};
struct Report {
    Period period;
    std::vector<Topic> topics;
    std::size_t differences() const;
    std::size_t not_compared() const;
};

Report reconcile(const HubBooks& hub, const std::vector<PeerList>& peers, const Period& period);

/// A row as a connector lists it: members named as in Row, and `reverses` where a document takes another one back.
Row row_from_json(const Json& json);
/// `differences_max` per topic; what is left out is counted.
Json to_json(const Report& report, std::size_t differences_max);
/// "2026-11-24" and so many days later or, negative, earlier.
std::string shifted(const std::string& day, int days);

}  // namespace tieline::conditions
