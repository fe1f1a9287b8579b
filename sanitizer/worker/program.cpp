#include "sanitizer/worker/program.hpp"

#include <sys/socket.h>
#include <sysexits.h>

#include <cstdlib>
#include <exception>
#include <iostream>

#include "policy/memory.hpp"
#include "sanitizer/worker/control.hpp"

namespace mugaika {
namespace {

void write_help(std::ostream& out, const Program& program) {
    out << program.name << " " << program.purpose
        << ". mugaika-relay and `mugaika sanitize` start it themselves;\n"
           "it cannot be used by hand and reads no configuration.\n"
           "\n"
           "  --version   print the version\n"
           "  --help      print this\n";
}

bool is_control_socket(int fd) noexcept {
    int type = 0;
    socklen_t length = sizeof(type);
    return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_SEQPACKET;
}

int start(const Program& program, Result<WorkerBody> (*load)()) {
    keep_freed_memory();
    const auto body = load();
    if (body) return run_template(control::socket_number, *body);
    std::cerr << program.name << ": " << body.error().words() << "\n";
    return EX_UNAVAILABLE;
}

int run(const Program& program, int argc, char** argv, Result<WorkerBody> (*load)()) {
    const std::string_view argument = argc == 2 ? argv[1] : "";
    if (argument == "--version") {
        std::cout << program.name << " " MUGAIKA_VERSION "\n";
        return EX_OK;
    }
    if (argument == "--help") {
        write_help(std::cout, program);
        return EX_OK;
    }
    if (argc > 1 || !is_control_socket(control::socket_number)) {
        write_help(std::cerr, program);
        return EX_USAGE;
    }
    try {
        return start(program, load);
    } catch (const std::exception& error) {
        std::cerr << program.name << ": " << error.what() << "\n";
        return EX_SOFTWARE;
    }
}

}  // namespace

void run_program(const Program& program, int argc, char** argv, Result<WorkerBody> (*load)()) {
    const int code = run(program, argc, argv, load);
    std::cout.flush();
    std::_Exit(code);  // leak checkers at exit cannot look into a process that is not dumpable
}

}  // namespace mugaika
