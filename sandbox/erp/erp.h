#pragma once
// The sandbox ERP: a small but strict outside system. Synchronous, one thread, no clock of its own: a process wraps it
// in an HTTP server (erp_process.h), the simulator calls it directly. It knows nothing of the hub.

#include "net/http.h"
#include "sandbox/erp/faults.h"

#include <memory>
#include <string>
#include <vector>

namespace tieline::sandbox::erp {

struct ErpOptions {
    std::string token = "sandbox";    ///< bearer token that requests must carry
    std::string admin_token;          ///< for /admin; empty: the same
    std::vector<std::string> rights;  ///< empty: all of all_rights()
    bool demo = false;                ///< seeds the demo plant when no company exists yet
};
const std::vector<std::string>& all_rights();

/// Marks of a response with status 0: what the process does to the connection instead of answering. The value of
/// `drop_header` is "before" or "after" (the work was committed), that of `refuse_header` for how many ms nobody
/// listens. `delay_header` stands on any response: it is to be given so many ms late.
inline constexpr std::string_view drop_header = "x-sandbox-drop";
inline constexpr std::string_view refuse_header = "x-sandbox-refuse";
inline constexpr std::string_view delay_header = "x-sandbox-delay-ms";

class Erp {
public:
    /// `path` of the database file, or ":memory:". Check ready() before use.
    explicit Erp(const std::string& path, ErpOptions options = {});
    ~Erp();
    Erp(const Erp&) = delete;
    Erp& operator=(const Erp&) = delete;

    /// False when the database cannot be used; `why()` says so.
    bool ready() const;
    const std::string& why() const;

    net::HttpResponse handle(const net::HttpRequest& request, WallTime now);
    /// As POST /admin/faults, for the simulator.
    void set_faults(std::uint64_t seed, std::vector<FaultRule> rules);

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace tieline::sandbox::erp
