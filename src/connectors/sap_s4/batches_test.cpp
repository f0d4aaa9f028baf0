// Reads that go together as one request: the same is told, with fewer calls, whatever happens to a batch.

#include "connectors/odata/test_batch.h"
#include "connectors/sap_s4/test_sap_reads.h"

#include <cstdio>

namespace tieline::connectors::sap_s4::test {
namespace {

class SapBatches : public SapReads {
protected:
    void SetUp() override { begin_with("yes"); }
    void begin_with(const std::string& batches, const std::string& kinds = usual_kinds()) {
        read_kinds(kinds, {{"batches", batches}});
        cursor_.clear();
    }
    Peer peer() override {
        return [this](const net::HttpRequest& request) {
            if (meanwhile_ && before_request_-- == 0) meanwhile_();
            return batches_.answer(request);
        };
    }
    /// Orders and requisitions of as many materials, each order received in part.
    void make_orders(int count) {
        for (int i = 0; i < count; ++i) {
            const std::string material = "PART-" + std::to_string(1000 + i);
            peer_.add_product(material);
            peer_.stock[material] = "7";
            (void)peer_.receive(peer_.make_order(material), "4");
            (void)peer_.make_requisition(material);
        }
    }
    /// What is told, whenever: its lines without the numbers that say when.
    static std::set<std::string> content_of(const std::string& told) {
        std::set<std::string> lines;
        for (std::size_t at = 0; at < told.size();) {
            const std::size_t end = told.find('\n', at);
            const std::string line = told.substr(at, end - at);
            lines.insert(line.substr(0, line.find(",\"seq\":")));
            at = end + 1;
        }
        return lines;
    }
    static std::string text_of(const std::vector<SourceObject>& objects) {
        std::string text;
        for (const SourceObject& object : objects) {
            EXPECT_FALSE(object.refused) << object.refused->message;
            text += object.object + " " + object.type + " " + object.data + "\n";
        }
        return text;
    }
    /// Everything that is told, as text, and how many requests it took.
    std::string all_told(std::size_t* calls) {
        const std::size_t before = batches_.requests;
        const std::string text = text_of(read_all(100));
        *calls = batches_.requests - before;
        return text;
    }
    /// What is told of so many orders read one by one; then the same is to be read anew, together.
    std::string told_singly(int orders) {
        make_orders(orders);
        const HandClock begin = clock_;
        std::size_t calls = 0;
        const std::string told = all_told(&calls);
        clock_ = begin;
        begin_with("yes");
        return told;
    }

    std::function<void()> meanwhile_;  ///< what somebody does in SAP in front of that request, counted from 0
    int before_request_ = 0;
    odata::test::Batches batches_{std::string(base_url),
                                  [this](const net::HttpRequest& request) { return peer_.answer(request); }};
};

/// The README's figures come from here.
TEST_F(SapBatches, the_same_is_told_with_fewer_calls) {
    const HandClock begin = clock_;
    std::size_t singly = 0, together = 0;
    make_orders(40);
    begin_with("no");
    const std::string wanted = all_told(&singly);
    EXPECT_EQ(batches_.batches, 0U);
    clock_ = begin;
    begin_with("yes");
    EXPECT_EQ(all_told(&together), wanted);
    std::printf("calls | first reading, 40 orders | singly %zu | together %zu\n", singly, together);
    EXPECT_LT(together * 2, singly);
    std::size_t idle = 0;
    EXPECT_EQ(all_told(&idle), "");
    EXPECT_EQ(idle, 5U) << "one less than singly: documents of a day, and of the days behind it";
}

TEST_F(SapBatches, what_changes_is_told_alike) {
    make_orders(12);
    const auto first = [&](const char* batches, std::string* cursor) {
        begin_with(batches, "purchase_order,requisition,delivery,reservation,stock");
        (void)read_all();
        *cursor = cursor_;
    };
    std::string singly, together;
    const HandClock begin = clock_;
    first("no", &singly);
    clock_ = begin;
    first("yes", &together);
    const std::string order = peer_.make_order("PART-1001");
    (void)peer_.receive(order, "2");
    for (int i = 0; i < 6; ++i) (void)peer_.make_requisition("PART-100" + std::to_string(i));
    for (int i = 0; i < 4; ++i) (void)peer_.receive(peer_.make_order("PART-1003"), "1");
    const auto rest = [&](const char* batches, const std::string& cursor, std::size_t* calls) {
        begin_with(batches, "purchase_order,requisition,delivery,reservation,stock");
        cursor_ = cursor;
        return all_told(calls);
    };
    const HandClock then = clock_;
    std::size_t calls_singly = 0, calls_together = 0;
    const std::string wanted = rest("no", singly, &calls_singly);
    EXPECT_NE(wanted.find("purchase_order:" + order), std::string::npos);
    clock_ = then;
    EXPECT_EQ(rest("yes", together, &calls_together), wanted);
    std::printf("calls | 5 orders, 6 requisitions, 5 receipts | singly %zu | together %zu\n", calls_singly,
                calls_together);
    EXPECT_LT(calls_together, calls_singly);
}

/// None of these may cost an event.
TEST_F(SapBatches, whatever_becomes_of_a_batch_everything_is_told) {
    make_orders(12);
    for (int i = 0; i < 3; ++i) {
        const std::string order = peer_.make_order("PART-1000");
        for (const char* quantity : {"1", "2", "3"}) (void)peer_.receive(order, quantity);
    }
    const HandClock begin = clock_;
    std::size_t calls = 0;
    const std::string wanted = all_told(&calls);
    const std::vector<std::pair<const char*, std::function<void(odata::test::BatchSwitches&)>>> troubles = {
        {"200 instead of 202", [](auto& switches) { switches.answers_200 = true; }},
        {"no lengths", [](auto& switches) { switches.no_lengths = true; }},
        {"tokens expire", [](auto& switches) { switches.expire_tokens = 3; }},
        {"tokens never fit", [](auto& switches) { switches.expire_tokens = 1000; }},
        {"no $batch", [](auto& switches) { switches.is_missing = true; }},
        {"few requests a batch", [](auto& switches) { switches.requests_most = 4; }},
        {"a part is refused", [](auto& switches) { switches.refuse_part = 1; }},
        {"answers are lost", [](auto& switches) { switches.break_off = 1000; }},
        {"answers cut in the last part", [](auto& switches) { switches.cut = 30; }},
        {"answers cut in the first part", [](auto& switches) { switches.cut = 100'000; }},
    };
    for (const auto& [what, trouble] : troubles) {
        clock_ = begin;
        batches_.switches = {};
        trouble(batches_.switches);
        begin_with("yes");
        EXPECT_EQ(all_told(&calls), wanted) << what;
    }
    clock_ = begin;
    batches_.switches = {};
    peer_.switches.page_rows = 1;  // whose links to the next page stand inside of a batch
    begin_with("yes");
    EXPECT_EQ(all_told(&calls), wanted);
}

TEST_F(SapBatches, a_service_without_batches_is_told_once_and_asked_again_after_an_hour) {
    make_orders(3);
    begin_with("yes", "delivery");  // material documents alone
    batches_.switches.is_missing = true;
    testing::internal::CaptureStderr();
    (void)read_all();
    std::size_t calls = 0;
    (void)all_told(&calls);
    EXPECT_EQ(calls, 4U) << "a token, the batch, then one by one";
    (void)all_told(&calls);
    EXPECT_EQ(calls, 2U) << "for an hour one by one";
    const std::string lines = testing::internal::GetCapturedStderr();
    const std::size_t first = lines.find("took no batch");
    EXPECT_NE(first, std::string::npos);
    EXPECT_EQ(lines.find("took no batch", first + 1), std::string::npos) << lines;
    batches_.switches.is_missing = false;
    clock_.time += Millis(3'700'000);
    (void)all_told(&calls);
    EXPECT_EQ(calls, 1U);
}

/// What is received moves from what is ordered to what lies there, whenever it happens: in no sum is it twice or never.
TEST_F(SapBatches, a_receipt_in_the_middle_of_reading_counts_once) {
    for (int before = 0; before < 30; ++before) {
        peer_ = SapPeer();
        std::vector<std::string> orders;
        for (const char* part : {"PART-1", "PART-2", "PART-3"}) {
            peer_.add_product(part);
            peer_.stock[part] = "7";
            orders.push_back(peer_.make_order(part));
        }
        begin_with("yes", "purchase_order,delivery,stock");
        (void)read_all();
        for (const std::string& order : orders) (void)peer_.receive(order, "4");
        meanwhile_ = [&] { (void)peer_.receive(orders[1], "2"); };
        before_request_ = before;
        std::size_t told = 0;
        std::string last;
        for (int poll = 0; poll < 2; ++poll) {
            for (const SourceObject& object : read_all()) {
                if (object.object != "stock:PART-2/MAIN") continue;
                const Json data = *Json::parse(object.data);
                const Decimal sum = *number(data.text_or("on_hand")).plus(number(data.text_or("on_order")));
                EXPECT_EQ(sum.str(), "17") << "in front of request " << before << ": " << object.data;
                last = data.text_or("on_hand");
                ++told;
            }
        }
        EXPECT_GT(told, 0U);
        meanwhile_ = nullptr;
        if (before_request_ >= 0) {  // reading has ended before
            EXPECT_GT(before, 12);
            return;
        }
        EXPECT_EQ(last, "13") << "in front of request " << before;
    }
    FAIL() << "reading takes more requests than were tried";
}

TEST_F(SapBatches, a_lost_answer_or_two_are_no_verdict) {
    make_orders(3);
    begin_with("yes", "delivery");
    (void)read_all();
    const auto is_given_up = [&](int lost) {
        batches_.switches.break_off = lost;
        testing::internal::CaptureStderr();
        for (int poll = 0; poll < lost; ++poll) (void)read_all();
        return testing::internal::GetCapturedStderr().find("took no batch") != std::string::npos;
    };
    std::size_t calls = 0;
    for (int round = 0; round < 2; ++round) {
        EXPECT_FALSE(is_given_up(2));
        const std::size_t before = batches_.batches;
        (void)all_told(&calls);
        EXPECT_EQ(batches_.batches - before, 1U) << "a batch again, which goes well";
    }
    EXPECT_TRUE(is_given_up(3));
}

/// A page's time ends in the middle of everything: what was told before stays told, and the next page goes on.
TEST_F(SapBatches, pages_that_end_early_come_to_an_end) {
    const std::string wanted = told_singly(40);
    std::string told;
    int pages = 0;
    for (bool more = true; more && pages < 100; ++pages) {
        int left = 16;
        clock_.time += Millis(10);
        const auto page =
            run(connector_->pull(cursor_, 100), [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
                if (left-- > 0) return batches_.answer(request);
                return make_error(ErrorKind::unknown_outcome, "no answer in time", "timeout");
            });
        if (!page) continue;
        cursor_ = page->cursor;
        told += text_of(page->objects);
        more = page->more;
    }
    EXPECT_LT(pages, 40);
    EXPECT_EQ(content_of(told), content_of(wanted));
}

TEST_F(SapBatches, a_limit_inside_of_a_batch_is_honoured_and_nothing_lost) {
    const std::string wanted = told_singly(12);
    batches_.switches.limit_part = 1;
    std::string told;
    bool was_limited = false;
    for (int i = 0; i < 100; ++i) {
        clock_.time += Millis(10);
        const auto page = run(connector_->pull(cursor_, 100), peer());
        if (!page) {
            EXPECT_EQ(page.error().kind, ErrorKind::rate_limited) << page.error().message;
            EXPECT_EQ(page.error().retry_after, Millis(9000));
            was_limited = true;
            batches_.switches.limit_part = -1;
            continue;
        }
        cursor_ = page->cursor;
        told += text_of(page->objects);
        if (!page->more) break;
    }
    EXPECT_TRUE(was_limited);
    EXPECT_EQ(content_of(told), content_of(wanted));
}

TEST_F(SapBatches, nothing_is_read_together_where_nobody_wants_it) {
    make_orders(3);
    begin_with("no");
    (void)read_all();
    EXPECT_EQ(batches_.batches, 0U);
    EXPECT_EQ(make_by(
                  [] {
                      Settings made = settings();
                      made.values.emplace_back("batches", "perhaps");
                      return made;
                  }(),
                  "", clock_)
                  .error()
                  .field,
              "batches");
}

}  // namespace
}  // namespace tieline::connectors::sap_s4::test
