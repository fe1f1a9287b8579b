#include "sanitizer/mail/raw_mail.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "sanitizer/mail/sealed_file.hpp"
#include "sanitizer/mail/write_fully.hpp"

namespace mugaika {
namespace {

// Between two looks at the free space.
constexpr std::uint64_t look_after_bytes = 1u << 20;

// The file has no name and O_EXCL keeps it from getting one, so closing the writing descriptor ends all writing.
Result<FileDescriptor> reopen_read_only(FileDescriptor writing) {
    const std::string path = "/proc/self/fd/" + std::to_string(writing.get());
    FileDescriptor reading(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!reading.is_open()) return error_from_errno("reopen the temporary file", errno);
    return reading;
}

}  // namespace

Result<RawMail> RawMail::from_bytes(std::string_view untrusted_bytes) {
    auto file = sealed_file({untrusted_bytes});
    if (!file) return file.error();
    return RawMail(std::move(*file), untrusted_bytes.size(), sha256_hex(untrusted_bytes));
}

Result<RawMail::Mapping> RawMail::untrusted_bytes() const { return Mapping::of(fd_.get(), size_); }

Result<RawMail::Mapping> RawMail::Mapping::of(int descriptor, std::uint64_t bytes) {
    if (bytes == 0) return Mapping(nullptr, 0);  // mmap refuses to map nothing
    const auto size = static_cast<std::size_t>(bytes);
    // Every byte will be read: all pages at once cost less than a fault for each.
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
    if (address == MAP_FAILED) return error_from_errno("map the mail", errno);
    return Mapping(static_cast<const char*>(address), size);
}

RawMail::Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

RawMail::Mapping::~Mapping() {
    if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

RawMailWriter::RawMailWriter(SpoolRoom room) : room_(std::move(room)), memory_(room_.memory_together) {}

Result<void> RawMailWriter::append(std::string_view untrusted_bytes) {
    digest_.update(untrusted_bytes);
    size_ += untrusted_bytes.size();
    if (!file_.is_open() && !fits_in_memory(untrusted_bytes.size())) {
        if (const auto spilled = spill(); !spilled) return spilled.error();
    }
    if (file_.is_open()) return write(untrusted_bytes);
    buffer_.append(untrusted_bytes);
    return {};
}

// The buffer grows by doubling, and what it has taken is what counts. The memfd of a finished mail is no larger.
bool RawMailWriter::fits_in_memory(std::size_t more_bytes) noexcept {
    if (size_ > room_.memory_bytes_max) return false;
    const std::size_t wanted = buffer_.size() + more_bytes;
    return wanted <= buffer_.capacity() || memory_.grow_to(std::max(wanted, 2 * buffer_.capacity()));
}

Result<void> RawMailWriter::spill() {
    const std::string& folder = room_.directory;
    file_ = FileDescriptor(::open(folder.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
    if (!file_.is_open()) return error_from_errno("open a temporary file in " + folder, errno);
    unchecked_bytes_ = look_after_bytes;
    const auto written = write(buffer_);
    std::string().swap(buffer_);
    memory_.shrink_to(0);
    return written;
}

// Recipients are answered 452 before it comes to this; here it is mails that came all at once.
Result<void> RawMailWriter::write(std::string_view bytes) {
    unchecked_bytes_ += bytes.size();
    if (room_.disk_free_min > 0 && unchecked_bytes_ >= look_after_bytes) {
        unchecked_bytes_ = 0;
        struct statvfs facts {};
        if (::fstatvfs(file_.get(), &facts) == 0 &&
            std::uint64_t{facts.f_bavail} * facts.f_frsize < room_.disk_free_min) {
            return Error(Fault::disk_full, "less than " + std::to_string(room_.disk_free_min) +
                                               " bytes are free for temporary files in " + room_.directory);
        }
    }
    return write_fully(file_.get(), bytes, "write to a file in " + room_.directory);
}

Result<RawMail> RawMailWriter::finish() && {
    auto file = file_.is_open() ? reopen_read_only(std::move(file_)) : sealed_file({buffer_});
    std::string().swap(buffer_);
    if (!file) return file.error();
    return RawMail(std::move(*file), size_, std::move(digest_).hex(), std::move(memory_));
}

}  // namespace mugaika
