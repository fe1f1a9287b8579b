// An archive's members, one after the other, each with its bytes or why they are not given. Nothing that the archive
// says about itself is believed; every byte is paid before it is unpacked, every member before it is listed. An archive
// inside is a member like others (AC-141 … AC-162).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

struct ArchiveMember {
    // UTF-8, NFC, folders joined by '/', no leading slash, no "." or "..", no control or format characters; unique in
    // the archive, also in other letters' case; at most FileLimits::archive_name_bytes_max
    std::string name;
    Reason held = Reason::none;   // why its bytes are not given
    std::string untrusted_bytes;  // "" when held or not wanted
    std::vector<Reason> notes;    // name_cleaned, charset_guessed
    bool is_letter = false;       // the text of a message; the last of its files
};

// Which members' bytes are given: all, or those of these numbers (from 1, ascending).
class WantedMembers {
public:
    WantedMembers() = default;
    explicit WantedMembers(std::vector<std::uint32_t> numbers) : numbers_(std::move(numbers)) {}
    bool holds(std::size_t number) const noexcept;

private:
    std::vector<std::uint32_t> numbers_;  // none: all
};

enum class OnMember : std::uint8_t { go_on, stop };
using MemberSink = std::function<OnMember(std::size_t number /*from 1*/, ArchiveMember&&)>;

// ZIP, tar, 7z, RAR 4 and 5, LZH, cab; gz, bz2 and xz of one file or of a tar; winmail.dat and mails of Outlook (msg),
// whose text is a file too. Members come in the archive's order;
// folders are no members, nor is what macOS adds to files. Numbers and names are the same whatever is wanted; what is
// wrong with a ZIP member's data is seen when it is wanted. Something: why the archive as a whole is held. Then the
// sink was not called, as nothing must be believed. not_rebuilt: nobody here reads this kind; encrypted: its list is;
// too_many_members, inner_too_large; else document_damaged, not_representable. Throws what the sink throws.
std::optional<FileNotMade> read_archive(std::string_view untrusted, std::string_view detected_type,
                                        std::string_view archive_name, FilePurse&, const WantedMembers& wanted,
                                        const MemberSink&);

// Sets TZ and LC_CTYPE of the process and loads charsets, which the library would look for later, in the sandbox. Once
// per process, before any other thread. Throws std::runtime_error when the system has no UTF-8 locale.
void load_archive_tables();

}  // namespace mugaika::codec
