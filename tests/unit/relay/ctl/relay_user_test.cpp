#include "relay/ctl/relay_user.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "ctl_fixture.hpp"
#include "relay/ctl/administration.hpp"

using namespace mugaika;
using ctl::become_relay_user;

namespace {

constexpr uid_t relay_user = 65533;  // of no account, as when a folder came from another machine

// The process stays who it became, so each case has one of its own. What did not hold is said by its number.
int in_a_child(const std::function<int()>& first_that_fails) {
    const pid_t child = fork();
    if (child == 0) _exit(first_that_fails());
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

class RelayUser : public CtlFixture {
public:
    RelayUser() {
        REQUIRE(mkdir(state().c_str(), 0700) == 0);
        REQUIRE(chmod(path("").c_str(), 0755) == 0);
    }
    std::string state() const { return path("state"); }
    void give_away() const { REQUIRE(chown(state().c_str(), relay_user, relay_user) == 0); }
};

bool are_root() {
    if (geteuid() == 0) return true;
    test::say_skipped("who becomes the relay's user: only root can");
    return false;
}

}  // namespace

TEST_CASE_METHOD(RelayUser, "root becomes the relay's user for good, and what it makes is that user's") {
    if (!are_root()) return;
    give_away();
    CHECK(in_a_child([this] {
              if (!become_relay_user(state())) return 1;
              if (geteuid() != relay_user || getegid() != relay_user || getgroups(0, nullptr) != 0) return 2;
              if (setuid(0) == 0) return 3;
              const FileDescriptor file(open((state() + "/order").c_str(), O_WRONLY | O_CREAT, 0600));
              struct stat facts {};
              if (fstat(file.get(), &facts) != 0 || facts.st_uid != relay_user || facts.st_gid != relay_user) return 4;
              return become_relay_user(state()) ? 0 : 5;
          }) == 0);
}

TEST_CASE_METHOD(RelayUser, "root stays root where the folder is root's or not there") {
    if (!are_root()) return;
    CHECK(in_a_child([this] {
              if (!become_relay_user(state()) || geteuid() != 0) return 1;
              return become_relay_user(path("nowhere")) && geteuid() == 0 ? 0 : 2;
          }) == 0);
}

TEST_CASE_METHOD(RelayUser, "an event for the administrator's eyes is said also by the relay's user") {
    if (!are_root()) return;
    give_away();
    const std::string eyes = path("eyes");
    Config config = this->config();
    config.log = "-";
    CHECK(in_a_child([&] {
              const FileDescriptor roots(open(eyes.c_str(), O_WRONLY | O_CREAT, 0600));
              if (dup2(roots.get(), STDERR_FILENO) < 0 || !become_relay_user(state())) return 1;
              const auto log = ctl::open_log(config);
              if (!log) return 2;
              (*log)->write(event::QuarantineExpired{"0123456789abcdef", Actor{}});
              return 0;
          }) == 0);
    std::ifstream said(eyes);
    std::string line;
    std::getline(said, line);
    CHECK_THAT(line, Catch::Contains("quarantine.expired"));
}
