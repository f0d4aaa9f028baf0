#include "connectors/odata/multipart.h"

#include <algorithm>

namespace tieline::connectors::odata {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t headers_most = 100;        ///< of one part
constexpr std::size_t boundary_bytes_most = 70;  // RFC 2046 5.1.1

std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// Of a header's name, in practice.
bool is_of_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}

/// A line that separates parts, or closes the message.
struct Delimiter {
    std::size_t from = 0, to = 0;  ///< its CRLF in front belongs to it, and the one at its end
    bool closes = false;
};

std::optional<Delimiter> delimiter_at(std::string_view text, std::size_t at, std::string_view mark) {
    const bool begins_line = at == 0 || (at >= 2 && text.substr(at - 2, 2) == line_end);
    if (!begins_line) return std::nullopt;
    const std::size_t end = std::min(text.find(line_end, at), text.size());
    std::string_view rest = text.substr(at + mark.size(), end - at - mark.size());
    Delimiter found{at == 0 ? 0 : at - 2, std::min(end + 2, text.size()), rest.starts_with("--")};
    if (found.closes) rest.remove_prefix(2);
    if (found.closes && end == text.size() && rest == "\r") rest = {};  // cut in the last line break of all
    // Longer than ours: another boundary that begins like it. A line that breaks off may have become one.
    if (!trimmed(rest).empty() || (!found.closes && end == text.size())) return std::nullopt;
    return found;
}

std::optional<Delimiter> next_delimiter(std::string_view text, std::size_t from, std::string_view mark) {
    for (std::size_t at = text.find(mark, from); at != std::string_view::npos; at = text.find(mark, at + 1))
        if (auto found = delimiter_at(text, at, mark)) return found;
    return std::nullopt;
}

/// Takes header lines and the empty line behind them from `text`; false where they are none. `needs_end`: the empty
/// line must be there.
bool take_headers(std::string_view& text, std::vector<net::Header>& headers, bool needs_end) {
    for (;;) {
        if (text.empty()) return !needs_end;
        const std::size_t end = text.find(line_end);
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
        if (line.empty()) return true;
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0 || headers.size() == headers_most) return false;
        const std::string_view name = line.substr(0, colon);
        if (!std::all_of(name.begin(), name.end(), is_of_name)) return false;  // a line of a body, for example
        headers.emplace_back(name, trimmed(line.substr(colon + 1)));
    }
}

std::optional<std::size_t> number_of(std::string_view digits) {
    if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    std::size_t value = 0;
    for (const char c : digits) value = value * 10 + static_cast<std::size_t>(c - '0');
    return value;
}

}  // namespace

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

std::optional<MimeParts> parts_of(std::string_view text, std::string_view boundary, std::size_t most) {
    if (boundary.empty()) return std::nullopt;
    const std::string mark = "--" + std::string(boundary);
    std::optional<Delimiter> before = next_delimiter(text, 0, mark);
    if (!before) return std::nullopt;
    MimeParts found;
    while (!before->closes) {
        // The line break at a delimiter's end may be the one in front of the next: a part without anything in it.
        const std::optional<Delimiter> after = next_delimiter(text, before->to, mark);
        if (!after) return found;
        if (found.parts.size() == most || after->from < before->to) return std::nullopt;
        MimePart part;
        part.body = text.substr(before->to, after->from - before->to);
        if (!take_headers(part.body, part.headers, true)) return std::nullopt;
        found.parts.push_back(std::move(part));
        before = after;
    }
    found.is_whole = true;
    return found;
}

std::string media_type_of(std::string_view content_type) {
    return lower(trimmed(content_type.substr(0, content_type.find(';'))));
}

std::string boundary_of(std::string_view content_type) {
    if (media_type_of(content_type) != "multipart/mixed") return {};
    for (std::size_t at = content_type.find(';'); at != std::string_view::npos; at = content_type.find(';', at + 1)) {
        std::string_view parameter = trimmed(content_type.substr(at + 1));
        if (lower(parameter.substr(0, 9)) != "boundary=") continue;
        parameter.remove_prefix(9);
        const bool is_quoted = parameter.starts_with('"');
        if (is_quoted) parameter.remove_prefix(1);
        const std::size_t end = parameter.find(is_quoted ? '"' : ';');
        if (is_quoted && end == std::string_view::npos) return {};
        const std::string_view value = is_quoted ? parameter.substr(0, end) : trimmed(parameter.substr(0, end));
        return value.size() > boundary_bytes_most ? std::string() : std::string(value);
    }
    return {};
}

std::optional<net::HttpResponse> http_answer_of(std::string_view text) {
    const std::size_t end = text.find(line_end);
    const std::string_view first = text.substr(0, end);
    const bool is_status = first.starts_with("HTTP/1.") && first.size() >= 12 && first[8] == ' ' &&
                           (first.size() == 12 || first[12] == ' ');
    const auto status = is_status ? number_of(first.substr(9, 3)) : std::nullopt;
    if (!status || *status < 100 || *status > 599) return std::nullopt;
    net::HttpResponse answer;
    answer.status = static_cast<int>(*status);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    // Where nothing needs to follow, the empty line is easily lost among those of the delimiter.
    const bool needs_content = answer.status < 300 && answer.status != 204;
    if (!take_headers(text, answer.headers, needs_content)) return std::nullopt;
    const std::string_view said = net::header(answer.headers, "Content-Length");
    std::size_t length = text.size();
    if (!said.empty()) {
        const auto bytes = number_of(said);
        if (!bytes || *bytes > text.size()) return std::nullopt;
        length = *bytes;
    }
    // Some end a body by line breaks that they do not count.
    if (text.substr(length).find_first_not_of("\r\n") != std::string_view::npos) return std::nullopt;
    answer.body = std::string(text.substr(0, length));
    if (said.empty())
        while (!answer.body.empty() && (answer.body.back() == '\n' || answer.body.back() == '\r'))
            answer.body.pop_back();
    return answer;
}

}  // namespace tieline::connectors::odata
