// One order that SAP cannot show is refused by name, and the others go on; a service in trouble is waited for.

#include "connectors/sap_maintenance/test_maintenance.h"

#include <algorithm>
#include <set>

namespace tieline::connectors::sap_maintenance::test {
namespace {

class Unreadable : public Maintenance {
protected:
    std::vector<std::string> make_orders(int count) {
        std::vector<std::string> made;
        for (int i = 0; i < count; ++i) made.push_back(plant_.make_order());
        return made;
    }
    /// Told since the cursor: "4000001", or "4000001!" where it is refused.
    std::vector<std::string> told(std::string& cursor, std::size_t count = 100) {
        std::vector<std::string> all;
        for (int page_number = 0; page_number < 200; ++page_number) {
            const Page page = pulled(cursor, count);
            for (const SourceObject& object : page.objects) {
                all.push_back(object.object + (object.refused ? "!" : ""));
                if (object.refused) refused_ = *object.refused;
            }
            cursor = page.cursor;
            if (!page.more) return all;
        }
        ADD_FAILURE() << "pull never comes to an end";
        return all;
    }
    static std::vector<std::string> with_refused(std::vector<std::string> orders, std::size_t at) {
        orders[at] += "!";
        return orders;
    }
    Error refused_;
};

TEST_F(Unreadable, one_order_is_refused_by_name_and_the_others_are_told) {
    for (const int status : {500, 400, 404}) {
        SCOPED_TRACE(status);
        plant_.switches.broken_status = status;
        for (const std::size_t at : {std::size_t{0}, std::size_t{7}, std::size_t{11}}) {
            plant_.rows("MaintenanceOrder").clear();
            const std::vector<std::string> made = make_orders(12);
            plant_.switches.broken = {made[at]};
            std::string cursor;
            EXPECT_EQ(told(cursor), with_refused(made, at));
            EXPECT_EQ(refused_.code, "order_unreadable");
            EXPECT_EQ(refused_.kind, ErrorKind::invalid);
            EXPECT_NE(refused_.message.find("maintenance order " + made[at] + ":"), std::string::npos)
                << refused_.message;
            EXPECT_NE(refused_.message.find("ASSERTION_FAILED"), std::string::npos) << refused_.message;
            const std::uint64_t before = plant_.requests;
            EXPECT_TRUE(told(cursor).empty()) << "told once";
            EXPECT_LE(plant_.requests - before, 8U) << "the page in vain, its ids, those of the latest moment";
            const std::string newer = plant_.make_order();
            EXPECT_EQ(told(cursor), std::vector<std::string>{newer}) << "beside it";
        }
    }
}

TEST_F(Unreadable, an_order_is_told_once_it_was_mended_whether_it_changed_by_that_or_not) {
    const std::vector<std::string> made = make_orders(4);
    std::string cursor;
    plant_.switches.broken = {made[2]};
    EXPECT_EQ(told(cursor), with_refused(made, 2));
    plant_.switches.broken.clear();
    EXPECT_EQ(told(cursor), std::vector<std::string>{made[2]}) << "its time of change is the old one";
    plant_.switches.broken = {made[1]};
    plant_.set_words(made[1], "TECO");
    EXPECT_EQ(told(cursor), std::vector<std::string>{made[1] + "!"});
    plant_.now += Millis(600'000);
    const std::string newer = plant_.make_order();
    EXPECT_EQ(told(cursor), std::vector<std::string>{newer});
    plant_.switches.broken.clear();
    plant_.set_words(made[1], "CLSD");
    EXPECT_EQ(told(cursor), std::vector<std::string>{made[1]});
}

TEST_F(Unreadable, among_hundreds_that_share_a_moment_it_is_one_that_is_refused) {
    plant_.step = Millis(0);
    const std::vector<std::string> made = make_orders(210);
    plant_.switches.broken = {made[3], made[120]};
    for (const std::size_t cut : {std::size_t{0}, std::size_t{13}}) {
        plant_.switches.page_rows = cut;
        std::string cursor;
        const std::vector<std::string> all = told(cursor, 70);
        EXPECT_EQ(all.size(), 210U);
        EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 210U);
        EXPECT_EQ(std::count(all.begin(), all.end(), made[3] + "!"), 1);
        EXPECT_EQ(std::count(all.begin(), all.end(), made[120] + "!"), 1);
        EXPECT_TRUE(told(cursor).empty());
    }
}

TEST_F(Unreadable, beside_it_two_changes_in_one_second_are_both_told) {
    plant_.step = Millis(0);
    const std::vector<std::string> made = make_orders(2);
    plant_.switches.broken = {made[0]};
    std::string cursor;
    EXPECT_EQ(told(cursor), with_refused(made, 0));
    for (const char* words : {"REL  PCNF", "TECO CNF", "REL  CNF", "TECO CNF"}) {
        plant_.set_words(made[1], words);
        EXPECT_EQ(told(cursor), std::vector<std::string>{made[1]}) << words;
    }
}

TEST_F(Unreadable, an_order_that_was_never_changed_is_refused_by_name_too) {
    plant_.is_without_changes = true;
    const std::vector<std::string> made = make_orders(3);
    plant_.switches.broken = {made[1]};
    std::string cursor;
    EXPECT_EQ(told(cursor), with_refused(made, 1));
    EXPECT_TRUE(told(cursor).empty());
}

TEST_F(Unreadable, what_goes_wrong_once_refuses_nothing) {
    const std::vector<std::string> made = make_orders(6);
    int fails = 0;
    const Peer shaky = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        const bool is_whole = request.url.find("expand") != std::string::npos;
        if (is_whole && ++fails % 2 == 1) return net::HttpResponse{500, {}, "<html>TIME_OUT</html>"};
        return plant_.answer(request);
    };
    const auto page = run(connector_->pull("", 100), shaky);
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->objects.size(), 6U);
    for (const SourceObject& object : page->objects) EXPECT_FALSE(object.refused) << object.refused->message;
}

TEST_F(Unreadable, a_service_in_trouble_refuses_no_order_and_moves_nothing) {
    const std::vector<std::string> made = make_orders(6);
    std::string cursor;
    EXPECT_EQ(told(cursor), made);
    plant_.set_words(made[2], "TECO");
    struct Trouble {
        int status;
        ErrorKind kind;
        std::uint64_t requests;
    };
    for (const Trouble& trouble : {Trouble{401, ErrorKind::unauthorized, 1}, Trouble{403, ErrorKind::unauthorized, 1},
                                   Trouble{429, ErrorKind::rate_limited, 1}, Trouble{503, ErrorKind::transient, 1},
                                   Trouble{502, ErrorKind::transient, 1}, Trouble{504, ErrorKind::transient, 1},
                                   Trouble{0, ErrorKind::transient, 1}, Trouble{500, ErrorKind::transient, 2}}) {
        std::uint64_t asked = 0;
        const Peer down = [&](const net::HttpRequest&) -> Result<net::HttpResponse> {
            ++asked;
            if (trouble.status == 0) return make_error(ErrorKind::transient, "SAP did not answer in time", "timeout");
            return net::HttpResponse{trouble.status, {}, ""};
        };
        const auto page = run(connector_->pull(cursor, 100), down);
        ASSERT_FALSE(page) << trouble.status;
        EXPECT_EQ(page.error().kind, trouble.kind) << trouble.status;
        EXPECT_EQ(asked, trouble.requests) << trouble.status;
    }
    EXPECT_EQ(told(cursor), std::vector<std::string>{made[2]}) << "nothing was passed over";
}

/// The ids can be read and not one whole order: that is no trouble of one of them.
TEST_F(Unreadable, where_no_order_can_be_read_none_is_refused) {
    const std::vector<std::string> made = make_orders(60);
    plant_.switches.broken = {made.begin(), made.end()};
    std::uint64_t before = plant_.requests;
    const auto page = run(connector_->pull("", 100), peer());
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::transient);
    EXPECT_LE(plant_.requests - before, 20U);
    // Trouble that begins in the middle of reading them one by one.
    plant_.switches.broken = {made[3]};
    int left = 6;
    const Peer dying = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        if (--left < 0) return net::HttpResponse{429, {{"Retry-After", "7"}}, ""};
        return plant_.answer(request);
    };
    const auto dead = run(connector_->pull("", 100), dying);
    ASSERT_FALSE(dead);
    EXPECT_EQ(dead.error().kind, ErrorKind::rate_limited);
    std::string cursor;
    EXPECT_EQ(told(cursor), with_refused(made, 3));
}

TEST_F(Unreadable, an_order_whose_labor_cannot_be_shown_is_refused_by_name) {
    remake({{"cost_booked_by", "hub"}, {"reread_every", "0s"}}, map_with_rates());
    const std::vector<std::string> made = make_orders(4);
    std::vector<std::string> labor;
    for (const std::string& order : made) {
        const std::string name = plant_.confirm(order, "2.0", "MECH");
        labor.push_back(name.substr(0, name.find('/')));
    }
    plant_.switches.broken = {labor[1]};
    std::string cursor;
    EXPECT_EQ(told(cursor), with_refused(made, 1));
    EXPECT_EQ(refused_.code, "order_unreadable");
    EXPECT_TRUE(told(cursor).empty());
    plant_.switches.broken.clear();
    plant_.set_words(made[1], "TECO");
    EXPECT_EQ(told(cursor), std::vector<std::string>{made[1]});
    // None can be shown: the service is in trouble.
    plant_.switches.broken = {labor.begin(), labor.end()};
    plant_.set_words(made[2], "TECO");
    const auto page = run(connector_->pull(cursor, 100), peer());
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::transient);
    plant_.switches.broken.clear();
    EXPECT_EQ(told(cursor), std::vector<std::string>{made[2]}) << "nothing was passed over";
}

TEST_F(Unreadable, many_of_them_cost_a_bounded_number_of_calls) {
    const std::vector<std::string> made = make_orders(100);
    for (std::size_t at = 0; at < made.size(); at += 7) plant_.switches.broken.insert(made[at]);
    const std::uint64_t before = plant_.requests;
    const Page page = pulled("", 100);
    EXPECT_EQ(page.objects.size(), 100U);
    EXPECT_LE(plant_.requests - before, 160U) << "each by itself, those in vain twice, a page and its ids each time";
    EXPECT_EQ(std::count_if(page.objects.begin(), page.objects.end(),
                            [](const SourceObject& object) { return object.refused.has_value(); }),
              15);
}

}  // namespace
}  // namespace tieline::connectors::sap_maintenance::test
