// The bytes of streams: deflate that ends where the stream ends, or a packed picture whose headers hold together.
#pragma once

#include <libdeflate.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/c_handle.hpp"
#include "sanitizer/checker/pdf/syntax.hpp"

namespace mugaika::checker::pdf {

class StreamCheck {
public:
    // `filter` is a name token. All streams of a document together must not unpack to more than 600 MB.
    void judge(std::string_view filter, Piece data);
    void judge_segments(Piece data);  // JBIG2 globals, unpacked
    void judge_colours(Piece data);   // a colour profile

private:
    std::string_view inflate(Piece data);

    CHandle<libdeflate_decompressor, libdeflate_free_decompressor> inflate_;
    std::string room_;
    std::uint64_t unpacked_ = 0;
};

}  // namespace mugaika::checker::pdf
