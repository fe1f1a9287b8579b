// Texts in other charsets, as another program would have written them.
#pragma once

#include <unicode/ucnv.h>

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

namespace mugaika::sandboxed::test {

inline std::string encoded(std::string_view utf8, const char* charset) {
    UErrorCode error = U_ZERO_ERROR;
    std::string bytes(utf8.size() * 4 + 16, '\0');
    const auto length = ucnv_convert(charset, "UTF-8", bytes.data(), static_cast<std::int32_t>(bytes.size()),
                                     utf8.data(), static_cast<std::int32_t>(utf8.size()), &error);
    REQUIRE(U_SUCCESS(error));
    bytes.resize(static_cast<std::size_t>(length));
    return bytes;
}

}  // namespace mugaika::sandboxed::test
