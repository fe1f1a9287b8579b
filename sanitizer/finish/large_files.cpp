#include "sanitizer/finish/large_files.hpp"

#include <algorithm>

namespace mugaika {
namespace {

constexpr std::uint64_t line_bytes = 57, written_line_bytes = 78;  // of base64
// What a notice may say about one file more than it did.
constexpr std::uint64_t words_about_it = 4096;
constexpr std::uint64_t worth_sending = 1024;

std::uint64_t bytes_of(const Extract& extract, std::string_view path) {
    const auto row = std::find_if(extract.parts.begin(), extract.parts.end(),
                                  [&](const PartRow& one) { return one.facts.path == path; });
    return row == extract.parts.end() ? 0 : row->facts.bytes;
}

}  // namespace

LargeFiles::LargeFiles(const Extract& with_all, std::uint64_t mail_bytes, std::uint64_t size_max) {
    for (const RebuiltFile& file : with_all.rebuilt)
        files_.push_back({file.path, bytes_of(with_all, file.path), file.file.bytes().size()});
    for (const PackedFile& file : with_all.packed)
        files_.push_back({file.path(), bytes_of(with_all, file.path()), file.bytes().size()});
    std::uint64_t rest = mail_bytes + words_about_it;  // of the mail, without the lines of its files
    for (const File& file : files_) rest -= std::min(rest, file.made_bytes / line_bytes * written_line_bytes);
    room_ = size_max - std::min(size_max, rest);
}

const LargeFiles::File* LargeFiles::file_at(std::string_view path) const noexcept {
    const auto file = std::find_if(files_.begin(), files_.end(), [&](const File& one) { return one.path == path; });
    return file == files_.end() ? nullptr : &*file;
}

bool LargeFiles::fits_alone(std::string_view path) const noexcept {
    const File* const file = file_at(path);
    return file != nullptr && (file->made_bytes + line_bytes - 1) / line_bytes * written_line_bytes <= room_;
}

std::uint64_t LargeFiles::bytes_that_fit(std::string_view path) const noexcept {
    const File* const file = file_at(path);
    if (file == nullptr) return 0;
    std::uint64_t bytes = room_ / written_line_bytes * line_bytes;
    // In steps of a thousandth, rounded against us.
    if (file->made_bytes > file->bytes) bytes = bytes * (file->bytes * 1000 / file->made_bytes) / 1000;
    return bytes < worth_sending ? 0 : bytes;
}

}  // namespace mugaika
