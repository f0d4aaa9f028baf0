#include "connectors/sandbox_cmms/cursor.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tieline::connectors::sandbox_cmms {
namespace {

constexpr std::size_t digest_most = 64;

template <class Number>
bool read_number(std::string_view text, Number& number) {
    const bool plain = !text.empty() && text.size() <= 18 &&
                       std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return plain && std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
}

bool read_due(std::string_view text, Cursor& cursor) {
    const std::size_t mark = text.find('o');
    const std::string_view digest = text.substr(0, mark);
    const bool fine = !digest.empty() && digest.size() <= digest_most &&
                      digest.find_first_not_of("0123456789abcdef") == std::string_view::npos && cursor.due.empty();
    if (!fine) return false;
    cursor.due = digest;
    if (mark == std::string_view::npos) return true;
    std::size_t told = 0;
    if (!read_number(text.substr(mark + 1), told)) return false;
    cursor.told = told;
    return true;
}

}  // namespace

std::string to_text(const Cursor& cursor) {
    std::string text;
    for (std::size_t list = 0; list < cursor.after.size(); ++list) {
        if (cursor.after[list] == 0) continue;
        text += (text.empty() ? "" : ".") + std::string(1, cursor_letters[list]) + std::to_string(cursor.after[list]);
    }
    if (cursor.due.empty()) return text;
    text += (text.empty() ? "d" : ".d") + cursor.due;
    return cursor.told ? text + "o" + std::to_string(*cursor.told) : text;
}

std::optional<Cursor> cursor_of(const std::string& text) {
    Cursor cursor;
    if (text.empty() || read_number(text, cursor.after[0])) return cursor;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t dot = rest.find('.');
        const std::string_view part = rest.substr(0, dot);
        rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
        if (part.empty() || (dot != std::string_view::npos && rest.empty())) return std::nullopt;
        if (part[0] == 'd') {
            if (!read_due(part.substr(1), cursor)) return std::nullopt;
            continue;
        }
        const std::size_t list = std::string_view(cursor_letters).find(part[0]);
        const bool known = list != std::string_view::npos && cursor.after[list] == 0;
        if (!known || !read_number(part.substr(1), cursor.after[list])) return std::nullopt;
    }
    return cursor;
}

}  // namespace tieline::connectors::sandbox_cmms
