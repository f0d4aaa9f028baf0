#pragma once
// One cursor over several lists of the CMMS. Private to this room.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace tieline::connectors::sandbox_cmms {

/// As text: "w12.t40.s3.i9" (the change behind which each list goes on; a letter that is missing is 0), and behind it,
/// where preventive plans are read, ".d<digest>" of the due work told last, with "o7" when only 7 of it are told yet.
struct Cursor {
    std::array<std::int64_t, 5> after{};  ///< by the place of the letter in "wtsij"
    std::string due;                      ///< digest; empty: nothing told yet
    std::optional<std::size_t> told;      ///< of the due work; nullopt: all
};
inline constexpr char cursor_letters[] = "wtsij";

std::string to_text(const Cursor& cursor);
/// "" is the beginning; a plain number is the place in the work orders alone, as it was once written.
std::optional<Cursor> cursor_of(const std::string& text);

}  // namespace tieline::connectors::sandbox_cmms
