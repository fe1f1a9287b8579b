#include "sanitizer/codec/image_pdf/image_pdf_reader.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

#include "policy/page_limits.hpp"

namespace mugaika::codec {
namespace {

constexpr std::string_view head =
    "%PDF-1.4\n%\xe7\x94\xbb\xe5\x83\x8f\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 "
    "obj\n<</Type/Pages/Count ";

struct FormWords {
    PictureForm form;
    std::string_view words;
};
constexpr std::array form_words{
    FormWords{PictureForm::black_white, "/ColorSpace/DeviceGray/BitsPerComponent 1/Filter/FlateDecode/Length "},
    FormWords{PictureForm::grey, "/ColorSpace/DeviceGray/BitsPerComponent 4/Filter/FlateDecode/Length "},
    FormWords{PictureForm::colour, "/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length "},
};

class Reader {
public:
    explicit Reader(std::string_view untrusted) : rest_(untrusted) {}

    bool skip(std::string_view words) {
        if (!rest_.starts_with(words)) return false;
        rest_.remove_prefix(words.size());
        return true;
    }
    // To behind the next place where these words stand, no further away than the frame of a page.
    bool skip_to(std::string_view words, std::size_t within) {
        const std::size_t found = rest_.substr(0, within).find(words);
        if (found == rest_.npos) return false;
        rest_.remove_prefix(found + words.size());
        return true;
    }
    bool number(std::uint32_t& value) {
        const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (read.ec != std::errc()) return false;
        rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
        return true;
    }
    bool hundredths(std::uint32_t& value) {
        std::uint32_t whole = 0, part = 0;
        const bool is_number = number(whole) && skip(".") && rest_.size() > 2 && number(part);
        value = whole * 100 + part;
        return is_number && whole <= PageLimits().side_points_max && part < 100;
    }
    bool form(PictureForm& form) {
        for (const FormWords& one : form_words) {
            form = one.form;
            if (skip(one.words)) return true;
        }
        return false;
    }
    bool data(std::string_view& bytes, std::uint32_t length) {
        if (!skip(">>\nstream\n") || length > rest_.size()) return false;
        bytes = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return skip("\nendstream\nendobj\n");
    }

private:
    std::string_view rest_;
};

bool read_page(Reader& in, OldPage& page) {
    std::uint32_t length = 0;
    auto& [size, picture] = page;
    return in.skip_to("/MediaBox[0 0 ", page_frame_bytes_max) && in.hundredths(size.width) && in.skip(" ") &&
           in.hundredths(size.height) && in.skip_to("/Subtype/Image/Width ", page_frame_bytes_max) &&
           in.number(picture.width) && in.skip("/Height ") && in.number(picture.height) && in.form(picture.form) &&
           in.number(length) && in.data(picture.untrusted_data, length);
}

}  // namespace

bool begins_like_image_pdf(std::string_view untrusted) noexcept { return untrusted.starts_with(head); }

std::optional<std::vector<OldPage>> read_image_pdf(std::string_view untrusted) {
    Reader in(untrusted);
    std::uint32_t count = 0;
    if (!in.skip(head) || !in.number(count) || count == 0 || count > PageLimits().pages_max) return std::nullopt;
    if (!in.skip_to("]>>\nendobj\n", std::size_t{16} * count + 64)) return std::nullopt;
    std::vector<OldPage> pages(count);
    for (OldPage& page : pages) {
        if (!read_page(in, page)) return std::nullopt;
    }
    return pages;
}

}  // namespace mugaika::codec
