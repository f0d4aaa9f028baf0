#include "connectors/maximo/cursor.h"

#include "base/hash.h"
#include "net/http.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tieline::connectors::maximo {
namespace {

constexpr std::string_view letters = "wtr";  // in the order of lists(), then rereading
constexpr std::size_t mark_digits = 12;

std::int64_t count_of(Second second) { return second.time_since_epoch().count(); }

bool read_number(std::string_view text, std::int64_t& number) {
    const bool plain = !text.empty() && text.size() <= 12 &&
                       std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return plain && std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(at);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

bool is_mark(std::string_view text) {
    return text.size() == mark_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// "12-0a1b2c3d4e5f": seconds behind `from`, and the mark.
bool read_told(std::string_view text, Place& place) {
    if (text.empty()) return true;
    if (!place.from) return false;
    for (const std::string_view part : split(text, '.')) {
        const std::size_t dash = part.find('-');
        std::int64_t offset = 0;
        const bool fine = dash != std::string_view::npos && read_number(part.substr(0, dash), offset) &&
                          is_mark(part.substr(dash + 1)) && place.told.size() < Place::told_most;
        if (!fine) return false;
        place.told.emplace_back(*place.from + std::chrono::seconds(offset), std::string(part.substr(dash + 1)));
    }
    return true;
}

void note(std::vector<std::pair<Second, std::string>>& told, Second second, const std::string& mark) {
    const auto at = std::upper_bound(told.begin(), told.end(), second,
                                     [](Second sought, const auto& each) { return sought < each.first; });
    told.insert(at, {second, mark});
}

bool read_ahead(std::string_view text, Place& place) {
    if (text.empty()) return true;
    for (const std::string_view mark : split(text, '.')) {
        if (!is_mark(mark) || place.ahead.size() == Place::ahead_most) return false;
        place.ahead.emplace_back(mark);
    }
    return true;
}

bool read_place(std::string_view text, Place& place) {
    std::vector<std::string_view> parts = split(text, ',');
    std::int64_t changed = 0, from = 0;
    if (parts.size() == 4) parts.emplace_back();  // written before there was anything ahead
    if (parts.size() != 5) return false;
    if (parts[0].empty())
        return parts[1].empty() && parts[2].empty() && parts[3].empty() && read_ahead(parts[4], place);
    if (!read_number(parts[0], changed)) return false;
    place.changed = Second(std::chrono::seconds(changed));
    const Result<std::string> after = net::url_decode(parts[1]);
    if (!after) return false;
    place.after = *after;
    if (!parts[2].empty()) {
        if (!read_number(parts[2], from) || from > changed) return false;
        place.from = Second(std::chrono::seconds(from));
    }
    return read_told(parts[3], place) && read_ahead(parts[4], place);
}

}  // namespace

bool Place::knows(const std::string& mark) const {
    return std::any_of(told.begin(), told.end(), [&](const auto& each) { return each.second == mark; });
}

void Place::tell(Second second, const std::string& id, const std::string& mark, std::optional<Second> begin) {
    if (!changed) {
        from = begin.value_or(Second{});  // all that is older was read, and was not there
    } else if (second > *changed && !from) {
        from = second;
    }
    if (!changed || second > *changed) {
        changed = second;
        after.clear();
    }
    if (!from) after = id;
    note(told, second, mark);
}

void Place::tell_late(Second second, const std::string& mark) {
    if (!from || second < *from || second > *changed) return;
    note(told, second, mark);
}

bool Place::make_room(Second oldest, std::size_t count) {
    if (told.size() + count <= told_most) return true;
    from = std::max(*from, oldest);
    std::erase_if(told, [&](const auto& each) { return each.first < oldest; });
    if (told.size() + count <= told_most) return true;
    changed = oldest;
    from.reset();
    after.clear();
    told.clear();
    return false;
}

bool Place::trim(std::chrono::seconds overlap) {
    if (!changed) return false;
    if (from) from = std::max(*from, *changed - overlap);  // never back: what lies before it is not kept any more
    const Second first_wanted = from.value_or(Second::max());
    std::erase_if(told, [&](const auto& each) { return each.first < first_wanted; });
    if (told.size() <= told_most) return false;
    from = std::max(*from, told[told.size() - told_most - 1].first + std::chrono::seconds(1));
    if (*from > *changed) {
        from.reset();
        after.clear();
    }
    const Second first = from.value_or(Second::max());
    std::erase_if(told, [&](const auto& each) { return each.first < first; });
    return true;
}

std::string to_text(const Cursor& cursor) {
    std::string text;
    for (std::size_t list = 0; list < cursor.size(); ++list) {
        const Place& place = cursor[list];
        if (!place.changed && place.ahead.empty()) continue;
        text += (text.empty() ? "" : ";") + std::string(1, letters[list]) + ":" +
                (place.changed ? std::to_string(count_of(*place.changed)) : std::string()) + "," +
                net::url_encode(place.after) + ",";
        if (place.from) text += std::to_string(count_of(*place.from));
        text += ",";
        for (std::size_t i = 0; i < place.told.size(); ++i) {
            const auto& [second, mark] = place.told[i];
            text += (i == 0 ? "" : ".") + std::to_string(count_of(second) - count_of(*place.from)) + "-" + mark;
        }
        text += ",";
        for (std::size_t i = 0; i < place.ahead.size(); ++i) text += (i == 0 ? "" : ".") + place.ahead[i];
    }
    return text;
}

std::optional<Cursor> cursor_of(const std::string& text) {
    Cursor cursor;
    if (text.empty()) return cursor;
    for (const std::string_view part : split(text, ';')) {
        const std::size_t list = part.size() > 2 && part[1] == ':' ? letters.find(part[0]) : std::string_view::npos;
        const bool fine = list != std::string_view::npos && !cursor[list].changed && cursor[list].ahead.empty();
        if (!fine || !read_place(part.substr(2), cursor[list])) return std::nullopt;
    }
    return cursor;
}

std::string mark_of(const std::string& id, const std::string& changed, const std::string& row_stamp) {
    return hex(sha256(id + "\n" + changed + "\n" + row_stamp)).substr(0, mark_digits);
}

std::string where_time(Second second) { return format_time(WallTime(second)).substr(0, 19) + "+00:00"; }

}  // namespace tieline::connectors::maximo
