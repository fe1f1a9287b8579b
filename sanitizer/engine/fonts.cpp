#include "sanitizer/engine/fonts.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace mugaika {
namespace {

constexpr const char* program = "/usr/bin/fc-list";

// Its exit code; -1: it was not started, or did not end by itself. Whoever asks may have fonts at home, which
// converters have not.
int ask_for_japanese(const std::string& settings) {
    std::array<std::string, 3> words{program, "--quiet", ":lang=ja"};
    std::array<char*, 4> arguments{words[0].data(), words[1].data(), words[2].data(), nullptr};
    std::array<std::string, 2> values{"HOME=/nonexistent", "FONTCONFIG_FILE=" + settings};
    std::array<char*, 3> environment{values[0].data(), settings.empty() ? nullptr : values[1].data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0);
    pid_t pid = -1;
    const int failed = ::posix_spawn(&pid, program, &actions, nullptr, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    int status = -1;
    while (failed == 0 && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return failed == 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

std::optional<std::string> missing_for_letters(const std::string& settings) {
    if (::access(program, X_OK) != 0) return "fontconfig";
    if (ask_for_japanese(settings) == 0) return std::nullopt;
    return "fonts-ipaexfont";
}

}  // namespace mugaika
