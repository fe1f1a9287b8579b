#include "relay/host/log_rotation.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

#include "policy/shown_text.hpp"
#include "relay/log/rotated_name.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/quarantine/durable_file.hpp"

namespace mugaika {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view packed_suffix = ".zst";
constexpr std::string_view part_suffix = ".zst.part";
constexpr std::size_t day_digits = std::string_view("2026-12-01").size();
constexpr const char* nice_program = "/usr/bin/nice";

// The day of the first event, as it stands there; "" when there is none.
std::string first_day(const std::string& log) {
    constexpr std::string_view before = "{\"time\":\"";
    std::string begin(before.size() + day_digits, '\0');
    std::ifstream in(log, std::ios::binary);
    in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    return in && begin.starts_with(before) ? begin.substr(before.size()) : std::string();
}

bool is_due(const std::string& log, const LogRotation& rotation, Moment now) {
    struct stat facts {};
    if (::stat(log.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size == 0) return false;
    if (rotation.size_max > 0 && static_cast<std::uint64_t>(facts.st_size) >= rotation.size_max) return true;
    const std::string day = rotation.daily ? first_day(log) : std::string();
    return !day.empty() && day < rfc3339(now).substr(0, day_digits);
}

// "-20261201-000000"
std::string closing_mark(Moment now) {
    std::string mark = "-";
    for (const char c : rfc3339(now).substr(0, std::string_view("2026-12-01T00:00:00").size())) {
        if (c == 'T') mark += '-';
        if (c >= '0' && c <= '9') mark += c;
    }
    return mark;
}

struct ClosedLog {
    std::string path;
    fs::file_time_type written;
    bool is_packed = false;
    bool is_half = false;  // of a packer that did not end
};

// Newest first.
std::vector<ClosedLog> closed_logs(const std::string& log) {
    const fs::path path(log);
    std::vector<ClosedLog> closed;
    std::error_code error;
    for (fs::directory_iterator entry(path.parent_path(), error), end; !error && entry != end; entry.increment(error)) {
        const std::string file_name = entry->path().filename().string();
        std::string_view name = file_name;
        ClosedLog found{entry->path().string(), {}, false, name.ends_with(part_suffix)};
        if (found.is_half) name.remove_suffix(part_suffix.size());
        for (const std::string_view suffix : {packed_suffix, std::string_view(".gz"), std::string_view(".xz")}) {
            if (found.is_half || found.is_packed || !name.ends_with(suffix)) continue;
            found.is_packed = true;
            name.remove_suffix(suffix.size());
        }
        std::error_code unknown;
        found.written = entry->last_write_time(unknown);
        const bool is_file = entry->is_regular_file(unknown);
        if (!unknown && is_file && name != path.filename().native() && is_name_of_log(name, log)) {
            closed.push_back(std::move(found));
        }
    }
    std::sort(closed.begin(), closed.end(),
              [](const ClosedLog& a, const ClosedLog& b) { return a.written > b.written; });
    return closed;
}

Result<void> remove(const std::string& path) {
    if (std::remove(path.c_str()) == 0 || errno == ENOENT) return {};
    return error_from_errno("removing the closed log " + path, errno);
}

Result<void> to_disk(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.is_open() && ::fsync(file.get()) == 0) return {};
    return error_from_errno("writing the packed log " + path, errno);
}

}  // namespace

Result<bool> close_log_when_due(EventLog& events, const std::string& log, const LogRotation& rotation, Moment now) {
    if (!is_due(log, rotation, now)) return false;
    const auto moved = events.move_to(log + closing_mark(now));
    if (!moved) return moved.error();
    return true;
}

Result<void> LogTidier::tidy(const std::string& log, const LogRotation& rotation, Moment now) {
    const auto age = std::chrono::hours(24) * rotation.days;
    const auto oldest = fs::file_time_type::clock::from_sys(now - age);
    bool newest_stays = true;
    for (const ClosedLog& closed : closed_logs(log)) {
        Result<void> done;
        if (closed.is_half || (rotation.days > 0 && closed.written < oldest)) {
            done = remove(closed.path);
        } else if (!closed.is_packed && !std::exchange(newest_stays, false) && rotation.compress) {
            done = pack(closed.path);
        }
        if (!done) return done;
    }
    return {};
}

// The packed file is whole and on the disk before the plain one goes; readers take the plain one while there are both.
Result<void> LogTidier::pack(const std::string& path) {
    const std::string part = path + std::string(part_suffix);
    const auto packed = run_packer(path, part);
    if (!packed) return packed;
    const auto kept = to_disk(part);
    if (!kept) return kept;
    const std::string whole = path + std::string(packed_suffix);
    if (std::rename(part.c_str(), whole.c_str()) != 0) return error_from_errno("naming the packed log " + whole, errno);
    const auto named = sync_directory(fs::path(path).parent_path().string());
    if (!named) return named;
    return remove(path);
}

// Its checksum is looked at by whoever unpacks it.
Result<void> LogTidier::run_packer(const std::string& from, const std::string& to) {
    std::array<std::string, 11> words{nice_program, "-n", "19", log_packer, "--quiet",        "--force",
                                      "--check",    "-3", "-o", to,         "--single-thread"};
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    std::string input = from;
    arguments.push_back(input.data());
    arguments.push_back(nullptr);
    std::array<char*, 1> environment{nullptr};
    pid_t packer = 0;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_) return Error(Fault::busy, "the relay ends");
        const int failure =
            ::posix_spawn(&packer, nice_program, nullptr, nullptr, arguments.data(), environment.data());
        if (failure != 0) return error_from_errno(std::string("starting ") + log_packer, failure);
        packer_ = packer;
    }
    int status = 0;
    siginfo_t ended{};
    while (::waitid(P_PID, static_cast<id_t>(packer), &ended, WEXITED | WNOWAIT) != 0 && errno == EINTR) continue;
    const std::lock_guard lock(mutex_);  // stop() must find the process or nothing
    ::waitpid(packer, &status, 0);
    packer_ = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
    if (stopped_) return Error(Fault::busy, "the relay ends");
    return Error(Fault::io, std::string(log_packer) + " could not pack the closed log " + shown_text(from));
}

void LogTidier::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (packer_ != 0) ::kill(packer_, SIGKILL);
}

}  // namespace mugaika
