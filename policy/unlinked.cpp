#include "policy/unlinked.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "policy/ascii.hpp"
#include "policy/byte_set.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

// Never the end of what a mail program makes a link of by itself. ".zip" is a top-level domain too, but those programs
// want "www." or a scheme in front of it; ".com", ".mov", ".one", ".cab" and ".py" are left to be broken up.
constexpr auto plain_extensions = std::to_array<std::string_view>(
    {"7z",   "asp",  "aspx", "bat", "bin",  "bmp",  "cfm",  "cgi",  "chm",  "css",  "csv",   "dat", "doc",
     "docm", "docx", "dwg",  "dxf", "eml",  "exe",  "gif",  "gz",   "heic", "htm",  "html",  "ics", "iso",
     "jar",  "jpeg", "jpg",  "js",  "json", "jsp",  "jtd",  "jww",  "lnk",  "log",  "lzh",   "msg", "odp",
     "ods",  "odt",  "pdf",  "php", "png",  "ppt",  "pptm", "pptx", "rar",  "rtf",  "shtml", "svg", "tgz",
     "tif",  "tiff", "txt",  "vbs", "vcf",  "webp", "xbd",  "xdw",  "xls",  "xlsm", "xlsx",  "xml", "zip"});

constexpr std::size_t chain_bytes_max = 255;  // no host and no file name is longer

char at(std::string_view text, std::size_t i) noexcept { return i < text.size() ? text[i] : ' '; }

// Of the whole chain of labels behind a dot the last one decides: "第1.2版.pdf", "a.tar.gz" and "x.pdf.exe" are no
// hosts, "x.pdf.example" is.
bool ends_as_a_file(std::string_view after_dot) noexcept {
    const auto is_chain = [](char c) { return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_'; };
    const auto* const end =
        std::find_if_not(after_dot.begin(), after_dot.begin() + std::min(after_dot.size(), chain_bytes_max), is_chain);
    const auto length = static_cast<std::size_t>(end - after_dot.begin());
    if (length == chain_bytes_max) return false;
    if (std::string_view("/:@").find(at(after_dot, length)) != std::string_view::npos) return false;
    const std::string_view chain = after_dot.substr(0, length);
    const std::string lower = ascii::to_lower(chain);
    if (lower.find("www.") != std::string::npos) return false;  // which will be broken up, and the chain with it
    const std::string last = lower.substr(lower.rfind('.') + 1);
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

// What follows such a scheme is followed, or opened, by some mail program, browser or system. Sorted.
constexpr auto live_schemes = std::to_array<std::string_view>({
    "acrobat",
    "adiumxtra",
    "afp",
    "bitcoin",
    "blob",
    "chrome",
    "chrome-extension",
    "cid",
    "davs",
    "ed2k",
    "facetime",
    "facetime-audio",
    "file",
    "filesystem",
    "finger",
    "ftp",
    "ftps",
    "gopher",
    "gtalk",
    "hcp",
    "imap",
    "imaps",
    "irc",
    "irc6",
    "ircs",
    "itms",
    "itms-apps",
    "jabber",
    "jar",
    "javascript",
    "jscript",
    "ldap",
    "ldaps",
    "livescript",
    "magnet",
    "mailbox",
    "mhtml",
    "mid",
    "mk",
    "mms",
    "mocha",
    "moz-extension",
    "msnim",
    "msteams",
    "nfs",
    "nntp",
    "obsidian",
    "onenote",
    "rdp",
    "rlogin",
    "rsync",
    "rtmp",
    "rtsp",
    "search-ms",
    "sftp",
    "sip",
    "sips",
    "smb",
    "snews",
    "ssh",
    "svn",
    "teamviewer",
    "telnet",
    "tn3270",
    "tox",
    "vbscript",
    "view-source",
    "vnc",
    "vscode",
    "wais",
    "webcal",
    "webcals",
    "whatsapp",
    "wpad",
    "wss",
    "wyciwyg",
    "xmpp",
    "zoommtg",
    "zoomus",
});
static_assert(std::is_sorted(live_schemes.begin(), live_schemes.end()));

// Schemes that are everyday words as well: Japanese or a number behind them is no address ("NEWS:新着情報").
constexpr auto live_words =
    std::to_array<std::string_view>({"about", "data", "feed", "geo", "maps", "message", "news", "outlook", "resource",
                                     "skype", "slack", "spotify", "steam"});
// Labels of numbers in every other signature.
constexpr auto phone_schemes = std::to_array<std::string_view>({"callto", "fax", "sms", "tel"});

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& words, std::string_view word) noexcept {
    return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr bool is_scheme_char(char c) noexcept { return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.'; }

// What stands before the colon and could be a scheme, in lower case. Linear in all, as no colon is in it.
std::string scheme_before(std::string_view text, std::size_t colon) {
    std::size_t begin = colon;
    while (begin > 0 && is_scheme_char(text[begin - 1])) --begin;
    while (begin < colon && !ascii::is_alpha(text[begin])) ++begin;
    return ascii::to_lower(text.substr(begin, colon - begin));
}

struct Quote {
    char32_t sign;
    std::string_view instead;
};
// What ends or opens a quotation or a heading of ours, and what is drawn like it.
constexpr auto quotes = std::to_array<Quote>({
    {U'"', "'"},    {0x201c, "'"},  {0x201d, "'"},  {0x201e, "'"},  {0x201f, "'"},  {0x2033, "'"},
    {0xff02, "'"},  {0x300c, "『"}, {0x300d, "』"}, {0xff62, "『"}, {0xff63, "』"}, {0xfe41, "『"},
    {0xfe42, "』"}, {0x231c, "『"}, {0x231d, "』"}, {0x231e, "『"}, {0x231f, "』"}, {0x250c, "『"},
    {0x2518, "』"}, {0x250f, "『"}, {0x251b, "』"}, {0x300e, "『"}, {0x300f, "』"}, {0x3010, "("},
    {0x3011, ")"},  {0xff3b, "("},  {0xff3d, ")"},  {0x3014, "("},  {0x3015, ")"},
});

// "ms-msdt", "x.ms-msdt": families of schemes, each with a program of its own.
bool is_of_a_live_family(std::string_view scheme) noexcept {
    constexpr auto starts = std::to_array<std::string_view>({"ms-", "web+"});
    return std::any_of(starts.begin(), starts.end(), [&](std::string_view start) {
        for (std::size_t i = scheme.find(start); i != scheme.npos; i = scheme.find(start, i + 1)) {
            if (i == 0 || !ascii::is_alnum(scheme[i - 1])) return true;
        }
        return false;
    });
}

enum class Follower : std::uint8_t { alive, dead, number };

Follower judge_colon(std::string_view text, std::size_t colon) {
    const char next = at(text, colon + 1);
    if (ascii::is_space(next)) return Follower::alive;
    const std::string whole = scheme_before(text, colon);
    if (is_of_a_live_family(whole)) return Follower::dead;
    // "x.file:" and "foo-ftp:" too: programs differ in where an address begins.
    const std::string_view last = std::string_view(whole).substr(whole.find_last_of("+-.") + 1);
    const char after_next = at(text, colon + 2);
    if (next == '/' && (after_next == '/' || after_next == '\\')) {
        const bool is_web = last.ends_with("http") || last.ends_with("https");  // "URLhttps://" is the web's
        return last.empty() || is_web ? Follower::alive : Follower::dead;
    }
    const auto is_live = [&](std::string_view scheme) {
        return std::binary_search(live_schemes.begin(), live_schemes.end(), scheme);
    };
    if (is_live(whole) || is_live(last)) return Follower::dead;
    const bool is_ascii = static_cast<unsigned char>(next) < 0x80;
    if (is_ascii && !ascii::is_digit(next) && is_one_of(live_words, last)) return Follower::dead;
    return is_ascii && is_one_of(phone_schemes, last) ? Follower::number : Follower::alive;
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

std::string with_ordinary_links(std::string_view utf8) {
    std::string out;
    append_with_ordinary_links(out, utf8);
    return out;
}

void append_with_ordinary_links(std::string& out, std::string_view utf8) {
    static constexpr ByteSet signs(":\\");
    std::size_t copied = 0;
    for (std::size_t i = signs.find_in(utf8); i < utf8.size(); i += 1 + signs.find_in(utf8.substr(i + 1))) {
        const bool is_unc = utf8[i] == '\\' && i > 0 && utf8[i - 1] == '\\';
        const Follower follower = utf8[i] == ':' ? judge_colon(utf8, i) : is_unc ? Follower::dead : Follower::alive;
        if (follower == Follower::alive) continue;
        out.append(utf8.substr(copied, i - copied));
        out += follower == Follower::number ? ": " : utf8[i] == ':' ? "[:]" : "[\\]";
        copied = i + 1;
    }
    out.append(utf8.substr(copied));
}

std::string in_quotes(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const utf8::Character c = utf8::first(text);
        const auto* const row =
            std::find_if(quotes.begin(), quotes.end(), [&](const auto& q) { return q.sign == c.value; });
        out.append(row == quotes.end() ? text.substr(0, c.bytes) : row->instead);
        text.remove_prefix(c.bytes);
    }
    return out;
}

}  // namespace mugaika
