#include "sanitizer/codec/image_pdf/tiff_pages.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "policy/page_limits.hpp"
#include "sanitizer/codec/image_pdf/image_pdf_writer.hpp"
#include "sanitizer/codec/image_pdf/page_picture.hpp"
#include "sanitizer/codec/pictures/made_jpeg.hpp"
#include "sanitizer/codec/pictures/rebuild_tiff.hpp"
#include "sanitizer/codec/pictures/tiff_reader.hpp"

namespace mugaika::codec {
namespace {

using Made = std::variant<PagePicture, FileNotMade>;

constexpr std::uint64_t frame_bytes = 1000;  // of the document, without pages
constexpr unsigned white = 255;

// A purse of one page's own: its memory is free again before the next.
FilePurse purse_of_page(const FilePurse& purse, std::uint64_t pixels_left) {
    FileLimits limits = purse.limits();
    limits.out_bytes_max = purse.out_left();
    limits.pixels_max = std::min(PageLimits().page_pixels_max, pixels_left);
    return FilePurse(limits);
}

// On white paper; nothing as soon as a pixel has a colour.
std::optional<std::string> luminance_of(const RgbaPicture& picture) {
    std::string luminance(picture.pixels.size() / 4, '\0');
    for (std::size_t i = 0; i < luminance.size(); ++i) {
        const auto at = [&](std::size_t sample) { return static_cast<unsigned char>(picture.pixels[i * 4 + sample]); };
        if (at(0) != at(1) || at(0) != at(2)) return std::nullopt;
        luminance[i] = static_cast<char>((at(0) * unsigned{at(3)} + white * (white - at(3)) + white / 2) / white);
    }
    return luminance;
}

// What is transparent shows the paper, which a JPEG has not.
void put_on_paper(RgbaPicture& picture) noexcept {
    for (std::size_t i = 0; i < picture.pixels.size(); i += 4) {
        const auto alpha = static_cast<unsigned char>(picture.pixels[i + 3]);
        for (std::size_t sample = i; sample < i + 3; ++sample) {
            const unsigned ink = static_cast<unsigned char>(picture.pixels[sample]);
            picture.pixels[sample] = static_cast<char>((ink * alpha + white * (white - alpha) + white / 2) / white);
        }
    }
}

// As an engine would have drawn it: what it becomes is left to page_picture.
Made as_jpeg(RgbaPicture picture, const FilePurse& purse) {
    put_on_paper(picture);
    FilePurse own = purse_of_page(purse, PageLimits().page_pixels_max);
    FileOutcome outcome = made_jpeg(picture, {}, own, "tiff");
    if (auto* why = std::get_if<FileNotMade>(&outcome)) return std::move(*why);
    FilePurse for_page = purse_of_page(purse, PageLimits().page_pixels_max);
    return page_picture(std::get<FileMade>(outcome).untrusted_bytes, for_page);
}

Made picture_of(TiffPage page, const FilePurse& purse) {
    const std::uint32_t width = page.picture.width, height = page.picture.height;
    if (const auto luminance = luminance_of(page.picture)) {
        if (auto text = packed_text(*luminance, width, height)) return *std::move(text);
    }
    return as_jpeg(std::move(page.picture), purse);
}

// Of one side, from pixels a metre.
std::uint32_t stated_side(std::uint32_t pixels, std::uint32_t per_metre) noexcept {
    constexpr double hundredths_a_metre = 7200 / 0.0254;
    return static_cast<std::uint32_t>(std::min(hundredths_a_metre * pixels / per_metre, 4e9));
}

// Its own; else with the longer side of A4, as far as pixels may be large or small.
PageSize size_of(const PagePicture& picture, const std::optional<PngShown::Density>& density) noexcept {
    if (density) {
        const PageSize stated{stated_side(picture.width, density->x), stated_side(picture.height, density->y)};
        if (fits(picture, stated)) return stated;
    }
    constexpr std::uint32_t a4_hundredth_inches = 1169, dpi_min = 40, dpi_max = 600;
    const std::uint64_t longer = std::max(picture.width, picture.height);
    return page_size(picture, static_cast<std::uint32_t>(
                                  std::clamp<std::uint64_t>(longer * 100 / a4_hundredth_inches, dpi_min, dpi_max)));
}

struct Page {
    PagePicture picture;
    PageSize size;
};

// The document as it grows.
class Pages {
public:
    explicit Pages(FilePurse& purse) : purse_(purse) {}

    // Why not; nothing when it is there. One that cannot be had costs as much as a page may, so that there are few.
    std::optional<FileNotMade> add(TiffReader& tiff, std::size_t index);
    FileMade finish(std::size_t pages_of_file) &&;

private:
    std::optional<FileNotMade> try_to_add(TiffReader& tiff, std::size_t index);

    FilePurse& purse_;
    std::uint64_t pixels_left_ = PageLimits().pixels_max;
    std::vector<Page> pages_;
    std::vector<Loss> losses_;
};

std::optional<FileNotMade> Pages::add(TiffReader& tiff, std::size_t index) {
    auto why = try_to_add(tiff, index);
    if (why) pixels_left_ -= std::min(pixels_left_, PageLimits().page_pixels_max);
    return why;
}

std::optional<FileNotMade> Pages::try_to_add(TiffReader& tiff, std::size_t index) {
    if (pages_.size() == PageLimits().pages_max) return FileNotMade{Reason::too_many_pixels, "tiff: too many pages"};
    FilePurse own = purse_of_page(purse_, pixels_left_);
    auto read = tiff.page(index, own);
    if (auto* why = std::get_if<FileNotMade>(&read)) return std::move(*why);
    auto& page = std::get<TiffPage>(read);
    pixels_left_ -= std::uint64_t{page.picture.width} * page.picture.height;
    const auto density = page.density;
    std::vector<Loss> losses = std::move(page.losses);
    Made made = picture_of(std::move(page), purse_);
    if (auto* why = std::get_if<FileNotMade>(&made)) return std::move(*why);
    auto& picture = std::get<PagePicture>(made);
    const PageSize size = size_of(picture, density);
    if (!fits(picture, size)) return FileNotMade{Reason::not_representable, "tiff: no page has such a shape"};
    if (!purse_.take_out(picture.data.size() + page_frame_bytes_max)) {
        return FileNotMade{Reason::files_too_large, "tiff: larger than the purse when written"};
    }
    if (picture.form == PictureForm::colour) add_loss(losses, Reason::picture_encoded_anew);
    for (const Loss& loss : losses) add_loss(losses_, loss.what, loss.count);
    pages_.push_back({std::move(picture), size});
    return std::nullopt;
}

FileMade Pages::finish(std::size_t pages_of_file) && {
    ImagePdfWriter writer(static_cast<std::uint32_t>(pages_.size()));
    for (const Page& page : pages_) writer.add(page.picture, page.size);
    add_loss(losses_, Reason::pages_dropped, static_cast<std::uint32_t>(pages_of_file - pages_.size()));
    return {SafeKind::image_pdf, std::move(writer).finish(), std::move(losses_),
            static_cast<std::uint32_t>(pages_.size())};
}

}  // namespace

FileOutcome rebuild_tiff_pages(std::string_view untrusted, FilePurse& purse) {
    TiffReader tiff(untrusted, purse.limits().picture_bytes_max);
    if (tiff.pages() < 2) return rebuild_tiff(untrusted, purse);
    if (!purse.take_out(frame_bytes)) return FileNotMade{Reason::files_too_large, "tiff: no room for any page"};
    Pages pages(purse);
    if (auto why = pages.add(tiff, 0)) return *std::move(why);
    for (std::size_t i = 1; i < tiff.pages(); ++i) static_cast<void>(pages.add(tiff, i));  // counted by finish
    return std::move(pages).finish(tiff.pages());
}

}  // namespace mugaika::codec
