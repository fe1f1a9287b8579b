// One page as an engine drew it, a JPEG, as the picture that stands in the new document. Text in black and white is
// small and sharp: 16 shades without JPEG's haze, or two where there are no more. Whatever has colour or shading like
// a photo keeps its coefficients.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "sanitizer/codec/image_pdf/image_pdf_writer.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// The purse pays the pixels before they are unpacked, and then what is made. document_damaged, not_representable,
// too_many_pixels or files_too_large otherwise.
std::variant<PagePicture, FileNotMade> page_picture(std::string_view untrusted_jpeg, FilePurse&);

// The same of a page that is in our form already: unpacked and packed again, to the same bytes.
struct OldPicture {
    PictureForm form = PictureForm::black_white;
    std::uint32_t width = 0, height = 0;
    std::string_view untrusted_data;
};
std::variant<PagePicture, FileNotMade> page_picture(const OldPicture&, FilePurse&);

// A page's luminance, 0 to 255, row by row, as text in 16 shades or 2; nothing for what looks like a photo.
std::optional<PagePicture> packed_text(std::string_view luminance, std::uint32_t width, std::uint32_t height);

}  // namespace mugaika::codec
