// What tests of engines share: the saboteur, and a folder for jobs that must be empty afterwards.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/mail/untrusted_file.hpp"
#include "test_places.hpp"

namespace mugaika::test {

inline std::string saboteur_program() { return MUGAIKA_BIN "/engine_saboteur"; }

inline UntrustedFile told(std::string_view behaviour) {
    return UntrustedFile::from_bytes("{\\rtf1 sabotage:" + std::string(behaviour)).value();
}

inline std::string bytes_of(const UntrustedFile& file) {
    return std::string(RawMail::Mapping::of(file.descriptor(), file.size())->view());
}

// As long as it lives, $TMPDIR; an engine that has given up root can write there.
class TemporaryFolder {
public:
    TemporaryFolder() {
        REQUIRE(::mkdtemp(path_.data()) != nullptr);
        REQUIRE(::chmod(path_.c_str(), 0777) == 0);
        if (const char* before = ::getenv("TMPDIR")) before_ = before;
        ::setenv("TMPDIR", path_.c_str(), 1);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        before_.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before_.c_str(), 1);
        std::filesystem::remove_all(path_);
    }
    const std::string& path() const { return path_; }
    bool is_empty() const { return std::filesystem::is_empty(path_); }

private:
    std::string path_ = "/tmp/me-XXXXXX";
    std::string before_;
};

inline bool is_a_saboteur(pid_t pid) {
    std::array<char, PATH_MAX> path{};
    const std::string link = "/proc/" + std::to_string(pid) + "/exe";
    const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
    return length > 0 && std::string_view(path.data(), static_cast<std::size_t>(length)) == saboteur_program();
}

inline int saboteurs() {
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") == name.npos && is_a_saboteur(std::stoi(name))) ++count;
    }
    return count;
}

}  // namespace mugaika::test
