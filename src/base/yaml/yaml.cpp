#include "base/yaml/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <unordered_set>

namespace tieline::base {
namespace {

/// Stops yaml-cpp in the middle of a document; never leaves this file.
struct Refused : std::exception {
    Error error;
    explicit Refused(Error e) : error(std::move(e)) {}
    const char* what() const noexcept override { return "refused"; }
};

YamlPlace place_of(const YAML::Mark& mark) { return YamlPlace{mark.line + 1, mark.column + 1}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// RFC 8259 section 6.
bool is_json_number(std::string_view text) {
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t from = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        return at > from;
    };
    if (at < text.size() && text[at] == '-') ++at;
    const std::size_t first = at;
    if (!digits()) return false;
    if (text[first] == '0' && at > first + 1) return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (!digits()) return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (!digits()) return false;
    }
    return at == text.size();
}

/// Takes yaml-cpp's events and builds the tree, within the limits.
class Builder final : public YAML::EventHandler {
public:
    Builder(std::string_view file_name, const YamlLimits& limits) : file_name_(file_name), limits_(limits) {}

    Json take_root() { return std::move(root_); }
    YamlPlaces take_places() { return std::move(places_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (documents_++ > 0) refuse(mark, "a second document (---) starts here; one file holds one", "yaml_syntax");
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
        if (wants_key()) refuse(mark, "a key is missing or is 'null' here; write it in quotes", "yaml_syntax");
        add(mark, Json());
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_alias(mark); }
    void OnAnchor(const YAML::Mark& mark, const std::string&) override { refuse_alias(mark); }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
        if (tag != "?" && tag != "!") refuse_tag(mark);
        if (!is_utf8(value) || value.find('\0') != std::string::npos) {
            refuse(mark, "an escape here gives a character that no system can store (NUL or half a pair)", "yaml_utf8");
        }
        if (wants_key()) return take_key(mark, value);
        if (tag == "!") return add(mark, Json(value));
        if (value == "true" || value == "false") return add(mark, Json(value == "true"));
        if (is_json_number(value)) return add(mark, Json::number(value));
        add(mark, Json(value));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, Json::array());
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, Json::object());
    }
    void OnMapEnd() override { close(); }

private:
    struct Frame {
        Json value;
        YamlPlaces places;
        bool has_key = false;
        std::string key;
        YamlPlace key_place;
        std::unordered_set<std::string> keys{};
    };

    [[noreturn]] void refuse(const YAML::Mark& mark, std::string_view why, const char* code) const {
        throw Refused(make_error(ErrorKind::invalid, place_text(file_name_, place_of(mark)) + std::string(why), code));
    }
    [[noreturn]] void refuse_alias(const YAML::Mark& mark) const {
        refuse(mark, "anchors and aliases (& and *) are not allowed; write the value out, or put it in quotes",
               "yaml_alias");
    }
    [[noreturn]] void refuse_tag(const YAML::Mark& mark) const {
        refuse(mark, "tags (!name) are not allowed; leave it away, or put the value in quotes", "yaml_syntax");
    }

    bool wants_key() const { return !stack_.empty() && stack_.back().value.is_object() && !stack_.back().has_key; }

    void take_key(const YAML::Mark& mark, const std::string& key) {
        Frame& frame = stack_.back();
        if (!frame.keys.insert(key).second) {
            refuse(mark, "the key '" + key.substr(0, 60) + "' stands here a second time; remove one of the two",
                   "yaml_duplicate_key");
        }
        frame.key = key;
        frame.key_place = place_of(mark);
        frame.has_key = true;
    }

    void open(const YAML::Mark& mark, const std::string& tag, Json empty) {
        if (tag != "?" && tag != "!") refuse_tag(mark);
        if (wants_key()) refuse(mark, "a key must be a plain text, not a list or a table", "yaml_syntax");
        if (stack_.size() >= limits_.depth_max) {
            refuse(mark, "nested deeper than " + std::to_string(limits_.depth_max) + " levels", "yaml_size");
        }
        count(mark);
        Frame frame{std::move(empty), YamlPlaces{place_of(mark), place_of(mark), {}}, false, {}, {}};
        stack_.push_back(std::move(frame));
    }
    void close() {
        Frame frame = std::move(stack_.back());
        stack_.pop_back();
        attach(std::move(frame.value), std::move(frame.places));
    }
    void add(const YAML::Mark& mark, Json value) {
        count(mark);
        attach(std::move(value), YamlPlaces{place_of(mark), place_of(mark), {}});
    }
    void count(const YAML::Mark& mark) {
        if (++nodes_ > limits_.nodes_max) {
            refuse(mark, "more than " + std::to_string(limits_.nodes_max) + " values in one file", "yaml_size");
        }
    }
    void attach(Json value, YamlPlaces places) {
        if (stack_.empty()) {
            root_ = std::move(value);
            places_ = std::move(places);
            return;
        }
        Frame& parent = stack_.back();
        if (parent.value.is_object()) {
            places.key = parent.key_place;
            parent.value.members().emplace_back(std::move(parent.key), std::move(value));
            parent.has_key = false;
        } else {
            parent.value.push_back(std::move(value));
        }
        parent.places.children.push_back(std::move(places));
    }

    std::string_view file_name_;
    YamlLimits limits_;
    std::vector<Frame> stack_;
    Json root_;
    YamlPlaces places_;
    std::size_t nodes_ = 0;
    int documents_ = 0;
};

/// YAML forbids tabs as indentation, and yaml-cpp's words about them help nobody.
std::optional<YamlPlace> indenting_tab(std::string_view text) {
    int line = 1;
    for (std::size_t start = 0; start < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view row = text.substr(start, end - start);
        const std::size_t word = std::min(row.find_first_not_of(" \t\r"), row.size());
        const std::size_t tab = row.find('\t');
        if (word < row.size() && tab < word) return YamlPlace{line, static_cast<int>(tab) + 1};
        start = end + 1;
    }
    return std::nullopt;
}

std::optional<Error> unfit_bytes(std::string_view text, std::string_view file_name, const YamlLimits& limits) {
    const std::string file = place_text(file_name, {});
    if (text.size() > limits.bytes_max) {
        return make_error(ErrorKind::invalid,
                          file + "the file has " + std::to_string(text.size()) + " bytes; at most " +
                              std::to_string(limits.bytes_max) + " are read. Split it",
                          "yaml_size");
    }
    if (!is_utf8(text) || text.find('\0') != std::string_view::npos) {
        return make_error(ErrorKind::invalid, file + "the file is no UTF-8 text; save it with encoding UTF-8",
                          "yaml_utf8");
    }
    if (const auto tab = indenting_tab(text)) {
        return make_error(ErrorKind::invalid,
                          place_text(file_name, *tab) + "a tab stands in the indentation; use blanks instead",
                          "yaml_tab");
    }
    return std::nullopt;
}

/// The child of a value named by one part of a pointer; its position, or npos.
std::size_t child_index(const Json& value, const std::string& part) {
    if (value.is_object()) {
        for (std::size_t i = 0; i < value.members().size(); ++i) {
            if (value.members()[i].first == part) return i;
        }
    } else if (value.is_array() && !part.empty() && part.size() < 10 &&
               std::all_of(part.begin(), part.end(), is_digit)) {
        const std::size_t index = std::stoul(part);
        if (index < value.items().size()) return index;
    }
    return std::string::npos;
}

std::string unescape(std::string_view part) {
    std::string out;
    for (std::size_t i = 0; i < part.size(); ++i) {
        const bool escape = part[i] == '~' && i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1');
        out += escape ? (part[++i] == '0' ? '~' : '/') : part[i];
    }
    return out;
}

}  // namespace

YamlPlace Yaml::place(std::string_view pointer) const {
    const Json* value = &root;
    const YamlPlaces* at = &places;
    while (!pointer.empty() && pointer.front() == '/') {
        const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
        const std::size_t index = child_index(*value, unescape(pointer.substr(1, end - 1)));
        if (index == std::string::npos || index >= at->children.size()) break;
        at = &at->children[index];
        value = value->is_object() ? &value->members()[index].second : &value->items()[index];
        pointer.remove_prefix(end);
    }
    return at->key;
}

Error Yaml::error_at(std::string_view pointer, std::string_view message, std::string_view code) const {
    return make_error(ErrorKind::invalid, place_text(file_name, place(pointer)) + std::string(message),
                      std::string(code), std::string(pointer));
}

std::string place_text(std::string_view file_name, YamlPlace place) {
    std::string out(file_name);
    if (place.line > 0) out += ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
    return out + ": ";
}

Result<Yaml> parse_yaml(std::string_view text, std::string_view file_name, const YamlLimits& limits) {
    if (auto unfit = unfit_bytes(text, file_name, limits)) return *unfit;
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        Builder builder(file_name, limits);
        while (parser.HandleNextDocument(builder)) {
        }
        return Yaml{std::string(file_name), builder.take_root(), builder.take_places()};
    } catch (const Refused& refused) {
        return refused.error;
    } catch (const YAML::Exception& problem) {
        const YamlPlace place = problem.mark.is_null() ? YamlPlace{} : place_of(problem.mark);
        return make_error(ErrorKind::invalid,
                          place_text(file_name, place) + "this is no YAML: " + problem.msg +
                              ". Look at this line and the one before it: indentation, a blank after ':', quotes",
                          "yaml_syntax");
    } catch (const std::exception& problem) {
        return make_error(ErrorKind::invalid,
                          place_text(file_name, {}) + "the file cannot be read as YAML: " + problem.what(),
                          "yaml_syntax");
    }
}

Result<Json> yaml_to_json(std::string_view text, std::string_view file_name) {
    TIELINE_TRY(Yaml yaml, parse_yaml(text, file_name));
    return std::move(yaml.root);
}

}  // namespace tieline::base
