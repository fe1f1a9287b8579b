#include "sanitizer/engine/ordered_command.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace mugaika {
namespace {

bool is_program(const std::string& path) {
    struct stat facts {};
    return path.starts_with('/') && ::stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<EngineCommand> ordered_command(const EngineJob& job, const std::string& job_folder) {
    const CommandOrder& order = job.command;
    if (!is_program(order.program)) {
        return Error(Fault::unavailable, "the command " + order.program + " is not there, or is no program");
    }
    const std::string home = job_folder + "/home";
    EngineCommand command;
    command.program = order.program;
    command.arguments = order.arguments;
    command.environment = {"HOME=" + home, "TMPDIR=" + home, "LC_ALL=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin"};
    command.readable = {"/etc/ld.so.cache", "/etc/localtime", "/dev/urandom"};
    command.readable.insert(command.readable.end(), order.readable.begin(), order.readable.end());
    command.executable = {"/usr", order.program};
    command.input_name = "file";
    command.reads_input = true;
    command.output_name = "made";
    command.processes = std::min(order.processes, CommandOrder::processes_max);
    return command;
}

}  // namespace mugaika
