#include "sanitizer/mail/raw_mail.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "sanitizer/mail/write_fully.hpp"

namespace mugaika {
namespace {

// Newer than the C library of Debian 12, since Linux 6.3.
constexpr unsigned memfd_noexec_seal = 0x0008;

// Kernels may be set to refuse a memfd that could hold a program; older ones do not know the flag that says it does
// not.
FileDescriptor open_memory_file() {
    constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int fd = ::memfd_create("mail", flags | memfd_noexec_seal);
    if (fd < 0 && errno == EINVAL) fd = ::memfd_create("mail", flags);
    return FileDescriptor(fd);
}

// From here on nobody, we included, can change a byte: the worker maps what we have counted.
Result<FileDescriptor> sealed_memory_file(std::string_view bytes) {
    FileDescriptor file = open_memory_file();
    if (!file.is_open()) return error_from_errno("memfd_create", errno);
    if (const auto written = write_fully(file.get(), bytes, "write to a memfd"); !written) return written.error();
    const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (::fcntl(file.get(), F_ADD_SEALS, seals) != 0) return error_from_errno("seal a memfd", errno);
    if (::lseek(file.get(), 0, SEEK_SET) < 0) return error_from_errno("rewind a memfd", errno);
    return file;
}

// The file has no name and O_EXCL keeps it from getting one, so closing the writing descriptor ends all writing.
Result<FileDescriptor> reopen_read_only(FileDescriptor writing) {
    const std::string path = "/proc/self/fd/" + std::to_string(writing.get());
    FileDescriptor reading(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!reading.is_open()) return error_from_errno("reopen the temporary file", errno);
    return reading;
}

}  // namespace

Result<RawMail> RawMail::from_bytes(std::string_view untrusted_bytes) {
    auto file = sealed_memory_file(untrusted_bytes);
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

RawMailWriter::RawMailWriter(std::string temporary_directory, std::size_t memory_bytes_max)
    : directory_(std::move(temporary_directory)), memory_bytes_max_(memory_bytes_max) {}

Result<void> RawMailWriter::append(std::string_view untrusted_bytes) {
    digest_.update(untrusted_bytes);
    size_ += untrusted_bytes.size();
    if (!file_.is_open() && size_ > memory_bytes_max_) {
        if (const auto spilled = spill(); !spilled) return spilled.error();
    }
    if (file_.is_open()) return write_fully(file_.get(), untrusted_bytes, "write to a file in " + directory_);
    buffer_.append(untrusted_bytes);
    return {};
}

Result<void> RawMailWriter::spill() {
    file_ = FileDescriptor(::open(directory_.c_str(), O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600));
    if (!file_.is_open()) return error_from_errno("open a temporary file in " + directory_, errno);
    const auto written = write_fully(file_.get(), buffer_, "write to a file in " + directory_);
    std::string().swap(buffer_);
    return written;
}

Result<RawMail> RawMailWriter::finish() && {
    auto file = file_.is_open() ? reopen_read_only(std::move(file_)) : sealed_memory_file(buffer_);
    std::string().swap(buffer_);
    if (!file) return file.error();
    return RawMail(std::move(*file), size_, std::move(digest_).hex());
}

}  // namespace mugaika
