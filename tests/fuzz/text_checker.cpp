// Promise: whatever the bytes, the checker ends, with one page or with words that say where.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sanitizer/checker/text/check_text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mugaika;
    for (const SafeKind kind : {SafeKind::text, SafeKind::csv}) {
        const auto pages = checker::check_text(kind, {reinterpret_cast<const char*>(data), size});
        if (pages ? *pages != 1 : pages.error().words().find("at offset") == std::string_view::npos) std::abort();
    }
    return 0;
}
