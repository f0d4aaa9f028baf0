#pragma once
// Persons with their rates, vendors, and codes of many kinds: the ERP's, mirrored here by the hub.

#include "sandbox/cmms/objects.h"

#include <optional>
#include <string>

namespace tieline::sandbox::cmms {

class Masters {
public:
    explicit Masters(Objects& objects) : objects_(objects) {}

    Outcome<Json> put_person(const std::string& number, const Json& input, WallTime now);
    Outcome<Json> put_vendor(const std::string& code, const Json& input, WallTime now);
    Outcome<Json> put_code(const std::string& kind, const std::string& code, const Json& input, WallTime now);

private:
    Objects& objects_;
};

const ObjectKind& person_kind();
const ObjectKind& vendor_kind();
/// nullopt for a kind of code that this system does not keep.
std::optional<ObjectKind> code_kind(const std::string& kind);

}  // namespace tieline::sandbox::cmms
