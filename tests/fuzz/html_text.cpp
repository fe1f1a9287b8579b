// Promise: any bytes as HTML end in text that clean_text accepts (it throws otherwise), the same every time, within the
// limit, and no link target in it has a scheme that could do something.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/sandboxed/html/html_link.hpp"
#include "sanitizer/sandboxed/html/html_meta_charset.hpp"
#include "sanitizer/sandboxed/html/html_text.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "sanitizer/sandboxed/text/clean_text.hpp"

namespace {

void check_target(std::string_view href, mugaika::LinkStyle style) {
    const std::string words = mugaika::sandboxed::read_link_target(href, style).words;
    for (const char* live : {"javascript:", "vbscript:", "data:", "file:", "search-ms:"}) {
        if (words.starts_with(live)) std::abort();
    }
    if (words.find_first_of("\r\n\x1b") != std::string::npos || words.starts_with("\\\\")) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view html(reinterpret_cast<const char*>(data), size);
    using namespace mugaika;
    BudgetLimits limits;
    limits.text_bytes_max = 64u << 10;
    limits.html_depth_max = 64;
    for (const LinkStyle style : {LinkStyle::defang, LinkStyle::plain, LinkStyle::drop}) {
        const sandboxed::HtmlText text = sandboxed::html_to_text(html, style, limits);
        if (text.utf8.size() > limits.text_bytes_max) std::abort();
        if (text.utf8 != sandboxed::html_to_text(html, style, limits).utf8) std::abort();
        std::vector<Reason> notes;
        const std::string shown = sandboxed::clean_text(text.utf8, notes).str();
        check_target(html, style);
    }
    sandboxed::html_meta_charset(html);
    return 0;
}
