// Any bytes as XML: read within the limits or refused, never a crash.

#include "base/xml/xml.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto xml = tieline::base::parse_xml(text);
    if (xml) (void)tieline::base::xml_escape(xml->text);
    return 0;
}
