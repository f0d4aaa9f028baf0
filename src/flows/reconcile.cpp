#include "flows/reconcile.h"

#include "base/json.h"

namespace tieline::flows {
namespace {

constexpr const char* notice_id = "differences";

/// "postings of erp 2, stock of erp 1", and the first sentence that explains one.
std::string summary(const Json& report) {
    std::string counts, first;
    const Json* topics = report.find("topics");
    if (topics == nullptr || !topics->is_array()) return counts;
    for (const Json& topic : topics->items()) {
        const std::string problem = topic.text_or("problem");
        const std::int64_t different = topic.int_or("different", 0);
        if (problem.empty() && different == 0) continue;
        counts += (counts.empty() ? "" : ", ") + topic.text_or("topic") + " of " + topic.text_or("connector") + " " +
                  (problem.empty() ? std::to_string(different) : "not read (" + problem + ")");
        const Json* list = topic.find("differences");
        const bool has_one = list != nullptr && list->is_array() && !list->items().empty();
        if (first.empty() && has_one) first = list->items()[0].text_or("sentence");
    }
    return counts + "." + (first.empty() ? "" : " The first one: " + first);
}

class Reconcile final : public Flow {
public:
    std::string_view name() const override { return "reconcile"; }

    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        if (event.envelope.type != "reconcile.done") return {};
        return {"reconcile"};
    }

    Result<Decision> decide(const model::StoredEvent& event, std::string_view, std::string_view,
                            WallTime) const override {
        Decision decision;
        if (event.envelope.type != "reconcile.done") return decision;  // a person's answer: the next run looks again
        TIELINE_TRY(const std::shared_ptr<const Json> parsed, event.envelope.json());
        const Json& report = *parsed;
        const std::int64_t different = report.int_or("different", 0), unread = report.int_or("not_compared", 0);
        if (different == 0 && unread == 0) {
            decision.closed_notices.emplace_back(notice_id);
            return decision;
        }
        const std::string period = report.text_or("from") + " to " + report.text_or("to");
        Notice notice;
        notice.id = notice_id;
        notice.code = "reconcile_differs";
        notice.subject = "reconcile";
        notice.reason = "From " + period + " the hub and its peers differ in " + std::to_string(different) +
                        " place(s): " + summary(report);
        notice.fix = "Run 'tieline reconcile --from " + report.text_or("from") + " --to " + report.text_or("to") +
                     "' for all of them, and correct the side that is wrong. It closes when a run finds no difference.";
        notice.details = Json::object({{"from", report.text_or("from")},
                                       {"to", report.text_or("to")},
                                       {"different", different},
                                       {"not_compared", unread}})
                             .dump();
        decision.notices.push_back(std::move(notice));
        return decision;
    }
};

}  // namespace

std::unique_ptr<Flow> make_reconcile_flow() { return std::make_unique<Reconcile>(); }

}  // namespace tieline::flows
