// mugaika-engine: one process, one job. The relay or `mugaika sanitize` starts it, or systemd for each connection to
// mugaika-engine.socket; the socket is its standard input.
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <string_view>

#include "sanitizer/engine/office.hpp"
#include "sanitizer/engine/ordered_command.hpp"
#include "sanitizer/engine/page_text.hpp"
#include "sanitizer/engine/pages.hpp"
#include "sanitizer/engine/serve_engine.hpp"

namespace {

using namespace mugaika;

void write_help(std::ostream& out) {
    out << "mugaika-engine runs a converter (LibreOffice, poppler, a configured command) for one file, locked in.\n"
           "mugaika-relay and `mugaika sanitize` start it themselves, or systemd does: mugaika-engine.socket.\n"
           "It cannot be used by hand and reads no configuration.\n"
           "\n"
           "  --version   print the version\n"
           "  --help      print this\n";
}

Result<EngineCommand> command_for(const EngineJob& job, const std::string& job_folder) {
    switch (job.task) {
        case EngineTask::to_package:
        case EngineTask::to_pdf:
            return office_command(job, job_folder);
        case EngineTask::page_text:
            return page_text_command(job, job_folder);
        case EngineTask::command:
            return ordered_command(job, job_folder);
        case EngineTask::to_pictures:
        case EngineTask::to_text:
            break;
    }
    return pages_command(job, job_folder);
}

bool is_stream_socket(int fd) noexcept {
    int type = 0;
    socklen_t length = sizeof(type);
    if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_STREAM) return false;
    int family = 0;
    length = sizeof(family);
    return ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length) == 0 && family == AF_UNIX;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view argument = argc == 2 ? argv[1] : "";
    if (argument == "--version") {
        std::cout << "mugaika-engine " MUGAIKA_VERSION "\n";
        return EX_OK;
    }
    if (argument == "--help") {
        write_help(std::cout);
        return EX_OK;
    }
    if (argc > 1 || !is_stream_socket(STDIN_FILENO)) {
        write_help(std::cerr);
        return EX_USAGE;
    }
    try {
        return serve_engine(STDIN_FILENO, command_for);
    } catch (const std::exception& error) {
        std::cerr << "mugaika-engine: " << error.what() << "\n";
        return EX_SOFTWARE;
    }
}
