#include "sanitizer/codec/pictures/rebuild_picture.hpp"

#include <array>
#include <cstdlib>

#include "sanitizer/codec/pictures/libheif.hpp"
#include "sanitizer/codec/pictures/png_chunks.hpp"
#include "sanitizer/codec/pictures/rebuild_bmp.hpp"
#include "sanitizer/codec/pictures/rebuild_gif.hpp"
#include "sanitizer/codec/pictures/rebuild_heif.hpp"
#include "sanitizer/codec/pictures/rebuild_jpeg.hpp"
#include "sanitizer/codec/pictures/rebuild_png.hpp"
#include "sanitizer/codec/pictures/rebuild_tiff.hpp"
#include "sanitizer/codec/pictures/rebuild_webp.hpp"
#include "sanitizer/codec/pictures/tiff_reader.hpp"

namespace mugaika::codec {
namespace {

bool is_webp(std::string_view untrusted) noexcept {
    return untrusted.starts_with("RIFF") && untrusted.substr(0, 12).ends_with("WEBP");
}

}  // namespace

FileOutcome rebuild_picture(std::string_view untrusted, FilePurse& purse) {
    if (untrusted.starts_with("\xff\xd8\xff")) return rebuild_jpeg(untrusted, purse);
    if (untrusted.starts_with(png_signature)) return rebuild_png(untrusted, purse);
    if (untrusted.starts_with("GIF87a") || untrusted.starts_with("GIF89a")) return rebuild_gif(untrusted, purse);
    if (untrusted.starts_with("BM")) return rebuild_bmp(untrusted, purse);
    if (is_tiff(untrusted)) return rebuild_tiff(untrusted, purse);
    if (is_webp(untrusted)) return rebuild_webp(untrusted, purse);
    if (is_heif(untrusted)) return rebuild_heif(untrusted, purse);
    return FileNotMade{Reason::not_representable, "picture: not of a kind that is rebuilt"};
}

// glibc asks the system for the size of memory when it first sorts more than 1 KB, which the sandbox forbids.
void load_picture_tables() {
    std::array<int, 1000> numbers{};
    std::qsort(numbers.data(), numbers.size(), sizeof numbers[0], [](const void* left, const void* right) {
        return *static_cast<const int*>(left) - *static_cast<const int*>(right);
    });
    load_heif_tables();
}

}  // namespace mugaika::codec
