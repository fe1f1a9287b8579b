#include "sanitizer/compose/unlinked.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

// Never the end of what a mail program makes a link of by itself. ".zip" is a top-level domain too, but those programs
// want "www." or a scheme in front of it; ".com", ".mov", ".one", ".cab" and ".py" are left to be broken up.
constexpr auto plain_extensions = std::to_array<std::string_view>(
    {"7z",  "bat",  "bin",  "bmp", "chm",  "csv",  "dat", "doc", "docm", "docx", "dwg",  "dxf", "eml", "exe",
     "gif", "gz",   "heic", "htm", "html", "ics",  "iso", "jar", "jpeg", "jpg",  "js",   "jtd", "jww", "lnk",
     "log", "lzh",  "msg",  "odp", "ods",  "odt",  "pdf", "png", "ppt",  "pptm", "pptx", "rar", "rtf", "tgz",
     "tif", "tiff", "txt",  "vbs", "vcf",  "webp", "xbd", "xdw", "xls",  "xlsm", "xlsx", "xml", "zip"});

char at(std::string_view text, std::size_t i) noexcept { return i < text.size() ? text[i] : ' '; }

// Of the whole chain of labels behind a dot the last one decides: "第1.2版.pdf", "a.tar.gz" and "x.pdf.exe" are no
// hosts, "x.pdf.example" is.
bool ends_as_a_file(std::string_view after_dot) noexcept {
    const auto is_chain = [](char c) { return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_'; };
    const auto* const end = std::find_if_not(after_dot.begin(), after_dot.end(), is_chain);
    const auto length = static_cast<std::size_t>(end - after_dot.begin());
    if (std::string_view("/:@").find(at(after_dot, length)) != std::string_view::npos) return false;
    const std::string_view chain = after_dot.substr(0, length);
    const std::string last = ascii::to_lower(chain.substr(chain.rfind('.') + 1));
    return std::find(plain_extensions.begin(), plain_extensions.end(), last) != plain_extensions.end();
}

bool dot_could_link(std::string_view text, std::size_t dot) noexcept {
    if (dot >= 3 && ascii::iequals(text.substr(dot - 3, 3), "www")) return true;
    return ascii::is_alpha(at(text, dot + 1)) && !ends_as_a_file(text.substr(dot + 1));
}

// "https://", "mailto:x", "tel:0", but neither "10:30" nor "Re: x".
bool colon_could_link(std::string_view text, std::size_t colon) noexcept {
    if (at(text, colon + 1) == '/') return true;
    const bool ends_here = colon + 1 == text.size();  // whatever the notice puts behind it
    return colon > 0 && ascii::is_alpha(text[colon - 1]) && (ends_here || !ascii::is_blank(text[colon + 1]));
}

}  // namespace

std::string unlinked(std::string_view utf8) {
    std::string out;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const char c = utf8[i];
        if (c == '@') {
            out += "[at]";
        } else if (c == '.' && dot_could_link(utf8, i)) {
            out += "[.]";
        } else if (c == ':' && colon_could_link(utf8, i)) {
            out += "[:]";
        } else if (c == '\\' && i > 0 && utf8[i - 1] == '\\') {
            out += "[\\]";  // \\server\share
        } else {
            out.push_back(c);
        }
    }
    return out;
}

}  // namespace mugaika
