#include "relay/host/state_lock.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>

namespace mugaika {
namespace {

class Folder {
public:
    Folder() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_ = (std::filesystem::temp_directory_path() / "mugaika-lock-XXXXXX").string();
};

}  // namespace

TEST_CASE("AC-253 a second relay on the same state directory is refused, with the pid of the first") {
    const Folder folder;
    std::optional<Result<FileDescriptor>> first = lock_state(folder.path());
    REQUIRE(first->has_value());
    const auto second = lock_state(folder.path());
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().fault() == Fault::busy);
    CHECK_THAT(second.error().words(), Catch::Contains("another relay (pid " + std::to_string(::getpid()) + ")"));
    first.reset();
    CHECK(lock_state(folder.path()).has_value());
}

TEST_CASE("a lock that a dead relay left is no lock, and what stands in it is not believed") {
    const Folder folder;
    { const auto left = lock_state(folder.path()); }
    CHECK(std::filesystem::exists(folder.path() + "/lock"));
    CHECK(lock_state(folder.path()).has_value());
}

TEST_CASE("a state directory that is not there is said as it is") {
    const Folder folder;
    const auto lock = lock_state(folder.path() + "/none");
    REQUIRE_FALSE(lock.has_value());
    CHECK(lock.error().fault() != Fault::busy);
}

}  // namespace mugaika
