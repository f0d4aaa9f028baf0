// JSON text to tree. simdjson finds the structure and checks UTF-8; what it lets pass is checked here: the grammar of
// numbers and strings, duplicate keys, depth, counts, and what follows the value.

#include "base/json.h"
#include "base/json_grammar.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <optional>
#include <tuple>

namespace tieline::base {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t keep_bytes_max = 4 << 20;  // a thread keeps no more than this between two texts
constexpr std::size_t depth_hard_max = 1000;     // the walk recurses; simdjson itself stops at 1024
constexpr std::size_t linear_members_max = 16;

// Parser and padded copy of the text, reused by all parsing of a thread.
struct Workspace {
    ondemand::parser parser;
    std::unique_ptr<char[]> buffer;
    std::size_t capacity = 0;

    bool reserve(std::size_t bytes) {
        if (bytes > capacity) {
            const std::size_t wanted = std::max<std::size_t>(std::bit_ceil(bytes), 16 * 1024);
            buffer.reset(new (std::nothrow) char[wanted + simdjson::SIMDJSON_PADDING]);
            capacity = buffer ? wanted : 0;
        }
        if (!buffer) return false;
        return parser.capacity() >= capacity || parser.allocate(capacity) == simdjson::SUCCESS;
    }
    void give_back() {
        if (capacity <= keep_bytes_max) return;
        parser = ondemand::parser();
        buffer.reset();
        capacity = 0;
    }
};

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Walk {
public:
    Walk(const JsonLimits& limits, std::string_view wrapped) : limits_(limits), text_(wrapped) {}

    bool value(ondemand::value value, std::size_t depth, Json& out);
    bool fail(const char* code, const std::string& what, const char* at = nullptr);
    bool fail(simdjson::error_code error, const char* at = nullptr);
    Error take_error() { return std::move(error_); }

private:
    bool object(ondemand::value& value, std::size_t depth, Json& out);
    bool array(ondemand::value& value, std::size_t depth, Json& out);
    bool scalar(std::string_view token, Json& out);
    bool duplicate_free(const Json::Object& members);
    bool is_kept_as_text(std::string_view name) const;
    static bool kept(ondemand::value value, Json& out);
    std::optional<std::string_view> plain_string_at(const char*& at) const;
    bool string_at(const char*& at, std::string& out);
    bool escape_at(const char*& at, std::string& out);
    bool unicode_at(const char*& at, std::string& out);
    bool may_open(std::size_t depth, const char* at);

    const JsonLimits& limits_;
    std::string_view text_;
    std::size_t nodes_ = 0;
    Error error_;
};

bool Walk::fail(const char* code, const std::string& what, const char* at) {
    std::string message = "The JSON text is not acceptable: " + what;
    // One byte of the wrapped text stands before the caller's first byte.
    if (at != nullptr) message += " (byte " + std::to_string(at - text_.data() - 1) + ")";
    message += ". The sender has to correct it.";
    error_ = make_error(ErrorKind::invalid, std::move(message), code);
    return false;
}

bool Walk::fail(simdjson::error_code error, const char* at) {
    switch (error) {
        case simdjson::UTF8_ERROR:
            return fail("json_utf8", "it is not valid UTF-8", at);
        case simdjson::DEPTH_ERROR:
            return fail("json_depth", "it is nested too deeply", at);
        case simdjson::CAPACITY:
            return fail("json_size", "it is too large", at);
        case simdjson::UNCLOSED_STRING:
            return fail("json_syntax", "a string is not closed", at);
        case simdjson::UNESCAPED_CHARS:
            return fail("json_syntax", "a string holds a raw control character", at);
        default:
            return fail("json_syntax", "it does not follow the grammar of JSON", at);
    }
}

bool Walk::value(ondemand::value value, std::size_t depth, Json& out) {
    const std::string_view token = value.raw_json_token();
    if (++nodes_ > limits_.nodes_max) {
        return fail("json_size", "it holds more than " + std::to_string(limits_.nodes_max) + " values", token.data());
    }
    if (token.empty()) return fail("json_syntax", "a value is missing", token.data());
    switch (token.front()) {
        case '{':
            return may_open(depth, token.data()) && object(value, depth + 1, out);
        case '[':
            return may_open(depth, token.data()) && array(value, depth + 1, out);
        default:
            return scalar(token, out);
    }
}

bool Walk::may_open(std::size_t depth, const char* at) {
    if (depth < std::min(limits_.depth_max, depth_hard_max)) return true;
    return fail("json_depth",
                "it is nested deeper than " + std::to_string(std::min(limits_.depth_max, depth_hard_max)) + " levels",
                at);
}

bool Walk::object(ondemand::value& value, std::size_t depth, Json& out) {
    const char* const start = value.raw_json_token().data();
    ondemand::object members;
    if (const auto error = value.get_object().get(members)) return fail(error, start);
    auto& made = out.become_object();
    for (auto next : members) {
        ondemand::field field;
        if (const auto error = std::move(next).get(field)) return fail(error, start);
        if (made.empty()) made.reserve(12);
        const char* key = field.key().raw();
        const std::optional<std::string_view> name = plain_string_at(key);
        auto& member =
            made.emplace_back(std::piecewise_construct, std::forward_as_tuple(name.value_or("")), std::tuple());
        if (!name && !string_at(key, member.first)) return false;
        if (is_kept_as_text(member.first) && kept(field.value(), member.second)) continue;
        if (!this->value(field.value(), depth, member.second)) return false;
    }
    return duplicate_free(made);
}

bool Walk::array(ondemand::value& value, std::size_t depth, Json& out) {
    const char* const start = value.raw_json_token().data();
    ondemand::array items;
    if (const auto error = value.get_array().get(items)) return fail(error, start);
    auto& made = out.become_array();
    for (auto next : items) {
        ondemand::value item;
        if (const auto error = next.get(item)) return fail(error, start);
        if (made.empty()) made.reserve(8);
        if (!this->value(item, depth, made.emplace_back())) return false;
    }
    return true;
}

bool Walk::is_kept_as_text(std::string_view name) const {
    return !limits_.kept_as_text.empty() &&
           std::find(limits_.kept_as_text.begin(), limits_.kept_as_text.end(), name) != limits_.kept_as_text.end();
}

/// False when the value is neither object nor list, or is not closed: value() then reads it, or says what is wrong.
bool Walk::kept(ondemand::value value, Json& out) {
    const std::string_view token = value.raw_json_token();
    if (token.empty() || (token.front() != '{' && token.front() != '[')) return false;
    std::string_view raw;
    ondemand::object object;
    ondemand::array array;
    if (token.front() == '{') {
        if (value.get_object().get(object) || object.raw_json().get(raw)) return false;
    } else if (value.get_array().get(array) || array.raw_json().get(raw)) {
        return false;
    }
    while (!raw.empty() && is_blank(raw.back())) raw.remove_suffix(1);
    out = Json(raw);
    return true;
}

// The token reaches up to the next structural character: blanks behind it are fine, anything else is not.
bool Walk::scalar(std::string_view token, Json& out) {
    while (!token.empty() && is_blank(token.back())) token.remove_suffix(1);
    switch (token.front()) {
        case '"': {
            const char* at = token.data() + 1;
            if (const auto plain = plain_string_at(at)) {
                out.become_string(*plain);
            } else if (!string_at(at, out.become_string())) {
                return false;
            }
            return at == token.data() + token.size() || fail("json_syntax", "text follows a string", at);
        }
        case 't':
            if (token != "true") break;
            out = Json(true);
            return true;
        case 'f':
            if (token != "false") break;
            out = Json(false);
            return true;
        case 'n':
            if (token != "null") break;
            out = Json();
            return true;
        default:
            if (token.front() != '-' && (token.front() < '0' || token.front() > '9')) break;
            if (!is_json_number(token)) {
                return fail("json_number", "'" + std::string(token.substr(0, 40)) + "' is not a number", token.data());
            }
            out.become_number(token);
            return true;
    }
    return fail("json_syntax", "a value is expected, not '" + std::string(token.substr(0, 20)) + "'", token.data());
}

bool Walk::duplicate_free(const Json::Object& members) {
    const std::string* twice = nullptr;
    if (members.size() <= linear_members_max) {
        for (std::size_t i = 1; i < members.size() && twice == nullptr; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (same_name(members[i].first, members[j].first)) twice = &members[i].first;
            }
        }
    } else {
        std::vector<const std::string*> keys;
        keys.reserve(members.size());
        for (const auto& member : members) keys.push_back(&member.first);
        std::sort(keys.begin(), keys.end(), [](const auto* a, const auto* b) { return *a < *b; });
        const auto same =
            std::adjacent_find(keys.begin(), keys.end(), [](const auto* a, const auto* b) { return *a == *b; });
        if (same != keys.end()) twice = *same;
    }
    if (twice == nullptr) return true;
    return fail("json_duplicate_key", "an object has the member '" + twice->substr(0, 60) + "' twice");
}

/// The text from behind the opening quote, where it holds no escape; `at` then stands behind the closing one.
std::optional<std::string_view> Walk::plain_string_at(const char*& at) const {
    static_assert(std::endian::native == std::endian::little, "the lowest mark is the first byte's");
    constexpr std::uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    const char* const end = text_.data() + text_.size();
    // Behind the end there is padding: a whole word may be read anywhere before it.
    for (const char* word = at; word < end; word += sizeof ones) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, word, sizeof bytes);
        const std::uint64_t quotes = bytes ^ (ones * '"'), backslashes = bytes ^ (ones * '\\');
        const std::uint64_t marks = (((quotes - ones) & ~quotes) | ((backslashes - ones) & ~backslashes)) & tops;
        if (marks == 0) continue;
        const char* const stop = word + std::countr_zero(marks) / 8;
        if (stop >= end || *stop != '"') return std::nullopt;
        return std::string_view(std::exchange(at, stop + 1), stop);
    }
    return std::nullopt;
}

// Reads from behind the opening quote to behind the closing one. UTF-8 and raw control characters are checked already.
bool Walk::string_at(const char*& at, std::string& out) {
    const char* const end = text_.data() + text_.size();
    while (at < end && *at != '"') {
        const char* const run = at;
        while (at < end && *at != '"' && *at != '\\') ++at;
        out.append(run, at);
        if (at < end && *at == '\\' && !escape_at(at, out)) return false;
    }
    if (at >= end) return fail("json_syntax", "a string is not closed", at);
    ++at;
    return true;
}

bool Walk::escape_at(const char*& at, std::string& out) {
    const char* const end = text_.data() + text_.size();
    const char* const start = at++;
    switch (at < end ? *at++ : '\0') {
        case '"':
            out += '"';
            return true;
        case '\\':
            out += '\\';
            return true;
        case '/':
            out += '/';
            return true;
        case 'b':
            out += '\b';
            return true;
        case 'f':
            out += '\f';
            return true;
        case 'n':
            out += '\n';
            return true;
        case 'r':
            out += '\r';
            return true;
        case 't':
            out += '\t';
            return true;
        case 'u':
            return unicode_at(at, out);
        default:
            return fail("json_syntax", "a string holds an unknown escape", start);
    }
}

bool Walk::unicode_at(const char*& at, std::string& out) {
    const std::string_view rest(at, static_cast<std::size_t>(text_.data() + text_.size() - at));
    const int first = four_hex_digits(rest);
    if (first < 0) return fail("json_syntax", "four hexadecimal digits have to follow \\u", at);
    if (first == 0) return fail("json_nul", "a string holds a NUL character, which no system stores", at);
    at += 4;
    if (first < 0xd800 || first > 0xdfff) {
        append_utf8(out, static_cast<std::uint32_t>(first));
        return true;
    }
    const int second = rest.substr(4, 2) == "\\u" ? four_hex_digits(rest.substr(6)) : -1;
    if (first > 0xdbff || second < 0xdc00 || second > 0xdfff) {
        return fail("json_utf8", "a string holds half of a surrogate pair", at);
    }
    at += 6;
    append_utf8(out, 0x10000U + (static_cast<std::uint32_t>(first - 0xd800) << 10) +
                         static_cast<std::uint32_t>(second - 0xdc00));
    return true;
}

// The text was put into brackets, so that a lone number or string is read like any other value: it is one JSON value
// exactly when the array around it has one item and nothing follows that array.
Result<Json> walk_wrapped(Workspace& workspace, std::size_t length, const JsonLimits& limits) {
    const std::string_view wrapped(workspace.buffer.get(), length);
    Walk walk(limits, wrapped);
    ondemand::document document;
    const simdjson::padded_string_view padded(wrapped, workspace.capacity + simdjson::SIMDJSON_PADDING);
    if (const auto error = workspace.parser.iterate(padded).get(document)) {
        walk.fail(error);
        return walk.take_error();
    }
    ondemand::array items;
    if (const auto error = document.get_array().get(items)) {
        walk.fail(error);
        return walk.take_error();
    }
    Json out;
    std::size_t count = 0;
    for (auto next : items) {
        ondemand::value item;
        if (const auto error = next.get(item)) {
            walk.fail(error);
            return walk.take_error();
        }
        if (++count > 1) {
            walk.fail("json_syntax", "something follows the value");
            return walk.take_error();
        }
        if (!walk.value(item, 0, out)) return walk.take_error();
    }
    if (count == 0) {
        walk.fail("json_syntax", "it is empty");
        return walk.take_error();
    }
    // At the end simdjson has no location to give; a location means that something is left.
    const char* left = nullptr;
    if (document.current_location().get(left) == simdjson::SUCCESS) {
        walk.fail("json_syntax", "something follows the value", left);
        return walk.take_error();
    }
    return out;
}

}  // namespace

Result<Json> Json::parse(std::string_view text, const JsonLimits& limits) {
    static thread_local Workspace workspace;
    if (text.size() > limits.bytes_max) {
        return make_error(ErrorKind::invalid,
                          "The JSON text has " + std::to_string(text.size()) + " bytes; at most " +
                              std::to_string(limits.bytes_max) + " are accepted here. Send it in smaller parts.",
                          "json_size");
    }
    const std::size_t length = text.size() + 2;
    if (!workspace.reserve(length)) {
        return make_error(ErrorKind::internal, "No memory is left to read a JSON text.", "out_of_memory");
    }
    char* const buffer = workspace.buffer.get();
    buffer[0] = '[';
    if (!text.empty()) std::memcpy(buffer + 1, text.data(), text.size());
    buffer[length - 1] = ']';
    std::memset(buffer + length, ' ', simdjson::SIMDJSON_PADDING);
    auto result = walk_wrapped(workspace, length, limits);
    workspace.give_back();
    return result;
}

bool is_utf8(std::string_view bytes) { return bytes.empty() || simdjson::validate_utf8(bytes); }

}  // namespace tieline::base
