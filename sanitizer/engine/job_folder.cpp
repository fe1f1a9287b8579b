#include "sanitizer/engine/job_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <optional>

#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/mail/sealed_file.hpp"
#include "sanitizer/mail/write_fully.hpp"

namespace mugaika {
namespace {

constexpr int depth_max = 16;                       // LibreOffice's profile has 7
constexpr std::uint64_t disk_left_min = 64u << 20;  // for everybody else

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

FileDescriptor open_folder(int at, const char* name) noexcept {
    return FileDescriptor(::openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// From its beginning, whoever has read in it before.
Folder list(int folder) noexcept {
    FileDescriptor own = open_folder(folder, ".");
    DIR* const opened = own.is_open() ? ::fdopendir(own.get()) : nullptr;
    if (opened != nullptr) own.release();
    return Folder(opened);
}

std::optional<std::string> next_name(const Folder& folder) {
    while (const dirent* entry = ::readdir(folder.get())) {
        std::string name = entry->d_name;
        if (name != "." && name != "..") return name;
    }
    return std::nullopt;
}

Error too_much() { return {Fault::limit, "it wrote more than it may"}; }

// What vanishes meanwhile is no matter.
Result<std::uint64_t> bytes_below(int at, const char* name, int depth) {
    const FileDescriptor folder = open_folder(at, name);
    if (!folder.is_open() && errno == ENOENT) return std::uint64_t{0};
    if (!folder.is_open() || depth > depth_max) return too_much();
    const Folder names = list(folder.get());
    if (!names) return too_much();
    std::uint64_t bytes = 0;
    while (const auto entry = next_name(names)) {
        struct stat facts {};
        if (::fstatat(folder.get(), entry->c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
        bytes += static_cast<std::uint64_t>(facts.st_blocks) * 512;
        if (!S_ISDIR(facts.st_mode)) continue;
        const auto below = bytes_below(folder.get(), entry->c_str(), depth + 1);
        if (!below) return below.error();
        bytes += *below;
    }
    return bytes;
}

// Empties one folder of the top: files go, folders are moved to the top, so that no depth matters.
void empty(int top, const std::string& name, std::uint64_t& moved) {
    ::fchmodat(top, name.c_str(), 0700, 0);
    const FileDescriptor folder = open_folder(top, name.c_str());
    const Folder names = folder.is_open() ? list(folder.get()) : Folder();
    while (const auto entry = names ? next_name(names) : std::nullopt) {
        if (::unlinkat(folder.get(), entry->c_str(), 0) == 0) continue;
        ::fchmodat(folder.get(), entry->c_str(), 0700, 0);  // what moves must be writable: its ".." changes
        ::renameat(folder.get(), entry->c_str(), top, ("moved-" + std::to_string(moved++)).c_str());
    }
}

// Nobody else is left who could change it. What a pass moves to the top, the next one empties.
void remove_all_in(int top) {
    std::uint64_t moved = 0;
    for (bool some = true; some;) {
        some = false;
        const Folder names = list(top);
        while (const auto name = names ? next_name(names) : std::nullopt) {
            if (::unlinkat(top, name->c_str(), 0) == 0) continue;
            empty(top, *name, moved);
            some = ::unlinkat(top, name->c_str(), AT_REMOVEDIR) == 0 || some;
        }
    }
}

Result<void> write_file(int at, const std::string& name, std::string_view bytes) {
    const FileDescriptor file(::openat(at, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.is_open()) return error_from_errno("write a file of the job", errno);
    return write_fully(file.get(), bytes, "write a file of the job");
}

// A file that has no other name, in this folder or elsewhere.
bool is_own_file(const FileDescriptor& file) noexcept {
    struct stat facts {};
    return file.is_open() && ::fstat(file.get(), &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_nlink == 1;
}

std::string place_for_jobs() {
    const char* const wanted = std::getenv("TMPDIR");
    return wanted != nullptr && *wanted == '/' ? wanted : "/tmp";
}

}  // namespace

Result<JobFolder> JobFolder::make() {
    std::string path = place_for_jobs() + "/mugaika-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) return error_from_errno("make a folder " + path, errno);
    JobFolder made(path, FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)));
    if (!made.folder_.is_open()) return error_from_errno("open " + path, errno);
    for (const char* const name : {"in", "home", "out"}) {
        if (::mkdirat(made.folder_.get(), name, 0700) != 0) return error_from_errno("make a folder of the job", errno);
    }
    return made;
}

JobFolder::~JobFolder() {
    if (!folder_.is_open()) return;
    remove_all_in(folder_.get());
    ::rmdir(path_.c_str());
}

Result<void> JobFolder::put_input(const std::string& name, int descriptor, std::uint64_t bytes) const {
    const auto mapping = RawMail::Mapping::of(descriptor, bytes);
    if (!mapping) return mapping.error();
    return write_file(folder_.get(), "in/" + name, mapping->view());
}

Result<void> JobFolder::put_home(const std::vector<PreparedFile>& files) const {
    for (const PreparedFile& file : files) {
        const std::string path = "home/" + file.name;
        for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
            if (::mkdirat(folder_.get(), path.substr(0, slash).c_str(), 0700) != 0 && errno != EEXIST) {
                return error_from_errno("make a folder of the job", errno);
            }
        }
        if (const auto written = write_file(folder_.get(), path, file.bytes); !written) return written.error();
    }
    return {};
}

Result<void> JobFolder::append_output(const std::string& name, std::string_view bytes) const {
    const FileDescriptor out = open_folder(folder_.get(), "out");
    constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    const FileDescriptor file(out.is_open() ? ::openat(out.get(), name.c_str(), flags, 0600) : -1);
    if (!is_own_file(file)) return Error(Fault::protocol, "what it made is no file");
    return write_fully(file.get(), bytes, "write what it made");
}

Result<void> JobFolder::look_at_size(std::uint64_t bytes_max) const {
    struct statvfs disk {};
    const bool is_known = ::fstatvfs(folder_.get(), &disk) == 0;
    if (is_known && std::uint64_t{disk.f_bavail} * disk.f_frsize < disk_left_min) {
        return Error(Fault::limit, "the disk is full");
    }
    const auto bytes = bytes_below(folder_.get(), ".", 0);
    if (!bytes) return bytes.error();
    return *bytes > bytes_max ? Result<void>(too_much()) : Result<void>();
}

Result<FileDescriptor> JobFolder::take_output(const std::string& wanted, std::uint64_t bytes_max) const {
    const FileDescriptor out = open_folder(folder_.get(), "out");
    const Folder names = out.is_open() ? list(out.get()) : Folder();
    if (!names) return Error(Fault::protocol, "its output cannot be looked at");
    const auto name = next_name(names);
    if (!name) return Error(Fault::protocol, "it made no file");
    if (next_name(names)) return Error(Fault::protocol, "it made more than one file");
    const FileDescriptor file(::openat(out.get(), name->c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!is_own_file(file)) return Error(Fault::protocol, "what it made is no file");
    if (!wanted.empty() && *name != wanted) return Error(Fault::protocol, "it made a file of another name");
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0) return Error(Fault::protocol, "its output cannot be looked at");
    const auto bytes = static_cast<std::uint64_t>(facts.st_size);
    if (bytes == 0) return Error(Fault::protocol, "it made an empty file");
    if (bytes > bytes_max) return Error(Fault::limit, "it made a file that is larger than allowed");
    const auto mapping = RawMail::Mapping::of(file.get(), bytes);
    if (!mapping) return mapping.error();
    return sealed_file({mapping->view()});
}

}  // namespace mugaika
