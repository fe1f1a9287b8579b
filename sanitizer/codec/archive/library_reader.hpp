// libarchive, kept short: one format or one filter at a time, of bytes in memory, and an end at the first error of any
// kind: Debian's library has read freed memory where reading went on (STACK-FILES.md 7).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "policy/reason.hpp"
#include "sanitizer/mail/file_purse.hpp"

struct archive;

namespace mugaika::codec::archive {

enum class Format : std::uint8_t { tar, seven_zip, rar, rar5, lzh };
enum class Filter : std::uint8_t { bzip2, xz };  // one layer, never what is inside it; gzip: zip/gunzip.hpp

struct LibraryMember {
    std::string untrusted_name;  // bytes of the archive, or UTF-8 where it has UTF-16
    bool says_utf8 = false;
    bool is_folder = false;
    Reason held = Reason::none;  // encrypted, or no file at all
};

class LibraryReader {
public:
    // All functions throw zip::Refused: document_damaged, encrypted, inner_too_large.
    LibraryReader(std::string_view untrusted, Format);
    LibraryReader(std::string_view untrusted, Filter);  // has one member

    // False at the end.
    bool next(LibraryMember&);
    // The member's bytes, each paid before it is taken. Before the next member, and not of one that is held.
    std::string read(FilePurse&);

private:
    [[noreturn]] void refuse_with(std::string words) const;
    void open(std::string_view untrusted);

    struct Free {
        void operator()(::archive*) const noexcept;
    };
    std::unique_ptr<::archive, Free> archive_;
    bool tells_encryption_ = false;
};

// See load_archive_tables.
void load_library_tables();

}  // namespace mugaika::codec::archive
