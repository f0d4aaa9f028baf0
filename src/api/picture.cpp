// What must be known of a picture's bytes before it is kept: what it is, and that it does not tell where somebody was.

#include "api/photos.h"

#include <cstdint>

namespace tieline::api {
namespace {

std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t count, bool little_endian) {
    std::uint32_t value = 0;
    for (std::size_t index = 0; index < count; ++index) {
        const std::size_t place = little_endian ? at + count - 1 - index : at + index;
        value = (value << 8) | static_cast<unsigned char>(bytes[place]);
    }
    return value;
}

/// A TIFF block as Exif holds it.
bool names_position(std::string_view tiff) {
    constexpr std::uint32_t position_tag = 0x8825;
    if (tiff.size() < 8) return false;
    const bool little = tiff.starts_with("II");
    const std::size_t directory = number(tiff, 4, 4, little);
    if (directory > tiff.size() - 2) return false;
    const std::size_t count = number(tiff, directory, 2, little);
    for (std::size_t index = 0; index < count; ++index) {
        const std::size_t entry = directory + 2 + index * 12;
        if (entry + 12 > tiff.size()) return false;
        if (number(tiff, entry, 2, little) == position_tag) return true;
    }
    return false;
}

}  // namespace

bool is_picture(std::string_view bytes, std::string_view type) {
    if (type == "image/jpeg") return bytes.starts_with("\xff\xd8\xff");
    if (type == "image/png") return bytes.starts_with("\x89PNG\r\n\x1a\n");
    return type == "image/webp" && bytes.size() > 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP";
}

bool has_position(std::string_view bytes) {
    if (!bytes.starts_with("\xff\xd8")) return false;
    std::size_t at = 2;
    while (at + 4 <= bytes.size() && static_cast<unsigned char>(bytes[at]) == 0xff) {
        const auto marker = static_cast<unsigned char>(bytes[at + 1]);
        if (marker == 0xda) return false;  // the picture itself begins
        const std::size_t size = number(bytes, at + 2, 2, false);
        if (size < 2 || at + 2 + size > bytes.size()) return false;
        std::string_view segment = bytes.substr(at + 4, size - 2);
        const std::string_view exif("Exif\0\0", 6);
        if (marker == 0xe1 && segment.starts_with(exif)) {
            segment.remove_prefix(exif.size());
            if (names_position(segment)) return true;
        }
        at += 2 + size;
    }
    return false;
}

}  // namespace tieline::api
