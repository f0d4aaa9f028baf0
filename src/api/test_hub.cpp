#include "api/test_hub.h"

#include "engine/projections/projections.h"
#include "flows/technician.h"
#include "net/http_client.h"

#include <cstdlib>
#include <filesystem>
#include <future>

namespace tieline::api::testing {
namespace {

/// Posts one command per completed work order.
class PostingFlow final : public flows::Flow {
public:
    std::string_view name() const override { return "posting"; }
    std::vector<std::string> keys(const model::StoredEvent& event) const override {
        if (event.envelope.type != "workorder.completed") return {};
        return {event.envelope.subject};
    }
    Result<flows::Decision> decide(const model::StoredEvent& event, std::string_view key, std::string_view,
                                   WallTime) const override {
        if (event.envelope.type != "workorder.completed") return flows::Decision{};  // a replay
        model::Command command;
        const std::string& id = event.envelope.id;
        command.key = "KEY-" + std::string(key) + (id.ends_with(":1") ? "" : id.substr(id.rfind(':')));
        command.order_key = key;
        command.connector = "erp";
        command.kind = "journal.post";
        command.noun = "cost";
        command.payload = Json::object({{"reference", command.key}, {"work_order", event.envelope.subject}}).dump();
        command.echo =
            R"({"slot":"journal/EUR","asset":"P-1","lines":[{"receiver":{"kind":"cost_center","code":"CC-1"},)"
            R"("kind":"labor","amount":"60.00","currency":"EUR"}],"currency":"EUR","amount":"60.00",)"
            R"("posting_date":"2026-11-24","month":"2026-11"})";
        flows::Decision decision;
        decision.commands.push_back(std::move(command));
        return decision;
    }
};

/// A peer in memory: refuses work orders whose number begins with BAD unless the payload says "mended".
class MemoryErp final : public connectors::Connector {
public:
    connectors::Exchange<connectors::Probe> probe() override { co_return connectors::Probe{}; }
    connectors::Exchange<connectors::Page> pull(std::string cursor, std::size_t) override {
        connectors::Page page;
        page.cursor = std::move(cursor);
        co_return page;
    }
    connectors::Exchange<connectors::SourceObject> fetch(std::string object) override {
        connectors::SourceObject read;
        read.object = object;
        read.type = "workorder.completed";
        read.data = R"({"number":")" + object + R"("})";
        co_return read;
    }
    connectors::Exchange<connectors::Receipt> push(model::Command command) override {
        if (command.order_key.starts_with("BAD") && command.payload.find("mended") == std::string::npos) {
            co_return make_error(ErrorKind::invalid, "Period 2026-11 is closed.", "period_closed", "posting_date");
        }
        connectors::Receipt receipt;
        receipt.document = "D-" + command.order_key;
        co_return receipt;
    }
    connectors::Exchange<connectors::Found> find(model::Command) override { co_return connectors::Found{}; }
    connectors::Exchange<connectors::Found> follow(model::Command, std::string) override {
        co_return connectors::Found{};
    }
    Result<net::HttpRequest> preview(const model::Command& command) const override {
        if (command.payload.find("unmappable") != std::string::npos) {
            return make_error(ErrorKind::invalid, "work_order is too long.", "too_long", "work_order");
        }
        net::HttpRequest request;
        request.method = "POST";
        request.url = "http://erp.example/journals";
        request.headers = {{"Authorization", "Bearer very-secret"}, {"maxauth", "very-secret"}};
        request.body = command.payload;
        return request;
    }
    Result<std::vector<connectors::Hint>> webhook(const net::HttpRequest& request, WallTime) const override {
        if (net::header(request.headers, "X-Signature") != "good") {
            return make_error(ErrorKind::unauthorized, "The webhook's signature is wrong.", "bad_signature");
        }
        return std::vector<connectors::Hint>{{"WO-77"}};
    }
};

}  // namespace

void Answer::respond(net::HttpResponse response) {
    const std::lock_guard lock(mutex_);
    response_ = std::move(response);
    changed_.notify_all();
}

void Answer::start_stream(std::vector<net::Header> headers) {
    const std::lock_guard lock(mutex_);
    response_ = net::HttpResponse{200, std::move(headers), ""};
    changed_.notify_all();
}

bool Answer::write(std::string chunk) {
    const std::lock_guard lock(mutex_);
    chunks_ += chunk;
    changed_.notify_all();
    return open_;
}

net::HttpResponse Answer::wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [this] { return response_.has_value(); });
    return response_.value_or(net::HttpResponse{});
}

std::string Answer::wait_for_chunk() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [this] { return !chunks_.empty(); });
    return chunks_;
}

struct TestHub::Parts {
    TestClock clock;
    SeededRandom random{1};
    std::unique_ptr<store::MemoryStore> store = store::make_memory_store();
    flows::FlowSet flows;
    std::vector<std::unique_ptr<engine::Projection>> projections = engine::projections::make_all();
    MemoryErp erp;
    std::unique_ptr<net::HttpClient> client = net::make_http_client();
    std::unique_ptr<engine::Core> core;
    std::unique_ptr<engine::Runtime> runtime;
    std::unique_ptr<identity::Identity> identity;
    std::string folder;  ///< of pictures
    std::unique_ptr<Api> api;
};

TestHub::TestHub(std::string token, bool sign_in) : parts_(std::make_unique<Parts>()) {
    Parts& parts = *parts_;
    parts.flows.push_back(std::make_unique<PostingFlow>());
    parts.flows.push_back(flows::make_technician({"erp"}));
    engine::SiteSetup site;
    site.site = "plant1";
    site.flows = &parts.flows;
    site.connectors.push_back({"erp", {}, false});
    for (const auto& projection : parts.projections) site.projections.push_back(projection.get());
    engine::CoreOptions options;
    options.project_every = Millis(0);
    parts.core = *engine::open_core(*parts.store, parts.clock, parts.random, {site}, options);
    Api::Connectors connectors{{{"plant1", "erp"}, &parts.erp}};
    parts.runtime = std::make_unique<engine::Runtime>(*parts.core, parts.clock, *parts.client, connectors);
    parts.runtime->start();
    ApiOptions api;
    api.token = std::move(token);
    api.sites = {{"plant1", "Plant", {"posting", "technician"}}};
    api.views = engine::view_names(parts.projections);
    if (sign_in) {
        identity::IdentityOptions options_of_people;
        options_of_people.cost = {1, 8192};
        parts.identity = *identity::Identity::open(options_of_people, parts.clock);
        api.identity = parts.identity.get();
        std::string name = (std::filesystem::temp_directory_path() / "tieline_photos_XXXXXX").string();
        parts.folder = mkdtemp(name.data());
        api.photos_folder = parts.folder;
    }
    parts.api = std::make_unique<Api>(*parts.runtime, parts.clock, std::move(api), connectors);
}

TestHub::~TestHub() {
    parts_->runtime->stop();
    if (parts_->identity) parts_->identity->stop();
    std::error_code ignored;
    if (!parts_->folder.empty()) std::filesystem::remove_all(parts_->folder, ignored);
}

identity::Identity& TestHub::identity() { return *parts_->identity; }

std::vector<net::Header> TestHub::as(const std::string& name, identity::Roles roles, const std::string& person_code) {
    identity::Person person;
    person.name = name;
    person.roles = roles;
    person.person_code = person_code;
    std::promise<std::string> code;
    identity().invite("test", person, [&](const auto& shown) { code.set_value(shown ? shown->secret : ""); });
    std::promise<identity::Started> started;
    identity().use_link({code.get_future().get(), "four quiet green pumps", "192.0.2.1", "", ""},
                        [&](const auto& result) { started.set_value(result ? *result : identity::Started{}); });
    const identity::Started session = started.get_future().get();
    return {{"Cookie", "tieline_session=" + session.cookie}, {"X-CSRF-Token", session.session.csrf}};
}

net::HttpResponse TestHub::send(net::HttpRequest request) {
    if (net::header(request.headers, "Host").empty()) request.headers.emplace_back("Host", "127.0.0.1:8420");
    const auto answer = std::make_shared<Answer>();
    parts_->api->handle(std::move(request), answer);
    return answer->wait();
}

net::HttpResponse TestHub::get(const std::string& url) {
    net::HttpRequest request;
    request.url = url;
    return send(std::move(request));
}

net::HttpResponse TestHub::post(const std::string& url, std::string body, std::vector<net::Header> more) {
    net::HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.headers = std::move(more);
    if (net::header(request.headers, "Content-Type").empty()) {
        request.headers.emplace_back("Content-Type", "application/json");
    }
    request.body = std::move(body);
    return send(std::move(request));
}

void TestHub::tell(const std::string& type, const std::string& object, const std::string& data,
                   const std::string& subject) {
    engine::Ingest item;
    item.site = "plant1";
    item.source = "peer";
    item.object = object;
    item.subject = subject;
    item.type = type;
    item.data = data;
    const auto stored = std::make_shared<Answer>();
    parts_->runtime->ingest(std::move(item), [stored](const Result<engine::Ingested>& taken) {
        stored->respond(net::HttpResponse{taken ? 200 : 500, {}, ""});
    });
    stored->wait();
}

std::shared_ptr<Answer> TestHub::open(const std::string& url, std::vector<net::Header> more) {
    net::HttpRequest request;
    request.url = url;
    request.headers = std::move(more);
    request.headers.emplace_back("Host", "localhost");
    auto answer = std::make_shared<Answer>();
    parts_->api->handle(std::move(request), answer);
    return answer;
}

net::HttpResponse TestHub::get_until(const std::string& url, const std::string& text) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    for (;;) {
        net::HttpResponse response = get(url);  // a round trip through the engine: no pause is needed
        if (response.body.find(text) != std::string::npos) return response;
        if (std::chrono::steady_clock::now() > give_up) return response;
    }
}

std::string completed(const std::string& number, const std::string& hours) {
    return R"({"source":"cmms","type":"workorder.completed","subject":")" + number +
           R"(","time":"2026-11-24T10:00:00Z","data":{"number":")" + number +
           R"(","status":"completed","completed_at":"2026-11-24T09:00:00Z","lines":[{"kind":"labor","id":"L1",)"
           R"("currency":"EUR","hours":")" +
           hours + R"(","rate":"40.00"}]}})";
}

}  // namespace tieline::api::testing
