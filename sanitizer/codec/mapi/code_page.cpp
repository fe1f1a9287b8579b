#include "sanitizer/codec/mapi/code_page.hpp"

#include <algorithm>
#include <array>

#include "sanitizer/sandboxed/text/charset.hpp"

namespace mugaika::codec::mapi {
namespace {

struct Page {
    std::uint32_t number;
    std::string_view label;
};
constexpr auto pages = std::to_array<Page>({{932, "windows-31j"},
                                            {936, "gbk"},
                                            {949, "windows-949"},
                                            {950, "big5"},
                                            {20127, "us-ascii"},
                                            {20932, "euc-jp"},
                                            {28591, "iso-8859-1"},
                                            {50220, "iso-2022-jp"},
                                            {50221, "iso-2022-jp"},
                                            {50222, "iso-2022-jp"},
                                            {51932, "euc-jp"},
                                            {54936, "gb18030"},
                                            {65001, "utf-8"}});

std::string from_utf16(std::string_view untrusted) {
    // An odd byte at the end is half of nothing.
    return sandboxed::decode_text(untrusted.substr(0, untrusted.size() / 2 * 2), "utf-16le").utf8;
}

}  // namespace

std::string label_of_code_page(std::uint32_t code_page) {
    const auto* const found =
        std::find_if(pages.begin(), pages.end(), [&](const Page& page) { return page.number == code_page; });
    if (found != pages.end()) return std::string(found->label);
    const bool is_windows = code_page >= 1250 && code_page <= 1258;
    return is_windows ? "windows-" + std::to_string(code_page) : std::string();
}

std::string decoded(std::string_view untrusted_bytes, std::uint32_t code_page) {
    return sandboxed::decode_text(untrusted_bytes, label_of_code_page(code_page)).utf8;
}

std::string string_of(const Values& values, Id id, std::uint32_t code_page) {
    const Value* const value = values.find(id);
    if (value == nullptr) return {};
    std::string text;
    if (value->type == Type::unicode) text = from_utf16(value->untrusted_bytes);
    if (value->type == Type::string8) text = decoded(value->untrusted_bytes, code_page);
    text.resize(std::min(text.find('\0'), text.size()));
    return text;
}

}  // namespace mugaika::codec::mapi
