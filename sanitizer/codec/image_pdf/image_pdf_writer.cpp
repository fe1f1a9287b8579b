#include "sanitizer/codec/image_pdf/image_pdf_writer.hpp"

#include <algorithm>
#include <string_view>

#include "policy/page_limits.hpp"

namespace mugaika::codec {
namespace {

constexpr std::string_view head = "%PDF-1.4\n%\xe7\x94\xbb\xe5\x83\x8f\n";
constexpr std::uint32_t first_page_number = 3, objects_of_page = 3;

std::string padded(std::uint64_t value, std::size_t digits) {
    std::string text = std::to_string(value);
    return text.insert(0, digits - std::min(digits, text.size()), '0');
}

std::string points(std::uint32_t hundredths) {
    return std::to_string(hundredths / 100) + "." + padded(hundredths % 100, 2);
}

std::string reference(std::uint64_t number) { return std::to_string(number) + " 0 R"; }

std::string_view colours_and_filter(PictureForm form) noexcept {
    switch (form) {
        case PictureForm::black_white:
            return "/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/FlateDecode";
        case PictureForm::grey:
            return "/ColorSpace/DeviceGray/BitsPerComponent 4/Filter/FlateDecode";
        case PictureForm::colour:
            break;
    }
    return "/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode";
}

std::uint32_t side(std::uint32_t pixels, std::uint32_t dpi) noexcept {
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(std::uint64_t{pixels} * 7200 / dpi, 2) - 1);
}

bool fits(std::uint32_t pixels, std::uint32_t hundredths) noexcept {
    constexpr std::uint64_t dpi_min = 36, dpi_max = 620;
    if (pixels == 0 || hundredths == 0 || hundredths / 100 > PageLimits().side_points_max) return false;
    const std::uint64_t dpi = std::uint64_t{pixels} * 7200 / hundredths;
    return dpi >= dpi_min && dpi <= dpi_max;
}

}  // namespace

bool fits(const PagePicture& picture, PageSize size) noexcept {
    return fits(picture.width, size.width) && fits(picture.height, size.height);
}

PageSize page_size(const PagePicture& picture, std::uint32_t dpi) noexcept {
    return {side(picture.width, dpi), side(picture.height, dpi)};
}

ImagePdfWriter::ImagePdfWriter(std::uint32_t pages) : out_(head) {
    begin_object();
    out_ += "<</Type/Catalog/Pages 2 0 R>>";
    end_object();
    begin_object();
    out_ += "<</Type/Pages/Count " + std::to_string(pages) + "/Kids[";
    for (std::uint32_t i = 0; i < pages; ++i) {
        if (i > 0) out_ += ' ';
        out_ += reference(first_page_number + i * objects_of_page);
    }
    out_ += "]>>";
    end_object();
}

void ImagePdfWriter::begin_object() {
    offsets_.push_back(out_.size());
    out_.append(std::to_string(offsets_.size())).append(" 0 obj\n");
}

void ImagePdfWriter::end_object() { out_ += "\nendobj\n"; }

void ImagePdfWriter::add_stream(const std::string& dictionary, const std::string& data) {
    begin_object();
    out_.append("<<").append(dictionary).append("/Length ").append(std::to_string(data.size())).append(">>\nstream\n");
    out_.append(data).append("\nendstream");
    end_object();
}

void ImagePdfWriter::add(const PagePicture& picture, PageSize size) {
    const std::string width = points(size.width), height = points(size.height);
    begin_object();
    const std::uint64_t number = offsets_.size();
    out_ += "<</Type/Page/Parent 2 0 R/MediaBox[0 0 " + width + " " + height + "]/Contents " + reference(number + 1) +
            "/Resources<</XObject<</P " + reference(number + 2) + ">>>>>>";
    end_object();
    add_stream("", width + " 0 0 " + height + " 0 0 cm /P Do");
    add_stream("/Type/XObject/Subtype/Image/Width " + std::to_string(picture.width) + "/Height " +
                   std::to_string(picture.height) + std::string(colours_and_filter(picture.form)),
               picture.data);
}

std::string ImagePdfWriter::finish() && {
    const std::size_t table_at = out_.size();
    const std::string size = std::to_string(offsets_.size() + 1);
    out_ += "xref\n0 " + size + "\n0000000000 65535 f \n";
    for (const std::size_t offset : offsets_) out_ += padded(offset, 10) + " 00000 n \n";
    out_ += "trailer\n<</Size " + size + "/Root 1 0 R>>\nstartxref\n" + std::to_string(table_at) + "\n%%EOF\n";
    return std::move(out_);
}

}  // namespace mugaika::codec
