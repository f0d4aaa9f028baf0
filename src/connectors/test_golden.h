#pragma once
// For tests alone: golden cases and other files of testdata.

#include "base/json.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace tieline::connectors {

inline std::string text_of(const std::filesystem::path& path) {
    std::ifstream stream(path);
    EXPECT_TRUE(stream) << path << " cannot be read";
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

/// The case in a file; null, and a failure of the test, where it is no JSON.
inline Json golden_of(const std::filesystem::path& path) {
    auto json = Json::parse(text_of(path));
    EXPECT_TRUE(json) << path << ": " << (json ? "" : json.error().message);
    return json ? std::move(*json) : Json();
}

}  // namespace tieline::connectors
