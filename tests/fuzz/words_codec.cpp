// Promise: any bytes are read for the words of an Office package, or as the pages of a PDF's text, without a crash and
// within the purse; what is made is taken by the checker, and made again it is the same.
#include <cstdint>
#include <cstdlib>

#include "sanitizer/checker/text/check_text.hpp"
#include "sanitizer/codec/words/words_of_package.hpp"

namespace {

using namespace mugaika;

FilePurse small_purse() {
    FileLimits limits;
    limits.out_bytes_max = 4 << 20;
    limits.inner_bytes_max = 16 << 20;
    limits.members_max = 500;
    return FilePurse(limits);
}

template <class Read>
void try_it(Read read, std::string_view untrusted) {
    FilePurse purse = small_purse();
    const FileOutcome outcome = read(untrusted, purse);
    const auto* made = std::get_if<FileMade>(&outcome);
    if (made == nullptr) return;
    if (made->kind != SafeKind::text || !checker::check_text(SafeKind::text, made->untrusted_bytes)) std::abort();
    FilePurse again_purse = small_purse();
    const FileOutcome again = read(untrusted, again_purse);
    const auto* made_again = std::get_if<FileMade>(&again);
    if (made_again == nullptr || made_again->untrusted_bytes != made->untrusted_bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view untrusted(reinterpret_cast<const char*>(data), size);
    try_it(codec::words_of_package, untrusted);
    try_it(codec::words_of_pages, untrusted);
    return 0;
}
