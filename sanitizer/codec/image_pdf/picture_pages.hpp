// The pages of a document, as an engine drew them, become one PDF of pictures.
#pragma once

#include <cstdint>
#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// What a purse for that holds.
FileLimits limits_of_pages(FileLimits) noexcept;

// `untrusted`: JPEGs, one behind the other, a page each; or a PDF of pictures of ours, which becomes itself. Made:
// SafeKind::image_pdf with its number of pages, and pages_pictured with the same count where they were drawn.
// document_damaged for what is neither; what page_picture says otherwise.
FileOutcome picture_pages(std::string_view untrusted, std::uint32_t dpi, FilePurse&);

}  // namespace mugaika::codec
