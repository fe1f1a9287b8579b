#include "sanitizer/worker/job_socket.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include "sanitizer/worker/descriptor_passing.hpp"

namespace mugaika {
namespace {

// False at the end of the stream or an error.
bool read_exactly(int socket, std::span<char> buffer) noexcept {
    while (!buffer.empty()) {
        const ssize_t got = ::read(socket, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        buffer = buffer.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

}  // namespace

Result<std::optional<ReceivedFrame>> receive_frame(int socket, FrameKind kind) {
    std::array<char, frame_header_bytes> header{};
    std::array<FileDescriptor, 1> descriptors;
    const ssize_t got = receive_with_descriptors(socket, header, descriptors);
    if (got == 0) return std::optional<ReceivedFrame>();
    if (got < 0 || !read_exactly(socket, std::span(header).subspan(static_cast<std::size_t>(got)))) {
        return Error(Fault::disconnected, "the relay stopped inside a job");
    }
    const auto length = decode_frame_header({header.data(), header.size()}, kind, job_bytes_max);
    if (!length) return length.error();
    std::string payload(*length, '\0');
    if (!read_exactly(socket, payload)) return Error(Fault::disconnected, "the relay stopped inside a job");
    if (!descriptors[0].is_open()) return Error(Fault::protocol, "a job without a descriptor");
    return std::optional<ReceivedFrame>({std::move(payload), std::move(descriptors[0])});
}

Result<RawMail::Mapping> map_bytes(const FileDescriptor& descriptor, std::uint64_t bytes) {
    struct stat facts {};
    // Not ::fstat: the C library asks by newfstatat, which the sandbox does not know because it takes a path.
    if (::syscall(SYS_fstat, descriptor.get(), &facts) != 0) return error_from_errno("measure the bytes", errno);
    if (static_cast<std::uint64_t>(facts.st_size) != bytes) {
        return Error(Fault::protocol, "the bytes are not as many as the job says");
    }
    return RawMail::Mapping::of(descriptor.get(), bytes);
}

bool write_answer(int socket, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t written = ::write(socket, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace mugaika
