#include "app/args.h"
#include "app/cli.h"
#include "app/config.h"
#include "app/import_rows.h"
#include "base/yaml/yaml.h"
#include "net/http_client.h"

#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace tieline::app {
namespace {

constexpr std::size_t file_bytes_max = 512 << 20;
constexpr std::size_t batch_rows = 200;

constexpr const char* help =
    R"(usage: tieline import work-orders FILE.csv --map MAP.yaml [--complete] [--set NAME=VALUE,…] [--cmms URL]
                                  [--token-file FILE] [--report FILE] [--dry-run] [--json]

Reads work orders from a CSV file into the CMMS. The header row names the columns; the map says what becomes of them
(templates/import/excavators.yaml is an example). Refused rows are reported with line and reason, the others go on.
Run it again as often as you like: a work order that is there already is left alone.

  --map MAP.yaml      field map with a table 'work_order', and 'asset' where assets are to be made as well
  --complete          the work orders are finished: the map sees $settings.complete = true
  --set NAME=VALUE,…  what the map reaches as $settings.NAME
  --cmms URL          the CMMS (default: http://127.0.0.1:8421, as 'tieline up' starts it)
  --token-file FILE   its token (default: var/up/secrets/cmms.token, else the environment's SANDBOX_CMMS_TOKEN)
  --report FILE       writes the refused rows as CSV: line, work order, code, reason
  --dry-run           only map, send nothing
  --json              totals for machines
)";

struct Totals {
    std::size_t read = 0, created = 0, present = 0, refused = 0;
};

/// The CMMS at the other end.
class Target {
public:
    Target(std::string url, std::string token) : url_(std::move(url)), token_(std::move(token)) {}
    Result<net::HttpResponse> send(const char* method, const std::string& path, const Json& body) {
        net::HttpRequest request;
        request.method = method;
        request.url = url_ + path;
        request.headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + token_}};
        request.body = body.dump();
        request.timeout = Millis(60'000);
        Result<net::HttpResponse> answer = client_->send_and_wait(std::move(request));
        if (answer && answer->status == 401) {
            return make_error(ErrorKind::unauthorized,
                              "The CMMS at " + url_ + " refuses the token. Check --token-file.", "unauthorized");
        }
        return answer;
    }

private:
    std::string url_, token_;
    std::unique_ptr<net::HttpClient> client_ = net::make_http_client();
};

Error refused_by_cmms(const net::HttpResponse& answer) {
    const Result<Json> problem = Json::parse(answer.body);
    return make_error(ErrorKind::invalid,
                      "The CMMS answers " + std::to_string(answer.status) + ": " +
                          (problem ? problem->text_or("message", answer.body) : answer.body.substr(0, 300)),
                      "cmms_refused");
}

Result<void> put_assets(Target& cmms, const std::vector<Json>& assets) {
    for (Json asset : assets) {
        const std::string number = asset.text_or("assetnum");
        asset.erase("assetnum");
        TIELINE_TRY(const net::HttpResponse answer, cmms.send("PUT", "/api/assets/" + net::url_encode(number), asset));
        if (answer.status >= 300) return refused_by_cmms(answer);
    }
    return {};
}

void take_result(const Json& result, const ImportRow& row, Totals& totals, std::vector<RowMistake>& refused) {
    const Json* problem = result.find("problem");
    if (problem == nullptr) {
        ++totals.created;
        return;
    }
    if (problem->text_or("code") == "already_exists") {
        ++totals.present;
        return;
    }
    refused.push_back({row.line, row.body.text_or("wonum"), problem->text_or("code"),
                       problem->text_or("field") + ": " + problem->text_or("message")});
}

/// Sends one batch; the same batch may be sent again, since each row carries its number.
Result<void> send_batch(Target& cmms, const std::vector<ImportRow>& rows, std::size_t from, Totals& totals,
                        std::vector<RowMistake>& refused) {
    const std::size_t to = std::min(from + batch_rows, rows.size());
    Json items = Json::array();
    for (std::size_t index = from; index < to; ++index) items.push_back(rows[index].body);
    TIELINE_TRY(const net::HttpResponse answer,
                cmms.send("POST", "/api/workorders:batch", Json::object({{"items", std::move(items)}})));
    if (answer.status >= 300) return refused_by_cmms(answer);
    TIELINE_TRY(const Json body, Json::parse(answer.body, JsonLimits{16 << 20, 64, 2'000'000}));
    const Json* results = body.find("results");
    if (results == nullptr || !results->is_array()) return refused_by_cmms(answer);
    for (const Json& result : results->items()) {
        const std::size_t index = from + static_cast<std::size_t>(result.int_or("index", 0));
        if (index < to) take_result(result, rows[index], totals, refused);
    }
    return {};
}

void show_progress(std::size_t done, std::size_t all) {
    if (isatty(STDERR_FILENO) == 0 || all == 0) return;
    constexpr std::size_t width = 40;
    std::string bar(width * done / all, '#');
    bar.resize(width, '.');
    std::fprintf(stderr, "\r[%s] %zu/%zu%s", bar.c_str(), done, all, done == all ? "\n" : "");
}

Result<void> write_report(const std::string& file, const std::vector<RowMistake>& refused) {
    const auto quoted = [](const std::string& text) {
        std::string out = "\"";
        for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
        return out + "\"";
    };
    std::ofstream report(file);
    report << "line,work_order,code,reason\n";
    for (const RowMistake& one : refused) {
        report << one.line << "," << quoted(one.object) << "," << quoted(one.code) << "," << quoted(one.reason) << "\n";
    }
    report.flush();
    if (report) return {};
    return make_error(ErrorKind::invalid, file + " cannot be written. Check folder and free space.", "no_file");
}

Result<Json> settings_of(const Args& args) {
    Json settings = Json::object({{"complete", args.has("complete") ? "true" : "false"}});
    std::string rest = args.value("set");
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        const std::string pair = rest.substr(0, comma);
        rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
        const std::size_t equals = pair.find('=');
        if (equals == std::string::npos) {
            return make_error(ErrorKind::invalid, "--set wants NAME=VALUE, not '" + pair + "'.", "usage");
        }
        settings.set(pair.substr(0, equals), pair.substr(equals + 1));
    }
    return settings;
}

Result<std::string> token_of(const Args& args) {
    std::string file = args.value("token-file");
    if (file.empty() && access("var/up/secrets/cmms.token", R_OK) == 0) file = "var/up/secrets/cmms.token";
    if (file.empty()) {
        const char* token = std::getenv("SANDBOX_CMMS_TOKEN");
        return std::string(token ? token : "");
    }
    TIELINE_TRY(std::string token, read_file(file, 1 << 12));
    while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
    return token;
}

Result<Totals> import(const Args& args, std::vector<RowMistake>& refused) {
    const std::string& file = args.positional()[1];
    TIELINE_TRY(const std::string csv, read_file(file, file_bytes_max));
    TIELINE_TRY(const std::string map_text, read_file(args.value("map"), 1 << 20));
    TIELINE_TRY(const connectors::FieldMap map, connectors::FieldMap::compile(map_text, args.value("map")));
    TIELINE_TRY(const Json settings, settings_of(args));
    TIELINE_TRY(ImportRows rows, read_import(csv, map, settings));
    refused = std::move(rows.refused);
    Totals totals;
    totals.read = rows.lines_read;
    if (!args.has("dry-run")) {
        TIELINE_TRY(std::string token, token_of(args));
        Target cmms(args.value("cmms", "http://127.0.0.1:8421"), std::move(token));
        TIELINE_TRY_VOID(put_assets(cmms, rows.assets));
        for (std::size_t from = 0; from < rows.rows.size(); from += batch_rows) {
            TIELINE_TRY_VOID(send_batch(cmms, rows.rows, from, totals, refused));
            show_progress(std::min(from + batch_rows, rows.rows.size()), rows.rows.size());
        }
    }
    totals.refused = refused.size();
    return totals;
}

}  // namespace

int import_command(const std::vector<std::string>& args) {
    const Started started =
        start_command(args, help, {"map", "set", "cmms", "token-file", "report"}, {"complete", "dry-run", "json"}, 2);
    if (started.exit_code >= 0) return started.exit_code;
    const std::vector<std::string>& words = started.args.positional();
    if (words.size() != 2 || words[0] != "work-orders" || !started.args.has("map")) {
        std::fputs(help, stderr);
        return exit_usage;
    }
    std::vector<RowMistake> refused;
    const Result<Totals> totals = import(started.args, refused);
    if (!totals) return fail(totals.error());
    std::sort(refused.begin(), refused.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
    if (started.args.has("report")) {
        if (const Result<void> wrote = write_report(started.args.value("report"), refused); !wrote) {
            return fail(wrote.error());
        }
    }
    if (started.args.has("json")) {
        std::printf("{\"read\":%zu,\"created\":%zu,\"present\":%zu,\"refused\":%zu}\n", totals->read, totals->created,
                    totals->present, totals->refused);
        return exit_ok;
    }
    constexpr std::size_t shown_max = 20;
    for (std::size_t index = 0; index < std::min(refused.size(), shown_max); ++index) {
        std::printf("line %zu: %s (%s)\n", refused[index].line, refused[index].reason.c_str(),
                    refused[index].code.c_str());
    }
    if (refused.size() > shown_max)
        std::printf("… and %zu more; --report FILE lists all\n", refused.size() - shown_max);
    std::printf("%zu rows read: %zu created, %zu there already, %zu refused\n", totals->read, totals->created,
                totals->present, totals->refused);
    return exit_ok;
}

}  // namespace tieline::app
