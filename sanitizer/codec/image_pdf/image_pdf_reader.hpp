// Reads a PDF of pictures that ImagePdfWriter wrote, so that making pictures of it once more changes nothing.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sanitizer/codec/image_pdf/image_pdf_writer.hpp"
#include "sanitizer/codec/image_pdf/page_picture.hpp"

namespace mugaika::codec {

struct OldPage {
    PageSize size;
    OldPicture picture;
};

// Does it begin as one?
bool begins_like_image_pdf(std::string_view untrusted) noexcept;

// Linear; nothing where anything is not as the writer writes it up to the last picture, or of more pages than are
// allowed. What stands behind the pictures is not read: it is written anew.
std::optional<std::vector<OldPage>> read_image_pdf(std::string_view untrusted);

}  // namespace mugaika::codec
