// The plain XML that office programs write, read in one pass: UTF-8, tags of ASCII names with values in double quotes,
// the five entities that every XML has. What is unusual in any way, and so all that is damaged, is none, and is left to
// expat: whatever is read here, expat reads in the same way.
#pragma once

#include <cstdint>
#include <string_view>

#include "sanitizer/codec/ooxml/xml_reader.hpp"

namespace mugaika::codec::ooxml {

// False when it is none; a part of it may have been reported then. Throws what the handler throws, and Refused as
// XmlReader does for too many attributes.
bool read_plain_xml(std::string_view untrusted, std::uint32_t depth_max, XmlHandler&);

}  // namespace mugaika::codec::ooxml
