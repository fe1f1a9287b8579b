#include "relay/host/reserve.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

#include "relay/quarantine/durable_file.hpp"

namespace mugaika {
namespace {

constexpr std::size_t system_file_bytes_max = 64u << 10;

// The number behind `key`, which begins a line; "" is the file's only number.
std::optional<std::uint64_t> number_in(const std::string& path, std::string_view key) {
    const auto text = read_small_file(path, system_file_bytes_max);
    if (!text) return std::nullopt;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(key)) continue;
        const std::size_t digits = line.find_first_of("0123456789", key.size());
        std::uint64_t number = 0;
        if (digits == std::string::npos) return std::nullopt;  // "max"
        const auto [end, fault] = std::from_chars(line.data() + digits, line.data() + line.size(), number);
        if (fault != std::errc()) return std::nullopt;
        return number;
    }
    return std::nullopt;
}

std::uint64_t disk_free(const std::string& folder) {
    struct statvfs facts {};
    if (::statvfs(folder.c_str(), &facts) != 0) return ReserveReading::plenty;
    const bool counts_inodes = facts.f_files > 0;
    if (counts_inodes && facts.f_favail == 0) return 0;
    return std::uint64_t{facts.f_bavail} * facts.f_frsize;
}

// The file itself, or the folder that it will be in.
std::string there_or_folder(const std::string& path) {
    struct stat facts {};
    const std::size_t slash = path.find_last_of('/');
    if (::stat(path.c_str(), &facts) == 0 || slash == std::string::npos) return path;
    return path.substr(0, std::max<std::size_t>(slash, 1));
}

bool on_one_file_system(const std::string& one, const std::string& other) {
    struct stat first {};
    struct stat second {};
    return ::stat(one.c_str(), &first) == 0 && ::stat(other.c_str(), &second) == 0 && first.st_dev == second.st_dev;
}

// Our control group in the unified hierarchy (cgroup v2): "0::/system.slice/mugaika-relay.service".
std::optional<std::string> own_group(const std::string& root) {
    const auto text = read_small_file(root + "/proc/self/cgroup", system_file_bytes_max);
    if (!text) return std::nullopt;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("0::")) return root + "/sys/fs/cgroup" + line.substr(3);
    }
    return std::nullopt;
}

// File pages that nobody uses are given back before anybody is killed, so they count as free.
std::uint64_t group_memory_free(const std::string& root) {
    const auto group = own_group(root);
    if (!group) return ReserveReading::plenty;
    const auto limit = number_in(*group + "/memory.max", "");
    const auto used = number_in(*group + "/memory.current", "");
    if (!limit || !used) return ReserveReading::plenty;
    const std::uint64_t given_back = number_in(*group + "/memory.stat", "inactive_file ").value_or(0);
    const std::uint64_t needed = *used - std::min(*used, given_back);
    return *limit - std::min(*limit, needed);
}

}  // namespace

ReserveReading read_reserve(const std::string& state_dir, const std::string& log, const std::string& root) {
    ReserveReading reading;
    reading.disk_free = disk_free(state_dir);
    const std::string log_place = there_or_folder(log);
    if (log != "-" && !on_one_file_system(state_dir, log_place)) reading.log_disk_free = disk_free(log_place);
    const auto kilobytes = number_in(root + "/proc/meminfo", "MemAvailable:");
    if (kilobytes) reading.memory_free = *kilobytes * 1024;
    reading.memory_free = std::min(reading.memory_free, group_memory_free(root));
    return reading;
}

std::vector<std::string> disk_warnings(const ReserveReading& reading, const ReserveLimits& limits,
                                       const std::string& state_dir, const std::string& log) {
    std::vector<std::string> lines;
    const auto look = [&](std::string_view key, const std::string& path, std::uint64_t free) {
        if (free >= limits.disk_free_min) return;
        lines.push_back("[relay] " + std::string(key) + ": " + std::to_string(free >> 10) + " KB are free for " + path +
                        ", less than disk_free_min (" + std::to_string(limits.disk_free_min >> 10) +
                        " KB): every recipient is answered 452 until there is more");
    };
    look("state_dir", state_dir, reading.disk_free);
    look("log", log, reading.log_disk_free);
    return lines;
}

const Outcome* Reserve::shortage(const ReserveLimits& limits, std::size_t waiting_mails) {
    const auto least = [this](What what, std::uint64_t value, std::uint64_t limit) {
        return is_low(what, value < limit, value >= limit + limit / 10, value, limit);
    };
    const std::size_t mails_max = limits.waiting_mails_max;
    const bool no_disk = least(disk, reading_.disk_free, limits.disk_free_min);
    const bool no_log_disk = least(log_disk, reading_.log_disk_free, limits.disk_free_min);
    const bool no_log = is_low(log_writing, reading_.log_fails, !reading_.log_fails, reading_.log_fails ? 0 : 1, 1);
    const bool no_memory = least(memory, reading_.memory_free, limits.memory_free_min);
    const bool no_place =
        is_low(mails, waiting_mails >= mails_max, waiting_mails < mails_max - mails_max / 10, waiting_mails, mails_max);
    if (no_disk || no_log_disk || no_log) return &outcome<Stage::recipient, Failure::disk_full>();
    if (no_memory) return &outcome<Stage::recipient, Failure::memory_low>();
    return no_place ? &outcome<Stage::recipient, Failure::busy>() : nullptr;
}

std::vector<std::string_view> Reserve::low() const {
    std::vector<std::string_view> found;
    for (std::size_t what = 0; what < low_.size(); ++what) {
        if (low_.at(what)) found.push_back(names.at(what));
    }
    return found;
}

bool Reserve::is_low(What what, bool past_limit, bool recovered, std::uint64_t value, std::uint64_t limit) {
    const bool was_low = low_.at(what);
    if (!was_low && past_limit) {
        log_.write(event::ReserveLow{std::string(names.at(what)), value, limit});
        low_.at(what) = true;
    } else if (was_low && recovered) {
        log_.write(event::ReserveRecovered{std::string(names.at(what)), value, limit});
        low_.at(what) = false;
    }
    return low_.at(what);
}

}  // namespace mugaika
