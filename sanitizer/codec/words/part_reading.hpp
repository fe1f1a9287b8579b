// Reading the parts of a package for their words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/codec/ooxml/package.hpp"
#include "sanitizer/codec/ooxml/xml_reader.hpp"

namespace mugaika::codec::words {

using ooxml::Package;
using ooxml::XmlAttribute;
using ooxml::XmlHandler;
using Attributes = std::vector<XmlAttribute>;

// "" when there is none.
std::string_view value_of(const Attributes&, std::string_view name) noexcept;

// A number as these formats write it; `otherwise` for anything else.
std::uint32_t number_in(std::string_view, std::uint32_t otherwise) noexcept;

// On or off, as an element says it by being there ("w:vanish", w:val="0").
bool is_on(std::string_view value) noexcept;

// What is not there is not read. Throws Refused as unpacking and XML do.
void read_part(const Package&, std::string_view name, XmlHandler&);

// The parts that this one refers to by a relationship of this word, in the order of the file; inside the package.
std::vector<std::string> related(const Package&, std::string_view part, std::string_view word);

}  // namespace mugaika::codec::words
