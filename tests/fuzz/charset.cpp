// Promise: whatever the bytes and the label, decoding gives at most four times the input, and cleaning it gives text
// that PlainText and PlainLine accept (they throw otherwise), with no escape left.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/sandboxed/text/charset.hpp"

#include "sanitizer/sandboxed/text/clean_text.hpp"
#include "sanitizer/sandboxed/text/unflow.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t label_end = std::min(input.find('\n'), size);  // first line: the label
    const std::string_view bytes = input.substr(std::min(label_end + 1, size));
    using namespace mugaika::sandboxed;
    for (const Decoded& decoded : {decode_text(bytes, input.substr(0, label_end)), decode_header_bytes(bytes, "")}) {
        std::vector<mugaika::Reason> notes;
        if (decoded.utf8.size() > bytes.size() * 4) std::abort();
        if (clean_text(decoded.utf8, notes).str().find('\x1b') != std::string::npos) std::abort();
        clean_line(decoded.utf8, notes);
        clean_text(unflow(decoded.utf8, true), notes);
    }
    return 0;
}
