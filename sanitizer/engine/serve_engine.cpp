#include "sanitizer/engine/serve_engine.hpp"

#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>

#include "sanitizer/engine/descendants.hpp"
#include "sanitizer/engine/engine_wire.hpp"
#include "sanitizer/engine/job_folder.hpp"
#include "sanitizer/engine/launcher.hpp"
#include "sanitizer/mail/untrusted_file.hpp"
#include "sanitizer/worker/descriptor_passing.hpp"
#include "sanitizer/worker/job_socket.hpp"

namespace mugaika {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int end_seconds = 20;  // for a crowd of processes on a busy machine; usually a millisecond
constexpr std::chrono::milliseconds look_every{100};
constexpr std::uint64_t input_bytes_max = 256u << 20;
constexpr unsigned nobody = 65534;

bool give_up_root() noexcept {
    if (::geteuid() != 0) return true;
    return ::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
           ::setresuid(nobody, nobody, nobody) == 0;
}

bool set_up() {
    ::umask(0077);
    std::signal(SIGPIPE, SIG_IGN);
    return give_up_root() && ::chdir("/") == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_DUMPABLE, 0) == 0 && adopt_orphans().has_value();
}

EngineAnswer failed(const std::string& words) { return {EngineEnd::failed, words}; }
EngineAnswer missing(const std::string& words) { return {EngineEnd::missing, words}; }

// What stands between a running converter and its end.
struct Watch {
    const EngineJob& job;
    const JobFolder& folder;
    int relay;
    Clock::time_point until;
};

// Nothing when it has ended by itself.
std::optional<EngineAnswer> wait_for(const Launched& converter, const Watch& watch) {
    for (;;) {
        // Any word of the relay's now is its end.
        std::array<pollfd, 2> waiting{{{converter.exit.get(), POLLIN, 0}, {watch.relay, POLLIN, 0}}};
        if (::poll(waiting.data(), waiting.size(), static_cast<int>(look_every.count())) < 0 && errno != EINTR) {
            return failed("it cannot be waited for");
        }
        if (waiting[1].revents != 0) return failed("nobody waits for it any more");
        if (waiting[0].revents != 0) return std::nullopt;
        if (Clock::now() > watch.until) {
            return EngineAnswer{EngineEnd::late,
                                "it took more than " + std::to_string(watch.job.limits.wall_clock.count()) + " s"};
        }
        if (const auto size = watch.folder.look_at_size(watch.job.limits.disk_bytes); !size) {
            return failed(size.error().words());
        }
    }
}

struct Run {
    std::optional<EngineAnswer> fault;
    int status = 0;  // as waitpid tells; without a fault
    bool was_started = true;
};

// When it comes back, no process of the converter's lives.
Run run_once(const EngineCommand& command, const Watch& watch) {
    const auto converter = launch(command, watch.job.limits, watch.folder.path());
    if (!converter) return {missing(converter.error().words())};
    Run run{wait_for(*converter, watch)};
    if (!run.fault && ::waitpid(converter->pid, &run.status, 0) != converter->pid) run.fault = failed("it is gone");
    if (!run.fault) run.was_started = converter->was_started();
    if (!end_all_children(end_seconds)) run.fault = failed("its processes cannot be ended");
    return run;
}

std::optional<EngineAnswer> fault_of(const Run& run) {
    if (run.fault) return run.fault;
    if (!run.was_started) return missing("it cannot be confined or started here");
    if (WIFSIGNALED(run.status)) return failed("it ended by signal " + std::to_string(WTERMSIG(run.status)));
    const int code = WEXITSTATUS(run.status);
    if (code != 0) return failed("it ended with exit " + std::to_string(code));
    return std::nullopt;
}

// What one step leaves behind in the folders the next one finds: they are of one job.
std::optional<EngineAnswer> run_before(const EngineCommand& command, const Watch& watch) {
    for (const EngineStep& step : command.before) {
        EngineCommand one = command;
        one.program = step.program;
        one.arguments = step.arguments;
        if (auto fault = fault_of(run_once(one, watch))) return fault;
        const auto marked = watch.folder.append_output(command.output_name, "\f");
        if (!marked) return failed(marked.error().words());
    }
    return std::nullopt;
}

std::optional<EngineAnswer> run(const EngineCommand& command, const Watch& watch) {
    if (auto fault = run_before(command, watch)) return fault;
    Run one = run_once(command, watch);
    const bool again = !one.fault && WIFEXITED(one.status) && command.again_code == WEXITSTATUS(one.status);
    if (again) one = run_once(command, watch);
    return fault_of(one);
}

struct Converted {
    EngineAnswer answer;
    FileDescriptor file;  // with EngineEnd::made
};

Converted convert(const EngineJob& job, const UntrustedFile& input, int relay, MakeCommand make_command) {
    auto folder = JobFolder::make();
    if (!folder) return {missing(folder.error().words()), {}};
    const auto command = make_command(job, folder->path());
    if (!command) return {missing(command.error().words()), {}};
    if (const auto put = folder->put_home(command->home); !put) return {failed(put.error().words()), {}};
    const auto put = folder->put_input(command->input_name, input.descriptor(), input.size());
    if (!put) return {failed(put.error().words()), {}};
    const Watch watch{job, *folder, relay, Clock::now() + job.limits.wall_clock};
    if (auto fault = run(*command, watch)) return {*std::move(fault), {}};
    auto made = folder->take_output(command->output_name, job.limits.out_bytes_max);
    if (!made) return {failed(made.error().words()), {}};
    return {{EngineEnd::made, ""}, *std::move(made)};
}

bool answer(int socket, const Converted& converted) {
    const std::string frame = encode_engine_answer(converted.answer);
    if (!converted.file.is_open()) return write_answer(socket, frame);
    return send_with_descriptors(socket, frame, std::array{converted.file.get()}) == static_cast<ssize_t>(frame.size());
}

}  // namespace

int serve_engine(int socket, MakeCommand make_command) {
    if (!set_up()) return EX_UNAVAILABLE;
    auto received = receive_frame(socket, FrameKind::engine_job);
    if (!received) return EX_PROTOCOL;
    if (!received->has_value()) return EX_OK;
    const auto job = decode_engine_job((*received)->payload);
    if (!job) return EX_PROTOCOL;
    const auto input = UntrustedFile::from_descriptor(std::move((*received)->bytes), input_bytes_max);
    if (!input) return EX_PROTOCOL;
    // The folder is gone before the answer is given.
    const Converted converted = convert(*job, *input, socket, make_command);
    return answer(socket, converted) ? EX_OK : EX_UNAVAILABLE;
}

}  // namespace mugaika
