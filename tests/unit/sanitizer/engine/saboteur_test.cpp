// A converter that is wholly taken over gets nothing: it tries files, network, signals, other processes, devices,
// /proc, namespaces. The same tries without the launcher show that there was something to get.
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "sanitizer/engine/engine_client.hpp"
#include "sanitizer/mail/write_fully.hpp"
#include "tests/unit/sanitizer/engine/engine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

constexpr uid_t nobody = 65534;

void become_nobody() {
    if (::geteuid() != 0) return;
    if (::setresgid(nobody, nobody, nobody) != 0 || ::setresuid(nobody, nobody, nobody) != 0) ::_exit(1);
}

// A process, files and a socket of the user that the engine runs as.
class Neighbour {
public:
    Neighbour() {
        for (const char* const end : {"", ".2", ".3"}) std::ofstream(file() + end) << "somebody's letter";
        const int listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strcpy(address.sun_path, socket().c_str());
        REQUIRE(::bind(listening, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
        REQUIRE(::listen(listening, 5) == 0);
        socket_ = FileDescriptor(listening);
        if (::geteuid() == 0) {
            for (const char* const end : {"", ".2", ".3"})
                REQUIRE(::chown((file() + end).c_str(), nobody, nobody) == 0);
            REQUIRE(::chmod(socket().c_str(), 0777) == 0);
        }
        pid_ = ::fork();
        if (pid_ == 0) {
            become_nobody();
            std::signal(SIGUSR1, SIG_IGN);
            for (;;) ::pause();
        }
    }
    Neighbour(const Neighbour&) = delete;
    ~Neighbour() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    std::string aims() const { return std::to_string(pid_) + " " + file() + " " + socket(); }
    std::string file() const { return folder_.path() + "/letter"; }
    const TemporaryFolder& folder() const { return folder_; }

private:
    std::string socket() const { return folder_.path() + "/called"; }

    TemporaryFolder folder_;
    FileDescriptor socket_;
    pid_t pid_ = -1;
};

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// What the same tries come to as the same user, without the launcher.
std::string control(const Neighbour& neighbour) {
    const std::string out = neighbour.folder().path() + "/said";
    const pid_t pid = ::fork();
    if (pid == 0) {
        become_nobody();
        if (::chdir(neighbour.folder().path().c_str()) != 0) ::_exit(1);
        const std::string program = saboteur_program(), aims = neighbour.aims();
        ::execl(program.c_str(), program.c_str(), "control", aims.c_str(), out.c_str(), nullptr);
        ::_exit(1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    REQUIRE(status == 0);
    return read_file(out);
}

}  // namespace

TEST_CASE("a converter that is wholly taken over gets nothing") {
    Neighbour neighbour;
    const auto made = ask_engine({saboteur_program()}, {}, told("probe " + neighbour.aims()));
    if (!made) FAIL(made.error().words());
    std::istringstream lines(bytes_of(*made));
    int tries = 0;
    for (std::string line; std::getline(lines, line); ++tries) {
        INFO(line);
        CHECK(line.starts_with("refused "));
    }
    CHECK(tries == 54);
    CHECK(read_file(neighbour.file()) == "somebody's letter");
}

TEST_CASE("without the launcher the same tries get what they want, so it is the launcher that refuses them") {
    const Neighbour neighbour;
    const std::string said = control(neighbour);
    // What the machine itself may refuse or not have is left out: a terminal, another's memory, io_uring, a device.
    for (const char* const one : {"read a file elsewhere",
                                  "write a file elsewhere",
                                  "make a file elsewhere",
                                  "list a folder elsewhere",
                                  "read passwd",
                                  "write to /tmp",
                                  "list /proc",
                                  "read its own /proc",
                                  "read /sys",
                                  "remove a file elsewhere",
                                  "rename a file elsewhere",
                                  "link a file elsewhere",
                                  "make a link",
                                  "make a pipe with a name",
                                  "change rights",
                                  "change times",
                                  "cut a file",
                                  "watch a folder",
                                  "make memory outside",
                                  "internet",
                                  "local datagrams",
                                  "call a local socket",
                                  "see whether another lives",
                                  "kill another",
                                  "kill a thread of another",
                                  "open another",
                                  "limit another",
                                  "order another",
                                  "own a signal of another",
                                  "fork",
                                  "vfork as fork"}) {
        INFO(one);
        CHECK_THAT(said, Catch::Contains(std::string("got ") + one + "\n"));
    }
    ::unlink("/tmp/mugaika-saboteur");
}

namespace {

// Its outcome: "made BYTES", or the words of its failure, which is that of one file.
std::string outcome_of(OfficeFormat from, const std::string& file) {
    const TemporaryFolder temporary;
    EngineJob job;
    job.from = from;
    const auto made =
        ask_engine({saboteur_program()}, job, UntrustedFile::from_bytes("{\\rtf1 " + file + "\n").value());
    CHECK(temporary.is_empty());
    CHECK(saboteurs() == 0);
    if (made) return "made " + bytes_of(*made);
    CHECK(made.error().fault() == Fault::protocol);
    CHECK(not_converted_by(made.error()).why == Reason::engine_failed);
    return made.error().words();
}

const std::string no_file = "it made no file", not_a_file = "what it made is no file",
                  too_large = "it made a file that is larger than allowed";

}  // namespace

TEST_CASE("whatever a converter leaves where its file is expected is one outcome") {
    struct Row {
        std::string leaves;
        std::string as_own_file;  // which it names itself
        std::string as_stream;    // the file is what it writes to standard output
        std::string as_step;      // the same of a step before it, which then writes "rest"
    };
    // A link, a pipe and a device are refused, so that nothing stands there.
    for (const Row& row :
         {Row{"symlink", no_file, no_file, "made \frest"}, Row{"hard_link", no_file, no_file, "made \frest"},
          Row{"pipe", no_file, no_file, "made \frest"}, Row{"device", no_file, no_file, "made \frest"},
          Row{"socket", not_a_file, not_a_file, not_a_file}, Row{"directory", not_a_file, not_a_file, not_a_file},
          Row{"other_name", "made under another name", "it made a file of another name", "it made more than one file"},
          Row{"sparse", too_large, too_large, too_large}, Row{"nothing", no_file, no_file, "made \frest"}}) {
        CAPTURE(row.leaves);
        CHECK(outcome_of(OfficeFormat::rtf, "sabotage:leaves " + row.leaves) == row.as_own_file);
        CHECK(outcome_of(OfficeFormat::ods, "sabotage:leaves " + row.leaves) == row.as_stream);
        CHECK(outcome_of(OfficeFormat::ods, "sabotage:says rest before:leaves " + row.leaves) == row.as_step);
    }
    CHECK(outcome_of(OfficeFormat::ods, "sabotage:says rest before:says first") == "made first\frest");
}

TEST_CASE("nobody whom a converter or a step leaves behind writes on in its file") {
    const std::string converter = outcome_of(OfficeFormat::ods, "sabotage:leaves_a_writer");
    CHECK_THAT(converter, Catch::StartsWith("made \fx"));
    CHECK(converter.find_first_not_of('x', 6) == converter.npos);
    const std::string step = outcome_of(OfficeFormat::ods, "sabotage:says rest before:leaves_a_writer");
    CHECK_THAT(step, Catch::StartsWith("made x") && Catch::EndsWith("x\frest"));
    CHECK(step.find_first_not_of('x', 5) == step.size() - std::string("\frest").size());
}

TEST_CASE("no converter says by its exit code that it was not there") {
    CHECK(outcome_of(OfficeFormat::rtf, "sabotage:launcher_code") == "it ended with exit 117");
    CHECK(outcome_of(OfficeFormat::ods, "sabotage:says rest before:launcher_code") == "it ended with exit 117");
    CHECK(outcome_of(OfficeFormat::rtf, "sabotage:gives_up") == "it ended with exit 1");
}
