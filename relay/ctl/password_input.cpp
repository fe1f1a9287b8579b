#include "relay/ctl/password_input.hpp"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace mugaika::ctl {
namespace {

volatile std::sig_atomic_t caught = 0;

void remember(int signal) { caught = signal; }

// While it lives the terminal does not show what is typed, and signals are remembered instead of obeyed.
class Unshown {
public:
    explicit Unshown(int terminal) : terminal_(terminal) {
        caught = 0;
        struct sigaction remembering {};
        remembering.sa_handler = remember;  // reading is interrupted
        for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &remembering, &old_[i]);
        is_changed_ = ::tcgetattr(terminal_, &shown_) == 0;
        termios unshown = shown_;
        unshown.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        unshown.c_lflag |= ECHONL;
        is_changed_ = is_changed_ && ::tcsetattr(terminal_, TCSAFLUSH, &unshown) == 0;
    }
    ~Unshown() {
        if (is_changed_) ::tcsetattr(terminal_, TCSAFLUSH, &shown_);
        for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &old_[i], nullptr);
    }
    Unshown(const Unshown&) = delete;
    Unshown& operator=(const Unshown&) = delete;

    bool is_unshown() const noexcept { return is_changed_; }

private:
    static constexpr std::array<int, 5> signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    int terminal_;
    termios shown_{};
    std::array<struct sigaction, signals.size()> old_{};
    bool is_changed_ = false;
};

enum class Line { whole, none, too_long, interrupted };

// Byte by byte: nothing is read ahead into a buffer that stays.
Line read_line(Secret& secret, int descriptor) {
    char byte = '\0';
    for (bool is_any = false;; is_any = true) {
        const ssize_t got = ::read(descriptor, &byte, 1);
        if (got < 0 && errno == EINTR && caught == 0) continue;
        if (got < 0) return caught != 0 ? Line::interrupted : Line::none;
        if (got == 0) return is_any ? Line::whole : Line::none;
        if (byte == '\n') return Line::whole;
        if (!secret.put(byte)) return Line::too_long;
    }
}

Line read_line(Secret& secret, std::istream& in) {
    for (bool is_any = false;; is_any = true) {
        const int byte = in.get();
        if (byte == std::istream::traits_type::eof()) return is_any ? Line::whole : Line::none;
        if (byte == '\n') return Line::whole;
        if (!secret.put(static_cast<char>(byte))) return Line::too_long;
    }
}

Line read_unshown(Secret& secret, int terminal) {
    const Unshown unshown(terminal);
    return unshown.is_unshown() ? read_line(secret, terminal) : Line::none;
}

}  // namespace

Result<void> read_password(Secret& secret, std::string_view prompt, Terminal& terminal) {
    const bool is_typed = terminal.in_descriptor >= 0 && ::isatty(terminal.in_descriptor) == 1;
    Line line = Line::none;
    if (is_typed) {
        terminal.err << prompt << std::flush;
        line = read_unshown(secret, terminal.in_descriptor);
        if (line == Line::interrupted) ::raise(caught);  // now that the terminal is as it was
    } else {
        line = terminal.in_descriptor >= 0 ? read_line(secret, terminal.in_descriptor) : read_line(secret, terminal.in);
    }
    secret.drop_carriage_return();
    switch (line) {
        case Line::whole:
            if (!secret.view().empty()) return {};
            return Error(Fault::bad_input, "an empty password opens nothing; nothing was tried");
        case Line::none:
            return Error(Fault::bad_input,
                         "no password: expected one at the terminal, or as the first line of "
                         "standard input; nothing was tried");
        case Line::too_long:
            return Error(Fault::bad_input,
                         "a password of more than " + std::to_string(password_bytes_max) + " bytes; nothing was tried");
        case Line::interrupted:
            break;
    }
    return Error(Fault::bad_input, "interrupted; nothing was tried");
}

}  // namespace mugaika::ctl
