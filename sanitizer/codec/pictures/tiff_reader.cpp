#include "sanitizer/codec/pictures/tiff_reader.hpp"

#include <tiffio.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "policy/c_handle.hpp"
#include "sanitizer/codec/pictures/rgba_picture.hpp"

namespace mugaika::codec {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t pages_max = 10'000;  // counted at most
constexpr float inch_metres = 0.0254F;

FileNotMade not_made(Reason why, const char* words) { return {why, std::string("tiff: ") + words}; }

// A file in memory, read only, as libtiff wants it; and what it complained about.
struct TiffSource {
    std::string_view untrusted;
    std::size_t at = 0;
    std::uint32_t errors = 0;
};

TiffSource& source_of(thandle_t handle) noexcept { return *static_cast<TiffSource*>(handle); }

tmsize_t read_source(thandle_t handle, void* out, tmsize_t size) {
    TiffSource& source = source_of(handle);
    if (size < 0 || source.at >= source.untrusted.size()) return 0;
    const std::size_t count = std::min(static_cast<std::size_t>(size), source.untrusted.size() - source.at);
    std::memcpy(out, source.untrusted.data() + source.at, count);
    source.at += count;
    return static_cast<tmsize_t>(count);
}

tmsize_t write_nothing(thandle_t, void*, tmsize_t) { return 0; }

toff_t seek_source(thandle_t handle, toff_t offset, int whence) {
    TiffSource& source = source_of(handle);
    const toff_t from = whence == SEEK_CUR ? source.at : whence == SEEK_END ? source.untrusted.size() : 0;
    source.at = from + offset;  // wraps as the caller means it when it goes back
    return source.at;
}

int close_nothing(thandle_t) { return 0; }
toff_t size_of_source(thandle_t handle) { return source_of(handle).untrusted.size(); }

int count_error(TIFF*, void* source, const char*, const char*, va_list) {
    ++static_cast<TiffSource*>(source)->errors;
    return 1;  // nothing more is to be done with it
}
int ignore_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }

using Tiff = CHandle<TIFF, TIFFClose>;

// "m": not mapped; "h": only the header, no page yet.
Tiff open(TiffSource& source, std::uint64_t bytes_max) {
    const CHandle<TIFFOpenOptions, TIFFOpenOptionsFree> options(TIFFOpenOptionsAlloc());
    if (!options) return nullptr;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(bytes_max));
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), count_error, &source);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignore_warning, nullptr);
    return Tiff(TIFFClientOpenExt("mail", "rm", &source, read_source, write_nothing, seek_source, close_nothing,
                                  size_of_source, nullptr, nullptr, options.get()));
}

template <class Number>
Number field(TIFF* tiff, std::uint32_t tag, Number otherwise) {
    Number value{};
    return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : otherwise;
}

// False when libtiff gives up on the whole page.
bool decode(TIFF* tiff, RgbaPicture& picture) {
    static_assert(std::endian::native == std::endian::little, "libtiff's words are RGBA bytes");
    picture.pixels.assign(std::size_t{picture.width} * picture.height * 4, '\0');
    // Turning is ours: libtiff only mirrors.
    TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
    auto* const words = reinterpret_cast<std::uint32_t*>(picture.pixels.data());
    return TIFFReadRGBAImageOriented(tiff, picture.width, picture.height, words, ORIENTATION_TOPLEFT, 0) == 1;
}

std::optional<PngShown::Density> density_of(TIFF* tiff, int orientation) {
    const auto unit = field<std::uint16_t>(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_NONE);
    float x = field<float>(tiff, TIFFTAG_XRESOLUTION, 0), y = field<float>(tiff, TIFFTAG_YRESOLUTION, 0);
    if (orientation >= 5) std::swap(x, y);
    const float per_metre = unit == RESUNIT_CENTIMETER ? 100 : 1 / inch_metres;
    const auto is_meant = [&](float value) { return value * per_metre >= 1 && value * per_metre <= 1'000'000; };
    if (unit == RESUNIT_NONE || !is_meant(x) || !is_meant(y)) return std::nullopt;
    const auto rounded = [&](float value) { return static_cast<std::uint32_t>(value * per_metre + 0.5F); };
    return PngShown::Density{std::min(rounded(x), 1'000'000u), std::min(rounded(y), 1'000'000u), true};
}

// Where the pages lie, without the small pictures and masks that belong to others; the first directory, if all do.
std::vector<std::uint64_t> places_of_pages(TIFF* tiff) {
    std::vector<std::uint64_t> places;
    const std::uint64_t first = TIFFCurrentDirOffset(tiff);
    for (std::uint32_t i = 0; i < pages_max; ++i) {
        const auto kind = field<std::uint32_t>(tiff, TIFFTAG_SUBFILETYPE, 0);
        if ((kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) == 0) places.push_back(TIFFCurrentDirOffset(tiff));
        if (TIFFReadDirectory(tiff) != 1) break;
    }
    if (places.empty()) places.push_back(first);
    return places;
}

}  // namespace

bool is_tiff(std::string_view untrusted) noexcept {
    const std::array marks = {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv};
    return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) { return untrusted.starts_with(mark); });
}

struct TiffReader::Impl {
    TiffSource source;
    Tiff tiff;
    std::vector<std::uint64_t> places;
};

TiffReader::TiffReader(std::string_view untrusted, std::uint64_t picture_bytes_max)
    : impl_(std::make_unique<Impl>(Impl{TiffSource{untrusted}, nullptr, {}})) {
    impl_->tiff = open(impl_->source, picture_bytes_max);
    if (impl_->tiff) impl_->places = places_of_pages(impl_->tiff.get());
}

TiffReader::~TiffReader() = default;

std::size_t TiffReader::pages() const noexcept { return impl_->places.size(); }

std::variant<TiffPage, FileNotMade> TiffReader::page(std::size_t index, FilePurse& purse) {
    TIFF* const tiff = impl_->tiff.get();
    if (TIFFSetSubDirectory(tiff, impl_->places.at(index)) != 1) {
        return not_made(Reason::document_damaged, "a page cannot be read");
    }
    TiffPage page;
    page.picture.width = field<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH, 0);
    page.picture.height = field<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH, 0);
    if (page.picture.width == 0 || page.picture.height == 0) return not_made(Reason::document_damaged, "no size");
    if (auto refusal = pay_for_rgba(page.picture.width, page.picture.height, purse, "tiff")) return *std::move(refusal);
    const int stated = field<std::uint16_t>(tiff, TIFFTAG_ORIENTATION, 1);
    const int orientation = stated >= 1 && stated <= 8 ? stated : 1;
    impl_->source.errors = 0;
    if (!decode(tiff, page.picture)) return not_made(Reason::not_representable, "the page cannot be decoded");
    if (impl_->source.errors > 0) add_loss(page.losses, Reason::picture_damaged);
    if (field<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE, 1) > 8) add_loss(page.losses, Reason::picture_encoded_anew);
    unweigh(page.picture);  // libtiff weighs colours by alpha; PNG does not
    page.picture = upright(std::move(page.picture), orientation);
    page.density = density_of(tiff, orientation);
    return page;
}

}  // namespace mugaika::codec
