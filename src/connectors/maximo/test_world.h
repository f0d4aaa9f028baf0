#pragma once
// A stand-in for Maximo with a plant's data, for tests.

#include "connectors/drive.h"
#include "connectors/maximo/fake.h"
#include "connectors/maximo/spec.h"
#include "connectors/maximo/spec_help.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tieline::connectors::maximo {

class TestWorld {
public:
    static constexpr std::string_view host = "http://maximo.test";
    Fake fake;

    /// With the settings of the tests; `changes` replaces some, an empty value takes one away.
    std::unique_ptr<Connector> made(const std::vector<std::pair<std::string, std::string>>& changes = {},
                                    const std::string& map = {}) const {
        auto connector = spec().make(settings(changes), map);
        EXPECT_TRUE(connector) << (connector ? "" : connector.error().message);
        return connector ? std::move(*connector) : nullptr;
    }
    /// By a clock that shows the stand-in's time.
    std::unique_ptr<Connector> made_by_its_clock(const std::vector<std::pair<std::string, std::string>>& changes = {}) {
        auto connector = make_by(settings(changes), "", clock_);
        EXPECT_TRUE(connector) << (connector ? "" : connector.error().message);
        return connector ? std::move(*connector) : nullptr;
    }
    static Settings settings(const std::vector<std::pair<std::string, std::string>>& changes = {}) {
        Settings made;
        made.name = "cmms";
        made.values = {{"url", std::string(host) + std::string(Fake::base)},
                       {"api_key", "key"},
                       {"site", "plant1"},
                       {"maximo_site", "BEDFORD"},
                       {"currency", "EUR"},
                       {"cost_center_component", "2"},
                       {"push_secret", "push-secret"}};
        for (const auto& [name, value] : changes) {
            std::erase_if(made.values, [&](const auto& each) { return each.first == name; });
            if (!value.empty()) made.values.emplace_back(name, value);
        }
        return made;
    }
    Peer peer() {
        return [this](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            EXPECT_TRUE(request.url.starts_with(host)) << request.url;
            net::HttpRequest local = request;
            local.url.erase(0, host.size());
            return fake.handle(local);
        };
    }
    /// Reads from the cursor to the end, adds the names of what came; gives the cursor.
    std::string read_all(Connector& connector, std::string cursor, std::size_t count, std::vector<std::string>& names,
                         std::vector<SourceObject>* objects = nullptr) {
        for (int page_number = 0; page_number < 2000; ++page_number) {
            const Result<Page> page = run(connector.pull(cursor, count), peer());
            if (!page) {
                ADD_FAILURE() << page.error().message;
                return cursor;
            }
            EXPECT_LE(page->objects.size(), count);
            for (const SourceObject& object : page->objects) {
                names.push_back(object.object);
                if (objects != nullptr) objects->push_back(object);
            }
            EXPECT_FALSE(page->more && page->cursor == cursor) << "it says that there is more but does not go on";
            cursor = page->cursor;
            if (!page->more) return cursor;
        }
        ADD_FAILURE() << "reading does not end";
        return cursor;
    }
    /// Every kind of actual, approved and not; all of it at COMP.
    std::string completed_order() {
        const auto number = [](const char* text) { return Json::number(text); };
        const std::string made = fake.make_order(Json::object({{"wonum", "1203"},
                                                               {"description", "Replace seal of valve 12"},
                                                               {"worktype", "PM"},
                                                               {"assetnum", "11430"},
                                                               {"glaccount", "6000-200-350"},
                                                               {"targcompdate", "2024-11-25T01:00:00+01:00"},
                                                               {"pmnum", "PM-7"},
                                                               {"estlabcost", number("120.00")},
                                                               {"estmatcost", number("25.61")},
                                                               {"tl_erporder", "800042"}}));
        fake.add(made, "wpmaterial",
                 Json::object({{"wpitemid", 71},
                               {"itemnum", "SEAL-9"},
                               {"itemqty", number("2")},
                               {"location", "CENTRAL"},
                               {"requestnum", "R-1"},
                               {"requiredate", "2024-11-24T08:00:00+01:00"}}));
        fake.add(made, "labtrans",
                 Json::object({{"labtransid", 801},
                               {"laborcode", "WILSON"},
                               {"craft", "MECH"},
                               {"genapprservreceipt", true},
                               {"regularhrs", number("2.50")},
                               {"payrate", number("48.00")},
                               {"linecost", number("120.00")},
                               {"outside", false}}));
        fake.add(made, "labtrans",
                 Json::object({{"labtransid", 802},
                               {"laborcode", "WILSON"},
                               {"craft", "MECH"},
                               {"genapprservreceipt", true},
                               {"regularhrs", number("1")},
                               {"premiumpayhours", number("1")},
                               {"payrate", number("48.00")},
                               {"linecost", number("72.00")},
                               {"outside", false}}));
        fake.add(made, "labtrans",
                 Json::object({{"labtransid", 803},
                               {"laborcode", "NOBODY"},
                               {"genapprservreceipt", false},
                               {"regularhrs", number("9")},
                               {"payrate", number("48.00")}}));
        fake.add(made, "labtrans",
                 Json::object({{"labtransid", 804},
                               {"laborcode", "CONTR"},
                               {"genapprservreceipt", true},
                               {"outside", true},
                               {"vendor", "V-100"},
                               {"ponum", "45001"},
                               {"linecost", number("450.00")},
                               {"regularhrs", number("6")},
                               {"gldebitacct", "6100-900-350"}}));
        fake.use(made, "SEAL-9", "2", "12.805");
        fake.use(made, "SEAL-9", "1", "12.805", "RETURN");
        fake.add(made, "servrectrans",
                 Json::object({{"servrectransid", 91},
                               {"description", "Crane"},
                               {"vendor", "V-200"},
                               {"invoicenum", "R-77"},
                               {"linecost", number("300.10")}}));
        fake.add(made, "tooltrans",
                 Json::object({{"tooltransid", 95}, {"itemnum", "TORCH"}, {"linecost", number("7.5")}}));
        fake.move_to(made, "INPRG");
        fake.move_to(made, "COMP");
        return made;
    }

private:
    struct OurClock final : Clock {
        const Fake* fake = nullptr;
        WallTime now() const override { return fake->now; }
    };
    OurClock clock_ = [this] {
        OurClock clock;
        clock.fake = &fake;
        return clock;
    }();
};

}  // namespace tieline::connectors::maximo
