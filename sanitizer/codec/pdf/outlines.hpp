// The bookmarks (ISO 32000-1, 12.3.3), made anew from title, target and look of each.
#pragma once

#include <optional>
#include <qpdf/QPDFObjectHandle.hh>
#include <string>

#include "sanitizer/codec/pdf/destinations.hpp"
#include "sanitizer/codec/pdf/losses.hpp"
#include "sanitizer/codec/pdf/new_document.hpp"

namespace mugaika::codec::pdf {

// A reference to the root; nothing when there is no entry. An entry that stands twice is read once.
std::optional<std::string> write_outlines(QPDFObjectHandle root, const Destinations&, NewDocument&, LossCount&);

}  // namespace mugaika::codec::pdf
