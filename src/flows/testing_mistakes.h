#pragma once
// For tests of configuration sections: each mistake in a good text is refused where and as it should be.

#include "flows/config.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tieline::flows::testing {

struct Mistake {
    const char *what, *instead;  ///< text of the good configuration, and what stands there by mistake
    const char *field, *code;    ///< of the refusal
};

inline void expect_refused(const std::string& good, const std::vector<Mistake>& mistakes) {
    for (const Mistake& mistake : mistakes) {
        std::string text = good;
        const std::size_t place = text.find(mistake.what);
        ASSERT_NE(place, std::string::npos) << mistake.what;
        text.replace(place, std::string(mistake.what).size(), mistake.instead);
        const auto config = flows_config_from_json(*Json::parse(text));
        ASSERT_FALSE(config.has_value()) << mistake.instead;
        EXPECT_EQ(config.error().field, mistake.field) << config.error().message;
        EXPECT_EQ(config.error().code, mistake.code) << config.error().message;
        EXPECT_EQ(config.error().kind, ErrorKind::invalid);
    }
}

}  // namespace tieline::flows::testing
