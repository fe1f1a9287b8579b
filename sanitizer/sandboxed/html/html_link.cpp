#include "sanitizer/sandboxed/html/html_link.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uidna.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/byte_set.hpp"
#include "policy/showable.hpp"
#include "policy/unlinked.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/html/html_redirect.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t words_bytes_max = 1000;
constexpr std::size_t dead_words_bytes_max = 200;
// Of an address that nobody copies by hand, with identifiers of a tracker: its ends are shown.
constexpr std::size_t long_bytes_min = 300;  // behind the host
constexpr std::size_t long_start_bytes = 120;
constexpr std::size_t long_end_bytes = 40;
constexpr int redirects_max = 3;
constexpr std::size_t host_bytes_max = 255;
constexpr std::size_t shown_text_bytes_max = 2048;
constexpr std::size_t shown_hosts_max = 8;

// What a browser takes away before it reads an address (URL standard 4.1). A view of `href`, or of `room` where bytes
// in its middle had to go.
std::string_view stripped(std::string_view href, std::string& room) {
    while (!href.empty() && static_cast<unsigned char>(href.front()) <= ' ') href.remove_prefix(1);
    while (!href.empty() && static_cast<unsigned char>(href.back()) <= ' ') href.remove_suffix(1);
    static constexpr ByteSet breaks("\t\n\r");
    if (breaks.find_in(href) == href.size()) return href;
    std::copy_if(href.begin(), href.end(), std::back_inserter(room), [](char c) { return !breaks.has(c); });
    return room;
}

// Lower case, without the colon; "" when there is none.
std::string scheme_of(std::string_view href) {
    if (href.empty() || !ascii::is_alpha(href.front())) return {};
    const auto* colon = std::find_if_not(href.begin(), href.end(),
                                         [](char c) { return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.'; });
    const auto end = static_cast<std::size_t>(colon - href.begin());
    return end < href.size() && href[end] == ':' ? ascii::to_lower(href.substr(0, end)) : std::string();
}

struct CloseIdna {
    void operator()(UIDNA* idna) const noexcept { uidna_close(idna); }
};

// Punycode where it needs it, so that look-alike letters are seen; unchanged where it is no possible host.
std::string ascii_host(std::string_view host) {
    std::string lower = ascii::to_lower(host.substr(0, host_bytes_max));
    if (ascii::is_ascii(lower)) return lower;
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<UIDNA, CloseIdna> idna(uidna_openUTS46(UIDNA_DEFAULT, &error));
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    std::string out(host_bytes_max * 4, '\0');
    const std::int32_t length =
        uidna_nameToASCII_UTF8(idna.get(), lower.data(), static_cast<std::int32_t>(lower.size()), out.data(),
                               static_cast<std::int32_t>(out.size()), &info, &error);
    if (U_FAILURE(error)) return lower;
    out.resize(static_cast<std::size_t>(length));
    return out;
}

constexpr bool is_harmless(char c) { return ascii::is_printable(c) && c != ' ' && c != '[' && c != ']'; }

// One line, nothing that ends the brackets it will stand in, cut at a character.
std::string as_words(std::string_view text, std::size_t bytes_max, bool& cut) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    static constexpr ByteSet harmful([](char c) { return !is_harmless(c); });
    std::string out;
    out.reserve(std::min(text.size(), bytes_max));
    while (!text.empty()) {
        if (out.size() >= bytes_max) {
            cut = true;
            return out + "…";
        }
        const std::string_view room = text.substr(0, bytes_max - out.size());
        const std::size_t end = harmful.find_in(room);
        out.append(room.substr(0, end));
        text.remove_prefix(end);
        if (text.empty() || end == room.size()) continue;
        const utf8::Character c = utf8::first(text);
        if (c.bytes > 1) {
            out.append(text.substr(0, c.bytes));
        } else {
            const auto value = static_cast<unsigned char>(text.front());
            out.append({'%', digits[value >> 4], digits[value & 15]});
        }
        text.remove_prefix(c.bytes);
    }
    return out;
}

std::string_view dead_scheme(std::string_view scheme) {
    if (scheme == "http") return "hxxp";
    if (scheme == "https") return "hxxps";
    return scheme == "ftp" ? "fxp" : scheme;
}

struct WebAddress {
    std::string_view user;
    std::string_view host;
    std::string_view behind_host;  // the port with its colon, path, query, fragment
};

// `text` begins behind the slashes.
WebAddress split_web_address(std::string_view text) {
    static constexpr ByteSet ends_authority("/\\?#");
    const std::string_view authority = text.substr(0, ends_authority.find_in(text));
    const std::size_t user_end = authority.rfind('@');
    const std::size_t start = user_end == std::string_view::npos ? 0 : user_end + 1;
    const std::string_view host_and_port = authority.substr(start);
    const std::size_t bracket = host_and_port.starts_with('[') ? host_and_port.find(']') : 0;  // IPv6
    const std::size_t colon = host_and_port.find(':', bracket == std::string_view::npos ? 0 : bracket);
    WebAddress address;
    address.user = authority.substr(0, start == 0 ? 0 : start - 1);
    address.host = host_and_port.substr(0, colon);
    address.behind_host = text.substr(start + address.host.size());
    return address;
}

bool is_ipv6(std::string_view host) {
    static constexpr ByteSet others(
        [](char c) { return std::string_view("[]:.0123456789abcdef").find(c) == std::string_view::npos; });
    return others.find_in(host) == host.size();
}

constexpr bool is_host_byte(char c) { return ascii::is_alnum(c) || c == '-' || c == '.' || c == '_'; }

bool looks_like_host(std::string_view text) {
    const std::size_t dot = text.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || text.find("..") != std::string_view::npos) return false;
    const std::string_view top = text.substr(dot + 1);
    if (top.size() < 2) return false;
    return top.starts_with("xn--") || !ascii::is_ascii(top) || std::all_of(top.begin(), top.end(), ascii::is_alpha);
}

// A host never ends in the middle of itself, so all its dots are broken up.
std::string dead_host(std::string_view host) {
    std::string words;
    for (const char c : host) c == '.' ? words.append("[.]") : words.append(1, c);
    return words;
}

// The start and the end of what is very long.
std::string shortened_in_middle(const std::string& words, bool& cut) {
    if (words.size() <= long_bytes_min) return words;
    cut = true;
    std::string_view end = std::string_view(words).substr(words.size() - long_end_bytes);
    while (!end.empty() && (static_cast<unsigned char>(end.front()) & 0xc0) == 0x80) end.remove_prefix(1);
    return std::string(utf8::cut(words, long_start_bytes)).append("…").append(end);
}

LinkTarget read_web_target(std::string_view scheme, std::string_view behind_scheme, LinkStyle style) {
    const std::size_t slashes = std::min(behind_scheme.find_first_not_of("/\\"), behind_scheme.size());
    const WebAddress address = split_web_address(behind_scheme.substr(slashes));
    const bool is_coded = address.host.find('%') != std::string_view::npos;
    LinkTarget target;
    target.kind = LinkTarget::Kind::web;
    target.host = is_coded ? ascii_host(percent_decoded(address.host)) : ascii_host(address.host);
    target.disguised = address.user.find('.') != std::string_view::npos;
    if (style == LinkStyle::drop) return target;
    const bool dead = style == LinkStyle::defang || scheme == "ftp";
    std::string& words = target.words;
    words.reserve(behind_scheme.size() + 20);  // room for a scheme and what defangs
    words += dead ? dead_scheme(scheme) : scheme;
    if (dead || !scheme.empty()) words += dead ? "[:]" : ":";
    words += "//";
    const std::string host = is_ipv6(target.host) ? target.host : as_words(target.host, host_bytes_max, target.cut);
    words += dead && !host.starts_with('[') ? dead_host(host) : host;
    const std::string rest = as_words(address.behind_host, words_bytes_max, target.cut);
    words += dead ? unlinked(shortened_in_middle(rest, target.cut)) : rest;
    return target;
}

// `label` says what it is, so that nobody follows it.
LinkTarget read_dead_target(std::string_view label, std::string_view words, LinkStyle style) {
    LinkTarget target;
    target.kind = LinkTarget::Kind::dead;
    if (style == LinkStyle::drop) return target;
    target.words.append(label).append(unlinked(as_words(words, dead_words_bytes_max, target.cut)));
    return target;
}

LinkTarget read_dead_scheme(const std::string& scheme, std::string_view behind_scheme, LinkStyle style) {
    // The content of a data: address is a file, not a place.
    if (scheme == "data") behind_scheme = behind_scheme.substr(0, behind_scheme.find(','));
    return read_dead_target(scheme + "[:]", behind_scheme, style);
}

// RFC 6068 lets an address be little more than a dot-atom; what looks like a host in it is none.
std::string mail_address(std::string_view text) {
    static constexpr ByteSet not_of_atom([](char c) {
        return !ascii::is_alnum(c) && std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) == std::string_view::npos;
    });
    static constexpr ByteSet not_of_host(
        [](char c) { return !ascii::is_alnum(c) && c != '-' && c != '.' && c != '_'; });
    const std::string_view trimmed = ascii::trim(text);
    const std::size_t at = trimmed.rfind('@');
    if (at == std::string_view::npos || at == 0 || trimmed.size() > host_bytes_max * 2) return {};
    const std::string_view local = trimmed.substr(0, at);
    const std::string host = ascii_host(trimmed.substr(at + 1));
    const bool is_local = not_of_atom.find_in(local) == local.size() && !ascii::istarts_with(local, "www.");
    const bool is_host = not_of_host.find_in(host) == host.size() && looks_like_host(host) && host.front() != '-';
    return is_local && is_host ? std::string(local).append("@").append(host) : std::string();
}

LinkTarget read_mail_target(std::string_view behind_scheme, LinkStyle style) {
    const std::string untrusted_list = percent_decoded(behind_scheme.substr(0, behind_scheme.find('?')));
    LinkTarget target;
    if (ascii::trim(untrusted_list).empty()) return target;
    target.kind = LinkTarget::Kind::mail;
    for (std::string_view rest = untrusted_list; !rest.empty();) {
        const std::string_view one = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
        const std::string address = mail_address(one);
        if (address.empty() || target.address.size() > words_bytes_max) {
            return read_dead_target("mailto[:]", untrusted_list, style);
        }
        if (!target.address.empty()) target.address += ", ";
        target.address += address;
    }
    if (style != LinkStyle::drop) target.words = target.address;
    return target;
}

LinkTarget read_phone_target(const std::string& scheme, std::string_view behind_scheme, LinkStyle style) {
    static constexpr ByteSet not_of_number(
        [](char c) { return std::string_view("0123456789+-(). *#").find(c) == std::string_view::npos; });
    constexpr std::size_t number_bytes_max = 40;
    const std::string number = percent_decoded(behind_scheme.substr(0, behind_scheme.find_first_of("?;")));
    const bool is_number = number.size() <= number_bytes_max && not_of_number.find_in(number) == number.size() &&
                           std::any_of(number.begin(), number.end(), ascii::is_digit);
    if (!is_number) return read_dead_target(scheme + "[:]", number, style);
    LinkTarget target;
    target.kind = LinkTarget::Kind::phone;
    target.address = ascii::trim(number);
    if (style != LinkStyle::drop) target.words = target.address;
    return target;
}

// What stands without a scheme belongs to a <base> that nobody asks for; it is shown as written.
LinkTarget read_relative_target(std::string_view href, LinkStyle style) {
    LinkTarget target;
    if (href.empty() || href.starts_with('#')) return target;
    target.kind = LinkTarget::Kind::web;
    const std::string_view first = href.substr(0, href.find_first_of("/?#"));
    if (first.find('.') != std::string_view::npos) target.host = ascii_host(first);
    if (style == LinkStyle::drop) return target;
    std::string words = as_words(href, words_bytes_max, target.cut);
    if (style == LinkStyle::defang) words = unlinked(words);
    // A scheme behind an invisible character is none for a browser, but the character will be gone when it is read
    // here.
    const std::size_t colon = words.substr(0, words.find('/')).find(':');
    const bool is_dead = colon != std::string::npos && colon > 0 && words[colon - 1] == '[';
    if (colon != std::string::npos && !is_dead) words.replace(colon, 1, "[:]");
    target.words = std::move(words);
    return target;
}

bool is_file_extension(std::string_view word) {
    constexpr std::array<std::string_view, 33> extensions{
        "pdf", "doc", "docx", "docm", "xls", "xlsx", "xlsm", "ppt",  "pptx", "txt",  "csv",
        "zip", "lzh", "7z",   "rar",  "htm", "html", "xml",  "json", "jpg",  "jpeg", "png",
        "gif", "tif", "tiff", "bmp",  "jtd", "xdw",  "exe",  "js",   "eml",  "msg",  "ics"};
    return std::find(extensions.begin(), extensions.end(), word) != extensions.end();
}

// Folded as a reader sees it: full-width letters are letters, invisible characters are not there.
std::string as_seen(std::string_view text) {
    text = text.substr(0, shown_text_bytes_max);
    if (everyday_run(text) == text.size()) return ascii::to_lower(ascii::trim(text));
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(error);
    if (U_FAILURE(error)) return std::string(text);
    std::string visible;
    for (std::string_view rest = text; !rest.empty();) {
        const utf8::Character c = utf8::first(rest);
        if (c.valid && (is_showable(c.value) || c.value == '\n')) visible.append(rest.substr(0, c.bytes));
        rest.remove_prefix(c.bytes);
    }
    const icu::UnicodeString folded = nfkc->normalize(icu::UnicodeString::fromUTF8(visible), error);
    std::string out;
    folded.toUTF8String(out);
    return U_FAILURE(error) ? std::string(text) : ascii::to_lower(ascii::trim(out));
}

// The host at the start of `text`, of an address that may run on into Japanese ("https://example.jpをご覧ください").
std::string leading_host(std::string_view text) {
    static constexpr ByteSet ends_host("/\\?#:;,!<>()[]{}\"' \t\n");
    const std::size_t end = ends_host.find_in(text);
    const std::string_view whole = text.substr(0, std::min(end, host_bytes_max));
    const auto first_foreign = std::find_if_not(whole.begin(), whole.end(), is_host_byte);
    std::string_view plain = whole.substr(0, static_cast<std::size_t>(first_foreign - whole.begin()));
    while (plain.ends_with('.')) plain.remove_suffix(1);
    if (looks_like_host(plain)) return std::string(plain);
    return looks_like_host(whole) ? ascii_host(whole) : std::string();
}

// The hosts a reader believes to see: of addresses in the text, or the whole text when it is a host alone.
std::vector<std::string> hosts_in(std::string_view text) {
    std::vector<std::string> hosts;
    const auto add = [&](std::string_view from) {
        if (std::string host = leading_host(from); !host.empty()) hosts.push_back(std::move(host));
    };
    for (std::size_t at = text.find("://"); at != std::string_view::npos && hosts.size() < shown_hosts_max;
         at = text.find("://", at + 3)) {
        const std::string_view authority = text.substr(at + 3, text.find_first_of("/ \n", at + 3) - (at + 3));
        const std::size_t user_end = authority.rfind('@');
        add(user_end == std::string_view::npos ? text.substr(at + 3) : text.substr(at + 3 + user_end + 1));
    }
    if (hosts.empty()) {
        if (const std::size_t www = text.find("www."); www != std::string_view::npos) add(text.substr(www));
    }
    static constexpr ByteSet not_of_host_alone(" \n@");
    if (hosts.empty() && not_of_host_alone.find_in(text) == text.size()) {
        const std::string_view host = text.substr(0, text.find_first_of("/?#:"));
        const std::size_t dot = host.rfind('.');
        const bool is_file = dot != std::string_view::npos && is_file_extension(host.substr(dot + 1));
        if (!is_file && looks_like_host(host) && (ascii::is_ascii(host) || ascii::is_ascii(host.substr(dot))))
            add(host);
    }
    return hosts;
}

// The mailbox that the text is, "" when it is something else.
std::string mailbox_of(std::string_view text) {
    if (text.starts_with("mailto:")) text.remove_prefix(7);
    const std::size_t at = text.find('@');
    static constexpr ByteSet not_of_mailbox(" \n/:<>()");
    const bool is_one = at != std::string_view::npos && at > 0 && text.find('@', at + 1) == std::string_view::npos &&
                        not_of_mailbox.find_in(text) == text.size() && looks_like_host(text.substr(at + 1));
    return is_one ? std::string(text) : std::string();
}

std::string_view without_www(std::string_view host) { return host.starts_with("www.") ? host.substr(4) : host; }

// The host shown, or one below it.
bool is_host_or_below(std::string_view target, std::string_view shown) {
    target = without_www(target);
    shown = without_www(shown);
    return target == shown ||
           (target.size() > shown.size() && target.ends_with(shown) && target[target.size() - shown.size() - 1] == '.');
}

// Through the services that only lead on.
std::string followed(std::string_view href) {
    std::string address(href);
    for (int i = 0; i < redirects_max; ++i) {
        std::string target = redirect_target(address);
        if (target.empty()) break;
        address = std::move(target);
    }
    std::string room;
    return std::string(stripped(address, room));
}

std::string digits_of(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), ascii::is_digit);
    return digits;
}

}  // namespace

LinkTarget read_link_target(std::string_view untrusted_href, LinkStyle style) {
    std::string room;
    const std::string address = followed(stripped(untrusted_href, room));
    const std::string_view href = address;
    const std::string scheme = scheme_of(href);
    const std::string_view behind = href.substr(scheme.empty() ? 0 : scheme.size() + 1);
    // Two backslashes make an address that Windows logs in to.
    if (href.starts_with("\\\\")) return read_dead_target("", href, style);
    if (scheme == "http" || scheme == "https" || scheme == "ftp") return read_web_target(scheme, behind, style);
    if (href.starts_with("//") || href.starts_with("/\\") || href.starts_with("\\/"))
        return read_web_target("", behind, style);
    if (scheme == "mailto") return read_mail_target(behind, style);
    if (scheme == "tel" || scheme == "sms" || scheme == "callto") return read_phone_target(scheme, behind, style);
    if (scheme == "cid" || scheme == "mid" || href == "about:blank") return {};
    if (scheme.empty()) return read_relative_target(href, style);
    // "example.jp:8080/x" has no scheme, whatever the grammar says.
    if (scheme.find('.') != std::string::npos) return read_relative_target(href, style);
    return read_dead_scheme(scheme, behind, style);
}

bool says_target(std::string_view shown_text, std::string_view untrusted_href, const LinkTarget& target) {
    const std::string_view text = ascii::trim(shown_text);
    if (!ascii::is_ascii(text)) return false;  // a host in other letters is to be seen in punycode
    switch (target.kind) {
        case LinkTarget::Kind::none:
            return true;
        case LinkTarget::Kind::dead:
            return false;
        case LinkTarget::Kind::mail:
            return ascii::iequals(text, target.address);
        case LinkTarget::Kind::phone:
            return !text.empty() && digits_of(text) == digits_of(target.address);
        case LinkTarget::Kind::web:
            break;
    }
    const auto bare = [](std::string_view address) {
        for (const std::string_view start : {"https://", "http://"}) {
            if (ascii::istarts_with(address, start)) address.remove_prefix(start.size());
        }
        if (address.ends_with('/')) address.remove_suffix(1);
        return address;
    };
    std::string room;
    const std::string href = followed(stripped(untrusted_href, room));
    return !target.disguised && !text.empty() && bare(text) == bare(href);
}

bool belies_target(std::string_view shown_text, const LinkTarget& target) {
    if (target.kind == LinkTarget::Kind::none || target.kind == LinkTarget::Kind::phone) return false;
    if (target.disguised) return true;
    static constexpr ByteSet in_addresses(".:@");
    const bool shows_none = in_addresses.find_in(shown_text) == shown_text.size();
    if (shows_none && everyday_run(shown_text) == shown_text.size()) return false;  // as most words of links
    const std::string text = as_seen(shown_text);
    if (const std::string mailbox = mailbox_of(text); !mailbox.empty()) {
        if (target.kind == LinkTarget::Kind::mail) return !ascii::iequals(mailbox, target.address);
        return !is_host_or_below(target.host, mailbox.substr(mailbox.find('@') + 1));
    }
    const std::string mail_host = target.address.substr(std::min(target.address.rfind('@') + 1, target.address.size()));
    const std::string& host = target.kind == LinkTarget::Kind::mail ? mail_host : target.host;
    const std::vector<std::string> hosts = hosts_in(text);
    return std::any_of(hosts.begin(), hosts.end(),
                       [&](const std::string& shown) { return !is_host_or_below(ascii::to_lower(host), shown); });
}

}  // namespace mugaika::sandboxed
