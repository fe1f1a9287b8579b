// html_meta_charset of html_text.hpp.
#include "sanitizer/sandboxed/html/html_meta_charset.hpp"

#include <algorithm>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/html/html_text.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t looked_at_bytes_max = 4096;
constexpr std::size_t charset_bytes_max = 40;

// Only what a label may look like; "" for the rest.
std::string as_label(std::string_view text) {
    text = ascii::trim(text);
    const bool fits = text.size() <= charset_bytes_max && std::all_of(text.begin(), text.end(), [](char c) {
                          return ascii::is_alnum(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == '+';
                      });
    return fits ? ascii::to_lower(text) : std::string();
}

// "text/html; charset=x", with or without quotes.
std::string charset_parameter(std::string_view content) {
    constexpr std::string_view name = "charset";
    const std::string lower = ascii::to_lower(content);
    const std::size_t found = lower.find(name);
    if (found == std::string::npos) return {};
    std::string_view value = ascii::trim(std::string_view(lower).substr(found + name.size()));
    if (!value.starts_with('=')) return {};
    value = ascii::trim(value.substr(1));
    if (value.starts_with('"') || value.starts_with('\'')) value.remove_prefix(1);
    return as_label(value.substr(0, value.find_first_of("\"'; \t\n")));
}

}  // namespace

std::string html_meta_charset(std::string_view untrusted_html) {
    HtmlTokenizer tokenizer(untrusted_html.substr(0, looked_at_bytes_max));
    for (const HtmlToken* token = &tokenizer.next(); token->kind != HtmlToken::Kind::end; token = &tokenizer.next()) {
        if (token->kind != HtmlToken::Kind::start_tag || token->data != "meta") continue;
        if (const std::string* charset = token->attribute("charset")) return as_label(*charset);
        const std::string* what = token->attribute("http-equiv");
        const std::string* content = token->attribute("content");
        if (what == nullptr || content == nullptr || !ascii::iequals(ascii::trim(*what), "content-type")) continue;
        if (std::string charset = charset_parameter(*content); !charset.empty()) return charset;
    }
    return {};
}

}  // namespace mugaika::sandboxed
