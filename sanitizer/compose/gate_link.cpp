#include "sanitizer/compose/gate_link.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace mugaika::gate {
namespace {

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_letter_or_digit(char c) noexcept { return is_letter(c) || (c >= '0' && c <= '9'); }
bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

bool is_listed(std::string_view list, const std::string& word) { return list.find(" " + word + " ") != list.npos; }

constexpr std::size_t host_bytes_max = 255;

// Extensions of files; no mail program makes a link of a bare name that ends so.
constexpr std::string_view harmless_extensions =
    " 7z asp aspx bat bin bmp cfm cgi chm css csv dat doc docm docx dwg dxf eml exe gif gz heic htm html ics iso jar "
    "jpeg "
    "jpg js json jsp jtd jww lnk log lzh msg odp ods odt pdf php png ppt pptm pptx rar rtf shtml svg tgz tif tiff txt "
    "vbs "
    "vcf webp xbd xdw xls xlsm xlsx xml zip ";

// Without "//" behind them, too.
constexpr std::string_view followed_schemes =
    " chrome file filesystem ftp ftps gopher imap irc jar javascript ldap mailbox mhtml nntp sftp smb ssh telnet "
    "vbscript "
    "webcal webcals wyciwyg ";

// A chain of labels is a host by its last one: "a.b.pdf" is none, "a.pdf.b" is.
bool dot_links(std::string_view line, std::size_t dot) {
    if (dot + 1 == line.size() || !is_letter(line[dot + 1])) return false;
    std::size_t end = dot + 1;
    std::size_t last_label = dot + 1;
    for (; end < line.size(); ++end) {
        if (end - dot > host_bytes_max) return true;
        const char c = line[end];
        if (c == '.') last_label = end + 1;
        if (!is_letter_or_digit(c) && c != '.' && c != '-' && c != '_') break;
    }
    if (end < line.size() && std::string_view("/:@").find(line[end]) != std::string_view::npos) return true;
    return !is_listed(harmless_extensions, lower(line.substr(last_label, end - last_label)));
}

bool colon_follows_scheme(std::string_view line, std::size_t colon) {
    constexpr std::size_t word_bytes_max = 30;
    if (colon + 1 == line.size() || is_blank(line[colon + 1])) return false;
    std::size_t begin = colon;
    while (begin > 0 && colon - begin < word_bytes_max && is_letter_or_digit(line[begin - 1])) --begin;
    const std::string word = lower(line.substr(begin, colon - begin));
    if (line.substr(colon + 1).starts_with("//")) {
        const bool is_word = std::any_of(word.begin(), word.end(), is_letter);
        return is_word && !word.ends_with("http") && !word.ends_with("https");
    }
    return is_listed(followed_schemes, word);
}

}  // namespace

bool is_clickable(std::string_view line) {
    if (line.find_first_of('@') != line.npos || line.find(":/") != line.npos || line.find("\\\\") != line.npos ||
        lower(line).find("www.") != std::string::npos) {
        return true;
    }
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '.' && dot_links(line, i)) return true;
        const bool scheme = line[i] == ':' && i > 0 && is_letter(line[i - 1]);
        if (scheme && i + 1 < line.size() && !is_blank(line[i + 1])) return true;
    }
    return false;
}

bool has_live_scheme(std::string_view line) {
    if (line.find("\\\\") != line.npos) return true;
    for (std::size_t colon = line.find(':'); colon != line.npos; colon = line.find(':', colon + 1)) {
        if (colon_follows_scheme(line, colon)) return true;
    }
    return false;
}

}  // namespace mugaika::gate
