#include "app/up_files.h"

#include "app/config.h"
#include "base/hash.h"
#include "base/random.h"

#include <fcntl.h>
#include <unistd.h>
#include <filesystem>

namespace tieline::app {
namespace {

namespace fs = std::filesystem;

Error cannot_write(const std::string& path) {
    return make_error(ErrorKind::invalid, path + " cannot be written. Check rights and free space.", "no_file");
}

Result<void> write_file(const std::string& path, std::string_view text) {
    const std::string fresh = path + ".new";
    const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return cannot_write(path);
    const bool whole = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
    close(file);
    if (!whole || rename(fresh.c_str(), path.c_str()) != 0) return cannot_write(path);
    return {};
}

std::string random_text() {
    std::string bytes;
    for (int word = 0; word < 4; ++word) bytes += std::to_string(system_random().next()) + ".";
    return hex(sha256(bytes));
}

/// The secret of the file, made when it is missing.
Result<std::string> secret(const std::string& path) {
    if (!fs::exists(path)) TIELINE_TRY_VOID(write_file(path, random_text()));
    return read_file(path, 1 << 12);
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

}  // namespace

Result<UpFolder> open_up_folder(const std::string& folder) {
    UpFolder up;
    std::error_code failed;
    fs::create_directories(fs::path(folder) / "secrets", failed);
    up.folder = fs::absolute(folder, failed).lexically_normal().string();
    if (failed) return cannot_write(folder);
    fs::permissions(fs::path(up.folder) / "secrets", fs::perms::owner_all, failed);
    up.config = up.folder + "/tieline.yaml";
    up.erp_data = up.folder + "/sandbox-erp.db";
    up.cmms_data = up.folder + "/sandbox-cmms.db";
    TIELINE_TRY(up.erp_token, secret(up.folder + "/secrets/erp.token"));
    TIELINE_TRY(up.cmms_token, secret(up.folder + "/secrets/cmms.token"));
    TIELINE_TRY(up.webhook_secret, secret(up.folder + "/secrets/webhook.secret"));
    TIELINE_TRY_VOID(secret(up.folder + "/secrets/hub.token"));
    return up;
}

Result<void> write_up_config(const UpFolder& folder, const UpAddresses& addresses, bool sign_in) {
    TIELINE_TRY_VOID(write_file(folder.folder + "/floor-plan.svg", sandbox_floor_plan()));
    std::string text(sandbox_template());
    replace_all(text, "http://127.0.0.1:8421", addresses.cmms);
    replace_all(text, "http://127.0.0.1:8422", addresses.erp);
    replace_all(text, "    floor_plan:\n", "    floor_plan:\n      picture: floor-plan.svg\n");
    replace_all(text, "plan_horizon_days: 30",
                "plan_horizon_days: 30\n      reads: workorders,transactions,suggestions,inventory,jobs");
    // Programs of this machine use the token; people sign in.
    const std::string port = "port: " + std::to_string(addresses.port);
    replace_all(text, "port: 8420", sign_in ? port + "\n  token: {file: secrets/hub.token}\n\nidentity: {}" : port);
    if (sign_in) {
        replace_all(text, "      labor_rates: {}\n",
                    "      labor_rates: {}\n      # What technicians do on their phones reaches the CMMS.\n      "
                    "technician: {}\n");
    }
    return write_file(folder.config, text);
}

}  // namespace tieline::app
