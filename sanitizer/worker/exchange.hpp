// One question to a forked process and its answer, blocking; and the pieces of it that the relay's event loop shares.
// Errors that speak of the process: Fault::disconnected (it died), timeout (it did not answer in time), protocol (it
// answered nonsense). Any other fault is ours.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "sanitizer/worker/frame.hpp"
#include "sanitizer/worker/worker_template.hpp"

namespace mugaika {

// One job frame with a descriptor beside it. The socket is non-blocking and jobs are small: one that was sent in part
// is an Error, the process is then to be destroyed.
Result<void> send_frame(WorkerProcess&, std::string_view frame, int descriptor);

// How long a process may take for a job with so many bytes.
std::chrono::milliseconds wall_clock_for(const WorkerLimits&, std::uint64_t job_bytes) noexcept;

// The payload of the one answer frame. Grows as bytes come in, not by what is announced.
Result<std::string> read_answer(WorkerProcess&, FrameKind, std::chrono::steady_clock::time_point deadline,
                                std::size_t payload_bytes_max);

bool is_fault_of_process(const Error&) noexcept;

namespace exchange {
inline constexpr std::chrono::milliseconds exit_report_timeout{200};
}

// `attempt(WorkerProcess&)` in a fresh process, which ends with the attempt.
template <class Attempt>
auto ask_once(WorkerTemplate& processes, Attempt attempt) {
    using Answer = decltype(attempt(std::declval<WorkerProcess&>()));
    Result<WorkerProcess> process = processes.fork_worker();
    if (!process) return Answer(process.error());
    Answer answer = attempt(*process);
    if (answer || answer.error().fault() != Fault::disconnected) return answer;
    const auto how = processes.take_exit_words(process->pid(), exchange::exit_report_timeout);
    return Answer(Error(Fault::disconnected, answer.error().words() + ", " + how.value_or("unknown how")));
}

// Once more in another process when the first failed by its own fault. The Error of the second then says both.
template <class Attempt>
auto ask_twice(WorkerTemplate& processes, Attempt attempt) {
    using Answer = decltype(attempt(std::declval<WorkerProcess&>()));
    Answer first = ask_once(processes, attempt);
    if (first || !is_fault_of_process(first.error())) return first;
    Answer second = ask_once(processes, attempt);
    if (second || !is_fault_of_process(second.error())) return second;
    return Answer(Error(second.error().fault(), first.error().words() + "; again: " + second.error().words()));
}

}  // namespace mugaika
