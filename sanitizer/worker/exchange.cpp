#include "sanitizer/worker/exchange.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "sanitizer/worker/descriptor_passing.hpp"
#include "sanitizer/worker/wait_readable.hpp"

namespace mugaika {

using Clock = std::chrono::steady_clock;

Result<void> send_frame(WorkerProcess& process, std::string_view frame, int descriptor) {
    if (frame.size() > frame_header_bytes + job_bytes_max) return Error(Fault::limit, "the job is too long");
    const ssize_t sent = send_with_descriptors(process.socket(), frame, std::array{descriptor}, MSG_DONTWAIT);
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return Error(Fault::disconnected, "the worker is gone");
    if (sent < 0) return error_from_errno("send a job", errno);
    if (static_cast<std::size_t>(sent) != frame.size()) return Error(Fault::io, "a job was sent in part");
    return {};
}

std::chrono::milliseconds wall_clock_for(const WorkerLimits& limits, std::uint64_t job_bytes) noexcept {
    const std::uint64_t megabytes = (job_bytes + (1u << 20) - 1) >> 20;
    return limits.wall_clock + limits.wall_clock_per_mb * (megabytes > 1 ? megabytes - 1 : 0);
}

Result<std::string> read_answer(WorkerProcess& process, FrameKind kind, Clock::time_point deadline,
                                std::size_t payload_bytes_max) {
    const int socket = process.socket();
    std::string frame;
    std::size_t expected = frame_header_bytes;
    std::array<char, 65536> chunk;
    while (frame.size() < expected) {
        // Asked of the clock too: a process that always has one more byte ready would never be late for poll.
        const bool late = Clock::now() > deadline || !wait_readable(socket, deadline);
        if (late) return Error(Fault::timeout, "no answer in time");
        const ssize_t got = ::recv(socket, chunk.data(), chunk.size(), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (got <= 0) return Error(Fault::disconnected, "ended without an answer");
        const bool has_header = frame.size() >= frame_header_bytes;
        frame.append(chunk.data(), static_cast<std::size_t>(got));
        if (has_header || frame.size() < frame_header_bytes) continue;
        const auto length = decode_frame_header(frame.substr(0, frame_header_bytes), kind, payload_bytes_max);
        if (!length) return length.error();
        expected += *length;
    }
    const bool more = frame.size() > expected || ::recv(socket, chunk.data(), 1, MSG_DONTWAIT | MSG_PEEK) > 0;
    if (more) return Error(Fault::protocol, "bytes after the answer");
    frame.erase(0, frame_header_bytes);
    return frame;
}

bool is_fault_of_process(const Error& error) noexcept {
    const Fault fault = error.fault();
    return fault == Fault::disconnected || fault == Fault::timeout || fault == Fault::protocol;
}

}  // namespace mugaika
