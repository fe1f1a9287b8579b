// An engine whose converter is wholly taken over. As mugaika-engine it starts itself in the launcher; as the converter
// it does what the file says: "sabotage:NAME rest of the line". What it tried and what came of it is the file it makes.
// As a step before it, "before:NAME", whose standard output is that file's beginning.
// As `stream` it is a command of the configuration, which mugaika-engine starts: from standard input to standard
// output.
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/engine/serve_engine.hpp"

namespace {

using namespace mugaika;

constexpr std::string_view mark = "sabotage:", mark_of_step = "before:";

std::string self() {
    std::array<char, PATH_MAX> path{};
    const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
    return {path.data(), static_cast<std::size_t>(length > 0 ? length : 0)};
}

Result<EngineCommand> saboteur_command(const EngineJob& job, const std::string& job_folder) {
    EngineCommand command;
    command.program = self();
    command.input_name = "document";
    command.arguments = {"sabotage", job_folder + "/in/document", job_folder + "/out/"};
    command.environment = {"HOME=" + job_folder + "/home"};
    command.executable = {"/usr", command.program};
    command.readable = {"/etc/ld.so.cache"};
    // These formats stand for a converter of several processes, and for one whose standard output is its file, behind
    // that of a step before it.
    if (job.from == OfficeFormat::odp || job.from == OfficeFormat::ods) command.processes = 200;
    if (job.from == OfficeFormat::ods) {
        command.output_name = "pages";
        command.arguments[0] = "to_pages";
        command.before = {{self(), {"step", command.arguments[1], command.arguments[2]}}};
    }
    return command;
}

struct Try {
    std::string name;
    std::function<long()> does;  // below 0: refused
};

long connect_to(int type, const std::string& path) {
    const int socket = ::socket(AF_UNIX, type, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof(address.sun_path) - 1));
    return socket < 0 ? socket : ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

long call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0) {
    return ::syscall(number, a, b, c, d, e);
}

// A child that a call made by accident is no second saboteur.
long forked(long pid) {
    if (pid == 0) ::_exit(0);
    return pid;
}

// What the tries aim at: a process of the same user, a file of the same user and a socket that listens, all elsewhere.
struct Aims {
    pid_t victim;
    std::string file, socket;
};

std::vector<Try> of_files(const Aims& aims) {
    const std::string file = aims.file, folder = file.substr(0, file.rfind('/'));
    const auto opens = [](const std::string& path, int how) {
        return [path, how] { return static_cast<long>(::open(path.c_str(), how, 0600)); };
    };
    const std::string victim = "/proc/" + std::to_string(aims.victim);
    return {{"read a file elsewhere", opens(file, O_RDONLY)},
            {"write a file elsewhere", opens(file, O_WRONLY)},
            {"make a file elsewhere", opens(folder + "/made", O_WRONLY | O_CREAT)},
            {"list a folder elsewhere", opens(folder, O_RDONLY | O_DIRECTORY)},
            {"read passwd", opens("/etc/passwd", O_RDONLY)},
            {"write to /tmp", opens("/tmp/mugaika-saboteur", O_WRONLY | O_CREAT)},
            {"list /proc", opens("/proc", O_RDONLY | O_DIRECTORY)},
            {"read its own /proc", opens("/proc/self/status", O_RDONLY)},
            {"read /proc of another", opens(victim + "/environ", O_RDONLY)},
            {"write memory of another", opens(victim + "/mem", O_RDWR)},
            {"read /sys", opens("/sys/kernel", O_RDONLY | O_DIRECTORY)},
            {"open a device", opens("/dev/zero", O_RDONLY)},
            {"open a terminal", opens("/dev/tty", O_RDWR)},
            {"open shared memory", opens("/dev/shm/mugaika-saboteur", O_RDWR | O_CREAT)},
            {"remove a file elsewhere", [file] { return ::unlink((file + ".2").c_str()); }},
            {"rename a file elsewhere", [file] { return ::rename((file + ".3").c_str(), (file + ".4").c_str()); }},
            {"link a file elsewhere", [file] { return ::link(file.c_str(), "linked"); }},
            {"make a link", [file] { return ::symlink(file.c_str(), "soft"); }},
            {"make a pipe with a name", [] { return ::mkfifo("fifo", 0600); }},
            {"change rights", [file] { return ::chmod(file.c_str(), 0777); }},
            {"change times", [file] { return ::utimes(file.c_str(), nullptr); }},
            {"cut a file", [file] { return ::truncate(file.c_str(), 1); }},
            {"watch a folder", [] { return ::syscall(SYS_inotify_init1, 0); }},
            {"make memory outside", [] { return ::memfd_create("x", 0); }}};
}

std::vector<Try> of_network(const Aims& aims) {
    const auto socket = [](int family, int type) {
        return [=] { return static_cast<long>(::socket(family, type, 0)); };
    };
    return {{"internet", socket(AF_INET, SOCK_STREAM)},
            {"internet 6", socket(AF_INET6, SOCK_DGRAM)},
            {"netlink", socket(AF_NETLINK, SOCK_RAW)},
            {"local datagrams", socket(AF_UNIX, SOCK_DGRAM)},
            {"call a local socket", [aims] { return connect_to(SOCK_STREAM, aims.socket); }},
            {"io_uring", [] { return call(SYS_io_uring_setup, 1); }}};
}

std::vector<Try> of_processes(const Aims& aims) {
    const pid_t victim = aims.victim;
    return {{"see whether another lives", [victim] { return ::kill(victim, 0); }},
            {"kill another", [victim] { return ::kill(victim, SIGUSR1); }},
            {"kill a thread of another", [victim] { return call(SYS_tgkill, victim, victim, SIGUSR1); }},
            {"open another", [victim] { return call(SYS_pidfd_open, victim); }},
            {"trace another", [victim] { return ::ptrace(PTRACE_SEIZE, victim, nullptr, nullptr); }},
            {"limit another", [victim] { return ::prlimit(victim, RLIMIT_NOFILE, nullptr, nullptr); }},
            {"limit itself anew",
             [] {
                 const rlimit limit{1, 1};
                 return ::setrlimit(RLIMIT_CORE, &limit);
             }},
            {"order another", [victim] { return ::setpriority(PRIO_PROCESS, static_cast<id_t>(victim), 15); }},
            {"own a signal of another",
             [victim] {
                 std::array<int, 2> ends{};
                 return ::pipe(ends.data()) != 0 ? -1 : ::fcntl(ends[0], F_SETOWN, victim);
             }},
            {"fork", [] { return forked(call(SYS_clone, SIGCHLD)); }},
            {"vfork as fork", [] { return forked(::fork()); }},
            {"leave its session", [] { return ::setpgid(0, 0); }}};
}

// Root may do these, and who has user namespaces; nobody else. They are no matter of the control.
std::vector<Try> of_rights() {
    return {{"a namespace", [] { return ::unshare(CLONE_NEWUSER); }},
            {"a process in a namespace", [] { return forked(call(SYS_clone, CLONE_NEWUSER | SIGCHLD)); }},
            {"join a namespace", [] { return ::setns(0, 0); }},
            {"mount", [] { return ::mount("none", "/tmp", "tmpfs", 0, nullptr); }},
            {"another root", [] { return ::chroot("."); }},
            {"another user", [] { return ::setuid(0); }},
            {"keys", [] { return call(SYS_keyctl, 0, -3, 1); }},
            {"bpf", [] { return call(SYS_bpf, 0); }},
            {"counters", [] { return call(SYS_perf_event_open, 0, 0, -1, -1); }},
            {"faults", [] { return call(SYS_userfaultfd, 1); }},
            {"dumps", [] { return ::prctl(PR_SET_DUMPABLE, 1); }},
            {"a fork that is not seen", [] { return forked(call(SYS_clone3, 0, 0)); }}};
}

void append(std::vector<Try>& all, std::vector<Try> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// One line for each try: "got NAME" or "refused NAME".
std::string probe(std::istream& words, bool with_rights) {
    Aims aims;
    words >> aims.victim >> aims.file >> aims.socket;
    std::vector<Try> all = of_files(aims);
    append(all, of_network(aims));
    append(all, of_processes(aims));
    if (with_rights) append(all, of_rights());
    std::string said;
    for (const Try& one : all) said += (one.does() < 0 ? "refused " : "got ") + one.name + "\n";
    return said;
}

void write_file(const std::string& path, std::string_view bytes) { std::ofstream(path) << bytes; }

// The file that it makes; "": its standard output.
void write_made(const std::string& path, std::string_view bytes) {
    path.empty() ? void(std::cout << bytes << std::flush) : write_file(path, bytes);
}

[[noreturn]] void wait_for_ever() {
    for (;;) ::pause();
}

// Each leaves the session, and its parent.
std::string leave_children() {
    std::string pids;
    for (int i = 0; i < 3; ++i) {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) return "no pipe";
        const pid_t child = ::fork();
        if (child == 0) {
            ::setsid();
            const pid_t grandchild = ::fork();
            if (grandchild == 0) wait_for_ever();
            if (::write(ends[1], &grandchild, sizeof(grandchild)) < 0) ::_exit(1);
            ::_exit(0);
        }
        pid_t grandchild = -1;
        if (::read(ends[0], &grandchild, sizeof(grandchild)) < 0) return "no child";
        ::waitpid(child, nullptr, 0);
        pids += std::to_string(grandchild) + "\n";
    }
    return pids;
}

[[noreturn]] void fork_for_ever() {
    for (;;) {
        if (::fork() == 0) ::setsid();
    }
}

void fill(const std::string& home) {
    const std::string block(1u << 20, 'x');
    for (int i = 0;; ++i) write_file(home + "/block" + std::to_string(i), block);
}

void dig() {
    for (int i = 0; i < 3000; ++i) {
        if (::mkdir("down", 0700) != 0 || ::chdir("down") != 0) return;
    }
}

// Its own place among folders, and what it was told that it may open.
std::string looked_around(std::istream& words) {
    std::string said;
    for (std::string path; words >> path;)
        said += (::open(path.c_str(), O_RDONLY) < 0 ? "refused " : "got ") + path + "\n";
    return said;
}

// What a converter may leave where its file is expected. Nothing tells that it was refused but what stands there.
void leave(const std::string& what, const std::string& place, const std::string& out) {
    write_file(place, "before that");
    ::unlink(place.c_str());
    if (what == "symlink") void(::symlink("/etc/passwd", place.c_str()));
    if (what == "hard_link") void(::link((out + "../in/document").c_str(), place.c_str()));
    if (what == "pipe") ::mkfifo(place.c_str(), 0600);
    if (what == "device") ::mknod(place.c_str(), S_IFCHR | 0600, 0x103);
    if (what == "directory") ::mkdir(place.c_str(), 0700);
    if (what == "other_name") write_file(out + "other", "under another name");
    if (what == "sparse") write_file(place, "x"), std::ofstream(place).seekp((50u << 20) + 1).put('x');
    if (what != "socket") return;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, place.data(), std::min(place.size(), sizeof(address.sun_path) - 1));
    ::bind(::socket(AF_UNIX, SOCK_STREAM, 0), reinterpret_cast<sockaddr*>(&address), sizeof(address));
}

// One that has ended leaves somebody who writes on, without an end; slowly, for a limit of size is no matter of it.
void leave_a_writer() {
    if (::fork() != 0) return;
    ::setsid();
    for (;; ::usleep(1000)) write_made("", "x");
}

struct Told {
    std::string bytes, name;
    std::istringstream words;
    std::size_t line_end = 0;  // in `bytes`
};

// Nothing: nothing is said behind this mark.
std::optional<Told> read_words(std::istream& file, std::string_view behind) {
    Told told{{std::istreambuf_iterator<char>(file), {}}, {}, {}};
    const std::size_t at = told.bytes.find(behind);
    if (at == told.bytes.npos) return std::nullopt;
    told.line_end = std::min(told.bytes.find('\n', at), told.bytes.size());
    told.words.str(told.bytes.substr(at + behind.size(), told.line_end - at - behind.size()));
    told.words >> told.name;
    return told;
}

// `made`: the file to be made; "": standard output, which is the file `place`.
int sabotage(Told told, const std::string& out, const std::string& made, const std::string& place,
             const std::string& home) {
    auto& [bytes, name, words, line_end] = told;
    if (name == "leaves") {
        words >> name;
        leave(name, place, out);
    }
    if (name == "says") {
        words >> name;
        write_made(made, name);
    }
    if (name == "leaves_a_writer") write_made(made, "x"), leave_a_writer();
    if (name == "launcher_code") return 117;
    if (name == "gives_up") return 1;  // as the launcher does
    if (name == "probe") write_made(made, probe(words, true));
    if (name == "looks_around") write_made(made, looked_around(words));
    if (name == "answers") write_made(made, std::string_view(bytes).substr(std::min(line_end + 1, bytes.size())));
    if (name == "two") write_file(out + "second", "x"), write_made(made, "x");
    if (name == "folder") ::mkdir(made.c_str(), 0700);
    if (name == "empty") write_file(made, "");
    if (name == "large") write_file(made, "x"), std::ofstream(made).seekp((50u << 20) + 1).put('x');
    if (name == "fills") fill(home);
    if (name == "floods")
        for (;;) write_made(made, std::string(1u << 20, 'x'));
    if (name == "digs") dig(), wait_for_ever();
    if (name == "hides") ::mkdir((home + "/dark").c_str(), 0), wait_for_ever();
    if (name == "hangs") wait_for_ever();
    if (name == "eats")
        for (;;)
            ::memset(::mmap(nullptr, 1u << 24, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1,
                     1u << 24);
    if (name == "dies") std::raise(SIGKILL);
    if (name == "exits") write_made(made, "half of it");
    if (name == "exits") return 3;
    if (name == "leaves_children") write_made(made, leave_children());
    if (name == "bomb") fork_for_ever();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const bool is_converter = arguments.size() == 3;
    if (is_converter && (arguments[0] == "sabotage" || arguments[0] == "to_pages" || arguments[0] == "step")) {
        const bool is_step = arguments[0] == "step", has_own_name = arguments[0] == "sabotage";
        std::ifstream file(arguments[1]);
        auto told = read_words(file, is_step ? mark_of_step : mark);
        if (!told) return is_step ? 0 : 99;
        const std::string place = arguments[2] + (has_own_name ? "document.docx" : "pages");
        return sabotage(*std::move(told), arguments[2], has_own_name ? place : "", place, ::getenv("HOME"));
    }
    if (arguments.size() == 1 && arguments[0] == "stream") {
        const std::string home = ::getenv("HOME"), out = home + "/../out/";
        auto told = read_words(std::cin, mark);
        return told ? sabotage(*std::move(told), out, "", out + "made", home) : 99;
    }
    // Not confined: what the tries come to where nothing holds them.
    if (arguments.size() == 3 && arguments[0] == "control") {
        std::istringstream words(arguments[1]);
        write_file(arguments[2], probe(words, false));
        return 0;
    }
    return serve_engine(STDIN_FILENO, saboteur_command);
}
