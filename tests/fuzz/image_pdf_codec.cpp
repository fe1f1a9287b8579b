// Promise: whatever an engine drew, or somebody calls a PDF of pictures or a TIFF of several pages, ends as one that
// the checker takes, with as many pages as were said, and that making it once more does not change; or with words.
// Never with an exception.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sanitizer/checker/image_pdf/check_image_pdf.hpp"
#include "sanitizer/codec/image_pdf/missing_glyphs.hpp"
#include "sanitizer/codec/image_pdf/picture_pages.hpp"
#include "sanitizer/codec/image_pdf/tiff_pages.hpp"
#include "sanitizer/codec/pictures/tiff_reader.hpp"

namespace {

using namespace mugaika;

FileOutcome pictured(std::string_view untrusted) {
    FileLimits limits;
    limits.out_bytes_max = 4u << 20;
    limits.inner_bytes_max = 16u << 20;
    limits.picture_bytes_max = 4u << 20;
    limits = codec::limits_of_pages(limits);
    limits.pixels_max = 1'000'000;
    FilePurse purse(limits);
    return codec::is_tiff(untrusted) ? codec::rebuild_tiff_pages(untrusted, purse)
                                     : codec::picture_pages(untrusted, 150, purse);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view untrusted(reinterpret_cast<const char*>(data), size);
    if (untrusted.find('\f') != untrusted.npos && !untrusted.starts_with("\xff\xd8")) {
        if (codec::missing_glyphs(untrusted).size() > missing_listed_max) std::abort();
    }
    const FileOutcome outcome = pictured(untrusted);
    const auto* file = std::get_if<FileMade>(&outcome);
    if (!file || file->kind != SafeKind::image_pdf) return 0;
    const auto pages = checker::check_image_pdf(file->untrusted_bytes);
    if (!pages || *pages != file->pages) std::abort();
    const FileOutcome again = pictured(file->untrusted_bytes);
    const auto* second = std::get_if<FileMade>(&again);
    if (second && second->untrusted_bytes != file->untrusted_bytes) std::abort();
    return 0;
}
