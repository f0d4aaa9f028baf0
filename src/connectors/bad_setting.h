#pragma once
// How connectors say what is wrong with a setting beyond what check_settings() sees.

#include "connectors/connector.h"

namespace tieline::connectors {

/// `what` goes on behind the setting's name and says what to do: "is missing; the sign-in \"basic\" needs it".
inline Error bad_setting(const Settings& given, const std::string& name, const std::string& what) {
    return make_error(ErrorKind::invalid, "connector '" + given.name + "': setting '" + name + "' " + what,
                      "bad_setting", name);
}

}  // namespace tieline::connectors
