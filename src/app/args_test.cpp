#include "app/args.h"

#include <gtest/gtest.h>

namespace tieline::app {
namespace {

TEST(Args, ValuesFlagsAndWords) {
    const Result<Args> args =
        Args::parse({"show", "EX-1", "--url", "http://x", "--json", "--site=a"}, {"url", "site"}, {"json"}, 2);
    ASSERT_TRUE(args);
    EXPECT_EQ(args->positional(), (std::vector<std::string>{"show", "EX-1"}));
    EXPECT_EQ(args->value("url"), "http://x");
    EXPECT_EQ(args->value("site"), "a");
    EXPECT_TRUE(args->has("json"));
    EXPECT_EQ(args->value("port", "8420"), "8420");
}

TEST(Args, MistakesAreNamed) {
    EXPECT_FALSE(Args::parse({"--nothing"}, {"url"}, {}, 0));
    EXPECT_FALSE(Args::parse({"--url"}, {"url"}, {}, 0));
    EXPECT_FALSE(Args::parse({"word"}, {}, {}, 0));
    EXPECT_FALSE(Args::parse({"--json=yes"}, {}, {"json"}, 0));
    EXPECT_TRUE(Args::parse({"-h"}, {}, {}, 0)->help());
    EXPECT_FALSE(port_from("70000"));
    EXPECT_FALSE(port_from("8420x"));
}

}  // namespace
}  // namespace tieline::app
