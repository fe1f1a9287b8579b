// The XML of one member for a handler.
#pragma once

#include <cstdint>

#include "sanitizer/codec/ooxml/xml_reader.hpp"
#include "sanitizer/codec/ooxml/xml_tape.hpp"
#include "sanitizer/codec/ooxml/zip_reader.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::ooxml {

// Paid as unpack() does. Throws Refused as that and XmlReader do, and what the handler throws.
void read_part(const ZipMember&, FilePurse*, std::uint32_t depth_max, XmlHandler&);

// What it reports, to be reported again; only of a member that is unpacked at once. Where it takes too much memory, the
// tape is not whole.
void record_part(const ZipMember&, FilePurse&, std::uint32_t depth_max, XmlTape&);

}  // namespace mugaika::codec::ooxml
