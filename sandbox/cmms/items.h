#pragma once
// Parts and storerooms: what can be planned and issued, and where it lies. The hub mirrors both from the ERP.

#include "sandbox/cmms/objects.h"

#include <string>

namespace tieline::sandbox::cmms {

class Items {
public:
    Items(Database& database, Objects& objects) : database_(database), objects_(objects) {}

    Outcome<Json> put(const std::string& number, const Json& input, WallTime now);
    Outcome<Json> put_storeroom(const std::string& code, const Json& input, WallTime now);

    std::optional<Json> find(const std::string& number) { return objects_.find(item_kind(), number); }
    std::optional<Json> find_storeroom(const std::string& code) { return objects_.find(storeroom_kind(), code); }
    /// Known, else 422 unknown_item / unknown_storeroom naming `field`.
    Outcome<Json> known(const std::string& number, const std::string& field);
    Outcome<Json> known_storeroom(const std::string& code, const std::string& field);
    /// Known and in use, else also 422 item_inactive / storeroom_inactive.
    Outcome<Json> in_use(const std::string& number, const std::string& field);
    Outcome<Json> storeroom_in_use(const std::string& code, const std::string& field);

private:
    Outcome<Json> read_kit(const std::string& number, const Json::Array& input);
    Outcome<> check_unit(const std::string& number, const Json& content);

    Database& database_;
    Objects& objects_;
};

}  // namespace tieline::sandbox::cmms
