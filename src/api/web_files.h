#pragma once
// The console's and the technician app's files, compiled into the program. For this room only.

#include "net/http.h"

#include <span>
#include <string>
#include <string_view>

namespace tieline::api {

/// One file as it is served. The bytes live as long as the program.
struct WebFile {
    std::string_view path;                 ///< "/assets/console-Dk3.js", "/index.html"
    std::string_view type;                 ///< Content-Type
    std::string_view etag;                 ///< with its quotes; of the plain bytes
    bool immutable;                        ///< its name holds a hash of its content
    std::string_view plain, gzip, brotli;  ///< gzip and brotli are empty where they save nothing
};

/// Ordered by path; empty where the program was built without node (cmake/web.cmake).
std::span<const WebFile> web_files();

/// The answer to a GET for a page or one of its files; status 404 for what is none. A path without a dot that asks for
/// HTML is a place within the console, or below /tech within the technician app, and gets that page. `folder`: where
/// the files lie instead of in the program ("" = in the program), for development.
net::HttpResponse web_reply(const net::HttpRequest& request, std::string_view path, const std::string& folder);

}  // namespace tieline::api
