#include "sanitizer/sandboxed/html/html_form.hpp"

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/html/html_layout.hpp"

namespace mugaika::sandboxed {
namespace {

// Lower case.
constexpr auto secrets = std::to_array<std::string_view>(
    {"password",   "passwd",         "passcode", "passphrase", "pwd",     "mail",  "login",  "userid",
     "username",   "user_id",        "cc-",      "cvv",        "cvc",     "cardn", "card_n", "card-n",
     "パスワード", "メールアドレス", "暗証",     "口座",       "ログイン"});

bool names_secret(std::string_view text) {
    const std::string lower = ascii::to_lower(text);
    return std::any_of(secrets.begin(), secrets.end(),
                       [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::string type_of(const HtmlToken& token) { return ascii::to_lower(ascii::trim(token.value_of("type"))); }

}  // namespace

bool asks_for_secret(HtmlTag tag, const HtmlToken& token, std::string_view words_before) {
    const std::string type = type_of(token);
    if (type == "password" || type == "email") return true;
    constexpr std::array<std::string_view, 5> typed{"", "text", "tel", "number", "url"};
    const bool is_typed_into = tag == HtmlTag::textarea || std::find(typed.begin(), typed.end(), type) != typed.end();
    if (!is_typed_into) return false;
    constexpr std::size_t name_bytes_max = 200;
    for (const std::string_view name : {"name", "id", "placeholder", "autocomplete", "aria-label", "title"}) {
        if (names_secret(token.value_of(name).substr(0, name_bytes_max))) return true;
    }
    return names_secret(words_before);
}

std::string input_words(const HtmlToken& token) {
    const std::string type = type_of(token);
    if (type == "hidden" || type == "password") return {};
    if (type == "checkbox" || type == "radio") return token.attribute("checked") != nullptr ? "[x] " : "[ ] ";
    const std::string_view value = token.value_of(type == "image" ? "alt" : "value");
    return shows_something(value) ? "[" + std::string(value) + "]" : std::string();
}

}  // namespace mugaika::sandboxed
