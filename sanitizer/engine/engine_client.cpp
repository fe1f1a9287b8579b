#include "sanitizer/engine/engine_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "policy/matrix.hpp"
#include "sanitizer/engine/engine_wire.hpp"
#include "sanitizer/worker/child_program.hpp"
#include "sanitizer/worker/descriptor_passing.hpp"
#include "sanitizer/worker/frame.hpp"
#include "sanitizer/worker/wait_readable.hpp"

namespace mugaika {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds end_timeout{30};  // on a busy machine; usually milliseconds

Error unavailable(const Error& error) { return {Fault::unavailable, error.words()}; }

// A launcher that was started here, which ends with its answer; or a connection to its unit.
class Launcher {
public:
    explicit Launcher(FileDescriptor socket, pid_t pid = -1) : socket_(std::move(socket)), pid_(pid) {}
    Launcher(Launcher&& other) noexcept : socket_(std::move(other.socket_)), pid_(std::exchange(other.pid_, -1)) {}
    Launcher& operator=(Launcher&&) = delete;
    // Without its socket it ends its converter and then itself; one that does not is killed.
    ~Launcher() {
        socket_.reset();
        if (pid_ >= 0) end_child(pid_, end_timeout);
    }
    int socket() const noexcept { return socket_.get(); }

private:
    FileDescriptor socket_;
    pid_t pid_;
};

// Of the relay's environment only the place for temporary files reaches it.
ChildProgram launcher_of(const std::string& program, int socket) {
    const char* const folder = std::getenv("TMPDIR");
    return {program, socket, STDIN_FILENO, true, std::string("TMPDIR=") + (folder == nullptr ? "" : folder)};
}

Result<Launcher> start(const std::string& program) {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return unavailable(error_from_errno("socketpair", errno));
    }
    FileDescriptor ours(ends[0]);
    const FileDescriptor its(ends[1]);
    const auto pid = start_child(launcher_of(program, its.get()));
    if (!pid) return pid.error();
    return Launcher(std::move(ours), *pid);
}

Result<Launcher> connect_to(const std::string& path) {
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket.is_open()) return unavailable(error_from_errno("socket", errno));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) return Error(Fault::unavailable, path + ": too long for a socket");
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    // A full queue says EAGAIN at once: the unit has more to do than it may.
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        return unavailable(error_from_errno("connect to " + path, errno));
    }
    return Launcher(std::move(socket));
}

enum class Waited { readable, late, stopped };

Waited wait_for(int socket, int stop, Clock::time_point until) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
        if (left <= 0) return Waited::late;
        std::array<pollfd, 2> waiting{{{socket, POLLIN, 0}, {stop, POLLIN, 0}}};
        if (::poll(waiting.data(), waiting.size(), static_cast<int>(std::min<long long>(left, INT_MAX))) < 0) continue;
        if (waiting[1].revents != 0) return Waited::stopped;
        if (waiting[0].revents != 0) return Waited::readable;
    }
}

struct Received {
    EngineAnswer answer;
    FileDescriptor file;
};

// The descriptor comes with the first byte. A frame that grows past its limit is none.
Result<Received> read_answer(int socket, int stop, Clock::time_point until) {
    std::string frame;
    std::array<FileDescriptor, 1> files;
    std::array<char, frame_header_bytes + engine_answer_bytes_max> chunk;
    for (std::size_t expected = frame_header_bytes; frame.size() < expected;) {
        const Waited waited = wait_for(socket, stop, until);
        if (waited == Waited::late) return Error(Fault::timeout, "no answer in time");
        if (waited == Waited::stopped) return Error(Fault::unavailable, "the relay stops");
        std::array<FileDescriptor, 1> came;
        const ssize_t got = receive_with_descriptors(socket, chunk, came, MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN) continue;
        if (got <= 0) return Error(Fault::disconnected, "the engine ended without an answer");
        if (came[0].is_open()) files[0] = std::move(came[0]);
        frame.append(chunk.data(), static_cast<std::size_t>(got));
        if (frame.size() < frame_header_bytes) continue;
        const auto length =
            decode_frame_header(frame.substr(0, frame_header_bytes), FrameKind::engine_answer, engine_answer_bytes_max);
        if (!length) return length.error();
        expected = frame_header_bytes + *length;
        if (frame.size() > expected) return Error(Fault::protocol, "bytes after the answer");
    }
    auto answer = decode_engine_answer(frame.substr(frame_header_bytes));
    if (!answer) return answer.error();
    return Received{*std::move(answer), std::move(files[0])};
}

Result<UntrustedFile> believe(Received received, const EngineLimits& limits) {
    switch (received.answer.end) {
        case EngineEnd::made:
            break;
        case EngineEnd::missing:
            return Error(Fault::unavailable, received.answer.words);
        case EngineEnd::late:
            return Error(Fault::timeout, received.answer.words);
        case EngineEnd::failed:
            return Error(Fault::protocol, received.answer.words);
    }
    if (!received.file.is_open()) return Error(Fault::protocol, "an answer without a file");
    auto file = UntrustedFile::from_descriptor(std::move(received.file), limits.out_bytes_max);
    if (!file) return Error(Fault::protocol, file.error().words());
    return file;
}

}  // namespace

Result<UntrustedFile> ask_engine(const EnginePlace& place, const EngineJob& job, const UntrustedFile& file, int stop) {
    const bool is_for_office = job.task == EngineTask::to_package || job.task == EngineTask::to_pdf;
    if (is_for_office && !place.has_office) return Error(Fault::unavailable, "LibreOffice is switched off here");
    const auto launcher = place.socket.empty() ? start(place.program) : connect_to(place.socket);
    if (!launcher) return launcher.error();
    const std::string frame = encode_engine_job(job);
    const ssize_t sent = send_with_descriptors(launcher->socket(), frame, std::array{file.descriptor()}, MSG_DONTWAIT);
    if (sent != static_cast<ssize_t>(frame.size())) return Error(Fault::disconnected, "the engine takes no job");
    auto received = read_answer(launcher->socket(), stop, Clock::now() + job.limits.wall_clock + job.limits.grace);
    if (!received) return received.error();
    return believe(*std::move(received), job.limits);
}

// What is said here is what these rows of the matrix say.
static_assert(outcome<Stage::engine, Failure::unavailable>().ending == Ending::carry_on);
static_assert(outcome<Stage::engine, Failure::died>().ending == Ending::carry_on);
static_assert(outcome<Stage::engine, Failure::late>().ending == Ending::carry_on);
static_assert(outcome<Stage::engine, Failure::nonsense>().ending == Ending::carry_on);
static_assert(outcome<Stage::engine, Failure::disk_full>().ending == Ending::carry_on);

FileNotMade not_converted_by(const Error& error) {
    const bool is_missing = error.fault() == Fault::unavailable || error.fault() == Fault::busy;
    return {is_missing ? Reason::engine_unavailable : Reason::engine_failed, error.words()};
}

FileNotMade by_engine(FileNotMade of_bare) {
    const Reason why = of_bare.why;
    const bool is_word_about_engine = why == Reason::not_rebuilt || why == Reason::codec_nonsense ||
                                      why == Reason::document_damaged || why == Reason::encrypted;
    if (!is_word_about_engine) return of_bare;
    return {Reason::engine_failed, "what the converter made: " + of_bare.words};
}

}  // namespace mugaika
