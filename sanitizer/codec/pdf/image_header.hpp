// What the headers inside packed pictures say. The data itself is for the reader's decoder; what passes has a header
// that a decoder can hold: sizes, components, and lengths that stay inside the data.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mugaika::codec::pdf {

struct ImageHeader {
    std::uint32_t width;
    std::uint32_t height;  // 0 where the format does not know it yet (JBIG2 stripes)
};

// Nothing when the header does not hold together.
std::optional<ImageHeader> read_jpx_header(std::string_view) noexcept;  // T.800 I.5 boxes or A.5 codestream
std::optional<ImageHeader> read_jbig2_header(
    std::string_view) noexcept;  // T.88 7.2, embedded organisation, all segments

// JBIG2 globals have no page.
bool are_jbig2_segments(std::string_view) noexcept;

}  // namespace mugaika::codec::pdf
