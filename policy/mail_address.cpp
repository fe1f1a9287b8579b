#include "policy/mail_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include "policy/ascii.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

// RFC 5321 4.5.3.1.1 says 64, and that more should be taken where possible: SRS, VERP and ticket systems need it.
constexpr std::size_t local_bytes_max = 256;
constexpr std::size_t domain_bytes_max = 255;  // RFC 5321 4.5.3.1.2
constexpr std::size_t label_bytes_max = 63;    // RFC 1035 2.3.4

Error bad(const char* what) { return {Fault::bad_input, std::string("mail address: ") + what}; }

bool is_atext(char c) noexcept {
    return ascii::is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

struct Range {
    char32_t first;
    char32_t last;
};

template <std::size_t N>
bool is_in(const std::array<Range, N>& ranges, char32_t c) noexcept {
    return std::any_of(ranges.begin(), ranges.end(), [c](const Range& r) { return c >= r.first && c <= r.last; });
}

// Beyond what must not be shown at all: blanks, and forms that software folds to the ASCII specials "@ < > . " and so
// on.
constexpr std::array not_in_local{
    Range{0x00a0, 0x00a0}, Range{0x1680, 0x1680}, Range{0x2000, 0x200a}, Range{0x202f, 0x202f},
    Range{0x205f, 0x205f}, Range{0x3000, 0x3000}, Range{0xfe50, 0xfe6f}, Range{0xff00, 0xff0f},
    Range{0xff1a, 0xff20}, Range{0xff3b, 0xff40}, Range{0xff5b, 0xff65}, Range{0xfffc, 0xfffd},
};

// Punctuation, symbols, pictures and compatibility forms: IDNA2008 (RFC 5892) allows none of them in a label, and
// U+3002, U+FF0E and U+FF61 would be read as dots. Letters of the rest are not judged here.
constexpr std::array not_in_label{
    Range{0x0080, 0x00b6}, Range{0x00b8, 0x00bf}, Range{0x00d7, 0x00d7}, Range{0x00f7, 0x00f7},   Range{0x1680, 0x1680},
    Range{0x2000, 0x2bff}, Range{0x2e00, 0x3004}, Range{0x3008, 0x3020}, Range{0x3030, 0x3030},   Range{0xd800, 0xf8ff},
    Range{0xfe10, 0xfe1f}, Range{0xfe30, 0xfe6f}, Range{0xff00, 0xffff}, Range{0x1f000, 0x1faff},
};

// A character past ASCII at the front of `text` that may stand there (RFC 6531 3.3): its length, or 0.
template <std::size_t N>
std::size_t wide_character(std::string_view text, const std::array<Range, N>& refused) noexcept {
    const utf8::Character c = utf8::first(text);
    const bool fits = c.valid && c.value >= 0x80 && is_showable(c.value) && !is_in(refused, c.value);
    return fits ? c.bytes : 0;
}

enum class LocalForm { not_valid, dot_string, stray_dots };

// Atoms and dots; `stray_dots` when a dot stands first, last or beside another.
LocalForm bare_form(std::string_view text) noexcept {
    bool stray = text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos;
    for (std::size_t i = 0; i < text.size();) {
        const bool plain = is_atext(text[i]) || text[i] == '.';
        const std::size_t bytes = plain ? 1 : wide_character(text.substr(i), not_in_local);
        if (bytes == 0) return LocalForm::not_valid;
        i += bytes;
    }
    if (text.empty()) return LocalForm::not_valid;
    return stray ? LocalForm::stray_dots : LocalForm::dot_string;
}

// May this character stand between the quotes? Angle brackets and what old software routes by may not, quoted or not:
// a next hop that unquotes must find no second address (AC-030, AC-031).
bool is_quotable(char c) noexcept {
    return ascii::is_printable(c) && std::string_view("<>@%!\"\\").find(c) == std::string_view::npos;
}

// "Taro Yamada"@… is real. A blank at an end, or beside another, is lost where somebody folds or trims.
bool has_stray_blank(std::string_view text) noexcept {
    return text.front() == ' ' || text.back() == ' ' || text.find("  ") != std::string_view::npos;
}

bool is_quoted_string(std::string_view text) noexcept {
    if (text.size() < 3 || text.front() != '"' || text.back() != '"') return false;
    text = text.substr(1, text.size() - 2);
    if (has_stray_blank(text)) return false;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t bytes = 0;
        if (text[i] == '\\') {
            const bool pair = i + 1 < text.size() && text[i + 1] != ' ' &&
                              (is_quotable(text[i + 1]) || text[i + 1] == '"' || text[i + 1] == '\\');
            bytes = pair ? 2 : 0;
        } else {
            bytes = is_quotable(text[i]) ? 1 : wide_character(text.substr(i), not_in_local);
        }
        if (bytes == 0) return false;
        i += bytes;
    }
    return true;
}

// The local part in the form in which it is kept. Stray dots are real: Japanese carriers gave out "taro..y.@…" for
// years, and their owners still write to their town. The quoted form is the same mailbox in valid grammar.
std::optional<std::string> checked_local(std::string_view text) {
    if (text.size() > local_bytes_max) return std::nullopt;
    if (is_quoted_string(text)) return std::string(text);
    switch (bare_form(text)) {
        case LocalForm::dot_string:
            return std::string(text);
        case LocalForm::stray_dots:
            break;
        case LocalForm::not_valid:
            return std::nullopt;
    }
    const std::string quoted = '"' + std::string(text) + '"';
    if (quoted.size() > local_bytes_max || !is_quoted_string(quoted)) return std::nullopt;
    return quoted;
}

// No host has an underscore in its name (RFC 952), but domains that send and take mail do.
bool is_label(std::string_view text) noexcept {
    if (text.empty() || text.size() > label_bytes_max || text.front() == '-' || text.back() == '-') return false;
    for (std::size_t i = 0; i < text.size();) {
        const bool plain = ascii::is_alnum(text[i]) || text[i] == '-' || text[i] == '_';
        const std::size_t bytes = plain ? 1 : wide_character(text.substr(i), not_in_label);
        if (bytes == 0) return false;
        i += bytes;
    }
    return true;
}

bool is_domain_name(std::string_view text) noexcept {
    std::string_view label;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t dot = std::min(text.find('.', start), text.size());
        label = text.substr(start, dot - start);
        if (!is_label(label)) return false;
        start = dot + 1;
    }
    // A last label of digits only is an IP address that lost its brackets.
    return !std::all_of(label.begin(), label.end(), ascii::is_digit);
}

// RFC 5321 4.1.3, IPv4 and IPv6. inet_pton takes neither leading zeros nor zones.
bool is_address_literal(std::string_view text) noexcept {
    if (text.size() < 3 || text.front() != '[' || text.back() != ']') return false;
    text = text.substr(1, text.size() - 2);
    constexpr std::string_view tag = "IPv6:";
    const bool six = ascii::istarts_with(text, tag);
    if (six) text.remove_prefix(tag.size());
    if (text.find('\0') != std::string_view::npos) return false;
    in6_addr address{};
    return inet_pton(six ? AF_INET6 : AF_INET, std::string(text).c_str(), &address) == 1;
}

}  // namespace

Result<MailAddress> MailAddress::parse(std::string_view untrusted_text) {
    if (untrusted_text.size() > bytes_max) return bad("longer than 512 bytes");
    // Grammatical, but some mailers decode it there and see another address (AC-103).
    if (untrusted_text.find("=?") != std::string_view::npos) return bad("the start of an encoded-word");
    const std::size_t at = untrusted_text.rfind('@');  // neither a domain nor a quoted string may hold one
    if (at == std::string_view::npos) return bad("no @");
    const std::string_view domain = untrusted_text.substr(at + 1);
    std::optional<std::string> local = checked_local(untrusted_text.substr(0, at));
    if (!local) return bad("the local part is neither a dot-string nor a plain quoted string of at most 256 bytes");
    if (domain.size() > domain_bytes_max || !(is_domain_name(domain) || is_address_literal(domain))) {
        return bad("the domain is neither dot-separated labels nor an IP address literal");
    }
    return MailAddress(std::move(*local), ascii::to_lower(domain), !ascii::is_ascii(untrusted_text));
}

std::string MailAddress::without_obsolete_blanks(std::string_view untrusted_text) {
    std::string out;
    bool quoted = false;
    for (std::size_t i = 0; i < untrusted_text.size(); ++i) {
        const char c = untrusted_text[i];
        if (c == '"') quoted = !quoted;
        if (quoted || c != ' ') {
            out.push_back(c);
            const bool is_pair = quoted && c == '\\' && i + 1 < untrusted_text.size();
            if (is_pair) out.push_back(untrusted_text[++i]);
            continue;
        }
        const std::size_t next = std::min(untrusted_text.find_first_not_of(' ', i), untrusted_text.size());
        const bool beside_dot = out.ends_with('.') || untrusted_text.substr(next).starts_with('.');
        const bool is_inside = !out.empty() && next < untrusted_text.size();
        if (!beside_dot || !is_inside) out += untrusted_text.substr(i, next - i);
        i = next - 1;
    }
    return out;
}

bool MailAddress::asks_for_routing() const noexcept { return local_.find_first_of("%!") != std::string::npos; }

}  // namespace mugaika
