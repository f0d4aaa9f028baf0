#pragma once
// For this room's tests: the connector beside the fake.

#include "connectors/drive.h"
#include "connectors/sap_maintenance/spec.h"
#include "connectors/sap_maintenance/test_plant.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tieline::connectors::sap_maintenance::test {

/// A clock that stands still until it is moved.
class StillClock final : public Clock {
public:
    WallTime now() const override { return at; }
    WallTime at{Millis(1'795'600'000'000)};
};

class Maintenance : public testing::Test {
protected:
    void SetUp() override { remake({{"reread_every", "0s"}}); }
    /// The connector anew, with settings that take the place of the usual ones.
    void remake(const std::vector<std::pair<std::string, std::string>>& changed, const std::string& map = "") {
        Settings given = settings();
        for (const auto& [name, value] : changed) {
            std::erase_if(given.values, [&](const auto& each) { return each.first == name; });
            given.values.emplace_back(name, value);
        }
        auto made = make_by(given, map, clock_);
        ASSERT_TRUE(made) << (made ? "" : made.error().message);
        connector_ = std::move(*made);
    }
    /// The own map with lookups of the plant's own.
    static std::string map_with(const std::string& from, const std::string& to) {
        std::string map(own_map());
        const std::size_t at = map.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        if (at != std::string::npos) map.replace(at, from.size(), to);
        return map;
    }
    static std::string map_with_rates() {
        return map_with(R"(rates: {none: "0"})", R"(rates: {MECH: "52.00", ELEC: "61.50"})");
    }
    Peer peer() {
        return [this](const net::HttpRequest& request) { return plant_.answer(request); };
    }
    Page pulled(const std::string& cursor, std::size_t count = 100) {
        const auto page = run(connector_->pull(cursor, count), peer());
        EXPECT_TRUE(page) << (page ? "" : page.error().message);
        return page ? *page : Page{};
    }
    /// All that is behind a cursor, page by page; the cursor moves on.
    std::vector<std::string> numbers(std::string& cursor, std::size_t count = 100) {
        std::vector<std::string> all;
        for (int page_number = 0; page_number < 200; ++page_number) {
            const Page page = pulled(cursor, count);
            for (const SourceObject& object : page.objects) all.push_back(object.object);
            cursor = page.cursor;
            if (!page.more) return all;
        }
        ADD_FAILURE() << "pull never comes to an end";
        return all;
    }
    SourceObject fetched(const std::string& order) {
        const auto object = run(connector_->fetch(order), peer());
        EXPECT_TRUE(object) << (object ? "" : object.error().message);
        return object ? *object : SourceObject{};
    }
    Result<Receipt> push(const model::Command& command) { return run(connector_->push(command), peer()); }
    Found found(const model::Command& command) {
        const auto looked = run(connector_->find(command), peer());
        EXPECT_TRUE(looked) << (looked ? "" : looked.error().message);
        return looked ? *looked : Found{};
    }
    /// A command about an order or a notification: "released", "notification:10000001".
    model::Command step(const std::string& work_order, const std::string& status) {
        model::Command command = plant_.sample("workorder.status");
        command.payload =
            Json::object({{"work_order", work_order}, {"status", status}, {"reference", command.key}}).dump();
        return command;
    }

    StillClock clock_;
    Plant plant_;
    std::unique_ptr<Connector> connector_;
};

}  // namespace tieline::connectors::sap_maintenance::test
