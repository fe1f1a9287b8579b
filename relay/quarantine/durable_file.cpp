#include "relay/quarantine/durable_file.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "sanitizer/mail/write_fully.hpp"

namespace mugaika {
namespace {

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<FileDescriptor> create_temporary(const std::string& path, mode_t mode) {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    FileDescriptor file(open(path.c_str(), flags, mode));
    if (!file.is_open() && errno == EEXIST && unlink(path.c_str()) == 0) {
        file = FileDescriptor(open(path.c_str(), flags, mode));
    }
    if (!file.is_open()) return error_from_errno("creating " + path, errno);
    return file;
}

Result<void> write_file_durably(const std::string& path, std::string_view bytes, mode_t mode) {
    const std::string beside = path + "." + std::to_string(getpid()) + ".tmp";
    const bool is_new = access(path.c_str(), F_OK) != 0;
    auto file = create_temporary(beside, mode);
    if (!file) return file.error();
    auto written = write_fully(file->get(), bytes, "writing " + beside);
    if (written && fsync(file->get()) != 0) written = error_from_errno("syncing " + beside, errno);
    if (written && rename(beside.c_str(), path.c_str()) != 0) written = error_from_errno("renaming to " + path, errno);
    if (!written) {
        unlink(beside.c_str());
        return written;
    }
    const auto named = sync_directory(folder_of(path));
    if (!named && is_new) unlink(path.c_str());
    return named;
}

void remove_left_overs(const std::string& folder) {
    constexpr std::string_view suffix = ".tmp";
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        if (entry.path().extension() != suffix) continue;
        const std::string writer = entry.path().stem().extension().string();  // ".PID"
        const int pid = writer.empty() ? 0 : std::atoi(writer.c_str() + 1);
        const bool alive = pid > 0 && pid != getpid() && (kill(pid, 0) == 0 || errno == EPERM);
        if (!alive) std::filesystem::remove(entry.path(), ignored);
    }
}

Result<std::string> read_small_file(const std::string& path, std::size_t bytes_max) {
    FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open()) return error_from_errno("opening " + path, errno);
    std::string bytes;
    std::array<char, 16384> chunk{};
    for (;;) {
        const ssize_t n = ::read(file.get(), chunk.data(), chunk.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return error_from_errno("reading " + path, errno);
        if (n == 0) return bytes;
        bytes.append(chunk.data(), static_cast<std::size_t>(n));
        if (bytes.size() > bytes_max) return Error(Fault::limit, path + " is larger than expected");
    }
}

Result<void> sync_directory(const std::string& folder) {
    FileDescriptor directory(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.is_open()) return error_from_errno("opening " + folder, errno);
    if (fsync(directory.get()) != 0) return error_from_errno("syncing " + folder, errno);
    return {};
}

Result<void> make_directory(const std::string& folder, mode_t mode) {
    if (mkdir(folder.c_str(), mode) != 0 && errno != EEXIST) return error_from_errno("creating " + folder, errno);
    return {};
}

Result<void> remove_file_durably(const std::string& folder, const std::string& name) {
    const std::string path = folder + "/" + name;
    if (unlink(path.c_str()) != 0) return error_from_errno("removing " + path, errno);
    return sync_directory(folder);
}

}  // namespace mugaika
