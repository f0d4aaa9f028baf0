#pragma once
// Talks to a running hub by its API, for the commands that do.

#include "app/args.h"
#include "base/json.h"
#include "net/http_client.h"

#include <memory>
#include <string>

namespace tieline::app {

/// Options of every such command: --url, --token-file, --config, --site, --json.
inline constexpr const char* remote_help =
    R"(
  --url URL           the hub (default: as in the configuration, else http://127.0.0.1:8420)
  --token-file FILE   the hub's token (default: the environment's TIELINE_TOKEN)
  --config FILE       configuration to take the address from (default: tieline.yaml, where present)
  --site ID           which site, where the hub has several
  --json              answer for machines
)";

class Remote {
public:
    static Result<Remote> from(const Args& args);
    /// `path` behind /api/v1/, with its query. A problem becomes an Error with its code and detail.
    Result<Json> get(const std::string& path);
    Result<Json> post(const std::string& path, const Json& body);
    /// All rows of a list: `path` has a query already, `member` is the list in the answer.
    Result<Json::Array> all(const std::string& path, const std::string& member);
    const std::string& url() const { return url_; }

private:
    Result<Json> send(net::HttpRequest request, const std::string& path);

    std::string url_, token_, site_;
    std::unique_ptr<net::HttpClient> client_;
};

}  // namespace tieline::app
