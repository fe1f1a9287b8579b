#include "sanitizer/engine/launcher.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>
#include <vector>

#include "sanitizer/engine/confinement.hpp"

namespace mugaika {
namespace {

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> all;
    for (std::string& one : strings) all.push_back(one.data());
    all.push_back(nullptr);
    return all;
}

// `input`, `output`: null for nowhere. What ran before in the same folders may have put anything there: no link is
// followed, and nothing that waits for somebody is opened.
bool becomes(const char* path, int how, int number) noexcept {
    const int file = ::open(path, how | O_NOFOLLOW | O_NONBLOCK, 0600);
    return file >= 0 && ::dup2(file, number) >= 0;
}

bool set_standard_streams(const char* input, const char* output) noexcept {
    const int null = ::open("/dev/null", O_RDWR);
    if (null < 0) return false;
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::dup2(null, number) < 0) return false;
    }
    if (input != nullptr && !becomes(input, O_RDONLY, STDIN_FILENO)) return false;
    if (output != nullptr && !becomes(output, O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO)) return false;
    return ::syscall(SYS_close_range, STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC) == 0;
}

void signals_as_at_login() noexcept {
    for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// The relay comes first for the processor, and last when memory is short.
void stand_back() noexcept {
    ::prctl(PR_SET_DUMPABLE, 1);  // else its own score is root's
    constexpr int nice = 10;
    ::setpriority(PRIO_PROCESS, 0, nice);
    const sched_param none{};
    ::sched_setscheduler(0, SCHED_BATCH, &none);
    const FileDescriptor score(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
    if (score.is_open() && ::write(score.get(), "1000", 4) != 4) errno = 0;  // it is then one among others
}

[[noreturn]] void give_up(int word) noexcept {
    (void)!::write(word, "x", 1);
    ::_exit(1);
}

// `word` is closed when it has become the converter.
[[noreturn]] void become(const EngineCommand& command, const EngineLimits& limits, const std::string& job_folder,
                         pid_t parent, int word) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::string input = job_folder + "/in/" + command.input_name;
    const std::string output = job_folder + "/out/" + command.output_name;
    const char* const input_path = command.reads_input ? input.c_str() : nullptr;
    const char* const output_path = command.output_name.empty() ? nullptr : output.c_str();
    if (::getppid() != parent || ::setsid() < 0 || !set_standard_streams(input_path, output_path)) give_up(word);
    signals_as_at_login();
    stand_back();
    std::vector<std::string> arguments{command.program};
    arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
    std::vector<std::string> environment = command.environment;
    const std::vector<char*> argument_pointers = pointers(arguments);
    const std::vector<char*> environment_pointers = pointers(environment);
    if (::chdir((job_folder + "/home").c_str()) != 0 || !confine(command, limits, job_folder)) give_up(word);
    ::execve(command.program.c_str(), argument_pointers.data(), environment_pointers.data());
    give_up(word);
}

}  // namespace

bool Launched::was_started() const noexcept {
    char byte = 0;
    return ::read(word.get(), &byte, 1) == 0;
}

Result<Launched> launch(const EngineCommand& command, const EngineLimits& limits, const std::string& job_folder) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return Error(Fault::unavailable, error_from_errno("pipe2", errno).words());
    }
    FileDescriptor hears(ends[0]);
    const FileDescriptor says(ends[1]);
    const pid_t self = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) become(command, limits, job_folder, self, says.get());
    if (child < 0) return Error(Fault::unavailable, error_from_errno("fork", errno).words());
    Launched launched{child, FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, child, 0))), std::move(hears)};
    if (launched.exit.is_open()) return launched;
    const int why = errno;
    ::kill(child, SIGKILL);
    return Error(Fault::unavailable, error_from_errno("pidfd_open", why).words());
}

}  // namespace mugaika
