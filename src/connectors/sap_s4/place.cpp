// How far a stream was read, and what is read once more.

#include "base/hash.h"
#include "connectors/rest/sign_in.h"
#include "connectors/sap_s4/feed.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::size_t again_most = 1000;  ///< rows from which on further moments get a reading of their own

}  // namespace

/// 48 bits: among 20,000 rows one that was late is taken for another one of them once in ten billion times.
std::string Place::mark_of(const Row& row) {
    const Sha256 digest = sha256(std::to_string(row.first) + "\n" + odata::unmarked(row.second));
    return rest::base64(std::string_view(reinterpret_cast<const char*>(digest.data()), 6));
}

void Place::tell(Row row) {
    if (!last.empty() && row.first == from) last = first_field(row.second);
    remember(std::move(row));
}

/// Rows of the moments from `begin` up to `end`, which does not belong to it.
void Place::put_away(std::int64_t begin, std::int64_t end, std::int64_t due) {
    const bool is_next = !again.empty() && begin <= again.back().until + 1;
    const bool is_inside = !again.empty() && begin <= again.back().until;
    if (!is_inside && !(is_next && again.back().marks.size() < again_most)) again.push_back({begin, end - 1, due, {}});
    Again& at = again.back();
    at.until = std::max(at.until, end - 1);
    at.due = due;
    for (const Row& row : seen)
        if (row.first >= begin && row.first < end) at.marks.insert(mark_of(row));
}

void Place::trim(Millis overlap, std::int64_t now) {
    if (seen.empty()) return;
    const std::int64_t settled = std::max(from, seen.back().first - overlap.count()), due = now + overlap.count();
    std::int64_t first = settled;
    if (seen.size() > seen_most) first = std::max(first, seen[seen.size() - seen_most].first);
    if (first > settled) put_away(settled, first, due);
    if (first > from) last.clear();
    from = first;
    std::erase_if(seen, [&](const Row& row) { return row.first < from; });
    if (seen.size() <= seen_most) return;
    // Rows of a moment come in SAP's order of ids: all up to the one that was told last are done.
    put_away(from, from + 1, due);
    const auto end = std::find_if(seen.begin(), seen.end(), [&](const Row& row) { return row.first > from; });
    last = first_field(std::prev(end)->second);
    std::erase_if(seen, [&](const Row& row) { return row.first == from && first_field(row.second) != last; });
}

}  // namespace tieline::connectors::sap_s4
