// `tieline up`: a whole world with one start, which goes on where it stopped.

#include "functional/world.h"

#include <gtest/gtest.h>

#include <poll.h>
#include <fstream>

namespace tieline::functional {
namespace {

/// The events in the log of the hub at `url`; 0 when it does not answer. Waits until at least `wanted` are booked.
std::int64_t events_once_booked(net::HttpClient& client, const std::string& url, const std::string& token,
                                std::int64_t wanted) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < give_up) {
        net::HttpRequest request;
        request.url = url + "/api/v1/status";
        request.headers = {{"Authorization", "Bearer " + token}};
        const Result<net::HttpResponse> answer = client.send_and_wait(std::move(request));
        const Result<Json> status = answer ? Json::parse(answer->body) : Result<Json>(Json());
        if (status && status->find("sites")) {
            const Json& site = status->find("sites")->items().at(0);
            if (site.find("stages")->int_or("booked", 0) >= wanted) return site.int_or("head", 0);
        }
        poll(nullptr, 0, 20);
    }
    return 0;
}

TEST(Up, StartsAWorldStopsItCleanlyAndGoesOn) {
    std::string name = (std::filesystem::path(::testing::TempDir()) / "tieline_up_XXXXXX").string();
    const std::filesystem::path folder = mkdtemp(name.data());
    const std::vector<std::string> words{TIELINE_PROGRAM, "up", "--dir",   (folder / "up").string(),
                                         "--port",        "0",  "--speed", "50"};
    const std::unique_ptr<net::HttpClient> client = net::make_http_client();
    Process first(words, (folder / "up.log").string());
    const std::string url = first.address();
    ASSERT_FALSE(url.empty()) << first.output();
    EXPECT_NE(first.output().find(url + "/sign-in#"), std::string::npos) << "people sign in; the first by this link";
    std::ifstream file(folder / "up" / "secrets" / "hub.token");
    const std::string token{std::istreambuf_iterator<char>(file), {}};
    const std::int64_t before = events_once_booked(*client, url, token, 5);
    EXPECT_GT(before, 0) << first.output();
    EXPECT_EQ(first.stop(), 0) << first.output();
    Process second(words, (folder / "up.log").string());
    const std::string again = second.address();
    ASSERT_FALSE(again.empty()) << second.output();
    EXPECT_GE(events_once_booked(*client, again, token, 5), before)
        << "a second start goes on with the first one's data";
    EXPECT_EQ(second.stop(), 0);
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tieline::functional
