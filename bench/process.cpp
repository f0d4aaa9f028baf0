#include "bench/process.h"

#include "bench/http_bytes.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

namespace tieline::bench {
namespace {

std::string proc(pid_t pid, const char* file) { return "/proc/" + std::to_string(pid) + "/" + file; }

/// Sends the request and reads one answer; empty when anything goes wrong or 10 s pass.
std::string talk(std::uint16_t port, const std::string& request) {
    const int fd = connect_to_loopback(port);
    if (fd < 0) return {};
    OutBuffer out;
    InBuffer in;
    std::string answer;
    const Nanos limit = now_ns() + 10 * second;
    bool good = out.send(fd, request);
    while (good && now_ns() < limit) {
        pollfd ready{fd, static_cast<short>(out.empty() ? POLLIN : POLLIN | POLLOUT), 0};
        ::poll(&ready, 1, 100);
        if ((ready.revents & POLLOUT) != 0) good = out.flush(fd);
        if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) != 0) good = good && in.fill(fd);
        const Message message = cut_message(in.view());
        if (message.size == 0) continue;
        answer = std::string(message.first_line.substr(9, 3)) + std::string(message.body);
        break;
    }
    ::close(fd);
    return answer;
}

std::string head_of(const std::string& method, const std::string& path, const std::string& token) {
    std::string head = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    if (!token.empty()) head += "Authorization: Bearer " + token + "\r\n";
    return head;
}

}  // namespace

void Process::start(const std::vector<std::string>& words, const std::string& log) {
    kill_now();
    std::vector<std::string> copy = words;
    std::vector<char*> arguments;
    for (std::string& word : copy) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int out = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (out < 0) give_up("cannot write " + log);
    pid_ = ::fork();
    if (pid_ < 0) give_up("cannot start a process");
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing is left running when the bench gives up
        ::dup2(out, STDOUT_FILENO);
        ::dup2(out, STDERR_FILENO);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(out);
}

void Process::kill_now() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

bool Process::stop(Nanos limit) {
    if (pid_ <= 0) return true;
    ::kill(pid_, SIGTERM);
    const Nanos end = now_ns() + limit;
    int status = 0;
    while (now_ns() < end) {
        if (::waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            return WIFEXITED(status) && WEXITSTATUS(status) == 0;
        }
        ::poll(nullptr, 0, 5);
    }
    kill_now();
    return false;
}

bool Process::running() {
    if (pid_ <= 0) return false;
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
}

std::int64_t Process::status(const char* name) const {
    std::ifstream file(proc(pid_, "status"));
    for (std::string line; std::getline(file, line);) {
        if (line.rfind(name, 0) == 0) return std::atoll(line.c_str() + std::strlen(name));
    }
    return 0;
}

Nanos Process::processor_ns() const {
    std::ifstream file(proc(pid_, "stat"));
    std::string line;
    std::getline(file, line);
    const std::size_t after_name = line.rfind(')');
    if (after_name == std::string::npos) return 0;
    std::istringstream fields(line.substr(after_name + 2));
    std::string word;
    // After the name come the state and ten numbers, then user and system time in ticks.
    for (int i = 0; i < 11; ++i) fields >> word;
    std::int64_t user = 0, system = 0;
    fields >> user >> system;
    return (user + system) * (second / ::sysconf(_SC_CLK_TCK));
}

void Process::forget_peak() { std::ofstream(proc(pid_, "clear_refs")) << "5"; }

std::string fetch(std::uint16_t port, const std::string& path, const std::string& token) {
    const std::string answer = talk(port, head_of("GET", path, token) + "\r\n");
    return answer.rfind("200", 0) == 0 ? answer.substr(3) : std::string();
}

std::string post(std::uint16_t port, const std::string& path, const std::string& token, const std::string& body) {
    const std::string answer = talk(port, head_of("POST", path, token) + "Content-Type: application/json\r\n" +
                                              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    if (answer.rfind("2", 0) != 0) give_up("POST " + path + " was answered: " + answer);
    return answer.substr(3);
}

}  // namespace tieline::bench
