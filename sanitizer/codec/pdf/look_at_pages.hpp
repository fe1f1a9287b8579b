// What is to be known of a PDF before an engine draws its pages: that it can be read, how many pages there are, that
// they are paid, and what a picture of them cannot say.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// The links are at most links_listed_max; a font counts as foreign with or without letters of it. The purse
// (limits_of_pages) pays the pixels of all pages at this resolution. Or why nothing is drawn: encrypted,
// document_damaged, dynamic_form (a picture of it would be its request to wait), too_many_pixels, too_many_members.
std::variant<PagesTold, FileNotMade> look_at_pages(std::string_view untrusted, std::uint32_t dpi, FilePurse&);

}  // namespace mugaika::codec
