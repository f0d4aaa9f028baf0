#include "sim/matrix.h"

namespace tieline::sim {

const char* to_string(Step step) {
    switch (step) {
        case Step::ingest:
            return "ingest";
        case Step::decide:
            return "decide";
        case Step::claim:
            return "claim";
        case Step::settle:
            return "settle";
        case Step::pull:
            return "pull";
        case Step::hint:
            return "hint";
        case Step::person:
            return "person";
        case Step::project:
            return "project";
        case Step::push:
            return "push";
        case Step::find:
            return "find";
        case Step::follow:
            return "follow";
        case Step::fetch:
            return "fetch";
    }
    return "?";
}

const char* to_string(Fault fault) {
    switch (fault) {
        case Fault::crash_before:
            return "crash before commit";
        case Fault::crash_torn:
            return "crash in commit";
        case Fault::crash_unsynced:
            return "crash before sync";
        case Fault::crash_after:
            return "crash after commit";
        case Fault::disk_error:
            return "disk error";
        case Fault::request_lost:
            return "request lost";
        case Fault::request_late:
            return "request late";
        case Fault::reply_lost:
            return "reply lost";
        case Fault::error_before:
            return "500 before";
        case Fault::error_after:
            return "500 after";
        case Fault::throttled:
            return "429";
        case Fault::peer_away:
            return "peer away";
        case Fault::repeated:
            return "repeated";
    }
    return "?";
}

bool applies(Step step, Fault fault) {
    const bool commit_fault = fault == Fault::crash_before || fault == Fault::crash_torn ||
                              fault == Fault::crash_unsynced || fault == Fault::crash_after ||
                              fault == Fault::disk_error;
    const bool message = step == Step::push || step == Step::find || step == Step::follow || step == Step::fetch;
    if (commit_fault) return !message;
    if (fault == Fault::repeated) return step == Step::ingest || step == Step::hint;
    // A page is asked for by a message and stored by a commit: both can go wrong. 500 after the work is the same as
    // before it for a question, which changes nothing.
    if (fault == Fault::error_after) return step == Step::push;
    return message || step == Step::pull;
}

void Matrix::add(const Matrix& other) {
    for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i] += other.cells_[i];
}

std::uint64_t Matrix::total() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t cell : cells_) sum += cell;
    return sum;
}

std::string Matrix::table() const {
    std::string out = "| step |";
    std::string rule = "|---|";
    for (int f = 0; f < fault_count; ++f) {
        out += " " + std::string(to_string(static_cast<Fault>(f))) + " |";
        rule += "---|";
    }
    out += "\n" + rule + "\n";
    for (int s = 0; s < step_count; ++s) {
        const Step step = static_cast<Step>(s);
        out += "| " + std::string(to_string(step)) + " |";
        for (int f = 0; f < fault_count; ++f) {
            const Fault fault = static_cast<Fault>(f);
            out += applies(step, fault) ? " " + std::to_string(at(step, fault)) + " |" : " · |";
        }
        out += "\n";
    }
    return out;
}

std::string Matrix::empty_cells() const {
    std::string out;
    for (int s = 0; s < step_count; ++s) {
        for (int f = 0; f < fault_count; ++f) {
            const Step step = static_cast<Step>(s);
            const Fault fault = static_cast<Fault>(f);
            if (!applies(step, fault) || at(step, fault) > 0) continue;
            out += (out.empty() ? "" : ", ") + std::string(to_string(step)) + " × " + to_string(fault);
        }
    }
    return out;
}

}  // namespace tieline::sim
