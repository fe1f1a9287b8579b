#include "sanitizer/codec/image_pdf/picture_pages.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "policy/page_limits.hpp"
#include "sanitizer/codec/image_pdf/image_pdf_reader.hpp"
#include "sanitizer/codec/image_pdf/image_pdf_writer.hpp"
#include "sanitizer/codec/image_pdf/jpeg_stream.hpp"
#include "sanitizer/codec/image_pdf/page_picture.hpp"

namespace mugaika::codec {
namespace {

constexpr std::uint64_t frame_bytes = 1000;  // of the document, without pages

FileNotMade damaged() { return {Reason::document_damaged, "pages: neither pictures nor a PDF of pictures"}; }

FileMade made(ImagePdfWriter writer, std::size_t pages) {
    return {SafeKind::image_pdf, std::move(writer).finish(), {}, static_cast<std::uint32_t>(pages)};
}

FileOutcome again(std::string_view untrusted, FilePurse& purse) {
    const auto pages = read_image_pdf(untrusted);
    if (!pages) return damaged();
    ImagePdfWriter writer(static_cast<std::uint32_t>(pages->size()));
    for (const OldPage& page : *pages) {
        auto picture = page_picture(page.picture, purse);
        if (auto* why = std::get_if<FileNotMade>(&picture)) return std::move(*why);
        if (!fits(std::get<PagePicture>(picture), page.size)) return damaged();
        writer.add(std::get<PagePicture>(picture), page.size);
    }
    return made(std::move(writer), pages->size());
}

FileOutcome drawn(std::string_view untrusted, std::uint32_t dpi, FilePurse& purse) {
    const auto pages = split_jpegs(untrusted, PageLimits().pages_max);
    if (!pages || dpi == 0) return damaged();
    ImagePdfWriter writer(static_cast<std::uint32_t>(pages->size()));
    for (const std::string_view page : *pages) {
        auto picture = page_picture(page, purse);
        if (auto* why = std::get_if<FileNotMade>(&picture)) return std::move(*why);
        const auto& one = std::get<PagePicture>(picture);
        const PageSize size = page_size(one, dpi);
        if (!fits(one, size)) return FileNotMade{Reason::too_many_pixels, "pages: one is longer than a page may be"};
        writer.add(one, size);
    }
    FileMade file = made(std::move(writer), pages->size());
    add_loss(file.losses, Reason::pages_pictured, file.pages);
    return file;
}

}  // namespace

FileLimits limits_of_pages(FileLimits limits) noexcept {
    limits.pixels_max = PageLimits().pixels_max;
    return limits;
}

FileOutcome picture_pages(std::string_view untrusted, std::uint32_t dpi, FilePurse& purse) {
    if (!purse.take_out(frame_bytes)) return FileNotMade{Reason::files_too_large, "pages: no room for any"};
    return begins_like_image_pdf(untrusted) ? again(untrusted, purse) : drawn(untrusted, dpi, purse);
}

}  // namespace mugaika::codec
