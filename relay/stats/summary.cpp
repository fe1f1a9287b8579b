#include "relay/stats/summary.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "policy/time_zone.hpp"
#include "relay/stats/state_io.hpp"
#include "sanitizer/mail/file_descriptor.hpp"
#include "sanitizer/mail/sha256.hpp"

namespace mugaika {
namespace {

namespace fs = std::filesystem;

// Whoever changes what a counter keeps, or what it means, counts this up.
constexpr std::string_view format = "mugaika summary 1\n";
constexpr std::string_view suffix = ".summary";
constexpr std::size_t name_digits = 32;
constexpr std::size_t digest_digits = 64;

struct Kept {
    std::string question;
    std::vector<LogIdentity> files;
    std::string state_bytes;

    template <class Self, class Io>
    static void state(Self& self, Io& io) {
        io(self.question, self.files, self.state_bytes);
    }
};

// By which days are told apart.
std::string clock_text() {
    constexpr std::int64_t week = std::int64_t{7} * 24 * 3600;
    std::string all;
    for (std::int64_t at = 0; at < std::int64_t{5'000'000'000}; at += week) {
        all += std::to_string(process_time(at).offset_minutes) + " ";
    }
    return sha256_hex(all);
}

std::optional<std::string> read_whole(int file, std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t filled = 0;
    while (filled < size) {
        const ssize_t read = ::read(file, bytes.data() + filled, size - filled);
        if (read <= 0) return std::nullopt;
        filled += static_cast<std::size_t>(read);
    }
    return bytes;
}

bool write_whole(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// Nobody else could have made it, or write it.
bool is_of_the_log(const struct stat& facts, const std::string& log_folder) {
    struct stat of_folder {};
    if (::stat(log_folder.c_str(), &of_folder) != 0) return false;
    const bool is_known = facts.st_uid == 0 || facts.st_uid == ::geteuid() || facts.st_uid == of_folder.st_uid;
    return is_known && (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

// No link leads elsewhere: whoever asks may be root, and the folder may be another's.
FileDescriptor open_folder(const std::string& log_folder) {
    const std::string path = log_folder + "/" + std::string(Summary::folder);
    FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat facts {};
    const bool is_good = folder.is_open() && ::fstat(folder.get(), &facts) == 0 && is_of_the_log(facts, log_folder);
    return is_good ? std::move(folder) : FileDescriptor();
}

std::optional<std::string> read_summary(const std::string& log_folder, const std::string& name) {
    const FileDescriptor folder = open_folder(log_folder);
    if (!folder.is_open()) return std::nullopt;
    const FileDescriptor file(::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat facts {};
    if (!file.is_open() || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
    const auto size = static_cast<std::size_t>(facts.st_size);
    if (!is_of_the_log(facts, log_folder) || size > Summary::bytes_max) return std::nullopt;
    return read_whole(file.get(), size);
}

// Between what it begins with and its digest.
std::optional<std::string_view> payload_of(std::string_view bytes) {
    if (!bytes.starts_with(format) || bytes.size() < format.size() + digest_digits) return std::nullopt;
    const std::string_view signed_bytes = bytes.substr(0, bytes.size() - digest_digits);
    if (sha256_hex(signed_bytes) != bytes.substr(signed_bytes.size())) return std::nullopt;
    return signed_bytes.substr(format.size());
}

// Of more than are kept the oldest.
void remove_oldest(int folder) {
    std::vector<std::pair<std::int64_t, std::string>> all;
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(::dup(folder)), &::closedir);
    while (const dirent* entry = entries ? ::readdir(entries.get()) : nullptr) {
        const std::string_view name = entry->d_name;
        struct stat facts {};
        if (!name.ends_with(suffix) || ::fstatat(folder, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
        all.emplace_back(facts.st_mtim.tv_sec, name);
    }
    if (all.size() <= Summary::count_max) return;
    std::sort(all.begin(), all.end());
    all.resize(all.size() - Summary::count_max);
    for (const auto& [written, name] : all) ::unlinkat(folder, name.c_str(), 0);
}

bool write_summary(const std::string& log_folder, const std::string& name, std::string_view bytes) {
    const std::string path = log_folder + "/" + std::string(Summary::folder);
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return false;
    const FileDescriptor folder = open_folder(log_folder);
    if (!folder.is_open()) return false;
    // What a process leaves that was ended is of an old one and goes with the oldest.
    const std::string part = "part-" + std::to_string(::getpid()) + std::string(suffix);
    ::unlinkat(folder.get(), part.c_str(), 0);
    const FileDescriptor file(
        ::openat(folder.get(), part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) return false;
    const bool is_there =
        write_whole(file.get(), bytes) && ::renameat(folder.get(), part.c_str(), folder.get(), name.c_str()) == 0;
    if (!is_there) ::unlinkat(folder.get(), part.c_str(), 0);
    remove_oldest(folder.get());
    return is_there;
}

}  // namespace

Summary::Summary(const std::string& log, const std::string& question, const std::vector<LogFile>& logs)
    : question_(std::string(MUGAIKA_VERSION) + "\n" + clock_text() + "\n" + question) {
    const fs::path written(log);
    log_folder_ = written.has_parent_path() ? written.parent_path().string() : ".";
    name_ = sha256_hex(question_).substr(0, name_digits) + std::string(suffix);
    for (const LogFile& file : logs) {
        if (fs::path(file.path).filename() == written.filename()) break;
        auto identity = identity_of(file.path);
        if (!identity) break;
        paths_.push_back(file.path);
        files_.push_back(std::move(*identity));
    }
}

std::optional<Summary::Found> Summary::find() const {
    if (files_.empty()) return std::nullopt;
    const auto bytes = read_summary(log_folder_, name_);
    const auto payload = bytes ? payload_of(*bytes) : std::nullopt;
    Kept kept;
    if (!payload || !take_state(*payload, kept) || kept.question != question_) return std::nullopt;
    const bool is_beginning = !kept.files.empty() && kept.files.size() <= files_.size() &&
                              std::equal(kept.files.begin(), kept.files.end(), files_.begin());
    if (!is_beginning) return std::nullopt;
    return Found{kept.files.size(), std::move(kept.state_bytes)};
}

bool Summary::keep(std::string_view state) const {
    for (std::size_t i = 0; i < files_.size(); ++i) {
        if (identity_of(paths_[i]) != files_[i]) return false;
    }
    std::string bytes = std::string(format) + state_of(Kept{question_, files_, std::string(state)});
    bytes += sha256_hex(bytes);
    return bytes.size() <= bytes_max && write_summary(log_folder_, name_, bytes);
}

}  // namespace mugaika
