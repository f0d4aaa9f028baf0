// Processor time per small request, for the client's and the server's thread apart: net_bench [requests] [open at
// once]. The result is printed; a figure of one machine, for comparing before and after.

#include "net/http_client.h"
#include "net/http_server.h"

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>

namespace {

double thread_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// First and last reading of the processor time of the thread that calls it.
struct Meter {
    double first = -1, last = 0;
    void sample() {
        last = thread_seconds();
        if (first < 0) first = last;
    }
};

struct Load {
    tieline::net::HttpClient& client;
    std::string url;
    long requests;
    Meter meter{};
    std::atomic<long> sent{0};
    std::atomic<long> done{0}, failed{0};
    std::mutex mutex{};
    std::condition_variable finished{};

    void send_one() {
        if (sent.fetch_add(1) >= requests) return;
        tieline::net::HttpRequest request;
        request.method = "POST";
        request.url = url;
        request.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer 0123456789"}};
        request.body = R"({"work_order":"WO-1001","amount":"125.50","currency":"EUR","text":"pump bearing"})";
        client.send(std::move(request), [this](tieline::Result<tieline::net::HttpResponse> result) {
            meter.sample();
            if (!result || result->status != 200) ++failed;
            if (++done == requests) {
                const std::lock_guard lock(mutex);
                finished.notify_all();
            }
            send_one();
        });
    }
};

}  // namespace

int main(int count, char** words) {
    const long requests = count > 1 ? std::atol(words[1]) : 50'000;
    const int open = count > 2 ? std::atoi(words[2]) : 32;
    Meter server_meter;
    tieline::net::HttpServerOptions options;
    auto server = tieline::net::make_http_server(
        options, [&server_meter](tieline::net::HttpRequest, std::shared_ptr<tieline::net::Responder> responder) {
            server_meter.sample();
            tieline::net::HttpResponse response;
            response.status = 200;
            response.headers = {{"Content-Type", "application/json"}};
            response.body = R"({"document":"4900001234","state":"booked"})";
            responder->respond(std::move(response));
        });
    if (!server) return 1;
    auto client = tieline::net::make_http_client();
    Load load{*client, "http://127.0.0.1:" + std::to_string((*server)->port()) + "/api/postings", requests};
    const auto begin = std::chrono::steady_clock::now();
    for (int index = 0; index < open; ++index) load.send_one();
    {
        std::unique_lock lock(load.mutex);
        load.finished.wait(lock, [&] { return load.done >= requests; });
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    client.reset();
    server->reset();
    const double client_us = (load.meter.last - load.meter.first) / static_cast<double>(requests) * 1e6;
    const double server_us = (server_meter.last - server_meter.first) / static_cast<double>(requests) * 1e6;
    std::printf("%ld requests, %d open, %ld failed, %.0f/s\n", requests, open, load.failed.load(),
                static_cast<double>(requests) / wall.count());
    std::printf("client %.1f us (%.0f per second of processor), server %.1f us (%.0f per second of processor)\n",
                client_us, 1e6 / client_us, server_us, 1e6 / server_us);
    return load.failed == 0 ? 0 : 1;
}
