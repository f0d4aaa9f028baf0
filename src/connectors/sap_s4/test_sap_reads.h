#pragma once
// What tests of reading share: the connector on the fake, its clock set by hand, and the place in the feed.

#include "connectors/drive.h"
#include "connectors/sap_s4/feed.h"
#include "connectors/sap_s4/spec.h"
#include "connectors/sap_s4/test_sap_peer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tieline::connectors::sap_s4::test {

class HandClock final : public Clock {
public:
    WallTime now() const override { return time; }
    WallTime time{Millis(1795600000000)};
};

class SapReads : public testing::Test {
protected:
    void SetUp() override { read_kinds("requisition,purchase_order,delivery,reservation,stock"); }
    void read_kinds(const std::string& kinds, const std::vector<std::pair<std::string, std::string>>& more = {}) {
        Settings made = settings();
        made.values.emplace_back("kinds", kinds);
        for (const auto& each : more) made.values.push_back(each);
        auto connector = make_by(made, "", clock_);
        ASSERT_TRUE(connector) << (connector ? "" : connector.error().message);
        connector_ = std::move(*connector);
    }
    virtual Peer peer() {
        return [this](const net::HttpRequest& request) { return peer_.answer(request); };
    }
    Page pull(std::size_t count = 50) {
        const auto page = run(connector_->pull(cursor_, count), peer());
        EXPECT_TRUE(page) << (page ? "" : page.error().message);
        return page ? *page : Page{};
    }
    /// Everything that is new, page by page; the cursor stands behind it then.
    std::vector<SourceObject> read_all(std::size_t count = 50) {
        std::vector<SourceObject> all;
        for (int page_number = 0; page_number < 500; ++page_number) {
            clock_.time += Millis(10);
            Page page = pull(count);
            EXPECT_LE(page.objects.size(), count);
            cursor_ = page.cursor;
            std::move(page.objects.begin(), page.objects.end(), std::back_inserter(all));
            if (!page.more) return all;
        }
        ADD_FAILURE() << "reading does not end";
        return all;
    }
    static std::vector<std::string> names(const std::vector<SourceObject>& objects) {
        std::vector<std::string> all;
        for (const SourceObject& object : objects) all.push_back(object.object);
        return all;
    }
    static std::string data_of(const std::vector<SourceObject>& objects, const std::string& name, const char* field) {
        std::string value = "not told";
        for (const SourceObject& object : objects) {
            if (object.object != name) continue;
            EXPECT_FALSE(object.refused) << object.refused->message;
            const Json data = *Json::parse(object.data);
            value = data.text_or(field, std::to_string(data.int_or(field, -1)));
        }
        return value;
    }

    HandClock clock_;
    SapPeer peer_;
    std::unique_ptr<Connector> connector_;
    std::string cursor_;
};

}  // namespace tieline::connectors::sap_s4::test
