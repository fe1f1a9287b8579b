// What a codec gives in a process that has closed itself, where a library that opens a file, asks for a locale, sets a
// clock or starts a thread is killed.
#pragma once

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <string>

#include "sanitizer/worker/sandbox.hpp"

namespace mugaika::test {

struct Ended {
    int status = 0;
    std::string said;
};

inline bool came_back(const Ended& ended) { return WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == 0; }

// `work` gives the bytes that are to be said.
template <class Work>
Ended in_the_sandbox(Work work) {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);  // Catch has handlers
        std::signal(SIGSEGV, SIG_DFL);
        if (!enter_sandbox(ends[1], WorkerLimits{})) ::_exit(99);
        const std::string words = work();
        const bool written = ::write(ends[1], words.data(), words.size()) == static_cast<ssize_t>(words.size());
        ::_exit(written ? 0 : 98);
    }
    ::close(ends[1]);
    Ended ended;
    char room[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], room, sizeof(room))) > 0;) {
        ended.said.append(room, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    REQUIRE(::waitpid(child, &ended.status, 0) == child);
    return ended;
}

}  // namespace mugaika::test
