#include "base/base64.h"

#include <openssl/evp.h>

#include <algorithm>

namespace tieline::base {

std::string to_base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL adds a NUL
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

Result<std::string> from_base64(std::string_view text) {
    const auto is_letter = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    };
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
    // OpenSSL would pass over blanks, and over what is wrong at the end.
    const bool well_formed =
        text.size() % 4 == 0 && std::all_of(text.begin(), text.end() - static_cast<std::ptrdiff_t>(padding), is_letter);
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = well_formed ? EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                                   reinterpret_cast<const unsigned char*>(text.data()),
                                                   static_cast<int>(text.size()))
                                 : -1;
    if (size < 0) return make_error(ErrorKind::invalid, "This is no base64 text.", "bad_base64");
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

}  // namespace tieline::base
