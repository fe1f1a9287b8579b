// Promise: any bytes are read as an Office package without a crash, within the purse; what is made is taken by the
// checker, and made again it is the same.
#include <cstdint>
#include <cstdlib>

#include "sanitizer/checker/ooxml/check_ooxml.hpp"
#include "sanitizer/codec/ooxml/rebuild_ooxml.hpp"

namespace {

mugaika::FilePurse small_purse() {
    mugaika::FileLimits limits;
    limits.out_bytes_max = 4 << 20;
    limits.inner_bytes_max = 16 << 20;
    limits.pixels_max = 1'000'000;
    limits.members_max = 500;
    return mugaika::FilePurse(limits);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mugaika;
    FilePurse purse = small_purse();
    const FileOutcome outcome = codec::rebuild_ooxml({reinterpret_cast<const char*>(data), size}, purse);
    const auto* made = std::get_if<FileMade>(&outcome);
    if (made == nullptr) return 0;
    const Result<std::uint32_t> pages = checker::check_ooxml(made->untrusted_bytes);
    if (!pages || *pages != made->pages) std::abort();
    FilePurse again_purse{FileLimits{}};
    const FileOutcome again = codec::rebuild_ooxml(made->untrusted_bytes, again_purse);
    const auto* made_again = std::get_if<FileMade>(&again);
    if (made_again == nullptr || made_again->untrusted_bytes != made->untrusted_bytes) std::abort();
    return 0;
}
