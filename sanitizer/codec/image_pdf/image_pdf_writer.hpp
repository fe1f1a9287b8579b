// A PDF whose pages are pictures, in the one form that checker/image_pdf reads: nothing but a picture lies on a page,
// and nothing but pages lies in the document.
//
//   %PDF-1.4, a line that says what it is
//   1 0 obj  catalog    2 0 obj  the flat tree
//   for each page: its dictionary, the one line that draws its picture, the picture
//   table, trailer
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mugaika::codec {

enum class PictureForm : std::uint8_t {
    black_white,  // 1 bit a pixel, rows of whole bytes, deflated
    grey,         // 4 bits, the same
    colour,       // a JPEG as pictures/rebuild_jpeg writes it, of three components
};

struct PagePicture {
    PictureForm form = PictureForm::black_white;
    std::uint32_t width = 0, height = 0;  // pixels
    std::string data;                     // as it stands in the file
};

// In hundredths of a point (1/7200 inch).
struct PageSize {
    std::uint32_t width = 0, height = 0;
};

// Of so many pixels; a hair smaller, so that who draws the page again at this resolution gets no pixel more.
PageSize page_size(const PagePicture&, std::uint32_t dpi) noexcept;

// Is it a picture of such a page, of 36 to 620 pixels an inch both ways?
bool fits(const PagePicture&, PageSize) noexcept;

inline constexpr std::size_t page_frame_bytes_max = 1000;  // of a page, around its picture

class ImagePdfWriter {
public:
    explicit ImagePdfWriter(std::uint32_t pages);
    void add(const PagePicture&, PageSize);  // as many as there are pages
    std::string finish() &&;

private:
    void begin_object();
    void end_object();
    void add_stream(const std::string& dictionary, const std::string& data);

    std::string out_;
    std::vector<std::size_t> offsets_;
};

}  // namespace mugaika::codec
