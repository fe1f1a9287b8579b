#include "sanitizer/codec/locked/open_office.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "sanitizer/codec/locked/office_cipher.hpp"
#include "sanitizer/codec/locked/open_slides.hpp"
#include "sanitizer/codec/locked/xor_obfuscation.hpp"
#include "sanitizer/codec/ole2/compound_file.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::locked {
namespace {

using ole2::CompoundFile;
using zip::damaged;
using zip::number16;
using zip::number32;

// ---- Word ([MS-DOC] 2.2.6, 2.5.2 FibBase)

void open_document(const CompoundFile& file, std::string& copy, std::string_view password, FilePurse& purse) {
    constexpr std::size_t fib_bytes = 68, block_bytes = 512, flags_at = 10, key_at = 14;
    constexpr std::uint32_t is_encrypted = 0x0100, in_table_1 = 0x0200, is_obfuscated = 0x8000;
    std::string document = file.read("WordDocument", purse);
    if (document.size() < fib_bytes) damaged("a document without a beginning");
    const std::uint32_t flags = number16(document, flags_at);
    if ((flags & is_encrypted) == 0) damaged("the document is not encrypted");
    if ((flags & is_obfuscated) != 0) zip::refuse("the document is obfuscated as Word 95 did it");
    const std::string_view table_name = (flags & in_table_1) != 0 ? "1Table" : "0Table";
    std::string table = file.read(table_name, purse);
    const std::size_t info_bytes = number32(document, key_at);
    if (info_bytes > table.size()) damaged("an encrypted document does not say how");
    const OfficeCipher cipher(std::string_view(table).substr(0, info_bytes), password);
    const std::string fib = document.substr(0, fib_bytes);
    cipher.decrypt_blocks(document, block_bytes);
    document.replace(0, fib_bytes, fib);
    std::string cleared;
    zip::put16(cleared, flags & ~is_encrypted);
    document.replace(flags_at, cleared.size(), cleared);
    document.replace(key_at, 4, 4, '\0');
    cipher.decrypt_blocks(table, block_bytes);
    table.replace(0, info_bytes, info_bytes, '\0');
    file.overwrite(copy, "WordDocument", document);
    file.overwrite(copy, table_name, table);
    if (!file.has("Data")) return;
    std::string data = file.read("Data", purse);
    cipher.decrypt_blocks(data, block_bytes);
    file.overwrite(copy, "Data", data);
}

// ---- Excel ([MS-XLS] 2.2.10)

constexpr std::size_t head_bytes = 4;
constexpr std::uint32_t file_pass = 0x2f, bound_sheet = 0x85;
constexpr std::uint32_t no_record = 0x3fff;  // no reader knows it
// BOF (of all versions), FilePass, InterfaceHdr, UsrExcl, FileLock, RRDInfo, RRDHead: never encrypted.
constexpr std::array<std::uint32_t, 10> plain_records{0x0009, 0x0209, 0x0409, 0x0809, file_pass,
                                                      0x00e1, 0x0194, 0x0195, 0x0196, 0x0138};

// Records from `at` on: visit(where its content begins, how much there is, how much of it stands in the clear).
template <class Visit>
void each_encrypted_record(std::string_view stream, std::size_t at, Visit visit) {
    while (at + head_bytes <= stream.size()) {
        const std::uint32_t type = number16(stream, at);
        const std::size_t begin = at + head_bytes;
        const std::size_t size = std::min<std::size_t>(number16(stream, at + 2), stream.size() - begin);
        at = begin + size;
        if (std::find(plain_records.begin(), plain_records.end(), type) != plain_records.end()) continue;
        // Where the sheet stands in the stream can be read.
        visit(begin, size, type == bound_sheet ? std::min<std::size_t>(4, size) : 0);
    }
}

void decrypt_records(std::string& stream, std::size_t from, const OfficeCipher& cipher) {
    constexpr std::size_t block_bytes = 1024;
    std::string opened = stream;  // heads of records are skipped, and count
    cipher.decrypt_blocks(opened, block_bytes);
    each_encrypted_record(stream, from, [&](std::size_t at, std::size_t size, std::size_t plain) {
        stream.replace(at + plain, size - plain, opened, at + plain, size - plain);
    });
}

void decrypt_records(std::string& stream, std::size_t from, const XorObfuscation& cipher) {
    each_encrypted_record(stream, from, [&](std::size_t at, std::size_t size, std::size_t plain) {
        // It begins anew in each record, where the record's place and size say.
        cipher.decrypt(at + size + plain, stream.data() + at + plain, size - plain);
    });
}

struct FilePass {
    std::size_t at;  // of its head
    std::string_view bytes;
};

std::optional<FilePass> find_file_pass(std::string_view stream) {
    for (std::size_t at = 0; at + head_bytes <= stream.size();) {
        const std::size_t size = std::min<std::size_t>(number16(stream, at + 2), stream.size() - at - head_bytes);
        if (number16(stream, at) == file_pass) return FilePass{at, stream.substr(at + head_bytes, size)};
        at += head_bytes + size;
    }
    return std::nullopt;
}

template <class Cipher>
void open_streams(const CompoundFile& file, std::string& copy, std::string_view name, std::string book,
                  std::size_t behind, const Cipher& cipher, FilePurse& purse) {
    decrypt_records(book, behind, cipher);
    file.overwrite(copy, name, book);
    for (const std::string_view cache : file.names_below("_sx_db_cur/")) {
        std::string records = file.read(cache, purse);
        decrypt_records(records, 0, cipher);
        file.overwrite(copy, cache, records);
    }
}

void open_workbook(const CompoundFile& file, std::string& copy, std::string_view password, FilePurse& purse) {
    constexpr std::uint32_t by_xor = 0, by_rc4 = 1;
    const std::string_view name = file.has("Workbook") ? "Workbook" : "Book";
    std::string book = file.read(name, purse);
    const auto pass = find_file_pass(book);
    if (!pass) damaged("the workbook is not encrypted");
    const std::string info(pass->bytes);
    const std::size_t behind = pass->at + head_bytes + info.size();
    std::string head;
    zip::put16(head, no_record);
    book.replace(pass->at, 2, head);
    // Excel 5 and 95 have nothing else than the obfuscation, and do not say so.
    const bool is_old = info.size() == 4;
    if (info.size() < 4) damaged("an encrypted workbook does not say how");
    const std::uint32_t type = is_old ? by_xor : number16(info, 0);
    if (type == by_xor) {
        const std::size_t at = is_old ? 0 : 2;
        if (info.size() < at + 4) damaged("an encrypted workbook does not say how");
        const XorObfuscation cipher(number16(info, at), number16(info, at + 2), password);
        return open_streams(file, copy, name, std::move(book), behind, cipher, purse);
    }
    if (type != by_rc4) zip::refuse("it is encrypted in a form that nobody here knows");
    const OfficeCipher cipher(std::string_view(info).substr(2), password);
    open_streams(file, copy, name, std::move(book), behind, cipher, purse);
}

}  // namespace

std::string opened_office(std::string_view untrusted, std::string_view password, FilePurse& purse) {
    const CompoundFile file(untrusted);
    std::string copy(untrusted);
    if (file.has("WordDocument")) {
        open_document(file, copy, password, purse);
    } else if (file.has("Workbook") || file.has("Book")) {
        open_workbook(file, copy, password, purse);
    } else if (file.has("PowerPoint Document")) {
        open_slides(file, copy, password, purse);
    } else {
        zip::refuse("a document of another program");
    }
    return copy;
}

}  // namespace mugaika::codec::locked
