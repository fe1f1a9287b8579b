// A file of an administrator's own, for bytes that nobody has checked.
#pragma once

#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika::ctl {

// Made at once, before the process becomes the relay's user, who may not write there; gone again unless it was written.
// 0600, never through a symbolic link, never into another user's file, and over a file of one's own, if it is not
// empty, only where the administrator wants that.
class ExportFile {
public:
    enum class IfThere { refuse, overwrite };
    static Result<ExportFile> open(const std::string& path, IfThere);
    ExportFile(ExportFile&&) = default;
    ExportFile& operator=(ExportFile&&) = delete;
    ~ExportFile();

    Result<void> write(std::string_view bytes);  // all of them, synced
    const std::string& path() const noexcept { return path_; }

private:
    ExportFile(std::string path, FileDescriptor file, bool is_new)
        : path_(std::move(path)), file_(std::move(file)), is_new_(is_new) {}

    std::string path_;
    FileDescriptor file_;
    bool is_new_ = false;
    bool written_ = false;
};

}  // namespace mugaika::ctl
