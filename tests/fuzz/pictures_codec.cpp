// Promise: whatever the bytes, rebuilding a picture ends with a picture that the checker takes and that rebuilding
// again does not change, or with words; never with an exception, and never beyond the purse. AC-212.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sanitizer/checker/pictures/check_picture.hpp"
#include "sanitizer/codec/pictures/rebuild_picture.hpp"

namespace {

using namespace mugaika;

FileOutcome rebuilt(std::string_view untrusted) {
    FileLimits limits;
    limits.pixels_max = 1'000'000;
    limits.out_bytes_max = 4u << 20;
    // Above what the pixels can come to with all that blocks add: a JPEG over it is encoded anew each time.
    limits.inner_bytes_max = 64u << 20;
    limits.picture_bytes_max = 32u << 20;
    FilePurse purse(limits);
    return codec::rebuild_picture(untrusted, purse);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const FileOutcome outcome = rebuilt({reinterpret_cast<const char*>(data), size});
    const auto* file = std::get_if<FileMade>(&outcome);
    if (!file) return 0;
    if (!checker::check_picture(file->untrusted_bytes)) std::abort();
    const FileOutcome again = rebuilt(file->untrusted_bytes);
    const auto* second = std::get_if<FileMade>(&again);
    if (!second || second->untrusted_bytes != file->untrusted_bytes || !second->losses.empty()) std::abort();
    return 0;
}
