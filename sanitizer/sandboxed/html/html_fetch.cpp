#include "sanitizer/sandboxed/html/html_fetch.hpp"

#include <algorithm>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

bool is_remote(std::string_view address) {
    address = ascii::trim(address);
    return ascii::istarts_with(address, "http:") || ascii::istarts_with(address, "https:") ||
           ascii::istarts_with(address, "ftp:") || ascii::istarts_with(address, "file:") || address.starts_with("//") ||
           address.starts_with("\\\\");
}

}  // namespace

bool fetches(HtmlTag tag, const HtmlToken& token) {
    const auto names_source = [&](const HtmlAttribute& a) {
        return a.name == "src" || a.name == "srcset" || a.name == "background" || a.name == "poster" ||
               a.name == "lowsrc" || a.name == "dynsrc" || a.name == "data" ||
               (a.name == "href" && tag == HtmlTag::link);
    };
    if (tag == HtmlTag::meta) {
        const std::string* what = token.attribute("http-equiv");
        return what != nullptr && ascii::iequals(ascii::trim(*what), "refresh");
    }
    return std::any_of(token.attributes.begin(), token.attributes.end(),
                       [&](const HtmlAttribute& a) { return names_source(a) && is_remote(a.value); });
}

bool holds_page(HtmlTag tag, const HtmlToken& token) {
    if (!ascii::trim(token.value_of("srcdoc")).empty()) return true;
    const std::string_view source = token.value_of(tag == HtmlTag::object ? "data" : "src");
    return ascii::istarts_with(ascii::trim(source), "data:");
}

bool is_program(const HtmlToken& script) {
    constexpr std::size_t type_bytes_max = 100;
    const std::string type = ascii::to_lower(ascii::trim(script.value_of("type")).substr(0, type_bytes_max));
    if (type.empty() || type == "module") return true;
    return type.find("script") != std::string::npos && type.find("template") == std::string::npos;
}

}  // namespace mugaika::sandboxed
