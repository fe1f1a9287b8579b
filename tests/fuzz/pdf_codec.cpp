// Promise: whatever the bytes, rebuilding a document ends with one that the checker takes, with as many pages as were
// said, and that rebuilding again does not change; or with words. Never with an exception. AC-178.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sanitizer/checker/pdf/check_pdf.hpp"
#include "sanitizer/codec/pdf/rebuild_pdf.hpp"

namespace {

using namespace mugaika;

FileOutcome rebuilt(std::string_view untrusted) {
    FileLimits limits;
    limits.pixels_max = 1'000'000;
    limits.out_bytes_max = 4u << 20;
    limits.inner_bytes_max = 16u << 20;
    limits.picture_bytes_max = 4u << 20;
    limits.pdf_objects_max = 20'000;
    limits.pdf_pages_max = 1'000;
    FilePurse purse(limits);
    return codec::rebuild_pdf(untrusted, purse);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const FileOutcome outcome = rebuilt({reinterpret_cast<const char*>(data), size});
    const auto* file = std::get_if<FileMade>(&outcome);
    if (!file) return 0;
    const auto pages = checker::check_pdf(file->untrusted_bytes);
    if (!pages || *pages != file->pages) std::abort();
    const FileOutcome again = rebuilt(file->untrusted_bytes);
    const auto* second = std::get_if<FileMade>(&again);
    if (second && second->untrusted_bytes != file->untrusted_bytes) std::abort();
    return 0;
}
