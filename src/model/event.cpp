#include "model/event.h"

namespace tieline::model {

Result<std::shared_ptr<const Json>> ParsedData::of(const std::string& text) const {
    if (parsed_ && text_ == text.data() && bytes_ == text.size()) return parsed_;
    TIELINE_TRY(Json parsed, Json::parse(text));
    keep(text, std::make_shared<const Json>(std::move(parsed)));
    return parsed_;
}

void ParsedData::keep(const std::string& text, std::shared_ptr<const Json> parsed) const {
    parsed_ = std::move(parsed);
    text_ = text.data();
    bytes_ = text.size();
}

}  // namespace tieline::model
