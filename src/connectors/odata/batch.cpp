#include "connectors/odata/batch.h"

#include "base/hash.h"
#include "connectors/odata/multipart.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::odata {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t frame_bytes = 400;  ///< at most, around a request: delimiter, headers, empty lines

/// Headers that are about one request. Sign-in, client and language stand on the whole.
constexpr std::string_view own_headers[] = {
    "Accept",           "Content-Type",  "DataServiceVersion", "If-Match", "MaxDataServiceVersion",
    "OData-MaxVersion", "If-None-Match", "OData-Version",      "Prefer",   "X-HTTP-Method"};

bool has_line_break(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

/// The numbers by which the answers of a changeset say which requests they are for; empty: they say none.
/// nullopt: not all do, or two the same.
std::optional<std::vector<std::size_t>> numbers_of(const std::vector<MimePart>& parts,
                                                   const std::vector<net::HttpResponse>& answers) {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::string_view said = net::header(parts[i].headers, "Content-ID");
        if (said.empty()) said = net::header(answers[i].headers, "Content-ID");  // Gateway puts it there
        if (said.empty()) continue;
        const bool is_number = said.size() <= 6 && said.find_first_not_of("0123456789") == std::string_view::npos;
        const std::size_t number = is_number ? static_cast<std::size_t>(std::stoul(std::string(said))) : 0;
        if (number < 1 || number > parts.size() || std::count(numbers.begin(), numbers.end(), number - 1) > 0)
            return std::nullopt;
        numbers.push_back(number - 1);
    }
    if (!numbers.empty() && numbers.size() != parts.size()) return std::nullopt;
    return numbers;
}

}  // namespace

BatchOfService::BatchOfService(Access access, std::string service, BatchLimits limits)
    : access_(std::move(access)),
      service_(std::move(service)),
      root_(rest::get(access_, service_).url + "/"),
      limits_(limits) {}

Error BatchOfService::bad_batch(const std::string& what) {
    return make_error(ErrorKind::invalid, "batch: " + what, "bad_batch");
}

Result<std::string> BatchOfService::path_of(const net::HttpRequest& request) const {
    if (!request.url.starts_with(root_)) return bad_batch("a request is not for the service " + service_);
    std::string path = request.url.substr(root_.size());
    if (path.empty() || path.front() == '$') return bad_batch("a request has no set of its own: \"" + path + "\"");
    return path;
}

Error BatchOfService::full() const {
    return bad_batch("it is full (" + std::to_string(limits_.requests) + " requests, " + std::to_string(limits_.bytes) +
                     " bytes at most)");
}

Error BatchOfService::bad(bool writes, std::string_view what) const {
    return rest::bad_reply(access_, writes ? Effect::write : Effect::read, what);
}

std::size_t BatchOfService::reply_bytes(std::size_t count) const {
    return access_.reply_bytes_max * std::clamp<std::size_t>(count, 1, 4);
}

Batch::Batch(Access access, std::string service, BatchLimits limits)
    : BatchOfService(std::move(access), std::move(service), limits) {}

Result<std::string> Batch::text_of(const net::HttpRequest& request) const {
    TIELINE_TRY(const std::string path, path_of(request));
    if (has_line_break(path) || path.find(' ') != std::string::npos)
        return bad_batch("the address of a request is not encoded");
    std::string text = request.method + " " + path + " HTTP/1.1" + std::string(line_end);
    for (const std::string_view name : own_headers) {
        const std::string_view value = net::header(request.headers, name);
        if (has_line_break(value)) return bad_batch("a header of a request has a line break");
        if (!value.empty()) text.append(name).append(": ").append(value).append(line_end);
    }
    if (!request.body.empty()) text.append("Content-Length: " + std::to_string(request.body.size())).append(line_end);
    return text.append(line_end) + request.body;
}

Result<std::size_t> Batch::add(Step step) {
    std::size_t bytes = bytes_ + frame_bytes;
    for (const std::string& request : step.requests) bytes += request.size() + frame_bytes;
    if (count_ + step.requests.size() > limits_.requests || bytes > limits_.bytes) return full();
    const std::size_t place = count_;
    bytes_ = bytes;
    count_ += step.requests.size();
    steps_.push_back(std::move(step));
    return place;
}

Result<std::size_t> Batch::read(const net::HttpRequest& request) {
    if (request.method != "GET") return bad_batch("outside of a changeset only GET is sent");
    TIELINE_TRY(std::string text, text_of(request));
    Step step;
    step.requests.push_back(std::move(text));
    is_version4_ = is_version4_ || !net::header(request.headers, "OData-MaxVersion").empty();
    return add(std::move(step));
}

Result<std::size_t> Batch::change(const std::vector<net::HttpRequest>& requests) {
    Step step;
    step.is_changeset = true;
    for (const net::HttpRequest& request : requests) {
        if (request.method == "GET" || has_line_break(request.method)) return bad_batch("a changeset only writes");
        TIELINE_TRY(std::string text, text_of(request));
        step.requests.push_back(std::move(text));
        is_version4_ = is_version4_ || !net::header(request.headers, "OData-MaxVersion").empty();
    }
    if (step.requests.empty()) return bad_batch("a changeset needs a request");
    return add(std::move(step));
}

bool Batch::writes() const {
    return std::any_of(steps_.begin(), steps_.end(), [](const Step& step) { return step.is_changeset; });
}

/// Made of the content, so that the same batch is the same message; changed until the content does not have it.
std::string Batch::boundary() const {
    std::string content;
    for (const Step& step : steps_)
        for (const std::string& request : step.requests) content += request;
    std::string mark;
    for (int salt = 0; mark.empty() || content.find(mark) != std::string::npos; ++salt)
        mark = hex(sha256(std::to_string(salt) + content)).substr(0, 24);
    return mark;
}

net::HttpRequest Batch::request() const {
    const std::string mark = boundary(), batch = "batch_" + mark;
    const std::string head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n";
    std::string text;
    std::size_t changesets = 0;
    for (const Step& step : steps_) {
        text += "--" + batch + "\r\n";
        if (!step.is_changeset) {
            text += head + "\r\n" + step.requests.front() + "\r\n";
            continue;
        }
        const std::string changeset = "changeset_" + std::to_string(++changesets) + "_" + mark;
        text += "Content-Type: multipart/mixed; boundary=" + changeset + "\r\n\r\n";
        for (std::size_t i = 0; i < step.requests.size(); ++i)
            text += "--" + changeset + "\r\n" + head + "Content-ID: " + std::to_string(i + 1) + "\r\n\r\n" +
                    step.requests[i] + "\r\n";
        text += "--" + changeset + "--\r\n\r\n";
    }
    net::HttpRequest made = rest::get(access_, service_ + "/$batch");
    std::erase_if(made.headers, [](const net::Header& each) { return each.first == "Accept"; });
    made.method = "POST";
    made.headers.emplace_back("Accept", "multipart/mixed");
    // Services of version 4 stop at the first request that goes wrong, unless they are told not to.
    if (is_version4_) made.headers.emplace_back("Prefer", "odata.continue-on-error");
    made.headers.emplace_back("Content-Type", "multipart/mixed; boundary=" + batch);
    made.body = text + "--" + batch + "--\r\n";
    made.reply_bytes_max = reply_bytes(count_);
    return made;
}

Batch::Answers Batch::all(const Error& error) const {
    Answers made;
    for (const Step& step : steps_)
        made.insert(made.end(), step.requests.size(), Result<net::HttpResponse>(for_one(error, step.is_changeset)));
    return made;
}

Batch::Answers Batch::answers(const Result<net::HttpResponse>& reply) const {
    if (!reply) return all(reply.error());
    const Effect effect = writes() ? Effect::write : Effect::read;
    const bool went_well = reply->status >= 200 && reply->status < 300;
    if (!went_well) return all(odata_error(access_, effect, *reply));
    const std::string mark = boundary_of(net::header(reply->headers, "Content-Type"));
    const auto found = parts_of(reply->body, mark, steps_.size());
    if (!found) return all(rest::bad_reply(access_, effect, "a batch was sent and no parts came back"));
    const std::vector<MimePart>& parts = found->parts;
    if (found->is_whole && parts.size() != steps_.size())
        return all(rest::bad_reply(access_, effect, "the batch has more parts than its answer"));
    Answers made;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const Step& step = steps_[i];
        if (i >= parts.size()) {
            made.insert(made.end(), step.requests.size(),
                        Result<net::HttpResponse>(bad(step.is_changeset, "the answer of a batch was cut short")));
            continue;
        }
        const std::string type(net::header(parts[i].headers, "Content-Type"));
        const std::string inner = boundary_of(type);
        if (!inner.empty() && step.is_changeset) {
            if (!take_changeset(step, inner, parts[i].body, made))
                made.insert(made.end(), step.requests.size(),
                            Result<net::HttpResponse>(
                                bad(step.is_changeset, "the answers of a changeset contradict each other")));
        } else if (media_type_of(type) == "application/http") {
            take_answer(step, parts[i].body, made);
        } else {
            // Whose answers these are is then not known of any.
            return all(rest::bad_reply(access_, effect, "the parts of a batch come in another order"));
        }
    }
    return made;
}

/// One answer: of a read, or of a changeset that was not carried out.
void Batch::take_answer(const Step& step, std::string_view text, Answers& made) const {
    const auto answer = http_answer_of(text);
    Result<net::HttpResponse> taken = bad(step.is_changeset, "a part of a batch is no answer");
    if (answer && (!step.is_changeset || answer->status >= 400)) taken = *answer;
    made.insert(made.end(), step.requests.size(), taken);
}

/// False, and nothing added, where it cannot be told what became of the changeset.
bool Batch::take_changeset(const Step& step, const std::string& mark, std::string_view text, Answers& made) const {
    const auto inner = parts_of(text, mark, step.requests.size());
    if (!inner || !inner->is_whole || inner->parts.empty()) return false;
    std::vector<net::HttpResponse> answers;
    std::size_t refusals = 0;
    for (const MimePart& part : inner->parts) {
        auto answer = http_answer_of(part.body);
        if (!answer || media_type_of(net::header(part.headers, "Content-Type")) != "application/http") return false;
        if (answer->status >= 400) ++refusals;
        answers.push_back(std::move(*answer));
    }
    if (answers.size() == 1 && refusals == 1) {  // as if it stood in place of the changeset
        made.insert(made.end(), step.requests.size(), Result<net::HttpResponse>(answers.front()));
        return true;
    }
    // A changeset is carried out as a whole: a refusal among answers that went well says neither.
    if (answers.size() != step.requests.size() || (refusals != 0 && refusals != answers.size())) return false;
    const auto numbers = numbers_of(inner->parts, answers);
    if (!numbers) return false;
    const std::size_t first = made.size();
    made.insert(made.end(), answers.size(), Result<net::HttpResponse>(net::HttpResponse{}));
    for (std::size_t i = 0; i < answers.size(); ++i)
        made[first + (numbers->empty() ? i : (*numbers)[i])] = std::move(answers[i]);
    return true;
}

Error for_one(Error error, bool writes) {
    if (!writes && error.kind == ErrorKind::unknown_outcome) error.kind = ErrorKind::transient;
    return error;
}

}  // namespace tieline::connectors::odata
