#include "relay/ctl/export_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "sanitizer/mail/write_fully.hpp"

namespace mugaika::ctl {

Result<ExportFile> ExportFile::open(const std::string& path, IfThere if_there) {
    constexpr int flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
    FileDescriptor made(::open(path.c_str(), flags | O_CREAT | O_EXCL, 0600));
    if (made.is_open()) return ExportFile(path, std::move(made), true);
    if (errno != EEXIST) return error_from_errno("creating " + path, errno);
    FileDescriptor old(::open(path.c_str(), flags));
    struct stat facts {};
    if (!old.is_open()) return error_from_errno("opening " + path, errno);
    if (::fstat(old.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
        return Error(Fault::bad_input, path + " is no file, expected one");
    }
    // Its owner would read what is written into it.
    if (facts.st_uid != ::geteuid()) return Error(Fault::bad_input, path + " is another user's, expected a new file");
    // An empty one is what is left where the relay's user, whom root became, may not remove it.
    if (if_there == IfThere::refuse && facts.st_size > 0) {
        return Error(Fault::bad_input, path + " is there already; another --output, or --force to write over it");
    }
    if (::fchmod(old.get(), 0600) != 0) return error_from_errno("closing " + path + " to others", errno);
    return ExportFile(path, std::move(old), false);
}

ExportFile::~ExportFile() {
    if (file_.is_open() && is_new_ && !written_) ::unlink(path_.c_str());
}

Result<void> ExportFile::write(std::string_view bytes) {
    if (::ftruncate(file_.get(), 0) != 0) return error_from_errno("writing " + path_, errno);
    auto done = write_fully(file_.get(), bytes, "writing " + path_);
    if (done && ::fsync(file_.get()) != 0) done = error_from_errno("syncing " + path_, errno);
    written_ = done.has_value();
    return done;
}

}  // namespace mugaika::ctl
