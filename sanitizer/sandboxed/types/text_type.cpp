#include "sanitizer/sandboxed/types/text_type.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/types/field_name.hpp"
#include "sanitizer/sandboxed/types/web_archive_look.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t sample_bytes = 64u << 10;
constexpr std::size_t piece_bytes = 1024;

struct Marker {
    std::string_view words;  // lower case
    std::string_view type;
    PartKind kind;
};

// Content that begins so is not prose, whatever it is declared to be. AC-203, AC-219, AC-220.
constexpr std::array<Marker, 19> at_start{{
    {"{\\rt", "application/rtf", PartKind::office},
    {"%!ps", "application/postscript", PartKind::other},
    {"\xc5\xd0\xd3\xc6", "application/postscript", PartKind::other},
    {"#!/", "text/x-shellscript", PartKind::executable},
    {"#! /", "text/x-shellscript", PartKind::executable},
    {"@echo off", "text/x-msdos-batch", PartKind::executable},
    {"<?php", "text/x-php", PartKind::executable},
    {"windows registry editor", "text/x-ms-regedit", PartKind::executable},
    {"regedit4", "text/x-ms-regedit", PartKind::executable},
    {"[internetshortcut]", "application/x-mswinurl", PartKind::executable},
    {"[shell]", "application/x-ms-scf", PartKind::executable},
    {"[.shellclassinfo]", "application/x-ms-desktop-ini", PartKind::executable},
    {"[autorun]", "application/x-setupscript", PartKind::executable},
    {"web\n1\n", "application/x-ms-iqy", PartKind::executable},
    {"web\r\n1\r\n", "application/x-ms-iqy", PartKind::executable},
    {"id;p", "application/x-sylk", PartKind::office},
    {"-----begin pgp message-----", "application/pgp-encrypted", PartKind::encrypted},
    {"(this file must be converted with binhex", "application/mac-binhex40", PartKind::archive},
    {"begin-base64 ", "text/x-uuencode", PartKind::archive},
}};

constexpr std::size_t longest_start =
    std::max_element(at_start.begin(), at_start.end(), [](const Marker& a, const Marker& b) {
        return a.words.size() < b.words.size();
    })->words.size();

// Root elements of XML files. Only the root decides: HTML mails carry pieces of Office XML and SVG inside. AC-200,
// AC-216, AC-219.
constexpr std::array<Marker, 12> roots{{
    {"html", "text/html", PartKind::html},
    {"svg", "image/svg+xml", PartKind::image},
    {"job", "application/x-wsf", PartKind::executable},
    {"package", "application/x-wsf", PartKind::executable},
    {"component", "application/x-wsf", PartKind::executable},
    {"scriptlet", "application/x-wsf", PartKind::executable},
    {"librarydescription", "application/windows-library+xml", PartKind::executable},
    {"searchconnectordescription", "application/windows-search-connector+xml", PartKind::executable},
    {"pcsettings", "application/windows-settingcontent+xml", PartKind::executable},
    {"w:worddocument", "application/vnd.ms-office", PartKind::office},
    {"pkg:package", "application/vnd.ms-office", PartKind::office},
    {"workbook", "application/vnd.ms-office", PartKind::office},
}};

constexpr std::array<std::string_view, 20> html_elements{
    "<!doctype html", "<html", "<head", "<body",   "<script", "<iframe", "<table", "<meta",  "<style", "<title", "<a ",
    "<img",           "<div",  "<form", "<object", "<embed",  "<base",   "<link",  "<frame", "<span"};

// Formats that may be quoted in a body as well: they decide only for parts that are not declared plain text. AC-231.
constexpr std::array<Marker, 6> armour{{
    {"-----begin pgp signature-----", "application/pgp-signature", PartKind::signature},
    {"-----begin pgp public key block-----", "application/pgp-keys", PartKind::signature},
    {"-----begin pkcs7-----", "application/pkcs7-mime", PartKind::encrypted},
    {"-----begin certificate-----", "application/pem-certificate-chain", PartKind::signature},
    {"begin:vcalendar", "text/calendar", PartKind::calendar},
    {"begin:vcard", "text/vcard", PartKind::calendar},
}};

// Declared types that are not plain text; every one of them needs text content to be believed.
constexpr std::array<Marker, 33> declared_kinds{{
    {"message/rfc822", "message/rfc822", PartKind::mail},
    {"message/global", "message/global", PartKind::mail},
    {"message/delivery-status", "message/delivery-status", PartKind::report},
    {"message/global-delivery-status", "message/global-delivery-status", PartKind::report},
    {"message/disposition-notification", "message/disposition-notification", PartKind::report},
    {"message/global-disposition-notification", "message/global-disposition-notification", PartKind::report},
    {"message/feedback-report", "message/feedback-report", PartKind::report},
    {"message/tracking-status", "message/tracking-status", PartKind::report},
    {"message/global-headers", "message/global-headers", PartKind::report},
    {"text/rfc822-headers", "text/rfc822-headers", PartKind::report},
    {"text/rfc822", "message/rfc822", PartKind::mail},
    {"text/html", "text/html", PartKind::html},
    {"application/xhtml+xml", "application/xhtml+xml", PartKind::html},
    {"text/calendar", "text/calendar", PartKind::calendar},
    {"application/ics", "text/calendar", PartKind::calendar},
    {"text/vcard", "text/vcard", PartKind::calendar},
    {"text/x-vcard", "text/vcard", PartKind::calendar},
    {"text/directory", "text/vcard", PartKind::calendar},
    {"application/pgp-encrypted", "application/pgp-encrypted", PartKind::encrypted},
    {"application/pkcs7-mime", "application/pkcs7-mime", PartKind::encrypted},
    {"application/x-pkcs7-mime", "application/pkcs7-mime", PartKind::encrypted},
    {"application/javascript", "text/javascript", PartKind::executable},
    {"application/x-javascript", "text/javascript", PartKind::executable},
    {"text/javascript", "text/javascript", PartKind::executable},
    {"text/vbscript", "text/vbscript", PartKind::executable},
    {"application/hta", "application/hta", PartKind::executable},
    {"application/x-sh", "text/x-shellscript", PartKind::executable},
    {"application/x-shellscript", "text/x-shellscript", PartKind::executable},
    {"text/x-shellscript", "text/x-shellscript", PartKind::executable},
    {"application/x-bat", "text/x-msdos-batch", PartKind::executable},
    {"application/x-msdownload", "application/x-msdownload", PartKind::executable},
    {"application/x-msdos-program", "application/x-msdownload", PartKind::executable},
    {"application/x-mswinurl", "application/x-mswinurl", PartKind::executable},
}};

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

bool is_utf16(std::string_view text) { return text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"); }

// Line ends, blanks and the shifts of ISO-2022 (ESC, SO, SI) are what text may hold. Without a branch, so that the
// compiler looks at sixteen bytes at a time.
constexpr bool is_odd_control(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < '\t') | ((byte > 0x0f) & (byte < ' ') & (byte != 0x1b)) | (byte == 0x7f);
}

bool holds_odd_control(std::string_view text) noexcept {
    unsigned char odd = 0;
    for (const char c : text) odd |= static_cast<unsigned char>(is_odd_control(c));
    return odd != 0;
}

// Where a line begins yEnc; npos when none does.
std::size_t start_of_yenc(std::string_view text) noexcept {
    std::size_t at = text.find("=ybegin ");
    while (at != std::string_view::npos && at > 0 && text[at - 1] != '\n') at = text.find("=ybegin ", at + 1);
    return at;
}

std::string_view from_first_word(std::string_view text) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    const auto first = std::find_if_not(text.begin(), text.end(), ascii::is_space);
    return text.substr(static_cast<std::size_t>(first - text.begin()));
}

// The first so many bytes of text as the markers are written: lower case, from the first word on. UTF-16 loses its NUL
// bytes, which is enough to find ASCII words in it.
std::string searchable(std::string_view untrusted_bytes, std::size_t bytes_max) {
    const std::string_view sample = untrusted_bytes.substr(0, sample_bytes);
    if (!is_utf16(sample)) return ascii::to_lower(from_first_word(sample).substr(0, bytes_max));
    std::string latin(sample.substr(2));
    std::erase(latin, '\0');
    return ascii::to_lower(from_first_word(latin).substr(0, bytes_max));
}

const Marker* find_start(std::string_view text, const auto& markers) {
    const auto found =
        std::find_if(markers.begin(), markers.end(), [&](const Marker& m) { return text.starts_with(m.words); });
    return found == markers.end() ? nullptr : &*found;
}

const Marker* find_exact(std::string_view words, const auto& markers) {
    const auto found = std::find_if(markers.begin(), markers.end(), [&](const Marker& m) { return m.words == words; });
    return found == markers.end() ? nullptr : &*found;
}

// The name of the first element after XML declaration, processing instructions, comments and DOCTYPE; "" when the text
// does not begin with markup.
std::string_view root_element(std::string_view text) {
    while (text.starts_with("<?") || text.starts_with("<!")) {
        const std::string_view close = text.starts_with("<!--") ? "-->" : ">";
        const std::size_t end = text.find(close);
        if (end == std::string_view::npos) return {};
        text = ascii::trim(text.substr(end + close.size()));
    }
    if (!text.starts_with('<')) return {};
    text.remove_prefix(1);
    return text.substr(0, text.find_first_of(" \t\r\n/>"));
}

bool is_html_element(std::string_view text) {
    return std::any_of(html_elements.begin(), html_elements.end(),
                       [&](std::string_view element) { return text.starts_with(element); });
}

bool holds_html(std::string_view text) {
    for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
        if (is_html_element(text.substr(at))) return true;
    }
    return false;
}

constexpr std::array<std::string_view, 16> mail_fields{
    "received",     "return-path",  "delivered-to", "from",     "to",       "cc",     "date",       "subject",
    "mime-version", "content-type", "message-id",   "reply-to", "x-mailer", "sender", "x-received", "dkim-signature"};

// Two fields that mails have, from the first line on: prose does not look so.
bool looks_like_mail(std::string_view text) {
    int known = 0;
    for (int line_number = 0; line_number < 20 && known < 2; ++line_number) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const std::string_view name = ascii::trim(line.substr(0, line.find(':')));
        const bool is_field = line.find(':') != std::string_view::npos && is_field_name(name);
        const bool is_extra = line.starts_with(' ') || line.starts_with('\t') || line.starts_with("from ");
        if (!is_field && !is_extra) return false;
        if (is_field && std::find(mail_fields.begin(), mail_fields.end(), name) != mail_fields.end()) ++known;
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return known >= 2;
}

// "<hta:application" somewhere. Asked of all HTML, so by the sign in it that is rarer there than "<".
bool holds_hta(std::string_view text) {
    constexpr std::string_view before = "<hta";
    constexpr std::string_view behind = ":application";
    for (std::size_t at = text.find(behind); at != std::string_view::npos; at = text.find(behind, at + 1)) {
        if (text.substr(0, at).ends_with(before)) return true;
    }
    return false;
}

// The EICAR test file split in two, so that this program is not taken for it. AC-221.
bool holds_eicar(std::string_view untrusted_bytes) {
    static constexpr std::string_view first = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-";
    static constexpr std::string_view second = "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
    for (std::size_t at = untrusted_bytes.find(first); at != std::string_view::npos;
         at = untrusted_bytes.find(first, at + 1)) {
        if (untrusted_bytes.substr(at + first.size()).starts_with(second)) return true;
    }
    return false;
}

FileType to_type(const Marker& marker) { return {std::string(marker.type), marker.kind}; }

std::optional<FileType> type_by_content_alone(std::string_view start, std::string_view untrusted_bytes) {
    if (holds_eicar(untrusted_bytes)) return FileType{"application/x-eicar", PartKind::executable};
    if (const Marker* marker = find_start(start, at_start)) return to_type(*marker);
    if (holds_pdf_header(untrusted_bytes)) return FileType{"application/pdf", PartKind::pdf};
    return std::nullopt;
}

// A multipart that could not be opened is an opaque body (AC-050), whatever seems to stand in it.
bool is_plain(std::string_view declared_type) {
    return declared_type == "text/plain" || declared_type.empty() || declared_type.starts_with("multipart/");
}

// Sound and pictures may by chance have no control character in them; playlists and drawings are made of text.
bool is_media(std::string_view declared_type) {
    constexpr std::array<std::string_view, 5> groups{"audio/", "video/", "image/", "font/", "model/"};
    return std::any_of(groups.begin(), groups.end(),
                       [&](std::string_view group) { return declared_type.starts_with(group); });
}

// ASCII, UTF-8 or with a byte order mark.
bool is_surely_text(std::string_view untrusted_bytes) {
    if (is_utf16(untrusted_bytes)) return true;
    std::string_view sample = utf8::cut(untrusted_bytes, sample_bytes);
    while (!sample.empty()) {
        const utf8::Character c = utf8::first(sample);
        if (!c.valid) return false;
        sample.remove_prefix(c.bytes);
    }
    return true;
}

}  // namespace

TextLook text_look(std::string_view untrusted_sample) noexcept {
    std::string_view sample = untrusted_sample.substr(0, sample_bytes);
    // yEnc is binary in the middle of a text; it is cut out of the text later (embedded_files).
    sample = sample.substr(0, start_of_yenc(sample));
    if (sample.empty()) return TextLook::text;
    if (sample.starts_with(byte_order_mark) || is_utf16(sample)) return TextLook::text;
    const std::size_t few = sample.size() / 100 + 1;
    std::size_t odd = 0;
    std::size_t nul = 0;
    for (std::string_view rest = sample; !rest.empty();) {
        const std::string_view piece = rest.substr(0, piece_bytes);
        rest.remove_prefix(piece.size());
        if (!holds_odd_control(piece)) continue;
        odd += static_cast<std::size_t>(std::count_if(piece.begin(), piece.end(), is_odd_control));
        nul += static_cast<std::size_t>(std::count(piece.begin(), piece.end(), '\0'));
        if (odd > few && nul != odd) return TextLook::binary;  // as is most of what is not text, soon
    }
    if (odd == 0) return TextLook::text;
    // UTF-16 without a mark: half of Latin text is NUL, nothing else is odd. Japanese has fewer, never none.
    if (nul == odd && nul > sample.size() / 64) return TextLook::loose;
    return odd <= few ? TextLook::loose : TextLook::binary;
}

bool starts_like_mail(std::string_view untrusted_bytes) noexcept {
    const std::string_view line = untrusted_bytes.substr(0, untrusted_bytes.find('\n')).substr(0, 1000);
    if (line.starts_with("From ") || line.starts_with(">From ")) return true;
    const std::size_t colon = line.find(':');
    return colon != std::string_view::npos && is_field_name(ascii::trim(line.substr(0, colon)));
}

bool holds_pdf_header(std::string_view untrusted_bytes) noexcept {
    return untrusted_bytes.substr(0, 1024).find("%PDF-") != std::string_view::npos &&
           untrusted_bytes.substr(0, sample_bytes).find("obj") != std::string_view::npos;
}

FileType text_type_of(std::string_view untrusted_bytes, std::string_view declared_type) {
    const std::string start = searchable(untrusted_bytes, longest_start);
    if (const auto type = type_by_content_alone(start, untrusted_bytes)) return *type;
    if (is_plain(declared_type)) return {"text/plain", PartKind::text};
    if (is_media(declared_type) && !is_surely_text(untrusted_bytes))
        return {"application/octet-stream", PartKind::other};
    const Marker* declared = find_exact(declared_type, declared_kinds);
    // A declared type that makes it worse, a mail or a report is believed before the text is searched.
    if (declared != nullptr && declared->kind != PartKind::html) return to_type(*declared);
    if (looks_like_web_archive(untrusted_bytes)) return {std::string(web_archive_type), PartKind::html};
    const std::string text = searchable(untrusted_bytes, sample_bytes);
    if (holds_hta(text)) return {"application/hta", PartKind::executable};
    if (const Marker* root = find_exact(root_element(text), roots)) return to_type(*root);
    if (declared != nullptr) return to_type(*declared);
    if (const Marker* marker = find_start(text, armour)) return to_type(*marker);
    if (is_html_element(text)) return {"text/html", PartKind::html};
    // A CSV or source file may well hold a tag somewhere; a file that calls itself anything but text may not.
    if (declared_type.starts_with("text/")) return {"text/plain", PartKind::text};
    if (holds_html(text)) return {"text/html", PartKind::html};
    if (looks_like_mail(text)) return {"message/rfc822", PartKind::mail};
    return {"text/plain", PartKind::text};
}

}  // namespace mugaika::sandboxed
