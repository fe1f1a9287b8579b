// Pages as an engine draws them, and documents of them.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/page_limits.hpp"
#include "sanitizer/codec/image_pdf/image_pdf_writer.hpp"
#include "sanitizer/codec/image_pdf/page_picture.hpp"
#include "sanitizer/codec/image_pdf/picture_pages.hpp"
#include "tests/support/made_pictures.hpp"

namespace mugaika::test {

// Something of every colour, as an engine draws it.
inline std::string drawn_photo(std::uint32_t width, std::uint32_t height) {
    JpegWanted wanted;
    wanted.width = width;
    wanted.height = height;
    wanted.dots_per_inch = 150;
    return jpeg_of(wanted);
}

// Lines of ink on paper, with edges in between.
inline std::string luminance_of_text(std::uint32_t width, std::uint32_t height, int edge) {
    std::string out;
    for (std::uint32_t y = 0; y < height; ++y) {
        for (std::uint32_t x = 0; x < width; ++x) {
            const std::uint32_t at = (x + y) % 7;
            out.push_back(static_cast<char>(at == 0 ? 0 : at == 1 ? edge : 255));
        }
    }
    return out;
}

inline codec::PagePicture text_picture(std::uint32_t width, std::uint32_t height, int edge) {
    auto picture = codec::packed_text(luminance_of_text(width, height, edge), width, height);
    REQUIRE(picture.has_value());
    return *std::move(picture);
}

inline codec::PagePicture photo_picture(std::uint32_t width, std::uint32_t height) {
    FilePurse purse{FileLimits()};
    auto picture = codec::page_picture(drawn_photo(width, height), purse);
    REQUIRE(std::holds_alternative<codec::PagePicture>(picture));
    return std::get<codec::PagePicture>(std::move(picture));
}

// Three pages, one of each form, of three sizes.
inline std::vector<codec::PagePicture> some_pages() {
    return {text_picture(61, 83, 255), text_picture(101, 40, 128), photo_picture(64, 48)};
}

inline std::string document_of(const std::vector<codec::PagePicture>& pages) {
    codec::ImagePdfWriter writer(static_cast<std::uint32_t>(pages.size()));
    for (const codec::PagePicture& page : pages) writer.add(page, codec::page_size(page, 150));
    return std::move(writer).finish();
}

inline FileOutcome pictured(std::string_view untrusted, FileLimits limits = FileLimits()) {
    FilePurse purse(codec::limits_of_pages(limits));
    return codec::picture_pages(untrusted, 150, purse);
}

inline std::string why_not(const FileOutcome& outcome) {
    const auto* why = std::get_if<FileNotMade>(&outcome);
    return why == nullptr ? "made" : std::string(to_string(why->why));
}

}  // namespace mugaika::test
