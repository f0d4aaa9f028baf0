#include "app/new_connector.h"

#include "app/config.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

namespace tieline::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_bytes_max = 1 << 20;
constexpr std::size_t name_most = 31;

/// Skeleton → where it goes; @name@ is the connector's name.
const std::vector<std::pair<std::string, std::string>> skeleton = {
    {"connector_README.md.in", "src/connectors/@name@/README.md"},
    {"CMakeLists.txt.in", "src/connectors/@name@/CMakeLists.txt"},
    {"spec.h.in", "src/connectors/@name@/spec.h"},
    {"spec.cpp.in", "src/connectors/@name@/spec.cpp"},
    {"connector.h.in", "src/connectors/@name@/@name@.h"},
    {"connector.cpp.in", "src/connectors/@name@/@name@.cpp"},
    {"connector_test.cpp.in", "src/connectors/@name@/@name@_test.cpp"},
    {"map.yaml.in", "src/connectors/@name@/map.yaml"},
    {"metadata.yaml.in", "src/connectors/@name@/metadata.yaml"},
    {"fake.h.in", "src/connectors/@name@/fake.h"},
    {"fake.cpp.in", "src/connectors/@name@/fake.cpp"},
    {"done.peer.json.in", "src/connectors/@name@/testdata/done.peer.json"},
    {"done.canonical.json.in", "src/connectors/@name@/testdata/done.canonical.json"},
    {"under_test.cpp.in", "tests/contract/@name@_under_test.cpp"},
};

/// A line that is added to a file of the tree, before a place that must be there.
struct Registration {
    const char* file;
    const char* before;
    const char* text;
};
const std::vector<Registration> registrations = {
    {"src/connectors/CMakeLists.txt", ")\n  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${system}", " @name@"},
    {"src/app/catalog.cpp", "#include \"flows/accrual.h\"", "#include \"connectors/@name@/spec.h\"\n"},
    {"src/app/catalog.cpp", "    };\n    return all;", "        &connectors::@name@::spec(),\n"},
    {"src/app/CMakeLists.txt", "tieline_flows tieline_conditions", "tieline_connectors_@name@\n    "},
    {"tests/contract/connector_catalog.cpp", "    return all;", "    all.push_back(@name@_under_test());\n"},
    {"tests/contract/connector_catalog.h", "\n}  // namespace tieline::contract",
     "ConnectorUnderTest @name@_under_test();\n"},
    {"tests/contract/connectors.cmake", "tieline_test(connector_contract",
     "list(APPEND under_test_sources @name@_under_test.cpp)\n"
     "list(APPEND under_test_libraries tieline_connectors_@name@_fake)\n"},
};

std::string filled(std::string text, const std::string& name) {
    std::string type;
    bool is_first = true;
    for (const char c : name) {
        if (c != '_') type += is_first && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        is_first = c == '_';
    }
    for (const auto& [mark, value] : {std::pair<std::string, std::string>{"@name@", name}, {"@Name@", type}}) {
        for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
            text.replace(at, mark.size(), value);
    }
    return text;
}

bool is_good_name(const std::string& name) {
    return name.size() >= 2 && name.size() <= name_most && name[0] >= 'a' && name[0] <= 'z' &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

using Files = std::vector<std::pair<std::string, std::string>>;  ///< path → content

Result<Files> new_files(const std::string& name, const fs::path& source) {
    Files files;
    for (const auto& [from, to] : skeleton) {
        const Result<std::string> text = read_file((source / "templates/connector" / from).string(), file_bytes_max);
        if (!text) {
            return make_error(ErrorKind::not_found,
                              source.string() + " is no source tree of Tieline: templates/connector/" + from +
                                  " cannot be read. Run this at its top, or name it by --source",
                              "no_source");
        }
        files.emplace_back(filled(to, name), filled(*text, name));
        if (fs::exists(source / files.back().first)) {
            return make_error(ErrorKind::conflict, files.back().first + " is there already; choose another name",
                              "exists");
        }
    }
    return files;
}

Result<void> register_in(Files& files, const std::string& name, const fs::path& source) {
    for (const Registration& one : registrations) {
        auto file = std::find_if(files.begin(), files.end(), [&](const auto& each) { return each.first == one.file; });
        if (file == files.end()) {
            TIELINE_TRY(std::string text, read_file((source / one.file).string(), file_bytes_max));
            file = files.insert(files.end(), {one.file, std::move(text)});
        }
        const std::size_t at = file->second.find(one.before);
        if (at == std::string::npos) {
            return make_error(ErrorKind::conflict,
                              std::string(one.file) + " has changed: the place to add the connector is not found (\"" +
                                  one.before + "\"). Add it by hand, see src/connectors/README.md",
                              "no_place");
        }
        file->second.insert(at, filled(one.text, name));
    }
    return {};
}

}  // namespace

Result<std::vector<std::string>> new_connector(const std::string& name, const std::string& source) {
    if (!is_good_name(name)) {
        return make_error(ErrorKind::invalid,
                          "'" + name + "' is no name for a connector; take 2 to 31 of a-z, 0-9 and _, a letter first",
                          "bad_name");
    }
    TIELINE_TRY(Files files, new_files(name, source));
    TIELINE_TRY_VOID(register_in(files, name, source));
    std::vector<std::string> written;
    for (const auto& [path, text] : files) {
        const fs::path target = fs::path(source) / path;
        std::error_code problem;
        fs::create_directories(target.parent_path(), problem);
        std::ofstream stream(target, std::ios::binary | std::ios::trunc);
        stream << text;
        if (!stream.flush()) return make_error(ErrorKind::invalid, target.string() + " cannot be written", "no_file");
        written.push_back(path);
    }
    return written;
}

}  // namespace tieline::app
