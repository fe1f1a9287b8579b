// Starts a program of ours beside this process, with one socket to it, and ends it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>

#include "policy/result.hpp"

namespace mugaika {

struct ChildProgram {
    std::string path;
    int socket = -1;          // stays the caller's
    int socket_number = 3;    // where the child finds it; what lies above is closed
    bool is_silent = false;   // its output and errors go nowhere
    std::string environment;  // one NAME=VALUE: nothing that a user or a service file sets reaches it
};

// Signals as at login. unavailable when it cannot be started.
Result<pid_t> start_child(const ChildProgram&);

// After its socket was closed it leaves by itself; one that has not by then is killed. Returns its wait status.
int end_child(pid_t, std::chrono::steady_clock::duration patience);

}  // namespace mugaika
