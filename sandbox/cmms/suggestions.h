#pragma once
// Reorder suggestions: people in the storeroom say that something runs low; the hub writes back what became of it.

#include "sandbox/cmms/items.h"

#include <string>

namespace tieline::sandbox::cmms {

struct SuggestionQuery {
    std::int64_t after_change = 0;
    std::string status, item, erp_reference;
    std::int64_t limit = 100;
};

class Suggestions {
public:
    Suggestions(Database& database, Objects& objects, Items& items)
        : database_(database), objects_(objects), items_(items) {}

    Outcome<Json> create(const Json& input, WallTime now, bool& repeated);
    std::string list(const SuggestionQuery& query);
    Outcome<Json> link(const std::string& number, const Json& input, WallTime now);

private:
    void index(const Json& record);

    Database& database_;
    Objects& objects_;
    Items& items_;
};

}  // namespace tieline::sandbox::cmms
