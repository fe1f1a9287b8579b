#include "sanitizer/codec/zip/gunzip.hpp"

#include "sanitizer/codec/zip/inflater.hpp"

namespace mugaika::codec::zip {

std::string gunzip(std::string_view untrusted, FilePurse& purse) {
    std::string content;
    Inflater inflater(untrusted, 16 + MAX_WBITS);
    for (;;) {
        inflater.run([&](std::string_view piece) {
            if (!purse.take_inner(piece.size())) {
                throw Refused{Reason::inner_too_large, "the content is larger than allowed"};
            }
            content += piece;
            return true;
        });
        if (inflater.rest().find_first_not_of('\0') == std::string_view::npos) return content;
        inflater.begin_again();
    }
}

}  // namespace mugaika::codec::zip
