// The XML of one member for a handler.
#pragma once

#include <cstdint>

#include "sanitizer/codec/ooxml/xml_reader.hpp"
#include "sanitizer/codec/ooxml/zip_reader.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::ooxml {

// Paid as unpack() does. Throws Refused as that and XmlReader do, and what the handler throws.
void read_part(const ZipMember&, FilePurse*, std::uint32_t depth_max, XmlHandler&);

}  // namespace mugaika::codec::ooxml
