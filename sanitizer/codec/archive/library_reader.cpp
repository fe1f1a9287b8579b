#include "sanitizer/codec/archive/library_reader.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <iconv.h>

#include <array>
#include <clocale>
#include <cstdlib>
#include <ctime>
#include <stdexcept>

#include "sanitizer/codec/archive/held_reasons.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::archive {
namespace {

using zip::Refused;

constexpr std::uint32_t empty_blocks_max = 1000;  // in a row; the library has loops that give nothing

int choose(::archive* reader, Format format) {
    switch (format) {
        case Format::tar:
            return archive_read_support_format_tar(reader);
        case Format::seven_zip:
            return archive_read_support_format_7zip(reader);
        case Format::rar:
            return archive_read_support_format_rar(reader);
        case Format::rar5:
            return archive_read_support_format_rar5(reader);
        case Format::lzh:
            // Its names are put together in wide characters: bytes of another charset would end the reading.
            if (const int chosen = archive_read_support_format_lha(reader); chosen != ARCHIVE_OK) return chosen;
            return archive_read_set_format_option(reader, "lha", "hdrcharset", "CP932");
    }
    return ARCHIVE_FATAL;
}

// Appended, not supported: else each filter is tried again on what it gave.
int choose(::archive* reader, Filter filter) {
    if (const int chosen = archive_read_support_format_raw(reader); chosen != ARCHIVE_OK) return chosen;
    switch (filter) {
        case Filter::bzip2:
            return archive_read_append_filter(reader, ARCHIVE_FILTER_BZIP2);
        case Filter::xz:
            return archive_read_append_filter(reader, ARCHIVE_FILTER_XZ);
    }
    return ARCHIVE_FATAL;
}

Reason why_held(archive_entry* entry) {
    if (archive_entry_is_encrypted(entry) != 0) return Reason::encrypted;
    const bool is_link = archive_entry_hardlink(entry) != nullptr || archive_entry_symlink(entry) != nullptr;
    const bool has_holes = archive_entry_sparse_count(entry) > 0;
    const auto type = archive_entry_filetype(entry);
    return is_link || has_holes || (type != AE_IFREG && type != AE_IFDIR) ? not_a_file : Reason::none;
}

}  // namespace

void LibraryReader::Free::operator()(::archive* reader) const noexcept { archive_read_free(reader); }

void LibraryReader::refuse_with(std::string words) const {
    // To be asked of these only: of a filter alone the library goes astray.
    if (tells_encryption_ && archive_read_has_encrypted_entries(archive_.get()) > 0) {
        throw Refused{Reason::encrypted, "it is encrypted"};
    }
    zip::damaged(std::move(words));
}

LibraryReader::LibraryReader(std::string_view untrusted, Format format)
    : archive_(archive_read_new()), tells_encryption_(format != Format::tar && format != Format::lzh) {
    if (!archive_ || choose(archive_.get(), format) != ARCHIVE_OK) zip::refuse("the library has no such reader");
    open(untrusted);
}

LibraryReader::LibraryReader(std::string_view untrusted, Filter filter) : archive_(archive_read_new()) {
    if (!archive_ || choose(archive_.get(), filter) != ARCHIVE_OK) zip::refuse("the library has no such reader");
    open(untrusted);
}

void LibraryReader::open(std::string_view untrusted) {
    if (archive_read_open_memory(archive_.get(), untrusted.data(), untrusted.size()) != ARCHIVE_OK) {
        zip::damaged("the archive does not begin as one of its kind");
    }
}

bool LibraryReader::next(LibraryMember& member) {
    archive_entry* entry = nullptr;
    const int state = archive_read_next_header(archive_.get(), &entry);
    if (state == ARCHIVE_EOF) return false;
    if (state != ARCHIVE_OK && state != ARCHIVE_WARN) refuse_with("the archive's list of members is damaged");
    const char* name = archive_entry_pathname(entry);
    if (name == nullptr) name = archive_entry_pathname_utf8(entry);
    member = LibraryMember{name == nullptr ? "" : name};
    member.held = why_held(entry);
    member.is_folder = member.held != not_a_file && archive_entry_filetype(entry) == AE_IFDIR;
    return true;
}

std::string LibraryReader::read(FilePurse& purse) {
    std::string bytes;
    std::uint32_t empty_blocks = 0;
    for (;;) {
        const void* block = nullptr;
        std::size_t block_size = 0;
        la_int64_t offset = 0;
        const int state = archive_read_data_block(archive_.get(), &block, &block_size, &offset);
        if (state == ARCHIVE_EOF) return bytes;
        if (state != ARCHIVE_OK) refuse_with("a member's data are damaged");
        if (block_size == 0 && ++empty_blocks > empty_blocks_max) refuse_with("a member's data do not end");
        if (block_size == 0) continue;
        empty_blocks = 0;
        if (static_cast<std::uint64_t>(offset) != bytes.size()) refuse_with("a member's data have gaps");
        if (!purse.take_inner(block_size)) throw Refused{out_of_purse, "the members are larger than allowed"};
        bytes.append(static_cast<const char*>(block), block_size);
    }
}

void load_library_tables() {
    // Times of members are turned into seconds, for which the C library would open files.
    ::setenv("TZ", "JST-9", 1);
    ::tzset();
    if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) throw std::runtime_error("there is no locale C.UTF-8");
    // An open handle keeps a charset's module loaded. Never closed.
    static const std::array<iconv_t, 6> handles{iconv_open("UTF-8", "CP932"),    iconv_open("CP932", "UTF-8"),
                                                iconv_open("UTF-8", "UTF-16LE"), iconv_open("UTF-16LE", "UTF-8"),
                                                iconv_open("UTF-8", "UTF-16BE"), iconv_open("UTF-16BE", "UTF-8")};
    for (const iconv_t handle : handles) {
        if (handle == iconv_t(-1)) throw std::runtime_error("iconv lacks a charset");
    }
}

}  // namespace mugaika::codec::archive
