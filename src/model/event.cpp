#include "model/event.h"

#include "model/work_order.h"

namespace tieline::model {

Result<std::shared_ptr<const Json>> ParsedData::of(const std::string& text) const {
    if (parsed_ && text_ == text.data() && bytes_ == text.size()) return parsed_;
    TIELINE_TRY(Json parsed, Json::parse(text));
    keep(text, std::make_shared<const Json>(std::move(parsed)));
    return parsed_;
}

Result<std::shared_ptr<const WorkOrder>> ParsedData::work_order(const std::string& text) const {
    TIELINE_TRY(const std::shared_ptr<const Json> parsed, of(text));  // forgets the order of another text
    if (order_) return order_;
    TIELINE_TRY(WorkOrder order, work_order_from_json(*parsed));
    order_ = std::make_shared<const WorkOrder>(std::move(order));
    return order_;
}

void ParsedData::keep(const std::string& text, std::shared_ptr<const Json> parsed,
                      std::shared_ptr<const WorkOrder> order) const {
    parsed_ = std::move(parsed);
    order_ = std::move(order);
    text_ = text.data();
    bytes_ = text.size();
}

}  // namespace tieline::model
