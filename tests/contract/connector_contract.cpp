// What every connector must keep.

#include "contract/connector_contract.h"

#include "connectors/evidence.h"
#include "connectors/metadata.h"
#include "contract/made_replies.h"
#include "contract/once_by_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tieline::contract {
namespace {

using connectors::Connector;
using connectors::Found;
using connectors::Page;
using connectors::Peer;
using connectors::Receipt;
using connectors::run;

model::Command with_another_key(model::Command command) {
    const std::string key = "ZZZZZZZZZZZZZZZ9";
    for (std::size_t at = command.payload.find(command.key); at != std::string::npos;
         at = command.payload.find(command.key)) {
        command.payload.replace(at, command.key.size(), key);
    }
    command.key = key;
    return command;
}

class ConnectorContract : public testing::TestWithParam<ConnectorUnderTest> {
protected:
    void SetUp() override {
        world_ = subject().world();
        connector_ = made(subject().settings);
    }
    const ConnectorUnderTest& subject() const { return GetParam(); }

    std::unique_ptr<Connector> made(const connectors::Settings& settings) const {
        auto connector = subject().spec.make(settings, "");
        EXPECT_TRUE(connector) << (connector ? "" : said(connector.error()));
        return connector ? std::move(*connector) : nullptr;
    }
    std::unique_ptr<Connector> made_with_wrong_secret() const {
        connectors::Settings settings = subject().settings;
        for (auto& [name, value] : settings.values) {
            if (name == subject().secret_setting) value = "wrong-word-7391";
        }
        return made(settings);
    }

    Peer peer() {
        return [this](const net::HttpRequest& request) {
            requests_.push_back(request);
            return world_->answer(request);
        };
    }
    /// Does the work and loses the answer of everything that writes.
    Peer losing_replies() {
        return [this](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            Result<net::HttpResponse> answer = world_->answer(request);
            if (!world_->writes(request)) return answer;
            return lost();
        };
    }
    /// Every request that writes never arrives.
    Peer losing_requests() {
        return [this](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            if (!world_->writes(request)) return world_->answer(request);
            return lost();
        };
    }
    static Peer always(net::HttpResponse made) {
        return [made](const net::HttpRequest&) -> Result<net::HttpResponse> { return made; };
    }
    /// Reads before a write go through; the write itself gets this answer and has no effect.
    Peer writes_get(net::HttpResponse made) {
        return [this, made](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            if (!world_->writes(request)) return world_->answer(request);
            return made;
        };
    }

    std::vector<net::Header> without_session(std::vector<net::Header> headers) const {
        std::erase_if(headers, [&](const net::Header& header) {
            const auto& added = subject().session_headers;
            return std::find(added.begin(), added.end(), header.first) != added.end();
        });
        return headers;
    }

    bool is_once_by_nature(const std::string& kind) const {
        const auto& kinds = subject().once_by_nature;
        return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    }

    /// All pages from a cursor; checks their bounds.
    std::vector<std::string> pull_all(std::string cursor, std::size_t count_max, std::vector<std::string>* cursors) {
        std::vector<std::string> objects;
        for (int page_number = 0; page_number < 200; ++page_number) {
            const Result<Page> page = run(connector_->pull(cursor, count_max), peer());
            if (!page) {
                ADD_FAILURE() << said(page.error());
                return objects;
            }
            EXPECT_LE(page->objects.size(), count_max);
            for (const auto& object : page->objects) {
                objects.push_back(object.object);
                read_.insert(object.type.substr(0, object.type.find('.')));
            }
            if (page->more) EXPECT_NE(page->cursor, cursor) << "more, but the cursor stands still";
            cursor = page->cursor;
            if (cursors != nullptr) cursors->push_back(cursor);
            if (!page->more) return objects;
        }
        ADD_FAILURE() << "pull never comes to an end";
        return objects;
    }

    std::unique_ptr<World> world_;
    std::unique_ptr<Connector> connector_;
    std::vector<net::HttpRequest> requests_;
    std::set<std::string> read_;  ///< kinds of objects that pages held
};

TEST_P(ConnectorContract, probe_changes_nothing) {
    const std::string before = world_->state();
    const auto probe = run(connector_->probe(), peer());
    ASSERT_TRUE(probe) << said(probe.error());
    EXPECT_FALSE(probe->system.empty());
    EXPECT_TRUE(probe->missing.empty()) << probe->missing.front();
    EXPECT_EQ(world_->state(), before);
}

TEST_P(ConnectorContract, a_wrong_token_is_unauthorized) {
    const auto stranger = made_with_wrong_secret();
    const auto refused = [&](const auto& result, const char* what) {
        ASSERT_FALSE(result) << what;
        EXPECT_EQ(result.error().kind, ErrorKind::unauthorized) << what << ": " << said(result.error());
        EXPECT_EQ(result.error().message.find("wrong-word-7391"), std::string::npos) << "a secret stands in a message";
    };
    const std::string before = world_->state();
    refused(run(stranger->probe(), peer()), "probe");
    for (const std::string& kind : subject().spec.kinds) {
        const model::Command command = world_->sample(kind);
        refused(run(stranger->push(command), peer()), kind.c_str());
        refused(run(stranger->find(command), peer()), kind.c_str());
        EXPECT_EQ(world_->effects(command), 0u) << kind;
    }
    if (!world_->make_objects(1).empty()) refused(run(stranger->pull("", 5), peer()), "pull");
}

TEST_P(ConnectorContract, each_kind_is_carried_out_once_and_found) {
    ASSERT_FALSE(subject().spec.kinds.empty());
    for (const std::string& kind : subject().spec.kinds) {
        SCOPED_TRACE(kind);
        const connectors::Evidence evidence(subject().spec.system, kind, subject().with);
        const model::Command command = world_->sample(kind);
        const Result<Receipt> receipt = run(connector_->push(command), peer());
        ASSERT_TRUE(receipt) << said(receipt.error());
        EXPECT_EQ(world_->effects(command), 1u);
        EXPECT_TRUE(Json::parse(receipt->details)) << receipt->details;
        if (receipt->state == Receipt::State::booked) EXPECT_FALSE(receipt->document.empty());
        const std::string before = world_->state();
        const Result<Found> found = run(connector_->find(command), peer());
        ASSERT_TRUE(found) << said(found.error());
        EXPECT_EQ(found->state, Found::State::present);
        EXPECT_EQ(found->receipt.document, receipt->document);
        const Result<Found> followed = run(connector_->follow(command, receipt->document), peer());
        ASSERT_TRUE(followed) << said(followed.error());
        EXPECT_EQ(followed->state, Found::State::present);
        EXPECT_EQ(world_->state(), before) << "looking changed something";
        if (!HasFailure()) evidence.holds();
    }
}

TEST_P(ConnectorContract, a_lost_reply_is_unknown_then_present) {
    for (const std::string& kind : subject().spec.kinds) {
        SCOPED_TRACE(kind);
        const model::Command command = world_->sample(kind);
        const Result<Receipt> receipt = run(connector_->push(command), losing_replies());
        ASSERT_FALSE(receipt);
        EXPECT_EQ(receipt.error().kind, ErrorKind::unknown_outcome) << said(receipt.error());
        const Result<Found> found = run(connector_->find(command), peer());
        ASSERT_TRUE(found) << said(found.error());
        EXPECT_EQ(found->state, Found::State::present);
        EXPECT_EQ(world_->effects(command), 1u);
    }
}

TEST_P(ConnectorContract, a_lost_request_is_unknown_then_absent) {
    for (const std::string& kind : subject().spec.kinds) {
        SCOPED_TRACE(kind);
        const model::Command command = world_->sample(kind);
        const Result<Receipt> receipt = run(connector_->push(command), losing_requests());
        ASSERT_FALSE(receipt);
        EXPECT_EQ(receipt.error().kind, ErrorKind::unknown_outcome) << said(receipt.error());
        const Result<Found> found = run(connector_->find(command), peer());
        ASSERT_TRUE(found) << said(found.error());
        EXPECT_EQ(found->state, Found::State::absent);
        EXPECT_EQ(world_->effects(command), 0u);
    }
}

TEST_P(ConnectorContract, what_is_accepted_is_booked_when_the_peer_says_so) {
    for (const std::string& kind : subject().spec.kinds) {
        SCOPED_TRACE(kind);
        const model::Command command = world_->sample(kind);
        const bool decides_later = world_->accept_next_later();
        const Result<Receipt> receipt = run(connector_->push(command), peer());
        ASSERT_TRUE(receipt) << said(receipt.error());
        if (!decides_later) {  // nobody would ever follow it up
            EXPECT_EQ(receipt->state, Receipt::State::booked) << "this peer decides at once";
            EXPECT_FALSE(receipt->document.empty());
            continue;
        }
        EXPECT_EQ(receipt->state, Receipt::State::accepted) << "a 202 is not booked";
        const Result<Found> waiting = run(connector_->find(command), peer());
        ASSERT_TRUE(waiting) << said(waiting.error());
        EXPECT_EQ(waiting->state, Found::State::present);
        EXPECT_EQ(waiting->receipt.state, Receipt::State::accepted);
        world_->decide();
        const Result<Found> followed = run(connector_->follow(command, receipt->document), peer());
        ASSERT_TRUE(followed) << said(followed.error());
        EXPECT_EQ(followed->state, Found::State::present);
        EXPECT_EQ(followed->receipt.state, Receipt::State::booked);
        EXPECT_FALSE(followed->receipt.document.empty());
        EXPECT_EQ(world_->effects(command), 1u);
    }
}

TEST_P(ConnectorContract, a_key_never_sent_is_absent) {
    for (const std::string& kind : subject().spec.kinds) {
        SCOPED_TRACE(kind);
        const model::Command sent = world_->sample(kind);
        ASSERT_TRUE(run(connector_->push(sent), peer()));
        const model::Command other = world_->sample(kind);
        const std::string before = world_->state();
        const Result<Found> found = run(connector_->find(other), peer());
        ASSERT_TRUE(found) << said(found.error());
        EXPECT_EQ(found->state, Found::State::absent);
        // The next intent about the same object: what the first one left must not be taken for it.
        const model::Command next = with_another_key(sent);
        const Result<Found> next_found = run(connector_->find(next), peer());
        ASSERT_TRUE(next_found) << said(next_found.error());
        EXPECT_EQ(world_->state(), before);
        if (is_once_by_state(subject(), kind)) {
            EXPECT_EQ(next_found->state, Found::State::present);
            expect_state_is_enough(*world_, *connector_, requests_, sent, next);
            continue;
        }
        if (!is_once_by_nature(kind)) {
            EXPECT_NE(next_found->state, Found::State::present) << "found by something else than its key";
            continue;
        }
        const Result<Receipt> second = run(connector_->push(next), peer());
        ASSERT_FALSE(second) << "the peer carries it out again: a key is needed";
        EXPECT_EQ(second.error().kind, ErrorKind::invalid) << said(second.error());
        EXPECT_EQ(world_->effects(sent), 1u);
        EXPECT_EQ(world_->state(), before);
    }
}

TEST_P(ConnectorContract, a_duplicate_is_never_called_absent) {
    for (const std::string& kind : subject().spec.kinds) {
        SCOPED_TRACE(kind);
        const model::Command command = world_->sample(kind);
        ASSERT_TRUE(run(connector_->push(command), peer()));
        (void)run(connector_->push(command), peer());  // as a faulty network would; the peer may refuse or repeat it
        const Result<Found> found = run(connector_->find(command), peer());
        ASSERT_TRUE(found) << said(found.error());
        EXPECT_TRUE(found->state == Found::State::present || found->state == Found::State::undecidable);
    }
}

TEST_P(ConnectorContract, garbage_is_refused) {
    for (const std::string& kind : subject().spec.kinds) {
        for (const char* payload : {"", "{", "[]", "{}", "null", R"({"work_order":7,"lines":"x","amount":{}})"}) {
            SCOPED_TRACE(kind + " " + payload);
            model::Command command = world_->sample(kind);
            command.payload = payload;
            const Result<Receipt> receipt = run(connector_->push(command), peer());
            ASSERT_FALSE(receipt);
            EXPECT_EQ(receipt.error().kind, ErrorKind::invalid) << said(receipt.error());
            EXPECT_FALSE(receipt.error().message.empty());
            EXPECT_EQ(world_->effects(command), 0u);
        }
    }
}

TEST_P(ConnectorContract, an_unknown_kind_is_unsupported) {
    model::Command command = world_->sample(subject().spec.kinds.front());
    command.kind = "moon.land";
    const std::string before = world_->state();
    const Result<Receipt> receipt = run(connector_->push(command), peer());
    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, ErrorKind::unsupported) << said(receipt.error());
    EXPECT_EQ(world_->state(), before);
    const auto preview = connector_->preview(command);
    ASSERT_FALSE(preview);
    EXPECT_EQ(preview.error().kind, ErrorKind::unsupported) << said(preview.error());
}

TEST_P(ConnectorContract, troubles_have_their_kind) {
    for (const std::string& kind : subject().spec.kinds) {
        SCOPED_TRACE(kind);
        const model::Command command = world_->sample(kind);
        const auto push = [&](const Peer& bad) {
            const Result<Receipt> receipt = run(connector_->push(command), bad);
            return receipt ? make_error(ErrorKind::internal, "it was called booked") : receipt.error();
        };
        const auto find = [&](const Peer& bad) {
            const Result<Found> found = run(connector_->find(command), bad);
            return found ? make_error(ErrorKind::internal, "an answer was found in an error") : found.error();
        };
        const net::HttpResponse limited = response(429, "{}", {{"Retry-After", "7"}});
        EXPECT_EQ(push(writes_get(limited)).kind, ErrorKind::rate_limited);
        EXPECT_EQ(push(writes_get(limited)).retry_after, Millis(7000));
        EXPECT_EQ(find(always(limited)).kind, ErrorKind::rate_limited);
        for (const int status : {500, 502, 504}) {
            EXPECT_EQ(push(writes_get(response(status))).kind, ErrorKind::unknown_outcome) << status;
            EXPECT_EQ(find(always(response(status))).kind, ErrorKind::transient) << status;
        }
        for (const char* nonsense : {"<html>ok</html>", "{", "[]", "{}"}) {
            EXPECT_EQ(push(writes_get(response(200, nonsense))).kind, ErrorKind::unknown_outcome) << nonsense;
        }
        EXPECT_EQ(find(always(response(200, "<html>ok</html>"))).kind, ErrorKind::transient);
        const Peer unreachable = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
            return make_error(ErrorKind::transient, "connection refused", "refused");
        };
        EXPECT_EQ(push(unreachable).kind, ErrorKind::transient);
        EXPECT_EQ(find(unreachable).kind, ErrorKind::transient);
        EXPECT_EQ(world_->effects(command), 0u);
    }
}

TEST_P(ConnectorContract, pull_is_bounded_and_resumes_without_loss) {
    const std::vector<std::string> expected = world_->make_objects(23);
    if (expected.empty()) GTEST_SKIP() << "this system is not read";
    std::vector<std::string> cursors;
    const std::vector<std::string> all = pull_all("", 5, &cursors);
    EXPECT_EQ(all.size(), expected.size());
    std::vector<std::string> seen = all, wanted = expected;
    std::sort(seen.begin(), seen.end());
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(seen, wanted);
    EXPECT_GE(cursors.size(), 5u);
    std::size_t taken = 0;
    for (const std::string& cursor : cursors) {
        taken = std::min(taken + 5, all.size());
        EXPECT_EQ(pull_all(cursor, 5, nullptr),
                  std::vector<std::string>(all.begin() + static_cast<long>(taken), all.end()))
            << "from cursor " << cursor;
    }
    const Result<Page> nothing = run(connector_->pull(cursors.back(), 5), peer());
    ASSERT_TRUE(nothing);
    EXPECT_TRUE(nothing->objects.empty());
    EXPECT_EQ(nothing->cursor, cursors.back());
    EXPECT_FALSE(nothing->more);
    const std::vector<std::string> later = world_->make_objects(2);
    EXPECT_EQ(pull_all(cursors.back(), 5, nullptr).size(), later.size());
    for (const std::string& what : read_) {
        const connectors::Evidence evidence(subject().spec.system, "read " + what, subject().with);
        if (!HasFailure()) evidence.holds();
    }
}

TEST_P(ConnectorContract, pull_takes_troubles_without_loss) {
    const std::vector<std::string> expected = world_->make_objects(12);
    if (expected.empty()) GTEST_SKIP() << "this system is not read";
    std::vector<std::string> seen;
    std::string cursor;
    int troubles = 0;
    for (int round = 0; round < 100; ++round) {
        const Peer flaky = [&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
            const Result<net::HttpResponse> answer = world_->answer(request);
            if (round % 4 == 1) return lost();
            if (round % 4 == 2) return response(500);
            if (round % 4 == 3 && answer) return response(200, answer->body.substr(0, answer->body.size() / 2));
            return answer;
        };
        const Result<Page> page = run(connector_->pull(cursor, 4), flaky);
        if (!page) {
            ++troubles;
            EXPECT_EQ(page.error().kind, ErrorKind::transient) << said(page.error());
            continue;
        }
        for (const auto& object : page->objects) seen.push_back(object.object);
        cursor = page->cursor;
        if (!page->more) break;
    }
    EXPECT_EQ(seen.size(), expected.size());
    EXPECT_GT(troubles, 3);
}

TEST_P(ConnectorContract, pull_and_fetch_agree_and_change_nothing) {
    if (world_->make_objects(3).empty()) GTEST_SKIP() << "this system is not read";
    const std::string before = world_->state();
    const Result<Page> page = run(connector_->pull("", 10), peer());
    ASSERT_TRUE(page) << said(page.error());
    for (const auto& object : page->objects) {
        EXPECT_FALSE(object.refused) << said(*object.refused);
        EXPECT_FALSE(object.type.empty());
        EXPECT_TRUE(Json::parse(object.data)) << object.data;
        if (!subject().fetches) continue;
        const auto again = run(connector_->fetch(object.object), peer());
        ASSERT_TRUE(again) << said(again.error());
        EXPECT_EQ(without_places(again->data), without_places(object.data));
        EXPECT_EQ(again->type, object.type);
        EXPECT_EQ(again->object, object.object);
        EXPECT_EQ(again->subject, object.subject);
    }
    if (subject().fetches) {
        const auto nothing = run(connector_->fetch("no-such-object-7391"), peer());
        ASSERT_FALSE(nothing);
        EXPECT_EQ(nothing.error().kind, ErrorKind::not_found) << said(nothing.error());
    }
    EXPECT_EQ(world_->state(), before);
}

TEST_P(ConnectorContract, preview_is_what_push_sends) {
    std::set<std::string> unused(subject().session_headers.begin(), subject().session_headers.end());
    for (const std::string& kind : subject().spec.kinds) {
        SCOPED_TRACE(kind);
        const model::Command command = world_->sample(kind);
        const auto preview = connector_->preview(command);
        ASSERT_TRUE(preview) << said(preview.error());
        requests_.clear();
        ASSERT_TRUE(run(connector_->push(command), peer()));
        const auto sent = std::find_if(requests_.begin(), requests_.end(), [&](const net::HttpRequest& request) {
            return request.method == preview->method && request.url == preview->url &&
                   subject().is_promised(preview->body, request.body) &&
                   without_session(request.headers) == preview->headers;
        });
        EXPECT_NE(sent, requests_.end()) << preview->method << " " << preview->url << " " << preview->body;
        for (const std::string& name : subject().session_headers) {
            EXPECT_EQ(net::header(preview->headers, name), "") << name << " is known before there is a session";
            if (sent != requests_.end() && !net::header(sent->headers, name).empty()) unused.erase(name);
        }
        model::Command garbage = command;
        garbage.payload = "{}";
        const auto refused = connector_->preview(garbage);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid) << said(refused.error());
    }
    EXPECT_TRUE(unused.empty()) << *unused.begin() << " is never sent";
}

TEST_P(ConnectorContract, an_unsigned_webhook_is_refused) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = "/";
    request.body = R"({"event":"workorder.changed","object":"WO-1"})";
    const auto hints = connector_->webhook(request, world_->now());
    ASSERT_FALSE(hints);
    EXPECT_TRUE(hints.error().kind == ErrorKind::unauthorized || hints.error().kind == ErrorKind::unsupported)
        << said(hints.error());
}

TEST_P(ConnectorContract, settings_and_maps_are_checked) {
    for (const connectors::Field& field : subject().spec.fields) {
        if (!field.required) continue;
        connectors::Settings settings = subject().settings;
        std::erase_if(settings.values, [&](const auto& value) { return value.first == field.name; });
        const auto connector = subject().spec.make(settings, "");
        ASSERT_FALSE(connector) << field.name;
        EXPECT_EQ(connector.error().field, field.name) << said(connector.error());
    }
    connectors::Settings extra = subject().settings;
    extra.values.emplace_back("no_such_setting", "1");
    EXPECT_FALSE(subject().spec.make(extra, ""));
    const auto broken = subject().spec.make(subject().settings, "map: m\ntables:\n  t:\n    - {to: x, frm: y}\n");
    ASSERT_FALSE(broken);
    EXPECT_NE(broken.error().message.find(":4:"), std::string::npos) << said(broken.error());
}

TEST_P(ConnectorContract, its_own_map_fits_the_metadata_of_the_peer) {
    const connectors::ConnectorSpec& spec = subject().spec;
    ASSERT_FALSE(spec.own_map.empty());
    const auto map = connectors::FieldMap::compile(spec.own_map, "map.yaml");
    ASSERT_TRUE(map) << said(map.error());
    if (spec.own_metadata.empty()) GTEST_SKIP() << "nothing is known of this peer's objects";
    const auto metadata = connectors::read_metadata(spec.own_metadata, "metadata.yaml");
    ASSERT_TRUE(metadata) << said(metadata.error());
    for (const Error& mistake : check_map(*map, "map.yaml", *metadata, connectors::canonical_metadata()))
        ADD_FAILURE() << mistake.message;
    for (const connectors::TableUse& use : metadata->tables) EXPECT_TRUE(map->has_table(use.table)) << use.table;
}

INSTANTIATE_TEST_SUITE_P(Connectors, ConnectorContract, testing::ValuesIn(connectors_under_test()),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tieline::contract
