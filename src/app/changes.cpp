#include "app/changes.h"

#include "app/config.h"

#include <fcntl.h>
#include <unistd.h>
#include <filesystem>

namespace tieline::app {
namespace {

constexpr std::size_t bytes_max = 1 << 20;

std::string file_in(const std::string& data_dir) { return data_dir + "/settings.json"; }

/// The entry of a list whose member says so; null where there is none.
Json* entry(Json& root, const char* list, const char* member, const std::string& name) {
    Json* entries = root.find(list);
    if (entries == nullptr || !entries->is_array()) return nullptr;
    for (Json& one : entries->items()) {
        if (one.is_object() && one.text_or(member) == name) return &one;
    }
    return nullptr;
}

void put_over(Json& table, const char* inner, const Json& values) {
    if (table.find(inner) == nullptr) table.set(inner, Json::object());
    Json* to = table.find(inner);
    if (!to->is_object()) return;
    for (const auto& [name, value] : values.members()) to->set(name, value);
}

}  // namespace

Result<Json> read_changes(const std::string& data_dir) {
    std::error_code failed;
    if (!std::filesystem::exists(file_in(data_dir), failed)) return Json::object();
    TIELINE_TRY(const std::string text, read_file(file_in(data_dir), bytes_max));
    const Result<Json> json = Json::parse(text);
    if (json && json->is_object()) return *json;
    return make_error(ErrorKind::invalid,
                      file_in(data_dir) +
                          " (what was changed in the console) is no JSON object. Restore it, or move it "
                          "away: then tieline.yaml counts alone.",
                      "bad_changes");
}

Result<void> write_changes(const std::string& data_dir, const Json& changes) {
    const std::string path = file_in(data_dir), fresh = path + ".new", text = changes.pretty() + "\n";
    const Error failed =
        make_error(ErrorKind::internal, path + " cannot be written. Check rights and free space.", "no_file");
    const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return failed;
    const bool whole = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
    close(file);
    if (!whole || rename(fresh.c_str(), path.c_str()) != 0) return failed;
    const int folder = open(data_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return failed;
    const bool kept = fsync(folder) == 0;
    close(folder);
    return kept ? Result<void>() : Result<void>(failed);
}

void apply_changes(Json& root, const Json& changes) {
    if (const Json* connectors = changes.find("connectors"); connectors != nullptr && connectors->is_object()) {
        for (const auto& [name, values] : connectors->members()) {
            Json* one = entry(root, "connectors", "name", name);
            if (one != nullptr && values.is_object()) put_over(*one, "settings", values);
        }
    }
    const Json* sites = changes.find("sites");
    if (sites == nullptr || !sites->is_object()) return;
    for (const auto& [id, values] : sites->members()) {
        Json* site = entry(root, "sites", "id", id);
        const Json* thresholds = values.is_object() ? values.find("thresholds") : nullptr;
        if (site == nullptr || thresholds == nullptr) continue;
        Json* flows = site->find("flows");
        Json* budget = flows != nullptr && flows->is_object() ? flows->find("budget") : nullptr;
        if (budget != nullptr && budget->is_object()) budget->set("thresholds", *thresholds);
    }
}

}  // namespace tieline::app
