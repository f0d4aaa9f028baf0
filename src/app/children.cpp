#include "app/children.h"

#include "app/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>

namespace tieline::app {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

/// In the child, between fork and exec: calls that are safe there.
[[noreturn]] void become(const ChildStart& child, int log, char* const* argv) {
    setpgid(0, 0);  // Ctrl-C reaches the hub, which stops its children in order
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    unblock_signals();
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execv(child.program.c_str(), argv);
    _exit(127);
}

/// What the log says of the address; waits for its first line.
Result<std::string> first_address(const std::string& file, std::uintmax_t from, pid_t pid, const std::string& name) {
    const auto give_up = Steady::now() + std::chrono::seconds(10);
    std::string text;
    while (Steady::now() < give_up) {
        const int log = open(file.c_str(), O_RDONLY | O_CLOEXEC);
        char bytes[4096];
        const ssize_t got = log < 0 ? 0 : pread(log, bytes, sizeof bytes, static_cast<off_t>(from));
        if (log >= 0) close(log);
        text.assign(bytes, got > 0 ? static_cast<std::size_t>(got) : 0);
        const std::size_t at = text.find("http://");
        const std::size_t end = text.find('\n', at == std::string::npos ? 0 : at);
        if (at != std::string::npos && end != std::string::npos) return text.substr(at, end - at);
        int status = 0;
        if (waitpid(pid, &status, WNOHANG) == pid) break;
        poll(nullptr, 0, 10);
    }
    return make_error(ErrorKind::invalid,
                      "The sandbox " + name + " did not start: " + (text.empty() ? "no word" : text), "child_failed");
}

}  // namespace

Children::~Children() { stop(); }

Result<std::string> Children::start(const ChildStart& child) {
    const int log = open(child.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0) {
        return make_error(ErrorKind::invalid, child.log_file + " cannot be written. Check the folder and free space.",
                          "no_log");
    }
    const std::uintmax_t from = fs::file_size(child.log_file);
    // Everything that allocates happens before the fork.
    std::vector<std::string> words{child.program};
    words.insert(words.end(), child.args.begin(), child.args.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    for (const auto& [name, value] : child.environment) setenv(name.c_str(), value.c_str(), 1);
    const pid_t pid = fork();
    if (pid == 0) become(child, log, argv.data());
    close(log);
    for (const auto& variable : child.environment) unsetenv(variable.first.c_str());
    if (pid < 0)
        return make_error(ErrorKind::internal, "No process could be started for " + child.name + ".", "no_fork");
    if (child.prints_address) {
        Result<std::string> address = first_address(child.log_file, from, pid, child.name);
        if (!address) kill(pid, SIGKILL);
        if (!address) return address.error();
        running_[pid] = child.name;
        return address;
    }
    running_[pid] = child.name;
    return std::string();
}

std::vector<std::string> Children::ended() {
    std::vector<std::string> names;
    int status = 0;
    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) {
        const auto found = running_.find(pid);
        if (found == running_.end()) continue;
        names.push_back(found->second + (WIFSIGNALED(status) ? " (signal " + std::to_string(WTERMSIG(status)) + ")"
                                                             : " (exit " + std::to_string(WEXITSTATUS(status)) + ")"));
        running_.erase(found);
    }
    return names;
}

void Children::stop() {
    for (const auto& child : running_) kill(child.first, SIGTERM);
    const auto give_up = Steady::now() + std::chrono::seconds(1);
    while (!running_.empty() && Steady::now() < give_up) {
        ended();
        if (!running_.empty()) poll(nullptr, 0, 5);
    }
    for (const auto& child : running_) {
        kill(child.first, SIGKILL);
        waitpid(child.first, nullptr, 0);
    }
    running_.clear();
}

Result<std::string> find_program(const std::string& name) {
    std::error_code failed;
    const fs::path own = fs::read_symlink("/proc/self/exe", failed).parent_path();
    for (const fs::path& folder : {own, own / "../../sandbox", own / "../sandbox", own / "../bin"}) {
        const fs::path candidate = (folder / name).lexically_normal();
        if (access(candidate.c_str(), X_OK) == 0 && fs::is_regular_file(candidate, failed)) return candidate.string();
    }
    return make_error(
        ErrorKind::not_found,
        "The program " + name + " is not beside this one (" + own.string() + "). Build it: target " + name + ".",
        "no_program");
}

}  // namespace tieline::app
