#pragma once
// A hub in one process for tests of the API: memory store, one flow that posts what completes, a connector in memory.

#include "api/api.h"
#include "store/memory/memory_store.h"

#include <condition_variable>
#include <mutex>
#include <optional>

namespace tieline::api::testing {

/// Stands still unless moved.
class TestClock final : public Clock {
public:
    WallTime now() const override { return WallTime(Millis(1'795'000'000'000)); }
};

/// Keeps the answer of one request.
class Answer final : public net::Responder {
public:
    void respond(net::HttpResponse response) override;
    void start_stream(std::vector<net::Header> headers) override;
    bool write(std::string chunk) override;
    /// Waits, at most 10 s.
    net::HttpResponse wait();
    std::string wait_for_chunk();
    void close() { open_ = false; }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<net::HttpResponse> response_;
    std::string chunks_;
    bool open_ = true;
};

class TestHub {
public:
    /// `sign_in`: people, in memory, with the cheapest hashes; nobody is there yet.
    explicit TestHub(std::string token = "", bool sign_in = false);
    ~TestHub();
    net::HttpResponse get(const std::string& url);
    net::HttpResponse post(const std::string& url, std::string body, std::vector<net::Header> more = {});
    net::HttpResponse send(net::HttpRequest request);
    identity::Identity& identity();
    /// Signs somebody with these roles in, inviting them first; gives the headers that their requests carry.
    std::vector<net::Header> as(const std::string& name, identity::Roles roles, const std::string& person_code = "");
    /// Takes an event in as a connector's page would bring it, and waits until it is stored. `subject` "": `object`.
    void tell(const std::string& type, const std::string& object, const std::string& data,
              const std::string& subject = "");
    std::shared_ptr<Answer> open(const std::string& url, std::vector<net::Header> more = {});
    /// Asks again and again until the answer's body holds `text`; at most 10 s. The last answer.
    net::HttpResponse get_until(const std::string& url, const std::string& text);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// A completed work order as an event.
std::string completed(const std::string& number, const std::string& hours = "1.5");

}  // namespace tieline::api::testing
