// mugaika-worker: loads its tables, then is the template from which sandboxed workers are forked. Started by the relay
// or by `mugaika sanitize` with the control socket as descriptor 3, never by hand. Reads no configuration and no
// environment.
#include <sys/socket.h>
#include <sysexits.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string_view>

#include "sanitizer/worker/control.hpp"
#include "sanitizer/worker/serve.hpp"
#include "sanitizer/worker/template.hpp"

namespace {

using namespace mugaika;

constexpr std::string_view help =
    "mugaika-worker reads hostile mail in a sandbox. mugaika-relay and `mugaika sanitize` start it themselves;\n"
    "it cannot be used by hand and reads no configuration.\n"
    "\n"
    "  --version   print the version\n"
    "  --help      print this\n";

bool is_control_socket(int fd) noexcept {
    int type = 0;
    socklen_t length = sizeof(type);
    return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_SEQPACKET;
}

int start() {
    const auto typer = load_tables();
    if (!typer) {
        std::cerr << "mugaika-worker: " << typer.error().words() << "\n";
        return EX_UNAVAILABLE;
    }
    return run_template(control::socket_number, [&typer](int job_socket, const WorkerLimits& limits) {
        return serve_jobs(job_socket, *typer, limits);
    });
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc == 2 ? argv[1] : "";
    if (argument == "--version") {
        std::cout << "mugaika-worker " MUGAIKA_VERSION "\n";
        return EX_OK;
    }
    if (argument == "--help") {
        std::cout << help;
        return EX_OK;
    }
    if (argc > 1 || !is_control_socket(control::socket_number)) {
        std::cerr << help;
        return EX_USAGE;
    }
    int code = EX_SOFTWARE;
    try {
        code = start();
    } catch (const std::exception& error) {
        std::cerr << "mugaika-worker: " << error.what() << "\n";
    }
    std::_Exit(code);  // nothing to flush; leak checkers at exit cannot look into a process that is not dumpable
}
