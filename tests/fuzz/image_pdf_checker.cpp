// Promise: whatever the bytes, the checker of image-pdf ends, with pages or with words that say what was expected.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sanitizer/checker/image_pdf/check_image_pdf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto pages = mugaika::checker::check_image_pdf({reinterpret_cast<const char*>(data), size});
    if (pages ? *pages == 0 : !pages.error().words().starts_with("image pdf: ")) std::abort();
    return 0;
}
