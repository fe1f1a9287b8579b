// mugaika: the administrator's command line.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "relay/ctl/commands.hpp"

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // a pager that was closed is a failed write, not a death
    std::ios::sync_with_stdio(false);
    using namespace mugaika::ctl;
    Terminal terminal{std::cin,
                      std::cout,
                      std::cerr,
                      isatty(STDOUT_FILENO) == 1,
                      login_of(getuid(), std::getenv("SUDO_USER")),
                      STDIN_FILENO,
                      isatty(STDERR_FILENO) == 1};
    try {
        return static_cast<int>(run_command_line(argc, argv, terminal));
    } catch (const std::exception& error) {
        std::cerr << "mugaika: " << error.what() << "\n";
        return static_cast<int>(Exit::try_later);
    }
}
