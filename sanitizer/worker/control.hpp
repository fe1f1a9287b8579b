// What relay and template say to each other on the control socket: one SEQPACKET record each, plain structs. Both ends
// come from one build (Start carries the version) and neither reads anything of a mail, so there is nothing to parse.
//
//   relay → template   Start, then one ForkRequest for each worker
//   template → relay   Report: ready or failed once, then forked (with two descriptors) or not_forked for each
//                      request, and exited for each worker that has ended
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace mugaika::control {

// Where the template finds its end of the socket.
inline constexpr int socket_number = 3;

template <std::size_t Bytes>
struct Words {
    std::array<char, Bytes> bytes{};  // ends in NUL; longer words are cut

    Words() = default;
    Words(std::string_view words) { words.copy(bytes.data(), Bytes - 1); }
    std::string_view view() const noexcept { return {bytes.data(), std::char_traits<char>::length(bytes.data())}; }
};

struct Start {
    Words<32> version;
    std::uint64_t cpu_seconds = 0;
    std::uint64_t memory_bytes = 0;
    std::uint64_t answer_bytes_max = 0;
    std::uint32_t mails_max = 0;
};

struct ForkRequest {
    char letter = 'F';
};

enum class ReportKind : std::int32_t { ready, failed, forked, not_forked, exited };

struct Report {
    ReportKind kind = ReportKind::failed;
    std::int32_t pid = 0;     // forked, exited
    std::int32_t status = 0;  // exited: as from wait(2); not_forked: errno
    Words<240> words;         // ready: what the sandbox can do; failed: why not
};

// Beside a forked Report, in this order.
enum { descriptor_pidfd, descriptor_job_socket, descriptor_count };

static_assert(std::is_trivially_copyable_v<Start> && std::is_trivially_copyable_v<Report>);

}  // namespace mugaika::control
