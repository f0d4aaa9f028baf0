#pragma once
// For tests alone: writes down what was carried out against which kind of peer, so that the matrix of connectors
// (docs/connectors/matrix.md, made by tools/connector_matrix) claims nothing that did not run. Without
// TIELINE_EVIDENCE, the folder for it, nothing is written.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace tieline::connectors {

class Evidence {
public:
    /// `what`: a kind of command, or "read <what is read>". `with`: "fake", "mock_server", "definition", "real" or
    /// "simulation". What an earlier run showed no longer counts from here on.
    Evidence(const std::string& system, const std::string& what, const std::string& with) {
        const char* folder = std::getenv("TIELINE_EVIDENCE");
        if (folder == nullptr || *folder == '\0') return;
        file_ = std::filesystem::path(folder) / system / with / what;
        std::error_code ignored;
        std::filesystem::create_directories(file_.parent_path(), ignored);
        std::filesystem::remove(file_, ignored);
    }
    /// It was carried out and everything about it held.
    void holds() const {
        if (!file_.empty()) std::ofstream(file_) << "1\n";
    }

private:
    std::filesystem::path file_;
};

}  // namespace tieline::connectors
