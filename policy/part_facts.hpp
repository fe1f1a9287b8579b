// What is known about one leaf of a mail without trusting its labels.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika {

// Kinds of content the policy speaks of. Decided by content; the declared type only chooses among kinds of text.
enum class PartKind : std::uint8_t {
    text,    // text/plain and its like shown as body
    html,    // HTML or XHTML
    mail,    // message/rfc822, message/global
    report,  // message/delivery-status, message/disposition-notification, text/rfc822-headers
    pdf,
    office,  // OOXML, OLE2, ODF, RTF
    image,
    archive,     // zip, lzh, 7z, rar, tar, gz, cab …; a mail as a file of Outlook (msg)
    tnef,        // winmail.dat
    calendar,    // ics, vcf
    signature,   // detached signatures and keys: p7s, pgp-signature
    encrypted,   // encrypted mail parts and files
    executable,  // programs, scripts, shortcuts, disk images
    partial,     // message/partial, message/external-body
    other,       // everything else
};
inline constexpr std::uint32_t part_kind_count = 15;

// Files that hold files, each of which becomes a part of the mail below it.
constexpr bool is_container(PartKind kind) noexcept { return kind == PartKind::archive || kind == PartKind::tnef; }

// The detected type of an Office package that is encrypted as a whole, of whichever program.
inline constexpr std::string_view encrypted_package_type = "application/encrypted";

// The detected type of a mail. One in an archive is an archive of its text and files; `mail` says what becomes of it.
inline constexpr std::string_view mail_type = "message/rfc822";

std::string_view to_string(PartKind) noexcept;
std::optional<PartKind> part_kind_from_name(std::string_view) noexcept;

// "1", "1.2", "1.2/3.1": numbers from 1 without leading zeros, joined by dots and slashes, at most 512 bytes.
bool is_part_path(std::string_view) noexcept;

// Does `later` stand behind `path` in a mail? Number by number, "1.2" before "1.10"; what lies in a part comes behind
// it.
bool is_behind(std::string_view later, std::string_view path) noexcept;

struct PartFacts {
    std::string path;           // "1.2"; members of archives "1.2/3"; digits, dots and slashes only
    std::string declared_type;  // lower case type/subtype as the mail says, "" when it says nothing usable
    std::string detected_type;  // type/subtype as the bytes say
    PartKind kind = PartKind::other;
    std::string name;            // file name, cleaned for showing; "" when none is given
    bool is_attachment = false;  // Content-Disposition: attachment, or a name on something that is no body
    std::uint64_t bytes = 0;     // decoded
};

}  // namespace mugaika
