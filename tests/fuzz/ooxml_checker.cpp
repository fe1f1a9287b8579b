// Promise: any bytes are judged without a crash, and refused with words.
#include <cstdint>
#include <cstdlib>

#include "sanitizer/checker/ooxml/check_ooxml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mugaika;
    const Result<std::uint32_t> pages = checker::check_ooxml({reinterpret_cast<const char*>(data), size});
    if (!pages && pages.error().words().empty()) std::abort();
    if (pages && *pages == 0) std::abort();
    return 0;
}
