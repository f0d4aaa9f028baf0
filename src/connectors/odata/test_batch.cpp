#include "connectors/odata/test_batch.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tieline::connectors::odata::test {
namespace {

/// What stands between delimiters, each of which must begin a line; fails the test where the message is none.
std::vector<std::string> pieces(const std::string& text, const std::string& mark) {
    std::vector<std::string> found;
    const std::string open = "--" + mark + "\r\n", close = "--" + mark + "--\r\n";
    EXPECT_TRUE(text.starts_with(open)) << text;
    std::size_t at = open.size();
    for (;;) {
        const std::size_t next = text.find("\r\n" + open, at), last = text.find("\r\n" + close, at);
        const std::size_t end = std::min(next, last);
        if (end == std::string::npos) {
            ADD_FAILURE() << "the message is not closed: " << text;
            return found;
        }
        found.push_back(text.substr(at, end - at));
        at = end + 2 + open.size();
        if (end == last) return found;
    }
}

/// Header lines up to the empty line, which must be there; the rest stays in `text`.
std::vector<net::Header> headers_of(std::string& text) {
    std::vector<net::Header> headers;
    for (;;) {
        const std::size_t end = text.find("\r\n");
        if (end == std::string::npos) {
            ADD_FAILURE() << "no empty line behind headers: " << text;
            return headers;
        }
        const std::string line = text.substr(0, end);
        text.erase(0, end + 2);
        if (line.empty()) return headers;
        const std::size_t colon = line.find(": ");
        EXPECT_NE(colon, std::string::npos) << line;
        if (colon != std::string::npos) headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
}

std::string boundary_in(const std::vector<net::Header>& headers) {
    const std::string type(net::header(headers, "Content-Type")), begins = "multipart/mixed; boundary=";
    EXPECT_TRUE(type.starts_with(begins)) << type;
    return type.substr(std::min(type.size(), begins.size()));
}

/// One request of a batch as the single one that it stands for.
net::HttpRequest single_of(const net::HttpRequest& whole, const std::string& service_url, std::string text) {
    const std::size_t end = text.find("\r\n");
    const std::string line = text.substr(0, end);
    text.erase(0, end + 2);
    net::HttpRequest made;
    made.method = line.substr(0, line.find(' '));
    EXPECT_TRUE(line.ends_with(" HTTP/1.1")) << line;
    const std::string path =
        line.substr(made.method.size() + 1, line.size() - made.method.size() - 1 - std::string(" HTTP/1.1").size());
    EXPECT_FALSE(path.empty() || path.front() == '/' || path.front() == '$' || path.find(' ') != std::string::npos)
        << line;
    made.url = service_url + "/" + path;
    made.headers = headers_of(text);
    for (const char* name : {"Authorization", "Cookie", "X-CSRF-Token"})
        EXPECT_EQ(net::header(made.headers, name), "") << "what stands on the whole stands on no part";
    for (const net::Header& each : whole.headers)
        if (net::header(made.headers, each.first).empty() && each.first != "Content-Type") made.headers.push_back(each);
    const std::string length(net::header(made.headers, "Content-Length"));
    EXPECT_EQ(length, text.empty() ? "" : std::to_string(text.size())) << line;
    made.body = std::move(text);
    return made;
}

bool refuses(const net::HttpResponse& response) { return response.status >= 400; }

}  // namespace

Batches::Batches(std::string base_url, Single single, Snapshot snapshot)
    : base_url_(std::move(base_url)), single_(std::move(single)), snapshot_(std::move(snapshot)) {}

void Batches::watch(const std::string& service, const net::HttpResponse& given) {
    Session session{service, std::string(net::header(given.headers, "x-csrf-token")), ""};
    for (const auto& [name, value] : given.headers) {
        if (name != "set-cookie" && name != "Set-Cookie") continue;
        session.cookies += (session.cookies.empty() ? "" : "; ") + value.substr(0, value.find(';'));
    }
    sessions_.push_back(std::move(session));
}

bool Batches::token_fits(const net::HttpRequest& request, const std::string& service) {
    if (switches.expire_tokens > 0) {
        --switches.expire_tokens;
        sessions_.clear();
    }
    return std::any_of(sessions_.begin(), sessions_.end(), [&](const Session& session) {
        return session.service == service && session.token == net::header(request.headers, "X-CSRF-Token") &&
               session.cookies == net::header(request.headers, "Cookie");
    });
}

Result<net::HttpResponse> Batches::answer(const net::HttpRequest& request) {
    ++requests;
    const std::string ending = "/$batch";
    const std::string path = request.url.substr(std::min(request.url.size(), base_url_.size()));
    if (!path.ends_with(ending) && path.find("batch?") == std::string::npos) {
        const auto answered = single_(request);
        const bool fetches = net::header(request.headers, "X-CSRF-Token") == "Fetch";
        if (answered && fetches && answered->status == 200) watch(path.substr(0, path.rfind('/')), *answered);
        return answered;
    }
    if (switches.is_missing) return net::HttpResponse{404, {}, "<html>not found</html>"};
    EXPECT_TRUE(path.ends_with(ending) && request.method == "POST") << request.method << " " << path;
    const std::string service = path.substr(0, path.size() - std::min(path.size(), ending.size()));
    if (!token_fits(request, service))
        return net::HttpResponse{403, {{"x-csrf-token", "Required"}}, "CSRF token validation failed"};
    return carry_out(request, base_url_ + service);
}

Result<net::HttpResponse> Batches::one(const Part& part, int place) {
    if (place == switches.refuse_part)
        return net::HttpResponse{403, {}, R"({"error":{"code":"/IWFND/MED/170","message":{"value":"No right"}}})"};
    if (place == switches.limit_part) return net::HttpResponse{429, {{"Retry-After", "9"}}, ""};
    return single_(part.request);
}

std::string Batches::part_of(const net::HttpResponse& response, const std::string& content_id) const {
    std::string text = "Content-Type: application/http\r\ncontent-transfer-encoding: binary\r\n";
    if (!content_id.empty()) text += "Content-ID: " + content_id + "\r\n";
    text += "\r\nHTTP/1.1 " + std::to_string(response.status) + " Word\r\nContent-Type: application/json\r\n";
    if (!switches.no_lengths) text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
    for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
    return text + "\r\n" + response.body + "\r\n";
}

Result<std::string> Batches::changeset(const std::vector<Part>& parts, int first_place, const std::string& mark) {
    EXPECT_TRUE(snapshot_) << "a fake that takes changesets needs a way back";
    const auto put_back = snapshot_();
    std::vector<std::string> answers;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto answered = one(parts[i], first_place + static_cast<int>(i));
        if (!answered) return answered.error();
        if (!refuses(*answered)) {
            answers.push_back(part_of(*answered, parts[i].content_id));
            continue;
        }
        put_back();
        if (!switches.unit_inside) return part_of(*answered, "");
        answers = {part_of(*answered, "")};
        break;
    }
    if (switches.reversed) std::reverse(answers.begin(), answers.end());
    std::string text = "Content-Type: multipart/mixed; boundary=" + mark + "\r\n\r\n";
    for (const std::string& each : answers) text += "--" + mark + "\r\n" + each;
    return text + "--" + mark + "--\r\n";
}

Result<net::HttpResponse> Batches::carry_out(const net::HttpRequest& request, const std::string& service_url) {
    std::vector<std::vector<Part>> steps;  // one of one without a number is a read
    std::size_t count = 0;
    const auto part = [&](std::string text) {
        const std::vector<net::Header> headers = headers_of(text);
        EXPECT_EQ(net::header(headers, "Content-Type"), "application/http");
        EXPECT_EQ(net::header(headers, "Content-Transfer-Encoding"), "binary");
        ++count;
        return Part{single_of(request, service_url, std::move(text)), std::string(net::header(headers, "Content-ID"))};
    };
    for (std::string piece : pieces(request.body, boundary_in(request.headers))) {
        std::vector<Part>& step = steps.emplace_back();
        if (!piece.starts_with("Content-Type: multipart")) {
            step.push_back(part(std::move(piece)));
            EXPECT_EQ(step.front().request.method, "GET") << "a write stands in a changeset";
            EXPECT_EQ(step.front().content_id, "");
            continue;
        }
        const std::vector<net::Header> headers = headers_of(piece);
        for (std::string& inner : pieces(piece, boundary_in(headers))) {
            step.push_back(part(std::move(inner)));
            EXPECT_NE(step.back().request.method, "GET") << "a changeset only writes";
            EXPECT_EQ(step.back().content_id, std::to_string(step.size()));
        }
    }
    if (switches.requests_most > 0 && count > switches.requests_most)
        return net::HttpResponse{400, {}, R"({"error":{"code":"/IWFND/MGW_CORE/400","message":{"value":"Too many"}}})"};
    ++batches;
    std::string text;
    int place = 0;
    for (const std::vector<Part>& step : steps) {
        text += "--answers\r\n";
        if (step.front().content_id.empty()) {
            const auto answered = one(step.front(), place++);
            if (!answered) return answered;
            // What stands before every service refuses the whole.
            const bool is_of_whole =
                answered->status == 401 || (answered->status == 429 && place == 1 && switches.limit_part != 0);
            if (is_of_whole) return answered;
            text += part_of(*answered, "");
            continue;
        }
        const auto answered = changeset(step, place, "unit" + std::to_string(place));
        if (!answered) return answered.error();
        place += static_cast<int>(step.size());
        text += *answered;
    }
    text += "--answers--\r\n";
    if (switches.break_off > 0) {
        --switches.break_off;
        return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset");
    }
    text.resize(text.size() - std::min(text.size(), switches.cut));
    return net::HttpResponse{
        switches.answers_200 ? 200 : 202, {{"Content-Type", "multipart/mixed; boundary=answers"}}, text};
}

}  // namespace tieline::connectors::odata::test
