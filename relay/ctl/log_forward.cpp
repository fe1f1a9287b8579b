// `mugaika log forward`.
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <unistd.h>

#include <fcntl.h>
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/relay_user.hpp"
#include "relay/forward/log_forwarder.hpp"
#include "relay/quarantine/durable_file.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika::ctl {
namespace {

using std::chrono::milliseconds;

// Events a second old are fresh enough, and a connection a second burdens nobody.
constexpr milliseconds between_looks{1000};
constexpr milliseconds longest_wait{60000};

std::string where(const LogOutput& output) {
    if (output.transport == LogTransport::local) return output.socket;
    return HostPort{output.host, output.port}.text();
}

// What threads say, a line at a time.
class Voice {
public:
    explicit Voice(std::ostream& err) : err_(err) {}
    void say(const std::string& output, const std::string& words) {
        const std::lock_guard lock(mutex_);
        if (std::exchange(last_[output], words) == words) return;
        err_ << "mugaika: " << output << ": " << shown_text(words) << "\n" << std::flush;
    }

private:
    std::ostream& err_;
    std::mutex mutex_;
    std::map<std::string, std::string> last_;  // by output: what is tried again is said once
};

struct Running {
    LogForwarder::Say say;
    std::unique_ptr<LogForwarder> forwarder;
};

Result<Config> config_with_outputs(const ConfigChoice& choice, Terminal& terminal) {
    auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return config;
    if (config->log_outputs.empty()) {
        return Error(Fault::configuration,
                     "the configuration has no [[relay.log_output]], so that there is nowhere to send events; expected "
                     "one such as to = \"syslog\" with server = \"syslog.example.jp:6514\"");
    }
    const auto became = become_relay_user(config->state_dir);
    if (!became) return became.error();
    return config;
}

// Two would each write their position over the other's.
Result<FileDescriptor> lock_folder(const std::string& folder) {
    const auto made = make_directory(folder, 0700);
    if (!made) return made.error();
    const std::string path = folder + "/lock";
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.is_open()) return error_from_errno("opening " + path, errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
    if (errno != EWOULDBLOCK) return error_from_errno("locking " + path, errno);
    return Error(Fault::busy, "another `mugaika log forward` is at work (" + path + " is locked)");
}

Result<std::vector<std::unique_ptr<Running>>> open_outputs(const Config& config, Voice& voice) {
    std::vector<std::unique_ptr<Running>> all;
    for (const LogOutput& output : config.log_outputs) {
        auto running = std::make_unique<Running>();
        running->say = [&voice, name = output.name](const std::string& words) { voice.say(name, words); };
        auto sink = make_log_sink(output);
        if (!sink) return Error(sink.error().fault(), output.name + ": " + sink.error().words());
        auto forwarder = LogForwarder::open(output, config.log, forward_file(config.state_dir, output.name),
                                            std::move(*sink), running->say);
        if (!forwarder) return Error(forwarder.error().fault(), output.name + ": " + forwarder.error().words());
        running->forwarder = std::move(*forwarder);
        all.push_back(std::move(running));
    }
    return all;
}

bool is_stopped(int stop, milliseconds patience) {
    pollfd asked{stop, POLLIN, 0};
    return ::poll(&asked, 1, static_cast<int>(patience.count())) > 0;
}

void follow(LogForwarder& forwarder, int stop) {
    milliseconds wait = between_looks;
    while (!is_stopped(stop, milliseconds(0))) {
        const auto sent = forwarder.forward(stop);
        if (sent && *sent) continue;
        wait = sent ? between_looks : std::min(wait * 2, longest_wait);
        if (is_stopped(stop, wait)) return;
    }
}

// One that is down holds up no other.
Exit follow_all(const std::vector<std::unique_ptr<Running>>& all, Terminal& terminal) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    const FileDescriptor stop(::eventfd(0, EFD_CLOEXEC));
    if (!stop.is_open()) return fail(terminal, error_from_errno("making an eventfd", errno));
    std::vector<std::thread> threads;
    for (const auto& one : all) {
        threads.emplace_back([forwarder = one->forwarder.get(), fd = stop.get()] { follow(*forwarder, fd); });
    }
    int signal = 0;
    ::sigwait(&ends, &signal);
    ::eventfd_write(stop.get(), 1);
    for (std::thread& thread : threads) thread.join();
    return Exit::done;
}

// A fault was said already.
Exit forward_once(const std::vector<std::unique_ptr<Running>>& all) {
    Exit exit = Exit::done;
    for (const auto& one : all) {
        auto sent = one->forwarder->forward(-1);
        while (sent && *sent) sent = one->forwarder->forward(-1);
        if (!sent) exit = Exit::try_later;
    }
    return exit;
}

struct Behind {
    std::uint64_t lines = 0;
    std::string since;  // the time of the first of them
};

Result<Behind> behind(const std::string& log, const ForwardPosition& position) {
    const LogFollower::Say quiet = [](const std::string&) {};
    LogFollower follower(log, quiet);
    follower.go_to(position.file, position.offset, position.time);
    Behind behind;
    for (;;) {
        const auto more = follower.next();
        if (!more) return more.error();
        if (!*more) return behind;
        if (behind.lines++ == 0) behind.since = follower.time();
    }
}

void print_json(std::ostream& out, const LogOutput& output, const ForwardPosition& at, const Behind& behind) {
    const boost::json::object object{{"output", output.name},
                                     {"to", to_string(output.to)},
                                     {"transport", to_string(output.transport)},
                                     {"where", where(output)},
                                     {"sent", at.sent},
                                     {"last", at.time},
                                     {"behind", behind.lines},
                                     {"behind_since", behind.since},
                                     {"missing", at.missing},
                                     {"passed_over", at.passed_over},
                                     {"fault", at.fault},
                                     {"fault_since", at.fault_since}};
    out << boost::json::serialize(object) << "\n";
}

void print_text(std::ostream& out, const LogOutput& output, const ForwardPosition& at, const Behind& behind) {
    out << output.name << "  " << to_string(output.to) << " " << to_string(output.transport) << " " << where(output)
        << "\n  送信済み / sent           " << at.sent;
    if (!at.time.empty()) out << ", 最後 / up to " << shown_text(at.time);
    out << "\n  未送信 / still to send    " << behind.lines;
    if (behind.lines > 0) out << ", 最初 / since " << shown_text(behind.since);
    out << "\n";
    if (at.missing > 0) out << "  送信前に消えた行 / lines gone before they were sent  " << at.missing << "\n";
    if (at.passed_over > 0) out << "  読めない行 / lines that are no event  " << at.passed_over << "\n";
    if (at.fault.empty()) return;
    out << "  障害 / fault since " << shown_text(at.fault_since) << ": " << shown_text(at.fault) << "\n";
}

Exit say_status(const Config& config, Output form, Terminal& terminal) {
    for (const LogOutput& output : config.log_outputs) {
        const auto position = ForwardPosition::read(forward_file(config.state_dir, output.name));
        if (!position) return fail(terminal, position.error());
        const auto left = behind(config.log, *position);
        if (!left) return fail(terminal, left.error());
        (form == Output::json ? print_json : print_text)(terminal.out, output, *position, *left);
    }
    return Exit::done;
}

}  // namespace

Exit log_forward(const ConfigChoice& choice, const LogForwardOptions& options, Terminal& terminal) {
    const auto config = config_with_outputs(choice, terminal);
    if (!config) return fail(terminal, config.error());
    if (options.status) return say_status(*config, options.output, terminal);
    const auto lock = lock_folder(forward_folder(config->state_dir));
    if (!lock) return fail(terminal, lock.error());
    Voice voice(terminal.err);
    const auto outputs = open_outputs(*config, voice);
    if (!outputs) return fail(terminal, outputs.error());
    return options.once ? forward_once(*outputs) : follow_all(*outputs, terminal);
}

}  // namespace mugaika::ctl
